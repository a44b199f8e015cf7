"""28.3 From a programme to pages.

25 minutes, difficulty 3, 4 points, L28.3
What a linear programme calls fair becomes pages that can be shown.
"""

import numpy as np

from mavrs_course.agents import pages_of as pages_of_the_library
from mavrs_course.course import Case, Property


def pages_of(programme):
    from scipy.optimize import linear_sum_assignment

    left, pages = np.array(programme, dtype=float), []
    places = np.arange(len(left))
    while left.sum() > 1e-8:
        _, order = linear_sum_assignment((left < 1e-8).T)
        share = left[order, places].min()
        pages.append((share, order))
        left[order, places] -= share
    return pages


def pages_by_search(programme):
    """Tries videos place by place, and goes back where none is left."""

    def search(left, order):
        place = len(order)
        if place == len(left):
            return order
        for video in range(len(left)):
            if video not in order and left[video][place] > 1e-9:
                found = search(left, [*order, video])
                if found is not None:
                    return found
        return None

    left, pages = [list(map(float, row)) for row in programme], []
    while (order := search(left, [])) is not None:
        share = min(left[video][place] for place, video in enumerate(order))
        for place, video in enumerate(order):
            left[video][place] -= share
        pages.append((share, order))
    return pages


OTHERS = (pages_by_search, pages_of_the_library)


def cases(rng):
    def mixed(n, orders):
        """A mixture of random orders, whose shares are whole hundredths."""
        shares = rng.multinomial(100, np.ones(orders) / orders) / 100
        programme = np.zeros((n, n))
        for share in shares:
            programme[rng.permutation(n), np.arange(n)] += share
        return (programme,)

    half = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [0.5, 0.0, 0.5]])
    two = np.array([[0.7, 0.3], [0.3, 0.7]])
    cycle = np.eye(4)[[2, 0, 3, 1]]
    hole = np.pad(0.75 * np.eye(4), (0, 1), constant_values=0.25)
    hole[4, 4] = 0.0  # on the order of the largest sum
    return [
        Case("0.7 and 0.3", (two,), _told(two, [1, 2])),
        Case("one order, shown always", (cycle,), _told(cycle, [1, 1])),
        Case("two orders of three", (half,), _told(half, [1, 2])),
        Case("one video", (np.ones((1, 1)),), _told(np.ones((1, 1)), [1, 1])),
        Case("everything equally often", (np.full((4, 4), 0.25),)),
        Case("the largest entries, and one that is empty", (hole,)),
        Case("five videos, three orders", mixed(5, 3)),
        Case("six videos, eight orders", mixed(6, 8)),
    ]  # fmt: skip


def _told(again, facts):
    return np.append(np.ravel(again), facts[0])


def observe(answer, case):
    """All pages together, float[n * n]; then the sum of the shares.

    An order that shows a video twice, or a share that is not above 0, makes it NaN.
    """
    (programme,) = case.inputs
    pages = list(answer(programme))
    n = len(programme)
    again, fine = np.zeros((n, n)), len(pages) <= (n - 1) ** 2 + 1
    for share, order in pages:
        order = np.ravel(np.asarray(order, dtype=int))
        fine &= np.ndim(share) == 0 and sorted(order.tolist()) == list(range(n)) and share > 0
        again[order % n, np.arange(n)] += share
    return np.append(again.ravel(), sum(float(s) for s, _ in pages) if fine else np.nan)


PROPERTIES = (
    Property("each page is an order of all videos, shown more often than never",
             lambda result, *inputs: not np.isnan(result[-1]),
             "A pair is not (share, order), an order has a video twice, a share is not above 0, or "
             "there are too many: at each step look for an order whose entries are all above 0."),
)  # fmt: skip
HINTS = """
    Work on a copy, and ask one question again and again: is there an order of which every entry is
    above 0? As long as all columns have the same sum left, there is one.

    An assignment with the lowest cost finds it: let what is above 0 cost nothing, and anything else
    cost 1. Mind which axis is the place.

    How often an order can be shown is limited by its smallest entry. Taking that away from each of
    its entries makes one of them 0, so it ends.
"""
MISTAKES = """
    shown_as_often_as_its_largest: places].min() => places].max()
      An order is shown as often as its largest entry says. More than its smallest is not there.
    shown_as_often_as_its_mean: places].min() => places].mean()
      An order is shown as often as its mean entry says. More than its smallest is not there.
    best_video_of_each_place: _, order = linear_sum_assignment((left < 1e-8).T) =>
      | order = left.argmax(axis=0)
      You take the largest entry of each place. Two places may then show the same video.
    places_for_videos: pages.append((share, order)) => pages.append((share, np.argsort(order)))
      You return the place of each video. Asked for is the video of each place.
    one_page_only: while left.sum() > 1e-8: => for _ in range(1):
      You return one order. Go on while something is left.
    stops_early: left.sum() > 1e-8 => left.sum() > 0.7
      You stop while something is left. The shares must sum to 1.
    shares_of_what_is_left: pages.append((share, order)) =>
      | pages.append((share / left.sum(axis=0)[0], order))
      Your shares are of what is left. They are of all pages, and sum to 1.
    all_the_same: return pages => return [(1 / len(pages), order) for _, order in pages]
      All orders are shown equally often. Each is shown as often as its smallest entry says.
    only_in_number_order: return pages =>
      | return [(programme[i, 0], np.roll(np.arange(len(left)), -i)) for i in range(len(left))
      |         if programme[i, 0] > 0]
      You turn one order round. That gives the first place its shares, and no other.
"""
EQUAL = r"""
    left.sum() > 1e-08 => left.sum() >= 1e-08 | while left.sum() > 1e-08
      What is left is far above that, or a rounding error far below.
    left < 1e-08 => left <= 1e-08 | _, order = linear_sum_assignment((left < 1e-08).T)
      What is left is far above that, or a rounding error far below.
"""
