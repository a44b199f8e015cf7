"""What the agents meet: the same platform on different days of its life, or another world.

Every match has two evenings.  On the first everybody learns; the second counts.  Where the viewers
are ``newcomers`` the second evening's have never been seen; else yesterday's come back.
:func:`workloads` has each world besides, as it is published, with newcomers on the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mavrs_course.tournament.lineups import SPECIALISTS
from mavrs_course.world.effects import Drift, Effect, NewArrivals
from mavrs_course.world.platform import Platform
from mavrs_course.world.worlds import worlds

BASE = "feed"


@dataclass(frozen=True)
class Workload:
    """effects: what is switched on.  agents: who plays where nobody says otherwise.
    trouble: who joins them.  deadline: seconds for a page, None to wait for ever.
    world: its name; effects are for the base platform.  night: whether a day passes between."""

    name: str
    sentence: str
    effects: Sequence[Effect] = ()
    newcomers: bool = False
    agents: Sequence[str] = SPECIALISTS
    trouble: Sequence[str] = ()
    deadline: float | None = None
    world: str = BASE
    night: bool = True

    def place(self, rng: np.random.Generator) -> Any:
        """Where it is played: a World, on which some agents ask for more than worlds promise."""
        if self.world == BASE:
            return Platform(effects=self.effects, rng=rng)
        return worlds()[self.world](rng)


def crowd(agents: int) -> Workload:
    """``agents`` scouts, each seeing little: what does it take to hear them all?"""
    return Workload(
        f"crowd-{agents}",
        f"{agents} agents that each see the best page through fog",
        newcomers=True,
        agents=(f"{agents}-scouts",),
    )


WORKLOADS: dict[str, Workload] = {
    workload.name: workload
    for workload in (
        Workload("calm", "yesterday's viewers come back"),
        Workload(
            "drifting",
            "tastes drift from page to page and overnight",
            effects=(Drift(per_day=0.3, per_page=0.05),),
        ),
        Workload(
            "cold",
            "nobody has seen the viewers, nor half of the videos",
            effects=(NewArrivals(share=0.5, days=1),),
            newcomers=True,
        ),
        Workload("liar", "one more agent knows the best page and says the opposite",
                 trouble=("liar",)),
        Workload("sleeper", "one more agent never answers", trouble=("sleeper",), deadline=1.0),
        *(crowd(agents) for agents in (4, 16, 64, 256)),
    )
}  # fmt: skip


def workloads() -> dict[str, Workload]:
    """All of them by name: those above, and each world's under the name of the world."""
    in_worlds = {
        name: Workload(name, f"in the world {name}", newcomers=True, world=name, night=False)
        for name in worlds()
    }
    return WORKLOADS | in_worlds
