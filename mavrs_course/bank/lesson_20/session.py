"""20.2 A session that ends, and a viewer who returns.

15 minutes, difficulty 2, 3 points, L20.2
With these few lines you can turn a mean reward into session lengths and days of return.
"""

import numpy as np

from mavrs_course.course import Case


class Session:
    def __init__(self, bias=0.0):
        self.bias, self.temper = bias, 20.0
        self.held, self.seen = 0, 0

    def watch(self, held):
        if self.temper < 1:
            return False
        self.temper -= 2 - np.mean(held)
        self.held += np.sum(held)
        self.seen += len(held)
        return self.temper >= 1

    def return_chance(self):
        reward = self.held / max(self.seen, 1)
        return np.clip(self.bias + 0.4 + 0.1 * reward, 0.001, 0.999)


class SessionByLedger:
    """Remembers all requests, and works everything out from them."""

    def __init__(self, bias=0.0):
        self.bias, self.requests = bias, []

    def there(self):
        return 20 - sum(2 - sum(held) / len(held) for held in self.requests) >= 1

    def watch(self, held):
        if self.there():
            self.requests.append(list(held))
        return self.there()

    def return_chance(self):
        videos = [video for held in self.requests for video in held] or [0]
        return min(max(0.4 + self.bias + sum(videos) / len(videos) / 10, 0.001), 0.999)


OTHERS = (SessionByLedger,)


def cases(rng):
    # Four videos a request: quarters are exact in floating point, so that 1 is 1 for everybody.
    def some(requests, share):
        return [row.astype(int) for row in rng.random((requests, 4)) < share]

    all_held, none, half = [1, 1, 1, 1], [0, 0, 0, 0], [1, 0, 0, 1]
    return [
        Case("one request that held throughout", (0.0, [all_held]), [0.4, 1, 0.5]),
        Case("nothing holds: 20 falls by 2, to 0 after ten requests", (0.0, [none] * 11),
             [0.4, *[1, 0.4] * 9, *[0, 0.4] * 2]),
        Case("everything holds: after 19 requests the temper is exactly 1", (0.0, [all_held] * 21),
             [0.4, *[1, 0.5] * 19, *[0, 0.5] * 2]),
        Case("half holds, then all, then none", (0.0, [half, all_held, none]),
             [0.4, 1, 0.45, 1, 0.475, 1, 0.45]),
        Case("requests of 1 and of 3 videos", (0.0, [[1], [0, 0, 0]]), [0.4, 1, 0.5, 1, 0.425]),
        Case("after leaving, a request that holds changes nothing",
             (0.0, [none] * 10 + [all_held] * 2), [0.4, *[1, 0.4] * 9, *[0, 0.4] * 3]),
        Case("a viewer who is fond of the app", (0.7, [all_held]), [0.999, 1, 0.999]),
        Case("a viewer who never comes back", (-0.9, [half]), [0.001, 1, 0.001]),
        Case("a session of a good recommender", (0.05, some(22, 0.7))),
    ]  # fmt: skip


def observe(kind, case):
    """The chance to return at first; after each request, who is there, and the chance."""
    bias, requests = case.inputs
    session = kind(bias) if bias else kind()
    told = [session.return_chance()]
    for held in requests:
        told += [int(session.watch(np.array(held))), session.return_chance()]
    other = kind(bias)
    again = [other.return_chance(), int(other.watch(np.array(requests[0])))]
    if not np.array_equal(again, told[:2], equal_nan=True):
        told.append(np.nan)  # the two sessions know of each other
    return np.array(told, dtype=float)


NAMES = ("bias", "requests")

HINTS = """
    Keep three numbers beside the bias: the temper, how many videos held, and how many were seen.

    watch: whoever is below 1 already gets False, and nothing changes. Else lower the temper by 2
    less the mean of this request, count its videos, and look at the temper again.

    The mean over all videos is what held divided by what was seen, not a mean of means, as requests
    may differ in size. Before the first video nothing was seen: mind the division.
"""
MISTAKES = """
    leaves_below_zero: self.temper < 1 => self.temper < 0; self.temper >= 1 => self.temper >= 0
      The viewer stays until the temper is below 0. In KuaiSim the patience ends below 1.
    leaves_at_one: self.temper < 1 => self.temper <= 1; self.temper >= 1 => self.temper > 1
      With a temper of exactly 1 the viewer is still there: it must be below 1 to leave.
    adds_up_the_request: 2 - np.mean(held) => 2 - np.sum(held)
      or self.temper -= 2 - np.mean(held) => self.temper -= np.sum(2 - np.asarray(held))
      You add up over videos. A request takes 2 - r once, and `r` is the mean of its videos.
    takes_the_reward: self.temper -= 2 - np.mean(held) => self.temper -= np.mean(held)
      or 2 - np.mean(held) => 1 - np.mean(held)
      You take r, or 1 - r, from the temper. It is 2 - r: a perfect request costs something, too.
    goes_on_after_leaving: self.temper < 1 => False
      A request after the viewer has left is still counted. Whoever is gone sees nothing.
    last_request_only:
      | self.held += np.sum(held) => self.held = np.sum(held);
      | self.seen += len(held) => self.seen = len(held)
      The chance to return follows from the last request alone. Count all videos of the session.
    mean_of_means:
      | self.held += np.sum(held) => self.held += np.mean(held);
      | self.seen += len(held) => self.seen += 1
      You take the mean of the requests' means. Take the mean over all videos.
    without_limits:
      | np.clip(self.bias + 0.4 + 0.1 * reward, 0.001, 0.999) => self.bias + 0.4 + 0.1 * reward
      or np.clip(self.bias + 0.4 + 0.1 * reward, => self.bias + np.clip(0.4 + 0.1 * reward,
      A chance above 0.999 or below 0.001 came out. Keep it between the two, the bias included.
    limits_of_0_and_1: 0.001, 0.999 => 0.0, 1.0
      The limits are 0.001 and 0.999: nobody is lost for sure, and nobody is sure to come.
    without_bias: self.bias + 0.4 => 0.4
      The viewer's own bias is left out of the chance.
    asks_who_has_left: return False => return True; self.temper >= 1 => self.temper < 1
      It is the wrong way round: `watch` says whether the viewer is still there.
    looks_before: return self.temper >= 1 => return self.temper + 2 - np.mean(held) >= 1
      You look at the temper before the request, and so notice one request late who leaves.
    counts_the_skips: np.sum(held) => np.sum(1 - np.asarray(held))
      You count the videos that were swiped away. `r` is the share of those that held.
    shared_between_sessions:
      | self.bias, self.temper = bias, 20.0 =>
      | self.bias = bias
      | Session.temper = getattr(Session, "temper", 20.0);
      | self.temper -= 2 - np.mean(held) => Session.temper -= 2 - np.mean(held)
      A new session goes on with the temper of an older one. Make it in __init__, as self.temper.
"""


def detect_shared_between_sessions(trials):
    told = [np.ravel(t.returned) for t in trials if t.error is None]
    return any(np.isnan(one[-1]) and not np.isnan(one[0]) for one in told)
