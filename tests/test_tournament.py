"""The tournament: fair, resumable, open to a stranger's file, and clear about what is wrong."""

from __future__ import annotations

import json

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from mavrs_course import cli
from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.course.experiment import Results
from mavrs_course.engine import LocalEngine
from mavrs_course.messages import Request, Trace
from mavrs_course.tournament.entries import EntryError, entries, entry
from mavrs_course.tournament.lineups import LineupError, lineup
from mavrs_course.tournament.match import play_match
from mavrs_course.tournament.report import (
    from_results,
    paired,
    pareto,
    pareto_figure,
    summary,
    table,
    workloads_figure,
)
from mavrs_course.tournament.run import Tournament, TournamentError, run
from mavrs_course.tournament.workloads import WORKLOADS, workloads
from mavrs_course.world.platform import Platform
from mavrs_course.world.worlds import worlds

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


@pytest.mark.parametrize("world", worlds())
def test_a_match_is_played_in_every_world(world):
    first, second = (
        play_match("mean", Mean, workloads()[world], 3, agents=["random", "interest"], viewers=5)
        for _ in range(2)
    )
    assert first.workload == world and first.messages == 4
    assert first.minutes == second.minutes > 0
    assert (first.progress is not None) == (world == "learning")


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
    with pytest.raises(LineupError, match=r"there is no agent 'genius'; there is .*popularity"):
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


def test_it_goes_on_where_it_was_and_writes_what_it_found(mine, tmp_path):
    here = LocalEngine()
    asked = Tournament(
        ["FirstAgent"], ["calm", "cold"], (0, 1), ("random", "planner"), 3, (str(mine),)
    )
    played = []
    outcomes = run(asked, tmp_path / "kept", engine=here, progress=played.append)
    assert [(o.workload, o.seed) for o in outcomes] == [
        ("calm", 0), ("cold", 0), ("calm", 1), ("cold", 1),
    ]  # fmt: skip
    assert len(played) == 4
    (tmp_path / "kept" / f"{asked.key(asked.matches[2])}.json").unlink()
    again = []
    assert run(asked, tmp_path / "kept", engine=here, progress=again.append)[0] == outcomes[0]
    assert [(o.workload, o.seed) for o in again] == [("calm", 1)]
    mine.write_text(MINE + "\n# another coordinator now\n")
    assert asked.key(asked.matches[0]) not in {
        path.stem for path in (tmp_path / "kept").glob("*.json")
    }
    summed = summary(table(outcomes))
    assert summed["seeds"].tolist() == [2, 2] and (summed["half"] > 0).all()
    for figure in (workloads_figure(summed), pareto_figure(summed, "calm")):
        plt.close(figure)


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


def test_the_command_plays_in_a_world(tmp_path):
    words = ["tournament", "--modes", "borda", "--world", "short_video", "--agents", "random"]
    words += ["--seeds", "1", "--viewers", "2", "--jobs", "1", "--out", str(tmp_path)]
    result = CliRunner().invoke(cli.app, words, env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    assert set(pd.read_csv(tmp_path / "matches.csv")["workload"]) == {"short_video"}


def test_where_viewers_learn_the_command_says_how_much(tmp_path):
    words = ["tournament", "--modes", "borda", "--world", "learning,live", "--agents", "legality"]
    words += ["--seeds", "1", "--viewers", "2", "--jobs", "1", "--out", str(tmp_path)]
    result = CliRunner().invoke(cli.app, words, env={"COLUMNS": "120"})
    assert result.exit_code == 0 and result.output.count("learned") == 1
    learned = pd.read_csv(tmp_path / "summary.csv").set_index("workload")["progress"]
    assert f"{100 * learned['learning']:.1f} %" in result.output and np.isnan(learned["live"])


def test_the_command_says_in_a_line_what_is_wrong(tmp_path):
    result = CliRunner().invoke(cli.app, ["tournament", "--enter", str(tmp_path / "none.py")])
    assert result.exit_code == 1 and "there is no file" in result.output


def test_a_planner_can_be_asked_about_part_of_the_viewers_and_of_the_videos():
    """Gates ask about some pages and pipelines about some videos."""
    platform = Platform(rng=np.random.default_rng(0))
    whole = platform.reset(6)
    (planner,) = lineup(["planner"], platform, np.random.default_rng(0))
    scores = planner.opine(whole).scores
    rows = np.array([1, 4])
    part = Request(whole.viewers[rows], whole.candidates[rows], whole.slots)
    np.testing.assert_allclose(planner.opine(part).scores, scores[rows])
    liar = lineup(["liar"], platform, np.random.default_rng(0))[0]
    lies = liar.opine(part).scores.ravel()
    assert np.corrcoef(lies, scores[rows].ravel())[0, 1] < -0.99  # planners estimate their rate
    few = Request(part.viewers, part.candidates[:, :4], part.slots)
    assert planner.opine(few).scores.shape == (2, 4)


def test_kept_results_become_the_table_that_a_tournament_makes():
    values = np.arange(12.0).reshape(2, 2, 3)  # seeds, workloads, modes
    arrays = {name: values for name in ("agents", "minutes", "quality", "messages")}
    arrays |= {name: values for name in ("size_bytes", "tokens", "latency")}
    arrays |= {"modes": np.array([["a", "b", "c"]] * 2), "workloads": np.array([["x", "y"]] * 2)}
    matches = from_results(Results(arrays, {"seeds": [5, 9], "name": "one"}))
    row = matches.query("mode == 'b' and workload == 'y' and seed == 9")
    assert len(matches) == 12 and row["minutes"].tolist() == [values[1, 1, 1]]
    assert summary(matches)["seeds"].tolist() == [2] * 6


def test_gains_are_paired_by_seed():
    minutes = {"base": [100.0, 200.0], "better": [101.0, 203.0]}
    matches = pd.DataFrame(
        {"mode": mode, "workload": "calm", "seed": seed, "minutes": value}
        for mode, values in minutes.items()
        for seed, value in enumerate(values)
    )
    row = paired(matches, "calm", "base").loc["better"]
    assert row["gained"] == 2.0 and row["high"] == pytest.approx(2.0 + 12.706204736)
    with pytest.raises(ValueError, match="'none' has not played in calm"):
        paired(matches, "calm", "none")
