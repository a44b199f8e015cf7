"""What happens in the feed game while a policy plays it: who bids what, and who is watched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.envs.feed_core import CHANNELS, N_ACTIONS, FeedCore, FeedPage, Policy
from mavrs_course.messages import NO_CLICK, Floats, Ints
from mavrs_course.world.topics import N_TOPICS


@dataclass(frozen=True)
class FeedAccount:
    """What one session in each of ``B`` places came to.

    minutes: float[B], watched by each viewer.  own_minutes: float[B, 5], watched on each channel.
    pages: int[B].  bids: float[5, 9], how often each channel took each action, as shares of all
    its actions.  watched: float[20], the share of all minutes that went to each topic.
    """

    minutes: Floats
    own_minutes: Floats
    pages: Ints
    bids: Floats
    watched: Floats


def account_for(core: FeedCore, policy: Policy) -> FeedAccount:
    """Play exactly one new session in each place of the core, and count.

    policy: maps observations float32[B, 5, 21] to actions int[B, 5].  The core must not
    ``auto_reset``, so that nobody is counted twice.
    """
    if core.auto_reset:
        raise ValueError(
            "make the core with auto_reset=False: one session in each place is counted"
        )
    core.reset()
    own, pages = np.zeros((core.sessions, CHANNELS)), np.zeros(core.sessions, dtype=np.int64)
    bids, watched = np.zeros((CHANNELS, N_ACTIONS)), np.zeros(N_TOPICS)
    rows, seats = np.arange(core.sessions), np.arange(CHANNELS)
    while core.active.any():
        actions = policy(core.observe())
        _, _, page = core.step(actions)
        pages += page.active
        np.add.at(bids, (seats, actions[page.active]), 1.0)
        topic, minutes = watched_topic(page), page.watch_minutes
        own[rows, topic % CHANNELS] += minutes
        np.add.at(watched, topic, minutes)
    return FeedAccount(
        minutes=own.sum(axis=1),
        own_minutes=own,
        pages=pages,
        bids=bids / bids.sum(axis=1, keepdims=True),
        watched=watched / max(watched.sum(), 1e-9),
    )


def watched_topic(page: FeedPage) -> Ints:
    """int[B]: the topic that was watched; 0 where nothing was, with no minutes to count."""
    clicked = page.clicked != NO_CLICK
    return np.where(clicked, page.topics[np.arange(len(clicked)), page.clicked], 0)
