"""Wrong answers by rule: the reference with one thing changed, to see whether a case notices.

Each rule takes a node of the reference's syntax tree and gives others in its place.  What no case
of any seed tells from the reference survives: a case is missing, or the two are equal, and then
the bank's file says why, in ``EQUAL``: names of mutants, each on a line, and the reason under them.
"""

from __future__ import annotations

import ast
import copy
import inspect
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mavrs_course.course import registry
from mavrs_course.course.exercise import Exercise
from mavrs_course.course.limits import LimitReached, Limits
from mavrs_course.course.trial import HIDDEN_SEEDS, VISIBLE_SEEDS, cases_of, try_case

LONGEST = 70
SECONDS = 5.0  # a mutant that takes longer is one that never ends


@dataclass(frozen=True)
class Mutant:
    """A wrong answer.

    name: what was changed, as ``old => new | statement``; a number tells repeats apart.
    old, new, statement: the parts of the syntax tree.
    """

    name: str
    answer: Any
    old: Any = None
    new: Any = None
    statement: Any = None


def mutants(answer: Any) -> list[Mutant]:
    """All wrong answers that the rules make of a function or a class."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(answer)))
    _without_docstrings(tree)
    _mark(tree)
    home = vars(sys.modules[answer.__module__])
    names: Counter[str] = Counter()
    found, statements = [], _statements(tree)
    for place, node in enumerate(ast.walk(tree)):
        for new in _changes(node):
            name = f"{_text(node)} => {_text(new)}"
            if node is not statements[node]:
                name += f" | {_text(statements[node]).partition(': ')[0]}"
            names[name] += 1
            if names[name] > 1:
                name = f"{name} ({names[name]})"
            if (made := _made(tree, place, new, home, answer.__name__)) is not None:
                found.append(Mutant(name, made, node, new, statements[node]))
    return found


def survivors(exercise: Exercise, among: Sequence[Mutant]) -> list[Mutant]:
    """Those that pass every case of the check, visible and hidden."""
    return [mutant for mutant in among if _passes(exercise, mutant.answer)]


def equal_ones(exercise_id: str) -> dict[str, str]:
    """What the exercise's file in the bank says of mutants that are equal to the reference."""
    try:
        file = registry.file_of(exercise_id)
    except registry.UnknownExerciseError:
        return {}
    return known_equal(getattr(file, "EQUAL", ""))


def known_equal(sheet: str) -> dict[str, str]:
    """The names of mutants that are equal to the reference, with the reason for each."""
    found: dict[str, str] = {}
    names: list[str] = []
    for line in filter(str.strip, textwrap.dedent(sheet).splitlines()):
        if line.startswith(" "):
            found |= {name: f"{found[name]} {line.strip()}".strip() for name in names}
            continue
        if names and found[names[0]]:
            names = []
        names.append(line.strip())
        found[line.strip()] = ""
    return found


def _passes(exercise: Exercise, answer: Any) -> bool:
    seeds = (*VISIBLE_SEEDS, *HIDDEN_SEEDS)
    try:
        with Limits(SECONDS):
            trials = (try_case(exercise, answer, case) for case in cases_of(exercise, seeds))
            return all(trial.passed for trial in trials)
    except LimitReached:
        return False


def _statements(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """The statement in which each node stands."""
    found = {}

    def go(node: ast.AST, statement: ast.AST) -> None:
        statement = node if isinstance(node, ast.stmt) else statement
        found[node] = statement
        for child in ast.iter_child_nodes(node):
            go(child, statement)

    go(tree, tree)
    return found


def _without_docstrings(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]


def _text(node: ast.AST) -> str:
    text = re.sub(r"\s+", " ", ast.unparse(node))
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"


def _made(tree: ast.AST, place: int, new: ast.AST, home: dict, name: str) -> Any:
    """The answer with another node at a place of the walk; None where that is no Python."""
    changed: Any = copy.deepcopy(tree)
    old = next(node for at, node in enumerate(ast.walk(changed)) if at == place)
    _Replace(old, new).visit(changed)
    namespace = dict(home)
    try:
        exec(compile(ast.fix_missing_locations(changed), "<mutant>", "exec"), namespace)
    except Exception:
        return None
    return namespace[name]


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else super().generic_visit(node)


# The rules

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


def _changes(node: ast.AST) -> Iterator[ast.AST]:
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
    """Whether what is copied is a parameter of the function (marked by :func:`_mark`)."""
    return bool(node.args) and getattr(node.args[0], "is_parameter", False)


def _mark(tree: ast.AST) -> None:
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
    is_state = isinstance(target, ast.Attribute) and _text(target).startswith("self.")
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
