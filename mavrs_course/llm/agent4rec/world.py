"""Generative viewers on the course's own platform, in place of its own ones.

A viewer of the platform has an interest ``u`` in (-1, 1) for each topic and is drawn to a video by
``u + 1``.  Here a language model reads in words which topics she likes best, and its PMI of each
title takes the place of ``u``: it decides **which** videos draw her, and keeps how strongly the
best, the second and all others do.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from mavrs_course.llm.agent4rec.taste import neutral_words, taste_words
from mavrs_course.llm.deciding.agent import pmi
from mavrs_course.llm.models.chat import ChatModel
from mavrs_course.messages import Floats, Ints
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.effects import Effect
from mavrs_course.world.platform import Platform

LIKED_TOPICS = 3


def interests_in_words(interest: Floats, topics: Sequence[str] = Catalog.topics) -> str:
    """The topics that a viewer of the platform likes best, by template; interest float[T]."""
    best = np.argsort(-interest, kind="stable")[:LIKED_TOPICS]
    return taste_words([topics[topic] for topic in best], "videos")


def title_pmi(model: ChatModel, catalog: Catalog, interests: Floats) -> Floats:
    """PMI of every title with every viewer's words: float[N, V], in nats; interests float[N, T].

    Raises :class:`ModelError` where the model cannot be asked.
    """
    titles = [f" {catalog.title(video)}" for video in range(len(catalog))]
    neutral = neutral_words("videos")
    tastes = [interests_in_words(interest, catalog.topics) for interest in interests]
    return np.array([pmi(model, taste, titles, neutral) for taste in tastes])


def as_interest(values: Floats) -> Floats:
    """Evenly spread over (-1, 1) in the order of the values, row by row: float[N, V].

    The platform's own interests are uniform there, so only the order is the model's.
    """
    places = rankdata(values, axis=1)
    return 2.0 * (places - 0.5) / values.shape[1] - 1.0


class GenerativeViewers(Effect):
    """Replaces what draws the platform's viewers: row n of it is drawn by ``interest[n] + 1``.

    interest: float[N, V], for the N viewers of every session, such as :func:`as_interest` gives.
    """

    def __init__(self, interest: Floats) -> None:
        self.interest = interest

    def attract(self, platform: Platform, videos: Ints) -> Floats:
        """What to add to ``u + 1`` so that the generative interest remains: float[N, n]."""
        own = np.take_along_axis(platform.interest, platform.catalog.topic[videos], axis=1)
        return np.take_along_axis(self.interest, videos, axis=1) - own


def small_world(seed: int = 18, viewers: int = 20, videos: int = 40) -> tuple[Catalog, Floats]:
    """The catalogue and the interests, float[viewers, 20], of lesson 18's last experiment."""
    rng = np.random.default_rng(seed)
    catalog = Catalog.sample(videos, rng)
    return catalog, rng.uniform(-1.0, 1.0, (viewers, catalog.n_topics))


def agreement(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's rank correlation of two lists; 0 where one does not vary."""
    from scipy.stats import spearmanr

    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(spearmanr(one, other).statistic)
