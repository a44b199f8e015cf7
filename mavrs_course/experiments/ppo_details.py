"""The small things that make PPO work, switched off one at a time on the feed game."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from mavrs_course.course.experiment import Experiment
from mavrs_course.envs.feed_core import FeedCore, play_feed
from mavrs_course.experiments.feed_policy_gradients import LESSON
from mavrs_course.marl.ippo import IPPO, IPPOSettings

SESSIONS, STEPS, VIEWERS = 256, 163_840, 200  # 20 rounds of 32 steps in 256 sessions
# What is changed in the lesson's settings, and nothing else.
CHANGES: dict[str, dict[str, Any]] = {
    "all of them": {},
    "no clip": {"clip": None},
    "each rollout used once": {"epochs": 1},
    "whole returns (λ = 1)": {"gae_lambda": 1.0},
    "one step ahead (λ = 0)": {"gae_lambda": 0.0},
    "short sight (γ = 0.9)": {"discount": 0.9},
    "advantages as they are": {"normalise_advantages": False},
    "values as they are": {"normalise_values": False},
    "plain initial weights": {"orthogonal": False},
    "any gradient length": {"max_gradient": None},
    "no entropy bonus": {"entropy": 0.0},
    "a network for each agent": {"share_parameters": False},
    "agents not told apart": {"agent_ids": False},
}


def switch_off(seed: int) -> dict[str, Any]:
    """Watch minutes of the team after each change: of drawn and of the best actions, float[13]."""
    torch.set_num_threads(1)
    drawn, best = [], []
    for change in CHANGES.values():
        core = FeedCore(SESSIONS, auto_reset=True, rng=np.random.default_rng(seed))
        learner = IPPO(core, IPPOSettings(**(LESSON | change)), seed=seed)
        learner.train(STEPS, progress=False)
        policy = learner.policy()
        for measured, play in (
            (drawn, policy.sampling(np.random.default_rng(seed))),
            (best, policy),
        ):
            viewers = FeedCore(VIEWERS, rng=np.random.default_rng([seed, VIEWERS]))
            measured.append(play_feed(viewers, play).mean())
    return {"names": np.array(list(CHANGES)), "drawn": np.array(drawn), "best": np.array(best)}


EXPERIMENTS = [
    Experiment(
        "ppo_details",
        "Each implementation detail of PPO switched off, on the feed with team reward.",
        switch_off,
    )
]
