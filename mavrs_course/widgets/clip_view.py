"""PPO's clip, to be moved: one sample's objective, its slope, and steps uphill on the same data."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np

from mavrs_course.messages import Floats
from mavrs_course.plots import BLUE, CARD, GREY, INK, ORANGE, RULE
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.words import count, number

WIDTH, HEIGHT, LEFT, BOTTOM = 520, 300, 60, 46  # pixels: the picture, and room for its axes
MOST_RATIO, MOST_GAIN = 2.0, 4.0
STEP = 0.1  # how far one step uphill moves the ratio for each unit of slope


def gain_and_slope(ratio: Floats, advantage: float, clip: float | None) -> tuple[Floats, Floats]:
    """What one sample adds to PPO's objective, and the derivative of that by the ratio.

    ``min(r A, clamp(r, 1 - clip, 1 + clip) A)`` for ratios r of any shape; without a clip ``r A``.
    Where the two are equal the sample still counts.  Source: Schulman et al. 2017 (arXiv
    1707.06347), equation 7.
    """
    ratio = np.asarray(ratio, dtype=float)
    plain = ratio * advantage
    if clip is None:
        return plain, np.full(ratio.shape, float(advantage))
    held = np.clip(ratio, 1.0 - clip, 1.0 + clip) * advantage
    return np.minimum(plain, held), np.where(plain <= held, float(advantage), 0.0)


class ClipView(LessonWidget):
    """One action of one agent: how good it was, how much likelier it has become, and the clip.

    "Step uphill" learns once more from the same sample: the ratio moves along the slope, while
    there is one.  "A new rollout" sets it back to 1.  ``clipped`` switches the clip off.
    """

    about = "Move ratio, advantage and clip, and see the slope."

    def __init__(self) -> None:
        self.advantage = widgets.FloatSlider(1.0, min=-2.0, max=2.0, step=0.25)
        self.ratio = widgets.FloatSlider(1.0, min=0.0, max=MOST_RATIO, step=0.05)
        self.clip = widgets.FloatSlider(0.2, min=0.05, max=0.5, step=0.05)
        self.clipped = widgets.Checkbox(True, description="clip", indent=False)
        self.uphill = widgets.Button(description="Step uphill", button_style="primary")
        self.again = widgets.Button(description="A new rollout")
        self.picture, self.words = widgets.HTML(), widgets.HTML()
        for name in ("advantage", "ratio", "clip"):
            slider = getattr(self, name)
            slider.description = name
            slider.observe(lambda _: self._draw(), names="value")
        self.clipped.observe(lambda _: self._draw(), names="value")
        self.uphill.on_click(lambda _: self.step())
        self.again.on_click(lambda _: self.start())
        sliders = widgets.HBox([self.advantage, self.ratio])
        super().__init__(
            [
                sliders,
                widgets.HBox([self.clip, self.clipped, self.uphill, self.again]),
                self.picture,
                self.words,
            ]
        )
        self.start()

    @property
    def slope(self) -> float:
        """The derivative of the objective where the ratio stands now."""
        return float(gain_and_slope(self.ratio.value, self.advantage.value, self._limit)[1])

    @property
    def _limit(self) -> float | None:
        return self.clip.value if self.clipped.value else None

    def start(self) -> None:
        """The policy is what it was when the sample was drawn."""
        self.steps = 0
        self.ratio.value = 1.0
        self._draw()

    def step(self) -> None:
        """Learn once more from the same sample."""
        self.steps += 1
        moved = self.ratio.value + STEP * self.slope
        self.ratio.value = float(np.clip(moved, 0.0, MOST_RATIO))
        self._draw()

    def _draw(self) -> None:
        ratio, advantage = self.ratio.value, self.advantage.value
        gain = float(gain_and_slope(ratio, advantage, self._limit)[0])
        self.picture.value = clip_picture(ratio, advantage, self._limit)
        self.words.value = (
            f"{count(self.steps, 'step')} on this rollout. "
            f"Objective {number(gain, '+.2f')}, slope {number(self.slope, '+.2f')}: "
            f"<b>{_meaning(self.slope, advantage)}</b>"
        )


def _meaning(slope: float, advantage: float) -> str:
    if slope > 0:
        return "make this action likelier"
    if slope < 0:
        return "make this action less likely"
    if advantage == 0:
        return "no better and no worse than expected, so nothing to learn"
    return "it has moved far enough; this sample says nothing any more"


def _at(ratio: Floats, gain: Floats) -> list[tuple[float, float]]:
    """Pixels of points in the picture."""
    x = LEFT + np.asarray(ratio) / MOST_RATIO * (WIDTH - LEFT - 16)
    y = (HEIGHT - BOTTOM) * (0.5 - np.asarray(gain) / (2 * MOST_GAIN)) + 8
    return list(zip(np.ravel(x).round(1).tolist(), np.ravel(y).round(1).tolist(), strict=True))


def _line(points: list[tuple[float, float]], style: str) -> str:
    return f'<polyline points="{" ".join(f"{x},{y}" for x, y in points)}" fill="none" {style}/>'


def clip_picture(ratio: float, advantage: float, clip: float | None) -> str:
    """The objective of one sample over the ratio, as SVG, with the sample where it stands."""
    ratios = np.linspace(0.0, MOST_RATIO, 81)
    ((x, y),) = _at(ratio, gain_and_slope(ratio, advantage, clip)[0])
    ((_, zero),) = _at(0.0, 0.0)
    bottom = HEIGHT - BOTTOM + 8
    band = ""
    if clip is not None:
        (low, _), (high, _) = _at([1 - clip, 1 + clip], [0, 0])
        band = (
            f'<rect x="{low}" y="8" width="{high - low:.1f}" height="{bottom - 8}" fill="{RULE}"/>'
        )
    ticks = "".join(
        f'<text x="{_at(r, 0)[0][0]}" y="{bottom + 16}" text-anchor="middle">{r:g}</text>'
        for r in (0, 0.5, 1, 1.5, 2)
    ) + "".join(
        f'<text x="{LEFT - 8}" y="{_at(0, g)[0][1] + 4}" text-anchor="end">{number(g)}</text>'
        for g in (-4, -2, 0, 2, 4)
    )
    plain = _line(_at(ratios, gain_and_slope(ratios, advantage, None)[0]),
                  f'stroke="{GREY}" stroke-width="1.5" stroke-dasharray="4"')  # fmt: skip
    held = _line(_at(ratios, gain_and_slope(ratios, advantage, clip)[0]),
                 f'stroke="{BLUE}" stroke-width="3"')  # fmt: skip
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" font-size="12" fill="{INK}" role="img" '
        f'aria-label="Objective of one sample against the ratio, which is {ratio:.2f}" '
        f'style="background:{CARD}">{band}'
        f'<path d="M{LEFT} {zero}H{WIDTH - 16}" stroke="{GREY}"/>{ticks}{plain}{held}'
        f'<circle cx="{x}" cy="{y}" r="7" fill="{ORANGE}" stroke="{INK}"/>'
        f'<text x="{WIDTH / 2}" y="{bottom + 34}" text-anchor="middle">'
        "ratio: new probability of the action over the old</text>"
        f'<text transform="translate(16 {bottom / 2 + 4}) rotate(-90)" text-anchor="middle">'
        "objective</text></svg>"
    )
