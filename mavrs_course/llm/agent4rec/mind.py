"""What a language model makes of a viewer's pool: likelihoods, and what they are worth.

For each film of her pool there are two numbers, in nats.  The **prior** is the log-likelihood of
its title after neutral words, whoever she is.  The **PMI** is by how much the kinds of film that
she likes change the likelihood of this film's kind (``llm.deciding.agent.pmi``).  As in the
paper, a page also shows the film's mean rating.  What each of the three is worth is not for us to
guess: a logistic regression on other viewers says so.

Titles are not judged by taste, as a model of 135 million parameters has hardly heard of any film:
the lesson measures it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.llm.agent4rec.people import People
from mavrs_course.llm.agent4rec.taste import neutral_words, taste_words, title_words
from mavrs_course.llm.deciding.agent import pmi
from mavrs_course.llm.models.chat import ChatModel, ModelError
from mavrs_course.messages import Bools, Floats, Ints
from mavrs_course.progress import progress

FEATURES = ("title", "kind", "rating shown")
TITLE, KIND, SHOWN = range(3)


@dataclass(frozen=True, eq=False)
class Likelihoods:
    """prior, pmi: float[N, P], in nats, for the films of ``people.pools``.

    by_rule: bool[N], whose numbers no model gave: it could not be asked, and a rule stood in
    (:func:`by_rule`).
    """

    prior: Floats
    pmi: Floats
    by_rule: Bools


def features(people: People, minds: Likelihoods) -> Floats:
    """What a viewer goes by, in the order of :data:`FEATURES`: float[N, P, 3].

    Each is stretched to mean 0 and deviation 1 in each pool, which needs no labels.
    """
    shown = people.quality[people.pools]
    return np.stack([stretched(part) for part in (minds.prior, minds.pmi, shown)], axis=-1)


def likelihoods(
    model: ChatModel,
    people: People,
    persons: Sequence[int] | None = None,
) -> Likelihoods:
    """Ask a model about the pools of all played viewers, or of those named."""
    persons = range(len(people)) if persons is None else persons
    rows = [_asked(model, people, person) for person in progress(persons, "viewers")]
    prior, pmi, ruled = zip(*rows, strict=True)
    return Likelihoods(np.array(prior), np.array(pmi), np.array(ruled))


def _asked(model: ChatModel, people: People, person: int) -> tuple[Floats, Floats, bool]:
    films = people.pools[person]
    try:
        titles = [f" {people.titles[film]}" for film in films]
        prior = model.score(title_words(people.noun), titles)
        return prior, kind_pmi(model, people, person), False
    except ModelError:
        return *by_rule(people, person), True


def kind_pmi(model: ChatModel, people: People, person: int) -> Floats:
    """PMI of the kind of each film in her pool with the kinds that she liked: float[P], in nats."""
    kinds = [f" {people.kinds[film]};" for film in people.pools[person]]
    different = sorted(set(kinds))  # films of one kind are one question
    known = taste_words([people.kinds[film] for film in people.favourites(person)], people.noun)
    scores = pmi(model, known, different, neutral_words(people.noun))
    of_kind = dict(zip(different, scores, strict=True))
    return np.array([of_kind[kind] for kind in kinds])


def by_rule(people: People, person: int) -> tuple[Floats, Floats]:
    """In place of a model: log popularity, and the genres shared with her favourites."""
    films = people.pools[person]
    liked = people.genres[people.favourites(person)].sum(axis=0)
    shared = people.genres[films] @ liked / np.maximum(people.genres[films].sum(axis=1), 1.0)
    return np.log1p(people.popularity[films]), shared


def stretched(values: Floats) -> Floats:
    """Mean 0 and deviation 1 in each row; zeros where a row does not vary."""
    values = values - values.mean(axis=1, keepdims=True)
    spread = values.std(axis=1, keepdims=True)
    return np.divide(values, spread, out=np.zeros_like(values), where=spread > 0)


@dataclass(frozen=True)
class Calibration:
    """``P(hers) = sigmoid(bias + weights . features)``, where hers and others are equally many."""

    bias: float
    weights: tuple[float, ...]

    def __call__(self, features: Floats) -> Floats:
        """float[..., d] -> float[...], probabilities."""
        return 1.0 / (1.0 + np.exp(-(self.bias + features @ np.array(self.weights))))


def calibrate(features: Floats, own: Bools, penalty: float = 1.0) -> Calibration:
    """Logistic regression, own films and others with the same weight in all, by Newton's method.

    features: float[n, d].  own: bool[n].  The penalty on the squared weights keeps them finite
    where a feature tells the two apart without fault.
    """
    features, own = np.asarray(features, float), np.asarray(own, bool)
    if own.all() or not own.any():
        raise ValueError("calibration needs own films and others, not one of them alone")
    design = np.column_stack([np.ones(len(own)), features])
    share = np.where(own, 0.5 / own.mean(), 0.5 / (1.0 - own.mean()))
    ridge = penalty * np.diag([0.0] + [1.0] * features.shape[1])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-design @ weights))
        slope = design.T @ (share * (own - chance)) - ridge @ weights
        curve = (design * (share * chance * (1 - chance))[:, None]).T @ design + ridge
        step = np.linalg.solve(curve, slope)
        weights += step
        if abs(step).max() < 1e-10:
            break
    return Calibration(float(weights[0]), tuple(float(w) for w in weights[1:]))


def cross_fitted(features: Floats, own: Bools, folds: int = 5) -> Floats:
    """``P(hers)`` of each film, calibrated on viewers of other folds: float[N, P].

    features: float[N, P, d].  Viewer n is in fold ``n % folds``, so nobody is judged by a
    calibration that has seen what she watched.
    """
    fold: Ints = np.arange(len(features)) % folds
    chances = np.empty(own.shape)
    for number in range(folds):
        others = fold != number
        fit = calibrate(features[others].reshape(-1, features.shape[2]), own[others].ravel())
        chances[fold == number] = fit(features[fold == number])
    return chances
