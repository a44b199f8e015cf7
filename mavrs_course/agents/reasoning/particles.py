"""The same posterior by sampling: a particle filter, which forgets no dependence of topics."""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats, Ints
from mavrs_course.world import viewers


class ParticleBelief:
    """For each of B viewers, N guesses at all interests: float[B, N, T].

    A page weighs each guess by how likely it makes what happened; guesses are drawn anew in
    proportion; and those that watched move as the viewer does (the bootstrap filter of Gordon,
    Salmond and Smith 1993, with systematic resampling).  Right in the limit of many particles,
    also about how topics depend on each other.  But what is never clicked never moves, so guesses
    run out: ``jitter``, the deviation of noise added to the page's topics, keeps them apart, at
    the price of a belief that is a little too wide.
    """

    def __init__(
        self,
        particles: Floats,
        rng: np.random.Generator,
        *,
        evolving: bool = True,
        jitter: float = 0.0,
    ) -> None:
        self.particles = np.array(particles, dtype=float)
        if self.particles.ndim != 3:
            raise ValueError(
                f"particles have shape (viewers, particles, topics), not {self.particles.shape}"
            )
        self.rng, self.evolving, self.jitter = rng, evolving, jitter

    @classmethod
    def of_new(cls, count: int, particles: int, rng: np.random.Generator, **options):
        """A belief about ``count`` new viewers, with interests drawn as the platform draws them."""
        drawn = viewers.sample_interest(count * particles, rng)
        return cls(drawn.reshape(count, particles, -1), rng, **options)

    @property
    def interest(self) -> Floats:
        """Expected interest: float[B, T]."""
        return self.particles.mean(axis=1)

    def update(self, rows: Ints, topics: Ints, clicked: Ints) -> None:
        """Learn from a page of each of the viewers ``rows`` int[M]: topics int[M, K], clicked."""
        guesses = self.particles[rows]
        shown = np.take_along_axis(guesses, topics[:, None, :], axis=2) + 1.0
        chance = likelihood(shown, clicked)
        kept = resample(chance / chance.sum(axis=1, keepdims=True), self.rng)
        guesses = np.take_along_axis(guesses, kept[:, :, None], axis=1)
        if self.evolving:
            self._evolve(guesses, topics, clicked)
        if self.jitter:
            self._shake(guesses, topics)
        self.particles[rows] = guesses

    def _evolve(self, guesses: Floats, topics: Ints, clicked: Ints) -> None:
        count = guesses.shape[1]
        topic = topics[np.arange(len(topics)), clicked]
        flat = guesses.reshape(-1, guesses.shape[2])
        viewers.evolve(flat, np.repeat(clicked >= 0, count), np.repeat(topic, count), self.rng)

    def _shake(self, guesses: Floats, topics: Ints) -> None:
        shown = np.take_along_axis(guesses, topics[:, None, :], axis=2)
        shaken = shown + self.jitter * self.rng.standard_normal(shown.shape)
        np.put_along_axis(guesses, topics[:, None, :], np.clip(shaken, -1.0, 1.0), axis=2)


def likelihood(weights: Floats, clicked: Ints) -> Floats:
    """How likely each guess makes what happened: float[M, N].

    weights: float[M, N, K], ``u + 1`` of each slot by each guess.  clicked: int[M].
    """
    slot = np.maximum(clicked, 0)[:, None, None]
    chosen = np.take_along_axis(weights, slot, axis=2)[..., 0]
    happened = np.where(clicked[:, None] >= 0, chosen, viewers.NO_CLICK_WEIGHT)
    return happened / (weights.sum(axis=2) + viewers.NO_CLICK_WEIGHT)


def resample(weights: Floats, rng: np.random.Generator) -> Ints:
    """N draws from each row in proportion to ``weights`` float[M, N]: int[M, N], rising.

    Systematic: one random number a row places N evenly spaced darts.
    """
    rows, count = weights.shape
    darts = (rng.random((rows, 1)) + np.arange(count)) / count
    edges = weights.cumsum(axis=1)
    edges /= edges[:, -1:]
    shift = 2.0 * np.arange(rows)[:, None]  # one search for all rows, each on its own stretch
    found = np.searchsorted((edges + shift).ravel(), (darts + shift).ravel(), side="right")
    return np.clip(found.reshape(rows, count) - count * np.arange(rows)[:, None], 0, count - 1)
