"""SlateQ: long-term values for pages of several videos, learned one video at a time.

A page of 3 out of 10 can be filled in 120 ways, and a value for each page would have to be learned
from that page alone.  SlateQ learns a value ``Q(s, i)`` for each *video*, given that it is the one
that is clicked, and a value ``Q(s, none)`` for no click.  With a model of the viewer's choice these
give the value of any page,

    Q(s, A) = sum_{i in A} P(i | s, A) Q(s, i) + P(none | s, A) Q(s, none),

and the best page is a ratio that :func:`~mavrs_course.agents.baselines.page_scores` solves exactly.
After a page, the value of what happened (the clicked video, or none) moves towards

    r + max_{A'} Q'(s', A'),                                    0 where the session is over,

the paper's equations 14 and 19 with ``Q'`` a slowly moving copy.  No click has a value of its own
because it does not end the session: worth 0 now, it leaves nearly all of the evening.  Taken to be
worth 0 for good, as the published code takes it (RecSim's ``slate_decomp_q_agent`` learns from
clicks only, and counts only clicks when it values a page), it looks like the end of the world, and
every page chases clicks.

Source: Ie et al. 2019, "SlateQ" (arXiv 1905.12767).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from mavrs_course.agents.baselines import page_scores
from mavrs_course.agents.simple import InterestAgent
from mavrs_course.messages import (
    NO_CLICK,
    Feedback,
    Floats,
    Ints,
    Opinion,
    Request,
    Slate,
    VideoCatalog,
)
from mavrs_course.once import learns_once
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform, draw_distinct
from mavrs_course.world.viewers import NO_CLICK_WEIGHT, START_BUDGET

Look = Callable[[Ints], Floats]


def peek(platform: Platform) -> Look:
    """What SlateQ was given in the paper's simulation, the viewers' true interests, and the budget.

    ``look(viewers)`` gives float[B, n_topics + 1]: interest in each topic, and the part of the
    budget that is left, 0 or less where the session is over.  No real platform can look there.
    """

    def look(viewers: Ints) -> Floats:
        here = np.isin(viewers, platform.viewers)  # who has left has no budget left
        rows = np.searchsorted(platform.viewers, viewers) * here
        left = platform.budget[rows, None] / START_BUDGET * here[:, None]
        return np.concatenate([platform.interest[rows], left], axis=1)

    return look


@dataclass
class Sight:
    """The note on a page: what was seen of each viewer before it, and at the next page, if any."""

    before: Floats
    after: Floats


@dataclass(frozen=True)
class SlateQSettings:
    """How SlateQ learns."""

    hidden: int = 64  # units in each of two hidden layers
    learning_rate: float = 1e-3
    replay: int = 50_000  # pages that are remembered
    batch: int = 1_024  # pages that one update learns from
    first_update: int = 2_000  # pages seen before the first update
    slowness: float = 0.98  # of the target network: how much of it stays at each update
    explore: float = 1.0  # chance of a page at random, at first
    explore_last: float = 0.05  # and after explore_pages
    explore_pages: int = 50_000
    value_of_no_click: bool = True  # False: no click is worth nothing and teaches nothing
    see_budget: bool = True  # False: only the interests, as the paper's agent sees them
    discount: float = 1.0  # what a minute is worth one page later; sessions end by themselves
    unit: float = 100.0  # minutes that count as 1 inside the network


class VideoValues(nn.Module):
    """``Q(s, i)`` for every topic as a line in the quality, and ``Q(s, none)``."""

    def __init__(self, hidden: int, topics: int) -> None:
        super().__init__()
        self.topics = topics
        self.body = nn.Sequential(
            nn.Linear(topics + 1, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU()
        )
        self.head = nn.Linear(hidden, 2 * topics + 1)

    def forward(self, state: torch.Tensor, topic: torch.Tensor, quality: torch.Tensor):
        """Values of videos, float[B, n], for topics int[B, n] and qualities; of none, float[B]."""
        out = self.head(self.body(state))
        level = out[:, : self.topics].gather(1, topic)
        slope = out[:, self.topics : -1].gather(1, topic)
        return level + slope * quality, out[:, -1]


class SlateQAgent:
    """SlateQ as an agent that learns while it is listened to.

    look: what it sees of viewers, as :func:`peek` gives it.  While ``learning`` it explores and
    updates; set it to False to measure what it has learned.  ``pages`` counts what it learned from.
    """

    name = "slateq"

    def __init__(
        self,
        catalog: Catalog,
        look: Look,
        settings: SlateQSettings = SlateQSettings(),
        *,
        candidates: int = 10,
        slots: int = 3,
        rng: np.random.Generator,
    ) -> None:
        self.catalog, self.look, self.settings, self.rng = catalog, look, settings, rng
        self.candidates, self.slots = candidates, slots
        self.learning, self.pages = True, 0
        seed = int(rng.integers(2**31))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.values = VideoValues(settings.hidden, catalog.n_topics)
        self.slow_values = deepcopy(self.values).requires_grad_(False)
        self.optimiser = torch.optim.Adam(self.values.parameters(), settings.learning_rate)
        size, state = settings.replay, catalog.n_topics + 1
        self._before, self._after = (np.zeros((size, state), np.float32) for _ in range(2))
        self._happened = np.zeros(size, dtype=np.int64)  # the video clicked, or NO_CLICK
        self._minutes = np.zeros(size, dtype=np.float32)
        self._latest: dict[int, tuple[Sight, int]] = {}  # each viewer's page, until what follows

    def state_dict(self) -> dict[str, Any]:
        """All that changes while learning: networks, optimiser, replay and generator.

        ``torch.save`` writes it.  With the platform kept beside it (it can be pickled) training
        goes on as if it had never stopped.
        """
        held = min(self.pages, self.settings.replay)
        return {
            "settings": asdict(self.settings),
            "pages": self.pages,
            "rng": self.rng.bit_generator.state,
            "values": self.values.state_dict(),
            "slow_values": self.slow_values.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "replay": [array[:held].copy() for array in self._replay()],
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a :meth:`state_dict`; ValueError if it is of other settings."""
        if state["settings"] != asdict(self.settings):
            raise ValueError(
                f"this was saved with {state['settings']}, and the agent has {self.settings}; "
                "make the agent as it was"
            )
        self.pages = state["pages"]
        self.rng.bit_generator.state = state["rng"]
        self.values.load_state_dict(state["values"])
        self.slow_values.load_state_dict(state["slow_values"])
        self.optimiser.load_state_dict(deepcopy(state["optimiser"]))
        for array, kept in zip(self._replay(), state["replay"], strict=True):
            array[: len(kept)] = kept

    def _replay(self) -> tuple[np.ndarray, ...]:
        return self._before, self._after, self._happened, self._minutes

    def opine(self, request: Request) -> Opinion:
        """The videos that make the best page score highest; at random where it explores."""
        state = self.look(request.viewers)
        sight = self._look_on(request.viewers, state)
        scores = self.page_scores(state, request.candidates, self.values, request.slots)
        if self.learning:
            explores = self.rng.random(len(request)) < self._exploring()
            scores[explores] = self.rng.random((explores.sum(), scores.shape[1]))
        sure = np.full(len(request), 1.0 - self._exploring())
        return Opinion(self.name, scores, sure, memo=sight)

    def _look_on(self, viewers: Ints, state: Floats) -> Sight:
        """A note on these pages; it tells the viewers' pages before what came after them."""
        sight = Sight(state, np.full_like(state, np.nan))
        for row, viewer in enumerate(viewers.tolist() if self.learning else ()):
            if viewer in self._latest:
                earlier, place = self._latest[viewer]
                earlier.after[place] = state[row]
            self._latest[viewer] = sight, row
        return sight

    def _exploring(self) -> float:
        part = min(self.pages / self.settings.explore_pages, 1.0)
        first, last = self.settings.explore, self.settings.explore_last
        return first + part * (last - first)

    def page_scores(self, state: Floats, videos: Ints, values: VideoValues, slots: int) -> Floats:
        """Scores whose largest make the best page by ``values``: float[B, C]."""
        value, nothing = self._values(state, videos, values)
        return page_scores(self._weights(state, videos), value, nothing, slots)

    def _weights(self, state: Floats, videos: Ints) -> Floats:
        return np.take_along_axis(state, self.catalog.topic[videos], axis=1) + 1.0

    @torch.no_grad()
    def _values(self, state: Floats, videos: Ints, values: VideoValues) -> tuple[Floats, Floats]:
        value, nothing = values(*self._tensors(state, videos))
        if not self.settings.value_of_no_click:
            nothing = torch.zeros_like(nothing)
        return value.numpy(), nothing.numpy()[:, None]

    def _tensors(self, state: Floats, videos: Ints):
        seen = torch.as_tensor(state, dtype=torch.float32)
        if not self.settings.see_budget:
            seen = torch.cat([seen[:, :-1], torch.zeros(len(seen), 1)], dim=1)
        return (
            seen,
            torch.as_tensor(self.catalog.topic[videos]),
            torch.as_tensor(self.catalog.quality[videos], dtype=torch.float32),
        )

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Remember the pages of those who were still watching, then update once.

        Nothing is learned from pages that it did not see: the slate has to bring back its memo.
        """
        if isinstance(self.look, Believed):
            self.look.learn(feedback)
        sight = feedback.slate.memo
        if not self.learning or not isinstance(sight, Sight):
            return
        viewers = feedback.request.viewers
        after = np.where(np.isnan(sight.after), self.look(viewers), sight.after)
        for viewer in viewers.tolist():
            if self._latest.get(viewer, (None, 0))[0] is sight:
                del self._latest[viewer]
        rows = np.flatnonzero(feedback.active)
        place = (self.pages + np.arange(len(rows))) % self.settings.replay
        self._before[place] = sight.before[rows]
        self._after[place] = after[rows]
        self._happened[place] = feedback.clicked_video[rows]
        self._minutes[place] = feedback.watch_minutes[rows]
        self.pages += len(rows)
        if self.pages >= self.settings.first_update:
            self._update()

    def _update(self) -> None:
        settings = self.settings
        held = min(self.pages, settings.replay)
        rows = self.rng.integers(held, size=settings.batch)
        target = torch.as_tensor(self._targets(rows), dtype=torch.float32)
        happened = self._happened[rows]
        video, nothing = self.values(*self._tensors(self._before[rows], happened[:, None]))
        clicked = torch.as_tensor(happened != NO_CLICK)
        thought = torch.where(clicked, video[:, 0], nothing)
        if not settings.value_of_no_click:
            thought, target = thought[clicked], target[clicked]
        loss = nn.functional.smooth_l1_loss(thought, target)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        with torch.no_grad():
            for slow, fast in zip(
                self.slow_values.parameters(), self.values.parameters(), strict=True
            ):
                slow.lerp_(fast, 1.0 - settings.slowness)

    def _targets(self, rows: Ints) -> Floats:
        """Minutes of the page, and the value of the best page that comes next: float[batch].

        The next candidates are drawn anew: on this platform any draw is as good as the real one.
        """
        after = self._after[rows]
        videos = draw_distinct(len(self.catalog), self.candidates, len(rows), self.rng)
        value, nothing = self._values(after, videos, self.slow_values)
        weights = self._weights(after, videos)
        best = np.argsort(-page_scores(weights, value, nothing, self.slots), axis=1)
        page = best[:, : self.slots]
        weights, value = (np.take_along_axis(array, page, axis=1) for array in (weights, value))
        earned = (weights * value).sum(axis=1) + NO_CLICK_WEIGHT * nothing[:, 0]
        goes_on = after[:, -1] > 0
        minutes = self._minutes[rows] / self.settings.unit
        worth = earned / (weights.sum(axis=1) + NO_CLICK_WEIGHT)
        return minutes + self.settings.discount * goes_on * worth


def train(agent: SlateQAgent, platform: Platform, pages: int, *, sessions: int = 128) -> None:
    """Let the agent fill pages of ``platform`` until it has learned from ``pages``.

    ``sessions`` viewers watch side by side; when the last of them has left, as many come anew.
    A session that is under way is taken up again, so that training can go on in steps.
    """
    agent.learning = True
    while agent.pages < pages:
        if not platform.active.any():
            platform.reset(sessions)
        request = platform.request
        opinion = agent.opine(request)
        best = np.argsort(-opinion.scores, axis=1)[:, : request.slots]
        videos = np.take_along_axis(request.candidates, best, axis=1)
        agent.learn(platform.show(Slate(videos, request=request, memo=opinion.memo)))
    agent.learning = False


class Believed:
    """A look for a world that shows nobody's head: what an interest agent has come to believe.

    The budget is taken to be full, as nothing tells how much of it is left.
    """

    def __init__(self, catalog: VideoCatalog) -> None:
        self.agent = InterestAgent(catalog)

    def __call__(self, viewers: Ints) -> Floats:
        self.agent.meet(viewers)
        full = np.ones((len(viewers), 1))
        return np.concatenate([self.agent.interest[viewers], full], axis=1)

    def learn(self, feedback: Feedback) -> None:
        """Believe something else."""
        self.agent.learn(feedback)


def _for_any(world: Any, rng: np.random.Generator) -> SlateQAgent:
    shown = hasattr(world, "interest") and hasattr(world, "budget") and hasattr(world, "viewers")
    return SlateQAgent(world.catalog, peek(world) if shown else Believed(world.catalog), rng=rng)


MAKERS = {"slateq": _for_any}
