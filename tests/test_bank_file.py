"""Files of the bank: how they are read, and what is said of those that can't be."""

from __future__ import annotations

import importlib
import sys

import pytest
from typer.testing import CliRunner

from mavrs_course.cli import app
from mavrs_course.course import registry
from mavrs_course.course.blame import guilty_line
from mavrs_course.course.checking import FAILED, PASSED, examine
from mavrs_course.course.sheet import SheetError, entries
from mavrs_course.course.trial import VISIBLE_SEEDS

HEADER = '''"""41.2 Is the middle one found?

20 minutes, difficulty 2, 3 points, L41.2
You find the middle, whatever the
order.
"""
'''
BODY = '''
import numpy as np

from mavrs_course.course import Case


def _sorted(values):
    return sorted(values)


def middle(values):
    ranked = _sorted(values)
    half = len(ranked) // 2
    if len(ranked) % 2:
        return ranked[half]
    return (ranked[half - 1] + ranked[half]) / 2


def by_numpy(values):
    return float(np.median(values))


OTHERS = (by_numpy,)


def cases(rng):
    return [
        Case("three", ([3.0, 1.0, 8.0],), 3.0),
        Case("four", ([3.0, 1.0, 8.0, 4.0],), 3.5),
        Case("any", (rng.normal(size=7).tolist(),)),
    ]


HINTS = """
    Sort
    them.

    Take the one at len // 2.
"""


def first_one(values):
    return values[0]


def _last(values):
    return values[-1]
'''
SHEET = '''
MISTAKES = """
    unsorted: sorted(values) => list(values)
      The values are not sorted.
    upper_middle: if len(ranked) % 2: => if True:
      or: nothing
      Of two in the middle you take the upper one.
    descending:
      | if len(ranked) % 2:
      |     return ranked[half] =>
      | for _ in range(len(ranked) % 2):
      |     ranked = ranked[::-1]
      |     return ranked[half - 1];
      | ]) / 2 => ]) / 1
      You count
      from above.
    first_one:
      Not the first.
    the_mean: in by_numpy: np.median => np.mean
      or _last
      or len(ranked) // 2 => 0
      This is the mean, or an end.
"""


def detect_first_one(trials):
    return all(trial.returned == trial.inputs[0][0] for trial in trials)
'''.replace("      or: nothing\n", "")


@pytest.fixture
def bank(tmp_path, monkeypatch):
    """Writes a file of a bank, and gives the number of its exercise."""
    folder = tmp_path / "little_bank" / "lesson_41"
    folder.mkdir(parents=True)
    for empty in (folder.parent / "__init__.py", folder / "__init__.py"):
        empty.write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("MAVRS_EXERCISES", "little_bank")

    def write(text, name="middle"):
        (folder / f"{name}.py").write_text(text)
        importlib.invalidate_caches()
        for loaded in [name for name in sys.modules if name.startswith("little_bank")]:
            del sys.modules[loaded]
        return "41.2"

    yield write
    for loaded in [name for name in sys.modules if name.startswith("little_bank")]:
        del sys.modules[loaded]


def sheet(text: str) -> str:
    return HEADER + BODY + f'\nMISTAKES = """\n{text}\n"""\n'


def test_a_file_says_all_that_an_exercise_is(bank):
    exercise = registry.find(bank(HEADER + BODY + SHEET))
    assert (exercise.title, exercise.minutes, exercise.difficulty) == (
        "Is the middle one found?",
        20,
        2,
    )
    assert (exercise.points, exercise.objective) == (3, "L41.2")
    assert exercise.praise == "You find the middle, whatever the order."
    assert exercise.hints == ("Sort them.", "Take the one at len // 2.")
    assert exercise.reference.__name__ == "middle"
    assert [answer.__name__ for answer in exercise.others] == ["by_numpy"]
    assert registry.lessons() == ["41"]


def test_edits_make_wrong_answers(bank):
    exercise = registry.find(bank(HEADER + BODY + SHEET))
    values = [5.0, 2.0, 9.0, 4.0]
    wrong = {m.name: [answer(values) for answer in (m.wrong, *m.also)] for m in exercise.mistakes}
    assert wrong == {
        "unsorted": [5.5],
        "upper_middle": [5.0],
        "descending": [9.0],
        "first_one": [5.0],
        "the_mean": [5.0, 4.0, 5.5],
    }
    because = {mistake.name: mistake.because for mistake in exercise.mistakes}
    assert because["descending"] == "You count from above."
    assert exercise.reference(values) == 4.5


def test_each_answer_of_a_mistake_gets_its_diagnosis(bank):
    exercise = registry.find(bank(HEADER + BODY + SHEET))
    assert examine(exercise, exercise.reference, VISIBLE_SEEDS).status == PASSED
    mean = exercise.mistakes[-1]
    for answer in (mean.wrong, *mean.also):
        verdict = examine(exercise, answer, VISIBLE_SEEDS)
        assert (verdict.status, verdict.cause.name) == (FAILED, "the_mean")


def test_an_error_in_an_edited_answer_shows_its_line(bank):
    number = bank(sheet("crash: ranked[half] => ranked[half + 90]\n  Too far."))
    with pytest.raises(SheetError, match="2 times"):
        registry.find(number)
    number = bank(sheet("crash: return ranked[half] => return ranked[half + 90]\n  Too far."))
    exercise = registry.find(number)
    with pytest.raises(IndexError) as caught:
        exercise.mistakes[0].wrong([1.0, 2.0, 3.0])
    assert guilty_line(caught.value).endswith("return ranked[half + 90]")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gone: sorted(value) => 1\n  Why.", "gone.*'sorted.value.' stands nowhere"),
        ("twice: ranked[half => 1\n  Why.", "twice.*stands 3 times"),
        ("part: rank => x\n  Why.", "part.*'rank' stands nowhere"),
        ("silent: % 2 => % 3", "'silent' has no cause"),
        ("% 2 => % 3\n  Why.", "begins with `name:`"),
        ("\n  Why.\nlate: / 2 => % 3", "stands before the first mistake|no cause"),
        ("broken: if len => if ) len\n  Why.", "broken.*edited.*unmatched"),
        ("nobody:\n  Why.", "nothing is called nobody"),
        ("odd: two words\n  Why.", "neither"),
        ("more: % 2 => % 3; half\n  Why.", "an edit is `old => new`, and not 'half'"),
        ("both: half] => 0]; ranked[half] => 0\n  Why.", "stands 2 times|two edits"),
        ("over: len(ranked) // 2 => 0; half = len(ranked) => 1\n  Why.", "over.*two edits change"),
        ("elsewhere: in nowhere: x => y\n  Why.", "defines no 'nowhere'"),
        ("one: % 2 => % 3\n  Why.\none: % 2 => % 5\n  Why.", "a name of its own"),
    ],
)
def test_a_bad_sheet_is_told_where_it_is_bad(bank, text, said):
    number = bank(sheet(text))
    with pytest.raises(ValueError, match=said):
        registry.find(number)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BODY + SHEET, "docstring is no header"),
        (HEADER.replace("20 minutes", "a while") + BODY + SHEET, "docstring is no header"),
        (HEADER + BODY, "no text MISTAKES"),
        (HEADER + BODY.replace("HINTS", "HELP") + SHEET, "no text HINTS"),
        (HEADER + BODY + SHEET + "\n\ndef detect_other(trials):\n    return True\n", "no mistake"),
        (HEADER + 'HINTS = "Go."\nMISTAKES = "a: b => c\\n  Why."\n', "no reference"),
    ],
)
def test_a_bad_file_is_told_what_it_lacks(bank, text, said):
    number = bank(text)
    with pytest.raises(SheetError, match=f"little_bank.lesson_41.middle: .*{said}"):
        registry.find(number)


def test_shared_modules_are_no_exercises(bank):
    bank("SHARED = 1\n", name="_shared")
    number = bank(HEADER + BODY + SHEET)
    assert [exercise.id for exercise in registry.exercises_of("41")] == [number]


def test_two_slips_at_once_are_both_named(bank):
    slips = """
upper_middle: if len(ranked) % 2: => if True:
  Of two you take the upper one.
last: ranked = _sorted(values) => ranked = values[-1:]
  It is the last.
negative: return sorted(values) => return sorted(-v for v in values)
  The sign is lost.
"""
    exercise = registry.find(bank(sheet(slips)))
    cause = examine(exercise, lambda x: sorted([-v for v in x])[len(x) // 2], range(9)).cause
    assert cause.name == "upper_middle and negative"
    assert cause.because.endswith("Of two you take the upper one. And: The sign is lost.")


def test_a_cause_keeps_its_words():
    (entry,) = entries("\n    a: b => c\n      Use `x | y`, or z;\n      or nothing: a => b.\n")
    assert entry.because == "Use `x | y`, or z; or nothing: a => b."
    assert entry.written == ["b => c"]


def test_show_lists_prints_and_explains(bank):
    number, runner = bank(HEADER + BODY + SHEET), CliRunner()
    listed = runner.invoke(app, ["exercise", "show", number])
    assert listed.exit_code == 0
    assert "upper_middle" in listed.output and "The values are not sorted." in listed.output
    shown = runner.invoke(app, ["exercise", "show", number, "unsorted"])
    assert "-    return sorted(values)" in shown.output
    assert "+    return list(values)" in shown.output
    assert "The values are not sorted." in shown.output
    code = runner.invoke(app, ["exercise", "show", number, "the_mean"])
    assert "return values[-1]" in code.output and "+    return float(np.mean" in code.output
    for wrong in ([number, "nothing"], ["41.9"]):
        failed = runner.invoke(app, ["exercise", "show", *wrong])
        assert failed.exit_code == 1 and "Traceback" not in failed.output


def test_every_known_answer_of_the_bank_is_told_apart():
    """Each further answer of a mistake (after ``or``) gets the diagnosis too."""
    told = {}
    for number in registry.lessons():
        for exercise in registry.exercises_of(number):
            for mistake in exercise.mistakes:
                for answer in mistake.also:
                    verdict = examine(exercise, answer, VISIBLE_SEEDS)
                    told[exercise.id, mistake.name] = verdict.cause and verdict.cause.name
    assert {key: name for key, name in told.items() if key[1] != name} == {}
