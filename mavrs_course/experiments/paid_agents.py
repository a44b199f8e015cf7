"""Who keeps viewers for ten weeks, by what agents are paid for; and whether an index travels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from mavrs_course.agents.baselines import RandomAgent
from mavrs_course.agents.incentives.pay import PaidAgent, worth_of_topics
from mavrs_course.agents.incentives.surrogate import SurrogateIndex
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.course.experiment import Experiment
from mavrs_course.messages import Floats
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.effects import Clickbait, Likes, Satisfaction
from mavrs_course.world.platform import Platform
from mavrs_course.world.weeks import Weeks, play_weeks

PAYS = ("minutes", "return", "index", "truth")
OLD_VIEWERS, NEW_VIEWERS = 600, 80
WEEK_ONE = ("minutes", "clicks", "likes")
# What another platform does otherwise than the first.
ELSEWHERE = ("here", "padded", "bait", "quick to forgive")


def make_platform(kind: str, rng: np.random.Generator) -> Platform:
    """A platform whose viewers come back as they were satisfied; ``kind`` is of ELSEWHERE.

    "padded": the worse a video, the longer, by a minute for each point of quality.  "bait": three
    in ten poor videos look better than they are.  "quick to forgive": satisfaction remembers the
    last few videos only.
    """
    if kind not in ELSEWHERE:
        raise ValueError(f"a platform is one of {', '.join(ELSEWHERE)}, not {kind!r}")
    catalog = Catalog.sample(2_000, rng)
    if kind == "padded":
        catalog = replace(catalog, minutes=np.clip(4.0 - catalog.quality, 1.0, 8.0))
    memory = 0.5 if kind == "quick to forgive" else 0.9
    effects = [Satisfaction(memory), Likes(), *([Clickbait()] if kind == "bait" else [])]
    return Platform(catalog, candidates=20, effects=effects, rng=rng)


def served(world: Platform, worth: Floats | None, rng: np.random.Generator, viewers: int) -> Weeks:
    """Ten weeks with an agent to which topics are worth so much; None: random pages."""
    agent = RandomAgent(rng=rng) if worth is None else PaidAgent(world.catalog, worth)
    return play_weeks(world, SingleAgent(agent, rng), viewers)


def table(weeks: Weeks, names: tuple[str, ...]) -> Floats:
    """The first week's signals: float[B, len(names)]."""
    told = weeks.signals()
    return np.column_stack([told[name] for name in names])


def worths(world: Platform, old: Weeks) -> Mapping[str, Floats]:
    """What topics are worth under each pay, learned from old weeks of random pages."""
    names = (*WEEK_ONE, "returned")
    index = SurrogateIndex().fit(table(old, names), old.weeks_kept)
    paid = {
        "return": old.signals()["returned"],
        "index": index(table(old, names)),
        "truth": old.weeks_kept,
    }
    minutes = PaidAgent(world.catalog).worth
    return {"minutes": minutes} | {n: worth_of_topics(old.topics[0], p) for n, p in paid.items()}


def run(seed: int) -> dict[str, Any]:
    """Here: there float[4, 10] and minutes float[4, 10], by pay.

    Elsewhere, for the minutes-paid agent against random pages, float[4] by platform: truth, and
    what the index learned here says, from week one alone and with the return.
    """
    rng = np.random.default_rng(seed)
    world = make_platform("here", rng)
    old = served(world, None, rng, OLD_VIEWERS)
    paid = {name: served(world, w, rng, NEW_VIEWERS) for name, w in worths(world, old).items()}
    told: dict[str, list[float]] = {"truth": [], "week one": [], "with return": []}
    for kind in ELSEWHERE:
        there = make_platform(kind, rng)
        before = served(there, None, rng, OLD_VIEWERS)
        after = served(there, PaidAgent(there.catalog).worth, rng, OLD_VIEWERS)
        told["truth"].append(float(after.weeks_kept.mean() - before.weeks_kept.mean()))
        for name, signals in (("week one", WEEK_ONE), ("with return", (*WEEK_ONE, "returned"))):
            index = SurrogateIndex().fit(table(old, signals), old.weeks_kept)
            said = index(table(after, signals)).mean() - index(table(before, signals)).mean()
            told[name].append(float(said))
    return {
        "there": [paid[name].there.mean(axis=1) for name in PAYS],
        "minutes": [paid[name].minutes.mean(axis=1) for name in PAYS],
        **{f"effect, {name}": values for name, values in told.items()},
    }


EXPERIMENTS = [
    Experiment(
        "paid_agents",
        "Ten weeks of a platform by what its agent is paid for, and an index taken elsewhere.",
        run,
        seeds=tuple(range(10)),
    )
]
