"""The clip to be moved: its slope is the derivative, and stepping stops where it says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mavrs_course.widgets.clip_view import ClipView, clip_picture, gain_and_slope


@given(
    ratio=st.floats(0, 4),
    advantage=st.floats(-3, 3),
    clip=st.one_of(st.none(), st.floats(0.01, 0.9)),
)
def test_the_slope_is_the_derivative_of_ppos_objective(ratio, advantage, clip):
    if clip is not None and min(abs(ratio - 1 - clip), abs(ratio - 1 + clip)) < 1e-3:
        return  # at a corner there are two
    r = torch.tensor(ratio, dtype=torch.float64, requires_grad=True)
    gain = r * advantage
    if clip is not None:
        gain = torch.minimum(gain, r.clamp(1 - clip, 1 + clip) * advantage)
    gain.backward()
    got, slope = gain_and_slope(ratio, advantage, clip)
    np.testing.assert_allclose(got, gain.item(), atol=1e-12)
    if abs(advantage) > 1e-9:
        np.testing.assert_allclose(slope, r.grad.item(), atol=1e-12)


def test_a_good_action_gets_likelier_until_the_clip_and_no_further():
    view = ClipView()
    for _ in range(10):
        view.step()
    assert 1.2 < view.ratio.value <= 1.3 and view.slope == 0
    assert "10 steps" in view.words.value and "far enough" in view.words.value


def test_without_the_clip_it_never_stops():
    view = ClipView()
    view.clipped.value = False
    for _ in range(12):
        view.step()
    assert view.ratio.value == 2.0 and view.slope == 1.0


@pytest.mark.parametrize(("advantage", "ratio"), [(1.0, 0.5), (-1.0, 1.5)])
def test_a_move_in_the_wrong_direction_is_still_mended(advantage, ratio):
    view = ClipView()
    view.advantage.value, view.ratio.value = advantage, ratio
    assert view.slope == advantage
    for _ in range(12):
        view.step()
    assert view.slope == 0 and np.sign(view.ratio.value - 1) == np.sign(advantage)


def test_the_picture_follows_and_a_new_rollout_starts_at_one():
    view = ClipView()
    drawn = view.picture.value
    view.uphill.click()
    assert view.picture.value != drawn and view.steps == 1
    view.again.click()
    assert view.picture.value == drawn and view.steps == 0 and view.ratio.value == 1.0
    view.advantage.value = 0.0
    assert "nothing to learn" in view.words.value
    assert "role=" in clip_picture(1.0, -2.0, None) and "JupyterLab" in repr(view)
