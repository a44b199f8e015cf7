"""What every world promises: whoever decides, three pages are played, then a day passes."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
import strange_agents as strange

from mavrs_course.agents import agents
from mavrs_course.coordination.modes import modes
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK, Slate, World
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.learning.kss import KSSLearners
from mavrs_course.world.learning.platform import LearningPlatform
from mavrs_course.world.learning.structure import KnowledgeStructure
from mavrs_course.world.live.platform import LivePlatform
from mavrs_course.world.live.post import ByPost, Post
from mavrs_course.world.live.rooms import RoomRates
from mavrs_course.world.long_video.world import LongVideo
from mavrs_course.world.offer import PlatformError
from mavrs_course.world.platform import Platform
from mavrs_course.world.short_video.feed import ShortVideo
from mavrs_course.world.worlds import worlds

VIEWERS, PAGES = 5, 3
LEARNERS = ("interest", "memory", "popularity")
# Who never answers needs a deadline, and has one in tests/test_coordination_contract.py.
MISBEHAVING = [kind for kind in strange.STRANGE if kind is not strange.Sleeping]


def a_world(name, viewers=VIEWERS):
    world = worlds()[name](np.random.default_rng(3))
    world.reset(viewers)
    return world


def assert_fine(feedback, request, active):
    assert feedback.request.viewers.shape == request.viewers.shape
    np.testing.assert_array_equal(feedback.active, active)
    assert (feedback.clicked[~active] == NO_CLICK).all()
    watched = feedback.watch_minutes
    assert np.isfinite(watched).all() and (watched >= 0).all()
    assert (watched[feedback.clicked == NO_CLICK] == 0).all()


def started(world, viewers=VIEWERS):
    """The world, with new viewers where nobody's session goes on."""
    if not world.active.any():
        world.reset(viewers)
    return world


def play(world, coordinator, pages=PAGES, viewers=VIEWERS):
    for _ in range(pages):
        request, active = started(world, viewers).request, world.active.copy()
        slate = coordinator.recommend(request)
        assert slate.videos.shape == (len(request), request.slots)
        feedback = world.show(slate)
        assert_fine(feedback, request, active)
        coordinator.learn(feedback)
    request = world.next_day()
    assert request is world.request and world.active.shape == request.viewers.shape


@pytest.mark.parametrize("world", worlds())
@pytest.mark.parametrize("agent", agents())
def test_every_agent_plays_in_every_world(agent, world):
    world = a_world(world)
    play(world, SingleAgent(agents()[agent](world, np.random.default_rng(1))))


@pytest.mark.parametrize("world", worlds())
@pytest.mark.parametrize("mode", modes())
def test_every_mode_plays_in_every_world(mode, world):
    """With every agent there is, and with others that misbehave: only these are not heard."""
    world = a_world(world)
    quality = world.catalog.quality
    honest = [strange.Honest(f"honest {seed}", quality, seed) for seed in range(2)]
    team = [make(world, np.random.default_rng(5)) for make in agents().values()]
    odd = [kind(kind.__name__, quality) for kind in MISBEHAVING]
    coordinator = modes()[mode]([*honest, *team, *odd], rng=np.random.default_rng(6))
    play(world, coordinator)
    assert all(agent.learned == PAGES for agent in honest)
    trace = coordinator.recommend(started(world).request).trace
    excuses = coordinator.panel.ask(world.request, trace).excuses
    assert not excuses.keys() - {agent.name for agent in odd}


@pytest.mark.parametrize("name", worlds())
def test_a_world_keeps_its_promises(name):
    world = a_world(name)
    assert isinstance(world, World)
    first = world.request
    assert first.candidates.min() >= 0 and first.candidates.max() < len(world.catalog)
    assert world.catalog.topic.max() < world.catalog.n_topics == len(world.catalog.topics)
    assert (world.reset(2).viewers > first.viewers.max()).all()
    assert world.active.shape == (2,)
    with pytest.raises(ValueError):
        world.reset(0)


@pytest.mark.parametrize("name", worlds())
def test_the_same_seed_gives_the_same_world(name):
    def told(seed):
        world = worlds()[name](np.random.default_rng(seed))
        world.reset(VIEWERS)
        random = agents()["random"](world, np.random.default_rng(0))
        slate = SingleAgent(random).recommend(world.request)
        feedback = world.show(slate)
        return np.r_[slate.videos.ravel(), feedback.clicked, feedback.watch_minutes]

    np.testing.assert_array_equal(told(1), told(1))
    assert not np.array_equal(told(1), told(2))


@pytest.mark.parametrize("name", worlds())
def test_one_viewer_is_enough(name):
    world = a_world(name, viewers=1)
    random = agents()["random"](world, np.random.default_rng(0))
    play(world, SingleAgent(random))


# --- feedback as it comes: late, twice, in another order -----------------------------------------


@pytest.mark.parametrize("name", worlds())
def test_every_mode_in_every_world_learns_of_its_pages_by_post(name):
    """However late, twice and mixed up it comes, each page is learned from once."""
    world = a_world(name)
    for mode in modes():
        honest = [strange.Honest(f"honest {seed}", world.catalog.quality, seed) for seed in (0, 1)]
        learners = [agents()[kind](world, np.random.default_rng(5)) for kind in LEARNERS]
        coordinator = modes()[mode]([*honest, *learners], rng=np.random.default_rng(6))
        late = ByPost(coordinator, Post(delay=2.0, twice=0.5, rng=np.random.default_rng(7)))
        play(world, late, pages=5)
        late.rest()
        assert [agent.learned for agent in honest] == [5, 5], mode
        assert not getattr(coordinator, "failed_to_learn", {}), mode
        slate = coordinator.recommend(started(world).request)
        assert slate.videos.shape == (len(world.request), world.request.slots), mode


@pytest.mark.parametrize("name", worlds())
def test_every_agent_in_every_world_learns_from_a_page_once(name):
    for kind in agents():
        world = a_world(name)
        agent = agents()[kind](world, np.random.default_rng(1))
        pages = []
        for _ in range(4):
            opinion = agent.opine(started(world).request)
            first = world.request.candidates[:, : world.request.slots]
            pages.append(world.show(Slate(first, request=world.request, memo=opinion.memo)))
        once, twice, mixed = agent, deepcopy(agent), deepcopy(agent)
        for told, order in ((once, [0, 1, 2, 3]), (twice, [0, 0, 1, 0, 2, 1, 3, 3])):
            for number in order:
                told.learn(pages[number])
        for number in (2, 0, 3, 1, 2):
            mixed.learn(pages[number])
        request = started(world).request
        if kind != "random":
            scores = once.opine(request).scores
            np.testing.assert_allclose(twice.opine(request).scores, scores, atol=1e-9, err_msg=kind)
        assert np.isfinite(mixed.opine(request).scores).all(), kind


# --- what no world shows -------------------------------------------------------------------------


@pytest.mark.parametrize("name", worlds())
def test_nobody_there_and_everybody_gone_are_told(name):
    world = worlds()[name](np.random.default_rng(3))
    for ask in (lambda: world.request, world.next_day, lambda: world.show(Slate(np.zeros((1, 1))))):
        with pytest.raises(PlatformError, match="nobody is there yet; call reset"):
            ask()
    request = world.reset(2)
    world.active = np.zeros(2, dtype=bool)
    with pytest.raises(PlatformError, match=r"every session is over; call reset.* or next_day"):
        world.show(Slate(request.candidates[:, : request.slots]))


@pytest.mark.parametrize("name", worlds())
def test_a_page_that_is_not_on_offer_is_refused_and_changes_nothing(name):
    world = a_world(name)
    request, page = world.request, world.request.candidates[:, : world.request.slots]
    elsewhere = int(np.setdiff1d(np.arange(len(world.catalog)), request.candidates[1])[0])
    state = world.rng.bit_generator.state
    wrong = [(elsewhere, str(elsewhere)), (-1, "catalogue ends"), (10**6, "catalogue ends")]
    if request.slots > 1:
        wrong.append((int(page[1, 1]), "twice"))
    for video, words in wrong:
        spoiled = page.copy()
        spoiled[1, 0] = video
        with pytest.raises(PlatformError, match=words):
            world.show(Slate(spoiled))
    for spoiled in (page[:-1], page + 0.5, np.repeat(page, request.slots + 1, axis=1)):
        with pytest.raises(PlatformError, match="show needs video numbers"):
            world.show(Slate(spoiled))
    assert world.request is request and world.rng.bit_generator.state == state
    world.show(Slate(page))


NOTHING_TO_SHOW = {
    "feed": lambda rng: Platform(Catalog([], [], topics=("one",)), rng=rng),
    "short_video": lambda rng: ShortVideo(Catalog([], [], topics=("one",)), rng=rng),
    "long_video": lambda rng: LongVideo(Catalog([], [], topics=("one",)), rng=rng),
    "live": lambda rng: LivePlatform(Catalog([], [], topics=("one",)), rng=rng),
    "learning": lambda rng: KnowledgeStructure(()),
}
ONE_TO_SHOW = {
    "feed": lambda rng: Platform(slots=1, candidates=1, rng=rng),
    "short_video": lambda rng: ShortVideo(candidates=1, rng=rng),
    "long_video": lambda rng: LongVideo(slots=1, candidates=1, rng=rng),
    "live": lambda rng: LivePlatform(slots=1, candidates=1, rng=rng),
    "learning": lambda rng: LearningPlatform(
        KSSLearners(rng, KnowledgeStructure(("reading",)), warm_up=0), rng=rng
    ),
}


@pytest.mark.parametrize("name", worlds())
def test_an_empty_catalogue_is_told(name):
    with pytest.raises(
        ValueError, match=r"at least one item|10 candidates.* (the )?0 (videos|rooms)"
    ):
        NOTHING_TO_SHOW[name](np.random.default_rng(3))


@pytest.mark.parametrize("name", worlds())
def test_one_candidate_for_one_viewer_is_shown_by_every_mode(name):
    world = ONE_TO_SHOW[name](np.random.default_rng(3))
    world.reset(1)
    for mode in modes():
        team = [agents()[kind](world, np.random.default_rng(5)) for kind in LEARNERS]
        play(world, modes()[mode](team, rng=np.random.default_rng(6)), viewers=1)


def test_where_no_room_ever_opens_the_live_world_says_so():
    rates = RoomRates(on_air=0.5, off_air=1e9)
    world = LivePlatform(rates=rates, rng=np.random.default_rng(3))
    with pytest.raises(PlatformError, match="whole day there were never 10 rooms on the air"):
        world.reset(2)
