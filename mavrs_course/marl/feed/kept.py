"""Policies among the results of an experiment: as plain arrays, and back.

An experiment returns arrays by name, and its file holds each of them for all seeds.  A policy is
a few arrays and some words, so it fits in beside the curves::

    run(seed) returns {..., **policy_arrays(learner.policy(), "team")}
    team = kept_policy(experiments.load("feed_ippo"), "team", seed=0)
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from mavrs_course.marl.policy import LearnedPolicy


def policy_arrays(policy: LearnedPolicy, name: str) -> dict[str, np.ndarray]:
    """The arrays of a policy: ``name_weight_0``, ``name_bias_0`` and so on, and ``name_policy``.

    Weights are float32[G, inputs, outputs] and biases float32[G, outputs], as
    :class:`~mavrs_course.marl.policy.LearnedPolicy` has them; ``name_policy`` is its other
    options, as JSON.
    """
    described = {
        "action_counts": [int(count) for count in policy.action_counts],
        "activation": policy.activation,
        "agent_ids": policy.agent_ids,
        "epsilon": policy.epsilon,
        "about": policy.about,
    }
    arrays = {f"{name}_policy": np.array(json.dumps(described))}
    for number, (weight, bias) in enumerate(policy.layers):
        arrays[f"{name}_weight_{number}"] = weight
        arrays[f"{name}_bias_{number}"] = bias
    return arrays


def kept_policy(
    results: Mapping[str, np.ndarray], name: str, seed: int | None = None
) -> LearnedPolicy:
    """The policy ``name`` again, from what :func:`policy_arrays` gave.

    seed: which one of the results of an experiment, counted from 0 in their order; None for
    arrays of a single policy.  Raises KeyError if there is no policy of this name.
    """

    def one(key: str) -> np.ndarray:
        return results[key] if seed is None else results[key][seed]

    if f"{name}_policy" not in results:
        kept = sorted(key.removesuffix("_policy") for key in results if key.endswith("_policy"))
        raise KeyError(f"there is no policy {name!r}; there are: {', '.join(kept) or 'none'}")
    described = json.loads(str(one(f"{name}_policy")))
    layers = []
    while f"{name}_weight_{len(layers)}" in results:
        number = len(layers)
        layers.append((one(f"{name}_weight_{number}"), one(f"{name}_bias_{number}")))
    return LearnedPolicy(layers, **described)
