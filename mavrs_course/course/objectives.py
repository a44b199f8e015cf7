"""What a learner shall be able to do, objective by objective, as one graph over the whole course.

Nothing is registered: an objective stands in the first cells of its lesson, what a lesson needs in
the words after "You need" there, and the exercise that tests it in the bank.  From these follow
two kinds of edges:

* ``needs``: a lesson that "needs lesson 07" needs all objectives of lesson 07; where the sentence
  also names some of them, such as ``L07.1``, it needs these alone.
* ``helps``: the same for lessons that "help", and within a lesson the objective before, for a
  lesson teaches its objectives in their order.  These make something easier and are not required.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mavrs_course.course.exercise import ExerciseHeader
from mavrs_course.course.notebook import BuildError
from mavrs_course.course.prerequisites import Node, require_order

NAMED = re.compile(r"\bL(\d\d)\.\d+\b")


@dataclass(frozen=True)
class Objective:
    """An objective of the course.

    lesson: its lesson's number.  exercises: those that test it.  needs: ids of objectives to have
    in hand before.  helps: of others that make it easier.
    """

    id: str
    text: str
    lesson: str
    exercises: Sequence[ExerciseHeader]
    needs: Sequence[str]
    helps: Sequence[str]


def objective_graph(lessons: dict[str, Node]) -> dict[str, Objective]:
    """Every objective of every lesson by id, in the order of the course.

    Raises :class:`BuildError` for an objective that builds on one that there is not, or on itself
    by a detour: no order of learning would be right then.
    """
    graph = {made.id: made for node in lessons.values() for made in _objectives(node, lessons)}
    for objective in graph.values():
        for other in (*objective.needs, *objective.helps):
            if other not in graph:
                raise BuildError(
                    f"{lessons[objective.lesson].name}.ipynb: {objective.id} builds on {other}, "
                    "which there is not"
                )
    builds_on = {key: {*made.needs, *made.helps} for key, made in graph.items()}
    require_order(builds_on, "objectives build on each other")
    return graph


def as_data(lessons: dict[str, Node], graph: dict[str, Objective]) -> dict:
    """The lessons and their objectives as plain data, for ``mavrs map --json``."""
    return {"version": 1, "lessons": [_data(node, graph) for node in lessons.values()]}


def _objectives(node: Node, lessons: dict[str, Node]) -> Iterator[Objective]:
    needs = _of_lessons(node.needs, node.knowledge, lessons)
    helps = _of_lessons(node.helps, node.knowledge, lessons)
    before = dict(pairwise(reversed(node.objectives)))  # objective -> the one taught before it
    for key, text in node.objectives.items():
        easier = [*([before[key]] if key in before else []), *helps]
        yield Objective(key, text, node.number, node.tested_by(key), needs, easier)


def _of_lessons(numbers: Sequence[str], words: str, lessons: dict[str, Node]) -> list[str]:
    """The objectives of these lessons that the words name; all of a lesson where they name none."""
    named = {match[0]: match[1] for match in NAMED.finditer(words)}
    found = []
    for number in numbers:
        some = [key for key, lesson in named.items() if lesson == number]
        found += some or list(lessons[number].objectives)
    return found


def _data(node: Node, graph: dict[str, Objective]) -> dict:
    return {
        "number": node.number,
        "title": node.title,
        "notebook": f"notebooks/{node.name}.ipynb",
        "minutes": node.outline.minutes,
        "exercise_minutes": node.outline.exercise_minutes,
        "knowledge": node.knowledge,
        "needs": list(node.needs),
        "helped_by": list(node.helps),
        "objectives": [
            {
                "id": key,
                "text": text,
                "exercises": [exercise.id for exercise in node.tested_by(key)],
                "needs": list(graph[key].needs),
                "helped_by": list(graph[key].helps),
            }
            for key, text in node.objectives.items()
        ],
    }
