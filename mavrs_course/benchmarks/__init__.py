"""How fast things are on this machine, as ratios within one run: what ``mavrs bench`` prints."""

from __future__ import annotations

from collections.abc import Callable

from mavrs_course.benchmarks.clips import bench_clips
from mavrs_course.benchmarks.learners import bench_marl
from mavrs_course.benchmarks.worlds import bench_world

BENCHMARKS: dict[str, Callable[[], dict[str, float]]] = {
    "world": bench_world,
    "clips": bench_clips,
    "marl": bench_marl,
}
