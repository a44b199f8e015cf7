"""Make a game for two agents, and see what each way to decompose its values makes of it."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np

from mavrs_course.marl.decomposition import additive_fit, rising_fit
from mavrs_course.messages import Floats
from mavrs_course.plots import CARD, FADED, GREY, INK, VERMILION, ink_of
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.words import number

GAMES = {
    "linear": [[1, 5], [5, 9]],
    "both are needed": [[0, 0], [0, 10]],
    "either will do": [[0, 10], [10, 10]],
    "agree, no matter on what": [[10, 0], [0, 10]],
    "climbing": [[11, -30, 0], [-30, 7, 0], [0, 6, 5]],
}
ACTIONS = "ABC"
OFF = 0.3  # what counts as wrong, in units of payoff
CELL = 62  # pixels
MOST = 50  # of a payoff


class MixingTable(LessonWidget):
    """Payoffs to choose or to type, and beside them the nearest sum and the nearest mixes.

    A cell whose value is off by more than 0.3 is crossed; the best joint actions of each table
    have a thick border.  QMIX's is the nearest table that rises and is supermodular: what its mixer
    can hold of a game with two actions, and the most that it may hold of a larger one.
    """

    about = "Change a payoff, and see which values each mix can't hold."

    def __init__(self, game: str = "both are needed") -> None:
        self.game = widgets.Dropdown(options=list(GAMES), value=game, description="game")
        self.grid, self.picture = widgets.VBox(), widgets.HTML()
        self.cells: list[list[widgets.BoundedFloatText]] = []
        self.game.observe(lambda _: self.deal(), names="value")
        limits = widgets.HTML(f"Payoffs of each joint action, from −{MOST} to {MOST}:")
        super().__init__([self.game, limits, self.grid, self.picture])
        self.deal()

    @property
    def payoffs(self) -> Floats:
        """float[A, A]: as typed."""
        return np.array([[cell.value for cell in row] for row in self.cells])

    def deal(self) -> None:
        """Put the chosen game's payoffs into the cells."""
        self.cells = [[_cell(value) for value in row] for row in GAMES[self.game.value]]
        for row, cells in zip(ACTIONS, self.cells, strict=False):
            for column, cell in zip(ACTIONS, cells, strict=False):
                cell.tooltip = f"first plays {row}, second plays {column}"
                cell.observe(lambda _: self.draw(), names="value")
        self.grid.children = [widgets.HBox(row) for row in self.cells]
        self.draw()

    @property
    def fits(self) -> dict[str, Floats]:
        """The nearest table of each kind, by its title."""
        return {
            "VDN: the nearest sum": additive_fit(self.payoffs),
            "QMIX: the nearest mix": rising_fit(self.payoffs, supermodular=True),
            "any rising mix": rising_fit(self.payoffs),
        }

    def draw(self) -> None:
        """Show the payoffs and the fits as they are now."""
        payoffs = self.payoffs
        tables = {"payoffs": payoffs} | self.fits
        pictures = [table_picture(title, fit, payoffs) for title, fit in tables.items()]
        self.picture.value = (
            f'<div style="display:flex;flex-wrap:wrap;gap:12px">{"".join(pictures)}</div>'
        )


def _cell(value: float) -> widgets.BoundedFloatText:
    wide = widgets.Layout(width="80px")
    return widgets.BoundedFloatText(value=value, min=-MOST, max=MOST, step=1, layout=wide)


def _values(fit: Floats) -> str:
    """A table in words, row by row."""
    return "; ".join(", ".join(number(value, ".1f") for value in row) for row in fit)


def table_picture(title: str, fit: Floats, payoffs: Floats) -> str:
    """A table as SVG: its values, what is wrong crossed, and the best joint action framed."""
    wrong = np.abs(fit - payoffs) > OFF
    best = fit > fit.max() - 1e-6
    cells = []
    for row, column in np.ndindex(*fit.shape):
        x, y = 24 + column * CELL, 46 + row * (CELL - 22)
        colour = ink_of(VERMILION) if wrong[row, column] else INK
        width = 3 if best[row, column] else 1
        value = f"{fit[row, column]:.1f}".replace("-0.0", "0.0").replace("-", "−")
        cells.append(
            f'<rect x="{x + 2}" y="{y + 2}" width="{CELL - 4}" height="{CELL - 26}" fill="none" '
            f'stroke="{INK if width > 1 else GREY}" stroke-width="{width}"/>'
            f'<text x="{x + CELL / 2}" y="{y + 25}" text-anchor="middle" fill="{colour}">'
            f"{value}{' ✗' if wrong[row, column] else ''}</text>"
        )
    for place in range(len(fit)):
        y, x = 46 + place * (CELL - 22) + 25, 24 + place * CELL + CELL / 2
        cells.append(f'<text x="8" y="{y}">{ACTIONS[place]}</text>')
        cells.append(f'<text x="{x}" y="42" text-anchor="middle">{ACTIONS[place]}</text>')
    wide, high = max(36 + len(fit) * CELL, 190), 56 + len(fit) * (CELL - 22) + 24
    said = f"{wrong.sum()} of {fit.size} values off" if title != "payoffs" else "what is true"
    return (
        f'<svg width="{wide}" height="{high}" font-size="13" fill="{INK}" role="img" '
        f'aria-label="{title}, {said}: {_values(fit)}" style="background:{CARD};border-radius:6px">'
        f'<text x="8" y="18" font-weight="bold">{title}</text>{"".join(cells)}'
        f'<text x="8" y="{high - 10}" fill="{FADED}">{said}</text></svg>'
    )
