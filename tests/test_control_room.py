"""The control room: what is dragged changes the page, and a dead controller leaves it to others."""

import numpy as np
import pytest

from mavrs_course.widgets.control_room import DEAD, WRONG, ControlRoom


@pytest.fixture(scope="module")
def rooms():
    return {}


@pytest.fixture
def room(rooms):
    room = rooms.setdefault("room", ControlRoom(seed=1))
    for slider in room.weight:
        slider.value = 0.25
    room.price.value, room.state.value, room.fallback.value = 0.0, "works", True
    return room


def qualities(room):
    return room.platform.catalog.quality[room.slate.videos[0]]


def weigh(room, *weights):
    for slider, weight in zip(room.weight, weights, strict=True):
        slider.value = weight


def test_all_weight_on_the_editor_shows_what_the_editor_wants(room):
    weigh(room, 0, 0, 0, 1)
    best = np.sort(room.platform.catalog.quality[room.request.candidates[0]])[::-1][:3]
    np.testing.assert_allclose(qualities(room), best)
    assert f"{best[0]:+.2f}".replace("-", "−") in room.page.value


def test_a_wrong_controller_shows_the_worst(room):
    weigh(room, 0, 0, 0, 1)
    right = qualities(room).mean()
    room.state.value = WRONG
    assert qualities(room).mean() < right


def test_a_price_saves_questions(room):
    assert "8 messages" in room.cost.value
    weigh(room, 0.05, 0.05, 0.05, 1)
    room.price.value = 0.2
    assert "2 messages" in room.cost.value and "Asked: editor." in room.cost.value


def test_a_dead_controller_needs_a_fallback(room):
    room.state.value = DEAD
    assert "10 messages" in room.cost.value and room.slate is not None
    room.fallback.value = False
    assert room.slate is None and "No page" in room.page.value


def test_other_candidates_change_the_page(room):
    before = room.page.value
    room.again.click()
    assert room.page.value != before
