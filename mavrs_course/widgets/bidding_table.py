"""A seat at the feed game: choose the bids of all five channels, and see what the page earns."""

from __future__ import annotations

import html
import io

import ipywidgets as widgets
import numpy as np
from PIL import Image

from mavrs_course.envs import feed_v0
from mavrs_course.envs.feed_core import (
    BID,
    BID_NAMES,
    CHANNELS,
    EMPTY,
    HIGH,
    N_ACTIONS,
    SLOTS,
    TOPIC,
    TOPIC_NAMES,
    TOPIC_QUALITY,
)
from mavrs_course.messages import Floats
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.widgets.still import image_of
from mavrs_course.words import signed
from mavrs_course.world.viewers import (
    NO_CLICK_COST,
    REFUND_RATE,
    VIDEO_MINUTES,
    choice_probabilities,
)

_QUALITY = np.append(TOPIC_QUALITY, 0.0)
TIE_BREAKS = 200
WIDTH = 960  # pixels of the picture, where there is room


def page_value(interest: Floats, actions: np.ndarray) -> tuple[float, float]:
    """Minutes that a page earns and budget that it uses, on average over ties and choices.

    interest: float[20], the viewer's.  actions: int[5], one for each channel, as in
    :mod:`mavrs_course.envs.feed_core`.
    """
    channels = np.arange(CHANNELS)
    tickets = np.random.default_rng(0).random((TIE_BREAKS, CHANNELS))
    winners = np.argsort(-(BID[actions] + tickets), axis=1)[:, :SLOTS]
    topics = TOPIC[channels, actions][winners]
    clicks = choice_probabilities(np.append(interest, -1.0)[topics] + 1.0)
    cost = VIDEO_MINUTES * (1.0 - REFUND_RATE * _QUALITY[topics])
    minutes = VIDEO_MINUTES * clicks.sum(axis=1)
    budget = (clicks * cost).sum(axis=1) + NO_CLICK_COST * (1.0 - clicks.sum(axis=1))
    return float(minutes.mean()), float(budget.mean())


class BiddingTable(LessonWidget):
    """The feed game with you in every channel's chair.

    Move a bid and the line below says what the page would earn and use.  "Show this page" plays
    it on ``feed_v0``; "New viewer" starts another session.
    """

    about = "Choose the bids of five channels, and see what the page earns."

    def __init__(self, seed: int = 0) -> None:
        self.env = feed_v0.parallel_env(render_mode="rgb_array")
        self.seed = seed
        self.bids = [
            widgets.Dropdown(
                options=[("", HIGH)],
                description=f"channel {channel}",
                layout=widgets.Layout(width="420px"),
            )
            for channel in range(CHANNELS)
        ]
        self.forecast = widgets.HTML()
        self.report = widgets.HTML()
        self.picture = widgets.HTML()
        self.show_page = widgets.Button(description="Show this page", button_style="primary")
        self.new_viewer = widgets.Button(description="New viewer")
        self.show_page.on_click(lambda _: self.play())
        self.new_viewer.on_click(lambda _: self.start(self.seed + 1))
        for bid in self.bids:
            bid.observe(lambda _: self._foresee(), names="value")
        buttons = widgets.HBox([self.show_page, self.new_viewer])
        super().__init__([*self.bids, self.forecast, buttons, self.report, self.picture])
        self.start(seed)

    @property
    def actions(self) -> np.ndarray:
        """int[5]: what each channel does."""
        return np.array([bid.value for bid in self.bids])

    def start(self, seed: int) -> None:
        """A new viewer; the bids stay, at first high for each channel's first topic."""
        self.seed = seed
        self.env.reset(seed=seed)
        self._offer()
        self._tell("A new viewer opens the app.")

    def play(self) -> None:
        """Show the page of the bids chosen."""
        if not self.env.agents:
            self._tell("This viewer has left. Press “New viewer”.")
            return
        self.env.step(dict(zip(self.env.agents, map(int, self.actions), strict=True)))
        page = self.env.last_info
        slot = int(page.clicked[0])
        clicked = TOPIC_NAMES[page.topics[0, slot]] if slot >= 0 else None
        self._offer()
        watched = f"watched {clicked}" if clicked else "scrolled past"
        ended = "" if self.env.agents else " The budget is spent: the viewer leaves."
        self._tell(f"Page {self.env.steps}: the viewer {watched}.{ended}")

    def _offer(self) -> None:
        """The nine actions of each channel, with the viewer's interest in each topic as it is."""
        interest = self.env.core.interest[0]
        for channel, bid in enumerate(self.bids):
            kept = bid.value
            bid.options = [(_action_text(channel, a, interest), a) for a in range(N_ACTIONS)]
            bid.value = kept
        self._foresee()

    def _foresee(self) -> None:
        minutes, budget = page_value(self.env.core.interest[0], self.actions)
        self.forecast.value = (
            f"On average this page earns <b>{minutes:.2f}</b> minutes and uses "
            f"<b>{budget:.2f}</b> of the budget: <b>{minutes / budget:.2f}</b> minutes for each."
        )

    def _tell(self, sentence: str) -> None:
        core = self.env.core
        self.report.value = (
            f"{html.escape(sentence)} Watched so far: <b>{core.session_minutes[0]:.1f}</b> "
            f"minutes; budget left: <b>{max(core.budget[0], 0.0):.1f}</b>."
        )
        told = (
            f"The phone with its page {self.env.steps}, and the interest in each channel's topics. "
            f"{sentence}"
        )
        self.picture.value = image_of(_png(self.env.render()), told, WIDTH)


def _png(picture: np.ndarray) -> bytes:
    """Few colours, so that a notebook that is saved with the table in it stays small."""
    drawn = io.BytesIO()
    few = Image.fromarray(picture).quantize(method=Image.Quantize.FASTOCTREE)
    few.save(drawn, format="png", optimize=True)
    return drawn.getvalue()


def _action_text(channel: int, action: int, interest: Floats) -> str:
    topic = TOPIC[channel, action]
    if topic == EMPTY:
        return BID_NAMES[0]
    felt = signed(interest[topic])
    return f"{BID_NAMES[BID[action]]}: {TOPIC_NAMES[topic]} (interest {felt})"
