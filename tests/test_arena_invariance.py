"""Names and order mean nothing: other labels change no score, what is trivial earns nothing."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from mavrs_course.agents import EASE
from mavrs_course.agents.simple import InterestAgent
from mavrs_course.arena.abilities import ALL, HiddenWorld, hidden_world
from mavrs_course.arena.baselines import BASELINES, ClickEaseAgent
from mavrs_course.arena.playing import RANDOM, ArenaSettings, House, play, play_in
from mavrs_course.arena.scoring import interval
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import Opinion, Request

SALT = "names mean nothing"
SETTINGS = ArenaSettings(viewers=6, pages=15)
ROUND_IN = {hidden_world("plain", SALT, n).platforms[0]: n for n in range(len(ALL))}


class NoTies(InterestAgent):
    """What it thinks of a video depends on nothing but the video's own topic, length and number."""

    def opine(self, request):
        said = super().opine(request)
        videos = request.candidates
        alone = 1e-6 * self.catalog.minutes[videos] + 1e-9 * videos
        return Opinion(self.name, said.scores + alone, said.confidence)


PLAYER = House("no ties", lambda view, rng: SingleAgent(NoTies(view.catalog)))


@dataclass(frozen=True)
class Renamed(HiddenWorld):
    """A hidden world whose viewers, candidates or topics go by other names or in another order."""

    what: str = ""

    def open(self):
        first, second = super().open()
        for world in {id(world): world for world in (first, second)}.values():
            rename(world, self.what)
        yield from (first, second)


def renamed(hidden, what):
    return Renamed(**vars(hidden), what=what)


def rename(world, what):
    """Change the class of one world, so that all that it asks for goes by other names."""
    kind = type(world)
    rng = np.random.default_rng(7)

    class Other(kind):
        @property
        def request(self):
            asked = super().request
            if what != "candidates":
                return asked
            order = np.random.default_rng(8).permutation(asked.candidates.shape[1])
            return Request(asked.viewers, asked.candidates[:, order], asked.slots)

        def _welcome(self, sessions):
            super()._welcome(sessions)
            if what == "viewers":
                self.viewers = 99 - self.viewers

        def reset(self, sessions):
            super().reset(sessions)
            if what == "topics":
                self.interest = self.interest[:, old]
            return self.request

    Other.__module__ = kind.__module__  # where the arena looks for the streams of chance
    world.__class__ = Other
    if what == "topics":
        catalog = world.catalog
        new = rng.permutation(catalog.n_topics)
        old = new.argsort()
        names = tuple(catalog.topics[topic] for topic in old)
        means = np.asarray(catalog.mean_quality)[old]
        world.catalog = replace(catalog, topic=new[catalog.topic], topics=names, mean_quality=means)


@pytest.mark.parametrize("world", ALL)
@pytest.mark.parametrize("what", ["viewers", "candidates"])
def test_who_is_called_how_and_what_comes_first_changes_no_score(what, world):
    """Not by the last digit: the same pages are shown, and the same tickets drawn."""
    hidden = hidden_world("plain", SALT, ROUND_IN[world])
    before = play_in(hidden, PLAYER, SETTINGS)
    after = play_in(renamed(hidden, what), PLAYER, SETTINGS)
    assert after.earned == before.earned and sum(before.earned) > 0
    assert after.slates == before.slates


@pytest.mark.parametrize("ability", ["plain", "boredom", "clickbait"])
def test_what_a_topic_is_called_changes_no_score(ability):
    """On the feed; where tastes drift each topic has a stream of its own, so only luck differs."""
    number = next(n for n in range(9) if "feed" in hidden_world(ability, SALT, n).platforms)
    hidden = hidden_world(ability, SALT, number)
    before = play_in(hidden, PLAYER, SETTINGS)
    after = play_in(renamed(hidden, "topics"), PLAYER, SETTINGS)
    assert after.earned == before.earned and sum(before.earned) > 0


# What is trivial


def gained(maker, rounds=40):
    """By how many of random pages' deviations each round's mean is better than random pages."""
    player, found = House("tried", maker), []
    for number in range(rounds):
        mine, chance = (np.array(play(one, "plain", SALT, number, SETTINGS).earned)
                        for one in (player, RANDOM))  # fmt: skip
        found.append((mine.mean() - chance.mean()) / (chance.std() + 1e-9))
    return np.array(found)


def exploit(name):
    path = Path(__file__).parent / "exploits" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.build


@pytest.mark.parametrize(
    "maker", [BASELINES["identity"], exploit("hard_codes_a_world")], ids=["identity", "hard-coded"]
)
def test_the_order_and_a_world_of_last_term_are_worth_nothing(maker):
    """Eight rounds in each of five worlds: what is gained on random pages is not told from none."""
    low, high = interval(gained(maker))
    assert low < 0 < high and high - low < 1.0


@pytest.mark.parametrize("world", ALL)
@pytest.mark.parametrize("name", BASELINES)
def test_every_baseline_plays_in_every_world_and_again_the_same(name, world):
    once, again = (
        play(House(name, BASELINES[name]), "plain", SALT, ROUND_IN[world], SETTINGS)
        for _ in range(2)
    )
    assert once == again and not once.problem and sum(once.earned) > 0


def test_ease_from_few_viewers_is_ease():
    rng = np.random.default_rng(5)
    clicks = (rng.random((12, 40)) < 0.2).astype(float)
    agent = ClickEaseAgent(range(40), penalty=7.5)
    agent.clicks = clicks
    reference = EASE(penalty=7.5).fit(clicks).scores(np.arange(12))
    np.testing.assert_allclose(agent.scores(), reference, atol=1e-12)
