"""Why this page: a sentence made of facts, and the check of any sentence against the facts.

The words of a small model are weak, so the sentence that viewers read is made by code from what the
conductor wrote down.  Text that a model wrote is measured with the same check, and shown to fail
where it fails.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mavrs_course.coordination.average import ordinal
from mavrs_course.messages import Trace
from mavrs_course.words import listed

MODEL, ROUTER, RULE = "model", "router", "rule"
FACT_WORDS = {
    "stranger": "The viewer is a stranger.",
    "old friend": "The viewer is an old friend.",
    "silent": "The viewer is silent.",
    "wish": "The viewer has a wish.",
    "bored": "The viewer is bored.",
    "child": "The viewer is a child.",
    "big news": "It is a day of big news.",
}


@dataclass(frozen=True)
class Account:
    """What the conductor wrote down about one page.

    situation: in words.  by: who decided whom to trust, "model", "router" or "rule".  why: what was
    wrong with the model, or "".  asked: names, the most trusted first.  sure: how sure each of them
    was, in a word.  places: for each slot, the place that each agent that was asked gives to its
    video, or 0 where it has no preference.  mended: for each slot, whether a rule put it there.
    rules: what was broken before.  unmet: what still is.
    """

    situation: str
    by: str
    why: str
    asked: tuple[str, ...]
    sure: tuple[str, ...]
    places: tuple[tuple[int, ...], ...]
    mended: tuple[bool, ...]
    rules: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()

    def sentence(self, slot: int) -> str:
        """Why a video is in its slot; every part of it is determined by the account."""
        opening = {
            MODEL: f"{self.situation} So I asked {listed(self.asked)}.",
            RULE: f"{self.situation} By rule I asked {listed(self.asked)}.",
            ROUTER: f"The model was not heard ({self.why}), so the router decided and asked "
            f"{listed(self.asked)}.",
        }[self.by]
        if self.mended[slot]:
            return f"{opening} A rule put this video here: {'; '.join(self.rules)}."
        ranked = [
            f"{ordinal(place)} by {name}"
            for name, place in zip(self.asked, self.places[slot], strict=True)
            if place
        ]
        if not ranked:
            return f"{opening} Nobody prefers anything here, so this is chance."
        return f"{opening} This video is ranked {', '.join(ranked)}."


@dataclass(frozen=True)
class Statement:
    """Something that a text states, and whether the account says so too."""

    text: str
    true: bool


def statements(
    text: str, account: Account, slot: int, names: Sequence[str], trace: Trace | None = None
) -> list[Statement]:
    """What a text states about whom was asked, the viewer, and places, each checked.

    names: of all agents.  Naming an agent states that it was asked; "2nd by news" states a place; a
    word such as "stranger" or "child" states that fact; "the router" states that it decided.  With
    ``trace``, an agent also has to be in it as the receiver of a request.  A text that states
    nothing gets no statements: it is empty, not true.
    """
    told = text.lower()
    sent = None if trace is None else {m.receiver for m in trace if m.kind == "request"}
    found = []
    for name in names:
        if re.search(rf"\b{re.escape(name.lower())}\b", told):
            asked = name in account.asked and (sent is None or name in sent)
            found.append(Statement(f"{name} was asked", asked))
        for place in re.findall(rf"(\d+)(?:st|nd|rd|th) by {re.escape(name.lower())}\b", told):
            given = dict(zip(account.asked, account.places[slot], strict=True)).get(name)
            found.append(Statement(f"{ordinal(int(place))} by {name}", given == int(place)))
    for word, fact in FACT_WORDS.items():
        if re.search(rf"\b{word}\b", told):
            found.append(Statement(fact, fact in account.situation))
    if "the router decided" in told:
        found.append(Statement("the router decided", account.by == ROUTER))
    if "a rule put" in told:
        found.append(Statement("a rule put it here", account.mended[slot]))
    return found
