"""What the agents come to together: up to three next steps, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

import numpy as np

from mavrs_course.coordination.average import AverageOfAgents, normalised
from mavrs_course.course.objectives import Objective, objective_graph
from mavrs_course.course.prerequisites import Node, course_graph
from mavrs_course.course.project import find_root
from mavrs_course.course.state import PastAnswer
from mavrs_course.messages import Ints, Request
from mavrs_course.tutor.agents import ObjectiveAgent, ReviewAgent, StepBackAgent, UnfinishedAgent
from mavrs_course.tutor.plan import PlanAgent
from mavrs_course.tutor.reasons import because, summary, to_do
from mavrs_course.tutor.standing import ME, LearnerModel, Standing, learner_model

WEIGHTS = {"step back": 2.0, "plan": 1.0, "resume": 1.0, "review": 0.5}
AFTER_A_BREAK = 2.0  # the weight of the review then


@dataclass(frozen=True)
class NextStep:
    """One thing to do next.

    objective: its id.  text: what it is to be able to do.  lesson: "07 · Independent learners".
    exercise: the id of the exercise to do.  minutes: it takes.  agent: whose voice counted most.
    do, because: in words.  known, learned, recall: the beliefs that the words rest on.
    votes: what each agent gave it, from 0 to 1, by name.
    """

    objective: str
    text: str
    lesson: str
    exercise: str
    minutes: int
    agent: str
    do: str
    because: str
    known: float
    learned: float
    recall: float
    votes: Mapping[str, float]


@dataclass(frozen=True)
class Advice:
    """Steps, the best first; the course as a whole in a few words; and the learner behind them."""

    steps: Sequence[NextStep]
    summary: str
    learner: LearnerModel

    def as_data(self) -> dict:
        """As plain data, for ``mavrs next --json``."""
        return {
            "version": 1,
            "summary": self.summary,
            "steps": [asdict(step) for step in self.steps],
            "known": {key: round(s.known, 4) for key, s in self.learner.standings.items()},
        }

    def __str__(self) -> str:
        lines = [self.summary]
        for place, step in enumerate(self.steps, start=1):
            lines += ["", f"{place}. {step.objective} {step.text}"]
            lines += [f"   {step.do}", f"   {step.because}"]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        items = "".join(
            f"<li><b>{step.objective}</b> {escape(step.text)}<br>{escape(step.do)}"
            f"<br>{escape(step.because)}</li>"
            for step in self.steps
        )
        return f"<p>{escape(self.summary)}</p><ol>{items}</ol>"


def what_next(
    how_many: int = 3,
    *,
    answers: Mapping[str, Sequence[PastAnswer]] | None = None,
    now: float | None = None,
    root: Path | None = None,
) -> Advice:
    """What to do next in this course, from the answers on this machine.

    answers: somebody else's, by exercise.  now: seconds since 1970.  root: of the course, found
    where not given.  It is advice: nothing in the course waits for it.
    Raises NoProjectError where there is no course, BuildError where its notebooks can't be read.
    """
    lessons = course_graph(root or find_root(), whole=False)
    graph = objective_graph(lessons)
    return advise(lessons, graph, learner_model(graph, answers, now=now), how_many)


def advise(
    lessons: Mapping[str, Node],
    graph: Mapping[str, Objective],
    learner: LearnerModel,
    how_many: int = 3,
) -> Advice:
    """The advice to one learner: the agents' votes, added up by :class:`AverageOfAgents`."""
    if how_many < 1:
        raise ValueError(f"advice is at least one step, not {how_many}")
    agents = team(graph, learner)
    choice = choices(learner, agents)
    if not len(choice):
        return Advice((), summary("", learner), learner)
    weights = WEIGHTS | ({"review": AFTER_A_BREAK} if learner.was_away else {})
    request = Request(ME, choice[None, :], min(how_many, len(choice)))
    votes = {agent.name: normalised(agent.opine(request).scores)[0] for agent in agents}
    steps: list[NextStep] = []
    for number in page(agents, request, weights):
        place = np.flatnonzero(choice == number)[0]
        given = {name: round(float(vote[place]), 4) for name, vote in votes.items()}
        loudest = max(given, key=lambda name: weights[name] * given[name])
        lesson = lessons[learner[learner.ids[number]].objective.lesson]
        told = any(step.exercise[:2] == lesson.number for step in steps)
        steps.append(_step(learner[learner.ids[number]], loudest, given, lesson, learner, told))
    return Advice(steps, summary(steps[0].agent, learner), learner)


def page(
    agents: Sequence[ObjectiveAgent], request: Request, weights: Mapping[str, float]
) -> list[int]:
    """The objectives for the slots of one request, one after the other.

    Each slot is the agents' weighted average; then whoever spoke loudest for it is heard no more,
    so that nobody fills the page alone.  When nobody else has anything to say all begin again.
    """
    chosen: list[int] = []
    heard = list(agents)
    while len(chosen) < request.slots:
        left = np.setdiff1d(request.candidates[0], chosen)
        one = Request(request.viewers, left[None, :], 1)
        spoke = [a for a in heard if np.ptp(a.opine(one).scores) > 0] or list(agents)
        voices = {agent.name: weights[agent.name] for agent in spoke}
        number = int(AverageOfAgents(spoke, voices).recommend(one).videos[0, 0])
        place = int(np.flatnonzero(left == number)[0])
        given = {a: voices[a.name] * normalised(a.opine(one).scores)[0, place] for a in spoke}
        loudest = max(given, key=lambda agent: given[agent])
        heard = [agent for agent in spoke if agent is not loudest]
        chosen.append(number)
    return chosen


def team(graph: Mapping[str, Objective], learner: LearnerModel) -> list[ObjectiveAgent]:
    """The agents that are asked."""
    return [
        kind(graph, learner) for kind in (StepBackAgent, PlanAgent, UnfinishedAgent, ReviewAgent)
    ]


def choices(learner: LearnerModel, agents: Sequence[ObjectiveAgent]) -> Ints:
    """The numbers of the objectives to choose from: unsolved, or wanted by more than the plan."""
    testable = np.array([bool(s.objective.exercises) for s in learner.standings.values()])
    unsolved = np.array([bool(s.left) for s in learner.standings.values()])
    others = [agent.scored > 0 for agent in agents if not isinstance(agent, PlanAgent)]
    return np.flatnonzero(testable & np.any([unsolved, *others], axis=0))


def _step(
    standing: Standing,
    agent: str,
    votes: Mapping[str, float],
    lesson: Node,
    learner: LearnerModel,
    told: bool,
) -> NextStep:
    """told: whether an earlier step is about the same lesson."""
    objective = standing.objective
    exercise = (standing.left or objective.exercises)[0]
    fresh = not any(learner[key].tried for key in lesson.objectives)
    return NextStep(
        objective=objective.id,
        text=objective.text.rstrip(".;"),
        lesson=f"{lesson.number} · {lesson.title}",
        exercise=exercise.id,
        minutes=exercise.minutes,
        agent=agent,
        do=to_do(standing, exercise, lesson, read=fresh and not told),
        because=because(standing, agent, learner),
        known=round(standing.known, 4),
        learned=round(standing.learned, 4),
        recall=round(standing.recall, 4),
        votes=votes,
    )
