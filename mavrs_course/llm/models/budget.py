"""A budget that an agent made of a model may not exceed.

What would exceed it is not asked: :class:`OverBudgetError` is a
:class:`ModelError` like any other, so whoever asked falls back to a rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.llm.models.chat import ASK, Ask, Bill, ChatModel, ModelError, Reply, Said
from mavrs_course.messages import Floats


class OverBudgetError(ModelError):
    """The budget of a decision is spent; the text says which part of it."""


@dataclass(frozen=True)
class Budget:
    """What one decision may cost; None for as much as it takes.

    It is looked at before each call, as nobody knows beforehand what a call will cost: tokens and
    seconds may be exceeded by the last call, calls never.
    """

    calls: int | None = None
    tokens: int | None = None
    seconds: float | None = None

    def exceeded(self, spent: Bill) -> str:
        """Which part leaves no room for another call, in words; "" where there is room."""
        for name in ("calls", "tokens", "seconds"):
            most, so_far = getattr(self, name), getattr(spent, name)
            if most is not None and so_far >= most:
                return f"{so_far:g} of {most:g} {name} are spent"
        return ""


class Limited:
    """A model that refuses what is beyond the budget of a decision; :meth:`renew` begins another.

    What is replayed from a tape costs what it cost when it was recorded.
    """

    def __init__(self, model: ChatModel, budget: Budget) -> None:
        self.model, self.budget = model, budget
        self.name, self.digest, self.abilities = model.name, model.digest, model.abilities
        self.renew()

    @property
    def bill(self) -> Bill:
        """That of the model, whoever asked it."""
        return self.model.bill

    @property
    def spent(self) -> Bill:
        """What this decision has cost so far."""
        return self.bill - self._begun

    def renew(self) -> None:
        """Begin another decision, with the whole budget."""
        self._begun = self.model.bill.copy()

    def chat(self, messages: Sequence[Said], ask: Ask = ASK) -> Reply:
        """See :class:`ChatModel`."""
        self._look()
        return self.model.chat(messages, ask)

    def score(self, context: str, continuations: Sequence[str]) -> Floats:
        """Each continuation is a call of its own."""
        scores = []
        for text in continuations:
            self._look()
            scores.append(float(self.model.score(context, [text])[0]))
        return np.array(scores)

    def embed(self, texts: Sequence[str]) -> Floats:
        """All texts together are one call."""
        self._look()
        return self.model.embed(texts)

    def _look(self) -> None:
        if problem := self.budget.exceeded(self.spent):
            raise OverBudgetError(f"{self.name} was not asked any more: {problem}")
