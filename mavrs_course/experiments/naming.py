"""Lesson 29: what SmolLM2 makes of two titles, and what reinforcement in two blocks changes.

The lesson trains a head on the kept states in class.  Changing the network itself takes a minute a
seed, so it is done here, once.
"""

from __future__ import annotations

import numpy as np
import torch

from mavrs_course.course.experiment import Experiment
from mavrs_course.llm.learning.gguf import read_weights
from mavrs_course.llm.learning.naming import (
    WORDS,
    LateBlocks,
    Reinforcement,
    naming_task,
    reinforce,
    right_share,
)
from mavrs_course.llm.learning.tokens import tokenizer_of
from mavrs_course.llm.learning.transformer import SmallLlama
from mavrs_course.llm.models.weights import path_of
from mavrs_course.world import Catalog

VIDEOS, PROMPTS, TAUGHT = 2_000, 140, 100  # the last 40 prompts are never trained on
LATE, RANK, STEPS, BATCH = 2, 4, 80, 8
SEEDS = tuple(range(100, 110))


def naming(seed: int) -> dict[str, np.ndarray]:
    """states: float16[N, D], the last hidden states before any training.  words: float16[A, D].

    topic: int[N].  earned: float[steps], while the last two blocks learn.  right: float[2, 2], the
    share of right words before and after, of the prompts trained on and of the others.  weights:
    float16[P], the LoRA's 15,360 numbers after training.
    """
    torch.set_num_threads(1)
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    task = naming_task(Catalog.sample(VIDEOS, rng), PROMPTS, rng)
    weights = read_weights(path_of("smollm2-135m"))
    tokenizer, network = tokenizer_of(weights), SmallLlama(weights)
    words = network.words[[tokenizer.encode(f" {word}").ids[0] for word in WORDS]]
    tokens = [tokenizer.encode(prompt).ids for prompt in task.prompts]
    policy = LateBlocks(network, tokens, words, LATE)
    parts = torch.arange(TAUGHT), torch.arange(TAUGHT, PROMPTS)
    with torch.no_grad():
        states = torch.cat([policy.states(part) for part in torch.arange(PROMPTS).split(20)])
    before = [right_share(policy, part, task.topic) for part in parts]
    learning = network.add_low_rank(RANK, range(policy.since, network.sizes.blocks), generator)
    reward = np.eye(len(WORDS))[task.topic[:TAUGHT]]
    earned = reinforce(policy, reward, Reinforcement(steps=STEPS, batch=BATCH), generator)
    after = [right_share(policy, part, task.topic) for part in parts]
    return {
        "states": states.numpy().astype(np.float16),
        "words": words.numpy().astype(np.float16),
        "topic": task.topic,
        "earned": earned,
        "right": np.array([before, after]),
        "weights": torch.cat([each.detach().flatten() for each in learning]).numpy().astype("f2"),
    }


EXPERIMENTS = [
    Experiment("naming", "SmolLM2 names topics: its states, and LoRA in two blocks.", naming, SEEDS)
]
