"""Where things run must not change what comes out: the engine of this process, and its shards."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest
from engine_play import Bare, a_catalog, pages_of

from mavrs_course.agents import agents
from mavrs_course.coordination.modes import modes
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.engine import (
    Checkpoints,
    Engine,
    EngineError,
    LastingPlaces,
    LocalEngine,
    LostError,
    ShardedWorld,
    SlowError,
    ViewerShard,
    ViewerStreams,
    farm,
    play_kept,
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


class Frail(LocalEngine):
    """Loses the place of a call now and then, before or after the call was made."""

    def __init__(self, often: float, seed: int) -> None:
        super().__init__()
        self.often, self.rng = often, np.random.default_rng(seed)

    def call(self, place, method, *given):
        before, after = self.rng.random(2) < self.often
        if before:
            self.lose(place)
        answer = super().call(place, method, *given)
        if after:
            self.lose(place)
            answer = super().call(place, method)  # the answer is lost with the place
        return answer


@pytest.mark.parametrize("mode", ["mean", "gossip"])
@pytest.mark.parametrize("every", [1, 3, 100])
def test_shards_that_are_lost_come_back_as_they_were(mode, every):
    engine = Frail(0.015, seed=2)
    assert pages_of(engine, mode, 4, 3, every=every) == pages_of(Bare(), mode, 4)
    assert engine.stats().lost > 1


def test_a_place_that_is_always_lost_is_an_error():
    with pytest.raises(LostError, match="is gone"):
        pages_of(Frail(1.0, seed=0), "mean", 0, 2, every=1)
    with pytest.raises(LostError):  # and at once where nothing is kept
        pages_of(Frail(0.5, seed=0), "mean", 0, 2)


class Doubting(Counter):
    def add(self, more: int) -> int:
        self.value += 1
        return super().add(more)


def test_a_call_that_raised_is_made_again_too():
    engine = LocalEngine()
    places = LastingPlaces(engine, Doubting, [()], every=100)
    with pytest.raises(ValueError, match="only upwards"):
        places.ask(0, "add", -1)
    engine.lose(places.places[0])
    assert places.ask(0, "add", 5) == 7 and places.revived == 1


class Stop(Exception):
    pass


def kept_evening(path, engine, stop_after=None, seed=6):
    world = ShardedWorld(engine, a_catalog(), seed, shards=2)
    team = [agents()[name](world, np.random.default_rng(1)) for name in ("memory", "popularity")]
    told = []
    show = world.show

    def watched(slate):
        if len(told) == stop_after:
            raise Stop
        feedback = show(slate)
        told.append(feedback.slate.videos.tobytes() + feedback.watch_minutes.tobytes())
        return feedback

    world.show = watched
    coordinator = modes()["gossip"](team, deadline=None, rng=np.random.default_rng(2))
    try:
        minutes, pages = play_kept(world, coordinator, 7, Checkpoints(path), every=4)
    except Stop:
        return told, None, None
    return told, minutes, pages


def test_an_interrupted_evening_goes_on(tmp_path):
    whole, minutes, pages = kept_evening(tmp_path / "whole.sqlite", LocalEngine())
    before, _, _ = kept_evening(tmp_path / "kept.sqlite", LocalEngine(), stop_after=10)
    rest, then, in_all = kept_evening(tmp_path / "kept.sqlite", LocalEngine())
    assert before[:8] + rest == whole  # eight pages were kept, two are made again
    assert minutes.tobytes() == then.tobytes() and in_all == pages
    with pytest.raises(EngineError, match="another evening"):
        kept_evening(tmp_path / "kept.sqlite", LocalEngine(), seed=7)


def test_a_full_disk_leaves_the_step_before(tmp_path, monkeypatch):
    book = Checkpoints(tmp_path / "kept.sqlite")
    book.write(1, {"a": b"1" * 5_000})
    connect = sqlite3.connect

    def full(path):
        connected = connect(path)
        connected.execute("PRAGMA max_page_count = 4")
        return connected

    monkeypatch.setattr(sqlite3, "connect", full)
    with pytest.raises(EngineError, match=r"step 2 could not be kept .*full.*make room"):
        book.write(2, {"a": b"2" * 500_000})
    monkeypatch.undo()
    assert book.read() == (1, {"a": b"1" * 5_000})


def test_a_file_that_is_no_checkpoint(tmp_path):
    (tmp_path / "notes.txt").write_text("a shopping list, and not a short one " * 50)
    with pytest.raises(EngineError, match="no kept step"):
        Checkpoints(tmp_path / "notes.txt").read()
    assert Checkpoints(tmp_path / "nothing").read() is None


def square(number: int) -> int:
    if number == 3:
        raise ValueError("not three")
    return number * number


def test_a_farm_does_every_job_once_its_machines_hold():
    answers = dict(farm(Frail(0.3, seed=1), square, [(n,) for n in range(12)], hands=3))
    assert sorted(answers) == list(range(12))
    assert isinstance(answers[3].exception(), ValueError)
    lost = {n for n, answer in answers.items() if isinstance(answer.exception(), LostError)}
    assert all(answers[n].result() == n * n for n in answers if n != 3 and n not in lost)
    assert len(lost) < 3
    assert not list(farm(LocalEngine(), square, []))


def test_slow_is_an_error_with_a_number():
    from concurrent.futures import Future

    with pytest.raises(SlowError, match="1 of 1 did not answer"):
        LocalEngine().gather([Future()], 0.01)
