"""The nearest among very many memories: exactly, or fast and nearly.

Both indexes compare directions (cosine) and answer many queries at once.
"""

from __future__ import annotations

import importlib.util

import numpy as np

from mavrs_course.messages import Floats, Ints

BLOCK = 8


class IndexUnavailableError(ImportError):
    """The library behind an index is not installed; the text says how to get it."""


class ExactIndex:
    """Looks at every memory: float[N, D] vectors, ``N * D`` multiplications a query."""

    def __init__(self, vectors: Floats) -> None:
        self.directions = _directions(vectors)

    def search(self, queries: Floats, k: int) -> tuple[Ints, Floats]:
        """The k nearest memories of each query, nearest first: (int[B, k], cosine float[B, k])."""
        queries, k = _directions(queries), min(k, len(self.directions))
        # A few queries at a time: all cosines at once would not fit the processor's cache.
        blocks = np.split(queries, range(BLOCK, len(queries), BLOCK))
        near, cosine = zip(*(self._search(block, k) for block in blocks), strict=True)
        return np.concatenate(near), np.concatenate(cosine)

    def _search(self, queries: np.ndarray, k: int) -> tuple[Ints, Floats]:
        cosine = queries @ self.directions.T
        near = np.argpartition(-cosine, k - 1, axis=1)[:, :k]
        near_cosine = np.take_along_axis(cosine, near, axis=1)
        order = np.argsort(-near_cosine, axis=1, kind="stable")
        return np.take_along_axis(near, order, 1), np.take_along_axis(near_cosine, order, 1)


class GraphIndex:
    """Walks a graph of neighbours (HNSW: Malkov and Yashunin, arXiv 1603.09320), by faiss.

    links: neighbours of each memory.  effort: how many it keeps in view while searching; more
    finds more of the true nearest, and takes longer.
    """

    def __init__(self, vectors: Floats, *, links: int = 16, effort: int = 64) -> None:
        if importlib.util.find_spec("faiss") is None:
            raise IndexUnavailableError(
                "a GraphIndex needs the package faiss-cpu; install it with: pip install faiss-cpu"
            )
        import faiss

        directions = _directions(vectors)
        self._index = faiss.IndexHNSWFlat(directions.shape[1], links, faiss.METRIC_INNER_PRODUCT)
        self._index.hnsw.efConstruction = 40
        self._index.hnsw.efSearch = effort
        self._index.add(directions)

    def search(self, queries: Floats, k: int) -> tuple[Ints, Floats]:
        """As :meth:`ExactIndex.search`, but some of the nearest may be missed."""
        cosine, near = self._index.search(_directions(queries), min(k, self._index.ntotal))
        return near, cosine


def found(near: Ints, exact: Ints) -> float:
    """Share of the exact nearest, int[B, k], that are among ``near``, int[B, k]: recall@k."""
    return float((near[:, :, None] == exact[:, None]).any(axis=1).mean())


def _directions(vectors: Floats) -> np.ndarray:
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
