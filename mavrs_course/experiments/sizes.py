"""Lesson 29: the cases of lessons 16 and 17, asked of three models of 135 to 1,500 million weights.

Every model meets the same cases.  How many they are was fixed from the time of one case, so that
all of it costs about eight minutes of one core.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import process_time
from typing import Any

import numpy as np

from mavrs_course.course.experiment import Experiment
from mavrs_course.llm.deciding import cases as taste
from mavrs_course.llm.deciding.agent import NEUTRAL
from mavrs_course.llm.macrec import language
from mavrs_course.llm.macrec.cases import REAL, Cases, make_cases
from mavrs_course.llm.macrec.records import Records
from mavrs_course.llm.models.chat import ChatModel
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.weights import path_of
from mavrs_course.messages import Floats
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.logs import load

MODELS = ("smollm2-135m", "gemma3-270m", "qwen2.5-coder-1.5b")
VIDEOS, TASTES, FILMS = 2_000, 4, 2  # cases of lesson 16 and of lesson 17, a seed


def prior(model: ChatModel, case: taste.TasteCase) -> Floats:
    """Log-likelihood of each title when nothing is liked yet."""
    return model.score(NEUTRAL, [f" {taste.readable(title)}" for title in case.options])


TASTE = {
    "letter": taste.letter,
    "yes or no": taste.yes_no,
    "likelihood": taste.likelihood,
    "prior": prior,
}


def sizes(seed: int) -> dict[str, Any]:
    """What each of M models says of the seed's cases, N of lesson 16 and F of lesson 17.

    taste: float[M, N, 4, 4], scores by :data:`TASTE` of options, of which ``taste_right`` int[N] is
    right.  cpu: float[M, 4], seconds a case by :data:`TASTE`.  films: float[M, F, 2, 8],
    log-likelihoods after the viewer's last films and before any; ``ItemKNN`` float[F, 8] beside it;
    ``film_right`` int[F].
    """
    rng = np.random.default_rng(seed)
    asked = taste.taste_cases(Catalog.sample(VIDEOS, rng), TASTES, rng)
    films = make_cases(load(REAL), FILMS, seed)
    records = Records(films.train)
    said = [_answers(EmbeddedModel(path_of(name)), asked, films, records) for name in MODELS]
    pairs = zip(films.viewers, films.candidates, strict=True)
    return {name: np.array([one[name] for one in said]) for name in said[0]} | {
        "taste_right": np.array([case.right for case in asked]),
        "film_right": np.equal(films.candidates, films.positives[:, None]).argmax(axis=1),
        "ItemKNN": np.array([records.alike(viewer, eight) for viewer, eight in pairs]),
    }


def _answers(
    model: ChatModel, asked: Sequence[taste.TasteCase], films: Cases, records: Records
) -> dict[str, Any]:
    model.score("A", [" b"])  # loads it
    told, seconds = [], np.zeros(len(TASTE))
    for case in asked:
        told.append([])
        for number, way in enumerate(TASTE.values()):
            started = process_time()
            told[-1].append(way(model, case))
            seconds[number] += process_time() - started
    found = []
    for viewer, eight in zip(films.viewers, films.candidates, strict=True):
        seen = records.history(viewer)[-language.RECENT :].tolist()
        after = language.likelihood(model, records, seen, eight)
        found.append([after, language.prior(model, records, eight)])
    return {"taste": told, "cpu": seconds / len(asked), "films": found}


EXPERIMENTS = [
    Experiment(
        name="sizes",
        title="The cases of lessons 16 and 17, asked of models of three sizes.",
        run=sizes,
        seeds=(0, 1, 2),
    )
]
