"""Waiting: which server to join, how many servers to have, and when to ask a second one.

Times are in units of the mean service time, which is exponential.  ``load`` is the arrival rate
for one server in the models of choice, and for all of them (in Erlangs) in those of staffing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats, Ints


def _checked(load: float, choices: int) -> None:
    if not 0 <= load < 1:
        raise ValueError(f"a queue is stable for a load from 0 to below 1, not {load}")
    if choices < 1:
        raise ValueError(f"somebody has at least 1 choice, not {choices}")


def time_in_system(load: float, choices: int) -> float:
    """Mean time from arrival to departure if each joins the shortest of ``choices`` random queues.

    ``sum over i >= 1 of load ** ((d ** i - d) / (d - 1))``, for very many servers; one choice is
    the M/M/1 queue, ``1 / (1 - load)``.  Source: Mitzenmacher, "The power of two choices in
    randomized load balancing" (IEEE TPDS 12, 2001); Vvedenskaya, Dobrushin and Karpelevich (1996).
    """
    _checked(load, choices)
    if choices == 1:
        return 1 / (1 - load)
    total, exponent = 0.0, 0
    while (term := load**exponent) > 1e-18:
        total += term
        exponent = exponent * choices + choices
    return total


def queue_tail(load: float, choices: int, depth: int) -> Floats:
    """Share of the servers with at least 0, 1, ... ``depth`` in their queue: float[depth + 1]."""
    _checked(load, choices)
    exponents = np.arange(depth + 1.0)
    if choices > 1:
        exponents = (float(choices) ** exponents - 1) / (choices - 1)
    return load**exponents


def simulated_times(
    load: float, choices: int, servers: int, arrivals: int, rng: np.random.Generator
) -> Floats:
    """Times in system of those who arrive after the first third: float[arrivals - arrivals // 3].

    Each arrival joins the shortest of ``choices`` servers drawn at random, the first drawn among
    equals.  Somebody who finds ``q`` before them stays for ``q + 1`` services.
    """
    _checked(load, choices)
    queue = [0] * servers
    found: list[int] = []
    while len(found) < arrivals:
        # One step is an arrival or the tick of a server, which ends a service if there is one.
        arrives = (rng.random(65_536) < load / (1 + load)).tolist()
        drawn = rng.integers(servers, size=(65_536, choices)).tolist()
        for step, some in zip(arrives, drawn, strict=True):
            if step:
                chosen = min(some, key=queue.__getitem__)
                found.append(queue[chosen])
                queue[chosen] += 1
            elif queue[some[0]]:
                queue[some[0]] -= 1
    return rng.standard_gamma(np.array(found[arrivals // 3 : arrivals]) + 1.0)


def filled(choices: int, depth: int, balls: float = 1.0) -> Floats:
    """Share of the bins with at least 1 .. ``depth`` balls, each in the emptiest of ``choices``.

    float[depth], for very many bins and ``balls`` balls a bin: ``s_i' = s_(i-1) ** d - s_i ** d``.
    ``choices=2`` and one ball a bin: the first is tanh 1.  Source: Mitzenmacher (2001).
    """
    from scipy.integrate import solve_ivp

    def growing(_: float, share: Floats) -> Floats:
        powers = np.concatenate([[1.0], share]) ** choices
        return powers[:-1] - powers[1:]

    solved = solve_ivp(growing, (0, balls), np.zeros(depth), rtol=1e-10, atol=1e-13)
    return solved.y[:, -1]


def erlang_b(servers: int, load: float) -> float:
    """Chance that all servers are busy where nobody waits; ``load`` in Erlangs.  Erlang, 1917."""
    if servers < 0 or load < 0:
        raise ValueError(f"servers and load are at least 0, not {servers} and {load}")
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Chance to have to wait for one of ``servers``; ``load`` in Erlangs.  1 if it never ends."""
    if load >= servers:
        return 1.0
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def mean_wait(servers: int, load: float) -> float:
    """Mean wait for one of ``servers``, in service times; infinite where the load is too much."""
    return erlang_c(servers, load) / (servers - load) if load < servers else float("inf")


def staffed(load: float, grade: float = 1.0) -> int:
    """``load + grade sqrt(load)`` servers, rounded up: the square-root rule.

    The same ``grade`` gives about the same chance to wait at any size, so spare servers become a
    smaller part of a larger crowd.  Source: Halfin and Whitt (Operations Research 29, 1981).
    """
    if load < 0:
        raise ValueError(f"a load is at least 0, not {load}")
    # Rounded first, as 10 + 0.1 * 10 must not become 12 by the last bit.
    return int(np.ceil(np.round(load + grade * np.sqrt(load), 9)))


def hedged_quantile(share: ArrayLike, after: float, asked: int = 1) -> Floats:
    """The time by which ``share`` of pages have all ``asked`` answers, a twin asked ``after``.

    Exponential times of mean 1: ``P(T > t) = exp(-t) exp(after - t)`` beyond ``after``.  An
    infinite ``after`` is no hedge.  Source: Dean and Barroso, "The tail at scale" (CACM 2013).
    """
    left = -np.log1p(-(np.asarray(share, dtype=float) ** (1 / asked)))  # -log of one answer's tail
    return np.where(left <= after, left, (np.minimum(after, left) + left) / 2)


def hedged_mean(after: float) -> float:
    """Mean of one hedged answer: ``1 - exp(-after) / 2``; ``exp(-after)`` more questions."""
    return float(1 - np.exp(-after) / 2)


def best_asked(worth: Floats, load: float, servers: int, price: float) -> Ints:
    """How many agents to ask about a page, 1 .. n, for the traffic that there is now.

    worth: float[n], what a page earns if 1 .. n are asked.  load: Erlangs that asking one of them
    brings.  A page keeps its server for as many service times as agents are asked, and each of
    these costs ``price``, waiting as well.  Of equals the smallest; 1 where any queue is endless.
    """
    asked = np.arange(1, len(worth) + 1)
    waits = np.array([n * mean_wait(servers, n * load) for n in asked])
    net = np.asarray(worth, dtype=float) - price * (asked + waits)
    return asked[np.argmax(net)]
