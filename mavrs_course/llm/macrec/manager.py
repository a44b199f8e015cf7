"""The manager: thought, action, observation, until it has what it needs.

The loop is that of ReAct (Yao et al. 2023, arXiv 2210.03629), which MACRec's manager follows.  Each
round the manager says where it stands (a *thought*, written by code), chooses who does something
(the *action*) and hears what comes back (the *observation*).  It can choose in three ways:

``plan``        by rule, the same for every task of a kind
``likelihood``  by how much likelier the words of an action become after the task (PMI)
``written``     the model writes ``{"type": ..., "content": ...}``, down the ladder of lesson 16

Whichever it is, an action is one of a list: whom nobody has hired, and who has reported already,
can't be called.  So it ends after as many rounds as there are specialists, whatever a model does.
No title stands in the question, so that no title can steer the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from pydantic import Field, create_model

from mavrs_course.llm.deciding.ladder import RULE, ask
from mavrs_course.llm.macrec.task import CONVERSE, EXPLAIN, RANK, RATE, Specialist, Task
from mavrs_course.llm.models.chat import ChatModel, ModelError
from mavrs_course.messages import Trace

PLAN, LIKELIHOOD, WRITTEN = WAYS = ("plan", "likelihood", "written")
FINISH = "finish"
INVITATION = "give the answer"
PLANS = {
    RANK: ("user analyst", "item analyst", "searcher"),
    RATE: ("user analyst", "item analyst"),
    EXPLAIN: ("user analyst", "item analyst"),
    CONVERSE: ("interpreter", "searcher", "item analyst"),
}
WORDS = {
    RANK: "say which of eight films a viewer watches next",
    RATE: "say how many stars a viewer gives a film",
    EXPLAIN: "tell a viewer why a film is recommended",
    CONVERSE: "recommend a film for a wish",
}
NEUTRAL = "Next step:"


@dataclass(frozen=True)
class Turn:
    """One round.  by: what chose the action, "rule", "likelihood" or "written"."""

    thought: str
    action: str
    observation: str
    by: str

    def __str__(self) -> str:
        return (
            f"Thought: {self.thought}\nAction: {self.action} (by {self.by})\n"
            f"Observation: {self.observation}"
        )


@dataclass
class Findings:
    """What the rounds brought: ``notes`` of all specialists, the ``steps``, and the ``trace``."""

    notes: dict[str, Any] = field(default_factory=dict)
    steps: list[Turn] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)


class Manager:
    """Runs the loop over the specialists that there are; model None for the plan alone."""

    name = "manager"

    def __init__(
        self, model: ChatModel | None, specialists: Sequence[Specialist], *, choose: str = PLAN
    ) -> None:
        if choose not in WAYS:
            raise ValueError(f"a manager chooses by {', '.join(WAYS)}, not {choose!r}")
        self.model, self.choose = model, choose
        self.specialists = {specialist.name: specialist for specialist in specialists}

    def gather(self, task: Task) -> Findings:
        """Rounds until the manager finishes; never raises for anything that a model does."""
        found = Findings()
        while True:
            left = [name for name in self.specialists if name not in self._done(found)]
            thought = self._thought(found)
            if not left:
                action, by = FINISH, "rule"
            else:
                action, by = self._choose(task, left, found)
            if action == FINISH:
                found.steps.append(Turn(thought, FINISH, "The answer is given.", by))
                return found
            found.steps.append(Turn(thought, action, self._call(action, task, found), by))

    def _call(self, name: str, task: Task, found: Findings) -> str:
        found.trace.add(self.name, name, "asks", size_bytes=len(task.wish.encode()))
        try:
            report = self.specialists[name].report(task, dict(found.notes))
        except Exception as error:  # a specialist that fails must not take the team with it
            found.trace.add(name, self.name, "failed")
            return f"The {name} failed: {type(error).__name__}."
        found.notes.update(report.notes)
        found.trace.add(name, self.name, "reports", size_bytes=len(report.text.encode()))
        return report.text

    def _done(self, found: Findings) -> list[str]:
        return [step.action for step in found.steps]

    def _thought(self, found: Findings) -> str:
        done = self._done(found)
        return f"So far I asked {', '.join(f'the {name}' for name in done) or 'nobody'}."

    def _choose(self, task: Task, left: list[str], found: Findings) -> tuple[str, str]:
        if self.model is not None and self.choose == LIKELIHOOD:
            try:
                return self._by_likelihood(task, left, found), LIKELIHOOD
            except ModelError:
                found.trace.add(self.name, self.name, "decided by rule")
        if self.model is not None and self.choose == WRITTEN:
            written = self._written(task, left, found)
            if written is not None:
                return written, WRITTEN
        return self._by_plan(task, left), "rule"

    def _by_plan(self, task: Task, left: list[str]) -> str:
        planned = [name for name in PLANS[task.kind] if name in left]
        return planned[0] if planned else FINISH

    def _by_likelihood(self, task: Task, left: list[str], found: Findings) -> str:
        actions = [*left, FINISH]
        texts = [f" {self._words_for(name)}." for name in actions]
        before = self.model.bill.copy()
        context = f"{self._question(task, found)} {NEUTRAL}"
        scores = self.model.score(context, texts) - self.model.score(NEUTRAL, texts)
        found.trace.overhear((self.model.bill - before).messages(self.name, self.model.name))
        return actions[int(np.argmax(scores))]

    def _written(self, task: Task, left: list[str], found: Findings) -> str | None:
        allowed = (*left, FINISH)
        form = create_model(
            "Move", type=(Literal[allowed], ...), content=(str, Field("", max_length=80))
        )
        content = (
            f"{self._question(task, found)} Choose the next step as JSON "
            f'{{"type": one of {", ".join(allowed)}, "content": "what for"}}'
        )
        answer = ask(
            self.model, [{"role": "user", "content": content}], form,
            lambda: form(type=FINISH), trace=found.trace, asker=self.name, max_tokens=64,
        )  # fmt: skip
        return None if answer.rung == RULE else answer.data.type

    def _question(self, task: Task, found: Findings) -> str:
        done = "; ".join(self._words_for(name) for name in self._done(found)) or "nothing"
        return f"Task: {WORDS[task.kind]}. Done so far: {done}."

    def _words_for(self, name: str) -> str:
        return INVITATION if name == FINISH else self.specialists[name].invitation
