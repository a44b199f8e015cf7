"""What the small model is asked: likelihoods that decide, and free text that is judged.

The titles of the last few films stand in one line, as a list that goes on; a candidate's evidence
is how much likelier its title becomes after that list (PMI, lesson 16).  A title is the text of a
stranger: it is scored, and never obeyed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import BaseModel, Field, create_model, field_validator

from mavrs_course.llm.deciding.ladder import RULE, Answer, ask
from mavrs_course.llm.macrec.answers import read_ranking
from mavrs_course.llm.macrec.records import Records
from mavrs_course.llm.models.chat import Ask, ChatModel, Reply, Said
from mavrs_course.messages import Floats, Trace

RECENT = 5  # films that a prompt names: reading costs time
STARS = np.arange(1.0, 6.0)
WORDS = 70  # tokens of an explanation


def list_of(records: Records, videos: Sequence[int]) -> str:
    """``Related film titles: a; b; c;``, a list that a title may continue."""
    named = "".join(f" {records.titles[video]};" for video in videos)
    return f"Related {records.noun} titles:{named}"


def _continuations(records: Records, videos: Sequence[int]) -> list[str]:
    return [f" {records.titles[video]};" for video in videos]


def prior(model: ChatModel, records: Records, videos: Sequence[int]) -> Floats:
    """Log-likelihood of each title in a list that says nothing yet: float[n]."""
    return model.score(list_of(records, ()), _continuations(records, videos))


def likelihood(
    model: ChatModel, records: Records, watched: Sequence[int], videos: Sequence[int]
) -> Floats:
    """Log-likelihood of each title after the titles of ``watched``: float[n]."""
    return model.score(list_of(records, watched), _continuations(records, videos))


def title_pmi(
    model: ChatModel, records: Records, watched: Sequence[int], videos: Sequence[int]
) -> Floats:
    """How much likelier each title becomes after the watched ones, in nats: float[n]."""
    return likelihood(model, records, watched, videos) - prior(model, records, videos)


def expected_stars(model: ChatModel, records: Records, viewer: int, video: int) -> float:
    """The mean of the stars 1 to 5 under the model, after the viewer's last ratings."""
    watched = records.history(viewer)[-RECENT:]
    rated = "".join(f" {records.titles[v]}: {records.stars(viewer, v):g};" for v in watched)
    context = f"Stars out of 5:{rated} {records.titles[video]}:"
    scores = model.score(context, [f" {stars:g};" for stars in STARS])
    chances = np.exp(scores - scores.max())
    return float(STARS @ chances / chances.sum())


def explanation_prompt(
    records: Records, viewer: int, video: int, facts: Sequence[str] = ()
) -> list[Said]:
    """Ask for two sentences; with ``facts``, ask to say nothing else."""
    watched = []
    for seen in records.history(viewer)[-RECENT:]:
        stars = records.stars(viewer, seen)
        watched.append(records.titles[seen] + ("" if stars is None else f" ({stars:g} stars)"))
    told = f"The viewer watched: {'; '.join(watched)}."
    named = f"its genre and one {records.noun} that the viewer watched"
    if records.rated:
        named = f"its genre, one {records.noun} that the viewer watched and the stars it got"
    asked = f"Tell the viewer in two sentences why we recommend {records.titles[video]}."
    asked = f"{asked} Name {named}."
    if facts:
        told = f"Facts: {' '.join(facts)}"
        asked = "Write these facts, and nothing else, to the viewer in two friendly sentences."
    return [{"role": "user", "content": f"{told} {asked}"}]


def free_text(
    model: ChatModel, records: Records, viewer: int, video: int, facts: Sequence[str] = ()
) -> Reply:
    """An explanation in the model's own words; nobody has checked it yet."""
    return model.chat(explanation_prompt(records, viewer, video, facts), Ask(max_tokens=WORDS))


def ranking_form(candidates: Sequence[int]) -> type[BaseModel]:
    """The form of a written ranking: numbers of candidates, each once, checked without a label."""
    known = tuple(int(candidate) for candidate in candidates)

    def check(cls, value):
        return read_ranking(value, known)

    return create_model(
        "Ranking",
        ranking=(list[Literal[known]], Field(min_length=len(known), max_length=len(known))),
        __validators__={"valid": field_validator("ranking", mode="after")(check)},
    )


def written_ranking(
    model: ChatModel,
    records: Records,
    watched: Sequence[int],
    videos: Sequence[int],
    *,
    tries: int = 2,
    trace: Trace | None = None,
) -> tuple[list[int] | None, Answer]:
    """A ranking as MACRec asks for it: the model writes the numbers of the candidates as JSON.

    They are numbered from 1, and the grammar lets the model write nothing but these numbers.  None
    where what it wrote was still no ranking after ``tries``; and how far down the ladder it got.
    """
    numbers = list(range(1, len(videos) + 1))
    listed = " ".join(f"{n}: {records.titles[v]}." for n, v in zip(numbers, videos, strict=True))
    seen = "; ".join(records.titles[video] for video in watched)
    content = (
        f"A viewer watched: {seen}.\nCandidates: {listed}\nRank all {len(videos)} candidates by "
        f'how likely the viewer watches them next, as JSON: {{"ranking": [numbers]}}'
    )
    form = ranking_form(numbers)
    answer = ask(
        model, [{"role": "user", "content": content}], form, lambda: form(ranking=numbers),
        trace=trace, asker="manager", tries=tries, max_tokens=64,
    )  # fmt: skip
    if answer.rung == RULE:
        return None, answer
    return [int(videos[number - 1]) for number in answer.data.ranking], answer
