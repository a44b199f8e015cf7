"""13.4 A market of your own.

25 minutes, difficulty 3, 5 points, L13.4
A market in which whoever pleases viewers is heard, and whoever lies pays for it.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.course.detect import same_numbers


class PageMarket:
    def __init__(self, agents, stake=0.1, start=5.0):
        self.stake, self.purse = stake, np.full(agents, start)

    def show(self, votes, confidence, slots):
        bids = self.stake * (self.purse * confidence)[:, None] * votes
        shown = np.argsort(-bids.sum(axis=0), kind="stable")[:slots]
        self.paid = bids[:, shown]
        return shown

    def settle(self, clicked):
        self.purse = self.purse - self.paid.sum(axis=1)
        bought = self.paid[:, clicked]
        if clicked >= 0 and bought.sum() > 0:
            self.purse = self.purse + bought / bought.sum()


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


OTHERS = (PageMarketWithLoops,)


UNSETTLED = "shown, and never settled"


def cases(rng):
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
        Case("a page is shown and never settled, so that nobody pays for it",
             (2, 0.1, 5.0, [(two, one, 2, UNSETTLED), (two, one, 1, -1)]),
             ([np.array([0, 1]), np.array([0])], [np.array([5.0, 5.0]), np.array([4.5, 5.0])],
              np.array([5.0, 5.0]))),
        Case("forty videos, of which many are equal",
             (2, 0.1, 5.0, [(rng.integers(0, 2, (2, 40)) * 0.5, np.array([1.0, 0.6]), 30, 2)])),
        Case("three agents, six pages", some(3, 5, 2, 6)),
        Case("four agents, ten pages, three slots", some(4, 8, 3, 10)),
        Case("a large stake and little money", some(3, 6, 2, 8, 0.3, 1.0)),
        Case("one agent", some(1, 4, 2, 5)),
        Case("many agents, thirty pages", some(6, 10, 3, 30)),
    ]  # fmt: skip


def observe(kind, case):
    """All pages shown, all purses after each page, and the purse of a new market."""
    agents, stake, start, pages = case.inputs
    given = () if (stake, start) == (0.1, 5.0) else (stake, start)  # those are the defaults
    market, shown, purses = kind(agents, *given), [], []
    for votes, confidence, slots, clicked in pages:
        page = np.array(market.show(votes, confidence, slots))
        if clicked != UNSETTLED:
            market.settle(clicked)
        shown.append(np.array(page, dtype=int))
        purses.append(np.array(market.purse, dtype=float))
    return shown, purses, np.array(kind(agents, stake, start).purse, dtype=float)


NAMES = ("agents", "stake", "start", "pages")
PURSES, NEW_PURSE = 1, 2


def _purses(result):
    return np.concatenate([np.ravel(purse) for purse in result[PURSES]])


PROPERTIES = (
    Property("a new market has full purses",
             lambda result, agents, stake, start, pages: same_numbers(result[NEW_PURSE],
                 np.full(agents, start)),
             "A new market has other purses than `start` for everybody. Make self.purse in "
             "__init__, with np.full(agents, start)."),
    Property("all purses are numbers",
             lambda result, *inputs: np.isfinite(_purses(result)).all(),
             "A purse is no number any more. When nobody paid for the video that was watched, "
             "the credit can't be shared: 0 / 0. Then nobody earns."),
)  # fmt: skip

HINTS = """
    In show: bids is a table, agents down, videos across: stake * purse * confidence for each row,
    times votes. Add it up over the agents, and take the largest sums.

    Keep the page, and the bids for it: self.paid = bids[:, shown]. In settle everybody pays its
    row, paid.sum(axis=1), also when nobody clicks.

    If clicked >= 0, the column paid[:, clicked] says who owns the video: add that column over its
    sum to the purses, where the sum is above 0.
"""
MISTAKES = """
    equal_shares: + bought / bought.sum() => + 1 / len(bought)
      The credit is shared equally. Who paid more for the video has more of it: share in
      proportion to the bids for it.
    highest_bidder_takes_all: bought / bought.sum() => np.eye(len(bought))[bought.argmax()]
      The highest bidder gets the whole credit. In a pool all who paid for the video own their
      part of it.
    a_credit_for_each_buyer: bought / bought.sum() => (bought > 0)
      Each buyer earns a whole credit: money out of nothing. One view is one credit, for all
      buyers together.
    shares_by_votes:
      | self.paid = => self.votes, self.paid = votes[:, shown],;
      | bought = self.paid => bought = self.votes
      The credit is shared by votes. Votes are free; share it by what was paid, the bids.
    earns_its_bid_back: bought / bought.sum() => bought
      Buyers of the watched video get their bids back. They share one credit, which may be more or
      less than what they paid.
    pays_for_what_is_not_shown:
      | self.paid = => self.bill, self.paid = bids.sum(axis=1),;
      | self.paid.sum(axis=1) => self.bill
      Agents pay for all their bids. Only what is shown costs something: the columns of the page.
    pays_for_clicks_only:
      | - self.paid.sum(axis=1) => - (self.paid[:, clicked] if clicked >= 0 else 0.0)
      Only the watched video is paid for. Then a liar, whose videos nobody watches, never pays.
      All that is shown is paid for.
    free_pages_without_a_click:
      | self.purse = self.purse - => self.purse = self.purse - (clicked >= 0) *
      Pages that nobody clicks cost nothing in your market, so that a liar never pays. Everybody
      pays for what was shown, also when clicked is -1.
    slot_zero_counts_as_nothing: clicked >= 0 => clicked > 0
      or clicked >= 0 => clicked
      A click on slot 0 earns nothing: slots are counted from 0, and no click is -1. Ask for
      clicked >= 0.
    divides_by_all_money: bought / bought.sum() => bought / self.paid.sum()
      You divide by all that was paid for the page, so that less than a credit is paid out. Divide
      by what was paid for the clicked video.
    shares_by_the_whole_page: bought = self.paid[:, clicked] => bought = self.paid.sum(axis=1)
      The credit is shared by what each paid for the whole page. It belongs to those who paid for
      the clicked video.
    later_of_equals:
      | np.argsort(-bids.sum(axis=0), kind="stable")[:slots] =>
      |     np.argsort(bids.sum(axis=0), kind="stable")[::-1][:slots]
      Of videos with equal money the later one comes first: reversing a sorted list reverses
      equals too. Sort minus the money, with kind='stable'.
    equals_in_any_order: , kind="stable" =>
      Of equals, the one with the lower number comes first. np.argsort promises that with
      kind="stable" only, and shorter lists are in order by luck.
    least_money_first: argsort(-bids => argsort(bids
      You show the videos with least money: np.argsort sorts upwards. Sort minus the money.
    start_ignored: np.full(agents, start) => np.full(agents, 5.0)
      `start` is ignored: purses always begin at 5.
    stake_ignored: self.stake, self.purse = stake, => self.stake, self.purse = 0.1,
      `stake` is ignored: bids are always a tenth of the purse.
    pays_when_it_is_shown:
      | self.paid = bids[:, shown] =>
      | self.paid = bids[:, shown]
      | self.purse = self.purse - self.paid.sum(axis=1);
      | self.purse = self.purse - self.paid.sum(axis=1) =>
      Agents pay as soon as a page is shown. It is settle that takes the money: a page that is
      never settled costs nothing.
    nobody_pays: - self.paid.sum(axis=1) =>
      Nothing is ever paid: purses only grow. Subtract each agent's bids for what is shown, on
      every page.
    minus_one_is_the_last_slot: clicked >= 0 and =>
      No click is -1, and paid[:, -1] is the last slot: it earns on pages that nobody clicked.
    slot_for_video:
      | bids[:, shown] => bids;
      | self.purse - self.paid.sum(axis=1) => self.purse - self.paid[:, self.shown].sum(axis=1);
      | return shown =>
      | self.shown = shown
      | return shown
      `clicked` is a slot, not a video: the video in it is shown[clicked]. You paid out to the
      buyers of another video.
    without_confidence: (self.purse * confidence) => self.purse
      Confidence is left out of the bids: stake * purse * confidence * vote.
    without_purse: (self.purse * confidence) => confidence
      The purse is left out of the bids, so that the rich count no more than the poor.
    without_stake: self.stake * ( => (
      Each agent bids its whole purse for each video, and may owe more than it has. It stakes a
      part of it: stake * purse * confidence * vote.
    page_by_votes: -bids.sum => -votes.sum
      The page goes by the votes, and only the bills by money. Show the videos for which most
      money is bid.
    page_by_the_highest_single_bid: -bids.sum => -bids.max
      You show the videos with the highest single bids. In a pool the bids of all agents for a
      video are added up.
    worst_first: argsort(-bids => argsort(bids; [:slots] => [-slots:]
      The right videos, but the one with most money comes last. Best slot first: sort by minus the
      money.
    divides_by_nothing: and bought.sum() > 0 =>
      Nobody paid for the video that was watched, so you divide 0 by 0. Then nobody earns.
    shared_between_markets:
      | self.stake, self.purse = stake, np.full(agents, start) =>
      | self.stake, self.key = stake, (agents, stake, start)
      | if getattr(PageMarket, "shared", None) != self.key:
      |     PageMarket.shared, PageMarket.purse = self.key, np.full(agents, start);
      | self.purse = self.purse - => PageMarket.purse = self.purse -;
      | self.purse = self.purse + => PageMarket.purse = self.purse +
      A new market knows the purses of an older one: they belong to the class. Make self.purse in
      __init__.
"""


def detect_shared_between_markets(trials):
    return any(
        same_numbers(t.returned[NEW_PURSE], t.returned[PURSES][-1])
        and not same_numbers(t.returned[NEW_PURSE], np.full(t.inputs[0], t.inputs[2]))
        for t in trials
    )


EQUAL = r"""
    bought.sum() => bought.mean() | if clicked >= 0 and bought.sum() > 0
      A mean is above 0 where the sum is.
    bids.sum(axis=0) => bids.mean(axis=0) | shown = np.argsort(-bids.sum(axis=0), kind='stable')[:slots]
      Sums and means come in one order.
"""  # noqa: E501
