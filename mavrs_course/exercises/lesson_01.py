"""Exercises of lesson 01, why many agents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, product

import numpy as np

from mavrs_course.coordination.single import SingleAgent
from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.messages import Feedback, MessageError, Opinion, Request
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform


class Family:
    """Answers made of parts, each of which can be got wrong in ways that have names.

    make(**choices) gives the answer with those choices.  parts: for each part its choices, the
    right one first.  run(answer, case) gives a result as an array.  An answer that no single
    misconception explains may still be explained by two or three together; the blame then goes
    to the part named first.
    """

    most_at_once = 3

    def __init__(self, make: Callable, run: Callable, **parts: Sequence[str]) -> None:
        self.make, self.run, self.parts = make, run, parts
        self.right = {part: choices[0] for part, choices in parts.items()}
        self._last: tuple = (None, None)

    def mistake(self, name: str, because: str, **part: str | tuple[str, ...]) -> Mistake:
        """The mistake of making one of these choices in this part."""
        ((where, choices),) = part.items()
        choices = (choices,) if isinstance(choices, str) else choices

        def detect(trials: Sequence) -> bool:
            blamed = self.explain(trials)
            return (
                bool(blamed)
                and any(blamed.get(where) == choice for choice in choices)
                and (next(iter(blamed)) == where)
            )

        return Mistake(name, self.make(**self.right | {where: choices[0]}), because, detect)

    def explain(self, trials: Sequence) -> Mapping[str, str] | None:
        """The fewest wrong choices that give what was returned wherever it is wrong."""
        if self._last[0] is not trials:
            failing = [trial for trial in trials if not trial.passed]
            found = (wrong for wrong in self._wrong_choices() if self._fits(wrong, failing))
            self._last = trials, next(found, None)
        return self._last[1]

    def _wrong_choices(self) -> Iterator[Mapping[str, str]]:
        for count in range(1, self.most_at_once + 1):
            for some in combinations(self.parts, count):
                for choices in product(*(self.parts[part][1:] for part in some)):
                    yield dict(zip(some, choices, strict=True))

    def _fits(self, wrong: Mapping[str, str], failing: Sequence) -> bool:
        answer = self.make(**self.right | wrong)
        with np.errstate(all="ignore"):
            return all(_same(trial.returned, self._result(answer, trial)) for trial in failing)

    def _result(self, answer, trial):
        try:
            return self.run(answer, trial.case)
        except (ValueError, IndexError) as error:  # some wrong choices do not go together
            return error


def _same(returned, wanted) -> bool:
    try:
        returned = returned["scores"] if isinstance(returned, Mapping) else returned
        returned, wanted = np.asarray(returned, dtype=float), np.asarray(wanted, dtype=float)
    except (TypeError, ValueError):
        return False
    if returned.shape != wanted.shape:
        return False
    returned, wanted = (np.where(np.isfinite(x), x, np.nan) for x in (returned, wanted))
    return np.allclose(returned, wanted, equal_nan=True)


def call(answer, case):
    return answer(*case.inputs)


def failing(holds: Callable) -> Callable[[Sequence], bool]:
    """Detects that something holds of every trial that failed."""
    return lambda trials: all(holds(trial) for trial in trials if not trial.passed)


# --- 01.1 ------------------------------------------------------------------------------------


def popular_pages(ratings, slots):
    viewers_of = (ratings > 0).sum(axis=0)
    scores = np.where(ratings > 0, -np.inf, viewers_of)
    return np.argsort(-scores, axis=1, kind="stable")[:, :slots]


def popular_pages_with_loops(ratings, slots):
    videos = range(len(ratings[0]))
    viewers_of = [sum(row[video] > 0 for row in ratings) for video in videos]
    ranking = sorted(videos, key=lambda video: (-viewers_of[video], video))
    return [[video for video in ranking if row[video] == 0][:slots] for row in ratings]


def popular_pages_by_one_sort(ratings, slots):
    """Push what was seen to the end of the one list that all viewers share."""
    order = np.argsort(-np.count_nonzero(ratings, axis=0), kind="stable")
    seen_in_order = ratings[:, order] != 0
    return order[np.argsort(seen_in_order, axis=1, kind="stable")][:, :slots]


def popular_pages_cases(rng):
    hand = np.array([[5, 0, 0, 0], [1, 2, 0, 0], [0, 1, 5, 0], [1, 1, 0, 0]])
    many = rng.integers(1, 6, (12, 15)) * (rng.random((12, 15)) < rng.uniform(0.1, 0.6, 15))
    ties = (rng.random((6, 8)) < 0.5) * 3
    ties[:, -3:] = 0
    fresh = rng.integers(1, 6, (5, 7)) * (rng.random((5, 7)) < 0.6)
    fresh[:, [5, 6]], fresh[0, :5] = 0, 4
    newcomer = many.copy()
    newcomer[0] = 0
    few_fans = np.zeros((7, 9), dtype=int)
    few_fans[0, :2], few_fans[1:5, 2:4], few_fans[5, 4:6] = 5, 1, 5
    return [
        Case("four viewers, four videos", (hand, 2), [[1, 2], [2, 3], [0, 3], [2, 3]]),
        Case("some videos are equally popular", (ties, 3)),
        Case("few viewers give five stars, many give one", (few_fans, 3)),
        Case("one viewer has seen all but what nobody has watched yet", (fresh, 2)),
        Case("one viewer has watched nothing", (newcomer, 4)),
        Case("twelve viewers, fifteen videos", (many, 1)),
    ]


COUNTS = {
    "viewers": lambda ratings: (ratings > 0).sum(axis=0),
    "stars": lambda ratings: ratings.sum(axis=0),
    "mean": lambda ratings: ratings.sum(axis=0) / np.maximum((ratings > 0).sum(axis=0), 1),
    "good": lambda ratings: (ratings >= 4).sum(axis=0),
}
MASKS = {
    "minus infinity": lambda counts, seen: np.where(seen, -np.inf, counts),
    "none": lambda counts, seen: np.broadcast_to(counts, seen.shape),
    "own watch taken off": lambda counts, seen: counts - seen,
    "zero": lambda counts, seen: counts * ~seen,
    "inverted": lambda counts, seen: np.where(seen, counts, -np.inf),
}
ORDERS = {
    "down": lambda scores: np.argsort(-scores, axis=1, kind="stable"),
    "up": lambda scores: np.argsort(np.where(np.isinf(scores), np.inf, scores), 1, kind="stable"),
    "reversed": lambda scores: np.argsort(scores, axis=1, kind="stable")[:, ::-1],
    "best last": lambda scores: np.argsort(scores, axis=1, kind="stable"),
}


def make_pages(counts, mask, order, start):
    def pages(ratings, slots):
        scores = MASKS[mask](COUNTS[counts](ratings).astype(float), ratings > 0)
        ranking = ORDERS[order](scores)
        if order == "best last":
            return ranking[:, -slots:]
        if start == "skips the first":
            return ranking[:, 1 : slots + 1]
        return ranking[:, :slots] + (start == "counts from one")

    return pages


PAGES = Family(
    make_pages,
    call,
    mask=tuple(MASKS),
    counts=tuple(COUNTS),
    order=tuple(ORDERS),
    start=("first", "skips the first", "counts from one"),
)


def cut_before_masking(ratings, slots):
    order = np.argsort(-(ratings > 0).sum(axis=0), kind="stable")[:slots]
    return [[video for video in order if row[video] == 0] for row in ratings]


def one_list(ratings, slots):
    return popular_pages(np.vstack([0 * ratings[:1], ratings]), slots)[0]


def counted_along_the_row(ratings, slots):
    return np.argsort(-(ratings > 0).sum(axis=1), kind="stable")[:slots]


def ranked_down_the_column(ratings, slots):
    scores = np.where(ratings > 0, -np.inf, (ratings > 0).sum(axis=0))
    return np.argsort(-scores, axis=0, kind="stable")[:slots]


def scores_not_videos(ratings, slots):
    scores = np.where(ratings > 0, -np.inf, (ratings > 0).sum(axis=0))
    return -np.sort(-scores, axis=1)[:, :slots]


def in_order_of_number(ratings, slots):
    return np.sort(popular_pages(ratings, slots), axis=1)


def _pages_got_shorter(trials):
    """Some pages have too few slots, none too many."""
    pages = [(page, trial.inputs[1]) for trial in trials for page in trial.returned]
    if not all(np.ndim(page) == 1 for page, _ in pages):
        return False
    missing = [slots - len(page) for page, slots in pages]
    return min(missing) >= 0 and max(missing) > 0


def _one_page_of_videos(trial):
    """One row of slots, that does not rank the viewers by their activity."""
    ratings, slots = trial.inputs
    activity = counted_along_the_row(ratings, slots)
    return np.shape(trial.returned) == (slots,) and not np.array_equal(trial.returned, activity)


def _right_videos_unsorted(trials):
    """Every page holds videos as popular as it should, and some are not in order."""
    pairs = [(_popularity_on(trial, trial.returned), _popularity_on(trial, trial.expected))
             for trial in trials]  # fmt: skip
    as_popular = all(np.array_equal(-np.sort(-got, axis=1), wanted) for got, wanted in pairs)
    return as_popular and any((np.diff(got, axis=1) > 0).any() for got, _ in pairs)


def _popularity_on(trial, pages):
    return (trial.inputs[0] > 0).sum(axis=0)[np.asarray(pages)]


def shows_nothing_seen(pages, ratings, slots):
    pages = np.asarray(pages)
    if pages.shape != (len(ratings), slots) or pages.dtype.kind not in "iu":
        return True  # not pages at all: something else is wrong
    return not (ratings[np.arange(len(ratings))[:, None], pages] > 0).any()


POPULAR = Exercise(
    id="01.1",
    title="Popular, but new to you",
    minutes=10,
    difficulty=1,
    points=2,
    objective="L01.1",
    reference=popular_pages,
    cases=popular_pages_cases,
    hints=(
        "Two steps: one number for each video, then for each viewer the best-numbered videos "
        "among those they have not seen. Which axis of `ratings` are the viewers?",
        "`ratings > 0` says who has watched what; summed over axis 0 it counts the viewers of each "
        "video. `np.where(ratings > 0, ..., counts)` can give seen videos a score that never wins.",
        "A score that never wins is `-np.inf`. `np.argsort(-scores, axis=1, kind='stable')` puts "
        "the largest first and keeps equal ones in the order of their numbers; keep `[:, :slots]`.",
    ),
    mistakes=(
        PAGES.mistake(
            "seen_not_masked",
            "Viewers get videos that they have watched: nothing takes a viewer's own history off "
            "their own page.",
            mask=("none", "own watch taken off"),
        ),
        PAGES.mistake(
            "mask_inverted",
            "The pages hold exactly what the viewers have seen: the mask is the wrong way round. "
            "It is the seen videos that must not appear.",
            mask="inverted",
        ),
        PAGES.mistake(
            "masked_with_zero",
            "Seen videos got a score of 0, and so did videos that nobody has watched: where those "
            "are all that is left, seen ones come back. Minus infinity never ties.",
            mask="zero",
        ),
        PAGES.mistake(
            "counted_stars",
            "These pages rank by the sum of the stars: a five counts like five viewers. Popularity "
            "counts viewers, so turn ratings into watched-or-not (`ratings > 0`) before summing.",
            counts="stars",
        ),
        PAGES.mistake(
            "averaged_stars",
            "These pages rank by the mean rating, so a video that one fan loved beats one that "
            "everybody watched. Popularity is the number of viewers.",
            counts="mean",
        ),
        PAGES.mistake(
            "counted_good_ratings",
            "Only good ratings were counted (four stars and more). Here everybody who watched "
            "counts: `ratings > 0`.",
            counts="good",
        ),
        PAGES.mistake(
            "least_watched_first",
            "The least watched videos come first: argsort sorts upwards, so sort minus the scores.",
            order="up",
        ),
        PAGES.mistake(
            "ties_backwards",
            "Only equally popular videos are in another order: reversing a sort with [::-1] "
            "reverses ties too. Sort minus the scores with kind='stable' instead.",
            order="reversed",
        ),
        PAGES.mistake(
            "best_last",
            "The pages are upside down: the best video is in the last slot. Sort minus the scores "
            "and keep the first `slots`.",
            order="best last",
        ),
        PAGES.mistake(
            "skipped_the_first",
            "The best video of each page is missing: slots count from 0, so keep `[:, :slots]`.",
            start="skips the first",
        ),
        PAGES.mistake(
            "counted_from_one",
            "Every video number is one too large: the first column is video 0.",
            start="counts from one",
        ),
        Mistake(
            "cut_before_masking",
            cut_before_masking,
            "Some pages come out too short: the list was cut to `slots` first and seen videos were "
            "taken out of it after. Leave out what was seen, then cut.",
            detect=_pages_got_shorter,
        ),
        Mistake(
            "counted_along_the_row",
            counted_along_the_row,
            "There is one number for each viewer, where one for each video is needed: the sum ran "
            "along axis 1 (each viewer's activity). Viewers are axis 0.",
        ),
        Mistake(
            "one_list",
            one_list,
            "One list came back, the same for everybody. Each viewer needs a page of their own, "
            "int[U, slots], because each has seen other things.",
            detect=failing(_one_page_of_videos),
        ),
        Mistake(
            "ranked_down_the_column",
            ranked_down_the_column,
            "The sort ran down the columns: it ranks viewers for each video. Sort along axis 1.",
            detect=failing(
                lambda trial: (
                    np.shape(trial.returned)
                    == (min(trial.inputs[1], len(trial.inputs[0])), trial.inputs[0].shape[1])
                )
            ),
        ),
        Mistake(
            "scores_not_videos",
            scores_not_videos,
            "These are the scores of the best videos, not the videos: np.argsort gives the "
            "positions that np.sort puts in order.",
        ),
        Mistake(
            "right_videos_in_another_order",
            in_order_of_number,
            "The pages hold the right videos in the wrong order. np.argpartition finds the best "
            "without sorting them, and sorting the numbers again loses the ranking.",
            detect=_right_videos_unsorted,
        ),
    ),
    others=(popular_pages_with_loops, popular_pages_by_one_sort),
    properties=(
        Property(
            "no page shows a video that its viewer has seen",
            shows_nothing_seen,
            "A page shows a video that its viewer has already watched.",
        ),
    ),
    praise="You have the baseline that every recommender must beat.",
)


# --- 01.2 ------------------------------------------------------------------------------------


def ndcg_of_stars(pages, stars):
    slots = pages.shape[1]
    weight = 1 / np.log2(np.arange(slots) + 2)
    gain = 2.0**stars - 1
    shown = np.take_along_axis(gain, pages, axis=1) @ weight
    best = -np.sort(-gain, axis=1)[:, :slots] @ weight
    return np.divide(shown, best, out=np.full(len(pages), np.nan), where=best > 0)


def ndcg_of_stars_with_loops(pages, stars):
    """The natural logarithm will do: its base cancels."""
    figures = []
    for page, own in zip(pages.tolist(), stars.tolist(), strict=True):
        dcg = sum((2 ** own[video] - 1) / np.log(slot + 1) for slot, video in enumerate(page, 1))
        ideal = sorted(own, reverse=True)[: len(page)]
        best = sum((2**star - 1) / np.log(slot + 1) for slot, star in enumerate(ideal, 1))
        figures.append(dcg / best if best else float("nan"))
    return figures


def ndcg_cases(rng):
    def pages_of(viewers, videos, slots):
        return rng.permuted(np.tile(np.arange(videos), (viewers, 1)), axis=1)[:, :slots]

    def stars_of(viewers, videos, share):
        return rng.integers(1, 6, (viewers, videos)) * (rng.random((viewers, videos)) < share)

    hand = np.array([[3, 1, 0]]), np.array([[1, 0, 0, 2, 0]])
    expected = (3 + 1 / 2) / (3 + 1 / np.log2(3))
    many = stars_of(5, 12, 0.8)
    perfect = np.argsort(-many, axis=1, kind="stable")[:, :4]
    nobody = stars_of(4, 9, 0.5)
    nobody[2] = 0
    missed = np.array([[0, 1]]), np.array([[0, 0, 4, 1, 2, 3, 5]])
    return [
        Case("two stars in slot 1, one star in slot 3", hand, [expected]),
        Case("one slot", (np.array([[2]]), np.array([[5, 0, 3]])), [7 / 31]),
        Case("the best possible pages", (perfect, many), [1.0] * 5),
        Case("more hidden videos than slots", (pages_of(6, 12, 4), stars_of(6, 12, 0.9))),
        Case("five hidden videos, none of them shown", missed, [0.0]),
        Case("one viewer has nothing hidden", (pages_of(4, 9, 5), nobody)),
    ]


GAINS = {
    "exponential": lambda stars: 2.0**stars - 1,
    "stars": lambda stars: stars,
    "ones": lambda stars: stars > 0,
    "no minus one": lambda stars: 2.0**stars,
    "half": lambda stars: 2.0 ** (stars - 1),
    "squares": lambda stars: stars**2,
}
DISCOUNTS = {
    "log": lambda slots: 1 / np.log2(slots + 2),
    "late": lambda slots: 1 / np.log2(slots + 3),
    "early": lambda slots: 1 / np.log2(np.maximum(slots + 1, 2)),
    "none": lambda slots: np.ones(len(slots)),
    "reciprocal": lambda slots: 1 / (slots + 1),
}
# from gain [U, V], own gain on the page [U, K] and stars [U, V]: the gains of the ideal page
IDEALS = {
    "own": lambda gain, page, stars: -np.sort(-gain, axis=1)[:, : page.shape[1]],
    "page": lambda gain, page, stars: -np.sort(-page, axis=1),
    "uncut": lambda gain, page, stars: -np.sort(-gain, axis=1),
    "best stars": lambda gain, page, stars: np.full(page.shape, 31.0),
    "all hits": lambda gain, page, stars: np.ones(page.shape),
    "ones": lambda gain, page, stars: np.sort(stars > 0, axis=1)[:, ::-1][:, : page.shape[1]],
    "stars": lambda gain, page, stars: -np.sort(-stars, axis=1)[:, : page.shape[1]],
    "upwards": lambda gain, page, stars: np.sort(gain, axis=1)[:, : page.shape[1]],
}


def make_ndcg(gain, lookup, discount, ideal, divided, empty):
    def figures(pages, stars):
        worth = np.asarray(GAINS[gain](stars.astype(float)), dtype=float)
        slots = pages.shape[1]
        page = worth[:, :slots] if lookup == "slot" else np.take_along_axis(worth, pages, axis=1)
        best_page = IDEALS[ideal](worth, page, stars.astype(float))
        weight = DISCOUNTS[discount](np.arange(slots))
        if divided == "not":
            return page @ weight
        best_weight = DISCOUNTS[discount](np.arange(best_page.shape[1]))
        best_weight = best_weight**0 if divided == "no discount" else best_weight
        best = best_page @ best_weight / (np.log(2) if divided == "other log" else 1)
        with np.errstate(all="ignore"):
            found = page @ weight / best
        return found if empty == "nan" else np.where(best > 0, found, float(empty))

    return figures


FIGURES = Family(
    make_ndcg,
    call,
    gain=tuple(GAINS),
    lookup=("video", "slot"),
    discount=tuple(DISCOUNTS),
    ideal=tuple(IDEALS),
    divided=("same", "not", "no discount", "other log"),
    empty=("nan", "0", "1"),
)


def averaged(pages, stars):
    return float(np.nanmean(ndcg_of_stars(pages, stars)))


def slot_by_slot(pages, stars):
    """The mean over slots of gain over ideal gain."""
    gain = 2.0**stars - 1
    best = -np.sort(-gain, axis=1)[:, : pages.shape[1]]
    with np.errstate(all="ignore"):
        return (np.take_along_axis(gain, pages, axis=1) / best).mean(axis=1)


def never_above_one(figures, pages, stars):
    return not np.any(np.asarray(figures, dtype=float) > 1 + 1e-9)


NDCG = Exercise(
    id="01.2",
    title="nDCG that counts stars",
    minutes=12,
    difficulty=2,
    points=2,
    objective="L01.2",
    reference=ndcg_of_stars,
    cases=ndcg_cases,
    hints=(
        "Start from the lesson's nDCG and change what a hit is worth: `2**stars - 1` instead of 1. "
        "It changes in two places.",
        "The best possible page of a viewer shows their most-starred videos first. Sort each row "
        "of the gains downwards and keep as many as the page has slots.",
        "`shown = np.take_along_axis(gain, pages, axis=1) @ weight` and `best = -np.sort(-gain, "
        "axis=1)[:, :slots] @ weight`; the figure is shown / best, and NaN where best is 0.",
    ),
    mistakes=(
        Mistake(
            "averaged",
            averaged,
            "One number came back, the mean over viewers. Return one figure for each viewer; "
            "the mean is taken by whoever needs it.",
            detect=lambda trials: all(np.isscalar(trial.returned) for trial in trials),
        ),
        FIGURES.mistake(
            "stars_for_gain",
            "The stars themselves were added up. Here a video of s stars is worth 2**s - 1, so "
            "that five stars count thirty-one times as much as one.",
            gain=("stars", "squares"),
        ),
        FIGURES.mistake(
            "hits_for_gain",
            "Every hidden video counts the same: the stars are not used. The gain of a video of s "
            "stars is 2**s - 1.",
            gain="ones",
        ),
        FIGURES.mistake(
            "forgot_minus_one",
            "A video without stars still has a gain, 2**0 = 1 or so. The gain is 2**stars - 1, so "
            "that what is not hidden is worth nothing.",
            gain=("no minus one", "half"),
        ),
        FIGURES.mistake(
            "looked_up_by_slot",
            "The gains are those of videos 0, 1, 2, …, whatever the page shows. Look them up by "
            "the video numbers on the page: np.take_along_axis(gain, pages, axis=1).",
            lookup="slot",
        ),
        FIGURES.mistake(
            "discount_off_by_one",
            "The discount is one slot off: slot 1 has weight 1 / log2(2) = 1. With slots counted "
            "from 0 that is log2(slot + 2), and with slots counted from 1 log2(slot + 1).",
            discount=("late", "early"),
        ),
        FIGURES.mistake(
            "no_discount",
            "All slots count the same. A hit in slot k has weight 1 / log2(k + 1), so that the "
            "first slot matters most.",
            discount="none",
        ),
        FIGURES.mistake(
            "reciprocal_discount",
            "The weight of slot k is 1 / k here, as in reciprocal rank. DCG falls more gently: "
            "1 / log2(k + 1).",
            discount="reciprocal",
        ),
        FIGURES.mistake(
            "ideal_of_the_page",
            "The ideal was made from the page's own videos in a better order, so a page that "
            "misses everything good can still get 1. The ideal page is made from all videos.",
            ideal="page",
        ),
        FIGURES.mistake(
            "ideal_not_cut",
            "The ideal page has more slots than the page: cut it to the same number of slots, or "
            "a perfect page gets less than 1.",
            ideal="uncut",
        ),
        FIGURES.mistake(
            "ideal_that_nobody_could_have",
            "The ideal page fills every slot with a hit, or with five stars. It must be one that "
            "this viewer could have had: their own stars, sorted.",
            ideal=("best stars", "all hits"),
        ),
        FIGURES.mistake(
            "ideal_of_another_gain",
            "The page is valued by 2**stars - 1 and the ideal by something else (stars, or ones): "
            "both need the same gain.",
            ideal=("stars", "ones"),
        ),
        FIGURES.mistake(
            "ideal_sorted_upwards",
            "The ideal page starts with what has fewest stars: np.sort sorts upwards. Sort minus "
            "the gains and change the sign back.",
            ideal="upwards",
        ),
        FIGURES.mistake(
            "not_divided",
            "This is the discounted gain, not yet divided by the best that was possible for the "
            "viewer: the n of nDCG is missing.",
            divided="not",
        ),
        FIGURES.mistake(
            "ideal_discounted_otherwise",
            "The page and the ideal are discounted differently, so a perfect page does not get 1. "
            "Use one and the same weight for both.",
            divided=("no discount", "other log"),
        ),
        FIGURES.mistake(
            "a_figure_for_nobody",
            "A viewer with nothing hidden got a figure, which would count in a mean. Nothing can "
            "be said of them: return NaN.",
            empty=("0", "1"),
        ),
        Mistake(
            "slot_by_slot",
            slot_by_slot,
            "Each slot was divided by the ideal's slot and then averaged. Add up the discounted "
            "gains of the page, add up those of the ideal, and divide the two sums.",
        ),
    ),
    others=(ndcg_of_stars_with_loops,),
    properties=(
        Property(
            "no page is better than the best possible one",
            never_above_one,
            "A figure lies above 1: the ideal page must be at least as good as any other, "
            "with the same gains and the same discount.",
        ),
    ),
    praise="With it you can judge any model that ranks, on any log with ratings.",
)


# --- 01.3 ------------------------------------------------------------------------------------


class UserKNN:
    def __init__(self, neighbours):
        self.neighbours = neighbours

    def fit(self, ratings):
        length = np.linalg.norm(ratings, axis=1)
        lengths = np.outer(length, length)
        blank = np.zeros(lengths.shape)
        alike = np.divide(ratings @ ratings.T, lengths, out=blank, where=lengths > 0)
        np.fill_diagonal(alike, 0)
        nearest = np.argsort(-alike, axis=1, kind="stable")[:, : self.neighbours]
        kept = np.zeros_like(alike)
        np.put_along_axis(kept, nearest, np.take_along_axis(alike, nearest, axis=1), axis=1)
        self.all_scores = kept @ ratings
        return self

    def scores(self, viewers):
        return self.all_scores[viewers]


class UserKNNWithLoops:
    def __init__(self, neighbours):
        self.neighbours = neighbours

    def fit(self, ratings):
        self.ratings = np.asarray(ratings, dtype=float)
        return self

    def _alike(self, a, b):
        one, other = self.ratings[a], self.ratings[b]
        lengths = np.sqrt((one @ one) * (other @ other))
        return one @ other / lengths if lengths else 0.0

    def scores(self, viewers):
        return np.array([self._scores_of(viewer) for viewer in viewers])

    def _scores_of(self, viewer):
        others = [other for other in range(len(self.ratings)) if other != viewer]
        likeness = {other: self._alike(viewer, other) for other in others}
        nearest = sorted(others, key=likeness.get, reverse=True)[: self.neighbours]
        return sum(likeness[other] * self.ratings[other] for other in nearest)


def knn_scores(answer, case):
    neighbours, ratings, viewers = case.inputs
    return answer(neighbours).fit(ratings).scores(viewers)


def user_knn_cases(rng):
    hand = np.array([[3.0, 4, 0], [3, 0, 4], [0, 5, 0]])
    # viewers 0 and 1: 9 / 25; viewers 0 and 2: 20 / 25, so viewer 2 is nearest to viewer 0
    return [
        Case("three viewers, one neighbour", (1, hand, np.array([0])), [[0, 4.0, 0]]),
        Case("three viewers, two neighbours", (2, hand, np.array([0])), [[1.08, 4.0, 1.44]]),
        Case("eight viewers, three neighbours", (3, _ratings(rng, 8, 12, 3), np.arange(8))),
        Case("four of nine viewers", (2, _ratings(rng, 9, 6, 2), np.array([7, 0, 0, 4]))),
        Case("one viewer has watched nothing", (3, _with_a_newcomer(rng), np.arange(7))),
        Case("fewer viewers than neighbours", (50, _ratings(rng, 5, 9, 50), np.arange(5))),
    ]


def _ratings(rng, viewers, videos, neighbours):
    """Ratings that leave no doubt about who the nearest are."""
    while True:
        ratings = rng.integers(1, 6, (viewers, videos)) * (rng.random((viewers, videos)) < 0.6)
        if not ratings.any(axis=1).all():
            continue
        falling = -np.sort(-_likeness("cosine", ratings.astype(float)), axis=1)[:, 1:]
        gaps = -np.diff(falling, axis=1)[:, neighbours - 1 : neighbours]
        if gaps.size == 0 or gaps.min() > 1e-3:
            return ratings.astype(float)


def _with_a_newcomer(rng):
    return np.insert(_ratings(rng, 6, 10, 3), 2, 0.0, axis=0)


LENGTHS = {
    "cosine": lambda r: np.sqrt(np.outer((r**2).sum(1), (r**2).sum(1))),
    "product": lambda r: np.ones((len(r), len(r))),
    "own length": lambda r: np.sqrt((r**2).sum(1))[:, None],
    "other length": lambda r: np.sqrt((r**2).sum(1))[None],
    "squares": lambda r: np.outer((r**2).sum(1), (r**2).sum(1)),
    "sums": lambda r: np.outer(r.sum(1), r.sum(1)),
}
LIKENESSES = (*LENGTHS, "watched", "jaccard", "pearson", "video lengths", "unlike")


def _likeness(kind, ratings):
    ones = (ratings > 0).astype(float)
    with np.errstate(all="ignore"):
        if kind in LENGTHS:
            return np.nan_to_num(ratings @ ratings.T / LENGTHS[kind](ratings), posinf=0.0)
        if kind == "jaccard":
            both = ones @ ones.T
            return np.nan_to_num(both / (ones.sum(1)[:, None] + ones.sum(1) - both))
        if kind == "pearson":
            return np.nan_to_num(np.corrcoef(ratings))
        if kind == "video lengths":
            return _likeness("product", np.nan_to_num(ratings / np.linalg.norm(ratings, axis=0)))
    return _likeness("cosine", ones) if kind == "watched" else -_likeness("cosine", ratings)


SUMS = {
    "likeness times rating": lambda kept, r: kept @ r,
    "likeness": lambda kept, r: kept @ (r > 0),
    "ratings": lambda kept, r: (kept > 0) @ r,
    "weighted mean": lambda kept, r: kept @ r / np.maximum(kept.sum(1, keepdims=True), 1e-12),
    "mean of raters": lambda kept, r: kept @ r / np.maximum(kept @ (r > 0), 1e-12),
    "seen at zero": lambda kept, r: np.where(r > 0, 0, kept @ r),
    "seen at minus infinity": lambda kept, r: np.where(r > 0, -np.inf, kept @ r),
    "none": lambda kept, r: kept,
}


def make_knn(compare, likeness, own, cut, add):
    class Made:
        def __init__(self, neighbours):
            self.neighbours = neighbours + {"one more": 1, "one fewer": -1}.get(cut, 0)

        def fit(self, ratings):
            rows = ratings.T if compare == "videos" else ratings
            kept = self.keep(_likeness(likeness, rows))
            self.table = ratings @ kept.T if compare == "videos" else SUMS[add](kept, ratings)
            return self

        def keep(self, alike):
            if own == "left out":
                np.fill_diagonal(alike, 0.0)
            axis = 0 if cut == "columns" else 1
            rank = np.argsort(np.argsort(-alike, axis=axis, kind="stable"), axis=axis)
            kept = np.where((rank < self.neighbours) | (cut == "none"), alike, 0.0)
            if own == "left out late":
                np.fill_diagonal(kept, 0.0)
            return kept

        def scores(self, viewers):
            return self.table[viewers]

    return Made


KNNS = Family(
    make_knn,
    knn_scores,
    compare=("viewers", "videos"),
    own=("left out", "kept", "left out late"),
    cut=("rows", "columns", "none", "one more", "one fewer"),
    likeness=LIKENESSES,
    add=tuple(SUMS),
)
right_knn = make_knn(**KNNS.right)


class EverybodyAtOnce(right_knn):
    def scores(self, viewers):
        return self.table


class FitReturnsNothing(right_knn):
    def fit(self, ratings):
        super().fit(ratings)


class NewcomersAreNotNumbers(right_knn):
    def fit(self, ratings):
        with np.errstate(all="ignore"):
            alike = ratings @ ratings.T / LENGTHS["cosine"](ratings)
        self.table = self.keep(alike) @ ratings
        return self


def _not_a_number_beside_a_newcomer(trial):
    newcomer = not trial.inputs[1].any(axis=1).all()
    return newcomer and np.isnan(np.asarray(trial.returned, dtype=float)).any()


USER_KNN = Exercise(
    id="01.3",
    title="UserKNN, a component",
    minutes=25,
    difficulty=3,
    points=4,
    objective="L01.3",
    reference=UserKNN,
    cases=user_knn_cases,
    observe=knn_scores,
    names=("neighbours", "ratings", "viewers"),
    hints=(
        "Take the lesson's ItemKNN and turn the table: now two *rows* are compared. Which axis do "
        "the lengths run along, and what shape has the likeness of all viewers with all viewers?",
        "In `fit`: cosine of all pairs of rows, a zero diagonal, then for each row of the likeness "
        "keep the `neighbours` largest. A viewer who has watched nothing has length 0: guard the "
        "division. End with `return self`.",
        "The scores of all viewers are `kept @ ratings`, float[U, V], where `kept` is the likeness "
        "with all but the nearest set to zero. `scores(viewers)` picks the rows asked for.",
    ),
    mistakes=(
        Mistake(
            "fit_returns_nothing",
            FitReturnsNothing,
            "`fit` returns None, so nothing can be asked for scores afterwards. End it with "
            "`return self`, as scikit-learn's models do.",
            detect=failing(lambda trial: "'NoneType'" in str(trial.error)),
        ),
        Mistake(
            "everybody_at_once",
            EverybodyAtOnce,
            "`scores(viewers)` returns a row for every viewer of the log. It should return one row "
            "for each viewer asked for, in the order asked.",
            detect=lambda trials: all(
                np.shape(trial.returned) == trial.inputs[1].shape for trial in trials
            ),
        ),
        KNNS.mistake(
            "compared_videos",
            "This is ItemKNN: it compares columns, that is videos. UserKNN compares rows: viewers "
            "who rated alike, and then adds up what *they* watched.",
            compare="videos",
        ),
        KNNS.mistake(
            "own_neighbour",
            "Each viewer is their own nearest neighbour (their cosine with themselves is 1), which "
            "takes up a place and brings back what they have seen. Set the diagonal to 0 first.",
            own="kept",
        ),
        KNNS.mistake(
            "own_place_wasted",
            "The diagonal was set to 0 after the cut, so each viewer took up one of their own "
            "places and one neighbour is missing. Set it to 0 before.",
            own="left out late",
        ),
        KNNS.mistake(
            "all_neighbours",
            "Everybody has a say: all viewers count as neighbours. Keep only the `neighbours` most "
            "alike of each viewer, and set the rest to zero.",
            cut="none",
        ),
        KNNS.mistake(
            "neighbours_by_column",
            "The nearest were kept in each column of the likeness. The table is symmetric, but the "
            "cut is not: each viewer, a row, chooses their own neighbours.",
            cut="columns",
        ),
        KNNS.mistake(
            "one_neighbour_off",
            "There is one neighbour too many or too few: keep exactly `neighbours` in each row, "
            "`[:, :neighbours]` of the sorted order.",
            cut=("one more", "one fewer"),
        ),
        KNNS.mistake(
            "no_lengths",
            "The likeness is the plain product of two rows, so viewers who rate a lot are like "
            "everybody. Divide by both lengths to get the cosine.",
            likeness="product",
        ),
        KNNS.mistake(
            "one_length",
            "The product was divided by the length of one of the two viewers only. A cosine "
            "divides by both: `np.outer(length, length)`.",
            likeness=("own length", "other length"),
        ),
        KNNS.mistake(
            "other_lengths",
            "The product was divided by something other than the two lengths. A row's length is "
            "the square root of the sum of its squares: np.linalg.norm(ratings, axis=1).",
            likeness=("squares", "sums"),
        ),
        KNNS.mistake(
            "lengths_of_videos",
            "The ratings were divided by the lengths of the columns, the videos. Viewers are rows: "
            "normalise along axis 1.",
            likeness="video lengths",
        ),
        KNNS.mistake(
            "watched_not_rated",
            "The likeness looks at who watched what and forgets the stars. Compare the rows of "
            "ratings as they are.",
            likeness=("watched", "jaccard"),
        ),
        KNNS.mistake(
            "correlation",
            "The likeness is Pearson's correlation, which takes each row's mean off first, also "
            "from the zeros that mean «not watched». Use the plain cosine.",
            likeness="pearson",
        ),
        KNNS.mistake(
            "least_alike",
            "The neighbours are the least alike: sort minus the likeness, or take the last ones.",
            likeness="unlike",
        ),
        KNNS.mistake(
            "averaged_neighbours",
            "The neighbours' ratings were averaged, so a video that one neighbour loved beats one "
            "that all of them watched. Add up likeness times rating; do not divide.",
            add=("weighted mean", "mean of raters"),
        ),
        KNNS.mistake(
            "half_of_the_product",
            "Either the likeness or the ratings are left out of the sum. What a neighbour says "
            "about a video is likeness times rating.",
            add=("ratings", "likeness"),
        ),
        KNNS.mistake(
            "masked_already",
            "Seen videos were taken out here. `scores` scores every video; the page is what leaves "
            "seen ones out, so that one place decides it for all models.",
            add=("seen at zero", "seen at minus infinity"),
        ),
        KNNS.mistake(
            "stopped_at_the_neighbours",
            "This is how alike the viewers are, float[U, U]. One product is missing: with their "
            "ratings it gives a score for each video.",
            add="none",
        ),
        Mistake(
            "newcomers_are_not_numbers",
            NewcomersAreNotNumbers,
            "A viewer who has watched nothing has length 0, and 0 / 0 is not a number. Their "
            "likeness to everybody is 0: guard the division.",
            detect=failing(_not_a_number_beside_a_newcomer),
        ),
    ),
    others=(UserKNNWithLoops,),
    praise="A whole model behind two methods: anything with `fit` and `scores` can take its place.",
)


# --- 01.4 ------------------------------------------------------------------------------------


def bpr_step(viewer, better, worse, step, penalty):
    lead = viewer @ (better - worse)
    push = 1 / (1 + np.exp(lead))
    return (
        viewer + step * (push * (better - worse) - penalty * viewer),
        better + step * (push * viewer - penalty * better),
        worse + step * (-push * viewer - penalty * worse),
    )


def bpr_step_by_autograd(viewer, better, worse, step, penalty):
    import torch

    parts = [torch.tensor(part, requires_grad=True) for part in (viewer, better, worse)]
    lead = parts[0] @ (parts[1] - parts[2])
    size = sum((part**2).sum() for part in parts)
    (penalty / 2 * size - torch.nn.functional.logsigmoid(lead)).backward()
    return tuple((part - step * part.grad).detach().numpy() for part in parts)


def bpr_cases(rng):
    def three(factors):
        return rng.normal(size=(3, factors))

    hand = np.array([1.0, 0.0]), np.array([0.0, 2.0]), np.array([0.0, 0.0])
    # the lead is 0, so the push is a half
    expected = np.array([1.0, 0.1]), np.array([0.05, 2.0]), np.array([-0.05, 0.0])
    person, near, far = np.array([3.0, 1.0]), np.array([1.0, 0.8]), np.array([-0.5, 0.5])
    return [
        Case("a tie, and no penalty", (*hand, 0.1, 0.0), expected),
        Case("four factors, no penalty", (*three(4), 0.1, 0.0)),
        Case("four factors, with a penalty", (*three(4), 0.1, 0.3)),
        Case("an order that is clearly right already", (person, near, far, 0.2, 0.0)),
        Case("an order that is badly wrong", (person, far, near, 0.2, 0.0)),
        Case("a large step", (*three(6), 1.5, 0.1)),
    ]


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


# how hard a triple pushes, given the viewer and the two videos
PUSHES = {
    "fades": lambda v, b, w: _sigmoid(-(v @ (b - w))),
    "grows": lambda v, b, w: _sigmoid(v @ (b - w)),
    "slope": lambda v, b, w: _sigmoid(v @ (b - w)) * _sigmoid(-(v @ (b - w))),
    "constant": lambda v, b, w: 1.0,
    "error": lambda v, b, w: 1 - v @ (b - w),
    "hinge": lambda v, b, w: float(v @ (b - w) < 1),
    "by factor": lambda v, b, w: _sigmoid(-(v * (b - w))),
    "better alone": lambda v, b, w: _sigmoid(-(v @ b)),
}
SHRINKS = {"down": 1.0, "forgotten": 0.0, "up": -1.0, "twice": 2.0, "half": 0.5}


def make_step(push, worse, towards, shrink, turn, back):
    def moved(viewer, better, worse_one, step, penalty):
        pull = SHRINKS.get(shrink, 1.0) * penalty
        force = PUSHES[push]
        sign = -1 if back == "uphill" else 1
        scale = 1.0 if back in ("no step", "gradient") else step
        decay = pull if shrink == "whole" else scale * pull

        def viewer_after(v, b, w):
            aim = b if towards == "better" else b - w
            return v + sign * (scale * force(viewer, better, worse_one) * aim - decay * v)

        def videos_after(v):
            weight = scale * force(viewer, better, worse_one) * v
            bad = {"away": -1, "towards": 1, "stays": 0}[worse]
            shrunk = 0 if worse == "stays" else decay * worse_one
            return (
                better + sign * (weight - decay * better),
                worse_one + sign * (bad * weight - shrunk),
            )

        if turn == "videos first":
            after = videos_after(viewer)
            new = viewer_after(viewer, *after), *after
        else:
            first = viewer_after(viewer, better, worse_one)
            new = first, *videos_after(first if turn == "viewer first" else viewer)
        if back == "gradient":
            return tuple(a - b for a, b in zip((viewer, better, worse_one), new, strict=True))
        return (new[0], new[2], new[1]) if back == "swapped" else new

    return moved


STEPS = Family(
    make_step,
    call,
    back=("all three", "uphill", "gradient", "no step", "swapped"),
    worse=("away", "towards", "stays"),
    push=tuple(PUSHES),
    towards=("difference", "better"),
    turn=("together", "viewer first", "videos first"),
    shrink=(*SHRINKS, "whole"),
)


def push_made_afresh(viewer, better, worse, step, penalty):
    """Each vector moves on its own, and the next one sees the new lead."""
    push = PUSHES["fades"]
    viewer = viewer + step * (push(viewer, better, worse) * (better - worse) - penalty * viewer)
    better = better + step * (push(viewer, better, worse) * viewer - penalty * better)
    worse = worse + step * (-push(viewer, better, worse) * viewer - penalty * worse)
    return viewer, better, worse


def two_losses(viewer, better, worse, step, penalty):
    """Logistic regression on each video by itself."""
    up, down = _sigmoid(-(viewer @ better)), _sigmoid(viewer @ worse)
    return (
        viewer + step * (up * better - down * worse - penalty * viewer),
        better + step * (up * viewer - penalty * better),
        worse + step * (-down * viewer - penalty * worse),
    )


def order_gets_clearer(result, viewer, better, worse, step, penalty):
    if penalty > 0 or len(result) != 3:
        return True
    new_viewer, new_better, new_worse = map(np.asarray, result)
    return new_viewer @ (new_better - new_worse) >= viewer @ (better - worse) - 1e-12


BPR_STEP = Exercise(
    id="01.4",
    title="One step of BPR by hand",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L01.4",
    reference=bpr_step,
    cases=bpr_cases,
    hints=(
        "Differentiate the loss by the lead first, then the lead by each of the three vectors. The "
        "derivative of -log sigmoid(x) is -sigmoid(-x): large where the order is wrong.",
        "With push = sigmoid(-lead): the viewer moves towards better - worse, the better video "
        "towards the viewer, the worse one away from the viewer, each by step * push.",
        "The penalty (penalty / 2) * |x|^2 has the gradient penalty * x, for all three. Compute "
        "all three new vectors from the three old ones: viewer + step * (push * (better - worse) "
        "- penalty * viewer), and so on.",
    ),
    mistakes=(
        STEPS.mistake(
            "uphill",
            "The step goes up the loss: after it the worse video lies further ahead. Subtract the "
            "gradient, or check the sign of the derivative of -log sigmoid.",
            back="uphill",
        ),
        STEPS.mistake(
            "gradient_came_back",
            "These are the gradients, not the vectors after the step. Return old - step * gradient "
            "for each of the three.",
            back="gradient",
        ),
        STEPS.mistake(
            "step_forgotten",
            "The whole gradient was taken: multiply it by `step`.",
            back="no step",
        ),
        STEPS.mistake(
            "videos_swapped",
            "The two videos came back in each other's place: return viewer, better, worse.",
            back="swapped",
        ),
        STEPS.mistake(
            "worse_left_alone",
            "The video that was not watched has not moved. It is in the lead with a minus sign, "
            "so it moves away from the viewer.",
            worse="stays",
        ),
        STEPS.mistake(
            "worse_pulled_up",
            "The video that was not watched moves towards the viewer, like the watched one. Its "
            "score enters the lead with a minus sign, so its gradient changes sign too.",
            worse="towards",
        ),
        STEPS.mistake(
            "push_grows",
            "The push grows as the order becomes clearer: it is sigmoid(lead). It should fade: the "
            "derivative of -log sigmoid(lead) is -sigmoid(-lead) = -(1 - sigmoid(lead)).",
            push="grows",
        ),
        STEPS.mistake(
            "slope_of_the_sigmoid",
            "The push is the slope of the sigmoid itself, sigmoid * (1 - sigmoid): the logarithm "
            "got lost. With it the sigmoid cancels and 1 - sigmoid(lead) is left.",
            push="slope",
        ),
        STEPS.mistake(
            "constant_push",
            "Triples push equally hard (or not at all), however clear their order is. The sigmoid "
            "is missing: the push is 1 - sigmoid(lead), which fades smoothly.",
            push=("constant", "hinge"),
        ),
        STEPS.mistake(
            "error_of_a_rating",
            "The push is 1 - lead, the error of a predicted rating (least squares). BPR has no "
            "target to hit, only an order: the push is 1 - sigmoid(lead).",
            push="error",
        ),
        STEPS.mistake(
            "lead_factor_by_factor",
            "The lead was taken factor by factor, so each factor has a push of its own. A score is "
            "the sum over factors: use @ (or .sum()), which gives one number.",
            push="by factor",
        ),
        STEPS.mistake(
            "no_comparison",
            "The push looks at the watched video's score alone. BPR compares: the lead is the "
            "viewer's score of the better video less that of the worse one.",
            push="better alone",
        ),
        STEPS.mistake(
            "viewer_follows_better_only",
            "The viewer moves towards the better video, and should move towards better - worse: "
            "the derivative of the lead by the viewer is the difference.",
            towards="better",
        ),
        STEPS.mistake(
            "one_after_the_other",
            "One vector was moved before another's gradient was taken, which then follows its new "
            "value. All three gradients belong to the same point: use the old values.",
            turn=("viewer first", "videos first"),
        ),
        STEPS.mistake(
            "penalty_grows",
            "The penalty makes the vectors longer. It is part of the loss, so a step down makes "
            "them shorter: - penalty * x.",
            shrink="up",
        ),
        STEPS.mistake(
            "penalty_of_another_size",
            "The penalty pulls twice, or half, as hard as it should: the loss has "
            "(penalty / 2) * |x|^2, whose gradient is penalty * x.",
            shrink=("twice", "half"),
        ),
        STEPS.mistake(
            "penalty_without_step",
            "The penalty is taken off in full, whatever the step. It is part of the gradient, so "
            "it is multiplied by `step` too.",
            shrink="whole",
        ),
        STEPS.mistake(
            "forgot_penalty",
            "All is right but the penalty is missing: each of the three vectors also shrinks by "
            "step * penalty * itself.",
            shrink="forgotten",
        ),
        Mistake(
            "push_made_afresh",
            push_made_afresh,
            "The vectors are moved one after the other, and the lead is taken afresh each time. "
            "One step is taken from one point: compute all three gradients before you move.",
        ),
        Mistake(
            "two_losses",
            two_losses,
            "Each video is pushed by its own score, as if one had to be 1 and the other 0. BPR "
            "only wants the one above the other: one lead, one push for both.",
        ),
    ),
    others=(bpr_step_by_autograd,),
    properties=(
        Property(
            "without a penalty, the order is clearer after the step",
            order_gets_clearer,
            "After the step the watched video leads by less than before: at least one of the three "
            "moved the wrong way. Check each sign.",
        ),
    ),
    praise="You have done by hand what every pairwise learner does a million times.",
)


# --- 01.5 ------------------------------------------------------------------------------------


class CostCounter:
    name = "cost counter"

    def __init__(self, platform, rate):
        self.platform, self.rate = platform, rate

    def opine(self, request):
        catalog, videos = self.platform.catalog, request.candidates
        cost = catalog.minutes[videos] * (1 - 0.9 / 3.4 * catalog.quality[videos])
        worth = catalog.minutes[videos] - self.rate * cost
        scores = self.platform.attraction(videos) * worth
        return Opinion(self.name, scores, np.ones(len(request)))

    def learn(self, feedback):
        pass


class CostCounterWithLoops:
    name = "loops"

    def __init__(self, platform, rate):
        self.platform, self.rate = platform, rate

    def opine(self, request):
        catalog = self.platform.catalog
        scores = np.zeros(request.candidates.shape)
        for row, videos in enumerate(request.candidates):
            for column, video in enumerate(videos):
                pull = self.platform.interest[row, catalog.topic[video]] + 1
                minutes = catalog.minutes[video]
                cost = minutes - 0.9 / 3.4 * minutes * catalog.quality[video]
                scores[row, column] = pull * (minutes - self.rate * cost)
        return Opinion("loops", scores, np.ones(len(request)), ["it pays"] * len(request))

    def learn(self, feedback):
        return None


def _scene(case):
    """A platform as the case describes it, and its request."""
    _, interest, topic, quality, minutes, candidates, numbered_from = case.inputs
    rng = np.random.default_rng(0)
    platform = Platform(Catalog(topic, quality, minutes), slots=1, candidates=1, rng=rng)
    if numbered_from:
        platform.reset(numbered_from)
    platform.reset(len(interest))
    platform.interest[:] = interest
    return platform, Request(platform.viewers, candidates, slots=1)


def two_opinions(answer, case):
    """What the agent says of a request, and of the same one when tastes have turned round."""
    platform, request = _scene(case)
    agent = answer(platform, case.inputs[0])
    first = agent.opine(request)
    if not isinstance(first, Opinion):
        return first
    if first.scores.shape != request.candidates.shape:
        return first.scores
    slate = SingleAgent(agent).recommend(request)
    nothing = np.zeros(len(request))
    agent.learn(Feedback(slate, nothing.astype(int), nothing))
    platform.interest[:] *= -1
    return {
        "scores": first.scores,
        "confidence": first.confidence,
        "scores when tastes have changed": agent.opine(request).scores,
    }


def cost_counter_cases(rng):
    def scene(rate, viewers, numbered_from=0, videos=30, candidates=5):
        some = Catalog.sample(videos, rng)
        drawn = rng.permuted(np.tile(np.arange(videos), (viewers, 1)), axis=1)[:, :candidates]
        minutes = rng.integers(1, 9, videos).astype(float)
        interest = rng.uniform(-1, 1, (viewers, 20))
        return rate, interest, some.topic, some.quality, minutes, drawn, numbered_from

    topics, by_hand = np.array([0, 1, 2]), np.array([[0.5, 0.0, -0.5] + 17 * [0.0]])
    quality, minutes = np.array([-3.4, 0.0, 3.4]), np.array([4.0, 2.0, 1.0])
    # the videos cost 7.6, 2 and 0.1 minutes of the session, and pull with 1.5, 1 and 0.5
    scores = {
        "scores": [[0.3, 1.0, 0.475]],
        "confidence": [1.0],
        "scores when tastes have changed": [[0.1, 1.0, 1.425]],
    }
    hand = (by_hand, topics, quality, minutes, np.array([[0, 1, 2]]), 0)
    return [
        Case("one viewer, three videos, rate 0.5", (0.5, *hand), scores),
        Case("three viewers, time is free", scene(0.0, 3)),
        Case("three viewers, rate 1", scene(1.0, 3)),
        Case("eight viewers, rate 1.4", scene(1.4, 8)),
        Case("after five other viewers have come and gone", scene(1.2, 4, numbered_from=5)),
    ]


PULLS = {
    "attraction": lambda w: w,
    "interest": lambda w: w - 1,
    "none": lambda w: np.ones(w.shape),
    "share of candidates": lambda w: w / w.sum(axis=1, keepdims=True),
    "chance among candidates": lambda w: w / (w.sum(axis=1, keepdims=True) + 2),
    "chance alone": lambda w: w / (w + 2),
    "of the first viewer": lambda w: w,  # taken care of where the platform is read
}
MINUTES = {"own": lambda m: m, "four": lambda m: 0 * m + 4, "one": lambda m: 0 * m + 1}
COSTS = {
    "refunded": lambda m, q: m * (1 - 0.9 / 3.4 * q),
    "full": lambda m, q: m,
    "turned round": lambda m, q: m * (1 + 0.9 / 3.4 * q),
    "other refund": lambda m, q: m * (1 - q),
    "of one minute": lambda m, q: 1 - 0.9 / 3.4 * q,
    "refund alone": lambda m, q: -0.9 / 3.4 * m * q,
    "quality alone": lambda m, q: -q,
}
# from pull, minutes, cost and rate
WORTHS = {
    "less the cost": lambda w, m, c, rate: w * (m - rate * c),
    "greedy": lambda w, m, c, rate: w * m,
    "clicks": lambda w, m, c, rate: w,
    "plus the cost": lambda w, m, c, rate: w * (m + rate * c),
    "turned round": lambda w, m, c, rate: -w * (m - rate * c),
    "cost alone": lambda w, m, c, rate: -w * c,
    "charged without a click": lambda w, m, c, rate: w * m - rate * c,
    "divided": lambda w, m, c, rate: w * m / c,
    "divided with rate": lambda w, m, c, rate: w * m / (rate * c + 1e-300),
    "rate on all": lambda w, m, c, rate: w * rate * (m - c),
    "without rate": lambda w, m, c, rate: w * (m - c),
    "rate on minutes": lambda w, m, c, rate: w * (rate * m - c),
}


# from a column of the catalogue and the candidates
LOOKUPS = {
    "candidates": lambda column, videos: column[videos],
    "position": lambda column, videos: column[: videos.shape[1]] + 0 * videos,
    "first request": lambda column, videos: column[videos[0]] + 0 * videos,
}


def make_agent(pull, minutes, cost, worth, lookup, quality):
    class Made:
        name = "made"

        def __init__(self, platform, rate):
            self.platform, self.rate = platform, rate

        def pull(self, videos):
            if pull != "of the first viewer":
                return PULLS[pull](self.platform.attraction(videos))
            return self.platform.interest[0][self.platform.catalog.topic[videos]] + 1

        def scores(self, videos):
            catalog = self.platform.catalog
            good = (
                catalog.mean_quality[catalog.topic]
                if quality == "of the topic"
                else catalog.quality
            )
            watched = MINUTES[minutes](LOOKUPS[lookup](catalog.minutes, videos))
            price = COSTS[cost](watched, LOOKUPS[lookup](good, videos))
            return WORTHS[worth](self.pull(videos), watched, price, self.rate)

        def opine(self, request):
            return Opinion(self.name, self.scores(request.candidates), np.ones(len(request)))

        def learn(self, feedback):
            pass

    return Made


def first_scores(answer, case):
    platform, request = _scene(case)
    return answer(platform, case.inputs[0]).scores(request.candidates)


AGENTS = Family(
    make_agent,
    first_scores,
    worth=tuple(WORTHS),
    cost=tuple(COSTS),
    pull=tuple(PULLS),
    minutes=tuple(MINUTES),
    lookup=tuple(LOOKUPS),
    quality=("of the video", "of the topic"),
)
AGENTS.most_at_once = 2
right_agent = make_agent(**AGENTS.right)


class BareScores(right_agent):
    def opine(self, request):
        return self.scores(request.candidates)


class OneScoreAVideo(right_agent):
    def opine(self, request):
        everything = np.tile(np.arange(len(self.platform.catalog)), (len(request), 1))
        return Opinion(self.name, self.scores(everything), np.ones(len(request)))


class SureOfEachCandidate(right_agent):
    def opine(self, request):
        scores = self.scores(request.candidates)
        return Opinion(self.name, scores, np.ones_like(scores))


class NeverSure(right_agent):
    def opine(self, request):
        return Opinion(self.name, self.scores(request.candidates), np.zeros(len(request)))


class ByViewerNumber(right_agent):
    def opine(self, request):
        _ = self.platform.interest[request.viewers]
        return super().opine(request)


class RememberedTheFirstPage(right_agent):
    def __init__(self, platform, rate):
        super().__init__(platform, rate)
        self.interest = platform.interest.copy()

    def pull(self, videos):
        topics = self.platform.catalog.topic[videos]
        return np.take_along_axis(self.interest, topics, axis=1) + 1


def _no_opinion(trial):
    return trial.error is None and not isinstance(trial.returned, dict | None)


def _scores_of_the_wrong_shape(trial):
    returned = np.shape(trial.returned)
    videos = len(trial.inputs[2])
    return trial.error is None and len(returned) == 2 and returned[1] == videos


def _is(part: str, right: bool) -> Callable:
    """Whether this part of the returned opinions is right."""
    return lambda trial: np.allclose(trial.returned[part], trial.expected[part]) == right


def _only_wrong(part: str) -> Callable[[Sequence], bool]:
    parts = ("scores", "confidence", "scores when tastes have changed")
    return failing(lambda trial: all(_is(name, name != part)(trial) for name in parts))


COST_COUNTER = Exercise(
    id="01.5",
    title="An agent that counts the cost",
    minutes=20,
    difficulty=3,
    points=4,
    objective="L01.5",
    reference=CostCounter,
    cases=cost_counter_cases,
    observe=two_opinions,
    names=("rate", "interest", "topic", "quality", "minutes", "candidates", "viewers before"),
    hints=(
        "Three numbers make a score: how strongly the video pulls, the minutes a click watches, "
        "and what the click costs the session. `request.candidates` is int[B, C]; index the "
        "columns of the catalogue with it.",
        "The cost is minutes * (1 - 0.9 / 3.4 * quality). A click is worth minutes - rate * cost, "
        "and it comes about in proportion to `self.platform.attraction(request.candidates)`.",
        "`opine` returns Opinion(self.name, scores, np.ones(len(request))). Read the platform "
        "afresh at each request: interests change with every click.",
    ),
    mistakes=(
        Mistake(
            "one_score_a_video",
            OneScoreAVideo,
            "There is a score for every video of the catalogue. The request asks about its "
            "candidates only, int[B, C]: index with `request.candidates`.",
            detect=failing(_scores_of_the_wrong_shape),
        ),
        Mistake(
            "bare_scores",
            BareScores,
            "`opine` returned something that is not an Opinion. A coordinator needs to know who "
            "speaks and how sure they are: Opinion(self.name, scores, confidence).",
            detect=failing(_no_opinion),
        ),
        Mistake(
            "sure_of_each_candidate",
            SureOfEachCandidate,
            "The confidence has the wrong shape: it is one number for each request, float[B], not "
            "one for each candidate and not one for all.",
            detect=failing(
                lambda trial: (
                    isinstance(trial.error, MessageError) and "confidence" in str(trial.error)
                )
            ),
        ),
        Mistake(
            "never_sure",
            NeverSure,
            "The scores are right and the confidence is not. It knows the platform's numbers "
            "exactly, so it is sure: 1 for every request.",
            detect=_only_wrong("confidence"),
        ),
        Mistake(
            "by_viewer_number",
            ByViewerNumber,
            "Viewers are numbered on from session to session, but the platform's interest has one "
            "row for each request. Use the row, or `platform.attraction(candidates)`.",
            detect=failing(
                lambda trial: isinstance(trial.error, IndexError) and trial.inputs[-1] > 0
            ),
        ),
        Mistake(
            "remembered_the_first_page",
            RememberedTheFirstPage,
            "The first opinion is right, and the next one, when tastes have changed, is not: the "
            "agent still goes by what it read when it was made. Read it at each request.",
            detect=_only_wrong("scores when tastes have changed"),
        ),
        AGENTS.mistake(
            "greedy",
            "The rate makes no difference: this is the mind reader again, pull times minutes. "
            "Subtract rate * cost from the minutes.",
            worth="greedy",
        ),
        AGENTS.mistake(
            "clicks_only",
            "The score is the pull alone: it counts clicks, not minutes, and no cost.",
            worth="clicks",
        ),
        AGENTS.mistake(
            "cost_added",
            "The cost is added, so what tires the viewer most comes first. Subtract it.",
            worth="plus the cost",
        ),
        AGENTS.mistake(
            "turned_round",
            "Everything has the opposite sign: larger scores must be better.",
            worth="turned round",
        ),
        AGENTS.mistake(
            "cost_only",
            "The score is minus the cost: the minutes that a click earns are missing.",
            worth="cost alone",
        ),
        AGENTS.mistake(
            "charged_without_a_click",
            "The cost is charged in full whether or not the click comes about, since only the "
            "minutes are multiplied by the pull. Multiply minutes - rate * cost by it.",
            worth="charged without a click",
        ),
        AGENTS.mistake(
            "divided_by_the_cost",
            "Minutes were divided by the cost. That prices time differently for every video; take "
            "the difference minutes - rate * cost.",
            worth=("divided", "divided with rate"),
        ),
        AGENTS.mistake(
            "rate_in_another_place",
            "The rate is not where it belongs: it is the price of the cost, and of nothing else. "
            "The worth is minutes - rate * cost.",
            worth=("without rate", "rate on all", "rate on minutes"),
        ),
        AGENTS.mistake(
            "cost_ignores_quality",
            "Every minute watched costs a minute here. Nourishing videos give time back: the cost "
            "is minutes * (1 - 0.9 / 3.4 * quality).",
            cost="full",
        ),
        AGENTS.mistake(
            "quality_turned_round",
            "Good videos cost most here: the sign of quality is the wrong way round. The refund "
            "0.9 / 3.4 * quality is taken off the cost.",
            cost="turned round",
        ),
        AGENTS.mistake(
            "cost_of_one_minute",
            "The cost is that of one minute; a click watches all `minutes` of the video. Multiply.",
            cost="of one minute",
        ),
        AGENTS.mistake(
            "cost_of_another_size",
            "The cost is not the one of this platform: it is minutes * (1 - 0.9 / 3.4 * quality), "
            "with the 1 for the time spent and 0.9 / 3.4 for what quality gives back.",
            cost=("other refund", "refund alone", "quality alone"),
        ),
        AGENTS.mistake(
            "worth_without_pull",
            "This is what a click is worth, but not how likely it is: the best video on a page "
            "earns nothing if nobody clicks it. Multiply by the attraction.",
            pull="none",
        ),
        AGENTS.mistake(
            "interest_as_pull",
            "The score uses the interest u itself, which turns negative. The pull of a video is "
            "u + 1, which is what `platform.attraction` returns.",
            pull="interest",
        ),
        AGENTS.mistake(
            "pull_made_a_chance",
            "The pull was turned into a probability among the candidates. Most of them will not be "
            "on the page, so leave it as it is: `platform.attraction(request.candidates)`.",
            pull=("chance among candidates", "share of candidates", "chance alone"),
        ),
        AGENTS.mistake(
            "first_viewer_for_all",
            "Every request is answered with the first viewer's interest. Row b of the interest "
            "belongs to row b of the request.",
            pull="of the first viewer",
        ),
        AGENTS.mistake(
            "looked_up_elsewhere",
            "Minutes and quality are those of other videos. Index the columns of the catalogue "
            "with all of `request.candidates`: catalog.quality[request.candidates] is float[B, C].",
            lookup=("position", "first request"),
        ),
        AGENTS.mistake(
            "quality_of_the_topic",
            "The quality is the average of the topic. Each video has its own: `catalog.quality`.",
            quality="of the topic",
        ),
        AGENTS.mistake(
            "minutes_taken_for_granted",
            "Every video is taken to last equally long. Videos differ here: `catalog.minutes`.",
            minutes=("four", "one"),
        ),
    ),
    others=(CostCounterWithLoops,),
    praise="It speaks the interface of the course: from here on it can sit beside any other agent.",
)


EXERCISES = [POPULAR, NDCG, USER_KNN, BPR_STEP, COST_COUNTER]
