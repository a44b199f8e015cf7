"""A model writes what a viewer's year was like, and code checks every sentence against the log.

The model is told counts, and one example.  Of what it says a sentence is kept only if all of it can
be checked and all of it is true: which topic, how many videos, more or fewer than the year before,
most or fewest of all.  Words that say anything else make a sentence one that can't be checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mavrs_course.llm.macrec.facts import sentences
from mavrs_course.llm.models.chat import Ask, ChatModel, Said
from mavrs_course.words import listed

ASKED = "Sum up this viewer's year in {} short sentences."
EXAMPLE = (
    "Counts: piano 30 videos, last year 10; trains 5 videos, last year 50.",
    "Piano was watched most, with 30 videos, more than last year. Trains were watched least, with "
    "5 videos, fewer than last year.",
)
_PHRASES = {
    "most": r"\b(?:the )?most\b(?! than)",
    "least": r"\b(?:the )?(?:least|fewest)\b",
    "rise": r"\b(?:more|up|rose|increased)\b(?: than| from)?(?: the)?(?: last year| year before)?",
    "fall": r"\b(?:fewer|less|down|fell|decreased)\b(?: than| from)?(?: the)?(?: last year)?",
}
_FILLER = {"a", "and", "by", "in", "it", "last", "of", "over", "this", "the", "to", "viewer"}
_FILLER |= {"video", "videos", "was", "watched", "were", "with", "year"}
SEASONS_A_YEAR = 4


class Year(NamedTuple):
    """Videos that held the viewer, by topic: in this year, and in the year before."""

    now: Mapping[str, int]
    before: Mapping[str, int]

    def told(self) -> str:
        """The counts as the model reads them."""
        parts = [
            f"{topic} {count} videos, last year {self.before.get(topic, 0)}"
            for topic, count in self.now.items()
        ]
        return f"Counts: {'; '.join(parts)}."


class Checked(NamedTuple):
    """A sentence, and why it can't stand: "" where it can."""

    text: str
    fault: str

    @property
    def holds(self) -> bool:
        """Whether all of it was checked and is true."""
        return not self.fault


def conversation(year: Year) -> list[Said]:
    """How the model is asked: an example of another viewer, then this year's counts."""
    ask = ASKED.format(len(year.now))
    return [
        {"role": "user", "content": f"{EXAMPLE[0]}\n{ASKED.format(2)}"},
        {"role": "assistant", "content": EXAMPLE[1]},
        {"role": "user", "content": f"{year.told()}\n{ask}"},
    ]


def summary(model: ChatModel, year: Year, *, max_tokens: int = 90) -> list[Checked]:
    """What the model says about a year, each sentence checked."""
    reply = model.chat(conversation(year), Ask(max_tokens=max_tokens))
    said = sentences(reply.text)
    if not reply.finished:
        said = said[:-1]  # cut off in the middle
    return [check_sentence(sentence, year) for sentence in said]


def check_sentence(sentence: str, year: Year) -> Checked:
    """Check one sentence: it must name one topic, and claim only what can be counted."""
    text = sentence.strip()
    rest = text.lower()
    named = [topic for topic in year.now if re.search(rf"\b{re.escape(topic.lower())}\b", rest)]
    if len(named) != 1:
        return Checked(text, f"names {len(named)} topics, not one")
    topic = named[0]
    rest = re.sub(rf"\b{re.escape(topic.lower())}\b", " ", rest)
    found = {name for name, pattern in _PHRASES.items() if re.search(pattern, rest)}
    for pattern in _PHRASES.values():
        rest = re.sub(pattern, " ", rest)
    numbers = [int(number) for number in re.findall(r"\d+", rest)]
    strange = sorted(set(re.findall(r"[^\W\d_]+", rest)) - _FILLER)
    if strange:
        return Checked(text, f"says what no count can tell: {listed(strange[:3])}")
    if not numbers and not found:
        return Checked(text, "claims nothing")
    return Checked(text, _lie(topic, found, numbers, year))


def _lie(topic: str, found: set[str], numbers: list[int], year: Year) -> str:
    now, before = year.now[topic], year.before.get(topic, 0)
    wrong = [number for number in numbers if number not in (now, before)]
    if wrong or numbers[:1] == [before] != [now]:
        return f"the log has {now} videos, {before} the year before"
    truths = {
        "most": now == max(year.now.values()),
        "least": now == min(year.now.values()),
        "rise": now > before,
        "fall": now < before,
    }
    lies = [name for name in truths if name in found and not truths[name]]
    return f"the log knows of no {lies[0]}" if lies else ""


@dataclass
class Chronicle:
    """The sentences that hold, year by year; years are counted from 0, and have four seasons."""

    years: dict[int, list[str]] = field(default_factory=dict)

    def write(self, number: int, checked: Iterable[Checked]) -> None:
        """Keep what holds of a year."""
        self.years[number] = [one.text for one in checked if one.holds]

    def forget(self, seasons: Iterable[int]) -> list[int]:
        """Drop all that was written with these seasons in view; returns the years.

        A year's sentences compare it with the year before, so both of them go.
        """
        touched = {season // SEASONS_A_YEAR for season in seasons}
        gone = sorted(touched | {year + 1 for year in touched})
        return [year for year in gone if self.years.pop(year, None) is not None]
