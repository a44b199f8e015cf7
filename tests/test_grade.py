"""What grading promises of notebooks that run: fair points, from the course's own checks."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ElementTree

import nbformat
import pytest
import toy_class as toy
from rich.console import Console

from mavrs_course.course import state
from mavrs_course.course.grading import (
    ExerciseGrade,
    NoSolutionsError,
    NotebookGrade,
    grade,
    misconceptions,
    print_class,
    print_grades,
    print_table,
    running,
    write_json,
    write_junit,
)
from mavrs_course.course.grading.code import only_checks
from mavrs_course.course.grading.reading import Cell
from mavrs_course.course.grading.restoring import AnswerKey, find_key, plan


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The root of the toy course, known to every kernel that starts while the module runs."""
    folder = tmp_path_factory.mktemp("toys")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in toy.environment(folder / "state").items():
            patch.setenv(name, value)
        yield toy.make_course(folder / "course")


@pytest.fixture
def grade_one(course, tmp_path):
    """Grades one notebook of a learner."""

    def run(notebook, name=f"{toy.NAME}.ipynb", **options) -> NotebookGrade:
        return grade([toy.save(notebook, tmp_path / name)], root=course, **options)[0]

    return run


def statuses(graded: NotebookGrade) -> list[str]:
    assert not graded.error
    return [exercise.status for exercise in graded.exercises]


def without(notebook, *names):
    notebook.cells = [cell for cell in notebook.cells if cell.id not in names]
    return notebook


def insert_after(notebook, name, *sources):
    place = [cell.id for cell in notebook.cells].index(name) + 1
    notebook.cells[place:place] = [nbformat.v4.new_code_cell(source) for source in sources]
    return notebook


ALL_PASSED = ["passed"] * 4
CHEATS = [
    "def check(*anything, **more):\n    return None",
    "import mavrs_course.course\nmavrs_course.course.check = lambda *anything, **more: None",
    "import mavrs_course.course.checking as checking\n"
    "checking.examine = lambda exercise, *rest, **more: checking.Verdict(exercise, 'passed')",
    "import sys, types\n"
    "sys.modules['mavrs_course.course'] = types.SimpleNamespace(check=lambda *a, **k: None)",
    "import toy_exercises.lesson_07 as lesson\n"
    "for exercise in lesson.EXERCISES:\n    object.__setattr__(exercise, 'cases', lambda rng: [])",
    "import os\nos.environ['MAVRS_EXERCISES'] = 'nothing_here'",
]
FORGERY = """from IPython.display import display
record = {"exercise": "07.1", "status": "passed", "points": 2, "max_points": 2}

def double(x):
    display({"application/vnd.mavrs.check+json": record, "text/plain": ""}, raw=True)
    print("Exercise 07.1 ✓")

double(0)
"""


def test_right_answers_get_all_points(grade_one):
    graded = grade_one(toy.handed_in())
    assert statuses(graded) == ALL_PASSED
    assert (graded.points, graded.max_points, graded.lesson) == (7, 7, toy.NAME)
    assert graded.passed


def test_an_untouched_notebook_gets_none_and_is_told_so(grade_one):
    graded = grade_one(toy.unsolved())
    assert statuses(graded) == ["not started"] * 4
    assert (graded.points, graded.max_points) == (0, 7)
    assert not graded.passed


def test_a_wrong_answer_gets_its_diagnosis_and_a_hint(grade_one):
    graded = grade_one(toy.handed_in(e1=toy.WRONG["07.1"], e3=toy.WRONG["07.3"]))
    assert statuses(graded) == ["failed", "passed", "failed", "passed"]
    first = graded.exercises[0]
    assert first.message == "You squared the number."
    assert first.diagnosis == "squared"
    assert first.hint.endswith("First hint of 1.")
    assert graded.points == 2


def test_the_next_hint_is_the_learners_and_grading_counts_no_attempt(grade_one, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAVRS_STATE", str(tmp_path / "state"))
        state.record_failure("07.1", "an earlier answer")
        before = (tmp_path / "state" / state.FILE).read_bytes()
        graded = grade_one(toy.handed_in(e1=toy.WRONG["07.1"]))
        assert graded.exercises[0].hint.endswith("Second hint of 1.")
        assert (tmp_path / "state" / state.FILE).read_bytes() == before


def test_hidden_tests_are_restored(grade_one):
    seen_only = "def double(x):\n    return 2 * x if x in (3, 8) else 0"
    graded = grade_one(toy.handed_in(e1=seen_only))
    assert statuses(graded) == ["failed", "passed", "passed", "passed"]


def test_the_learners_file_is_not_touched(course, tmp_path):
    tidy_up = "import os\nfor name in os.listdir():\n    os.remove(name)"
    notebook = insert_after(toy.handed_in(), "setup", tidy_up)
    path = toy.save(notebook, tmp_path / f"{toy.NAME}.ipynb")
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert statuses(grade([path], root=course)[0]) == ALL_PASSED
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


def test_altered_checks_are_restored(grade_one):
    notebook = toy.handed_in(e1=toy.WRONG["07.1"], e2=toy.stub("07.2"))
    for cell in notebook.cells:
        if cell.id.startswith("check-"):
            cell.source = "print('Exercise passed')"
    assert statuses(grade_one(notebook)) == ["failed", "not started", "passed", "passed"]


def test_deleted_checks_are_restored(grade_one):
    notebook = toy.handed_in(e2=toy.WRONG["07.2"])
    notebook = without(notebook, *(toy.names(exercise)[1] for exercise in toy.POINTS))
    assert statuses(grade_one(notebook)) == ["passed", "failed", "passed", "passed"]


def test_the_order_of_the_cells_does_not_matter(grade_one):
    notebook = toy.handed_in(e2=toy.WRONG["07.2"])
    notebook.cells[2:] = notebook.cells[:1:-1]
    assert statuses(grade_one(notebook)) == ["passed", "failed", "passed", "passed"]


def test_a_helper_between_answer_and_deleted_check_counts(grade_one):
    notebook = toy.handed_in(e1="def double(x):\n    return twice(x)")
    notebook = insert_after(notebook, "exercise-07-1", "def twice(x):\n    return 2 * x")
    assert statuses(grade_one(without(notebook, "check-07-1"))) == ALL_PASSED


def test_an_answer_written_into_the_check_cell_counts(grade_one):
    notebook = toy.handed_in(e1=toy.stub("07.1"))
    check = next(cell for cell in notebook.cells if cell.id == "check-07-1")
    check.source = f"{toy.ANSWERS['07.1']}\n\n{check.source}"
    assert statuses(grade_one(notebook)) == ALL_PASSED


def test_of_several_copies_the_last_edited_counts(grade_one):
    notebook = toy.handed_in(e1=toy.WRONG["07.1"])
    again = [
        toy.exercise_cell("07.1", toy.ANSWERS["07.1"]),  # better than the first
        toy.exercise_cell("07.1", toy.stub("07.1")),  # an untouched copy takes nothing away
        toy.check_cell("07.1"),
    ]
    notebook.cells += again
    assert statuses(grade_one(notebook)) == ALL_PASSED


def test_a_missing_exercise_costs_itself_alone(grade_one):
    graded = grade_one(without(toy.handed_in(), "exercise-07-2"))
    assert statuses(graded) == ["passed", "missing", "passed", "passed"]
    assert "mavrs reset 07" in graded.exercises[1].message
    assert graded.points == 6


def test_an_answer_in_a_cell_of_its_own_counts_where_the_exercise_is_gone(grade_one):
    notebook = without(toy.handed_in(), "exercise-07-2")
    notebook = insert_after(notebook, "check-07-1", toy.ANSWERS["07.2"])
    assert statuses(grade_one(notebook)) == ALL_PASSED


def test_deleted_imports_come_back(grade_one):
    notebook = toy.handed_in(e1="def double(x):\n    return int(math.ldexp(x, 1))")
    assert statuses(grade_one(without(notebook, "setup"))) == ALL_PASSED


def test_imports_that_no_longer_work_cost_no_exercise(grade_one):
    notebook = toy.handed_in(e1="def double(x):\n    return int(math.ldexp(x, 1))")
    setup = next(cell for cell in notebook.cells if cell.id == "setup")
    setup.source = "import maths\n" + setup.source
    assert statuses(grade_one(notebook)) == ALL_PASSED


@pytest.mark.parametrize("cheat", CHEATS, ids=range(len(CHEATS)))
def test_check_is_the_genuine_one_whatever_a_cell_did(grade_one, cheat):
    notebook = toy.handed_in(e1=toy.WRONG["07.1"], e2=toy.stub("07.2"))
    notebook = insert_after(notebook, "setup", cheat)
    assert statuses(grade_one(notebook)) == ["failed", "not started", "passed", "passed"]


def test_a_look_alike_of_a_result_does_not_count(grade_one):
    graded = grade_one(toy.handed_in(e1=FORGERY))
    assert statuses(graded) == ["failed", "passed", "passed", "passed"]


def test_a_cell_rewriter_does_not_skip_the_checks(grade_one):
    nothing = "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])"
    graded = grade_one(insert_after(toy.unsolved(), "setup", nothing))
    assert graded.points == 0


def stripped(notebook):
    for cell in notebook.cells:
        cell.metadata = {}
    return notebook


def old_format(notebook):
    """As nbformat 4.4 saves it: no ids."""
    for cell in notebook.cells:
        del cell["id"]
    notebook.nbformat_minor = 4
    return notebook


def very_old_format(notebook):
    return nbformat.v3.downgrade(notebook)


@pytest.mark.parametrize(
    "change",
    [stripped, old_format, lambda notebook: old_format(stripped(notebook)), very_old_format],
    ids=["no metadata", "no ids", "neither", "format 3"],
)
def test_cells_are_known_by_whatever_is_left(grade_one, change):
    notebook = change(toy.handed_in(e2=toy.WRONG["07.2"]))
    graded = grade_one(notebook, name="my homework.ipynb")
    assert statuses(graded) == ["passed", "failed", "passed", "passed"]


def test_cells_that_lost_everything_are_graded_under_the_lessons_name(grade_one):
    notebook = old_format(stripped(toy.handed_in(e3=toy.WRONG["07.3"])))
    notebook.cells = [cell for cell in notebook.cells if not cell.source.startswith("check")]
    graded = grade_one(notebook, name="ada_07_homework.ipynb")
    assert statuses(graded) == ["passed", "passed", "failed", "passed"]


def test_a_notebook_of_another_course_is_an_error_that_says_so(grade_one):
    stranger = toy.notebook([toy.cell("a", "print(1)")])
    graded = grade_one(stranger, name="thesis.ipynb")
    assert "no exercise of this course" in graded.error
    assert (graded.points, graded.max_points, graded.lesson) == (0, 0, "")


def test_a_lesson_handed_in_for_its_exercises_is_an_error_that_says_so(grade_one):
    graded = grade_one(toy.notebook([toy.cell("a", "print(1)")]))
    assert "none of the lesson's exercises" in graded.error
    assert [each.status for each in graded.exercises] == ["missing"] * 4
    assert graded.max_points == 7


def test_a_course_without_solutions_is_said_at_once(tmp_path):
    with pytest.raises(NoSolutionsError, match="solutions"):
        grade([], root=tmp_path)


def test_a_broken_solution_is_said_at_once(tmp_path):
    root = toy.make_course(tmp_path)
    (root / "solutions" / "08_broken.ipynb").write_text("{")
    with pytest.raises(NoSolutionsError, match="08_broken"):
        grade([], root=root)


def test_a_folder_means_the_notebooks_in_it_in_order(course, tmp_path):
    for student in ("ada", "bob", ".ipynb_checkpoints"):
        (tmp_path / student).mkdir()
        toy.save(toy.unsolved(), tmp_path / student / f"{toy.NAME}.ipynb")
    done = []
    graded = grade([tmp_path], root=course, jobs=2, progress=done.append)
    names = [str(tmp_path / student / f"{toy.NAME}.ipynb") for student in ("ada", "bob")]
    assert [each.notebook for each in graded] == names
    assert sorted(each.notebook for each in done) == names


# What people do to notebooks, three or four at a time


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def moved_to_the_end(notebook, name):
    notebook.cells.append(cell_of(notebook, name))
    notebook.cells.remove(cell_of(notebook, name))
    return notebook


COMMENTED = (
    toy.ANSWERS["07.1"] + '\n    # raise NotImplementedError("Exercise 07.1 is not written")'
)
DEAD = toy.ANSWERS["07.4"] + '\n    raise NotImplementedError("Exercise 07.4")'


def test_a_stub_that_cannot_be_reached_is_no_stub(grade_one):
    notebook = toy.handed_in(e1=toy.WRONG["07.1"], e4=toy.WRONG["07.4"])
    notebook.cells.insert(3, toy.exercise_cell("07.1", COMMENTED))
    notebook.cells.insert(-1, toy.exercise_cell("07.4", DEAD))
    assert statuses(grade_one(notebook)) == ALL_PASSED


def test_answers_are_found_below_their_checks_and_in_the_last_cell(grade_one):
    notebook = toy.handed_in(e1=toy.stub("07.1"), e2=toy.stub("07.2"), e4=toy.stub("07.4"))
    check = cell_of(notebook, "check-07-3")
    answer = cell_of(notebook, "exercise-07-3")
    answer.source = f"{check.source}\n{answer.source}"  # its check stands above, in one cell
    scratch = ["helper = 2", *(toy.ANSWERS[name] for name in ("07.1", "07.2"))]
    last = toy.ANSWERS["07.4"]
    notebook.cells += [nbformat.v4.new_code_cell("\n".join(scratch)), toy.cell("mine", last)]
    notebook.cells.append(toy.cell("endless", "while True:\n    pass"))
    assert statuses(grade_one(notebook)) == ALL_PASSED


def test_answers_in_one_cell_above_count_though_the_stubs_follow(grade_one):
    notebook = toy.unsolved()
    answers = "\n".join(toy.ANSWERS[name] for name in ("07.1", "07.2", "07.4"))
    notebook.cells.insert(2, nbformat.v4.new_code_cell(answers))
    assert statuses(grade_one(notebook)) == ["passed", "passed", "not started", "passed"]


def test_code_that_became_text_is_code_again(grade_one):
    notebook = toy.handed_in()
    for name, kind in (("exercise-07-1", "markdown"), ("exercise-07-2", "raw")):
        cell_of(notebook, name).cell_type = kind
    fenced = cell_of(notebook, "exercise-07-3")
    fenced.cell_type, fenced.source = "markdown", f"```python\n{fenced.source}\n```"
    cell_of(notebook, "check-07-4").cell_type = "markdown"
    notebook.cells.insert(2, nbformat.v4.new_markdown_cell("def of a double: two times"))
    assert statuses(grade_one(notebook)) == ALL_PASSED


def test_files_beside_a_notebook_are_there_and_stand_for_no_module_of_ours(grade_one, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "names.csv").write_text("Hello\n")
    (tmp_path / "tricks.py").write_text("import deeper\ndouble = deeper.double")
    (tmp_path / "deeper.py").write_text("def double(x):\n    return 2 * x")
    for name in ("json", "toy_exercises"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError")
    reads = "greeting = open('data/names.csv').read().strip()\n"
    notebook = toy.handed_in(
        e1="from tricks import double",
        e2="import json, toy_exercises\n" + toy.ANSWERS["07.2"],
        e3=reads + "def greet(name):\n    return f'{greeting} {name}'",
    )
    assert statuses(grade_one(notebook)) == ALL_PASSED


def test_a_restart_that_a_cell_asks_for_does_nothing(grade_one):
    idioms = (
        "import IPython\nIPython.Application.instance().kernel.do_shutdown(True)",
        "get_ipython().kernel.do_shutdown(restart=True)",
    )
    assert statuses(grade_one(insert_after(toy.handed_in(), "setup", *idioms))) == ALL_PASSED


def test_what_a_cell_waits_for_or_lacks_is_named(grade_one):
    notebook = toy.handed_in(
        e1="def double(x):\n    return 2 * int(input())",
        e2="def total(values):\n    import pdb; pdb.set_trace()\n    return sum(values)",
        e3="def greet(name):\n    return bytearray(1 << 40)",
        e4="",
    )
    graded = grade_one(notebook)
    assert statuses(graded) == ["error", "error", "error", "missing"]
    for exercise, part in zip(
        graded.exercises, ("input()", "debugger", "GB of memory", "`largest`"), strict=True
    ):
        assert part in exercise.message
        assert not exercise.diagnosis


def test_a_stripped_notebook_is_told_its_syntax_errors(grade_one):
    notebook = old_format(stripped(toy.handed_in(e1="def double(x:\n    return 2 * x")))
    graded = grade_one(notebook, name="homework.ipynb")
    assert statuses(graded) == ["error", "passed", "passed", "passed"]
    assert "SyntaxError" in graded.exercises[0].message


def test_an_unknown_failure_is_no_misconception_and_points_at_nothing_above(grade_one):
    odd = "def total(values):\n    return float(sum(values)) ** 1.01 - 77"
    (second,) = [each for each in grade_one(toy.handed_in(e2=odd)).exercises if each.id == "07.2"]
    assert second.status == "failed" and second.case.startswith("one, two")
    assert "above" not in second.message and not second.diagnosis
    assert (second.expected, second.hidden) == ("3", False)


def test_what_a_check_remarks_reaches_the_teacher():
    record = {"status": "passed", "remarks": [{"name": "library", "text": "It is\nours."}, 3]}
    said = json.dumps({"nonce": "n", "records": [record, record, 7], "error": "", "text": ""})
    judgement = running._read(running.Run("fine", value=repr(said)), "n")
    assert judgement.passed and [note.text for note in judgement.notes] == ["It is ours."]


def test_a_case_of_the_hidden_seeds_is_told_by_the_check_itself(grade_one):
    seen_only = "def double(x):\n    return 2 * x if x in (3, 8) else 0"
    first = grade_one(toy.handed_in(e1=seen_only)).exercises[0]
    assert (first.status, first.returned, first.expected) == ("failed", "0", "12")
    assert not first.hidden  # a learner has met it: what passes in the notebook passes here


def test_a_blocked_event_loop_is_no_dead_kernel(grade_one):
    waits = "import asyncio, time\nasyncio.get_event_loop().call_soon(time.sleep, 4)\n"
    for_ever = "import asyncio\nasync def spin():\n    while True:\n        pass\n"
    notebook = toy.handed_in(
        e1=waits + toy.ANSWERS["07.1"],
        e2=for_ever + "asyncio.create_task(spin())\nraise ValueError",
    )
    graded = grade_one(notebook, cell_timeout=8)
    assert statuses(graded) == ["passed", "error", "passed", "passed"]
    assert "event loop" in graded.exercises[1].message


# Where cells go: no kernel needed


KEY = AnswerKey(
    "07_toys",
    [
        Cell(each.source, (each.id,), each.metadata.get("nbgrader", {}))
        for each in toy.solution().cells
        if each.cell_type == "code"
    ],
)


def test_a_lesson_knows_its_checks_and_what_they_are_worth():
    assert {check.id: check.points for check in KEY.checks} == toy.POINTS
    assert KEY.max_points == 7
    assert KEY.setup == [0]


def test_an_empty_notebook_still_meets_every_check():
    steps = plan(KEY, [])
    assert [step.check.id for step in steps if step.check] == list(toy.POINTS)
    assert steps[0].source == toy.SETUP


def test_the_lesson_is_told_by_cells_before_names(tmp_path):
    other = AnswerKey("08_other", [])
    mine = [Cell("", ("exercise-07-1",))]
    assert find_key([KEY, other], tmp_path / "08_other.ipynb", mine) is KEY
    assert find_key([KEY, other], tmp_path / "08_renamed.ipynb") is other
    assert find_key([KEY, other], tmp_path / "notes.ipynb") is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('check("07.1", double)', True),
        ('# run me\ncheck("07.1", double)\ncheck("07.1", double, hidden=True)', True),
        ('double = 3\ncheck("07.1", double)', False),
        ("", False),
        ("check(", False),
        ("%%time\ncheck('07.1', double)", False),
    ],
)
def test_a_cell_that_only_checks_is_told_from_code(source, expected):
    assert only_checks(source) is expected


# Reports


WORDS = "You [bold]squared[/bold] it."
GRADES = [
    NotebookGrade(
        f"class/{student}/07_toys.ipynb",
        "07_toys",
        7,
        1.234,
        (
            ExerciseGrade("07.1", 0, 2, "failed", WORDS, "squared", "Add."),
            ExerciseGrade("07.2", 1, 1, "passed"),
            ExerciseGrade("07.3", 0, 3, "timeout", "Its cell was stopped after 2 s."),
        ),
    )
    for student in ("ada", "bob", "cleo")
] + [NotebookGrade("class/dan/07_toys.ipynb", "07_toys", 7, 0.1, error="this file is empty")]


def shown(show, grades) -> str:
    console = Console(file=io.StringIO(), width=160)
    show(grades, console)
    return console.file.getvalue()


def test_the_table_says_what_went_wrong_and_the_next_hint():
    text = shown(print_table, GRADES[0])
    for part in ("07.1", "0 / 2", "failed", WORDS, "Add.", "1 / 7"):
        assert part in text
    assert "this file is empty" in shown(print_table, GRADES[3])


def test_the_class_table_has_a_row_a_notebook_and_the_commonest_misconceptions():
    text = shown(print_class, GRADES)
    for part in ("ada/07_toys.ipynb", "cleo/07_toys.ipynb", "dan/07_toys.ipynb: this file is"):
        assert part in text
    assert "class/" not in text
    assert misconceptions(GRADES) == [("07.1", "squared", WORDS, 3)]
    assert "squared" in text


def test_a_class_is_shown_as_one_table_and_a_few_notebooks_as_one_each():
    assert shown(print_grades, GRADES) == shown(print_class, GRADES)
    assert "What went wrong" in shown(print_grades, GRADES[:1])


def test_json_has_the_agreed_keys(tmp_path):
    write_json(GRADES[:1], tmp_path / "one.json")
    one = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    assert list(one) == ["notebook", "points", "max_points", "seconds", "exercises"]
    assert {"id", "points", "max_points", "status", "message"} <= set(one["exercises"][0])
    assert (one["points"], one["max_points"]) == (1, 7)
    write_json(GRADES, tmp_path / "all.json")
    every = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert [each["points"] for each in every] == [1, 1, 1, 0]
    assert every[3]["error"] == "this file is empty"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.json", "one.json"]


def test_junit_has_a_suite_a_notebook(tmp_path):
    write_junit(GRADES, tmp_path / "grades.xml")
    suites = ElementTree.parse(tmp_path / "grades.xml").getroot()
    assert [suite.get("name") for suite in suites] == [each.notebook for each in GRADES]
    first, last = suites[0], suites[3]
    assert [first.get(count) for count in ("tests", "failures", "errors")] == ["3", "1", "1"]
    assert first.find("testcase[@name='07.1']/failure").get("message") == WORDS
    assert first.find("testcase[@name='07.2']").find("*") is None
    assert last.find("testcase/error").get("message") == "this file is empty"


def test_an_unwritable_report_leaves_the_old_one(tmp_path):
    (tmp_path / "report.json").write_text("old")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.replace", lambda *paths: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            write_json(GRADES, tmp_path / "report.json")
    assert (tmp_path / "report.json").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1
