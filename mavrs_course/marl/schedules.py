"""Settings that change while learning."""

from __future__ import annotations


def linear(start: float, end: float, over: int, step: int) -> float:
    """From ``start`` at step 0 straight to ``end`` at step ``over``, and ``end`` from then on."""
    part = min(step / over, 1.0) if over > 0 else 1.0
    return start + part * (end - start)
