"""What an answer does that is right but for one thing.

Where nothing else is known of an answer, it is compared with the reference in which one thing is
changed by rule (:mod:`mavrs_course.course.mutants`).  What is then said is about the results, and
true whatever the answer looks like: they are those of a right answer with that one change.
"""

from __future__ import annotations

import ast
import time
from typing import Any

from mavrs_course.course.causes import Cause
from mavrs_course.course.evidence import Evidence
from mavrs_course.course.exercise import Exercise
from mavrs_course.course.limits import LimitReached, Limits
from mavrs_course.course.mutants import Mutant, mutants
from mavrs_course.course.rewrite_rules import SIGNS
from mavrs_course.course.trial import run, same

SECONDS = 3.0  # a changed reference that takes longer is one that never ends
IN_ALL = 15.0


def one_change(exercise: Exercise, evidence: Evidence) -> Cause | None:
    """The change of the reference that gives an answer's results in every case; None if none does.

    Where two changes do, both are named.
    """
    found: list[str] = []
    start = time.monotonic()
    for mutant in _mutants(exercise):
        if time.monotonic() - start > IN_ALL:
            break
        what = describe(mutant)
        # An unstable sort does what the machine does: nobody's answer is told by it.
        if what in found or "`kind=`" in what or not _gives(exercise, mutant.answer, evidence):
            continue
        found.append(what)
        if len(found) == 2:
            break
    if not found:
        return None
    return Cause(
        "one_change",
        f"Your results are those of a right answer with one thing changed: {', or '.join(found)}.",
    )


def _mutants(exercise: Exercise) -> list[Mutant]:
    try:
        return mutants(exercise.reference) if exercise.threshold is None else []
    except (OSError, TypeError, SyntaxError, KeyError):  # no text of its own: a value, a lambda
        return []


def _gives(exercise: Exercise, answer: Any, evidence: Evidence) -> bool:
    try:
        with Limits(SECONDS):
            trials = (*evidence.failing, *evidence.passing)
            return all(same(exercise, run(exercise, answer, t.case), t.outcome) for t in trials)
    except LimitReached:
        return False


def describe(mutant: Mutant) -> str:
    """A change in words, with the arguments that it is about."""
    names = [*dict.fromkeys(_arguments(mutant.old) or _arguments(mutant.statement))]
    about = " and ".join(f"`{name}`" for name in names[:2])
    return _changed(mutant.old, mutant.new) + (f", where it is about {about}" if about else "")


def _arguments(node: Any) -> list[str]:
    names = (part for part in ast.walk(node) if isinstance(part, ast.Name))
    return [name.id for name in names if getattr(name, "is_parameter", False) and name.id != "self"]


def _changed(old: Any, new: Any) -> str:
    for kind, tell in _TOLD:
        if isinstance(old, kind):
            return tell(old, new)
    return "another value"


def _sign(node: Any) -> str:
    kind = type(node.ops[0] if isinstance(node, ast.Compare) else node.op)
    return SIGNS[kind]


def _calculated(old: Any, new: Any) -> str:
    for kept_left, side in enumerate((getattr(old, "right", None), getattr(old, "left", None))):
        if new is side:
            return f"{_LEFT_OUT.get(type(old.op), _PARTS)[kept_left]} left out"
    return f"{_sign(new)} in place of {_sign(old)}"


def _called(old: Any, new: Any) -> str:
    name, other = _name(old), _name(new)
    if other is None or not isinstance(new, ast.Call) or new in old.args:
        return f"`{name}` left out"
    if other != name:
        return f"`{other}` in place of `{name}`"
    gone = {k.arg for k in old.keywords} - {k.arg for k in new.keywords}
    return f"`{gone.pop()}=` of `{name}` left out"


def _name(call: Any) -> str | None:
    function = getattr(call, "func", None)
    return getattr(function, "attr", getattr(function, "id", None))


def _sliced(old: Any, new: Any) -> str:
    ends = (("lower", "start"), ("upper", "end"), ("step", "step"))
    return next(
        f"the {word} of a slice left out"
        for part, word in ends
        if getattr(old, part) is not None and getattr(new, part) is None
    )


def _tested(old: Any, new: Any) -> str:
    return f"a condition that {'always' if new.test.value else 'never'} holds"


def _joined(old: Any, new: Any) -> str:
    if isinstance(new, ast.BoolOp) and new.values is old.values:
        return f"{SIGNS[type(new.op)]} in place of {SIGNS[type(old.op)]}"
    return "a condition left out"


def _stated(old: Any, new: Any) -> str:
    return "a step left out" if isinstance(new, ast.Pass) else "something that all objects share"


def _flipped(old: Any, new: Any) -> str:
    return f"{new.value.value} in place of {old.value.value}"


_PARTS = ("a part", "a part")
_LEFT_OUT = {  # of the two sides, what is missing where the right one is kept, and the left one
    ast.Add: ("a term", "a term"), ast.Sub: ("what is subtracted from", "what is subtracted"),
    ast.Mult: ("a factor", "a factor"), ast.MatMult: ("a factor", "a factor"),
    ast.Div: ("what is divided", "a divisor"), ast.Pow: ("the base of a power", "a power"),
}  # fmt: skip
_TOLD = (
    (ast.Compare, lambda old, new: f"{_sign(new)} in place of {_sign(old)}"),
    (ast.BinOp, _calculated),
    (ast.AugAssign, lambda o, n: _stated(o, n) if isinstance(n, ast.Pass) else _calculated(o, n)),
    (ast.UnaryOp, lambda old, new: f"{_sign(old)} left out"),
    (ast.BoolOp, _joined),
    (ast.Constant, lambda old, new: f"{new.value:g} in place of {old.value:g}"),
    (ast.keyword, lambda old, new: f"another {old.arg}="),
    (ast.Return, _flipped),
    (ast.Call, _called),
    (ast.Slice, _sliced),
    (ast.If | ast.IfExp, _tested),
    (ast.stmt, _stated),
)
