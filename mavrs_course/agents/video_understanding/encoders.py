"""Three small encoders: each turns one modality of N videos into vectors float[N, D]."""

from __future__ import annotations

import torch
from torch import nn

from mavrs_course.agents.video_understanding.words import BUCKETS

DIMENSIONS = 32


def _shrinking(channels_in: int, channels_out: int, width: int = 3) -> nn.Sequential:
    """A convolution that halves the picture, and a ReLU."""
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, width, stride=2, padding=width // 2),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )


def pool(maps: torch.Tensor) -> torch.Tensor:
    """Mean and maximum over all but the first two dimensions: [N, C, ...] to [N, 2 C]."""
    flat = maps.flatten(2)
    return torch.cat([flat.mean(dim=2), flat.amax(dim=2)], dim=1)


class PictureEncoder(nn.Module):
    """A convolutional network on each frame, then the mean over the frames."""

    def __init__(self, dimensions: int = DIMENSIONS) -> None:
        super().__init__()
        self.layers = nn.Sequential(_shrinking(3, 16, 5), _shrinking(16, 32), _shrinking(32, 32))
        self.last = nn.Linear(64, dimensions)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """pictures: uint8[N, T, H, W, 3]; returns float[N, D]."""
        videos, times = pictures.shape[:2]
        images = pictures.flatten(0, 1).permute(0, 3, 1, 2).float() / 255 - 0.5
        return self.last(pool(self.layers(images))).view(videos, times, -1).mean(dim=1)


class SoundEncoder(nn.Module):
    """A convolutional network on the log-mel spectrogram, as on a picture with one colour."""

    def __init__(self, dimensions: int = DIMENSIONS) -> None:
        super().__init__()
        self.layers = nn.Sequential(_shrinking(1, 16, 5), _shrinking(16, 32), _shrinking(32, 32))
        self.last = nn.Linear(64, dimensions)

    def forward(self, sounds: torch.Tensor) -> torch.Tensor:
        """sounds: float[N, bands, steps]; returns float[N, D]."""
        return self.last(pool(self.layers((sounds[:, None] + 3) / 4)))


class TextEncoder(nn.Module):
    """A bag of n-grams times a table of vectors: one vector for each bucket, added up."""

    def __init__(self, dimensions: int = DIMENSIONS, buckets: int = BUCKETS) -> None:
        super().__init__()
        self.table = nn.Linear(buckets, dimensions, bias=False)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        """words: float[N, buckets]; returns float[N, D]."""
        return self.table(words)
