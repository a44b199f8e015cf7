"""The feed adapts to what its viewer does, says so, and needs no browser for it."""

from __future__ import annotations

import io
import json

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents.simple import InterestAgent, NoveltyAgent
from mavrs_course.coordination.average import AverageOfAgents
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK
from mavrs_course.widgets import FeedPlayer
from mavrs_course.widgets.feed import Feed, simple_feed
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.topics import N_TOPICS, TOPICS

CATALOG = Catalog.sample(200, np.random.default_rng(0))


class Witness(NoveltyAgent):
    """Keeps what it was taught."""

    def __init__(self, catalog):
        super().__init__(catalog)
        self.lessons = []

    def learn(self, feedback):
        super().learn(feedback)
        self.lessons.append(feedback)


def watched_feed():
    witness = Witness(CATALOG)
    return Feed(CATALOG, SingleAgent(witness), np.random.default_rng(0)), witness


@pytest.fixture(scope="module")
def crowd_feed():
    """One simple feed for the tests that only read it."""
    return simple_feed(np.random.default_rng(0))


@pytest.fixture
def player():
    return FeedPlayer(rng=np.random.default_rng(1))


def press(player, action, **content):
    """What the browser sends when somebody presses a button on the page that it shows."""
    content = {"action": action, "page": player.page["number"], **content}
    player._handle_custom_msg(json.loads(json.dumps(content)), [])


# What is taught


@pytest.mark.parametrize(("share", "clicked"), [(1.0, 0), (0.5, 0), (0.49, NO_CLICK)])
def test_half_a_video_counts_as_a_click(share, clicked):
    feed, witness = watched_feed()
    shown = feed.video
    feed.leave(share)
    (lesson,) = witness.lessons
    assert lesson.slate.videos[0, 0] == shown
    assert lesson.clicked[0] == clicked and not lesson.liked[0]
    assert lesson.watch_minutes[0] == pytest.approx(share * CATALOG.minutes[shown])


def test_a_like_teaches_at_once_and_only_once():
    feed, witness = watched_feed()
    shown = feed.video
    feed.like(0.1)
    feed.like(0.2)
    assert feed.video == shown
    feed.leave(0.3)
    (lesson,) = witness.lessons
    assert lesson.liked[0] and lesson.clicked[0] == 0
    row = feed.history.iloc[0]
    assert row.liked and row.clicked and row.watch_minutes == pytest.approx(0.3 * 4)


def test_the_history_tells_what_happened(crowd_feed):
    feed = simple_feed(np.random.default_rng(5))
    shown = [feed.video]
    for share in (1.0, 0.1):
        feed.leave(share)
        shown.append(feed.video)
    history = feed.history
    assert history.video.tolist() == shown[:2]
    assert history.clicked.tolist() == [True, False]
    assert history.topic.tolist() == [TOPICS[feed.catalog.topic[video]] for video in shown[:2]]
    assert history.title.tolist() == [feed.catalog.title(video) for video in shown[:2]]
    assert crowd_feed.history.empty and list(crowd_feed.history) == list(history)


# What follows


def test_the_feed_learns_what_its_viewer_likes():
    """A viewer who watches two topics to the end and skips the rest soon sees mostly those."""
    shares, catalog = [], Catalog.sample(2000, np.random.default_rng(0))
    for seed in range(5):
        rng = np.random.default_rng(seed)
        feed = Feed(catalog, SingleAgent(InterestAgent(catalog), rng), rng)
        for _ in range(60):
            feed.leave(1.0 if catalog.topic[feed.video] in (16, 19) else 0.1)
        shares.append(feed.history.topic[-30:].isin([TOPICS[16], TOPICS[19]]).mean())
    # They are a tenth of all videos, and among the ten candidates of 1 - .9 ** 10 = 65 % of pages.
    assert np.mean(shares) == pytest.approx(0.65, abs=0.1)


def test_no_video_comes_back_before_the_catalogue_is_through():
    feed, _ = watched_feed()
    for _ in range(len(CATALOG) - 20):
        feed.leave(0.1)
    assert feed.history.video.is_unique
    for _ in range(40):
        feed.leave(0.1)  # and it goes on after that


@settings(max_examples=20, deadline=None)
@given(
    acts=st.lists(st.sampled_from(["watch", "skip", "like"]), min_size=1, max_size=6),
    seed=st.integers(0, 9),
)
def test_what_would_follow_is_what_follows(acts, seed):
    """So the clip that was made ahead is the one that is needed, even where chance decides."""
    rng = np.random.default_rng(seed)
    agents = [InterestAgent(CATALOG), NoveltyAgent(CATALOG)]
    feed = Feed(CATALOG, AverageOfAgents(agents, rng=rng), rng)
    for act in acts:
        if act == "like":
            feed.like(0.3)
        share = 1.0 if act == "watch" else 0.1
        before = agents[0].interest.copy(), agents[1].shown.copy()
        foreseen = feed.would_follow(share)
        np.testing.assert_array_equal(agents[0].interest, before[0])
        np.testing.assert_array_equal(agents[1].shown, before[1])
        feed.leave(share)
        assert feed.video == foreseen


# What is said


def test_the_picture_is_the_agents_own():
    feed = simple_feed(np.random.default_rng(2))
    assert feed.picture.abs().max() < 1e-12
    feed.leave(1.0)
    agent = next(agent for agent in feed.agents if agent.name == "interest")
    np.testing.assert_array_equal(feed.picture, agent.interest[0])
    assert list(feed.picture.index) == list(TOPICS)


def test_each_wish_is_the_agents_first_choice(crowd_feed):
    for agent, wish in zip(crowd_feed.agents, crowd_feed.wishes, strict=True):
        opinion = agent.opine(crowd_feed.next.request)
        if np.ptp(opinion.scores) == 0:
            assert wish.video is None
        else:
            column = list(crowd_feed.next.request.candidates[0]).index(wish.video)
            assert opinion.scores[0, column] == opinion.scores.max()
        assert wish.reason == opinion.reasons[0]
        assert wish.confidence == opinion.confidence[0]


def test_every_act_is_put_in_words_with_the_topic_that_moved_most():
    feed = simple_feed(np.random.default_rng(3))
    topic, title = TOPICS[feed.catalog.topic[feed.video]], feed.catalog.title(feed.video)
    feed.like(0.2)
    assert feed.said == (
        f"You liked “{title}”. The picture of you moves most in {topic}: from 0.00 to +0.26."
    )
    feed.leave(0.2)
    assert "already counted" in feed.said
    title = feed.catalog.title(feed.video)
    feed.leave(0.1)
    assert feed.said.startswith(f"You skipped “{title}”.")


def test_popularity_prefers_something_thanks_to_the_crowd(crowd_feed):
    rates = crowd_feed.agents[0].rate
    assert rates.max() > 1.5 * rates.min()
    assert crowd_feed.agents[0].shown.sum() == 300 * 10 * 3


# The player


def test_watch_skip_and_like_work_without_a_browser(player):
    player.watch()
    player.like()
    player.skip()
    player.skip()
    assert player.history.clicked.tolist() == [True, True, False]
    assert player.history.liked.tolist() == [False, True, False]
    assert player.page["number"] == 4
    assert not player.clip, "nobody looks, so no clip is drawn"


def test_the_same_seed_plays_the_same_feed():
    feeds = []
    for _ in range(2):
        player = FeedPlayer(rng=np.random.default_rng(4))
        for _ in range(4):
            player.watch()
        feeds.append(player.history.video.tolist())
    assert feeds[0] == feeds[1]


def test_the_page_holds_what_the_feed_knows_and_fits_in_json(player):
    player.watch()
    page = json.loads(json.dumps(player.page))
    assert page["title"] == player.feed.catalog.title(player.feed.video)
    assert page["why"] == player.feed.why and page["said"] == player.feed.said
    assert [bar["now"] for bar in page["picture"]] == player.picture.tolist()
    moved = [bar for bar in page["picture"] if bar["now"] != bar["before"]]
    assert len(moved) == 1 and moved[0]["before"] == pytest.approx(0.0, abs=1e-12)
    assert len(page["picture"]) == N_TOPICS
    assert [wish["agent"] for wish in page["wishes"]] == [a.name for a in player.agents]


def test_what_is_next_is_marked_as_somebodys_wish(player):
    for _ in range(5):
        following = player.feed.catalog.title(int(player.feed.next.videos[0, 0]))
        for wish in player.page["wishes"]:
            assert wish["is_next"] == (wish["title"] == following)
        player.watch()


def test_a_browser_gets_a_playable_clip_of_the_video_on_show(player):
    press(player, "hello")
    assert player.clip_page == player.page["number"] == 1
    with av.open(io.BytesIO(player.clip)) as clip:
        assert {stream.type for stream in clip.streams} == {"video", "audio"}
        assert float(clip.duration / av.time_base) == pytest.approx(5.0, abs=0.2)
    first = player.clip
    press(player, "leave", share=1.0)
    assert player.clip_page == player.page["number"] == 2
    assert player.clip != first


def test_the_next_clip_is_being_made_before_it_is_asked_for(player):
    press(player, "hello")
    for share in (1.0, 0.1):
        foreseen = player._clips
        press(player, "leave", share=share)
        assert player.feed.video in foreseen


def test_a_press_on_a_page_that_is_gone_does_nothing(player):
    player.watch()
    press(player, "leave", page=1, share=0.0)
    press(player, "like", page=1, share=0.0)
    assert len(player.history) == 1 and not player.page["liked"]


def test_agents_can_be_given_less_of_a_voice(player):
    press(player, "voice", agent="popularity", weight=0)
    press(player, "voice", agent="novelty", weight=0)
    player.watch()
    wishes = {wish["agent"]: wish for wish in player.page["wishes"]}
    assert wishes["popularity"]["voice"] == 0 and wishes["interest"]["voice"] == 1
    assert "popularity" not in player.feed.next.reasons[0][0]
    with pytest.raises(ValueError, match="popularity, interest, novelty"):
        player.listen_to("ghost", 1.0)
    with pytest.raises(ValueError, match="from 0 up"):
        player.listen_to("novelty", -1.0)


def test_other_agents_and_coordinators_can_play():
    agent = NoveltyAgent(CATALOG)
    player = FeedPlayer(CATALOG, SingleAgent(agent), rng=np.random.default_rng(0))
    player.watch()
    assert player.picture is None and player.page["picture"] == []
    assert list(player.agents) == [agent]
    assert player.page["wishes"][0]["voice"] is None
    with pytest.raises(ValueError, match="or neither"):
        FeedPlayer(CATALOG)


def test_without_a_browser_the_output_says_what_there_is_to_see(player):
    bundle, _ = player._repr_mimebundle_()
    text = bundle["text/plain"]
    assert player.page["title"] in text and "JupyterLab" in text
    for wish in player.page["wishes"]:
        assert wish["reason"] in text
    assert "application/vnd.jupyter.widget-view+json" in bundle
