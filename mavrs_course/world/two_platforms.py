"""Two platforms with the same viewers: short videos at home, long ones away.

Each has a catalogue of its own.  Ten of twenty topics have the same name on both; ten are private.
Tastes follow meaning: a topic is so much fun, knowledge, thrill and making, by the table below,
and a viewer likes some of these more than others.  On each platform an interest is uniform on
(-1, 1), as that of RecSim's viewer: it is ``2 F(g) - 1`` of a standard normal ``g``, and 3/4 of
the variance of ``g`` is what the topic means, the rest its own.  The table is ours.

``likeness`` is the correlation of a viewer's ``g`` away with that at home: 1 is one taste
everywhere, 0 another person, and below 0 one who comes for what they avoid at home.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtr

from mavrs_course.messages import Floats, Ints, Request, Slate, World
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.long_video.world import LongVideo, sample_catalog
from mavrs_course.world.offer import PlatformError
from mavrs_course.world.short_video.feed import ShortVideo, short_catalog
from mavrs_course.world.topics import QUALITY_DEVIATION, TOPICS

# Fun, knowledge, thrill and making, in tenths.
MEANING: dict[str, tuple[int, int, int, int]] = {
    "prank fails": (9, -3, 3, 0),
    "celebrity gossip": (8, -4, 0, -2),
    "outrage clips": (3, -3, 8, -2),
    "conspiracy tales": (2, 2, 8, -3),
    "miracle diets": (1, 1, 0, 7),
    "unboxing hauls": (6, -2, 0, 4),
    "reality show drama": (8, -4, 4, -2),
    "slime and satisfying": (5, -3, -3, 5),
    "dance challenges": (7, -2, 2, 3),
    "street food dares": (5, -1, 5, 5),
    "gaming highlights": (5, 0, 7, 0),
    "car stunts": (3, -1, 9, 2),
    "funny pets": (9, -1, -3, 0),
    "football goals": (4, -1, 8, 0),
    "travel diaries": (2, 5, 4, 1),
    "home cooking": (0, 2, -3, 9),
    "music lessons": (1, 5, -2, 7),
    "do-it-yourself repair": (-1, 4, 0, 9),
    "history stories": (-1, 9, 2, 0),
    "science explained": (-2, 9, 1, 2),
    "stand-up comedy nights": (9, 0, 1, -1),
    "true crime": (1, 2, 9, -2),
    "nature documentaries": (-1, 8, 1, 0),
    "courtroom drama": (3, 3, 7, -3),
    "house renovation": (0, 3, 0, 9),
    "language courses": (-2, 8, -2, 4),
    "concert recordings": (4, 2, 2, 4),
    "space missions": (-1, 8, 5, 1),
    "mountain climbing": (0, 3, 8, 3),
    "family sitcoms": (9, -2, -2, 0),
}
COMMON = TOPICS[10:]
AWAY_TOPICS = (*tuple(MEANING)[len(TOPICS) :], *COMMON)
BY_MEANING = 0.75  # part of the variance
VIDEOS = 1_000


class TwoPlatforms:
    """Viewers who are on both; the same number is the same person.

    home, away: the worlds.  same: int[10, 2], the numbers of each common topic, home and away.
    likeness: in [-1, 1].  rng: what all chance comes from.
    """

    def __init__(self, likeness: float = 1.0, *, rng: np.random.Generator) -> None:
        if not -1 <= likeness <= 1:
            raise PlatformError(f"likeness is a correlation, from -1 to 1, not {likeness}")
        self.likeness, self.rng = likeness, rng
        at_home, away = rng.spawn(2)
        self.home = ShortVideo(short_catalog(VIDEOS, at_home), rng=at_home)
        self.away = LongVideo(_away_catalog(away), rng=away)
        self.same = np.array([(TOPICS.index(t), AWAY_TOPICS.index(t)) for t in COMMON])

    def reset(self, viewers: int) -> None:
        """As many new viewers, on both platforms."""
        self.home.reset(viewers)
        self.away.reset(viewers)
        here = _normals(viewers, self.rng)
        apart = np.sqrt(1.0 - self.likeness**2) * _normals(viewers, self.rng)
        there = self.likeness * here + apart  # [B, 30]
        self.home.interest = _uniform(here, self.home.catalog.topics)
        self.away.interest = _uniform(there, self.away.catalog.topics)


def watched(world: World, pages: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """What random pages show of each viewer: shows and clicks by topic, float[B, topics] each.

    Days pass when nobody is there; pages shown to nobody count for nobody.
    """
    viewers = len(world.active)
    shown, clicked = np.zeros((2, viewers, world.catalog.n_topics))
    for _ in range(pages):
        while not world.active.any():
            world.next_day()
        feedback = world.show(_random_page(world.request, rng))
        here = np.flatnonzero(feedback.active)
        videos = feedback.slate.videos[here]
        np.add.at(shown, (here[:, None], world.catalog.topic[videos]), 1.0)
        hit = here[feedback.clicked[here] >= 0]
        np.add.at(clicked, (hit, world.catalog.topic[feedback.clicked_video[hit]]), 1.0)
    return shown, clicked


def _random_page(request: Request, rng: np.random.Generator) -> Slate:
    mixed: Ints = rng.permuted(request.candidates, axis=1)
    return Slate(mixed[:, : request.slots], request=request)


def _normals(viewers: int, rng: np.random.Generator) -> Floats:
    meaning = np.array(list(MEANING.values()), dtype=float)
    meaning /= np.linalg.norm(meaning, axis=1, keepdims=True)  # [30, 4]
    meant = rng.standard_normal((viewers, meaning.shape[1])) @ meaning.T
    own = rng.standard_normal((viewers, len(meaning)))
    return np.sqrt(BY_MEANING) * meant + np.sqrt(1.0 - BY_MEANING) * own


def _uniform(normals: Floats, topics: Sequence[str]) -> Floats:
    columns = [list(MEANING).index(topic) for topic in topics]
    return 2.0 * ndtr(normals[:, columns]) - 1.0


def _away_catalog(rng: np.random.Generator) -> Catalog:
    """Long videos: private topics of quality 0, common ones of the quality they have at home."""
    drawn = sample_catalog(VIDEOS, rng)
    mean = np.r_[np.zeros(len(AWAY_TOPICS) - len(COMMON)), drawn.mean_quality[10:]]
    quality = mean[drawn.topic] + QUALITY_DEVIATION * rng.standard_normal(VIDEOS)
    return replace(drawn, quality=quality, topics=AWAY_TOPICS, mean_quality=mean)
