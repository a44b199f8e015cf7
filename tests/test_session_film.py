"""The film of a session: it is well-formed, true to what was played, and can stand still."""

from __future__ import annotations

from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest

from mavrs_course.envs.feed_core import EMPTY, FeedCore
from mavrs_course.envs.feed_policies import favourite_bids, planned_bids
from mavrs_course.widgets.session_film import draw_still, record, session_film, show_film

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def sessions():
    return {"they grab": record(favourite_bids, seed=4), "they <plan>": record(planned_bids, 4)}


def test_a_recording_is_what_the_core_plays(sessions):
    session, core = sessions["they grab"], FeedCore(1, rng=np.random.default_rng(4))
    for page in range(len(session)):
        actions = favourite_bids(core.observe())
        _, ended, told = core.step(actions)
        np.testing.assert_array_equal(session.actions[page], actions[0])
        assert session.minutes[page] == told.session_minutes[0]
        assert session.shown[page].sum() == 3
        slot = told.clicked[0]
        assert session.watched[page] == (told.topics[0, slot] if slot >= 0 else EMPTY)
    assert ended[0] and session.budget[-1] == 0
    assert len(record(planned_bids, 4, most=7)) == 7


def test_a_film_has_a_frame_for_each_page_and_says_when_the_viewer_has_left(sessions):
    frames = range(0, max(map(len, sessions.values())) + 1, 10)
    root = ElementTree.fromstring(session_film(sessions, frames))
    groups = [g for g in root.iter(f"{SVG}g") if g.get("class") == "frame"]
    assert len(groups) == len(frames)
    words = ["".join(group.itertext()) for group in groups]
    assert "they <plan>" in words[0] and "page 1" in words[0] and "the viewer has left" in words[-1]
    assert f"{sessions['they grab'].minutes[-1]:.0f} minutes watched" in words[-1]
    assert "prefers-reduced-motion" in session_film(sessions, frames)
    assert len(session_film(sessions, frames)) < 400_000


def test_a_film_needs_words(sessions, capsys):
    with pytest.raises(ValueError, match="needs alt="):
        show_film("<svg/>", alt=" ")
    show_film(session_film(sessions, [0]), alt="Two sessions.")
    assert "Two sessions." in capsys.readouterr().out


def test_a_still_shows_every_page(sessions):
    figure, axes = plt.subplots()
    session = sessions["they grab"]
    draw_still(axes, session, "grab", pages=len(session) + 5)
    (picture,) = axes.images
    assert picture.get_array().shape == (5, len(session) + 5, 4)
    (dots,) = axes.lines
    assert len(dots.get_xdata()) == (session.watched != EMPTY).sum()
    plt.close(figure)
