"""Be the viewer: click or skip, and watch what the reasoning agent comes to believe."""

from __future__ import annotations

import html
from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np

from mavrs_course.agents.reasoning import ReasoningAgent
from mavrs_course.agents.reasoning.belief import chance_liked, mean
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import NO_CLICK, Feedback, Floats
from mavrs_course.plots import BLUE, CARD, GREY, INK, ORANGE
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.words import count
from mavrs_course.world.platform import Platform

ROW, LEFT, WIDTH = 22, 160, 260  # pixels: height of a topic, where its histogram starts, its width
SLOTS = 3


class BeliefTable(LessonWidget):
    """Three videos, three buttons to watch one and one to skip the page, and the belief beside.

    ``price`` is what a minute of your time is worth to the plan (0 is myopic); ``curiosity`` how
    much it cares to learn.  Both change the page at once.  "Forget me" starts over.
    """

    about = "Watch or skip, and see what is believed of you."

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        wide = widgets.Layout(width="520px")
        self.watch = [widgets.Button(layout=wide) for _ in range(SLOTS)]
        self.skip = widgets.Button(description="Skip all three", layout=wide)
        self.forget = widgets.Button(description="Forget me")
        self.price = widgets.FloatSlider(1.4, min=0.0, max=2.0, step=0.1, description="price")
        self.curiosity = widgets.IntSlider(0, min=0, max=50, step=10, description="curiosity")
        self.why, self.picture, self.plan = widgets.HTML(), widgets.HTML(), widgets.HTML()
        for slot, button in enumerate(self.watch):
            button.on_click(lambda _, slot=slot: self.answer(slot))
        self.skip.on_click(lambda _: self.answer(NO_CLICK))
        self.forget.on_click(lambda _: self.start())
        for slider in (self.price, self.curiosity):
            slider.observe(lambda _: self._think(), names="value")
        beside = widgets.HBox([self.picture, self.plan])
        sliders = widgets.HBox([self.price, self.curiosity, self.forget])
        super().__init__([*self.watch, self.skip, self.why, sliders, beside])
        self.start()

    def start(self) -> None:
        """Somebody new sits down: nothing is known."""
        self.platform = Platform(rng=np.random.default_rng(self.seed))
        self.platform.reset(1)
        self.agent = ReasoningAgent(self.platform.catalog, rate=self.price.value)
        self.pages, self.clicks, self.touched = 0, 0, ()
        self._think()

    def answer(self, slot: int) -> None:
        """The viewer watched the video in this slot, or with ``NO_CLICK`` none."""
        watched = np.array([slot])
        self.agent.learn(Feedback(self.slate, watched, np.where(watched >= 0, 4.0, 0.0)))
        self.touched = tuple(self.platform.catalog.topic[self.slate.videos[0]])
        self.pages, self.clicks = self.pages + 1, self.clicks + (slot != NO_CLICK)
        self.platform.reset(1)  # for new candidates; who answers is you, the agent's viewer 0
        self._think()

    @property
    def belief(self) -> Floats:
        """The histograms over your interests: float[T, G]."""
        return self.agent.belief.probability[0]

    def _think(self) -> None:
        """Plan the page and draw everything."""
        self.agent.rate, self.agent.curiosity = self.price.value, float(self.curiosity.value)
        request = self.platform.request
        request = type(request)(np.zeros(1, dtype=int), request.candidates, SLOTS)
        self.slate = SingleAgent(self.agent).recommend(request)
        catalog = self.platform.catalog
        for button, video in zip(self.watch, self.slate.videos[0], strict=True):
            button.description = (
                f"Watch {catalog.topics[catalog.topic[video]]}: {catalog.title(video)}"
            )
        self.why.value = (
            f"<b>Why this page.</b> {html.escape(self.slate.reasons[0][0])}<br>"
            f"{count(self.clicks, 'click')} on {count(self.pages, 'page')} so far."
        )
        self.picture.value = belief_picture(
            self.belief, self.agent.belief.levels, self.platform.catalog.topics, self.touched
        )
        self.plan.value = self._plan_text()

    def _plan_text(self) -> str:
        liked = chance_liked(self.belief, self.agent.belief.levels)
        topics = self.platform.catalog.topics
        rows = "".join(
            f"<li>{topics[topic]} ({100 * liked[topic]:.0f} % that you like it)</li>"
            for topic in self.platform.catalog.topic[self.slate.videos[0]]
        )
        latent = "".join(f"<li>{topics[t]}</li>" for t, _ in self.agent.latent_needs(0))
        key = (
            "<p>Bars: how likely each interest is, the line their mean; orange: topics of the "
            "last page. At the right: the chance that you like the topic.<br><b>price</b>: what a "
            "minute of your time is worth to the plan, 0 is myopic. <b>curiosity</b>: how much it "
            "cares to learn about you.</p>"
        )
        return (
            f"<b>The plan for this page</b><ol>{rows}</ol>"
            f"<b>Hardly shown yet, and promising</b><ul>{latent or '<li>nothing</li>'}</ul>{key}"
        )


def _told(likely: Floats, topics: Sequence[str]) -> str:
    """The three topics that are likeliest to be liked, and the least, in words."""
    order = np.argsort(-likely, kind="stable")
    best = ", ".join(f"{topics[topic]} {100 * likely[topic]:.0f} %" for topic in order[:3])
    last = f"{topics[order[-1]]} {100 * likely[order[-1]]:.0f} %"
    return f"The chance that you like each of {len(topics)} topics: {best}, down to {last}"


def belief_picture(
    probability: Floats, levels: Floats, topics: Sequence[str], touched: tuple = ()
) -> str:
    """A small histogram for each topic, as SVG: probability float[T, G]; touched: just shown."""
    expected, likely = mean(probability, levels), chance_liked(probability, levels)
    highest = max(probability.max(), 2.0 / len(levels))
    rows = []
    for topic, name in enumerate(topics):
        base, colour = (topic + 1) * ROW + 16, ORANGE if topic in touched else BLUE
        x = LEFT + (levels + 1.0) / 2.0 * WIDTH
        y = base - probability[topic] / highest * (ROW - 4)
        line = " ".join(f"{a:.0f},{b:.1f}" for a, b in zip(x, y, strict=True))
        middle = LEFT + (expected[topic] + 1.0) / 2.0 * WIDTH
        rows.append(
            f'<text x="{LEFT - 8}" y="{base - 4}" text-anchor="end">{name}</text>'
            f'<polygon points="{x[0]:.0f},{base} {line} {x[-1]:.0f},{base}" fill="{colour}"/>'
            f'<path d="M{middle:.0f} {base}v-{ROW - 6}" stroke="{INK}"/>'
            f'<text x="{LEFT + WIDTH + 8}" y="{base - 4}">{100 * likely[topic]:.0f} %</text>'
        )
    height, half = (len(topics) + 1) * ROW + 8, LEFT + WIDTH / 2
    return (
        f'<svg width="{LEFT + WIDTH + 60}" height="{height}" font-size="11" fill="{INK}" role="img"'
        f' aria-label="{_told(likely, topics)}" style="background:{CARD}">'
        f'<text x="{LEFT}" y="14">dislikes</text><text x="{half - 3}" y="14">0</text>'
        f'<text x="{LEFT + WIDTH}" y="14" text-anchor="end">likes</text>'
        f'<path d="M{half} 18V{height - 6}" stroke="{GREY}" stroke-dasharray="3"/>'
        f"{''.join(rows)}</svg>"
    )
