"""Who has handed something in: the entries of a class's folder, each with its sender.

Nothing is unpacked here but a platform's own download, the archive that holds the class.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mavrs_course.course.classroom.book import GRADES, JOURNAL
from mavrs_course.course.classroom.handin import FORMAT
from mavrs_course.course.classroom.platforms import Sender, sender
from mavrs_course.course.classroom.unpacking import (
    Allowance,
    is_archive,
    is_junk,
    names_in,
    unpack,
)
from mavrs_course.words import one_line

COURSE_FOLDERS = {"exercises", "solutions", "notebooks", "mine"}
NOTEBOOK_LIKE = re.compile(r"\.ipynb(\b|$)", re.IGNORECASE)


@dataclass(frozen=True)
class SubmittedPart:
    """A file or folder that was sent.

    label: where it is, relative to the class's folder.  name: what its sender called it.
    """

    path: Path
    label: str
    name: str
    typed: bool = False


@dataclass(frozen=True)
class Submission:
    """All that one student has sent.

    when: ISO 8601 in UTC, where a platform's name says it.  folder: the one that no link in it may
    lead out of.
    """

    student: str
    participant: str = ""
    account: str = ""
    late: bool = False
    when: str = ""
    parts: Sequence[SubmittedPart] = ()
    problems: Sequence[str] = ()
    folder: Path = Path()


@dataclass
class Collected:
    """The submissions of a class, and what is wrong with its folder as a whole.

    left_out: by the place of a submission, what of it could not be unpacked.
    """

    submissions: list[Submission] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)


def plain(text: str | Path) -> str:
    """A name as a line that every terminal, XML and JSON can bear."""
    return one_line(os.fsencode(text).decode("utf-8", "replace"), 400)


def collect(folder: Path, workspace: Path, lessons: Sequence[str] = ()) -> Collected:
    """The submissions in a class's folder, or in the archive that a platform made of it.

    workspace: where a class's archive is unpacked.  lessons: the names of the course's lessons, so
    that a folder named after one is none of a student.
    """
    found = Collected()
    if os.path.isfile(folder) and not is_archive(folder.name):
        entries = [(folder, folder.name, folder.name)]
    elif os.path.isfile(folder):
        entries = list(_unpacked(folder, "", workspace, found))
    else:
        entries = list(_entries(folder, ""))
    known: dict[tuple, Submission] = {}
    for path, label, name in _opened_up(entries, workspace, found, lessons):
        one = replace(submission_of(path, label, name, lessons), folder=folder.resolve())
        one = replace(one, problems=found.left_out.get(label, ()))
        who = (one.student, one.participant, one.account)
        key: tuple[str, ...] = who if any(who) else (label,)
        known[key] = _joined(known[key], one) if key in known else one
    found.submissions = _without_helpers(list(known.values()))
    return found


def collect_all(
    paths: Sequence[Path], workspace: Path, lessons: Sequence[str] = ()
) -> list[Submission]:
    """What is at each of several paths: a file is one submission, a folder as many as it holds.

    Labels are the paths as they were asked for.
    """
    found = []
    for path in paths:
        a_class = _holds_a_class(path, path.name, False, lessons)
        if is_course(path) or not (os.path.isdir(path) or a_class):
            one = submission_of(path, str(path), path.name, lessons)
            found.append(replace(one, folder=path.absolute().parent.resolve()))
            continue
        inside = collect(path, workspace, lessons).submissions
        found += [_under(path, one) for one in inside]
        if not inside:
            found.append(submission_of(path, str(path), path.name, lessons))
    return found


def _under(folder: Path, one: Submission) -> Submission:
    parts = [replace(part, label=plain(folder / part.label)) for part in one.parts]
    return replace(one, parts=parts)


def submission_of(path: Path, label: str, name: str, lessons: Sequence[str] = ()) -> Submission:
    """What one entry is, and who has sent it."""
    said = sender(name)
    if said is None:
        said = Sender(_student(name, lessons), original=name)
    part = SubmittedPart(path, plain(label), said.original or name, said.typed)
    return Submission(
        plain(said.student).strip(),
        said.participant,
        said.account,
        said.late,
        _moment(said.when),
        (part,),
    )


def is_course(path: Path) -> bool:
    """Whether a folder is a copy of the course."""
    return os.path.isdir(path / "exercises") and any(
        os.path.isdir(path / name) for name in ("solutions", "notebooks")
    )


def _joined(one: Submission, other: Submission) -> Submission:
    return replace(
        one,
        parts=(*one.parts, *other.parts),
        problems=(*one.problems, *other.problems),
        late=one.late or other.late,
        when=max(one.when, other.when),
    )


Entry = tuple[Path, str, str]


def _opened_up(
    entries: Sequence[Entry], workspace: Path, found: Collected, lessons: Sequence[str]
) -> Iterator[Entry]:
    """The entries, with those that hold a class replaced by what they hold."""
    alone = len(entries) == 1
    for path, label, name in entries:
        inside: list[Entry] = []
        if sender(name) is None and _holds_a_class(path, name, alone, lessons):
            if os.path.isdir(path):
                inside = list(_entries(path, f"{label}/"))
            else:
                inside = list(_unpacked(path, f"{label}/", workspace, found))
        if inside:
            yield from _opened_up(inside, workspace, found, lessons)
        else:
            yield path, label, name


def _holds_a_class(path: Path, name: str, alone: bool, lessons: Sequence[str]) -> bool:
    if os.path.islink(path) or is_course(path):
        return False
    if os.path.isdir(path):
        names = [entry[2] for entry in _entries(path, "")]
        folders = [each for each in names if os.path.isdir(path / each) or is_archive(each)]
        several = alone and len(folders) > 1 and not COURSE_FOLDERS & set(folders)
    elif os.path.isfile(path) and name.lower().endswith(".zip"):
        names = list({each.split("/")[0]: None for each in names_in(path)})
        several = False
    else:
        return False
    named = any(sender(each) for each in names)
    return (
        named or several or (os.path.isdir(path) and _is_lesson(name, lessons) and len(names) > 1)
    )


def _is_lesson(name: str, lessons: Sequence[str]) -> bool:
    bare = re.sub(r"^(lesson|week|lektion|exercise)[ _-]*", "", name.lower())
    return any(bare in (lesson, lesson[:2], lesson[:2].lstrip("0")) for lesson in lessons)


def _entries(folder: Path, prefix: str) -> Iterator[Entry]:
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError:
        names = []
    for name in names:
        if not is_junk(name) and not name.startswith(".") and not _is_ours(folder / name):
            yield folder / name, prefix + name, name


def _is_ours(path: Path) -> bool:
    """Whether it is what a grading has written, and nobody has handed in."""
    if os.path.isdir(path):
        return all(os.path.exists(path / name) for name in (GRADES, JOURNAL))
    if not path.name.lower().endswith((".json", ".xml")) or not os.path.isfile(path):
        return False
    beginning = _beginning(path, 200)
    return f'"format": "{FORMAT}"' in beginning or '<testsuites name="mavrs grade"' in beginning


def _unpacked(archive: Path, prefix: str, workspace: Path, found: Collected) -> Iterator[Entry]:
    """The entries of a class's archive: each student's files in a folder of their own."""
    place = workspace / f"class-{len(list(workspace.iterdir()))}"
    out = unpack(archive, place, Allowance(), share=True)
    if "" in out.left_out:
        found.problems.append(plain(out.left_out[""]))
    tops: dict[str, dict[str, Path]] = {name.split("/")[0]: {} for name in names_in(archive)}
    for name, reason in out.left_out.items():
        found.left_out.setdefault(prefix + name.split("/")[0], []).append(plain(reason))
    for name, path in out.files.items():
        top, _, rest = name.partition("/")
        tops.setdefault(top, {})[rest] = path
    for number, (top, files) in enumerate(sorted(tops.items())):
        if top in ("", ".", ".."):
            continue
        if "" in files:
            yield files[""], prefix + top, top
            continue
        folder = place / f"folder-{number}"
        folder.mkdir()
        for name, path in files.items():
            target = folder / _bearable(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
        yield folder, prefix + top, top


def _bearable(name: str) -> Path:
    """A path of an archive that this file system can hold."""
    parts = [part.encode()[-200:].decode("utf-8", "ignore") for part in name.split("/")]
    return Path(*(part for part in parts if part not in ("", ".", "..")))


def _student(name: str, lessons: Sequence[str]) -> str:
    """The student's name in the name of a file or folder: without its ending and the lesson."""
    stem = name
    for _ in range(3):
        stem = re.sub(r"\.(ipynb|json|txt|zip|py|html?|pdf|tar|gz|tgz|docx?|rar|7z)$", "", stem,
                      flags=re.IGNORECASE)  # fmt: skip
    for lesson in lessons:
        stem = stem.replace(lesson, "")
    stem = re.sub(r"\.(mine|new)(-\d+)?$", "", stem)
    return " ".join(stem.strip(" _-–.,").split())


def _moment(when: str) -> str:
    if not when:
        return ""
    year, month, day, hour, minute, second = when.split("-")
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"


def _without_helpers(submissions: list[Submission]) -> list[Submission]:
    """Files that lie loose beside notebooks that name them belong to these notebooks."""
    loose = {id(one): one.parts[0] for one in submissions if not one.participant and _is_file(one)}
    notebooks = [part.path for part in loose.values() if NOTEBOOK_LIKE.search(part.name)]
    text = "\n".join(_beginning(path) for path in notebooks[:500])
    helpers = {
        key
        for key, part in loose.items()
        if not NOTEBOOK_LIKE.search(part.name) and not is_archive(part.name) and _named(part, text)
    }
    return [one for one in submissions if id(one) not in helpers]


def _named(part: SubmittedPart, text: str) -> bool:
    stem = re.escape(part.path.stem)
    module = part.path.suffix == ".py" and re.search(rf"(import|from) +{stem}\b", text)
    return bool(module) or part.name in text


def _beginning(path: Path, size: int = 3_000_000) -> str:
    try:
        with path.open("rb") as file:
            return file.read(size).decode("utf-8", "replace")
    except OSError:
        return ""


def _is_file(one: Submission) -> bool:
    return len(one.parts) == 1 and os.path.isfile(one.parts[0].path)
