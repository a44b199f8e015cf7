"""Voting on candidates: rules that read only who is put above whom.

Agents' scores have no common scale, but each puts its candidates into an order.  Everything here
depends on that order alone, so shouting (scores x 1,000) changes nothing.

``scores`` are float[B, n, C]: on each of B pages n agents score C candidates, larger is better,
equal scores are a tie.  NaN says that an agent did not rate a candidate: on its ballot that one is
below all that it rated, and level with the others that it did not; so whom nobody rated wins
against nobody whom somebody did.  ``weights`` float[B, n] say how much each agent counts, 1 where
not given and 0 for one that was not heard.  A rule returns float[B, C], larger is better.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats, Ints

NOBODY = -1
RRF_K = 60.0


def places(scores: Floats) -> Floats:
    """Each agent's rank of each candidate, 1 the best: float[B, n, C].

    Equals share the mean of the places that they take, so that every ballot has the same sum.
    """
    scores = _complete(scores)
    better, equal = np.zeros(scores.shape), np.zeros(scores.shape)
    for rival in range(scores.shape[2]):
        other = scores[:, :, rival, None]
        better += other > scores
        equal += other == scores
    return better + (equal + 1.0) / 2.0


def plurality(scores: Floats, weights: Floats | None = None) -> Floats:
    """How many agents put the candidate first; those with several firsts split their vote.

    An agent that rated nobody votes for nobody.
    """
    ballots = _complete(scores)
    first = (ballots == ballots.max(axis=2, keepdims=True)) & ~np.isnan(scores)
    return _summed(first / np.maximum(first.sum(axis=2, keepdims=True), 1), weights)


def borda(scores: Floats, weights: Floats | None = None) -> Floats:
    """One point for each candidate put below, half a point for each equal (Borda 1781)."""
    return _summed(scores.shape[2] - places(scores), weights)


def reciprocal_rank_fusion(
    scores: Floats, weights: Floats | None = None, k: float = RRF_K
) -> Floats:
    """The sum of ``1 / (k + place)``: Cormack, Clarke and Büttcher (SIGIR 2009), k = 60.

    The smaller ``k``, the more the first places count; as it grows, RRF becomes Borda.
    Equals share the mean of their places.  ValueError for a negative ``k``.
    """
    if not k >= 0:
        raise ValueError(f"RRF needs k of at least 0, not {k}")
    return _summed(1.0 / (k + places(scores)), weights)


def pairwise(scores: Floats, weights: Floats | None = None) -> Floats:
    """How many agents put candidate i strictly above j: float[B, C, C], zeros on the diagonal."""
    scores = _complete(scores)
    pages, _, candidates = scores.shape
    preferred = np.empty((pages, candidates, candidates))
    for candidate in range(candidates):
        above = scores[:, :, candidate, None] > scores
        preferred[:, candidate] = _summed(above, weights)
    return preferred


def margins(preferred: Floats) -> Floats:
    """By how much i beats j: float[B, C, C], for ``preferred`` as from :func:`pairwise`.

    ValueError for NaN among them.
    """
    if np.isnan(preferred).any():
        raise ValueError("how many agents put one above another is a number, and not NaN")
    return (preferred - np.swapaxes(preferred, -1, -2)).round(9)  # rounding errors beat nobody


def condorcet_winner(preferred: Floats) -> Ints:
    """The candidate that beats every other in pairs: int[B], ``NOBODY`` where there is none."""
    wins = (margins(preferred) > 0).sum(axis=2)
    best = wins.argmax(axis=1)
    return np.where(wins.max(axis=1) == preferred.shape[1] - 1, best, NOBODY)


def copeland(preferred: Floats) -> Floats:
    """Pairs won minus pairs lost: float[B, C] (Copeland 1951)."""
    return np.sign(margins(preferred)).sum(axis=2)


def strongest_paths(preferred: Floats) -> Floats:
    """The strength of the best chain of victories from i to j: float[B, C, C].

    A chain is as strong as its weakest margin; 0 where there is no chain.  The widest-path form of
    Floyd and Warshall's algorithm: C rounds, each letting one more candidate be passed through.
    """
    strength = np.maximum(margins(preferred), 0.0)
    for through in range(strength.shape[1]):
        detour = np.minimum(strength[:, :, through, None], strength[:, through, None, :])
        strength = np.maximum(strength, detour)
    diagonal = np.arange(strength.shape[1])
    strength[:, diagonal, diagonal] = 0.0
    return strength


def schulze(preferred: Floats) -> Floats:
    """Minus how many candidates beat it by chains of victories: float[B, C], 0 for a winner.

    i beats j when its strongest path to j is stronger than the one back (Schulze 2011, with
    margins).  That relation has no cycles, so whoever beats another is beaten by fewer.
    """
    strength = strongest_paths(preferred)
    return 0.0 - (strength > np.swapaxes(strength, 1, 2)).sum(axis=1)


def _complete(scores: Floats) -> Floats:
    """What an agent did not rate, below all else on its ballot: float[B, n, C]."""
    return np.where(np.isnan(scores), -np.inf, scores)


def _summed(points: np.ndarray, weights: Floats | None) -> Floats:
    """Points float[B, n, C] added over agents: float[B, C]."""
    if weights is None:
        return points.sum(axis=1).astype(float)
    if not (np.isfinite(weights).all() and np.all(np.asarray(weights) >= 0)):
        raise ValueError("the weights of agents are finite numbers of at least 0")
    return np.einsum("bnc,bn->bc", points.astype(float), weights)
