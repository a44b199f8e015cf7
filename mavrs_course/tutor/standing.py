"""What a learner is believed to know: knowledge traced through answers, less what time takes.

An answer is a check of an exercise, right or wrong.  The answers to all exercises of an objective
are one row of :class:`~mavrs_course.agents.learning.bkt.KnowledgeTracer`; from its first right
answer on an objective is also a card of :class:`~mavrs_course.agents.learning.fsrs.FSRS`, which
says how much of it is left.  So ``known = learned * recall``.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from mavrs_course.agents.learning.bkt import BKT, KnowledgeTracer
from mavrs_course.agents.learning.fsrs import AGAIN, FSRS, GOOD, HARD, Card
from mavrs_course.course import state
from mavrs_course.course.exercise import ExerciseHeader
from mavrs_course.course.objectives import Objective
from mavrs_course.course.state import PastAnswer
from mavrs_course.messages import Floats

IN_HAND = 0.7  # beliefs below it are too weak to build on
DAY = 24 * 3600.0
AWAY = 14.0  # days without an answer after which it is better to warm up
# Ours, and fitted to nobody: no learner's answers were collected.  Code that passes every hidden
# case is hardly ever a guess; who knows how it goes still fails three attempts in ten on a detail.
ATTEMPTS = BKT(prior=0.3, learn=0.1, guess=0.02, slip=0.3)
MEMORY = FSRS()
ME = np.array([0])  # one learner: viewer 0 of the tracer


@dataclass(frozen=True)
class Standing:
    """How one objective stands.

    answers: to all its exercises, in time.  learned: P(known) just after the last one, the prior
    where there is none.  recall: the share of it that memory keeps until now, 1 before a right
    answer.  days: since the last answer, None where that is not known.  card: of the memory, None
    before a right answer.  left: its exercises that never passed.  failures: wrong answers since
    the last right one.
    """

    objective: Objective
    answers: Sequence[PastAnswer]
    learned: float
    recall: float
    days: float | None
    card: Card | None
    left: Sequence[ExerciseHeader]
    failures: int

    @property
    def known(self) -> float:
        """The belief that the learner has it in hand now."""
        return self.learned * self.recall

    @property
    def solved(self) -> bool:
        """Whether each of its exercises has passed once; False where there is none."""
        return bool(self.objective.exercises) and not self.left

    @property
    def tried(self) -> bool:
        return bool(self.answers)


class LearnerModel:
    """How every objective of the course stands for one learner: what agents ask.

    standings: by objective, in the course's order; the agents number objectives in this order.
    """

    def __init__(self, standings: Mapping[str, Standing]) -> None:
        self.standings = dict(standings)
        self.ids = tuple(self.standings)

    def _items(self) -> list[tuple[str, Standing]]:
        return list(self.standings.items())

    def __getitem__(self, objective: str) -> Standing:
        return self.standings[objective]

    @cached_property
    def believed(self) -> Floats:
        """P(in hand) of each objective, as agents count with it: float[N].

        What no exercise tests counts as in hand.  So does what was never tried, as far as something
        that needs it was solved: who can do the one can do the other.
        """
        known = {key: s.known if s.objective.exercises else 1.0 for key, s in self._items()}
        for key, standing in reversed(self._items()):
            for other in standing.objective.needs if standing.solved else ():
                if not self[other].tried:
                    known[other] = max(known[other], known[key])
        return np.array(list(known.values()))

    def belief_in(self, objective: str) -> float:
        """P(in hand) of one objective, as agents count with it."""
        return float(self.believed[self.ids.index(objective)])

    def weakest(self, objective: Objective) -> str | None:
        """Of what an objective needs, the one that is believed in least; None where it needs none.

        Of equals it is the first.
        """
        return min(objective.needs, key=self.belief_in, default=None)

    @property
    def days_away(self) -> float | None:
        """Days since the last answer to anything; None where there is none."""
        known = [s.days for s in self.standings.values() if s.days is not None]
        return min(known, default=None)

    @property
    def was_away(self) -> bool:
        """Whether the last answer is so long ago that it is better to warm up."""
        return self.days_away is not None and self.days_away >= AWAY


def learner_model(
    graph: Mapping[str, Objective],
    answers: Mapping[str, Sequence[PastAnswer]] | None = None,
    *,
    now: float | None = None,
) -> LearnerModel:
    """The learner whose answers these are, by exercise; those on this machine where none are given.

    now: seconds since 1970, the clock's where not given.
    """
    now = time.time() if now is None else now
    told = recorded(graph) if answers is None else answers
    tracer = KnowledgeTracer(tuple(graph), ATTEMPTS)
    return LearnerModel({key: _standing(o, told, tracer, now) for key, o in graph.items()})


def recorded(graph: Mapping[str, Objective]) -> dict[str, list[PastAnswer]]:
    """The answers on this machine, by exercise."""
    return {e.id: state.answers(e.id) for objective in graph.values() for e in objective.exercises}


def _standing(
    objective: Objective,
    told: Mapping[str, Sequence[PastAnswer]],
    tracer: KnowledgeTracer,
    now: float,
) -> Standing:
    by_exercise = {exercise.id: told.get(exercise.id, ()) for exercise in objective.exercises}
    answers = sorted(
        (answer for each in by_exercise.values() for answer in each),
        key=lambda answer: answer.seconds or 0.0,  # what has no date is the oldest
    )
    for answer in answers:
        tracer.trace(ME, [objective.id], np.array([int(answer.right)]))
    item = tracer.items.index(objective.id)
    card = memory_of(answers)
    last = answers[-1].seconds if answers else None
    days = None if last is None else max(now - last, 0.0) / DAY
    left = [e for e in objective.exercises if not any(a.right for a in by_exercise[e.id])]
    return Standing(
        objective=objective,
        answers=answers,
        learned=float(tracer.known(ME)[0, item]),
        recall=1.0 if card is None or days is None else MEMORY.recall(card, days),
        days=days,
        card=card,
        left=left,
        failures=_failures(answers),
    )


def memory_of(answers: Sequence[PastAnswer]) -> Card | None:
    """The memory that begins with the first right answer, a review a day; None before it.

    A day's review is Again where its last answer is wrong, Good where all are right, else Hard;
    and Hard where failures led up to the first right answer.
    """
    first = next((n for n, answer in enumerate(answers) if answer.right), None)
    if first is None:
        return None
    card, before, smooth = Card(), 0, first == 0
    dated = [answer.seconds for answer in answers if answer.seconds is not None]
    oldest = min(dated, default=0.0)  # what has no date was there before times were kept
    for day, group in groupby(answers[first:], lambda a: int((a.seconds or oldest) // DAY)):
        right = [answer.right for answer in group]
        rating = AGAIN if not right[-1] else GOOD if smooth and all(right) else HARD
        card, _ = MEMORY.review(card, rating, day - before)
        before, smooth = day, True
    return card


def _failures(answers: Sequence[PastAnswer]) -> int:
    """Wrong answers since the last right one."""
    count = 0
    for answer in reversed(answers):
        if answer.right:
            break
        count += 1
    return count
