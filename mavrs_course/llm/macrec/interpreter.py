"""The task interpreter: from a wish in somebody's words to conditions that can be checked.

Numbers are read by rules: a small model does not know that 1979 is before 1980.  The genre is read
by rule where it is named; where it is paraphrased, the model says which genre the wish makes
likeliest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mavrs_course.llm.deciding.agent import cosines, pmi
from mavrs_course.llm.macrec.records import Records
from mavrs_course.llm.macrec.task import Report, Task
from mavrs_course.llm.models.chat import ChatModel, ModelError

LONGEST = 300  # characters of a wish that are read
FIRST, LAST = 1800, 2100
NEUTRAL = "Wish: “Show me something.” Genre:"
RULE, LIKELIHOOD, EMBEDDING = "rule", "likelihood", "embedding"


@dataclass(frozen=True)
class Wish:
    """genre: or None for any.  first, last: years, both included; first > last fits nothing.
    by: how the genre was read, "rule", "likelihood" or "embedding".  why: what kept a model from
    reading it, or ""."""

    genre: str | None = None
    first: int = FIRST
    last: int = LAST
    by: str = RULE
    why: str = field(default="", compare=False)

    def fits(self, records: Records, video: int) -> bool:
        """Whether a video is what was wished for.  Without a year it fits no wish for one."""
        if self.genre is not None and self.genre not in records.genres[video]:
            return False
        if (self.first, self.last) == (FIRST, LAST):
            return True
        return bool(self.first <= records.years[video] <= self.last)

    def __str__(self) -> str:
        years = "any year" if (self.first, self.last) == (FIRST, LAST) else ""
        if not years:
            years = f"{self.first} to {self.last}"
            years = f"{self.last} or before" if self.first == FIRST else years
            years = f"{self.first} or later" if self.last == LAST else years
        return f"{self.genre or 'any genre'}, {years}"


_YEAR = r"((?:18|19|20)\d\d)"
_BETWEEN = re.compile(rf"\bbetween\s+{_YEAR}\s+and\s+{_YEAR}\b", re.I)
_BEFORE = re.compile(rf"\b(?:before|older than|earlier than)\s+{_YEAR}\b(?!s)", re.I)
_AFTER = re.compile(rf"\b(?:after|newer than|later than)\s+{_YEAR}\b(?!s)", re.I)
_SINCE = re.compile(rf"\bsince\s+{_YEAR}\b(?!s)", re.I)
_DECADE = re.compile(r"(?<![\w])(?:(18|19|20)(\d)0|['’]?(\d)0)['’]?s\b", re.I)
_IN_WORDS = {
    f"{word}ies": 1900 + 10 * n
    for n, word in enumerate(
        ("twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet"), start=2
    )
}
_IN = re.compile(rf"\b(?:in|from|of)\s+{_YEAR}\b(?!s)", re.I)


def read_years(text: str) -> tuple[int, int]:
    """The first and last year that a wish allows; ``FIRST`` and ``LAST`` where it names none."""
    text = text[:LONGEST]
    first, last = FIRST, LAST
    if found := _BETWEEN.search(text):
        return int(found[1]), int(found[2])
    if found := _BEFORE.search(text):
        last = int(found[1]) - 1
    if found := _AFTER.search(text):
        first = int(found[1]) + 1
    if found := _SINCE.search(text):
        first = int(found[1])
    if (first, last) != (FIRST, LAST):
        return first, last
    if found := _DECADE.search(text):
        start = int(f"{found[1] or '19'}{found[2] or found[3]}0")
        return start, start + 9
    for word, start in _IN_WORDS.items():
        if re.search(rf"\b{word}\b", text, re.I):
            return start, start + 9
    if found := _IN.search(text):
        return int(found[1]), int(found[1])
    return first, last


def named_genre(text: str, genres: Sequence[str]) -> str | None:
    """The genre that a wish names, or None; the one named first where there are several."""
    places = {}
    for genre in genres:
        stem = re.escape(genre.lower()).rstrip("s")
        if found := re.search(rf"(?<!\w){stem}(?:s|es)?(?!\w)", text[:LONGEST].lower()):
            places[genre] = found.start()
    return min(places, key=places.get) if places else None


def without_years(text: str) -> str:
    """A wish without what :func:`read_years` reads: a genre is to be told from the rest."""
    text = text[:LONGEST]
    for pattern in (_BETWEEN, _BEFORE, _AFTER, _SINCE, _DECADE, _IN):
        led_by = rf"(?:\b(?:from|made)\s+)?(?:\bthe\s+)?{pattern.pattern}"
        text = re.sub(led_by, " ", text, flags=re.IGNORECASE)
    words = "|".join(_IN_WORDS)
    text = re.sub(rf"\b(?:from|in)?\s*(?:the\s+)?(?:{words})\b", " ", text, flags=re.IGNORECASE)
    return re.sub(r"\s+([,.])", r"\1", " ".join(text.split())).strip(" .,")


def likely_genre(model: ChatModel, text: str, genres: Sequence[str]) -> str:
    """The genre that the wish makes likeliest (PMI).  Raises ModelError."""
    options = [f" {genre}" for genre in genres]
    quoted = without_years(text).replace("“", "'").replace("”", "'").replace("\n", " ")
    scores = pmi(model, f"Wish: “{quoted}.” Genre:", options, NEUTRAL)
    return genres[int(np.argmax(scores))]


def nearest_genre(embedder: ChatModel, text: str, genres: Sequence[str], noun: str) -> str:
    """The genre whose name is nearest to the wish as a vector (cosine).  Raises ModelError."""
    near = cosines(embedder, without_years(text), [f"{genre} {noun}" for genre in genres])
    return genres[int(np.argmax(near))]


class Interpreter:
    """Reads a wish; model None for the rule alone.  Never raises: the rule is at the foot.

    embedder: reads genres that are not named by vectors, in the model's place.
    """

    name = "interpreter"
    invitation = "read the wish"

    def __init__(
        self, model: ChatModel | None, records: Records, embedder: ChatModel | None = None
    ) -> None:
        self.model, self.records, self.embedder = model, records, embedder

    def read(self, text: str) -> Wish:
        """What is wished for; any genre where none is named and no model can be asked."""
        first, last = read_years(text)
        kinds = self.records.kinds
        genre = named_genre(text, kinds)
        try:
            if genre is None and self.embedder is not None:
                genre = nearest_genre(self.embedder, text, kinds, self.records.noun)
                return Wish(genre, first, last, EMBEDDING)
            if genre is None and self.model is not None:
                return Wish(likely_genre(self.model, text, kinds), first, last, LIKELIHOOD)
        except ModelError as error:
            return Wish(genre, first, last, RULE, str(error))
        return Wish(genre, first, last, RULE)

    def report(self, task: Task, notes: Mapping[str, Any]) -> Report:
        """Notes ``wish``."""
        wish = self.read(task.wish)
        return Report(f"Wished for: {wish} (genre read by {wish.by}).", {"wish": wish}, wish.by)
