"""19.1 Take out what she prefers anyway.

12 minutes, difficulty 1, 2 points, L19.1
A small model that can be asked whom to trust, without a single example.
"""

import numpy as np

from mavrs_course.course import Case


def trust(likely, usual):
    above = likely - usual.mean(axis=0)
    return np.argsort(-above, axis=1, kind="stable")


def trust_with_loops(likely, usual):
    orders = []
    for row in likely:
        above = [value - np.mean(usual[:, card]) for card, value in enumerate(row)]
        orders.append(sorted(range(len(row)), key=lambda card: (-above[card], card)))
    return np.array(orders)


OTHERS = (trust_with_loops,)


def cases(rng):
    hand = np.array([[-10.0, -12.0, -30.0], [-9.0, -15.0, -26.0]])
    days = np.array([[-10.0, -16.0, -30.0], [-8.0, -14.0, -32.0]])
    likely = np.round(rng.normal(-20, 5, (6, 4)), 1)
    return [
        Case("two situations, two ordinary days, three cards", (hand, days),
             np.array([[1, 2, 0], [2, 0, 1]])),
        Case("one ordinary day", (hand, days[:1])),
        Case("a card that is likely whatever was read", (
            np.array([[-2.0, -9.0, -9.5]]), np.array([[-2.0, -12.0, -9.5], [-2.0, -12.0, -9.5]])),
            np.array([[1, 0, 2]])),
        Case("all equal", (np.full((1, 3), -4.0), np.full((3, 3), -4.0)), np.array([[0, 1, 2]])),
        Case("six situations, four cards", (likely, np.round(rng.normal(-20, 5, (8, 4)), 1))),
        Case("forty cards, many of them equal",
             (rng.integers(-4, 0, (2, 40)).astype(float), np.full((1, 40), -2.0))),
        Case("as many situations as cards", (likely[:4], likely[2:])),
    ]  # fmt: skip


HINTS = """
    What a card gets on ordinary days is one number a card: the mean over the rows of usual.

    Subtract it from every row of likely; numpy lines up float[n] with the columns.

    A stable argsort of minus the surplus gives the most trusted first, and the earlier of equals.
"""
MISTAKES = """
    likelihood_alone: likely - usual.mean(axis=0) => likely
      You order by the plain likelihood. A card of common words then wins whatever was read;
      subtract what it gets on ordinary days. One number subtracted from all cards changes no
      order: each card has a mean of its own.
    added: likely - usual => likely + usual
      You add the ordinary days. They are to be taken out: subtract their mean.
    least_first: argsort(-above => argsort(above
      Your order begins with the least trusted: np.argsort sorts upwards, so sort the negative.
    one_day: usual.mean(axis=0) => usual[0]
      You compare with the first ordinary day alone. Take the mean of all of them.
    its_own_mean: usual.mean => likely.mean
      You subtract the mean over the situations asked about. What is usual is in usual.
    places_for_order:
      | np.argsort(-above, axis=1, kind="stable") =>
      |     np.argsort(np.argsort(-above, axis=1, kind="stable"), axis=1)
      You return the place of each card. Asked for is the order: the number of the most trusted
      card first.
    best_only: np.argsort(-above, axis=1, kind="stable") => above.argmax(axis=1)
      You return the most trusted card alone. Return the whole order, int[S, n].
    ratio: likely - usual => likely / usual
      You divide. These are logarithms: a ratio of likelihoods is their difference.
    the_median: usual.mean(axis=0) => np.median(usual, axis=0)
      You compare with the median of the ordinary days. Asked for is their mean.
    later_of_equals:
      | np.argsort(-above, axis=1, kind="stable") =>
      |     np.argsort(above, axis=1, kind="stable")[:, ::-1]
      Of two cards with the same trust the later comes first in yours. Sort the negative with
      kind='stable' instead of turning the order round.
    equals_in_any_order: , kind="stable" =>
      Of equals the earlier card comes first. np.argsort promises that with kind="stable" only, and
      short lists are in order by luck.
    sum_of_days: usual.mean => usual.sum
      You subtract the sum over the ordinary days. Take the mean, or many days weigh more than the
      situation.
"""
