"""The reflector: is a second look needed, and what does it see?

MACRec's reflector writes JSON that says whether the answer was right.  A reply that the token limit
cuts off stops its program.  Here a rule decides whether to look again: the answer cannot be used,
or the analysts disagree about the first place.  :meth:`Reflector.ask_model` asks the model for its
verdict too, down the ladder of lesson 16, whose last rung is that rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from mavrs_course.llm.deciding.ladder import Answer, ask
from mavrs_course.llm.macrec.answers import InvalidAnswerError, read_ranking
from mavrs_course.llm.macrec.language import title_pmi
from mavrs_course.llm.macrec.records import Records
from mavrs_course.llm.models.chat import ChatModel
from mavrs_course.messages import Floats, Trace

BACKWARDS = 3  # of the viewer's last films, in the second look


@dataclass(frozen=True)
class Reflection:
    """again: whether to look again.  why: in words.  contested: the two in question, or ()."""

    again: bool
    why: str
    contested: tuple[int, ...] = ()


class Review(BaseModel):
    """What a model writes about an answer."""

    # The title is part of what the model is asked, and so of the keys of the tapes.
    model_config = ConfigDict(title="Verdict", strict=True, extra="forbid")
    correct: bool
    why: str = Field(max_length=100)


class Reflector:
    """Looks at a finished answer, without knowing the right one."""

    name = "reflector"

    def __init__(self, records: Records) -> None:
        self.records = records

    def judge(
        self, answer: object, candidates: Sequence[int], evidence: Mapping[str, Floats]
    ) -> Reflection:
        """Look again where the answer is no ranking, or model and ItemKNN put another first."""
        try:
            read_ranking(answer, candidates)
        except InvalidAnswerError as error:
            return Reflection(True, f"The answer cannot be used: {error}.")
        if not {"language", "ItemKNN"} <= set(evidence):
            return Reflection(False, "There is nothing to compare.")
        firsts = [candidates[int(np.argmax(evidence[name]))] for name in ("language", "ItemKNN")]
        if firsts[0] == firsts[1]:
            return Reflection(False, "The model and the logs agree about the first place.")
        one, other = (self.records.titles[video] for video in firsts)
        why = f"The model wants {one} first, the logs {other}."
        return Reflection(True, why, tuple(int(video) for video in firsts))

    def second_look(
        self, model: ChatModel, recent: Sequence[int], contested: Sequence[int]
    ) -> Floats:
        """The question the other way round: after each contested title, how much likelier are the
        viewer's last films?  Nats: float[n]."""
        last = list(recent)[-BACKWARDS:]
        return np.array([title_pmi(model, self.records, [v], last).sum() for v in contested])

    def ask_model(
        self,
        model: ChatModel,
        recent: Sequence[int],
        video: int,
        reflection: Reflection,
        trace: Trace | None = None,
    ) -> Answer[Review]:
        """The model's own verdict on the first place; where it gives none, that of the rule."""
        seen = "; ".join(self.records.titles[v] for v in recent)
        content = (
            f"A viewer watched: {seen}. We say that they watch {self.records.titles[video]} next. "
            'Is this right? Answer as JSON: {"correct": true or false, "why": "a few words"}'
        )

        def rule() -> Review:
            return Review(correct=not reflection.again, why=reflection.why[:100])

        said = [{"role": "user", "content": content}]
        return ask(model, said, Review, rule, trace=trace, asker=self.name, max_tokens=64)


def settle(order: Sequence[int], contested: Sequence[int], scores: Floats) -> list[int]:
    """The order with the contested videos on the same places, the larger score on the better."""
    settled = [int(video) for video in order]
    places = sorted(settled.index(int(video)) for video in contested)
    by_score = np.argsort(-np.asarray(scores), kind="stable")
    for place, winner in zip(places, by_score, strict=True):
        settled[place] = int(contested[winner])
    return settled
