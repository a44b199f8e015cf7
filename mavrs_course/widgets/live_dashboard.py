"""The live dashboard: viewers, comments, gifts and alarms of four rooms, as they happen."""

from __future__ import annotations

import asyncio
import html
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np

from mavrs_course.agents.live import PoissonCusum, reference_value
from mavrs_course.messages import Bools, Floats, Ints
from mavrs_course.plots import BLUE, CARD, FADED, GREY, INK, ORANGE, PURPLE, RULE, VERMILION
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.words import count, listed
from mavrs_course.world.live.rooms import RoomRates, Rooms

NAMES = ("cooking", "singing", "gaming", "travel")
# Rooms that close seldom and open again at once, with a crowd that can be seen.
RATES = RoomRates(on_air=30.0, off_air=1.0, joins=25.0, spread=0.6, gifts=0.01)
MEMORY = 2.0  # how far above its limit S may go
SECONDS = 0.7  # on the screen, for a window of half a minute
MOST = 240  # windows: two hours, then it pauses by itself
SHOWN = AT_FIRST = 48  # windows in the picture
WIDTH, LEFT, STRIP, TOP, BOTTOM = 680, 84, 74, 8, 62


@dataclass(frozen=True)
class Evening:
    """T windows of four rooms: viewers, comments, gifts int[T, 4]; highlight, new bool[T, 4]."""

    viewers: Ints
    comments: Ints
    gifts: Ints
    highlight: Bools
    new: Bools

    def __len__(self) -> int:
        return len(self.viewers)


class LiveDashboard(LessonWidget):
    """Rooms on a clock that runs, pauses or goes on by one window; a limit for the alarm to move.

    The alarm is a CUSUM of comments that knows how much a crowd says in calm.  Moving ``limit``
    judges the whole evening anew: how many highlights are heard, how late, and the false alarms.
    """

    about = "Run the evening, pause it, and move the limit of the alarm."

    def __init__(self, seed: int = 0) -> None:
        self.run = widgets.ToggleButton(False, description="Run", tooltip="Run, or pause")
        self.next = widgets.Button(description="Half a minute on")
        self.anew = widgets.Button(description="Another evening")
        self.limit = widgets.FloatSlider(6.0, min=1.0, max=16.0, step=0.5, description="limit h")
        self.truth = widgets.Checkbox(
            False, description="show when highlights really were", layout={"width": "auto"}
        )
        self.news, self.picture = widgets.HTML(), widgets.HTML()
        self._task: asyncio.Task | None = None
        self.next.on_click(lambda _: self.step())
        self.anew.on_click(lambda _: self.start(self.seed + 1))
        self.run.observe(lambda change: self._run(change["new"]), names="value")
        for control in (self.limit, self.truth):
            control.observe(lambda _: self._draw(), names="value")
        buttons = widgets.HBox([self.run, self.next, self.anew])
        super().__init__([buttons, self.limit, self.truth, self.news, self.picture])
        self.start(seed)

    def start(self, seed: int) -> None:
        """Another evening, which is 24 minutes old."""
        self.seed = seed
        self.rooms = Rooms(len(NAMES), RATES, np.random.default_rng(seed))
        self._windows: list[tuple] = []
        self._since = self.rooms.since.copy()
        for _ in range(AT_FIRST):
            self._tick()
        self.news.value = "<p>Paused. Run it, or go on by half a minute.</p>"
        self._draw()

    @property
    def evening(self) -> Evening:
        """What has happened so far."""
        return Evening(*(np.array(column) for column in zip(*self._windows, strict=True)))

    def step(self) -> None:
        """Half a minute passes; an alarm that begins is told."""
        self._tick()
        self._draw()
        alarm = alarms(self.evening, self.limit.value)
        begun = np.flatnonzero(alarm[-1] & ~alarm[-2])
        if len(begun):
            said = listed([f"{NAMES[n]} ({self.rooms.comments[n]} comments)" for n in begun])
            self.news.value = f"<p><b>Minute {len(alarm) / 2:g}: highlight now, {said}.</b></p>"

    def _tick(self) -> None:
        rooms = self.rooms
        rooms.tick()
        new, self._since = rooms.since != self._since, rooms.since.copy()
        seen = (rooms.viewers, rooms.comments, rooms.gifts, rooms.highlight, new)
        self._windows.append(tuple(column.copy() for column in seen))

    def _run(self, on: bool) -> None:
        if not on:
            self._draw()
            return
        try:
            self._task = asyncio.get_running_loop().create_task(self._go())
        except RuntimeError:  # no notebook runs this
            self.run.value = False

    async def _go(self) -> None:
        while self.run.value and len(self._windows) < MOST:
            self.step()
            await asyncio.sleep(SECONDS)
        self.run.value = False

    def _draw(self) -> None:
        evening = self.evening
        alarm = alarms(evening, self.limit.value)
        told = judged(evening, alarm)
        # While it runs its name stays, so that a screen reader says the alarms and nothing else.
        label = "Four rooms, running." if self.run.value else f"Four rooms. {told}"
        self.picture.value = picture(evening, alarm, told, label, self.truth.value)


def alarms(evening: Evening, h: float) -> Bools:
    """bool[T, 4]: where a CUSUM of comments with this limit gives the alarm."""
    rows = evening.viewers.shape[1]
    chart = PoissonCusum(rows, 0.0, h, most=h + MEMORY)
    calm = RATES.comments * RATES.window * evening.viewers
    alarm = np.zeros(evening.viewers.shape, dtype=bool)
    for window, (comments, new) in enumerate(zip(evening.comments, evening.new, strict=True)):
        chart.restart(new)
        alarm[window] = chart.watch(comments, reference_value(calm[window], RATES.burst))
    return alarm


def judged(evening: Evening, alarm: Bools) -> str:
    """How many highlights were heard, how late, and the false alarms, in a sentence."""
    delays = heard_after(evening.highlight, alarm)
    heard = delays[~np.isnan(delays)]
    calm_before = ~np.vstack([np.zeros((1, alarm.shape[1]), dtype=bool), alarm[:-1]])
    false = int((alarm & calm_before & ~evening.highlight).sum())
    late = f", {30 * heard.mean():.0f} s late on average" if len(heard) else ""
    return (
        f"After {len(evening) / 2:g} minutes: {len(heard)} of {count(len(delays), 'highlight')} "
        f"heard{late}; {count(false, 'false alarm')}."
    )


def heard_after(highlight: Bools, alarm: Bools) -> Floats:
    """For each highlight, the windows until an alarm stood, NaN if it ended unheard: float[n]."""
    delays = []
    for room in range(highlight.shape[1]):
        edges = np.diff(np.r_[False, highlight[:, room], False].astype(int))
        begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        for begin, end in zip(begins, ends, strict=True):
            stood = np.flatnonzero(alarm[begin:end, room])
            delays.append(float(stood[0]) if len(stood) else np.nan)
    return np.array(delays)


def picture(evening: Evening, alarm: Bools, told: str, label: str, truth: bool) -> str:
    """The last windows of every room as SVG, the tally and what the marks mean below."""
    first = max(0, len(evening) - SHOWN)
    height = TOP + STRIP * len(NAMES) + BOTTOM
    parts = [_room(evening, alarm, room, first, truth) for room in range(len(NAMES))]
    below = TOP + STRIP * len(NAMES)
    parts.append(
        f'<text x="{LEFT}" y="{below + 14}" fill="{FADED}">minute {first / 2:g}</text>'
        f'<text x="{WIDTH - 12}" y="{below + 14}" fill="{FADED}" text-anchor="end">'
        f"minute {len(evening) / 2:g}</text>"
        f'<text x="{LEFT}" y="{below + 34}" font-weight="bold">{html.escape(told)}</text>'
    )
    parts.append(_legend(below + 52, truth))
    return (
        f'<svg width="{WIDTH}" height="{height}" font-size="12" fill="{INK}" role="img" '
        f'aria-label="{html.escape(label)}" style="background:{CARD};border-radius:8px">'
        f"{''.join(parts)}</svg>"
    )


def _room(evening: Evening, alarm: Bools, room: int, first: int, truth: bool) -> str:
    base, room_high = TOP + STRIP * (room + 1) - 12, STRIP - 26
    step = (WIDTH - LEFT - 12) / SHOWN
    viewers = evening.viewers[first:, room]
    comments = evening.comments[first:, room]
    most_viewers, most_said = max(viewers.max(), 1), max(comments.max(), 8)
    x = LEFT + step * np.arange(len(viewers))
    line = " ".join(
        f"{left + step / 2:.1f},{base - room_high * seen / most_viewers:.1f}"
        for left, seen in zip(x, viewers, strict=True)
    )
    parts = [
        f'<line x1="{LEFT}" x2="{WIDTH - 12}" y1="{base}" y2="{base}" stroke="{RULE}"/>'
        f'<text x="10" y="{base - 22}" font-weight="bold">{NAMES[room]}</text>'
        f'<text x="10" y="{base - 6}" fill="{FADED}">{viewers[-1]} there</text>'
    ]
    for at, left in enumerate(x):
        tall = room_high * comments[at] / most_said
        bar = f'x="{left + 1:.1f}" width="{step - 2:.1f}"'
        parts.append(
            f'<rect {bar} y="{base - tall:.1f}" height="{tall:.1f}" fill="{BLUE}" opacity=".75"/>'
        )
        whole = f'x="{left:.1f}" width="{step:.1f}" height="6"'
        if alarm[first + at, room]:
            parts.append(f'<rect {whole} y="{base - room_high - 9}" fill="{VERMILION}"/>')
        if truth and evening.highlight[first + at, room]:
            parts.append(f'<rect {whole} y="{base + 2}" fill="{ORANGE}"/>')
        if evening.gifts[first + at, room]:
            parts.append(_diamond(left + step / 2, base - 6))
    parts.append(f'<polyline points="{line}" fill="none" stroke="{GREY}" stroke-width="1.5"/>')
    return "".join(parts)


def _diamond(x: float, y: float) -> str:
    corners = f"{x:.1f},{y - 5} {x + 5:.1f},{y} {x:.1f},{y + 5} {x - 5:.1f},{y}"
    return f'<polygon points="{corners}" fill="{PURPLE}" stroke="{CARD}" stroke-width="1.5"/>'


def _legend(y: int, truth: bool) -> str:
    """The marks, each with its word."""
    marks = [
        ("viewers", GREY, 2),
        ("comments", BLUE, 10),
        ("gifts", "", 0),
        ("alarm", VERMILION, 6),
        *([("highlight", ORANGE, 6)] if truth else []),
    ]
    parts = []
    for number, (word, colour, high) in enumerate(marks):
        x = LEFT + 100 * number
        mark = f'<rect x="{x}" y="{y - 4 - high / 2}" width="14" height="{high}" fill="{colour}"/>'
        parts.append(mark if colour else _diamond(x + 7, y - 4))
        parts.append(f'<text x="{x + 20}" y="{y}" fill="{FADED}">{word}</text>')
    return "".join(parts)
