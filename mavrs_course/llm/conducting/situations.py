"""What is known of a viewer, in a few words that many viewers share.

A model is asked about situations and not about viewers, so that a handful of answers serves
everybody, and a taped answer is found again.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from mavrs_course.messages import Feedback, Floats, Ints
from mavrs_course.rows import with_room

STRANGER, FRIEND = "The viewer is a stranger.", "The viewer is an old friend."
SILENT, WISH = "The viewer is silent.", "The viewer has a wish."
BORED = "The viewer is bored."
CHILD, NEWS = "The viewer is a child.", "It is a day of big news."
FRIEND_AFTER = 10  # pages
BORED_AFTER = 5  # pages without a click


def described(friend: bool, wish: bool, bored: bool = False, prompt: str = "") -> str:
    """A situation in words; ``prompt`` says what is special today, and comes last."""
    told = [FRIEND if friend else STRANGER, WISH if wish else SILENT]
    return " ".join([*told, *([BORED] if bored else []), *([prompt] if prompt else [])])


def ordinary() -> list[str]:
    """The eight situations of an ordinary day."""
    return [described(*facts) for facts in product((False, True), repeat=3)]


class Situations:
    """Counts each viewer's pages, and says what she is to us, in words.

    wish: from a viewer's index to what she has said today, or None where she has said nothing.
    """

    def __init__(self, wish: Callable[[int], object | None] = lambda viewer: None) -> None:
        self.wish = wish
        self.pages = np.zeros(0, dtype=np.int64)
        self.skipped = np.zeros(0, dtype=np.int64)  # pages in a row

    def of(self, viewers: Ints, prompt: str = "") -> list[str]:
        """The situation of each of the viewers int[B], as sentences."""
        self._meet(viewers)
        return [
            described(
                bool(self.pages[viewer] >= FRIEND_AFTER),
                self.wish(int(viewer)) is not None,
                bool(self.skipped[viewer] >= BORED_AFTER),
                prompt,
            )
            for viewer in viewers
        ]

    def learn(self, feedback: Feedback) -> None:
        """Count one page for each viewer whose session goes on."""
        rows = np.flatnonzero(feedback.active)
        viewers = feedback.request.viewers[rows]
        self._meet(viewers)
        self.pages[viewers] += 1
        skipped = self.skipped[viewers] + 1
        self.skipped[viewers] = np.where(feedback.clicked[rows] >= 0, 0, skipped)

    def _meet(self, viewers: Ints) -> None:
        self.pages = with_room(self.pages, viewers)
        self.skipped = with_room(self.skipped, viewers)


def confidence_word(confidence: float) -> str:
    """How sure an agent is, in one word."""
    return "silent" if confidence <= 0 else "unsure" if confidence < 1 / 3 else "sure"


def facts_of(situations: list[str]) -> Floats:
    """Which of the seven sentences each situation holds: float[S, 7], for a rule or a router."""
    words = (STRANGER, FRIEND, SILENT, WISH, BORED, CHILD, NEWS)
    return np.array([[word in told for word in words] for told in situations], dtype=float)
