"""00.1 Clicks per video shown.

2 minutes, difficulty 1, 1 point, L00.1
That was the warm-up. Now you know how every check in this course talks to you.
"""

import numpy as np

from mavrs_course.course import Case


def click_rate(clicked, shown):
    return clicked / shown if shown else 0.0


def click_rate_without_if(clicked, shown):
    return clicked / max(shown, 1)


OTHERS = (click_rate_without_if, lambda clicked, shown: float(np.divide(clicked, shown or 1)))


def cases(rng):
    shown = int(rng.integers(20, 100))
    return [
        Case("3 clicks on 12 videos", (3, 12), 0.25),
        Case("all 5 clicked", (5, 5), 1.0),
        Case("none of 8 clicked", (0, 8), 0.0),
        Case("nothing shown yet", (0, 0), 0.0),
        Case("some day's clicks", (int(rng.integers(2, shown - 1)), shown)),
    ]


HINTS = """
    Of 12 videos, 3 were clicked. Which of the two numbers do you divide by?

    Divide what was clicked by what was shown. Then think of the first second of the first day,
    when nothing has been shown.

    Python's conditional expression, `... if shown else ...`, gives one value where something was
    shown and another where nothing was.
"""


def _rate_is(formula):
    """Detects another formula's values wherever something was clicked and shown."""

    def detect(trials):
        tried = [trial for trial in trials if min(trial.inputs) > 0]
        pairs = [(trial.returned, formula(*trial.inputs)) for trial in tried]
        return not tried[0].passed and all(np.isclose(got, wrong) for got, wrong in pairs)

    return detect


MISTAKES = """
    upside_down: clicked / shown if shown => shown / clicked if clicked
      You return videos per click: the two numbers have changed places.
    in_percent: clicked / shown => 100 * clicked / shown
      You return percent. A rate lies between 0 and 1.
    counted_skips: clicked / shown => (shown - clicked) / shown
      You return the share of the videos that were not clicked.
    nothing_shown: clicked / shown if shown else 0.0 => clicked / shown
      It is right wherever something was shown. When nothing was, there is nothing to divide by:
      return 0.0 then.
    whole_division: clicked / shown => clicked // shown
      // divides and drops what is behind the point; / keeps it.
    one_more_shown: clicked / shown if shown else 0.0 => clicked / (shown + 1)
      You divide by one video more than was shown. That avoids dividing by nothing, and bends
      every other answer: treat the case of no video apart.
    rounded: clicked / shown => round(clicked / shown, 1)
      The result is rounded. Round when you print, not when you compute.
"""

detect_upside_down = _rate_is(lambda clicked, shown: shown / clicked)
detect_in_percent = _rate_is(lambda clicked, shown: 100 * clicked / shown)
detect_counted_skips = _rate_is(lambda clicked, shown: (shown - clicked) / shown)


def detect_nothing_shown(trials):
    """Right wherever something was shown, and wrong only where nothing was."""
    return all(trial.passed == (trial.inputs[1] > 0) for trial in trials)


def detect_rounded(trials):
    """Detects answers that are right but for digits that are missing at their end."""

    def shortened(trial):
        digits = len(repr(float(trial.returned)).partition(".")[2])
        return trial.returned == round(trial.expected, digits)

    return all(trial.passed or shortened(trial) for trial in trials)
