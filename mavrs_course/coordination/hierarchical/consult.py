"""Asking costs: consult the most trusted first, and only as many as are worth it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from mavrs_course.coordination.hierarchical.bandit import LinearBandit
from mavrs_course.coordination.hierarchical.context import FEATURES, minutes_watched
from mavrs_course.coordination.hierarchical.router import LearnedRouter, Weighed
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Agent, Feedback, Floats, Ints, Request, Trace


def most_trusted(weights: Floats, number: Ints) -> np.ndarray:
    """Whom to ask: bool[B, n], the ``number`` int[B] agents of the largest weights float[B, n]."""
    order = np.argsort(-weights, axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    return place < np.asarray(number)[:, None]


class BudgetedConsultation(LearnedRouter):
    """A learned router that pays for every question.

    On each page it asks the ``m`` agents that its gate trusts most.  How many is chosen by a
    contextual bandit with one arm for each ``m = 1 .. n``, whose reward is the page's reward
    minus ``price * m``, by Thompson sampling.  price: of one question about one page, in the unit
    of the reward.  most: never ask more than so many, for a hard budget.
    The other arguments are those of :class:`LearnedRouter`, and so are the guarantees; moreover
    never more than ``most`` agents are asked about a page, whatever they answer.
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        *,
        deadline: float | None = None,
        rng: np.random.Generator | None = None,
        price: float = 0.02,
        most: int | None = None,
        spread: float = 2.0,
        reward: Callable[[Feedback], Floats] = minutes_watched,
        **router,
    ) -> None:
        super().__init__(agents, deadline=deadline, rng=rng, reward=reward, **router)
        self.most = len(self.agents) if most is None else most
        if not 1 <= self.most <= len(self.agents):
            raise ValueError(f"{len(self.agents)} agents can be asked 1 to all at most, not {most}")
        if price < 0:
            raise ValueError(f"a question costs 0 or more, not {price}")
        self.price, self.spread = price, spread
        self.bandit = LinearBandit(self.most, len(FEATURES))
        self.asked: np.ndarray | None = None  # whom the last page asked, to look at

    def numbers(self, contexts: Floats) -> Ints:
        """How many agents to ask about each page: int[B], 1 to ``most``."""
        if self.rng is None or not self.exploring:
            return 1 + self.bandit.expected(contexts).argmax(axis=1)
        return 1 + self.bandit.sample(contexts, self.spread, self.rng).argmax(axis=1)

    def hear(self, request: Request, trace: Trace) -> Hearing:
        contexts = self.context.of(request.viewers)
        weights = self.weights_of(self.gates(contexts))
        self.asked = most_trusted(weights, self.numbers(contexts))
        hearing = self.panel.ask(request, trace, pages=self.asked)
        return replace(hearing, note=self.asked.sum(axis=1))

    def study(self, note: Weighed, feedback: Feedback) -> None:
        rows = np.flatnonzero(feedback.active)
        number = note.hearing.note[rows]
        earned = self.reward(feedback)[rows] - self.price * number
        self.bandit.learn(note.contexts[rows], number - 1, earned)
        super().study(note, feedback)


MODES = {"budgeted-consultation": BudgetedConsultation}
