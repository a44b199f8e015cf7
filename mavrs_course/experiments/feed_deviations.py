"""One channel of five learns a best response to the others, frozen as feed_incentives left them."""

from __future__ import annotations

import numpy as np
import torch

from mavrs_course.course.experiment import Experiment, load
from mavrs_course.envs.feed_core import FeedCore
from mavrs_course.marl.feed.games import SETTINGS, from_arrays
from mavrs_course.marl.games.exploitability import best_responder, in_seat
from mavrs_course.marl.play import evaluate

SEATS = (0, 4)  # of the worst topic, prank fails, and of the best, science
POLICIES = (0, 4)  # alpha 0 and alpha 1, by their place in feed_incentives
STEPS = 150_000
VIEWERS = 1_000


def run(seed: int) -> dict[str, np.ndarray]:
    """For the selfish policy and the team's, and for each seat: what deviating brings.

    ``own_before``, ``own_after``, ``all_before`` and ``all_after`` float[2, 2]: minutes on the
    channel and on all channels, on the same viewers.  The responder is paid its own minutes.
    """
    torch.set_num_threads(1)
    kept = load("feed_incentives")
    policies = [from_arrays(kept, kept.seeds.index(seed), policy) for policy in POLICIES]
    found = [[_deviate(seed, policy, seat) for seat in SEATS] for policy in policies]
    names = ("own_before", "all_before", "own_after", "all_after")
    return {
        name: np.array([[one[number] for one in row] for row in found])
        for number, name in enumerate(names)
    }


def _deviate(seed: int, policy, seat: int) -> list[float]:
    core = FeedCore(512, alpha=0.0, auto_reset=True, rng=np.random.default_rng([seed, 5]))
    responder = best_responder(core, seat, policy, STEPS, SETTINGS, seed=seed, start=policy)
    figures = []
    for played in (policy, in_seat(policy, seat, responder)):
        game = FeedCore(VIEWERS, alpha=0.0, rng=np.random.default_rng([seed, 1]))
        figures += [evaluate(game, played)[:, seat].mean(), game.session_minutes.mean()]
    return figures


EXPERIMENTS = [
    Experiment(
        name="feed_deviations",
        title="One channel that learned a best response to four that stay as they were trained.",
        run=run,
    )
]
