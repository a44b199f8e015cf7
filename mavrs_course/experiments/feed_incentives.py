"""The feed game under five ways of paying the channels, from each for itself to all as a team."""

from __future__ import annotations

import numpy as np
import torch

from mavrs_course.course.experiment import Experiment
from mavrs_course.envs.feed_account import account_for
from mavrs_course.envs.feed_core import FeedCore
from mavrs_course.marl.feed.games import as_arrays, team_curve, train_on_feed

ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)
STEPS = 1_000_000
CURVE_STEPS = np.linspace(100_000, STEPS, 19)
VIEWERS = 2_000


def run(seed: int) -> dict[str, np.ndarray]:
    """For each alpha: what the channels learned, the curve, and a session each of new viewers.

    ``weight_*`` and ``bias_*`` hold the policies, ``curve`` float[5, 19] minutes while learning.
    Measured with each channel's best action: ``minutes`` float[5], ``own_minutes`` float[5, 5],
    ``pages`` float[5], ``bids`` float[5, 5, 9] and ``watched`` float[5, 20].  ``sampled_minutes``
    float[5]: with actions drawn from the policy, as while learning.
    """
    torch.set_num_threads(1)
    found = [_one_way(alpha, seed) for alpha in ALPHAS]
    return {name: np.stack([one[name] for one in found]) for name in found[0]}


def _one_way(alpha: float, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng([seed, round(100 * alpha)])
    core = FeedCore(1_024, alpha=alpha, auto_reset=True, rng=rng)
    learner = train_on_feed(core, STEPS, seed)
    policy = learner.policy()

    def measured(play):
        return account_for(FeedCore(VIEWERS, rng=np.random.default_rng([seed, 1])), play)

    best = measured(policy)
    return as_arrays(policy) | {
        "curve": team_curve(learner, alpha, CURVE_STEPS),
        "minutes": best.minutes.mean(),
        "own_minutes": best.own_minutes.mean(axis=0),
        "pages": best.pages.mean(),
        "bids": best.bids,
        "watched": best.watched,
        "sampled_minutes": measured(policy.sampling(rng)).minutes.mean(),
    }


EXPERIMENTS = [
    Experiment(
        name="feed_incentives",
        title="Five channels trained by IPPO, a million session-steps under each of five alphas.",
        run=run,
    )
]
