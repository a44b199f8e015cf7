"""Claims: what a lesson says it measured, with an interval, or it fails."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mavrs_course.course.display import OneLineError, publish

CLAIM_RECORD = "application/vnd.mavrs.claim+json"
FEWEST_SAMPLES = 5
CONFIDENCE = 0.95
LINE = 88  # characters that fit a narrow notebook, which breaks longer lines inside words


class ClaimFailed(OneLineError):
    """The measurement does not support the sentence."""


@dataclass(frozen=True)
class Claim:
    """A sentence and the measurement behind it.

    effect: the mean of the ``n`` samples.  low, high: its 95 % interval.  bound: what the
    interval had to keep, in words.  supported: None where nothing was measured, and ``why``.
    """

    id: str
    sentence: str
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    unit: str = ""
    bound: str = ""
    supported: bool | None = None
    why: str = ""

    @property
    def lesson(self) -> str:
        return self.id[:2]

    @property
    def measurement(self) -> str:
        """The figures in words: effect, interval and number of samples."""
        if self.supported is None:
            return f"not measured here: {self.why}"
        effect = f"{self.effect:.4g} {self.unit}".rstrip()
        interval = f"95 % interval {self.low:.4g} to {self.high:.4g}"
        return f"{effect} ({interval}, {self.n} samples)"

    def __str__(self) -> str:
        mark = {True: "✓", False: "✗", None: "–"}[self.supported]
        needed = f"; needed: {self.bound}" if self.bound else ""
        return f"Claim {self.id} {mark} {self.sentence}: {self.measurement}{needed}"

    def _ipython_display_(self) -> None:
        """Nothing: it has printed itself where it was stated."""


def claim(
    id: str,
    sentence: str,
    samples: Sequence[float],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    between: tuple[float, float] | None = None,
    unit: str = "",
) -> Claim:
    """State a claim and show whether the samples support it.

    samples: the effect measured on each of at least five seeds.  Give one of ``at_least``,
    ``at_most`` and ``between``: Student's 95 % interval of the mean must lie wholly on the
    right side of the bound.  Prints one line; raises :class:`ClaimFailed` when it does not,
    and ValueError when the claim itself makes no sense.
    """
    values = _samples(id, samples)
    lowest, highest, bound = _bounds(id, at_least, at_most, between)
    low, high = interval(values)
    measured = Claim(
        id=id,
        sentence=sentence.rstrip("."),
        effect=float(values.mean()),
        low=low,
        high=high,
        n=len(values),
        unit=unit,
        bound=bound,
        supported=lowest <= low and high <= highest,
    )
    _announce(measured)
    if not measured.supported:
        raise ClaimFailed(str(measured)) from None
    return measured


def skip_claim(id: str, sentence: str, why: str) -> Claim:
    """Say that a claim was not measured here, and ``why``: it never counts as supported."""
    skipped = Claim(id=id, sentence=sentence.rstrip("."), why=why.rstrip("."))
    _announce(skipped)
    return skipped


def interval(samples: np.ndarray) -> tuple[float, float]:
    """Student's t interval of the mean at 95 %; a point where the samples do not vary."""
    from scipy.special import stdtrit

    n = len(samples)
    quantile = stdtrit(n - 1, (1.0 + CONFIDENCE) / 2.0)
    half = float(quantile * samples.std(ddof=1) / math.sqrt(n))
    mean = float(samples.mean())
    return mean - half, mean + half


def _samples(id: str, samples: Sequence[float]) -> np.ndarray:
    values = np.asarray(samples, dtype=float)
    if values.ndim != 1 or len(values) < FEWEST_SAMPLES:
        raise ValueError(
            f"claim {id} needs one effect for each of at least {FEWEST_SAMPLES} seeds, "
            f"got shape {values.shape}"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"claim {id} has samples that are not finite: {values}")
    return values


def _bounds(id, at_least, at_most, between) -> tuple[float, float, str]:
    if sum(bound is not None for bound in (at_least, at_most, between)) != 1:
        raise ValueError(f"claim {id} needs exactly one of at_least, at_most and between")
    if at_least is not None:
        return at_least, math.inf, f"at least {at_least:g}"
    if at_most is not None:
        return -math.inf, at_most, f"at most {at_most:g}"
    low, high = between
    if not low < high:
        raise ValueError(f"claim {id}: between=({low}, {high}) is empty")
    return low, high, f"between {low:g} and {high:g}"


def _announce(stated: Claim) -> None:
    print("\n  ".join(textwrap.wrap(str(stated), LINE, break_long_words=False)))
    publish(CLAIM_RECORD, asdict(stated))


def claims_of(notebooks: Iterable[Path]) -> list[Claim]:
    """The claims that executed notebooks hold, in order.

    A cell tagged ``claim`` without a record (not run, or it failed before the claim) gives a
    Claim that was not measured, with the reason.
    """
    found = []
    for path in map(Path, notebooks):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if "claim" in cell["metadata"].get("tags", ()):
                found += _records(cell) or [_unrun(path, cell)]
    return found


def _records(cell: dict) -> list[Claim]:
    data = (output.get("data", {}) for output in cell.get("outputs", ()))
    return [Claim(**bundle[CLAIM_RECORD]) for bundle in data if CLAIM_RECORD in bundle]


def _unrun(path: Path, cell: dict) -> Claim:
    return Claim(path.name[:2], f"cell {cell.get('id', '?')}", why="its cell holds no result")
