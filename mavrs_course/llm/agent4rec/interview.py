"""The exit interview: a number by rule, words by the model, and every checkable word checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mavrs_course.llm.agent4rec.viewer import Visit
from mavrs_course.llm.models.chat import Ask, ChatModel, ModelError

MOST_TOKENS = 48
_ROLE = (
    "You are a viewer who has just left a film site. Answer in one short sentence, as yourself, "
    "from your notes."
)
_SKIPPED = re.compile(r"\b(loved|liked|enjoyed) the films (?:that )?I skipped")
_QUESTION = "How did you like the films that the site showed you, and why did you leave?"


@dataclass(frozen=True)
class CheckedStatement:
    """Something that was said and can be looked up.  said: in our words.  true: of her memory."""

    said: str
    true: bool


@dataclass(frozen=True)
class Interview:
    """score: 1 to 10, from her satisfaction, by rule.  text: her words.  by: the model that wrote
    them, or "template" for a sentence by code.  statements: what could be checked in them."""

    score: int
    text: str
    by: str
    statements: tuple[CheckedStatement, ...]

    def __str__(self) -> str:
        return f"{self.score}/10, “{self.text}” ({self.by})"


def interview(model: ChatModel, done: Visit, titles: Sequence[str], seed: int = 0) -> Interview:
    """Ask a viewer who has left; without a model a template answers, and is marked as one."""
    notes = notes_of(done, titles)
    asked = [
        {"role": "system", "content": _ROLE},
        {"role": "user", "content": f"Your notes: {notes}\n{_QUESTION}"},
    ]
    try:
        reply = model.chat(asked, Ask(max_tokens=MOST_TOKENS, seed=seed))
        text, by = reply.text.strip(), model.name
    except ModelError:
        text, by = template(done, titles), "template"
    return Interview(done.score, text, by, check_facts(text, done, titles))


def notes_of(done: Visit, titles: Sequence[str]) -> str:
    """What she remembers, for the model to read: facts by code, not by a model."""
    watched = [f"{titles[seen.film]} ({seen.rating} stars)" for seen in done.facts.watched[-5:]]
    skipped = [titles[seen.film] for seen in done.facts.seen if not seen.watched][-3:]
    why = "I was tired or not pleased" if done.tired_out else "there were no more pages"
    return (
        f"Films I watched: {', '.join(watched) or 'none'}. "
        f"Films I skipped: {', '.join(skipped) or 'none'}. "
        f"My satisfaction was {done.score} out of 10. I left because {why}."
    )


def template(done: Visit, titles: Sequence[str]) -> str:
    """A sentence by code, true by construction."""
    best = done.facts.best()
    if best is None:
        return "I found nothing to watch."
    return (
        f"I watched {len(done.facts.watched)} of {len(done.facts.seen)} films, and "
        f"{titles[best.film]} ({best.rating} stars) was the best of them."
    )


def check_facts(text: str, done: Visit, titles: Sequence[str]) -> tuple[CheckedStatement, ...]:
    """Look up what a text says: stars of a film, films mentioned, "n out of 10".

    A film that is named without stars counts as the statement that she watched it, and nobody has
    loved what she skipped, as she has not seen it.  What cannot be looked up, such as "the evening
    was memorable", is neither true nor false here.
    """
    found, rest = [], text
    for film in sorted({seen.film for seen in done.facts.seen}, key=lambda f: -len(titles[f])):
        title, memory = titles[film], done.facts.recall(film)
        named = rf"(?<!\w){re.escape(title)}(?!\w)"
        for stars in re.findall(rf"{named}\s*\(?\s*(\d) stars?", rest):
            found.append(CheckedStatement(f"{title}: {stars} stars", memory.rating == int(stars)))
        if re.search(named, rest) and not any(s.said.startswith(f"{title}:") for s in found):
            found.append(CheckedStatement(f"watched {title}", memory.watched))
        rest = re.sub(named, " ", rest)  # "Alien" in "Alien 3" is no mention of Alien
    found += [
        CheckedStatement(f"{verb} films that she skipped", False) for verb in _SKIPPED.findall(text)
    ]
    for number in re.findall(r"(\d+)\s*(?:out of|/)\s*10\b", text):
        found.append(CheckedStatement(f"satisfaction {number} of 10", int(number) == done.score))
    return tuple(dict.fromkeys(found))
