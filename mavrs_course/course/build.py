"""Make everything that is made: exercises, headers, outputs, the course map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from mavrs_course.course import registry
from mavrs_course.course.difference import unified
from mavrs_course.course.drawing import LESSON_GRAPH, diagram
from mavrs_course.course.execute import needs_running, run_notebook
from mavrs_course.course.exercise import Exercise
from mavrs_course.course.handout import MADE, exercise_notebook, untouched, worked_in
from mavrs_course.course.header import (
    COURSE_MAP,
    between_markers,
    course_map,
    lesson_line,
    solution_line,
    write_minutes,
    write_worth,
)
from mavrs_course.course.lessons import Lesson, lessons
from mavrs_course.course.lint import lint_lesson, lint_solution
from mavrs_course.course.notebook import OURS, BuildError, normalise, read, text_of, write_text
from mavrs_course.course.objectives import objective_graph
from mavrs_course.course.outline import Outline, outline
from mavrs_course.course.prerequisites import Node, course_graph
from mavrs_course.course.syllabus import TEACHING, parts, teaching_page
from mavrs_course.course.syllabus import problems as syllabus_problems
from mavrs_course.course.ties import tie_problems

CHANGED, ALL, NONE = "changed", "all", "none"


@dataclass(frozen=True)
class Change:
    """A file that is not as the build makes it."""

    path: Path
    before: str
    after: str

    @property
    def diff(self) -> str:
        """What would change, cell by cell."""
        return unified(self.path, self.before, self.after)


@dataclass
class BuildReport:
    """What a build did, or with ``check``, would do.

    changes: files written.  kept: exercises in which somebody has worked, left as they are.
    problems: what is wrong, a sentence each.  ran: seconds by notebook that was run.
    """

    changes: list[Change] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    ran: dict[str, float] = field(default_factory=dict)

    @property
    def stale(self) -> bool:
        """Whether something was not as the build makes it."""
        return bool(self.changes)

    @property
    def fine(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.problems


def build(
    root: Path,
    *,
    check: bool = False,
    execute: str = CHANGED,
    say: Callable[[str], None] = lambda line: None,
) -> BuildReport:
    """Build the course under ``root``.

    check: write and run nothing; the report holds what would change, and as a problem each
    notebook whose code is not what was last run.
    execute: ``changed`` runs the notebooks whose code has changed since they were last run,
    ``all`` every one, ``none`` none.
    say: is told of each notebook before it runs.

    What cannot be built (a malformed marker, a cell that fails) is a problem of the report; its
    file stays as it is.  A learner's work is never overwritten.
    """
    if execute not in (CHANGED, ALL, NONE):
        raise ValueError(f"execute is 'changed', 'all' or 'none', not {execute!r}")
    build = _Build(root, check, execute, say)
    outlines = [(lesson, build.lesson(lesson)) for lesson in lessons(root)]
    graph = build.graph()
    build.readme([(lesson, made) for lesson, made in outlines if made], graph)
    if graph:
        build.teaching(graph)
    return build.report


@dataclass
class _Build:
    root: Path
    check: bool
    execute: str
    say: Callable[[str], None]
    report: BuildReport = field(default_factory=BuildReport)

    def lesson(self, lesson: Lesson) -> Outline | None:
        """Build the notebooks of one lesson; its outline, or None where it can't be told."""
        exercises = registry.exercises_of(lesson.number)
        if lesson.solution.exists():
            with self._problems():
                self._solution(lesson, exercises)
        elif exercises:
            self._problem(lesson.solution, "the lesson has exercises and no solutions")
        if not lesson.notebook.exists():
            self._problem(lesson.notebook, "there are solutions and no lesson")
            return None
        with self._problems():
            return self._notebook(lesson, exercises)
        with suppress(BuildError):  # it failed when run: the course map keeps what is there
            return outline(read(lesson.notebook), exercises)
        return None

    def graph(self) -> dict[str, Node]:
        """The lessons as a graph, in which every objective has its place; empty where it fails."""
        with self._problems():
            graph = course_graph(self.root)
            objective_graph(graph)
            return graph
        return {}

    def readme(self, outlines: Sequence[tuple[Lesson, Outline]], graph: dict[str, Node]) -> None:
        """Write the course map into the README, and the diagram where it has a place for it."""
        path = self.root / "README.md"
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        after = between_markers(before, COURSE_MAP, course_map(outlines))
        if after is None:
            self._problem(path, f"the markers <!-- mavrs:{COURSE_MAP} --> are missing")
            return
        if graph:
            drawn = diagram(graph, parts(self.root))
            after = between_markers(after, LESSON_GRAPH, drawn) or after
        self._write(path, after)

    def teaching(self, graph: dict[str, Node]) -> None:
        """Write the tables of the page for teachers, where the course has one."""
        path = self.root / TEACHING
        if not path.exists():
            return
        with self._problems():
            self.report.problems.extend(syllabus_problems(self.root, graph))
            self._write(path, teaching_page(self.root, path.read_text(encoding="utf-8"), graph))

    @contextmanager
    def _problems(self) -> Iterator[None]:
        try:
            yield
        except BuildError as error:
            self.report.problems.append(str(error))

    def _notebook(self, lesson: Lesson, exercises: Sequence[Exercise]) -> Outline:
        notebook = read(lesson.notebook)
        self._run(notebook, lesson.notebook)
        made = outline(notebook, exercises)
        write_minutes(notebook, lesson_line(lesson, made))
        for problem in lint_lesson(notebook, lesson.number, exercises):
            self._problem(lesson.notebook, problem)
        self._write(lesson.notebook, text_of(notebook))
        return made

    def _solution(self, lesson: Lesson, exercises: Sequence[Exercise]) -> None:
        name = self._name(lesson.solution)
        notebook = read(lesson.solution)
        exercise_notebook(notebook, name)  # a malformed marker shows before a minute is spent
        self._run(notebook, lesson.solution)
        write_minutes(notebook, solution_line(notebook, exercises))
        write_worth(notebook, exercises)
        for problem in (*lint_solution(notebook, exercises), *tie_problems(notebook, exercises)):
            self._problem(lesson.solution, problem)
        self._write(lesson.solution, text_of(notebook))
        self._exercise(lesson, exercise_notebook(notebook, name))

    def _exercise(self, lesson: Lesson, fresh: NotebookNode) -> None:
        path = lesson.exercise
        if path.exists():
            try:
                there = read(path)
            except BuildError as error:
                self.report.problems.append(f"{error}; mavrs reset {lesson.number} makes it again")
                return
            if worked_in(there, fresh):
                self._kept(lesson, there, fresh)
                return
            if untouched(there, fresh):
                return
        self._write(path, text_of(fresh))

    def _kept(self, lesson: Lesson, there: NotebookNode, fresh: NotebookNode) -> None:
        line = f"{self._name(lesson.exercise)}: kept, somebody has worked in it"
        if there.metadata.get(OURS, {}).get(MADE) != fresh.metadata[OURS][MADE]:
            line += "; there is a newer version"
        self.report.kept.append(f"{line} (mavrs reset {lesson.number} gives a fresh copy)")

    def _run(self, notebook: NotebookNode, path: Path) -> None:
        """Run a notebook where that is due, and normalise it."""
        due = self.execute == ALL or (self.execute == CHANGED and needs_running(notebook))
        if due and self.check:
            self._problem(path, "its code was not run since it was changed: run mavrs build")
        elif due:
            self.say(f"running {self._name(path)}")
            seconds = run_notebook(notebook, path.parent, self._name(path))
            self.report.ran[self._name(path)] = seconds
        normalise(notebook)

    def _write(self, path: Path, after: str) -> None:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before != after:
            self.report.changes.append(Change(path.relative_to(self.root), before, after))
            if not self.check:
                write_text(path, after)

    def _problem(self, path: Path, text: str) -> None:
        self.report.problems.append(f"{self._name(path)}: {text}")

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()
