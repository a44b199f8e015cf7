"""What agents for learners share: the curriculum of a world, and what its pages tell of viewers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Bools, Feedback, Floats, Ints, VideoCatalog, World
from mavrs_course.world.learning.structure import KnowledgeStructure


def curriculum(world: World) -> KnowledgeStructure:
    """Its items and their prerequisites; elsewhere each topic is an item, and none comes first."""
    learners = getattr(world, "learners", None)
    structure = getattr(learners, "structure", None)
    return KnowledgeStructure(tuple(world.catalog.topics)) if structure is None else structure


def goals(world: World) -> Callable[[Ints], Floats]:
    """What viewers int[B] have said they want to learn, 1 or 0: float[B, N]; 1 where unknown."""

    def wanted(viewers: Ints) -> Floats:
        everything = np.ones((len(viewers), len(curriculum(world).items)))
        target = getattr(getattr(world, "learners", None), "target", None)
        here = getattr(world, "viewers", None)
        if target is None or here is None or not len(here):
            return everything
        rows = np.asarray(viewers) - here[0]
        present = (rows >= 0) & (rows < len(target))
        return np.where(present[:, None], target[np.where(present, rows, 0)], everything)

    return wanted


@dataclass(frozen=True)
class Answers:
    """Who opened what, and what came of it: viewers, topics int[n]; right, lost bool[n]."""

    viewers: Ints
    topics: Ints
    right: Bools
    lost: Bools


def answers_in(feedback: Feedback, catalog: VideoCatalog, items: int) -> Answers:
    """The lessons of a page, on topics ``0..items - 1``.

    In a world that asks no questions a video that was watched counts as a right answer, and one
    that was shown alone and not watched as a lost step.  Of several videos without a click nobody
    knows which was opened, so that such a page tells nothing.
    """
    videos, clicked = feedback.slate.videos, np.asarray(feedback.clicked)
    told = np.asarray(feedback.active) & ((clicked >= 0) | (videos.shape[1] == 1))
    rows = np.flatnonzero(told)
    topic = catalog.topic[videos[rows, np.maximum(clicked[rows], 0)]]
    rows, topic = rows[topic < items], topic[topic < items]
    watched = clicked >= 0
    right = np.asarray(getattr(feedback, "right", watched)) == 1
    lost = np.asarray(getattr(feedback, "lost", ~watched))
    return Answers(feedback.request.viewers[rows], topic, right[rows], lost[rows])


def by_candidate(scores: Floats, topics: Ints, other: float = 0.0) -> Floats:
    """Scores of items float[B, N] as scores of candidates float[B, C]; ``other`` for no item."""
    padded = np.pad(scores, ((0, 0), (0, 1)), constant_values=other)
    return np.take_along_axis(padded, np.minimum(topics, scores.shape[1]), axis=1)
