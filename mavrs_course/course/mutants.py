"""Wrong answers by rule: the reference with one thing changed, to see whether a case notices.

Each rule takes a node of the reference's syntax tree and gives others in its place.  What no case
of any seed tells from the reference survives: a case is missing, or the two are equal, and then
the bank's file says why, in ``EQUAL``: names of mutants, each on a line, and the reason under them.
"""

from __future__ import annotations

import ast
import copy
import inspect
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mavrs_course.course import registry
from mavrs_course.course.exercise import Exercise
from mavrs_course.course.limits import LimitReached, Limits
from mavrs_course.course.mutation_rules import changes, mark, text_of
from mavrs_course.course.trial import HIDDEN_SEEDS, VISIBLE_SEEDS, cases_of, try_case

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
    mark(tree)
    home = vars(sys.modules[answer.__module__])
    names: Counter[str] = Counter()
    found, statements = [], _statements(tree)
    for place, node in enumerate(ast.walk(tree)):
        for new in changes(node):
            name = f"{text_of(node)} => {text_of(new)}"
            if node is not statements[node]:
                name += f" | {text_of(statements[node]).partition(': ')[0]}"
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
