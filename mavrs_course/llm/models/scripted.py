"""A model whose answers were written down beforehand: for tests, never for a learner's eyes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from mavrs_course.llm.models.chat import ASK, Ask, Bill, ModelError, Reply, Said, require_eyes
from mavrs_course.messages import Floats

Answer = str | Exception | Callable[[Sequence[Said]], str]


class ScriptedModel:
    """Gives ``answers`` in order; an exception among them is raised, a function is called.

    scores: log-likelihoods by continuation; what is not in it gets its length, negated.
    ``heard`` holds the messages of every call, ``shown`` their pictures; a script can't see unless
    ``abilities`` are given that say so.
    """

    name = "scripted"
    digest = "scripted"
    abilities = frozenset({"chat", "schema", "score", "embed"})

    def __init__(
        self,
        answers: Sequence[Answer] = (),
        scores: Mapping[str, float] | None = None,
        abilities: frozenset[str] = abilities,
    ) -> None:
        self.abilities, self.shown = abilities, []
        self._answers, self._scores = list(answers), dict(scores or {})
        self.heard: list[list[Said]] = []
        self.bill = Bill()

    def chat(self, messages: Sequence[Said], ask: Ask = ASK) -> Reply:
        """The next answer of the script; ModelError where it has ended."""
        require_eyes(self, ask)
        self.heard.append(list(messages))
        self.shown.append(list(ask.images))
        if not self._answers:
            raise ModelError("the script has no more answers")
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        text = answer if isinstance(answer, str) else answer(messages)
        read = sum(len(message["content"].split()) for message in messages)
        written = len(text.split())
        self.bill += Bill(1, read, written, 0.0)
        return Reply(text, tokens_in=read, tokens_out=written, model=self.name)

    def score(self, context: str, continuations: Sequence[str]) -> Floats:
        """What the script says of each continuation."""
        for text in continuations:
            self.bill += Bill(1, len(context.split()), len(text.split()), 0.0)
        return np.array([self._scores.get(text, -float(len(text))) for text in continuations])

    def embed(self, texts: Sequence[str]) -> Floats:
        """How often each letter occurs: float[n, 26]."""
        letters = "abcdefghijklmnopqrstuvwxyz"
        return np.array(
            [[text.lower().count(letter) for letter in letters] for text in texts], float
        )
