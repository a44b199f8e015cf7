"""The likely cause of a wrong answer."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from mavrs_course.course.causes import EXACT_CAUSES, Cause
from mavrs_course.course.evidence import SMALL, Evidence
from mavrs_course.course.exercise import Exercise, Mistake, Trial
from mavrs_course.course.general import general_cause
from mavrs_course.course.in_common import (
    input_without_effect,
    rows_mixed_up,
    what_fails_has_in_common,
)
from mavrs_course.course.limits import LimitReached, Limits
from mavrs_course.course.one_change import one_change
from mavrs_course.course.one_repair import one_repair
from mavrs_course.course.slips import two_slips
from mavrs_course.course.trial import run, same
from mavrs_course.course.unfit import in_one_piece, stopped, unfit, unread, unsteady
from mavrs_course.course.values import size
from mavrs_course.words import listed

MOST = 0.75
FEW = 4  # cases, by their labels
LONG = 3.0  # seconds for inputs that are no cases
SAYS_LITTLE = {"another_kind", "another_shape", "nearly_right"}
SURE = EXACT_CAUSES | {"input_unchanged", "only_one_is_filled_in"}


def diagnose(exercise: Exercise, answer: Any, trials: Sequence[Trial]) -> Cause:
    """The likely cause of the failing trial that is shown, from the surest to the most general.

    What stopped the answer; one that can't be called as it should be, or that takes no slice of an
    array; a result that the check cannot read; a known mistake that detects itself; another result
    on each call; a known mistake that behaves exactly like the answer; one change of its own code
    that makes it right; one thing done to all the right values; a cause that shows in the
    difference alone; the reference with one thing changed; what the answer does to other inputs;
    the property that does not hold; what failing cases have in common; and where nothing is known,
    which cases fail.

    What is said as a fact agrees with the answer in every case, those that pass and those of
    further seeds included.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd results make odd arithmetic, which is no news here
        evidence = Evidence(exercise, answer, trials)
        return (
            stopped(evidence.shown)
            or unfit(exercise, answer)
            or in_one_piece(exercise, answer, evidence)
            or _detected(exercise, evidence)
            or unsteady(exercise, answer, evidence.shown)
            or _known_or_found(exercise, answer, evidence)
        )


def _detected(exercise: Exercise, evidence: Evidence) -> Cause | None:
    shown = evidence.shown.difference
    if shown is not None and shown.kind in ("effect", "argument"):  # what came back is right
        return None
    for mistake in exercise.mistakes:
        try:
            if mistake.detect is not None and mistake.detect(evidence.trials):
                return Cause(mistake.name, mistake.because)
        except Exception:  # a predicate written for results of another kind
            continue
    return None


def _known_or_found(exercise: Exercise, answer: Any, evidence: Evidence) -> Cause:
    """The mistakes whose wrong answer does what the learner's does on every case.

    Failing that, two of them at once; what is sure in general; one change that mends the answer;
    said so, the mistake that does it wherever the learner's fails, and in most cases that pass;
    and what the results, other inputs and the failing cases show.
    """
    exact, near = _alike_mistakes(exercise, evidence)
    if exact:
        return Cause(exact[0].name, " Or: ".join(mistake.because for mistake in exact))
    if found := two_slips(exercise, evidence) or unread(evidence.shown):
        return found
    general = _general(exercise, answer, evidence)
    if general and _is_sure(general, evidence.shown):
        return general
    return (
        one_repair(exercise, answer, evidence)
        or _nearest(near, evidence)
        or _in_general(exercise, answer, evidence, general)
        or _which_cases(exercise, evidence)
    )


def _alike_mistakes(
    exercise: Exercise, evidence: Evidence
) -> tuple[list[Mistake], list[tuple[int, Mistake]]]:
    """Mistakes that do the same everywhere; and others that do, with in how many that pass."""
    exact, near = [], []
    for mistake in exercise.mistakes:
        for wrong in (mistake.wrong, *mistake.also):
            if not _alike(exercise, wrong, evidence.failing, all):
                continue
            agreeing = _alike(exercise, wrong, evidence.passing, sum)
            refuted = agreeing < len(evidence.passing)
            if refuted or not _alike(exercise, wrong, evidence.further, all):
                near.append((agreeing, mistake))
            else:
                exact.append(mistake)
                break
    return exact, near


def _nearest(near: Sequence[tuple[int, Mistake]], evidence: Evidence) -> Cause | None:
    near = [(count, mistake) for count, mistake in near if count >= MOST * len(evidence.passing)]
    if not near:
        return None
    best = max(count for count, _ in near)
    likely = list({mistake.name: mistake for count, mistake in near if count == best}.values())
    alike, tried = best + len(evidence.failing), len(evidence.trials)
    return Cause(
        likely[0].name,
        f"It looks like this slip, which gives your results in {alike} of {tried} cases: "
        + " Or: ".join(mistake.because for mistake in likely),
    )


def _alike(exercise: Exercise, wrong: Any, trials: Sequence[Trial], count: Callable) -> int:
    """In how many cases a wrong answer gives the same results; with ``all``, whether in all."""
    return count(
        same(exercise, run(exercise, wrong, trial.case), trial.outcome) for trial in trials
    )


def _general(exercise: Exercise, answer: Any, evidence: Evidence) -> Cause | None:
    try:
        return general_cause(exercise, answer, evidence)
    except Exception:  # results can be anything: an odd one must not break the check
        return None


def _is_sure(general: Cause, shown: Trial) -> bool:
    """Whether a general cause shows in an error, in the kind of result, or in every number."""
    if general.name in SAYS_LITTLE or shown.difference is None:
        return False
    return shown.difference.kind not in ("value", "shape") or general.name in SURE


def _in_general(
    exercise: Exercise, answer: Any, evidence: Evidence, general: Cause | None
) -> Cause | None:
    """What the results show by themselves; of a kind that says little, or a property, last.

    A property says what is wrong, and its sentence only guesses why.
    """
    broken = evidence.shown.broken
    if general and general.name not in SAYS_LITTLE | {broken and broken.name}:
        return general
    return (
        one_change(exercise, evidence)
        or _tried_on_others(exercise, answer, evidence)
        or (general if broken else None)
        or what_fails_has_in_common(evidence)
        or _few_cases(evidence)
        or general
    )


def _tried_on_others(exercise: Exercise, answer: Any, evidence: Evidence) -> Cause | None:
    """What shows when the answer is given inputs that are no case of the check."""
    if exercise.threshold is not None or evidence.shown.error is not None:
        return None
    try:
        with Limits(LONG):
            return input_without_effect(exercise, answer, evidence) or rows_mixed_up(
                exercise, answer, evidence
            )
    except LimitReached:
        return None


def _few_cases(evidence: Evidence) -> Cause | None:
    """Where all but a few cases pass: what is special in these says most."""
    few = list(dict.fromkeys(trial.case.label for trial in evidence.failing))
    others = {trial.case.label for trial in evidence.passing} - set(few)
    if evidence.shown.broken or len(few) > FEW or len(others) < 2 * len(few):
        return None
    names = listed([f"“{label}”" for label in few])
    return Cause(
        "few_cases_only",
        f"All other cases pass. It fails in {names}: what is special there is what the code does "
        "not treat yet.",
    )


def _which_cases(exercise: Exercise, evidence: Evidence) -> Cause:
    failing, tried = len(evidence.failing), len(evidence.trials)
    first = evidence.shown
    elsewhere = next((t for t in evidence.trials if t.broken and t is not first), None)
    if elsewhere and not first.broken:
        return Cause(
            elsewhere.broken.name,
            f"{failing} of {tried} cases fail. In another one, “{elsewhere.case.label}”, it does "
            f"not hold that {elsewhere.broken.name}.",
        )
    by_hand = "Work the one above out by hand, and print"
    to_play = f'`case = failing("{exercise.id}")` gives you the one above to play with. Print'
    return Cause(
        "unknown",
        f"{failing} of {tried} cases fail. {by_hand if size(first.inputs) <= SMALL else to_play} "
        "what your code holds after each line until the two part.",
    )
