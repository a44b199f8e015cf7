"""The stream: late, doubled and shuffled events, and what the others are told."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents.feedback import FeedbackAgent
from mavrs_course.agents.feedback.stream import Bulletin, Clicked, FeedbackStream, PageShown
from mavrs_course.messages import Agent
from mavrs_course.world.catalog import Catalog

CATALOG = Catalog.sample(60, np.random.default_rng(0))


def a_stream(pages, seed=0, delay=30.0):
    """Events of pages shown every ten seconds, in the order of their times."""
    rng = np.random.default_rng(seed)
    events = []
    for page in range(pages):
        videos = tuple(int(v) for v in rng.choice(60, 3, replace=False))
        events.append(PageShown(10.0 * page, page, int(rng.integers(5)), videos))
        if rng.random() < 0.5:
            time = 10.0 * page + rng.uniform(0, delay)
            events.append(Clicked(time, page, int(rng.integers(3))))
    return sorted(events, key=lambda event: event.time)


def counts(stream):
    return stream.agent.shown, stream.agent.clicked


def read(events, **settings):
    stream = FeedbackStream(FeedbackAgent(CATALOG, examination=[1, 1, 1]), **settings)
    stream.take(events)
    stream.finish()
    return stream


def test_it_is_an_agent():
    assert isinstance(FeedbackStream(FeedbackAgent(CATALOG)), Agent)


def test_every_page_and_click_is_counted_once():
    events = a_stream(200)
    stream = read(events)
    assert stream.pages == 200
    assert stream.agent.shown.sum() == 600
    assert stream.agent.clicked.sum() == sum(isinstance(event, Clicked) for event in events)
    assert stream.repeated == stream.unmatched == 0


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 120), max_size=6), st.integers(0, 1000))
def test_how_the_stream_is_cut_makes_no_difference(cuts, seed):
    events = a_stream(80, seed)
    stream = FeedbackStream(FeedbackAgent(CATALOG, examination=[1, 1, 1]))
    edges = [0, *sorted(cuts), len(events)]
    for start, end in pairwise(edges):
        stream.take(events[start:end])
    stream.finish()
    whole = read(events)
    assert np.array_equal(counts(stream)[0], counts(whole)[0])
    assert np.array_equal(counts(stream)[1], counts(whole)[1])
    assert len(stream.trace) == len(whole.trace)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1000))
def test_a_click_may_overtake_its_page(seed):
    """Events shuffled by less than the patience change no count."""
    events = a_stream(80, seed, delay=20.0)
    rng = np.random.default_rng(seed)
    shuffled = sorted(events, key=lambda event: event.time + rng.uniform(0, 20))
    ordered, mixed = read(events, patience=60.0), read(shuffled, patience=60.0)
    assert np.array_equal(counts(ordered)[0], counts(mixed)[0])
    assert np.array_equal(counts(ordered)[1], counts(mixed)[1])


def test_a_click_that_comes_twice_counts_once():
    shown, click = PageShown(0.0, 7, 1, (3, 4, 5)), Clicked(5.0, 7, 2)
    stream = read([shown, click, click, shown])
    assert stream.agent.clicked.sum() == 1
    assert stream.agent.shown.sum() == 3
    assert stream.repeated == 1


def test_clicks_too_late_or_of_nowhere_are_set_aside():
    events = [
        PageShown(0.0, 1, 0, (3, 4, 5)),
        Clicked(20.0, 99, 0),
        Clicked(100.0, 1, 0),
        PageShown(1000.0, 2, 0, (3, 4, 5)),
    ]
    stream = read(events, patience=60.0)
    assert stream.agent.clicked.sum() == 0
    assert stream.pages == 2
    assert stream.unmatched == 2


def test_a_slot_that_is_not_on_the_page_is_no_click():
    stream = read([PageShown(0.0, 1, 0, (3, 4, 5)), Clicked(1.0, 1, 3)])
    assert stream.pages == 1
    assert stream.agent.clicked.sum() == 0
    assert stream.unmatched == 1


def test_bulletins_reach_every_listener_and_are_in_the_trace():
    heard = {"memory": [], "reasoning": []}
    listeners = {name: letters.append for name, letters in heard.items()}
    stream = read(a_stream(100), every=300.0, listeners=listeners)
    # 990 seconds of pages: three on time, and one at the end.
    assert [len(letters) for letters in heard.values()] == [4, 4]
    last = heard["memory"][-1]
    assert isinstance(last, Bulletin) and last.pages == 100
    assert np.array_equal(last.rate, stream.agent.rate)
    assert len(stream.trace) == 8
    told = next(iter(stream.trace))
    assert (told.sender, told.receiver, told.kind) == ("feedback", "memory", "bulletin")
    assert told.size_bytes == heard["memory"][0].size_bytes > 0


def test_a_fresh_page_is_not_yet_a_page_that_nobody_wanted():
    stream = FeedbackStream(FeedbackAgent(CATALOG), patience=60.0, every=50.0)
    stream.take([PageShown(0.0, 1, 0, (3, 4, 5)), PageShown(55.0, 2, 0, (3, 4, 5))])
    assert stream.pages == 0
    stream.take([PageShown(130.0, 3, 0, (3, 4, 5))])
    assert stream.pages == 1


def test_an_empty_stream_says_nothing():
    stream = read([], listeners={"memory": lambda letter: pytest.fail("nothing to say")})
    assert len(stream.trace) == 0
    with pytest.raises(ValueError, match="patience"):
        FeedbackStream(FeedbackAgent(CATALOG), patience=-1)
