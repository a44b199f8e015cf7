"""An experiment of a moment, in a module of its own so that other processes find it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from mavrs_course.course.experiment import Experiment


def measure(seed: int) -> dict:
    if folder := os.environ.get("TOY_EXPERIMENT_LOG"):
        (Path(folder) / f"{seed}").touch(exist_ok=False)
        if seed == 2 and not (Path(folder) / "mended").exists():
            (Path(folder) / f"{seed}").unlink()
            raise RuntimeError("interrupted")
    return {"curve": np.random.default_rng(seed).random(4), "seed": seed}


TOY = Experiment("toy", "Four numbers a seed.", measure, seeds=(0, 1, 2))
