"""Functions that run again after their lesson has: what they read must still be what it was.

A function given to ``interact``, ``observe`` or ``on_click`` is called whenever a reader moves its
control, mostly after "Run All".  A global that a later cell has overwritten by then breaks it, or
makes it lie.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

TAKERS = {"interact", "interactive", "Interactive", "observe", "on_click"}
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True)
class Overwritten:
    """``name`` is read by the callback of one cell, and set anew by a later one."""

    callback: str
    cell: int
    name: str
    later: int


def overwritten(sources: Sequence[str]) -> list[Overwritten]:
    """Globals that callbacks read, and later cells set: cells count from 0.

    sources: the code of each cell, in the order in which it runs.  Cells that are not Python are
    passed over.
    """
    trees = [_parsed(source) for source in sources]
    found: list[Any] = []
    for place, tree in enumerate(trees):
        functions = _functions(trees[: place + 1])
        for called, body in _callbacks(tree, functions):
            read = _read(body, functions)
            later = (
                Overwritten(called, place, name, place + 1 + ahead)
                for ahead, cell in enumerate(trees[place + 1 :])
                for name in sorted(read & _set(cell))
            )
            found += later
    return found


def _parsed(source: str) -> ast.Module:
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n")]
    try:
        return ast.parse("\n".join(lines))
    except SyntaxError:
        return ast.Module([], [])


def _functions(trees: Sequence[ast.Module]) -> dict[str, Function]:
    """The functions that stand at the top of the cells, the last of each name."""
    nodes = (node for tree in trees for node in tree.body)
    return {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}


def _callbacks(tree: ast.Module, functions: dict) -> Iterator[tuple[str, Function]]:
    """What a cell gives to be called later: its name, and the function."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if _last_name(node.func) not in TAKERS:
            continue
        for given in ast.walk(node.args[0]):  # also through partial(draw, ...)
            if isinstance(given, ast.Lambda):
                yield "lambda", given
            elif isinstance(given, ast.Name) and given.id in functions:
                yield given.id, functions[given.id]


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _read(function: Function, functions: dict, seen: frozenset[str] = frozenset()) -> set[str]:
    """Globals that a function reads when it is called, itself or through those that it calls."""
    body = function.body if isinstance(function.body, list) else [function.body]
    nodes = [node for part in body for node in ast.walk(part)]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    local = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    for scope in (function, *(node for node in nodes if isinstance(node, Function))):
        local |= {
            argument.arg for argument in ast.walk(scope.args) if isinstance(argument, ast.arg)
        }
    read = (
        {name.id for name in names if isinstance(name.ctx, ast.Load)} - local - set(dir(builtins))
    )
    for name in sorted(read - seen):
        if name in functions:
            read |= _read(functions[name], functions, seen | read)
    return read


def _set(tree: ast.Module) -> set[str]:
    """Names that a cell binds at its top: assigned, looped over, defined."""
    bound: set[str] = set()
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Name):
            bound |= {node.id} if isinstance(node.ctx, ast.Store) else set()
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp
                            | ast.GeneratorExp | ast.Import | ast.ImportFrom):  # fmt: skip
            waiting.extend(ast.iter_child_nodes(node))
    return bound


def uses_bare_interact(source: str) -> bool:
    """Whether a cell calls or imports the ``interact`` of ipywidgets, whose output dies with it."""
    bare = {"interact", "interactive"}
    for node in ast.walk(_parsed(source)):
        if isinstance(node, ast.Attribute) and node.attr in bare:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "ipywidgets":
            return any(alias.name in bare for alias in node.names)
    return False
