"""The feed game, paid by what each channel did for the page, in time that has a price."""

from __future__ import annotations

import numpy as np
import torch

from mavrs_course.course.experiment import Experiment
from mavrs_course.envs.feed_account import account_for
from mavrs_course.envs.feed_core import FeedCore
from mavrs_course.marl.feed.credit import CreditedFeed
from mavrs_course.marl.feed.games import as_arrays, train_on_feed
from mavrs_course.marl.shaping import Shaped

STEPS = 250_000
VIEWERS = 1_000
PRICE = 2.0
# How a page is shared out, and the price of a minute of the viewer's budget.
WAYS = (
    ("own", PRICE),
    ("difference", 0.0),
    ("difference", PRICE),
    ("shapley", PRICE),
)
TEAM_WAYS = ("team", "team, shaped")


def run(seed: int) -> dict[str, np.ndarray]:
    """The four ways of :data:`WAYS`, then a team paid together, without and with shaping.

    ``minutes`` float[6], ``own_minutes`` float[6, 5] and ``bids`` float[6, 5, 9]: of each channel's
    best action, measured on a session each of new viewers.  ``sampled_minutes`` float[6].
    ``weight_*`` and ``bias_*`` hold the policies.
    """
    torch.set_num_threads(1)
    games = [_credited(seed, *way) for way in WAYS] + [_team(seed, way) for way in TEAM_WAYS]
    found = [_measured(game, seed) for game in games]
    return {name: np.stack([one[name] for one in found]) for name in found[0]}


def _credited(seed: int, share: str, price: float) -> CreditedFeed:
    rng = np.random.default_rng([seed, 3])
    return CreditedFeed(1_024, share=share, price=price, auto_reset=True, rng=rng)


def _team(seed: int, way: str):
    core = FeedCore(1_024, alpha=1.0, auto_reset=True, rng=np.random.default_rng([seed, 3]))
    if way == "team":
        return core
    return Shaped(core, lambda seen: PRICE * 200.0 * seen[..., -1], discount=0.99)


def _measured(game, seed: int) -> dict[str, np.ndarray]:
    policy = train_on_feed(game, STEPS, seed).policy()

    def account(play):
        return account_for(FeedCore(VIEWERS, rng=np.random.default_rng([seed, 1])), play)

    best, drawn = account(policy), account(policy.sampling(np.random.default_rng(seed)))
    return as_arrays(policy) | {
        "minutes": best.minutes.mean(),
        "own_minutes": best.own_minutes.mean(axis=0),
        "bids": best.bids,
        "sampled_minutes": drawn.minutes.mean(),
    }


EXPERIMENTS = [
    Experiment(
        name="feed_credit",
        title="Five channels trained for 250,000 session-steps, each paid its share of the page.",
        run=run,
    )
]
