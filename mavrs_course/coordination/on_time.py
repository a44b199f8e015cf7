"""Coordination against the clock: a page does not wait for everybody, or not for ever.

Agents answer after random times; how long a page waits, and who is heard by then, follows from how
they are asked.  Who is late has no say in this page, and learns from it like everybody else.
Source: hedged questions and partial answers, Dean and Barroso, "The tail at scale" (CACM 2013).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Agent, Bools, Feedback, Floats, Request, Trace
from mavrs_course.world.short_video import clock

RESPONSE = 25.0  # milliseconds that an agent takes on average, where nothing is said


@dataclass(frozen=True)
class Asking:
    """How agents are asked, and for how long a page waits.

    in_turn: each after the one before has answered, instead of all at once.  quorum: how many
    answers are enough, or all where there are fewer agents; None for all.  hedge_after:
    milliseconds of silence after which an agent's twin is asked as well; None never.
    patience: milliseconds that a page waits at most.
    """

    in_turn: bool = False
    quorum: int | None = None
    hedge_after: float | None = None
    patience: float = np.inf

    def __post_init__(self) -> None:
        if self.quorum is not None and self.quorum < 1:
            raise ValueError(f"a quorum is at least 1 agent, not {self.quorum}")
        if self.hedge_after is not None and not self.hedge_after >= 0:
            raise ValueError(f"hedge_after is at least 0 milliseconds, not {self.hedge_after}")
        if not self.patience > 0:
            raise ValueError(f"patience is above 0 milliseconds, not {self.patience}")

    def wait(self, times: Floats, twins: Floats, able: Bools) -> tuple[Floats, Bools]:
        """Milliseconds that each page waits, float[B], and who is heard by then, bool[B, n].

        times, twins: float[B, n], how long each agent and its twin would take.  able: bool[B, n],
        whose answer can be used; for the others a page waits only as long as it lacks answers.
        """
        if self.hedge_after is not None:
            times = clock.hedged(times, twins, self.hedge_after)
        if self.in_turn:
            times = times.cumsum(axis=-1)
        quorum = None if self.quorum is None else min(self.quorum, times.shape[-1])
        until, heard = clock.waited(np.where(able, times, np.inf), quorum, self.patience)
        return np.minimum(until, times.max(axis=-1)), heard & able


class OnTime(PanelCoordinator):
    """The mean of the votes that have come in time, on a simulated clock.

    asking: how agents are asked.  response: mean milliseconds of each agent, in the order of the
    agents, or one for all; times are exponential where there is an ``rng``, else the means.
    weights: what each agent's vote counts, by its name; 1 where not given.
    ``waited`` and ``pages`` add up, over all pages whose feedback has come, how long viewers who
    were there have waited (milliseconds), and how many pages they saw.

    Guarantees.  With everybody heard it shows the page of the weighted mean.  A quorum of ``k`` of
    ``n`` exponential agents of mean ``t`` waits ``t (H_n - H_(n - k))``.  Shouting changes nothing;
    who answers fast is heard on every page, whatever it says.
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        asking: Asking | None = None,
        *,
        response: Sequence[float] | float = RESPONSE,
        weights: Mapping[str, float] | None = None,
        **options,
    ) -> None:
        super().__init__(agents, **options)
        names = self.panel.names
        self.asking = asking or Asking()
        given = np.asarray(response, dtype=float)
        fits = given.shape in ((), (len(names),))
        if not (fits and (np.isfinite(given) & (given > 0)).all()):
            raise ValueError(
                f"response is one number of milliseconds above 0, or one for each of the "
                f"{len(names)} agents, not {response}"
            )
        self.response = np.broadcast_to(given, len(names))
        strangers = sorted(set(weights or {}) - set(names))
        if strangers:
            raise ValueError(f"weights name {strangers}, but the agents are {list(names)}")
        self.weights = np.array([(weights or {}).get(name, 1.0) for name in names])
        if not (np.isfinite(self.weights) & (self.weights >= 0)).all():
            raise ValueError(f"weights are finite and not negative, not {weights}")
        self.waited, self.pages = 0.0, 0

    def hear(self, request: Request, trace: Trace) -> Hearing:
        hearing = super().hear(request, trace)
        times, twins = self._draw(len(request)), self._draw(len(request))
        until, heard = self.asking.wait(times, twins, hearing.heard)
        trace.add(
            "coordinator", "coordinator", "wait", seconds=until.sum() / max(len(until), 1) / 1000
        )
        return replace(hearing, heard=heard, note=until)

    def _draw(self, pages: int) -> Floats:
        if self.rng is None:
            return np.broadcast_to(self.response, (pages, len(self.response)))
        return clock.response_times(self.response, pages, self.rng)

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        support = hearing.votes * (hearing.heard * self.weights)[..., None]  # float[B, n, C]
        return Decision.by_scores(support.sum(axis=1), support, hearing.request.slots, self.rng)

    def study(self, note: Floats, feedback: Feedback) -> None:
        """Note how long those viewers waited who were there to wait."""
        self.waited += float(note[feedback.active].sum())
        self.pages += int(feedback.active.sum())


def a_majority(agents: Sequence[Agent], **options) -> OnTime:
    """All at once, and the page is made when more than half have answered."""
    return OnTime(agents, Asking(quorum=len(agents) // 2 + 1), **options)


MODES = {"quorum": a_majority}
