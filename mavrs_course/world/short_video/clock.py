"""A simulated clock: how long a page waits for agents whose response times are random.

Response times are arrays float[..., n], in any unit, one of ``n`` agents in the last axis.  With
``n`` independent agents of mean ``t`` each, exponential, asking one after the other takes ``n t``,
waiting for the first ``k`` of all asked at once ``t (H_n - H_(n - k))``: four of 25 ms take 100,
52.08 for all, 27.08 for three and 14.58 for two.
Source: the order statistics of the exponential (Renyi, 1953); hedged questions and fan-out, Dean
and Barroso, "The tail at scale" (CACM 2013).
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats


def response_times(means: Floats, pages: int, rng: np.random.Generator) -> Floats:
    """Exponential response times, float[pages, n], for agents of ``means`` float[n]."""
    means = np.asarray(means, dtype=float)
    if means.ndim != 1 or not means.size or not (means > 0).all():
        raise ValueError(f"means needs a time above 0 for each agent, not {means}")
    return means * rng.standard_exponential((pages, len(means)))


def in_a_chain(times: Floats) -> Floats:
    """Time until the last has answered where each is asked after the one before: float[...]."""
    return times.sum(axis=-1)


def waited(
    times: Floats, quorum: int | None = None, deadline: float = np.inf
) -> tuple[Floats, Bools]:
    """All are asked at once: time until enough have answered, float[...], and who has by then.

    quorum: how many are enough; None for all.  deadline: the longest that a page waits.  Who has
    answered is bool[..., n].
    """
    agents = times.shape[-1]
    enough = agents if quorum is None else quorum
    if not 1 <= enough <= agents:
        raise ValueError(f"a quorum of {agents} agents is 1 to {agents}, not {enough}")
    if not deadline > 0:
        raise ValueError(f"a deadline is above 0, not {deadline}")
    until = np.minimum(np.sort(times, axis=-1)[..., enough - 1], deadline)
    return until, times <= until[..., None]


def hedged(first: Floats, second: Floats, after: float) -> Floats:
    """Time to the first answer where a second is asked if the first is silent ``after`` so long."""
    return np.minimum(first, after + second)


def expected_wait(mean: float, agents: int, quorum: int) -> float:
    """Mean of :func:`waited` for ``agents`` exponential agents of the same mean."""
    return mean * sum(1.0 / left for left in range(agents - quorum + 1, agents + 1))


def any_slow(share: float, asked: int) -> float:
    """Probability that at least one of ``asked`` answers is slow, each with chance ``share``."""
    return 1.0 - (1.0 - share) ** asked


class Clock:
    """Simulated time for ``B`` viewers: ``now`` float[B], in the unit of what it is told."""

    def __init__(self, viewers: int) -> None:
        self.now: Floats = np.zeros(viewers)

    def advance(self, by: Floats) -> Floats:
        """Let time pass, float[B] at least 0 each; what the clock shows then."""
        by = np.asarray(by, dtype=float)
        if not (by >= 0).all():
            raise ValueError(f"a clock goes forward, not by {by[~(by >= 0)][0]:g}")
        self.now = self.now + by
        return self.now
