"""What the commands that grade share: a screen that nothing ends, and a run that can be stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from mavrs_course.cli.screen import out, root

if TYPE_CHECKING:
    from mavrs_course.course.classroom.handin import Gradebook, HandIn
    from mavrs_course.course.classroom.marking import Marking
    from mavrs_course.course.classroom.submissions import Submission
    from mavrs_course.course.grading.batch import Room
    from mavrs_course.course.grading.running import GradingLimits
    from mavrs_course.engine.places import Engine


class Terminated(KeyboardInterrupt):
    """The system, or a closed terminal, asked for the end, by the signal of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end a run as Ctrl-C does: with all that is done kept."""

    def stop(number: int, frame: object) -> None:
        raise Terminated(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


class Screen:
    """Prints for as long as somebody listens; a name that can't be shown is shown by its codes."""

    def __init__(self, console: Console) -> None:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, ValueError, OSError):
                stream.reconfigure(errors="backslashreplace")
        self._console = console
        self.closed = False

    def show(self, show: Callable[[Console], None]) -> None:
        """Call a function with the console, unless nobody listens any more."""
        if self.closed:
            return
        try:
            show(self._console)
            self._console.file.flush()
        except (OSError, SystemExit):  # Rich leaves the program when a pipe is closed
            self._close()
        except UnicodeError:  # a stream that could not be taught to show codes
            with contextlib.suppress(Exception):
                print("(something here cannot be shown on this terminal)")

    def say(self, text: str, style: str = "") -> None:
        """Print a line as it is: no mark-up in it, nothing highlighted."""
        self.show(lambda console: console.print(Text(text, style=style), soft_wrap=True))

    def _close(self) -> None:
        """Nobody listens: what Python still has to flush goes nowhere, and raises nothing."""
        self.closed = True
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())


class Meter:
    """Live progress: a bar with the time left on a terminal, a line a hand-in elsewhere."""

    def __init__(self, screen: Screen, console: Console, total: int) -> None:
        self._screen = screen
        self._start = time.monotonic()
        self._bar: Progress | None = None
        if console.is_terminal and total > 1:
            columns = (TextColumn("{task.description}", markup=False), BarColumn())
            more = (MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, *more, console=console, transient=True)
            self._task = self._bar.add_task("grading", total=total)

    def __enter__(self) -> Meter:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            with contextlib.suppress(OSError):
                self._bar.stop()

    def step(self, rows: Sequence[HandIn], done: int, total: int) -> None:
        """Say that a submission is done."""
        from mavrs_course.course.classroom.tables import name_of

        name = name_of(rows[0])
        if self._bar is not None:
            with contextlib.suppress(OSError):
                self._bar.update(self._task, completed=done, description=name[:40])
            return
        if total > 1:
            left = (time.monotonic() - self._start) / done * (total - done)
            until = f", about {left / 60:.0f} min left" if left > 90 else ""
            told = "; ".join(map(_told, rows))
            self._screen.say(f"{done}/{total}  {name}: {told}{until}")


def _told(row: HandIn) -> str:
    if row.exercises:
        return f"{row.lesson[:2]}  {row.points:g} / {row.max_points:g}"
    return row.reason


def room_for(limits: GradingLimits, sandbox: bool, engine: Engine | None) -> Room:
    """Where notebooks are graded; EngineError for an engine whose machines do not protect them."""
    from mavrs_course.course.grading.batch import Room
    from mavrs_course.course.grading.elsewhere import room_on
    from mavrs_course.course.grading.isolation import isolate
    from mavrs_course.engine.places import EngineError

    if engine is None:
        return Room(limits, isolation=isolate(root(), sandbox))
    if not sandbox:
        raise EngineError("without a sandbox nothing is graded on a cluster (docs/isolation.md)")
    return room_on(engine, root(), limits)


def mark(
    submissions: Sequence[Submission], marking: Marking, jobs: int | None, screen: Screen
) -> Gradebook:
    """Grade submissions with live progress; what is done is kept whatever ends it."""
    jobs = jobs or min(2, os.cpu_count() or 1)
    with stoppable(), Meter(screen, out, len(submissions)) as meter:
        return marking.mark(submissions, jobs, meter.step)


def write_junit(book: Gradebook, path: Path | None, marking: Marking) -> None:
    """Write the grades as JUnit XML if asked to; what hinders it is the trouble of the marking."""
    from mavrs_course.course.classroom.tables import write_junit_rows

    if path is None:
        return
    try:
        write_junit_rows(book.hand_ins, path)
    except OSError as problem:
        marking.trouble = f"{path} could not be written: {problem.strerror}"


def grade_class(folder: Path, marking: Marking, jobs: int | None, screen: Screen) -> Gradebook:
    """Grade the hand-ins of a class's folder; ends the command, with code 130, if it is stopped."""
    from mavrs_course.course.classroom.submissions import collect

    names = [key.name for key in marking.course.keys]
    with tempfile.TemporaryDirectory(prefix="mavrs-", ignore_cleanup_errors=True) as workspace:
        found = collect(folder, Path(workspace), names)
        for problem in found.problems:
            screen.say(problem, "yellow")
        if not found.submissions:
            screen.say(f"Nothing is handed in: {folder} holds no file and no folder.", "yellow")
        try:
            return mark(found.submissions, marking, jobs, screen)
        except KeyboardInterrupt as stop:
            screen.say(f"Stopped. What was graded is kept in {marking.target}.")
            screen.say("The same command goes on from there.")
            code = 128 + (stop.number if isinstance(stop, Terminated) else signal.SIGINT)
            raise typer.Exit(code) from None


def finish(book: Gradebook, marking: Marking, screen: Screen) -> None:
    """Show a class, and say where its grades are; the exit code is 1 if they could not be kept."""
    from mavrs_course.course.classroom.tables import print_rows

    screen.show(lambda console: print_rows(book.hand_ins, console, a_class=True))
    again = sum(row.status == "graded" and row.run != marking.run for row in book.hand_ins)
    if again:
        screen.say(f"{again} were graded before and have not changed; --fresh grades them again.")
    if marking.trouble:
        screen.say(f"error: {marking.trouble}. Make room, and run the command again.", "red")
        raise typer.Exit(1)
    count = len(book.hand_ins)
    rows = f"{count} hand-in" + "s" * (count != 1)
    screen.say(f"{rows}. The grades are in {marking.target}.")
