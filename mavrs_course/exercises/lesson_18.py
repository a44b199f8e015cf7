"""Exercises of lesson 18, Agent4Rec."""

from __future__ import annotations

import copy
import re

import numpy as np

from mavrs_course.course import Case, Exercise, Mistake

# --- 18.1 ------------------------------------------------------------------------------------


def traits(ratings, genres):
    watched = ~np.isnan(ratings)
    apart = (ratings - np.nanmean(ratings, axis=0)) ** 2
    met = watched.astype(int) @ genres.astype(int) > 0
    return watched.sum(axis=1), np.nanmean(apart, axis=1), met.sum(axis=1)


def traits_with_loops(ratings, genres):
    activity, conformity, diversity = [], [], []
    for row in ratings:
        films = [film for film, stars in enumerate(row) if stars == stars]
        gaps = []
        for film in films:
            given = [stars for stars in ratings[:, film] if stars == stars]
            gaps.append((row[film] - sum(given) / len(given)) ** 2)
        activity.append(len(films))
        conformity.append(sum(gaps) / len(gaps))
        diversity.append(int(np.any(genres[films], axis=0).sum()))
    return activity, conformity, diversity


def traits_cases(rng):
    nan = np.nan

    def some(viewers, films, kinds):
        ratings = rng.integers(1, 6, (viewers, films)).astype(float)
        ratings[rng.random((viewers, films)) < 0.4] = nan
        ratings[:, 0] = rng.integers(1, 6, viewers)
        ratings[0] = np.where(np.isnan(ratings[0]), 3.0, ratings[0])
        return ratings, rng.random((films, kinds)) < 0.3

    two = np.array([[5.0, nan, 3.0], [3.0, 4.0, nan]])
    kinds = np.array([[True, False], [True, True], [False, False]])
    return [
        Case("two viewers, three films", (two, kinds), ([2, 2], [0.5, 0.5], [1, 2])),
        Case("everybody agrees", (np.full((3, 2), 4.0), np.ones((2, 2), bool)),
             ([2, 2, 2], [0.0, 0.0, 0.0], [2, 2, 2])),
        Case("one viewer strays by two stars",
             (np.array([[5.0, 1.0], [1.0, 1.0], [3.0, 1.0]]), np.array([[True], [True]])),
             ([2, 2, 2], [2.0, 2.0, 0.0], [1, 1, 1])),
        Case("films without a genre", (np.array([[4.0, 2.0], [2.0, 4.0]]), np.zeros((2, 3), bool)),
             ([2, 2], [1.0, 1.0], [0, 0])),
        Case("six viewers, eight films", some(6, 8, 5)),
        Case("nine viewers, twelve films", some(9, 12, 7)),
    ]  # fmt: skip


def _parts(ratings, genres):
    return [np.array(part) for part in traits_with_loops(ratings, genres)]


def distance_not_squared(ratings, genres):
    activity, _, diversity = _parts(ratings, genres)
    return activity, np.nanmean(abs(ratings - np.nanmean(ratings, axis=0)), axis=1), diversity


def from_her_own_mean(ratings, genres):
    activity, _, diversity = _parts(ratings, genres)
    return activity, np.nanvar(ratings, axis=1), diversity


def from_the_mean_of_all(ratings, genres):
    activity, _, diversity = _parts(ratings, genres)
    return activity, np.nanmean((ratings - np.nanmean(ratings)) ** 2, axis=1), diversity


def sum_for_mean(ratings, genres):
    activity, conformity, diversity = _parts(ratings, genres)
    return activity, conformity * activity, diversity


def over_all_films(ratings, genres):
    activity, conformity, diversity = _parts(ratings, genres)
    return activity, conformity * activity / ratings.shape[1], diversity


def missing_is_zero(ratings, genres):
    filled = np.nan_to_num(ratings)
    activity, _, diversity = _parts(ratings, genres)
    return activity, ((filled - filled.mean(axis=0)) ** 2).mean(axis=1), diversity


def genres_with_repeats(ratings, genres):
    activity, conformity, _ = _parts(ratings, genres)
    return activity, conformity, (~np.isnan(ratings)).astype(int) @ genres.sum(axis=1)


def mean_genres_a_film(ratings, genres):
    activity, conformity, diversity = _parts(ratings, genres)
    return activity, conformity, diversity / activity


def stars_for_activity(ratings, genres):
    _, conformity, diversity = _parts(ratings, genres)
    return np.nansum(ratings, axis=1), conformity, diversity


def root_of_it(ratings, genres):
    activity, conformity, diversity = _parts(ratings, genres)
    return activity, np.sqrt(conformity), diversity


def genres_of_everything(ratings, genres):
    activity, conformity, _ = _parts(ratings, genres)
    return activity, conformity, np.full(len(ratings), genres.any(axis=0).sum())


def all_films_count(ratings, genres):
    _, conformity, diversity = _parts(ratings, genres)
    return np.full(len(ratings), ratings.shape[1]), conformity, diversity


def order_swapped(ratings, genres):
    activity, conformity, diversity = _parts(ratings, genres)
    return activity, diversity, conformity


def medians(ratings, genres):
    activity, _, diversity = _parts(ratings, genres)
    apart = (ratings - np.nanmedian(ratings, axis=0)) ** 2
    return activity, np.nanmean(apart, axis=1), diversity


_traits = Exercise(
    id="18.1",
    title="Who is she, in three numbers",
    minutes=15,
    difficulty=1,
    points=2,
    objective="L18.1",
    reference=traits,
    cases=traits_cases,
    mistakes=(
        Mistake("distance_not_squared", distance_not_squared,
                "You average the distance from the film's mean, and the paper its square."),
        Mistake("her_own_mean", from_her_own_mean,
                "You measure how far her ratings lie from her own mean. Conformity asks how far "
                "they lie from what others gave the same film: np.nanmean(ratings, axis=0)."),
        Mistake("the_mean_of_everything", from_the_mean_of_all,
                "You compare with one mean of all ratings. Each film has a mean of its own."),
        Mistake("sum_for_mean", sum_for_mean,
                "You add the squared distances up. Divide by the number of films that she rated, "
                "or busy viewers would look like rebels."),
        Mistake("divided_by_all_films", over_all_films,
                "You divide by the number of all films. Only those that she watched count."),
        Mistake("missing_is_zero", missing_is_zero,
                "A film that she has not rated counts as 0 stars in yours. NaN says that there is "
                "no rating: leave it out, with np.nanmean."),
        Mistake("genres_counted_again", genres_with_repeats,
                "You count a genre again for each film that has it. Diversity is the size of the "
                "union: every genre once."),
        Mistake("genres_per_film", mean_genres_a_film,
                "You divide the number of genres by the films watched. The paper counts them, and "
                "divides by nothing."),
        Mistake("stars_for_activity", stars_for_activity,
                "Your activity adds up stars. It is the number of films that she watched."),
        Mistake("root_of_conformity", root_of_it,
                "Your conformity is the root of the mean square. The paper leaves the square."),
        Mistake("genres_of_the_catalogue", genres_of_everything,
                "Everybody has all genres of the catalogue in yours. Count those of films that she "
                "watched."),
        Mistake("every_film_counts", all_films_count,
                "Everybody has watched every film in yours: NaN is a film not watched."),
        Mistake("order_swapped", order_swapped,
                "Conformity and diversity have changed places: activity, conformity, diversity is "
                "the order."),
        Mistake("median_of_the_film", medians,
                "You compare with the film's median. R is the mean of its ratings."),
    ),
    others=(traits_with_loops,),
    hints=(
        "watched = ~np.isnan(ratings) says who has watched what. Its row sums are the activity.",
        "apart = (ratings - np.nanmean(ratings, axis=0)) ** 2 has NaN where there is no rating, "
        "and np.nanmean(apart, axis=1) leaves those out.",
        "watched.astype(int) @ genres.astype(int) counts, for each viewer and genre, the films "
        "with it. Above 0 she has met it. Return the three arrays in order.",
    ),
    praise="Three numbers from logs, and the same ones as the paper's.",
)  # fmt: skip

# --- 18.2 ------------------------------------------------------------------------------------


def at_ratio(knows, alarms, others):
    hits, wrong = knows, others * alarms
    precision = hits / (hits + wrong) if hits + wrong > 0 else 0.0
    both = precision + knows
    return (
        (knows + others * (1 - alarms)) / (1 + others),
        precision,
        knows,
        2 * precision * knows / both if both > 0 else 0.0,
    )


def at_ratio_by_counts(knows, alarms, others):
    own, rest = 1000.0, 1000.0 * others
    tp, fp, fn, tn = own * knows, rest * alarms, own * (1 - knows), rest * (1 - alarms)
    called = tp + fp
    return [
        (tp + tn) / (own + rest),
        tp / called if called else 0,
        tp / own,
        2 * tp / (2 * tp + fp + fn) if tp else 0,
    ]


def ratio_cases(rng):
    rows = [
        Case("a coin at 1:1", (0.5, 0.5, 1), (0.5, 0.5, 0.5, 0.5)),
        Case("a coin at 1:9", (0.5, 0.5, 9), (0.5, 0.1, 0.5, 1 / 6)),
        Case("knows 0.8 of hers, takes 0.2 of others, 1:3", (0.8, 0.2, 3),
             (0.8, 4 / 7, 0.8, 2 / 3)),
        Case("never says mine", (0.0, 0.0, 9), (0.9, 0.0, 0.0, 0.0)),
        Case("always says mine", (1.0, 1.0, 3), (0.25, 0.25, 1.0, 0.4)),
        Case("faultless", (1.0, 0.0, 9), (1.0, 1.0, 1.0, 1.0)),
    ]  # fmt: skip
    for _ in range(4):
        knows, alarms, others = rng.random(), rng.random(), int(rng.integers(1, 10))
        label = f"knows {knows:.2f}, alarms {alarms:.2f}, 1:{others}"
        rows.append(Case(label, (float(knows), float(alarms), others)))
    return rows


def _ratio(accuracy=None, precision=None, recall=None, f1=None):
    def answer(knows, alarms, others):
        right = list(at_ratio(knows, alarms, others))
        for place, other in enumerate((accuracy, precision, recall, f1)):
            if other is not None:
                right[place] = other(knows, alarms, others, right)
        return tuple(right)

    return answer


def _safe(part, whole):
    return part / whole if whole else 0.0


def _f1(precision, recall):
    return _safe(2 * precision * recall, precision + recall)


def ratio_forgotten(knows, alarms, others):
    return at_ratio(knows, alarms, 1)


def precision_of_rates(knows, alarms, others):
    accuracy, _, recall, _ = at_ratio(knows, alarms, others)
    precision = _safe(knows, knows + alarms)
    return accuracy, precision, recall, _f1(precision, recall)


def division_by_zero(knows, alarms, others):
    precision = knows / (knows + others * alarms)
    recall = knows
    accuracy = (knows + others * (1 - alarms)) / (1 + others)
    return accuracy, precision, recall, 2 * precision * recall / (precision + recall)


def ratio_turned(knows, alarms, others):
    return at_ratio(knows, alarms, 1 / others)


def swapped(knows, alarms, others):
    accuracy, precision, recall, f1 = at_ratio(knows, alarms, others)
    return accuracy, recall, precision, f1


def alarms_are_passes(knows, alarms, others):
    return at_ratio(knows, 1 - alarms, others)


accuracy_is_recall = _ratio(accuracy=lambda k, a, m, r: k)
accuracy_is_a_mean = _ratio(accuracy=lambda k, a, m, r: (k + 1 - a) / 2)
accuracy_forgets_the_half = _ratio(accuracy=lambda k, a, m, r: k + m * (1 - a))
f1_is_a_mean = _ratio(f1=lambda k, a, m, r: (r[1] + r[2]) / 2)
f1_without_two = _ratio(f1=lambda k, a, m, r: _safe(r[1] * r[2], r[1] + r[2]))
f1_is_geometric = _ratio(f1=lambda k, a, m, r: np.sqrt(r[1] * r[2]))
recall_is_thinner = _ratio(
    recall=lambda k, a, m, r: k / (1 + m), f1=lambda k, a, m, r: _f1(r[1], k / (1 + m))
)


def silence_is_precise(knows, alarms, others):
    accuracy, precision, recall, f1 = at_ratio(knows, alarms, others)
    return accuracy, precision if knows + alarms else 1.0, recall, f1


_ratios = Exercise(
    id="18.2",
    title="What the ratio does to the figures",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L18.2",
    reference=at_ratio,
    cases=ratio_cases,
    mistakes=(
        Mistake("forgot_the_ratio", ratio_forgotten,
                "Your figures do not change with others. At 1:m there are m films of others for "
                "each of hers, so false alarms and passes count m times."),
        Mistake("precision_of_rates", precision_of_rates,
                "Your precision is knows / (knows + alarms), which is right at 1:1 alone. m times "
                "as many films give m times as many false alarms."),
        Mistake("nothing_said", division_by_zero,
                "When nothing is called hers you divide by zero. Precision and F1 are 0 then."),
        Mistake("ratio_turned_round", ratio_turned,
                "You have m films of hers to one of others. It is the other way round."),
        Mistake("swapped_precision_and_recall", swapped,
                "Precision and recall have changed places: recall is the share of hers that she "
                "knows, precision the share of what she calls hers that is."),
        Mistake("alarms_for_passes", alarms_are_passes,
                "You take alarms for the share of others that she leaves alone. It is the share "
                "that she wrongly calls hers."),
        Mistake("accuracy_is_recall", accuracy_is_recall,
                "Your accuracy looks at her own films alone. It counts right answers to all films, "
                "those of others too."),
        Mistake("accuracy_is_balanced", accuracy_is_a_mean,
                "Your accuracy is the mean of the two rates, whatever the ratio. Weigh them by how "
                "many films there are of each: 1 and m."),
        Mistake("accuracy_not_divided", accuracy_forgets_the_half,
                "Your accuracy is not divided by the number of films, 1 + others."),
        Mistake("f1_is_a_plain_mean", f1_is_a_mean,
                "Your F1 is the plain mean of precision and recall. It is their harmonic mean."),
        Mistake("f1_without_the_two", f1_without_two,
                "A factor 2 is missing in F1: 2 P R / (P + R)."),
        Mistake("f1_is_geometric", f1_is_geometric,
                "Your F1 is a geometric mean. The harmonic one is 2 P R / (P + R)."),
        Mistake("recall_falls", recall_is_thinner,
                "Your recall falls with the ratio. How many of her own she knows does not depend "
                "on how many others there are."),
        Mistake("silence_is_precise", silence_is_precise,
                "Where nothing is called hers your precision is 1. By the task it is 0."),
    ),
    others=(at_ratio_by_counts,),
    hints=(
        "Think of one own film and m others. Expected hits: knows. Expected false alarms: "
        "m * alarms. Expected passes: m * (1 - alarms).",
        "accuracy = (hits + passes) / (1 + m), precision = hits / (hits + false alarms), recall = "
        "knows, F1 = 2 P R / (P + R).",
        "Where hits + false alarms is 0 nothing was called hers: return 0 for precision and F1.",
    ),
    praise="Now you can tell a worse viewer from a harder question.",
)  # fmt: skip

# --- 18.3 ------------------------------------------------------------------------------------


class Viewer:
    def __init__(self, chance, stars, luck, patience):
        self.chance, self.stars, self.luck, self.patience = chance, stars, luck, patience
        self.satisfaction, self.pages, self.memory = 0.0, 0, {}

    def see(self, page):
        ratings = [int(self.stars[f]) if self.luck[f] < self.chance[f] else None for f in page]
        self.memory.update(zip(page, ratings, strict=True))
        given = [r for r in ratings if r is not None]
        feeling = np.mean([(r - 3) / 2 for r in given]) if given else -0.5
        self.satisfaction = 0.5 * self.satisfaction + 0.5 * feeling
        self.pages += 1
        return ratings

    def exit_chance(self):
        fatigue = self.pages / self.patience
        return 1 / (1 + np.exp(-(3 * (fatigue - 1) - 3 * self.satisfaction)))


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


def see_pages(answer, case):
    chance, stars, luck, patience, pages = copy.deepcopy(case.inputs)
    viewer = answer(chance, stars, luck, patience)
    told = []
    for page in pages:
        ratings = viewer.see(page)
        told.append((list(ratings), float(viewer.satisfaction), float(viewer.exit_chance())))
    return told, dict(viewer.memory)


def viewer_cases(rng):
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
             (np.array([0.5, 0.5]), np.array([4, 4]), np.array([0.5, 0.4]), 4.0, [[0, 1]])),
        Case("a film that comes again",
             (np.array([1.0, 0.0]), np.array([4, 2]), np.array([0.1, 0.1]), 2.0,
              [[0, 1], [1, 0]])),
        Case("three pages of three", some(9, 3.0, [[0, 1, 2], [3, 4, 5], [6, 7, 8]])),
        Case("five pages of four, patient",
             some(20, 8.0, [list(range(start, start + 4)) for start in range(0, 20, 4)])),
        Case("no page yet", (*sure, 2.0, []), ([], {})),
    ]  # fmt: skip


class WatchesTheUnlikely(Viewer):
    def __init__(self, chance, stars, luck, patience):
        super().__init__(1 - np.asarray(chance), stars, 1 - np.asarray(luck), patience)


class WatchesAboveHalf(Viewer):
    def __init__(self, chance, stars, luck, patience):
        super().__init__(chance, stars, np.full(len(luck), 0.5), patience)


class SumOfFeelings(Viewer):
    def see(self, page):
        before = self.satisfaction
        ratings = super().see(page)
        self.satisfaction = before + 2 * (self.satisfaction - 0.5 * before)
        return ratings


class ForgetsAtOnce(Viewer):
    def see(self, page):
        before = self.satisfaction
        ratings = super().see(page)
        self.satisfaction = 2 * (self.satisfaction - 0.5 * before)
        return ratings


class SkippedIsZeroStars(Viewer):
    def see(self, page):
        before = self.satisfaction
        ratings = super().see(page)
        feeling = np.mean([((r or 0) - 3) / 2 for r in ratings])
        self.satisfaction = 0.5 * before + 0.5 * feeling
        return ratings


class SkippedIsNeutral(Viewer):
    def see(self, page):
        before = self.satisfaction
        ratings = super().see(page)
        feeling = np.mean([0.0 if r is None else (r - 3) / 2 for r in ratings])
        self.satisfaction = 0.5 * before + 0.5 * feeling
        return ratings


class EmptyPageIsNothing(Viewer):
    def see(self, page):
        before = self.satisfaction
        ratings = super().see(page)
        if all(r is None for r in ratings):
            self.satisfaction = 0.5 * before
        return ratings


class EmptyPageIsSkipped(Viewer):
    def see(self, page):
        before = self.satisfaction
        ratings = super().see(page)
        if all(r is None for r in ratings):
            self.satisfaction = before
        return ratings


class SatisfiedLeave(Viewer):
    def exit_chance(self):
        return 1 / (1 + np.exp(-(3 * (self.pages / self.patience - 1) + 3 * self.satisfaction)))


class TheChanceToStay(Viewer):
    def exit_chance(self):
        return 1 - super().exit_chance()


class NeverTired(Viewer):
    def exit_chance(self):
        return 1 / (1 + np.exp(3 * self.satisfaction))


class NoPatience(Viewer):
    def exit_chance(self):
        return 1 / (1 + np.exp(-(3 * (self.pages - 1) - 3 * self.satisfaction)))


class FatigueTimesPatience(Viewer):
    def exit_chance(self):
        fatigue = self.pages * self.patience
        return 1 / (1 + np.exp(-(3 * (fatigue - 1) - 3 * self.satisfaction)))


class OnePageBehind(Viewer):
    def exit_chance(self):
        fatigue = (self.pages - 1) / self.patience
        return 1 / (1 + np.exp(-(3 * (fatigue - 1) - 3 * self.satisfaction)))


class RemembersOnlyWatched(Viewer):
    def see(self, page):
        ratings = super().see(page)
        self.memory = {film: r for film, r in self.memory.items() if r is not None}
        return ratings


class RemembersTheLastPage(Viewer):
    def see(self, page):
        self.memory = {}
        return super().see(page)


class StarsForEverything(Viewer):
    def see(self, page):
        super().see(page)
        ratings = [int(self.stars[film]) for film in page]
        self.memory.update(zip(page, ratings, strict=True))
        return ratings


class EqualIsEnough(Viewer):
    def __init__(self, chance, stars, luck, patience):
        super().__init__(np.nextafter(np.asarray(chance, float), 2), stars, luck, patience)


class OnlyWatchedReturned(Viewer):
    def see(self, page):
        return [rating for rating in super().see(page) if rating is not None]


class FeelingNotHalved(Viewer):
    def see(self, page):
        before = self.satisfaction
        ratings = super().see(page)
        if any(rating is not None for rating in ratings):
            self.satisfaction = 0.5 * before + 2 * (self.satisfaction - 0.5 * before)
        return ratings


class WithoutTheThrees(Viewer):
    def exit_chance(self):
        return 1 / (1 + np.exp(-(self.pages / self.patience - 1 - self.satisfaction)))


class ThreeOnFatigueAlone(Viewer):
    def exit_chance(self):
        return 1 / (1 + np.exp(-(3 * (self.pages / self.patience - 1) - self.satisfaction)))


_viewer = Exercise(
    id="18.3",
    title="A generative viewer",
    minutes=35,
    difficulty=3,
    points=6,
    objective="L18.3",
    reference=Viewer,
    observe=see_pages,
    names=("chance", "stars", "luck", "patience", "pages"),
    cases=viewer_cases,
    mistakes=(
        Mistake("watches_the_unlikely", WatchesTheUnlikely,
                "She watches what she should skip: she watches where luck < chance."),
        Mistake("above_one_half", WatchesAboveHalf,
                "She watches wherever chance is above 1/2, and her luck does nothing. Then every "
                "viewer of one taste does the same each time: compare luck with chance."),
        Mistake("adds_feelings_up", SumOfFeelings,
                "Satisfaction adds feelings up and grows without end. Half of the old one is kept, "
                "and half is the new feeling."),
        Mistake("forgets_at_once", ForgetsAtOnce,
                "Satisfaction is the last page's feeling alone. Half of the old one is kept."),
        Mistake("skipped_is_zero_stars", SkippedIsZeroStars,
                "A skipped film counts as 0 stars in your feeling. Only films that she watched are "
                "in the mean; what she skipped she has not seen."),
        Mistake("skipped_is_neutral", SkippedIsNeutral,
                "Skipped films count as 3 stars in your feeling. Leave them out of the mean."),
        Mistake("empty_page_leaves_her_cold", EmptyPageIsNothing,
                "A page with nothing to watch has feeling 0 in yours. It is -0.5: she looked for "
                "something and found nothing."),
        Mistake("empty_page_is_left_out", EmptyPageIsSkipped,
                "A page with nothing to watch changes nothing in yours. Its feeling is -0.5, and "
                "the page counts."),
        Mistake("satisfied_viewers_leave", SatisfiedLeave,
                "In yours, satisfaction drives her away: it has the wrong sign in exit_chance."),
        Mistake("chance_to_stay", TheChanceToStay,
                "You return the chance that she stays: the sign in exp is the other way round."),
        Mistake("never_tired", NeverTired,
                "Fatigue is missing in exit_chance: 3 (pages / patience - 1)."),
        Mistake("no_patience", NoPatience,
                "Your fatigue is the number of pages. Divide by her patience."),
        Mistake("times_patience", FatigueTimesPatience,
                "You multiply pages by patience, so patient viewers tire soonest. Divide."),
        Mistake("one_page_behind", OnePageBehind,
                "Your fatigue is one page behind: the page just seen counts as well."),
        Mistake("remembers_only_watched", RemembersOnlyWatched,
                "Films that she skipped are not in memory. They are facts too: film -> None."),
        Mistake("remembers_the_last_page", RemembersTheLastPage,
                "Memory holds the last page alone. It keeps every film that she was shown."),
        Mistake("stars_for_everything", StarsForEverything,
                "She rates films that she has not watched. Give None for those."),
        Mistake("equal_is_enough", EqualIsEnough,
                "She watches where luck equals chance, too: it is luck < chance."),
        Mistake("skipped_films_not_returned", OnlyWatchedReturned,
                "see returns the stars of watched films alone. Return one entry a film, None for "
                "those that she skips."),
        Mistake("feeling_not_halved", FeelingNotHalved,
                "Your feeling is the mean of stars - 3. Divide by 2, so that it lies between -1 "
                "and 1."),
        Mistake("without_the_threes", WithoutTheThrees,
                "The factors 3 are missing in exit_chance, before fatigue and before "
                "satisfaction."),
        Mistake("three_on_fatigue_alone", ThreeOnFatigueAlone,
                "The factor 3 before satisfaction is missing in exit_chance."),
    ),
    others=(ViewerOfLists,),
    hints=(
        "In see, go through the page: the film's stars where luck[film] < chance[film], else None. "
        "Put film -> rating into self.memory, count the page, and return the list.",
        "feeling is the mean of (r - 3) / 2 over ratings that are not None, or -0.5 if there are "
        "none; satisfaction = 0.5 * satisfaction + 0.5 * feeling, from 0.",
        "exit_chance is 1 / (1 + exp(-x)) with x = 3 * (pages / patience - 1) - 3 * satisfaction.",
    ),
    praise="She watches, rates, remembers, feels and leaves. A model can now decide the chance.",
)  # fmt: skip

# --- 18.4 ------------------------------------------------------------------------------------


def learned_away(learning, frozen, genres):
    def met(shown):
        return genres[shown].any(axis=2).sum(axis=2)

    gap = met(learning) - met(frozen).astype(float)
    return gap.mean(axis=1), gap[-1] - gap[0]


def learned_away_with_loops(learning, frozen, genres):
    rounds, viewers, _ = learning.shape
    gap = np.zeros((rounds, viewers))
    for r in range(rounds):
        for n in range(viewers):
            for sign, shown in ((1, learning), (-1, frozen)):
                met = set()
                for film in shown[r, n]:
                    met |= set(np.flatnonzero(genres[film]))
                gap[r, n] += sign * len(met)
    return [sum(row) / viewers for row in gap], [gap[-1, n] - gap[0, n] for n in range(viewers)]


def bubble_cases(rng):
    genres = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 1]], dtype=bool)

    def some(rounds, viewers, slots, films, kinds):
        order = rng.permuted(np.tile(np.arange(films), (2, viewers, 1)), axis=2)
        pages = order[:, :, : rounds * slots].reshape(2, viewers, rounds, slots)
        pages = pages.transpose(0, 2, 1, 3)
        return pages[0], pages[1], rng.random((films, kinds)) < 0.3

    return [
        Case("one viewer: learning narrows the second page",
             (np.array([[[0, 2]], [[0, 1]]]), np.array([[[0, 2]], [[2, 3]]]), genres),
             ([0.0, -1.0], [-1.0])),
        Case("two viewers, opposite effects",
             (np.array([[[0, 1], [2, 2]], [[0, 3], [2, 2]]]),
              np.array([[[0, 1], [2, 2]], [[0, 1], [2, 3]]]), genres),
             ([0.0, 0.5], [2.0, -1.0])),
        Case("the same pages", (np.array([[[0, 3]], [[1, 2]]]),) * 2 + (genres,),
             ([0.0, 0.0], [0.0])),
        Case("a gap from the start",
             (np.array([[[0, 3]], [[1, 2]]]), np.array([[[0, 1]], [[1, 0]]]), genres),
             ([2.0, 1.0], [-1.0])),
        Case("films without genres", (np.array([[[0]], [[1]]]), np.array([[[2]], [[3]]]),
             np.zeros((4, 2), bool)), ([0.0, 0.0], [0.0])),
        Case("five rounds, six viewers", some(5, 6, 4, 40, 8)),
        Case("four rounds, nine viewers", some(4, 9, 3, 30, 6)),
    ]  # fmt: skip


def _met(shown, genres):
    return genres[shown].any(axis=2).sum(axis=2).astype(float)


def no_control(learning, frozen, genres):
    met = _met(learning, genres)
    return met.mean(axis=1), met[-1] - met[0]


def turned_round(learning, frozen, genres):
    means, change = learned_away(learning, frozen, genres)
    return -means, -change


def genres_with_multiplicity(learning, frozen, genres):
    gap = genres[learning].sum(axis=(2, 3)) - genres[frozen].sum(axis=(2, 3)).astype(float)
    return gap.mean(axis=1), gap[-1] - gap[0]


def whole_population(learning, frozen, genres):
    def met(shown):
        return genres[shown].any(axis=(1, 2)).sum(axis=1).astype(float)

    gap = met(learning) - met(frozen)
    return gap, np.full(learning.shape[1], gap[-1] - gap[0])


def last_round_only(learning, frozen, genres):
    gap = _met(learning, genres) - _met(frozen, genres)
    return gap.mean(axis=1), gap[-1]


def mean_change(learning, frozen, genres):
    gap = _met(learning, genres) - _met(frozen, genres)
    return gap.mean(axis=1), (gap[-1] - gap[0]).mean()


def first_minus_last(learning, frozen, genres):
    means, change = learned_away(learning, frozen, genres)
    return means, -change


def mean_over_rounds(learning, frozen, genres):
    gap = _met(learning, genres) - _met(frozen, genres)
    return gap.mean(axis=0), gap[-1] - gap[0]


def sums_for_means(learning, frozen, genres):
    gap = _met(learning, genres) - _met(frozen, genres)
    return gap.sum(axis=1), gap[-1] - gap[0]


def frozen_at_the_first_round(learning, frozen, genres):
    gap = _met(learning, genres) - _met(frozen, genres)[0]
    return gap.mean(axis=1), gap[-1] - gap[0]


def films_with_a_genre(learning, frozen, genres):
    gap = genres[learning].any(axis=3).sum(axis=2) - genres[frozen].any(axis=3).sum(axis=2) * 1.0
    return gap.mean(axis=1), gap[-1] - gap[0]


def without_a_sign(learning, frozen, genres):
    gap = abs(_met(learning, genres) - _met(frozen, genres))
    return gap.mean(axis=1), gap[-1] - gap[0]


def ratio_for_difference(learning, frozen, genres):
    gap = _met(learning, genres) / np.maximum(_met(frozen, genres), 1)
    return gap.mean(axis=1), gap[-1] - gap[0]


_bubble = Exercise(
    id="18.4",
    title="Bubble, or an emptying shelf",
    minutes=20,
    difficulty=2,
    points=3,
    objective="L18.4",
    reference=learned_away,
    cases=bubble_cases,
    mistakes=(
        Mistake("no_control", no_control,
                "You look at the learning recommender alone. What is left of a pool gets narrower "
                "or wider anyway: subtract what the frozen one shows in the same round."),
        Mistake("turned_round", turned_round,
                "Your gaps are frozen minus learning. Wanted is learning minus frozen, so that "
                "a narrower page is below 0."),
        Mistake("genres_counted_again", genres_with_multiplicity,
                "A genre counts again for each film that has it in yours. Count different genres "
                "of a page: any over its films, then the sum over genres."),
        Mistake("everybody_together", whole_population,
                "You count the genres that all viewers together were shown, and those are nearly "
                "all. A bubble is one viewer's: count for each page, then average."),
        Mistake("the_last_round_alone", last_round_only,
                "The second result is the gap of the last round. It should be its change: last "
                "round minus first."),
        Mistake("one_number_for_all", mean_change,
                "The second result is one mean. Keep one number a viewer: intervals come from how "
                "they differ."),
        Mistake("first_minus_last", first_minus_last,
                "Your change is first minus last. Last minus first is below 0 where pages "
                "narrow."),
        Mistake("averaged_over_rounds", mean_over_rounds,
                "Your first result has one number a viewer. Average over viewers, axis 1, so that "
                "one number a round is left."),
        Mistake("sums", sums_for_means,
                "Your first result adds viewers up. Average them."),
        Mistake("frozen_at_the_first_round", frozen_at_the_first_round,
                "You compare with the frozen recommender's first page only. Its later pages "
                "change too, as its best films are used up: compare round with round."),
        Mistake("films_with_a_genre", films_with_a_genre,
                "You count films that have any genre. Count genres that any film of the page has: "
                "any over films, axis 2."),
        Mistake("without_a_sign", without_a_sign,
                "Your gaps have lost their sign, so that wider and narrower look alike."),
        Mistake("ratio_for_difference", ratio_for_difference,
                "You divide by what the frozen one shows. A difference is wanted."),
    ),
    others=(learned_away_with_loops,),
    hints=(
        "genres[shown] is bool[R, N, K, G]: for each page, each film's genres.",
        ".any(axis=2) says which genres a page has, .sum(axis=2) then counts them: int[R, N].",
        "gap = count of learning minus count of frozen, as floats. Return gap.mean(axis=1) and "
        "gap[-1] - gap[0].",
    ),
    praise="A difference with a control: what is left is what learning did.",
)  # fmt: skip

# --- 18.5 ------------------------------------------------------------------------------------


def check_stars(text, rated):
    said = true = 0
    for title in sorted(rated, key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(title)} \((\d) stars\)"
        for stars in re.findall(pattern, text):
            said += 1
            true += rated[title] == int(stars)
        text = re.sub(pattern, "", text)
    return said, true


def check_stars_at_once(text, rated):
    titles = "|".join(re.escape(title) for title in sorted(rated, key=len, reverse=True))
    if not titles:
        return 0, 0
    found = re.findall(rf"(?<!\w)({titles}) \((\d) stars\)", text)
    return len(found), sum(rated[title] == int(stars) for title, stars in found)


def stars_cases(rng):
    evening = {"Alien": 5, "Grease": 2, "Jaws": None}
    rows = [
        Case("one true, one false",
             ("I loved Alien (5 stars), but also Grease (4 stars).", evening), (2, 1)),
        Case("stars for a film that she skipped", ("I loved Jaws (4 stars).", evening), (1, 0)),
        Case("nothing that can be checked", ("The evening was memorable.", evening), (0, 0)),
        Case("the same thing twice",
             ("I loved Alien (5 stars), and I loved Alien (5 stars).", evening), (2, 2)),
        Case("she contradicts herself",
             ("Alien (5 stars) was good, no, Alien (2 stars).", evening), (2, 1)),
        Case("a title inside another one",
             ("My favourite was Alien 3 (4 stars).", {"Alien": 5, "Alien 3": 4, "3": 1}), (1, 1)),
        Case("a title at the end of another one",
             ("We saw Evil Alien (1 stars).", {"Alien": 5, "Evil Alien": 1}), (1, 1)),
        Case("signs that mean something to re",
             ("M*A*S*H (4 stars) was good, M-A-S-H (4 stars) unknown.", {"M*A*S*H": 4}), (1, 1)),
        Case("a dot in a title",
             ("Dr. Strange (3 stars), Dry Strange (3 stars)", {"Dr. Strange": 2}), (1, 0)),
        Case("a film that she was never shown", ("I loved Heat (5 stars).", evening), (0, 0)),
        Case("a title without stars", ("I loved Alien and Jaws.", evening), (0, 0)),
        Case("inside a word", ("Cujaws (4 stars)", {"jaws": 4}), (0, 0)),
    ]  # fmt: skip
    names = [f"Film {letter}" for letter in "ABCDEFG"]
    for _ in range(2):
        memory = {name: [None, 1, 2, 3, 4, 5][rng.integers(6)] for name in names}
        told = rng.permutation(names)[:5]
        text = ", ".join(f"{name} ({rng.integers(1, 6)} stars)" for name in told)
        rows.append(Case(f"says {text[:30]} …", (f"I saw {text}.", memory)))
    return rows


def _counted(find, is_true=lambda kept, stars: kept == stars):
    def answer(text, rated):
        said = true = 0
        for title in rated:
            for stars in find(text, title):
                said += 1
                true += bool(is_true(rated[title], int(stars)))
        return said, true

    return answer


def _plain(text, title):
    return re.findall(rf"(?<!\w){re.escape(title)} \((\d) stars\)", text)


titles_not_escaped = _counted(
    lambda text, title: re.findall(rf"(?<!\w){title} \((\d) stars\)", text)
)
short_titles_in_long = _counted(_plain)


def once_each(text, rated):
    longest = sorted(rated, key=len, reverse=True)
    pattern = "|".join(map(re.escape, longest))
    found = dict.fromkeys(re.findall(rf"(?<!\w)({pattern}) \((\d) stars\)", text))
    return len(found), sum(rated[t] == int(s) for t, s in found)


def skipped_not_counted(text, rated):
    return check_stars(text, {title: stars for title, stars in rated.items() if stars is not None})


def share_for_counts(text, rated):
    said, true = check_stars(text, rated)
    return true / said if said else 0.0


def false_for_true(text, rated):
    said, true = check_stars(text, rated)
    return said, said - true


def any_stars_are_true(text, rated):
    said, true, rest = 0, 0, text
    for title in sorted(rated, key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(title)} \((\d) stars\)"
        found = len(re.findall(pattern, rest))
        said, true = said + found, true + found * (rated[title] is not None)
        rest = re.sub(pattern, "", rest)
    return said, true


def near_enough(text, rated):
    said, true, rest = 0, 0, text
    for title in sorted(rated, key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(title)} \((\d) stars\)"
        for stars in re.findall(pattern, rest):
            said += 1
            true += rated[title] is not None and abs(rated[title] - int(stars)) <= 1
        rest = re.sub(pattern, "", rest)
    return said, true


def swapped_results(text, rated):
    said, true = check_stars(text, rated)
    return true, said


def mentions(text, rated):
    said = sum(title in text for title in rated)
    return said, sum(title in text and stars is not None for title, stars in rated.items())


def inside_words(text, rated):
    said = true = 0
    for title in sorted(rated, key=len, reverse=True):
        pattern = rf"{re.escape(title)} \((\d) stars\)"
        for stars in re.findall(pattern, text):
            said, true = said + 1, true + (rated[title] == int(stars))
        text = re.sub(pattern, "", text)
    return said, true


def compares_words(text, rated):
    return check_stars(text, rated)[0], 0


def unknown_films_are_false(text, rated):
    said = len(re.findall(r"\((\d) stars\)", text))
    return said, check_stars(text, rated)[1]


def one_word_titles(text, rated):
    found = re.findall(r"(\w+) \((\d) stars\)", text)
    return len(found), sum(rated.get(title) == int(stars) for title, stars in found)


def only_her_own_stars(text, rated):
    said = sum(f"{title} ({stars} stars)" in text for title, stars in rated.items())
    return said, said


def first_time_only(text, rated):
    said = true = 0
    for title in sorted(rated, key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(title)} \((\d) stars\)"
        if match := re.search(pattern, text):
            said, true = said + 1, true + (rated[title] == int(match[1]))
        text = re.sub(pattern, "", text)
    return said, true


def first_time_and_inside(text, rated):
    said = true = 0
    for title in rated:
        if match := re.search(rf"{re.escape(title)} \((\d) stars\)", text):
            said, true = said + 1, true + (rated[title] == int(match[1]))
    return said, true


_facts = Exercise(
    id="18.5",
    title="Check what she says",
    minutes=20,
    difficulty=2,
    points=3,
    objective="L18.5",
    reference=check_stars,
    cases=stars_cases,
    mistakes=(
        Mistake("titles_are_patterns", titles_not_escaped,
                "A title is put into the pattern as it is, so * and . mean something to re. "
                "re.escape(title) makes it plain text: titles are data, written by strangers."),
        Mistake("short_titles_in_long_ones", short_titles_in_long,
                "A title inside a longer one is counted as well: \"Alien\" in \"Evil Alien\". Look "
                "for long titles first, and take out what you have found."),
        Mistake("each_statement_once", once_each,
                "A statement made twice counts once in yours. Each time it is said counts."),
        Mistake("skipped_films_left_out", skipped_not_counted,
                "Stars for a film that she skipped are not counted. It is a statement, and false: "
                "she gave it none."),
        Mistake("share_for_counts", share_for_counts,
                "You return a share. Two counts are wanted: how many statements, how many true."),
        Mistake("false_ones_counted", false_for_true,
                "Your second number counts the false ones."),
        Mistake("any_stars_are_true", any_stars_are_true,
                "Any number of stars for a watched film counts as true in yours. It must be the "
                "number that she gave."),
        Mistake("near_enough", near_enough,
                "You let one star more or less pass. A stated number is true or it is not."),
        Mistake("results_swapped", swapped_results,
                "Your results have changed places: first how many were said, then how many were "
                "true."),
        Mistake("mentions_counted", mentions,
                "You count titles that are mentioned. Only \"Title (n stars)\" is a statement "
                "here."),
        Mistake("inside_words", inside_words,
                "A title is found inside a word, such as jaws in Cujaws. Nothing of a word may "
                "stand before it: (?<!\\w)."),
        Mistake("text_is_no_number", compares_words,
                "Nothing is ever true in yours: what re finds is text, and \"5\" is not 5. Use "
                "int()."),
        Mistake("unknown_films_count", unknown_films_are_false,
                "You count stars for films that are not in rated. Whether she saw those can't be "
                "looked up, so they count as nothing."),
        Mistake("one_word_titles", one_word_titles,
                "You take the one word before the stars for the title. Titles have several words "
                "and signs: look for the titles in rated, and for nothing else."),
        Mistake("only_her_own_stars", only_her_own_stars,
                "You look for what she gave, so that false statements are never found. Look for "
                "any number of stars after the title, then compare."),
        Mistake("each_title_once", first_time_only,
                "re.search finds the first time alone. What is said twice counts twice: use "
                "re.findall."),
        Mistake("each_title_once_wherever", first_time_and_inside,
                "re.search finds the first time alone, and short titles inside long ones as well. "
                "Use re.findall, the longest title first, and take out what was found."),
    ),
    others=(check_stars_at_once,),
    hints=(
        "re.findall(rf\"(?<!\\w){re.escape(title)} \\((\\d) stars\\)\", text) gives the stars that "
        "a text names for one title, as text.",
        "Go through the titles from the longest to the shortest, and remove what was found with "
        "re.sub, so that a short title is not found inside a long one.",
        "true grows where rated[title] == int(stars). None equals no number, so skipped films are "
        "false by themselves.",
    ),
    praise="Whatever a model writes about an evening, you can now say how much of it happened.",
)  # fmt: skip


EXERCISES = [_traits, _ratios, _viewer, _bubble, _facts]
