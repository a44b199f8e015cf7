"""The rules by which a right answer is spoilt: what a node of its syntax tree could be instead."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

LONGEST = 70

_COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_CALCULATED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.MatMult: ast.Mult,
}  # fmt: skip
_CALLED = {
    "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax", "sum": "mean",
    "mean": "sum", "any": "all", "all": "any", "maximum": "minimum", "minimum": "maximum",
    "floor": "ceil", "ceil": "floor", "zeros": "ones", "ones": "zeros", "cumsum": "asarray",
    "add": "subtract", "log": "log1p", "array": "asarray", "abs": "float",
}  # fmt: skip
_PRECAUTIONS = {"strict", "dtype"}  # they guard the author, and change nothing for a right input
_UNDONE = {"copy", "sorted", "reversed", "abs"}
_COPIED = {"list", "array", "tuple", "dict"}  # of what the caller hands over
_ALONG_THE_LAST = {"argsort", "sort", "take_along_axis", "argpartition"}  # without axis=


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What a node could be instead."""
    for kind, rule in _RULES:
        if isinstance(node, kind):
            yield from rule(node)


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    first = _COMPARED[type(node.ops[0])]()
    yield _with(node, ops=[first, *node.ops[1:]])


def _calculate(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    if type(node.op) in _CALCULATED:
        yield _with(node, op=_CALCULATED[type(node.op)]())


def _one_side(node: ast.BinOp) -> Iterator[ast.AST]:
    yield node.left
    yield node.right


def _sign(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _join(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    yield from node.values


def _keyword(node: ast.keyword) -> Iterator[ast.AST]:
    value = getattr(node.value, "value", None)
    if isinstance(value, bool) and node.arg not in _PRECAUTIONS:
        yield _with(node, value=ast.Constant(not value))


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        return  # of a keyword, or a mark that stands for itself
    if isinstance(value, int):
        yield from (ast.Constant(value + 1), ast.Constant(value - 1))
    elif isinstance(value, float):
        yield from (ast.Constant(value * 1.5 + 0.1), ast.Constant(-value - 0.1))


def _truth(node: ast.Return) -> Iterator[ast.AST]:
    if isinstance(node.value, ast.Constant) and isinstance(node.value.value, bool):
        yield _with(node, value=ast.Constant(not node.value.value))


def _call(node: ast.Call) -> Iterator[ast.AST]:
    function = node.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    if name in _CALLED and not (name == "array" and not _handed_over(node)):
        part = "attr" if isinstance(function, ast.Attribute) else "id"
        yield _with(node, func=_with(function, **{part: _CALLED[name]}))
    if len(node.args) == 1 and (name in _UNDONE or (name in _COPIED and _handed_over(node))):
        yield node.args[0]
    if name == "copy" and isinstance(function, ast.Attribute) and not node.args:
        yield function.value
    for keyword in node.keywords:
        if keyword.arg in _PRECAUTIONS or (keyword.arg == "axis" and name in _ALONG_THE_LAST):
            continue
        yield _with(node, keywords=[other for other in node.keywords if other is not keyword])


def _handed_over(node: ast.Call) -> bool:
    """Whether what is copied is a parameter of the function (marked by :func:`mark`)."""
    return bool(node.args) and getattr(node.args[0], "is_parameter", False)


def mark(tree: ast.AST) -> None:
    """Mark the names that stand for parameters."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            parameters = {parameter.arg for parameter in function.args.args}
            for node in ast.walk(function):
                if isinstance(node, ast.Name) and node.id in parameters:
                    vars(node)["is_parameter"] = True


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    for name in ("lower", "upper", "step"):
        if getattr(node, name) is not None:
            yield _with(node, **{name: None})


def _test(node: ast.If | ast.IfExp) -> Iterator[ast.AST]:
    yield _with(node, test=ast.Constant(True))
    yield _with(node, test=ast.Constant(False))


def _statement(node: ast.Assign | ast.AugAssign | ast.Expr) -> Iterator[ast.AST]:
    yield ast.Pass()


def _state(node: ast.Assign) -> Iterator[ast.AST]:
    """State of an object, kept where all objects share it."""
    target: Any = node.targets[0]
    is_state = isinstance(target, ast.Attribute) and text_of(target).startswith("self.")
    if is_state and not isinstance(node.value, ast.Constant | ast.Name):
        shared: Any = ast.parse(f"globals().setdefault('_shared_{target.attr}', None)", mode="eval")
        shared = shared.body
        shared.args[1] = node.value
        yield _with(node, value=shared)


_RULES: Sequence[tuple[Any, Callable[[Any], Iterator[ast.AST]]]] = (
    (ast.Compare, _compare),
    (ast.BinOp | ast.AugAssign, _calculate),
    (ast.BinOp, _one_side),
    (ast.UnaryOp, _sign),
    (ast.BoolOp, _join),
    (ast.Constant, _constant),
    (ast.keyword, _keyword),
    (ast.Return, _truth),
    (ast.Call, _call),
    (ast.Slice, _slice),
    (ast.If | ast.IfExp, _test),
    (ast.Assign | ast.AugAssign | ast.Expr, _statement),
    (ast.Assign, _state),
)


def text_of(node: ast.AST) -> str:
    text = re.sub(r"\s+", " ", ast.unparse(node))
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"
