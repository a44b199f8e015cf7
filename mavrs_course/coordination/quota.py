"""A fixed quota: each agent fills its share of the page, whatever the others think."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Bools, Ints, Trace


class FixedQuota(PanelCoordinator):
    """Seats for agents, by name; each seat goes to its agent's best video that is left.

    quota: seats each, whole numbers; 1 where not given.  Where the page has fewer slots than there
    are seats, seats are drawn for each page, in the order of agents without ``rng``; where it has
    more, they are dealt again.  An agent that was not heard on a page, or to whom all candidates
    are equal, gives up its seats there, unless nobody else has anything to say.
    Guarantees.  Shouting changes nothing, and a liar spoils its own seats alone; nobody's good
    advice counts for more than its seats either.
    Source: home pages made of rows, such as KA Lite's; see :mod:`mavrs_course.agents.learning`.
    """

    def __init__(self, agents, quota: Mapping[str, int] | None = None, **options) -> None:
        super().__init__(agents, **options)
        given = dict.fromkeys(self.panel.names, 1) | dict(quota or {})
        strange = sorted(given.keys() - set(self.panel.names))
        if strange:
            raise ValueError(f"a quota for {strange}, but the agents are {self.panel.names}")
        if any(seats != int(seats) or seats < 0 for seats in given.values()):
            raise ValueError(f"a quota is a whole number of seats, 0 or more, not {given}")
        self.seats = np.repeat(np.arange(len(self.agents)), [given[n] for n in self.panel.names])
        if not len(self.seats):
            raise ValueError("a page needs at least one seat, and the quota has none")

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        votes, slots = hearing.votes, hearing.request.slots
        speaks = votes.max(axis=2, initial=0.0) > 0
        order, seats = self._order(speaks), speaks[:, self.seats].sum(axis=1)
        seats = np.where(seats > 0, seats, len(self.seats))  # where nobody speaks, all are dealt
        pages, rows = np.zeros((len(votes), slots), dtype=np.int64), np.arange(len(votes))
        credit = np.zeros((len(votes), slots, len(self.agents)))
        left = votes.copy()
        if self.rng is not None:  # ties go by chance
            left += 1e-9 * self.rng.random(votes[:, :1].shape)
        for slot in range(slots):
            owner = self.seats[order[rows, slot % seats]]
            pages[:, slot] = left[rows, owner].argmax(axis=1)
            left[rows, :, pages[:, slot]] = -1.0
            credit[rows, slot, owner] = 1.0
        return Decision(pages, credit)

    def _order(self, speaks: Bools) -> Ints:
        """For each page its seats in the order in which they are served: int[B, seats].

        speaks: bool[B, n].
        """
        silent = ~speaks[:, self.seats]
        keys = np.tile(np.linspace(0.0, 1.0, len(self.seats), endpoint=False), (len(speaks), 1))
        if self.rng is not None:
            keys = self.rng.random(silent.shape)
        return np.argsort(keys + silent, axis=1, kind="stable")


MODES = {"fixed-quota": FixedQuota}
