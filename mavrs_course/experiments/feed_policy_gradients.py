"""IPPO for itself, IPPO for the team and MAPPO for the team, on the feed game."""

from __future__ import annotations

from time import process_time
from typing import Any

import numpy as np
import torch

from mavrs_course.course.experiment import Experiment
from mavrs_course.envs.feed_core import FeedCore, play_feed
from mavrs_course.marl.feed.kept import policy_arrays
from mavrs_course.marl.ippo import IPPO, IPPOSettings
from mavrs_course.marl.mappo import MAPPO, MAPPOSettings

SESSIONS, STEPS, POINTS = 256, 491_520, 10  # 60 rounds of 32 steps in 256 sessions
VIEWERS, LAST_VIEWERS = 100, 500
# The settings of the lesson's own learner.
LESSON = {
    "activation": "tanh",
    "rollout": 32,
    "epochs": 2,
    "minibatches": 8,
    "learning_rate": 1e-3,
    "entropy": 0.01,
}
# What each is: the algorithm, its settings, and how much of the reward is the team's.
PLANS = {
    "selfish": (IPPO, IPPOSettings, 0.0),
    "team": (IPPO, IPPOSettings, 1.0),
    "central": (MAPPO, MAPPOSettings, 1.0),
}


def minutes(policy: Any, viewers: int, seed: int) -> float:
    """Mean watch minutes of one session for each of so many viewers, always the same ones."""
    core = FeedCore(viewers, rng=np.random.default_rng([seed, viewers]))
    return float(play_feed(core, policy).mean())


def train_all(seed: int) -> dict[str, Any]:
    """Each plan trained once.

    steps: session-steps played at each point of the curves.  For each plan: ``_curve``, watch
    minutes of the best actions at these points; ``_minutes`` and ``_sampled``, of the final policy
    with its best and with drawn actions; ``_seconds`` of one core spent on training; and the final
    policy itself, for :func:`mavrs_course.marl.feed.kept.kept_policy`.
    """
    torch.set_num_threads(1)
    steps = np.linspace(0, STEPS, POINTS + 1).astype(int)
    found: dict[str, Any] = {"steps": steps}
    for name, (algorithm, settings, alpha) in PLANS.items():
        rng = np.random.default_rng(seed)
        core = FeedCore(SESSIONS, alpha=alpha, auto_reset=True, rng=rng)
        learner = algorithm(core, settings(**LESSON), seed=seed)
        curve, seconds = [], 0.0
        for until in steps:
            started = process_time()
            learner.train(int(until), progress=False)
            seconds += process_time() - started
            curve.append(minutes(learner.policy(), VIEWERS, seed))
        policy = learner.policy()
        drawn = policy.sampling(np.random.default_rng(seed))
        found |= {
            f"{name}_curve": curve,
            f"{name}_minutes": minutes(policy, LAST_VIEWERS, seed),
            f"{name}_sampled": minutes(drawn, LAST_VIEWERS, seed),
            f"{name}_seconds": seconds,
            **policy_arrays(policy, name),
        }
    return found


EXPERIMENTS = [
    Experiment(
        "feed_ippo",
        "Selfish IPPO, IPPO for the team and MAPPO for the team, on the feed.",
        train_all,
        seeds=tuple(range(100, 110)),
    )
]
