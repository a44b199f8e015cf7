"""Numbers that came back beside those expected, and what is true of all such pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mavrs_course.course.values import as_array


@dataclass(frozen=True)
class Pair:
    """Numbers that came back, beside those expected, of one shape."""

    got: np.ndarray
    expected: np.ndarray
    inputs: Mapping[str, Any]

    @property
    def wrong(self) -> np.ndarray:
        return ~np.isclose(self.got, self.expected, rtol=1e-6, atol=1e-9, equal_nan=True)

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """The inputs that are numbers, by name."""
        for name, value in self.inputs.items():
            array = as_array(value)
            if array is not None and array.dtype.kind != "c":
                yield name, array.astype(float)


Pairs = Sequence[Pair]


def holds_for_all(pairs: Pairs, relation: Callable[[np.ndarray, np.ndarray], bool]) -> bool:
    """Whether ``relation(got, expected)`` holds in every case."""
    return all(relation(pair.got, pair.expected) for pair in pairs)


ENOUGH = 4


def enough(pairs: Pairs) -> bool:
    """Whether at least four different numbers are wrong: fewer agree with anything."""
    expected = np.concatenate([pair.expected[pair.wrong] for pair in pairs])
    return len(np.unique(np.round(expected, 9))) >= ENOUGH


def wrong_ones(pairs: Pairs) -> Pairs:
    """The pairs in which something is wrong."""
    return [pair for pair in pairs if pair.wrong.any()]
