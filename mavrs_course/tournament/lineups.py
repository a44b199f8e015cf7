"""Who plays: agents by name, and the ones that make trouble.

An agent is made for a platform with a generator of its own.  ``planner`` and ``scouts`` peek at
the viewers, which no real agent can: they are for questions about coordination alone.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

import numpy as np

from mavrs_course.agents.baselines import PlannerAgent
from mavrs_course.agents.makers import agents
from mavrs_course.messages import Agent, Feedback, Floats, Opinion, Request
from mavrs_course.world.platform import Platform

Maker = Callable[[Platform, np.random.Generator], Agent]


class LineupError(ValueError):
    """There is no such agent; the text lists those there are."""


class Planner:
    """The planner, asked about any of the platform's viewers, which a gate or a pipeline needs.

    :class:`PlannerAgent` answers for all viewers at once, so whoever did not ask is filled in.
    """

    name = "planner"

    def __init__(self, platform: Platform) -> None:
        self.platform, self._planner = platform, PlannerAgent(platform)

    def opine(self, request: Request) -> Opinion:
        everybody = self.platform.viewers
        rows = np.searchsorted(everybody, request.viewers)
        candidates = np.repeat(request.candidates[:1], len(everybody), axis=0)
        candidates[rows] = request.candidates
        opinion = self._planner.opine(Request(everybody, candidates, request.slots))
        return Opinion(self.name, opinion.scores[rows], opinion.confidence[rows])

    def learn(self, feedback: Feedback) -> None:
        """Nothing: it peeks."""


class ClearSight:
    """The planner's scores, each page stretched to mean 0 and deviation 1.

    A crowd shares one, and it remembers the last request, which all of them are asked about.
    """

    def __init__(self, platform: Platform) -> None:
        self._planner = Planner(platform)
        self._last: tuple[Request, Floats] | None = None

    def scores(self, request: Request) -> Floats:
        """float[B, C]; zeros where the planner is indifferent."""
        if self._last is None or self._last[0] is not request:
            scores = self._planner.opine(request).scores
            scores = scores - scores.mean(axis=1, keepdims=True)
            spread = scores.std(axis=1, keepdims=True)
            clear = np.divide(scores, spread, out=np.zeros_like(scores), where=spread > 0)
            self._last = request, clear
        return self._last[1]


class Scout:
    """Sees what the planner sees, through fog: ``noise`` is its deviation.

    Many scouts together see clearly, as their errors cancel.
    """

    def __init__(
        self, name: str, sight: ClearSight, rng: np.random.Generator, noise: float = 2.0
    ) -> None:
        self.name, self.sight, self.noise, self.rng = name, sight, noise, rng

    def opine(self, request: Request) -> Opinion:
        clear = self.sight.scores(request)
        foggy = clear + self.noise * self.rng.standard_normal(clear.shape)
        return Opinion(self.name, foggy, np.full(len(request), 1.0 / (1.0 + self.noise)))

    def learn(self, feedback: Feedback) -> None:
        """Nothing: it sees what it sees."""


class Liar:
    """Knows what the planner knows, says the opposite, and shouts."""

    name = "liar"

    def __init__(self, platform: Platform) -> None:
        self._planner = Planner(platform)

    def opine(self, request: Request) -> Opinion:
        scores = -1_000.0 * self._planner.opine(request).scores
        return Opinion(self.name, scores, np.ones(len(request)))

    def learn(self, feedback: Feedback) -> None:
        """Nothing: it knows."""


class Sleeper:
    """Never answers, unless there is an hour's time."""

    name = "sleeper"

    def opine(self, request: Request) -> Opinion:
        time.sleep(3_600)
        return Opinion(self.name, np.zeros(request.candidates.shape), np.zeros(len(request)))

    def learn(self, feedback: Feedback) -> None:
        """Nothing."""


# Beside the agents of the library (``agents()``): a yardstick that peeks, and two that harm.
PEEKING: dict[str, Maker] = {
    "planner": lambda platform, rng: Planner(platform),
    "liar": lambda platform, rng: Liar(platform),
    "sleeper": lambda platform, rng: Sleeper(),
}
SPECIALISTS = ("popularity", "interest", "novelty", "memory", "reasoning", "feedback")
_SCOUTS = re.compile(r"(\d+)-scouts")


def lineup(names: Sequence[str], platform: Platform, rng: np.random.Generator) -> list[Agent]:
    """The agents of these names, each with a stream of its own; ``8-scouts`` is eight scouts.

    Raises :class:`LineupError` for a name that is not there.
    """
    known: dict[str, Maker] = {**agents(), **PEEKING}
    seated: list[Agent] = []
    for name, own in zip(names, rng.spawn(len(names)), strict=True):
        if crowd := _SCOUTS.fullmatch(name):
            sight, streams = ClearSight(platform), own.spawn(int(crowd[1]))
            seated += [Scout(f"scout {n}", sight, each) for n, each in enumerate(streams)]
        elif name in known:
            seated.append(known[name](platform, own))
        else:
            raise LineupError(
                f"there is no agent {name!r}; there is {', '.join(known)}, and N-scouts"
            )
    return seated
