"""Negotiation: peers take turns at proposing, and the others accept or wait for a better offer.

Two who split one cake have a closed form, which the functions below reproduce.  For n peers and
a page of K videos there is none; :func:`alternating_offers` is a protocol with falling demands.

Source: Rubinstein, "Perfect equilibrium in a bargaining model" (Econometrica 50, 1982); for
demands that fall with time, Faratin, Sierra and Jennings, "Negotiation decision functions for
autonomous agents" (Robotics and Autonomous Systems 24, 1998).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.coordination.average import normalised
from mavrs_course.coordination.single import best_columns
from mavrs_course.messages import Bools, Floats, Ints


def rubinstein_share(patience: float, other: float) -> float:
    """The part of a cake that goes to the first to propose, if talks may go on for ever.

    In equilibrium ``(1 - d2) / (1 - d1 d2)``, with the patience ``d`` in [0, 1) of each: what a
    cake that comes a round later is worth now.  With equal patience that is ``1 / (1 + d)``.
    """
    if not (0 <= patience < 1 and 0 <= other < 1):
        raise ValueError(f"patience lies in [0, 1), not {patience} and {other}")
    return (1.0 - other) / (1.0 - patience * other)


def backward_induction(patience: float, other: float, rounds: int) -> Floats:
    """What the first to propose gets when talks last at most 1, 2, ..., ``rounds`` rounds.

    float[rounds].  The last to propose takes all; before that, who proposes leaves the other
    exactly what waiting would bring it.  Tends to :func:`rubinstein_share`.
    """
    mine, theirs, shares = 1.0, 1.0, [1.0]  # what either gets by proposing first
    for _ in range(rounds - 1):
        mine, theirs = 1.0 - other * theirs, 1.0 - patience * mine
        shares.append(mine)
    return np.array(shares[:rounds])


@dataclass(frozen=True)
class Deal:
    """What ``B`` talks ended with.

    columns: int[B, K], the page.  accepted: bool[B, n], who said yes to it.  agreed: bool[B],
    whether enough did.  rounds: int[B], offers made.  proposer: int[B], whose page it is.
    """

    columns: Ints
    accepted: Bools
    agreed: Bools
    rounds: Ints
    proposer: Ints


def alternating_offers(
    votes: Floats,
    slots: int,
    order: Ints,
    *,
    quorum: int,
    patience: float = 0.9,
    most: int = 30,
    stubborn: Bools | None = None,
) -> Deal:
    """Negotiate ``B`` pages of ``slots`` videos at once, for votes float[B, n, C] in [0, 1].

    In round ``t`` the peer ``order[t mod n]`` proposes the page that is best by a mixture of its
    own votes and of what has been proposed so far; the latter grows from nothing to all.  A peer
    is content with a page that is worth at least ``patience ** t`` of its own best page, by the
    sum of its votes.  An offer that ``quorum`` peers accept is the page; after ``most`` rounds it
    is the one that most accepted.  The peers of ``stubborn`` bool[n] propose nothing but their own
    best page and accept nothing else.

    **Guarantee.**  With a quorum of n - f, no f peers that refuse everything can keep the others
    from a page, and every page agreed on is worth its patience ** t to at least n - 2 f honest
    peers.  A page without agreement has no such promise, and says so in ``agreed``.
    """
    pages, peers, candidates = votes.shape
    refuses = np.zeros(peers, dtype=bool) if stubborn is None else np.asarray(stubborn)
    best = -np.sort(-votes, axis=2)[:, :, :slots].sum(axis=2)
    proposed = np.zeros((pages, candidates))
    columns = np.zeros((pages, slots), dtype=np.int64)
    accepted = np.zeros((pages, peers), dtype=bool)
    rounds, proposer = np.zeros(pages, dtype=np.int64), np.zeros(pages, dtype=np.int64)
    open_ = np.ones(pages, dtype=bool)
    for number in range(most):
        who = int(order[number % peers])
        give = 0.0 if refuses[who] else number / most
        wanted = (1.0 - give) * votes[:, who] + give * normalised(proposed)
        offer = best_columns(wanted, slots)
        worth = np.take_along_axis(votes, offer[:, None, :], axis=2).sum(axis=2)
        yes = worth >= patience**number * best - 1e-12
        yes[:, refuses] = False
        yes[:, who] |= refuses[who]
        better = open_ & (yes.sum(axis=1) > accepted.sum(axis=1))
        columns[better], accepted[better], proposer[better] = offer[better], yes[better], who
        rounds += open_
        open_ &= yes.sum(axis=1) < quorum
        np.put_along_axis(
            proposed, offer, np.take_along_axis(proposed, offer, axis=1) + 1.0, axis=1
        )
        if not open_.any():
            break
    return Deal(columns, accepted, ~open_, rounds, proposer)
