"""The board as one static page to show in class: it loads nothing, and runs no script."""

from __future__ import annotations

import numpy as np

from mavrs_course.arena.abilities import ABILITIES
from mavrs_course.arena.board import ArenaBoard
from mavrs_course.course.results.pages import template

LEFT, RIGHT = -1.0, 1.25  # gaps at the edges of a bar
WIDTH, MARGIN = 200.0, 5.0


def board_page(board: ArenaBoard, title: str, made: str, *, public: bool = False) -> str:
    """The page as HTML; names and problems of entries are text on it, whatever they hold.

    made: when, as ISO 8601.  public: for learners who may hand in again and meet the same worlds:
    what the Ladder shows, and nothing else of a score.
    """
    standings = {
        name: sorted(
            ((row, score) for row in board.rows for score in row.scores if score.ability == name),
            key=lambda pair: -pair[1].gap,
        )
        for name in board.reliability
    }
    return template("board.html.j2", __package__).render(
        board=board, title=title, made=made, public=public,
        standings={} if public else standings, sentences=ABILITIES, at=_at,
    )  # fmt: skip


def _at(gap: float) -> str:
    """Where a gap stands on a bar; what is off it stands at its edge."""
    share = (np.clip(gap, LEFT, RIGHT) - LEFT) / (RIGHT - LEFT)
    return f"{MARGIN + (WIDTH - 2 * MARGIN) * share:.1f}"
