"""The whole team, and its four tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mavrs_course.llm.macrec import language
from mavrs_course.llm.macrec.analysts import ItemAnalyst, UserAnalyst
from mavrs_course.llm.macrec.answers import InvalidAnswerError, read_ranking
from mavrs_course.llm.macrec.facts import Fact, facts_for
from mavrs_course.llm.macrec.interpreter import Interpreter, Wish
from mavrs_course.llm.macrec.manager import PLAN, Findings, Manager
from mavrs_course.llm.macrec.records import Records
from mavrs_course.llm.macrec.reflector import Reflection, Reflector, settle
from mavrs_course.llm.macrec.searcher import Searcher
from mavrs_course.llm.macrec.task import CONVERSE, EXPLAIN, RANK, RATE, Task
from mavrs_course.llm.models.chat import Bill, ChatModel, ModelError
from mavrs_course.messages import Floats

EVIDENCE = ("language", "popularity", "ItemKNN")
EVEN = 1e-12  # a spread below this is none


@dataclass(frozen=True)
class Done:
    """What comes with every answer: the rounds behind it, and what the model cost."""

    findings: Findings
    bill: Bill


@dataclass(frozen=True)
class Ranked(Done):
    """order: the ids, best first, or None for an invalid answer.  evidence: float[n] by name.
    reflection: what the reflector said.  changed: whether the second look changed the order."""

    order: list[int] | None
    evidence: dict[str, Floats]
    reflection: Reflection
    changed: bool = False


@dataclass(frozen=True)
class Rating(Done):
    """stars: from 1 to 5.  by_numbers: from the analysts; by_language: the model's, or None."""

    stars: float
    by_numbers: float
    by_language: float | None


@dataclass(frozen=True)
class Explained(Done):
    """facts: each with a sentence in ``text``, which is a template filled by code."""

    facts: list[Fact]
    text: str


@dataclass(frozen=True)
class Answered(Done):
    """video: recommended, or None where nothing fits.  text: a template filled by code."""

    video: int | None
    wish: Wish | None
    text: str
    facts: list[Fact] = field(default_factory=list)


class MACRec:
    """The team; model None where there is none, and every choice is then a rule's.

    choose: how the manager picks its actions.  evidence: what a ranking may rest on, of "language",
    "popularity", "ItemKNN" and "words".  reflect: whether there is a second look.
    embedder: reads wishes by vectors.
    """

    def __init__(
        self,
        model: ChatModel | None,
        records: Records,
        *,
        choose: str = PLAN,
        evidence: Sequence[str] = EVIDENCE,
        reflect: bool = False,
        searcher: bool = True,
        embedder: ChatModel | None = None,
    ) -> None:
        self.model, self.records = model, records
        self.evidence, self.reflect = tuple(evidence), reflect
        self.interpreter = Interpreter(model, records, embedder)
        self.reflector = Reflector(records)
        analysts = [UserAnalyst(records), ItemAnalyst(records)]
        searchers = [Searcher(records)] if searcher else []
        self.manager = Manager(model, [*analysts, *searchers], choose=choose)
        self.host = Manager(model, [self.interpreter, *searchers, *analysts], choose=choose)

    def rank(self, viewer: int, candidates: Sequence[int]) -> Ranked:
        """Candidates from the one the viewer most likely watches next."""
        before = self._bill()
        videos = tuple(int(video) for video in candidates)
        found = self.manager.gather(Task(RANK, int(viewer), videos))
        evidence = self._evidence(found, videos)
        order: list[int] | None = [
            videos[place] for place in np.argsort(-fuse(evidence), kind="stable")
        ]
        reflection = self.reflector.judge(order, videos, evidence)
        changed = False
        if self.reflect and reflection.contested and self.model is not None:
            settled = self._second_look(found, order, reflection)
            order, changed = settled, settled != order
        try:
            order = read_ranking(order, videos)
        except InvalidAnswerError:
            order = None
        return Ranked(found, self._bill() - before, order, evidence, reflection, changed)

    def rate(self, viewer: int, video: int) -> Rating:
        """Stars: what the analysts' means say; the model's own expectation stands beside it."""
        before = self._bill()
        found = self.manager.gather(Task(RATE, int(viewer), (int(video),)))
        by_numbers = self.records.expected_stars(viewer, video)
        by_language = None
        if self.model is not None:
            try:
                by_language = language.expected_stars(self.model, self.records, viewer, video)
            except ModelError:
                found.trace.add("manager", "manager", "decided by rule")
        return Rating(found, self._bill() - before, by_numbers, by_numbers, by_language)

    def explain(self, viewer: int, video: int) -> Explained:
        """Why this video, in facts that hold: each is looked up again before it is said."""
        before = self._bill()
        found = self.manager.gather(Task(EXPLAIN, int(viewer), (int(video),)))
        facts = self._true_facts(int(viewer), int(video))
        text = " ".join(fact.say(self.records) for fact in facts)
        return Explained(found, self._bill() - before, facts, text or "I cannot say why.")

    def converse(self, viewer: int, wish: str) -> Answered:
        """A recommendation for a wish in words, from what fits it and was not watched."""
        before = self._bill()
        found = self.host.gather(Task(CONVERSE, int(viewer), wish=str(wish)))
        read, videos = found.notes.get("wish"), found.notes.get("found", [])
        if not videos:
            text = f"I found nothing for “{read or 'that'}” that you have not watched."
            return Answered(found, self._bill() - before, None, read, text)
        nearest = self.records.alike(viewer, videos)
        watched = self.records.popularity[np.array(videos)]
        video = int(videos[int(np.lexsort((watched, nearest))[-1])])
        facts = self._true_facts(int(viewer), video)
        reasons = " ".join(fact.say(self.records) for fact in facts)
        text = f"I recommend “{self.records.titles[video]}”. {reasons}".strip()
        return Answered(found, self._bill() - before, video, read, text, facts)

    def _true_facts(self, viewer: int, video: int) -> list[Fact]:
        facts = facts_for(self.records, viewer, video)
        return [fact for fact in facts if fact.holds(self.records, viewer)]

    def _evidence(self, found: Findings, videos: tuple[int, ...]) -> dict[str, Floats]:
        """What the specialists brought, as far as it is wanted, and the model's likelihoods."""
        evidence = {
            name: np.asarray(found.notes[name], dtype=float)
            for name in self.evidence
            if name in found.notes
        }
        if "language" in self.evidence and self.model is not None and found.notes.get("recent"):
            before = self.model.bill.copy()
            try:
                evidence["language"] = language.title_pmi(
                    self.model, self.records, found.notes["recent"], videos
                )
            except ModelError:
                found.trace.add("manager", "manager", "decided by rule")
            spent = self.model.bill - before
            found.trace.overhear(spent.messages("manager", self.model.name))
        return evidence or {"nothing": np.zeros(len(videos))}

    def _second_look(self, found: Findings, order: list[int], reflection: Reflection) -> list[int]:
        try:
            scores = self.reflector.second_look(
                self.model, found.notes.get("recent", []), reflection.contested
            )
        except ModelError:
            found.trace.add("reflector", "reflector", "decided by rule")
            return order
        return settle(order, reflection.contested, scores)

    def _bill(self) -> Bill:
        return Bill() if self.model is None else self.model.bill.copy()


def fuse(evidence: dict[str, Floats]) -> Floats:
    """Each kind of evidence brought to mean 0 and spread 1 among the candidates, and added up.

    What says the same of all candidates, or is not finite, says nothing.  float[n].
    """
    total = np.zeros(len(next(iter(evidence.values()))))
    for scores in evidence.values():
        spread = scores.std()
        if np.isfinite(spread) and spread > EVEN:
            total += (scores - scores.mean()) / spread
    return total
