"""13.2 Bids at which nobody envies anybody.

15 minutes, difficulty 2, 3 points, L13.2
You know where a market comes to rest that does not reward the truth.
"""

import numpy as np

from mavrs_course.bank.lesson_13.vcg_payments import _ranked, vcg_payments
from mavrs_course.coordination import auctions
from mavrs_course.course import Case, Property
from mavrs_course.course.values import slack


def settled_bids(values, clicks):
    order = np.argsort(-values)
    seen, bids, below = np.append(clicks, np.zeros(len(values))), np.zeros(len(values)), 0.0
    for place in reversed(range(len(values))):
        bid = values[order[place]]
        if place > 0 and seen[place - 1] > 0:
            bid += seen[place] / seen[place - 1] * (below - bid)
        bids[order[place]] = below = bid
    return bids


def settled_by_vcg(values, clicks):
    """Each bids what, at the slot above, makes the bill of VCG."""
    order, paid = _ranked(values), vcg_payments(values, clicks)
    bids = np.array(values, dtype=float)
    for place in range(1, min(len(values), len(clicks) + 1)):
        if clicks[place - 1] > 0:
            bids[order[place]] = paid[order[place - 1]] / clicks[place - 1]
    return bids


OTHERS = (settled_by_vcg, auctions.lowest_envy_free_bids)


def cases(rng):
    return [
        Case("the textbook: values 10, 4, 2; clicks 200, 100",
             (np.array([10.0, 4.0, 2.0]), np.array([200.0, 100.0])), [10.0, 3.0, 2.0]),
        Case("the same bidders in another order",
             (np.array([4.0, 2.0, 10.0]), np.array([200.0, 100.0])), [3.0, 2.0, 10.0]),
        Case("one slot: all bid their value",
             (np.array([3.0, 7.0, 5.0]), np.array([10.0])), [3.0, 7.0, 5.0]),
        Case("as many slots as bidders",
             (np.array([8.0, 6.0]), np.array([0.8, 0.2])), [8.0, 4.5]),
        Case("a bidder alone", (np.array([5.0]), np.array([10.0, 5.0])), [5.0]),
        Case("four bidders, five slots",
             (rng.uniform(1, 10, 4), -np.sort(-rng.uniform(5, 100, 5)))),
        Case("six bidders, four slots",
             (rng.uniform(1, 10, 6), -np.sort(-rng.uniform(5, 100, 4)))),
    ]  # fmt: skip


def _row_of_envy(result, values, clicks):
    bids = np.asarray(result, dtype=float)
    won, paid = auctions.sell_positions(bids[None].clip(0), clicks, auctions.gsp)
    keeps = values[:, None] * won - paid
    return np.allclose(keeps.max(axis=1), np.diag(keeps), atol=1e-3)


PROPERTIES = (
    Property("every bid is a number",
             lambda result, values, clicks: np.isfinite(np.asarray(result, dtype=float)).all(),
             "A bid is no number: 0 / 0. Where the slot above has no clicks, because there is "
             "none, a bidder bids its value."),
    Property("nobody bids more than a click is worth to it",
             lambda result, values, clicks: np.all(np.asarray(result) <= values + slack(result)),
             "A bid came out above the value. Each bid is a mean of the own value and the next "
             "bid, with weights that add up to one."),
    Property("nobody envies anybody",
             lambda result, values, clicks: _row_of_envy(result, values, clicks),
             "Somebody would keep more in the place of another, at the price paid there. Work "
             "from the lowest bidder upwards, each with the bid (not the value) just below."),
)  # fmt: skip

HINTS = """
    Sort the bidders from the highest value down, and start at the bottom: who wins nothing bids
    its value, and below the last bidder the bid is 0.

    Bidder k, in slot k, keeps c[k] * (v[k] - b[k+1]). In the slot above, at the price of its own
    bid, it would keep c[k-1] * (v[k] - b[k]). Make them equal.

    b[k] = v[k] + c[k] / c[k-1] * (b[k+1] - v[k]) for k = n-1, ..., 1, with c = 0 beyond the last
    slot; where c[k-1] is 0 too, b[k] = v[k]. And b[0] = v[0].
"""
MISTAKES = """
    the_truth: bid += seen[place] / seen[place - 1] * (below - bid) => pass
      All bid their value. Under GSP that is no rest: with a good second slot the first bidder
      would rather have it, at the lower price.
    value_of_the_next_instead_of_its_bid:
      | (below - bid) => (np.append(values, 0.0)[[*order, -1][place + 1]] - bid)
      You put in the value of the bidder below. What it *bids* sets the price: work from the
      bottom up, and use the bid that you have just found.
    weights_swapped: bid += => bid = below +; (below - bid) => (bid - below)
      The weights are swapped. The own value counts (c[k-1] - c[k]) / c[k-1], what is gained by
      moving up; the bid below counts c[k] / c[k-1].
    forgot_to_divide:
      | bid += seen[place] / seen[place - 1] * (below - bid) =>
      |     bid = (seen[place - 1] - seen[place]) * bid + seen[place] * below
      The right side of the equation is the bill for the slot above. Divide it by that slot's
      clicks, c[k-1], to have a bid for one click.
    divided_by_its_own_clicks:
      | bid += seen[place] / seen[place - 1] * (below - bid) =>
      | bill = (seen[place - 1] - seen[place]) * bid + seen[place] * below
      | bid = bill / (seen[place] or seen[place - 1])
      You divide by the clicks of the own slot. The bid of bidder k is what the one above pays for
      a click, so divide by c[k-1].
    forgot_what_it_pays_now: (below - bid) => -bid
      What the bidder pays where it is now is left out: c[k] * b[k+1]. Without it the slot above
      looks dearer than it is.
    first_bids_by_the_formula:
      | place > 0 and seen[place - 1] > 0 => seen[max(place - 1, 0)] > 0;
      | seen[place - 1] * => seen[max(place - 1, 0)] *
      There is no slot above the first, so the formula has no place for the highest bidder: it
      bids its value.
    prices_instead_of_bids:
      | in settled_by_vcg: np.array(values, dtype=float) => np.zeros(len(values));
      | bids[order[place]] = => bids[order[place - 1]] =
      These are the prices that each pays for a click. What one pays is what the *next* one bids:
      move everything down by one place.
    by_slot: return bids => return bids[order]
      The right bids from the highest down. Give them back in the order of `values`.
    forgot_to_rank: np.argsort(-values) => range(len(values))
      You work down the list as it is given. Slots go by value: rank the bidders first, and give
      the bids back in the order of `values`.
    ranked_twice: return bids => return bids[order][order]
      The bids are right, and go to the wrong bidders. bids[order] ranks them once more; to undo a
      ranking write result[order] = bids.
    ratio_upside_down: seen[place] / seen[place - 1] => seen[place - 1] / max(seen[place], 1e-9)
      The ratio of clicks is upside down: c[k] / c[k-1], which is at most 1.
    losers_bid_nothing: range(len(values)) => range(min(len(values), len(clicks)))
      or
      | return bids =>
      | bids[order[len(clicks) :]] = 0
      | return bids
      Who wins no slot bids nothing in your answer. The highest of them sets the price of the last
      slot: losers bid their value.
"""

EQUAL = r"""
    np.zeros(len(values)) => np.ones(len(values)) | seen, bids, below = (np.append(clicks, np.zeros(len(values))), np.ze …
      Every bid is filled in.
    place > 0 and seen[place - 1] > 0 => seen[place - 1] > 0 | if place > 0 and seen[place - 1] > 0
    place > 0 => place >= 0 | if place > 0 and seen[place - 1] > 0
    0 => -1 | if place > 0 and seen[place - 1] > 0
      seen ends in 0, and seen[-1] is its end.
    place - 1 => place | if place > 0 and seen[place - 1] > 0
    1 => 0 | if place > 0 and seen[place - 1] > 0
      Where the own slot has no clicks, nothing is added.
"""  # noqa: E501
