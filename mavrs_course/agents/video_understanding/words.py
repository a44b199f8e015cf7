"""Text as numbers without a dictionary: words and pairs of words, hashed into buckets.

The hashing trick of Weinberger et al. (2009, arXiv 0902.2206), without signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS = 2048


def n_grams(text: str) -> Iterator[str]:
    """The words of a text in small letters, then its pairs of neighbouring words."""
    words = re.findall(r"\w+", text.casefold())
    yield from words
    yield from (f"{first} {second}" for first, second in pairwise(words))


def bucket(n_gram: str, buckets: int = BUCKETS) -> int:
    """Where an n-gram is counted: the same in every process, unlike Python's own ``hash``."""
    return crc32(n_gram.encode()) % buckets


def bag(text: str, buckets: int = BUCKETS) -> NDArray[np.float32]:
    """A text as float32[buckets] of length 1, or all zeros where there is no word in it."""
    counts = np.zeros(buckets, dtype=np.float32)
    for n_gram in n_grams(text):
        counts[bucket(n_gram, buckets)] += 1
    return counts / max(float(np.linalg.norm(counts)), 1e-9)
