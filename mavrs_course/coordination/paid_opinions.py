"""Opinions that cost something: whose to pay for, in which order, and when to stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.hierarchical.gate import merged
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Agent, Bools, Feedback, Floats, Ints, Request, Trace
from mavrs_course.world.long_video.boxes import Box, reservation

LEVELS = 8  # of confidence that are told apart


class PaidNote(NamedTuple):
    """leader: int[B], who made each page, -1 for nobody.  level: int[B, n], how sure each was.
    heard: bool[B, n]."""

    leader: Ints
    level: Ints
    heard: Bools


class PaidOpinions(PanelCoordinator):
    """Each agent is one of Weitzman's boxes; to ask it about a page costs ``price`` minutes.

    What is in a box is the minutes that viewers watch of the agent's own page, as far as its
    confidence foretells them: the mean of the pages that it led while as sure, out of eight levels.
    How often it is how sure is counted too, and gives its reservation value ``z``, for which
    ``price = E[(minutes - z)+]``.  Agents are asked in descending order of ``z`` until the best in
    hand is at least the next ``z``, and the best one makes the page.  explore: the part of the
    pages that are made by one agent at random, without which nobody would learn what it is worth.

    Messages: two for each agent asked, in as many hops, as each answer decides on the next
    question.  Guarantees.  With independent boxes whose contents are known no order and no way of
    stopping is worth more.  Shouting changes nothing.  An agent that is always sure is found out
    as soon as the pages that it leads are watched for less; it costs its share of ``explore`` then.
    Source: Weitzman, "Optimal search for the best alternative" (Econometrica 47, 1979).
    """

    def __init__(
        self, agents: Sequence[Agent], *, price: float = 0.1, explore: float = 0.1, **options
    ) -> None:
        super().__init__(agents, **options)
        if not price > 0:
            raise ValueError(f"an opinion costs more than 0 minutes, not {price}")
        if not 0 <= explore <= 1:
            raise ValueError(f"explore is a part of the pages, from 0 to 1, not {explore}")
        self.price, self.explore = price, explore
        self.said, self.led, self.minutes = np.zeros((3, len(self.agents), LEVELS))

    @property
    def expected(self) -> Floats:
        """Minutes that a page of each agent brings when it is so sure: float[n, LEVELS]."""
        usual = self.minutes.sum() / max(self.led.sum(), 1.0)
        own = (self.minutes.sum(axis=1) + usual) / (self.led.sum(axis=1) + 1.0)  # [n]
        return (self.minutes + own[:, None]) / (self.led + 1.0)

    @property
    def values(self) -> Floats:
        """Each agent's reservation value, in minutes: float[n]."""
        chances = self.said + 1.0 / LEVELS
        chances = chances / chances.sum(axis=1, keepdims=True)
        boxes = zip(self.expected, chances, strict=True)
        return np.array([reservation(Box(self.price, held, chance)) for held, chance in boxes])

    def hear(self, request: Request, trace: Trace) -> Hearing:
        pages, agents = len(request), len(self.agents)
        expected, values = self.expected, self.values
        turns = np.tile(np.argsort(-values, kind="stable"), (pages, 1))  # [B, n]
        alone = self._draw_explorers(turns)
        in_hand = np.full(pages, -np.inf)
        leader, level = np.full(pages, -1), np.zeros((pages, agents), dtype=np.int64)
        hearing = self.panel.ask(request, trace, who=())
        for turn in range(agents):
            asks = (values[turns[:, turn]] > in_hand) & ~(alone & (leader >= 0))
            if not asks.any():
                break
            whom = asks[:, None] & np.equal(turns[:, [turn]], np.arange(agents))  # [B, n]
            answer = self.panel.ask(request, trace, pages=whom)
            now = np.minimum(answer.confidence * LEVELS, LEVELS - 1).astype(np.int64)
            held = np.where(answer.heard, expected[np.arange(agents), now], -np.inf)
            better = held.max(axis=1) > in_hand
            leader = np.where(better, held.argmax(axis=1), leader)
            in_hand = np.maximum(in_hand, held.max(axis=1))
            level = np.where(answer.heard, now, level)
            hearing = merged(hearing, answer)
        return replace(hearing, note=PaidNote(leader, level, hearing.heard))

    def _draw_explorers(self, turns: Ints) -> Bools:
        """Which pages are made by one agent at random: bool[B]; it comes first in ``turns``."""
        pages, agents = turns.shape
        if self.rng is None:
            return np.zeros(pages, dtype=bool)
        alone = np.less(self.rng.random(pages), self.explore)
        drawn = self.rng.permuted(np.tile(np.arange(agents), (pages, 1)), axis=1)
        turns[alone] = drawn[alone]
        return alone

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        """The leader's page, and its credit; where nobody was heard, chance."""
        leads = np.equal(hearing.note.leader[:, None], np.arange(len(self.agents)))
        support = hearing.votes * leads[:, :, None]
        return Decision.by_scores(support.sum(axis=1), support, hearing.request.slots, self.rng)

    def study(self, note: PaidNote, feedback: Feedback) -> None:
        """Count how sure everybody was, and what the leader's page brought."""
        active = np.asarray(feedback.active)
        page, agent = np.nonzero(note.heard & active[:, None])
        np.add.at(self.said, (agent, note.level[page, agent]), 1.0)
        rows = np.flatnonzero(active & (note.leader >= 0))
        leader = note.leader[rows]
        np.add.at(self.led, (leader, note.level[rows, leader]), 1.0)
        np.add.at(self.minutes, (leader, note.level[rows, leader]), feedback.watch_minutes[rows])


MODES = {"paid-opinions": PaidOpinions}
