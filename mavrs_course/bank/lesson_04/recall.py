"""04.2 What comes to mind.

15 minutes, difficulty 2, 3 points, L04.2
You have the retrieval of generative agents, for any number of viewers at once.
"""

import numpy as np

from mavrs_course.course import Case, Property


def recall(age, importance, relevance, valid, weights, k):
    def to_unit(part):
        low = np.where(valid, part, np.inf).min(axis=1, keepdims=True)
        high = np.where(valid, part, -np.inf).max(axis=1, keepdims=True)
        return (part - low) / np.where(high > low, high - low, 1)

    parts = (0.995**age, importance, relevance)
    score = sum(weight * to_unit(part) for weight, part in zip(weights, parts, strict=True))
    score = np.where(valid, score, -np.inf)
    slots = np.argsort(-score, axis=1)[:, :k]
    found = np.full((len(age), k), -1)
    found[:, : slots.shape[1]] = np.where(np.take_along_axis(valid, slots, axis=1), slots, -1)
    return found


def recall_one_by_one(age, importance, relevance, valid, weights, k):
    found = []
    for viewer in range(len(age)):
        held = np.flatnonzero(valid[viewer])
        total = np.zeros(len(held))
        parts = (0.995 ** age[viewer], importance[viewer], relevance[viewer])
        for weight, part in zip(weights, parts, strict=True):
            part = part[held]
            if len(held) and np.ptp(part) > 1e-12:
                total += weight * (part - part.min()) / np.ptp(part)
        best = list(held[np.argsort(-total, kind="stable")][:k])
        found.append(best + [-1] * (k - len(best)))
    return found


OTHERS = (recall_one_by_one,)


def cases(rng):
    def some(viewers, memories, empty=0.0):
        age = rng.uniform(0, 300, (viewers, memories))
        importance, relevance = rng.uniform(1, 10, age.shape), rng.uniform(-1, 1, age.shape)
        return age, importance, relevance, rng.random(age.shape) >= empty

    nan = np.nan
    hand = (
        np.array([[0.0, 100.0, 400.0]]),
        np.array([[1.0, 3.0, 2.0]]),
        np.array([[0.1, 0.2, 0.9]]),
        np.ones((1, 3), dtype=bool),
    )
    age, importance, relevance, valid = some(3, 8)
    far_age = age * np.array([[0.1], [1.0], [8.0]])
    far_importance = importance * np.array([[10.0], [1.0], [0.1]])
    rubbish, holes = some(4, 9), np.tile([True, False, True] * 3, (4, 1))
    rubbish = [
        np.where(holes, part, 1e4 * sign)
        for part, sign in zip(rubbish[:3], (-0.01, 1, 1), strict=True)
    ]
    return [
        Case("three memories: recency 1, .54, 0; importance 0, 1, .5; relevance 0, .125, 1",
             (*hand, (1.0, 1.0, 1.0), 3), np.array([[1, 2, 0]])),
        Case("the same, and only relevance counts", (*hand, (0.0, 0.0, 1.0), 2),
             np.array([[2, 1]])),
        Case("the same, and only recency counts", (*hand, (1.0, 0.0, 0.0), 1), np.array([[0]])),
        Case("twenty viewers with thirty memories", (*some(20, 30), (1.0, 1.0, 1.0), 10)),
        Case("one viewer remembers nothing, one a single thing, and empty slots hold NaN",
             (np.array([[nan, nan], [nan, 5.0]]), np.array([[nan, nan], [nan, 2.0]]),
              np.array([[nan, nan], [nan, 0.5]]), np.array([[False, False], [False, True]]),
              (1.0, 1.0, 1.0), 1), np.array([[-1], [1]])),
        Case("weights of their own", (*some(20, 30), (0.5, 2.0, 3.0), 10)),
        Case("one viewer's memories are far older than the other's",
             (far_age, far_importance, relevance, valid, (1.0, 1.0, 1.0), 8)),
        Case("all memories equally important",
             (age, np.full_like(age, 3.0), relevance, valid, (1.0, 1.0, 2.0), 8)),
        Case("fewer memories than asked for, and rubbish in the empty slots",
             (*rubbish, holes, (1.0, 1.0, 1.0), 8)),
        Case("more asked for than there are slots", (*hand, (1.0, 1.0, 1.0), 5),
             np.array([[1, 2, 0, -1, -1]])),
    ]  # fmt: skip


PROPERTIES = (
    Property("k slots for each viewer",
             lambda result, age, importance, relevance, valid, weights, k: (np.shape(result) ==
                 (len(age), k)),
             "The result has one row for each viewer and k columns, the best memory first."),
    Property("only slots that hold a memory come up",
             lambda result, age, importance, relevance, valid, weights, k: all(slot == -1 or
                 valid[row, int(slot)] for row, slots in enumerate(np.asarray(result)) for slot in
                 slots),
             "An empty slot came up. Give slots that are not valid a score of -inf before you "
             "sort, and put -1 where the row has no more memories."),
    Property("no memory comes up twice, none is left out while there is room",
             lambda result, age, importance, relevance, valid, weights, k: all(len({*slots} - {-1})
                 == min(k, held) for slots, held in zip(np.asarray(result).tolist(),
                 valid.sum(axis=1).tolist(), strict=True)),
             "Each viewer's row names as many different memories as there are, at most k."),
)  # fmt: skip

HINTS = """
    Write a helper that brings one part to [0, 1], row by row: subtract the row's smallest valid
    value, divide by largest minus smallest, and give 0 where these are the same.

    np.where(valid, part, np.inf).min(axis=1, keepdims=True) is the smallest valid value. Add the
    three scaled parts, each times its weight; -np.inf where not valid.

    np.argsort(-scores, axis=1)[:, :k] names the slots. Put -1 where a slot holds no memory, and
    where there are fewer than k slots.
"""
MISTAKES = """
    not_scaled: (part - low) / np.where(high > low, high - low, 1) => part
      The three parts are added as they come, so that importance, from 1 to 10, drowns the others.
      Bring each to [0, 1] over the viewer's memories first.
    scaled_over_everybody:
      | np.where(valid, part, np.inf).min(axis=1, keepdims=True) =>
      |     np.where(valid, part, np.inf).min();
      | np.where(valid, part, -np.inf).max(axis=1, keepdims=True) =>
      |     np.where(valid, part, -np.inf).max()
      or .min(axis=1, keepdims=True) => .min(axis=0); .max(axis=1, keepdims=True) => .max(axis=0)
      The smallest and largest value are those of all viewers together, so that what one viewer
      remembers changes what comes to another's mind: take them row by row.
    scaled_with_empty_slots:
      | np.where(valid, part, np.inf) => part;
      | np.where(valid, part, -np.inf) => part
      What lies in empty slots takes part in the scaling: take the smallest and largest over valid
      slots only.
    divided_by_the_largest:
      | (part - low) / np.where(high > low, high - low, 1) => part / np.where(high > 0, high, 1)
      You divide by the largest value alone. Subtract the smallest first, so that it becomes 0.
    nothing_over_nothing: np.where(high > low, high - low, 1) => (high - low)
      Where all values are the same, scaling divides 0 by 0, and NaN spoils the sum. Such a part
      says nothing: let it be 0.
    old_is_recent: 0.995**age => age
      or 0.995**age => 0.995**-age
      The oldest memory counts as the most recent: recency falls with age, 0.995 ** age.
    recency_in_a_straight_line: 0.995**age => -age
      Recency falls in a straight line with age here. It fades, 0.995 ** age: quickly at first,
      and then hardly at all.
    another_fading: 0.995**age => 0.99**age
      Recency fades by another number than 0.995 ** age.
    empty_slots_score_nothing:
      | score = np.where(valid, score, -np.inf) => score = np.where(valid, score, 0.0)
      Empty slots score 0, as much as a memory that is last in everything. Give them -inf.
    relevance_alone:
      | sum(weight * to_unit(part) for weight, part in zip(weights, parts, strict=True)) =>
      |     to_unit(relevance)
      Only relevance decides, whatever the weights: that is Agent4Rec's slip. Add recency and
      importance, each times its weight.
    weights_ignored: weight * to_unit => to_unit
      The weights have no effect: multiply each scaled part by its weight.
    weights_in_another_order:
      | (0.995**age, importance, relevance) => (relevance, importance, 0.995**age)
      or (0.995**age, importance, relevance) => (importance, 0.995**age, relevance)
      or (0.995**age, importance, relevance) => (importance, relevance, 0.995**age)
      or (0.995**age, importance, relevance) => (relevance, 0.995**age, importance)
      or (0.995**age, importance, relevance) => (0.995**age, relevance, importance)
      A part is multiplied by the weight of another: they are for recency, importance and relevance.
    multiplied_the_parts:
      | sum(weight * to_unit(part) for weight, part in zip(weights, parts, strict=True)) =>
      |     np.prod([w * to_unit(part) for w, part in zip(weights, parts, strict=True)], axis=0)
      The parts are multiplied, so that a memory which is last in any of them can never come up:
      add them.
    worst_first:
      | score = np.where(valid, score, -np.inf) => score = np.where(valid, score, np.inf);
      | argsort(-score => argsort(score
      or argsort(-score => argsort(score
      The least fitting memories come first: sort by the negative score.
    best_last: argsort(-score, axis=1)[:, :k] => argsort(score, axis=1)[:, -k:]
      The right memories, and the best of them last: [-k:] ends with the best. Sort downwards.
    empty_slots_come_up:
      | score = np.where(valid, score, -np.inf) =>;
      | np.where(np.take_along_axis(valid, slots, axis=1), slots, -1) => slots
      Slots without a memory take part. Give them a score of -inf, so that they come last, and
      name them -1.
    no_more_columns_than_slots: return found => return found[:, : slots.shape[1]]
      Where k is larger than the number of slots the rest of the row is -1 too: k columns, always.
    empty_slots_named: np.where(np.take_along_axis(valid, slots, axis=1), slots, -1) => slots
      Where a viewer has fewer than k memories the rest of the row must be -1, not the numbers of
      empty slots.
"""

EQUAL = """
    part - low => part + low | return (part - low) / np.where(high > low, high - low, 1)
    part - low => part | return (part - low) / np.where(high > low, high - low, 1)
      All memories of a viewer get the same more, and their order stays.
    1 => 2 | return (part - low) / np.where(high > low, high - low, 1)
      Where all are the same, 0 is divided.
    age with NaN as 0
    importance with NaN as 0
    relevance with NaN as 0
      NaN lies in empty slots alone, and what lies there means nothing.
"""
