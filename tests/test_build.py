"""What ``build`` and ``reset`` make, keep, refuse and leave alone."""

from __future__ import annotations

import json
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from toy_course import COUNTER, DOUBLE, exercise_cells, make_course, write

from mavrs_course.course.build import build
from mavrs_course.course.handout import exercise_notebook
from mavrs_course.course.notebook import BuildError, normalise, parse, read, text_of
from mavrs_course.course.outline import study_minutes
from mavrs_course.course.reset import reset

NAME = "01_toys.ipynb"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """The toy course in a folder with spaces in its name, known to this process and kernels."""
    root = make_course(tmp_path / "a course of toys")
    monkeypatch.setenv("MAVRS_EXERCISES", "toys")
    monkeypatch.setenv("MAVRS_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.delitem(sys.modules, "toys", raising=False)
    monkeypatch.delitem(sys.modules, "toys.lesson_01", raising=False)
    return root


def quick(root, **options):
    return build(root, execute="none", **options)


def contents(root):
    files = (path for path in root.rglob("*.*") if path.is_file() and path.suffix != ".pyc")
    return {path: path.read_bytes() for path in sorted(files)}


def edit(path, cell_id, source):
    notebook = read(path)
    next(cell for cell in notebook.cells if cell.id == cell_id).source = source
    path.write_text(text_of(notebook), encoding="utf-8")


def cells(path):
    return {cell.id: cell for cell in read(path).cells}


# A whole build, with kernels


def test_build_runs_writes_and_then_changes_not_one_byte(course):
    heard = []
    report = build(course, say=heard.append)
    assert report.problems == [] and len(report.ran) == 2 and len(heard) == 2
    assert {change.path.as_posix() for change in report.changes} == {
        f"notebooks/{NAME}",
        f"solutions/{NAME}",
        f"exercises/{NAME}",
        "README.md",
    }
    lesson = read(course / "notebooks" / NAME)
    assert lesson.cells[2].outputs[0].text == "2\n"
    assert "It runs in" in lesson.cells[0].source and "ExecuteTime" not in str(lesson)
    before = contents(course)
    again = build(course)
    assert not again.ran and not again.stale and contents(course) == before
    assert not build(course, check=True).stale

    edit(course / "notebooks" / NAME, "add", "from mavrs_course.course import claim\nprint(1 + 2)")
    check = build(course, check=True)
    assert any("not run since" in problem for problem in check.problems)
    assert list(build(course).ran) == [f"notebooks/{NAME}"]
    assert cells(course / "notebooks" / NAME)["add"].outputs[0].text == "3\n"


def test_a_failing_notebook_is_named_by_its_cell_and_left_alone(course):
    edit(course / "notebooks" / NAME, "add", "print('one')\n1 / 0")
    edit(course / "solutions" / NAME, "exercise-01-1", DOUBLE.replace("2 * x", "3 * x"))
    before = contents(course)
    report = build(course)
    lesson, solution = sorted(report.problems)
    assert lesson == f"notebooks/{NAME}, cell add: ZeroDivisionError: division by zero"
    assert f"solutions/{NAME}, cell check-01-1: CheckFailed: Exercise 01.1" in solution
    assert [change.path.name for change in report.changes] == ["README.md"]
    readme = course / "README.md"
    assert {**contents(course), readme: b""} == {**before, readme: b""}


# Exercises from solutions


def test_exercise_has_stubs_and_no_solution_hidden_test_or_output(course):
    quick(course)
    made = cells(course / "exercises" / NAME)
    assert made["exercise-01-1"].source == (
        'def double(x):\n    """Twice x."""\n'
        '    raise NotImplementedError("Exercise 01.1 is not written yet")'
    )
    assert made["exercise-01-2"].source.endswith(
        '    def add(self, n):\n        raise NotImplementedError("Exercise 01.2 is not written '
        'yet")\n        return self.seen'
    )
    assert made["check-01-1"].source == 'check("01.1", double)'
    assert made["check-01-1"].metadata.nbgrader.points == 2
    assert made["check-01-1"].metadata.editable is False
    assert all(not cell.get("outputs") for cell in made.values())
    for cell in made.values():
        if cell.cell_type == "code":
            compile(cell.source, cell.id, "exec")


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("def f():\n    ### BEGIN SOLUTION\n    pass", 2, "without its END"),
        ("def f():\n    pass\n    ### END SOLUTION", 3, "without its BEGIN"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", 2, "before the END"),
        ("### BEGIN SOLUTION\n### END HIDDEN TESTS", 2, "without its BEGIN"),
        ("## begin solution\n1\n### END SOLUTION", 1, "write the marker as"),
        ("x = 1  ### BEGIN SOLUTION\n### END SOLUTION", 1, "write the marker as"),
        ("if x:\n### BEGIN SOLUTION\n    pass\n### END SOLUTION", 2, "not Python"),
    ],
)
def test_malformed_markers_name_notebook_cell_and_line(course, source, line, words):
    edit(course / "solutions" / NAME, "exercise-01-1", source)
    report = quick(course)
    problem = next(problem for problem in report.problems if "solutions/" in problem)
    assert problem.startswith(f"solutions/{NAME}, cell exercise-01-1, line {line}: ")
    assert words in problem
    assert not (course / "exercises" / NAME).exists()


def test_markers_in_text_and_in_unnamed_cells_are_refused(course):
    path = course / "solutions" / NAME
    text = new_markdown_cell("### BEGIN SOLUTION\nx\n### END SOLUTION", id="text")
    for cell, words in ((text, "code cells"), (new_code_cell(DOUBLE, id="other"), "exercise-01-2")):
        with pytest.raises(BuildError, match=words):
            exercise_notebook(nbformat.v4.new_notebook(cells=[cell]), path.name)


# A learner's work


def test_work_in_an_exercise_is_never_overwritten(course):
    quick(course)
    mine = course / "exercises" / NAME
    edit(mine, "exercise-01-1", "def double(x):\n    return x + x")
    before = mine.read_bytes()
    for options in ({}, {"check": True}):
        report = quick(course, **options)
        assert mine.read_bytes() == before
        assert "mavrs reset 01" in report.kept[0] and not report.stale
    edit(course / "solutions" / NAME, "task-01-1", "Write `double`, please.")
    report = quick(course)
    assert mine.read_bytes() == before and "newer version" in report.kept[0]


def test_notes_of_a_learner_are_work_too(course):
    quick(course)
    mine = course / "exercises" / NAME
    notebook = read(mine)
    notebook.cells.append(new_markdown_cell("My thoughts.", id="mine"))
    mine.write_text(text_of(notebook))
    assert quick(course).kept


def test_running_a_notebook_is_no_work(course):
    quick(course)
    mine = course / "exercises" / NAME
    notebook = read(mine)
    notebook.metadata.language_info["version"] = "3.12.1"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = 7
            cell.outputs = [nbformat.v4.new_output("stream", text="x")]
            cell.metadata["collapsed"] = False
    notebook.cells.append(new_code_cell("", id="empty"))
    mine.write_text(text_of(notebook).replace("\n", "\r\n"), newline="")
    before = mine.read_bytes()
    assert not quick(course, check=True).stale and not quick(course).kept
    assert mine.read_bytes() == before
    edit(course / "solutions" / NAME, "task-01-1", "Write `double`, please.")
    quick(course)
    assert cells(mine)["task-01-1"].source == "Write `double`, please."


def test_work_in_a_notebook_without_our_metadata_is_kept(course):
    quick(course)
    mine = course / "exercises" / NAME
    notebook = read(mine)
    del notebook.metadata["mavrs"]
    mine.write_text(text_of(notebook))
    assert not quick(course).kept, "nothing but metadata is missing"
    edit(mine, "exercise-01-1", "def double(x):\n    return x + x")
    notebook = read(mine)
    del notebook.metadata["mavrs"]
    mine.write_text(text_of(notebook))
    assert quick(course).kept


def test_an_unreadable_exercise_is_left_for_its_owner(course):
    quick(course)
    mine = course / "exercises" / NAME
    mine.write_text("not JSON")
    report = quick(course)
    assert mine.read_text() == "not JSON" and "mavrs reset 01" in report.problems[0]


def test_reset_gives_a_fresh_copy_and_keeps_each_old_one(course):
    quick(course)
    mine = course / "exercises" / NAME
    fresh = mine.read_bytes()
    assert reset(course, "01") is None, "nobody has worked in it"
    for number in (1, 2):
        edit(mine, "exercise-01-1", f"def double(x):\n    return {number}")
        work = mine.read_bytes()
        kept = reset(course, "1")
        assert kept.name == f"01_toys.mine-{number}.ipynb" and kept.read_bytes() == work
        assert mine.read_bytes() == fresh
    mine.write_text("broken")
    assert reset(course, "01_toys").name == "01_toys.mine-3.ipynb"
    mine.unlink()
    assert reset(course, "01") is None and mine.read_bytes() == fresh
    with pytest.raises(LookupError, match="there is: 01"):
        reset(course, "99")
    assert not quick(course).kept, "kept copies are no lessons"


# What check says


def test_check_writes_nothing_and_shows_a_readable_difference(course):
    quick(course)
    edit(course / "solutions" / NAME, "task-01-1", "Write `double`, please.")
    before = contents(course)
    report = quick(course, check=True)
    assert contents(course) == before and report.stale
    (change,) = report.changes
    assert change.path.as_posix() == f"exercises/{NAME}"
    assert "-Write `double`." in change.diff and "+Write `double`, please." in change.diff
    assert '"source"' not in change.diff


def test_changed_points_make_the_exercise_stale(course):
    quick(course)
    notebook = read(course / "solutions" / NAME)
    notebook.cells[4].metadata.nbgrader.points = 7
    (course / "solutions" / NAME).write_text(text_of(notebook))
    assert [c.path.name for c in quick(course, check=True).changes] == [NAME]


def test_windows_line_ends_change_nothing(course):
    quick(course)
    for path in (course / "solutions" / NAME, course / "notebooks" / NAME, course / "README.md"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert not quick(course, check=True).stale
    notebook = json.loads((course / "solutions" / NAME).read_text())
    for cell in notebook["cells"]:
        cell["source"] = [line.replace("\n", "\r\n") for line in cell["source"]]
    (course / "solutions" / NAME).write_text(json.dumps(notebook))
    quick(course)
    assert b"\\r" not in (course / "exercises" / NAME).read_bytes()
    assert not quick(course, check=True).stale


# What is kept true


def test_header_and_course_map_tell_minutes_exercises_and_points(course):
    quick(course)
    header = cells(course / "notebooks" / NAME)["header"].source
    assert (
        "About 5 minutes to study, and 15 more for [2 exercises](../exercises/01_toys.ipynb) "
        "(5 points)."
    ) in header
    for folder in ("solutions", "exercises"):
        header = cells(course / folder / NAME)["header"].source
        assert "2 exercises, 5 points, about 15 minutes." in header
    readme = (course / "README.md").read_text()
    assert (
        "| [01 · A toy](notebooks/01_toys.ipynb) | At its end you can double. | 5 min |" in readme
    )
    assert "[2 exercises](exercises/01_toys.ipynb), 5 points, 15 min" in readme
    assert readme.startswith("# Toys\n") and readme.endswith("The end.\n")


def test_metadata_are_normalised():
    notebook = parse(
        json.dumps(
            {
                "nbformat": 4,
                "nbformat_minor": 4,
                "metadata": {
                    "kernelspec": {"name": "mine", "display_name": "Mine"},
                    "vscode": {},
                    "widgets": {"x": "y" * 10**6},
                },
                "cells": [
                    {
                        "cell_type": "code",
                        "source": ["1\n", "2"],
                        "metadata": {"execution": {"t": "1"}, "tags": ["claim"], "scrolled": True},
                        "execution_count": 1,
                        "outputs": [
                            {"output_type": "stream", "name": "stdout", "text": "a"},
                            {"output_type": "stream", "name": "stdout", "text": "b"},
                            {
                                "output_type": "display_data",
                                "metadata": {},
                                "data": {
                                    "application/vnd.jupyter.widget-view+json": {},
                                    "text/plain": "Box()",
                                },
                            },
                        ],
                    }
                ],
            }
        )
    )
    normalise(notebook)
    (cell,) = notebook.cells
    assert notebook.metadata.kernelspec.name == "python3" and set(notebook.metadata) == {
        "kernelspec",
        "language_info",
    }
    assert cell.id == "cell-01" and dict(cell.metadata) == {"tags": ["claim"]}
    assert cell.outputs[0].text == "ab"
    assert "application/vnd.jupyter.widget-view+json" not in cell.outputs[1].data
    assert "Run this cell" in cell.outputs[1].data["text/markdown"]
    nbformat.validate(notebook)


def test_headings_of_exercises_say_what_they_are_worth(course):
    edit(course / "solutions" / NAME, "task-01-1", "## 01.1 Double it (9 points, 1 min)\n\n## More")
    edit(course / "solutions" / NAME, "task-01-2", "## 01.2 Count\n\nWrite `Counter`.")
    quick(course)
    for folder in ("solutions", "exercises"):
        told = cells(course / folder / NAME)
        assert told["task-01-1"].source == "## 01.1 Double it (2 points, 5 min)\n\n## More"
        assert told["task-01-2"].source == "## 01.2 Count (3 points, 10 min)\n\nWrite `Counter`."
    assert not quick(course).stale


# Conventions


BROKEN = {
    "lesson without objectives": ("notebooks", "objectives", "Nothing", "no objectives such as"),
    "objective untested": ("notebooks", "objectives", "**L01.1** **L01.2** **L01.3**", "L01.3"),
    "objective unstated": ("notebooks", "objectives", "**L01.1**", "tests L01.2, which is not"),
    "wrong title": ("notebooks", "header", "# 02 · A toy", "starts with '# 01 · Title'"),
    "no minutes": ("notebooks", "header", "# 01 · A toy", "markers for the minutes"),
    "long cell": ("notebooks", "add", "x = 1\n" * 40, "40 lines of code"),
    "untagged claim": ("notebooks", "add", 'claim("01.2", "x", xs, at_least=1)', "lacks the tag"),
    "empty claim": ("notebooks", "claim", "1", "states none"),
    "other points": ("solutions", "check-01-1", None, "7 points, and 2 in the exercise"),
    "no hidden test": ("solutions", "check-01-1", 'check("01.1", double)', "BEGIN HIDDEN TESTS"),
    "nothing marked": ("solutions", "exercise-01-1", "def double(x):\n    return 2 * x", "nothing"),
    "marked outside a function": (
        "solutions",
        "exercise-01-1",
        "### BEGIN SOLUTION\ndouble = lambda x: 2 * x\n### END SOLUTION",
        "not inside a function",
    ),
}


@pytest.mark.parametrize(("folder", "cell", "source", "words"), BROKEN.values(), ids=BROKEN)
def test_broken_conventions_are_named_with_their_cell(course, folder, cell, source, words):
    assert quick(course).problems == []
    if source is None:
        notebook = read(course / folder / NAME)
        notebook.cells[4].metadata.nbgrader.points = 7
        (course / folder / NAME).write_text(text_of(notebook))
    else:
        edit(course / folder / NAME, cell, source)
    problems = quick(course).problems
    assert any(words in problem and f"cell {cell}" in problem for problem in problems), problems


def test_exercises_are_registered_and_registered_ones_exist(course):
    write(
        course / "solutions" / NAME,
        [
            *exercise_cells("01-1", 2, "double", DOUBLE),
            *exercise_cells("01-9", 3, "Counter", COUNTER),
        ],
    )
    problems = quick(course).problems
    assert any("exercise 01.9 is not registered" in problem for problem in problems)
    assert any("exercise 01.2 is registered and has no cell" in problem for problem in problems)


def test_missing_files_are_problems_not_crashes(course):
    (course / "README.md").unlink()
    (course / "notebooks" / NAME).unlink()
    problems = quick(course).problems
    assert any("README.md: the markers" in problem for problem in problems)
    assert any("there are solutions and no lesson" in problem for problem in problems)
    cell = new_code_cell("1", id="same")
    write(course / "solutions" / NAME, [cell])
    text = (course / "solutions" / NAME).read_text()
    twice = json.loads(text)
    twice["cells"] *= 2
    (course / "solutions" / NAME).write_text(json.dumps(twice))
    assert any("two cells have the id same" in problem for problem in quick(course).problems)
    (course / "solutions" / NAME).write_text("{}")
    assert any("not a readable notebook" in problem for problem in quick(course).problems)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"image/png": "AA", "text/plain": "<Figure size 10x10 with 1 Axes>"}, "without alt text"),
        ({"text/plain": "<a.Legend at 0x7f9f0f30>"}, "leaves <a.Legend at 0x7f9f0f30>"),
        ({"text/plain": "[Text(0.5, 0, 'days'),\n (0, 1)]"}, "leaves [Text(0.5, 0, 'days'),"),
        ({"image/png": "AA", "text/html": '<img alt="A dot.">', "text/plain": "A dot."}, None),
        ({"text/plain": "<a log of 12 events>"}, None),
    ],
)
def test_what_a_cell_leaves_by_accident_is_named(course, data, words):
    notebook = read(course / "notebooks" / NAME)
    notebook.cells.append(new_code_cell("1", id="left"))
    notebook.cells[-1].outputs = [new_output("display_data", data)]
    (course / "notebooks" / NAME).write_text(text_of(notebook))
    problems = [problem for problem in quick(course).problems if "cell left" in problem]
    assert all(words in problem for problem in problems) if words else not problems
    assert bool(problems) == bool(words)


def test_time_to_study_counts_words_code_and_predictions():
    def minutes(text: str, *code: str) -> int:
        cells = [new_markdown_cell(text), *map(new_code_cell, code)]
        return study_minutes(new_notebook(cells=cells))

    assert minutes("word " * 1500) == 10
    assert minutes("word " * 1501) == 15
    assert minutes("", "x = 1\n" * 100) == 10
    assert minutes("", "x = 1\n" * 100, "from a import b\nimport c\n\n)\n])\n" * 50) == 10
    assert minutes("**Predict:** what?\n\n**Before you run this:** why?\n\n" * 5) == 20
