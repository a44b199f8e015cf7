"""The map of the course, and the page for teachers: made from the notebooks, and checked."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from toy_course import make_course
from typer.testing import CliRunner

from mavrs_course import cli
from mavrs_course.course.build import build
from mavrs_course.course.notebook import BuildError, read, text_of
from mavrs_course.course.prerequisites import course_graph, lessons_named, prerequisites
from mavrs_course.course.syllabus import TEACHING, paths, problems, teaching_page

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("text", "needs", "helps"),
    [
        ("**You need** numpy.", [], []),
        ("You need Bayes' rule, and for section 11 a little torch.", [], []),
        ("**You need** numpy, and the game of lesson 03.", ["03"], []),
        ("**You need** TD learning (lesson 07 is enough). Lesson 04 helps.", ["07"], ["04"]),
        ("**You need** lessons 03 to 05. Lesson 01 (EASE) helps.", ["03", "04", "05"], ["01"]),
        ("**You need** numpy. Lessons 06 (credit) and 09 (IPPO) help.", [], ["06", "09"]),
        ("**You need** numpy. Lesson 11 has the router, lesson 16 the rest.", [], ["11", "16"]),
        ("**You need** lesson 02. Lesson 02 is short.", ["02"], []),
        ("Nothing is said here of lesson 02.", [], []),
    ],
)
def test_prerequisites_are_what_the_lesson_says(text, needs, helps):
    assert prerequisites(text) == (needs, helps)


def test_a_year_or_a_share_is_no_lesson():
    assert lessons_named("In 20 lessons and 95 % of 2019") == []
    assert lessons_named("Lessons 02, 03 and 05–07") == ["02", "03", "05", "06", "07"]


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setenv("MAVRS_EXERCISES", "toys")
    root = make_course(tmp_path / "course")
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.delitem(sys.modules, "toys", raising=False)
    monkeypatch.delitem(sys.modules, "toys.lesson_01", raising=False)
    (root / "docs").mkdir()
    return root


def add_lesson(root: Path, number: str, needs: str) -> None:
    notebook = read(root / "notebooks" / "01_toys.ipynb")
    notebook.cells[0].source = notebook.cells[0].source.replace("01", number)
    notebook.cells[1].source = f"- **L{number}.1** count\n\n**You need** {needs}"
    (root / "notebooks" / f"{number}_toys.ipynb").write_text(text_of(notebook))


def test_a_lesson_that_builds_on_none_there_is_stops_the_map(course):
    add_lesson(course, "02", "lesson 08.")
    with pytest.raises(BuildError, match=r"02_toys.ipynb, cell objectives: .* lesson 08"):
        course_graph(course)


def test_lessons_that_need_each_other_are_told(course):
    add_lesson(course, "02", "lesson 03.")
    add_lesson(course, "03", "lesson 02.")
    with pytest.raises(BuildError, match=r"circle: (02 → 03 → 02|03 → 02 → 03)"):
        course_graph(course)


def test_a_path_in_the_wrong_order_or_with_holes_is_told(course):
    add_lesson(course, "02", "lesson 01.")
    (course / "docs" / "course.toml").write_text(
        '[[part]]\ntitle = "Toys"\nlessons = ["01"]\n'
        '[[path]]\nid = "wrong"\ntitle = "t"\nsentence = "s"\nunit = "week"\n'
        'units = [["02"], ["01", "02"], ["09"]]\n'
    )
    told = "\n".join(problems(course, course_graph(course)))
    for problem in (
        "lesson 02 stands in 0 parts",
        "wrong: lesson 02 needs 01 before it",
        "wrong has lesson 02 twice",
        "wrong names lesson 09",
    ):
        assert problem in told


def test_a_page_without_its_markers_is_told(course):
    with pytest.raises(BuildError, match="mavrs:teaching-paths"):
        teaching_page(course, "# Teaching\n", course_graph(course))


def test_the_build_keeps_the_page_true(course):
    markers = ("teaching-paths", "prerequisites", "objectives", "exam")
    page = course / TEACHING
    page.write_text("".join(f"<!-- mavrs:{name} --><!-- /mavrs:{name} -->\n" for name in markers))
    build(course, execute="none")
    assert "**L01.2** count (exercise 01.2)" in page.read_text()
    assert not [c for c in build(course, execute="none").changes if c.path == TEACHING]


def test_hours_of_the_paths_are_the_sums_of_the_lessons_minutes():
    graph, page = course_graph(ROOT), (ROOT / TEACHING).read_text(encoding="utf-8")
    assert not list(problems(ROOT, graph))
    for path in paths(ROOT):
        section = page.split(f"### {path.title}\n")[1].split("\n###")[0]
        total = re.search(r"\*\*all\*\* \| \| (\d+) h (\d\d) \|", section)
        stated = 60 * int(total[1]) + int(total[2])
        lessons = [number for unit in path.units for number in unit]
        headers = [read(ROOT / "notebooks" / f"{graph[n].name}.ipynb").cells[0] for n in lessons]
        announced = [int(re.search(r"About (\d+) minutes", cell.source)[1]) for cell in headers]
        assert stated == sum(announced)


def test_every_objective_has_an_exam_question():
    exam = (ROOT / TEACHING).read_text(encoding="utf-8").split("<!-- mavrs:exam -->")[1]
    for node in course_graph(ROOT).values():
        for objective in node.objectives:
            assert f"**{objective}** (" in exam


def test_map_as_text_and_as_data():
    text = CliRunner().invoke(cli.app, ["map", "8"])
    assert text.exit_code == 0
    assert "07" in text.output and "L08.1" in text.output and "L09.1" not in text.output
    data = json.loads(CliRunner().invoke(cli.app, ["map", "--json"]).output)
    lesson = next(lesson for lesson in data["lessons"] if lesson["number"] == "08")
    assert lesson["needs"] == ["07"]
    assert [o["exercises"] for o in lesson["objectives"] if o["id"] == "L08.1"] != [[]]
    assert CliRunner().invoke(cli.app, ["map", "77"]).exit_code == 1
