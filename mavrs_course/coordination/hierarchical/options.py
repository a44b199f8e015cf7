"""Options: a goal is taken up for a viewer and held for several pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mavrs_course.coordination.hierarchical.context import FEATURES
from mavrs_course.coordination.hierarchical.gate import BanditGate, Led
from mavrs_course.messages import Agent, Bools, Feedback, Floats, Ints, Request
from mavrs_course.session_ends import MadeFor, SessionEnds

CREDITED = 1_000  # choices that can be credited anew


@dataclass(frozen=True)
class Held(Led):
    """Pages led in pursuit of goals: ``contexts`` are those in which the goals were chosen,
    ``choice`` int[B] the choices' numbers, and ``made`` the sessions that the pages are of."""

    choice: Ints
    made: MadeFor


@dataclass(frozen=True)
class Choices:
    """Choices in the order of their numbers int[N]: of which session, in which context
    float[N, d], which goal int[N], and the minutes earned float[N] until the next choice."""

    number: Ints
    session: Ints
    contexts: Floats
    goal: Ints
    earned: Floats

    @classmethod
    def none(cls, features: int) -> Choices:
        nobody = np.zeros(0, dtype=np.int64)
        return cls(nobody, nobody, np.zeros((0, features)), nobody, np.zeros(0))

    def where(self, kept: Bools | slice) -> Choices:
        """Some of them."""
        return Choices(*(column[kept] for column in self._columns()))

    @classmethod
    def of(cls, note: Held, earned: Floats) -> Choices:
        """Those of each row of a page, with what the page earned."""
        earned = np.asarray(earned, dtype=float)
        return cls(note.choice, note.made.session, note.contexts, note.leader, earned)

    def joined(self, other: Choices) -> Choices:
        """These and others, each once, with what it earned in both."""
        pairs = zip(self._columns(), other._columns(), strict=True)
        both = [np.concatenate(pair) for pair in pairs]
        number, first, which = np.unique(both[0], return_index=True, return_inverse=True)
        total = np.zeros(len(number))
        np.add.at(total, which, both[4])
        whose, contexts, goals = (column[first] for column in both[1:4])
        return Choices(number, whose, contexts, goals, total)

    def to_go(self) -> Floats:
        """Minutes from each choice to the end of its session: float[N]."""
        total = np.zeros(len(self.number))
        since: dict[int, float] = {}
        for place in reversed(range(len(total))):
            session = int(self.session[place])
            total[place] = since[session] = since.get(session, 0.0) + self.earned[place]
        return total

    def _columns(self) -> tuple:
        return self.number, self.session, self.contexts, self.goal, self.earned


class HeldGoals(BanditGate):
    """A gate whose choices last, and are judged by the rest of the session.

    Each agent stands for a goal (please now, nourish, explore).  A viewer is given a goal, and
    keeps it for ``hold`` pages, or with None until the session ends; then the next is chosen.
    What a choice is credited with are the minutes from that choice to the end of the session.

    ``hold`` does not change what a goal does to a viewer.  It changes what can be learned: held
    ``h`` times longer, a goal makes ``h`` times the difference to the session, against the same
    noise from everything else.

    A viewer whose row is not active, or who is not in the next request, has left.  The guarantees
    are those of :class:`BanditGate`; a goal whose agent is not heard is given up.
    Source: Sutton, Precup and Singh, "Between MDPs and semi-MDPs" (Artificial Intelligence 112,
    1999): an option is a policy that is followed until it terminates.
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        *,
        hold: int | None = None,
        spread: float = 40.0,
        **gate,
    ) -> None:
        super().__init__(agents, spread=spread, **gate)
        if hold is not None and hold < 1:
            raise ValueError(f"a goal is held for at least one page, not {hold}")
        self.hold = hold
        self.goal = np.zeros(0, dtype=np.int64)
        self._contexts = np.zeros((0, len(FEATURES)))  # in which each viewer's goal was chosen
        self.left = np.zeros(0, dtype=np.int64)  # pages that a viewer's goal still lasts
        self._choice = np.zeros(0, dtype=np.int64)  # the number of each viewer's choice
        self._made = 0  # choices so far
        self._sessions = SessionEnds()
        self._kept = Choices.none(len(FEATURES))  # choices of sessions under way
        self._credited = self._kept  # and of those that are over, the latest
        self._watching = np.zeros(0, dtype=np.int64)

    def choose(self, request: Request, contexts: Floats) -> Ints:
        viewers = request.viewers
        self._settle(self._sessions.leave(np.setdiff1d(self._watching, viewers)))
        missing = len(self.context) - len(self.goal)
        self.goal, self.left, self._choice = (
            np.pad(array, (0, missing)) for array in (self.goal, self.left, self._choice)
        )
        new = np.flatnonzero(self.left[viewers] == 0)
        chosen = super().choose(request, contexts)[new]
        self.goal[viewers[new]] = chosen
        self.left[viewers[new]] = np.iinfo(np.int64).max if self.hold is None else self.hold
        self._choice[viewers[new]] = self._made + np.arange(len(new))
        self._made += len(new)
        self._contexts = np.pad(self._contexts, ((0, missing), (0, 0)))
        self._contexts[viewers[new]] = contexts[new]
        return self.goal[viewers]

    def note(self, request: Request, contexts: Floats, leader: Ints, led: Bools) -> Led:
        viewers = request.viewers
        made = self._sessions.making(viewers)
        return Held(self._contexts[viewers], leader, led, self._choice[viewers], made)

    def study(self, note: Any, feedback: Feedback) -> None:
        viewers, active = feedback.request.viewers, np.asarray(feedback.active)
        session = note.made.session
        self._settle(self._sessions.leave(np.setdiff1d(self._watching, viewers)))
        self._watching = viewers[active]
        over = self._sessions.over(session)
        _, ends = self._sessions.told(note.made, viewers, active)
        going_on = viewers[active & ~over]
        self.left[going_on] = np.maximum(self.left[going_on] - 1, 0)
        self.left[viewers[(~active | ~note.led) & ~over | ends]] = 0
        self._take_back(session[active & over])
        # A goal for somebody who had left already was never followed: inactive rows are left out.
        self._kept = self._kept.joined(Choices.of(note, self.reward(feedback)).where(active))
        self._settle(session[over | ends])

    def _settle(self, sessions: Ints) -> None:
        """Sessions are over: credit their choices with what came after them."""
        over = np.isin(self._kept.session, sessions)
        if not over.any():
            return
        done, self._kept = self._kept.where(over), self._kept.where(~over)
        self.bandit.learn(done.contexts, done.goal, done.to_go())
        self._credited = self._credited.joined(done).where(slice(-CREDITED, None))

    def _take_back(self, sessions: Ints) -> None:
        """Sessions that are over had more pages, told late: their choices are credited anew."""
        again = np.isin(self._credited.session, sessions)
        if not again.any():
            return
        done, self._credited = self._credited.where(again), self._credited.where(~again)
        self.bandit.learn(done.contexts, done.goal, done.to_go(), times=-1)
        self._kept = self._kept.joined(done)


MODES = {"held-goals": HeldGoals}
