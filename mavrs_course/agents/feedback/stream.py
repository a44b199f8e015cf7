"""The feedback agent on a stream: events come late, twice and in the wrong order.

A page is counted once, with the first bulletin after it has become ``patience`` seconds old: its
click has come by then, or is taken not to come.  So a fresh page is never mistaken for one that
nobody wanted, and how the stream is cut into batches makes no difference.
Source: watermarks, as in Akidau et al., "The dataflow model" (VLDB 2015,
doi 10.14778/2824032.2824076).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from mavrs_course.agents.feedback.agent import FeedbackAgent
from mavrs_course.messages import NO_CLICK, Feedback, Floats, Opinion, Request, Slate, Trace


@dataclass(frozen=True)
class PageShown:
    """At ``time`` (seconds) this page went to this viewer."""

    time: float
    page: int
    viewer: int
    videos: tuple[int, ...]


@dataclass(frozen=True)
class Clicked:
    """At ``time`` a slot of a page was clicked, and watched for some minutes."""

    time: float
    page: int
    slot: int
    minutes: float = 4.0


@dataclass(frozen=True)
class Bulletin:
    """What the feedback agent tells the others: figures that they can trust."""

    time: float
    pages: int
    examination: Floats
    rate: Floats

    @property
    def size_bytes(self) -> int:
        return 16 + self.examination.nbytes + self.rate.nbytes


class FeedbackStream:
    """A :class:`FeedbackAgent` that lives on events and reports to the others.

    patience: seconds after which a page is counted.  every: seconds of the stream between two
    bulletins.  listeners: who is told, by name; each is called with the :class:`Bulletin`, and
    ``trace`` holds a Message for it.  Clicks that come twice, that come too late, or whose page
    was never shown are counted in ``repeated`` and ``unmatched``, and change nothing else.
    """

    name = FeedbackAgent.name

    def __init__(
        self,
        agent: FeedbackAgent,
        *,
        patience: float = 60.0,
        every: float = 300.0,
        listeners: Mapping[str, Callable[[Bulletin], None]] | None = None,
    ) -> None:
        if not (patience >= 0 and every > 0):
            raise ValueError(f"patience is at least 0 and every above 0; {patience=}, {every=}")
        self.agent, self.patience, self.every = agent, patience, every
        self.listeners = dict(listeners or {})
        self.trace = Trace()
        self.clock, self.pages = -np.inf, 0
        self.repeated = self.unmatched = 0
        self._next_bulletin: float | None = None
        self._open: dict[int, PageShown] = {}
        self._clicks: dict[int, Clicked] = {}

    def take(self, events: Iterable[PageShown | Clicked]) -> None:
        """Read events in the order in which they arrive."""
        for event in events:
            if isinstance(event, PageShown):
                self._open.setdefault(event.page, event)
            elif event.page in self._clicks:
                self.repeated += 1
            else:
                self._clicks[event.page] = event
            self._advance(event.time)

    def finish(self) -> None:
        """The stream has ended: count what is still open, and tell the others."""
        self._close(np.inf)
        if self.pages:
            self._tell()

    def opine(self, request: Request) -> Opinion:
        return self.agent.opine(request)

    def learn(self, feedback: Feedback) -> None:
        self.agent.learn(feedback)

    def _advance(self, time: float) -> None:
        self.clock = max(self.clock, time)
        if self._next_bulletin is None:
            self._next_bulletin = self.clock + self.every
        while self.clock >= self._next_bulletin:
            self._close(self._next_bulletin - self.patience)
            self._tell()
            self._next_bulletin += self.every

    def _close(self, until: float) -> None:
        """Count the pages shown up to a time, in one batch."""
        due = [page for page in self._open.values() if page.time <= until]
        for page in due:
            del self._open[page.page]
        clicks = [self._click_of(page) for page in due]
        lost = [key for key, click in self._clicks.items() if self._is_lost(click, until)]
        for key in lost:
            del self._clicks[key]
        self.unmatched += len(lost)
        for slots in {len(page.videos) for page in due}:
            rows = [row for row, page in enumerate(due) if len(page.videos) == slots]
            self._learn([due[row] for row in rows], [clicks[row] for row in rows], slots)
        self.pages += len(due)

    def _click_of(self, page: PageShown) -> Clicked | None:
        click = self._clicks.get(page.page)
        if click is None or not 0 <= click.slot < len(page.videos):
            return None
        del self._clicks[page.page]
        if click.time > page.time + self.patience:
            self.unmatched += 1
            return None
        return click

    def _is_lost(self, click: Clicked, until: float) -> bool:
        return click.page not in self._open and click.time <= until

    def _learn(self, pages: list[PageShown], clicks: list[Clicked | None], slots: int) -> None:
        viewers = np.array([page.viewer for page in pages])
        videos = np.array([page.videos for page in pages])
        slate = Slate(videos, request=Request(viewers, videos, slots))
        slot = np.array([NO_CLICK if click is None else click.slot for click in clicks])
        minutes = np.array([0.0 if click is None else click.minutes for click in clicks])
        self.agent.learn(Feedback(slate, slot, minutes))

    def _tell(self) -> None:
        started = perf_counter()
        bulletin = Bulletin(self.clock, self.pages, self.agent.examination, self.agent.rate)
        seconds = perf_counter() - started
        for receiver, listen in self.listeners.items():
            listen(bulletin)
            self.trace.add(
                self.name, receiver, "bulletin", size_bytes=bulletin.size_bytes, seconds=seconds
            )
