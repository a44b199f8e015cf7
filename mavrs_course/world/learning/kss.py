"""The learner of KSS: abilities that grow where the prerequisites are known.

Source: EduSim's KSS, in its code of 2019 (tswsxk/EduSim, MIT).  ``B`` learners, ``N`` items.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats, Ints
from mavrs_course.world.learning.structure import KSS, KnowledgeStructure

FULL = 5.0  # ability at which nothing is left to learn
GUESS = 0.25
STEEPNESS = 8.5  # 1.7 times a discrimination of 5
DIFFICULTY_ORDER = (5, 0, 1, 2, 3, 4, 6, 7, 8, 9)
WARM_UP = 20
MOST_DRAWS = 100
MASTERED = 0.6  # in the warm-up


def chance_of_right(ability: Floats, difficulty: Floats) -> Floats:
    """``1/4 + 3/4 / (1 + exp(-8.5 (ability - difficulty)))``: item response theory, 3PL."""
    return GUESS + (1.0 - GUESS) / (1.0 + np.exp(-STEEPNESS * (ability - difficulty)))


def growth(ability: Floats, items: Ints, structure: KnowledgeStructure) -> Floats:
    """What learning an item adds to every ability: float[B, N], before the cap at 5.

    ``(5 - a_i) / 2 * exp(-sum over prerequisites p of (5 - a_p))`` for the item, and half of it
    at each edge onwards.  ability: float[B, N].  items: int[B].
    """
    rows = np.arange(len(items))
    missing = FULL - ability
    unprepared = (missing * structure.before[items]).sum(axis=1)
    gain = 0.5 * missing[rows, items] * np.exp(-unprepared)
    return gain[:, None] * structure.spread[items]


class KSSLearners:
    """``B`` learners of KSS: ability float[B, N], target bool[B, N], last int[B] (or -1).

    New learners come from a warm-up of up to ``warm_up`` steps, in which they mostly follow the
    order of prerequisites, and want 3 to N random items that they don't all know yet.  They answer
    right where :func:`chance_of_right` is at least a half.  They don't forget.
    difficulty: float[N], drawn once: as many throws of 0 to 5 as items, sorted along the order.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        structure: KnowledgeStructure = KSS,
        *,
        warm_up: int = WARM_UP,
    ) -> None:
        self.rng, self.warm_up = rng, warm_up
        self.structure = structure
        n = len(self.structure.items)
        order = DIFFICULTY_ORDER if structure is KSS else self.structure.order
        self.difficulty = np.zeros(n)
        self.difficulty[list(order)] = np.sort(rng.integers(0, 6, n))
        self.ability: Floats = np.zeros((0, n))
        self.target: Bools = np.zeros((0, n), dtype=bool)
        self.last: Ints = np.zeros(0, dtype=np.int64)

    def start(self, learners: int) -> None:
        """New learners; whoever knows all that she wants already is drawn again.

        ValueError where that does not help: the items are so easy that the warm-up teaches them.
        """
        self._draw(learners)
        for _ in range(MOST_DRAWS):
            done = (self.right | ~self.target).all(axis=1)
            if not done.any():
                break
            kept = self.ability, self.target, self.last
            self._draw(int(done.sum()))
            for old, new in zip(kept, (self.ability, self.target, self.last), strict=True):
                old[done] = new
            self.ability, self.target, self.last = kept
        else:
            raise ValueError("the warm-up leaves nothing to learn of these items: make it shorter")
        self.at_start = self.score_now

    @property
    def right(self) -> Bools:
        """bool[B, N]: which items each would answer right."""
        return chance_of_right(self.ability, self.difficulty) >= 0.5

    @property
    def score_now(self) -> Ints:
        """int[B]: how many of the items that each wants she answers right."""
        return (self.right & self.target).sum(axis=1)

    @property
    def progress(self) -> Floats:
        """``(now - at the start) / (all wanted - at the start)``: float[B], KSS's reward."""
        return (self.score_now - self.at_start) / (self.target.sum(axis=1) - self.at_start)

    @property
    def legal(self) -> Bools:
        """bool[B, N]: which items each may learn next; all of them before the first."""
        return np.where((self.last >= 0)[:, None], self.structure.legal_after[self.last], True)

    def study(self, rows: Ints, items: Ints) -> tuple[Bools, Bools]:
        """Learners ``rows`` int[n] study an item each: were they legal, are answers now right.

        An illegal step does nothing.
        """
        legal = self.legal[rows, items]
        rows_in, items_in = rows[legal], items[legal]
        grown = self.ability[rows_in] + growth(self.ability[rows_in], items_in, self.structure)
        self.ability[rows_in] = np.minimum(grown, FULL)
        self.last[rows_in] = items_in
        chance = chance_of_right(self.ability[rows, items], self.difficulty[items])
        return legal, chance >= 0.5

    def sleep(self, days: float = 1.0) -> None:
        """A night passes; these learners keep what they know."""

    def _draw(self, learners: int) -> None:
        n = len(self.structure.items)
        start = self.rng.integers(-3, 1, (learners, n))
        self.ability = start - 0.1 * np.arange(n)
        self.last = np.full(learners, -1)
        wanted = self.rng.integers(min(3, n), n + 1, learners)
        place = self.rng.permuted(np.broadcast_to(np.arange(n), (learners, n)), axis=1)
        self.target = place < wanted[:, None]
        self._warm_up()

    def _warm_up(self) -> None:
        """EduSim's warm-up: go over again what was wrong, else the next item not yet mastered.

        Who was right on a new item does it twice more; one step in ten is any item at all.
        """
        learners, n = self.ability.shape
        items = np.full((learners, self.warm_up), -1)
        right = np.zeros((learners, self.warm_up), dtype=bool)
        steps = np.zeros(learners, dtype=np.int64)
        order = np.array(self.structure.order)

        def practise(rows: Ints, chosen: Ints) -> None:
            items[rows, steps[rows]] = chosen
            right[rows, steps[rows]] = self.study(rows, chosen)[1]
            steps[rows] += 1

        going = np.arange(learners if self.warm_up else 0)
        while len(going):
            newest = items[going, steps[going] - 1]
            was_right = right[going, steps[going] - 1] & (steps[going] > 0)
            lately = np.stack([items[going, np.maximum(steps[going] - k, 0)] for k in (1, 2, 3)])
            varied = (lately.min(axis=0) != lately.max(axis=0)) & (steps[going] > 1)
            again = was_right & varied
            twice = going[again & (steps[going] < self.warm_up - 1)]
            practise(twice, items[twice, steps[twice] - 1])
            chance = chance_of_right(self.ability[going], self.difficulty)[:, order]
            unmastered = chance < MASTERED
            chosen = order[unmastered.argmax(axis=1)]
            ticket = self.rng.random((2, len(going)))
            anything = ticket[1] >= 0.9
            chosen = np.where(anything, self.rng.integers(0, n, len(going)), chosen)
            repeat = ~was_right & (steps[going] > 0) & (ticket[0] < 0.7)
            chosen = np.where(repeat, newest, np.where(again, self.last[going], chosen))
            finished = ~(again | repeat | anything | unmastered.any(axis=1))
            practise(going[~finished], chosen[~finished])
            going = going[~finished]
            going = going[steps[going] < self.warm_up]
