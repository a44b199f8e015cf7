"""Generated wishes, each with what would satisfy it, to judge the conversation by.

Two ways to say the same: the genre's own name, or words that describe it.  The descriptions were
written once, before any of them was tried.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.llm.macrec.interpreter import FIRST, LAST, Wish
from mavrs_course.llm.macrec.records import Records

DESCRIBED = {
    "Action": ("fights, explosions and fast cars", "a hero who shoots his way out"),
    "Adventure": ("a dangerous journey to a far country", "treasure hunters on an expedition"),
    "Animation": ("something that is drawn and not acted", "a feature-length cartoon"),
    "Children's": ("something for my six-year-old", "a story for the whole family with the kids"),
    "Comedy": ("something that makes me laugh", "jokes from beginning to end"),
    "Crime": ("gangsters and their money", "a bank robbery that goes wrong"),
    "Documentary": ("real people and true events, no actors", "a report about how things are"),
    "Drama": ("a serious story about a family", "people in a hard time of their lives"),
    "Fantasy": ("wizards, dragons and magic", "a fairy world with enchanted creatures"),
    "Film-Noir": (
        "a gloomy detective in black and white", "a private eye and a fatal woman, in shadows",
    ),
    "Horror": ("something that scares me to death", "ghosts and monsters in an old house"),
    "Musical": ("people who burst into song", "singing and dancing on a stage"),
    "Mystery": ("a puzzle of who did it", "a secret that a detective has to solve"),
    "Romance": ("two people who fall in love", "a love story with a kiss at the end"),
    "Sci-Fi": ("spaceships and robots in the future", "aliens who land on the earth"),
    "Thriller": ("suspense that keeps me on the edge of my seat", "a chase against the clock"),
    "War": ("soldiers in the trenches", "a battle and those who survive it"),
    "Western": ("cowboys and a gunfight at noon", "a sheriff in a town on the prairie"),
}  # fmt: skip
FRAMES = ("I would like {}{}.", "Show me {}{}, please.", "Tonight I want {}{}.")
YEARS = (
    ("", FIRST, LAST),
    (" from before 1980", FIRST, 1979),
    (" from the 1980s", 1980, 1989),
    (" made after 1990", 1991, LAST),
)


@dataclass(frozen=True)
class Asked:
    """A wish in words, who asks, and what would satisfy it."""

    text: str
    viewer: int
    wanted: Wish


def make_wishes(
    records: Records, viewers: np.ndarray, seed: int, *, described: bool = True, rounds: int = 1
) -> list[Asked]:
    """Two wishes a genre that the catalogue has, for viewers by lot, half of them with years.

    described: in words that describe the genre, else with its name.  rounds: how often all are
    asked for, each time of other viewers, in another frame and of other years; more rounds begin
    with the same wishes.  What a viewer could not be given, as nothing that fits is left, is not
    asked for.
    """
    rng = np.random.default_rng(seed)
    asked = []
    for genre in [*records.kinds] * rounds:
        for number in range(2):
            words = f"a {genre} {records.noun}"
            if described:
                if genre not in DESCRIBED:
                    continue
                words = DESCRIBED[genre][number]
            frame = FRAMES[rng.integers(len(FRAMES))]
            years, first, last = YEARS[rng.integers(1, len(YEARS)) if number else 0]
            wanted = Wish(genre, first, last)
            viewer = int(rng.choice(viewers))
            watched = set(records.history(viewer).tolist())
            open_to = [v for v in range(len(records.titles)) if v not in watched]
            if any(wanted.fits(records, video) for video in open_to):
                asked.append(Asked(frame.format(words, years), viewer, wanted))
    return asked
