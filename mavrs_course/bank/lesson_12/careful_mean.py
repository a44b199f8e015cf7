"""12.3 Careful listening.

15 minutes, difficulty 2, 3 points, L12.3
f liars can now say what they like: you stay among what honest peers believe.
"""

import numpy as np

from mavrs_course.course import Case


def careful_mean(own, heard, f):
    moved = np.empty(len(own))
    for column, mine in enumerate(own):
        said = heard[:, column]
        said = np.sort(said[~np.isnan(said)])
        above, below = min((said > mine).sum(), f), min((said < mine).sum(), f)
        kept = said[below : len(said) - above]
        moved[column] = (mine + kept.sum()) / (1 + len(kept))
    return moved


def careful_mean_at_once(own, heard, f):
    ordered = np.sort(heard, axis=0)  # NaN last
    spoke = (~np.isnan(heard)).sum(axis=0)
    low = np.minimum((heard < own).sum(axis=0), f)
    high = spoke - np.minimum((heard > own).sum(axis=0), f)
    place = np.arange(len(heard))[:, None]
    kept = (place >= low) & (place < high)
    return (own + np.where(kept, ordered, 0).sum(axis=0)) / (1 + kept.sum(axis=0))


OTHERS = (careful_mean_at_once,)


def cases(rng):
    def some(peers, videos, silent, f):
        heard = rng.normal(0, 2, (peers, videos)).round(1)
        heard[rng.random(heard.shape) < silent] = np.nan
        return rng.normal(size=videos).round(1), heard, f

    nan = np.nan
    return [
        Case("one liar among four, one video",
             (np.array([0.5]), np.array([[0.2], [0.4], [0.7], [99.0]]), 1), [1.6 / 3]),
        Case("all above one's own: only f are left out",
             (np.array([0.0]), np.array([[1.0], [2.0], [3.0]]), 1), [1.0]),
        Case("fewer above, or below, than f: all of them go",
             (np.full(2, 2.0), np.array([[9.0, 5], [2, 2], [1, 4], [0, 3], [-1, 1]]), 2),
             [5 / 3, 7 / 3]),
        Case("silence on one video",
             (np.array([0.0, 0.0]), np.array([[nan, 1.0], [nan, -1.0], [6.0, 5.0]]), 1),
             [0.0, 0.5]),
        Case("nobody is left out", (np.array([1.0, 3.0]), np.array([[3.0, 3.0], [5.0, nan]]), 0),
             [3.0, 3.0]),
        Case("twelve voices, five videos", some(12, 5, 0.0, 2)),
        Case("nine voices, a third silent", some(9, 6, 0.33, 1)),
        Case("a single voice that is not heard", (np.array([0.3]), np.array([[nan]]), 1), [0.3]),
        Case("nobody else is there", (np.array([0.3, -1.0]), np.empty((0, 2)), 1), [0.3, -1.0]),
        Case("f is larger than the number of voices", some(3, 4, 0.0, 5)),
        Case("many voices, f = 3", some(15, 4, 0.2, 3)),
    ]  # fmt: skip


HINTS = """
    Go through the videos one by one: said = heard[:, column], without the NaN.

    How many go at the top? min((said > mine).sum(), f). At the bottom alike, with <.

    Sort what was said, and cut both counts off at their ends (mind -0 in a slice). The mean is
    over what was kept and your own value, which counts as one more.
"""
MISTAKES = """
    both_ends_always:
      | above, below = min((said > mine).sum(), f), min((said < mine).sum(), f) => above = below = f
      You leave out f at either end, wherever your own value lies. Only values above your own are
      left out at the top, and only values below it at the bottom.
    own_may_go:
      | np.sort(said[~np.isnan(said)]) => np.sort([mine, *said[~np.isnan(said)]]);
      | above, below = min((said > mine).sum(), f), min((said < mine).sum(), f) =>
      |     above = below = f;
      | (mine + kept.sum()) / (1 + len(kept)) => kept.mean() if len(kept) else mine
      Your own value is sorted among the others and may be left out. It is the one that you can
      trust: it always stays.
    own_left_out: (mine + kept.sum()) / (1 + len(kept)) => kept.mean() if len(kept) else mine
      That is the mean of the others. Your own value counts too, once.
    own_counted_twice: said[~np.isnan(said)] => [mine, *said[~np.isnan(said)]]
      Your own value stands among what was heard and is added once more. It is one vote.
    equals_left_out: said > mine => said >= mine; said < mine => said <= mine
      Values that equal your own are left out, too. Only those strictly above and strictly below
      are suspect.
    farthest_left_out:
      | np.sort(said[~np.isnan(said)]) => said[~np.isnan(said)];
      | kept = said[below : len(said) - above] =>
      | nearest = np.argsort(np.abs(said - mine), kind="stable")
      | kept = said[nearest[: max(len(said) - f, 0)]]
      You leave out the f that are farthest from your own, whichever side they are on. It is up to
      f above and up to f below.
    divided_by_all_voices: (1 + len(kept)) => (1 + len(said))
      The sum is of those kept, and you divide by all voices, so that what was left out counts as
      0. Divide by the number kept, and 1 for your own.
    only_from_above: said[below : => said[:
      Only the largest values are left out. A liar can talk a video down as well: leave out up to
      f below your own, too.
    only_from_below: : len(said) - above] => :]
      Only the smallest values are left out. Leave out up to f above your own, too.
    drawn_in:
      | (mine + kept.sum()) / (1 + len(kept)) =>
      |     np.mean([mine, *np.clip(said, min([mine, *kept]), max([mine, *kept]))])
      Extreme values are drawn in to the next one instead of left out (that is winsorising). Here
      they do not count at all.
    median: (mine + kept.sum()) / (1 + len(kept)) => np.median([mine, *said])
      or (mine + kept.sum()) / (1 + len(kept)) => np.median([mine, *kept])
      That is the median. Asked for is the mean of your own value and of those that are left when
      up to f above and up to f below are gone.
    silence_spreads: return moved => return np.where(np.isnan(heard).any(axis=0), np.nan, moved)
      One silent voice makes the whole video NaN. Who has said nothing about a video does not
      count there: leave NaN out before you sort.
    silence_is_zero: said = heard[:, column] => said = np.nan_to_num(heard[:, column])
      Silence counts as a vote of 0. Who has said nothing about a video has no vote on it.
    silent_once_silent_always:
      | said = heard[:, column] => said = heard[~np.isnan(heard).any(axis=1), column]
      A peer that is silent on one video is left out on all. It still has a vote on the others:
      look at each column on its own.
    silence_agrees:
      | said = heard[:, column] =>
      |     said = np.where(np.isnan(heard[:, column]), mine, heard[:, column])
      Who is silent counts as agreeing with you, which gives your own vote more weight. Silence
      has no vote at all.
    silence_on_top:
      | said = heard[:, column] => said = np.sort(heard[:, column])[f : len(heard) - f];
      | above, below = min((said > mine).sum(), f), min((said < mine).sum(), f) => above = below = 0
      np.sort puts NaN at the end, so silence is left out in place of the largest votes. Take the
      NaN out first; and leave out only what is above or below your own.
    slice_to_minus_nothing: below : len(said) - above => below:-above
      said[below:-above] is empty where above is 0, because -0 is 0. Write said[below : len(said)
      - above].
    one_instead_of_f:
      | (said > mine).sum(), f => (said > mine).sum(), f, 1;
      | (said < mine).sum(), f => (said < mine).sum(), f, 1
      One is left out at either side, whatever f is. Up to f go.
    half_for_oneself:
      | (mine + kept.sum()) / (1 + len(kept)) => (mine + kept.mean()) / 2 if len(kept) else mine
      Your own vote counts as much as all the others together. It is one vote among those that are
      kept.
    nothing_left_out:
      | above, below = min((said > mine).sum(), f), min((said < mine).sum(), f) => above = below = 0
      Nothing is left out: this is the mean of all. Take away up to f above your own value and up
      to f below it.
"""
