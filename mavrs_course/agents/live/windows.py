"""What a visit teaches about gifts, and when: a window that is waited for, or windows that slide.

A label comes with the minute at which it is known.  A gift is a yes as soon as its window is over.
The two ways differ in the no:

* :func:`fixed_labels`: no gift within W minutes.  Whoever gives later is mistaken for a no.
* :func:`sliding_labels`: windows of 30 s slide along; the no comes when the viewer *leaves*, which
  is told, not guessed (Sliver: Liang and others, arXiv 2402.14399).  Whoever is still there is no
  example yet, and a room that closes gives none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Bools, Floats

HALF_MINUTE = 0.5


@dataclass(frozen=True)
class GiftLabels:
    """Of N visits: gift bool[N]; known_at float[N], minutes after entering, infinite for never."""

    gift: Bools
    known_at: Floats


def fixed_labels(gift_minute: Floats, window: float) -> GiftLabels:
    """Gift within the window, or not; known when it is over.

    gift_minute: float[N], minutes after entering, NaN without a gift.
    """
    _check(window)
    gift = np.asarray(gift_minute) < window  # NaN is below nothing
    return GiftLabels(gift, np.full(gift.shape, float(window)))


def sliding_labels(
    stay: Floats, left: Bools, gift_minute: Floats, window: float = HALF_MINUTE
) -> GiftLabels:
    """Gift or leaving, whichever comes first; known at the end of the window that it falls in.

    stay: float[N], minutes.  left: bool[N], whether the viewer left; else the room closed.
    """
    _check(window)
    gift = ~np.isnan(gift_minute)
    minute = np.where(gift, gift_minute, np.where(left, stay, np.inf))
    return GiftLabels(gift, window * (np.floor(minute / window) + 1.0))


def share_known_at(
    minute: float, entered: Floats, labels: GiftLabels, memory: float = np.inf
) -> float:
    """The share of gifts among the labels that are known at a minute of the clock; NaN for none.

    entered: float[N], minutes of the clock.  memory: minutes in which a visit's weight falls to
    1/e, since it began.
    """
    age = minute - np.asarray(entered)
    weight = np.where(labels.known_at <= age, np.exp(-age / memory), 0.0)
    total = weight.sum()
    return float(weight @ labels.gift / total) if total > 0 else float("nan")


def _check(window: float) -> None:
    if not 0 < window < np.inf:
        raise ValueError(f"a window is a number of minutes above 0, not {window}")
