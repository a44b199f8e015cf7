"""13.3 Money that lasts.

15 minutes, difficulty 2, 3 points, L13.3
The same budget now buys the good pages instead of the first ones.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.course.detect import same_numbers
from mavrs_course.course.values import slack


class Pacer:
    def __init__(self, budget, pages, step):
        self.left, self.share, self.step, self.mu = budget, budget / pages, step, 0.0

    def bid(self, value):
        return min(value / (1 + self.mu), self.left)

    def pay(self, spent):
        self.left -= spent
        self.mu = max(0.0, self.mu + self.step * (spent - self.share))


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


OTHERS = (PacerByLedger,)


def cases(rng):
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
        Case("the budget's share is 0.5: two pages cost nothing, the third 0.9",
             (2.0, 4, 1.0, ones, np.array([2.0, 2.0, 0.9, 0.3])), [1.0, 1.0, 1.0, 1 / 1.4, 1.0]),
        Case("the last page is dear, and then another pacer begins",
             (2.0, 2, 1.0, ones[:2], np.array([0.9, 0.9])), [1.0, 1.0, 1.0]),
        Case("a long session, a short budget", some(60, 4.0, 0.5)),
        Case("a long session, plenty", some(40, 50.0, 0.5)),
        Case("a small step", some(60, 6.0, 0.1)),
        Case("a large step", some(30, 3.0, 3.0)),
    ]  # fmt: skip


def observe(kind, case):
    """The bid on every page of a session, and on the first page of a second one."""
    budget, pages, step, values, prices = case.inputs
    pacer, bids = kind(budget, pages, step), []
    for value, price in zip(values, prices, strict=True):
        bids.append(float(pacer.bid(value)))
        pacer.pay(float(price) if bids[-1] >= price else 0.0)
    return np.array([*bids, float(kind(budget, pages, step).bid(values[0]))])


NAMES = ("budget", "pages", "step", "values", "prices")


def _affordable(bids, budget, prices):
    left, room = budget, slack(bids)
    for bid, price in zip(bids[:-1], prices, strict=True):
        if not -room <= bid <= left + room:
            return False
        left -= price if bid >= price else 0.0
    return True


PROPERTIES = (
    Property("no bid is negative, or larger than what is left",
             lambda result, budget, pages, step, values, prices: _affordable(result, budget,
                 prices),
             "A bid was larger than what was left of the budget, or below zero. Take the "
             "smaller of value / (1 + mu) and what is left."),
)  # fmt: skip

HINTS = """
    Keep three numbers: what is left, mu (0 at first), and the share of one page, budget / pages.

    bid: the smaller of value / (1 + mu) and what is left. pay: take spent from what is left, then
    move mu by step times what was spent beyond the share.

    What was spent beyond the share can be negative: then mu falls, and max keeps it at 0 or above.
    This happens on every page, also when spent is 0.
"""
MISTAKES = """
    backwards: self.mu + self.step => self.mu - self.step
      Money becomes cheaper after a dear page, so that the budget runs out even sooner. Spending
      more than the share must raise mu.
    never_cheaper:
      | max(0.0, self.mu + self.step * (spent - self.share)) =>
      |     self.mu + self.step * max(0.0, spent - self.share)
      mu only rises. After a page that cost less than its share, also after one that was lost, it
      must fall again: down to 0, and not below.
    only_after_wins: self.mu = max => if spent > 0: self.mu = max
      Pages that cost nothing do not change mu. They are the cheapest of all: spent is 0, less
      than the share, and mu falls.
    price_below_zero: max(0.0, self.mu => (self.mu; (1 + self.mu) => max(1 + self.mu, 1e-6)
      or max(0.0, self.mu => (self.mu
      mu went below 0, so that bids rose above the value. Money that is plenty is worth 0, and not
      less: max(0, ...).
    cut_off_too_late:
      | max(0.0, self.mu + self.step * (spent - self.share)) =>
      |     self.mu + self.step * (spent - self.share);
      | (1 + self.mu) => (1 + max(0.0, self.mu))
      Inside, mu goes on falling below 0, and is cut off only where it is used: after cheap pages a
      dear one then changes nothing. What is kept must be max(0, ...) itself.
    spends_what_it_has_not: min(value / (1 + self.mu), self.left) => value / (1 + self.mu)
      Bids are not held back by what is left, so that a win may cost more than there is. Bid at
      most self.left, and take from it what is spent.
    gives_up_when_short:
      | return min(value / (1 + self.mu), self.left) =>
      | wanted = value / (1 + self.mu)
      | return wanted if wanted <= self.left else 0.0
      When the bid is more than what is left you bid nothing. Bid what is left.
    multiplied: value / => value *
      You multiply by 1 + mu: the dearer money is, the more you bid. Divide.
    subtracted: value / (1 + self.mu) => max(value - self.mu, 0.0)
      or value / (1 + self.mu) => value - self.mu
      You subtract mu from the value. The bid is value / (1 + mu): what the value is in money,
      when a unit of money is worth 1 + mu.
    one_minus: value / (1 + self.mu) => value * max(1 - self.mu, 0.0)
      or value / (1 + self.mu) => value * (1 - self.mu)
      value * (1 - mu) is close for small mu only, and nothing at mu = 1. Divide by 1 + mu.
    without_step: self.step * (spent - self.share) => spent - self.share
      `step` is left out: mu moves by step times what was spent beyond the share.
    step_for_one_part: (spent - self.share) => spent - self.share
      Only `spent` is multiplied by step. Put the difference in brackets: step * (spent - share).
    min_for_max: max(0.0, => min(0.0,; (1 + self.mu) => max(1 + self.mu, 1e-5)
      mu is kept at 0 or below: that is min(0, ...). It must be kept at 0 or above.
    divides_by_mu: value / (1 + self.mu) => value / self.mu if self.mu else value
      You divide by mu. Money that is plenty (mu = 0) is worth its face: divide by 1 + mu.
    limited_too_early:
      | min(value / (1 + self.mu), self.left) => min(value, self.left) / (1 + self.mu)
      The value is limited to what is left, and then divided. Divide first: the bid, not the
      value, must not be more than what is left.
    pays_when_it_bids:
      | return min(value / (1 + self.mu), self.left) =>
      | bid = min(value / (1 + self.mu), self.left)
      | self.left -= bid
      | return bid
      Bidding costs something in your answer. Only pay(spent) takes from what is left: a bid may
      lose, and a winner pays the price, not its bid.
    forgets_the_pages_before: self.mu + self.step => self.step
      mu starts again from 0 on every page. Add to the mu that there was.
    no_pacing: self.mu = max(0.0, self.mu + self.step * (spent - self.share)) =>
      mu stays at 0: you bid your value until the money is gone. pay(spent) has to move it, by
      what the page cost beyond its share, budget / pages (not the whole budget).
    share_of_what_is_left:
      | self.step, self.mu = => self.step, self.pages, self.mu =;
      | pages, step, 0.0 => pages, step, pages, 0.0;
      | self.left -= spent =>
      | self.share = self.left / max(self.pages, 1)
      | self.left -= spent
      | self.pages -= 1
      The share changes from page to page, as what is left over the pages that are left. A
      sensible idea; here it is fixed: budget / pages.
    shared_between_pacers:
      | self.left, self.share, self.step, self.mu = budget, budget / pages, step, 0.0 =>
      | if getattr(Pacer, "session", None) != (budget, pages, step):
      |     Pacer.left, Pacer.share, Pacer.step, Pacer.mu = budget, budget / pages, step, 0.0
      |     Pacer.session = (budget, pages, step);
      | self.left -= spent => Pacer.left -= spent;
      | self.mu = max => Pacer.mu = max
      A new pacer remembers the session of an older one: what is left and mu belong to the class.
      Make them in __init__, as self.left and self.mu.
"""


def detect_shared_between_pacers(trials):
    return any(
        same_numbers(t.returned[0], t.expected[0])
        and not same_numbers(t.returned[-1], t.returned[0])
        for t in trials
    )
