"""23.1 The chart that hears a highlight.

25 minutes, difficulty 2, 5 points, L23.1
A room's crowd now rings a bell, within seconds and without a single click.
"""

import numpy as np

from mavrs_course.course import Case


class RoomChart:
    def __init__(self, k, h, most):
        self.k, self.h, self.most = k, h, most
        self.s = 0.0

    def opened(self):
        self.s = 0.0

    def hear(self, comments, viewers):
        surplus = comments - self.k * viewers
        self.s = min(self.most, max(0.0, self.s + surplus))
        return self.s >= self.h


class ChartByClip(RoomChart):
    def hear(self, comments, viewers):
        self.s = float(np.clip(self.s + comments - self.k * viewers, 0.0, self.most))
        return self.h <= self.s


class ChartInSteps:
    def __init__(self, k, h, most):
        self.s, self.settings = 0, (k, h, most)

    def opened(self):
        self.s *= 0

    def hear(self, comments, viewers):
        k, h, most = self.settings
        self.s += comments
        self.s -= viewers * k
        if self.s < 0:
            self.s = 0
        if self.s > most:
            self.s = most
        return not self.s < h


OTHERS = (ChartByClip, ChartInSteps)
OPENED = (-1, -1)


def cases(rng):
    def evening(windows):
        viewers = rng.integers(5, 40, windows)
        burst = np.where(rng.random(windows) < 0.3, 4.0, 1.0)
        heard = np.column_stack([rng.poisson(0.1 * viewers * burst), viewers])
        heard[rng.integers(3, windows, 2)] = OPENED
        return heard

    return [
        Case("k 0.25, h 4, most 6: ten viewers, who write 4, then 5, then nothing",
             (0.25, 4.0, 6.0, np.array([[4, 10], [5, 10], [0, 10]])),
             [[1.5, 0], [4.0, 1], [1.5, 0]]),
        Case("a quiet window after a quiet one, then 6 comments of ten viewers",
             (0.25, 4.0, 6.0, np.array([[1, 10], [0, 10], [6, 10]])),
             [[0.0, 0], [0.0, 0], [3.5, 0]]),
        Case("a storm of comments, then two quiet windows",
             (0.25, 4.0, 6.0, np.array([[40, 10], [1, 8], [1, 8]])),
             [[6.0, 1], [5.0, 1], [4.0, 1]]),
        Case("the room closes in a highlight, and opens again",
             (0.25, 4.0, 6.0, np.array([[9, 10], OPENED, [3, 4]])),
             [[6.0, 1], [0.0, 0], [2.0, 0]]),
        Case("an alarm that goes on", (0.5, 2.0, 9.0, np.array([[5, 4], [4, 4], [4, 4]])),
             [[3.0, 1], [5.0, 1], [7.0, 1]]),
        Case("two comments of people who have left since",
             (0.25, 4.0, 6.0, np.array([[2, 0], [3, 4]])), [[2.0, 0], [4.0, 1]]),
        Case("a long evening, and most far above the limit", (0.21, 8.2, 30.0, evening(60))),
    ]  # fmt: skip


def observe(kind, case):
    """S and the alarm after every event; an event of (-1, -1) is the opening of the room."""
    k, h, most, events = case.inputs
    chart, seen = kind(k, h, most), []
    for comments, viewers in events:
        if (comments, viewers) == OPENED:
            chart.opened()
            seen.append([float(chart.s), 0.0])
        else:
            alarm = chart.hear(int(comments), int(viewers))
            seen.append([float(chart.s), float(alarm)])
    return np.array(seen)


HINTS = """
    Keep one number, s. What is usual for the crowd of this window is k for each viewer in it.

    Add what was written beyond the usual, which may be negative. Then hold s between two ends: it
    never falls below 0, and never rises above `most`.

    The alarm is a question about s as it is now, after the update: has it reached h? It changes
    nothing. A room that opens starts anew.
"""
MISTAKES = """
    below_zero: max(0.0, self.s + surplus) => self.s + surplus
      S sinks below 0 in quiet windows, and a highlight must first climb back. After each step it is
      at least 0.
    without_end: min(self.most, max(0.0, self.s + surplus)) => max(0.0, self.s + surplus)
      S rises without end in a storm, and the alarm stands long after it is over: hold it at `most`.
    only_what_is_too_much: max(0.0, self.s + surplus) => self.s + max(0.0, surplus)
      S never falls: a quiet window takes nothing away in your answer. The surplus may be negative;
      it is S that stays at 0 or above.
    backwards: comments - self.k * viewers => self.k * viewers - comments
      Your S grows when the room is quiet. Count comments minus what is usual.
    alarm_at_the_top: self.s >= self.h => self.s >= self.most
      You give the alarm only when S stands at `most`. The limit is h.
    starts_again_at_the_alarm:
      | return self.s >= self.h =>
      | alarm = self.s >= self.h
      | self.s = 0.0 if alarm else self.s
      | return alarm
      You set S to 0 at an alarm, so that it is over at once. It stands until S is below h again.
    top_at_the_limit: min(self.most, => min(self.h,
      You stop S at h, so that one quiet window ends each alarm. It may go up to `most`.
    opens_as_it_closed:
      | def opened(self):
      |     self.s = 0.0 =>
      | def opened(self):
      |     pass
      A room that opens again inherits the S of the one that closed. In opened, set it to 0.
    a_window_late:
      | surplus = comments =>
      | before = self.s
      | surplus = comments;
      | return self.s >= self.h => return before >= self.h
      The alarm looks at S as it was before this window. Update S first.
    by_the_share: comments - self.k * viewers => comments / max(viewers, 1) - self.k
      You add comments a viewer. A room of a thousand viewers says more than a room of one: count
      comments, minus k times the viewers.
"""
