"""What a life of videos says about one candidate: filter by topic, then look closely.

Source: Pi et al., "Search-based user interest modeling with lifelong sequential behavior data"
(SIM, CIKM 2020, arXiv 2006.05639): a general search by category, then attention within what it
found.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mavrs_course.messages import Floats, Ints


class Searched(NamedTuple):
    """vector: float[D], what was found, by attention.  places: int[n], where, newest first."""

    vector: Floats
    places: Ints


class LongHistory:
    """Events of one viewer, oldest first: topics int[N], vectors float[N, D].

    It keeps the places of each topic, so that a search touches only those.
    """

    def __init__(self, topics: Ints, vectors: Floats) -> None:
        self.topics, self.vectors = np.asarray(topics), np.asarray(vectors, dtype=float)
        if self.vectors.ndim != 2 or len(self.topics) != len(self.vectors):
            raise ValueError("each event has a topic, int[N], and a vector, float[N, D]")
        order = np.argsort(self.topics, kind="stable")
        names, first = np.unique(self.topics[order], return_index=True)
        parts = np.split(order, first[1:])  # one empty part where there is no event
        self._places = dict(zip(names.tolist(), parts, strict=False))

    def search(self, topic: int, query: Floats, most: int | None = None) -> Searched:
        """Attention of the query float[D] to the newest ``most`` events of a topic.

        Weights are the softmax of ``vectors . query / sqrt(D)``; zeros where there is no event.
        """
        places = self._places.get(int(topic), np.zeros(0, dtype=np.int64))[::-1][:most]
        return Searched(attention(self.vectors[places], query), places)


def attention(vectors: Floats, query: Floats) -> Floats:
    """Softmax attention of a query float[D] over float[n, D]: float[D]."""
    if not len(vectors):
        return np.zeros(len(query))
    score = vectors @ np.asarray(query, dtype=float) / np.sqrt(len(query))
    weight = np.exp(score - score.max())
    return weight @ vectors / weight.sum()
