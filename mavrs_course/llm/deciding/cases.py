"""Can a model tell what a viewer likes?  Small cases with a known answer, and ways to ask.

A case: a viewer liked three titles of one topic; which of four others, one of that topic and three
of other topics, would the viewer watch next?  Chance is .25.  Every way of asking is a function
``way(model, case) -> float[n]``, larger is better, so that all can be compared alike.

The world does not make it easy: two titles in five come from phrases that a topic shares with
another one (:mod:`mavrs_course.world.writing`).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.llm.deciding import agent
from mavrs_course.llm.deciding.agent import NEUTRAL
from mavrs_course.llm.models.chat import Ask, ChatModel, ModelError
from mavrs_course.messages import Floats
from mavrs_course.world.catalog import Catalog

LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class TasteCase:
    """liked: titles that the viewer liked, all of ``topic``.  options: titles to choose from, of
    which number ``right`` is of that topic and the others are of as many other topics.
    about: the topic's name."""

    topic: int
    liked: tuple[str, ...]
    options: tuple[str, ...]
    right: int
    about: str = ""


Way = Callable[[ChatModel, TasteCase], Floats]


def taste_cases(
    catalog: Catalog, count: int, rng: np.random.Generator, *, liked: int = 3, options: int = 4
) -> list[TasteCase]:
    """``count`` cases from a catalogue's own titles; topics and places are as even as they can be.

    Raises ValueError where a topic has fewer than ``liked + 1`` videos, or where there are not
    enough topics or letters for the options.
    """
    if not 2 <= options <= min(catalog.n_topics, len(LETTERS)):
        raise ValueError(f"a case has 2 to {len(LETTERS)} options, not {options}")
    if np.bincount(catalog.topic, minlength=catalog.n_topics).min() <= liked:
        raise ValueError(f"each topic needs at least {liked + 1} videos in the catalogue")
    topics = rng.permutation(np.arange(count) % catalog.n_topics)
    places = rng.permutation(np.arange(count) % options)
    return [
        _case(catalog, int(topic), int(place), rng, liked, options)
        for topic, place in zip(topics, places, strict=True)
    ]


def _case(catalog, topic: int, right: int, rng, liked: int, options: int) -> TasteCase:
    own = rng.choice(np.flatnonzero(catalog.topic == topic), liked + 1, replace=False)
    rest = [t for t in range(catalog.n_topics) if t != topic]
    others = rng.choice(rest, options - 1, replace=False)
    shown = [int(rng.choice(np.flatnonzero(catalog.topic == other))) for other in others]
    shown.insert(right, int(own[-1]))
    titles = tuple(catalog.title(video) for video in shown)
    known = tuple(catalog.title(int(video)) for video in own[:-1])
    return TasteCase(topic, known, titles, right, catalog.topics[topic])


# --- choosing by name ---------------------------------------------------------------------------


def question(case: TasteCase) -> str:
    """The case as a multiple-choice question."""
    liked = "\n".join(f"- {title}" for title in case.liked)
    options = "\n".join(f"{letter}. {title}" for letter, title in lettered(case))
    return (
        f"A viewer liked these videos:\n{liked}\n"
        f"Which video would the viewer like to watch next?\n{options}\n"
    )


def lettered(case: TasteCase) -> list[tuple[str, str]]:
    """Each option with its letter."""
    return list(zip(LETTERS, case.options, strict=False))


def letter(model: ChatModel, case: TasteCase, examples: Sequence[TasteCase] = ()) -> Floats:
    """Log-likelihood of each option's letter after the question, and after solved examples."""
    solved = "".join(f"{question(e)}Answer: {LETTERS[e.right]}\n\n" for e in examples)
    context = f"{solved}{question(case)}Answer:"
    return model.score(context, [f" {name}" for name, _ in lettered(case)])


def json_choice(
    model: ChatModel, case: TasteCase, ask: Callable[[TasteCase], str] = question
) -> Floats:
    """1 for the letter that the model writes into a JSON form, 0 for the others.

    All zeros where it wrote none of the letters.  ask: the question about a case, in words.
    """
    names = [name for name, _ in lettered(case)]
    schema = {
        "type": "object",
        "properties": {"choice": {"type": "string", "enum": names}},
        "required": ["choice"],
    }
    asked = ask(case) + 'Answer with JSON, such as {"choice": "A"}.'
    reply = model.chat([{"role": "user", "content": asked}], Ask(schema=schema, max_tokens=24))
    try:
        choice = json.loads(reply.text)["choice"]
    except (ValueError, TypeError, KeyError):
        choice = None
    return np.array([float(choice == name) for name in names])


# --- choosing by likelihood ---------------------------------------------------------------------


def related(titles: Sequence[str]) -> str:
    """What stands before a title when some others are known to be liked."""
    return f"Related video titles: {'; '.join(titles)};"


def likelihood(model: ChatModel, case: TasteCase) -> Floats:
    """Log-likelihood of each title after those liked; common words and short titles win."""
    return model.score(related(case.liked), _spaced(case.options))


def pmi(model: ChatModel, case: TasteCase) -> Floats:
    """Pointwise mutual information: how much likelier a title is after those liked.

    ``log P(title | liked) - log P(title)``.  Source: Church and Hanks (1990); for choosing among
    answers, Holtzman et al., "Surface form competition" (EMNLP 2021).
    """
    return agent.pmi(model, related(case.liked), _spaced(case.options))


def pmi_both(model: ChatModel, case: TasteCase) -> Floats:
    """PMI, plus how much likelier each liked title is after the option.

    The PMI of two events is the same both ways round; a small model's two estimates of it are not,
    and their sum is steadier than either.
    """
    titles = _spaced(case.liked)
    without = model.score(NEUTRAL, titles).sum()
    backwards = [model.score(related([option]), titles).sum() - without for option in case.options]
    return pmi(model, case) + np.array(backwards)


def yes_no(model: ChatModel, case: TasteCase) -> Floats:
    """How much likelier yes is than no, asked of each option alone."""
    liked = "; ".join(case.liked)
    start = f"A viewer liked these videos: {liked}.\nWould the viewer like to watch: "
    answers = [model.score(f"{start}{o}?\nAnswer:", [" Yes", " No"]) for o in case.options]
    return np.array([yes - no for yes, no in answers])


def pairwise(model: ChatModel, case: TasteCase) -> Floats:
    """How clearly each option wins its duels with its two neighbours in a ring, in log-odds.

    Each duel is fought twice, with the options in either order, so that a liking for the first
    place cancels out.
    """
    n = len(case.options)
    start = f"A viewer liked these videos: {'; '.join(case.liked)}.\nWhich one next?\n"
    lead = np.zeros(n)
    for i, j in ((i, (i + 1) % n) for i in range(n)):
        for one, two in ((i, j), (j, i)):
            context = f"{start}1. {case.options[one]}\n2. {case.options[two]}\nAnswer:"
            first, second = model.score(context, [" 1", " 2"])
            lead[[one, two]] += first - second, second - first
    return lead


def cosine(model: ChatModel, case: TasteCase) -> Floats:
    """Cosine of each option's vector with the mean vector of those liked."""
    return cosines(model.embed(case.liked), model.embed(case.options))


def cosines(liked: Floats, options: Floats) -> Floats:
    """float[n]: cosine of each row of ``options`` with the mean of the unit rows of ``liked``."""
    mean = _unit(liked).mean(axis=0, keepdims=True)
    return (_unit(options) @ _unit(mean).T)[:, 0]


def _unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, length, out=np.zeros_like(vectors, dtype=float), where=length > 0)


def _spaced(titles: Sequence[str]) -> list[str]:
    return [f" {readable(title)}" for title in titles]


def readable(text: str) -> str:
    """A text whose likelihood a small model can be asked for.

    Characters that such a model has only in pieces (emoji, Chinese, many accents) can't be forced
    upon it one by one, and asking makes it fail: accents go, and what has no Latin form becomes a
    question mark.  Without this, one such title silences the model about the whole page.
    """
    folded = unicodedata.normalize("NFKD", text).translate(_TYPOGRAPHY)
    kept = (c if c.isascii() else "?" for c in folded if unicodedata.category(c) not in _UNSEEN)
    return " ".join(re.sub(r"\?{2,}", "?", "".join(kept)).replace("<|", "< |").split())


_UNSEEN = {"Mn", "Cf", "Co", "Cn", "Cs"}  # accents and what nobody sees
_TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


# --- how well a way does ------------------------------------------------------------------------

WAYS: Mapping[str, Way] = {
    "letter": letter,
    "JSON by a schema": json_choice,
    "yes or no, ranked": yes_no,
    "pairwise": pairwise,
    "likelihood": likelihood,
    "PMI": pmi,
    "PMI both ways": pmi_both,
}


@dataclass(frozen=True)
class Result:
    """scores: float[N, n], of ``N`` cases.  right: int[N].  failed: cases without an answer."""

    name: str
    scores: Floats
    right: np.ndarray
    failed: int = 0

    @property
    def chosen_right(self) -> Floats:
        """float[N]: 1 where the right option has the highest score, shared among equals."""
        best = self.scores == self.scores.max(axis=1, keepdims=True)
        return best[np.arange(len(self.right)), self.right] / best.sum(axis=1)

    @property
    def duels_won(self) -> Floats:
        """float[N]: share of wrong options below the right one, ties half: the AUC of a case."""
        own = np.take_along_axis(self.scores, self.right[:, None], axis=1)
        below, equal = (self.scores < own).sum(axis=1), (self.scores == own).sum(axis=1) - 1
        return (below + equal / 2) / (self.scores.shape[1] - 1)

    @property
    def accuracy(self) -> tuple[float, float]:
        """Share of cases chosen right, and half the width of its 95 % interval."""
        return share(self.chosen_right)

    @property
    def auc(self) -> tuple[float, float]:
        """Mean share of duels won, and half the width of its 95 % interval."""
        return share(self.duels_won)

    def __str__(self) -> str:
        (mean, half), (auc, auc_half) = self.accuracy, self.auc
        return f"{self.name:24} {mean:.2f} ± {half:.2f}   {auc:.2f} ± {auc_half:.2f}"


def share(values: Floats) -> tuple[float, float]:
    """Mean, and 1.96 standard errors of it."""
    values = np.asarray(values, dtype=float)
    return float(values.mean()), float(1.96 * values.std(ddof=1) / np.sqrt(len(values)))


def try_way(name: str, way: Way, model: ChatModel, cases: Sequence[TasteCase]) -> Result:
    """Ask about every case.  A case that the model fails at counts as no preference at all."""
    scores, failed = [], 0
    for case in cases:
        try:
            scores.append(way(model, case))
        except ModelError:
            scores.append(np.zeros(len(case.options)))
            failed += 1
    if failed == len(cases):
        raise ModelError(f"{model.name} answered none of {failed} cases asked by {name}")
    return Result(name, np.array(scores), np.array([case.right for case in cases]), failed)
