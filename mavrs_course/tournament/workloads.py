"""What the agents meet: the same platform on different days of its life.

Every match has two evenings.  On the first everybody learns; the second counts.  Where the viewers
are ``newcomers`` the second evening's have never been seen; else yesterday's come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mavrs_course.tournament.lineups import SPECIALISTS
from mavrs_course.world.effects import Drift, Effect, NewArrivals


@dataclass(frozen=True)
class Workload:
    """effects: what is switched on.  agents: who plays where nobody says otherwise.
    trouble: who joins them.  deadline: seconds for a page, None to wait for ever."""

    name: str
    sentence: str
    effects: Sequence[Effect] = ()
    newcomers: bool = False
    agents: Sequence[str] = SPECIALISTS
    trouble: Sequence[str] = ()
    deadline: float | None = None


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
