"""The three example systems of lesson 33 and the baselines of every board, in hidden worlds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from mavrs_course.arena.abilities import ABILITIES
from mavrs_course.arena.baselines import BASELINES
from mavrs_course.arena.inside import load
from mavrs_course.arena.playing import ArenaSettings, House, play
from mavrs_course.arena.scoring import gap, scale
from mavrs_course.course.experiment import Experiment

EXAMPLES = ("rules", "marl", "conducted")
PLAYERS = (*BASELINES, *EXAMPLES)
SETTINGS = ArenaSettings(viewers=15, pages=60)
FOLDER = Path(__file__).resolve().parents[2] / "examples"


def example(name: str) -> House:
    """An example as a player of the house: trusted, and in this process."""
    return House(name, load(str(FOLDER / name)).build)


@contextmanager
def silence(ability: str) -> Iterator[None]:
    """No model's tapes while that is what is tested, as in an entry's own process."""
    before = os.environ.get("MAVRS_TAPES")
    if ability == "silent_model":
        os.environ["MAVRS_TAPES"] = str(FOLDER / "none")
    try:
        yield
    finally:
        os.environ.pop("MAVRS_TAPES", None)
        if before is not None:
            os.environ["MAVRS_TAPES"] = before


def run(seed: int) -> dict[str, np.ndarray]:
    """``gaps`` float[P, A]: the share of the gap that each player closed in one hidden world of
    each ability; the salt, and so everything that is drawn, follows from the seed."""
    players = [House(name, maker) for name, maker in BASELINES.items()]
    players += [example(name) for name in EXAMPLES]
    salt = f"capstone {seed}"
    gaps = np.empty((len(players), len(ABILITIES)))
    for column, ability in enumerate(ABILITIES):
        ends = scale(ability, salt, 0, SETTINGS)
        with silence(ability):
            for row, player in enumerate(players):
                gaps[row, column] = gap(play(player, ability, salt, 0, SETTINGS), ends)
    return {"gaps": gaps}


EXPERIMENTS = [
    Experiment(
        name="capstone",
        title="Three example systems and five baselines in eight hidden worlds of each ability.",
        run=run,
        seeds=tuple(range(8)),
    )
]
