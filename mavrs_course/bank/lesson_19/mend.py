"""19.3 Mend a page.

25 minutes, difficulty 2, 4 points, L19.3
A rule that holds whatever was decided, and says so where it cannot.
"""

from itertools import combinations

import numpy as np

from mavrs_course.course import Case


def mend(topics, scores, slots, blocked, most, carry):
    order = [int(column) for column in np.argsort(-scores)]
    page = []
    for column in sorted(order, key=lambda column: column not in carry):
        same = sum(topics[column] == topics[other] for other in page)
        if len(page) < slots and topics[column] not in blocked and same < most:
            page.append(column)
    if len(page) < slots or not set(carry) <= set(page):
        return None
    return sorted(page, key=order.index)


def mend_by_trying(topics, scores, slots, blocked, most, carry):
    best = None
    for page in combinations(range(len(scores)), slots):
        kinds = [int(topics[c]) for c in page]
        legal = not set(kinds) & set(blocked) and max(map(kinds.count, kinds)) <= most
        if legal and set(carry) <= set(page):
            worth = sum(scores[c] for c in page)
            if best is None or worth > best[0]:
                best = worth, page
    return None if best is None else sorted(best[1], key=lambda c: -scores[c])


OTHERS = (mend_by_trying,)


def cases(rng):
    topics = np.array([2, 13, 13, 13, 14, 3])
    scores = np.array([9.0, 8, 7, 6, 5, 4])

    def some(candidates, kinds):
        return rng.integers(0, kinds, candidates), rng.permutation(candidates) / 4

    free, cramped = some(9, 4), some(7, 3)
    return [
        Case("a blocked favourite, at most two of a topic", (topics, scores, 3, {2, 3}, 2, ()),
             [1, 2, 4]),
        Case("no rules", (topics, scores, 3, set(), 3, ()), [0, 1, 2]),
        Case("the last must be carried", (topics, scores, 3, {2}, 2, (5,)), [1, 2, 5]),
        Case("what must be carried uses up its topic", (topics, scores, 3, set(), 1, (3,)),
             [0, 3, 4]),
        Case("what must be carried is blocked", (topics, scores, 3, {2}, 3, (0,)), None),
        Case("there is but one", (topics[:1], scores[:1], 3, set(), 2, ()), None),
        Case("two must be carried, of one topic, and one is allowed",
             (topics, scores, 3, set(), 1, (1, 2)), None),
        Case("more must be carried than is shown", (topics, scores, 1, set(), 2, (1, 5)), None),
        Case("all that is shown is carried", (topics, scores, 1, {2}, 1, (3,)), [3]),
        Case("candidates in no order",
             (topics[::-1].copy(), scores[[3, 0, 5, 1, 4, 2]], 3, {2}, 1, ())),
        Case("one of a topic, where three lead", (topics, scores, 3, {2}, 1, ()), [1, 4, 5]),
        Case("nine candidates, four topics", (*free, 4, {0}, 2, (3,) if free[0][3] else ())),
        Case("seven candidates, three topics", (*cramped, 3, set(), 1, ())),
    ]  # fmt: skip


HINTS = """
    Two waves: first the columns in carry, then the others, each by score, the best first.

    A column joins if there is room, its topic is not blocked, and fewer than most of its topic
    are on the page.

    At the end: None if the page is short or lacks something of carry; else sort the page by
    score, the best first.
"""
MISTAKES = """
    shows_the_blocked: and topics[column] not in blocked =>
      Blocked topics get onto your page. Look at blocked before a candidate joins.
    no_limit: and same < most =>
      Your page holds more than most of one topic. Count those that are on it already.
    carries_nothing:
      | sorted(order, key=lambda column: column not in carry) => order;
      | or not set(carry) <= set(page) =>
      What must be carried is not on your page unless its score is high. It joins first.
    half_a_page: if len(page) < slots or not set(carry) <= set(page): => if False:
      Where the candidates allow no page you return a page that is too short, or that lacks what
      must be carried. Return None: code may fail, and not silently.
    carried_first: sorted(page, key=order.index) => page
      The right videos in the wrong order: the page is sorted by score, also what had to be carried.
    carries_the_blocked:
      | page = [] =>
      | blocked = set(blocked) - {int(topics[column]) for column in carry}
      | page = []
      or topics[column] not in blocked => (column in carry or topics[column] not in blocked)
      You let a blocked video in because it must be carried. Two rules that contradict each other
      allow no page: None.
    carried_before_the_best:
      | page = [] => page = list(carry);
      | sorted(order, key=lambda column: column not in carry) => order;
      | if len(page) < slots and => if column not in page and len(page) < slots and;
      | if len(page) < slots or not set(carry) <= set(page): => if len(page) != slots:;
      | sorted(page, key=order.index) => page
      You put what must be carried onto the page, look at no rule, and leave it in front. It obeys
      them like any other, and the page goes by scores.
    swaps_the_worst:
      | sorted(order, key=lambda column: column not in carry) => order;
      | or not set(carry) <= set(page) =>;
      | return sorted(page, key=order.index) =>
      | for column in carry:
      |     if column not in page:
      |         page[-1] = column
      | return sorted(page, key=order.index)
      You put what must be carried in the place of the last video and look at no rule again. Let
      it join first, so that the others fit around it.
    one_too_many: same < most => same <= most
      You allow one more of a topic than most: a candidate may join while there are fewer than
      most, <, not <=.
    one_too_few: same < most => same < most - 1
      You allow one less of a topic than most.
    topics_for_columns:
      | sorted(page, key=order.index) =>
      |     [int(topics[column]) for column in sorted(page, key=order.index)]
      You return topics. Return the columns of the candidates.
    by_column: sorted(page, key=order.index) => sorted(page)
      The right videos in the order of their columns. The best score comes first.
    worst_first: sorted(page, key=order.index) => sorted(page, key=order.index)[::-1]
      The right videos, the worst first. The best score comes first.
"""
