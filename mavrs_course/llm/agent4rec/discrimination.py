"""Does a generative viewer know her own films?  The paper's first question, and ours to EASE too.

A viewer is shown films that she has watched in truth, held back when she was made, among ``m``
times as many that she has not, and says "mine" or "not mine" (arXiv 2310.10108, section 3.1, with
``m`` of 1, 3 and 9 and twenty films).  Whoever gives each film a probability can be asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints

SHOWN = 20
MEASURES = ("accuracy", "precision", "recall", "F1")


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each viewer was right and wrong: int[N] each.

    hits: own films called hers.  alarms: others called hers.  misses: own films not known.
    passes: others left alone.
    """

    hits: Ints
    alarms: Ints
    misses: Ints
    passes: Ints

    @property
    def accuracy(self) -> Floats:
        """Of each viewer: float[N]."""
        right = self.hits + self.passes
        return right / (right + self.alarms + self.misses)

    def measures(self, viewers: Ints | None = None) -> dict[str, float]:
        """Accuracy, precision, recall and F1 of all viewers together, or of those given.

        Where nothing was called hers precision is 0, and so is F1.
        """
        names = ("hits", "alarms", "misses", "passes")
        rows = slice(None) if viewers is None else viewers
        hits, alarms, misses, passes = (float(getattr(self, n)[rows].sum()) for n in names)
        return {
            "accuracy": (hits + passes) / (hits + alarms + misses + passes),
            "precision": _share(hits, hits + alarms),
            "recall": _share(hits, hits + misses),
            "F1": _share(2 * hits, 2 * hits + alarms + misses),
        }

    def interval(self, rng: np.random.Generator, draws: int = 1000) -> dict[str, tuple]:
        """95 % bootstrap interval of each measure, viewers drawn anew: name -> (low, high)."""
        count = len(self.hits)
        drawn = [self.measures(rng.integers(0, count, count)) for _ in range(draws)]
        return {
            name: tuple(np.quantile([one[name] for one in drawn], (0.025, 0.975)))
            for name in MEASURES
        }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def discriminate(
    chances: Floats, own: Bools, others: int, rng: np.random.Generator, shown: int = SHOWN
) -> Counts:
    """Show each viewer ``shown`` films of her pool, one own to ``others`` others, and count.

    chances: float[N, P], P(hers); above 1/2 she says "mine".  own: bool[N, P].
    Raises ValueError where a pool has too few of either.
    """
    mine, theirs = shown // (1 + others), shown - shown // (1 + others)
    enough = own.sum(axis=1).min() >= mine and (~own).sum(axis=1).min() >= theirs
    if not (mine and enough):
        raise ValueError(f"1:{others} of {shown} films needs {mine} own and {theirs} others a pool")
    ticket = rng.random(own.shape)
    place = np.where(own, _places(ticket, own), _places(ticket, ~own))
    taken = place < np.where(own, mine, theirs)
    said = chances > 0.5
    cells = (said & own, said & ~own, ~said & own, ~said & ~own)
    return Counts(*((cell & taken).sum(axis=1) for cell in cells))


def _places(ticket: Floats, among: Bools) -> Ints:
    """Place of each entry's ticket among those marked in its row, from 0; the rest come last."""
    order = np.argsort(np.where(among, ticket, np.inf), axis=1, kind="stable")
    return np.argsort(order, axis=1, kind="stable")


def auc(scores: Floats, own: Bools) -> Floats:
    """How often an own film scores above another one, ties counting half: float[N]."""
    above = []
    for row, mine in zip(scores, own, strict=True):
        difference = row[mine][:, None] - row[~mine][None, :]
        above.append(((difference > 0) + 0.5 * (difference == 0)).mean())
    return np.array(above)
