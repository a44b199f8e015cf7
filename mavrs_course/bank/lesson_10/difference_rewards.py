"""10.4 Pay each for the difference it made.

20 minutes, difficulty 3, 4 points, L10.2
A channel that only looks after this number looks after the viewer.
"""

import numpy as np

from mavrs_course.course import Case


def difference_rewards(bids, weights, costs, price):
    def worth(w, c):
        return ((w * (4 - price * c)).sum(axis=1) - 2 * 0.5 * price) / (w.sum(axis=1) + 2)

    order = np.argsort(-bids, axis=1)
    w, c = np.take_along_axis(weights, order, axis=1), np.take_along_axis(costs, order, axis=1)
    rewards, rows = np.zeros(bids.shape), np.arange(len(bids))
    for place in range(bids.shape[1]):
        others_w, others_c = np.delete(w, place, axis=1), np.delete(c, place, axis=1)
        lost = worth(w[:, :3], c[:, :3]) - worth(others_w[:, :3], others_c[:, :3])
        rewards[rows, order[:, place]] = lost
    return rewards


def differences_page_by_page(bids, weights, costs, price):
    def worth(page, channels):
        shown = sorted(channels, key=lambda k: -bids[page][k])[:3]
        total = sum(weights[page][k] for k in shown) + 2
        minutes = sum(4 * weights[page][k] for k in shown) / total
        used = (sum(weights[page][k] * costs[page][k] for k in shown) + 2 * 0.5) / total
        return minutes - price * used

    everybody = range(len(bids[0]))
    return [
        [worth(p, everybody) - worth(p, [k for k in everybody if k != m]) for m in everybody]
        for p in range(len(bids))
    ]


OTHERS = (differences_page_by_page,)


def cases(rng):
    def some(pages, channels, price):
        bids = rng.permuted(np.tile((np.arange(channels) + 1) / channels, (pages, 1)), axis=1)
        weights = rng.uniform(0.1, 2.0, (pages, channels))
        return bids, weights, rng.uniform(0.5, 7.0, (pages, channels)), price

    hand = (np.array([[4.0, 3.0, 2.0, 1.0]]), np.array([[2.0, 1.0, 1.0, 2.0]]), np.zeros((1, 4)))
    return [
        Case("four channels, time is free: 4 * 4 / 6 minutes, and with the fourth in its place",
             (*hand, 0.0), [[0.0, 8 / 3 - 20 / 7, 8 / 3 - 20 / 7, 0.0]]),
        Case("three channels, three slots: without one, nobody moves up",
             (np.array([[1.0, 2.0, 3.0]]), np.array([[2.0, 1.0, 1.0]]),
              np.array([[4.0, 2.0, 0.0]]), 1.0),
             [[5 / 6 - 5 / 4, 5 / 6 - 3 / 5, 5 / 6 - 1 / 5]]),
        Case("a page of five channels at a price of 2", some(1, 5, 2.0)),
        Case("six pages, seven channels", some(6, 7, 1.5)),
        Case("ten pages, five channels, time is free", some(10, 5, 0.0)),
        Case("four pages, four channels", some(4, 4, 0.7)),
    ]  # fmt: skip


HINTS = """
    Write a function for the worth of pages first: (sum of w * (4 - price * c), less 2 * 0.5 *
    price) / (sum of w + 2).

    Sort each page's channels by their bids with np.argsort(-bids, axis=1) and bring weights and
    costs into that order with np.take_along_axis. The page is the first three columns.

    For each place in that order: the worth of the first three columns, less that of the first three
    columns that are left when this one is taken out. Write it to rewards[rows, order[:, place]].
"""


def own_share(bids, weights, costs, price):
    shown = np.argsort(np.argsort(-bids, axis=1), axis=1) < 3
    kept = np.where(shown, weights, 0.0)
    return kept * (4 - price * costs) / (kept.sum(axis=1, keepdims=True) + 2)


MISTAKES = """
    nobody_moves_up:
      | others_w[:, :3], others_c[:, :3] =>
      |     others_w[:, : 3 - (place < 3)], others_c[:, : 3 - (place < 3)]
      Without a channel its slot stays empty in your page. The next highest bid would have got it:
      leave the channel out first, then take the three highest bids.
    time_is_free:
      | def worth(w, c): =>
      | price = 0.0
      |
      | def worth(w, c):
      You count minutes alone. The budget that a page should use is charged at the price.
    scrolling_is_free: - 2 * 0.5 * price =>
      No click costs too: with weight 2 the viewer scrolls on, and 0.5 of the budget is used.
      Subtract 2 * 0.5 * price above the line.
    always_a_click: - 2 * 0.5 * price =>; (w.sum(axis=1) + 2) => w.sum(axis=1)
      or (w.sum(axis=1) + 2) => w.sum(axis=1)
      You leave out that nothing may be clicked: its weight of 2 belongs below the line, and its
      cost above it.
    silence_costs_once: 2 * 0.5 => 0.5
      No click has the weight 2, so its cost of 0.5 counts twice above the line: 2 * 0.5 * price.
    own_share:
      That is what each channel's own video should bring. The difference also counts what it takes
      from the others, and who would have stood in its place.
    first_three_columns:
      | np.argsort(-bids, axis=1) => np.broadcast_to(np.arange(bids.shape[1]), bids.shape)
      You show the first three channels as they are listed. The three highest bids are shown.
    lowest_bids: -bids => bids
      You show the three lowest bids: argsort sorts upwards, so sort -bids.
    all_are_shown:
      | w[:, :3], c[:, :3] => w, c;
      | others_w[:, :3], others_c[:, :3] => others_w, others_c
      You show every channel. A page has three slots, for the three highest bids.
    sign: = lost => = -lost
      The difference has the wrong sign: the page with the channel, less the page without.
    worth_without: worth(w[:, :3], c[:, :3]) - worth => worth
      That is what the page is worth without each channel. Its reward is the page as it is, less
      that.
    paid_as_a_team: - worth(others_w[:, :3], others_c[:, :3]) =>
      Everybody gets the worth of the whole page. Subtract what it would be worth without the
      channel.
    in_order_of_bids: order[:, place]] => place]
      The numbers are right and stand in the order of the bids. Put each back in its channel's
      column: rewards[row, order[row, place]].
"""

EQUAL = r"""
    np.zeros(bids.shape) => np.ones(bids.shape) | rewards, rows = (np.zeros(bids.shape), np.arange(len(bids)))
      Every place is filled.
    2 * 0.5 * price => price | return ((w * (4 - price * c)).sum(axis=1) - 2 * 0.5 * price) / (w.su …
      2 times 0.5 is 1.
"""  # noqa: E501
