"""The control room: drag whom to believe, price the questions, kill the controller."""

from __future__ import annotations

import html

import ipywidgets as widgets
import numpy as np

from mavrs_course.agents.editor import EditorAgent
from mavrs_course.agents.simple import InterestAgent, NoveltyAgent, PopularityAgent
from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.hierarchical.fallback import EqualVotes, WithFallback
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Floats, Request, Slate, Trace
from mavrs_course.plots import CARD, FADED, INK, RULE
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.words import signed
from mavrs_course.world.platform import Platform

WORKS, DEAD, WRONG = "works", "dead", "wrong"
EVENINGS, GUESTS = 15, 150


class Dial(PanelCoordinator):
    """Weighs the agents as it is told, and asks those whose share of the weight is worth it.

    weights: float[n], 0 or more.  price: the smallest share for which a question is asked; the
    agent with the largest is always asked.  state: ``works``, ``wrong`` (it shows what it should
    have shown last) or ``dead``.
    """

    weights: Floats
    price, state = 0.0, WORKS

    @property
    def shares(self) -> Floats:
        """float[n], 1 in all."""
        total = self.weights.sum()
        return (
            self.weights / total if total > 0 else np.full(len(self.agents), 1.0) / len(self.agents)
        )

    def hear(self, request: Request, trace: Trace) -> Hearing:
        if self.state == DEAD:
            raise RuntimeError("the controller is dead")
        asked = self.shares >= min(self.price, self.shares.max())
        return self.panel.ask(request, trace, who=np.flatnonzero(asked).tolist())

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        support = self.shares[None, :, None] * hearing.votes
        scores = support.sum(axis=1) * (-1.0 if self.state == WRONG else 1.0)
        return Decision.by_scores(scores, support, hearing.request.slots)


class ControlRoom(LessonWidget):
    """Four agents, one controller, one viewer's page.

    A slider for each agent's weight, one for the price of a question, a switch for the state of
    the controller, and one for the fallback.  The page changes at once.
    """

    about = "Drag the weights, kill the controller."

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.platform = Platform(rng=rng)
        catalog = self.platform.catalog
        self.agents = (
            PopularityAgent(catalog), InterestAgent(catalog),
            NoveltyAgent(catalog), EditorAgent(catalog),
        )  # fmt: skip
        self.dial = Dial(self.agents)
        self._warm_up(rng)
        self.weight = [
            widgets.FloatSlider(0.25, min=0.0, max=1.0, step=0.05, description=agent.name)
            for agent in self.agents
        ]
        self.price = widgets.FloatSlider(0.0, min=0.0, max=0.5, step=0.05, description="price")
        self.state = widgets.ToggleButtons(options=[WORKS, DEAD, WRONG], description="controller")
        self.fallback = widgets.Checkbox(True, description="fallback: equal votes")
        self.again = widgets.Button(description="Other candidates")
        self.page, self.cost = widgets.HTML(), widgets.HTML()
        for control in (*self.weight, self.price, self.state, self.fallback):
            control.observe(lambda _: self._think(), names="value")
        self.again.on_click(lambda _: self._next())
        left = widgets.VBox([*self.weight, self.price])
        right = widgets.VBox([self.state, self.fallback, self.again, self.cost])
        super().__init__([widgets.HBox([left, right]), self.page])
        self._next()

    def _warm_up(self, rng: np.random.Generator) -> None:
        """Guests watch some pages, so that the agents know something; you are guest 0."""
        host = EqualVotes(self.agents, rng=rng)
        self.platform.reset(GUESTS)
        for _ in range(EVENINGS):
            host.learn(self.platform.show(host.recommend(self.platform.request)))

    def _next(self) -> None:
        drawn = self.platform.reset(1)
        self.request = Request(np.zeros(1, dtype=int), drawn.candidates, drawn.slots)
        self._think()

    def _think(self) -> None:
        self.dial.weights = np.array([slider.value for slider in self.weight])
        self.dial.price, self.dial.state = self.price.value, self.state.value
        self.slate = self._answer()
        self.page.value = self._table()
        self.cost.value = self._bill()

    def _answer(self) -> Slate | None:
        """The page, or None where nobody makes one."""
        if self.fallback.value:
            return WithFallback(self.dial, EqualVotes(self.agents)).recommend(self.request)
        try:
            return self.dial.recommend(self.request)
        except RuntimeError:
            return None

    def _bill(self) -> str:
        if self.slate is None:
            return "<b>0 messages.</b> Nobody was asked."
        trace = self.slate.trace
        asked = [m.receiver for m in trace if m.kind == "request" and m.receiver in self.names]
        return (
            f"<b>{len(trace)} messages, {trace.size_bytes:,} bytes.</b><br>"
            f"Asked: {', '.join(asked)}."
        )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(agent.name for agent in self.agents)

    def _table(self) -> str:
        style = f"background:{CARD};color:{INK};border-radius:8px;padding:8px 12px"
        if self.slate is None:
            why = "The controller is dead, and nobody else may decide."
            return f'<div style="{style}"><b>No page.</b> {why}</div>'
        catalog, rows = self.platform.catalog, []
        for slot, (video, why) in enumerate(
            zip(self.slate.videos[0], self.slate.reasons[0], strict=True), 1
        ):
            rows.append(
                f'<tr style="border-top:1px solid {RULE}"><td>{slot}</td>'
                f"<td><b>{catalog.topics[catalog.topic[video]]}</b><br>{html.escape(catalog.title(video))}"
                f"</td><td>{signed(catalog.quality[video])}</td><td>{html.escape(why)}</td></tr>"
            )
        heads = "".join(f"<th>{head}</th>" for head in ("slot", "video", "quality", "why"))
        head = f'<tr style="color:{FADED}">{heads}</tr>'
        return f'<div style="{style}"><table cellpadding="6">{head}{"".join(rows)}</table></div>'
