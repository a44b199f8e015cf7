"""02.1 A page that is not seen to its end.

10 minutes, difficulty 1, 2 points, L02.1
You have the examination effect of real feeds, for any number of viewers at once.
"""

import numpy as np

from mavrs_course.course import Case, Property


def chances(interest, topics, seen):
    weights = seen * (np.take_along_axis(interest, topics, axis=1) + 1)
    everything = np.column_stack([weights, np.full(len(weights), 2.0)])
    return everything / everything.sum(axis=1, keepdims=True)


def chances_with_loops(interest, topics, seen):
    rows = []
    for tastes, page in zip(interest, topics, strict=True):
        weights = [look * (tastes[topic] + 1) for look, topic in zip(seen, page, strict=True)]
        clicks = [weight / (sum(weights) + 2) for weight in weights]
        rows.append([*clicks, 1 - sum(clicks)])
    return rows


def _weights(interest, topics):
    return np.take_along_axis(interest, topics, axis=1) + 1.0


OTHERS = (chances_with_loops,)


def cases(rng):
    hand = np.zeros((1, 20))
    hand[0, :3] = 1.0, 0.0, -1.0
    page, all_seen = np.array([[0, 1, 2]]), np.ones(3)

    def some(viewers, slots):
        return rng.uniform(-1, 1, (viewers, 20)), rng.integers(0, 20, (viewers, slots))

    return [
        Case("interest 1, 0 and -1, all slots seen",
             (hand, page, all_seen), np.array([[0.4, 0.2, 0, 0.4]])),
        Case("the same page, each slot seen half as often as the one before",
             (hand, page, np.array([1.0, 0.5, 0.25])), np.array([[4 / 9, 1 / 9, 0, 4 / 9]])),
        Case("three viewers, four slots, all seen", (*some(3, 4), np.ones(4))),
        Case("four viewers, three slots, seen less and less",
             (*some(4, 3), 1 / np.arange(1.0, 4.0))),
        Case("one slot", (*some(3, 1), np.array([0.7]))),
        Case("a viewer who likes nothing", (np.full((2, 20), -1.0), page.repeat(2, 0), all_seen)),
        Case("the same topic twice on a page", (rng.uniform(-1, 1, (4, 20)),
             np.array([[5, 5, 7]] * 4), all_seen)),
    ]  # fmt: skip


def _shaped(result, page):
    return np.shape(result) == (len(page[1]), page[1].shape[1] + 1)


def _in_proportion(result, interest, topics, seen):
    weights, clicks = seen * _weights(interest, topics), np.asarray(result)[:, :-1]
    return np.allclose(clicks[:, :, None] * weights[:, None], weights[:, :, None] * clicks[:, None])


def _no_click_fits(result, interest, topics, seen):
    clicks, nothing = np.asarray(result)[:, :-1], np.asarray(result)[:, -1:]
    return np.allclose(nothing * seen * _weights(interest, topics), 2 * clicks)


PROPERTIES = (
    Property("every row sums to one",
             lambda result, *page: not _shaped(result, page) or np.allclose(np.sum(result, 1), 1),
             "Each viewer clicks one slot or none, so every row sums to one. Add up along the "
             "slots of a page (axis=1, keepdims=True), and count no click with its weight of 2."),
    Property("no chance is negative",
             lambda result, *page: np.min(result) >= -1e-6,
             "A chance is never below zero. A video weighs interest plus one: interest itself "
             "can be negative."),
    Property("slots are clicked in proportion to their weights",
             lambda result, *page: not _shaped(result, page) or _in_proportion(result, *page),
             "Take two slots of one page: their chances are not in the ratio of their weights, "
             "seen * (u + 1). Look at the weights, with the +1 inside the brackets."),
    Property("no click is in proportion too",
             lambda result, *page: not _shaped(result, page) or _no_click_fits(result, *page),
             "A slot and no click are not in the ratio of seen * (u + 1) to 2. Each row has its "
             "own topics, and is divided by its own weights plus 2: axis=1, keepdims=True."),
)  # fmt: skip

HINTS = """
    Make the weights first: w = u + 1 for every slot, where u is the viewer's interest in the
    topic shown there. np.take_along_axis picks it from each row.

    Multiply the weights by seen. Then no click is one more choice, with a weight of 2 that does
    not depend on the page.

    Put a column of 2s behind the weights with np.column_stack, and divide each row by its sum. The
    sum has to stay a column: keepdims.
"""


MISTAKES = """
    forgot_no_click: 2.0 => 0.0
      Clicks alone share out the whole chance, and nothing is left for no click, which weighs 2
      beside the videos: it belongs into the sum that you divide by.
    no_click_weighs_otherwise: 2.0 => 1.0
      or 2.0 => 2.0 * len(seen)
      or 2.0 => 2.0 * seen.mean()
      or / everything.sum(axis=1, keepdims=True) => / (weights + 2).sum(axis=1, keepdims=True)
      No click has another weight in your page than 2. It is one fixed number: not one for each
      slot, and not lower on a page that is seen less.
    interest_without_plus_one: + 1 =>
      A video weighs u + 1, from 0 to 2. Interest itself runs from -1 to 1, and makes negative
      chances of what a viewer dislikes.
    softmax:
      | (np.take_along_axis(interest, topics, axis=1) + 1) =>
      |     np.exp(np.take_along_axis(interest, topics, axis=1))
      That is a softmax: it weighs by exp(u). This viewer chooses in proportion to u + 1, so that
      at interest -1 a video is never clicked.
    seen_after_dividing:
      | weights = seen * => weights =;
      | return everything / everything.sum(axis=1, keepdims=True) =>
      | clicks = seen * weights / everything.sum(axis=1, keepdims=True)
      | return np.column_stack([clicks, 1 - clicks.sum(axis=1)])
      or weights = seen * => weights =; return everything => return np.append(seen, 1) * everything
      `seen` came in after the division. A slot that is not seen does not compete either: multiply
      the weights by it first, so that the other slots and no click gain.
    ignored_seen: weights = seen * => weights =
      These are the chances of a page that is seen to its end: `seen` has no effect.
    no_click_first:
      | return everything / everything.sum(axis=1, keepdims=True) =>
      |     return np.roll(everything / everything.sum(axis=1, keepdims=True), 1, axis=1)
      The right chances in another order: no click belongs into the last column.
    left_out_no_click: return everything => return weights
      There is one column for each slot, and the last one is missing: the chance that nothing is
      clicked, which is what the slots leave over.
    slot_numbers_for_topics:
      | np.take_along_axis(interest, topics, axis=1) => interest[:, : topics.shape[1]]
      This is the interest in topics 0, 1, 2, ..., whatever is shown. Look up the topics of each
      page: np.take_along_axis(interest, topics, axis=1).
    first_viewers_interest: np.take_along_axis(interest, topics, axis=1) => interest[0, topics]
      The first viewer's interest is used for everybody: interest[0, topics] stays in row 0. Each
      page belongs to its own row: np.take_along_axis(interest, topics, axis=1).
    summed_over_viewers: axis=1, keepdims=True => axis=0
      The sum runs over the viewers too (axis 0, or no axis at all), so that they share one
      chance. Each viewer chooses alone: sum along the slots, axis=1 with keepdims=True.
"""


def detect_forgot_no_click(trials):
    """The slots of a page, by themselves, always sum to one."""
    clicks = [np.asarray(trial.returned)[:, : trial.inputs[1].shape[1]] for trial in trials]
    return all(np.allclose(np.nansum(c, axis=1)[~np.isnan(c).any(axis=1)], 1) for c in clicks)


def detect_softmax(trials):
    """Slots clicked in the ratio of exponentials, whatever no click weighs."""
    shown = [trial for trial in trials if trial.case.inputs[1].shape[1] > 1 and not trial.passed]

    def in_ratio(trial, weights):
        clicks = np.asarray(trial.returned)[:, : weights.shape[1]]
        return clicks.all() and np.allclose(clicks * weights[:, :1], clicks[:, :1] * weights)

    return bool(shown) and any(
        all(in_ratio(t, power(_weights(*t.inputs[:2]), t.inputs[2])) for t in shown)
        for power in (lambda w, seen: seen * np.exp(w), lambda w, seen: np.exp(seen * w))
    )


def detect_left_out_no_click(trials):
    slots = all(np.shape(trial.returned) == trial.inputs[1].shape for trial in trials)
    return slots and not trials[0].passed


def detect_summed_over_viewers(trials):
    """The weights are divided by a sum that other viewers have a part in, with or without the 2."""

    def shared(trial):
        weights = trial.inputs[2] * _weights(*trial.inputs[:2])
        clicks = np.asarray(trial.returned)[:, : weights.shape[1]]
        return any(
            np.allclose(clicks * (weights.sum(axis=axis) + nothing), weights)
            for axis in (0, None)
            for nothing in (0, 2, 2 * len(weights))
        )

    several = [t for t in trials if len(t.inputs[1]) > 1 and np.ptp(t.inputs[0]) and not t.passed]
    return bool(several) and all(map(shared, several))
