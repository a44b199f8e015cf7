"""Reasons in plain words, made from the numbers of a belief and from nothing else.

A reason names a topic only where the belief supports it (:func:`support`):

- ``LIKED``: the chance of an interest above 0 is at least 70 %;
- ``OPEN``: it is between 30 % and 70 %, and the reason says that it is a question;
- ``UNSUPPORTED``: it is below 30 %, and no reason names the topic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Floats
from mavrs_course.words import capitalised, signed

UNSUPPORTED, OPEN, LIKED = 0, 1, 2
OPEN_FROM, LIKED_FROM = 0.3, 0.7


def support(chance_liked: Floats | float) -> np.ndarray:
    """How far a belief carries a topic, by its chance of being liked: int, of the same shape."""
    return np.digitize(chance_liked, (OPEN_FROM, LIKED_FROM))


@dataclass(frozen=True)
class Grounds:
    """The numbers behind the choice of one video.

    topic: its index.  chance: probability that the viewer's interest in it is above 0.
    interest: the one expected, from -1 to 1.  shown, clicked: how often videos of the topic were.
    minutes: what a click brings.  budget: what it uses of the viewer's time.
    """

    topic: int
    chance: float
    interest: float
    shown: int
    clicked: int
    minutes: float
    budget: float


def best_grounds(page: list[Grounds]) -> Grounds | None:
    """Whose reason to give: of the page's videos, best first, the first that is supported most."""
    supported = [grounds for grounds in page if support(grounds.chance) > UNSUPPORTED]
    return max(supported, key=lambda grounds: support(grounds.chance), default=None)


def reason(grounds: Grounds | None, topics: Sequence[str]) -> str:
    """The reason in words; for None, the one that names no topic.  topics: their names."""
    if grounds is None:
        return (
            "I don't believe that you like anything on this page; "
            "it is the best that I could make of these videos."
        )
    name = topics[grounds.topic]
    seen = f"you clicked {grounds.clicked} of the {grounds.shown} you were shown"
    if grounds.shown == 0:
        seen = "you have not been shown any"
    percent, interest = f"{100 * grounds.chance:.0f} %", signed(grounds.interest)
    if support(grounds.chance) == LIKED:
        verdict = f"I am {percent} sure that you like it (interest {interest}, from −1 to 1)"
    elif support(grounds.chance) == OPEN:
        verdict = (
            f"I can't tell yet whether you like it ({percent}), and what you do will tell me more"
        )
    else:
        raise ValueError(f"the belief does not support {name!r}: only {percent} for liking it")
    time = f"{grounds.minutes:.1f} minutes of it use {grounds.budget:.1f} of your time"
    return f"{capitalised(name)}: {seen}. {verdict}. {time}."
