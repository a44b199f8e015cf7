"""Who bids what over a session: a film that plays by itself, and a still that says the same.

The film is an SVG with its own animation, so it needs no script and no kernel.  Readers whose
system asks for less motion see its last frame and can read the still.
"""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from mavrs_course.envs.feed_account import watched_topic
from mavrs_course.envs.feed_core import (
    BID,
    CHANNELS,
    EMPTY,
    TOPIC,
    TOPIC_NAMES,
    TOPIC_QUALITY,
    FeedCore,
    Policy,
)
from mavrs_course.messages import Floats, Ints
from mavrs_course.plots import BLUE, CARD, FADED, GREY, INK, RULE, VERMILION
from mavrs_course.world.viewers import START_BUDGET

WIDTH, HEIGHT, LINE = 400, 232, 28  # pixels of one panel, and of one channel in it
SECONDS = 0.45  # a frame
ROUNDS = 3  # then it rests on its last frame: what moves for ever distracts


@dataclass(frozen=True)
class Recording:
    """One session, page by page: ``T`` pages.

    actions: int[T, 5].  shown: bool[T, 5], whose bid was among the highest.  watched: int[T], the
    topic, or ``EMPTY``.  minutes, budget: float[T], watched so far and left after the page.
    """

    actions: Ints
    shown: np.ndarray
    watched: Ints
    minutes: Floats
    budget: Floats

    def __len__(self) -> int:
        return len(self.actions)

    @property
    def topics(self) -> Ints:
        """int[T, 5]: the topic that each channel bid for, or ``EMPTY``."""
        return TOPIC[np.arange(CHANNELS), self.actions]


def record(policy: Policy, seed: int, most: int = 1_000) -> Recording:
    """Play one session of the viewer that ``seed`` draws; it is cut off after ``most`` pages."""
    core = FeedCore(1, rng=np.random.default_rng(seed))
    rows = []
    while core.active[0] and len(rows) < most:
        actions = policy(core.observe())
        _, _, page = core.step(actions)
        clicked = page.clicked[0] >= 0
        watched = watched_topic(page)[0] if clicked else EMPTY
        shown = np.isin(np.arange(CHANNELS), page.owners[0])
        rows.append((actions[0], shown, watched, page.session_minutes[0], core.budget[0]))
    actions, shown, watched, minutes, budget = map(np.array, zip(*rows, strict=True))
    return Recording(actions, shown, watched, minutes, np.maximum(budget, 0.0))


def colour_of(topic: int) -> str:
    """Blue for a topic that refreshes, vermilion for one that tires."""
    return BLUE if TOPIC_QUALITY[topic] > 0 else VERMILION


def session_film(recordings: Mapping[str, Recording], frames: Sequence[int]) -> str:
    """The sessions side by side as an animated SVG.

    recordings: a title for each.  frames: the pages to show, from 0; where a session is over by
    then, its viewer is shown to have left.
    """
    width, period = WIDTH * len(recordings), SECONDS * len(frames)
    starts = (f"animation-delay:{number * SECONDS:.2f}s" for number in range(len(frames)))
    shown = "".join(
        f'<g class="frame" style="{start}">{_frame(recordings, page)}</g>'
        for start, page in zip(starts, frames, strict=True)
    )
    visible = 100.0 / len(frames)
    style = (
        f".frame{{visibility:hidden;animation:show {period:.2f}s step-end {ROUNDS}}}"
        f"@keyframes show{{0%{{visibility:visible}}{visible:.3f}%{{visibility:hidden}}}}"
        f".frame:last-child{{animation:last {period:.2f}s step-end {ROUNDS} both;"
        "animation-delay:0s!important}"
        f"@keyframes last{{0%{{visibility:hidden}}{100 - visible:.3f}%,100%{{visibility:visible}}}}"
        "@media (prefers-reduced-motion: reduce){.frame{animation:none}"
        ".frame:last-child{visibility:visible}}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
        f'font-family="DejaVu Sans, sans-serif" font-size="12" fill="{INK}">'
        f'<style>{style}</style><rect width="{width}" height="{HEIGHT}" fill="{CARD}"/>'
        f"<g>{shown}</g></svg>"
    )


def _frame(recordings: Mapping[str, Recording], page: int) -> str:
    panels = []
    for number, (title, session) in enumerate(recordings.items()):
        inside = _panel(html.escape(title), session, page)
        panels.append(f'<g transform="translate({number * WIDTH} 0)">{inside}</g>')
    return "".join(panels)


def _panel(title: str, session: Recording, page: int) -> str:
    over, page = page >= len(session), min(page, len(session) - 1)
    left = session.budget[page] / START_BUDGET * (WIDTH - 40)
    state = "the viewer has left" if over else f"page {page + 1}"
    rows = [] if over else [_row(session, page, channel) for channel in range(CHANNELS)]
    return (
        f'<text x="20" y="24" font-weight="bold">{title}</text>'
        f'<text x="{WIDTH - 20}" y="24" text-anchor="end">{state}</text>{"".join(rows)}'
        f'<text x="20" y="{HEIGHT - 36}">{session.minutes[page]:.0f} minutes watched</text>'
        f'<text x="{WIDTH - 20}" y="{HEIGHT - 36}" text-anchor="end">budget</text>'
        f'<rect x="20" y="{HEIGHT - 26}" width="{WIDTH - 40}" height="10" fill="{RULE}"/>'
        f'<rect x="20" y="{HEIGHT - 26}" width="{left:.0f}" height="10" fill="{GREY}"/>'
    )


def _row(session: Recording, page: int, channel: int) -> str:
    y, topic = 52 + LINE * channel, session.topics[page, channel]
    name = f'<text x="20" y="{y}" fill="{FADED}">channel {channel}</text>'
    if topic == EMPTY:
        return f'{name}<text x="120" y="{y}" fill="{FADED}">abstains</text>'
    high, shown = BID[session.actions[page, channel]] > 1, session.shown[page, channel]
    colour, watched = colour_of(topic), session.watched[page] == topic
    dot = f'<circle cx="104" cy="{y - 4}" r="{8 if high else 4}" fill="{colour}"/>'
    text = f"{TOPIC_NAMES[topic]}{' ▶ watched' if watched else ''}"
    weight = ' font-weight="bold"' if watched else ""
    opacity = "" if shown else ' opacity="0.65"'
    return f'{name}<g{opacity}>{dot}<text x="120" y="{y}"{weight}>{html.escape(text)}</text></g>'


def show_film(svg: str, *, alt: str) -> None:
    """Display a film with its alternative text, which is also the output's plain text."""
    from IPython.display import display

    if not alt.strip():
        raise ValueError("show_film() needs alt=: a sentence that says what happens in the film")
    image = b64encode(svg.encode()).decode()
    element = (
        f'<img alt="{html.escape(alt)}" style="max-width: 100%; border-radius: 8px" width="800" '
        f'src="data:image/svg+xml;base64,{image}">'
    )
    display({"text/html": element, "text/plain": alt}, raw=True)


def draw_still(axes: Axes, session: Recording, title: str, pages: int) -> None:
    """The first ``pages`` pages of a session at one glance: a row a channel, a column a page.

    Full colour is a high bid, pale a low one, blank none; a dot marks what was watched.
    """
    picture = np.ones((CHANNELS, pages, 4)) * to_rgba(CARD)
    for page in range(min(pages, len(session))):
        for channel, topic in enumerate(session.topics[page]):
            if topic != EMPTY:
                high = BID[session.actions[page, channel]] > 1
                picture[channel, page] = to_rgba(colour_of(topic), 1.0 if high else 0.35)
    axes.imshow(picture, aspect="auto", interpolation="none", extent=(0, pages, CHANNELS, 0))
    page = np.flatnonzero(session.watched[:pages] != EMPTY)
    axes.plot(page + 0.5, session.watched[page] % CHANNELS + 0.5, ".", ms=3, color="white")
    axes.set_yticks(np.arange(CHANNELS) + 0.5, [f"channel {n}" for n in range(CHANNELS)])
    axes.grid(False)
    axes.set(xlim=(0, pages), title=title)
