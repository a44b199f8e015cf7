"""What a cell's code says, told without running it; broken code is read as far as can be."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from functools import lru_cache

MAGIC = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)
BINDS = re.compile(r"^(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*=(?!=))", re.MULTILINE)
STUB_LINE = re.compile(r"^[ \t]*raise NotImplementedError", re.MULTILINE)
FENCE = re.compile(r"\s*```(?:python|py)?[ \t]*\n(.*?)\n?```\s*", re.DOTALL)
STARS = re.compile(r"^[ \t]*from[ \t]+\w+[ \t]+import[ \t]+\*", re.MULTILINE)


@lru_cache(maxsize=8192)  # the same cells are held against every lesson
def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell, its magics left out; None where it is no Python."""
    try:
        return ast.parse(MAGIC.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def only_checks(source: str) -> bool:
    """Whether a cell does nothing but call ``check``."""
    if MAGIC.search(source):
        return False
    tree = parsed(source)
    return bool(tree and tree.body) and all(_checked(statement) for statement in tree.body)


def is_stub(source: str) -> bool:
    """Whether the line that stands for an answer is still there and can be reached.

    A comment, a string, or a line below a ``return`` is no such line.
    """
    tree = parsed(source)
    if tree is None:
        return bool(STUB_LINE.search(source))
    return any(_raises_stub(statement) for statement in _reachable(tree.body))


@lru_cache(maxsize=8192)
def bound_names(source: str) -> frozenset[str]:
    """The names that a cell gives a meaning to, outside of its functions and classes."""
    tree = parsed(source)
    if tree is None:
        return frozenset(name for found in BINDS.findall(source) for name in found if name)
    return frozenset(_bound(tree.body))


def used_names(source: str) -> frozenset[str]:
    """The names that a cell reads."""
    tree = parsed(source)
    nodes = ast.walk(tree) if tree else ()
    return frozenset(
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )


def without_checks(source: str, ids: Collection[str]) -> str:
    """A cell without its own calls of ``check``: one that fails would end the cell there."""
    tree = parsed(source)
    lines = source.split("\n")
    for statement in tree.body if tree else ():
        if _checked(statement) not in ids:
            continue
        span = slice(statement.lineno - 1, statement.end_lineno)
        if ast.get_source_segment(source, statement) == "\n".join(lines[span]).strip():
            lines[span] = ["pass"] + [""] * (statement.end_lineno - statement.lineno)
    return "\n".join(lines)


def unfenced(source: str) -> str:
    """Code that Markdown's fences stood around."""
    fenced = FENCE.fullmatch(source)
    return fenced[1] if fenced else source


def _checked(statement: ast.stmt) -> str | bool:
    """What a call of ``check`` checks; True where its text does not say; else False."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return False
    if call.func.id != "check":
        return False
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
        return first.value
    return True


def _reachable(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        for inner in _bodies(statement):
            yield from _reachable(inner)
        if isinstance(statement, ast.Return | ast.Raise | ast.Break | ast.Continue):
            return


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def _raises_stub(statement: ast.stmt) -> bool:
    raised = statement.exc if isinstance(statement, ast.Raise) else None
    said = raised.args if isinstance(raised, ast.Call) else []
    name = raised.func if isinstance(raised, ast.Call) else raised
    if not isinstance(name, ast.Name) or name.id != "NotImplementedError":
        return False
    return not said or (isinstance(said[0], ast.Constant) and str(said[0].value)[:9] == "Exercise ")


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name
            continue
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names)
            continue
        for inner in _bodies(statement):
            yield from _bound(inner)
        for target in _targets(statement):
            yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign | ast.For) else []
