"""simple_spread for long: an outside check against Papoudakis et al. 2021 (arXiv 2006.07869).

Training is on :class:`~mavrs_course.envs.spread_core.SpreadCore`, which a test holds equal to
mpe2's game; what counts in the end is played on mpe2 itself.  As in the paper the agents share
one reward, the sum of what each would get.  All figures are in the paper's units.
"""

from __future__ import annotations

from time import process_time
from typing import Any

import numpy as np
import torch

from mavrs_course.course.experiment import Experiment
from mavrs_course.envs.core import Floats32
from mavrs_course.envs.parallel_core import ParallelCore
from mavrs_course.envs.spread_core import SpreadCore, in_paper_units
from mavrs_course.marl.ippo import IPPO, IPPOSettings
from mavrs_course.marl.learner import Learner
from mavrs_course.marl.mappo import MAPPO, MAPPOSettings
from mavrs_course.marl.play import evaluate
from mavrs_course.marl.vdn import VDN, VDNSettings

ON_POLICY_STEPS, OFF_POLICY_STEPS, POINTS = 4_000_000, 2_000_000, 40
LAST_SESSIONS = 200
SEEDS = (0, 1, 2)
PPO = {"rollout": 25, "activation": "relu", "epochs": 4, "anneal_over": ON_POLICY_STEPS}


class SharedSpread(SpreadCore):
    """Every agent gets the sum of what all of them would get."""

    def _rewards(self) -> Floats32:
        rewards = super()._rewards()
        return np.broadcast_to(rewards.sum(axis=1, keepdims=True), rewards.shape)


def core(sessions: int, seed: int) -> SharedSpread:
    return SharedSpread(sessions, auto_reset=True, rng=np.random.default_rng(seed))


def long_run(learner: Learner, steps: int, seed: int) -> dict[str, Any]:
    """Train and play.

    steps, curve: session-steps, and the mean return of the sessions played while learning.
    best, drawn: returns on mpe2 of the final policy with its best and with drawn actions.
    seconds_of_training: on one core.
    """
    from mpe2 import simple_spread_v3

    torch.set_num_threads(1)
    started = process_time()
    learner.train(steps, progress=False)
    seconds = process_time() - started
    at = np.linspace(0, steps, POINTS + 1)[1:]
    # Each agent was paid the sum, so a mean over agents is the sum that the units ask for.
    returns = 2.0 * np.array(learner.curve.returns).mean(axis=1) - 75.0
    parts = np.digitize(learner.curve.steps, at[:-1])
    curve = [returns[parts == part].mean() for part in range(POINTS)]
    policy = learner.policy()
    found = {}
    drawn = policy.sampling(np.random.default_rng(seed))
    for name, play in (("best", policy), ("drawn", drawn)):
        rng = np.random.default_rng([seed, LAST_SESSIONS])
        outside = ParallelCore(simple_spread_v3.parallel_env, LAST_SESSIONS, rng=rng)
        found[name] = in_paper_units(evaluate(outside, play)).mean()
    return {"steps": at, "curve": curve, "seconds_of_training": seconds} | found


def ippo(seed: int) -> dict[str, Any]:
    return long_run(IPPO(core(128, seed), IPPOSettings(**PPO), seed=seed), ON_POLICY_STEPS, seed)


def mappo(seed: int) -> dict[str, Any]:
    return long_run(MAPPO(core(128, seed), MAPPOSettings(**PPO), seed=seed), ON_POLICY_STEPS, seed)


def vdn(seed: int) -> dict[str, Any]:
    settings = VDNSettings(learning_rate=5e-4, replay_size=200_000, batch=256, reward_scale=0.1)
    return long_run(VDN(core(64, seed), settings, seed=seed), OFF_POLICY_STEPS, seed)


EXPERIMENTS = [
    Experiment("spread_ippo", "IPPO on simple_spread, 4 million steps.", ippo, SEEDS),
    Experiment("spread_mappo", "MAPPO on simple_spread, 4 million steps.", mappo, SEEDS),
    Experiment("spread_vdn", "VDN on simple_spread, 2 million steps.", vdn, SEEDS),
]
