"""What foresight is worth in calm weather: the rivals of lesson 15 that its claim is about.

The tournament's five seeds were luckier than most: twenty others gave 65 minutes, 52 to 78, where
those five gave 90.  So the claim rests on twenty seeds that nobody had played before.
"""

from __future__ import annotations

from mavrs_course.course.experiment import Experiment
from mavrs_course.experiments.tournament import matches

RIVALS = ("mean", "best-single", "click-monolith", "monolith")
SEEDS = tuple(range(100, 120))


def calm(seed: int) -> dict:
    """Each rival in calm weather; float[1, M] for each measure."""
    return matches(RIVALS, ("calm",), seed)


EXPERIMENTS = [
    Experiment("foresight", "Four ways to coordinate in calm weather, twenty seeds.", calm, SEEDS)
]
