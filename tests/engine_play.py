"""A few pages of an evening in an engine, as bytes, to compare where they were made."""

from __future__ import annotations

import numpy as np

from mavrs_course.agents import agents
from mavrs_course.coordination.modes import modes
from mavrs_course.engine import ShardedWorld, ViewerShard, spread_agents
from mavrs_course.engine.agents import CatalogOnly
from mavrs_course.world.catalog import Catalog

TEAM = ("popularity", "interest", "novelty", "memory")
PAGES = 8


class Bare:
    """No engine at all: a world and agents as a lesson makes them."""


def a_catalog(videos: int = 200) -> Catalog:
    return Catalog.sample(videos, np.random.default_rng(99))


def pages_of(
    engine, mode, seed, shards=1, *, sessions=13, team=TEAM, pages=PAGES, meanwhile=None, **how
):
    """Each page's videos and what viewers did with it, on two days."""
    catalog = a_catalog()
    if isinstance(engine, Bare):
        world, chance = ViewerShard(catalog, seed), np.random.default_rng(seed).spawn(len(team))
        seated = [
            agents()[name](CatalogOnly(catalog), own)
            for name, own in zip(team, chance, strict=True)
        ]
    else:
        world = ShardedWorld(engine, catalog, seed, shards=shards, **how)
        every = how.get("every")
        seated = spread_agents(engine, team, catalog, seed, min(shards, 2), every=every)
    coordinator = modes()[mode](seated, deadline=None, rng=np.random.default_rng([seed, 1]))
    world.reset(sessions)
    told = []
    for page in range(pages):
        if meanwhile is not None:
            meanwhile(page, world)
        if page == pages // 2:
            world.next_day()
        feedback = world.show(coordinator.recommend(world.request))
        coordinator.learn(feedback)
        parts = feedback.slate.videos, feedback.clicked, feedback.watch_minutes, feedback.active
        told.append(b"".join(np.ascontiguousarray(part).tobytes() for part in parts))
    if not isinstance(engine, Bare):
        for place in world.shards.places:
            engine.stop(place)
    return told
