"""Marks: the points of a hand-in after what the teacher's file says, each step with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mavrs_course.course.classroom.handin import GRADED, HandIn
from mavrs_course.course.grading.grades import ExerciseGrade
from mavrs_course.course.results.policy import Override, Policy, is_student


@dataclass(frozen=True)
class Mark:
    """What a hand-in is worth.

    exercises: points by exercise, with what was given by hand.  reached: their sum, or what was
    given for the lesson.  days_late, deduction: what lateness costs, in points.  points: what is
    left.  reasons: a sentence for each step away from the graded points.  by_hand: whether the
    teacher's file gave points.
    """

    hand_in: HandIn
    exercises: Mapping[str, float] = field(default_factory=dict)
    reached: float = 0
    days_late: int = 0
    deduction: float = 0
    reasons: Sequence[str] = ()
    by_hand: bool = False

    @property
    def points(self) -> float:
        return round(self.reached - self.deduction, 2)

    @property
    def graded(self) -> bool:
        """Whether there is a mark at all: it was graded, or given by hand."""
        return self.hand_in.status == GRADED or self.by_hand


def marks(hand_ins: Sequence[HandIn], policy: Policy) -> tuple[list[Mark], list[str]]:
    """The marks, and a line for each rule of the file that met nobody."""
    found = [_mark(hand_in, policy) for hand_in in hand_ins]
    problems = []
    rules: list[Any] = [*policy.overrides, *policy.extensions]
    for rule in rules:
        place = rule.place if isinstance(rule, Override) else rule.lesson
        if not any(_meets(rule.student, place, hand_in) for hand_in in hand_ins):
            what = "override" if isinstance(rule, Override) else "extension"
            lesson = f" in {place}" if place else ""
            problems.append(f"the {what} for {rule.student}{lesson} meets no hand-in")
    return found, problems


def _meets(student: str, place: str, hand_in: HandIn) -> bool:
    if not is_student(student, hand_in) or not hand_in.lesson.startswith(place[:2]):
        return False
    ids = {each.id for each in hand_in.exercises}
    return "." not in place or not ids or place in ids


def _mark(hand_in: HandIn, policy: Policy) -> Mark:
    reasons: list[str] = []
    points = {each.id: each.points for each in hand_in.exercises}
    for exercise in hand_in.exercises:
        points[exercise.id] = _after_notes(exercise, policy, reasons)
    ours = [rule for rule in policy.overrides if _meets(rule.student, rule.place, hand_in)]
    for rule in ours:
        if "." in rule.place:
            before = points.get(rule.place, 0)
            points[rule.place] = rule.points
            reasons.append(f"{rule.place}: {before:g} became {rule.points:g}. {rule.reason}")
    reached = sum(points.values())
    for rule in ours:
        if "." not in rule.place:
            reasons.append(f"Sum: {reached:g} became {rule.points:g}. {rule.reason}")
            reached = rule.points
    by_hand = bool(ours)
    days = policy.days_late(hand_in) if by_hand or hand_in.status == GRADED else 0
    percent = min(policy.most_percent, days * policy.percent_per_day, 100)
    deduction = round(reached * percent / 100, 2)
    _, excuse = policy.deadline(hand_in)
    if excuse:
        reasons.append(f"Due later: {excuse}")
    if days:
        begun = f"{days} day" + "s" * (days != 1)
        reasons.append(f"Late, {begun} begun: less {percent:g} %, {deduction:g} points.")
    return Mark(hand_in, points, reached, days, deduction, reasons, by_hand)


def _after_notes(exercise: ExerciseGrade, policy: Policy, reasons: list[str]) -> float:
    """The points of an exercise; none where a note says what the teacher gives none for."""
    costing = [note for note in exercise.notes if note.kind in policy.costing]
    if not (costing and exercise.points):
        return exercise.points
    reasons.append(f"{exercise.id}: {exercise.points:g} became 0. {costing[0].text}")
    return 0
