"""The feed as a game: five channels bid for the three slots of a viewer's page.

The viewer is the published one of :mod:`mavrs_course.world.viewers`, called as it is.  ``B``
sessions are played at once, each with its own viewer.

Channel ``m`` owns the topics ``m, m + 5, m + 10, m + 15``: some trash, some nourishing.
On every page each channel chooses one of nine actions:

=========  ==============================================
0          abstain
1 .. 4     a low bid for its first .. fourth topic
5 .. 8     a high bid for its first .. fourth topic
=========  ==============================================

The three highest bids are shown, ties broken at random, highest first; each as a fresh video
of the topic.  A slot that nobody bought stays empty.  Bids cost nothing: they only say who
wants the slot more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mavrs_course.envs.core import Floats32, checked_actions
from mavrs_course.messages import NO_CLICK, Bools, Floats, Ints
from mavrs_course.world.effects import Boredom
from mavrs_course.world.topics import MEAN_QUALITY, N_TOPICS, QUALITY_DEVIATION, TOPICS
from mavrs_course.world.viewers import (
    START_BUDGET,
    attraction,
    choose,
    evolve,
    sample_interest,
    spend,
)

Policy = Callable[[Floats32], Ints]

CHANNELS = 5
TOPIC_NAMES, TOPIC_QUALITY = TOPICS, MEAN_QUALITY
TOPICS_EACH = N_TOPICS // CHANNELS
SLOTS = 3
ABSTAIN, LOW, HIGH = 0, 1, 1 + TOPICS_EACH
N_ACTIONS = 1 + 2 * TOPICS_EACH

# An empty slot shows a topic that no viewer likes at all: interest -1, so choice weight 0.
EMPTY = N_TOPICS
_QUALITY = np.append(MEAN_QUALITY, np.nan)

_ACTION = np.arange(N_ACTIONS)
# What an action bids (0 nothing, 1 low, 2 high), and for which topic, channel by channel.
BID_NAMES = ("abstains", "low bid", "high bid")
BID = (_ACTION >= LOW).astype(np.int64) + (_ACTION >= HIGH)
TOPIC = np.where(
    _ACTION == ABSTAIN,
    EMPTY,
    np.arange(CHANNELS)[:, None] + CHANNELS * ((_ACTION - LOW) % TOPICS_EACH),
)
# Which entry of the state each channel sees where: its own topics first, then its neighbours'.
_VIEW = np.array(
    [
        [(m + k) % CHANNELS + CHANNELS * j for k in range(CHANNELS) for j in range(TOPICS_EACH)]
        + [N_TOPICS]
        for m in range(CHANNELS)
    ]
)


@dataclass(frozen=True)
class FeedPage:
    """What happened on the last page of each session.

    topics: int[B, 3], the topic in each slot, or ``EMPTY``.  quality: float[B, 3], NaN if empty.
    clicked: int[B], the slot, or ``NO_CLICK``.  watch_minutes: float[B], watched on this page.
    session_minutes: float[B], watched in the session so far, this page included.
    active: bool[B], False where the session had ended before this page.
    """

    topics: Ints
    quality: Floats
    clicked: Ints
    watch_minutes: Floats
    session_minutes: Floats
    active: Bools

    @property
    def owners(self) -> Ints:
        """int[B, 3]: the channel that won each slot, or -1 where it is empty."""
        return np.where(self.topics == EMPTY, -1, self.topics % CHANNELS)


class FeedCore:
    """The feed game, ``sessions`` at a time.

    The reward of a channel is ``alpha`` times the minutes that the viewer watched plus
    ``1 - alpha`` times the minutes watched on the channel's own video: 1 is a team, 0 is five
    rivals.  A session ends when the viewer's budget is spent.  From then on its pages are empty
    and earn nothing, unless ``auto_reset`` gives its place to a new viewer at once.

    With ``boredom``, a topic just watched draws less, as in the platform's effect of that name:
    interest ``u`` is felt as ``max(u - strength * s, -1)``, where ``s`` is the topic's satiation.
    Channels see the interest as it is felt, so observations keep their shape; how it splits into
    taste and boredom they can only remember.

    The core speaks in arrays, agent ``m`` in column ``m``; :mod:`~mavrs_course.envs.feed_v0`
    is the same game as a PettingZoo environment.
    """

    action_counts = (N_ACTIONS,) * CHANNELS
    observation_size = state_size = N_TOPICS + 1
    bounds = (-1.0, 1.0)

    def __init__(
        self,
        sessions: int,
        *,
        alpha: float = 1.0,
        boredom: Boredom | None = None,
        auto_reset: bool = False,
        rng: np.random.Generator,
    ) -> None:
        if sessions < 1:
            raise ValueError(f"a FeedCore needs at least one session, got {sessions}")
        if not 0.0 <= alpha <= 1.0:
            raise ValueError(
                f"alpha mixes team and own reward, so it lies between 0 and 1; got {alpha}"
            )
        self.sessions, self.alpha, self.auto_reset, self.rng = sessions, alpha, auto_reset, rng
        self.boredom = boredom
        self._interest = np.full((sessions, N_TOPICS + 1), -1.0)
        self._satiation = np.zeros_like(self._interest)
        self.budget = np.empty(sessions)
        self.session_minutes = np.empty(sessions)
        self._rows = np.arange(sessions)
        self.reset()

    @property
    def interest(self) -> Floats:
        """float[B, 20]: each viewer's interest in each topic."""
        return self._interest[:, :N_TOPICS]

    @property
    def active(self) -> Bools:
        """bool[B]: whose session goes on."""
        return self.budget > 0.0

    def reset(self, rng: np.random.Generator | None = None) -> None:
        """A new viewer for every session, drawn with a new generator if one is given."""
        self.rng = rng or self.rng
        self._seat(self._rows)

    def _seat(self, rows: Ints) -> None:
        self._interest[rows, :N_TOPICS] = sample_interest(len(rows), self.rng)
        if self.boredom is not None:
            self._satiation[rows] = 0.0
        self.budget[rows] = START_BUDGET
        self.session_minutes[rows] = 0.0

    def step(self, actions: Ints) -> tuple[Floats32, Bools, FeedPage]:
        """Play one page in every session, with the actions int[B, 5].

        Returns the rewards float32[B, 5]; ended bool[B], where the session is over; and the
        page.  With ``auto_reset`` the observations that follow an end are the next viewer's.
        """
        active = self.active
        topics = self._auction(checked_actions(actions, self))
        topics[~active] = EMPTY
        quality = _QUALITY[topics] + QUALITY_DEVIATION * self.rng.standard_normal(topics.shape)

        slot = choose(attraction(self._felt(), topics), self.rng)
        clicked = slot != NO_CLICK
        topic = topics[self._rows, slot]
        minutes, budget = spend(self.budget, clicked, quality[self._rows, slot])
        evolve(self._interest, clicked, topic, self.rng)
        if self.boredom is not None:
            self._satiation[self._rows[clicked], topic[clicked]] += 1.0
            self._satiation *= self.boredom.memory
        np.copyto(self.budget, budget, where=active)
        self.session_minutes += minutes

        rewards = self._rewards(topic % CHANNELS, minutes)
        page = FeedPage(topics, quality, slot, minutes, self.session_minutes.copy(), active)
        ended = ~self.active
        if self.auto_reset:
            self._seat(np.flatnonzero(ended))
        return rewards, ended, page

    def _felt(self) -> Floats:
        """float[B, 21]: the interest as it is felt on this page, and that in an empty slot."""
        if self.boredom is None:
            return self._interest
        return np.maximum(self._interest - self.boredom.strength * self._satiation, -1.0)

    def _auction(self, actions: Ints) -> Ints:
        """int[B, 3]: the topics of the three highest bids, ties broken at random."""
        bids = BID[actions] + self.rng.random(actions.shape)
        winners = np.argsort(-bids, axis=1)[:, :SLOTS]
        return TOPIC[winners, actions[self._rows[:, None], winners]]

    def _rewards(self, owner: Ints, minutes: Floats) -> Floats32:
        rewards = np.empty((self.sessions, CHANNELS), dtype=np.float32)
        rewards[:] = (self.alpha * minutes)[:, None]
        rewards[self._rows, owner] += (1.0 - self.alpha) * minutes
        return rewards

    def state(self, out: Floats32 | None = None) -> Floats32:
        """What a central critic may know: float32[B, 21], written to ``out`` if given.

        The interest in each of the 20 topics, in [-1, 1]; then the part of the budget that is
        left, in [0, 1].
        """
        state = np.empty((self.sessions, self.state_size), np.float32) if out is None else out
        state[:] = self._felt()
        state[:, N_TOPICS] = np.maximum(self.budget, 0.0) / START_BUDGET
        return state

    def observe(self, out: Floats32 | None = None) -> Floats32:
        """What each channel sees: float32[B, 5, 21], written to ``out`` if given.

        The state, in the channel's own order: the interest in its own four topics, then in
        those of the next channel, and so on round the circle; then the part of the budget that
        is left.  Who the channel is, is not part of it: learners that share one network among
        the agents append that themselves, as QMIX does.
        """
        return as_channels_see(self.state(), out)


def as_channels_see(state: Floats32, out: Floats32 | None = None) -> Floats32:
    """The observations float32[B, 5, 21] of the five channels in a state float32[B, 21]."""
    return np.take(state, _VIEW, axis=1, out=out, mode="clip")


def play_feed(core: FeedCore, policy: Policy) -> Floats:
    """Watch minutes of exactly one new session in each place of the core: float[B].

    ``policy`` maps the observations float32[B, 5, 21] to actions int[B, 5].  One session each,
    because counting whichever sessions end in a given time would favour the short ones.
    """
    core.reset()
    minutes = np.zeros(core.sessions)
    playing = np.ones(core.sessions, dtype=bool)
    while playing.any():
        _, ended, page = core.step(policy(core.observe()))
        minutes[playing] += page.watch_minutes[playing]
        playing &= ~ended
    return minutes
