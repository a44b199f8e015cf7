"""The last hint of each exercise says what to do; it does not say it in the answer's own lines."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap

import pytest
from test_exercise_banks import EXERCISES, name_of

LONGEST = 20  # characters of the answer, spaces and self left out, that a hint may quote


def lines(answer) -> set[str]:
    """The statements of an answer, and what they return or assign, without spaces."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(answer)))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Return | ast.Assign | ast.AugAssign | ast.Expr) and node.value:
            found |= {bare(ast.unparse(node)), bare(ast.unparse(node.value))}
            found |= {bare(ast.unparse(part)) for part in _operands(node.value)}
    return {line for line in found if len(line) >= LONGEST}


def _operands(value: ast.expr) -> list[ast.expr]:
    """The parts of a tuple, or the two sides of an operation."""
    if isinstance(value, ast.Tuple):
        return value.elts
    return [value.left, value.right] if isinstance(value, ast.BinOp) else []


def bare(text: str) -> str:
    """Code as it reads whatever its spaces, quotes, and whether a name is one of ``self``."""
    return re.sub(r"\s+|self\.|np\.|(?<=\d)\.0\b", "", text.replace('"', "'"))


def given_away(hint: str, answer) -> list[str]:
    """The lines of the answer that a hint quotes."""
    return sorted(line for line in lines(answer) if line in bare(hint))


def discounted(minutes, factor):
    total = (minutes * factor ** len(minutes)).sum()
    return total


@pytest.mark.parametrize(
    ("hint", "found"),
    [
        ("total = (minutes*factor**len(minutes)).sum()", True),
        ("In the end `(minutes * factor ** len(minutes)).sum()`.", True),
        ("Each minute counts `factor` to the power of its place; sum over all.", False),
    ],
)
def test_a_quoted_line_is_found(hint, found):
    assert bool(given_away(hint, discounted)) == found


@pytest.mark.parametrize("exercise", EXERCISES, ids=name_of)
def test_the_last_hint_is_no_answer(exercise):
    assert given_away(exercise.hints[-1], exercise.reference) == []
