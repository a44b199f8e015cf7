"""The benchmarks run and compare like with like; how fast is for ``mavrs bench`` to say."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
import pytest

from mavrs_course.benchmarks import BENCHMARKS, bench_marl, bench_world, jaxmarl
from mavrs_course.benchmarks.worlds import PlainFeed
from mavrs_course.envs.feed_core import FeedCore, play_feed
from mavrs_course.envs.feed_policies import random_bids
from mavrs_course.world.worlds import worlds


def test_the_plain_python_feed_is_the_same_game():
    sessions, rng = 3_000, random.Random(0)
    plain = np.zeros(sessions)
    game = PlainFeed(rng)
    for session in range(sessions):
        game.reset()
        while game.budget > 0:
            plain[session] += game.step([rng.randrange(9) for _ in range(5)])
    policy = random_bids(np.random.default_rng(1))
    core = play_feed(FeedCore(20_000, rng=np.random.default_rng(2)), policy)
    error = np.sqrt(plain.var() / len(plain) + core.var() / len(core))
    assert abs(plain.mean() - core.mean()) < 3.5 * error
    assert abs(plain.std() - core.std()) < 1


def test_bench_world_prints_what_it_measured(capsys):
    measured = bench_world(seconds=0.02)
    printed = capsys.readouterr().out
    assert len(measured) == 4 + 2 * len(worlds()) and min(measured.values()) > 0
    assert "session-steps/s" in printed and "one core of" in printed
    for name, rate in measured.items():
        assert name.split(",")[0] in printed
        assert f"{rate:,.0f}" in printed


def test_bench_marl_prints_every_learner_beside_the_environment(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "150")
    measured = bench_marl(seconds=0.1)
    printed = capsys.readouterr().out
    assert list(measured)[1:] == ["IPPO", "MAPPO", "IQL", "VDN", "QMIX"]
    assert min(measured.values()) > 0
    for name, rate in measured.items():
        assert name in printed and f"{rate:,.0f}" in printed
    assert "not in" in printed and "seconds to 285 minutes" in printed


def test_benchmarks_are_listed_by_name():
    assert {"world", "clips", "marl"} <= set(BENCHMARKS)
    assert all(callable(run) for run in BENCHMARKS.values())


def test_a_library_that_is_elsewhere_is_asked_in_turns(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "150")
    monkeypatch.setattr(jaxmarl, "COUNTS", (2,))
    server = tmp_path / "server.py"
    server.write_text(
        "import json, sys\n"
        "print('imported')\n"
        "for line in sys.stdin:\n"
        "    turn = {'steps': 10**9 * float(line.split()[1]), 'compiling': 60.0}\n"
        "    print(json.dumps(turn | {'seconds': float(line.split()[1])}), flush=True)\n"
    )
    monkeypatch.setattr(jaxmarl, "SERVER", server)
    ratios = jaxmarl.bench_against_jaxmarl(Path(sys.executable), seconds=0.02)
    printed = capsys.readouterr().out
    assert 0 < ratios["2 sessions"] < 1
    assert "1,000,000,000" in printed and "60.0 s" in printed and "never" not in printed


@pytest.mark.parametrize(
    ("script", "said"),
    [("raise SystemExit('no jax')", "no jax"), ("", "said nothing")],
)
def test_a_library_that_does_not_run_is_told_in_one_line(tmp_path, monkeypatch, script, said):
    server = tmp_path / "server.py"
    server.write_text(script)
    monkeypatch.setattr(jaxmarl, "SERVER", server)
    with pytest.raises(jaxmarl.JaxMARLError, match=said):
        jaxmarl.bench_against_jaxmarl(Path(sys.executable), seconds=0.02)
    with pytest.raises(jaxmarl.JaxMARLError, match="pip install jaxmarl"):
        jaxmarl.bench_against_jaxmarl(tmp_path / "none", seconds=0.02)
