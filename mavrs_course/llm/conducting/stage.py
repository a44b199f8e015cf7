"""The stage of lesson 19: forty videos, what viewers say, and six specialists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from mavrs_course.agents.editor import EditorAgent
from mavrs_course.agents.simple import InterestAgent, NoveltyAgent, PopularityAgent
from mavrs_course.llm.conducting.listener import Listener, NewsAgent
from mavrs_course.llm.models.chat import ChatModel
from mavrs_course.messages import Agent
from mavrs_course.world.catalog import Catalog

# What a viewer says who wants a topic: never the topic's name.  In the order of the topics.
WISHES = (
    "people being tricked",
    "what the stars are up to",
    "something to be angry about",
    "secret plots",
    "a way to lose weight",
    "new things being unpacked",
    "quarrels on television",
    "something soothing to look at",
    "people dancing",
    "very hot food",
    "somebody winning a game",
    "fast cars",
    "cute animals",
    "goals and matches",
    "faraway places",
    "a recipe for tonight",
    "how to play an instrument",
    "how to mend things",
    "how people lived long ago",
    "how nature works",
)
NOT_FOR_CHILDREN = frozenset(
    Catalog.topics.index(topic)
    for topic in ("celebrity gossip", "outrage clips", "conspiracy tales", "miracle diets")
)
VIDEOS, ARRIVING = 40, 10


def catalogue(seed: int = 19) -> Catalog:
    """Forty videos, two of each topic; ten of them arrive on day 1."""
    catalog = Catalog.sample(VIDEOS, np.random.default_rng(seed))
    day = np.zeros(VIDEOS, dtype=np.int64)
    day[np.random.default_rng(seed + 1).permutation(VIDEOS)[:ARRIVING]] = 1
    return replace(catalog, day=day)


def team(
    catalog: Catalog, ear: ChatModel, wish: Callable[[int], Sequence[str] | None]
) -> list[Agent]:
    """Six specialists; ``ear`` is the model with which the listener hears."""
    return [
        PopularityAgent(catalog),
        InterestAgent(catalog),
        NoveltyAgent(catalog),
        Listener(ear, catalog, wish),
        EditorAgent(catalog),
        NewsAgent(catalog),
    ]
