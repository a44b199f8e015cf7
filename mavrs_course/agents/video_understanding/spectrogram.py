"""Sound as a picture: how loud each band of pitch is, moment by moment.

The formulae are those of Davis and Mermelstein (1980) in the form that speech toolkits use:
a Hann window, the power of its Fourier transform, triangles evenly spaced on the mel scale
``mel = 2595 log10(1 + hertz / 700)``, and a logarithm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

SAMPLE_RATE = 24_000
WINDOW, HOP = 1024, 512  # samples: 43 and 21 thousandths of a second
BANDS = 40
LOWEST, HIGHEST = 60.0, 11_000.0  # hertz
FLOOR = 1e-4  # added before the logarithm: the power that counts as silence

Floats32 = NDArray[np.float32]


def power_spectrogram(sound: ArrayLike, window: int = WINDOW, hop: int = HOP) -> Floats32:
    """Power at each frequency in each window: float32[window // 2 + 1, steps].

    sound: float[samples].  Windows start at 0, hop, 2 hop, ... and lie wholly within the sound;
    one that is shorter than a window is followed by silence.  Each window is weighted by a
    periodic Hann window ``0.5 - 0.5 cos(2 pi n / window)``.
    """
    sound = np.asarray(sound, dtype=np.float32)
    if sound.ndim != 1 or len(sound) == 0:
        raise ValueError(f"a sound is an array of samples, float[N]; got shape {sound.shape}")
    sound = np.pad(sound, (0, max(window - len(sound), 0)))
    pieces = np.lib.stride_tricks.sliding_window_view(sound, window)[::hop]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window, dtype=np.float32) / window)
    return (np.abs(np.fft.rfft(pieces * hann, axis=1)) ** 2).astype(np.float32).T


def mel(hertz: ArrayLike) -> NDArray[np.float64]:
    """Pitch as it is heard: equal steps sound equally far apart."""
    return 2595.0 * np.log10(1.0 + np.asarray(hertz, dtype=float) / 700.0)


def hertz(mel: ArrayLike) -> NDArray[np.float64]:
    """The inverse of :func:`mel`."""
    return 700.0 * (10.0 ** (np.asarray(mel, dtype=float) / 2595.0) - 1.0)


def mel_filters(
    bands: int = BANDS,
    window: int = WINDOW,
    sample_rate: int = SAMPLE_RATE,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
) -> Floats32:
    """How much each frequency counts in each band: float32[bands, window // 2 + 1].

    Band b is a triangle that rises from corner b to 1 at corner b + 1 and falls to 0 at corner
    b + 2; the ``bands + 2`` corners are evenly spaced in mel from lowest to highest.
    """
    if not 0 <= lowest < highest <= sample_rate / 2:
        raise ValueError(
            f"bands lie between 0 and half the sample rate, {sample_rate / 2:g} Hz; "
            f"got {lowest:g} to {highest:g}"
        )
    corners = hertz(np.linspace(mel(lowest), mel(highest), bands + 2))
    frequency = np.arange(window // 2 + 1) * sample_rate / window
    left, centre, right = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising, falling = (frequency - left) / (centre - left), (right - frequency) / (right - centre)
    return np.clip(np.minimum(rising, falling), 0.0, None).astype(np.float32)


_FILTERS = mel_filters()


def log_mel(sound: ArrayLike) -> Floats32:
    """The log-mel spectrogram of a sound at 24,000 samples a second: float32[40, steps]."""
    return np.log(_FILTERS @ power_spectrogram(sound) + FLOOR)
