"""A controller that hears late: ``owed[t + 1] = owed[t] - gain * owed[t - delay]``.

What is owed is a sum, so the loop is an integrator with a delay, whose roots solve
``z^(d + 1) - z^d + g = 0``.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats


def gain_limit(delay: int) -> float:
    """Above this gain what is owed swings ever wider: ``2 sin(pi / (2 (2 d + 1)))``.

    On the unit circle ``z = exp(i a)`` the equation says ``z^d (z - 1) = -g``.  Lengths give
    ``g = 2 sin(a / 2)``, and angles ``a (d + 1/2) + pi / 2 = pi``.
    """
    return float(2.0 * np.sin(np.pi / (2.0 * (2 * _steps(delay) + 1))))


def ringing_gain(delay: int) -> float:
    """Above this gain what is owed overshoots on its way to 0: ``d^d / (d + 1)^(d + 1)``.

    There two real roots meet, at ``z = d / (d + 1)``.
    """
    delay = _steps(delay)
    return float(delay) ** delay / float(delay + 1) ** (delay + 1)


def deficits(gain: float, delay: int, steps: int, start: float = 1.0) -> Floats:
    """The path of what is owed, with nothing heard before the first step: float[steps + 1]."""
    owed = np.zeros(steps + 1)
    owed[0] = start
    for step in range(steps):
        heard = owed[step - delay] if step >= _steps(delay) else 0.0
        owed[step + 1] = owed[step] - gain * heard
    return owed


def _steps(delay: int) -> int:
    if delay != int(delay) or delay < 0:
        raise ValueError(f"a delay is a whole number of steps, 0 or more, not {delay}")
    return int(delay)
