"""Where creators learn to stand when effort costs little, and when it costs much."""

from __future__ import annotations

from typing import Any

import numpy as np

from mavrs_course.course.experiment import Experiment
from mavrs_course.envs.creators_core import CreatorsCore, genre_threshold
from mavrs_course.marl.ippo import IPPO, IPPOSettings

# A wide entropy keeps the efforts mixed, as they are in the equilibrium.
SETTINGS = IPPOSettings(
    hidden=16, rollout=1, minibatches=1, learning_rate=5e-3, entropy=0.1, discount=0.0
)
ROUNDS = 150
# Angle in degrees, and the exponent as a multiple of the threshold at that angle.
GAMES = ((90, 0.6), (90, 1.0), (90, 1.6))


def learn_places(degrees: float, times: float, seed: int, rounds: int = ROUNDS) -> np.ndarray:
    """How often each of four creators stands at each of five places: float[4, 5]."""
    exponent = times * genre_threshold(degrees)
    core = CreatorsCore(exponent, degrees, rng=np.random.default_rng(seed))
    learner = IPPO(core, SETTINGS, seed=seed)
    learner.train(rounds * core.sessions, progress=False)
    chances = learner.policy().probabilities(core.observe()[:1])[0]  # float[N, actions]
    return chances.reshape(len(chances), core.places, core.efforts).sum(axis=2)


def run(seed: int) -> dict[str, Any]:
    """places: float[games, 4, 5]."""
    return {"places": [learn_places(*game, seed) for game in GAMES]}


EXPERIMENTS = [
    Experiment(
        "creators",
        "Where four creators stand after learning by PPO, below and above the threshold.",
        run,
        seeds=tuple(range(10)),
    )
]
