"""A feed in which each channel sees only its own topics: what does a critic that sees all add?"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from mavrs_course.course.experiment import Experiment
from mavrs_course.envs.core import Floats32
from mavrs_course.envs.feed_core import TOPICS_EACH, FeedCore, play_feed
from mavrs_course.experiments.feed_policy_gradients import LESSON
from mavrs_course.marl.ippo import IPPO, IPPOSettings
from mavrs_course.marl.mappo import MAPPO, MAPPOSettings

SESSIONS, STEPS, POINTS = 256, 327_680, 8  # 40 rounds of 32 steps in 256 sessions
VIEWERS, LAST_VIEWERS = 100, 400
PLANS = {"own": (IPPO, IPPOSettings), "central": (MAPPO, MAPPOSettings)}


class BlinkeredFeed(FeedCore):
    """The feed game, but a channel sees the interest in its own four topics and the budget.

    Observations are float32[B, 5, 5].  The state is whole, as before.
    """

    observation_size = TOPICS_EACH + 1

    def observe(self, out: Floats32 | None = None) -> Floats32:
        seen = super().observe()
        own = np.concatenate([seen[..., :TOPICS_EACH], seen[..., -1:]], axis=-1)
        if out is None:
            return own
        out[:] = own
        return out


def minutes(policy: Any, viewers: int, seed: int) -> float:
    """Mean watch minutes of one session for each of so many viewers, always the same ones."""
    core = BlinkeredFeed(viewers, rng=np.random.default_rng([seed, viewers]))
    return float(play_feed(core, policy).mean())


def blinker(seed: int) -> dict[str, Any]:
    """With a critic that sees what its agent sees, and with one that sees the state.

    steps: session-steps at each point of the curves.  For each: ``_curve``, watch minutes of the
    best actions at these points; ``_minutes`` and ``_sampled``, of the final policy with its best
    and with drawn actions.
    """
    torch.set_num_threads(1)
    steps = np.linspace(0, STEPS, POINTS + 1).astype(int)
    found: dict[str, Any] = {"steps": steps}
    for name, (algorithm, settings) in PLANS.items():
        core = BlinkeredFeed(SESSIONS, auto_reset=True, rng=np.random.default_rng(seed))
        learner = algorithm(core, settings(**LESSON), seed=seed)
        curve = []
        for until in steps:
            learner.train(int(until), progress=False)
            curve.append(minutes(learner.policy(), VIEWERS, seed))
        drawn = learner.policy().sampling(np.random.default_rng(seed))
        found |= {
            f"{name}_curve": curve,
            f"{name}_minutes": minutes(learner.policy(), LAST_VIEWERS, seed),
            f"{name}_sampled": minutes(drawn, LAST_VIEWERS, seed),
        }
    return found


EXPERIMENTS = [
    Experiment(
        "feed_blinkers",
        "Team reward on a feed where each channel sees only its own topics: IPPO and MAPPO.",
        blinker,
    )
]
