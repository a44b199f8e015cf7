"""MACRec's protocol: eight candidates, one is right; invalid answers count, and are counted.

``true_`` figures are over all cases and an invalid answer scores 0.  ``valid_`` figures are over
the cases with a valid answer only: a team that answers one case in a hundred may shine there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Bools, Floats

HITS, GAINS = (1, 3, 5), (3, 5)
RESAMPLES = 2_000
NAMES = (*(f"HR@{k}" for k in HITS), *(f"NDCG@{k}" for k in GAINS))


def chance(candidates: int = 8) -> dict[str, float]:
    """What a random ranking scores: ``k / n`` and ``sum over ranks to k of 1 / log2(r + 1) / n``.

    For eight HR@1/3/5 .125/.375/.625 and NDCG@3/5 .266/.369.
    """
    gains = 1.0 / np.log2(np.arange(2, candidates + 2))
    figures = {f"HR@{k}": min(k, candidates) / candidates for k in HITS}
    return figures | {f"NDCG@{k}": float(gains[:k].sum() / candidates) for k in GAINS}


@dataclass(frozen=True)
class Scorecard:
    """What each case scored: values float[N, 5] in the order of ``NAMES``; valid: bool[N]."""

    values: Floats
    valid: Bools

    def figures(self) -> dict[str, float]:
        """``true_`` and ``valid_`` means of every figure; NaN where nothing is valid."""
        right = self.values[self.valid]
        valid = right.mean(axis=0) if len(right) else np.full(len(NAMES), np.nan)
        true = {f"true_{n}": float(x) for n, x in zip(NAMES, self.values.mean(axis=0), strict=True)}
        return true | {f"valid_{n}": float(x) for n, x in zip(NAMES, valid, strict=True)}

    def __getitem__(self, name: str) -> Floats:
        """The ``true_`` figure of each case: float[N]."""
        return self.values[:, NAMES.index(name)]

    @property
    def invalid(self) -> int:
        """How many answers could not be used."""
        return int((~self.valid).sum())


def judge(answers: Sequence[Sequence[int] | None], positives: ArrayLike) -> Scorecard:
    """Score one ranking a case, None for an invalid answer, against the right video of each.

    The answers have been checked by now, by :func:`~.answers.read_ranking`, which does not know
    the right video; here it is used, and nothing that is found here goes back to a model.
    """
    ranks = np.array(
        [
            np.inf if answer is None else list(answer).index(int(positive)) + 1.0
            for answer, positive in zip(answers, positives, strict=True)
        ]
    )
    return Scorecard(figures_of(ranks), np.isfinite(ranks))


def figures_of(ranks: ArrayLike) -> Floats:
    """HR@1/3/5 and NDCG@3/5 of ranks float[N], 1 is best and inf is not at all: float[N, 5]."""
    ranks = np.asarray(ranks, dtype=float)
    gain = 1.0 / np.log2(ranks + 1.0)
    columns = [ranks <= k for k in HITS] + [gain * (ranks <= k) for k in GAINS]
    return np.stack(columns, axis=1).astype(float)


def bootstrap(values: ArrayLike, rng: np.random.Generator) -> tuple[float, float]:
    """The 95 % interval of a mean over cases, by drawing the cases again with replacement."""
    values = np.asarray(values, dtype=float)
    drawn = rng.integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
