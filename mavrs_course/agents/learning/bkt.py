"""Bayesian knowledge tracing: a two-state hidden Markov model for each item.

Source: Corbett and Anderson, "Knowledge tracing" (User Modeling and User-Adapted Interaction
1995); its fit is Baum and Welch's, checked against pyBKT (CAHLR, MIT).  ``B`` learners answer
``T`` times; an answer is 1 where it was right, 0 where it was wrong, ``NO_ANSWER`` where a row is
over before the longest is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from mavrs_course.messages import Floats, Ints
from mavrs_course.rows import rounds, with_room

NO_ANSWER = -1


@dataclass(frozen=True)
class BKT:
    """Probabilities: known before the first answer; learned, forgotten after each; guess, slip."""

    prior: float
    learn: float
    guess: float
    slip: float
    forget: float = 0.0

    def __post_init__(self) -> None:
        for each, value in zip(fields(self), astuple(self), strict=True):
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"BKT.{each.name} is a probability, not {value}")

    def right(self, known: Floats) -> Floats:
        """``P(right) = L (1 - s) + (1 - L) g`` for the probability ``L`` that it is known."""
        return known * (1.0 - self.slip) + (1.0 - known) * self.guess

    def after(self, known: Floats, answers: Ints) -> Floats:
        """``L`` after answers of the same shape: Bayes' rule, then what is learned or forgotten.

        ``L <- post (1 - f) + (1 - post) T``.
        """
        right = checked(answers) == 1
        if_known = np.where(right, 1.0 - self.slip, self.slip)
        if_not = np.where(right, self.guess, 1.0 - self.guess)
        seen = known * if_known + (1.0 - known) * if_not
        # What cannot happen by the model teaches nothing.
        post = np.divide(known * if_known, seen, out=np.array(known, dtype=float), where=seen > 0)
        return post * (1.0 - self.forget) + (1.0 - post) * self.learn

    def forward(self, answers: Ints) -> Floats:
        """P(right) before each answer, from those before it: float[B, T] for int[B, T]."""
        answers = checked(answers, padded=True)
        known = np.full(len(answers), self.prior)
        before = np.zeros(answers.shape)
        for t, column in enumerate(answers.T):
            before[:, t] = self.right(known)
            known = np.where(column == NO_ANSWER, known, self.after(known, np.maximum(column, 0)))
        return before


def checked(answers: Ints, *, padded: bool = False) -> Ints:
    """The answers as int; ValueError for any that is neither 0 nor 1."""
    answers = np.asarray(answers)
    allowed = (0, 1, NO_ANSWER) if padded else (0, 1)
    strange = ~np.isin(answers, allowed)
    if strange.any():
        raise ValueError(f"an answer is 1 (right) or 0 (wrong), not {answers[strange].flat[0]}")
    if padded and (answers.ndim != 2 or answers.shape[1] == 0):
        raise ValueError(f"answers need shape (learners, answers each), got {answers.shape}")
    if padded and ((answers[:, :-1] == NO_ANSWER) & (answers[:, 1:] != NO_ANSWER)).any():
        raise ValueError("no answer comes after NO_ANSWER: it only fills a row that is over")
    return answers.astype(np.int64)


def fit(answers: Ints, start: BKT, steps: int = 20) -> BKT:
    """The model after ``steps`` of expectation-maximisation from ``start``: int[B, T] answers.

    Each step makes the answers at least as likely; what starts at 0 or 1 stays there.
    """
    answers = checked(answers, padded=True)
    if not (answers != NO_ANSWER).any():
        raise ValueError("nothing can be fitted to no answers")
    answers = answers[answers[:, 0] != NO_ANSWER]
    for _ in range(steps):
        start = _step(answers, start)
    return start


def _step(answers: Ints, model: BKT) -> BKT:
    """One step: expected states and transitions (forwards, backwards), and their shares."""
    there = answers != NO_ANSWER
    move = np.array([[1.0 - model.learn, model.learn], [model.forget, 1.0 - model.forget]])
    by_state = np.array([[1.0 - model.guess, model.guess], [model.slip, 1.0 - model.slip]])
    # emission[b, t, state]: how likely the answer is in each state, not known and known.
    emission = np.where(there[..., None], by_state.T[np.maximum(answers, 0)], 1.0)
    alpha, beta = np.zeros(emission.shape), np.ones(emission.shape)
    scale = np.ones(answers.shape)
    now = np.array([1.0 - model.prior, model.prior]) * emission[:, 0]
    for t in range(answers.shape[1]):
        if t:
            now = (alpha[:, t - 1] @ move) * emission[:, t]
        scale[:, t] = now.sum(axis=1)
        alpha[:, t] = now / scale[:, t, None]
    for t in range(answers.shape[1] - 2, -1, -1):
        beta[:, t] = (emission[:, t + 1] * beta[:, t + 1]) @ move.T / scale[:, t + 1, None]
    state = alpha * beta  # [B, T, 2]
    onwards = emission[:, 1:] * beta[:, 1:] / scale[:, 1:, None] * there[:, 1:, None]
    moves = np.einsum("bti,ij,btj->ij", alpha[:, :-1], move, onwards)
    given = np.stack([(state * (answers == right)[..., None]).sum(axis=(0, 1)) for right in (0, 1)])
    return BKT(
        prior=float(state[:, 0, 1].mean()),
        learn=_share(moves[0, 1], moves[0, 0], model.learn),
        guess=_share(given[1, 0], given[0, 0], model.guess),
        slip=_share(given[0, 1], given[1, 1], model.slip),
        forget=_share(moves[1, 0], moves[1, 1], model.forget),
    )


def _share(part: float, rest: float, unseen: float) -> float:
    return float(part / (part + rest)) if part + rest > 0 else unseen


class KnowledgeTracer:
    """What each of ``U`` learners knows of each item, answer by answer.

    items: their names.  model: one for all, or one for each item.
    """

    def __init__(self, items: Sequence[str], model: BKT | Sequence[BKT]) -> None:
        self.items = tuple(items)
        self.models = (model,) * len(self.items) if isinstance(model, BKT) else tuple(model)
        if len(self.models) != len(self.items):
            raise ValueError(f"{len(self.items)} items need as many models, not {len(self.models)}")
        self._known = np.zeros((0, len(self.items)))

    def known(self, viewers: Ints) -> Floats:
        """P(known) of each item: float[B, items]; the priors for who never answered."""
        self._meet(viewers)
        return self._known[viewers]

    def trace(self, viewers: Ints, items: Sequence[int | str] | Ints, answers: Ints) -> None:
        """Learn from one answer a row, in order; items by number or by name."""
        answers = checked(answers)
        numbers = np.array([self._number(item) for item in items], dtype=np.int64)
        viewers = np.asarray(viewers)
        self._meet(viewers)
        for part in rounds(viewers):
            for item in np.unique(numbers[part]):
                rows = part[numbers[part] == item]
                who = viewers[rows]
                before = self._known[who, item]
                self._known[who, item] = self.models[item].after(before, answers[rows])

    def _meet(self, viewers: Ints) -> None:
        met = len(self._known)
        self._known = with_room(self._known, viewers)
        self._known[met:] = [model.prior for model in self.models]

    def _number(self, item: int | str) -> int:
        if isinstance(item, str) and item in self.items:
            return self.items.index(item)
        if not isinstance(item, str) and 0 <= item < len(self.items):
            return int(item)
        raise ValueError(f"unknown item {item!r}; there are {', '.join(self.items)}")
