"""An agent with several senses, each heard as much as it deserves, and a video may lack any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.agents.video_understanding.joining import precision_weighted, sense_variances
from mavrs_course.messages import (
    Bools,
    Feedback,
    Floats,
    Ints,
    Opinion,
    Request,
    VideoCatalog,
)
from mavrs_course.once import learns_once
from mavrs_course.rows import rounds, with_room

SENSES = ("picture", "sound", "words")
NOISE = (1.0, 0.5, 0.15)
"""Standard deviations of what the made senses say, in the order of ``SENSES``."""
MISSING = 0.2


@dataclass(frozen=True)
class Readings:
    """What each sense says about each video.

    values: float[V, M, D], the same D things from each sense, a share of each topic say; whatever
    stands where a sense is missing is not read.  present: bool[V, M].
    """

    values: Floats
    present: Bools

    def __post_init__(self) -> None:
        if np.ndim(self.values) != 3 or np.shape(self.present) != np.shape(self.values)[:2]:
            raise ValueError(
                "readings are float[V, M, D] and bool[V, M], got "
                f"{np.shape(self.values)} and {np.shape(self.present)}"
            )

    def only(self, *senses: int) -> Readings:
        """The same videos as if they had nothing but these senses, by their numbers."""
        kept = np.isin(np.arange(self.present.shape[1]), senses)
        return Readings(self.values, self.present & kept)


def readings_of(
    catalog: VideoCatalog,
    rng: np.random.Generator,
    noise: tuple[float, ...] = NOISE,
    missing: float = MISSING,
) -> Readings:
    """Senses for any catalogue: each sees the video's topic (1 of D) through noise of its own."""
    truth = np.eye(catalog.n_topics)[catalog.topic]  # float[V, D]
    errors = rng.standard_normal((len(truth), len(noise), catalog.n_topics))
    values = truth[:, None] + np.array(noise)[:, None] * errors
    return Readings(values, rng.random(values.shape[:2]) >= missing)


class PrecisionAgent:
    """Joins the senses of each video by their precision, and learns what a viewer likes in that.

    The precision of a sense is 1 over the variance of its error, float[M] ``variances``; left out,
    three senses tell it of each other (:func:`.joining.sense_variances`).  A missing sense has 0.
    One more expert, the ``prior``, says of everything that it is like any video, 1/D, with the
    precision that this has for one topic of D.  Without it, noise looks like taste: the first of a
    list is then the video with the luckiest error.

    A viewer's taste is linear in the joined values, ``base + taste . x``, and moves after each
    video shown by the normalised LMS rule (Widrow and Hoff 1960).  The confidence is the share of
    the first choice's precision that is not the prior's, times ``n / (n + 5)`` for n pages.
    """

    name = "senses"
    assumed_pages = 5.0

    def __init__(
        self,
        readings: Readings,
        variances: Floats | None = None,
        *,
        gain: float = 0.3,
        prior: float | None = None,
    ) -> None:
        things = readings.values.shape[2]
        prior = things**2 / max(things - 1, 1) if prior is None else prior
        if not 0 < gain <= 1 or not prior > 0:
            raise ValueError(f"gain is in (0, 1] and prior above 0, got {gain} and {prior}")
        if variances is None:
            variances = sense_variances(readings.values, readings.present)
        tau = np.where(readings.present, 1.0 / np.asarray(variances, float), 0.0)  # float[V, M]
        self.gain, self.base = gain, 0.3
        self.known = tau.sum(axis=1) / (tau.sum(axis=1) + prior)  # float[V]
        self.values = _joined(readings.values, tau, prior)  # float[V, D]
        self.taste = np.zeros((0, things))
        self.pages = np.zeros(0)

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers not met before."""
        self.taste = with_room(self.taste, viewers)
        self.pages = with_room(self.pages, viewers)

    def opine(self, request: Request) -> Opinion:
        self.meet(request.viewers)
        values = self.values[request.candidates]  # float[B, C, D]
        scores = self.base + np.einsum("bcd,bd->bc", values, self.taste[request.viewers])
        first = request.candidates[np.arange(len(scores)), scores.argmax(axis=1)]
        pages = self.pages[request.viewers]
        return Opinion(self.name, scores, self.known[first] * pages / (pages + self.assumed_pages))

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        videos, viewers = feedback.slate.videos, feedback.request.viewers
        self.meet(viewers)
        for rows in rounds(viewers, np.flatnonzero(feedback.active)):  # nobody is in one twice
            who = viewers[rows]
            for slot in range(videos.shape[1]):
                values = self.values[videos[rows, slot]]  # float[n, D]
                clicked = feedback.clicked[rows] == slot
                error = clicked - self.base - (self.taste[who] * values).sum(axis=1)
                length = 1.0 + (values**2).sum(axis=1)
                self.taste[who] += self.gain * (error / length)[:, None] * values
            self.pages[who] += 1


def _joined(values: Floats, tau: Floats, prior: float) -> Floats:
    """The senses and the prior by their precisions: float[V, D]."""
    videos, _, things = values.shape
    any_video = np.full((videos, 1, things), 1.0 / things)
    said = np.concatenate([values, any_video], axis=1)  # float[V, M + 1, D]
    precisions = np.concatenate([tau, np.full((videos, 1), prior)], axis=1)  # float[V, M + 1]
    return precision_weighted(said.swapaxes(1, 2), precisions[:, None])[0]


MAKERS = {
    "senses": lambda world, rng: PrecisionAgent(readings_of(world.catalog, rng)),
}
