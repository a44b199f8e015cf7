"""06.4 Likes that come late.

25 minutes, difficulty 3, 4 points, L06.4
New videos are no longer punished for being new: you built a whole piece of a feedback agent.
"""

import numpy as np

from mavrs_course.course import Case, Property


class LateLikes:
    def __init__(self, videos, mean_delay):
        self.mean_delay = mean_delay
        self.times = [[] for _ in range(videos)]
        self.likes = np.zeros(videos)

    def shown(self, time, videos):
        for video in videos:
            self.times[video].append(time)

    def liked(self, videos):
        np.add.at(self.likes, videos, 1)

    def rates(self, now):
        rates = np.full(len(self.likes), np.nan)
        for video, times in enumerate(self.times):
            age = now - np.array(times)
            count = (1 - np.exp(-age / self.mean_delay)).sum()
            if count > 0:
                rates[video] = self.likes[video] / count
        return rates


class LateLikesThatFade:
    """The same without keeping times: what has not come yet fades by exp(-step / mean)."""

    def __init__(self, videos, mean_delay):
        self.mean_delay, self.clock = mean_delay, 0.0
        self.shows, self.open, self.likes = np.zeros((3, videos))

    def _pass_time(self, now):
        self.open = self.open * np.exp(-(now - self.clock) / self.mean_delay)
        self.clock = now

    def shown(self, time, videos):
        self._pass_time(time)
        counts = np.bincount(videos, minlength=len(self.shows))
        self.shows, self.open = self.shows + counts, self.open + counts

    def liked(self, videos):
        self.likes = self.likes + np.bincount(videos, minlength=len(self.shows))

    def rates(self, now):
        self._pass_time(now)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(
                self.shows - self.open > 1e-12, self.likes / (self.shows - self.open), np.nan
            )


OTHERS = (LateLikesThatFade,)
WHEN_ASKED, NEW = "rates when asked", "rates of a new counter"


def cases(rng):
    half = np.log(2)

    def says(*rates):
        return {WHEN_ASKED: np.array(rates), NEW: np.full(len(rates[0]), np.nan)}

    def some(videos, mean_delay, steps):
        story, time, seen = [], 0.0, []
        for _ in range(steps):
            time += float(rng.exponential(mean_delay / 4))
            kind = str(rng.choice(["shown", "shown", "liked", "asked"] if seen else ["shown"]))
            page = rng.integers(0, videos, 5).tolist()
            seen += page if kind == "shown" else []
            story.append((kind, time, page if kind == "shown" else rng.choice(seen, 2).tolist()))
        return videos, mean_delay, [*story, ("asked", time + mean_delay, [])]

    one = [("shown", 0.0, [0, 0, 0, 0]), ("liked", half, [0]), ("asked", half, [])]
    later = [*one, ("asked", 2 * half, []), ("shown", 2 * half, [0]), ("asked", 3 * half, [])]
    return [
        Case("four shows, half the likes have come, one like", (1, 1.0, one), says([0.5])),
        Case("asked again later, and after another show", (1, 1.0, later),
             says([0.5], [1 / 3], [1 / 4])),
        Case("asked at the moment of a new show, which does not count yet",
             (1, 1.0, [*one[:2], ("shown", half, [0]), ("asked", half, [])]), says([0.5])),
        Case("two videos, one never shown", (2, 1.0, one), says([0.5, np.nan])),
        Case("likes take ten times as long", (1, 10.0, [(k, 10 * t, v) for k, t, v in one]),
             says([0.5])),
        Case("one video twice among the shown and the liked",
             (2, 2.0, [("shown", 0.0, [1, 1, 0]), ("liked", 1.0, [1, 1]), ("asked", 2.0, [])])),
        Case("liked at the very moment of the show", (1, 1.0, [("shown", 0.0, [0]),
             ("liked", 0.0, [0]), ("asked", 0.0, [])]), says([np.nan])),
        Case("shown and never liked", (1, 1.0, [one[0], one[2]]), says([0.0])),
        Case("after thousands of mean delays", (1, 1.0, [(k, 5000 + t, v) for k, t, v in one]),
             says([0.5])),
        Case("a long story of four videos", some(4, 3.0, 60)),
        Case("another, of three", some(3, 0.5, 40)),
    ]  # fmt: skip


def observe(make, case):
    """What a counter says whenever it is asked, float[questions, V], and a new one after it."""
    videos, mean_delay, story = case.inputs
    counter = make(videos, mean_delay)
    answers = []
    for kind, time, which in story:
        if kind == "shown":
            counter.shown(time, np.array(which))
        elif kind == "liked":
            counter.liked(np.array(which))
        else:
            answers.append(np.array(counter.rates(time), dtype=float))
    return {WHEN_ASKED: np.array(answers), NEW: np.array(make(videos, mean_delay).rates(1000.0))}


PROPERTIES = (
    Property("no rate is negative",
             lambda result, *inputs: not np.any(np.asarray(result[WHEN_ASKED]) < 0),
             "A rate came out below zero: the age of a show is now minus the time of the show."),
)  # fmt: skip

HINTS = """
    Keep three things: the mean delay, the times of all shows of each video, and the number of
    likes of each video so far.

    When asked for rates, the age of a show is now - time, and it counts as 1 - exp(-age /
    mean_delay) of a show. Add that up for each video.

    The rate is the likes over that sum, and np.nan where the sum is 0. A video can stand twice
    among the likes: np.add.at adds every time, where += with an index adds once.
"""
MISTAKES = """
    late_is_never: (1 - np.exp(-age / self.mean_delay)).sum() => len(age)
      These are likes for each show. A show that is young has not had the time to bring its like:
      it counts as 1 - exp(-age / mean_delay) of a show.
    counted_what_is_still_to_come:
      | (1 - np.exp(-age / self.mean_delay)).sum() => np.exp(-age / self.mean_delay).sum()
      exp(-age / mean_delay) is the part of the likes that is still on its way. The part that has
      come is one minus that.
    age_times_delay: -age / self.mean_delay => -age * self.mean_delay
      Your ages are multiplied by the mean delay. Likes that take longer come later: exp(-age /
      mean_delay).
    half_life: np.exp(-age / self.mean_delay) => 2 ** (-age / self.mean_delay)
      You took mean_delay for a half-life. For an exponential delay the part still to come is
      exp(-age / mean), with e for its base.
    all_shows_as_old_as_the_first:
      | (1 - np.exp(-age / self.mean_delay)).sum() =>
      |     len(age) * (1 - np.exp(-np.max(age, initial=0.0) / self.mean_delay))
      All shows of a video count as old as its first. Each has its own age: keep the time of every
      show.
    share_of_the_mean_age:
      | (1 - np.exp(-age / self.mean_delay)).sum() =>
      |     len(age) * (1 - np.exp(-age.sum() / max(len(age), 1) / self.mean_delay))
      You take the mean of the ages and then the share. The curve bends, so take the share of each
      show first, and add those up.
    mean_share_instead_of_sum:
      | (1 - np.exp(-age / self.mean_delay)).sum() =>
      |     (1 - np.exp(-age / self.mean_delay)).sum() / max(len(age), 1)
      You divide by the mean share of a show. Divide by the sum: a hundred shows could have
      brought a hundred times as many likes as one.
    nan_for_no_likes: if count > 0: => if count > 0 and self.likes[video]:
      or if count > 0: => if self.likes[video]:
      A video that was shown and not liked has a rate of 0. NaN is for one that was never shown, or
      only just now.
    infinite_just_now: if count > 0: => if times:
      A video that was only just shown has had no time for likes: np.nan, and not a division by 0.
    infinite_after_a_while:
      | (1 - np.exp(-age / self.mean_delay)).sum() =>
      |     (1 - np.exp(-now / self.mean_delay) * np.exp(np.array(times) / self.mean_delay)).sum()
      exp(time / mean_delay) is infinite at late times, and 0 times infinity is NaN. Only ages
      matter: keep the times of the shows, or let what you keep fade.
    zero_for_never_shown: np.nan => 0.0
      A video that was never shown has no rate: np.nan, and not 0, which would say that nobody
      liked it.
    repeated_index_added_once: np.add.at(self.likes, videos, 1) => self.likes[videos] += 1
      likes[videos] += 1 adds once for each video, however often it occurs. np.add.at and
      np.bincount add every time.
    shown_once_a_page: for video in videos: => for video in set(videos.tolist()):
      A video that was shown several times at once is counted once. Each time is a show that may
      bring a like.
    shared_between_counters:
      | self.likes = np.zeros(videos) =>
      | self.likes = np.zeros(videos)
      | LateLikes.shared = shared = getattr(LateLikes, "shared", {})
      | self.times, self.likes = shared.setdefault(videos, (self.times, self.likes))
      A new counter remembers what an older one was told: its lists belong to the class. Make them
      in __init__, as self.times and self.likes.
    forgot_older_shows:
      | for video in videos:
      |     self.times[video].append(time) =>
      | for video in set(videos.tolist()):
      |     self.times[video] = [time] * int(np.sum(videos == video))
      When a video is shown again, its earlier shows are forgotten. Append the time to those that
      are there.
"""


def detect_shared_between_counters(trials):
    return any(np.nansum(trial.returned[NEW]) > 0 for trial in trials)
