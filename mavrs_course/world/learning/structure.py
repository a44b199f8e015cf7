"""What must be known before what: ten items, their prerequisites, and which step is legal.

Source: the knowledge structure of EduSim's simulator KSS (Liu et al., "Exploiting cognitive
structure for adaptive learning", KDD 2019, arXiv 1905.12467 in code: tswsxk/EduSim, MIT).  The
items of KSS are numbers; their names are ours.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mavrs_course.messages import Bools, Floats

ITEMS = (
    "fractions", "ratios", "powers", "percentages", "growth",
    "graphs", "counting", "chance", "investing", "portfolios",
)  # fmt: skip
PREREQUISITES = (
    (0, 1), (0, 2), (1, 3), (2, 4), (2, 8), (3, 4), (4, 8), (5, 4), (5, 9), (6, 7), (7, 8), (8, 9),
)  # fmt: skip


@dataclass(frozen=True)
class KnowledgeStructure:
    """An acyclic graph over ``N`` items; an edge ``(p, i)`` says that ``p`` comes before ``i``."""

    items: tuple[str, ...]
    edges: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not self.items:
            raise ValueError("a KnowledgeStructure needs at least one item")
        outside = [edge for edge in self.edges if not set(edge) <= set(range(len(self.items)))]
        if outside:
            raise ValueError(f"edge {outside[0]} leads to an item outside 0..{len(self.items) - 1}")
        if len(self.order) < len(self.items):
            left = sorted(set(range(len(self.items))) - set(self.order))
            raise ValueError(f"prerequisites go in a circle among the items {left}")

    @cached_property
    def before(self) -> Bools:
        """bool[N, N]: ``before[i, p]`` where ``p`` is a prerequisite of ``i``."""
        before = np.zeros((len(self.items),) * 2, dtype=bool)
        for first, then in self.edges:
            before[then, first] = True
        return before

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The items so that prerequisites come first, generation by generation (Kahn 1962)."""
        done: list[int] = []
        while True:
            open_now = ~self.before[:, [i not in done for i in range(len(self.items))]].any(axis=1)
            ready = [int(item) for item in np.flatnonzero(open_now) if item not in done]
            if not ready:
                return tuple(done)
            done += ready

    @cached_property
    def all_before(self) -> Bools:
        """bool[N, N]: ``all_before[i, p]`` where ``p`` must be known before ``i``, in any steps."""
        found: Bools = np.zeros(self.before.shape, dtype=bool)
        for item in self.order:
            found[item] = self.before[item] | found[self.before[item]].any(axis=0)
        return found

    def path_to(self, item: str, known: Collection[str] = ()) -> list[str]:
        """What is still to learn up to ``item``, prerequisites first; ValueError for strange items.

        Whoever knows an item is taken to know what comes before it.
        """
        strange = [name for name in (item, *known) if name not in self.items]
        if strange:
            raise ValueError(f"unknown item {strange[0]!r}; there are {len(self.items)} others")
        numbers = [self.items.index(name) for name in known]
        has = {*numbers, *np.flatnonzero(self.all_before[numbers].any(axis=0)).tolist()}
        goal = self.items.index(item)
        wanted = {goal, *np.flatnonzero(self.all_before[goal]).tolist()} - has
        return [self.items[number] for number in self.order if number in wanted]

    @cached_property
    def legal_after(self) -> Bools:
        """bool[N, N]: ``legal_after[i, j]`` where ``j`` may be learned next after ``i``.

        That is ``i`` itself, its successors, its predecessors with theirs, and whatever follows
        from a predecessor; everything after an item without neighbours.
        Source: EduSim's ``influence_control(..., allow_shortcut=False)``.
        """
        before = self.before.astype(int)
        after = before.T
        legal = after + before + before @ before + before @ after > 0
        np.fill_diagonal(legal, True)
        alone = ~(self.before.any(axis=1) | self.before.any(axis=0))
        legal[alone] = True
        return legal

    @cached_property
    def distance(self) -> Floats:
        """float[N, N]: edges between two items, whichever way they lead; infinite if none do."""
        near = self.before | self.before.T
        far = np.where(np.eye(len(self.items), dtype=bool), 0.0, np.inf)
        reached = near
        for edges in range(1, len(self.items)):
            new = reached & np.isinf(far)
            if not new.any():  # whatever lies further off would be behind one of these
                break
            far = np.where(new, float(edges), far)
            reached = reached.astype(int) @ near.astype(int) > 0
        return far

    @cached_property
    def spread(self) -> Floats:
        """float[N, N]: what one unit learned of ``i`` gives ``j``, half of it at each edge.

        ``spread = I + A / 2 + (A / 2) ** 2 + ... = (I - A / 2) ** -1`` with ``A[i, j] = 1`` where
        ``j`` follows ``i``: the sum over all paths, as EduSim's recursion makes it.
        """
        return np.linalg.inv(np.eye(len(self.items)) - self.before.T / 2.0)


KSS = KnowledgeStructure(ITEMS, PREREQUISITES)
