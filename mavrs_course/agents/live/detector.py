"""Who hears that the crowd gets excited, and who heeds it."""

from __future__ import annotations

from typing import Any

import numpy as np

from mavrs_course.agents.live.charts import Cusum, Ewma, PoissonCusum, reference_value
from mavrs_course.agents.simple import PopularityAgent
from mavrs_course.messages import (
    Agent,
    Bools,
    Feedback,
    Floats,
    Ints,
    Message,
    Opinion,
    Request,
    World,
)
from mavrs_course.words import capitalised

ROOM_BYTES = 8  # what it takes to name a room
CHARTS = ("counts", "cusum", "ewma")
SMOOTHING = 0.5  # of the EWMA: a highlight lasts four windows


class DetectorAgent:
    """Says which rooms have a highlight now: a CUSUM of the comments in every room.

    It sees what everybody sees of a live world, ``world.rooms``: who is on the air, the viewers,
    and the comments in the window just over.  How much a viewer says in calm it learns from
    the rooms without an alarm, unless it is told ``calm``; a highlight is taken to multiply that by
    ``burst``.  An alarm
    begins when S reaches ``h`` comments more than expected, and stands until S is below h again;
    S goes to ``h + memory`` at most.  A room that opens starts at 0.

    chart: ``counts``, or a chart of how many deviations the comments are above what is expected,
    ``cusum`` with k = 1, or ``ewma``, whose limit is h deviations.  These take counts for normal,
    which in small rooms they are not.

    It has an opinion where some candidates have an alarm and others have none, and is then sure.
    In a world without rooms it has none.  It learns nothing from feedback: it listens to the crowd.
    """

    def __init__(
        self,
        world: World,
        *,
        h: float = 4.0,
        burst: float = 4.0,
        memory: float = 2.0,
        calm: float | None = None,
        chart: str = "counts",
    ) -> None:
        if chart not in CHARTS:
            raise ValueError(f"a chart is one of {', '.join(CHARTS)}, not {chart!r}")
        self.world, self.burst, self.told_calm = world, burst, calm
        self.h, self.memory, self.kind = h, memory, chart
        self.name = "detector" if chart == "counts" else f"{chart} detector"
        self.alarm: Bools = np.zeros(len(world.catalog), dtype=bool)
        self.expected: Floats = np.zeros(len(world.catalog))
        self._said, self._heads = 0.0, 0.0  # comments and viewers in calm windows, in all
        self._rooms: Any = None
        self._begin()

    @property
    def calm(self) -> float:
        """Comments of a viewer in a window, where there is no highlight."""
        return self._said / max(self._heads, 1.0) if self.told_calm is None else self.told_calm

    def look(self) -> Bools:
        """bool[V]: the alarms that stand now.  A window is looked at once, however often asked."""
        rooms = getattr(self.world, "rooms", None)
        if rooms is None:
            return self.alarm
        if rooms is not self._rooms:  # another day
            self._rooms = rooms
            self._begin()
        if rooms.minute != self._minute:
            self._take_in(rooms)
        return self.alarm

    def _begin(self) -> None:
        rows = len(self.alarm)
        self.chart = self._chart(rows)
        self._minute, self._since = -1.0, np.zeros(rows)

    def _chart(self, rows: int) -> Cusum | Ewma:
        if self.kind == "ewma":
            return Ewma(rows, SMOOTHING, self.h)
        most = self.h + self.memory
        if self.kind == "cusum":
            return Cusum(rows, 1.0, self.h, most=most)
        return PoissonCusum(rows, 0.0, self.h, most=most)

    def _take_in(self, rooms: Any) -> None:
        self._minute = rooms.minute
        self.chart.restart(rooms.since != self._since)  # opened or closed
        self._since = rooms.since.copy()
        if self._heads == 0.0:
            self._count(rooms, rooms.on_air)
        self.expected = self.calm * rooms.viewers
        self.alarm = self._rings(rooms.comments) & rooms.on_air
        self._count(rooms, rooms.on_air & ~self.alarm)

    def _rings(self, comments: Ints) -> Bools:
        if isinstance(self.chart, PoissonCusum):
            return self.chart.watch(comments, reference_value(self.expected, self.burst))
        above = (comments - self.expected) / np.sqrt(np.maximum(self.expected, 1.0))
        return self.chart.watch(above) & (self.chart.state > 0)

    def _count(self, rooms: Any, calm: Bools) -> None:
        self._said += rooms.comments[calm].sum()
        self._heads += rooms.viewers[calm].sum()

    def opine(self, request: Request) -> Opinion:
        scores = self.look()[request.candidates].astype(float)
        sure = np.ptp(scores, axis=1) if len(scores) else np.zeros(0)
        first = request.candidates[np.arange(len(scores)), scores.argmax(axis=1)]
        why = {room: self._reason(room) for room in set(first.tolist())}
        return Opinion(self.name, scores, sure, [why[room] for room in first.tolist()])

    def _reason(self, room: int) -> str:
        if not self.alarm[room]:
            return "No room here has a highlight that I can hear."
        topic = self.world.catalog.topics[self.world.catalog.topic[room]]
        return (
            f"{capitalised(topic)}: {self._rooms.comments[room]} comments in the last half minute, "
            f"where {self.expected[room]:.1f} are usual. A highlight, now."
        )

    def learn(self, feedback: Feedback) -> None:
        """Nothing: what viewers of a page did comes too late."""


class HeedingAgent:
    """An agent that heeds a detector: rooms with an alarm rise by ``weight`` times its own span.

    When alarms have begun or ended since it last asked, it gets one message, "highlight now",
    which names these rooms and goes into the trace of whoever asks (``Opinion.asides``).
    """

    def __init__(self, agent: Agent, detector: DetectorAgent, *, weight: float = 1.0) -> None:
        if not 0 <= weight < np.inf:
            raise ValueError(f"weight is a number of 0 or more, not {weight}")
        self.agent, self.detector, self.weight = agent, detector, weight
        self.name = f"heeding {agent.name}"
        self._heard: Bools = np.zeros(len(detector.alarm), dtype=bool)

    def opine(self, request: Request) -> Opinion:
        opinion, alarm = self.agent.opine(request), self.detector.look()
        changed = int((alarm != self._heard).sum())
        self._heard = alarm.copy()
        told = Message(self.detector.name, self.name, "highlight now", ROOM_BYTES * changed)
        scores = np.asarray(opinion.scores, dtype=float)
        span = np.ptp(scores, axis=1, keepdims=True)
        lift = self.weight * np.where(span > 0, span, 1.0)
        return Opinion(
            self.name,
            scores + lift * alarm[request.candidates],
            opinion.confidence,
            opinion.reasons,
            (*opinion.asides, *([told] if changed else [])),
            opinion.memo,
        )

    def learn(self, feedback: Feedback) -> None:
        """Hand it to the agent, which has written its own note."""
        self.agent.learn(feedback)


MAKERS = {
    "detector": lambda world, rng: DetectorAgent(world),
    "cusum-detector": lambda world, rng: DetectorAgent(world, chart="cusum"),
    "ewma-detector": lambda world, rng: DetectorAgent(world, chart="ewma", h=3.0),
    "heeding": lambda world, rng: HeedingAgent(
        PopularityAgent(world.catalog), DetectorAgent(world)
    ),
}
