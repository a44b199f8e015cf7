"""No accidental tie decides: where the order of equals matters, the exercise's text states it.

The reference is run again, and whatever sorts or chooses in it takes the first of equals first, and
then the last.  Numbers that differ by rounding alone count as equal: which is larger depends on the
order of a sum, and on the processor.  Where a result changes, equals decide, and a right answer
that orders them otherwise would be refused.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from nbformat import NotebookNode

from mavrs_course.course import registry
from mavrs_course.course.bank import BankFile
from mavrs_course.course.exercise import Exercise
from mavrs_course.course.trial import HIDDEN_SEEDS, VISIBLE_SEEDS, cases_of, try_case

STATED = re.compile(
    r"\b(equal(s|ly)?|ties?|tied|alike|earlier|lower|first of|all different|in the order of its)\b"
)
ABOVE = 3  # cells above the check in which the text stands
DIGITS = 11


def tie_problems(notebook: NotebookNode, exercises: Sequence[Exercise]) -> Iterator[str]:
    """A sentence on each exercise in which equals decide and whose text does not say how."""
    for exercise in exercises:
        if STATED.search(text_above(notebook, exercise)):
            continue
        for label in decided_by_ties(exercise)[:1]:
            yield (
                f"exercise {exercise.id}: in the case “{label}” the order of equals decides, and "
                "the text does not say which comes first: say it, or take equals out of the case"
            )


def text_above(notebook: NotebookNode, exercise: Exercise) -> str:
    """What the notebook says just above an exercise's check."""
    cells = notebook.cells
    called = f'check("{exercise.id}"'
    place = next((i for i, cell in enumerate(cells) if called in cell.source), 0)
    above = cells[max(0, place - ABOVE) : place]
    return "\n".join(cell.source for cell in above if cell.cell_type == "markdown")


def decided_by_ties(exercise: Exercise) -> list[str]:
    """The labels of the cases in which the reference with other equals first would be refused."""
    if not callable(exercise.reference) or exercise.threshold is not None:
        return []
    others = [equals_ordered(exercise.reference, order) for order in (_first, _last)]
    return [
        case.label
        for case in cases_of(exercise, (*VISIBLE_SEEDS, *HIDDEN_SEEDS))
        if not all(try_case(exercise, other, case).passed for other in others)
    ]


def equals_ordered(answer: Any, order: Callable) -> Any:
    """The same function or class, in which sorts and choices take equals in another order."""
    module = sys.modules[answer.__module__]
    tree = ast.fix_missing_locations(_Turned().visit(ast.parse(_text(answer))))
    namespace = {**vars(module), "_sorts": _Sorts(order)}
    exec(compile(tree, f"<{answer.__name__}, equals in another order>", "exec"), namespace)
    return namespace[answer.__name__]


def _text(answer: Any) -> str:
    """The source of a reference, with the helpers that stand above it in its file of the bank."""
    module = sys.modules[answer.__module__]
    if module.__name__.startswith(registry.package()) and hasattr(module, "MISTAKES"):
        return BankFile(module).text_of()
    return textwrap.dedent(inspect.getsource(answer))


class _Turned(ast.NodeTransformer):
    """Calls of sorts and choices go to those of `_sorts`."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        of = node.func
        if isinstance(of, ast.Name) and of.id in _BUILTIN:
            return ast.Call(_ours(of.id), node.args, node.keywords)
        if isinstance(of, ast.Attribute) and of.attr in _ARRAY:
            is_method = not (isinstance(of.value, ast.Name) and of.value.id in ("np", "torch"))
            return ast.Call(_ours(of.attr), [of.value] * is_method + node.args, node.keywords)
        return node


_BUILTIN, _ARRAY = ("sorted", "max", "min"), ("argsort", "argmax", "argmin")


def _ours(name: str) -> ast.Attribute:
    return ast.Attribute(ast.Name("_sorts", ast.Load()), name, ast.Load())


def _first(x: Any, axis: int) -> Any:
    return x


def _last(x: Any, axis: int) -> Any:
    return np.flip(x, axis)


class _Sorts:
    """numpy's and Python's sorts and choices, which meet equals in another order."""

    def __init__(self, order: Callable) -> None:
        self._order = order

    def argsort(self, x: Any, axis: int | None = -1, kind: str = "", **_: Any) -> np.ndarray:
        return self._places(partial(np.argsort, kind="stable"), x, axis, -1)

    def argmax(self, x: Any, axis: int | None = None, **options: Any) -> Any:
        return self._places(np.argmax, x, options.get("dim", axis), 0)

    def argmin(self, x: Any, axis: int | None = None, **options: Any) -> Any:
        return self._places(np.argmin, x, options.get("dim", axis), 0)

    def sorted(self, *x: Any, **options: Any) -> list:
        return sorted(self._list(x), **options)

    def max(self, *x: Any, **options: Any) -> Any:
        return max(self._list(x), **options)

    def min(self, *x: Any, **options: Any) -> Any:
        return min(self._list(x), **options)

    def _places(self, of: Callable, x: Any, axis: int | None, flat: int) -> Any:
        x = np.ravel(_rough(x)) if axis is None else _rough(x)
        axis = flat if axis is None else axis
        places = of(self._order(x, axis), axis=axis)
        return places if self._order is _first else x.shape[axis] - 1 - places

    def _list(self, x: Any) -> list:
        x = list(x[0]) if len(x) == 1 else list(x)
        return x if self._order is _first else x[::-1]


def _rough(x: Any) -> np.ndarray:
    """Numbers without the digits that rounding decides."""
    x = np.asarray(x)
    if x.dtype.kind != "f":
        return x
    scale = np.abs(x[np.isfinite(x)]).max(initial=0.0)
    return np.round(x / scale, DIGITS) if scale > 0 else x
