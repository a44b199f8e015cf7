"""Why, in words.  Each sentence says what stands in the record or in the beliefs, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mavrs_course.agents.learning.fsrs import FSRS
from mavrs_course.course.exercise import ExerciseHeader
from mavrs_course.course.objectives import Objective
from mavrs_course.course.prerequisites import Node
from mavrs_course.tutor.agents import FADING, below, stuck
from mavrs_course.tutor.standing import LearnerModel, Standing
from mavrs_course.words import count, listed


def to_do(standing: Standing, exercise: ExerciseHeader, lesson: Node, *, read: bool) -> str:
    """What to do now, in one sentence.  read: whether to read the lesson first."""
    one = f"exercise {exercise.id}, {exercise.title} ({exercise.minutes} min)"
    if standing.solved:
        return (
            f"Solve {one} once more: mavrs reset {lesson.number} gives you fresh exercises "
            "and keeps yours beside them."
        )
    if standing.tried:
        return f"Go on with {one}."
    if read:
        return f"Read lesson {lesson.number} ({lesson.outline.minutes} min), then do {one}."
    return f"Do {one}."


def because(standing: Standing, agent: str, learner: LearnerModel) -> str:
    """Why this one, as the agent sees it that spoke loudest for it."""
    sentences = [_record(standing), *_belief(standing)]
    if agent == "step back":
        sentences += _struggles(standing, learner)
    elif agent == "review":
        sentences += _built_on(standing, learner)
    elif not standing.solved:
        sentences += _builds_on(standing, learner)
    return " ".join(sentences)


def summary(first: str, learner: LearnerModel) -> str:
    """How the course stands as a whole.  first: the agent of the first step, "" for no step."""
    tested = [s for s in learner.standings.values() if s.objective.exercises]
    solved = [s for s in tested if s.solved]
    if not any(s.tried for s in tested):
        return "You have not tried any exercise yet, so this is where the course begins."
    if not first:
        return _all_done(solved)
    fading = sum(s.recall < FADING for s in solved)
    text = f"You have solved {len(solved)} of {count(len(tested), 'objective')}"
    text += f", of which {fading} {'is' if fading == 1 else 'are'} fading." if fading else "."
    if first == "review" and learner.was_away:
        text += f" Your last answer was {ago(learner.days_away)}, so warm up first."
    for standing in stuck(tested):
        stuck_at = standing.objective.id
        text += (
            f" Your last {standing.failures} attempts at {stuck_at} failed, and all its hints are "
            "open: do something else first, and come back to it."
        )
    return text


def ago(days: float) -> str:
    """Days as a sentence says them."""
    return f"{count(int(days), 'day')} ago" if days >= 1 else "today"


def _record(standing: Standing) -> str:
    when = "" if standing.days is None else f", {ago(standing.days)}"
    if not standing.tried:
        return "You have not tried it yet."
    if standing.failures == len(standing.answers):
        if standing.failures == 1:
            return f"You have tried it once{when}, and it did not pass."
        last = when.replace(",", ", last")
        return f"You have tried it {standing.failures} times{last}; none passed."
    if standing.failures:
        failed = "attempt" if standing.failures == 1 else f"{standing.failures} attempts"
        return f"It passed once, and your last {failed} since failed{when}."
    return f"You solved it{when.replace(',', '')}."


def _belief(standing: Standing) -> Iterator[str]:
    if not standing.tried:
        return
    chance = (
        f"By knowledge tracing, the chance that you have it in hand is {percent(standing.known)}"
    )
    if standing.card is None or standing.recall > 0.995:
        yield f"{chance}."
    else:
        yield (
            f"{chance}: it was {percent(standing.learned)} when you last answered, and memory "
            f"keeps {percent(standing.recall)} of that."
        )


def percent(share: float) -> str:
    """A share as a sentence says it: ``63 %``."""
    return f"{100 * share:.0f} %"


def _builds_on(standing: Standing, learner: LearnerModel) -> Iterator[str]:
    objective = standing.objective
    if objective.needs:
        yield f"It needs {names(objective.needs, learner)}; {_weakest(objective, learner)}."
    if objective.helps:
        said = _solved_of(objective.helps, learner)
        yield f"It is easier after {names(objective.helps, learner)}{said}."
    elif not objective.needs and not standing.tried:
        yield "Nothing has to come before it."


def _solved_of(keys: Sequence[str], learner: LearnerModel) -> str:
    solved = sum(learner[key].solved for key in keys)
    if solved == len(keys):
        return "; you have solved " + ("it" if len(keys) == 1 else "all of that")
    if not solved:
        return ", which you have not solved yet"
    return f"; you have solved {solved} of these {len(keys)}"


def _weakest(objective: Objective, learner: LearnerModel) -> str:
    """How firm the ground is that an objective stands on."""
    key = learner.weakest(objective)
    assert key is not None
    if learner[key].tried:
        least = f"the weakest of it, {key}," if len(objective.needs) > 1 else "that"
        return f"{least} stands at {percent(learner[key].known)}"
    done = [k for k, s in learner.standings.items() if s.solved and key in s.objective.needs]
    but = f", but you have solved {done[0]}, which needs it too" if done else ""
    return f"you have not tried {key} yet{but}"


def _struggles(standing: Standing, learner: LearnerModel) -> Iterator[str]:
    key = standing.objective.id
    for other in stuck(list(learner.standings.values())):
        if key in below(other, learner):
            link = "needs it" if key in other.objective.needs else "is easier with it"
            yield f"{other.objective.id}, where your last {other.failures} attempts failed, {link}."


def _built_on(standing: Standing, learner: LearnerModel) -> Iterator[str]:
    key = standing.objective.id
    unsolved = [s.objective for s in learner.standings.values() if s.left]
    need = sum(key in objective.needs for objective in unsolved)
    easier = sum(key in objective.helps for objective in unsolved)
    said = [f"{need} {'needs' if need == 1 else 'need'} it"] if need else []
    said += [f"{easier} {'is' if easier == 1 else 'are'} easier with it"] if easier else []
    if said:
        yield f"Of the objectives that you have not solved, {listed(said)}."


def names(keys: Sequence[str], learner: LearnerModel) -> str:
    """Objectives by their ids; where all of a lesson are among them, by the lesson."""
    lessons: dict[str, list[str]] = {}
    for key in keys:
        lessons.setdefault(learner[key].objective.lesson, []).append(key)
    whole, single = [], []
    for number, some in lessons.items():
        all_of_it = [k for k, s in learner.standings.items() if s.objective.lesson == number]
        if len(some) == len(all_of_it) > 1:
            whole.append(number)
        else:
            single += some
    words = [f"lesson{'s' * (len(whole) > 1)} {listed(whole)}"] if whole else []
    return listed([*single, *words])


def _all_done(solved: Sequence[Standing]) -> str:
    done = f"All {count(len(solved), 'objective')} are solved, and memory holds them."
    waits = {s.objective.id: days for s in solved if (days := days_left(s)) is not None}
    if not waits:
        return done
    first = min(waits, key=lambda key: waits[key])
    return f"{done} The first to fade is {first}, in {count(waits[first], 'day')}."


def days_left(standing: Standing) -> int | None:
    """Days until its recall falls to where a review is worth it; None where no date is known."""
    if standing.card is None or standing.days is None:
        return None
    return max(FSRS(retention=FADING).days_until(standing.card) - int(standing.days), 1)
