"""One vector from what there is: modalities weighed by gates that know what is missing."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import normalize

from mavrs_course.agents.video_understanding.encoders import (
    DIMENSIONS,
    PictureEncoder,
    SoundEncoder,
    TextEncoder,
)


def fuse(vectors: torch.Tensor, logits: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
    """The gated mean of the modalities a video has, brought to length 1: float[N, D].

    vectors: float[N, M, D].  logits: float[N, M], how much each modality wants to be heard.
    present: bool[N, M]; a modality that is missing gets the weight 0 and the others share 1.
    A video with nothing at all gets a vector of zeros.
    """
    return normalize((weights(logits, present)[..., None] * vectors).sum(dim=1), dim=1)


def weights(logits: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
    """Softmax over the modalities that are present, 0 for the others: float[N, M]."""
    open_gates = torch.where(present, logits, -torch.inf).softmax(dim=1)
    return torch.where(present, open_gates, 0.0)


class VideoEncoder(nn.Module):
    """Pictures, sounds and words to one vector of length 1: three encoders and their gates."""

    def __init__(self, dimensions: int = DIMENSIONS) -> None:
        super().__init__()
        self.picture = PictureEncoder(dimensions)
        self.sound = SoundEncoder(dimensions)
        self.text = TextEncoder(dimensions)
        self.gates = nn.Parameter(torch.zeros(3, dimensions))

    def encode(
        self, pictures: torch.Tensor, sounds: torch.Tensor, words: torch.Tensor
    ) -> torch.Tensor:
        """A vector of length 1 for each modality: float[N, 3, D]."""
        vectors = [self.picture(pictures), self.sound(sounds), self.text(words)]
        return normalize(torch.stack(vectors, dim=1), dim=2)

    def logits(self, vectors: torch.Tensor) -> torch.Tensor:
        """How much each modality wants to be heard, from what it says: float[N, 3]."""
        return (vectors * self.gates).sum(dim=2)

    def fuse(self, vectors: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """float[N, D] from float[N, 3, D] and bool[N, 3]."""
        return fuse(vectors, self.logits(vectors), present)
