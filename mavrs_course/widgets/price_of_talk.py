"""The price of talk: say what a message and a millisecond cost, and see which way is best."""

from __future__ import annotations

import html

import ipywidgets as widgets
import numpy as np
import pandas as pd

from mavrs_course.plots import BLUE, CARD, GREY, INK, ORANGE, RULE, mean_interval
from mavrs_course.tournament.report import pareto, summary
from mavrs_course.widgets.base import LessonWidget

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 380, 52, 44
MILLISECONDS = 1_000.0
FIRST_PRICE = 0.2  # minutes a message at the start: when talk is free, all ways stand at 0


class PriceOfTalk(LessonWidget):
    """A tournament's outcome, and two prices to set.

    matches: one row a match, as :func:`~mavrs_course.tournament.report.table` makes it.  A way
    that watches 200 minutes a session and sends 12 messages a page, at 2 minutes a message, nets
    176.  The blue line joins the ways that nothing beats: cheaper or better than each other one.
    """

    about = "Set what talk costs, and see what is best."

    def __init__(self, matches: pd.DataFrame) -> None:
        self.matches, self.summed = matches, summary(matches)
        style = {"description_width": "150px"}
        layout = widgets.Layout(width="420px")
        self.workload = widgets.Dropdown(
            options=list(dict.fromkeys(self.summed["workload"])), description="workload",
            style=style, layout=layout,
        )  # fmt: skip
        self.message = widgets.FloatSlider(
            FIRST_PRICE, min=0.0, max=3.0, step=0.1, description="minutes a message", style=style,
            layout=layout,
        )  # fmt: skip
        self.millisecond = widgets.FloatSlider(
            0.0, min=0.0, max=10.0, step=0.25, description="minutes a millisecond", style=style,
            layout=layout,
        )  # fmt: skip
        self.verdict, self.picture = widgets.HTML(), widgets.HTML()
        for control in (self.workload, self.message, self.millisecond):
            control.observe(lambda _: self._weigh(), names="value")
        super().__init__(
            [self.workload, self.message, self.millisecond, self.verdict, self.picture]
        )
        self._weigh()

    def weighed(self) -> pd.DataFrame:
        """The ways in this workload: minutes, half, cost in minutes, net, front; best net first."""
        rows = self.summed[self.summed["workload"] == self.workload.value].copy()
        milliseconds = MILLISECONDS * rows["latency"]
        rows["cost"] = self.message.value * rows["messages"] + self.millisecond.value * milliseconds
        rows["net"] = rows["minutes"] - rows["cost"]
        rows["front"] = pareto(rows["cost"], rows["minutes"])
        return rows.sort_values("net", ascending=False, kind="stable")

    def _weigh(self) -> None:
        rows = self.weighed()
        best, second = rows.iloc[0], rows.iloc[1]
        close = (
            "" if self._sure(best, second) else f" {html.escape(second['mode'])} may be as good."
        )
        self.verdict.value = (
            f"<p><b>Best here: {html.escape(best['mode'])}, {best['net']:.0f} minutes net.</b>"
            f"{close} On the front: {int(rows['front'].sum())} of {len(rows)}.</p>"
        )
        self.picture.value = picture(rows)

    def _sure(self, best: pd.Series, second: pd.Series) -> bool:
        """Whether the interval of the net gain, paired by seed, lies above 0."""
        played = self.matches[self.matches["workload"] == self.workload.value]
        minutes = played.pivot(index="seed", columns="mode", values="minutes")
        gain = minutes[best["mode"]] - minutes[second["mode"]] - (best["cost"] - second["cost"])
        mean, half = mean_interval(gain)
        return bool(mean - half > 0)


def picture(rows: pd.DataFrame) -> str:
    """Minutes watched against what the talk costs, as SVG, with the front and the best net."""
    cost, minutes = rows["cost"].to_numpy(), rows["minutes"].to_numpy()
    half = rows["half"].fillna(0.0).to_numpy()
    most = max(cost.max(), 1.0) * 1.25
    low, high = (minutes - half).min() - 8, (minutes + half).max() + 8
    x = LEFT + cost / most * (WIDTH - LEFT - 20)

    def down(value):
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - 16)

    parts = [_axes(most, low, high, down)]
    front = rows["front"].to_numpy()
    order = np.flatnonzero(front)[np.lexsort((minutes[front], cost[front]))]
    line = " ".join(f"{x[n]:.1f},{down(minutes[n]):.1f}" for n in order)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="2"/>')
    labels, names = _apart(x, down(minutes)), []
    for n, mode in enumerate(rows["mode"]):
        colour = ORANGE if n == 0 else BLUE if front[n] else GREY
        y = down(minutes[n])
        parts.append(
            f'<line x1="{x[n]:.1f}" x2="{x[n]:.1f}" y1="{down(minutes[n] - half[n]):.1f}" '
            f'y2="{down(minutes[n] + half[n]):.1f}" stroke="{colour}" stroke-width="1.5"/>'
            f'<circle cx="{x[n]:.1f}" cy="{y:.1f}" r="{8 if n == 0 else 5}" fill="{colour}"/>'
        )
        names.append(
            f'<text x="{x[n] + 11:.1f}" y="{labels[n] + 4:.1f}" '
            f'stroke="{CARD}" stroke-width="4" paint-order="stroke">{html.escape(mode)}</text>'
        )
    told = f"Best net: {rows['mode'].iloc[0]}. On the front: {', '.join(rows['mode'][front])}."
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" font-size="12" fill="{INK}" role="img" '
        f'aria-label="{html.escape(told)}" style="background:{CARD};border-radius:8px">'
        f"{''.join([*parts, *names])}</svg>"  # no mark strikes through a name
    )


def _apart(x: np.ndarray, y: np.ndarray, least: float = 13.0) -> np.ndarray:
    """Heights for labels, so that none covers another within 120 pixels: float[n]."""
    placed = np.array(y, dtype=float)
    done: list[int] = []
    for n in np.argsort(y):
        near = [m for m in done if abs(x[m] - x[n]) < 120]
        while any(abs(placed[m] - placed[n]) < least for m in near):
            placed[n] += 1.0
        done.append(int(n))
    return placed


def _axes(most: float, low: float, high: float, down) -> str:
    parts = []
    for value in np.arange(np.ceil(low / 25) * 25, high, 25):
        y = down(value)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - 10}" y1="{y:.1f}" y2="{y:.1f}" stroke="{RULE}"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.0f}</text>'
        )
    rough = most / 4
    size = 10.0 ** np.floor(np.log10(rough))
    step = min(times * size for times in (1.0, 2.0, 5.0, 10.0) if times * size >= rough)
    for value in np.arange(0.0, most, step):
        at = LEFT + value / most * (WIDTH - LEFT - 20)
        parts.append(
            f'<text x="{at:.0f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{value:g}</text>'
        )
    parts.append(
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">what the talk costs '
        f'(minutes)</text><text transform="translate(14 {HEIGHT / 2}) rotate(-90)" '
        'text-anchor="middle">minutes watched a session</text>'
    )
    return "".join(parts)
