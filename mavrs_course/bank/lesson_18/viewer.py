"""18.3 A generative viewer.

35 minutes, difficulty 3, 6 points, L18.3
She watches, rates, remembers, feels and leaves. A model can now decide the chance.
"""

import copy

import numpy as np

from mavrs_course.course import Case


class Viewer:
    def __init__(self, chance, stars, luck, patience):
        self.chance, self.stars, self.luck, self.patience = chance, stars, luck, patience
        self.satisfaction, self.pages, self.memory = 0.0, 0, {}

    def see(self, page):
        ratings = [int(self.stars[f]) if self.luck[f] < self.chance[f] else None for f in page]
        self.memory.update(zip(page, ratings, strict=True))
        given = [stars for stars in ratings if stars is not None]
        feeling = np.mean([(stars - 3) / 2 for stars in given]) if given else -0.5
        self.satisfaction = 0.5 * self.satisfaction + 0.5 * feeling
        self.pages += 1
        return ratings

    def exit_chance(self):
        x = 3 * (self.pages / self.patience - 1) - 3 * self.satisfaction
        return 1 / (1 + np.exp(-x))


class ViewerOfLists:
    """Keeps pages and works everything out when it is asked."""

    def __init__(self, chance, stars, luck, patience):
        self.watches = np.asarray(luck) < np.asarray(chance)
        self.stars, self.patience = stars, patience
        self.feelings, self.memory = [], {}

    def see(self, page):
        ratings = []
        for film in page:
            ratings.append(int(self.stars[film]) if self.watches[film] else None)
            self.memory[film] = ratings[-1]
        total = [r for r in ratings if r is not None]
        self.feelings.append((sum(total) / len(total) - 3) / 2 if total else -0.5)
        return ratings

    @property
    def pages(self):
        return len(self.feelings)

    @property
    def satisfaction(self):
        weights = 0.5 ** np.arange(len(self.feelings), 0, -1)
        return float(np.dot(weights, self.feelings)) if self.feelings else 0.0

    def exit_chance(self):
        return 1 / (1 + np.exp(3 * self.satisfaction + 3 - 3 * self.pages / self.patience))


OTHERS = (ViewerOfLists,)


def cases(rng):
    sure = (np.array([1.0, 0.0, 1.0, 0.0]), np.array([5, 4, 1, 2]), np.full(4, 0.5))
    e = np.exp

    def some(films, patience, pages):
        return (
            rng.random(films), rng.integers(1, 6, films), rng.random(films), patience, pages,
        )  # fmt: skip

    return [
        Case("one page, she watches a five and skips a four", (*sure, 2.0, [[0, 1]]),
             ([([5, None], 0.5, 1 / (1 + e(3.0)))], {0: 5, 1: None})),
        Case("nothing to watch", (*sure, 1.0, [[1, 3]]),
             ([([None, None], -0.25, 1 / (1 + e(-0.75)))], {1: None, 3: None})),
        Case("a five and a one on two pages", (*sure, 2.0, [[0, 1], [2, 3]]),
             ([([5, None], 0.5, 1 / (1 + e(3.0))),
               ([1, None], -0.25, 1 / (1 + e(-0.75)))],
              {0: 5, 1: None, 2: 1, 3: None})),
        Case("a five, and then a page with nothing to watch", (*sure, 2.0, [[0], [1]]),
             ([([5], 0.5, 1 / (1 + e(3.0))), ([None], 0.0, 0.5)], {0: 5, 1: None})),
        Case("luck and chance are equal",
             (np.array([0.5]), np.array([4]), np.array([0.5]), 4.0, [[0]])),
        Case("a film that comes again",
             (np.array([1.0, 0.0]), np.array([4, 2]), np.array([0.1, 0.1]), 2.0,
              [[0, 1], [1, 0]])),
        Case("three pages of three", some(9, 3.0, [[0, 1, 2], [3, 4, 5], [6, 7, 8]])),
        Case("five pages of four, patient",
             some(20, 8.0, [list(range(start, start + 4)) for start in range(0, 20, 4)])),
        Case("no page yet", (*sure, 2.0, []), ([], {})),
    ]  # fmt: skip


def observe(answer, case):
    """What she rates and feels page by page, and remembers, after another one saw everything."""
    chance, stars, luck, patience, pages = copy.deepcopy(case.inputs)
    answer(chance, stars, 0 * luck, patience).see(list(range(len(stars))))
    viewer = answer(chance, stars, luck, patience)
    told = []
    for page in pages:
        ratings = viewer.see(page)
        told.append((list(ratings), float(viewer.satisfaction), float(viewer.exit_chance())))
    return told, dict(viewer.memory)


NAMES = ("chance", "stars", "luck", "patience", "pages")
HINTS = """
    In see, go through the page: the film's stars where luck[film] < chance[film], else None. Put
    film -> rating into self.memory, count the page, and return the list.

    feeling is the mean of (r - 3) / 2 over ratings that are not None, or -0.5 if there are none;
    satisfaction = 0.5 * satisfaction + 0.5 * feeling, from 0.

    Patience raises the chance of going as pages pass, satisfaction lowers it: x is three times
    pages / patience less 1, less three times satisfaction. The chance is the logistic function of
    x.
"""
MISTAKES = """
    watches_the_unlikely: self.luck[f] < => self.luck[f] >
      She watches what she should skip: she watches where luck < chance.
    above_one_half: self.luck[f] < => 0.5 <
      She watches wherever chance is above 1/2, and her luck does nothing. Then every viewer of
      one taste does the same each time: compare luck with chance.
    adds_feelings_up: 0.5 * self.satisfaction + 0.5 * feeling => self.satisfaction + feeling
      Satisfaction adds feelings up and grows without end. Half of the old one is kept, and half
      is the new feeling.
    forgets_at_once: 0.5 * self.satisfaction + 0.5 * feeling => feeling
      Satisfaction is the last page's feeling alone. Half of the old one is kept.
    skipped_is_zero_stars:
      | np.mean([(stars - 3) / 2 for stars in given]) if given else -0.5 =>
      |     np.mean([((stars or 0) - 3) / 2 for stars in ratings])
      A skipped film counts as 0 stars in your feeling. Only films that she watched are in the
      mean; what she skipped she has not seen.
    skipped_is_neutral:
      | np.mean([(stars - 3) / 2 for stars in given]) if given else -0.5 =>
      |     np.mean([((stars or 3) - 3) / 2 for stars in ratings])
      Skipped films count as 3 stars in your feeling. Leave them out of the mean.
    empty_page_leaves_her_cold: else -0.5 => else 0.0
      A page with nothing to watch has feeling 0 in yours. It is -0.5: she looked for something
      and found nothing.
    empty_page_is_left_out: self.satisfaction = => if given: self.satisfaction =
      A page with nothing to watch changes nothing in yours. Its feeling is -0.5, and the page
      counts.
    satisfied_viewers_leave: - 3 * self.satisfaction => + 3 * self.satisfaction
      In yours, satisfaction drives her away: it has the wrong sign in exit_chance.
    chance_to_stay: np.exp(-x) => np.exp(x)
      You return the chance that she stays: the sign in exp is the other way round.
    never_tired: 3 * (self.pages / self.patience - 1) - => -
      Fatigue is missing in exit_chance: 3 (pages / patience - 1).
    no_patience: self.pages / self.patience => self.pages
      Your fatigue is the number of pages. Divide by her patience.
    times_patience: / self.patience => * self.patience
      You multiply pages by patience, so patient viewers tire soonest. Divide.
    one_page_behind: self.pages / => (self.pages - 1) /
      Your fatigue is one page behind: the page just seen counts as well.
    remembers_only_watched:
      | zip(page, ratings, strict=True) =>
      |     (f, r) for f, r in zip(page, ratings, strict=True) if r is not None
      Films that she skipped are not in memory. They are facts too: film -> None.
    remembers_the_last_page: self.memory.update( => self.memory = dict(
      Memory holds the last page alone. It keeps every film that she was shown.
    stars_for_everything:
      | return ratings =>
      | ratings = [int(self.stars[f]) for f in page]
      | self.memory.update(zip(page, ratings, strict=True))
      | return ratings
      or if self.luck[f] < self.chance[f] else None =>
      She rates films that she has not watched. Give None for those.
    equal_is_enough: self.luck[f] < => self.luck[f] <=
      She watches where luck equals chance, too: it is luck < chance.
    skipped_films_not_returned: return ratings => return given
      see returns the stars of watched films alone. Return one entry a film, None for those that
      she skips.
    feeling_not_halved: (stars - 3) / 2 => stars - 3
      Your feeling is the mean of stars - 3. Divide by 2, so that it lies between -1 and 1.
    without_the_threes:
      | 3 * (self.pages => (self.pages;
      | - 3 * self.satisfaction => - self.satisfaction
      The factors 3 are missing in exit_chance, before fatigue and before satisfaction.
    three_on_fatigue_alone: - 3 * self.satisfaction => - self.satisfaction
      The factor 3 before satisfaction is missing in exit_chance.
    one_memory_for_all:
      | luck, patience): => luck, patience, memory={}):;
      | 0.0, 0, {} => 0.0, 0, memory
      A viewer remembers what another one was shown: the memory is kept on the class, or outside.
      Make it in __init__, on self.
"""


def detect_one_memory_for_all(trials):
    shown = [{film for page in trial.inputs[-1] for film in page} for trial in trials]
    return any(
        t.error is None and t.returned[1].keys() - own for t, own in zip(trials, shown, strict=True)
    )
