"""Learning together without showing data.

A round: the server hands out a model, each client improves it on its own data, and the server
adds up what changed.  With masks it learns the sum and no part of it.

Sources: McMahan et al., "Communication-efficient learning of deep networks from decentralized
data" (AISTATS 2017, arXiv 1602.05629); Karimireddy et al., "SCAFFOLD" (ICML 2020, arXiv
1910.06378); Bonawitz et al., "Practical secure aggregation for privacy-preserving machine
learning" (CCS 2017); Chai et al., "Secure federated matrix factorization" (arXiv 1906.05108).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mavrs_course.messages import Floats, Ints

Gradient = Callable[[Floats], Floats]
Words = NDArray[np.uint32]
LEVELS, RANGE = 2**20, 8.0


def fed_avg(
    gradients: Sequence[Gradient], start: Floats, *, rate: float, local: int, rounds: int
) -> Floats:
    """The server's model after each round: float[rounds + 1, ...].

    gradients: of each client's loss.  Each takes ``local`` steps of ``rate``; all count the same.
    """
    model = np.asarray(start, dtype=float)
    history = [model]
    for _ in range(rounds):
        ends = []
        for gradient in gradients:
            here = model
            for _ in range(local):
                here = here - rate * gradient(here)
            ends.append(here)
        model = np.mean(ends, axis=0)
        history.append(model)
    return np.stack(history)


def scaffold(
    gradients: Sequence[Gradient], start: Floats, *, rate: float, local: int, rounds: int
) -> Floats:
    """The same, with each client's steps corrected by how its slope differs from all others'."""
    model = np.asarray(start, dtype=float)
    own = [np.zeros_like(model) for _ in gradients]  # each client's usual slope
    history = [model]
    for _ in range(rounds):
        shared, ends = np.mean(own, axis=0), []
        for client, gradient in enumerate(gradients):
            here = model
            for _ in range(local):
                here = here - rate * (gradient(here) - own[client] + shared)
            own[client] = own[client] - shared + (model - here) / (local * rate)
            ends.append(here)
        model = np.mean(ends, axis=0)
        history.append(model)
    return np.stack(history)


def fed_avg_fixed_point(curvature: Floats, centre: Floats, rate: float, local: int) -> float:
    """Where averaging settles for the losses ``a / 2 (x - c) ** 2``: ``sum g c / sum g``.

    A client goes the part ``g = 1 - (1 - rate a) ** local`` of the way to its own best point.
    With one step that weighs by curvature, which is right; with many, all weigh the same.
    """
    part = 1.0 - (1.0 - rate * np.asarray(curvature, dtype=float)) ** local
    return float((part * centre).sum() / part.sum())


def weighted_mean(updates: Floats, weights: Floats) -> Floats:
    """The mean of updates float[n, ...] by weights float[n]: how many examples each has, say."""
    return np.tensordot(np.asarray(weights) / np.sum(weights), np.asarray(updates), axes=1)


def clipped(update: Floats, norm: float) -> Floats:
    """The update, shortened to length ``norm`` if it is longer."""
    return update * min(1.0, norm / max(float(np.linalg.norm(update)), 1e-300))


def quantised(values: Floats, limit: float = RANGE, levels: int = LEVELS) -> Words:
    """Numbers in [-limit, limit] as whole numbers 0..levels, which masks can hide."""
    inside = np.clip(values, -limit, limit)
    return np.rint((inside + limit) * levels / (2.0 * limit)).astype(np.uint32)


def restored(total: Words, clients: int = 1, limit: float = RANGE, levels: int = LEVELS) -> Floats:
    """The sum of ``clients`` quantised arrays as numbers again."""
    return total.astype(float) * (2.0 * limit / levels) - clients * limit


def masked(values: Words, client: int, secrets: Ints) -> Words:
    """What a client sends: ``x_u + sum_{v > u} s_uv - sum_{v < u} s_uv``, modulo 2 ** 32.

    values: uint32[...].  secrets: int[n, n], symmetric; row ``client`` is the secret that it
    shares with each other one, from which both draw the same mask.  All masks cancel in the sum.
    """
    sent = np.array(values, dtype=np.uint32)
    for other, secret in enumerate(secrets[client]):
        if other != client:
            mask = np.random.default_rng(int(secret)).integers(2**32, size=sent.shape)
            sent = sent + mask.astype(np.uint32) * np.uint32(1 if other > client else 2**32 - 1)
    return sent


def pairwise_secrets(clients: int, rng: np.random.Generator) -> Ints:
    """A number that each two clients share and nobody else knows: int[n, n], symmetric.

    A key exchange makes these in life; here one generator does.
    """
    above = np.triu(rng.integers(2**62, size=(clients, clients)), 1)
    return above + above.T


def federated_map(
    x: Floats,
    y: Floats,
    *,
    rounds: int = 30,
    local: int = 1,
    rate: float = 1.0,
    clip: float = 1.0,
    sigma: float = 0.0,
    rng: np.random.Generator,
) -> Floats:
    """A linear map M float[d, e] from ``x`` to ``y`` that ``n`` phones learn together.

    x float[n, d], y float[n, e]: a row a phone, which leaves it only within a sum.  Each round,
    each phone takes ``local`` steps on ``|x M - y| ** 2 / 2``, shortens what changed to length
    ``clip``, and the server adds the mean to its map.  sigma: the noise of each sum, in ``clip``:
    a phone then has the privacy of one Gaussian of ``sigma / sqrt(rounds)``.
    """
    model = np.zeros((x.shape[1], y.shape[1]))
    size = (x**2).sum(axis=1)
    # Each local step leaves the part 1 - rate |x| ** 2 of a phone's error, along x alone.
    whole = np.maximum(size, 1e-300)
    gone = np.where(size > 0, (1.0 - (1.0 - rate * size) ** local) / whole, 0.0)
    for _ in range(rounds):
        step = gone[:, None] * (y - x @ model)  # [n, e]; what changed is x times it
        length = np.sqrt(size) * np.linalg.norm(step, axis=1)
        kept = np.minimum(1.0, clip / np.maximum(length, 1e-300))
        noise = sigma * clip * rng.standard_normal(model.shape)
        model = model + (x.T @ (kept[:, None] * step) + noise) / len(x)
    return model


class Read(NamedTuple):
    """What two gradients told: the rating, and the viewer's vector float[d]."""

    rating: float
    viewer: Floats


def read_from_gradients(first: Floats, second: Floats, before: Floats, after: Floats) -> Read:
    """A viewer's rating of a video, and the viewer, from two gradients that a phone sent.

    The phone of a viewer ``u`` who rated ``r`` sends ``(u v - r) u`` for the video's vector ``v``:
    first for ``before``, then for ``after``, both known to the server; ``u`` stays the same
    in between.  With ``e = u v - r`` the gradients are ``e u`` and ``e' u``, and
    ``e' - e = u (after - before)``.  So ``e ** 2 = first (after - before) / (e' / e - 1)``.
    The sign of ``u`` and ``r`` together stays open; ratings are taken as positive.
    Raises ValueError where the gradients tell nothing: a perfect guess, or a video that stayed.
    """
    ratio = float(second @ first) / max(float(first @ first), 1e-300)
    square = float(first @ (after - before)) / (ratio - 1.0) if ratio != 1.0 else 0.0
    if not square > 0:
        raise ValueError("these two gradients are none of one viewer on a video that moved")
    error = float(np.sqrt(square))
    viewer = first / error
    rating = float(viewer @ before) - error
    return Read(rating, viewer) if rating >= 0 else Read(-rating, -viewer)
