"""SlateQ on the single-agent platform: with a value for no click and without, and half blind."""

from __future__ import annotations

import numpy as np
import torch

from mavrs_course.agents.baselines import MyopicAgent, PlannerAgent, RandomAgent
from mavrs_course.agents.slateq import SlateQAgent, SlateQSettings, peek, train
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.course.experiment import Experiment
from mavrs_course.messages import Floats
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import DEFAULT_VIDEOS, Platform
from mavrs_course.world.sessions import play_sessions

POINTS = np.array([0, 10_000, 25_000, 50_000, 100_000, 150_000, 200_000, 250_000, 300_000])
SESSIONS, LAST_SESSIONS = 300, 2_000  # played to measure a point of the curve, and its end

VARIANTS = {
    # A value for no click, and the budget seen: the course's SlateQ.
    "slateq": SlateQSettings(),
    # No click is worth nothing, and only clicks teach.
    "clicks_only": SlateQSettings(value_of_no_click=False),
    # What the published agent sees, which is the interests alone, with a value for no click ...
    "blind": SlateQSettings(see_budget=False),
    # ... and as RecSim's agent learns: from clicks, with the discount of its DQN.
    "blind_clicks_only": SlateQSettings(value_of_no_click=False, see_budget=False, discount=0.99),
}


def minutes(agent: SlateQAgent, catalog: Catalog, sessions: int, seed: int) -> float:
    """Mean watch minutes of new viewers, one session each, of an agent that only listens."""
    platform = Platform(catalog, rng=np.random.default_rng([seed, 2]))
    training, agent.look = agent.look, peek(platform)
    earned = play_sessions(platform, SingleAgent(agent), sessions).watch_minutes.mean()
    agent.look = training
    return float(earned)


def curve(settings: SlateQSettings, catalog: Catalog, seed: int) -> tuple[Floats, float]:
    """Train one agent: minutes at each of :data:`POINTS`, and at the end with more sessions."""
    platform = Platform(catalog, rng=np.random.default_rng([seed, 1]))
    rng = np.random.default_rng([seed, 3])
    agent, measured = SlateQAgent(catalog, peek(platform), settings, rng=rng), []
    for pages in POINTS:
        train(agent, platform, int(pages))
        measured.append(minutes(agent, catalog, SESSIONS, seed))
    return np.array(measured), minutes(agent, catalog, LAST_SESSIONS, seed)


def yardsticks(catalog: Catalog, seed: int) -> Floats:
    """Minutes of a random page, the myopic page and the planner's."""
    measured = []
    for kind in (RandomAgent, MyopicAgent, PlannerAgent):
        platform = Platform(catalog, rng=np.random.default_rng([seed, 2]))
        agent = kind(platform.rng if kind is RandomAgent else platform)
        played = play_sessions(platform, SingleAgent(agent), LAST_SESSIONS)
        measured.append(played.watch_minutes.mean())
    return np.array(measured)


def run(seed: int) -> dict[str, Floats]:
    """For each variant its curve float[points] and its last minutes; the yardsticks float[3]."""
    torch.set_num_threads(1)
    catalog = Catalog.sample(DEFAULT_VIDEOS, np.random.default_rng([seed, 0]))
    results = {"points": POINTS, "yardsticks": yardsticks(catalog, seed)}
    for name, settings in VARIANTS.items():
        results[name], results[f"{name}_last"] = curve(settings, catalog, seed)
    return results


EXPERIMENTS = [
    Experiment("slateq", "SlateQ, 300,000 pages: with and without a value for no click.", run)
]
