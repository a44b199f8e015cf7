"""When a session is over, told in any order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mavrs_course.session_ends import SessionEnds


@given(seed=st.integers(0, 2**32 - 1))
def test_in_any_order_the_same_sessions_have_begun_and_are_over(seed):
    """Viewers come late, stay a while and leave; nobody knows before it is told."""
    rng, viewers, pages = np.random.default_rng(seed), np.arange(5), 6
    comes = rng.integers(0, 3, 5)
    leaves = comes + rng.integers(0, 5, 5)  # some never come, some never leave

    def told_in(order):
        ends, begun, over = SessionEnds(), np.zeros(5, int), np.zeros(5, int)
        made = [ends.making(viewers) for _ in range(pages)]
        for page in order:
            active = (comes <= page) & (page < leaves)
            begins, is_over = ends.told(made[page], viewers, active)
            begun, over = begun + begins, over + is_over
        return begun.tolist(), over.tolist(), ends.over(made[0].session).tolist()

    watched = leaves > comes
    wanted = watched.astype(int).tolist(), (watched & (leaves < pages)).astype(int).tolist()
    for order in (range(pages), rng.permutation(pages)):
        begun, over, now = told_in(order)
        assert (begun, over) == wanted
        assert now == [bool(one) for one in over]


def test_pages_made_before_the_end_was_told_belong_to_the_session_that_ended():
    ends, viewer = SessionEnds(), np.array([2])
    first, second, third = (ends.making(viewer) for _ in range(3))
    assert ends.told(first, viewer, np.array([True])) == (True, False)
    assert ends.told(second, viewer, np.array([False])) == (False, True)
    new = ends.making(viewer)
    assert third.session == first.session != new.session
    assert ends.told(third, viewer, np.array([False])) == (False, False)
    assert ends.told(new, viewer, np.array([True])) == (True, False)


def test_who_leaves_without_a_word_ends_a_session_that_was_watched():
    ends, viewers = SessionEnds(), np.array([0, 1])
    made = ends.making(viewers)
    ends.told(made, viewers, np.array([True, False]))
    assert ends.leave(np.array([0, 1, 7])).tolist() == [made.session[0]]
    assert ends.over(made.session).tolist() == [True, False]
    again = ends.making(viewers).session
    assert again[0] != made.session[0] and again[1] == made.session[1]
