"""numpy's functions and the built-in ones as they were when this was first imported.

A cell can replace them (``np.allclose = lambda *a, **k: True``), by mistake or not, and every
check after it would compare with the replacement.  :func:`restore` puts them back.
"""

from __future__ import annotations

import builtins
import math

import numpy as np

_BUILTINS = (
    *("abs", "all", "any", "bool", "callable", "dict", "enumerate", "float", "getattr", "hasattr"),
    *("int", "isinstance", "issubclass", "iter", "len", "list", "map", "max", "min", "next"),
    *("range", "repr", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "type", "zip"),
)
_KEPT = {
    builtins: {name: getattr(builtins, name) for name in _BUILTINS},
    math: {name: value for name, value in vars(math).items() if not name.startswith("_")},
    np: {
        name: value
        for name, value in vars(np).items()
        if callable(value) and not name.startswith("_")
    },
    np.linalg: {name: value for name, value in vars(np.linalg).items() if callable(value)},
}


_replaced: dict[str, None] = {}


def restore() -> None:
    """Put back what was replaced, and note its name for :func:`taken_notes`."""
    for module, kept in _KEPT.items():
        for name, original in kept.items():
            if vars(module).get(name) is not original:
                setattr(module, name, original)
                _replaced[f"{module.__name__}.{name}"] = None


def taken_notes() -> tuple[str, ...]:
    """What was replaced since the last call: ``("numpy.allclose",)``."""
    names = tuple(_replaced)
    _replaced.clear()
    return names
