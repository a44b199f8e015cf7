"""03.2 A picture of sound.

15 minutes, difficulty 2, 3 points, L03.2
Anything that can look can now listen.
"""

import numpy as np

from mavrs_course.course import Case, Property


def log_mel(sound, filters, window, hop):
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    starts = range(0, len(sound) - window + 1, hop)
    pieces = np.stack([sound[start : start + window] * hann for start in starts])
    power = np.abs(np.fft.rfft(pieces)) ** 2
    return np.log(filters @ power.T + 1e-4)


FLOOR = 1e-4


def log_mel_from_views(sound, filters, window, hop):
    views = np.lib.stride_tricks.sliding_window_view(sound, window)[::hop]
    hann = np.sin(np.pi * np.arange(window) / window) ** 2
    spectrum = np.fft.rfft(views * hann)
    return np.log(np.einsum("bf,tf->bt", filters, spectrum.real**2 + spectrum.imag**2) + FLOOR)


OTHERS = (log_mel_from_views,)


def cases(rng):
    def some(samples, window, hop, bands):
        return rng.normal(size=samples), rng.random((bands, window // 2 + 1)), window, hop

    tone = np.sin(2 * np.pi * 3 * np.arange(64) / 16)
    return [
        Case("four ones, one window, each frequency its own band",
             (np.ones(4), np.eye(3), 4, 2), np.log(np.array([[4.0], [1.0], [0.0]]) + FLOOR)),
        Case("one band", (np.ones(4), np.ones((1, 3)), 4, 2), np.log([[5.0 + FLOOR]])),
        Case("silence", (np.zeros(12), np.ones((2, 3)), 4, 2), np.full((2, 5), np.log(FLOOR))),
        Case("a pure tone", (tone, np.eye(9), 16, 8)),
        Case("noise, windows that overlap by half", some(399, 32, 16, 5)),
        Case("noise, windows that overlap by three quarters", some(300, 64, 16, 4)),
        Case("a window that fits exactly", some(96, 32, 32, 3)),
    ]  # fmt: skip


PROPERTIES = (
    Property("every number is finite",
             lambda result, *inputs: bool(np.isfinite(np.asarray(result, dtype=float)).all()),
             "The logarithm of 0 is minus infinity: silence needs the floor, log(power + 1e-4)."),
    Property("there is one row for each band",
             lambda result, sound, filters, window, hop: np.shape(result)[0] == len(filters),
             "Rows are bands and columns are steps in time: float[bands, steps]."),
)  # fmt: skip

HINTS = """
    Four steps: cut into windows, fade each in and out, square the absolute value of the Fourier
    transform, then filters and logarithm.

    starts = range(0, len(sound) - window + 1, hop), and np.fft.rfft works on the rows of a
    matrix: float[steps, window] to complex[steps, window // 2 + 1].

    np.log(filters @ power.T + 1e-4), where power = np.abs(np.fft.rfft(pieces * hann)) ** 2.
"""
MISTAKES = """
    steps_as_rows: filters @ power.T => power @ filters.T
      Bands and steps have changed places: rows are bands, columns are steps in time.
    no_overlap: + 1, hop) => + 1, window)
      Your windows lie side by side, one every `window` samples. A new one starts every `hop`
      samples, so that what falls on the edge of one is in the middle of the next.
    last_window_lost: window + 1, hop => window, hop
      or in log_mel_from_views: [::hop] => [:-1:hop]
      The last window that fits is missing: it may end with the last sample, so starts run up to
      and including len(sound) - window.
    no_window: * hann for => for
      The pieces are cut out with a hard edge, which smears every tone over all frequencies.
      Multiply each by the Hann window first.
    symmetric_window:
      | 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window) => np.hanning(window)
      np.hanning(window) is the symmetric window, which divides by window - 1. For spectra the
      periodic one is used: 0.5 - 0.5 cos(2 pi n / window).
    amplitude_for_power: ** 2 =>
      You add up amplitudes. The filters weigh power: the square of the absolute value.
    log_before_the_filters: np.log(filters @ power.T => filters @ np.log(power.T
      The logarithm came too early. A band hears the sum of the power in it; only then comes the
      logarithm.
    another_logarithm: np.log => 10 * np.log10
      or np.log => np.log10
      This is a logarithm to base 10, perhaps in decibel. Here it is the natural one.
    no_logarithm: np.log(filters @ power.T + 1e-4) => filters @ power.T
      or np.log =>
      This is the power in each band. Ears judge loudness by ratio: take its logarithm.
    floor_forgotten: + 1e-4 =>
      In silence the power is 0 and its logarithm minus infinity. Add the floor before: log(power
      + 1e-4).
    floor_as_a_limit: filters @ power.T + 1e-4 => np.maximum(filters @ power.T, 1e-4)
      You use the floor as a limit, max(power, 1e-4). It is added: log(power + 1e-4), which has no
      kink.
"""
EQUAL = """
    sound without axes of length 1
      Its one window has one sample: 0 by the formula, 1 in scipy and torch. Nobody is asked.
"""
