"""Train the policy of this entry: five channels, one team, a seed chosen beforehand.

    python examples/marl/train.py

It takes 35 seconds on one core and writes ``policy.npz`` beside this file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mavrs_course.envs.feed_core import FeedCore
from mavrs_course.marl.feed.games import as_arrays, train_on_feed

SEED, STEPS, SESSIONS = 33, 1_500_000, 1_024


def main() -> None:
    import torch

    torch.set_num_threads(1)
    core = FeedCore(SESSIONS, alpha=1.0, auto_reset=True, rng=np.random.default_rng(SEED))
    learner = train_on_feed(core, STEPS, SEED, progress=True)
    arrays = {name: np.asarray(array) for name, array in as_arrays(learner.policy()).items()}
    np.savez_compressed(Path(__file__).parent / "policy.npz", **arrays)


if __name__ == "__main__":
    main()
