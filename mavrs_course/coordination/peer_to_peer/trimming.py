"""W-MSR: average consensus that a few liars can't steer.

Each peer throws away the ``f`` values that are furthest above its own and the ``f`` that are
furthest below, and averages what is left with its own.

**Guarantee.**  Let at most ``f`` peers announce whatever they like, in every round, the same to
all who hear them.  Then an honest peer's value never leaves the range of the values with which
the honest peers began, on any graph.  And the honest peers come to agree if and only if the graph
is (f + 1, f + 1)-robust, for which (2 f + 1)-robust is enough; if they also tell different peers
different things, (2 f + 1)-robust is enough.  Among n peers who all hear each other the first
takes n >= 2 f + 1.  Beyond the limit nothing is promised.

The value agreed on lies in the honest range; it is not the honest mean.

Source: LeBlanc, Zhang, Koutsoukos and Sundaram, "Resilient asymptotic consensus in robust
networks" (IEEE Journal on Selected Areas in Communications 31, 2013).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mavrs_course.messages import Bools, Floats

Announce = Callable[[int, Floats], Floats]


def trimmed_mean(own: Floats, heard: Floats, liars: int) -> Floats:
    """What a peer that holds ``own`` [...] moves to, having heard float[k, ...]: float[...].

    Up to ``liars`` values above its own are thrown away, the largest first, and up to as many
    below it; values that equal its own stay.
    """
    ordered = np.sort(heard, axis=0)
    dropped = np.zeros(np.shape(own))
    for rank in range(min(liars, len(ordered))):
        high, low = ordered[-1 - rank], ordered[rank]
        for place, out in ((-1 - rank, high > own), (rank, low < own)):
            # One's own value takes the place and is taken off below, so that a liar's 1e300 is
            # never added to anything.
            ordered[place] = np.where(out, own, ordered[place])
            dropped += out
    return (own + ordered.sum(axis=0) - dropped * own) / (1.0 + len(ordered) - dropped)


def trimmed_round(values: Floats, hears: Bools, liars: int) -> Floats:
    """One round of W-MSR: float[n, ...], for ``hears`` bool[n, n], row hears column."""
    moved = [trimmed_mean(own, values[row], liars) for own, row in zip(values, hears, strict=True)]
    return np.stack(moved)


def trimmed_rounds(
    values: Floats,
    hears: Bools,
    liars: int,
    rounds: int,
    announce: Announce | None = None,
) -> Floats:
    """What everybody holds before the first and after each round: float[rounds + 1, n, ...].

    announce: ``announce(round, values)`` gives what everybody says, where liars may say what they
    like; the honest move by what they hear.  Without it everybody says what it holds.
    """
    history = [np.asarray(values, dtype=float)]
    for number in range(rounds):
        said = history[-1] if announce is None else announce(number, history[-1])
        history.append(trimmed_round(said, hears, liars))
    return np.stack(history)
