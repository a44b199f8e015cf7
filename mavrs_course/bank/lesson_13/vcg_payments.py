"""13.1 Pay for the harm you do.

15 minutes, difficulty 2, 3 points, L13.1
Under this rule nobody gains by lying, whatever the others do.
"""

import numpy as np

from mavrs_course.coordination import auctions
from mavrs_course.course import Case, Property
from mavrs_course.course.values import slack


def vcg_payments(bids, clicks):
    order, paid = np.argsort(-bids, kind="stable"), np.zeros(len(bids))
    ranked, seen = bids[order], np.append(clicks, np.zeros(len(bids)))
    for slot in range(min(len(clicks), len(bids))):
        below = range(slot + 1, len(bids))
        paid[order[slot]] = sum((seen[k - 1] - seen[k]) * ranked[k] for k in below)
    return paid


def _ranked(bids):
    return np.argsort(-np.asarray(bids, dtype=float), kind="stable")


def _padded(clicks, bidders):
    return np.append(np.asarray(clicks, dtype=float), np.zeros(bidders + 1))


def _welfare(bids, clicks):
    return sum(b * c for b, c in zip(sorted(bids, reverse=True), clicks, strict=False))


def vcg_by_welfare(bids, clicks):
    order, paid = list(_ranked(bids)), []
    for who, bid in enumerate(bids):
        place = order.index(who)
        own = bid * clicks[place] if place < len(clicks) else 0.0
        without = _welfare(np.delete(bids, who), clicks)
        paid.append(without - (_welfare(bids, clicks) - own))
    return paid


def vcg_from_the_bottom(bids, clicks):
    order, paid, due = _ranked(bids), np.zeros(len(bids)), 0.0
    seen = _padded(clicks, len(bids))
    for place in reversed(range(len(bids) - 1)):
        due += (seen[place] - seen[place + 1]) * bids[order[place + 1]]
        paid[order[place]] = due
    return paid


OTHERS = (
    vcg_by_welfare,
    vcg_from_the_bottom,
    lambda bids, clicks: auctions.sell_positions(bids[None], clicks, auctions.vcg)[1][0],
)


def cases(rng):
    return [
        Case("the textbook: values 10, 4, 2; clicks 200, 100",
             (np.array([10.0, 4.0, 2.0]), np.array([200.0, 100.0])), [600.0, 200.0, 0.0]),
        Case("the same bidders in another order",
             (np.array([2.0, 10.0, 4.0]), np.array([200.0, 100.0])), [0.0, 600.0, 200.0]),
        Case("one slot: the second price",
             (np.array([3.0, 7.0, 5.0]), np.array([10.0])), [0.0, 50.0, 0.0]),
        Case("more slots than bidders",
             (np.array([3.0, 7.0]), np.array([10.0, 6.0, 1.0])), [0.0, 12.0]),
        Case("five bidders, three slots",
             (rng.uniform(0, 10, 5), -np.sort(-rng.uniform(0, 100, 3)))),
        Case("three bidders, four slots",
             (rng.uniform(0, 10, 3), -np.sort(-rng.uniform(0, 100, 4)))),
        Case("one bidder alone", (np.array([5.0]), np.array([10.0, 5.0])), [0.0]),
        Case("equal bids: the first of them has the better slot",
             (np.array([5.0, 3.0, 5.0]), np.array([10.0, 4.0])), [42.0, 0.0, 12.0]),
        Case("forty bidders, many of whom bid the same",
             (rng.integers(1, 6, 40).astype(float), -np.sort(-rng.uniform(0, 100, 30)))),
        Case("two slots seen alike", (rng.uniform(0, 10, 4), np.array([50.0, 50.0]))),
    ]  # fmt: skip


PROPERTIES = (
    Property("nobody is paid for coming",
             lambda result, bids, clicks: np.min(result) >= -slack(result),
             "A payment came out below zero. A bidder can only take from the others: subtract "
             "what the others have with it from what they would have without it."),
    Property("who wins nothing pays nothing",
             lambda result, bids, clicks: np.allclose(np.asarray(result)[_ranked(bids)[len(clicks)
                 :]], 0),
             "A bidder without a slot takes nothing from anybody, and pays nothing. Look at "
             "whose place in the result each payment gets."),
)  # fmt: skip

HINTS = """
    Rank the bids. Whoever is ranked below a bidder would move up one slot if it went away;
    whoever is above would not notice.

    The bidder ranked k moves from slot k to k - 1 and gains clicks[k - 1] - clicks[k], each worth
    its bid. Slots that are not there have 0 clicks.

    order = np.argsort(-bids); pad clicks with zeros; paid[order[s]] is the sum over k = s + 1,
    ..., n - 1 of (clicks[k - 1] - clicks[k]) * bids[order[k]].
"""


def equals_share_a_bill(bids, clicks):
    paid = vcg_payments(bids, clicks)
    return [paid[list(bids).index(bid)] for bid in bids]


MISTAKES = """
    gsp:
      | sum((seen[k - 1] - seen[k]) * ranked[k] for k in below) =>
      |     seen[slot] * np.append(ranked, 0.0)[slot + 1]
      or sum((seen[k - 1] - seen[k]) * ranked[k] for k in below) => np.append(ranked, 0.0)[slot + 1]
      That is GSP: the next bid for each click. VCG charges what all bidders below would gain if
      this one went away, and each of them would move up one slot only.
    first_price:
      | sum((seen[k - 1] - seen[k]) * ranked[k] for k in below) => seen[slot] * ranked[slot]
      Everybody pays its own bid here: first price. Under VCG a bidder's own bid decides what it
      gets, and is no part of what it pays.
    price_of_a_click: in below) => in below) / seen[slot]
      This is the price of one click. The whole bill is wanted, for all clicks of the slot.
    in_the_order_of_slots: return paid => return paid[order]
      The right payments, listed by slot. Give them back in the order of `bids`: paid[order[slot]]
      = ...
    forgot_who_is_pushed_out:
      | range(slot + 1, len(bids)) => range(slot + 1, min(len(clicks), len(bids)))
      The bidder just below the last slot is forgotten. It gets nothing, and would get the last
      slot: below the last slot there are 0 clicks.
    steps_one_slot_too_low: (seen[k - 1] - seen[k]) => (seen[k] - seen[k + 1])
      The steps are one slot too low. The bidder ranked k has slot k and would move up to slot k -
      1: it gains clicks[k - 1] - clicks[k].
    harms_itself: range(slot + 1, => range(slot,; seen[k - 1] => (seen[k - 1] if k else 0.0)
      The sum starts with the bidder itself. Only those ranked below it move up: start at its slot
      plus one.
    bids_not_ranked: * ranked[k] => * bids[k]
      The bids in the sum are in the order of `bids`, not of their rank. The bidder ranked k bids
      bids[order[k]].
    lowest_bid_first: argsort(-bids => argsort(bids
      The first slot went to the lowest bid: np.argsort sorts upwards. Sort -bids.
    equals_share_a_bill:
      Equal bids get one place and one bill, as with sorted(...).index(bid) or a dictionary by bid.
      Each has a slot of its own, and the first of them the better one: rank the bidders, not the
      bids.
    only_the_next_bidder: range(slot + 1, len(bids)) => range(slot + 1, len(bids))[:1]
      You charge the harm to the next bidder. All below would move up: add their harm too.
    differences_times_own_bid: * ranked[k] => * ranked[k - 1]
      or
      | * ranked[k] => * ranked[k - 1];
      | range(slot + 1, len(bids)) => range(slot + 1, len(bids) + 1)
      The steps are right, but each is multiplied by the bid of who has the slot. Who would gain
      clicks[k - 1] - clicks[k] is the bidder below, ranked k.
    forgot_what_the_others_still_have: (seen[k - 1] - seen[k]) => seen[k - 1]
      The bidders below lose only the difference between two slots: they still have the slot
      below. Charge clicks[k - 1] - clicks[k] for each.
    counts_itself_among_the_others: in vcg_by_welfare: - own =>
      or
      | in vcg_by_welfare: without - (_welfare(bids, clicks) - own) =>
      |     _welfare(bids, clicks) - without
      What a bidder itself gets is still in the second sum. It is the others' worth that counts:
      without it, minus with it, its own left out of both.
    forgot_to_subtract: in vcg_by_welfare: - (_welfare(bids, clicks) - own) =>
      This is what the others would have without each bidder. Subtract what they have with it:
      only the difference is its doing.
"""
