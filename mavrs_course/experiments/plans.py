"""Lesson 29: channels that have learned to bid with a language model's plan, in four modes."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch

from mavrs_course.coordination.modes import modes
from mavrs_course.course.experiment import Experiment
from mavrs_course.llm.conducting.stage import WISHES
from mavrs_course.llm.learning.plans import (
    PlanBook,
    PlannedFeed,
    heard,
    no_plan,
    planned,
    planned_channels,
)
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.weights import path_of
from mavrs_course.marl.feed.games import train_on_feed
from mavrs_course.marl.policy import LearnedPolicy
from mavrs_course.messages import Floats
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform

MODES = ("learned-router", "peer-averaging", "pooled-market", "borda")
ARMS = ("no plan", "plan", "another's plan", "her own words, heard rightly")
STEPS, SESSIONS = 300_000, 512  # of learning
VIDEOS, CANDIDATES, VIEWERS, FIRST = 400, 20, 200, 10


@cache
def ears() -> Floats:
    """What SmolLM2 makes of the twenty wishes of lesson 19: float[20, 20]."""
    return heard(EmbeddedModel(path_of("smollm2-135m")), WISHES, Catalog.topics)


def plans(seed: int) -> dict[str, Any]:
    """Two teams of channels learn the feed game, with plans and without, and play in four modes.

    minutes: float[4 modes, 4 arms] of a session, by :data:`MODES` and :data:`ARMS`; early: of its
    first ten pages.  In the last two arms play those that learned with plans.  heard: float[20,
    20].  The viewers of all sixteen are the same.
    """
    torch.set_num_threads(1)
    team = {arm: _taught(plan, seed) for arm, plan in (("no plan", None), ("plan", ears()))}
    found = [[_played(mode, arm, team, seed) for arm in ARMS] for mode in MODES]
    minutes, early = np.moveaxis(np.array(found), 2, 0)
    return {"minutes": minutes, "early": early, "heard": ears()}


def _taught(ear: Floats | None, seed: int) -> LearnedPolicy:
    game = PlannedFeed(SESSIONS, ear, auto_reset=True, rng=np.random.default_rng([seed, 1]))
    return train_on_feed(game, STEPS, seed).policy()


def _plan(arm: str, interest: Floats) -> Floats:
    if arm == "no plan":
        return no_plan(len(interest))
    if arm == "plan":
        return planned(interest, ears())
    if arm == "another's plan":
        return np.roll(planned(interest, ears()), 1, axis=0)
    return planned(interest, np.eye(len(ears())))


def _played(mode: str, arm: str, team: dict[str, LearnedPolicy], seed: int) -> tuple[float, float]:
    """Minutes a viewer, in all and on the first pages."""
    rng = np.random.default_rng([seed, 2])
    world = Platform(Catalog.sample(VIDEOS, rng), candidates=CANDIDATES, rng=rng)
    world.reset(VIEWERS)
    book = PlanBook(world.catalog, _plan(arm, world.interest))
    policy = team["no plan" if arm == "no plan" else "plan"]
    way = modes()[mode](planned_channels(policy, book), rng=np.random.default_rng([seed, 3]))
    early, page = 0.0, 0
    while world.active.any():
        feedback = world.show(way.recommend(world.request))
        way.learn(feedback)
        early += feedback.watch_minutes.mean() * (page < FIRST)
        page += 1
    return float(world.watch_minutes.mean()), early


EXPERIMENTS = [
    Experiment(
        name="plans",
        title="Learned channels with a language model's plan, in four modes.",
        run=plans,
        seeds=(0, 1, 2, 3, 4),
    )
]
