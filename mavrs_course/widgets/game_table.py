"""A game of two players and two moves: change a payoff, and see what each would do."""

from __future__ import annotations

import html

import ipywidgets as widgets
import numpy as np

from mavrs_course.envs.game_theory import (
    best_responses,
    equilibria,
    expected_payoffs,
    price_of_anarchy,
    pure,
    social_optimum,
)
from mavrs_course.envs.matrix_v0 import GAMES
from mavrs_course.messages import Floats
from mavrs_course.plots import BLUE, CARD, GREEN, GREY, INK, RULE, VERMILION, ink_of
from mavrs_course.widgets.base import LessonWidget

ROW, COLUMN = 0, 1
HIGHEST = 10
SIZE, EDGE = 220, 46  # pixels: side of the square of mixes, room for its labels
NAMES = {"prisoners_dilemma": "prisoner's dilemma"}
CHOICES = ("prisoners_dilemma", "stag_hunt", "chicken", "battle_of_the_sexes")


class GameTable(LessonWidget):
    """Eight payoffs to move, the best responses marked, the equilibria and what they cost.

    ``game`` names one of the classics to start from.  In the table the row player's payoff stands
    first.  Below are the best responses to every mix: where the two lines meet, nobody would move.
    """

    about = "Move a payoff, and see the equilibria."

    def __init__(self, game: str = "prisoners_dilemma") -> None:
        self.sliders = np.array(
            [
                [[self._slider(player) for _ in range(2)] for _ in range(2)]
                for player in (ROW, COLUMN)
            ]
        )
        self.chosen = widgets.Dropdown(
            options=[(NAMES.get(name, name.replace("_", " ")), name) for name in CHOICES],
            value=game,
            description="start from",
        )
        self.chosen.observe(lambda _: self.start(self.chosen.value), names="value")
        self.table, self.mixes, self.verdict = widgets.HTML(), widgets.HTML(), widgets.HTML()
        columns = [
            widgets.VBox([self._title(player), *self.sliders[player].ravel()])
            for player in (ROW, COLUMN)
        ]
        shown = widgets.HBox([widgets.VBox([self.table, self.verdict]), self.mixes])
        super().__init__([self.chosen, widgets.HBox(columns), shown])
        self.start(game)

    def _slider(self, player: int) -> widgets.FloatSlider:
        slider = widgets.FloatSlider(0.0, min=0.0, max=HIGHEST, step=0.5, readout_format=".1f")
        slider.style.handle_color = (BLUE, VERMILION)[player]
        slider.style.description_width = "150px"
        slider.layout.width = "340px"
        slider.observe(lambda _: self._draw(), names="value")
        return slider

    def _title(self, player: int) -> widgets.HTML:
        name, colour = (("row player", BLUE), ("column player", VERMILION))[player]
        style = f"background: {CARD}; color: {ink_of(colour)}; padding: 2px 8px"
        return widgets.HTML(f'<b style="{style}">Payoffs of the {name}</b>')

    def start(self, game: str) -> None:
        """Begin from a game of :data:`~mavrs_course.envs.matrix_v0.GAMES`."""
        self.moves = GAMES[game].moves
        self._drawing = False
        for (player, row, column), slider in np.ndenumerate(self.sliders):
            slider.description = f"{self.moves[row]}, {self.moves[column]}"
            slider.value = float(GAMES[game].payoffs[player, row, column])
        self._drawing = True
        self._draw()

    @property
    def payoffs(self) -> Floats:
        """float[2, 2, 2], as the sliders stand."""
        return np.array([slider.value for slider in self.sliders.ravel()]).reshape(2, 2, 2)

    def _draw(self) -> None:
        if not self._drawing:
            return
        payoffs = self.payoffs
        stable = equilibria(payoffs)
        self.table.value = payoff_table(payoffs, self.moves)
        self.mixes.value = mixes_picture(payoffs, stable, self.moves)
        self.verdict.value = "".join(f"<p>{line}</p>" for line in self._verdict(payoffs, stable))

    def _verdict(self, payoffs: Floats, stable: list) -> list[str]:
        lines = [
            f"Equilibrium: {self._told(strategies)}, worth "
            f"{expected_payoffs(payoffs, strategies).sum():.2f} together."
            for strategies in stable
        ]
        moves, best = social_optimum(payoffs)
        lines.append(f"Best together: {self.moves[moves[0]]}, {self.moves[moves[1]]}: {best:.1f}.")
        if stable:
            lines.append(f"<b>Price of anarchy: {price_of_anarchy(payoffs, stable):.2f}</b>")
        return lines

    def _told(self, strategies: list[Floats]) -> str:
        if all(mix.max() > 1 - 1e-9 for mix in strategies):
            return ", ".join(self.moves[mix.argmax()] for mix in strategies)
        first, second = (f"{mix[0]:.0%}" for mix in strategies)
        return f"{self.moves[0]} with chances {first} and {second}"


def payoff_table(payoffs: Floats, moves: tuple[str, ...]) -> str:
    """The table as HTML, each best response underlined; an equilibrium has both underlined."""
    head = "".join(f"<th>{html.escape(move)}</th>" for move in moves)
    rows = []
    for row, move in enumerate(moves):
        cells = []
        for column in range(2):
            best = best_responses(payoffs, pure(payoffs, (row, column)))
            is_best = best[ROW][row], best[COLUMN][column]
            said = [
                f"<span style='color: {ink_of(colour)};"
                f"{'text-decoration: underline;' * bool(mark)}'>"
                f"{'<b>' * bool(mark)}{payoffs[player, row, column]:g}{'</b>' * bool(mark)}</span>"
                for player, (mark, colour) in enumerate(
                    zip(is_best, (BLUE, VERMILION), strict=True)
                )
            ]
            border = GREEN if all(is_best) else RULE
            cells.append(
                f"<td style='border: 2px solid {border}; padding: 8px 18px; text-align: center'>"
                f"{said[ROW]} , {said[COLUMN]}</td>"
            )
        rows.append(f"<tr><th>{html.escape(move)}</th>{''.join(cells)}</tr>")
    return (
        f"<table style='background: {CARD}; color: {INK}; font-size: 15px'>"
        f"<tr><td></td>{head}</tr>{''.join(rows)}</table>"
    )


def mixes_picture(payoffs: Floats, stable: list, moves: tuple[str, ...]) -> str:
    """The best response of each player to every mix of the other, as SVG."""
    side = SIZE + 2 * EDGE

    def at(x: float, y: float) -> str:
        return f"{EDGE + x * SIZE:.1f},{EDGE + (1 - y) * SIZE:.1f}"

    own = " ".join(at(p, q) for q, p in _best_mixes(payoffs[ROW]))
    others = " ".join(at(p, q) for p, q in _best_mixes(payoffs[COLUMN].T))
    dots = "".join(
        f'<circle cx="{at(x[0], y[0]).split(",")[0]}" cy="{at(x[0], y[0]).split(",")[1]}" r="7" '
        f'fill="{GREEN}"/>'
        for x, y in stable
    )
    return (
        f'<svg width="{side}" height="{side}" font-size="12" fill="{INK}" role="img" '
        f'aria-label="Best responses to every mix; {len(stable)} of them meet in an equilibrium" '
        f'style="background:{CARD}">'
        f'<rect x="{EDGE}" y="{EDGE}" width="{SIZE}" height="{SIZE}" fill="none" stroke="{GREY}"/>'
        f'<polyline points="{own}" fill="none" stroke="{BLUE}" stroke-width="3"/>'
        f'<polyline points="{others}" fill="none" stroke="{VERMILION}" stroke-width="3" '
        f'stroke-dasharray="7 4"/>{dots}'
        f'<text x="{side / 2}" y="{side - 14}" text-anchor="middle">'
        f"row: chance of {html.escape(moves[0])}</text>"
        f'<text x="16" y="{side / 2}" text-anchor="middle" '
        f'transform="rotate(-90 16 {side / 2})">column: chance of {html.escape(moves[0])}</text>'
        f'<text x="{side / 2}" y="22" text-anchor="middle">'
        f'<tspan fill="{ink_of(BLUE)}">row answers</tspan>, '
        f'<tspan fill="{ink_of(VERMILION)}">column answers</tspan>, '
        f'<tspan fill="{ink_of(GREEN)}">● nobody moves</tspan></text></svg>'
    )


def _best_mixes(table: Floats) -> list[tuple[float, float]]:
    """Corners of the line of best responses: (chance of the other's first move, own best chance).

    table: float[own moves, the other's moves], one's own payoffs.
    """
    lead = table[0] - table[1]  # of one's first move, against each move of the other
    start, end = float(lead[1] > 0), float(lead[0] > 0)
    if lead[0] * lead[1] >= 0:
        if not lead.any():
            return [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
        settled = float(lead.sum() > 0)
        corners = [(0.0, settled), (1.0, settled)]
        # Where one is indifferent at an end, every mix is as good there.
        if lead[1] == 0:
            corners.insert(0, (0.0, 1.0 - settled))
        if lead[0] == 0:
            corners.append((1.0, 1.0 - settled))
        return corners
    turn = float(lead[1] / (lead[1] - lead[0]))
    return [(0.0, start), (turn, start), (turn, end), (1.0, end)]
