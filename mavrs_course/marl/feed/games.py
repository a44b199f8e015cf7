"""Learners on the feed game: trained in one line, and kept in a few kilobytes.

What lessons and experiments do again and again: train five channels by IPPO under some way of
paying them, and lay what they learned into plain arrays, so that it can be played anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mavrs_course.envs.core import Core
from mavrs_course.envs.feed_core import CHANNELS, N_ACTIONS
from mavrs_course.marl.ippo import IPPO, IPPOSettings
from mavrs_course.marl.policy import LearnedPolicy
from mavrs_course.messages import Floats

# Small (2,217 numbers in all), and fixed here: so that what experiments have kept stays what these
# settings give, however IPPO is tuned for the feed game elsewhere.
SETTINGS = IPPOSettings(
    hidden=32,
    activation="tanh",
    rollout=32,
    epochs=2,
    minibatches=8,
    learning_rate=1e-3,
    discount=0.99,
    entropy=0.01,
)


def train_on_feed(
    core: Core, steps: int, seed: int, *, progress: bool = False, **changes: Any
) -> IPPO:
    """Channels that have learned by IPPO for ``steps`` session-steps, from ``seed`` on.

    core: a :class:`~mavrs_course.envs.feed_core.FeedCore` or a wrapper of one, with
    ``auto_reset=True``.  changes: to :data:`SETTINGS`.
    """
    learner = IPPO(core, replace(SETTINGS, **changes), seed=seed)
    learner.train(steps, progress=progress)
    return learner


def team_curve(learner: IPPO, alpha: float, steps: Sequence[float]) -> Floats:
    """Minutes of a session while learning, at each of ``steps``: float[len(steps)].

    Taken from what the channels were paid, of which ``1 + 4 alpha`` minutes were paid for each
    minute watched.  Long sessions are under-counted while they grow, as in all training curves.
    """
    table = learner.curve.table()
    minutes = table[:, 1:].sum(axis=1) / (1.0 + (CHANNELS - 1) * alpha)
    return np.interp(steps, table[:, 0], minutes)


def as_arrays(policy: LearnedPolicy) -> dict[str, np.ndarray]:
    """The policy's layers by name, ``weight_0``, ``bias_0``, ``weight_1``, and so on."""
    return {
        f"{kind}_{number}": array
        for number, layer in enumerate(policy.layers)
        for kind, array in zip(("weight", "bias"), layer, strict=True)
    }


def from_arrays(arrays: Mapping[str, np.ndarray], *place: int) -> LearnedPolicy:
    """The feed policy whose layers stand at ``arrays[name][place]``.

    ``from_arrays(results, seed, 2)`` is the third of the policies that an experiment kept for each
    seed.  The policy is one of :func:`train_on_feed`.
    """
    layers = []
    while f"weight_{len(layers)}" in arrays:
        number = len(layers)
        layers.append((arrays[f"weight_{number}"][place], arrays[f"bias_{number}"][place]))
    if not layers:
        raise ValueError(f"no weight_0 among {', '.join(arrays)}: these are no policy's layers")
    return LearnedPolicy(
        layers,
        (N_ACTIONS,) * CHANNELS,
        activation=SETTINGS.activation,
        agent_ids=True,
        epsilon=None,
    )
