"""What can be added to the base viewer: small components, all off by default.

An effect answers the questions of :class:`Effect` that concern it and leaves the others.  What
several effects say combines without regard to their order: what they add to the attraction of
a video is summed, what they say about being seen is multiplied, and a viewer comes back only
if all of them agree.

In the equations, ``u`` is a viewer's interest in a video's topic, ``q`` the video's quality and
``w`` its attraction, ``u + 1`` on the base platform.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from mavrs_course.messages import Bools, Feedback, Floats, Ints
from mavrs_course.world.catalog import Catalog


class Setting(Protocol):
    """What an effect looks at, and may change: a row for each viewer."""

    catalog: Catalog
    viewers: Ints
    interest: Floats
    present: Bools


class Effect:
    """An effect that does nothing: the base of the others.

    The platform works on a copy of each effect and gives it ``rng``, a stream of its own.
    """

    rng: np.random.Generator

    def prepare(self, catalog: Catalog) -> Catalog:
        """Asked once, before the first viewer: draw what stays; return the catalogue to use."""
        return catalog

    def start(self, platform: Setting) -> None:
        """New viewers have come: make their state, or change what they are like."""

    def attract(self, platform: Setting, videos: Ints) -> Floats | float:
        """What to add to the attraction of videos int[B, n]."""
        return 0.0

    def examine(self, platform: Setting, videos: Ints) -> Floats | float:
        """How much of each slot's attraction reaches the viewer: a factor for int[B, K]."""
        return 1.0

    def after_page(self, platform: Setting, feedback: Feedback) -> Feedback:
        """A page has been answered: update state; return the feedback, perhaps with more in it."""
        return feedback

    def next_day(self, platform: Setting) -> Bools | bool:
        """A night has passed: update state; who comes back, bool[B]?"""
        return True


@dataclass
class Examination(Effect):
    """Viewers see the first slot, and later slots less and less.

    Slot ``k = 0, 1, ...`` is seen with probability ``e_k = (1 / (k + 1)) ** fading``, so that
    ``P(i) = e_i w_i / (sum_j e_j w_j + 2)``.
    Source: the position-based model as in Joachims, Swaminathan and Schnabel, "Unbiased
    learning-to-rank with biased feedback" (WSDM 2017), set into the viewer's choice.
    """

    fading: float = 1.0

    def __post_init__(self) -> None:
        _require(self.fading >= 0, "fading", "at least 0")

    def examine(self, platform: Setting, videos: Ints) -> Floats:
        return np.arange(1.0, videos.shape[1] + 1.0) ** -self.fading


@dataclass
class Boredom(Effect):
    """A topic just watched draws less, and recovers while other things are watched.

    After each page the satiation of every topic becomes ``s <- memory * (s + clicked)``, and
    ``w = max(u + 1 - strength * s, 0)``.  A night's sleep brings it back to 0.
    Source: Leqi et al., "Rebounding bandits for modeling satiation effects" (NeurIPS 2021).
    """

    strength: float = 0.5
    memory: float = 0.8

    def __post_init__(self) -> None:
        _require(self.strength >= 0, "strength", "at least 0")
        _require(0 <= self.memory < 1, "memory", "in [0, 1)")

    def start(self, platform: Setting) -> None:
        self.satiation = np.zeros((len(platform.viewers), platform.catalog.n_topics))

    def attract(self, platform: Setting, videos: Ints) -> Floats:
        topics = platform.catalog.topic[videos]
        return -self.strength * np.take_along_axis(self.satiation, topics, axis=1)

    def after_page(self, platform: Setting, feedback: Feedback) -> Feedback:
        rows = np.flatnonzero(feedback.clicked >= 0)
        self.satiation[rows, platform.catalog.topic[feedback.clicked_video[rows]]] += 1.0
        self.satiation[feedback.active] *= self.memory
        return feedback

    def next_day(self, platform: Setting) -> bool:
        self.satiation[:] = 0.0
        return True


@dataclass
class Likes(Effect):
    """Viewers like videos, follow creators, and are drawn to those they follow.

    After a click, ``P(like) = sigmoid(offset + by_interest * u + by_quality * q)``, and a like
    is also a follow with probability ``follow``.  A followed creator's videos have ``pull``
    added to their attraction.  ``u`` is the interest after watching.
    Source: one logistic model for each kind of response, as in KuaiSim's immediate response
    module (Zhao et al., NeurIPS 2023); the defaults are ours.
    """

    offset: float = -1.0
    by_interest: float = 2.0
    by_quality: float = 1.0
    follow: float = 0.2
    pull: float = 0.5

    def __post_init__(self) -> None:
        _require(0 <= self.follow <= 1, "follow", "in [0, 1]")

    def start(self, platform: Setting) -> None:
        creators = int(platform.catalog.creator.max()) + 1
        self.following = np.zeros((len(platform.viewers), creators), dtype=bool)

    def attract(self, platform: Setting, videos: Ints) -> Floats:
        creators = platform.catalog.creator[videos]
        return self.pull * np.take_along_axis(self.following, creators, axis=1)

    def like_probability(self, interest: Floats, quality: Floats) -> Floats:
        """Probability that a watched video is liked; interest and quality of one shape."""
        return sigmoid(self.offset + self.by_interest * interest + self.by_quality * quality)

    def after_page(self, platform: Setting, feedback: Feedback) -> Feedback:
        catalog, video = platform.catalog, feedback.clicked_video
        interest = platform.interest[np.arange(len(video)), catalog.topic[video]]
        ticket = self.rng.random((2, len(video)))
        liked = ticket[0] < self.like_probability(interest, catalog.quality[video])
        liked &= feedback.clicked >= 0
        followed = liked & (ticket[1] < self.follow)
        self.following[followed, catalog.creator[video[followed]]] = True
        return replace(feedback, liked=liked, followed=followed)


@dataclass
class Satisfaction(Effect):
    """What viewers watch today decides whether they come back tomorrow.

    Each click moves a viewer's net positive exposure, ``n <- memory * n + q / 3 - appeal``:
    trash, and promises not kept, wear it down.  Satisfaction is ``sigmoid(sensitivity * n)``,
    and is the probability of coming back.  Exposure stays overnight.
    Source: RecSim's long-term-satisfaction environment (Ie et al., arXiv 1909.04847) without
    its noise; ``q / 3 - appeal`` takes the place of its ``-2 (clickbait - 1/2)``.
    """

    memory: float = 0.7
    sensitivity: float = 1.0

    def __post_init__(self) -> None:
        _require(0 <= self.memory < 1, "memory", "in [0, 1)")

    def start(self, platform: Setting) -> None:
        self.exposure = np.zeros(len(platform.viewers))

    @property
    def level(self) -> Floats:
        """Satisfaction of each viewer, float[B] in (0, 1)."""
        return sigmoid(self.sensitivity * self.exposure)

    def after_page(self, platform: Setting, feedback: Feedback) -> Feedback:
        rows = np.flatnonzero(feedback.clicked >= 0)
        video, catalog = feedback.clicked_video[rows], platform.catalog
        given = catalog.quality[video] / 3.0 - catalog.appeal[video]
        self.exposure[rows] = self.memory * self.exposure[rows] + given
        return feedback

    def next_day(self, platform: Setting) -> Bools:
        return self.rng.random(len(self.exposure)) < self.level


@dataclass
class Clickbait(Effect):
    """Some poor videos look better than they are.

    A ``share`` of the videos with ``q < 0`` has ``appeal`` added to its attraction,
    ``w = u + 1 + appeal``; what they do to the viewer who clicks stays as bad as it was.  Videos
    that the catalogue itself gives an appeal keep it.
    Source: clickability apart from engageability, Besbes, Gur and Zeevi, "Optimization in online
    content recommendation services" (M&SOM 2016).
    """

    share: float = 0.3
    appeal: float = 1.0

    def __post_init__(self) -> None:
        _require(0 <= self.share <= 1, "share", "in [0, 1]")
        _require(self.appeal >= 0, "appeal", "at least 0")

    def prepare(self, catalog: Catalog) -> Catalog:
        baited = (self.rng.random(len(catalog)) < self.share) & (catalog.quality < 0)
        return replace(catalog, appeal=np.where(baited, self.appeal, catalog.appeal))

    def attract(self, platform: Setting, videos: Ints) -> Floats:
        return platform.catalog.appeal[videos]


@dataclass
class NewArrivals(Effect):
    """A ``share`` of the catalogue arrives later, evenly over days 1 to ``days``.

    A video can be a candidate from the day of its arrival on.
    Source: the item cold start; any catalogue with upload dates.
    """

    share: float = 0.5
    days: int = 10

    def __post_init__(self) -> None:
        _require(0 <= self.share <= 1, "share", "in [0, 1]")
        _require(self.days >= 1 and self.days % 1 == 0, "days", "a whole number, at least 1")

    def prepare(self, catalog: Catalog) -> Catalog:
        late = self.rng.permutation(len(catalog))[: round(self.share * len(catalog))]
        day = np.array(catalog.day)
        day[late] = 1 + np.arange(len(late)) % self.days
        return replace(catalog, day=day)


@dataclass
class Drift(Effect):
    """Tastes drift by themselves: ``u <- reflect(u + N(0, step ** 2))`` for every topic.

    ``per_day`` is the step overnight, ``per_page`` the step after each page of a session.  The
    walk is reflected at -1 and 1, so that interest stays uniform and only its memory fades: after
    ``t`` steps the correlation with the start is ``sum over odd k of 96 / (pi k)**4 *
    exp(-k**2 pi**2 step**2 t / 8)``.
    Source: reflected Brownian motion; that tastes drift in real logs, Koren, "Collaborative
    filtering with temporal dynamics" (KDD 2009).
    """

    per_day: float = 0.3
    per_page: float = 0.0

    def __post_init__(self) -> None:
        _require(self.per_day >= 0, "per_day", "at least 0")
        _require(self.per_page >= 0, "per_page", "at least 0")

    def after_page(self, platform: Setting, feedback: Feedback) -> Feedback:
        self._walk(platform.interest, feedback.active, self.per_page)
        return feedback

    def next_day(self, platform: Setting) -> bool:
        self._walk(platform.interest, platform.present, self.per_day)
        return True

    def _walk(self, interest: Floats, moving: Bools, step: float) -> None:
        if step > 0:
            noise = self.rng.normal(0.0, step, interest.shape)
            interest[moving] = reflect(interest + noise)[moving]


@dataclass
class ViewerGroups(Effect):
    """Viewers come in groups that share their tastes.

    A viewer belongs to group ``g`` with probability ``shares[g]`` and has interest
    ``likeness * centre_g + (1 - likeness) * u``, where the centres, one for each group and
    platform, and ``u`` are uniform on (-1, 1).
    Source: a mixture model of viewers, as under every clustering of users.
    """

    shares: Sequence[float] = (0.7, 0.3)
    likeness: float = 0.5

    def __post_init__(self) -> None:
        _require(np.isclose(sum(self.shares), 1) and min(self.shares) >= 0, "shares", "parts of 1")
        _require(0 <= self.likeness <= 1, "likeness", "in [0, 1]")

    def prepare(self, catalog: Catalog) -> Catalog:
        self.centres = self.rng.uniform(-1.0, 1.0, (len(self.shares), catalog.n_topics))
        return catalog

    def start(self, platform: Setting) -> None:
        self.group = self.rng.choice(len(self.shares), len(platform.viewers), p=self.shares)
        platform.interest += self.likeness * (self.centres[self.group] - platform.interest)


def sigmoid(x: Floats) -> Floats:
    """``1 / (1 + exp(-x))``."""
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def reflect(x: Floats) -> Floats:
    """Fold the real line into [-1, 1], as if between two mirrors."""
    return 1.0 - np.abs(np.mod(x + 1.0, 4.0) - 2.0)


def _require(condition: bool | np.bool, name: str, wanted: str) -> None:
    if not condition:
        raise ValueError(f"{name} must be {wanted}")
