"""Grade a class: each hand-in as it is done is kept, and the next call goes on from there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import mavrs_course
from mavrs_course.course.classroom.book import (
    NoGradebookError,
    is_stream,
    read_gradebook,
    write_gradebook,
)
from mavrs_course.course.classroom.choosing import (
    Candidate,
    ChosenAttempt,
    Course,
    choose,
    files_for,
)
from mavrs_course.course.classroom.handin import (
    GRADED,
    NOT_GRADED,
    VERSION,
    CodeCell,
    Gradebook,
    HandIn,
)
from mavrs_course.course.classroom.opening import Contents, open_submission
from mavrs_course.course.classroom.roster import Student, with_roster
from mavrs_course.course.classroom.submissions import Submission, plain
from mavrs_course.course.grading.batch import Room, all_missing
from mavrs_course.course.grading.beside import files_beside, within_limits
from mavrs_course.course.grading.kernel import KernelFailedError, StoppedError
from mavrs_course.course.grading.restoring import answered, code_of, find_key
from mavrs_course.files import write_whole
from mavrs_course.words import one_line

MOST_CODE = 200_000
Progress = Callable[[Sequence[HandIn], int, int], None]


def moment(seconds: float | None = None) -> str:
    """A time as ISO 8601 in UTC; now without one, empty for 0."""
    if seconds == 0:
        return ""
    when = datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


class Journal:
    """The grades that are done, a small file each, so that no end of the grader loses them."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def read(self, digest: str) -> HandIn | None:
        """The grade of exactly this, if it is kept and whole."""
        if self.folder is None:
            return None
        try:
            text = (self.folder / f"{digest}.json").read_text(encoding="utf-8")
            return HandIn.from_dict(json.loads(text))
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def write(self, one: HandIn) -> None:
        """Keep a grade; raises OSError."""
        if self.folder is not None:
            text = json.dumps(one.as_dict(), ensure_ascii=False)
            data = text.encode("utf-8", "replace")
            write_whole(self.folder / f"{one.digest}.json", data)


@dataclass
class Marking:
    """One grading of a class.

    course: what it is graded against.  room: limits and how to stop.  folder: where the hand-ins
    are.  target: the file that grades go to, if any.  journal: where each is kept as it is done.
    fresh: grade also what was graded before.  trouble: why the last grades could not be written.
    """

    course: Course
    room: Room
    folder: Path
    target: Path | None = None
    journal: Journal = field(default_factory=Journal)
    fresh: bool = False
    roster: Sequence[Student] = ()
    run: str = field(default_factory=moment)
    trouble: str = ""
    _written: float = 0.0
    _before: Sequence[HandIn] = ()

    def mark(
        self, submissions: Sequence[Submission], jobs: int, progress: Progress | None = None
    ) -> Gradebook:
        """The grades of all submissions, in their order.

        progress: called with the rows of each submission as it is done, how many are done, and of
        how many, from this thread alone.  Whatever ends it, Ctrl-C included, what is done is
        written before the exception goes on.
        """
        done: dict[int, list[HandIn]] = {}
        self._before = self._earlier(submissions)
        pool = ThreadPoolExecutor(jobs)
        futures: dict[Future, int] = {}
        try:
            for number, one in enumerate(submissions):
                futures[pool.submit(self._rows, one)] = number
            for future in _as_done(futures):
                done[futures[future]] = future.result()
                self._keep(done, len(submissions))
                if progress is not None:
                    progress(done[futures[future]], len(done), len(submissions))
        finally:
            self.room.stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            book = self._book(done, complete=len(done) == len(submissions))
            self._write(book)
        return book

    def _keep(self, done: dict[int, list[HandIn]], total: int) -> None:
        """Write the gradebook now and then; the journal has every row at once."""
        if total <= 100 or time.monotonic() - self._written > 2:
            self._write(self._book(done, complete=False))
            self._written = time.monotonic()

    def _book(self, done: dict[int, list[HandIn]], complete: bool) -> Gradebook:
        rows = [row for number in sorted(done) for row in done[number]]
        graded = {row.lesson: row.max_points for row in rows if row.lesson}
        lesson, points = next(iter(graded.items())) if len(graded) == 1 else ("", 0)
        rows = [
            row if row.lesson else replace(row, lesson=lesson, max_points=points) for row in rows
        ]
        if not complete:
            rows += self._not_yet_reached(rows)
        elif self.roster:
            rows = with_roster(rows, self.roster, lesson, points)
            rows = [row if row.run else replace(row, run=self.run) for row in rows]
        return Gradebook(rows, plain(self.folder), moment(), complete)

    def _earlier(self, submissions: Sequence[Submission]) -> list[HandIn]:
        """The rows of these that an earlier run wrote, so that a short run takes none away."""
        if self.target is None or self.fresh or is_stream(self.target):
            return []
        try:
            rows = read_gradebook(self.target).hand_ins
        except NoGradebookError:
            return []
        labels = {part.label for one in submissions for part in one.parts}
        return [row for row in rows if any(_is_at(file, labels) for file in row.files)]

    def _not_yet_reached(self, rows: Sequence[HandIn]) -> list[HandIn]:
        reached = {place for row in rows for place in row.files}
        return [row for row in self._before if not reached & set(row.files)]

    def _write(self, book: Gradebook) -> None:
        if self.target is None:
            return
        try:
            write_gradebook(book, self.target)
            self.trouble = ""
        except OSError as problem:
            self.trouble = f"{self.target} could not be written: {problem.strerror or problem}"

    def _rows(self, one: Submission) -> list[HandIn]:
        """The rows of one submission; only :class:`StoppedError` comes out of it."""
        if self.room.stop.is_set():
            raise StoppedError
        base = HandIn(
            one.student,
            one.participant,
            one.account,
            handed_in=one.when,
            late=one.late,
            files=[part.label for part in one.parts],
            run=self.run,
            graded=moment(),
        )
        try:
            with tempfile.TemporaryDirectory(
                prefix="mavrs-", ignore_cleanup_errors=True
            ) as temporary:
                contents = open_submission(one, Path(temporary))
                choice = choose(contents, self.course)
                if not choice.chosen:
                    return [self._refused(base, contents, choice)]
                return [self._graded(base, name, contents, choice, one) for name in choice.chosen]
        except StoppedError:
            raise
        except Exception as problem:  # one hand-in never stops the others
            reason = one_line(f"the grader failed: {type(problem).__name__}: {problem}")
            return [replace(base, status=NOT_GRADED, reason=reason)]

    def _refused(self, base: HandIn, contents: Contents, choice: ChosenAttempt) -> HandIn:
        names = [Path(file.name) for file in contents.files] or [Path(name) for name in base.files]
        keys = {key.name: key for name in names if (key := find_key(self.course.keys, name))}
        key = next(iter(keys.values())) if len(keys) == 1 else None
        when = max((file.when for file in contents.files), default=0.0)
        return replace(
            base,
            lesson=key.name if key else "",
            max_points=key.max_points if key else 0,
            files=[plain(file.label) for file in contents.files[:50]] or base.files,
            handed_in=base.handed_in or moment(when),
            status=NOT_GRADED,
            reason=_some(choice.reasons),
            ask=" ".join(choice.asks),
            remarks=choice.remarks,
        )

    def _graded(
        self, base: HandIn, name: str, contents: Contents, choice: ChosenAttempt, one: Submission
    ) -> HandIn:
        candidates = choice.chosen[name]
        last = candidates[-1]
        beside, left_out = _beside(last, contents, one)
        row = replace(
            base,
            lesson=name,
            attempt=len(candidates),
            attempts=len(candidates),
            handed_in=base.handed_in or moment(last.file.when),
            files=[plain(file.label) for file in contents.files[:50]],
            notebook=plain(last.file.label),
            max_points=last.key.max_points,
            ask=" ".join(choice.asks),
            remarks=[*_attempts(candidates), *last.remarks, *choice.remarks, *left_out,
                     *(f"Not graded: {reason}." for reason in choice.reasons[:5])],
            cells=_cells(last),
            digest=self._digest(base, last, beside),
        )  # fmt: skip
        known = None if self.fresh else self.journal.read(row.digest)
        if known is not None and known.status == GRADED:
            return replace(
                row,
                exercises=known.exercises,
                points=known.points,
                seconds=known.seconds,
                graded=known.graded,
                run=known.run,
            )
        return self._performed(row, last, beside)

    def _performed(self, row: HandIn, last: Candidate, beside: dict[str, Path]) -> HandIn:
        start = time.monotonic()
        try:
            if answered(last.key, last.cells):
                exercises = self.room.perform(last.key, last.cells, beside)
            else:
                exercises = all_missing(last.key)
        except KernelFailedError as problem:
            return replace(row, status=NOT_GRADED, reason=one_line(problem), digest="")
        row = replace(
            row,
            exercises=tuple(exercises),
            points=sum(each.points for each in exercises),
            seconds=round(time.monotonic() - start, 2),
            graded=moment(),
        )
        try:
            self.journal.write(row)
        except OSError as problem:
            self.trouble = f"grades could not be kept: {problem.strerror}"
        return row

    def _digest(self, base: HandIn, one: Candidate, beside: dict[str, Path]) -> str:
        """Tells whether the same was graded before, against the same course."""
        known = hashlib.sha256()
        about = [VERSION, mavrs_course.__version__, base.student, base.participant, base.files]
        about += [[cell.source for cell in one.key.cells], vars(self.room.limits)]
        about += [self.course.cases_digest(one.key.name[:2])]
        about += [[(cell.source, cell.names, cell.is_code) for cell in one.cells]]
        known.update(json.dumps(about, default=str).encode())
        for name, path in sorted(beside.items()):
            known.update(os.fsencode(name))
            with contextlib.suppress(OSError):
                known.update(path.read_bytes())
        return known.hexdigest()[:32]


def _is_at(file: str, labels: set[str]) -> bool:
    """Whether a file is one of these places, or below one."""
    parts = file.split("/")
    return any("/".join(parts[:end]) in labels for end in range(1, len(parts) + 1))


def _as_done(futures: dict[Future, int]) -> Iterator[Future]:
    """Futures as they are done; waits in short steps, so that signals are heard."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
        yield from done


def _beside(
    one: Candidate, contents: Contents, submission: Submission
) -> tuple[dict[str, Path], list[str]]:
    """The files that are there when a notebook runs, and a remark where some are not."""
    loose = any(part.path == one.file.path for part in submission.parts)
    if loose and not submission.participant:
        return files_beside(one.file.path, one.cells), []
    folder = PurePosixPath(one.file.name).parent
    near = {
        str(PurePosixPath(file.name).relative_to(folder)): file.path
        for file in files_for(one, contents)
    }
    taken = within_limits(near)
    missing = len(near) - len(taken)
    remark = f"{missing} of its files were not there when it ran: at most 200 are, of 20 MB."
    return taken, [remark] if missing else []


def _cells(one: Candidate) -> list[CodeCell]:
    cells = code_of(one.key, one.cells)
    found, room = [], MOST_CODE
    for cell, place in zip(cells, one.key.places(cells), strict=True):
        room -= len(cell.source)
        if room < 0:
            break
        checks = [check for check in one.key.checks if place in check.answers]
        checks = checks or one.key.written(cell)
        found.append(CodeCell(cell.source, checks[0].id if len(checks) == 1 else ""))
    return found


def _attempts(candidates: Sequence[Candidate]) -> list[str]:
    if len(candidates) < 2:
        return []
    *others, last = (plain(one.file.name) for one in candidates)
    when = moment(candidates[-1].file.when)[:16].replace("T", " ")
    return [f"Of {len(candidates)} attempts the last counts: {last}, of {when} UTC "
            f"(not {', '.join(others[-5:])})."]  # fmt: skip


def _some(reasons: Sequence[str]) -> str:
    """A few reasons in one line."""
    told = "; ".join(reasons[:3])
    more = f"; and {len(reasons) - 3} more" if len(reasons) > 3 else ""
    return one_line(told, 600) + more
