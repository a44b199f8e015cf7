"""A generative viewer: page after page she watches, rates, feels, and goes on or leaves.

What is hers and what is ours, so that nobody mistakes one for the other:

=============  ==================================================================================
what           decided by
=============  ==================================================================================
watch          the language model's likelihoods, calibrated, and her own chance
rating         the film's mean, moved by the model's PMI as far as her conformity lets her
feel, exit     rules from ratings, activity and diversity (:mod:`.memory`)
interview      a score by rule; words by the model, checked (:mod:`.interview`)
=============  ==================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from mavrs_course.llm.agent4rec.memory import EmotionalMemory, FactualMemory, Seen
from mavrs_course.llm.agent4rec.mind import KIND, Calibration, Likelihoods, features
from mavrs_course.llm.agent4rec.people import People, drawn_uniform
from mavrs_course.messages import Bools, Floats, Ints

PAGE, PAGES = 4, 10


@dataclass(frozen=True, eq=False)
class Person:
    """One viewer, ready to be played; every array has one entry a film of the catalogue.

    chance: float[F], P(watches it when it is shown); NaN for films that she was not asked about.
    stars: int[F], what she would give.  luck: float[F] in [0, 1); she watches where luck < chance.
    genres: float[F, G].  activity, diversity: tiers.
    """

    chance: Floats
    stars: Ints
    luck: Floats
    genres: Floats
    activity: int
    diversity: int

    @property
    def watches(self) -> Bools:
        """bool[F]: what she would watch if it were shown."""
        return self.luck < np.nan_to_num(self.chance)


def persons(
    people: People, minds: Likelihoods, calibration: Calibration, seed: int = 0
) -> list[Person]:
    """All played viewers.  ``minds`` has a row for each of ``people``."""
    films, goes_by = people.logs.n_videos, features(people, minds)
    chances, strays = calibration(goes_by), people.traits.conformity[people.viewers]
    made = []
    for person in range(len(people)):
        pool, chance = people.pools[person], np.full(films, np.nan)
        chance[pool] = chances[person]
        stars = np.zeros(films, dtype=np.int64)
        stars[pool] = rate(people.quality[pool], goes_by[person, :, KIND], strays[person])
        made.append(
            Person(
                chance,
                stars,
                drawn_uniform(people, person, seed),
                people.genres,
                int(people.tiers["activity"][person]),
                int(people.tiers["diversity"][person]),
            )
        )
    return made


def rate(quality: Floats, taste: Floats, conformity: float) -> Ints:
    """Stars from 1 to 5: ``round(R_i + sqrt(conformity) * taste)``.

    taste: float[n], the PMI of each film in deviations of her pool.  Conformity is her mean
    squared distance from the mean rating, so its root is how far she strays.  By construction her
    ratings spread as the real viewer's do; whether they stray the same way is the model's part.
    """
    stars = quality + np.sqrt(np.nan_to_num(conformity)) * taste
    return np.clip(np.floor(stars + 0.5), 1, 5).astype(np.int64)


@dataclass(frozen=True)
class Page:
    """One page, and how it left her.

    films: as shown.  ratings: stars, None for what she did not watch.  exit_chance: how likely she
    was to leave after it; left: whether she did.
    """

    films: tuple[int, ...]
    ratings: tuple[int | None, ...]
    feeling: float
    satisfaction: float
    fatigue: float
    exit_chance: float
    left: bool


@dataclass
class Visit:
    """One viewer's visit, and what she remembers of it.

    tired_out: she left of herself; False where pages ran out before she did.
    """

    pages: list[Page] = field(default_factory=list)
    facts: FactualMemory = field(default_factory=FactualMemory)

    @property
    def tired_out(self) -> bool:
        return bool(self.pages) and self.pages[-1].left

    @property
    def watched_share(self) -> float:
        """Films watched of films shown."""
        return len(self.facts.watched) / len(self.facts.seen)

    @property
    def liked(self) -> int:
        """How many films she gave four stars or five."""
        return sum(seen.rating >= 4 for seen in self.facts.watched)

    @property
    def satisfaction(self) -> float:
        return self.pages[-1].satisfaction

    @property
    def score(self) -> int:
        """What she says when asked for a number from 1 to 10: her satisfaction, by rule."""
        return int(np.clip(round(1 + 4.5 * (1 + self.satisfaction)), 1, 10))


def visit(
    person: Person, pages: Iterable[Sequence[int]], rng: np.random.Generator, most: int = PAGES
) -> Visit:
    """Show her one page after another until she leaves or ``most`` pages are through.

    rng: draws whether she leaves, one number a page.
    """
    feelings = EmotionalMemory(person.activity, person.diversity)
    done, met = Visit(), np.zeros(person.genres.shape[1], dtype=bool)
    watches = person.watches
    for number, films in enumerate(pages):
        if number >= most:
            break
        films = [int(film) for film in films]
        ratings = [int(person.stars[film]) if watches[film] else None for film in films]
        for film, rating in zip(films, ratings, strict=True):
            done.facts.add(Seen(number, film, rating))
        here = person.genres[films].max(axis=0) > 0
        same = (here & met).sum() / max(here.sum(), 1)
        met |= here
        feeling = feelings.after_page([r for r in ratings if r is not None], float(same))
        left = bool(rng.random() < feelings.exit_chance)
        done.pages.append(
            Page(tuple(films), tuple(ratings), feeling, feelings.satisfaction, feelings.fatigue,
                 feelings.exit_chance, left)
        )  # fmt: skip
        if left:
            break
    return done


def pages_by(scores: Floats, pool: Ints, size: int = PAGE) -> list[Ints]:
    """A pool in the order of a recommender's scores, cut into pages.

    scores: float[F].  Equal scores keep the order of the catalogue; an incomplete page is dropped.
    """
    order = np.sort(pool)[np.argsort(-scores[np.sort(pool)], kind="stable")]
    return [order[start : start + size] for start in range(0, len(order) - size + 1, size)]
