"""Reinforcement with a group for a baseline: REINFORCE, RLOO, GRPO and Dr. GRPO are one line apart.

For each prompt the policy gives ``G`` answers.  Each answer's advantage is its reward against those
of its group, so that no critic has to be learned:

* ``"mean"``: ``r - mean`` (Dr. GRPO; Liu et al., arXiv 2503.20783)
* ``"others"``: ``r - mean of the others`` (RLOO), which is ``G / (G - 1)`` times the first
* ``"std"``: ``(r - mean) / std`` (GRPO; Shao et al., arXiv 2402.03300), std over the group

For rewards of 0 and 1, won with chance ``p``, the expected update is ``w(p)`` times the gradient of
``p``: :func:`push`.  Dividing by the std makes ``w`` about ``1 / sqrt(p (1 - p))``, which climbs
``2 arcsin(sqrt p)`` in place of ``p``: prompts that are nearly always won or lost push hardest.
"""

from __future__ import annotations

from math import comb

import numpy as np
import torch
from torch import Tensor

from mavrs_course.messages import Bools, Floats

BASELINES = ("mean", "others", "std")


def advantages(rewards: Floats, baseline: str = "mean") -> Floats:
    """Rewards against those of their group: float[B, G] to float[B, G].

    A group that got one reward only is silent: zeros.  Raises ValueError for a group of one, which
    has nothing to be compared with, for rewards that are no numbers, and for an unknown baseline.
    """
    rewards = np.asarray(rewards, dtype=float)
    if rewards.ndim != 2 or rewards.shape[1] < 2:
        raise ValueError(f"rewards have shape (B, G) with G at least 2, not {rewards.shape}")
    if not np.isfinite(rewards).all():
        raise ValueError("a reward is not a finite number")
    if baseline not in BASELINES:
        raise ValueError(f"a baseline is one of {', '.join(BASELINES)}, not {baseline!r}")
    size = rewards.shape[1]
    above = rewards - rewards.mean(axis=1, keepdims=True)
    if baseline == "mean":
        return above
    if baseline == "others":
        return above * size / (size - 1)
    spread = rewards.std(axis=1, keepdims=True)
    # Equal rewards may differ from their mean by a rounding, which a tiny std would blow up.
    told = spread > 1e-9 * np.abs(rewards).max(axis=1, keepdims=True)
    return np.where(told, above / np.where(told, spread, 1.0), 0.0)


def silent(rewards: Floats) -> Bools:
    """Groups whose answers all earned the same, so that nothing is learned from them: bool[B]."""
    rewards = np.asarray(rewards, dtype=float)
    return (rewards == rewards[:, :1]).all(axis=1)


def silent_chance(chance: float, size: int) -> float:
    """Of a silent group, where each of ``size`` answers earns 1 with ``chance`` and else 0."""
    return chance**size + (1 - chance) ** size


def push(chance: float, size: int, baseline: str = "mean") -> float:
    """What the gradient of ``p`` is multiplied with in the expected update, at ``p = chance``.

    Exact, by summing over the number of right answers in a group.  chance: above 0, below 1.
    """
    if not 0 < chance < 1:
        raise ValueError(f"a chance between 0 and 1 is needed, not {chance}")
    total = 0.0
    for right in range(1, size):
        weight = comb(size, right) * chance**right * (1 - chance) ** (size - right)
        rewards = np.repeat([[1.0, 0.0]], [right, size - right], axis=1)
        own = advantages(rewards, baseline)[0]
        # An answer's score function is (its reward - p) / (p (1 - p)) times the gradient of p.
        total += weight * float(np.mean(own * (rewards[0] - chance)))
    return total / (chance * (1 - chance))


def group_loss(log_chance: Tensor, advantage: Tensor) -> Tensor:
    """What descent makes likely: ``-mean(advantage * log pi)``; both float[B, G]."""
    return -(advantage * log_chance).mean()


def clipped_loss(new: Tensor, old: Tensor, advantage: Tensor, clip: float = 0.2) -> Tensor:
    """The same for several steps on one group, with lesson 09's clipped ratio of new to old."""
    ratio = (new - old).exp()
    bounded = ratio.clamp(1 - clip, 1 + clip)
    return -torch.minimum(ratio * advantage, bounded * advantage).mean()
