"""A thousand pairs of learners climb: how optimistic must they be to reach the top?"""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
from matplotlib.colors import to_hex, to_rgb

from mavrs_course.envs.matrix_v0 import payoffs_of
from mavrs_course.marl.games.tabular import Hysteretic, Played, expectile, learn_game
from mavrs_course.messages import Floats
from mavrs_course.plots import BLUE, CARD, GREEN, GREY, INK, ORANGE, ink_on
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.words import number

GAME, MOVES, NOISE = "climbing", "ABC", 7.0
CELL, BAR, LEFT = 74, 200, 34  # pixels: a joint action, the longest bar, room for names


class ClimbingPairs(LessonWidget):
    """Move a slider, and ``pairs`` new pairs learn the climbing game from the start.

    ``slow`` is the weight of bad news against good: 1 is plain Q-learning, 0 is deaf.  ``explore``
    is the share of random moves at first.  ``noise`` lets B with B pay 14 or 0 instead of 7.
    """

    about = "Move slow and explore, and see where pairs end."

    def __init__(self, pairs: int = 1_000, rounds: int = 2_000, seed: int = 0) -> None:
        self.pairs, self.rounds, self.seed = pairs, rounds, seed
        late = {"continuous_update": False, "readout_format": ".2f"}
        self.slow = widgets.FloatSlider(
            1.0, min=0.0, max=1.0, step=0.05, description="slow", **late
        )
        self.explore = widgets.FloatSlider(
            1.0, min=0.05, max=1.0, step=0.05, description="explore", **late
        )
        self.noise = widgets.Checkbox(False, description="B with B pays 14 or 0")
        self.ends, self.worth, self.report = widgets.HTML(), widgets.HTML(), widgets.HTML()
        for control in (self.slow, self.explore, self.noise):
            control.observe(lambda _: self._learn(), names="value")
        sliders = widgets.HBox([self.slow, self.explore, self.noise])
        super().__init__([sliders, self.report, widgets.HBox([self.ends, self.worth])])
        self._learn()

    def _learn(self) -> None:
        noise = np.zeros((3, 3))
        noise[1, 1] = NOISE * self.noise.value
        self.played: Played = learn_game(
            GAME,
            Hysteretic(slow=self.slow.value),
            runs=self.pairs,
            rounds=self.rounds,
            explore=self.explore.value,
            noise=noise if self.noise.value else None,
            rng=np.random.default_rng(self.seed),
        )
        top = 100 * self.played.optimal().mean()
        self.report.value = (
            f"<b>{top:.0f} % of {self.pairs:,} pairs end at the top</b>, A with A. "
            f"The mean pay is {self.played.paid().mean():.1f} of 11."
        )
        self.ends.value = ends_picture(self.played.shares(), self.played.payoffs[0])
        self.worth.value = worth_picture(worth_to_the_rows(self.slow.value, self.noise.value))


def worth_to_the_rows(slow: float, noisy: bool = False) -> Floats:
    """Where the first player's three values settle beside a partner who moves at random."""
    rows = [(row, np.full(3, 1 / 3)) for row in payoffs_of(GAME)[0]]
    if noisy:
        rows[1] = np.array([-30.0, 14.0, 0.0, 0.0]), np.array([2, 1, 1, 2]) / 6
    return np.array([expectile(outcomes, chances, slow) for outcomes, chances in rows])


def ends_picture(shares: Floats, payoffs: Floats) -> str:
    """The nine joint actions, darker the more pairs end there, as SVG: both float[3, 3]."""
    cells = []
    for row, column in np.ndindex(shares.shape):
        x, y, share = LEFT + column * CELL, LEFT + row * CELL, shares[row, column]
        depth = 0.04 + 0.96 * share
        ink = ink_on(to_hex(depth * np.array(to_rgb(BLUE)) + 1 - depth))
        cells.append(
            f'<rect x="{x}" y="{y}" width="{CELL - 3}" height="{CELL - 3}" fill="{BLUE}" '
            f'fill-opacity="{depth:.2f}" stroke="{GREY}"/>'
            f'<text x="{x + CELL / 2 - 2}" y="{y + 34}" text-anchor="middle" fill="{ink}" '
            f'font-size="17">{100 * share:.0f} %</text>'
            f'<text x="{x + CELL / 2 - 2}" y="{y + 56}" text-anchor="middle" fill="{ink}">'
            f"pays {number(payoffs[row, column], 'g')}</text>"
        )
    names = "".join(
        f'<text x="{LEFT + n * CELL + CELL / 2}" y="24">{move}</text>'
        f'<text x="12" y="{LEFT + n * CELL + CELL / 2}">{move}</text>'
        for n, move in enumerate(MOVES)
    )
    side = LEFT + 3 * CELL + 6
    told = ", ".join(
        f"{MOVES[r]}{MOVES[c]} {100 * shares[r, c]:.0f} %" for r, c in np.ndindex(shares.shape)
    )
    return (
        f'<svg width="{side}" height="{side}" font-size="12" fill="{INK}" role="img" '
        f'aria-label="Where pairs end: {told}" style="background:{CARD}">{names}{"".join(cells)}'
        "</svg>"
    )


def worth_picture(worth: Floats) -> str:
    """What each move comes to seem worth while the partner moves at random, as SVG bars."""
    scale, zero = BAR / 20.0, 120.0
    bars = []
    for row, (move, value) in enumerate(zip(MOVES, worth, strict=True)):
        y, best = 62 + 56 * row, value >= worth.max() - 1e-9
        x, width = zero + min(value, 0.0) * scale, abs(value) * scale
        beside, told = zero + max(value, 0.0) * scale + 6, number(value, ".1f")
        bars.append(
            f'<text x="14" y="{y + 17}">{move}</text>'
            f'<rect x="{x:.0f}" y="{y}" width="{max(width, 1):.0f}" height="24" '
            f'fill="{GREEN if best else ORANGE}"/>'
            f'<text x="{beside:.0f}" y="{y + 17}">{told}</text>'
        )
    told = ", ".join(number(value, ".1f") for value in worth)
    return (
        f'<svg width="330" height="262" font-size="12" fill="{INK}" role="img" aria-label="'
        f'Worth of A, B and C beside a random partner: {told}" '
        f'style="background:{CARD}">'
        f'<text x="14" y="24">What the rows seem worth beside a random</text>'
        f'<text x="14" y="42">partner (green: the best)</text>'
        f'<path d="M{zero} 54V{54 + 3 * 56}" stroke="{GREY}"/>{"".join(bars)}</svg>'
    )
