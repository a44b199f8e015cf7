"""No coordination at all, the strongest baseline: find the best agent, then follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.hierarchical.gate import merged
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Agent, Bools, Feedback, Floats, Ints, Request, Trace
from mavrs_course.rows import with_room
from mavrs_course.session_ends import MadeFor, SessionEnds

STILL_OPEN = 0.1  # of all sessions, at the time of judging


class ExploreThenCommit(PanelCoordinator):
    """Give each agent whole sessions of its own, then follow the one that kept viewers longest.

    While exploring, a viewer is led by one agent until the session ends; the next session goes to
    the agent that has led the fewest.  A session is over where the viewer's row is not active.
    When each agent has ``trials`` sessions that are over, and no more than a tenth of all are
    still open, all pages go to the agent with the most minutes a session, for good.  Sessions
    still open count with what they have earned so far: to leave them out would be to judge the
    best agent, whose sessions are the longest, by its worst.

    Only the leader is asked: two messages a page.  Where it is not heard all the others are, and
    their mean makes the page, which earns the leader nothing.

    Guarantees.  With minutes of deviation ``s`` a session, an agent whose mean is ``g`` minutes
    below the best one's is chosen with probability ``exp(-trials g**2 / (4 s**2))`` at most, for
    Gaussian minutes.  A liar costs its ``trials`` sessions and nothing after that; an agent that
    lies only once it is followed is followed for ever.
    Source: explore-then-commit, Lattimore and Szepesvári, "Bandit algorithms" (2020), chapter 6.
    """

    def __init__(self, agents: Sequence[Agent], *, trials: int = 5, **options) -> None:
        super().__init__(agents, **options)
        if trials < 1:
            raise ValueError(f"each agent needs at least one trial, not {trials}")
        self.trials = trials
        self.given, self.begun, self.ended = np.zeros((3, len(self.agents)), dtype=np.int64)
        self.minutes = np.zeros(len(self.agents))
        self.committed: int | None = None
        self._leader = np.zeros(0, dtype=np.int64)  # of each viewer's session, -1 for nobody
        self._sessions = SessionEnds()

    @property
    def means(self) -> Floats:
        """Minutes a session that each agent led: float[n]; 0 before the first has begun."""
        return self.minutes / np.maximum(self.begun, 1)

    def leaders(self, viewers: Ints) -> Ints:
        """Who leads each of the viewers: int[B]; whoever has nobody is given somebody."""
        if self.committed is not None:
            return np.full(len(viewers), self.committed)
        self._leader = with_room(self._leader, viewers, -1)
        for viewer in viewers[self._leader[viewers] < 0]:
            self._leader[viewer] = self.given.argmin()
            self.given[self._leader[viewer]] += 1
        return self._leader[viewers]

    def hear(self, request: Request, trace: Trace) -> Hearing:
        leader = self.leaders(request.viewers)
        wanted = np.equal(leader[:, None], np.arange(len(self.agents)))
        hearing = self.panel.ask(request, trace, pages=wanted)
        led = np.any(hearing.heard, axis=1)
        hearing = replace(hearing, note=(leader, led, self._sessions.making(request.viewers)))
        if led.all() or len(self.agents) == 1:
            return hearing
        return merged(hearing, self.panel.ask(request, trace, pages=~wanted & ~led[:, None]))

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        votes = hearing.votes
        return Decision.by_scores(votes.sum(axis=1), votes, hearing.request.slots, self.rng)

    def study(self, note: tuple[Ints, Bools, MadeFor], feedback: Feedback) -> None:
        """Count the minutes of sessions under way, and close those that are over."""
        if self.committed is not None:
            return
        leader, led, made = note
        viewers, active = feedback.request.viewers, np.asarray(feedback.active)
        begins, ends = self._sessions.told(made, viewers, active)
        np.add.at(self.begun, leader[begins], 1)
        np.add.at(self.ended, leader[ends], 1)
        np.add.at(self.minutes, leader, np.where(active & led, feedback.watch_minutes, 0.0))
        self._leader[viewers[ends]] = -1
        still_open = self.begun.sum() - self.ended.sum()
        if (self.ended >= self.trials).all() and still_open <= STILL_OPEN * self.begun.sum():
            self.committed = int(self.means.argmax())


MODES = {"best-single": ExploreThenCommit}
