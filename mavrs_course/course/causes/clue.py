"""What a cause is told, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Cause:
    """A likely cause: its name (that of the mistake, property or kind) and a sentence or two."""

    name: str
    because: str


@dataclass(frozen=True)
class Clue:
    """The part that is wrong in one failing case, beside the right one.

    inputs: by name, as they were before the call.  printed: what the code printed.
    part: the path to the part, empty for the whole result.
    """

    got: Any
    expected: Any
    inputs: Mapping[str, Any] = field(default_factory=dict)
    printed: str = ""
    part: str = ""


Explain = Callable[[Sequence[Any]], str | None]


def first_cause(explanations: Iterable[Explain], clues: Sequence[Any]) -> Cause | None:
    """The first explanation that fits the clues, under the function's own name."""
    for explain in explanations:
        try:
            sentence = explain(clues)
        except Exception:  # results can be anything: an odd one must not break the check
            continue
        if sentence:
            return Cause(explain.__name__, sentence)
    return None


def close(one: Any, other: Any) -> bool:
    """Whether two arrays have one shape and, to five digits, the same numbers."""
    return np.shape(one) == np.shape(other) and bool(
        np.allclose(one, other, rtol=1e-5, atol=1e-9, equal_nan=True)
    )
