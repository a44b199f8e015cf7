"""What is acknowledged survives a kill; what is erased is gone from the bytes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mavrs_course.agents.memory import MemoryAgent, MemoryStore, StoreError, ViewerMemory
from mavrs_course.agents.memory.store import Episode
from mavrs_course.coordination.consensus.coordinators import Borda
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import Agent, Feedback
from mavrs_course.world.platform import Platform
from mavrs_course.world.topics import TOPICS

WRITER = """
import sys
import numpy as np
from mavrs_course.agents.memory.store import Episode, MemoryStore

store, first = MemoryStore(sys.argv[1]), int(sys.argv[2])
for batch in range(first, first + 100_000):
    viewers = np.arange(40)
    episodes = [Episode(v, batch, batch, f"batch {batch}", batch, 0.5) for v in viewers]
    store.save(viewers, np.full(40, batch), np.full((40, 4), float(batch)), episodes)
    print(batch, flush=True)
"""
RUNS = 8


def write_until_killed(path, first: int, acknowledgements: int) -> int:
    """Kill a writer in the middle of its writes; the last batch that it acknowledged."""
    arguments = [sys.executable, "-c", WRITER, str(path), str(first)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as writer:
        for _ in range(acknowledgements):
            writer.stdout.readline()
        writer.kill()  # SIGKILL: no goodbye, no flush, no close
        said = [line for line in writer.stdout if line.endswith("\n")]
    return first + acknowledgements + len(said) - 1


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path):
    path, rng, first = tmp_path / "memory.db", np.random.default_rng(0), 0
    for _ in range(RUNS):
        last = write_until_killed(path, first, int(rng.integers(1, 25)))
        with MemoryStore(path) as store:
            batches = {}
            for episode in store.episodes():
                batches.setdefault(episode.slot, []).append(episode.viewer)
            assert set(range(last + 1)) <= set(batches), "an acknowledged write is lost"
            assert max(batches) <= last + 1, "at most the one that was not acknowledged"
            assert all(len(batch) == 40 for batch in batches.values()), "half a batch was kept"
            newest = max(batches)
            for _, pages, evidence in store.profiles():
                assert pages == newest and np.all(evidence == newest)
        check = sqlite3.connect(path)
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        check.close()
        first = newest + 1


def bytes_of(folder) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def some_episodes(viewer: int, title: str, count: int = 50) -> list[Episode]:
    return [Episode(viewer, slot, slot, f"{title} {slot}", slot, 1.0) for slot in range(count)]


def test_erased_means_erased_from_the_bytes_of_the_files(tmp_path):
    secret = np.array([[1.2345678912345e-7, 9.87654321e-5]])
    with MemoryStore(tmp_path / "memory.db") as store:
        store.save([7], [3], secret, some_episodes(7, "unmistakable aardvark"))
        store.save([8], [3], 2 * secret, some_episodes(8, "innocent bystander"))
        for page in range(20):  # old versions of pages pile up in the log of writes
            store.save([7, 8], [page, page], np.vstack([secret, 2 * secret]))
        assert b"unmistakable aardvark" in bytes_of(tmp_path)
        assert secret.tobytes() in bytes_of(tmp_path)
        store.erase(7)
        assert b"aardvark" not in bytes_of(tmp_path)
        assert secret.tobytes() not in bytes_of(tmp_path)
        assert b"innocent bystander" in bytes_of(tmp_path)
        assert store.viewers().tolist() == [8] and len(store.episodes(8)) == 50
    assert b"aardvark" not in bytes_of(tmp_path)


def test_erasing_says_so_when_another_reader_keeps_the_log_alive(tmp_path):
    with MemoryStore(tmp_path / "memory.db") as store:
        store._connection.execute("PRAGMA busy_timeout = 50")
        store.save([7], [1], np.ones((1, 2)), some_episodes(7, "unmistakable aardvark"))
        other = sqlite3.connect(store.path, isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM episodes").fetchone()
        with pytest.raises(StoreError, match="in use by another reader"):
            store.erase(7)
        other.close()
        store.scrub()
        assert store.episodes(7) == []
        assert b"aardvark" not in bytes_of(tmp_path)


def test_a_file_that_is_no_memory_is_refused(tmp_path):
    path = tmp_path / "memory.db"
    path.write_bytes(b"This is a diary, not a database." * 100)
    with pytest.raises(StoreError, match="cannot be used"):
        MemoryStore(path)


def test_a_failed_save_leaves_nothing(tmp_path):
    with MemoryStore(tmp_path / "memory.db") as store:
        with pytest.raises(ValueError, match="could not convert"):
            store.save([1], [1], np.ones((1, 2)), [Episode(1, 0, 1, "title", "soon", 1.0)])
        assert len(store.viewers()) == 0
        store.save([1], [1], np.ones((1, 2)))
        assert store.viewers().tolist() == [1]


@pytest.fixture
def played(tmp_path):
    """An agent with a store, after thirty pages of twenty viewers and a night."""
    platform = Platform(rng=np.random.default_rng(4))
    store = MemoryStore(tmp_path / "memory.db")
    agent = MemoryAgent(platform.catalog, store=store, capacity=12)
    coordinator = SingleAgent(agent)
    platform.reset(20)
    for page in range(30):
        coordinator.learn(platform.show(coordinator.recommend(platform.request)))
        if page == 20:
            agent.rest(keep=6)
    yield platform, agent, store
    store.close()


def test_it_is_an_agent_and_learns_who_likes_what(played):
    platform, agent, _ = played
    assert isinstance(agent, Agent)
    rate = agent.profile.rate(np.arange(20))
    assert np.corrcoef(rate.ravel(), platform.interest.ravel())[0, 1] > 0.2


def test_an_agent_that_starts_again_says_the_same(played):
    platform, agent, store = played
    with MemoryStore(store.path) as again:
        reborn = MemoryAgent(platform.catalog, store=again, capacity=12)
        before, after = agent.opine(platform.request), reborn.opine(platform.request)
        assert np.array_equal(before.scores, after.scores)
        assert list(before.reasons) == list(after.reasons)
        for viewer in range(20):
            assert reborn.episodes_of(viewer) == agent.episodes_of(viewer)
            assert store.episodes(viewer) == agent.episodes_of(viewer)


def test_reasons_are_made_of_the_evidence(played):
    platform, agent, _ = played
    request = platform.request
    opinion = agent.opine(request)
    first = request.candidates[np.arange(20), opinion.scores.argmax(axis=1)]
    for viewer, video, reason in zip(request.viewers, first, opinion.reasons, strict=True):
        topic = platform.catalog.topic[video]
        (clicks, shows), (long_clicks, long_shows) = (
            part[viewer, :, topic] for part in (agent.profile.short, agent.profile.long)
        )
        assert reason.lower().startswith(TOPICS[topic])
        if "guess" in reason:
            assert shows + long_shows < 0.05
            continue
        assert f"{clicks:.1f} of {shows:.1f}" in reason
        assert f"{long_clicks:.1f} of {long_shows:.1f}" in reason
        assert f"{agent.profile.rate([viewer])[0, topic]:.0%}" in reason
        if "You watched" in reason:
            title = reason.split("“")[1].split("”")[0]
            known = [e for e in agent.episodes_of(viewer) if e.title == title]
            ago = int(reason.split("” ")[1].split(" pages")[0])
            assert ago in [agent.pages[viewer] - e.page for e in known]
            assert all(platform.catalog.topic[e.video] == topic for e in known)


def test_see_export_correct_and_forget(played):
    platform, agent, store = played
    memory = ViewerMemory(agent, 3)
    seen = memory.see()
    assert json.loads(memory.export()) == seen
    assert len(seen["topics"]) == 20 and seen["pages"] == agent.pages[3]
    memory.correct("prank fails", clicked=0, shown=95)
    assert memory.see()["topics"][0]["expected_click_rate"] == pytest.approx(0.01)
    gone = seen["episodes"][0]["video"]
    memory.forget(gone)
    assert gone not in [e["video"] for e in memory.see()["episodes"]]
    with MemoryStore(store.path) as again:
        reborn = ViewerMemory(MemoryAgent(platform.catalog, store=again, capacity=12), 3)
        assert reborn.see() == memory.see()


def test_erasing_a_viewer_leaves_the_others(played):
    platform, agent, store = played
    others = ViewerMemory(agent, 5).see()
    titles = {e.title for e in agent.episodes_of(4)}
    titles -= {e.title for viewer in range(20) if viewer != 4 for e in agent.episodes_of(viewer)}
    ViewerMemory(agent, 4).erase()
    assert titles and not any(title.encode() in bytes_of(store.path.parent) for title in titles)
    assert ViewerMemory(agent, 5).see() == others
    assert ViewerMemory(agent, 4).see()["episodes"] == [] and 4 not in store.viewers()
    agent.rest()
    assert 4 not in store.viewers()
    assert (agent.opine(platform.request).confidence[4]) == 0


def test_bad_questions_get_clear_answers(played):
    platform, agent, _ = played
    with pytest.raises(ValueError, match="never met"):
        ViewerMemory(agent, 99)
    with pytest.raises(ValueError, match="no topic"):
        ViewerMemory(agent, 0).correct("opera", clicked=0, shown=1)
    with pytest.raises(ValueError, match="0 to 1"):
        ViewerMemory(agent, 0).correct("prank fails", clicked=2, shown=1)
    with pytest.raises(ValueError, match="vectors"):
        MemoryAgent(platform.catalog, vectors=np.eye(3))


def locked_by_another(path) -> sqlite3.Connection:
    """Another program in the middle of a write."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


@pytest.mark.parametrize(
    "call",
    [
        lambda store: store.save([1], [1], np.ones((1, 2))),
        lambda store: store.save(episodes=some_episodes(1, "quiet heron")),
        lambda store: store.save(empty=[(7, 0)]),
        lambda store: store.erase(7),
        lambda store: store.scrub(),
    ],
)
def test_a_locked_file_is_a_store_error_that_names_it_and_nothing_changes(tmp_path, call):
    with MemoryStore(tmp_path / "shared.db", patience=0.05) as store:
        store.save([7], [1], np.ones((1, 2)), some_episodes(7, "quiet heron"))
        other = locked_by_another(store.path)
        with pytest.raises(StoreError, match=r"shared\.db.*(close|try again)"):
            call(store)
        other.close()
        assert store.viewers().tolist() == [7] and len(store.episodes(7)) == 50
        call(store)


def test_a_closed_store_says_so(tmp_path):
    store = MemoryStore(tmp_path / "memory.db")
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.viewers()


def test_many_threads_write_and_read_one_store(tmp_path):
    with MemoryStore(tmp_path / "memory.db") as store, ThreadPoolExecutor(8) as threads:

        def write(viewer: int) -> int:
            store.save([viewer], [viewer], np.full((1, 3), viewer), some_episodes(viewer, "t", 5))
            return len(store.episodes(viewer))

        assert set(threads.map(write, range(40))) == {5}
        assert store.viewers().tolist() == list(range(40))
        assert all(np.all(evidence == viewer) for viewer, _, evidence in store.profiles())


def play(coordinator, platform, pages: int) -> Feedback:
    for _ in range(pages):
        feedback = platform.show(coordinator.recommend(platform.request))
        coordinator.learn(feedback)
    return feedback


@pytest.mark.parametrize("deadline", [None, 30.0])
def test_what_a_team_taught_is_on_disk_with_a_deadline_as_without(tmp_path, deadline):
    platform = Platform(rng=np.random.default_rng(11))
    platform.reset(7)
    with MemoryStore(tmp_path / "memory.db") as store:
        agent = MemoryAgent(platform.catalog, store=store)
        team = Borda([agent], deadline=deadline)
        play(team, platform, 6)
        assert team.failed_to_learn == {}
        known = [agent.episodes_of(viewer) for viewer in range(7)]
    with MemoryStore(store.path) as again:
        assert again.viewers().tolist() == list(range(7))
        assert [again.episodes(viewer) for viewer in range(7)] == known


def test_what_a_locked_file_did_not_take_is_told_and_written_with_the_next_page(tmp_path):
    platform = Platform(rng=np.random.default_rng(12))
    platform.reset(5)
    with MemoryStore(tmp_path / "memory.db", patience=0.05) as store:
        agent = MemoryAgent(platform.catalog, store=store)
        team = Borda([agent])
        play(team, platform, 3)
        other = locked_by_another(store.path)
        with pytest.warns(RuntimeWarning, match="memory did not learn from a page.*StoreError"):
            lost = play(team, platform, 1)
        assert "memory.db" in team.failed_to_learn["memory"]
        with pytest.raises(StoreError):
            agent.learn(lost)  # again, and still in vain: it must not count twice
        other.close()
        play(team, platform, 1)
        assert agent.pages.tolist() == [5] * 5
        assert [p for _, p, _ in store.profiles()] == [5] * 5
        assert [store.episodes(v) for v in range(5)] == [agent.episodes_of(v) for v in range(5)]


def test_what_could_not_be_forgotten_on_disk_is_forgotten_at_the_next_chance(tmp_path):
    platform = Platform(rng=np.random.default_rng(13))
    platform.reset(6)
    with MemoryStore(tmp_path / "memory.db", patience=0.05) as store:
        agent = MemoryAgent(platform.catalog, store=store)
        play(SingleAgent(agent), platform, 12)
        viewer = next(v for v in range(6) if agent.episodes_of(v))
        video = agent.episodes_of(viewer)[0].video
        other = locked_by_another(store.path)
        with pytest.raises(StoreError):
            agent.forget(viewer, video)
        other.close()
        agent.forget(viewer, video)
        assert video not in [episode.video for episode in store.episodes(viewer)]


def test_a_store_about_another_catalogue_is_refused(tmp_path):
    platform = Platform(rng=np.random.default_rng(14))
    platform.reset(6)
    with MemoryStore(tmp_path / "memory.db") as store:
        play(SingleAgent(MemoryAgent(platform.catalog, store=store)), platform, 12)
        other = Platform(rng=np.random.default_rng(15)).catalog
        with pytest.raises(StoreError, match="another catalogue: video"):
            MemoryAgent(other, store=store)
        with pytest.raises(StoreError, match="larger capacity"):
            MemoryAgent(platform.catalog, store=store, capacity=1)
        store.save([2], [1], np.ones((1, 3)))
        with pytest.raises(StoreError, match="another catalogue: a profile of 3 numbers"):
            MemoryAgent(platform.catalog, store=store)
