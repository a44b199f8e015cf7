"""A gate: before a page is made, choose one agent by context, and ask only that one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.hierarchical.bandit import LinearBandit
from mavrs_course.coordination.hierarchical.context import (
    FEATURES,
    ViewerContext,
    minutes_watched,
)
from mavrs_course.coordination.notes import Note, both
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Agent, Bools, Feedback, Floats, Ints, Request, Trace
from mavrs_course.once import learns_once

EXPLORATIONS = ("thompson", "ucb", "none")


@dataclass(frozen=True)
class Led:
    """Pages that ``leader`` int[B] led in ``contexts`` float[B, d], where it was heard, ``led``."""

    contexts: Floats
    leader: Ints
    led: Bools


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
        wanted = np.equal(leader[:, None], np.arange(len(self.agents)))
        hearing = self.panel.ask(request, trace, pages=wanted)
        led = np.any(hearing.heard, axis=1)
        hearing = replace(hearing, note=self.note(request, contexts, leader, led))
        if led.all() or len(self.agents) == 1:
            return hearing
        return merged(hearing, self.panel.ask(request, trace, pages=~wanted & ~led[:, None]))

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        votes = hearing.votes
        return Decision.by_scores(votes.sum(axis=1), votes, hearing.request.slots, self.rng)

    def note(self, request: Request, contexts: Floats, leader: Ints, led: Bools) -> Led:
        """What there is to remember of pages."""
        return Led(contexts, leader, led)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Learn whom to believe, hand the feedback to every agent, and count the page."""
        super().learn(feedback)
        self.context.learn(feedback, Note.of(feedback, self.uid).page)

    def study(self, note: Any, feedback: Feedback) -> None:
        """Learn what the leaders earned."""
        rows = np.flatnonzero(feedback.active)
        earned = np.where(note.led, self.reward(feedback), 0.0)
        self.bandit.learn(note.contexts[rows], note.leader[rows], earned[rows])


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
        notes=both(first.notes, second.notes),
    )


MODES = {"contextual-bandit": BanditGate}
