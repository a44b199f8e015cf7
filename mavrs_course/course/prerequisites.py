"""What each lesson teaches and what it builds on: the map of the course, as a graph."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from nbformat import NotebookNode

from mavrs_course.course import registry
from mavrs_course.course.exercise import ExerciseHeader
from mavrs_course.course.lessons import lessons
from mavrs_course.course.notebook import BuildError, read
from mavrs_course.course.outline import OBJECTIVES, Outline, cell_source, outline

OBJECTIVE_LINE = re.compile(r"^[-*] \*\*(L\d\d\.\d+)\*\* (.+(?:\n  .+)*)", re.MULTILINE)
NEEDS = re.compile(r"(?:\*\*You need\*\*|You need) (.+?)(?:\n\s*\n|\Z)", re.DOTALL)
ONE_LESSON = r"\d\d\b(?: \([^)]*\))?"
LESSONS = re.compile(
    rf"\b[Ll]essons? ({ONE_LESSON}(?:(?:, and|, or|,| and| or| to|–) ?{ONE_LESSON})*)"
)
RANGE = re.compile(r"\b(\d\d)(?: to |–)(\d\d)\b")
SENTENCE = re.compile(r"(?<=[.;]) ")


@dataclass(frozen=True)
class Node:
    """A lesson on the map.

    objectives: text by id.  knowledge: what a reader needs, in the lesson's own words.
    needs: lessons to know before.  helps: lessons that make it easier, and can be left out.
    """

    number: str
    name: str
    outline: Outline
    objectives: dict[str, str]
    knowledge: str
    needs: Sequence[str]
    helps: Sequence[str]

    @property
    def title(self) -> str:
        return self.outline.title

    def tested_by(self, objective: str) -> list[ExerciseHeader]:
        """The exercises that test an objective."""
        return [exercise for exercise in self.outline.exercises if exercise.objective == objective]


def course_graph(root: Path, *, whole: bool = True) -> dict[str, Node]:
    """The lessons of the course by number, in order.

    Raises :class:`BuildError` where a lesson builds on one that there is not, or on itself by a
    detour: nobody could begin such a course.  Where it is not ``whole``, some lessons of it as a
    teacher hands them out, what is not there counts as known.
    """
    found = [
        _node(lesson.number, lesson.name, read(lesson.notebook))
        for lesson in lessons(root)
        if lesson.notebook.exists()
    ]
    graph = {node.number: node for node in found}
    if not whole:
        graph = {number: _among(node, graph) for number, node in graph.items()}
    for node in graph.values():
        for number in (*node.needs, *node.helps):
            if number not in graph:
                raise BuildError(
                    f"{node.name}.ipynb, cell {OBJECTIVES}: it builds on lesson {number}, "
                    "which there is not"
                )
    require_order({key: node.needs for key, node in graph.items()}, "lessons need each other")
    return graph


def prerequisites(text: str) -> tuple[list[str], list[str]]:
    """The lessons that a paragraph "You need …" requires, and those that it says help.

    A lesson is required when the sentence that starts with "You need" names it; one that "helps",
    or without which "you can read this one", and those of any further sentence, are not.
    """
    match = NEEDS.search(text)
    if not match:
        return [], []
    first, *rest = SENTENCE.split(" ".join(match[1].split()))
    needed = lessons_named(first)
    helping = [number for sentence in rest for number in lessons_named(sentence)]
    return needed, sorted(set(helping) - set(needed))


def lessons_named(text: str) -> list[str]:
    """The numbers of the lessons that a text names: "lessons 03 to 05 and 07" are four."""
    numbers: set[str] = set()
    for match in LESSONS.finditer(text):
        named = re.sub(r"\([^)]*\)", "", match[1])
        numbers |= set(re.findall(r"\d\d", named))
        for low, high in RANGE.findall(named):
            numbers |= {f"{number:02d}" for number in range(int(low), int(high) + 1)}
    return sorted(numbers)


def leads_to(graph: dict[str, Node], number: str) -> list[str]:
    """The lessons that need this one, or are helped by it."""
    return [node.number for node in graph.values() if number in {*node.needs, *node.helps}]


def _among(node: Node, graph: dict[str, Node]) -> Node:
    """The lesson, building on those of the graph alone."""
    needs, helps = ([n for n in links if n in graph] for links in (node.needs, node.helps))
    return replace(node, needs=needs, helps=helps)


def _node(number: str, name: str, notebook: NotebookNode) -> Node:
    text = cell_source(notebook, OBJECTIVES)
    needs, helps = prerequisites(text)
    knowledge = NEEDS.search(text)
    return Node(
        number=number,
        name=name,
        outline=outline(notebook, registry.headers_of(number)),
        objectives={key: " ".join(words.split()) for key, words in OBJECTIVE_LINE.findall(text)},
        knowledge=" ".join(knowledge[1].split()) if knowledge else "",
        needs=needs,
        helps=helps,
    )


def require_order(builds_on: Mapping[str, Collection[str]], told: str) -> None:
    """Raise :class:`BuildError`, which begins with ``told``, where things build on one another."""
    try:
        TopologicalSorter(builds_on).prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise BuildError(f"{told} in a circle: {circle}") from None
