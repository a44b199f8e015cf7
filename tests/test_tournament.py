"""The tournament: fair, resumable, open to a stranger's file, and clear about what is wrong."""

from __future__ import annotations

import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
from typer.testing import CliRunner

from mavrs_course import cli
from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.messages import Trace
from mavrs_course.tournament import run as running
from mavrs_course.tournament.entries import EntryError, entries, entry
from mavrs_course.tournament.lineups import LineupError, lineup
from mavrs_course.tournament.match import play_match
from mavrs_course.tournament.report import pareto, pareto_figure, summary, table, workloads_figure
from mavrs_course.tournament.run import Tournament, TournamentError, run
from mavrs_course.tournament.workloads import WORKLOADS
from mavrs_course.world.platform import Platform

MINE = """
import numpy as np
from mavrs_course.coordination.base import Decision, PanelCoordinator


class FirstAgent(PanelCoordinator):
    def decide(self, hearing, trace):
        support = hearing.votes.copy()
        support[:, 1:] = 0.0
        return Decision.by_scores(support.sum(axis=1), support, hearing.request.slots, self.rng)
"""


class Mean(PanelCoordinator):
    def decide(self, hearing, trace: Trace) -> Decision:
        votes = hearing.votes
        return Decision.by_scores(votes.sum(axis=1), votes, hearing.request.slots, self.rng)


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    return path


def test_a_file_takes_part_by_its_class_or_by_what_it_names(mine):
    assert list(entry(mine)) == ["FirstAgent"]
    mine.write_text(MINE + "\nMODES = {'first': FirstAgent, 'again': FirstAgent}\n")
    assert {"first", "again"} <= set(entries((str(mine),)))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = 1", "defines no class with recommend and learn"),
        (MINE + "\nclass Other(FirstAgent): pass\n", "defines FirstAgent, Other; say which"),
        ("1 / 0", "does not run: ZeroDivisionError"),
    ],
)
def test_a_file_that_cannot_take_part_says_what_it_lacks(mine, text, complaint):
    mine.write_text(text)
    with pytest.raises(EntryError, match=complaint):
        entry(mine)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(EntryError, match="there is no file"):
        entry(tmp_path / "none.py")


@pytest.mark.parametrize("workload", ["calm", "drifting", "cold", "liar"])
def test_a_match_repeats_and_counts(workload):
    first, second = (
        play_match("mean", Mean, WORKLOADS[workload], 3, agents=["random", "planner"], viewers=5)
        for _ in range(2)
    )
    assert first.minutes == second.minutes > 0
    agents = 2 + (workload == "liar")
    assert first.agents == agents and first.messages == 2 * agents
    assert first.latency == second.latency > 0


def test_the_mean_of_many_scouts_comes_close_to_the_planner():
    """The crowd is worth something only if its errors cancel."""

    def minutes(agents):
        plays = [
            play_match("mean", Mean, WORKLOADS["calm"], seed, agents=[agents]).minutes
            for seed in range(3)
        ]
        return np.mean(plays)

    assert minutes("4-scouts") + 15 < minutes("32-scouts")


def test_a_sleeper_costs_one_deadline_not_the_evening():
    workload = WORKLOADS["sleeper"]
    outcome = play_match("mean", Mean, workload, 0, agents=["random"], viewers=3)
    assert outcome.minutes > 0 and outcome.seconds < workload.deadline / 2


def test_an_unknown_agent_lists_the_known():
    with pytest.raises(LineupError, match="there is no agent 'genius'; there is popularity"):
        lineup(["genius"], Platform(rng=np.random.default_rng(0)), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"modes": ["nonsense"]}, "there is no mode 'nonsense'"),
        ({"workloads": ["nonsense"]}, "there is no workload 'nonsense'; there is calm"),
        ({"seeds": []}, "at least one mode, workload and seed"),
        ({"viewers": 0}, "at least one viewer"),
    ],
)
def test_what_cannot_be_played_is_refused(mine, options, complaint):
    asked = {"modes": ["FirstAgent"], "workloads": ["calm"], "files": (str(mine),)} | options
    with pytest.raises(TournamentError, match=complaint):
        Tournament(**asked)


def test_it_goes_on_where_it_was_and_writes_what_it_found(mine, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "ProcessPoolExecutor", _Here)
    asked = Tournament(
        ["FirstAgent"], ["calm", "cold"], (0, 1), ("random", "planner"), 3, (str(mine),)
    )
    played = []
    outcomes = run(asked, tmp_path / "kept", progress=played.append)
    assert [(o.workload, o.seed) for o in outcomes] == [
        ("calm", 0), ("cold", 0), ("calm", 1), ("cold", 1),
    ]  # fmt: skip
    assert len(played) == 4
    (tmp_path / "kept" / f"{asked.key(asked.matches[2])}.json").unlink()
    again = []
    assert run(asked, tmp_path / "kept", progress=again.append)[0] == outcomes[0]
    assert [(o.workload, o.seed) for o in again] == [("calm", 1)]
    mine.write_text(MINE + "\n# another coordinator now\n")
    assert asked.key(asked.matches[0]) not in {
        path.stem for path in (tmp_path / "kept").glob("*.json")
    }
    summed = summary(table(outcomes))
    assert summed["seeds"].tolist() == [2, 2] and (summed["half"] > 0).all()
    for figure in (workloads_figure(summed), pareto_figure(summed, "calm")):
        plt.close(figure)


class _Here:
    """A pool without processes, so that a failure has its traceback."""

    def __init__(self, *args, **kwargs): ...

    def __enter__(self):
        return self

    def __exit__(self, *problem): ...

    def shutdown(self, **kwargs): ...

    def submit(self, function, *inputs):
        from concurrent.futures import Future

        future = Future()
        try:
            future.set_result(function(*inputs))
        except Exception as error:
            future.set_exception(error)
        return future


def test_the_pareto_front_on_points_worked_out_by_hand():
    cost, quality = [1, 2, 2, 3, 4, 1], [5, 7, 6, 7, 9, 5]
    # (2, 6) and (3, 7) are beaten by (2, 7); the two equal points do not beat each other.
    assert pareto(cost, quality).tolist() == [True, True, False, False, True, True]


def test_the_command_plays_in_processes_and_writes_files(mine, tmp_path):
    words = ["tournament", "--modes", "FirstAgent", "--workloads", "calm", "--agents", "random"]
    words += ["--seeds", "2", "--viewers", "2", "--enter", str(mine), "--out", str(tmp_path / "o")]
    result = CliRunner().invoke(cli.app, words, env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    assert "FirstAgent" in result.output
    names = {path.name for path in (tmp_path / "o").iterdir()}
    assert {"matches.csv", "summary.csv", "workloads.png", "calm-messages.png"} <= names
    kept = list((tmp_path / "o" / "matches").glob("*.json"))
    assert len(kept) == 2 and json.loads(kept[0].read_text())["mode"] == "FirstAgent"


def test_the_command_says_in_a_line_what_is_wrong(tmp_path):
    result = CliRunner().invoke(cli.app, ["tournament", "--enter", str(tmp_path / "none.py")])
    assert result.exit_code == 1 and "there is no file" in result.output
