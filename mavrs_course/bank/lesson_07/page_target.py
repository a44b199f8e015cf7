"""07.5 What comes after a page.

18 minutes, difficulty 2, 3 points, L07.4
A hundred and twenty pages, valued by ten numbers and one for silence.
"""

from itertools import combinations

import numpy as np

from mavrs_course.agents.baselines import page_scores
from mavrs_course.course import Case


def page_target(minutes, goes_on, weights, value, nothing, slots):
    pages = np.array(list(combinations(range(weights.shape[1]), slots)))
    w, v = weights[:, pages], value[:, pages]
    worth = ((w * v).sum(axis=2) + 2 * nothing[:, None]) / (w.sum(axis=2) + 2)
    return minutes + goes_on * worth.max(axis=1)


def page_target_with_loops(minutes, goes_on, weights, value, nothing, slots):
    targets = []
    for row, earned in enumerate(minutes):
        best = -np.inf
        for page in combinations(range(len(weights[row])), slots):
            likely = [weights[row][i] for i in page]
            total = sum(likely) + 2
            worth = sum(w * value[row][i] for w, i in zip(likely, page, strict=True)) / total
            best = max(best, worth + 2 * nothing[row] / total)
        targets.append(earned + best if goes_on[row] else earned)
    return targets


def page_target_by_ratio(minutes, goes_on, weights, value, nothing, slots):
    order = np.argsort(-page_scores(weights, value, nothing[:, None], slots), axis=1)[:, :slots]
    w, v = (np.take_along_axis(array, order, axis=1) for array in (weights, value))
    worth = ((w * v).sum(axis=1) + 2 * nothing) / (w.sum(axis=1) + 2)
    return np.where(goes_on, minutes + worth, minutes)


OTHERS = (page_target_with_loops, page_target_by_ratio)


def cases(rng):
    def some(rows, candidates, slots):
        # Values far apart, so that the best page is neither the likeliest nor the most valued.
        return (
            rng.choice([0.0, 4.0], rows), rng.random(rows) < 0.7,
            rng.uniform(0.05, 2, (rows, candidates)), rng.normal(150, 60, (rows, candidates)),
            rng.uniform(50, 250, rows), slots,
        )  # fmt: skip

    hand = (np.array([4.0, 4.0, 0.0]), np.array([True, False, True]), np.ones((3, 3)),
            np.tile([100.0, 90.0, 10.0], (3, 1)), np.full(3, 50.0), 2)  # fmt: skip
    return [
        Case("three candidates, two slots, all weights 1", hand, [76.5, 4.0, 72.5]),
        Case("a video that is worth most and never clicked",
             (np.array([1.5]), np.ones(1, bool), np.array([[0.01, 1.0, 1.0]]),
              np.array([[200.0, 80.0, 60.0]]), np.array([70.0]), 1), [1.5 + 220 / 3]),
        Case("twenty pages of ten candidates", some(20, 10, 3)),
        Case("one slot", some(6, 5, 1)),
        Case("every candidate is shown", some(4, 4, 4)),
        Case("no click is worth more than any video",
             (np.zeros(2), np.ones(2, bool), rng.uniform(0.2, 2, (2, 6)),
              rng.uniform(0, 50, (2, 6)), np.full(2, 200.0), 2)),
    ]  # fmt: skip


HINTS = """
    itertools.combinations(range(C), slots) lists all pages. Value each of them, and take the
    largest.

    A page is worth (sum of weight * value + 2 * nothing) / (sum of weights + 2).

    pages = np.array(list(combinations(...))) holds every page; as an index of columns it gives
    weights and values of the shape [B, pages, slots]. The best page counts as far as the session
    goes on.
"""
MISTAKES = """
    no_click_worth_nothing: + 2 * nothing[:, None] =>
      You take no click to be worth nothing. It does not end the evening: it has weight 2 and the
      value nothing.
    no_click_counted_once: 2 * nothing => nothing
      No click weighs 2 below the line and 1 above. It is 2 * nothing.
    no_click_in_full:
      | + 2 * nothing[:, None]) => );
      | (axis=2) + 2) => (axis=2) + 2) + nothing[:, None]
      You add the whole value of no click to every page. It happens only sometimes: weigh it by
      its chance, 2 / (sum of weights + 2).
    no_click_weighs_one: 2 * nothing => nothing; (axis=2) + 2) => (axis=2) + 1)
      No click weighs 1 on your page. It weighs 2, above the line and below.
    added_one_to_the_weights: weights[:, pages] => weights[:, pages] + 1
      You add 1 to the weights. They are given as weights, u + 1, already.
    best_of_all_viewers: worth.max(axis=1) => worth.max()
      Every viewer gets the best page of all viewers. Take the maximum over the pages of each row:
      axis 1.
    minutes_or_what_follows:
      | minutes + goes_on * worth.max(axis=1) => np.where(goes_on, worth.max(axis=1), minutes)
      Where the session goes on the minutes of the page are missing. They count in both cases.
    somebody_always_clicks: + 2 * nothing[:, None] =>; (axis=2) + 2) => (axis=2))
      Your chances leave no room for no click. It weighs 2, always.
    chances_forgotten:
      | ((w * v).sum(axis=2) + 2 * nothing[:, None]) / (w.sum(axis=2) + 2) =>
      |     (v.sum(axis=2) + nothing[:, None]) / (slots + 1)
      Every outcome counts alike on your page. Weigh each video with its own weight and no click
      with 2.
    top_by_value:
      | in page_target_by_ratio: page_scores(weights, value, nothing[:, None], slots) => value
      You show the videos with the largest values. One that nobody clicks brings its value to
      nobody: compare whole pages.
    top_by_weight:
      | in page_target_by_ratio: page_scores(weights, value, nothing[:, None], slots) => weights
      You show what is clicked most. The best page is the one of the largest value: compare whole
      pages.
    top_by_product:
      | in page_target_by_ratio: page_scores(weights, value, nothing[:, None], slots) =>
      |     weights * value
      You show the videos with the largest weight * value. A video also takes chances away from
      the others and from no click, so compare whole pages.
    forgot_who_has_left: goes_on * =>
      Viewers who have left still have an evening before them in your target. Where goes_on is
      false only the minutes count.
    forgot_the_minutes: minutes + goes_on => goes_on
      The minutes of the page itself are missing.
    minutes_lost_at_the_end:
      | minutes + goes_on * worth.max(axis=1) => goes_on * (minutes + worth.max(axis=1))
      The last page of an evening was watched too: its minutes count even where nothing follows.
    average_page: worth.max => worth.mean
      You average over all pages. The agent will show the best one: take the maximum.
"""
