"""A small synthesiser: tones, noise and envelopes over an array of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.floating]  # float32


@dataclass(frozen=True)
class Track:
    """A stretch of time to record on, with a key and a tempo.

    sample_rate: in hertz.  key: frequency of the tonic in hertz.  beat: seconds.
    """

    samples: int
    sample_rate: int
    key: float
    beat: float

    @cached_property
    def t(self) -> Wave:
        """The time of each sample in seconds."""
        return np.arange(self.samples, dtype=np.float32) / np.float32(self.sample_rate)

    def since(self, period: float, first: float = 0.0) -> Wave:
        """Seconds since the last of the events that come every ``period``."""
        return (self.t - np.float32(first)) % np.float32(period)

    def tune(self, semitones: Sequence[float] | Wave, step: float) -> Wave:
        """A pitch that goes round the given semitones, one every ``step`` seconds."""
        return np.take(np.asarray(semitones, np.float32), (self.t / step).astype(int), mode="wrap")

    def turns(self, pitch: float | Wave) -> Wave:
        """The phase in full turns, 0 to 1, of a pitch in semitones above the key; it may glide."""
        hertz = self.key * np.exp2(np.asarray(pitch, np.float64) / 12)
        steps = np.broadcast_to(hertz / self.sample_rate, self.t.shape)
        return (np.cumsum(steps) % 1).astype(np.float32)

    def tone(self, pitch: float | Wave, harmonics: Sequence[float] = (1.0,)) -> Wave:
        """A note: a sine and its overtones, as loud as ``harmonics`` says."""
        angle = np.float32(2 * np.pi) * self.turns(pitch)
        overtones = enumerate(harmonics, start=1)
        return sum(np.float32(level) * np.sin(np.float32(k) * angle) for k, level in overtones)

    def noise(self, low: float, high: float, rng: np.random.Generator) -> Wave:
        """Noise of power 1 between two frequencies in hertz."""
        hertz = np.fft.rfftfreq(self.samples, 1 / self.sample_rate)
        first, last = np.searchsorted(hertz, (low, high))
        spectrum = np.zeros(len(hertz), np.complex64)
        inside = rng.standard_normal((2, max(last - first, 1)), dtype=np.float32)
        spectrum[first : first + inside.shape[1]] = inside[0] + 1j * inside[1]
        wave = np.fft.irfft(spectrum, self.samples).astype(np.float32)
        return wave / max(power(wave), 1e-9)


def pluck(since: Wave, decay: float, attack: float = 0.004) -> Wave:
    """The loudness of something struck ``since`` seconds ago; times in seconds."""
    return np.minimum(since / np.float32(attack), 1) * np.exp(-since / np.float32(decay))


def power(wave: Wave) -> float:
    """The root of the mean square: how loud a wave is."""
    return float(np.sqrt(np.mean(wave**2)))
