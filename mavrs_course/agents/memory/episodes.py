"""Single things that happened, recalled by recency, importance and relevance.

The retrieval of Park et al., "Generative agents" (UIST 2023, arXiv 2304.03442, section 4.1):
each of the three is scaled to [0, 1] over a viewer's memories, and they are added, each with a
weight, which is 1 in the paper.  Recency is ``0.995 ** age``; the paper counts age in hours since
the memory was last recalled, here it is the caller's unit since it happened or was last used.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mavrs_course.messages import NO_CLICK, Bools, Floats, Ints
from mavrs_course.rows import with_room

EMPTY = NO_CLICK
PAPERS_DECAY = 0.995


class Weights(NamedTuple):
    """How much each part of the retrieval score counts; the paper's are all 1."""

    recency: float = 1.0
    importance: float = 1.0
    relevance: float = 1.0


PAPERS_WEIGHTS = Weights()


class Recalled(NamedTuple):
    """The k memories that came up for each query, best first: all [B, k].

    videos: int, ``EMPTY`` where a viewer has fewer than k memories.  scores: float, minus
    infinity there.  slots: int, where they lie in the memory.
    """

    videos: Ints
    scores: Floats
    slots: Ints


def scaled(values: Floats, valid: Bools) -> Floats:
    """Each row from its smallest valid value at 0 to its largest at 1; float[..., M].

    A row whose valid values are all the same says nothing, and gives 0; so do invalid places.
    """
    low = np.where(valid, values, np.inf).min(axis=-1, keepdims=True)
    high = np.where(valid, values, -np.inf).max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        spread = high - low
        share = np.divide(values - low, spread, out=np.zeros(values.shape), where=spread > 1e-12)
    return np.where(valid, share, 0.0)


def retrieval_scores(
    age: Floats | Ints,
    importance: Floats,
    relevance: Floats,
    *,
    weights: Weights = PAPERS_WEIGHTS,
    decay: float = PAPERS_DECAY,
    valid: Bools | None = None,
) -> Floats:
    """Park et al.'s score of every memory, float[..., M]; minus infinity where not ``valid``.

    age, importance, relevance: float[..., M], of shapes that go together.
    """
    age, importance, relevance = np.broadcast_arrays(age, importance, relevance)
    valid = np.ones(age.shape, dtype=bool) if valid is None else np.broadcast_to(valid, age.shape)
    score = (
        weights.recency * scaled(decay**age, valid)
        + weights.importance * scaled(importance, valid)
        + weights.relevance * scaled(relevance, valid)
    )
    return np.where(valid, score, -np.inf)


def best_memories(scores: Floats, k: int) -> Ints:
    """Places of the ``k`` largest of each row, largest first: int[..., k]; ties to the earlier."""
    return np.argsort(-scores, axis=-1, kind="stable")[..., :k]


class EpisodicMemory:
    """Up to ``capacity`` watched videos for each of ``U`` viewers.

    vectors: float[V, D], what each video is like; only directions count.
    videos int[U, M], times float[U, M], importance float[U, M]: the memories, in no order.
    When a viewer's memory is full, the memory least worth keeping makes room: the smallest sum
    of recency and importance.
    """

    def __init__(self, vectors: Floats, *, capacity: int = 64, decay: float = PAPERS_DECAY) -> None:
        if capacity < 1:
            raise ValueError(f"a memory holds at least one episode, not {capacity}")
        if not 0 < decay <= 1:
            raise ValueError(f"decay is what one unit of time leaves, in (0, 1], not {decay}")
        vectors = np.asarray(vectors, dtype=float)
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        self.directions = vectors / np.maximum(length, 1e-12)
        self.capacity, self.decay = capacity, decay
        self.videos = np.full((0, capacity), EMPTY)
        self.times = np.zeros((0, capacity))
        self.importance = np.zeros((0, capacity))

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers that are new."""
        self.videos = with_room(self.videos, viewers, EMPTY)
        self.times = with_room(self.times, viewers)
        self.importance = with_room(self.importance, viewers)

    def count(self, viewers: Ints) -> Ints:
        """How many episodes each viewer has: int[B]."""
        return (self.videos[viewers] != EMPTY).sum(axis=1)

    def add(self, viewers: Ints, videos: Ints, times: Floats | Ints, importance: Floats) -> Ints:
        """Remember one episode a row, all of shape [N]; in order, where a viewer has several.

        Returns the slot that each one took: int[N].
        """
        viewers, videos = np.asarray(viewers), np.asarray(videos)
        when = np.broadcast_to(np.asarray(times, dtype=float), viewers.shape)
        importance = np.asarray(importance)
        self.meet(viewers)
        slots = np.zeros(len(viewers), dtype=np.int64)
        left = np.arange(len(viewers))
        while len(left):
            who, first = np.unique(viewers[left], return_index=True)
            rows = left[first]
            slot = slots[rows] = self._least_worth_keeping(who, when[rows])
            self.put(who, slot, videos[rows], when[rows], importance[rows])
            left = np.delete(left, first)
        return slots

    def worth_keeping(self, viewers: Ints, now: Floats | Ints) -> Floats:
        """Recency plus importance of each memory, minus infinity for no memory: float[B, M]."""
        age = np.asarray(now, dtype=float)[:, None] - self.times[viewers]
        nothing = np.zeros_like(age)
        valid = self.videos[viewers] != EMPTY
        worth = Weights(relevance=0.0)
        return retrieval_scores(
            age, self.importance[viewers], nothing, weights=worth, decay=self.decay, valid=valid
        )

    def _least_worth_keeping(self, viewers: Ints, now: Floats | Ints) -> Ints:
        return self.worth_keeping(viewers, now).argmin(axis=1)

    def fade(self, viewers: Ints, now: Floats | Ints, keep: int) -> tuple[Ints, Ints]:
        """Forget all but the ``keep`` episodes of each viewer that are most worth keeping.

        Returns what is forgotten: viewers int[F] and slots int[F].
        """
        self.meet(viewers)
        drop = np.argsort(-self.worth_keeping(viewers, now), axis=1, kind="stable")[:, keep:]
        rows = np.broadcast_to(np.asarray(viewers)[:, None], drop.shape)
        held = self.videos[rows, drop] != EMPTY
        self._clear(rows[held], drop[held])
        return rows[held], drop[held]

    def forget(self, viewer: int, video: int | None = None) -> tuple[Ints, Ints]:
        """Leave nothing of this viewer, or nothing of one video that they watched.

        Returns what is forgotten, as :meth:`fade`.
        """
        self.meet(np.array([viewer]))
        watched = self.videos[viewer]
        slots = np.flatnonzero(watched != EMPTY if video is None else watched == video)
        rows = np.full(len(slots), viewer)
        self._clear(rows, slots)
        return rows, slots

    def _clear(self, viewers: Ints, slots: Ints) -> None:
        self.videos[viewers, slots] = EMPTY
        self.times[viewers, slots] = self.importance[viewers, slots] = 0.0

    def put(
        self, viewers: Ints, slots: Ints, videos: Ints, times: Floats | Ints, importance: Floats
    ) -> None:
        """Lay episodes into their slots, as they were before; all of shape [N]."""
        self.meet(viewers)
        self.videos[viewers, slots] = videos
        self.times[viewers, slots] = times
        self.importance[viewers, slots] = importance

    def recall(
        self,
        viewers: Ints,
        queries: Floats,
        now: Floats | Ints,
        k: int,
        *,
        weights: Weights = PAPERS_WEIGHTS,
        touch: bool = False,
    ) -> Recalled:
        """The k memories of each viewer that come up for a query, float[B, D].

        touch: a memory that comes up is fresh again, as in the paper.
        """
        self.meet(viewers)
        viewers = np.asarray(viewers)
        scores = self._scores(viewers, np.asarray(queries)[:, None], now, weights)[:, 0]
        slots = best_memories(scores, k)
        rows = viewers[:, None]
        if touch:
            self.times[rows, slots] = np.asarray(now)[:, None]
        return Recalled(self.videos[rows, slots], np.take_along_axis(scores, slots, 1), slots)

    def support(
        self,
        viewers: Ints,
        candidates: Ints,
        now: Floats | Ints,
        k: int,
        weights: Weights = PAPERS_WEIGHTS,
    ) -> Floats:
        """What the k memories that each candidate calls up say for it: float[B, C], at least 0.

        Each says how relevant it is, times its retrieval score.  candidates: int[B, C].
        """
        self.meet(viewers)
        queries = self.directions[candidates]
        scores = self._scores(viewers, queries, now, weights)
        said = np.maximum(self._relevance(viewers, queries), 0.0)
        slots = best_memories(scores, k)
        heard = np.take_along_axis(scores, slots, 2)
        said = np.take_along_axis(said, slots, 2)
        return np.where(np.isfinite(heard), said * np.maximum(heard, 0.0), 0.0).sum(axis=2)

    def _relevance(self, viewers: Ints, queries: Floats) -> Floats:
        """Cosine of each query with each memory: float[B, Q, M], for queries float[B, Q, D]."""
        length = np.linalg.norm(queries, axis=2, keepdims=True)
        memories = self.directions[self.videos[viewers]]
        return (queries / np.maximum(length, 1e-12)) @ memories.transpose(0, 2, 1)

    def _scores(
        self, viewers: Ints, queries: Floats, now: Floats | Ints, weights: Weights
    ) -> Floats:
        """Retrieval scores float[B, Q, M]."""
        age = np.asarray(now, dtype=float)[:, None] - self.times[viewers]
        return retrieval_scores(
            age[:, None],
            self.importance[viewers][:, None],
            self._relevance(viewers, queries),
            weights=weights,
            decay=self.decay,
            valid=(self.videos[viewers] != EMPTY)[:, None],
        )
