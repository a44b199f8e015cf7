"""The course's own prerequisite graph: every objective is in it, some order is right; drawn."""

from __future__ import annotations

import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from mavrs_course.course import registry
from mavrs_course.course.drawing import LESSON_GRAPH, diagram, generations
from mavrs_course.course.header import between_markers
from mavrs_course.course.lessons import lessons as lessons_of
from mavrs_course.course.notebook import BuildError, read
from mavrs_course.course.objectives import objective_graph
from mavrs_course.course.outline import OBJECTIVES, Outline, cell_source
from mavrs_course.course.prerequisites import Node, course_graph
from mavrs_course.course.syllabus import CoursePart, parts

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


def test_exercises_are_announced_as_they_are_without_loading_them():
    for number in registry.lessons():
        announced = registry.headers_of(number)
        whole = registry.exercises_of(number)
        fields = ("id", "title", "minutes", "difficulty", "points", "objective", "praise")
        for header, exercise in zip(announced, whole, strict=True):
            assert [getattr(header, f) for f in fields] == [getattr(exercise, f) for f in fields]


def test_the_map_needs_no_learning_library():
    script = (
        "import sys; from pathlib import Path;"
        "from mavrs_course.course.prerequisites import course_graph;"
        f"course_graph(Path({str(ROOT)!r})); print('torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


# --- drawn ----------------------------------------------------------------------------------------

FOUR = {
    node.number: node
    for node in (
        a_lesson("01"),
        a_lesson("02", helps=["01"]),
        a_lesson("03", needs=["02"], helps=["01"]),
        a_lesson("04"),
    )
}


def test_lessons_in_steps_come_after_all_that_they_build_on():
    assert generations(FOUR) == [["01", "04"], ["02"], ["03"]]


def test_the_diagram_has_each_lesson_once_and_no_arrow_that_a_way_round_tells():
    drawn = diagram(FOUR, [CoursePart("Part I", ["01", "02", "03"])])  # 04 has no part yet
    for number in FOUR:
        assert drawn.count(f'L{number}["{number} Title"]') == 1
    assert "L02 --> L03" in drawn and "L01 -.-> L02" in drawn
    assert "L01 -.-> L03" not in drawn


def test_the_readme_shows_the_diagram_of_all_lessons():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    drawn = diagram(course_graph(ROOT), parts(ROOT))
    assert between_markers(readme, LESSON_GRAPH, drawn) == readme
