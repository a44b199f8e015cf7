"""Changes by rule to a learner's code, one at a time, the likeliest first.

Those of :mod:`mavrs_course.course.mutants` spoil a right answer; these may mend a wrong one, so
there are also steps that are missing: less 1, the other way round, divided by its sum, cut at k.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

from mavrs_course.course.rewrite_rules import (
    CALCULATED,
    LACKING,
    OTHERWISE,
    SIGNS,
    NodePlace,
    called,
    changed,
)

NAMES = {"_numpy": "numpy", "_copy": "copy"}  # modules that changed code uses by names of its own


@dataclass(frozen=True)
class Rewrite:
    """Changed code.

    code: of the whole, compiled.  line: where it is changed, from 1.  text: what to look at.
    """

    code: CodeType
    line: int
    text: str


def rewrites(tree: ast.Module, lacking: bool = True) -> Iterator[Rewrite]:
    """All changes of one place; the tree is as it was when the next is asked for.

    lacking: also steps that are missing and other variables, which are many: where few cases fail,
    one of them helps by chance.
    """
    places = list(_places(tree))
    for rule in (*OTHERWISE, None, *(LACKING if lacking else ())):
        if rule is None:
            yield from _moved(tree)
            continue
        for place in places:
            for new, text in rule(place):
                place.put(ast.fix_missing_locations(ast.copy_location(new, place.node)))
                code = _compiled(tree)
                place.put(place.node)
                if code is not None:
                    yield Rewrite(code, _line(place), text)


def _line(place: NodePlace) -> int:
    return getattr(place.node, "lineno", getattr(place.parent, "lineno", 1))


def _compiled(tree: ast.Module) -> CodeType | None:
    try:
        return compile(tree, "<rewrite>", "exec")
    except (SyntaxError, ValueError, TypeError):
        return None


def _places(tree: ast.Module) -> Iterator[NodePlace]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            given = [argument.arg for argument in function.args.args if argument.arg != "self"]
            nodes = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
            used = {node.id for node in nodes if isinstance(node.ctx, ast.Load)}
            local = dict.fromkeys(n.id for n in nodes if isinstance(n.ctx, ast.Store))
            names = (
                [*given, *local],
                [name for name in given if name not in used],
                [*dict.fromkeys(_counts(function))],
            )
            for statement in function.body:
                yield from _below(statement, names)


def _counts(function: ast.FunctionDef) -> Iterator[str]:
    """Names that say how many: where a slice or a range ends."""
    for node in ast.walk(function):
        ends: list = []
        if isinstance(node, ast.Call) and called(node) in ("range", "arange", "zeros", "full"):
            ends = node.args[:1]
        elif isinstance(node, ast.Slice):
            ends = [node.upper]
        yield from (end.id for end in ends if isinstance(end, ast.Name))


def _below(node: ast.AST, names: tuple) -> Iterator[NodePlace]:
    """The places of all expressions, from the outside in; functions inside are met on their own."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.JoinedStr):
        return
    for field, value in ast.iter_fields(node):
        several = isinstance(value, list)
        for item, child in enumerate(value if several else [value]):
            if not isinstance(child, ast.AST):
                continue
            if isinstance(child, ast.expr | ast.keyword | ast.Slice):
                yield NodePlace(child, node, field, item if several else None, *names)
            yield from _below(child, names)


# Whole lines


def _moved(tree: ast.Module) -> Iterator[Rewrite]:
    """A line that changes places with the next, that is left out, or that leaves its loop."""
    for owner in ast.walk(tree):
        for field in ("body", "orelse"):
            block = getattr(owner, field, None)
            if not isinstance(block, list) or isinstance(owner, ast.Module | ast.ClassDef):
                continue
            for new, line, text in _orders(block):
                setattr(owner, field, new)
                code = _compiled(tree)
                setattr(owner, field, block)
                if code is not None:
                    yield Rewrite(code, line, text)


def _assigned(statement: ast.stmt) -> Iterator[tuple[ast.stmt, str]]:
    """What is added to, or replaced: the other of the two, or in another way."""
    if isinstance(statement, ast.AugAssign):
        for kind in CALCULATED.get(type(statement.op), ()):
            new = ast.AugAssign(statement.target, kind(), statement.value)
            yield _placed(new, statement), f"look at the `{SIGNS[type(statement.op)]}=`"
        plain = ast.Assign([statement.target], statement.value)
        yield _placed(plain, statement), "it is to replace what was there, and not to add to it"
    elif isinstance(statement, ast.Assign):
        target, *others = statement.targets
        if isinstance(target, ast.Name | ast.Attribute | ast.Subscript) and not others:
            new = ast.AugAssign(target, ast.Add(), statement.value)
            yield _placed(new, statement), "it is to add to what was there, and not to replace it"


def _placed(new: ast.stmt, old: ast.stmt) -> ast.stmt:
    return ast.fix_missing_locations(ast.copy_location(new, old))


_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def _orders(block: list) -> Iterator[tuple[list, int, str]]:
    for at, statement in enumerate(block):
        before, after = block[:at], block[at + 1 :]
        if after and not isinstance(after[0], _ENDS):  # behind a return it would only be left out
            turned = [*before, after[0], statement, *after[1:]]
            yield turned, statement.lineno, "it comes too early, before what follows it"
        yield [*before, ast.Pass(), *after], statement.lineno, "does it belong there?"
        for new, text in _assigned(statement):
            yield [*before, new, *after], statement.lineno, text
        if isinstance(statement, ast.For | ast.While) and len(statement.body) > 1:
            last = statement.body[-1]
            loop = changed(statement, body=statement.body[:-1])
            yield [*before, loop, last, *after], last.lineno, "does it belong inside the loop?"
            if not after:
                continue
            inside = changed(statement, body=[*statement.body, *after[:1]])
            yield [*before, inside, *after[1:]], after[0].lineno, "it belongs inside the loop"
        if isinstance(statement, ast.If) and len(statement.orelse) == 1:
            (second,) = statement.orelse
            if isinstance(second, ast.If):
                rest = changed(statement, orelse=second.orelse)
                turned = [*before, changed(second, orelse=[rest]), *after]
                yield turned, second.lineno, "it is to be asked before what is asked above it"
