"""Learn to see, hear and read together, without being told a single topic.

Split what a video consists of in two, at random: say, its picture on one side, its sound and
words on the other.  The encoders are trained until each side finds the other among many
(:func:`.contrast.info_nce`).  What the sides share is what the video is about.
"""

from __future__ import annotations

import numpy as np
import torch

from mavrs_course.agents.video_understanding.contrast import TEMPERATURE, info_nce
from mavrs_course.agents.video_understanding.features import Features
from mavrs_course.agents.video_understanding.fusion import VideoEncoder
from mavrs_course.progress import progress

BATCH, EPOCHS, STEP = 64, 12, 3e-3


def train(
    features: Features,
    generator: torch.Generator,
    *,
    epochs: int = EPOCHS,
    batch: int = BATCH,
    step: float = STEP,
    temperature: float = TEMPERATURE,
) -> tuple[VideoEncoder, list[float]]:
    """A trained encoder, and the mean loss of each epoch.

    The same features and generator state give the same encoder on the same machine.
    Videos with fewer than two modalities have nothing to be split, and are left out.
    """
    usable = np.flatnonzero(features.present.sum(axis=1) >= 2)
    if len(usable) < 2:
        raise ValueError("training needs at least 2 videos with at least 2 modalities each")
    encoder = new_encoder(generator)
    optimiser = torch.optim.AdamW(encoder.parameters(), lr=step, weight_decay=1e-2)
    rounds = epochs * -(-len(usable) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, step, total_steps=rounds)
    losses = []
    for _ in progress(range(epochs), "epochs"):
        order = torch.from_numpy(usable)[torch.randperm(len(usable), generator=generator)]
        heard = []
        for videos in order.tensor_split(-(-len(usable) // batch)):
            loss = _loss(encoder, features[videos.numpy()], generator, temperature)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            heard.append(loss.item())
        losses.append(float(np.mean(heard)))
    return encoder.eval(), losses


def new_encoder(generator: torch.Generator) -> VideoEncoder:
    """An encoder whose first weights depend on the generator alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(torch.randint(2**31, (), generator=generator)))
        return VideoEncoder()


def _loss(
    encoder: VideoEncoder, features: Features, generator: torch.Generator, temperature: float
) -> torch.Tensor:
    vectors = encoder.encode(*tensors(features))
    present = torch.from_numpy(features.present)
    left = split(present, generator)
    sides = encoder.fuse(vectors, left), encoder.fuse(vectors, present & ~left)
    return info_nce(*sides, temperature)


def split(present: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Some of the modalities of each video, never none and never all of them: bool[N, M].

    One modality drawn at random goes to the left, another to the right, and each of the others
    to either side.
    """
    ticket = torch.rand(present.shape, generator=generator).masked_fill(~present, -1.0)
    left = torch.rand(present.shape, generator=generator) < 0.5
    order = ticket.argsort(dim=1, descending=True)
    left.scatter_(1, order[:, :1], True)
    left.scatter_(1, order[:, 1:2], False)
    return left & present


def tensors(features: Features) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pictures, sounds and words as an encoder takes them."""
    pictures, sounds, words = features.pictures, features.sounds, features.words
    return torch.from_numpy(pictures), torch.from_numpy(sounds), torch.from_numpy(words)


@torch.no_grad()
def embed_each(encoder: VideoEncoder, features: Features, batch: int = 256) -> torch.Tensor:
    """A vector of length 1 for each modality, whether a video has it or not: float[N, 3, D]."""
    encoder.eval()
    rows = np.array_split(np.arange(len(features)), max(1, -(-len(features) // batch)))
    return torch.cat([encoder.encode(*tensors(features[some])) for some in rows])


@torch.no_grad()
def embed(encoder: VideoEncoder, features: Features) -> np.ndarray:
    """The vector of each video, of length 1: float32[N, D]; zeros where there was nothing."""
    return encoder.fuse(embed_each(encoder, features), torch.from_numpy(features.present)).numpy()
