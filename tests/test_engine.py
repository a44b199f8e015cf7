"""Where things run must not change what comes out: the engine of this process, and its shards."""

from __future__ import annotations

import numpy as np
import pytest
from engine_play import Bare, a_catalog, pages_of

from mavrs_course.agents import agents
from mavrs_course.coordination.modes import modes
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.engine import (
    Engine,
    LocalEngine,
    LostError,
    ShardedWorld,
    ViewerShard,
    ViewerStreams,
    spread_agents,
)
from mavrs_course.engine.places import crossed
from mavrs_course.engine.streams import split_mix
from mavrs_course.messages import World
from mavrs_course.world.offer import PlatformError
from mavrs_course.world.platform import Platform
from mavrs_course.world.sessions import play_sessions

OTHER_SEEDS = [("mean", 11), ("pooled-market", 23), ("learned-router", 5), ("gossip", 8)]


def test_split_mix_is_the_published_generator():
    """The first numbers of SplitMix64 seeded with 1234567, as its users publish them."""
    published = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert split_mix(1234567, np.arange(1, 6)).tolist() == published


def test_a_viewers_stream_is_her_own():
    together = ViewerStreams(7, np.arange(50))
    alone = ViewerStreams(7, np.array([31]))
    together.random(3)
    together.random(5, np.array([2, 31]))  # others may draw more often
    alone.random(3), alone.random(5)
    assert np.array_equal(together.random(4)[31], alone.random(4)[0])


def test_streams_look_like_chance():
    numbers = ViewerStreams(0, np.arange(2_000)).random(100)
    assert abs(numbers.mean() - 0.5) < 5 * np.sqrt(1 / 12 / numbers.size)
    counts = np.histogram(numbers, 64, (0, 1))[0]
    expected = numbers.size / 64
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert 63 - 5 * np.sqrt(126) < chi_square < 63 + 5 * np.sqrt(126)
    for other in (np.roll(numbers, 1, axis=0), np.roll(numbers, 1, axis=1)):
        assert abs(np.corrcoef(numbers.ravel(), other.ravel())[0, 1]) < 5 / np.sqrt(numbers.size)


@pytest.mark.parametrize("population", [10, 40, 2_000])
def test_distinct_videos(population):
    drawn = ViewerStreams(3, np.arange(500)).distinct(population, 10)
    assert all(len(set(row)) == 10 for row in drawn.tolist())
    assert drawn.min() >= 0 and drawn.max() < population
    alone = ViewerStreams(3, np.array([44])).distinct(population, 10)
    assert np.array_equal(drawn[44], alone[0])


def test_the_shards_laws_are_the_platforms():
    """The same evening by another chance: the mean session differs by its error at most.

    By an agent that does not learn: what one learns joins its viewers' luck.
    """
    rng = np.random.default_rng(0)
    catalog = a_catalog()
    worlds = Platform(catalog, rng=rng), ViewerShard(catalog, 0)
    minutes = []
    for world in worlds:
        agent = agents()["random"](world, rng)
        minutes.append(play_sessions(world, SingleAgent(agent), 1_500).watch_minutes)
    error = np.sqrt(sum(each.var() / len(each) for each in minutes))
    assert abs(minutes[0].mean() - minutes[1].mean()) < 4 * error


def test_both_are_worlds():
    assert isinstance(ViewerShard(a_catalog(), 0), World)
    assert isinstance(ShardedWorld(LocalEngine(), a_catalog(), 0), World)


@pytest.mark.parametrize(("mode", "seed"), [*((mode, 0) for mode in modes()), *OTHER_SEEDS])
def test_pages_do_not_depend_on_the_shards(mode, seed):
    bare = pages_of(Bare(), mode, seed)
    assert len(bare) > 5
    for shards in (1, 2, 4):
        with LocalEngine() as engine:
            assert pages_of(engine, mode, seed, shards) == bare


def test_pages_do_not_depend_on_who_is_where():
    def scattered(viewers, shards):
        return (viewers * 2654435761 >> 7) % shards

    with LocalEngine() as engine:
        assert pages_of(engine, "mean", 3, 3, assign=scattered) == pages_of(Bare(), "mean", 3)
        with pytest.raises(PlatformError, match=r"outside 0\.\.2"):
            pages_of(engine, "mean", 3, 3, assign=lambda viewers, shards: viewers)


def test_more_shards_than_viewers():
    assert pages_of(LocalEngine(), "mean", 1, 9, sessions=4) == pages_of(
        Bare(), "mean", 1, sessions=4
    )


def test_what_crosses_is_a_copy_that_cannot_be_written_to():
    here = {"row": np.arange(3.0), "list": [np.ones(2)]}
    there = crossed(here)
    here["row"][0] = 9
    assert there["row"].tolist() == [0, 1, 2]
    for array in (there["row"], there["list"][0]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("name", sorted(agents()))
def test_every_agent_works_on_what_crossed(name):
    """Read-only requests and feedback, wherever an agent is: no agent writes into a message."""
    with LocalEngine() as engine:
        world = ShardedWorld(engine, a_catalog(), 5, shards=2)
        (agent,) = spread_agents(engine, [name], world.catalog, 5)
        team = SingleAgent(agent)
        world.reset(6)
        for _ in range(3):
            slate = team.recommend(world.request)
            team.learn(world.show(slate))


class Counter:
    def __init__(self, start: int = 0) -> None:
        self.value = start

    def add(self, more: int) -> int:
        if more < 0:
            raise ValueError("only upwards")
        self.value += more
        return self.value


def test_the_engine_of_this_process():
    engine: Engine = LocalEngine()
    first, second = engine.spawn(Counter), engine.spawn(Counter, 10)
    answers = [engine.call(place, "add", 2) for place in (first, second, first)]
    assert engine.gather(answers) == [2, 12, 4]
    with pytest.raises(ValueError, match="only upwards"):
        engine.gather([engine.call(first, "add", -1)])
    stats = engine.stats()
    assert (stats.places, stats.spawned, stats.calls, stats.lost) == (2, 2, 4, 0)
    engine.stop(first)
    with pytest.raises(LostError, match="Counter in place 0 is gone"):
        engine.gather([engine.call(first, "add", 1)])
    engine.stop()
    assert engine.stats().places == 0
