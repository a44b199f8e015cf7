"""A board that can be asked again and again, and still tells the truth about the best.

Blum and Hardt, "The Ladder: a reliable leaderboard for machine learning competitions" (2015, arXiv
1502.04585).  A naive board answers every question about the hidden sample, and whoever asks often
learns the sample instead of the task.  The Ladder names a new score only when it is better by more
than chance, and repeats the old one otherwise: an answer then tells almost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from mavrs_course.messages import Bools, Floats

Board = Callable[[Floats], float]


class Ladder:
    """What the board shows of one contestant: called with a score a case, it gives the best so far.

    step: by how much a mean must be better, and to which multiples of it means are rounded (the
    paper's algorithm 1).  Without one there is nothing to choose (its algorithm 3): the gain must
    be more than its standard error, that of the differences case by case from the best so far.
    The first mean is always shown.
    """

    def __init__(self, step: float | None = None) -> None:
        if step is not None and not step > 0:
            raise ValueError(f"a step is a number above zero, or None; got {step}")
        self.step = step
        self.best: Floats | None = None
        self.shown = -np.inf

    @classmethod
    def at(cls, best: ArrayLike, shown: float, step: float | None = None) -> Ladder:
        """One that goes on from its best scores so far."""
        ladder = cls(step)
        ladder.best, ladder.shown = np.asarray(best, dtype=float), shown
        return ladder

    def __call__(self, scores: ArrayLike) -> float:
        """The score shown after this submission; scores: float[n], of the same n cases each time.

        Raises ValueError for no cases, another number of them, or a score that is no number.
        """
        scores = np.asarray(scores, dtype=float)
        if scores.ndim != 1 or len(scores) == 0 or not np.isfinite(scores).all():
            raise ValueError(f"scores are finite numbers, one a case, not {scores.shape}")
        if self.best is not None and len(scores) != len(self.best):
            raise ValueError(f"{len(scores)} scores; the board has {len(self.best)} cases")
        if self.best is None or scores.mean() > self.shown + self._needed(scores, self.best):
            self.best, self.shown = scores, self._rounded(scores.mean(), len(scores))
        return self.shown

    def _needed(self, scores: Floats, best: Floats) -> float:
        if self.step is not None:
            return self.step
        return float(np.std(scores - best)) / np.sqrt(len(scores))

    def _rounded(self, mean: float, cases: int) -> float:
        step = self.step or 1.0 / cases
        return float(np.round(mean / step) * step) + 0.0  # zero has no sign


def climb(submissions: Iterable[ArrayLike], step: float | None = None) -> list[float]:
    """What a Ladder shows after each of these submissions."""
    ladder = Ladder(step)
    return [ladder(scores) for scores in submissions]


def naive_board(scores: ArrayLike) -> float:
    """The mean, whoever asks and however often."""
    return float(np.mean(scores))


def random_label_attack(
    board: Board, labels: Bools, tries: int, rng: np.random.Generator, *, only_news: bool = False
) -> float:
    """The accuracy on the hidden labels of somebody who knows nothing but how to ask a board.

    Submits ``tries`` vectors of coin tosses, turns round those that the board puts below one half,
    and lets all of them vote.  only_news: let only those vote that changed the board's answer.
    labels: bool[n], hidden; whatever is shown, on labels yet to come the vote is right half the
    time.
    """
    guesses = rng.random((tries, len(labels))) < 0.5
    told = np.array([board((guess == labels).astype(float)) for guess in guesses])
    weight = np.where(told >= 0.5, 1.0, -1.0)
    if only_news:
        weight *= np.diff(told, prepend=np.nan) != 0
    vote = weight @ np.where(guesses, 1.0, -1.0)
    vote += 0.5 * np.where(rng.random(len(labels)) < 0.5, 1.0, -1.0)  # no vote is a coin toss
    return float(np.mean((vote > 0) == labels))


def attacked_accuracy(cases: int, tries: int) -> float:
    """What the attack reaches on a naive board: ``Phi(sqrt(2 / pi) sqrt(tries / cases))``.

    A turned-round coin agrees with a label by ``E|z| / sqrt(cases)`` more than by chance, and
    ``E|z|`` is ``sqrt(2 / pi)``; votes add up, and their noise by its square root.
    """
    return float(stats.norm.cdf(np.sqrt(2.0 / np.pi * tries / cases)))
