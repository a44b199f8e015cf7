"""A picture of one page of the feed game: the viewer's phone, and who bid what for it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from matplotlib import get_data_path
from PIL import Image, ImageColor, ImageDraw, ImageFont

from mavrs_course.envs.feed_core import (
    BID,
    BID_NAMES,
    CHANNELS,
    EMPTY,
    SLOTS,
    TOPIC,
    FeedCore,
    FeedPage,
)
from mavrs_course.messages import NO_CLICK, Ints
from mavrs_course.world.topics import N_TOPICS, TOPICS
from mavrs_course.world.viewers import START_BUDGET

WIDTH, HEIGHT = 1000, 560
SCALE = 2  # drawn large and shrunk, which smooths the edges

# Okabe and Ito's colours, told apart by colour-blind readers.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7")
INK, SOFT, LINE, CARD, PHONE = "#2B2B2B", "#6B6B6B", "#DDDAD2", "#FFFFFF", "#FAF9F6"


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(get_data_path(), "fonts", "ttf", name), size)


class _Canvas:
    """Pillow's drawing in unscaled pixels, with the few shapes that the picture is made of."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), CARD)
        self._draw = ImageDraw.Draw(self.image)

    def text(self, x, y, text, size=14, colour=INK, bold=False, anchor="lm") -> None:
        place = (x * SCALE, y * SCALE)
        self._draw.text(place, text, colour, _font(size * SCALE, bold), anchor=anchor)

    def box(self, x, y, width, height, fill=None, outline=None, line=1, radius=6) -> None:
        corners = [x * SCALE, y * SCALE, (x + width) * SCALE, (y + height) * SCALE]
        self._draw.rounded_rectangle(corners, radius * SCALE, fill, outline, round(line * SCALE))

    def bar(self, x, y, width, part, colour, height=6) -> None:
        """A bar of which ``part``, in [0, 1], is full."""
        self.box(x, y, width, height, fill=LINE, radius=height / 2)
        if part * width >= 1:
            self.box(x, y, max(part * width, height), height, fill=colour, radius=height / 2)

    def pixels(self) -> np.ndarray:
        return np.array(self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS))


def draw_feed(
    core: FeedCore, number: int, actions: Ints | None = None, page: FeedPage | None = None
) -> np.ndarray:
    """Draw the first session of a core: uint8[560, 1000, 3].

    number: of the page.  actions: int[5], the channels' bids for it.  page: what came of them;
    both None before the first page.

    Left, the phone with its three slots and what was watched; right, each channel's four topics
    with how much the viewer likes them now (a full bar is interest 1, an empty one -1).  A frame
    marks the topic that a channel bids for, thicker for a high bid; it is filled if shown.
    """
    bids = np.zeros(N_TOPICS + 1, dtype=int)
    shown = np.full(SLOTS, EMPTY)
    if page is not None:
        bids[TOPIC[np.arange(CHANNELS), actions]] = BID[actions]
        shown = page.topics[0]
    canvas = _Canvas()
    _draw_phone(canvas, core, number, bids, shown, page)
    _draw_channels(canvas, core.interest[0], bids, shown, page)
    return canvas.pixels()


def _draw_phone(canvas, core, number, bids, shown, page) -> None:
    left, width = 24, 276
    canvas.box(left, 20, width, 520, fill=PHONE, outline=INK, line=2, radius=26)
    canvas.text(left + 20, 50, f"page {number}", 20, bold=True)
    clicked = NO_CLICK if page is None else page.clicked[0]
    for slot, topic in enumerate(shown):
        watched = page.watch_minutes[0] if slot == clicked else None
        _draw_slot(canvas, left + 16, 78 + 116 * slot, width - 32, topic, bids[topic], watched)
    if page is not None and clicked == NO_CLICK:
        canvas.text(left + width / 2, 437, "nothing clicked", 13, SOFT, anchor="mm")
    budget = max(float(core.budget[0]), 0.0)
    canvas.text(left + 20, 466, f"watched {core.session_minutes[0]:.0f} minutes", 14, bold=True)
    canvas.text(left + 20, 489, f"budget left {budget:.0f} of {START_BUDGET:.0f}", 13, SOFT)
    canvas.bar(left + 20, 506, width - 40, budget / START_BUDGET, INK, height=8)


def _draw_slot(canvas, x, y, width, topic, bid, watched) -> None:
    if topic == EMPTY:
        canvas.box(x, y, width, 104, outline=LINE, line=1.5, radius=12)
        canvas.text(x + width / 2, y + 52, "empty slot", 14, SOFT, anchor="mm")
        return
    owner = topic % CHANNELS
    colour = COLOURS[owner]
    if watched is None:
        canvas.box(x, y, width, 104, CARD, LINE, radius=12)
    else:
        canvas.box(x, y, width, 104, CARD, colour, line=3, radius=12)
        canvas.text(x + 32, y + 78, f"watched {watched:.1f} minutes", 14, bold=True)
    canvas.box(x + 12, y + 14, 8, 76, colour, radius=4)
    canvas.text(x + 32, y + 26, TOPICS[topic], 15, bold=True)
    canvas.text(x + 32, y + 51, f"channel {owner}, {BID_NAMES[bid]}", 13, SOFT)


def _draw_channels(canvas, interest, bids, shown, page) -> None:
    left, right, column = 326, WIDTH - 20, 130
    canvas.text(left + 138, 36, "trash", 12, SOFT)
    canvas.text((left + 130 + right) / 2, 36, "how much the viewer likes it", 12, SOFT, anchor="mm")
    canvas.text(right - 10, 36, "nourishing", 12, SOFT, anchor="rm")
    for channel, colour in enumerate(COLOURS):
        y = 58 + 98 * channel
        topics = range(channel, N_TOPICS, CHANNELS)
        canvas.box(left, y, right - left, 88, outline=LINE, radius=10)
        canvas.box(left + 12, y + 14, 8, 60, colour, radius=4)
        canvas.text(left + 30, y + 28, f"channel {channel}", 14, bold=True)
        if page is not None:
            canvas.text(left + 30, y + 52, BID_NAMES[max(bids[topics])], 12, SOFT)
        for place, topic in enumerate(topics):
            x = left + 130 + column * place
            _draw_topic(canvas, x, y, topic, interest[topic], bids[topic], topic in shown)


def _draw_topic(canvas, x, y, topic, interest, bid, shown) -> None:
    colour = COLOURS[topic % CHANNELS]
    if bid:
        fill = ImageColor.getrgb(colour)
        tint = tuple(round(255 - 0.16 * (255 - part)) for part in fill) if shown else None
        canvas.box(x, y + 8, 124, 72, tint, colour, line=2 * bid - 1, radius=8)
    canvas.text(x + 8, y + 30, TOPICS[topic], 11)
    canvas.bar(x + 8, y + 54, 108, (interest + 1.0) / 2.0, colour)
