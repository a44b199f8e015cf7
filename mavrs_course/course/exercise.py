"""What an exercise is: a right answer, cases to try, and the mistakes that people make."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mavrs_course.course.compare import Difference
from mavrs_course.course.limits import LimitReached

if TYPE_CHECKING:
    import numpy as np


EXERCISE_ID = re.compile(r"(\d\d)\.(\d+)")


@dataclass(frozen=True)
class Case:
    """One input to try an answer on.

    label: what is special about it, as a learner reads it.  inputs: the arguments.
    expected: the result worked out by hand, or None to ask the reference.
    sliced: whether arrays are handed out as slices of larger ones; the check says so by the seed.
    """

    label: str
    inputs: tuple = ()
    expected: Any = None
    sliced: bool = False


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give, and what to tell them.

    name: the misconception, such as ``forgot_done_mask``.
    wrong: an answer that makes the mistake.  A learner whose answer behaves exactly like it on
    every case (same results, same errors) is taken to have made it.
    because: the likely cause in one or two sentences.
    detect: a predicate on the trials, for mistakes that show without being copied exactly.
    also: more answers that make the same mistake.
    """

    name: str
    wrong: Any
    because: str
    detect: Callable[[Sequence[Trial]], bool] | None = None
    also: Sequence[Any] = ()


@dataclass(frozen=True)
class Property:
    """Something true of every right result: ``holds(result, *inputs)``; ``because`` if not."""

    name: str
    holds: Callable[..., bool]
    because: str


@dataclass(frozen=True)
class TrialOutcome:
    """What a call did: the value it returned or the error it raised, and its inputs after it.

    changed: methods with the argument that they changed, where the check hands over its own.
    unread: the method whose result the check could not use, with that result; then ``error`` is
    the check's own.
    """

    value: Any = None
    error: BaseException | None = None
    inputs: tuple = ()
    printed: str = ""
    changed: frozenset[tuple[str, str]] = frozenset()
    unread: tuple[str, Any] | None = None


@dataclass(frozen=True)
class Trial:
    """A learner's answer on one case, beside what was expected.

    changes: a sentence on what the answer changes and should not, whatever else is wrong.
    parts: what the items of the result are called; empty where they have no names.
    """

    case: Case
    outcome: TrialOutcome
    wanted: TrialOutcome
    difference: Difference | None = None
    broken: Property | None = None
    names: tuple[str, ...] = field(default=(), repr=False)
    changes: str = ""
    parts: tuple[str, ...] = field(default=(), repr=False)

    @property
    def inputs(self) -> tuple:
        """The inputs as they were before the call."""
        return self.case.inputs

    @property
    def returned(self) -> Any:
        """What the answer returned; None where it raised an error."""
        return self.outcome.value

    @property
    def error(self) -> BaseException | None:
        """What the answer raised, if anything."""
        return self.outcome.error

    @property
    def expected(self) -> Any:
        """What was expected."""
        return self.wanted.value

    @property
    def passed(self) -> bool:
        return self.difference is None and self.broken is None

    @property
    def stopped(self) -> bool:
        """Whether a limit or the learner ended it."""
        return isinstance(self.error, LimitReached | KeyboardInterrupt)


def _only_case(rng: np.random.Generator) -> list[Case]:
    return [Case("your answer")]


@dataclass(frozen=True, kw_only=True)
class ExerciseHeader:
    """How an exercise is announced.

    id: lesson and number, such as ``"01.2"``.  minutes: to plan for.  difficulty: 1, 2 or 3.
    objective: the id of the objective that it tests, such as ``"L01.1"``.
    praise: one sentence on what the learner now has.
    """

    id: str
    title: str
    minutes: int
    difficulty: int
    points: int
    objective: str
    praise: str = ""

    @property
    def lesson(self) -> str:
        """The number of the lesson, such as ``"01"``."""
        return self.id[:2]

    def __str__(self) -> str:
        return f"Exercise {self.id} · {self.title}"


@dataclass(frozen=True, kw_only=True)
class Exercise(ExerciseHeader):
    """An exercise: how it is announced, checked, hinted at and got wrong.

    reference: a right answer (a function, a class, an object, or a plain value).
    cases: ``cases(rng)`` gives the cases; called afresh with a fixed seed for each check.
    hints: the ladder, gentlest first; each failed attempt opens one more.
    mistakes, others: wrong answers with their diagnoses; other right answers.
    observe: ``observe(answer, case)`` gives the result to look at; by default
    ``answer(*case.inputs)``, or the answer itself when the reference is a plain value.
    names: what the inputs are called, where ``observe`` uses them and the reference does not.
    parts: what the items of a result are called, where it has several; or a function that gives
    their names for a case.
    properties: what must hold of every result, whatever its value.
    tolerance: relative and absolute; None looks at the properties alone.
    threshold: for answers that learn: ``observe`` returns samples (one a seed) and the answer
    passes when their mean is at least this.  The reference is then not run, and the docstring
    beside the number says over how many seeds its pass rate was measured.
    """

    reference: Any
    hints: Sequence[str]
    mistakes: Sequence[Mistake]
    others: Sequence[Any]
    cases: Callable[[np.random.Generator], Sequence[Case]] = _only_case
    observe: Callable[[Any, Case], Any] | None = None
    names: Sequence[str] = ()
    parts: Sequence[str] | Callable[[Case], Sequence[str]] = ()
    properties: Sequence[Property] = ()
    tolerance: float | None = 1e-6
    threshold: float | None = None

    def __post_init__(self) -> None:
        names = [mistake.name for mistake in self.mistakes]
        for wrong, problem in (
            (not EXERCISE_ID.fullmatch(self.id), "an id looks like '01.2'"),
            (self.difficulty not in (1, 2, 3), "the difficulty is 1, 2 or 3"),
            (self.points < 1, "an exercise gives at least one point"),
            (self.minutes < 1, "an exercise takes at least one minute"),
            (not self.hints, "an exercise has at least one hint"),
            (len(set(names)) < len(names), "each mistake needs a name of its own"),
        ):
            if wrong:
                raise ValueError(f"exercise {self.id!r}: {problem}")
