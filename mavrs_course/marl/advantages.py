"""How much better than expected: generalised advantage estimation, and scales that follow."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def generalised_advantages(
    rewards: Tensor,
    values: Tensor,
    next_values: Tensor,
    goes_on: Tensor,
    cut: Tensor,
    *,
    discount: float,
    gae_lambda: float,
) -> Tensor:
    """Advantages of the actions taken, all float[T, ...] over T steps.

    With the surprise of one step ``d_t = r_t + discount goes_on_t V(next_t) - V_t``, the advantage
    is ``A_t = d_t + discount lambda (1 - cut_t) A_(t+1)``.  At an end of the game nothing more is
    to be earned (``goes_on`` is False); at a mere time limit ``next_values`` still counts, but
    the sum stops (``cut`` is True), for what follows is another session.
    ``next_values``: the value of what the step led to, before any reset.

    Source: Schulman et al. 2016 (arXiv 1506.02438), equation 16; Pardo et al. 2018 (arXiv
    1712.00378) for time limits.
    """
    surprise = rewards + discount * next_values * goes_on - values
    keep = discount * gae_lambda * (~cut).to(rewards.dtype)
    advantages = torch.empty_like(surprise)
    following = torch.zeros_like(surprise[0])
    for step in reversed(range(len(surprise))):
        following = surprise[step] + keep[step] * following
        advantages[step] = following
    return advantages


class RunningScale:
    """The mean and deviation of all numbers seen so far, to bring targets to one scale.

    As the value normalisation of MAPPO (Yu et al. 2022, arXiv 2103.01955), with a running mean
    in place of a decaying one for the first ``1 / rate`` batches.
    """

    def __init__(self, rate: float = 0.05) -> None:
        self.rate, self.batches = rate, 0
        self.mean, self.square = 0.0, 1.0

    def update(self, numbers: Tensor) -> None:
        if not len(numbers):
            return
        self.batches += 1
        weight = max(self.rate, 1.0 / self.batches)
        self.mean += weight * (float(numbers.mean()) - self.mean)
        self.square += weight * (float((numbers**2).mean()) - self.square)

    @property
    def deviation(self) -> float:
        return max(self.square - self.mean**2, 1e-8) ** 0.5

    def to_unit(self, numbers: Tensor) -> Tensor:
        return (numbers - self.mean) / self.deviation

    def from_unit(self, numbers: Tensor) -> Tensor:
        return numbers * self.deviation + self.mean

    def state_dict(self) -> dict[str, Any]:
        return vars(self).copy()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
