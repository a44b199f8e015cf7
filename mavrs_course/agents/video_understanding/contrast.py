"""InfoNCE: tell which of many goes with this one (van den Oord et al. 2018, arXiv 1807.03748)."""

from __future__ import annotations

import torch
from torch.nn.functional import cross_entropy, normalize

TEMPERATURE = 0.2


def info_nce(
    first: torch.Tensor, second: torch.Tensor, temperature: float = TEMPERATURE
) -> torch.Tensor:
    """How badly each row of one side is matched with its own row of the other: a scalar >= 0.

    first, second: float[N, D]; row n of both is the same video, seen two ways.  The similarity
    is the cosine over the temperature.  The loss is the mean, over rows and both directions, of
    ``-log(exp(s_nn) / sum_m exp(s_nm))``: log N for vectors that tell nothing.
    """
    if first.shape != second.shape or first.ndim != 2:
        raise ValueError(
            f"both sides need the same shape [N, D], got {tuple(first.shape)} and "
            f"{tuple(second.shape)}"
        )
    similarity = normalize(first, dim=1) @ normalize(second, dim=1).T / temperature
    own = torch.arange(len(first))
    return (cross_entropy(similarity, own) + cross_entropy(similarity.T, own)) / 2
