"""The tournament of lesson 15: ways of coordinating in five workloads, and in growing crowds.

The ways were chosen on seeds 10 and 11, which are not played here: the best of each family there,
and the baselines.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mavrs_course.coordination.modes import modes
from mavrs_course.course.experiment import Experiment
from mavrs_course.tournament.lineups import SPECIALISTS
from mavrs_course.tournament.match import Outcome, play_match
from mavrs_course.tournament.workloads import WORKLOADS

WAYS = (
    "mean", "rrf", "best-single", "held-goals", "far-sighted-router", "negotiation",
    "peer-averaging", "pooled-market", "pipeline", "click-monolith", "monolith",
)  # fmt: skip
MET = ("calm", "drifting", "cold", "liar", "sleeper")
CROWDS = ("crowd-4", "crowd-16", "crowd-64")
CROWD_WAYS = ("mean", "best-single", "pipeline", "held-goals")
MEASURED = ("agents", "minutes", "quality", "messages", "size_bytes", "tokens", "latency")


def matches(
    ways: Sequence[str], workloads: Sequence[str], seed: int, **options
) -> dict[str, np.ndarray]:
    """Every way in every workload: for each measure float[W, M], and the names."""
    known = modes()
    played = [
        [play_match(way, known[way], WORKLOADS[name], seed, **options) for way in ways]
        for name in workloads
    ]
    return _arrays(played) | {"modes": np.array(ways), "workloads": np.array(workloads)}


def _arrays(played: Sequence[Sequence[Outcome]]) -> dict[str, np.ndarray]:
    return {
        name: np.array([[getattr(outcome, name) for outcome in row] for row in played])
        for name in MEASURED
    }


def specialists(seed: int) -> dict[str, np.ndarray]:
    """The tournament, and each specialist alone where nobody disturbs: ``alone`` float[W, n]."""
    mean = modes()["mean"]
    alone = [
        [play_match(one, mean, WORKLOADS[name], seed, agents=[one]).minutes for one in SPECIALISTS]
        for name in MET[:3]
    ]
    return matches(WAYS, MET, seed) | {
        "alone": np.array(alone),
        "specialists": np.array(SPECIALISTS),
    }


def crowds(seed: int) -> dict[str, np.ndarray]:
    """4, 16 and 64 scouts, twenty viewers an evening."""
    return matches(CROWD_WAYS, CROWDS, seed, viewers=20)


EXPERIMENTS = [
    Experiment(
        "tournament", "Eleven ways to coordinate six specialists, five workloads.", specialists
    ),
    Experiment("crowds", "Four ways to coordinate 4, 16 and 64 agents that see little.", crowds),
]
