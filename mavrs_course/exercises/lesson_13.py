"""Exercises of lesson 13, the market."""

from __future__ import annotations

import numpy as np

from mavrs_course.coordination import auctions
from mavrs_course.coordination.assignment import auction_assignment
from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if, same_numbers


def _ranked(bids):
    return np.argsort(-np.asarray(bids, dtype=float), kind="stable")


def _padded(clicks, bidders):
    return np.append(np.asarray(clicks, dtype=float), np.zeros(bidders + 1))


# --- 13.1 ------------------------------------------------------------------------------------


def vcg_payments(bids, clicks):
    order, paid = _ranked(bids), np.zeros(len(bids))
    ranked, seen = bids[order], _padded(clicks, len(bids))
    for slot in range(min(len(clicks), len(bids))):
        paid[order[slot]] = sum(
            (seen[k - 1] - seen[k]) * ranked[k] for k in range(slot + 1, len(ranked))
        )
    return paid


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


def payments_cases(rng):
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
        Case("two slots seen alike", (rng.uniform(0, 10, 4), np.array([50.0, 50.0]))),
    ]  # fmt: skip


def _priced(price):
    """Payments from ``price(ranked bids, clicks padded with zeros, slot)``, by bidder."""

    def answer(bids, clicks):
        order, paid = _ranked(bids), np.zeros(len(bids))
        ranked, seen = np.append(bids[order], 0.0), _padded(clicks, len(bids))
        for slot in range(min(len(clicks), len(bids))):
            paid[order[slot]] = price(ranked, seen, slot, len(clicks))
        return paid

    return answer


def _steps(ranked, seen, first, last):
    return sum((seen[k - 1] - seen[k]) * ranked[k] for k in range(first, last))


pays_own_bid = _priced(lambda ranked, seen, slot, slots: seen[slot] * ranked[slot])
pays_next_bid = _priced(lambda ranked, seen, slot, slots: seen[slot] * ranked[slot + 1])
a_click = _priced(
    lambda ranked, seen, slot, slots: _steps(ranked, seen, slot + 1, len(ranked)) / seen[slot]
)
forgot_who_is_pushed_out = _priced(
    lambda ranked, seen, slot, slots: _steps(ranked, seen, slot + 1, min(slots, len(ranked)))
)
only_the_next = _priced(
    lambda ranked, seen, slot, slots: (seen[slot] - seen[slot + 1]) * ranked[slot + 1]
)
by_own_bid = _priced(
    lambda ranked, seen, slot, slots: sum(
        (seen[k] - seen[k + 1]) * ranked[k] for k in range(slot, len(ranked) - 1)
    )
)
loses_everything = _priced(
    lambda ranked, seen, slot, slots: sum(
        seen[k - 1] * ranked[k] for k in range(slot + 1, len(ranked))
    )
)


next_bid_a_click = _priced(lambda ranked, seen, slot, slots: ranked[slot + 1])
step_too_low = _priced(
    lambda ranked, seen, slot, slots: sum(
        (seen[k] - seen[k + 1]) * ranked[k] for k in range(slot + 1, len(ranked))
    )
)
from_itself_on = _priced(
    lambda ranked, seen, slot, slots: sum(
        ((seen[k - 1] if k else 0.0) - seen[k]) * ranked[k] for k in range(slot, len(ranked))
    )
)


def bids_unsorted(bids, clicks):
    order, paid = _ranked(bids), np.zeros(len(bids))
    seen = _padded(clicks, len(bids))
    for slot in range(min(len(clicks), len(bids))):
        paid[order[slot]] = _steps(bids, seen, slot + 1, len(bids))
    return paid


def lowest_first(bids, clicks):
    order, paid = np.argsort(bids, kind="stable"), np.zeros(len(bids))
    seen = _padded(clicks, len(bids))
    for slot in range(min(len(clicks), len(bids))):
        paid[order[slot]] = _steps(bids[order], seen, slot + 1, len(bids))
    return paid


def in_the_order_of_slots(bids, clicks):
    return vcg_payments(bids, clicks)[_ranked(bids)]


def harm_to_all(bids, clicks):
    return [
        _welfare(np.delete(bids, who), clicks) - _welfare(bids, clicks) for who in range(len(bids))
    ]


def brings_to_all(bids, clicks):
    return [-harm for harm in harm_to_all(bids, clicks)]


def welfare_without(bids, clicks):
    return [_welfare(np.delete(bids, who), clicks) for who in range(len(bids))]


_payments = Exercise(
    id="13.1",
    title="Pay for the harm you do",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L13.1",
    reference=vcg_payments,
    cases=payments_cases,
    properties=(
        Property(
            "one payment for each bidder",
            lambda result, bids, clicks: np.shape(result) == np.shape(bids),
            "One payment for each bidder is wanted, in the order of `bids`, also for those who win "
            "nothing.",
        ),
        Property(
            "nobody is paid for coming",
            lambda result, bids, clicks: np.min(result) >= -1e-9,
            "A payment came out below zero. A bidder can only take from the others: subtract what "
            "the others have with it from what they would have without it.",
        ),
        Property(
            "who wins nothing pays nothing",
            lambda result, bids, clicks: np.allclose(
                np.asarray(result)[_ranked(bids)[len(clicks) :]], 0
            ),
            "A bidder without a slot takes nothing from anybody, and pays nothing. Look at whose "
            "place in the result each payment gets.",
        ),
    ),
    mistakes=(
        Mistake(
            "gsp",
            pays_next_bid,
            "That is GSP: the next bid for each click. VCG charges what all bidders below would "
            "gain if this one went away, and each of them would move up one slot only.",
            as_if(pays_next_bid, next_bid_a_click),
        ),
        Mistake(
            "first_price",
            pays_own_bid,
            "Everybody pays its own bid here: first price. Under VCG a bidder's own bid decides "
            "what it gets, and is no part of what it pays.",
        ),
        Mistake(
            "price_of_a_click",
            a_click,
            "This is the price of one click. The whole bill is wanted, for all clicks of the slot.",
        ),
        Mistake(
            "in_the_order_of_slots",
            in_the_order_of_slots,
            "The right payments, listed by slot. Give them back in the order of `bids`: "
            "paid[order[slot]] = ...",
        ),
        Mistake(
            "forgot_who_is_pushed_out",
            forgot_who_is_pushed_out,
            "The bidder just below the last slot is forgotten. It gets nothing, and would get the "
            "last slot: below the last slot there are 0 clicks.",
        ),
        Mistake(
            "steps_one_slot_too_low",
            step_too_low,
            "The steps are one slot too low. The bidder ranked k has slot k and would move up to "
            "slot k - 1: it gains clicks[k - 1] - clicks[k].",
        ),
        Mistake(
            "harms_itself",
            from_itself_on,
            "The sum starts with the bidder itself. Only those ranked below it move up: start at "
            "its slot plus one.",
        ),
        Mistake(
            "bids_not_ranked",
            bids_unsorted,
            "The bids in the sum are in the order of `bids`, not of their rank. The bidder ranked "
            "k bids bids[order[k]].",
        ),
        Mistake(
            "lowest_bid_first",
            lowest_first,
            "The first slot went to the lowest bid: np.argsort sorts upwards. Sort -bids.",
        ),
        Mistake(
            "only_the_next_bidder",
            only_the_next,
            "You charge the harm to the next bidder. All below would move up: add their harm too.",
        ),
        Mistake(
            "differences_times_own_bid",
            by_own_bid,
            "The steps are right, but each is multiplied by the bid of who has the slot. Who would "
            "gain clicks[k - 1] - clicks[k] is the bidder below, ranked k.",
        ),
        Mistake(
            "forgot_what_the_others_still_have",
            loses_everything,
            "The bidders below lose only the difference between two slots: they still have the "
            "slot below. Charge clicks[k - 1] - clicks[k] for each.",
        ),
        Mistake(
            "counts_itself_among_the_others",
            harm_to_all,
            "What a bidder itself gets is still in the second sum. It is the others' worth that "
            "counts: without it, minus with it, its own left out of both.",
            as_if(harm_to_all, brings_to_all),
        ),
        Mistake(
            "forgot_to_subtract",
            welfare_without,
            "This is what the others would have without each bidder. Subtract what they have with "
            "it: only the difference is its doing.",
        ),
    ),
    others=(
        vcg_by_welfare,
        vcg_from_the_bottom,
        lambda bids, clicks: auctions.sell_positions(bids[None], clicks, auctions.vcg)[1][0],
    ),
    hints=(
        "Rank the bids. Whoever is ranked below a bidder would move up one slot if it went away; "
        "whoever is above would not notice.",
        "The bidder ranked k moves from slot k to k - 1 and gains clicks[k - 1] - clicks[k], each "
        "worth its bid. Slots that are not there have 0 clicks.",
        "order = np.argsort(-bids); pad clicks with zeros; paid[order[s]] is the sum over "
        "k = s + 1, ..., n - 1 of (clicks[k - 1] - clicks[k]) * bids[order[k]].",
    ),
    praise="Under this rule nobody gains by lying, whatever the others do.",
)


# --- 13.2 ------------------------------------------------------------------------------------


def settled_bids(values, clicks):
    return auctions.lowest_envy_free_bids(values, clicks)


def settled_by_vcg(values, clicks):
    """Each bids what, at the slot above, makes the bill of VCG."""
    order, paid = _ranked(values), vcg_payments(values, clicks)
    bids = np.array(values, dtype=float)
    for place in range(1, min(len(values), len(clicks) + 1)):
        if clicks[place - 1] > 0:
            bids[order[place]] = paid[order[place - 1]] / clicks[place - 1]
    return bids


def settled_cases(rng):
    return [
        Case("the textbook: values 10, 4, 2; clicks 200, 100",
             (np.array([10.0, 4.0, 2.0]), np.array([200.0, 100.0])), [10.0, 3.0, 2.0]),
        Case("the same bidders in another order",
             (np.array([4.0, 2.0, 10.0]), np.array([200.0, 100.0])), [3.0, 2.0, 10.0]),
        Case("one slot: all bid their value",
             (np.array([3.0, 7.0, 5.0]), np.array([10.0])), [3.0, 7.0, 5.0]),
        Case("as many slots as bidders",
             (np.array([8.0, 6.0]), np.array([4.0, 1.0])), [8.0, 4.5]),
        Case("five bidders, three slots",
             (rng.uniform(1, 10, 5), -np.sort(-rng.uniform(5, 100, 3)))),
        Case("four bidders, five slots",
             (rng.uniform(1, 10, 4), -np.sort(-rng.uniform(5, 100, 5)))),
        Case("six bidders, four slots",
             (rng.uniform(1, 10, 6), -np.sort(-rng.uniform(5, 100, 4)))),
    ]  # fmt: skip


def _recursion(step, top=lambda value, *rest: value, start=0.0):
    """Bids from the bottom up: ``step(value, clicks above, here, bid below, value below)``."""

    def answer(values, clicks):
        order, seen = _ranked(values), _padded(clicks, len(values))
        bids, below, value_below = np.zeros(len(values)), start, 0.0
        for place in reversed(range(len(values))):
            value = values[order[place]]
            bid = top(value, seen[0], seen[0], below, value_below)
            if place > 0:
                above, here = seen[place - 1], seen[place]
                bid = step(value, above, here, below, value_below) if above > 0 else value
            bids[order[place]] = below = bid
            value_below = value
        return bids

    return answer


def _true_step(value, above, here, below, _):
    return value + here / above * (below - value)


tells_the_truth = _recursion(lambda value, *rest: value)
values_for_bids = _recursion(
    lambda value, above, here, below, value_below: value + here / above * (value_below - value)
)
weights_swapped = _recursion(
    lambda value, above, here, below, _: below + here / above * (value - below)
)
forgot_to_divide = _recursion(
    lambda value, above, here, below, _: (above - here) * value + here * below
)
divided_by_own = _recursion(
    lambda value, above, here, below, _: (
        ((above - here) * value + here * below) / (here if here > 0 else above)
    )
)
forgot_the_price = _recursion(lambda value, above, here, below, _: (1 - here / above) * value)
top_like_the_others = _recursion(_true_step, top=_true_step)


def prices_for_bids(values, clicks):
    won, paid = auctions.sell_positions(values[None], clicks, auctions.vcg)
    return np.divide(paid[0], won[0], out=np.zeros(len(values)), where=won[0] > 0)


def settled_by_slot(values, clicks):
    return settled_bids(values, clicks)[_ranked(values)]


def forgot_to_rank(values, clicks):
    """The recursion down the list as it is given."""
    seen, bids = _padded(clicks, len(values)), np.append(values, 0.0)
    for k in reversed(range(1, len(values))):
        if seen[k - 1] > 0:
            bids[k] = values[k] + seen[k] / seen[k - 1] * (bids[k + 1] - values[k])
    return bids[:-1]


def ranked_twice(values, clicks):
    order = _ranked(values)
    return settled_bids(values, clicks)[order][order]


inverted = _recursion(
    lambda value, above, here, below, _: value + above / max(here, 1e-9) * (below - value)
)


def losers_bid_nothing(values, clicks):
    order, seen = _ranked(values), _padded(clicks, len(values))
    bids, below = np.zeros(len(values)), 0.0
    for place in reversed(range(min(len(values), len(clicks)))):
        value = values[order[place]]
        bids[order[place]] = below = (
            value if place == 0 else _true_step(value, seen[place - 1], seen[place], below, 0)
        )
    return bids


def _row_of_envy(result, values, clicks):
    bids = np.asarray(result, dtype=float)
    won, paid = auctions.sell_positions(bids[None].clip(0), clicks, auctions.gsp)
    keeps = values[:, None] * won - paid
    return np.allclose(keeps.max(axis=1), np.diag(keeps), atol=1e-6)


_settled = Exercise(
    id="13.2",
    title="Bids at which nobody envies anybody",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L13.2",
    reference=settled_bids,
    cases=settled_cases,
    properties=(
        Property(
            "one bid for each bidder",
            lambda result, values, clicks: np.shape(result) == np.shape(values),
            "One bid for each bidder is wanted, in the order of `values`.",
        ),
        Property(
            "every bid is a number",
            lambda result, values, clicks: np.isfinite(np.asarray(result, dtype=float)).all(),
            "A bid is no number: 0 / 0. Where the slot above has no clicks, because there is none, "
            "a bidder bids its value.",
        ),
        Property(
            "nobody bids more than a click is worth to it",
            lambda result, values, clicks: np.all(np.asarray(result) <= values + 1e-9),
            "A bid came out above the value. Each bid is a mean of the own value and the next bid, "
            "with weights that add up to one.",
        ),
        Property(
            "nobody envies anybody",
            lambda result, values, clicks: _row_of_envy(result, values, clicks),
            "Somebody would keep more in the place of another, at the price paid there. Work from "
            "the lowest bidder upwards, each with the bid (not the value) just below.",
        ),
    ),
    mistakes=(
        Mistake(
            "the_truth",
            tells_the_truth,
            "All bid their value. Under GSP that is no rest: with a good second slot the first "
            "bidder would rather have it, at the lower price.",
        ),
        Mistake(
            "value_of_the_next_instead_of_its_bid",
            values_for_bids,
            "You put in the value of the bidder below. What it *bids* sets the price: work from "
            "the bottom up, and use the bid that you have just found.",
        ),
        Mistake(
            "weights_swapped",
            weights_swapped,
            "The weights are swapped. The own value counts (c[k-1] - c[k]) / c[k-1], what is "
            "gained by moving up; the bid below counts c[k] / c[k-1].",
        ),
        Mistake(
            "forgot_to_divide",
            forgot_to_divide,
            "The right side of the equation is the bill for the slot above. Divide it by that "
            "slot's clicks, c[k-1], to have a bid for one click.",
        ),
        Mistake(
            "divided_by_its_own_clicks",
            divided_by_own,
            "You divide by the clicks of the own slot. The bid of bidder k is what the one above "
            "pays for a click, so divide by c[k-1].",
        ),
        Mistake(
            "forgot_what_it_pays_now",
            forgot_the_price,
            "What the bidder pays where it is now is left out: c[k] * b[k+1]. Without it the slot "
            "above looks dearer than it is.",
        ),
        Mistake(
            "first_bids_by_the_formula",
            top_like_the_others,
            "There is no slot above the first, so the formula has no place for the highest bidder: "
            "it bids its value.",
        ),
        Mistake(
            "prices_instead_of_bids",
            prices_for_bids,
            "These are the prices that each pays for a click. What one pays is what the *next* "
            "one bids: move everything down by one place.",
        ),
        Mistake(
            "by_slot",
            settled_by_slot,
            "The right bids from the highest down. Give them back in the order of `values`.",
        ),
        Mistake(
            "forgot_to_rank",
            forgot_to_rank,
            "You work down the list as it is given. Slots go by value: rank the bidders first, "
            "and give the bids back in the order of `values`.",
        ),
        Mistake(
            "ranked_twice",
            ranked_twice,
            "The bids are right, and go to the wrong bidders. bids[order] ranks them once more; to "
            "undo a ranking write result[order] = bids.",
        ),
        Mistake(
            "ratio_upside_down",
            inverted,
            "The ratio of clicks is upside down: c[k] / c[k-1], which is at most 1.",
        ),
        Mistake(
            "losers_bid_nothing",
            losers_bid_nothing,
            "Who wins no slot bids nothing in your answer. The highest of them sets the price of "
            "the last slot: losers bid their value.",
        ),
    ),
    others=(settled_by_vcg, _recursion(_true_step)),
    hints=(
        "Sort the bidders from the highest value down, and start at the bottom: who wins nothing "
        "bids its value, and below the last bidder the bid is 0.",
        "Bidder k, in slot k, keeps c[k] * (v[k] - b[k+1]). In the slot above, at the price of its "
        "own bid, it would keep c[k-1] * (v[k] - b[k]). Make them equal.",
        "b[k] = v[k] + c[k] / c[k-1] * (b[k+1] - v[k]) for k = n-1, ..., 1, with c = 0 beyond the "
        "last slot; where c[k-1] is 0 too, b[k] = v[k]. And b[0] = v[0].",
    ),
    praise="You know where a market comes to rest that does not reward the truth.",
)


# --- 13.3 ------------------------------------------------------------------------------------


class Pacer:
    def __init__(self, budget, pages, step):
        self.left, self.target, self.step, self.mu = budget, budget / pages, step, 0.0

    def bid(self, value):
        return min(value / (1 + self.mu), self.left)

    def pay(self, spent):
        self.left -= spent
        self.mu = max(0.0, self.mu + self.step * (spent - self.target))


class PacerByLedger:
    """Remembers what was spent, and works the price of money out from that, each time."""

    def __init__(self, budget, pages, step):
        self.budget, self.pages, self.step, self.spent = budget, pages, step, []

    def bid(self, value):
        price = 0.0
        for spent in self.spent:
            price = max(price - self.step * (self.budget / self.pages - spent), 0.0)
        return min(value / (1 + price), self.budget - sum(self.spent))

    def pay(self, spent):
        self.spent.append(spent)


def play_pacer(kind, case):
    """The bid on every page of a session, and on the first page of a second one."""
    budget, pages, step, values, prices = case.inputs
    pacer, bids = kind(budget, pages, step), []
    for value, price in zip(values, prices, strict=True):
        bids.append(float(pacer.bid(value)))
        pacer.pay(float(price) if bids[-1] >= price else 0.0)
    return np.array([*bids, float(kind(budget, pages, step).bid(values[0]))])


def pacer_cases(rng):
    def some(pages, budget, step):
        values = rng.uniform(0.2, 1, pages)
        return budget, pages, step, values, values * rng.uniform(0.2, 0.9, pages)

    ones = np.ones(4)
    return [
        Case("4 pages, budget 2, step 1; a win costs 0.5, just its share", 
             (2.0, 4, 1.0, ones, 0.5 * ones), [1.0, 1.0, 1.0, 0.5, 1.0]),
        Case("budget 2, step 1; the first page costs 0.9, more than 0.5",
             (2.0, 4, 1.0, ones, np.array([0.9, 0.8, 0.3, 0.3])),
             [1.0, 1 / 1.4, 1.0, 0.8, 1.0]),
        Case("a win leaves less than the next value",
             (1.0, 2, 0.0, np.array([1.0, 1.0]), np.array([0.7, 0.2])), [1.0, 0.3, 1.0]),
        Case("a long session, a short budget", some(60, 4.0, 0.5)),
        Case("a long session, plenty", some(40, 50.0, 0.5)),
        Case("a small step", some(60, 6.0, 0.1)),
        Case("a large step", some(30, 3.0, 3.0)),
    ]  # fmt: skip


class _Backwards(Pacer):
    def pay(self, spent):
        self.left -= spent
        self.mu = max(0.0, self.mu - self.step * (spent - self.target))


class _NeverCheaper(Pacer):
    def pay(self, spent):
        self.left -= spent
        self.mu += self.step * max(0.0, spent - self.target)


class _OnlyAfterWins(Pacer):
    def pay(self, spent):
        if spent > 0:
            super().pay(spent)


class _Unclipped(Pacer):
    def pay(self, spent):
        self.left -= spent
        self.mu += self.step * (spent - self.target)

    def bid(self, value):
        return min(value / max(1 + self.mu, 1e-6), self.left)


class _WithoutLimit(Pacer):
    def bid(self, value):
        return value / (1 + self.mu)


class _ZeroWhenShort(Pacer):
    def bid(self, value):
        wanted = value / (1 + self.mu)
        return wanted if wanted <= self.left else 0.0


class _Dearer(Pacer):
    def bid(self, value):
        return min(value * (1 + self.mu), self.left)


class _Subtracts(Pacer):
    def bid(self, value):
        return min(max(value - self.mu, 0.0), self.left)


class _OneMinus(Pacer):
    def bid(self, value):
        return min(value * max(1 - self.mu, 0.0), self.left)


class _WithoutStep(Pacer):
    def pay(self, spent):
        self.left -= spent
        self.mu = max(0.0, self.mu + spent - self.target)


class _StepOnSpentOnly(Pacer):
    def pay(self, spent):
        self.left -= spent
        self.mu = max(0.0, self.mu + self.step * spent - self.target)


class _MinForMax(Pacer):
    def pay(self, spent):
        self.left -= spent
        self.mu = min(0.0, self.mu + self.step * (spent - self.target))

    def bid(self, value):
        return min(value / max(1 + self.mu, 1e-9), self.left)


class _DividesByMu(Pacer):
    def bid(self, value):
        return min(value / self.mu if self.mu else value, self.left)


class _LimitedTooEarly(Pacer):
    def bid(self, value):
        return min(value, self.left) / (1 + self.mu)


class _PaysWhenBidding(Pacer):
    def bid(self, value):
        bid = super().bid(value)
        self.left -= bid
        return bid


class _NoMemory(Pacer):
    def pay(self, spent):
        self.left -= spent
        self.mu = max(0.0, self.step * (spent - self.target))


class _Ignores(Pacer):
    def pay(self, spent):
        self.left -= spent


class _WhatIsLeft(Pacer):
    """The share is what is left over the pages that are left, which is not what was asked."""

    def __init__(self, budget, pages, step):
        super().__init__(budget, pages, step)
        self.pages = pages

    def pay(self, spent):
        target = self.left / max(self.pages, 1)
        self.left -= spent
        self.pages -= 1
        self.mu = max(0.0, self.mu + self.step * (spent - target))


class _SharedState:
    memory: tuple = ()

    def __init__(self, budget, pages, step):
        self.key = (budget, pages, step)
        if not (type(self).memory and type(self).memory[0] == self.key):
            type(self).memory = (self.key, Pacer(budget, pages, step))
        self.inner = type(self).memory[1]

    def bid(self, value):
        return self.inner.bid(value)

    def pay(self, spent):
        self.inner.pay(spent)


_pacer = Exercise(
    id="13.3",
    title="Money that lasts",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L13.3",
    reference=Pacer,
    cases=pacer_cases,
    observe=play_pacer,
    names=("budget", "pages", "step", "values", "prices"),
    properties=(
        Property(
            "no bid is negative, or larger than what is left",
            lambda result, budget, pages, step, values, prices: _affordable(result, budget, prices),
            "A bid was larger than what was left of the budget, or below zero. Take the smaller of "
            "value / (1 + mu) and what is left.",
        ),
    ),
    mistakes=(
        Mistake(
            "backwards",
            _Backwards,
            "Money becomes cheaper after a dear page, so that the budget runs out even sooner. "
            "Spending more than the share must raise mu.",
        ),
        Mistake(
            "never_cheaper",
            _NeverCheaper,
            "mu only rises. After a page that cost less than its share, also after one that was "
            "lost, it must fall again: down to 0, and not below.",
        ),
        Mistake(
            "only_after_wins",
            _OnlyAfterWins,
            "Pages that cost nothing do not change mu. They are the cheapest of all: spent is 0, "
            "less than the share, and mu falls.",
        ),
        Mistake(
            "price_below_zero",
            _Unclipped,
            "mu went below 0, so that bids rose above the value. Money that is plenty is worth 0, "
            "and not less: max(0, ...).",
        ),
        Mistake(
            "spends_what_it_has_not",
            _WithoutLimit,
            "Bids are not held back by what is left, so that a win may cost more than there is. "
            "Bid at most self.left, and take from it what is spent.",
        ),
        Mistake(
            "gives_up_when_short",
            _ZeroWhenShort,
            "When the bid is more than what is left you bid nothing. Bid what is left.",
        ),
        Mistake(
            "multiplied",
            _Dearer,
            "You multiply by 1 + mu: the dearer money is, the more you bid. Divide.",
        ),
        Mistake(
            "subtracted",
            _Subtracts,
            "You subtract mu from the value. The bid is value / (1 + mu): what the value is in "
            "money, when a unit of money is worth 1 + mu.",
        ),
        Mistake(
            "one_minus",
            _OneMinus,
            "value * (1 - mu) is close for small mu only, and nothing at mu = 1. Divide by 1 + mu.",
        ),
        Mistake(
            "without_step",
            _WithoutStep,
            "`step` is left out: mu moves by step times what was spent beyond the share.",
        ),
        Mistake(
            "step_for_one_part",
            _StepOnSpentOnly,
            "Only `spent` is multiplied by step. Put the difference in brackets: "
            "step * (spent - share).",
        ),
        Mistake(
            "min_for_max",
            _MinForMax,
            "mu is kept at 0 or below: that is min(0, ...). It must be kept at 0 or above.",
        ),
        Mistake(
            "divides_by_mu",
            _DividesByMu,
            "You divide by mu. Money that is plenty (mu = 0) is worth its face: divide by 1 + mu.",
        ),
        Mistake(
            "limited_too_early",
            _LimitedTooEarly,
            "The value is limited to what is left, and then divided. Divide first: the bid, not "
            "the value, must not be more than what is left.",
        ),
        Mistake(
            "pays_when_it_bids",
            _PaysWhenBidding,
            "Bidding costs something in your answer. Only pay(spent) takes from what is left: a "
            "bid may lose, and a winner pays the price, not its bid.",
        ),
        Mistake(
            "forgets_the_pages_before",
            _NoMemory,
            "mu starts again from 0 on every page. Add to the mu that there was.",
        ),
        Mistake(
            "no_pacing",
            _Ignores,
            "mu stays at 0: you bid your value until the money is gone. pay(spent) has to move it, "
            "by what the page cost beyond its share, budget / pages (not the whole budget).",
        ),
        Mistake(
            "share_of_what_is_left",
            _WhatIsLeft,
            "The share changes from page to page, as what is left over the pages that are left. "
            "A sensible idea; here it is fixed: budget / pages.",
        ),
        Mistake(
            "shared_between_pacers",
            _SharedState,
            "A new pacer remembers the session of an older one: what is left and mu belong to the "
            "class. Make them in __init__, as self.left and self.mu.",
            lambda trials: any(
                same_numbers(t.returned[0], t.expected[0])
                and not same_numbers(t.returned[-1], t.returned[0])
                for t in trials
            ),
        ),
    ),
    others=(PacerByLedger,),
    hints=(
        "Keep three numbers: what is left, mu (0 at first), and the share of one page, "
        "budget / pages.",
        "bid: the smaller of value / (1 + mu) and what is left. pay: take spent from what is left, "
        "then move mu by step times what was spent beyond the share.",
        "self.mu = max(0.0, self.mu + self.step * (spent - self.share)), also when spent is 0.",
    ),
    praise="The same budget now buys the good pages instead of the first ones.",
)


def _affordable(bids, budget, prices):
    left = budget
    for bid, price in zip(bids[:-1], prices, strict=True):
        if not -1e-9 <= bid <= left + 1e-9:
            return False
        left -= price if bid >= price else 0.0
    return True


# --- 13.4 ------------------------------------------------------------------------------------


class PageMarket:
    def __init__(self, agents, stake=0.1, start=5.0):
        self.stake, self.purse = stake, np.full(agents, start)

    def show(self, votes, confidence, slots):
        bids = self.stake * (self.purse * confidence)[:, None] * votes
        self.shown = np.argsort(-bids.sum(axis=0), kind="stable")[:slots]
        self.paid = bids[:, self.shown]
        return self.shown

    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        total = self.paid[:, clicked].sum()
        if clicked >= 0 and total > 0:
            self.purse = self.purse + self.paid[:, clicked] / total


class PageMarketWithLoops:
    def __init__(self, agents, stake=0.1, start=5.0):
        self.stake, self.purse = stake, [start] * agents

    def show(self, votes, confidence, slots):
        self.bids = [
            [self.stake * money * sure * vote for vote in row]
            for money, sure, row in zip(self.purse, confidence, votes, strict=True)
        ]
        totals = [sum(column) for column in zip(*self.bids, strict=True)]
        self.page = sorted(range(len(totals)), key=lambda video: -totals[video])[:slots]
        return self.page

    def settle(self, clicked):
        video = self.page[clicked] if clicked >= 0 else None
        total = sum(row[video] for row in self.bids) if video is not None else 0
        for agent, row in enumerate(self.bids):
            self.purse[agent] -= sum(row[v] for v in self.page)
            if total > 0:
                self.purse[agent] += row[video] / total


SHOWN, PURSES, NEW_PURSE = 0, 1, 2


def play_market(kind, case):
    """All pages shown, all purses after each page, and the purse of a new market."""
    agents, stake, start, pages = case.inputs
    market, shown, purses = kind(agents, stake, start), [], []
    for votes, confidence, slots, clicked in pages:
        page = np.array(market.show(votes.copy(), confidence.copy(), slots))
        market.settle(clicked)
        shown.append(np.array(page, dtype=int))
        purses.append(np.array(market.purse, dtype=float))
    return shown, purses, np.array(kind(agents, stake, start).purse, dtype=float)


def market_cases(rng):
    def some(agents, videos, slots, pages, stake=0.1, start=5.0):
        played = [
            (rng.random((agents, videos)), rng.uniform(0.2, 1, agents), slots,
             int(rng.integers(-1, slots)))
            for _ in range(pages)
        ]  # fmt: skip
        return agents, stake, start, played

    two = np.array([[1.0, 0.5, 0.0], [0.0, 0.5, 1.0]])
    one = np.ones(2)
    unwanted = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    return [
        Case("two agents, one slot; the video in it is watched",
             (2, 0.1, 5.0, [(two, np.array([1.0, 0.6]), 1, 0)]),
             ([np.array([0])], [np.array([5 - 0.5 + 1.0, 5.0])], np.array([5.0, 5.0]))),
        Case("both want the first video; it is watched, and earns one credit in all",
             (2, 0.1, 5.0, [(two[:, [1, 0, 2]], one, 1, 0)]),
             ([np.array([0])], [np.array([5.25, 5.25])], np.array([5.0, 5.0]))),
        Case("two slots, nobody clicks", (2, 0.1, 5.0, [(two, np.array([1.0, 0.6]), 2, -1)]),
             ([np.array([0, 1])], [np.array([4.25, 4.85])], np.array([5.0, 5.0]))),
        Case("a video for which nobody paid is watched",
             (2, 0.1, 5.0, [(unwanted, one, 2, 1)]),
             ([np.array([0, 1])], [np.array([4.5, 4.5])], np.array([5.0, 5.0]))),
        Case("three agents, six pages", some(3, 5, 2, 6)),
        Case("four agents, ten pages, three slots", some(4, 8, 3, 10)),
        Case("a large stake and little money", some(3, 6, 2, 8, 0.3, 1.0)),
        Case("one agent", some(1, 4, 2, 5)),
        Case("many agents, thirty pages", some(6, 10, 3, 30)),
    ]  # fmt: skip


class _EqualShares(PageMarket):
    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        if clicked >= 0 and self.paid[:, clicked].sum() > 0:
            self.purse = self.purse + 1 / len(self.purse)


class _WinnerTakesAll(PageMarket):
    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        if clicked >= 0 and self.paid[:, clicked].sum() > 0:
            self.purse[self.paid[:, clicked].argmax()] += 1


class _EveryBuyerAWholeCredit(PageMarket):
    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        if clicked >= 0:
            self.purse = self.purse + (self.paid[:, clicked] > 0)


class _SharesByVotes(PageMarket):
    def show(self, votes, confidence, slots):
        self.votes = votes
        return super().show(votes, confidence, slots)

    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        wanted = self.votes[:, self.shown[clicked]]
        if clicked >= 0 and wanted.sum() > 0:
            self.purse = self.purse + wanted / wanted.sum()


class _PaysForEverything(PageMarket):
    def show(self, votes, confidence, slots):
        self.bill = (self.stake * (self.purse * confidence)[:, None] * votes).sum(axis=1)
        return super().show(votes, confidence, slots)

    def settle(self, clicked):
        shown = self.paid.sum(axis=1)
        super().settle(clicked)
        self.purse = self.purse + shown - self.bill


class _PaysForClicksOnly(PageMarket):
    def settle(self, clicked):
        super().settle(clicked)
        self.purse = self.purse + self.paid.sum(axis=1)
        if clicked >= 0:
            self.purse = self.purse - self.paid[:, clicked]


class _NeverPaysForPages(PageMarket):
    def settle(self, clicked):
        super().settle(clicked)
        self.purse = self.purse + self.paid.sum(axis=1)


class _MinusOneIsTheLastSlot(PageMarket):
    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        total = self.paid[:, clicked].sum()
        if total > 0:
            self.purse = self.purse + self.paid[:, clicked] / total


class _PaysOnClicks(PageMarket):
    def settle(self, clicked):
        if clicked >= 0:
            super().settle(clicked)


class _SlotZeroIsNothing(PageMarket):
    def settle(self, clicked):
        super().settle(clicked if clicked > 0 else -1)


class _SharesOfAllMoney(PageMarket):
    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        if clicked >= 0 and self.paid.sum() > 0:
            self.purse = self.purse + self.paid[:, clicked] / self.paid.sum()


class _SharesByTheWholePage(PageMarket):
    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        if clicked >= 0 and self.paid.sum() > 0:
            self.purse = self.purse + self.paid.sum(axis=1) / self.paid.sum()


class _LaterOfEquals(PageMarket):
    def show(self, votes, confidence, slots):
        bids = self.stake * (self.purse * confidence)[:, None] * votes
        self.shown = np.argsort(bids.sum(axis=0), kind="stable")[::-1][:slots]
        self.paid = bids[:, self.shown]
        return self.shown


class _OwnStart(PageMarket):
    def __init__(self, agents, stake=0.1, start=5.0):
        super().__init__(agents, stake)


class _OwnStake(PageMarket):
    def __init__(self, agents, stake=0.1, start=5.0):
        super().__init__(agents, start=start)


class _EarnsItsBid(PageMarket):
    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        if clicked >= 0:
            self.purse = self.purse + self.paid[:, clicked]


class _SlotForVideo(PageMarket):
    def show(self, votes, confidence, slots):
        self.bids = self.stake * (self.purse * confidence)[:, None] * votes
        return super().show(votes, confidence, slots)

    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        total = self.bids[:, clicked].sum()
        if clicked >= 0 and total > 0:
            self.purse = self.purse + self.bids[:, clicked] / total


def _bids_by(bid):
    class Bids(PageMarket):
        def show(self, votes, confidence, slots):
            bids = bid(self, votes, confidence)
            self.shown = np.argsort(-bids.sum(axis=0), kind="stable")[:slots]
            self.paid = bids[:, self.shown]
            return self.shown

    return Bids


_without_confidence = _bids_by(lambda m, votes, sure: m.stake * m.purse[:, None] * votes)
_without_purse = _bids_by(lambda m, votes, sure: m.stake * sure[:, None] * votes)
_without_stake = _bids_by(lambda m, votes, sure: (m.purse * sure)[:, None] * votes)


class _MeanOfVotes(PageMarket):
    """The page by the sum of votes; the bills by bids."""

    def show(self, votes, confidence, slots):
        bids = self.stake * (self.purse * confidence)[:, None] * votes
        self.shown = np.argsort(-votes.sum(axis=0), kind="stable")[:slots]
        self.paid = bids[:, self.shown]
        return self.shown


class _HighestSingleBid(PageMarket):
    def show(self, votes, confidence, slots):
        bids = self.stake * (self.purse * confidence)[:, None] * votes
        self.shown = np.argsort(-bids.max(axis=0), kind="stable")[:slots]
        self.paid = bids[:, self.shown]
        return self.shown


class _WorstFirst(PageMarket):
    def show(self, votes, confidence, slots):
        bids = self.stake * (self.purse * confidence)[:, None] * votes
        self.shown = np.argsort(bids.sum(axis=0), kind="stable")[-slots:]
        self.paid = bids[:, self.shown]
        return self.shown


class _NaNForNobody(PageMarket):
    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        if clicked >= 0:
            with np.errstate(all="ignore"):
                self.purse = self.purse + self.paid[:, clicked] / self.paid[:, clicked].sum()


class _SharedPurse(PageMarket):
    kept: tuple = ()

    def __init__(self, agents, stake=0.1, start=5.0):
        super().__init__(agents, stake, start)
        key = (agents, stake, start)
        if type(self).kept and type(self).kept[0] == key:
            self.purse = type(self).kept[1]
        self.key = key

    def settle(self, clicked):
        super().settle(clicked)
        type(self).kept = (self.key, self.purse)


def _purses(result):
    return np.concatenate([np.ravel(purse) for purse in result[PURSES]])


def _shown_alike(trials):
    return all(
        len(t.returned[SHOWN]) == len(t.expected[SHOWN])
        and all(map(np.array_equal, t.returned[SHOWN], t.expected[SHOWN]))
        for t in trials
    )


_market = Exercise(
    id="13.4",
    title="A market of your own",
    minutes=25,
    difficulty=3,
    points=5,
    objective="L13.4",
    reference=PageMarket,
    cases=market_cases,
    observe=play_market,
    names=("agents", "stake", "start", "pages"),
    properties=(
        Property(
            "a new market has full purses",
            lambda result, agents, stake, start, pages: same_numbers(
                result[NEW_PURSE], np.full(agents, start)
            ),
            "A new market has other purses than `start` for everybody. Make self.purse in "
            "__init__, with np.full(agents, start).",
        ),
        Property(
            "all purses are numbers",
            lambda result, *inputs: np.isfinite(_purses(result)).all(),
            "A purse is no number any more. When nobody paid for the video that was watched, the "
            "credit can't be shared: 0 / 0. Then nobody earns.",
        ),
    ),
    mistakes=(
        Mistake(
            "equal_shares",
            _EqualShares,
            "The credit is shared equally. Who paid more for the video has more of it: share in "
            "proportion to the bids for it.",
        ),
        Mistake(
            "highest_bidder_takes_all",
            _WinnerTakesAll,
            "The highest bidder gets the whole credit. In a pool all who paid for the video own "
            "their part of it.",
        ),
        Mistake(
            "a_credit_for_each_buyer",
            _EveryBuyerAWholeCredit,
            "Each buyer earns a whole credit: money out of nothing. One view is one credit, for "
            "all buyers together.",
        ),
        Mistake(
            "shares_by_votes",
            _SharesByVotes,
            "The credit is shared by votes. Votes are free; share it by what was paid, the bids.",
        ),
        Mistake(
            "earns_its_bid_back",
            _EarnsItsBid,
            "Buyers of the watched video get their bids back. They share one credit, which may be "
            "more or less than what they paid.",
        ),
        Mistake(
            "pays_for_what_is_not_shown",
            _PaysForEverything,
            "Agents pay for all their bids. Only what is shown costs something: the columns of the "
            "page.",
        ),
        Mistake(
            "pays_for_clicks_only",
            _PaysForClicksOnly,
            "Only the watched video is paid for. Then a liar, whose videos nobody watches, never "
            "pays. All that is shown is paid for.",
        ),
        Mistake(
            "free_pages_without_a_click",
            _PaysOnClicks,
            "Pages that nobody clicks cost nothing in your market, so that a liar never pays. "
            "Everybody pays for what was shown, also when clicked is -1.",
        ),
        Mistake(
            "slot_zero_counts_as_nothing",
            _SlotZeroIsNothing,
            "A click on slot 0 earns nothing: slots are counted from 0, and no click is -1. Ask "
            "for clicked >= 0.",
        ),
        Mistake(
            "divides_by_all_money",
            _SharesOfAllMoney,
            "You divide by all that was paid for the page, so that less than a credit is paid "
            "out. Divide by what was paid for the clicked video.",
        ),
        Mistake(
            "shares_by_the_whole_page",
            _SharesByTheWholePage,
            "The credit is shared by what each paid for the whole page. It belongs to those who "
            "paid for the clicked video.",
        ),
        Mistake(
            "later_of_equals",
            _LaterOfEquals,
            "Of videos with equal money the later one comes first: reversing a sorted list "
            "reverses equals too. Sort minus the money, with kind='stable'.",
        ),
        Mistake(
            "start_ignored",
            _OwnStart,
            "`start` is ignored: purses always begin at 5.",
        ),
        Mistake(
            "stake_ignored",
            _OwnStake,
            "`stake` is ignored: bids are always a tenth of the purse.",
        ),
        Mistake(
            "nobody_pays",
            _NeverPaysForPages,
            "Nothing is ever paid: purses only grow. Subtract each agent's bids for what is shown, "
            "on every page.",
        ),
        Mistake(
            "minus_one_is_the_last_slot",
            _MinusOneIsTheLastSlot,
            "No click is -1, and paid[:, -1] is the last slot: it earns on pages that nobody "
            "clicked.",
        ),
        Mistake(
            "slot_for_video",
            _SlotForVideo,
            "`clicked` is a slot, not a video: the video in it is shown[clicked]. You paid out to "
            "the buyers of another video.",
        ),
        Mistake(
            "without_confidence",
            _without_confidence,
            "Confidence is left out of the bids: stake * purse * confidence * vote.",
        ),
        Mistake(
            "without_purse",
            _without_purse,
            "The purse is left out of the bids, so that the rich count no more than the poor.",
        ),
        Mistake(
            "without_stake",
            _without_stake,
            "Each agent bids its whole purse for each video, and may owe more than it has. It "
            "stakes a part of it: stake * purse * confidence * vote.",
        ),
        Mistake(
            "page_by_votes",
            _MeanOfVotes,
            "The page goes by the votes, and only the bills by money. Show the videos for which "
            "most money is bid.",
        ),
        Mistake(
            "page_by_the_highest_single_bid",
            _HighestSingleBid,
            "You show the videos with the highest single bids. In a pool the bids of all agents "
            "for a video are added up.",
        ),
        Mistake(
            "worst_first",
            _WorstFirst,
            "The right videos, but the one with most money comes last. Best slot first: sort by "
            "minus the money.",
        ),
        Mistake(
            "divides_by_nothing",
            _NaNForNobody,
            "Nobody paid for the video that was watched, so you divide 0 by 0. Then nobody earns.",
        ),
        Mistake(
            "shared_between_markets",
            _SharedPurse,
            "A new market knows the purses of an older one: they belong to the class. Make "
            "self.purse in __init__.",
            lambda trials: any(
                same_numbers(t.returned[NEW_PURSE], t.returned[PURSES][-1])
                and not same_numbers(t.returned[NEW_PURSE], np.full(t.inputs[0], t.inputs[2]))
                for t in trials
            ),
        ),
    ),
    others=(PageMarketWithLoops,),
    hints=(
        "In show: bids is a table, agents down, videos across: stake * purse * confidence for "
        "each row, times votes. Add it up over the agents, and take the largest sums.",
        "Keep the page, and the bids for it: self.paid = bids[:, shown]. In settle everybody pays "
        "its row, paid.sum(axis=1), also when nobody clicks.",
        "If clicked >= 0, the column paid[:, clicked] says who owns the video: add that column "
        "over its sum to the purses, where the sum is above 0.",
    ),
    praise="A market in which whoever pleases viewers is heard, and whoever lies pays for it.",
)


# --- 13.5 ------------------------------------------------------------------------------------


def assign(values, epsilon):
    found = auction_assignment(values, epsilon)
    return found.videos, found.prices


def assign_in_small_steps(values, epsilon):
    """The clock auction: every bid raises the price by epsilon and no more."""
    viewers, videos = values.shape
    prices, taken = np.zeros(videos), [-1] * viewers
    while -1 in taken:
        viewer = taken.index(-1)
        video = int(np.argmax(values[viewer] - prices))
        if video in taken:
            taken[taken.index(video)] = -1
        taken[viewer] = video
        prices[video] += epsilon
    return taken, prices


def assign_cases(rng):
    def some(viewers, videos):
        return rng.integers(0, 12, (viewers, videos)).astype(float), 1 / (viewers + 1)

    return [
        Case("two viewers, both like video 0 best", (np.array([[9.0, 5.0], [8.0, 7.0]]), 0.1)),
        Case("three viewers who want different videos",
             (np.array([[5.0, 1.0, 0.0], [0.0, 5.0, 1.0], [1.0, 0.0, 5.0]]), 0.1)),
        Case("more videos than viewers", (np.array([[3.0, 9.0, 1.0, 2.0], [4.0, 8.0, 6.0, 0.0]]),
                                          0.1)),
        Case("all like everything alike", (np.full((3, 3), 4.0), 0.25)),
        Case("five viewers, five videos", some(5, 5)),
        Case("six viewers, nine videos", some(6, 9)),
        Case("eight viewers, eight videos", some(8, 8)),
    ]  # fmt: skip


def _parts(result):
    taken, prices = result
    return np.asarray(taken).ravel(), np.asarray(prices, dtype=float).ravel()


def _well_formed(result, values, epsilon):
    taken, prices = _parts(result)
    return (
        taken.shape == (values.shape[0],)
        and prices.shape == (values.shape[1],)
        and np.isfinite(prices).all()
        and taken.dtype.kind in "iu"
        and bool(np.all((taken >= 0) & (taken < values.shape[1])))
    )


def _different(result, values, epsilon):
    taken, _ = _parts(result)
    return not _well_formed(result, values, epsilon) or len(set(taken.tolist())) == len(taken)


def _free_is_free(result, values, epsilon):
    taken, prices = _parts(result)
    if not _well_formed(result, values, epsilon):
        return True
    nobody = np.setdiff1d(np.arange(values.shape[1]), taken)
    return (prices >= -1e-9).all() and np.allclose(prices[nobody], 0)


def _content(result, values, epsilon):
    if not (_well_formed(result, values, epsilon) and _different(result, values, epsilon)):
        return True
    taken, prices = _parts(result)
    net = values - prices
    return (net[np.arange(len(values)), taken] >= net.max(axis=1) - epsilon - 1e-9).all()


def favourites(values, epsilon):
    return values.argmax(axis=1), np.zeros(values.shape[1])


def first_come(values, epsilon):
    free, taken = np.ones(values.shape[1], dtype=bool), []
    for row in values:
        taken.append(int(np.where(free, row, -np.inf).argmax()))
        free[taken[-1]] = False
    return np.array(taken), np.zeros(values.shape[1])


def best_without_prices(values, epsilon):
    from scipy.optimize import linear_sum_assignment

    return linear_sum_assignment(values, maximize=True)[1], np.zeros(values.shape[1])


def _auction(raise_to, *, after=lambda taken, prices, values: (taken, prices), returns=True):
    """The auction with another bid: ``raise_to(price, net, best, second, epsilon)``."""

    def answer(values, epsilon):
        viewers, videos = values.shape
        prices, taken = np.zeros(videos), np.full(viewers, -1)
        waiting = list(range(viewers))
        for _ in range(5000):
            if not waiting:
                break
            viewer = waiting.pop()
            net = values[viewer] - prices
            video = int(net.argmax())
            others = np.delete(net, video)
            second = others.max() if len(others) else net[video]
            prices[video] = raise_to(prices[video], values[viewer, video], net[video], second,
                                     epsilon)  # fmt: skip
            holder = np.flatnonzero(taken == video)
            if len(holder) and returns:
                taken[holder] = -1
                waiting += holder.tolist()
            taken[viewer] = video
        return after(taken, prices, values)

    return answer


all_it_is_worth = _auction(lambda price, value, best, second, eps: value + eps)
forgot_the_old_price = _auction(lambda price, value, best, second, eps: best - second + eps)
holder_keeps = _auction(
    lambda price, value, best, second, eps: price + best - second + eps, returns=False
)


def _turned(taken, prices, values):
    """For each video its viewer, where there is one: the inverse."""
    holder = np.full(values.shape[1], -1)
    holder[taken] = np.arange(len(taken))
    return holder, prices


viewers_of_videos = _auction(
    lambda price, value, best, second, eps: price + best - second + eps, after=_turned
)
prices_of_viewers = _auction(
    lambda price, value, best, second, eps: price + best - second + eps,
    after=lambda taken, prices, values: (taken, prices[taken]),
)
net_for_prices = _auction(
    lambda price, value, best, second, eps: price + best - second + eps,
    after=lambda taken, prices, values: (taken, (values - prices).max(axis=0)),
)
too_large_steps = _auction(lambda price, value, best, second, eps: price + best - second + 40 * eps)


def worst_first(values, epsilon):
    return assign(-values, epsilon)


_assign = Exercise(
    id="13.5",
    title="A video for each viewer",
    minutes=25,
    difficulty=3,
    points=4,
    objective="L13.5",
    reference=assign,
    cases=assign_cases,
    tolerance=None,
    properties=(
        Property(
            "there is a video for each viewer and a price for each video",
            _well_formed,
            "Two arrays are wanted: for each viewer the number of a video, n of them, and for "
            "each video a price, m of them. Nobody may be left without (-1): go on until all have "
            "a video.",
        ),
        Property(
            "no video is given twice",
            _different,
            "Two viewers have the same video. Whoever is outbid has nothing, and must bid again.",
        ),
        Property(
            "what nobody took is free, and no price is negative",
            _free_is_free,
            "Prices start at 0 and rise only when somebody bids, so what nobody took costs 0.",
        ),
        Property(
            "nobody would rather have another video, by more than epsilon",
            _content,
            "At your prices somebody would rather have another video than its own. A bid raises "
            "the favourite's price to where the second choice is as good, plus epsilon.",
        ),
    ),
    mistakes=(
        Mistake(
            "everybody_takes_the_favourite",
            favourites,
            "All take what they like best, whoever has it already. Only one can have it: the "
            "others must be outbid and look on.",
        ),
        Mistake(
            "first_come_first_served",
            first_come,
            "First come, first served: whoever comes late takes what is left, and nobody can be "
            "outbid. The prices, all 0, do not explain why anybody should be content.",
        ),
        Mistake(
            "best_match_without_prices",
            best_without_prices,
            "The match may be best, but prices of 0 do not prove it: at these somebody would "
            "rather have what another has.",
        ),
        Mistake(
            "bids_all_that_it_is_worth",
            all_it_is_worth,
            "Bidders pay all that the video is worth to them, and then would rather have another. "
            "Raise the price only to where the second choice is as good, plus epsilon.",
        ),
        Mistake(
            "forgot_the_old_price",
            forgot_the_old_price,
            "best - second + epsilon is how much the price *rises*. Add it to the price that there "
            "was.",
        ),
        Mistake(
            "who_is_outbid_keeps_the_video",
            holder_keeps,
            "Who is outbid still has its video, so that two have the same. Take it away, and let "
            "its holder bid again.",
        ),
        Mistake(
            "viewers_of_videos",
            viewers_of_videos,
            "The first array says for each video who has it. Wanted is the reverse: for each "
            "viewer which video it has.",
        ),
        Mistake(
            "prices_of_viewers",
            prices_of_viewers,
            "The second array says what each viewer pays. Wanted is the price of each video, also "
            "of those that nobody took.",
            lambda trials: all(
                len(t.returned[1]) == len(t.inputs[0]) and _as_paid(t) for t in trials
            ),
        ),
        Mistake(
            "worth_for_prices",
            net_for_prices,
            "The second array holds what videos are still worth at the prices. Give back the "
            "prices themselves.",
        ),
        Mistake(
            "steps_too_large",
            too_large_steps,
            "Prices jump by more than epsilon beyond the point where the second choice is as good, "
            "so that the winner regrets its bid.",
        ),
        Mistake(
            "likes_for_dislikes",
            worst_first,
            "Viewers bid for what they like least. The favourite has the largest value minus "
            "price.",
        ),
    ),
    others=(
        assign_in_small_steps,
        _auction(lambda price, value, best, second, eps: price + best - second + eps),
    ),
    hints=(
        "Keep the prices, who has which video, and a list of viewers that have none. While the "
        "list is not empty, let one of them bid.",
        "It looks at net = values[viewer] - prices. Its favourite has the largest net, `best`; "
        "the next largest is `second`. The favourite's price rises by best - second + epsilon.",
        "If somebody held the favourite, it goes back on the list. np.sort(net)[-2:] gives second "
        "and best; net.argmax() the favourite.",
    ),
    praise="Your prices prove that no other match is better: that is linear programming duality.",
)


def _as_paid(trial):
    """Whether the second array would be right if it were one price for each viewer."""
    values, epsilon = trial.inputs
    taken, paid = np.asarray(trial.returned[0]), np.asarray(trial.returned[1], dtype=float)
    prices = np.zeros(values.shape[1])
    prices[taken] = paid
    return bool(_content((taken, prices), values, epsilon))


EXERCISES = [_payments, _settled, _pacer, _market, _assign]
