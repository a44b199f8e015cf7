"""Conducted: a small language model decides whom to trust, and code does without it where it must.

The model (SmolLM2, 135 million parameters) reads a viewer's situation, one of four, and says how
likely the card of each specialist is after it.  What it said when it was asked is on the tape
beside this file (``record.py`` makes it), so that no match waits for a model.  Where no model
answers, and the arena takes all tapes away in one ability to see what happens, the learned router
of lesson 11 makes the pages.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from mavrs_course.agents import (
    EditorAgent,
    HeedingAgent,
    LegalityAgent,
    NoveltyAgent,
    PathAgent,
    PopularityAgent,
    ReasoningAgent,
    curriculum,
    goals,
)
from mavrs_course.agents.live.detector import DetectorAgent
from mavrs_course.coordination import normalised
from mavrs_course.llm import Conductor
from mavrs_course.llm.models.tape import REPLAY, Recorded, Tape
from mavrs_course.llm.models.weights import WEIGHTS
from mavrs_course.messages import Opinion

NAME = "conducted"
AGENTS = ("reasoning", "editor", "novelty", "path", "legality", "heeding", "crowd")
PREDICTIONS = {
    "plain": (0.2, 0.7),
    "drift": (0.6, 0.85),
    "boredom": (0.7, 1.1),
    "clickbait": (0.3, 0.8),
    "liars": (0.3, 0.9),
    "killed": (0.3, 0.9),
    "silent_model": (0.2, 0.7),
    "second_platform": (0.4, 0.75),
}
MODEL = "smollm2-135m"
SAID = Path(__file__).parent / "said.sqlite"
CARDS = {
    "reasoning": "the old favourites, because the viewer is an old friend.",
    "editor": "well made videos, because the viewer is a stranger.",
    "novelty": "something different, because the viewer is bored.",
    "path": "the next lesson, because the viewer is an old friend.",
    "legality": "a first lesson, because the viewer is a stranger.",
    "heeding": "what is going on now, because the viewer is bored.",
    "crowd": "what most people say.",
}


def build(world, rng):
    """The specialists of this world, with a model to conduct them if there is one."""
    agents = specialists(world, rng)
    if world.team:
        agents.append(Crowd(world.team))
    return Conductor(agents, model(), cards=CARDS, most=2, rng=rng)


def model():
    """The model behind its tape; None where tapes are kept in a place that does not exist, which
    is how the arena says that no model answers."""
    place = os.environ.get("MAVRS_TAPES")
    if place and not Path(place).is_dir():
        return None
    digest = WEIGHTS[MODEL].files[0].sha256[:16]
    return Recorded(None, Tape(SAID, REPLAY), name=MODEL, digest=digest)


def specialists(world, rng):
    """Who can say something in this world."""
    novelty = NoveltyAgent(world.catalog)
    if world.learners is not None:
        lessons = curriculum(world)
        path = PathAgent(world.catalog, lessons, wanted=goals(world))
        return [path, LegalityAgent(world.catalog, lessons), novelty]
    reasoning = ReasoningAgent(
        world.catalog, rng, slots=world.slots, candidates=world.candidates, explaining=False
    )
    if world.rooms is not None:
        heeding = HeedingAgent(PopularityAgent(world.catalog), DetectorAgent(world))
        return [reasoning, heeding, novelty]
    return [reasoning, EditorAgent(world.catalog), novelty]


class Crowd:
    """The agents on loan as one: the middle of what they say, so that two of six may lie or die."""

    name = "crowd"

    def __init__(self, team):
        self.team = team

    def opine(self, request):
        said = []
        for agent in self.team:
            try:
                said.append(normalised(agent.opine(request).scores[:, None])[:, 0])
            except Exception:
                continue  # whoever does not answer is not heard
        if not said:
            raise RuntimeError("nobody on loan answers")
        return Opinion(self.name, np.median(said, axis=0), np.full(len(request), 0.5))

    def learn(self, feedback):
        """Nothing: they see what they see."""
