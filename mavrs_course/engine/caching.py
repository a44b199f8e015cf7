"""What a small store near the viewers answers by itself.

``popularity`` is float[V], the share of all requests that asks for each video, 1 in all.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import numpy as np

from mavrs_course.messages import Floats


def zipf(videos: int, exponent: float) -> Floats:
    """Popularity that falls as ``rank ** -exponent``: float[videos], most popular first."""
    weights = np.arange(1, videos + 1, dtype=float) ** -exponent
    return weights / weights.sum()


def lru_hits(requests: Iterable[int], capacity: int) -> list[bool]:
    """For each request, whether a store of the ``capacity`` videos last asked for had it."""
    if capacity < 1:
        raise ValueError(f"a store holds at least 1 video, not {capacity}")
    store: OrderedDict[int, None] = OrderedDict()
    hits = []
    for video in requests:
        hits.append(video in store)
        store[video] = None
        store.move_to_end(video)
        if len(store) > capacity:
            store.popitem(last=False)
    return hits


def lru_hit_chances(popularity: Floats, capacity: float) -> Floats:
    """Chance that each video is in the store when it is asked for: float[V].

    Che's approximation ``1 - exp(-p t)``, with the one ``t`` for which the chances sum to the
    capacity.  Source: Che, Tung and Wang (IEEE JSAC 20, 2002).
    """
    from scipy.optimize import brentq

    popularity = np.asarray(popularity, dtype=float)
    wanted = int((popularity > 0).sum())
    if not 0 < capacity < wanted:
        raise ValueError(
            f"a store holds more than 0 and fewer than {wanted} videos, not {capacity}"
        )

    def too_many(log_time: float) -> float:
        return float(-np.expm1(-popularity * np.exp(log_time)).sum() - capacity)

    longest = np.log(50.0 / popularity[popularity > 0].min())
    return -np.expm1(-popularity * np.exp(brentq(too_many, -20.0, longest)))


def lru_hit_rate(popularity: Floats, capacity: float) -> float:
    """Share of all requests that the store of :func:`lru_hit_chances` answers."""
    return float(popularity @ lru_hit_chances(popularity, capacity))


def best_hit_rate(popularity: Floats, capacity: int) -> float:
    """The same for the store that always holds the most popular, which no fixed store beats."""
    return float(np.sort(popularity)[::-1][:capacity].sum())
