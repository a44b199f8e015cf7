"""One match: one way of coordinating, one workload, one seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from mavrs_course.coordination.modes import Mode
from mavrs_course.messages import Coordinator, Feedback, Request, Slate, World
from mavrs_course.metrics.coordination import latency
from mavrs_course.tournament.lineups import lineup
from mavrs_course.tournament.workloads import Workload
from mavrs_course.world.sessions import play_day

VIEWERS = 50
PAGES_FOR_COST = 5


@dataclass(frozen=True)
class Outcome:
    """What a match came to.

    minutes: watched a session, mean over the viewers of the second evening.  quality: of what they
    clicked.  messages, size_bytes, tokens: of one page for one viewer.  latency: seconds until that
    page is decided where every agent is a machine (:func:`mavrs_course.metrics.latency`), the
    agents' thinking left out.  seconds: of computing for a page of all viewers, measured here.
    progress: the share learned of what there was to learn, where a world's viewers learn.
    """

    mode: str
    workload: str
    seed: int
    agents: int
    minutes: float
    quality: float
    messages: float
    size_bytes: float
    tokens: float
    latency: float
    seconds: float
    progress: float | None = None


def play_match(
    name: str,
    mode: Mode,
    workload: Workload,
    seed: int,
    *,
    agents: Sequence[str] | None = None,
    viewers: int = VIEWERS,
) -> Outcome:
    """Play two evenings, the second for the record, and count what a page costs."""
    world, makers, chance = np.random.default_rng(seed).spawn(3)
    platform = workload.place(world)
    who = [*(agents or workload.agents), *workload.trouble]
    team = lineup(who, platform, makers)
    coordinator = Timed(mode(team, deadline=workload.deadline, rng=chance))
    platform.reset(viewers)
    play_day(platform, coordinator)
    if workload.newcomers:
        platform.reset(viewers)
    if workload.night:
        platform.next_day()
    coordinator.seconds = coordinator.pages = 0
    evening = play_day(platform, coordinator)
    seconds = coordinator.seconds / coordinator.pages
    learned = getattr(platform, "progress", None)
    progress = None if learned is None else float(np.mean(learned))
    return Outcome(
        name,
        workload.name,
        seed,
        len(team),
        float(evening.watch_minutes.mean()),
        evening.clicked_quality,
        *page_cost(platform, coordinator),
        seconds,
        progress,
    )


def page_cost(platform: World, coordinator: Coordinator) -> tuple[float, float, float, float]:
    """Messages, bytes, tokens and latency of a page for one viewer, mean over a few pages."""
    platform.reset(1)
    costs = []
    for _ in range(PAGES_FOR_COST):
        slate = coordinator.recommend(platform.request)
        trace = slate.trace
        costs.append([len(trace), trace.size_bytes, trace.tokens, latency(trace, thinking=False)])
        coordinator.learn(platform.show(slate))
        if not platform.active.any():
            break
    return tuple(float(cost) for cost in np.mean(costs, axis=0))


class Timed:
    """A coordinator with a stop-watch."""

    def __init__(self, coordinator: Coordinator) -> None:
        self.coordinator, self.agents = coordinator, coordinator.agents
        self.seconds, self.pages = 0.0, 0

    def recommend(self, request: Request) -> Slate:
        started = perf_counter()
        slate = self.coordinator.recommend(request)
        self.seconds += perf_counter() - started
        self.pages += 1
        return slate

    def learn(self, feedback: Feedback) -> None:
        started = perf_counter()
        self.coordinator.learn(feedback)
        self.seconds += perf_counter() - started
