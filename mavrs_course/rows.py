"""Arrays with a row for each viewer: room for those never met, and batches with somebody twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray


def with_room(array: NDArray[Any], viewers: NDArray[Any], fill: float = 0.0) -> NDArray[Any]:
    """``array``, with a row of ``fill`` for each viewer number that it had no row for."""
    missing = int(np.max(viewers, initial=-1)) + 1 - len(array)
    if missing <= 0:
        return array
    return np.concatenate([array, np.full((missing, *array.shape[1:]), fill, array.dtype)])


def rounds(
    viewers: NDArray[Any], rows: NDArray[np.int64] | None = None
) -> Iterator[NDArray[np.int64]]:
    """The rows of a batch int[B] in parts, in order, so that nobody is in one part twice.

    rows: only these; all without them.
    """
    left = np.arange(len(viewers)) if rows is None else rows
    while len(left):
        _, first = np.unique(viewers[left], return_index=True)
        first.sort()
        yield left[first]
        left = np.delete(left, first)
