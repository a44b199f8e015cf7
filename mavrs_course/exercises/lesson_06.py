"""Exercises of lesson 06, the feedback agent."""

from __future__ import annotations

from itertools import combinations, permutations
from math import comb, factorial

import numpy as np
from scipy.stats import rankdata

from mavrs_course.agents.feedback import credit, offpolicy, watch
from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if

# --- 06.1 ------------------------------------------------------------------------------------


def em_relevance(examination, relevance, shown, clicked):
    e, r = examination[:, None], relevance[None, :]
    wanted_unseen = r * (1 - e) / (1 - e * r)
    wanted = clicked + (shown - clicked) * wanted_unseen
    return wanted.sum(axis=0) / shown.sum(axis=0)


def em_relevance_with_loops(examination, relevance, shown, clicked):
    updated = []
    for group, r in enumerate(relevance):
        wanted = 0.0
        for slot, e in enumerate(examination):
            silent = shown[slot, group] - clicked[slot, group]
            stories = {"seen": e * (1 - r), "wanted": (1 - e) * r, "neither": (1 - e) * (1 - r)}
            wanted += clicked[slot, group] + silent * stories["wanted"] / sum(stories.values())
        updated.append(wanted / sum(shown[:, group]))
    return updated


def em_cases(rng):
    def some(slots, groups):
        shown = rng.integers(20, 200, (slots, groups)).astype(float)
        clicked = np.floor(shown * rng.uniform(0, 0.6, (slots, groups)))
        return rng.uniform(0.2, 0.95, slots), rng.uniform(0.1, 0.9, groups), shown, clicked

    hand = (np.array([1.0, 0.5]), np.array([0.5]),
            np.array([[100.0], [100.0]]), np.array([[40.0], [20.0]]))  # fmt: skip
    return [
        Case("one group, two slots, the second seen half as often", hand, [26 / 60]),
        Case("one slot that is always seen: nothing to correct",
             (np.ones(1), np.array([0.5, 0.2]), np.array([[10.0, 20.0]]),
              np.array([[3.0, 5.0]])), [0.3, 0.25]),
        Case("three slots, five groups", some(3, 5)),
        Case("a group that nobody clicked",
             (np.array([0.9, 0.4]), np.array([0.3, 0.6]), np.full((2, 2), 50.0),
              np.array([[0.0, 20.0], [0.0, 10.0]]))),
        Case("four slots, as many groups", some(4, 4)),
        Case("two slots, nine groups", some(2, 9)),
    ]  # fmt: skip


def _em(share, silent=lambda shown, clicked: shown - clicked):
    def answer(examination, relevance, shown, clicked):
        e, r = examination[:, None], relevance[None, :]
        wanted = clicked + silent(shown, clicked) * share(e, r)
        return wanted.sum(axis=0) / shown.sum(axis=0)

    return answer


def _by_looks(examination, relevance, shown, clicked):
    return clicked.sum(axis=0) / (examination @ shown)


def _by_ips(examination, relevance, shown, clicked):
    return (clicked / examination[:, None]).sum(axis=0) / shown.sum(axis=0)


def _em_examination(examination, relevance, shown, clicked):
    e, r = examination[:, None], relevance[None, :]
    seen = clicked + (shown - clicked) * e * (1 - r) / (1 - e * r)
    return seen.sum(axis=1) / shown.sum(axis=1)


def _mean_of_slots(examination, relevance, shown, clicked):
    e, r = examination[:, None], relevance[None, :]
    wanted = clicked + (shown - clicked) * r * (1 - e) / (1 - e * r)
    return (wanted / shown).mean(axis=0)


_story = _em(lambda e, r: r * (1 - e) / (1 - e * r))

_em_step = Exercise(
    id="06.1",
    title="What silence might mean",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L06.1",
    reference=em_relevance,
    cases=em_cases,
    properties=(
        Property(
            "there is one rate for each group",
            lambda result, e, r, shown, clicked: np.shape(result) == np.shape(r),
            "One relevance for each group is wanted, float[G]: sum over the slots (axis 0).",
        ),
        Property(
            "relevance is a probability",
            lambda result, *inputs: (
                bool(np.all(np.asarray(result) <= 1 + 1e-9))
                and bool(np.all(np.asarray(result) >= -1e-9))
            ),
            "A relevance came out below 0 or above 1. Of the pages without a click only a part "
            "counts as wanted, and the sum is divided by all shows.",
        ),
    ),
    mistakes=(
        Mistake(
            "silence_is_a_no",
            _em(lambda e, r: 0.0 * e * r),
            "These are plain clicks for each show: silence counts as a no. Some of the silent "
            "wanted the video and never saw it: add their expected number.",
        ),
        Mistake(
            "forgot_that_it_was_silent",
            _em(lambda e, r: r * (1 - e)),
            "r (1 - e) is the chance of 'wanted, not seen' before you know anything. You know "
            "that there was no click: divide by the chance of that, 1 - e r.",
        ),
        Mistake(
            "seen_for_wanted",
            _em(lambda e, r: e * (1 - r) / (1 - e * r)),
            "That is the other story of silence: seen and not wanted. Here it is 'wanted and "
            "not seen' that counts, r (1 - e) / (1 - e r).",
        ),
        Mistake(
            "all_unseen_wanted",
            _em(lambda e, r: (1 - e) / (1 - e * r)),
            "You count everybody who did not see the slot as wanting it. Only a part r of them "
            "does: r (1 - e) / (1 - e r).",
            as_if(
                _em(lambda e, r: (1 - e) / (1 - e * r)),
                _em(lambda e, r: 1 - e + 0 * r),
            ),
        ),
        Mistake(
            "forgot_the_clicks",
            lambda e, r, shown, clicked: (
                _story(e, r, shown, clicked) - clicked.sum(axis=0) / shown.sum(axis=0)
            ),
            "Only the silent are counted. Everybody who clicked wanted the video, for certain: "
            "add the clicks.",
        ),
        Mistake(
            "silent_as_likely_as_anybody",
            _em(lambda e, r: r + 0 * e),
            "You take a part r of the silent as wanting, as if silence said nothing. It says "
            "that it was not 'seen and wanted': a part r (1 - e) / (1 - e r) is left.",
        ),
        Mistake(
            "clicks_count_in_part",
            lambda e, r, shown, clicked: (
                _story(e, r, shown, clicked) - ((1 - r) * clicked).sum(axis=0) / shown.sum(axis=0)
            ),
            "A click counts only in part. It leaves no doubt: each click was wanted, whole. It is "
            "the silent of whom a part counts.",
        ),
        Mistake(
            "all_shows_for_silent_ones",
            _em(lambda e, r: r * (1 - e) / (1 - e * r), lambda shown, clicked: shown),
            "The story of silence is told of all shows, also of those that were clicked. Only "
            "shown - clicked were silent.",
        ),
        Mistake(
            "divided_by_the_looks",
            _by_looks,
            "Clicks for each expected look is another good estimate, and not this one: in EM "
            "the clicks gain the expected number of the silent who wanted it.",
            as_if(_by_looks, _by_ips),
        ),
        Mistake(
            "examination_updated",
            _em_examination,
            "That is the new guess for the slots, e. Asked for is the relevance of the groups: "
            "'wanted and not seen' is added to the clicks, and the sum runs over the slots.",
        ),
        Mistake(
            "mean_of_slots",
            _mean_of_slots,
            "Each slot has the same say, however few shows it had. Add up the wanted of all "
            "slots, then divide once by all shows.",
        ),
        Mistake(
            "divided_by_the_silent",
            lambda e, r, shown, clicked: (
                _story(e, r, shown, clicked) * shown.sum(axis=0) / (shown - clicked).sum(axis=0)
            ),
            "Divide by all shows of the group, not only by those without a click.",
        ),
    ),
    others=(em_relevance_with_loops, _story),
    hints=(
        "A page without a click has three stories: seen and not wanted, e (1 - r); wanted and "
        "not seen, (1 - e) r; neither, (1 - e) (1 - r). Together they are 1 - e r.",
        "Each click was wanted. Of the shown - clicked silent ones, a part "
        "r (1 - e) / (1 - e r) was wanted too. Use examination[:, None] for a column.",
        "wanted = clicked + (shown - clicked) * r * (1 - e) / (1 - e * r), and the answer is "
        "wanted.sum(axis=0) / shown.sum(axis=0).",
    ),
    praise="Repeat it, with the same step for the slots, and you have position bias without "
    "an experiment.",
)


# --- 06.2 ------------------------------------------------------------------------------------


def fair_quantiles(watched, length_class):
    quantiles = np.empty(len(watched))
    for group in np.unique(length_class):
        rows = length_class == group
        mine = watched[rows]
        below = (mine[None, :] < mine[:, None]).mean(axis=1)
        equal = (mine[None, :] == mine[:, None]).mean(axis=1)
        quantiles[rows] = below + equal / 2
    return quantiles


def fair_quantiles_by_rank(watched, length_class):
    quantiles = np.empty(len(watched))
    for group in set(length_class.tolist()):
        rows = length_class == group
        quantiles[rows] = (rankdata(watched[rows]) - 0.5) / rows.sum()
    return quantiles


def quantile_cases(rng):
    def some(views, groups):
        group = rng.integers(0, groups, views)
        watched = np.minimum(rng.exponential(4.0, views), 2.0 * (group + 1))
        return watched, group

    return [
        Case("three short views, two of them watched to the end, and two long ones",
             (np.array([1.0, 2.0, 2.0, 3.0, 10.0]), np.array([0, 0, 0, 1, 1])),
             [1 / 6, 4 / 6, 4 / 6, 1 / 4, 3 / 4]),
        Case("a class with a single view", (np.array([5.0, 1.0, 2.0]), np.array([3, 0, 0])),
             [0.5, 0.25, 0.75]),
        Case("all watched alike", (np.full(4, 2.0), np.zeros(4, dtype=int)), [0.5] * 4),
        Case("thirty views, four classes", some(30, 4)),
        Case("a hundred views, three classes, many to the end", some(100, 3)),
        Case("one class", some(12, 1)),
    ]  # fmt: skip


def _in_classes(rank):
    def answer(watched, length_class):
        quantiles = np.empty(len(watched))
        for group in np.unique(length_class):
            rows = length_class == group
            quantiles[rows] = rank(watched[rows])
        return quantiles

    return answer


def _upside_down(watched, length_class):
    return 1 - fair_quantiles(watched, length_class)


def _ratio_to_longest(mine):
    return mine / mine.max()


def _z_score(mine):
    spread = mine.std()
    return (mine - mine.mean()) / (spread if spread > 0 else 1.0)


_quantiles = Exercise(
    id="06.2",
    title="A fair comparison of three minutes and thirty",
    minutes=12,
    difficulty=1,
    points=2,
    objective="L06.2",
    reference=fair_quantiles,
    cases=quantile_cases,
    properties=(
        Property(
            "there is one quantile for each view",
            lambda result, watched, length_class: np.shape(result) == np.shape(watched),
            "One number for each view is wanted, in the order in which the views were given.",
        ),
    ),
    mistakes=(
        Mistake(
            "ignored_the_classes",
            lambda watched, length_class: fair_quantiles(watched, np.zeros(len(watched))),
            "Every view is ranked among all views, so that long videos win again. Rank it among "
            "the views of its own length class only.",
            as_if(
                lambda watched, c: fair_quantiles(watched, np.zeros(len(watched))),
                lambda watched, c: rankdata(watched, "max") / len(watched),
                lambda watched, c: (rankdata(watched, "min") - 1) / len(watched),
            ),
        ),
        Mistake(
            "equals_count_as_below",
            _in_classes(lambda mine: rankdata(mine, "max") / len(mine)),
            "Views that were watched for as long count whole, the view itself among them. They "
            "count half: else all who watch to the end are rated as the best of them.",
        ),
        Mistake(
            "equals_do_not_count",
            _in_classes(lambda mine: (rankdata(mine, "min") - 1) / len(mine)),
            "Only views watched for less are counted. Those watched for as long, the view "
            "itself among them, count half.",
        ),
        Mistake(
            "equals_ordered_by_chance",
            _in_classes(lambda mine: (rankdata(mine, "ordinal") - 0.5) / len(mine)),
            "Views watched for as long get different quantiles, by the order in which they "
            "stand. Equals share one: argsort cannot do that, comparing can.",
        ),
        Mistake(
            "upside_down",
            _upside_down,
            "The shortest views come out on top: count the views that were watched for less.",
        ),
        Mistake(
            "watch_ratio",
            _in_classes(_ratio_to_longest),
            "That divides by the longest view of the class. A quantile counts views: the share "
            "of the class that was watched for less, plus half the share watched as long.",
        ),
        Mistake(
            "z_score",
            _in_classes(_z_score),
            "That is a z-score, minutes in standard deviations. Asked for is a rank between "
            "0 and 1, which one very long view cannot stretch.",
        ),
        Mistake(
            "ranks_from_zero_to_one",
            _in_classes(lambda mine: (rankdata(mine) - 1) / max(len(mine) - 1, 1)),
            "You divide by one view less than there are, so that the ends become 0 and 1. "
            "Divide by the number of views in the class: (rank - 1/2) / n.",
        ),
        Mistake(
            "ranks_not_divided",
            _in_classes(rankdata),
            "These are ranks, which are larger in larger classes. Divide by the number of views "
            "in the class.",
            as_if(
                _in_classes(rankdata),
                _in_classes(lambda mine: rankdata(mine) - 0.5),
            ),
        ),
        Mistake(
            "counts_not_divided",
            _in_classes(lambda mine: rankdata(mine, "min") - 1),
            "These are counts of views, which are larger in larger classes. Divide by the number "
            "of views in the class, and let those watched for as long count half.",
            as_if(
                _in_classes(lambda mine: rankdata(mine, "min") - 1),
                _in_classes(lambda mine: rankdata(mine, "max")),
            ),
        ),
        Mistake(
            "divided_by_the_class_mean",
            _in_classes(lambda mine: mine / mine.mean()),
            "That is minutes in units of the class's mean. A quantile counts views: the share of "
            "the class that was watched for less, plus half the share watched as long.",
        ),
        Mistake(
            "divided_by_all_views",
            lambda watched, c: fair_quantiles(watched, c) * np.array([(c == k).mean() for k in c]),
            "The counts are right, and divided by the number of all views. Divide by the number "
            "of views in the class.",
        ),
    ),
    others=(fair_quantiles_by_rank, watch.duration_quantiles),
    hints=(
        "Take one length class at a time: rows = length_class == group. Inside it, compare "
        "every view with every other.",
        "mine[None, :] < mine[:, None] is true in row i, column j where view j was watched for "
        "less than view i. The mean of a row is the share below.",
        "quantiles[rows] = below + equal / 2, with below = (mine[None, :] < mine[:, None])"
        ".mean(axis=1), and equal the same with ==.",
    ),
    praise="Minutes of short and long videos can now be compared, and nobody gains by length.",
)


# --- 06.3 ------------------------------------------------------------------------------------


def value_from_logs(rewards, shown, new, old, predicted):
    rows = np.arange(len(rewards))
    weights = new[rows, shown] / old[rows, shown]
    terms = (new * predicted).sum(axis=1) + weights * (rewards - predicted[rows, shown])
    half = 1.96 * terms.std(ddof=1) / np.sqrt(len(terms))
    return np.array([terms.mean(), terms.mean() - half, terms.mean() + half])


def value_page_by_page(rewards, shown, new, old, predicted):
    terms = []
    for reward, video, p, q, guess in zip(rewards, shown, new, old, predicted, strict=True):
        expected = sum(a * b for a, b in zip(p, guess, strict=True))
        terms.append(expected + p[video] / q[video] * (reward - guess[video]))
    mean = sum(terms) / len(terms)
    variance = sum((term - mean) ** 2 for term in terms) / (len(terms) - 1)
    half = 1.96 * (variance / len(terms)) ** 0.5
    return [mean, mean - half, mean + half]


def value_cases(rng):
    def some(pages, videos, model=True):
        new, old = rng.dirichlet(np.ones(videos), (2, pages))
        old = 0.7 * old + 0.3 / videos
        shown = (old.cumsum(axis=1) < rng.random((pages, 1))).sum(axis=1).clip(max=videos - 1)
        predicted = rng.uniform(0, 3, (pages, videos)) * model
        return rng.choice([0.0, 4.0], pages), shown, new, old, predicted

    hand_new, hand_old = np.tile([0.2, 0.8], (5, 1)), np.tile([0.8, 0.2], (5, 1))
    rewards, shown = np.array([4.0, 0.0, 0.0, 0.0, 4.0]), np.array([0, 0, 0, 0, 1])
    predicted = np.tile([1.0, 3.0], (5, 1))
    terms = np.array([3.35, 2.35, 2.35, 2.35, 6.6])
    half = 1.96 * terms.std(ddof=1) / np.sqrt(5)
    return [
        Case("two videos, five pages", (rewards, shown, hand_new, hand_old, predicted),
             [3.4, 3.4 - half, 3.4 + half]),
        Case("a model that knows nothing: plain IPS",
             (rewards, shown, hand_new, hand_old, 0 * predicted)),
        Case("the new policy is the old one", (rewards, shown, hand_old, hand_old, predicted)),
        Case("sixty pages of four videos", some(60, 4)),
        Case("two hundred pages of ten videos", some(200, 10)),
    ]  # fmt: skip


def _value(terms_of):
    def answer(rewards, shown, new, old, predicted):
        rows = np.arange(len(rewards))
        weights = new[rows, shown] / old[rows, shown]
        terms = terms_of(
            rewards, weights, predicted[rows, shown], (new * predicted).sum(axis=1),
            (old * predicted).sum(axis=1), predicted,
        )  # fmt: skip
        half = 1.96 * terms.std(ddof=1) / np.sqrt(len(terms))
        return np.array([terms.mean(), terms.mean() - half, terms.mean() + half])

    return answer


def _snips_like(r, w, q, p, o, m):
    return p + w * (r - q) * len(w) / w.sum()


def _other_interval(half_of):
    def answer(rewards, shown, new, old, predicted):
        rows = np.arange(len(rewards))
        weights = new[rows, shown] / old[rows, shown]
        terms = (new * predicted).sum(axis=1) + weights * (rewards - predicted[rows, shown])
        half = half_of(terms)
        return np.array([terms.mean(), terms.mean() - half, terms.mean() + half])

    return answer


def _middle_right_width_wrong(trials):
    """The value fits in every case; the interval does not."""
    several = [np.asarray(trial.returned, dtype=float) for trial in trials]
    wanted = [np.asarray(trial.expected, dtype=float) for trial in trials]
    return all(
        got.shape == (3,) and np.isclose(got[0], right[0])
        for got, right in zip(several, wanted, strict=True)
    ) and not all(trial.passed for trial in trials)


def upside_down_weights(rewards, shown, new, old, predicted):
    rows = np.arange(len(rewards))
    weights = old[rows, shown] / new[rows, shown]
    terms = (new * predicted).sum(axis=1) + weights * (rewards - predicted[rows, shown])
    half = 1.96 * terms.std(ddof=1) / np.sqrt(len(terms))
    return np.array([terms.mean(), terms.mean() - half, terms.mean() + half])


def library_value(rewards, shown, new, old, predicted):
    rows = np.arange(len(rewards))
    weights = offpolicy.importance_weights(new[rows, shown], old[rows, shown])
    expected = np.einsum("nc,nc->n", new, predicted)
    found = offpolicy.doubly_robust(rewards, weights, predicted[rows, shown], expected)
    return [found.value, found.low, found.high]


_doubly_robust = Exercise(
    id="06.3",
    title="Doubly robust",
    minutes=20,
    difficulty=2,
    points=3,
    objective="L06.3",
    reference=value_from_logs,
    cases=value_cases,
    tolerance=1e-4,
    properties=(
        Property(
            "a value and the two ends of its interval",
            lambda result, *inputs: np.shape(result) == (3,),
            "Return three numbers: the value, the lower and the upper end of its interval.",
        ),
        Property(
            "the value lies in the middle of its interval",
            lambda result, *inputs: np.isclose(result[0], (result[1] + result[2]) / 2),
            "The interval goes as far down from the value as it goes up. The order is value, "
            "lower end, upper end.",
        ),
    ),
    mistakes=(
        Mistake(
            "ips_without_the_model",
            _value(lambda r, w, q, p, o, m: w * r),
            "That is IPS, which makes no use of the model. Start each page from what the model "
            "expects of the new policy, and weigh only what the model got wrong.",
        ),
        Mistake(
            "model_without_correction",
            _value(lambda r, w, q, p, o, m: p),
            "That is the model's word alone: it never looks at what was earned. Add the "
            "weighted error of the model on what was shown.",
        ),
        Mistake(
            "weights_upside_down",
            upside_down_weights,
            "Your weights are old / new. What the new policy shows more often than the old one "
            "did must count more: new / old.",
        ),
        Mistake(
            "forgot_the_weights",
            _value(lambda r, w, q, p, o, m: p + r - q),
            "The model's error is added as the old policy met it. Weigh each error by "
            "new / old, so that it counts as often as the new policy would meet it.",
        ),
        Mistake(
            "weighed_everything",
            _value(lambda r, w, q, p, o, m: w * (p + r - q)),
            "The expectation under the new policy is weighed too. It is an average over the new "
            "policy's own choices already: the weight belongs to the error only.",
        ),
        Mistake(
            "added_the_prediction_shown",
            _value(lambda r, w, q, p, o, m: q + w * (r - q)),
            "You start from the prediction for what the old policy showed. Start from what the "
            "model expects of the new policy: the sum of new * predicted over the videos.",
        ),
        Mistake(
            "expected_under_the_old_policy",
            _value(lambda r, w, q, p, o, m: o + w * (r - q)),
            "You average the predictions with the old policy's probabilities. The value of the "
            "new one is asked for: sum new * predicted over the videos.",
        ),
        Mistake(
            "all_videos_alike",
            _value(lambda r, w, q, p, o, m: m.mean(axis=1) + w * (r - q)),
            "You take the plain mean of the predictions. The new policy does not choose all "
            "videos alike: weigh each prediction with its probability under new.",
        ),
        Mistake(
            "subtracted_the_expectation",
            _value(lambda r, w, q, p, o, m: p + w * (r - p)),
            "The model's error on a page is reward minus the prediction for the video that was "
            "shown, not minus what it expects of the new policy.",
        ),
        Mistake(
            "error_with_the_wrong_sign",
            _value(lambda r, w, q, p, o, m: p - w * (r - q)),
            "The correction points the wrong way. Where the reward was higher than predicted the "
            "value must rise: add weight * (reward - prediction).",
        ),
        Mistake(
            "normalised_the_weights",
            _value(_snips_like),
            "You divide by the sum of the weights. That is a good idea of its own "
            "(self-normalised); plain doubly robust divides by the number of pages.",
        ),
        Mistake(
            "another_interval",
            _other_interval(lambda terms: 1.96 * terms.std(ddof=1)),
            "The value is right, its interval is not. Its half width is 1.96 standard errors: "
            "the standard deviation of the pages' terms (ddof=1) over the root of their number.",
            _middle_right_width_wrong,
        ),
    ),
    others=(value_page_by_page, library_value),
    hints=(
        "Make one term for each page first. The value is their mean, and the interval comes "
        "from their spread.",
        "rows = np.arange(len(rewards)) lets you pick what was shown: new[rows, shown]. The "
        "weight is new over old there. What the model expects is (new * predicted).sum(axis=1).",
        "terms = expected + weights * (rewards - predicted[rows, shown]); half = "
        "1.96 * terms.std(ddof=1) / np.sqrt(len(terms)).",
    ),
    praise="You can now judge a policy that nobody has ever seen, and say how sure you are.",
)


# --- 06.4 ------------------------------------------------------------------------------------


class LateLikes:
    def __init__(self, videos, mean_delay):
        self.mean_delay = mean_delay
        self.times = [[] for _ in range(videos)]
        self.likes = np.zeros(videos)

    def shown(self, time, videos):
        for video in videos:
            self.times[video].append(time)

    def liked(self, videos):
        np.add.at(self.likes, videos, 1)

    def rates(self, now):
        could_have = np.array([self._arrived(now - np.array(times)) for times in self.times])
        return np.divide(
            self.likes, could_have, out=np.full(len(self.likes), np.nan), where=could_have > 0
        )

    def _arrived(self, age):
        return np.sum(1 - np.exp(-age / self.mean_delay))


class LateLikesThatFade:
    """The same without keeping times: what has not come yet fades by exp(-step / mean)."""

    def __init__(self, videos, mean_delay):
        self.mean_delay, self.clock = mean_delay, 0.0
        self.shows, self.open, self.likes = np.zeros((3, videos))

    def _pass_time(self, now):
        self.open = self.open * np.exp(-(now - self.clock) / self.mean_delay)
        self.clock = now

    def shown(self, time, videos):
        self._pass_time(time)
        counts = np.bincount(videos, minlength=len(self.shows))
        self.shows, self.open = self.shows + counts, self.open + counts

    def liked(self, videos):
        self.likes = self.likes + np.bincount(videos, minlength=len(self.shows))

    def rates(self, now):
        self._pass_time(now)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(
                self.shows - self.open > 1e-12, self.likes / (self.shows - self.open), np.nan
            )


WHEN_ASKED, NEW = "rates when asked", "rates of a new counter"


def play_likes(make, case):
    """What a counter says whenever it is asked, float[questions, V], and a new one after it."""
    videos, mean_delay, story = case.inputs
    counter = make(videos, mean_delay)
    answers = []
    for kind, time, which in story:
        if kind == "shown":
            counter.shown(time, np.array(which))
        elif kind == "liked":
            counter.liked(np.array(which))
        else:
            answers.append(np.array(counter.rates(time), dtype=float))
    return {WHEN_ASKED: np.array(answers), NEW: np.array(make(videos, mean_delay).rates(1000.0))}


def likes_cases(rng):
    half = np.log(2)

    def says(*rates):
        return {WHEN_ASKED: np.array(rates), NEW: np.full(len(rates[0]), np.nan)}

    def some(videos, mean_delay, steps):
        story, time, seen = [], 0.0, []
        for _ in range(steps):
            time += float(rng.exponential(mean_delay / 4))
            kind = str(rng.choice(["shown", "shown", "liked", "asked"] if seen else ["shown"]))
            page = rng.integers(0, videos, 5).tolist()
            seen += page if kind == "shown" else []
            story.append((kind, time, page if kind == "shown" else rng.choice(seen, 2).tolist()))
        return videos, mean_delay, [*story, ("asked", time + mean_delay, [])]

    one = [("shown", 0.0, [0, 0, 0, 0]), ("liked", half, [0]), ("asked", half, [])]
    later = [*one, ("asked", 2 * half, []), ("shown", 2 * half, [0]), ("asked", 3 * half, [])]
    return [
        Case("four shows, half the likes have come, one like", (1, 1.0, one), says([0.5])),
        Case("asked again later, and after another show", (1, 1.0, later),
             says([0.5], [1 / 3], [1 / 4])),
        Case("asked at the moment of a new show, which does not count yet",
             (1, 1.0, [*one[:2], ("shown", half, [0]), ("asked", half, [])]), says([0.5])),
        Case("two videos, one never shown", (2, 1.0, one), says([0.5, np.nan])),
        Case("likes take ten times as long", (1, 10.0, [(k, 10 * t, v) for k, t, v in one]),
             says([0.5])),
        Case("one video twice among the shown and the liked",
             (2, 2.0, [("shown", 0.0, [1, 1, 0]), ("liked", 1.0, [1, 1]), ("asked", 2.0, [])])),
        Case("a long story of four videos", some(4, 3.0, 60)),
        Case("another, of three", some(3, 0.5, 40)),
    ]  # fmt: skip


def _counter(share, per_like=False, empty=np.nan, add=np.add.at):
    class Counter(LateLikes):
        def liked(self, videos):
            add(self.likes, videos, 1)

        def rates(self, now):
            found = np.full(len(self.likes), empty, dtype=float)
            for video, times in enumerate(self.times):
                age = now - np.array(times)
                below = np.sum(share(age, self.mean_delay)) if len(age) else 0.0
                if below > 0:
                    found[video] = self.likes[video] / below
            return found

    return Counter


def _add_once(total, places, amount):
    total[places] += amount


class _OneAge(LateLikes):
    def _arrived(self, age):
        return len(age) * (1 - np.exp(-np.max(age, initial=0.0) / self.mean_delay))


class _MeanAge(LateLikes):
    def _arrived(self, age):
        return len(age) * (1 - np.exp(-np.mean(age) / self.mean_delay)) if len(age) else 0.0


class _MeanShare(LateLikes):
    def _arrived(self, age):
        return np.mean(1 - np.exp(-age / self.mean_delay)) if len(age) else 0.0


class _Shared(LateLikes):
    """Keeps its counts on the class, for all counters together."""

    everything: tuple = ()

    def __init__(self, videos, mean_delay):
        super().__init__(videos, mean_delay)
        if type(self).everything and len(type(self).everything[0]) == videos:
            self.times, self.likes = type(self).everything
        type(self).everything = (self.times, self.likes)


class _OncePerPage(LateLikes):
    def shown(self, time, videos):
        super().shown(time, set(np.asarray(videos).tolist()))


class _ForgetsTheOldShows(LateLikes):
    def shown(self, time, videos):
        for video in set(np.asarray(videos).tolist()):
            self.times[video] = [time] * int(np.sum(np.asarray(videos) == video))


def arrived(age, mean):
    return 1 - np.exp(-age / mean)


_late_likes = Exercise(
    id="06.4",
    title="Likes that come late",
    minutes=25,
    difficulty=3,
    points=4,
    objective="L06.4",
    reference=LateLikes,
    cases=likes_cases,
    observe=play_likes,
    properties=(
        Property(
            "no rate is negative",
            lambda result, *inputs: not np.any(np.asarray(result[WHEN_ASKED]) < 0),
            "A rate came out below zero: the age of a show is now minus the time of the show.",
        ),
    ),
    mistakes=(
        Mistake(
            "late_is_never",
            _counter(lambda age, mean: np.ones(len(age))),
            "These are likes for each show. A show that is young has not had the time to bring "
            "its like: it counts as 1 - exp(-age / mean_delay) of a show.",
        ),
        Mistake(
            "counted_what_is_still_to_come",
            _counter(lambda age, mean: np.exp(-age / mean)),
            "exp(-age / mean_delay) is the part of the likes that is still on its way. The part "
            "that has come is one minus that.",
        ),
        Mistake(
            "age_times_delay",
            _counter(lambda age, mean: 1 - np.exp(-age * mean)),
            "Your ages are multiplied by the mean delay. Likes that take longer come later: "
            "exp(-age / mean_delay).",
        ),
        Mistake(
            "half_life",
            _counter(lambda age, mean: 1 - 2 ** (-age / mean)),
            "You took mean_delay for a half-life. For an exponential delay the part still to "
            "come is exp(-age / mean), with e for its base.",
        ),
        Mistake(
            "all_shows_as_old_as_the_first",
            _OneAge,
            "All shows of a video count as old as its first. Each has its own age: keep the "
            "time of every show.",
        ),
        Mistake(
            "share_of_the_mean_age",
            _MeanAge,
            "You take the mean of the ages and then the share. The curve bends, so take the "
            "share of each show first, and add those up.",
        ),
        Mistake(
            "mean_share_instead_of_sum",
            _MeanShare,
            "You divide by the mean share of a show. Divide by the sum: a hundred shows could "
            "have brought a hundred times as many likes as one.",
        ),
        Mistake(
            "zero_for_never_shown",
            _counter(arrived, empty=0.0),
            "A video that was never shown has no rate: np.nan, and not 0, which would say that "
            "nobody liked it.",
        ),
        Mistake(
            "repeated_index_added_once",
            _counter(arrived, add=_add_once),
            "likes[videos] += 1 adds once for each video, however often it occurs. np.add.at "
            "and np.bincount add every time.",
        ),
        Mistake(
            "shown_once_a_page",
            _OncePerPage,
            "A video that was shown several times at once is counted once. Each time is a show "
            "that may bring a like.",
        ),
        Mistake(
            "shared_between_counters",
            _Shared,
            "A new counter remembers what an older one was told: its lists belong to the class. "
            "Make them in __init__, as self.times and self.likes.",
            lambda trials: any(np.nansum(trial.returned[NEW]) > 0 for trial in trials),
        ),
        Mistake(
            "forgot_older_shows",
            _ForgetsTheOldShows,
            "When a video is shown again, its earlier shows are forgotten. Append the time to "
            "those that are there.",
        ),
    ),
    others=(LateLikesThatFade, _counter(arrived)),
    hints=(
        "Keep three things: the mean delay, the times of all shows of each video, and the number "
        "of likes of each video so far.",
        "When asked for rates, the age of a show is now - time, and it counts as "
        "1 - exp(-age / mean_delay) of a show. Add that up for each video.",
        "rate = likes / (that sum), and np.nan where the sum is 0. For counting likes, "
        "np.add.at(self.likes, videos, 1) adds every time.",
    ),
    praise="New videos are no longer punished for being new: you built a whole piece of a "
    "feedback agent.",
)


# --- 06.5 ------------------------------------------------------------------------------------


def shapley(values):
    agents = int(np.log2(len(values)))
    credit_of = np.zeros(agents)
    for agent in range(agents):
        for coalition in range(len(values)):
            if not coalition >> agent & 1:
                size = coalition.bit_count()
                orders = factorial(size) * factorial(agents - 1 - size)
                added = values[coalition | 1 << agent] - values[coalition]
                credit_of[agent] += orders / factorial(agents) * added
    return credit_of


def shapley_by_orders(values):
    agents = len(values).bit_length() - 1
    total, orders = np.zeros(agents), list(permutations(range(agents)))
    for order in orders:
        coalition = 0
        for agent in order:
            total[agent] += values[coalition + 2**agent] - values[coalition]
            coalition += 2**agent
    return total / len(orders)


def shapley_by_dividends(values):
    """Harsanyi: each coalition's surplus over its parts, shared equally by its members."""
    agents, surplus = len(values).bit_length() - 1, np.array(values, dtype=float)
    surplus = surplus - values[0]
    for coalition in sorted(range(len(values)), key=int.bit_count):
        for part in range(coalition):
            if part & ~coalition == 0:
                surplus[coalition] -= surplus[part]
    return [
        sum(surplus[c] / c.bit_count() for c in range(1, len(values)) if c >> i & 1)
        for i in range(agents)
    ]


def shapley_cases(rng):
    gloves = np.array([0, 0, 0, 0, 0, 1, 1, 1.0])
    return [
        Case("one right glove (agent 2) and two left ones (agents 0 and 1)", (gloves,),
             [1 / 6, 1 / 6, 4 / 6]),
        Case("two agents: 1 and 2 alone, 5 together", (np.array([0.0, 1, 2, 5]),), [2.0, 3.0]),
        Case("an empty page is worth something too", (np.array([1.0, 2, 3, 6]),), [2.0, 3.0]),
        Case("one agent", (np.array([0.5, 4.0]),), [3.5]),
        Case("four agents", (rng.normal(0, 3, 16),)),
        Case("three agents", (rng.normal(0, 3, 8),)),
        Case("five agents", (rng.uniform(0, 3, 32),)),
    ]  # fmt: skip


def _agents(values):
    return len(values).bit_length() - 1


def _marginals(values, share):
    agents = _agents(values)
    paid = np.zeros(agents)
    for agent in range(agents):
        for c in range(len(values)):
            if not c >> agent & 1:
                added = values[c | 1 << agent] - values[c]
                paid[agent] += share(agents, c.bit_count()) * added
    return paid


def banzhaf(values):
    return _marginals(values, lambda n, size: 1 / 2 ** (n - 1))


def difference(values):
    return _marginals(values, lambda n, size: float(size == n - 1))


def alone(values):
    return _marginals(values, lambda n, size: float(size == 0))


def equal_shares(values):
    return np.full(_agents(values), (values[-1] - values[0]) / _agents(values))


def in_order_of_number(values):
    agents = _agents(values)
    return np.array([values[2 ** (i + 1) - 1] - values[2**i - 1] for i in range(agents)])


def first_agent_first_bit(values):
    return shapley(values)[::-1]


def wrong_orders(values):
    return _marginals(values, lambda n, size: factorial(size) * factorial(n - 1 - size))


def size_counted_with_the_agent(values):
    return _marginals(
        values, lambda n, size: factorial(size + 1) * factorial(max(n - 2 - size, 0)) / factorial(n)
    )


def forgot_the_empty_page(values):
    values = np.array(values, dtype=float)
    values[0] = 0.0
    return shapley(values)


def sizes_not_orders(values):
    """Each coalition size has the same say, which is right, but coalitions are not averaged."""
    return _marginals(values, lambda n, size: 1 / n)


def totals_of_coalitions(values):
    agents = _agents(values)
    return np.array(
        [
            sum(values[c] / comb(agents - 1, c.bit_count() - 1) for c in range(1, len(values))
                if c >> i & 1) / agents
            for i in range(agents)
        ]
    )  # fmt: skip


def shapley_by_sizes(values):
    """The mean over sizes of the mean over coalitions of that size."""
    agents, paid = _agents(values), []
    for agent in range(agents):
        others = [i for i in range(agents) if i != agent]
        means = []
        for size in range(agents):
            groups = [sum(2**i for i in group) for group in combinations(others, size)]
            means.append(np.mean([values[c + 2**agent] - values[c] for c in groups]))
        paid.append(np.mean(means))
    return np.array(paid)


_shapley = Exercise(
    id="06.5",
    title="Whose success was it",
    minutes=20,
    difficulty=2,
    points=3,
    objective="L06.5",
    reference=shapley,
    cases=shapley_cases,
    properties=(
        Property(
            "one share for each agent",
            lambda result, values: np.shape(result) == (_agents(values),),
            "One share for each agent is wanted: 2**n coalitions are played by n agents.",
        ),
        Property(
            "the shares add up to what the agents made",
            lambda result, values: np.isclose(np.sum(result), values[-1] - values[0]),
            "The shares of all agents must add up to values[-1] - values[0], what everybody "
            "makes beyond nobody. Look at how often each coalition counts.",
        ),
    ),
    mistakes=(
        Mistake(
            "difference_rewards",
            difference,
            "These are difference rewards: what each adds as the last to join. Average over all "
            "orders of joining, or who can be replaced is paid nothing.",
        ),
        Mistake(
            "each_alone",
            alone,
            "This is what each agent makes alone. What it adds to others counts as well: "
            "average over all coalitions it may join.",
            as_if(alone, lambda values: values[2 ** np.arange(_agents(values))]),
        ),
        Mistake(
            "banzhaf",
            banzhaf,
            "You average over coalitions, each counting the same (the Banzhaf value). Average "
            "over orders: a coalition of s comes first in s! (n - 1 - s)! of n! of them.",
        ),
        Mistake(
            "one_order_only",
            in_order_of_number,
            "The agents join in the order of their numbers, once, so that late ones get less or "
            "more by their number alone. Average over all orders.",
        ),
        Mistake(
            "equal_shares",
            equal_shares,
            "Everybody gets the same. The shares add up, and say nothing about who did what.",
        ),
        Mistake(
            "agents_counted_from_the_other_end",
            first_agent_first_bit,
            "The right shares in reverse: agent i is in coalition c if bit i of c is set, "
            "c >> i & 1, and bit 0 is the last binary digit.",
        ),
        Mistake(
            "forgot_to_divide_by_all_orders",
            wrong_orders,
            "Each coalition counts s! (n - 1 - s)! times, and nothing divides by the number of "
            "all orders, n!.",
        ),
        Mistake(
            "size_counted_with_the_agent",
            size_counted_with_the_agent,
            "The size s in s! (n - 1 - s)! is that of the coalition before the agent joins.",
        ),
        Mistake(
            "nobody_is_worth_nothing",
            forgot_the_empty_page,
            "You take a page by nobody to be worth 0. It is values[0], and joining nobody adds "
            "values[1 << agent] - values[0].",
        ),
        Mistake(
            "coalitions_of_one_size_not_averaged",
            sizes_not_orders,
            "Every size of coalition counts 1 / n, which is right, but of one size there are "
            "several coalitions, and they share it.",
        ),
        Mistake(
            "values_for_contributions",
            totals_of_coalitions,
            "You add up what coalitions with the agent make. Its share is what it adds: subtract "
            "what the same coalition makes without it.",
        ),
    ),
    others=(shapley_by_orders, shapley_by_dividends, shapley_by_sizes, credit.shapley),
    hints=(
        "For one agent: go through all coalitions c that it is not in (c >> agent & 1 is 0). What "
        "does it add? values[c | 1 << agent] - values[c].",
        "Let the agents join in all n! orders. The coalition c, of s agents, stands before this "
        "agent in s! (n - 1 - s)! of them. c.bit_count() is s.",
        "Add up factorial(s) * factorial(n - 1 - s) / factorial(n) times what is added. Or walk "
        "through itertools.permutations(range(n)) and average.",
    ),
    praise="Credit that adds up, pays equals alike and idlers nothing: Part III will train on it.",
)


EXERCISES = [_em_step, _quantiles, _doubly_robust, _late_likes, _shapley]
