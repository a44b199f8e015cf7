"""The agent of lesson 03 behind the course's interface: scores, reasons, memory, saved vectors."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents.video_understanding.agent import VideoUnderstandingAgent
from mavrs_course.agents.video_understanding.vectors import Vectors, VectorsError
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import Agent, Feedback, Request, Slate
from mavrs_course.widgets.neighbours import NeighbourExplorer
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform
from mavrs_course.world.sessions import play_sessions
from mavrs_course.world.topics import TOPICS

CORNERS = np.array([[1, 0], [0, 1], [0.6, 0.8], [0.8, 0.6], [-1, 0]], dtype=float)
NAMES = ("east", "north", "steep", "flat", "west")


def store(values=CORNERS, titles=NAMES):
    return Vectors(values, titles, np.ones((len(values), 3), dtype=bool))


def ask(viewers, candidates):
    return Request(np.array(viewers), np.array(candidates), slots=1)


def page(viewers, videos, clicked, **more):
    request = Request(np.array(viewers), np.array(videos), slots=len(videos[0]))
    return Feedback(
        Slate(np.array(videos), request=request), np.array(clicked), np.zeros(len(videos)), **more
    )


def test_it_is_an_agent():
    assert isinstance(VideoUnderstandingAgent(store()), Agent)
    assert VideoUnderstandingAgent.name == "understanding"


def test_scores_worked_out_by_hand():
    agent = VideoUnderstandingAgent(store())
    agent.watch([0, 0], [0, 1])
    opinion = agent.opine(ask([0, 3], [[2, 4], [2, 4]]))
    steep = (np.exp((0.6 - 1) / 0.2) + np.exp((0.8 - 1) / 0.2)) / 2
    west = (np.exp(-2 / 0.2) + np.exp(-1 / 0.2)) / 2
    assert opinion.scores == pytest.approx(np.array([[steep, west], [0, 0]]), abs=1e-6)
    assert opinion.confidence == pytest.approx([2 / 7, 0])
    assert opinion.reasons == [
        "Of what you clicked, “steep” is most like “north” "
        "(cosine 0.80, by picture, sound and text).",
        "You have not clicked anything yet, so I have nothing to compare with.",
    ]


def test_reasons_say_when_there_is_little_to_go_by():
    blank = np.vstack([CORNERS, [0, 0]])
    present = np.array([[True, True, True]] * 3 + [[True, False, True]] * 2 + [[False] * 3])
    agent = VideoUnderstandingAgent(Vectors(blank, (*NAMES, "blank"), present))
    agent.watch([0], [0])
    flat, again, nothing = (agent.opine(ask([0], [[video]])).reasons[0] for video in (3, 0, 5))
    assert flat.endswith("(cosine 0.80, by picture and text).")
    assert again == "You clicked “east” before."
    assert nothing.startswith("I can make nothing of “blank”")


def test_it_learns_clicks_of_the_right_viewer_and_nothing_else():
    agent = VideoUnderstandingAgent(store())
    agent.learn(page([5, 2], [[0, 1], [3, 4]], [1, -1]))
    agent.learn(page([5, 2], [[0, 1], [3, 4]], [0, 1], active=np.array([False, True])))
    assert agent.clicks[[5, 2]].tolist() == [1, 1]
    assert agent.history[5, 0] == 1 and agent.history[2, 0] == 4
    assert agent.clicks.sum() == 2


def test_the_latest_clicks_take_the_place_of_the_oldest():
    agent = VideoUnderstandingAgent(store(), memory=3)
    agent.watch([0] * 5, [0, 1, 2, 3, 4])
    assert sorted(agent.history[0]) == [2, 3, 4]
    assert agent.opine(ask([0], [[0, 1]])).confidence == pytest.approx([3 / 8])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_scores_keep_their_bounds_and_reasons_their_word(seed):
    """A reason names the candidate on top and the click that it is closest to, whatever else."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(30, 6))
    names = [f"video {number:02}" for number in range(30)]
    agent = VideoUnderstandingAgent(store(values, names))
    clicks = [(viewer, video) for viewer in range(4) for video in rng.choice(15, 3, replace=False)]
    agent.watch(*np.array(clicks).T)
    candidates = rng.permuted(np.tile(np.arange(15, 30), (5, 1)), axis=1)[:, :7]
    opinion = agent.opine(ask(range(5), candidates))
    assert ((opinion.scores >= 0) & (opinion.scores <= 1 + 1e-6)).all()
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    for viewer in range(4):
        best = candidates[viewer, opinion.scores[viewer].argmax()]
        past = np.array([video for who, video in clicks if who == viewer])
        cosines = unit[past] @ unit[best]
        assert re.findall(r"video \d\d", opinion.reasons[viewer]) == [
            names[best],
            names[past[cosines.argmax()]],
        ]
        said = re.search(r"cosine ([−\d.]+)", opinion.reasons[viewer])[1].replace("−", "-")
        assert float(said) == pytest.approx(cosines.max(), abs=0.006)


def test_a_video_without_a_vector_is_refused_by_name():
    agent = VideoUnderstandingAgent(store())
    with pytest.raises(ValueError, match=r"video 9 has no vector.*videos 0 to 4"):
        agent.opine(ask([0], [[1, 9]]))
    with pytest.raises(ValueError, match="video -1 has no vector"):
        agent.watch([0], [-1])
    with pytest.raises(ValueError, match="give it request="):
        agent.learn(Feedback(Slate(np.array([[0]])), np.array([0]), np.array([4.0])))


def test_on_the_platform_it_finds_what_viewers_click():
    """With topics for vectors, an upper bound, it earns more clicks a page than chance."""
    catalog = Catalog.sample(200, np.random.default_rng(0))
    vectors = store(np.eye(20)[catalog.topic], [str(video) for video in range(200)])
    rates = []
    for memory in (1, 50):
        agent = VideoUnderstandingAgent(vectors, memory=memory)
        platform = Platform(catalog, rng=np.random.default_rng(1))
        played = play_sessions(platform, SingleAgent(agent, np.random.default_rng(2)), 100)
        rates.append(played.clicks.sum() / played.pages.sum())
    blind = VideoUnderstandingAgent(store(np.zeros((200, 3)), range(200)))
    platform = Platform(catalog, rng=np.random.default_rng(1))
    played = play_sessions(platform, SingleAgent(blind, np.random.default_rng(2)), 100)
    assert min(rates) > played.clicks.sum() / played.pages.sum()


# --- Saved vectors ---------------------------------------------------------------------------


def test_saved_vectors_come_back(tmp_path):
    saved = store(titles=("ö “quoted”", *NAMES[1:]))
    saved.save(tmp_path / "vectors.npz")
    loaded = Vectors.load(tmp_path / "vectors.npz")
    assert np.array_equal(loaded.values, saved.values)
    assert np.array_equal(loaded.present, saved.present)
    assert loaded.titles == saved.titles
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.npz"]


@pytest.mark.parametrize("content", [b"", b"no vectors", b"PK\x03\x04 half a zip file"])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "other.npz").write_bytes(content)
    with pytest.raises(VectorsError, match=r"other\.npz holds no vectors"):
        Vectors.load(tmp_path / "other.npz")


def test_files_of_pickles_are_refused(tmp_path):
    np.savez(tmp_path / "p.npz", values=CORNERS, titles=np.array(NAMES, object), present=[[True]])
    with pytest.raises(VectorsError, match="holds no vectors"):
        Vectors.load(tmp_path / "p.npz")
    with pytest.raises(VectorsError, match="save the vectors first"):
        Vectors.load(tmp_path / "missing.npz")


def test_vectors_that_do_not_fit_are_refused():
    with pytest.raises(VectorsError, match="as many titles"):
        Vectors(CORNERS, NAMES[:3], np.ones((5, 3), bool))
    with pytest.raises(VectorsError, match="finite"):
        Vectors(np.full((1, 2), np.nan), ["x"], np.ones((1, 3), bool))


def test_nearest_leaves_the_video_itself_out():
    assert store().nearest(0, 2).tolist() == [3, 2]
    assert len(store().nearest(0, 99)) == 4


# --- The widget ------------------------------------------------------------------------------


@pytest.fixture
def explorer():
    catalog = Catalog.sample(60, np.random.default_rng(1))
    titles = [catalog.title(video) for video in range(60)]
    rng = np.random.default_rng(0)
    ways = {
        "topic": store(np.eye(20)[catalog.topic] + 0.01 * rng.normal(size=(60, 20)), titles),
        "noise": store(rng.normal(size=(60, 8)), titles),
    }
    return NeighbourExplorer(catalog, ways, range(10))


def test_explorer_shows_the_nearest_of_the_clip_that_is_picked(explorer):
    for way in explorer.vectors:
        for video in (2, 5):
            explorer.by.value, explorer.pick.value = way, video
            assert explorer.neighbours == explorer.vectors[way].nearest(video).tolist()
            page = explorer.page.value
            assert page.count("<img") == 6
            assert TOPICS[explorer.catalog.topic[video]] in page


def test_explorer_marks_neighbours_of_another_topic(explorer):
    explorer.by.value = "topic"
    other = explorer.catalog.topic[explorer.neighbours] != explorer.catalog.topic[0]
    assert explorer.page.value.count("another topic") == other.sum()


def test_explorer_stays_small(explorer):
    """A widget above 90 kB would be dropped from the saved notebook."""
    assert len(explorer.page.value) < 60_000


def test_explorer_refuses_vectors_of_another_catalogue(explorer):
    with pytest.raises(ValueError, match="a vector for every video"):
        NeighbourExplorer(explorer.catalog, {"text": store()}, [0])
