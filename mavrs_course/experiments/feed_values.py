"""Value learners on the feed game with team reward: IQL, VDN and QMIX with the same settings."""

from __future__ import annotations

import numpy as np
import torch

from mavrs_course.course.experiment import Experiment
from mavrs_course.envs.feed_core import FeedCore
from mavrs_course.marl.iql import IQL
from mavrs_course.marl.play import evaluate
from mavrs_course.marl.qmix import QMIX
from mavrs_course.marl.vdn import VDN

# Found on seed 10.  What mattered is that the target network is copied often: with the usual 200
# steps in between, a run of this length looks only a few pages ahead.
SETTINGS = {
    "learn_after": 5_000,
    "batch": 192,
    "epsilon_over": 80_000,
    "target_every": 20,
}
SESSIONS, STEPS, JUDGED = 128, 240_000, 500
GRID = np.arange(20_000, STEPS + 1, 20_000)  # session-steps at which the curve is kept
LEARNERS = {"IQL": (IQL, {}), "VDN": (VDN, {}), "QMIX": (QMIX, {})}
LEARNERS["VDN, old target"] = VDN, {"target_every": 200}


def train(name: str, seed: int, steps: int = STEPS):
    """A learner of the table above, trained on the feed for so many session-steps."""
    algorithm, changes = LEARNERS[name]
    settings = algorithm.settings_type.for_feed(**(SETTINGS | changes))
    core = FeedCore(SESSIONS, auto_reset=True, rng=np.random.default_rng(seed))
    learner = algorithm(core, settings, seed=seed)
    learner.train(steps, progress=False)
    return learner


def judge(learner, seed: int, sessions: int = JUDGED) -> float:
    """Minutes a session of the learner's best actions, on viewers that it never met."""
    core = FeedCore(sessions, rng=np.random.default_rng([seed, 1]))
    return float(evaluate(core, learner.policy()).mean())


def feed_values(seed: int) -> dict[str, np.ndarray]:
    """For each learner the minutes of its policy, the curve float[12] and the seconds it took."""
    torch.set_num_threads(1)
    measured = {"steps": GRID}
    for name in LEARNERS:
        learner = train(name, seed)
        curve = learner.curve.table()
        measured[name] = np.array(judge(learner, seed))
        measured[f"{name} curve"] = np.interp(GRID, curve[:, 0], curve[:, 1:].mean(axis=1))
        measured[f"{name} seconds"] = np.array(learner.seconds)
    return measured


EXPERIMENTS = [
    Experiment("feed_values", "IQL, VDN and QMIX on the feed game with team reward.", feed_values),
]
