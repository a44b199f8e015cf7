"""Options: a goal is taken up for a viewer and held for several pages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mavrs_course.coordination.hierarchical.gate import BanditGate
from mavrs_course.messages import Agent, Feedback, Floats, Ints, Request


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
        self.left = np.zeros(0, dtype=np.int64)  # pages that a viewer's goal still lasts
        self.earned = np.zeros(0)  # since the session began
        self._choices: list[tuple[Ints, Floats, Ints, Floats]] = []
        self._watching = np.zeros(0, dtype=np.int64)

    def choose(self, request: Request, contexts: Floats) -> Ints:
        viewers = request.viewers
        self._settle(np.setdiff1d(self._watching, viewers))
        missing = len(self.context) - len(self.goal)
        self.goal, self.left, self.earned = (
            np.pad(array, (0, missing)) for array in (self.goal, self.left, self.earned)
        )
        new = np.flatnonzero(self.left[viewers] == 0)
        chosen = super().choose(request, contexts)[new]
        self.goal[viewers[new]] = chosen
        self.left[viewers[new]] = np.iinfo(np.int64).max if self.hold is None else self.hold
        self._latest = viewers[new], contexts[new], chosen, self.earned[viewers[new]].copy()
        return self.goal[viewers]

    def study(self, feedback: Feedback, contexts: Floats, leader: Ints, led: np.ndarray) -> None:
        viewers = feedback.request.viewers
        rows = np.flatnonzero(feedback.active)
        self._settle(np.setdiff1d(self._watching, viewers[rows]))
        self._watching = viewers[rows]
        # A goal for somebody who had left already was never followed.
        self._choices.append(_rows(self._latest, np.isin(self._latest[0], viewers[rows])))
        self.left[viewers[~np.asarray(feedback.active)]] = 0
        self.earned[viewers[rows]] += self.reward(feedback)[rows]
        self.left[viewers[rows]] -= 1
        self.left[viewers[~led]] = 0

    def _settle(self, gone: Ints) -> None:
        """Viewers have left: credit their choices with what came after them."""
        if not len(gone) or not self._choices:
            return
        viewers, contexts, chosen, before = map(np.concatenate, zip(*self._choices, strict=True))
        over = np.isin(viewers, gone)
        to_go = self.earned[viewers] - before
        self.bandit.learn(contexts[over], chosen[over], to_go[over])
        self._choices = [_rows((viewers, contexts, chosen, before), ~over)]
        self.left[gone], self.earned[gone] = 0, 0.0


def _rows(choice: tuple, kept: np.ndarray) -> tuple:
    return tuple(column[kept] for column in choice)


MODES = {"held-goals": HeldGoals}
