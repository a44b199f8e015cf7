"""Titles, descriptions and creators' names, written from the phrasebook.

Text alone does not settle every topic: two titles in five come from phrases that the topic
shares with one other topic, and so does every description.  How loud the text is follows
the mean quality of the topic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count

import numpy as np

from mavrs_course.messages import Ints
from mavrs_course.words import capitalised
from mavrs_course.world import phrasebook
from mavrs_course.world.senses import SENSES
from mavrs_course.world.topics import MEAN_QUALITY, N_TOPICS, TOPICS, number_of

SHARED_TITLES = 0.4
"""The part of a topic's titles that its partner in words could have written."""

FRAMED = 0.3
"""The part of the titles that wear a frame of their tone."""

TONE_DEVIATION = 1.5
"""How loosely the tone of a text follows the mean quality of its topic."""

PATIENCE = 1000
"""Texts in a row that were written before, after which there is nothing new to say."""


@dataclass(frozen=True)
class Phrases:
    """Templates with slots, the banks of words that fill them, and openings of descriptions."""

    templates: tuple[str, ...]
    banks: dict[str, tuple[str, ...]] = field(repr=False)
    openings: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Phrases:
        """Parse one entry of the phrasebook, whose docstring gives the notation."""
        templates, openings, banks = [], [], {}
        for line in filter(None, map(str.strip, text.splitlines())):
            name, _, words = line.partition(": ")
            if line.startswith("> "):
                openings.append(line[2:])
            elif name.isidentifier() and "|" in words:
                banks[name] = tuple(word.strip() for word in words.split("|"))
            else:
                templates.append(line)
        return cls(tuple(templates), banks, tuple(openings))

    def fill(self, template: str, rng: np.random.Generator) -> str:
        """The template with a word in each slot, articles that fit, and a capital letter."""
        text = re.sub(r"{(\w+)}", lambda slot: pick(self.banks[slot[1]], rng), template)
        text = re.sub(r"\b([Aa]) (?=[aeiouAEIOU])(?!uk|uni|one)", r"\1n ", text)
        return text[0].upper() + text[1:]


def pick(options: Sequence[str], rng: np.random.Generator) -> str:
    """One of the options, each as likely."""
    return options[int(rng.random() * len(options))]


OWN = tuple(Phrases.read(phrasebook.COMMON + text) for text in phrasebook.OWN)
_BY_NAME = {
    name: Phrases.read(phrasebook.COMMON + text) for name, text in phrasebook.SHARED.items()
}
SHARED = tuple(_BY_NAME[senses.words] for senses in SENSES)
CREATORS = Phrases.read(phrasebook.CREATORS)


def titles(topic: Ints, seed: int, topics: Sequence[str] = TOPICS) -> list[str]:
    """A title for each video, no two alike.

    topic: int[V], which of ``topics``.  The same topics and seed give the same titles.  A topic
    that the phrasebook does not have gets plain ones: "Chess openings, number 3".  Raises
    ValueError for a topic out of range, or when a topic has more videos than its phrases can tell
    apart (that takes several thousand).
    """
    topic = np.asarray(topic)
    for number in np.unique(topic):
        _require_topic(number, len(topics))
    rng = np.random.default_rng(seed)
    written: set[str] = set()
    books = [number_of(name) for name in topics]
    plain = [count(1) for _ in topics]

    def write(t: int) -> str:
        book = books[t]
        if book is None:
            return f"{capitalised(topics[t])}, number {next(plain[t])}"
        return _title(book, rng)

    return [_unwritten(partial(write, t), written) for t in topic.tolist()]


def description(topic: int | None, title: str, creator: str, rng: np.random.Generator) -> str:
    """A few sentences to go under a title.

    They name the creator and set a tone, but tell no more about the topic than the phrases
    that it shares with its partner in words.  topic: its number in the
    phrasebook, or None for one that it does not have.
    """
    if topic is None:
        return f"“{title}”, by {creator}. {pick(phrasebook.CLOSINGS[1], rng)}"
    _require_topic(topic)
    opening = pick(SHARED[int(topic)].openings, rng)
    credit = pick((f"“{title}”, by {creator}.", f"{creator}: “{title}”.", f"By {creator}."), rng)
    closing = pick(phrasebook.CLOSINGS[_tone(topic, rng)], rng)
    return f"{opening} {credit} {closing}"


def creators(count: int, rng: np.random.Generator) -> list[str]:
    """Names of ``count`` creators, no two alike; none of them gives a topic away."""
    written: set[str] = set()
    return [
        _unwritten(lambda: CREATORS.fill(pick(CREATORS.templates, rng), rng), written)
        for _ in range(count)
    ]


def _title(topic: int, rng: np.random.Generator) -> str:
    """One title, perhaps framed, perhaps with a word in capitals."""
    phrases = SHARED[topic] if rng.random() < SHARED_TITLES else OWN[topic]
    template = pick(phrases.templates, rng)
    tone = _tone(topic, rng)
    if rng.random() < FRAMED and not template.endswith("?"):
        template = pick(phrasebook.FRAMES[tone], rng).replace("{}", template)
    title = phrases.fill(template, rng)
    return _shout(title, rng) if tone == 0 and rng.random() < FRAMED else title


def _tone(topic: int, rng: np.random.Generator) -> int:
    """0 shouted, 1 plain, 2 calm: the topic's mean quality decides, but only loosely."""
    return int(np.digitize(rng.normal(MEAN_QUALITY[topic], TONE_DEVIATION), (-1.0, 1.0)))


def _shout(title: str, rng: np.random.Generator) -> str:
    """The title with one of its longer words in capitals."""
    word = pick(re.findall(r"[a-z]{6,}", title) or [title], rng)
    return re.sub(rf"\b{re.escape(word)}\b", word.upper(), title, count=1)


def _unwritten(write: Callable[[], str], written: set[str]) -> str:
    """A text that is not among those ``written``, whatever their capitals; it joins them."""
    for _ in range(PATIENCE):
        text = write()
        if text.casefold() not in written:
            written.add(text.casefold())
            return text
    raise ValueError(
        f"the phrasebook has run out of new words after {len(written)} texts; "
        "ask for fewer, or add phrases to mavrs_course/world/phrasebook.py"
    )


def _require_topic(topic: int, topics: int = N_TOPICS) -> None:
    if not 0 <= topic < topics:
        raise ValueError(f"topic {topic} does not exist; topics are numbered 0 to {topics - 1}")
