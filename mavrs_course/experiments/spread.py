"""simple_spread for long: an outside check against Papoudakis et al. 2021 (arXiv 2006.07869).

Training is on :class:`~mavrs_course.envs.spread_core.SpreadCore`, which a test holds equal to
mpe2's game; what counts in the end is played on mpe2 itself.  IPPO and MAPPO learn from what mpe2
pays each agent, VDN from the sum of it.  All figures are in the paper's units.
"""

from __future__ import annotations

from time import process_time
from typing import Any

import numpy as np
import torch

from mavrs_course.course.experiment import Experiment
from mavrs_course.envs.parallel_core import ParallelCore
from mavrs_course.envs.spread_core import SpreadCore, in_paper_units
from mavrs_course.marl.ippo import IPPO, IPPOSettings
from mavrs_course.marl.learner import Learner
from mavrs_course.marl.mappo import MAPPO, MAPPOSettings
from mavrs_course.marl.play import evaluate
from mavrs_course.marl.vdn import VDN, VDNSettings

ON_POLICY_STEPS, OFF_POLICY_STEPS, POINTS = 3_000_000, 2_000_000, 40
LAST_SESSIONS = 200
# Sessions are 25 steps long: 0.99, right for the hundreds of pages of the feed, is slower here.
DISCOUNT = 0.9
PPO = {
    "rollout": 25,
    "learning_rate": 2e-3,
    "anneal_over": ON_POLICY_STEPS,
    "discount": DISCOUNT,
    "gae_lambda": 0.8,
}


def core(sessions: int, seed: int) -> SpreadCore:
    return SpreadCore(sessions, auto_reset=True, rng=np.random.default_rng(seed))


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
    returns = in_paper_units(np.array(learner.curve.returns))
    parts = np.digitize(learner.curve.steps, at[:-1], right=True)
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
    settings = VDNSettings(
        team_reward="sum",
        hidden=128,
        replay_size=200_000,
        batch=512,
        discount=DISCOUNT,
        reward_scale=0.3,
    )
    return long_run(VDN(core(64, seed), settings, seed=seed), OFF_POLICY_STEPS, seed)


EXPERIMENTS = [
    Experiment("spread_ippo", "IPPO on simple_spread, 3 million steps.", ippo),
    Experiment("spread_mappo", "MAPPO on simple_spread, 3 million steps.", mappo),
    Experiment("spread_vdn", "VDN on simple_spread, 2 million steps.", vdn),
]
