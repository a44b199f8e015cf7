"""The learning platform: lessons that count in the right order only, and breaks that don't."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from mavrs_course.messages import (
    NO_CLICK,
    Bools,
    Feedback,
    Floats,
    Ints,
    Request,
    Slate,
)
from mavrs_course.world.audience import Audience
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.learning.kss import KSSLearners
from mavrs_course.world.learning.structure import KnowledgeStructure
from mavrs_course.world.offer import PlatformError, checked_pages

NOT_ASKED = -1
BREAK = "comedy sketches"
VIDEOS_A_TOPIC = 10
BREAKS_ON_OFFER = 2
QUALITY = 1.5  # of lessons; of breaks its opposite: nourishing and trash, as on the base platform
MOST_TIRED = 1e-9  # weight of a lesson to somebody with no energy, so that weights never sum to 0


class Learners(Protocol):
    """What the platform needs of learners: ``B`` of them, ``N`` items."""

    structure: KnowledgeStructure
    target: Bools

    @property
    def legal(self) -> Bools: ...

    @property
    def progress(self) -> Floats: ...

    def start(self, learners: int) -> None: ...

    def study(self, rows: Ints, items: Ints) -> tuple[Bools, Bools]: ...

    def sleep(self, days: float = 1.0) -> None: ...


@dataclass(frozen=True)
class LearningFeedback(Feedback):
    """Feedback, and what came of the lesson.

    right: int[B], 1 and 0 for the answer to the question after a lesson, else ``NOT_ASKED``.
    lost: bool[B], where a lesson was opened that was not legal: a step that taught nothing.
    """

    right: Ints = None  # type: ignore[assignment]  # made in __post_init__
    lost: Bools = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        super().__post_init__()
        pages = len(self.slate.videos)
        if self.right is None:
            object.__setattr__(self, "right", np.full(pages, NOT_ASKED))
        if self.lost is None:
            object.__setattr__(self, "lost", np.zeros(pages, dtype=bool))


class LearningPlatform(Audience):
    """``B`` learners, each shown pages of lessons, and of breaks where practice tires them.

    A session is ``steps`` pages.  A page offers one random lesson on each item.  Whoever is shown
    one video takes it; of more she takes one at random.  A legal lesson is watched to its end and
    then a question is answered; one that is not legal is closed at once (``NO_CLICK``, no minutes)
    and the step is lost: ``lost`` int[B] counts them.  That is KSS (see
    :mod:`mavrs_course.world.learning.kss`), whose score is ``progress``.

    energy: "tired of practice", ours; None for learners who never tire.  Energy begins full, a
    lesson costs 1, legal or not, a break gives back ``refresh``, never above full, and at 0 the
    session is over.  Pages then also offer two breaks, and of several videos she takes a lesson
    with weight ``energy / full``, a break with the rest.  So only breaks keep her longest and
    teach nothing; only lessons end the session early; and a break is time lent to learning.

    Attributes, a row each: ``viewers`` int[B], numbered on; ``steps_taken``, ``lost`` int[B] in
    this session; ``energy`` float[B]; ``active`` bool[B].  ``learners`` shows what is in their
    heads: only baselines that say so may look.
    """

    def __init__(
        self,
        learners: Learners | None = None,
        *,
        steps: int = 10,
        slots: int = 1,
        energy: float | None = None,
        refresh: float = 0.5,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(rng)
        catalog_rng, learners_rng, self.rng = rng.spawn(3)
        self.learners = KSSLearners(learners_rng) if learners is None else learners
        self.n_items = len(self.learners.structure.items)
        self.breaks = 0 if energy is None else BREAKS_ON_OFFER
        if not 1 <= slots <= self.n_items + self.breaks:
            raise PlatformError(f"{self.n_items + self.breaks} videos don't fill {slots} slots")
        if steps < 1 or (energy is not None and energy <= 0) or refresh < 0:
            raise PlatformError("steps and energy must be above 0, refresh at least 0")
        self.steps, self.slots, self.full, self.refresh = steps, slots, energy, refresh
        self.catalog = _catalog(self.learners.structure, self.breaks > 0, catalog_rng)
        self.energy: Floats = np.zeros(0)

    @property
    def progress(self) -> Floats:
        """How much of what each learner still had to learn is learned: float[B]."""
        _ = self.request
        return self.learners.progress

    @property
    def legal(self) -> Bools:
        """bool[B, C]: which candidates teach something or are a break; a peek, see above."""
        topic = self.catalog.topic[self.request.candidates]
        always = np.ones((len(topic), 1), dtype=bool)
        return np.take_along_axis(np.hstack([self.learners.legal, always]), topic, axis=1)

    def reset(self, sessions: int) -> Request:
        """New learners and their first request."""
        self._welcome(sessions)
        self.learners.start(sessions)
        return self._start_session()

    def next_day(self) -> Request:
        """Everybody comes back, rested, and with what the night has left of what they knew."""
        _ = self.request
        self.learners.sleep()
        return self._start_session()

    def show(self, slate: Slate) -> LearningFeedback:
        """Show one page to every learner and go on to the next request.

        The rows of those whose session is over must be filled too, and change nothing.  Raises
        :class:`PlatformError` for pages of a wrong shape, for videos that are not among the row's
        candidates or twice on a page, and when every session is over.
        """
        videos = checked_pages(slate, self.request, self.active, len(self.catalog))
        active = self.active.copy()
        opened = self._choose(videos)
        video = videos[np.arange(len(videos)), opened]
        topic = self.catalog.topic[video]
        lesson = active & (topic < self.n_items)
        rows = np.flatnonzero(lesson)
        legal, right = self.learners.study(rows, topic[rows])
        lost = np.zeros(len(videos), dtype=bool)
        lost[rows[~legal]] = True
        answers = np.full(len(videos), NOT_ASKED)
        answers[rows[legal]] = right[legal]
        self._tire(lesson, active & ~lesson)
        self.steps_taken += active
        self.lost += lost
        self.active = active & (self.steps_taken < self.steps) & (self.energy > 0)
        watched = active & ~lost
        feedback = LearningFeedback(
            slate=replace(slate, videos=videos, request=self.request),
            clicked=np.where(watched, opened, NO_CLICK),
            watch_minutes=np.where(watched, self.catalog.minutes[video], 0.0),
            active=active,
            right=answers,
            lost=lost,
        )
        self._draw_request()
        return feedback

    def _choose(self, videos: Ints) -> Ints:
        """The slot that each learner opens: int[B]."""
        if videos.shape[1] == 1:
            return np.zeros(len(videos), dtype=np.int64)
        fresh = np.ones(len(videos)) if self.full is None else self.energy / self.full
        lesson = self.catalog.topic[videos] < self.n_items
        weights = np.where(lesson, fresh[:, None], 1.0 - fresh[:, None]) + MOST_TIRED
        cumulative = weights.cumsum(axis=1)
        ticket = self.rng.random(len(videos)) * cumulative[:, -1]
        return (cumulative[:, :-1] <= ticket[:, None]).sum(axis=1)

    def _tire(self, lesson: Bools, rest: Bools) -> None:
        if self.full is not None:
            self.energy = np.minimum(self.energy - lesson + self.refresh * rest, self.full)

    def _start_session(self) -> Request:
        sessions = len(self.viewers)
        self.steps_taken = np.zeros(sessions, dtype=np.int64)
        self.lost = np.zeros(sessions, dtype=np.int64)
        self.energy = np.full(sessions, np.inf if self.full is None else float(self.full))
        self.active = np.ones(sessions, dtype=bool)
        return self._draw_request()

    def _draw_request(self) -> Request:
        """One of the ten videos of each item, and two breaks, in random order."""
        rows = len(self.viewers)
        which = self.rng.integers(0, VIDEOS_A_TOPIC, (rows, self.n_items + self.breaks))
        if self.breaks:  # the second differs from the first
            step = self.rng.integers(1, VIDEOS_A_TOPIC, rows)
            which[:, -1] = (which[:, -2] + step) % VIDEOS_A_TOPIC
        topic = np.minimum(np.arange(which.shape[1]), self.n_items)
        drawn = topic * VIDEOS_A_TOPIC + which
        self._request = Request(self.viewers, self.rng.permuted(drawn, axis=1), self.slots)
        return self._request


def _catalog(structure: KnowledgeStructure, breaks: bool, rng: np.random.Generator) -> Catalog:
    """Ten videos on each item, then ten breaks; each of four minutes."""
    topics = (*structure.items, *((BREAK,) if breaks else ()))
    topic = np.repeat(np.arange(len(topics)), VIDEOS_A_TOPIC)
    mean = np.where(np.arange(len(topics)) < len(structure.items), QUALITY, -QUALITY)
    return Catalog(
        topic,
        rng.normal(mean[topic], 0.1),
        style_seed=rng.integers(0, 2**31, len(topic)),
        seed=int(rng.integers(0, 2**31)),
        topics=topics,
        mean_quality=mean,
    )
