"""13.5 A video for each viewer.

25 minutes, difficulty 3, 4 points, L13.5
Your prices prove that no other match is better: that is linear programming duality.
"""

import numpy as np

from mavrs_course.coordination.assignment import auction_assignment
from mavrs_course.course import Case, Property
from mavrs_course.course.values import slack


def assign(values, epsilon):
    viewers, videos = values.shape
    taken, prices = np.full(viewers, -1), np.zeros(videos)
    while (taken < 0).any():
        viewer = int(np.flatnonzero(taken < 0)[0])
        net = values[viewer] - prices
        second, best = np.sort(net)[-2:]
        favourite = net.argmax()
        prices[favourite] += best - second + epsilon
        taken[taken == favourite] = -1
        taken[viewer] = favourite
    return taken, prices


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


def last_come_first(values, epsilon):
    viewers, videos = values.shape
    prices, taken, waiting = np.zeros(videos), np.full(viewers, -1), list(range(viewers))
    while waiting:
        viewer = waiting.pop()
        net = values[viewer] - prices
        video = int(net.argmax())
        prices[video] = prices[video] + net[video] - np.delete(net, video).max() + epsilon
        waiting += np.flatnonzero(taken == video).tolist()
        taken[taken == video] = -1
        taken[viewer] = video
    return taken, prices


def by_the_library(values, epsilon):
    found = auction_assignment(values, epsilon)
    return found.videos, found.prices


OTHERS = (assign_in_small_steps, last_come_first, by_the_library)


def cases(rng):
    def some(viewers, videos):
        return rng.integers(0, 120, (viewers, videos)) / 10, 1 / (viewers + 1)

    return [
        Case("two viewers, both like video 0 best", (np.array([[9.0, 5.0], [8.0, 7.0]]), 0.1)),
        Case("three viewers who want different videos",
             (np.array([[5.0, 1.0, 0.0], [0.0, 5.0, 1.0], [1.0, 0.0, 5.0]]), 0.1)),
        Case("more videos than viewers", (np.array([[3.0, 9.0, 1.0, 2.0], [4.0, 8.0, 6.0, 0.0]]),
                                          0.1)),
        Case("all like everything alike", (np.full((3, 3), 4.0), 0.25)),
        Case("one viewer, four videos", some(1, 4)),
        Case("five viewers, five videos", some(5, 5)),
        Case("eight viewers, eight videos", some(8, 8)),
    ]  # fmt: skip


TOLERANCE = None


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
    return (prices >= -slack(result[1])).all() and np.allclose(prices[nobody], 0)


def _content(result, values, epsilon):
    if not (_well_formed(result, values, epsilon) and _different(result, values, epsilon)):
        return True
    taken, prices = _parts(result)
    net, room = values - prices, slack(result[1])
    return (net[np.arange(len(values)), taken] >= net.max(axis=1) - epsilon - room).all()


PROPERTIES = (
    Property("there is a video for each viewer and a price for each video",
             _well_formed,
             "Two arrays are wanted: for each viewer the number of a video, n of them, and for "
             "each video a price, m of them. Nobody may be left without (-1): go on until all "
             "have a video."),
    Property("no video is given twice",
             _different,
             "Two viewers have the same video. Whoever is outbid has nothing, and must bid "
             "again."),
    Property("what nobody took is free, and no price is negative",
             _free_is_free,
             "Prices start at 0 and rise only when somebody bids, so what nobody took costs 0."),
    Property("nobody would rather have another video, by more than epsilon",
             _content,
             "At your prices somebody would rather have another video than its own. A bid "
             "raises the favourite's price to where the second choice is as good, plus epsilon."),
)  # fmt: skip

HINTS = """
    Keep the prices, who has which video, and a list of viewers that have none. While the list is
    not empty, let one of them bid.

    It looks at net = values[viewer] - prices. Its favourite has the largest net, `best`; the next
    largest is `second`. The favourite's price rises by best - second + epsilon.

    If somebody held the favourite, it goes back on the list. np.sort(net)[-2:] gives second and
    best; net.argmax() the favourite.
"""


def _as_paid(trial):
    """Whether the second array would be right if it were one price for each viewer."""
    values, epsilon = trial.inputs
    taken, paid = np.asarray(trial.returned[0]), np.asarray(trial.returned[1], dtype=float)
    prices = np.zeros(values.shape[1])
    prices[taken] = paid
    return bool(_content((taken, prices), values, epsilon))


def everybody_takes_the_favourite(values, epsilon):
    return values.argmax(axis=1), np.zeros(values.shape[1])


def first_come_first_served(values, epsilon):
    free, taken = np.ones(values.shape[1], dtype=bool), []
    for row in values:
        taken.append(int(np.where(free, row, -np.inf).argmax()))
        free[taken[-1]] = False
    return np.array(taken), np.zeros(values.shape[1])


def best_match_without_prices(values, epsilon):
    from scipy.optimize import linear_sum_assignment

    return linear_sum_assignment(values, maximize=True)[1], np.zeros(values.shape[1])


def worst_first(values, epsilon):
    return by_the_library(-values, epsilon)


MISTAKES = """
    everybody_takes_the_favourite:
      All take what they like best, whoever has it already. Only one can have it: the others must
      be outbid and look on.
    first_come_first_served:
      First come, first served: whoever comes late takes what is left, and nobody can be outbid.
      The prices, all 0, do not explain why anybody should be content.
    best_match_without_prices:
      The match may be best, but prices of 0 do not prove it: at these somebody would rather have
      what another has.
    bids_all_that_it_is_worth:
      | prices[favourite] += best - second + epsilon =>
      |     prices[favourite] = values[viewer, favourite] + epsilon
      Bidders pay all that the video is worth to them, and then would rather have another. Raise
      the price only to where the second choice is as good, plus epsilon.
    forgot_the_old_price:
      | while (taken < 0).any(): =>
      | for _ in range(5000):
      |     if (taken >= 0).all():
      |         break;
      | prices[favourite] += => prices[favourite] =
      best - second + epsilon is how much the price *rises*. Add it to the price that there was.
    who_is_outbid_keeps_the_video: taken[taken == favourite] = -1 =>
      or in last_come_first:
      | waiting += np.flatnonzero(taken == video).tolist() =>;
      | taken[taken == video] = -1 =>
      Who is outbid still has its video, so that two have the same. Take it away, and let its
      holder bid again.
    viewers_of_videos:
      | return taken, prices =>
      | holder = np.full(videos, -1)
      | holder[taken] = np.arange(viewers)
      | return holder, prices
      The first array says for each video who has it. Wanted is the reverse: for each viewer which
      video it has.
    prices_of_viewers: return taken, prices => return taken, prices[taken]
      The second array says what each viewer pays. Wanted is the price of each video, also of
      those that nobody took.
    worth_for_prices: return taken, prices => return taken, (values - prices).max(axis=0)
      or in last_come_first: return taken, prices => return taken, (values - prices).max(axis=0)
      The second array holds what videos are still worth at the prices. Give back the prices
      themselves.
    steps_too_large: second + epsilon => second + 40 * epsilon
      or in last_come_first: + epsilon => + 40 * epsilon
      Prices jump by more than epsilon beyond the point where the second choice is as good, so
      that the winner regrets its bid.
    likes_for_dislikes: net = values[viewer] - prices => net = -values[viewer] - prices
      or worst_first
      Viewers bid for what they like least. The favourite has the largest value minus price.
"""


def detect_prices_of_viewers(trials):
    return all(len(t.returned[1]) == len(t.inputs[0]) and _as_paid(t) for t in trials)


EQUAL = r"""
    best - second + epsilon => epsilon | prices[favourite] += best - second + epsilon
      The clock auction: it takes longer, and ends as well.
    1 => 2 | taken[taken == favourite] = -1
    1 => 2 | taken, prices = (np.full(viewers, -1), np.zeros(videos))
      Any number below 0 marks who has nothing.
    0 => -1 | viewer = int(np.flatnonzero(taken < 0)[0])
      Who bids first is free.
"""
