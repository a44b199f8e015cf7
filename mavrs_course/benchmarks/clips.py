"""How fast playable clips are written."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mavrs_course.benchmarks.rates import print_rates, rates


def bench_clips(seconds: float = 2.0) -> dict[str, float]:
    """Clips written a second: two seconds of 96 x 96 pictures each, with and without sound."""
    from mavrs_course.world.catalog import Catalog
    from mavrs_course.world.clips import write_clip

    catalog = Catalog.sample(100, np.random.default_rng(0))
    videos = np.random.default_rng(1).integers(len(catalog), size=10_000).tolist()

    def writer(sound: bool) -> Callable[[], int]:
        def write() -> int:
            write_clip(catalog, videos.pop(), sound=sound)
            return 1

        return write

    measured = rates({"without sound": writer(False), "with sound": writer(True)}, seconds)
    print_rates("Two-second clips of 96 x 96", "clips/s", measured)
    return measured
