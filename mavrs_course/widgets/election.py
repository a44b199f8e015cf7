"""An election to play with: move voters about, and see who wins by which rule."""

from __future__ import annotations

import html
import itertools
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np

from mavrs_course.coordination.consensus import kemeny, rankings
from mavrs_course.messages import Floats
from mavrs_course.plots import BLUE, CARD, GREY, INK, ORANGE, ink_on
from mavrs_course.widgets.base import LessonWidget

SIZE, RADIUS, NODE = 350, 122, 38  # pixels: the picture, its circle, a candidate
FEWEST_PLACES = 12  # of a slider


@dataclass(frozen=True)
class ElectionSetting:
    """Four candidates, and who ranks them how: voters -> order, best first, as numbers."""

    names: tuple[str, ...]
    ballots: tuple[tuple[int, ...], ...]
    voters: tuple[int, ...]


LETTERS = ("A", "B", "C", "D")
SETTINGS = {
    "a circle": ElectionSetting(
        LETTERS, ((0, 1, 2, 3), (1, 2, 0, 3), (2, 0, 1, 3), (3, 2, 1, 0)), (5, 4, 3, 0)
    ),
    "three against two": ElectionSetting(
        LETTERS, ((0, 1, 2, 3), (1, 2, 3, 0), (1, 3, 2, 0), (0, 2, 1, 3)), (3, 2, 0, 0)
    ),
    "the capital of Tennessee": ElectionSetting(
        ("Memphis", "Nashville", "Chattanooga", "Knoxville"),
        ((0, 1, 2, 3), (1, 2, 3, 0), (2, 3, 1, 0), (3, 2, 1, 0)),
        (42, 26, 15, 17),
    ),
}
RULES = {
    "plurality": rankings.plurality,
    "Borda": rankings.borda,
    "RRF": rankings.reciprocal_rank_fusion,
    "Copeland": lambda scores, voters: rankings.copeland(rankings.pairwise(scores, voters)),
    "Schulze": lambda scores, voters: rankings.schulze(rankings.pairwise(scores, voters)),
}


class Election(LessonWidget):
    """One slider for each ballot; beside them all duels, and below the winner by each rule."""

    about = "Move voters, and see who wins by which rule."

    def __init__(self, setting: str = "a circle") -> None:
        self.choice = widgets.Dropdown(options=list(SETTINGS), value=setting, description="start")
        wide, labels = widgets.Layout(width="430px"), {"description_width": "220px"}
        self.voters = [
            widgets.IntSlider(0, min=0, max=FEWEST_PLACES, layout=wide, style=labels)
            for _ in range(4)
        ]
        self.picture, self.winners = widgets.HTML(), widgets.HTML()
        self.choice.observe(lambda _: self.start(), names="value")
        for slider in self.voters:
            slider.observe(lambda _: self._count(), names="value")
        left = widgets.VBox([self.choice, *self.voters, self.winners])
        super().__init__([widgets.HBox([left, self.picture])])
        self.start()

    @property
    def setting(self) -> ElectionSetting:
        return SETTINGS[self.choice.value]

    def start(self) -> None:
        """The voters that the chosen setting begins with."""
        names = self.setting.names
        self._starting = True
        for slider, ballot, number in zip(
            self.voters, self.setting.ballots, self.setting.voters, strict=True
        ):
            slider.description = " > ".join(names[candidate][:4] for candidate in ballot)
            slider.max = max(FEWEST_PLACES, *(number + 8 for number in self.setting.voters))
            slider.value = number
        self._starting = False
        self._count()

    @property
    def scores(self) -> Floats:
        """One agent for each ballot: float[1, 4, 4]."""
        return -np.argsort(self.setting.ballots, axis=1)[None].astype(float)

    def results(self) -> dict[str, list[str]]:
        """The winners by each rule, several where they tie."""
        voters = np.array([[slider.value for slider in self.voters]], dtype=float)
        won = {}
        for rule, joint in RULES.items():
            result = joint(self.scores, voters)[0].round(9)
            won[rule] = [self.setting.names[c] for c in np.flatnonzero(result == result.max())]
        order = kemeny.by_sets(rankings.pairwise(self.scores, voters))[0]
        won["Kemeny"] = [" > ".join(self.setting.names[c] for c in order)]
        return won

    def _count(self) -> None:
        if self._starting:
            return
        voters = np.array([[slider.value for slider in self.voters]], dtype=float)
        preferred = rankings.pairwise(self.scores, voters)
        names = self.setting.names
        winner = rankings.condorcet_winner(preferred)[0]
        beats = "Nobody" if winner == rankings.NOBODY else names[winner]
        rows = "".join(
            f"<tr><td style='padding-right:1em'>{rule}</td><td><b>{html.escape(', '.join(who))}"
            "</b></td></tr>"
            for rule, who in self.results().items()
        )
        self.winners.value = f"<p><b>{beats} beats everybody in duels.</b></p><table>{rows}</table>"
        self.picture.value = duels_picture(rankings.margins(preferred)[0], names)


def duels_picture(margin: Floats, names: tuple[str, ...]) -> str:
    """Candidates in a ring, an arrow from the winner of each duel to its loser, as SVG.

    margin: float[C, C], by how many voters i beats j.
    """
    number = len(names)
    angle = -np.pi / 2 + 2 * np.pi * np.arange(number) / number
    place = SIZE / 2 + RADIUS * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    wins = (margin > 0).sum(axis=1)
    parts = [
        f'<defs><marker id="head" markerWidth="9" markerHeight="8" refX="8" refY="4" '
        f'orient="auto"><path d="M0 0L9 4L0 8z" fill="{INK}"/></marker></defs>'
    ]
    for one in range(number):
        for other in range(one + 1, number):
            parts.append(_duel(margin[one, other], place[one], place[other]))
    for name, (x, y), won in zip(names, place, wins, strict=True):
        colour = ORANGE if won == number - 1 else BLUE
        parts.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{NODE}" fill="{colour}"/>'
            f'<text x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle" fill="{ink_on(colour)}" '
            f'font-size="{10 if len(name) > 8 else 13}" font-weight="bold">'
            f"{html.escape(name)}</text>"
        )
    return (
        f'<svg width="{SIZE}" height="{SIZE}" font-size="12" fill="{INK}" role="img" '
        f'aria-label="{html.escape(_duels_told(margin, names))}" '
        f'style="background:{CARD};border-radius:8px">'
        f"{''.join(parts)}</svg>"
    )


def _duels_told(margin: Floats, names: tuple[str, ...]) -> str:
    """All duels in words."""
    told = []
    for one, other in itertools.combinations(range(len(names)), 2):
        winner, loser = (one, other) if margin[one, other] > 0 else (other, one)
        by = abs(margin[one, other])
        beats = f"beats {names[loser]} by {by:.0f}" if by else f"ties with {names[loser]}"
        told.append(f"{names[winner]} {beats}")
    return f"Duels: {', '.join(told)}"


def _duel(margin: float, one: Floats, other: Floats) -> str:
    """An arrow from the winner to the loser with the margin on it; a dashed line for a tie."""
    start, end = (one, other) if margin >= 0 else (other, one)
    along = (end - start) / np.linalg.norm(end - start)
    (x1, y1), (x2, y2) = start + along * (NODE + 2), end - along * (NODE + 4)
    label = start + (end - start) * 0.38  # off the middle, where the diagonals cross
    if margin == 0:
        return (
            f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" stroke="{GREY}" '
            'stroke-dasharray="4"/>'
        )
    return (
        f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" stroke="{INK}" '
        'stroke-width="1.6" marker-end="url(#head)"/>'
        f'<text x="{label[0]:.0f}" y="{label[1] + 4:.0f}" text-anchor="middle" stroke="{CARD}" '
        f'stroke-width="5" paint-order="stroke">{abs(margin):.0f}</text>'
    )
