"""Agents in shards: several share a place, and a coordinator does not see where they are.

A place costs about 80 MB on Ray, an agent often less than one. Each agent has a stream of chance of
its own, so that what it says does not depend on who shares its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mavrs_course.agents.makers import agents
from mavrs_course.engine.places import Engine, Place
from mavrs_course.messages import Agent, Feedback, Opinion, Request, Trace, VideoCatalog

AgentMaker = str | Callable[["CatalogOnly", np.random.Generator], Agent]


class CatalogOnly:
    """As much of a world as an agent may know of: its catalogue."""

    def __init__(self, catalog: VideoCatalog) -> None:
        self.catalog = catalog


class AgentShard:
    """Some agents of a team, by their numbers in it.

    makers: for each number an agent's name (of :func:`mavrs_course.agents.agents`) or a function
    ``make(world, rng)`` of a module.  seed, team: the team's seed and size; each agent's chance
    comes from the seed and its number.
    """

    def __init__(
        self, makers: dict[int, AgentMaker], catalog: VideoCatalog, seed: int, team: int
    ) -> None:
        world, chance = CatalogOnly(catalog), np.random.default_rng(seed).spawn(team)
        known = agents()
        self._agents: dict[int, Agent] = {}
        for number, maker in makers.items():
            make: Any = known[maker] if isinstance(maker, str) else maker
            self._agents[number] = make(world, chance[number])

    def names(self) -> dict[int, str]:
        return {number: agent.name for number, agent in self._agents.items()}

    def opine(self, number: int, request: Request) -> Opinion:
        return self._agents[number].opine(request)

    def learn(self, number: int, feedback: Feedback) -> None:
        self._agents[number].learn(feedback)


class RemoteAgent:
    """An agent that is somewhere else; a coordinator asks it as any other.

    A coordinator with a deadline asks its agents at the same time, and does without those that are
    slow or lost. Without one it waits for each.
    """

    def __init__(self, engine: Engine, place: Place, number: int, name: str) -> None:
        self.name = name
        self._engine, self._place, self._number = engine, place, number

    def opine(self, request: Request) -> Opinion:
        return self._ask("opine", request)

    def learn(self, feedback: Feedback) -> None:
        """Of the slate, what an agent may learn from: reasons and trace stay where they are."""
        slate = replace(feedback.slate, reasons=None, trace=Trace())
        self._ask("learn", replace(feedback, slate=slate))

    def _ask(self, method: str, message: Request | Feedback):
        answer = self._engine.call(self._place, method, self._number, message)
        return self._engine.gather([answer])[0]


def spread_agents(
    engine: Engine,
    makers: Sequence[AgentMaker],
    catalog: VideoCatalog,
    seed: int,
    shards: int = 1,
) -> list[RemoteAgent]:
    """A team in ``shards`` places, in the order of its makers; no result depends on ``shards``."""
    team: dict[int, RemoteAgent] = {}
    for shard in range(min(shards, len(makers))):
        own = {n: makers[n] for n in range(shard, len(makers), shards)}
        place = engine.spawn(AgentShard, own, catalog, seed, len(makers))
        names = engine.gather([engine.call(place, "names")])[0]
        team |= {n: RemoteAgent(engine, place, n, names[n]) for n in own}
    return [team[number] for number in sorted(team)]
