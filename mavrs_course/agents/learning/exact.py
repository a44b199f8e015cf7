"""The best path where everything is known: dynamic programming over sets of skills.

Source: the two-skill problem of Tang et al. (British Journal of Mathematical and Statistical
Psychology 72, 2019), as EduSim's TMS "binary" codes it: :data:`TANG`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Floats, Ints
from mavrs_course.world.learning.structure import KnowledgeStructure

TANG = KnowledgeStructure(("first skill", "second skill"), ((0, 1),))
TANG_LEARN = np.array([0.6, 0.7])
MOST_ITEMS = 12  # of which there are 4,096 sets


@dataclass(frozen=True)
class BestPaths:
    """gained: float[T + 1, 2 ** N], skills expected to be gained in ``t`` more steps from each set
    of skills; item: int[T + 1, 2 ** N], what to study first, -1 where no step is left.

    A set is a number whose bit ``i`` says that item ``i`` is known: none is 0, {0} is 1.
    """

    gained: Floats
    item: Ints


def best_paths(
    structure: KnowledgeStructure, learn: Floats, steps: int, *, at_random: bool = False
) -> BestPaths:
    """Exact values for learners who keep what they know.

    Studying an item whose prerequisites are all known teaches it with probability ``learn[i]``,
    float[N]; any other step does nothing.  at_random: every item is equally likely instead.
    ValueError for more than 12 items.
    """
    n, learn = len(structure.items), np.asarray(learn, dtype=float)
    if n > MOST_ITEMS:
        raise ValueError(f"{n} items have 2 ** {n} sets, too many to try: at most {MOST_ITEMS}")
    if learn.shape != (n,) or not ((learn >= 0) & (learn <= 1)).all():
        raise ValueError(f"learn needs a probability for each of the {n} items, not {learn}")
    if steps < 0:
        raise ValueError(f"steps can't be below 0, not {steps}")
    sets = np.arange(2**n)
    bits = 1 << np.arange(n)
    needed = structure.before @ bits  # as a set
    known = (sets[:, None] & bits) > 0
    ready = (sets[:, None] & needed) == needed
    chance = np.where(ready & ~known, learn, 0.0)  # [2 ** N, N]
    after = sets[:, None] | bits
    gained, item = np.zeros((steps + 1, 2**n)), np.full((steps + 1, 2**n), -1)
    for t in range(1, steps + 1):
        before = gained[t - 1]
        worth = chance * (1.0 + before[after]) + (1.0 - chance) * before[:, None]
        item[t] = worth.argmax(axis=1)
        gained[t] = worth.mean(axis=1) if at_random else worth.max(axis=1)
    return BestPaths(gained, item)
