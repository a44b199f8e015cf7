"""Whose success was it?  One page's outcome, shared out among the agents that made it.

A coalition of ``n`` agents is a number whose bit ``i`` says whether agent ``i`` is in it:
0 is nobody, ``2**n - 1`` everybody.  ``values`` is float[..., 2**n], what a page is worth that
each coalition would have shown.

Sources: Shapley, "A value for n-person games" (1953); difference rewards, Wolpert and Tumer,
"Optimal payoff functions for members of collectives" (2001, doi 10.1142/S0219525901000188).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

import numpy as np

from mavrs_course.messages import NO_CLICK, Floats, Ints
from mavrs_course.world.viewers import choice_probabilities

SEVERAL = 12  # agents whose 4,096 coalitions are still quickly looked at


def agents_of(values: Floats) -> int:
    """How many agents play, from the number of coalitions."""
    agents = int(np.shape(values)[-1]).bit_length() - 1
    if np.shape(values)[-1] != 2**agents or not 1 <= agents <= SEVERAL:
        raise ValueError(
            f"values need 2**n coalitions of 1 to {SEVERAL} agents, not {np.shape(values)[-1]}"
        )
    return agents


def shapley(values: Floats) -> Floats:
    """Exact Shapley values: float[..., n].

    What an agent adds to a coalition, averaged over all orders in which the agents may have
    joined: a coalition of ``s`` others comes before it in ``s! (n - 1 - s)!`` of ``n!`` orders.
    """
    agents = agents_of(values)
    coalitions = np.arange(2**agents)
    sizes = np.array([int(coalition).bit_count() for coalition in coalitions])
    orders = np.array([factorial(s) * factorial(agents - 1 - s) for s in range(agents)])
    credit = []
    for agent in range(agents):
        without = coalitions[coalitions >> agent & 1 == 0]
        added = values[..., without | 1 << agent] - values[..., without]
        credit.append(added @ (orders[sizes[without]] / factorial(agents)))
    return np.stack(credit, axis=-1)


def difference_rewards(values: Floats) -> Floats:
    """What would be missing without each agent, the others staying: float[..., n]."""
    agents = agents_of(values)
    everybody = 2**agents - 1
    return np.stack(
        [
            values[..., everybody] - values[..., everybody & ~(1 << agent)]
            for agent in range(agents)
        ],
        axis=-1,
    )


def last_touch(scores: Sequence[Floats], columns: Ints, clicked: Ints, outcome: Floats) -> Floats:
    """All the credit to the agent that ranked the clicked candidate highest: float[B, n].

    scores: for each agent float[B, C].  columns: int[B, K], the candidate in each slot.
    clicked: int[B], the slot.  outcome: float[B].  Agents that rank it alike share; a page
    without a click gives nobody anything.
    """
    rows = np.arange(len(columns))
    chosen = columns[rows, clicked]
    # Mean rank, so that an agent to whom all are equal does not rank them all first.
    ranks = np.stack([_mean_rank(score, score[rows, chosen]) for score in scores], axis=1)
    best = ranks == ranks.min(axis=1, keepdims=True)
    share = best / best.sum(axis=1, keepdims=True)
    return share * np.where(clicked == NO_CLICK, 0.0, outcome)[:, None]


def _mean_rank(scores: Floats, own: Floats) -> Floats:
    above = (scores > own[:, None]).sum(axis=1)
    equal = (scores == own[:, None]).sum(axis=1)
    return above + (equal + 1) / 2.0


def coalition_values(
    votes: Sequence[Floats], worth: Floats, slots: int, examination: Floats | None = None
) -> Floats:
    """The chance of a click on the page that each coalition would have shown: float[B, 2**n].

    votes: for each agent float[B, C], its normalised scores; a coalition shows the ``slots``
    candidates with the largest sum.  worth: float[B, C], the attraction of each candidate,
    true or estimated.  examination: float[K], how much each slot is seen; all of it when None.
    Nobody shows a page whose every slot holds the average candidate.
    """
    seen = np.ones(slots) if examination is None else np.asarray(examination)
    pages, agents = len(worth), len(votes)
    values = np.empty((pages, 2**agents))
    values[:, 0] = choice_probabilities(worth.mean(axis=1, keepdims=True) * seen).sum(axis=1)
    for coalition in range(1, 2**agents):
        total = sum(vote for i, vote in enumerate(votes) if coalition >> i & 1)
        columns = np.argsort(-total, axis=1, kind="stable")[:, :slots]
        shown = np.take_along_axis(worth, columns, axis=1)
        values[:, coalition] = choice_probabilities(shown * seen).sum(axis=1)
    return values
