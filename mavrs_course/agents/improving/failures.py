"""Two old stories about systems that improve themselves, small enough to be computed."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats


def fed_on_itself(
    rounds: int,
    keep: bool,
    rng: np.random.Generator,
    *,
    runs: int = 200,
    features: int = 10,
    examples: int = 40,
) -> Floats:
    """Error of a linear model that is trained on what it said itself: float[rounds].

    Each round draws new inputs, lets the last model label them (with noise of variance 1) and fits
    the next model to them; with ``keep`` to all rounds' data, the first true ones included.  The
    error is ``||w - w_true||^2``, the mean over ``runs``.  Without keeping it grows by
    ``features / (examples - features - 1)`` a round for ever; with keeping it stays below
    pi^2 / 6 times that.
    Source: Gerstgrasser et al., "Is model collapse inevitable?" (2024, arXiv 2404.01413).
    """
    if examples <= features + 1:
        raise ValueError("the error is finite from two examples more than features on")
    model = np.zeros((runs, features))  # the truth is 0: only the difference matters
    gram, moment = np.zeros((runs, features, features)), np.zeros((runs, features))
    errors = []
    for _ in range(rounds):
        x = rng.normal(size=(runs, examples, features))
        y = np.einsum("rtd,rd->rt", x, model) + rng.normal(size=(runs, examples))
        if not keep:
            gram, moment = np.zeros_like(gram), np.zeros_like(moment)
        gram = gram + np.einsum("rtd,rte->rde", x, x)
        moment = moment + np.einsum("rtd,rt->rd", x, y)
        model = np.linalg.solve(gram, moment[..., None])[..., 0]
        errors.append((model**2).sum(axis=1).mean())
    return np.array(errors)


def population_climb(
    exchange: bool, *, steps: int = 400, every: int = 10, rate: float = 0.02
) -> float:
    """The best true value that two workers reach, who each climb a guess of it.

    True is ``1.2 - a^2 - b^2``; a worker climbs ``1.2 - h0 a^2 - h1 b^2`` from (0.9, 0.9), one with
    h = (1, 0), one with (0, 1): each sees half of the problem.  With ``exchange`` every few steps
    the worse takes over the other's place, and both swap their guess: 1.2 is reached.
    Without it both are stuck at 1.2 - 0.81.
    Source: Jaderberg et al., "Population based training" (2017, arXiv 1711.09846), figure 2.
    """
    place, guess = np.full((2, 2), 0.9), np.eye(2)
    for step in range(1, steps + 1):
        place = place - rate * 2 * guess * place
        if exchange and step % every == 0:
            place[:] = place[np.argmin((place**2).sum(axis=1))]
            guess = guess[::-1].copy()
    return float((1.2 - (place**2).sum(axis=1)).max())
