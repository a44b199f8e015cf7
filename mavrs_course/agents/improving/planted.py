"""A platform whose recommender has planted defects, so that finding them can be counted.

Four agents speak about the candidates of a page: *taste*, *fresh*, *crowd* and *words*.  Settings
say how much each weighs, how fast taste forgets, whose opinion is asked, and with which prompt a
language agent is asked.  A defect is a bad setting in one slice of the pages.  Nobody who improves
the recommender sees the list; whoever judges the improver does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.agents.improving.patches import Grammar, Patch, Where
from mavrs_course.messages import Bools, Floats, Ints

KINDS = (4, 4, 3)  # values of device, hour and viewer
LONGEST = 10.0  # minutes
CANDIDATES = 4
EXPLORED = 0.2  # of the pages show a candidate by lot
AGENTS = ("taste", "fresh", "crowd", "words")
HALF_LIVES = (7.0, 1.0, 50.0)
PROMPTS = {"history": 0.4, "plain": 1.0, "essay": 4.0}  # error of what the model then says

GRAMMAR = Grammar(
    {
        "device": ("phone", "tablet", "tv", "laptop"),
        "hour": ("morning", "noon", "evening", "night"),
        "viewer": ("new", "regular", "family"),
    },
    {
        "weight of taste": (1.0, 0.0, 0.5, 2.0),
        "weight of fresh": (0.5, 0.0, 1.0, 2.0),
        "weight of crowd": (0.25, 0.0, 1.0, 2.0),
        "weight of words": (1.0, 0.0, 0.5, 2.0),
        "half-life": HALF_LIVES,
        "asked": ("all", *AGENTS),
        "prompt": tuple(PROMPTS),
    },
)
DEFECTS: tuple[tuple[str, float | str], ...] = (
    ("weight of taste", 0.0),
    ("weight of fresh", 2.0),
    ("weight of crowd", 2.0),
    ("half-life", 50.0),
    ("half-life", 1.0),
    ("asked", "crowd"),
    ("asked", "fresh"),
    ("prompt", "essay"),
)


@dataclass(frozen=True)
class Pages:
    """kind: int[N, 3], the values of the attributes.  allowed: bool[N, C], what may be shown.

    opinions: for each agent float[N, C, variants], one for each way in which it can be set.
    chance: float[N, C], of a click.  minutes: float[N, C], expected of a show.
    """

    kind: Ints
    allowed: Bools
    opinions: dict[str, Floats]
    chance: Floats
    minutes: Floats

    def __len__(self) -> int:
        return len(self.kind)

    def only(self, rows: Bools | Ints) -> Pages:
        """Some of the pages."""
        opinions = {name: said[rows] for name, said in self.opinions.items()}
        return Pages(
            self.kind[rows], self.allowed[rows], opinions, self.chance[rows], self.minutes[rows]
        )


@dataclass(frozen=True)
class PageLog:
    """What was shown on pages, with which probability, and what came of it: [N] each.

    explored: where the lot chose.
    """

    pages: Pages
    chosen: Ints
    chance: Floats
    explored: Bools
    clicked: Bools
    minutes: Floats

    def only(self, rows: Bools | Ints) -> PageLog:
        """Some of its pages."""
        parts = {name: part[rows] for name, part in vars(self).items() if name != "pages"}
        return PageLog(self.pages.only(rows), **parts)


class PlantedPlatform:
    """``defects`` bad settings in slices that do not overlap.

    opening: what the recommender starts with, and ``defects`` the same, for the judge alone.
    """

    grammar = GRAMMAR

    def __init__(self, rng: np.random.Generator, defects: int = 5) -> None:
        self.usual = rng.normal(0, 0.3, KINDS)  # how easily pages of a kind are clicked
        self.defects = _planted(rng, defects)
        self.opening = self.defects
        self.sample = self.pages(30_000, rng)  # what worth is measured on

    def pages(self, count: int, rng: np.random.Generator, where: Where = ()) -> Pages:
        """New pages of a slice, their candidates and what the agents say of them."""
        kind = rng.integers(0, KINDS, (count, 3))
        for name, value in where:
            column = list(self.grammar.attributes).index(name)
            kind[:, column] = list(self.grammar.attributes[name]).index(value)
        shape = (count, CANDIDATES)
        taste, fresh, crowd, words = rng.normal(size=(4, *shape))
        bait = rng.normal(size=shape)  # is clicked, and then left
        error = rng.normal(size=(2, *shape, 1))
        late = np.array([tracking_error(half_life) for half_life in HALF_LIVES])
        opinions = {
            "taste": taste[..., None] + error[0] * late,
            "fresh": fresh[..., None],
            "crowd": (crowd + 1.5 * bait)[..., None],
            "words": words[..., None] + error[1] * np.array(list(PROMPTS.values())),
        }
        pull = taste + 0.5 * fresh + 0.5 * crowd + 0.5 * words + 1.0 * bait
        chance = _sigmoid(pull - 0.7 + self.usual[tuple(kind.T)][:, None])
        stays = _sigmoid(0.3 + 0.6 * (taste + words) - 1.2 * bait)
        allowed = rng.random(shape) < 0.85
        allowed[np.arange(count), rng.integers(0, CANDIDATES, count)] = True
        return Pages(kind, allowed, opinions, chance, LONGEST * chance * stays)

    def policy(self, settings: Sequence[Patch], pages: Pages, explored: float = EXPLORED) -> Floats:
        """With which probability each candidate is shown: float[N, C].

        What is not allowed has probability 0, whatever the settings say.
        """
        scores = self._scores(settings, pages)
        scores = np.where(pages.allowed, scores, -np.inf)
        share = np.exp(2 * (scores - scores.max(axis=1, keepdims=True)))
        share /= share.sum(axis=1, keepdims=True)
        return explored * self._lot(pages) + (1 - explored) * share

    def show(self, settings: Sequence[Patch], pages: Pages, rng: np.random.Generator) -> PageLog:
        """Show one video a page, and see."""
        best, lot = self.policy(settings, pages, 0.0), self._lot(pages)
        explored = rng.random(len(pages)) < EXPLORED
        chosen = _drawn(np.where(explored[:, None], lot, best), rng)
        at = np.arange(len(pages)), chosen
        clicked = rng.random(len(pages)) < pages.chance[at]
        stays = pages.minutes[at] / pages.chance[at] / LONGEST
        share = rng.beta(4 * stays, 4 * (1 - stays))
        chance = EXPLORED * lot[at] + (1 - EXPLORED) * best[at]
        return PageLog(pages, chosen, chance, explored, clicked, LONGEST * share * clicked)

    def worth(
        self, settings: Sequence[Patch], of: str = "minutes", pages: Pages | None = None
    ) -> float:
        """Expected ``minutes`` of a page, or its ``chance`` of a click; only a judge knows it."""
        pages = self.sample if pages is None else pages
        return float((self.policy(settings, pages) * getattr(pages, of)).sum(axis=1).mean())

    def gain(self, new: Sequence[Patch], old: Sequence[Patch], where: Where = ()) -> float:
        """What ``new`` settings truly earn over ``old`` ones, in minutes a page of a slice."""
        pages = self.sample.only(self.grammar.inside(where, self.sample.kind))
        return self.worth(new, pages=pages) - self.worth(old, pages=pages)

    def _scores(self, settings: Sequence[Patch], pages: Pages) -> Floats:
        chosen = self.grammar.choices(settings, pages.kind)
        parts = self.grammar.parts
        asked = chosen["asked"]
        scores = np.zeros(pages.allowed.shape)
        for number, name in enumerate(AGENTS):
            said = pages.opinions[name]
            way = {"taste": "half-life", "words": "prompt"}.get(name)
            if way is None:
                said = said[..., 0]
            else:
                said = np.take_along_axis(said, chosen[way][:, None, None], axis=2)[..., 0]
            part = f"weight of {name}"
            weight = np.array(parts[part], dtype=float)[chosen[part]]
            heard = (asked == 0) | (asked == number + 1)
            scores += (weight * heard)[:, None] * said
        return scores

    @staticmethod
    def _lot(pages: Pages) -> Floats:
        return pages.allowed / pages.allowed.sum(axis=1, keepdims=True)


def tracking_error(half_life: float, drift: float = 0.09, noise: float = 9.0) -> float:
    """Standard deviation of what an agent with this half-life takes a drifting taste for.

    half_life in pages.  Taste walks with variance ``drift`` a page and a page tells it with
    variance ``noise``; an average that forgets with gain ``k`` is then off by ``V``, which solves
    ``V = (1 - k)^2 (V + drift) + k^2 noise``.
    """
    k = 1 - 0.5 ** (1 / half_life)
    variance = ((1 - k) ** 2 * drift + k**2 * noise) / (1 - (1 - k) ** 2)
    return float(np.sqrt(variance))


def _planted(rng: np.random.Generator, count: int) -> tuple[Patch, ...]:
    """Defects of different kinds in slices that share no page."""
    cells = np.argwhere(np.ones(KINDS))
    pairs = [where for where in GRAMMAR.slices() if len(where) == 2]
    for _ in range(1000):
        where = [pairs[n] for n in rng.choice(len(pairs), count, replace=False)]
        taken = sum(GRAMMAR.inside(place, cells).astype(int) for place in where)
        if count == 0 or np.max(taken) <= 1:
            kinds = rng.choice(len(DEFECTS), count, replace=False)
            return tuple(Patch(w, *DEFECTS[n]) for w, n in zip(where, kinds, strict=True))
    raise ValueError(f"there is no room for {count} defects that share no page")


def _drawn(chances: Floats, rng: np.random.Generator) -> Ints:
    """One number a row, with these probabilities: int[N]."""
    heights = chances.cumsum(axis=1)
    return (rng.random((len(chances), 1)) * heights[:, -1:] >= heights).sum(axis=1)


def _sigmoid(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))
