"""``mavrs next``: for somebody new, in the middle, away, stuck or done; in words that hold."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from mavrs_course import cli
from mavrs_course.course import state
from mavrs_course.course.objectives import objective_graph
from mavrs_course.course.prerequisites import course_graph
from mavrs_course.course.state import PastAnswer
from mavrs_course.tutor import learner_model, what_next
from mavrs_course.tutor.advice import advise
from mavrs_course.tutor.agents import FADING, STUCK
from mavrs_course.tutor.reasons import percent
from mavrs_course.tutor.standing import DAY, memory_of

ROOT = Path(__file__).resolve().parent.parent
NOW = 1.8e9


@cache
def course():
    lessons = course_graph(ROOT)
    return lessons, objective_graph(lessons)


@cache
def exercises() -> list[str]:
    """All ids, in the order of the course."""
    return sorted(e.id for o in course()[1].values() for e in o.exercises)


def advice(answers: dict[str, Sequence[PastAnswer]], how_many: int = 3):
    lessons, graph = course()
    return advise(lessons, graph, learner_model(graph, answers, now=NOW), how_many)


def right(days: float) -> list[PastAnswer]:
    return [PastAnswer(NOW - days * DAY, True)]


def wrong(days: float, times: int) -> list[PastAnswer]:
    return [PastAnswer(NOW - days * DAY + 60 * n, False) for n in range(times)]


def solved_up_to(last: str, days: float, each: float = 1.0) -> dict[str, Sequence[PastAnswer]]:
    """All exercises up to ``last``, solved in order, one every ``each`` days until ``days`` ago."""
    done = [exercise for exercise in exercises() if exercise <= last]
    return {e: right(days + each * (len(done) - 1 - n)) for n, e in enumerate(done)}


def test_a_beginner_begins_at_the_beginning():
    told = advice({})
    assert [step.exercise for step in told.steps][:1] == ["00.1"]
    assert "begins" in told.summary
    assert told.steps[0].do.startswith("Read lesson 00 (")
    assert told.steps[0].because == "You have not tried it yet. Nothing has to come before it."


def test_who_follows_the_course_is_sent_on_in_its_order():
    for last, then in (("00.1", "00.2"), ("00.5", "01.1"), ("02.5", "03.1"), ("06.2", "06.3")):
        assert advice(solved_up_to(last, 0.1, 0.2)).steps[0].exercise == then


def test_what_failed_once_is_gone_on_with():
    first = advice(solved_up_to("06.2", 1, 0.2) | {"06.3": wrong(0.1, 2)}).steps[0]
    assert (first.exercise, first.agent) == ("06.3", "resume")
    assert "You have tried it 2 times, last today; none passed." in first.because


def test_after_a_month_away_the_first_step_is_to_warm_up():
    told = advice(solved_up_to("06.2", 31))
    first, *others = told.steps
    assert first.agent == "review" and first.recall < FADING
    assert "31 days ago" in told.summary and "warm up" in told.summary
    assert "mavrs reset" in first.do and "memory keeps" in first.because
    assert [step.exercise for step in others] == ["06.3", "06.4"]


def test_the_same_learner_without_the_month_goes_on():
    assert advice(solved_up_to("06.2", 1)).steps[0].exercise == "06.3"


def test_who_failed_ten_times_is_not_sent_there_an_eleventh_time():
    told = advice(solved_up_to("07.1", 1, 0.2) | {"07.2": wrong(0.2, 10)})
    assert all(step.exercise != "07.2" for step in told.steps)
    assert told.steps[0].objective == "L07.3"
    assert "Your last 10 attempts at L07.2 failed" in told.summary


def test_who_is_stuck_on_what_was_skipped_is_sent_back_there():
    told = advice({"08.1": wrong(0.2, 10)})
    first = told.steps[0]
    assert (first.objective, first.agent) == ("L07.1", "step back")
    assert "L08.1, where your last 10 attempts failed, needs it." in first.because
    assert first.do.startswith("Read lesson 07")


def test_who_got_past_it_at_last_is_no_longer_stuck():
    answers = solved_up_to("07.1", 1, 0.2)
    answers["07.2"] = [*wrong(0.3, 10), *right(0.1)]
    told = advice(answers)
    assert "failed" not in told.summary
    assert told.steps[0].exercise == "07.3"  # the same objective has two exercises


def test_failures_before_it_passes_and_after_are_told_apart():
    _, graph = course()
    before = learner_model(graph, {"02.1": [*wrong(3, 3), *right(1)]}, now=NOW)["L02.1"]
    after = learner_model(graph, {"02.1": [*right(3), *wrong(1, 3)]}, now=NOW)["L02.1"]
    assert before.known > after.known and before.solved and after.solved
    assert (before.failures, after.failures) == (0, 3)


def test_who_starts_in_the_middle_is_not_sent_back_to_what_she_plainly_can():
    first = advice({f"08.{n}": right(1) for n in (1, 2, 3)}).steps[0]
    assert first.exercise == "08.4"
    assert "you have not tried L07.1 yet, but you have solved L08.1, which needs it too" in (
        first.because
    )


def test_when_all_is_done_it_says_until_when():
    told = advice(solved_up_to("99", 0, 0.01))
    assert not told.steps and "memory holds them" in told.summary
    assert re.search(r"first to fade is L\d\d\.\d, in \d+ days", told.summary)
    assert all(step.agent == "review" for step in advice(solved_up_to("99", 400)).steps)


def test_a_review_lasts_longer_than_the_first_time():
    once = memory_of([PastAnswer(0.0, True)])
    again = memory_of([PastAnswer(0.0, True), PastAnswer(20 * DAY, True)])
    lapsed = memory_of([PastAnswer(0.0, True), PastAnswer(20 * DAY, False)])
    assert again.stability > once.stability > lapsed.stability
    assert memory_of([PastAnswer(0.0, False)]) is None


def test_answers_without_a_date_count_and_do_not_fade():
    _, graph = course()
    standing = learner_model(graph, {"02.1": [PastAnswer(None, True)]}, now=NOW)["L02.1"]
    assert standing.solved and standing.recall == 1.0 and standing.days is None
    later = [PastAnswer(None, True), PastAnswer(NOW - 3 * DAY, True)]
    assert learner_model(graph, {"02.1": later}, now=NOW)["L02.1"].recall < 1.0


def a_record(rng: np.random.Generator) -> dict[str, list[PastAnswer]]:
    """Any answers at all, in any order of the course, some without a date, some in the future."""
    chosen = rng.choice(exercises(), rng.integers(0, len(exercises())), replace=False)
    record = {}
    for exercise in chosen:
        times = np.sort(NOW - rng.exponential(20 * DAY, rng.integers(1, 12)) + DAY)
        dated = [PastAnswer(float(time), bool(rng.random() < 0.6)) for time in times]
        record[str(exercise)] = [PastAnswer(None, False)] * int(rng.integers(0, 3)) + dated
    return record


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_record_the_advice_can_be_followed_and_its_words_hold(seed):
    rng = np.random.default_rng(seed)
    record = a_record(rng)
    told, (lessons, graph) = advice(record, 5), course()
    assert len({step.objective for step in told.steps}) == len(told.steps) == 5
    for step in told.steps:
        standing = told.learner[step.objective]
        assert step.exercise in {exercise.id for exercise in graph[step.objective].exercises}
        assert standing.left or step.agent in {"review", "step back"}
        assert step.exercise in step.do and step.lesson[:2] in lessons
        believed = standing.known, standing.learned, standing.recall
        assert (step.known, step.learned, step.recall) == pytest.approx(believed, abs=1e-4)
        shares = {percent(share) for share in believed}
        weakest = told.learner.weakest(graph[step.objective])
        if weakest is not None:
            shares.add(percent(told.learner[weakest].known))
        assert set(re.findall(r"\d+ %", step.because)) <= shares
        for days in re.findall(r"(\d+) days? ago", step.because):
            assert int(days) == int(standing.days)
        for times in re.findall(r"tried it (\d+) times", step.because):
            assert int(times) == len(standing.answers)
        named = set(re.findall(r"L\d\d\.\d+", step.because))
        assert named <= graph.keys()
    solved = sum(standing.solved for standing in told.learner.standings.values())
    assert f"solved {solved} of " in told.summary
    for failures, key in re.findall(r"last (\d+) attempts at (\S+) failed", told.summary):
        assert told.learner[key].failures == int(failures) >= STUCK


def test_one_agent_alone_does_not_fill_the_page():
    steps = advice(solved_up_to("06.2", 31) | {"06.3": wrong(31, 2)}).steps
    assert len({step.agent for step in steps}) == 3


def test_more_steps_than_there_are_is_no_error():
    answers = solved_up_to("99", 0, 0.01)
    del answers["19.5"]
    assert [step.exercise for step in advice(answers, 9).steps] == ["19.5"]
    with pytest.raises(ValueError, match="at least one step"):
        advice({}, 0)


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("MAVRS_STATE", str(tmp_path))
    state._unsaved.clear()
    return tmp_path / state.FILE


def test_the_command_tells_as_text_and_as_data(own_state):
    state.record_failure("00.1", "a")
    text = CliRunner().invoke(cli.app, ["next"])
    assert text.exit_code == 0 and "Go on with exercise 00.1" in " ".join(text.output.split())
    data = json.loads(CliRunner().invoke(cli.app, ["next", "--json", "-n", "2"]).output)
    assert data["version"] == 1 and len(data["steps"]) == 2
    assert data["steps"][0]["exercise"] == "00.1" and "resume" in data["steps"][0]["votes"]
    assert data["known"]["L00.1"] < data["known"]["L00.2"]


@pytest.mark.parametrize("content", [b"", b"no JSON", b'{"00.1": {"answers": [[1, 2], 3, "x"]}}'])
def test_a_broken_record_is_no_reason_to_stop(own_state, content):
    own_state.write_bytes(content)
    told = what_next(root=ROOT)
    assert told.steps[0].exercise == "00.1" and "begins" in told.summary


def test_in_a_notebook_it_is_one_line(own_state):
    told = what_next(root=ROOT)
    assert told._repr_html_().count("<li>") == 3 and str(told).startswith(told.summary)
