"""Agents in shards: several share a place, and a coordinator does not see where they are.

A place costs about 80 MB on Ray, an agent often less than one. Each agent has a stream of chance of
its own, so that what it says does not depend on who shares its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np

from mavrs_course.agents.makers import agents
from mavrs_course.engine.lasting import LastingPlaces
from mavrs_course.engine.places import Engine, EngineError
from mavrs_course.messages import Agent, Feedback, Opinion, Request, Trace, VideoCatalog

AgentMaker = str | Callable[["CatalogOnly", np.random.Generator], Agent]


class CatalogOnly:
    """As much of a world as an agent may know of: its catalogue."""

    def __init__(self, catalog: VideoCatalog) -> None:
        self.catalog = catalog


class AgentShard:
    """Some agents of a team, by their numbers in it.

    makers: for each number a function ``make(world, rng)`` of a module, or the module that offers
    an agent among its ``MAKERS`` and the agent's name there.  seed, team: the team's seed and size;
    each agent's chance comes from the seed and its number.
    """

    def __init__(
        self,
        makers: dict[int, Callable | tuple[str, str]],
        catalog: VideoCatalog,
        seed: int,
        team: int,
    ) -> None:
        world, chance = CatalogOnly(catalog), np.random.default_rng(seed).spawn(team)
        self._agents: dict[int, Agent] = {}
        for number, make in makers.items():
            if isinstance(make, tuple):
                make = import_module(make[0]).MAKERS[make[1]]
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

    def __init__(self, shards: LastingPlaces, shard: int, number: int, name: str) -> None:
        self.name = name
        self._shards, self._shard, self._number = shards, shard, number

    def opine(self, request: Request) -> Opinion:
        return self._ask("opine", request)

    def learn(self, feedback: Feedback) -> None:
        """Of the slate, what an agent may learn from: reasons and trace stay where they are."""
        slate = replace(feedback.slate, reasons=None, trace=Trace())
        self._ask("learn", replace(feedback, slate=slate))

    def _ask(self, method: str, message: Request | Feedback) -> Any:
        return self._shards.ask(self._shard, method, self._number, message)


def spread_agents(
    engine: Engine,
    makers: Sequence[AgentMaker],
    catalog: VideoCatalog,
    seed: int,
    shards: int = 1,
    *,
    every: int | None = None,
) -> list[RemoteAgent]:
    """A team in ``shards`` places, in the order of its makers; no result depends on ``shards``.

    makers: agents' names (of :func:`mavrs_course.agents.agents`), or functions ``make(world, rng)``
    of a module.  every: calls after which a shard's state is kept, for when its machine is lost.
    """
    offers = [_found(maker) for maker in makers]
    shards = min(shards, len(offers))
    own = [{n: offers[n] for n in range(shard, len(offers), shards)} for shard in range(shards)]
    made = [(each, catalog, seed, len(offers)) for each in own]
    places = LastingPlaces(engine, AgentShard, made, every=every)
    names = places.ask_all("names", [()] * shards)
    return [
        RemoteAgent(places, number % shards, number, names[number % shards][number])
        for number in range(len(offers))
    ]


def _found(maker: AgentMaker) -> Callable | tuple[str, str]:
    """Where a shard finds an agent's maker, so that it loads the one module that offers it."""
    if not isinstance(maker, str):
        return maker
    known: dict[str, Any] = agents()
    if maker not in known:
        raise EngineError(f"there is no agent {maker!r}; there is {', '.join(known)}")
    return known[maker].__module__, maker
