"""The sound track of a clip: a motif, recorded with care or in haste."""

from __future__ import annotations

import numpy as np

from mavrs_course.world.clips.sounds import SOUNDS
from mavrs_course.world.clips.track import Track, Wave, power

PEAK = 0.9
"""No sample is louder than this."""

FADE = 0.02
"""Seconds at either end in which the track rises from silence and falls back to it."""


def record(
    sound: str, haste: float, samples: int, sample_rate: int, rng: np.random.Generator
) -> Wave:
    """Play a motif in a key and tempo of its own: float32[samples] within -1 to 1.

    haste: 0 for a clean recording, 1 for one that is too loud and too fast, hisses and clips.
    """
    key = 220 * 2 ** rng.uniform(-0.25, 0.25)
    track = Track(samples, sample_rate, key, rng.uniform(0.42, 0.58) * (1 - 0.25 * haste))
    wave = SOUNDS[sound](track, rng)
    wave = wave / max(float(np.abs(wave).max()), 1e-9)
    drive, hiss, pump = haste**2 * rng.uniform(0.3, 1, 3)
    wave *= 1 - 0.7 * pump * (track.since(rng.uniform(0.1, 0.25)) < 0.03)
    wave += 0.12 * hiss * rng.standard_normal(len(wave), dtype=np.float32)
    wave = np.clip(wave * (1 + 9 * drive), -1, 1)
    ends = np.minimum(track.t, track.t[-1] - track.t)
    wave *= np.clip(ends / FADE, 0, 1)
    loudness = 0.1 * (1 + haste)
    level = min(loudness / max(power(wave), 1e-9), PEAK / max(float(np.abs(wave).max()), 1e-9))
    return (level * wave).astype(np.float32)
