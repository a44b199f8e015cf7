"""The course's own prerequisite graph: every objective is in it, and some order is right."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from mavrs_course.course.lessons import lessons as lessons_of
from mavrs_course.course.notebook import BuildError, read
from mavrs_course.course.objectives import objective_graph
from mavrs_course.course.outline import OBJECTIVES, Outline, cell_source
from mavrs_course.course.prerequisites import Node, course_graph

ROOT = Path(__file__).resolve().parent.parent


def a_lesson(number: str, *, knowledge: str = "", needs=(), helps=(), objectives: int = 2) -> Node:
    outline = Outline("Title", "Sentence.", (), 10, None, ())
    texts = {f"L{number}.{n}": f"do {n}" for n in range(1, objectives + 1)}
    return Node(number, f"{number}_title", outline, texts, knowledge, needs, helps)


def graph_of(*lessons: Node):
    return objective_graph({lesson.number: lesson for lesson in lessons})


def test_every_objective_of_every_lesson_is_there_and_none_comes_before_itself():
    graph = objective_graph(course_graph(ROOT))
    stated = [
        key
        for lesson in lessons_of(ROOT)
        if lesson.notebook.exists()
        for key in re.findall(
            r"\*\*(L\d\d\.\d+)\*\*", cell_source(read(lesson.notebook), OBJECTIVES)
        )
    ]
    assert list(graph) == stated and len(stated) > 90
    order = list(
        TopologicalSorter({k: {*o.needs, *o.helps} for k, o in graph.items()}).static_order()
    )
    assert sorted(order) == sorted(graph)
    for key, objective in graph.items():
        assert objective.exercises, f"{key} is tested by no exercise"
        assert objective.text and objective.lesson == key[1:3]


def test_a_lesson_needs_all_of_another_or_what_it_names():
    first = a_lesson("01", objectives=3)
    whole = graph_of(first, a_lesson("02", needs=["01"], knowledge="lesson 01."))
    assert whole["L02.1"].needs == whole["L02.2"].needs == ["L01.1", "L01.2", "L01.3"]
    part = graph_of(first, a_lesson("02", needs=["01"], knowledge="L01.2 of lesson 01."))
    assert part["L02.1"].needs == ["L01.2"]


def test_what_was_taught_before_helps_and_is_not_needed():
    graph = graph_of(a_lesson("01"), a_lesson("02", helps=["01"], objectives=3))
    assert graph["L02.1"].helps == ["L01.1", "L01.2"]
    assert graph["L02.3"].helps == ["L02.2", "L01.1", "L01.2"] and not graph["L02.3"].needs


def test_a_circle_of_needs_and_helps_is_told():
    with pytest.raises(BuildError, match="in a circle: L0"):
        graph_of(a_lesson("01", helps=["02"]), a_lesson("02", needs=["01"]))


def test_lessons_handed_out_without_what_they_need_have_a_graph(tmp_path):
    for folder in ("notebooks", "exercises"):
        (tmp_path / folder).mkdir()
    (tmp_path / "notebooks" / "08_value_decomposition.ipynb").symlink_to(
        ROOT / "notebooks" / "08_value_decomposition.ipynb"
    )
    with pytest.raises(BuildError, match="lesson 07, which there is not"):
        course_graph(tmp_path)
    graph = objective_graph(course_graph(tmp_path, whole=False))
    assert list(graph) == [f"L08.{n}" for n in range(1, 6)] and not graph["L08.1"].needs
