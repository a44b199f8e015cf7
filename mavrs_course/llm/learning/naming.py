"""A task for a language model to learn: name what a viewer has been watching, in one word.

The prompt lists two titles of one topic and ends "All of these videos are about"; the twenty
answers are words of one token each.  So an answer is one draw from twenty logits, a reward comes at
once, and reinforcement can be watched on a laptop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from mavrs_course.llm.learning.groups import advantages, group_loss
from mavrs_course.llm.learning.transformer import SmallLlama
from mavrs_course.messages import Floats, Ints
from mavrs_course.world.catalog import Catalog

# One token each for SmolLM2, in the order of the platform's topics.
WORDS = (
    *("jokes", "gossip", "anger", "conspiracy", "diet", "shopping", "drama", "slime", "dance"),
    *("challenges", "gaming", "cars", "pets", "football", "travel", "cooking", "music", "repair"),
    *("history", "science"),
)


@dataclass(frozen=True)
class Naming:
    """prompts: N texts.  topic: int[N], the number of the right word among :data:`WORDS`."""

    prompts: tuple[str, ...]
    topic: Ints


def naming_task(catalog: Catalog, count: int, rng: np.random.Generator, titles: int = 2) -> Naming:
    """``count`` prompts, topics as even as they can be, from a catalogue's own titles."""
    topics = rng.permutation(np.arange(count) % len(WORDS))
    prompts = []
    for topic in topics:
        videos = rng.choice(np.flatnonzero(catalog.topic == topic), titles, replace=False)
        watched = "; ".join(catalog.title(video) for video in videos)
        prompts.append(f"I watched: {watched}. All of these videos are about")
    return Naming(tuple(prompts), topics)


class WordHead(nn.Module):
    """A policy over the words: SmolLM2's own logits, and a learned change of low rank to them.

    states: the network's last hidden states, float[N, D].  words: float[A, D], the word vectors.
    """

    def __init__(
        self, states: Tensor, words: Tensor, rank: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        answers, width = words.shape
        self.states, self.words = states, words
        self.narrow = nn.Parameter(torch.randn(rank, width, generator=generator) / width**0.5)
        self.wide = nn.Parameter(torch.zeros(answers, rank))

    def forward(self, rows: Tensor) -> Tensor:
        """Log-chances of the words for the prompts ``rows``, int[B]: float[B, A]."""
        states = self.states[rows]
        logits = states @ self.words.T + states @ self.narrow.T @ self.wide.T
        return logits.log_softmax(dim=-1)


class LateBlocks(nn.Module):
    """A policy over the words that learns in the network's last blocks, by :class:`LowRank`.

    The blocks below never change, so their stream is kept: float[N, T, D], shorter prompts filled
    up at the end, which no token before it sees.  ends: int[N], where each prompt's last token is.
    """

    def __init__(self, network: SmallLlama, tokens: Sequence[list[int]], words: Tensor, late: int):
        super().__init__()
        self.network, self.words = network, words
        self.since = network.sizes.blocks - late
        with torch.no_grad():
            streams = [network.stream(torch.tensor([ids]), self.since)[0] for ids in tokens]
        self.streams = nn.utils.rnn.pad_sequence(streams, batch_first=True)
        self.ends = torch.tensor([len(ids) - 1 for ids in tokens])

    def states(self, rows: Tensor) -> Tensor:
        """The last hidden states of these prompts: float[B, D]."""
        ends = self.ends[rows]
        stream = self.streams[rows, : int(ends.max()) + 1]
        return self.network.finish(stream, self.since)[torch.arange(len(rows)), ends]

    def forward(self, rows: Tensor) -> Tensor:
        """Log-chances of the words for the prompts ``rows``, int[B]: float[B, A]."""
        return (self.states(rows) @ self.words.T).log_softmax(dim=-1)


@dataclass(frozen=True)
class Reinforcement:
    """How a policy is taught: answers a prompt, prompts a step, and the rate of Adam's steps."""

    baseline: str = "mean"
    steps: int = 300
    group: int = 8
    batch: int = 16
    rate: float = 0.003


def reinforce(
    policy: nn.Module, reward: Floats, how: Reinforcement, generator: torch.Generator
) -> Floats:
    """Teach what in the policy learns, in place; the mean reward at each step: float[steps].

    policy: rows int[B] to log-chances float[B, A].  reward: float[N, A], what a judge pays for each
    word as the answer to each prompt; prompts 0 to N - 1 are trained on.
    """
    learning = [each for each in policy.parameters() if each.requires_grad]
    learner = torch.optim.Adam(learning, lr=how.rate)
    paid = torch.as_tensor(reward, dtype=torch.float32)
    earned = []
    for _ in range(how.steps):
        rows = torch.randint(len(paid), (how.batch,), generator=generator)
        log_chance = policy(rows)
        chance = log_chance.detach().exp()
        drawn = torch.multinomial(chance, how.group, replacement=True, generator=generator)
        rewards = paid[rows].gather(1, drawn)
        above = torch.as_tensor(advantages(rewards.numpy(), how.baseline), dtype=torch.float32)
        loss = group_loss(log_chance.gather(1, drawn), above)
        learner.zero_grad()
        loss.backward()
        learner.step()
        earned.append(float(rewards.mean()))
    return np.array(earned)


def right_share(policy: nn.Module, rows: Tensor, topic: Ints) -> float:
    """How often the likeliest word is the right one, among the prompts ``rows``."""
    with torch.no_grad():
        likeliest = policy(rows).argmax(dim=-1).numpy()
    return float((likeliest == topic[rows.numpy()]).mean())
