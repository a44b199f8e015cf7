"""Whom to ask?  By the likelihood of each specialist's card after the situation in words.

A small model cannot be asked for a plan, but it can say how likely a text is.  Each specialist has
a card, what it plays and for whom; the model reads the situation and scores the cards.  Some cards
are likelier than others whatever was read before them, so each is compared with itself after
ordinary situations (contextual calibration: Zhao et al. 2021, arXiv 2102.09690).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import BaseModel

from mavrs_course.llm.conducting.situations import ordinary
from mavrs_course.llm.deciding.ladder import RULE, ask
from mavrs_course.llm.models.chat import ChatModel, ModelError
from mavrs_course.messages import Bools, Floats, Trace

LEAD = " So we play"
CARDS: Mapping[str, str] = {
    "popularity": "popular videos, because the viewer is a stranger.",
    "interest": "the old favourites, because the viewer is an old friend.",
    "listener": "what was wished for, because the viewer has a wish.",
    "novelty": "something different, because the viewer is bored.",
    "editor": "films for children, because the viewer is a child.",
    "news": "the latest news, because there is big news.",
}


def card_of(name: str, cards: Mapping[str, str] = CARDS) -> str:
    """The card of an agent; one without a card is told by its name alone."""
    return cards.get(name, f"what {name} says.")


def trust(
    model: ChatModel,
    situations: Sequence[str],
    cards: Sequence[str],
    *,
    anchors: Sequence[str] | None = None,
    lead: str = LEAD,
) -> Floats:
    """How much each situation speaks for each card, in nats: float[S, n].

    ``log p(card | situation)`` minus its mean over the situations ``anchors``, by default those of
    an ordinary day.  Raises ModelError where the model cannot be asked, or answers with anything
    but a finite number for each card.
    """
    anchors = ordinary() if anchors is None else anchors
    texts = [f" {card}" for card in cards]
    usual = np.mean([_scored(model, told + lead, texts) for told in anchors], axis=0)
    return np.array([_scored(model, told + lead, texts) for told in situations]) - usual


def _scored(model: ChatModel, context: str, texts: list[str]) -> Floats:
    try:
        scores = np.asarray(model.score(context, texts), dtype=float)
    except (TypeError, ValueError) as error:
        raise ModelError(f"{model.name} gave no numbers: {error}") from error
    if scores.shape != (len(texts),) or not np.isfinite(scores).all():
        raise ModelError(f"{model.name} gave no likelihood for each card")
    return scores


def most_trusted(trusted: Floats, most: int) -> Bools:
    """The ``most`` agents of the largest trust on each page: bool[B, n], the earlier of equals."""
    place = np.argsort(np.argsort(-trusted, axis=1, kind="stable"), axis=1, kind="stable")
    return place < most


class Plan(BaseModel):
    """What a model that can chat answers: whom to ask, the most trusted first."""

    ask: list[str]


def trust_by_chat(
    model: ChatModel,
    situation: str,
    cards: Mapping[str, str],
    *,
    trace: Trace | None = None,
    deadline: float = 30.0,
) -> Floats:
    """For a model that can do more: the plan as JSON, through the ladder; float[n], 0 or less.

    cards: by the agents' names.  The first in the plan gets 0, the next -1 and so on; who is not in
    it -n.  Raises ModelError where the ladder ends at its rule, or the plan names nobody.
    """
    listed = "\n".join(f"- {name}: {card}" for name, card in cards.items())
    system = "You choose which specialists to ask. Answer with JSON: the names, best first."
    talk = [
        {"role": "system", "content": f"{system}\nSpecialists:\n{listed}"},
        {"role": "user", "content": situation},
    ]
    answer = ask(
        model, talk, Plan, lambda: Plan(ask=[]), trace=trace, asker="conductor", deadline=deadline
    )
    names = list(dict.fromkeys(name for name in answer.data.ask if name in cards))
    if answer.rung == RULE or not names:
        raise ModelError(answer.why or f"{model.name} named no specialist")
    trusted = np.full(len(cards), -float(len(cards)))
    for place, name in enumerate(names):
        trusted[list(cards).index(name)] = -float(place)
    return trusted
