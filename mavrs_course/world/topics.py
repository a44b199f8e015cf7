"""The twenty topics of the platform, trash first, nourishing last."""

from __future__ import annotations

import numpy as np

TOPICS: tuple[str, ...] = (
    "prank fails",
    "celebrity gossip",
    "outrage clips",
    "conspiracy tales",
    "miracle diets",
    "unboxing hauls",
    "reality show drama",
    "slime and satisfying",
    "dance challenges",
    "street food dares",
    "gaming highlights",
    "car stunts",
    "funny pets",
    "football goals",
    "travel diaries",
    "home cooking",
    "music lessons",
    "do-it-yourself repair",
    "history stories",
    "science explained",
)
N_TOPICS = len(TOPICS)

# Ie et al. 2019: fourteen topics from trashy to neutral, six from neutral to nourishing.
MEAN_QUALITY = np.concatenate([np.linspace(-3.0, 0.0, 14), np.linspace(0.0, 3.0, 6)])
MEAN_QUALITY.flags.writeable = False
QUALITY_DEVIATION = 0.1


def number_of(name: str) -> int | None:
    """The number of a topic of this name; None for one that only other worlds have."""
    return TOPICS.index(name) if name in TOPICS else None
