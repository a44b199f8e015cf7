"""MMRF with attention and without, where the catalogue tells how good videos are and not."""

from __future__ import annotations

import numpy as np
import torch

from mavrs_course.agents.baselines import MyopicAgent, PlannerAgent, RandomAgent
from mavrs_course.agents.mmrf import (
    ALONE,
    ATTENTION,
    MEAN,
    ONE,
    MMRFAgent,
    MMRFSettings,
    surprise,
    train_mmrf,
)
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.course.experiment import Experiment
from mavrs_course.messages import Floats
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.effects import Likes
from mavrs_course.world.platform import Platform

PAGES = 40_000
VIEWERS = 400
LISTENS = (ATTENTION, MEAN, ALONE, ONE)
QUALITY = (True, False)  # does the catalogue tell it?


def a_platform(seed: int) -> Platform:
    """A small platform, two creators a topic, with likes and follows."""
    rng = np.random.default_rng(seed)
    return Platform(Catalog.sample(400, rng), effects=[Likes()], rng=rng)


def run(seed: int) -> dict[str, np.ndarray]:
    """``minutes``, ``likes`` and ``follows`` of a session, float[2, 4]: quality told or not, and
    who listens how.  ``surprise`` float[2, 4]: of a click, in nats a page.  ``attention``
    float[2, 4, 3, 3].  ``yardsticks`` float[3]: minutes of random, myopic and planner.
    """
    torch.set_num_threads(1)
    found = [[_one(seed, listens, told) for listens in LISTENS] for told in QUALITY]
    kept = {
        name: np.array([[one[name] for one in row] for row in found])
        for name in ("minutes", "likes", "follows", "surprise", "attention")
    }
    return kept | {"yardsticks": np.array(_yardsticks(seed))}


def _one(seed: int, listens: str, told: bool) -> dict[str, Floats]:
    platform = a_platform(seed)
    settings = MMRFSettings(listens=listens, sees_quality=told)
    agent = MMRFAgent(platform.catalog, settings, rng=np.random.default_rng([seed, 1]))
    coordinator = SingleAgent(agent)
    train_mmrf(platform, coordinator, PAGES)
    agent.learning = False
    platform.reset(VIEWERS)
    sums, looks, pages = np.zeros(3), [], 0
    while platform.active.any():
        looks.append(agent.attention(platform.request).mean(axis=(0, 1)))
        seen = agent.records.look(platform.request)
        feedback = platform.show(coordinator.recommend(platform.request))
        sums += feedback.liked.sum(), feedback.followed.sum(), surprise(agent, seen, feedback)
        pages += feedback.active.sum()
        coordinator.learn(feedback)
    return {
        "minutes": platform.watch_minutes.mean(),
        "likes": sums[0] / VIEWERS,
        "follows": sums[1] / VIEWERS,
        "surprise": sums[2] / pages,
        "attention": np.mean(looks, axis=0),
    }


def _yardsticks(seed: int) -> list[float]:
    platform, minutes = a_platform(seed), []
    agents = (
        RandomAgent(np.random.default_rng(seed)),
        MyopicAgent(platform),
        PlannerAgent(platform),
    )
    for agent in agents:
        coordinator = SingleAgent(agent)
        platform.reset(VIEWERS)
        while platform.active.any():
            platform.show(coordinator.recommend(platform.request))
        minutes.append(platform.watch_minutes.mean())
    return minutes


EXPERIMENTS = [
    Experiment(
        name="mmrf",
        title="Three agents that want minutes, likes and follows, trained on 40,000 pages.",
        run=run,
    )
]
