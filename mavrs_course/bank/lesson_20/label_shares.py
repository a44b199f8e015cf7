"""20.1 Read a log of swipes.

15 minutes, difficulty 1, 3 points, L20.1
Three shares say what a platform's viewers do, whatever the lengths of its videos.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.world.short_video import watching


def label_shares(seconds, length):
    known = length > 0
    seconds, length = seconds[known], length[known]
    short = seconds < np.minimum(3, length)
    valid = np.where(length <= 7, seconds >= length, seconds > 7)
    long = np.where(length <= 18, seconds >= length, seconds > 18)
    return np.array([short.mean(), valid.mean(), long.mean()])


def label_shares_one_by_one(seconds, length):
    counts, rows = [0, 0, 0], 0
    for played, whole in zip(seconds, length, strict=True):
        if whole > 0:
            rows += 1
            counts[0] += played < 3 and played < whole
            counts[1] += played > 7 or (whole <= 7 and played >= whole)
            counts[2] += played > 18 or (whole <= 18 and played >= whole)
    return [count / rows for count in counts]


def label_shares_of_the_library(seconds, length):
    seconds, length = seconds[length > 0], length[length > 0]
    labels = (watching.is_short_play, watching.is_valid_view, watching.is_long_view)
    return np.array([label(seconds, length).mean() for label in labels])


OTHERS = (label_shares_one_by_one, label_shares_of_the_library)


def cases(rng):
    def rows(*pairs):
        return tuple(np.array(pairs, dtype=float).T)

    length = rng.uniform(0.5, 40, 200)
    seconds = np.where(rng.random(200) < 0.4, length, rng.uniform(0, 30, 200))
    return [
        Case("6 of 6 seconds, 6 of 60, 2 of 60, 12 of 12",
             rows((6, 6), (6, 60), (2, 60), (12, 12)), [0.25, 0.5, 0.5]),
        Case("7.5 of 8 seconds, 18.5 of 19", rows((7.5, 8), (18.5, 19)), [0.0, 1.0, 0.5]),
        Case("8 of 12 seconds: valid, and not long", rows((8, 12)), [0.0, 1.0, 0.0]),
        Case("5 of 6 seconds", rows((5, 6)), [0.0, 0.0, 0.0]),
        Case("all 2 seconds of a video of 2", rows((2, 2)), [0.0, 1.0, 1.0]),
        Case("1 of 2 seconds, 2.5 of 9", rows((1, 2), (2.5, 9)), [1.0, 0.0, 0.0]),
        Case("exactly 3 of 60 seconds", rows((3, 60)), [0.0, 0.0, 0.0]),
        Case("exactly 7 of 60 seconds", rows((7, 60)), [0.0, 0.0, 0.0]),
        Case("exactly 18 of 60 seconds", rows((18, 60)), [0.0, 1.0, 0.0]),
        Case("all 7 seconds of 7", rows((7, 7)), [0.0, 1.0, 1.0]),
        Case("all 18 seconds of 18", rows((18, 18)), [0.0, 1.0, 1.0]),
        Case("1 second of 30, and 1 of unknown length (0)",
             rows((1, 30), (1, 0)), [1.0, 0.0, 0.0]),
        Case("a video of 10 seconds that played twice", rows((20, 10)), [0.0, 1.0, 1.0]),
        Case("two hundred swipes", (seconds, length)),
    ]  # fmt: skip


HINTS = """
    Leave out the rows whose length is 0 first, so that every mean is over the same rows.

    Each label has a threshold for long videos, and "all of it" for short ones: np.where chooses
    between two conditions row by row.

    A short play must be below two numbers at once, 3 and the length: below the smaller of the two.
    The mean of an array of True and False is the share of True.
"""
MISTAKES = """
    keeps_unknown: length > 0 => length >= 0
      Rows with length 0 are still in. Leave them out before you count.
    divides_by_all_rows:
      | [short.mean(), valid.mean(), long.mean()] =>
      |     [label.sum() / len(known) for label in (short, valid, long)]
      You divide by all rows. The rows of unknown length are left out, so divide by the others.
    whole_tiny_videos_are_short: np.minimum(3, length) => 3
      A video of 2 seconds seen to its end is no short play: it must be less than the length, too.
    three_is_short: seconds < np.minimum(3, length) => (seconds <= 3) & (seconds < length)
      Exactly 3 seconds are not less than 3: use < and not <=.
    seven_is_valid: seconds > 7) => seconds >= 7)
      or seconds > 18) => seconds >= 18)
      Exactly 7, or 18, seconds of a longer video are not more than that: use > and not >=.
    must_be_more_than_all: length <= 7, seconds >= length => length <= 7, seconds > length
      or length <= 18, seconds >= length => length <= 18, seconds > length
      All of a short video is enough for a valid view and for a long one: >= and not >.
    short_videos_never_count: np.where(length <= 7, seconds >= length, seconds > 7) => seconds > 7
      or np.where(length <= 18, seconds >= length, seconds > 18) => seconds > 18
      A video of at most 7, or 18, seconds can't be played for longer. For it, all of it is enough.
    the_limit_is_not_short: length <= 7 => length < 7
      or length <= 18 => length < 18
      A video of exactly 7, or 18, seconds is a short one, too: <= and not <.
    only_whole_videos_count:
      | np.where(length <= 7, seconds >= length, seconds > 7) => seconds >= length
      or np.where(length <= 18, seconds >= length, seconds > 18) => seconds >= length
      You ask for the whole video. Of a longer one, more than 7, or 18, seconds are enough.
    seven_for_long: length <= 18 => length <= 7
      For a long view the short videos are those of at most 18 seconds, not 7: all 12 seconds of a
      video of 12 are a long view.
    long_is_not_valid: valid.mean() => (valid & ~long).mean()
      You count a long view as no valid view. It is both: more than 18 seconds are more than 7.
    not_valid_is_short: short.mean() => (~valid).mean()
      You call everything short that is not valid. Between 3 and 7 seconds lies what is neither.
    counts: [short.mean(), valid.mean(), long.mean()] => [short.sum(), valid.sum(), long.sum()]
      These are numbers of rows. Shares are asked for: divide by the rows whose length is known.
"""
