"""Lesson 18: ways of coordinating before the platform's own viewers, and before generative ones.

Both see the same videos, and both are people of the same interests; one kind is drawn by the
topic, the other by what a language model makes of the title.  Each is played in many copies, as a
single evening of a few viewers says little.  What the model said is on the tape of lesson 18.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.coordination.modes import modes
from mavrs_course.course.experiment import Experiment
from mavrs_course.llm.agent4rec.world import (
    GenerativeViewers,
    as_interest,
    small_world,
    title_pmi,
)
from mavrs_course.llm.lessons import lesson_model
from mavrs_course.tournament.lineups import SPECIALISTS, lineup
from mavrs_course.world.platform import Platform
from mavrs_course.world.sessions import play_day

WAYS = ("best-single", "mean", "median", "borda", "hedge", "contextual-bandit", "gsp-market")
TEAMS = {"calm": SPECIALISTS, "liar": (*SPECIALISTS, "liar")}
VIEWERS, VIDEOS, COPIES = 12, 30, 8


def evenings(seed: int) -> dict[str, np.ndarray]:
    """minutes: float[viewers of 2 kinds, 2 teams, M ways], a session; and the names."""
    catalog, interests = small_world(viewers=VIEWERS, videos=VIDEOS)
    model = lesson_model("18", say=lambda line: None)
    generative = as_interest(title_pmi(model, catalog, interests))
    minutes = [
        [[evening(seed, way, team, drawn) for way in WAYS] for team in TEAMS.values()]
        for drawn in (None, np.tile(generative, (COPIES, 1)))
    ]
    return {
        "minutes": np.array(minutes),
        "kinds": np.array(["platform", "generative"]),
        "teams": np.array(list(TEAMS)),
        "ways": np.array(WAYS),
    }


def evening(seed: int, way: str, team: tuple[str, ...], drawn: np.ndarray | None) -> float:
    """Minutes watched a session, mean over all copies of all viewers."""
    catalog, interests = small_world(viewers=VIEWERS, videos=VIDEOS)
    world, makers, chance = np.random.default_rng([seed, 18]).spawn(3)
    effects = [] if drawn is None else [GenerativeViewers(drawn)]
    platform = Platform(catalog, effects=effects, rng=world)
    coordinator = modes()[way](lineup(team, platform, makers), deadline=None, rng=chance)
    platform.reset(VIEWERS * COPIES)
    platform.interest[:] = np.tile(interests, (COPIES, 1))
    return float(play_day(platform, coordinator).watch_minutes.mean())


EXPERIMENTS = [
    Experiment(
        "generative_viewers",
        "Seven ways to coordinate before the platform's viewers and before generative ones.",
        evenings,
    )
]
