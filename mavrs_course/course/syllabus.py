"""Ways to teach the course, from docs/course.toml, with hours that come from the notebooks."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mavrs_course.course import registry
from mavrs_course.course.exercise import ExerciseHeader
from mavrs_course.course.header import between_markers
from mavrs_course.course.notebook import BuildError
from mavrs_course.course.prerequisites import Node, leads_to

SETTINGS, TEACHING = Path("docs/course.toml"), Path("docs/teaching.md")


@dataclass(frozen=True)
class CoursePart:
    """Lessons that belong together."""

    title: str
    lessons: Sequence[str]


@dataclass(frozen=True)
class TeachingPath:
    """A way through the course: lessons by week or half day.

    exercises: how many of each lesson are set; None for all.
    """

    id: str
    title: str
    sentence: str
    unit: str
    units: Sequence[Sequence[str]]
    exercises: int | None = None

    def set_exercises(self, node: Node) -> list[ExerciseHeader]:
        """Those of a lesson that this path sets, worth most first, then in their order."""
        ranked = sorted(node.outline.exercises, key=lambda exercise: -exercise.points)
        return sorted(ranked[: self.exercises], key=lambda exercise: exercise.id)


def parts(root: Path) -> list[CoursePart]:
    """The parts of the course, in order."""
    return [CoursePart(**part) for part in _settings(root).get("part", [])]


def paths(root: Path) -> list[TeachingPath]:
    """The ways to teach it."""
    return [TeachingPath(**path) for path in _settings(root).get("path", [])]


def problems(root: Path, graph: dict[str, Node]) -> Iterator[str]:
    """What is wrong with the parts and paths, a sentence each."""
    in_parts = [number for part in parts(root) for number in part.lessons]
    for number in graph:
        if in_parts.count(number) != 1:
            yield f"{SETTINGS}: lesson {number} stands in {in_parts.count(number)} parts, not one"
    for number in sorted(set(in_parts) - set(graph)):
        yield f"{SETTINGS}: a part names lesson {number}, which there is not"
    for path in paths(root):
        yield from _path_problems(path, graph)


def teaching_page(root: Path, text: str, graph: dict[str, Node]) -> str:
    """The page with its tables made again; raises :class:`BuildError` where a marker is missing."""
    made: dict[str, Callable[[], str]] = {
        "teaching-paths": lambda: "\n\n".join(path_section(path, graph) for path in paths(root)),
        "prerequisites": lambda: prerequisites_table(graph),
        "objectives": lambda: "\n\n".join(_objectives(node) for node in graph.values()),
        "exam": lambda: "\n\n".join(_exam(node) for node in graph.values()),
    }
    for name, section in made.items():
        after = between_markers(text, name, section())
        if after is None:
            raise BuildError(f"{TEACHING}: the markers <!-- mavrs:{name} --> are missing")
        text = after
    return text


def path_section(path: TeachingPath, graph: dict[str, Node]) -> str:
    """A path as a heading and a table; hours are the sum of the lessons' measured minutes."""
    rows = [
        f"| {path.unit} | lessons | exercises | to study | to practise | together |",
        "|--:|---|---|--:|--:|--:|",
    ]
    total = [0, 0]
    for place, numbers in enumerate(path.units, start=1):
        nodes = [graph[number] for number in numbers if number in graph]  # the rest is told
        chosen = [exercise for node in nodes for exercise in path.set_exercises(node)]
        study = sum(node.outline.minutes for node in nodes)
        practice = sum(exercise.minutes for exercise in chosen)
        total = [total[0] + study, total[1] + practice]
        names = "<br>".join(f"{node.number} · {node.title}" for node in nodes)
        ids = "all" if path.exercises is None else ", ".join(exercise.id for exercise in chosen)
        rows.append(
            f"| {place} | {names} | {ids} | {hours(study)} | {hours(practice)} "
            f"| {hours(study + practice)} |"
        )
    rows.append(f"| | **all** | | {hours(total[0])} | {hours(total[1])} | {hours(sum(total))} |")
    return f"### {path.title}\n\n{path.sentence}\n\n" + "\n".join(rows)


def hours(minutes: int) -> str:
    """Minutes as hours and minutes: ``"2 h 05"``."""
    return f"{minutes // 60} h {minutes % 60:02d}"


def prerequisites_table(graph: dict[str, Node]) -> str:
    """Each lesson with what it needs, what helps, and what it leads to."""
    rows = ["| lesson | needs | is easier after | leads to |", "|---|---|---|---|"]
    for node in graph.values():
        links = (node.needs, node.helps, leads_to(graph, node.number))
        cells = " | ".join(", ".join(numbers) or "—" for numbers in links)
        rows.append(f"| {node.number} · {node.title} | {cells} |")
    return "\n".join(rows)


def _objectives(node: Node) -> str:
    lines = [
        f"- **{key}** {text} (exercise {_ids(node.tested_by(key))})"
        for key, text in node.objectives.items()
    ]
    return f"**{node.number} · {node.title}**\n\n" + "\n".join(lines)


def _exam(node: Node) -> str:
    lines = []
    for key, text in node.objectives.items():
        exercises = node.tested_by(key)
        whole = [registry.find(exercise.id) for exercise in exercises]
        mistakes = [mistake.name for exercise in whole for mistake in exercise.mistakes]
        minutes = max(5, sum(exercise.minutes for exercise in exercises) // 2)
        lines.append(f"- **{key}** ({minutes} min) {_sentence(text)}")
        if mistakes:
            named = " and ".join(f"*{name.replace('_', ' ')}*" for name in mistakes[:2])
            lines.append(
                f"  Then: learners have handed in {named}. What goes wrong, and on what input?"
            )
    return f"**{node.number} · {node.title}**\n\n" + "\n".join(lines)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.;')}."


def _ids(exercises: Sequence[ExerciseHeader]) -> str:
    return ", ".join(exercise.id for exercise in exercises) or "none"


def _path_problems(path: TeachingPath, graph: dict[str, Node]) -> Iterator[str]:
    met: set[str] = set()
    for number in (number for unit in path.units for number in unit):
        if number not in graph:
            yield f"{SETTINGS}: path {path.id} names lesson {number}, which there is not"
            continue
        if number in met:
            yield f"{SETTINGS}: path {path.id} has lesson {number} twice"
        for needed in graph[number].needs:
            if needed not in met:
                yield f"{SETTINGS}: path {path.id}: lesson {number} needs {needed} before it"
        met.add(number)


def _settings(root: Path) -> dict:
    try:
        return tomllib.loads((root / SETTINGS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise BuildError(f"{SETTINGS}: {error}") from None
