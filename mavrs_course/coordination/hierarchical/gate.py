"""A gate: before a page is made, choose one agent by context, and ask only that one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.hierarchical.bandit import LinearBandit
from mavrs_course.coordination.hierarchical.context import (
    FEATURES,
    ViewerContext,
    minutes_watched,
)
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Agent, Bools, Feedback, Floats, Ints, Request, Trace

EXPLORATIONS = ("thompson", "ucb", "none")


class BanditGate(PanelCoordinator):
    """A contextual bandit hands each page to the agent that it expects to earn most on it.

    Only that agent is asked: two messages a page instead of 2n.  Where it is not heard, all the
    others are asked as well and the page goes to the mean of their votes, within a second
    deadline; the one that was not heard is put down as having earned nothing.

    explore: ``thompson``, ``ucb`` or ``none``; Thompson needs ``rng``, without which nothing is
    explored.  spread: how many minutes a page strays from what is expected of it.
    reward: what a page was worth, float[B], from its feedback.

    Guarantees.  Shouting changes nothing, as votes are stretched to [0, 1].  An agent that is
    late, silent or broken costs two deadlines at most, and no page.  A liar is believed as long
    as it has not been found out: whatever an agent says, its share of pages falls as its
    reward does, and in one context an agent worth ``g`` minutes a page less than the best is
    chosen about ``2 (spread / g)**2 log T`` times in T pages (Lai and Robbins, 1985).  Until then
    its pages are its own: a gate hears no second voice that could contradict.
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        *,
        deadline: float | None = None,
        rng: np.random.Generator | None = None,
        explore: str = "thompson",
        spread: float = 2.0,
        reward: Callable[[Feedback], Floats] = minutes_watched,
    ) -> None:
        super().__init__(agents, deadline=deadline, rng=rng)
        if explore not in EXPLORATIONS:
            raise ValueError(f"a gate explores by one of {EXPLORATIONS}, not by {explore!r}")
        self.explore, self.spread, self.reward = explore, spread, reward
        self.context = ViewerContext()
        self.bandit = LinearBandit(len(self.agents), len(FEATURES))
        self._open: tuple[Ints, Floats, Ints, Bools] | None = None

    def values(self, contexts: Floats) -> Floats:
        """What each agent may earn, as far as exploring goes: float[B, n]."""
        if self.explore == "ucb":
            return self.bandit.upper_bound(contexts, self.spread)
        if self.explore == "thompson" and self.rng is not None:
            return self.bandit.sample(contexts, self.spread, self.rng)
        return self.bandit.expected(contexts)

    def choose(self, request: Request, contexts: Floats) -> Ints:
        """Who leads each page: int[B]."""
        return self.values(contexts).argmax(axis=1)

    def hear(self, request: Request, trace: Trace) -> Hearing:
        contexts = self.context.of(request.viewers)
        leader = self.choose(request, contexts)
        wanted = leader[:, None] == np.arange(len(self.agents))
        hearing = self.panel.ask(request, trace, pages=wanted)
        led = hearing.heard.any(axis=1)
        self._open = request.viewers, contexts, leader, led
        if led.all() or len(self.agents) == 1:
            return hearing
        return merged(hearing, self.panel.ask(request, trace, pages=~wanted & ~led[:, None]))

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        votes = hearing.votes
        return Decision.by_scores(votes.sum(axis=1), votes, hearing.request.slots, self.rng)

    def learn(self, feedback: Feedback) -> None:
        """Learn whom to believe, then hand the feedback to every agent."""
        page, self._open = self._open, None
        if page is not None and np.array_equal(page[0], feedback.request.viewers):
            self.study(feedback, *page[1:])
        self.context.learn(feedback)
        super().learn(feedback)

    def study(self, feedback: Feedback, contexts: Floats, leader: Ints, led: Bools) -> None:
        """Learn from pages that ``leader`` int[B] led, where ``led`` bool[B]."""
        rows = np.flatnonzero(feedback.active)
        earned = np.where(led, self.reward(feedback), 0.0)
        self.bandit.learn(contexts[rows], leader[rows], earned[rows])


def merged(first: Hearing, second: Hearing) -> Hearing:
    """Two hearings of different agents or pages as one."""
    pages = len(first.request)
    reasons = tuple(
        one if two is None else two if one is None else [one[i] or two[i] for i in range(pages)]
        for one, two in zip(first.reasons, second.reasons, strict=True)
    )
    return replace(
        first,
        scores=first.scores + second.scores,
        heard=first.heard | second.heard,
        confidence=first.confidence + second.confidence,
        reasons=reasons,
        excuses=first.excuses | second.excuses,
    )


MODES = {"contextual-bandit": BanditGate}
