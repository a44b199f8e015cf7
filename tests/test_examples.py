"""The three example systems: entries that pass the gate, fall back, and keep their promises."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from mavrs_course.arena.abilities import ABILITIES, hidden_world
from mavrs_course.arena.challenge import read_challenge
from mavrs_course.arena.defence import agents_of
from mavrs_course.arena.entry import entry_files, read_entry
from mavrs_course.arena.gate import check
from mavrs_course.arena.inside import load
from mavrs_course.arena.playing import ArenaSettings, House, play_in, view_of
from mavrs_course.experiments.capstone import EXAMPLES, FOLDER, example, silence
from mavrs_course.world import Platform

SMALL = ArenaSettings(viewers=6, pages=5)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_what_an_entry_should(name):
    entry = read_entry(FOLDER / name)
    assert entry.name == name
    assert set(entry.predictions) == set(ABILITIES)
    assert len(agents_of(entry)) >= 3
    assert sum(file.stat().st_size for file in entry_files(FOLDER / name)) < 200_000


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_plays_in_every_world_of_every_ability(name):
    player = example(name)
    for ability, about in ABILITIES.items():
        wanted = set(about.worlds)
        for number in range(40):
            hidden = hidden_world(ability, "examples", number)
            if hidden.platforms[0] in wanted:
                wanted.discard(hidden.platforms[0])
                with silence(ability):
                    match = play_in(hidden, player, SMALL)
                assert not match.problem and len(match.earned) == SMALL.viewers
        assert not wanted


def test_an_example_passes_the_gate():
    gate = check(read_entry(FOLDER / "rules"), worlds=("feed",))
    assert gate.passed and not gate.notes, gate.line


def some_view():
    world = Platform(rng=np.random.default_rng(0))
    world.reset(4)
    return world, view_of(world)


def test_a_silent_model_is_done_without():
    world, view = some_view()
    entry = load(str(FOLDER / "conducted"))
    speaking = entry.build(view, np.random.default_rng(0))
    speaking.recommend(world.request)
    assert speaking.model is not None and speaking.outages == 0
    with silence("silent_model"):
        silent = entry.build(view, np.random.default_rng(0))
    slate = silent.recommend(world.request)
    assert silent.model is None and silent.outages == 1
    assert any(message.kind.startswith("fallback") for message in slate.trace)


def test_the_channels_weights_are_small_and_see_a_budget_that_runs_down():
    assert (FOLDER / "marl" / "policy.npz").stat().st_size <= 60_000
    world, view = some_view()
    made = load(str(FOLDER / "marl")).build(view, np.random.default_rng(0))
    for _ in range(5):
        made.learn(world.show(made.recommend(world.request)))
    seen = made.eye.look(world.request)
    assert seen.shape == (4, world.catalog.n_topics + 1)
    assert np.allclose(200 * seen[:, -1], world.budget, atol=1e-6)


def test_agreement_finds_who_lies():
    rules = load(str(FOLDER / "rules"))
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(400, 1, 10))
    sign = np.array([1, 1, 1, -1, 1, -1])[:, None]
    said = rules.standard(sign * truth + 2 * rng.normal(size=(400, 6, 10)))
    alike = np.einsum("bic,bjc->ij", said, said) / (400 * 10)
    found = rules.loadings(alike)
    assert (np.sign(found) == sign[:, 0]).all()
    assert np.abs(found) == pytest.approx(np.full(6, 5**-0.5), abs=0.1)  # 1 / sqrt(1 + 2 ** 2)
    assert rules.loadings(np.eye(2)) == pytest.approx([0.5, 0.5])


def test_the_peers_world_keeps_its_limits():
    assert read_challenge(FOLDER / "challenge.yml").bait_share == 0.8


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_report_gives_its_commands(name):
    report = Path(FOLDER / name / "report.md").read_text(encoding="utf-8")
    for part in ("Predictions", "Three claims", "Ablation", "Where it breaks"):
        assert f"## {part}" in report
    assert f"python examples/measure.py {name}" in report
    assert re.search(r"mavrs experiment run capstone", report)


def test_house_players_of_examples_are_named():
    assert all(isinstance(example(name), House) for name in EXAMPLES)
