"""33.2 How much of the gap is closed, and for whom.

20 minutes, difficulty 3, 4 points, L33.2
Minutes become a share that can be compared over worlds, and the worst-off are looked at.
"""

import numpy as np

from mavrs_course.course import Case


def gap_closed(entry, low, high):
    lost = np.isnan(entry).any(axis=1)
    width = high.mean(axis=1) - low.mean(axis=1)
    gaps = np.zeros(len(entry))
    open_to_all = width > 0
    gain = entry.mean(axis=1) - low.mean(axis=1)
    gaps[open_to_all] = np.maximum(gain[open_to_all] / width[open_to_all], -1)
    gaps[lost] = -1
    tenth = max(1, round(0.1 * entry.shape[1]))
    worst = [np.sort(x, axis=1)[:, :tenth].mean(axis=1) for x in (entry, low, high)]
    played = ~lost
    room = (worst[2] - worst[1])[played].sum()
    return gaps, (worst[0] - worst[1])[played].sum() / room if room > 0 else np.nan


def gap_closed_by_loops(entry, low, high):
    gaps, closed, room = [], 0.0, 0.0
    for mine, start, top in zip(entry, low, high, strict=True):
        if any(x != x for x in mine):
            gaps.append(-1.0)
            continue
        width = sum(top) / len(top) - sum(start) / len(start)
        gain = sum(mine) / len(mine) - sum(start) / len(start)
        gaps.append(max(-1.0, gain / width) if width > 0 else 0.0)
        few = max(1, round(len(mine) / 10))
        least = [sum(sorted(x)[:few]) / few for x in (mine, start, top)]
        closed, room = closed + least[0] - least[1], room + least[2] - least[1]
    return gaps, closed / room if room > 0 else float("nan")


OTHERS = (gap_closed_by_loops,)
NAMES = ("entry", "low", "high")
PARTS = ("the share of each round", "the share of the worst tenth")
LOST = np.full(2, np.nan)


def cases(rng):
    def told(entry, low, high, gaps, worst):
        return tuple(np.array(x, dtype=float) for x in (entry, low, high)), (gaps, worst)

    def some(rounds, viewers):
        low = rng.uniform(5, 60, (rounds, viewers))
        top = low + rng.uniform(-5, 90, (rounds, viewers))
        mine = low + rng.uniform(-0.2, 1.1, (rounds, 1)) * (top - low) + rng.normal(0, 9, top.shape)
        return tuple(np.round(x, 1) for x in (mine, low, top))

    lost = some(4, 12)
    lost[0][2] = np.nan
    return [
        Case("one viewer, a fifth of the gap", *told([[10.1]], [[10]], [[10.5]], [0.2], 0.2)),
        Case("two rounds, each its own scale",
             *told([[11], [30]], [[10], [20]], [[13], [60]], [1 / 3, 1 / 4], 11 / 43)),
        Case("the mean gains, and the worst-off loses",
             *told([[8, 40]], [[10, 20]], [[20, 30]], [0.9], -0.2)),
        Case("better than the planner", *told([[30.5]], [[10]], [[20]], [2.05], 2.05)),
        Case("far worse than the baseline", *told([[0]], [[10]], [[12]], [-1], -5)),
        Case("a planner with nothing to gain", *told([[15]], [[10]], [[10]], [0], np.nan)),
        Case("a planner that does harm", *told([[15, 16]], [[10, 10]], [[8, 9]], [0], np.nan)),
        Case("a lost round is a loss, and has no worst-off",
             (np.array([LOST, [11.0, 11.0]]), np.full((2, 2), 10.0), np.full((2, 2), 12.0)),
             ([-1, 0.5], 0.5)),
        Case("all rounds are lost", (np.array([LOST]), np.ones((1, 2)), np.full((1, 2), 3.0)),
             ([-1], np.nan)),
        Case("a round without room for anybody, which counts for the worst-off",
             *told([[11, 30], [9, 9]], [[10, 20], [10, 10]], [[14, 60], [8, 12]], [0.25, 0], 0)),
        Case("six rounds of 24 viewers: the worst two", some(6, 24)),
        Case("five rounds of 15 viewers", some(5, 15)),
        Case("four rounds of 12 viewers, one is lost", lost),
    ]  # fmt: skip


def observe(answer, case):
    gaps, worst = answer(*case.inputs)
    return np.asarray(gaps, dtype=float), float(worst)


HINTS = """
    First the share of each round: mean of the entry less mean of the baseline, over mean of the
    planner less mean of the baseline. The three special cases come after that.

    The worst tenth of a round are the lowest of that row. For entry, baseline and planner these may
    be different viewers: sort each of the three by itself.

    The worst-off of single rounds are few and noisy. So add up over the rounds first, what was
    gained and what could be gained, and divide once.
"""
MISTAKES = """
    over_the_baseline: gain = entry.mean(axis=1) - low.mean(axis=1) =>
      | gain = entry.mean(axis=1)
      You compare the entry's minutes themselves. What the baseline has already is nobody's merit.
    share_of_the_planner: width = high.mean(axis=1) - low.mean(axis=1) =>
      | width = high.mean(axis=1)
      You divide by the planner's minutes. The gap is the planner's less the baseline's.
    viewer_by_viewer: np.maximum(gain[open_to_all] / width[open_to_all], -1) =>
      | np.maximum(((entry - low) / (high - low)).mean(axis=1)[open_to_all], -1)
      You average the ratios of single viewers. Some have almost no gap, and their ratio is noise:
      divide the means.
    no_floor: np.maximum(gain[open_to_all] / width[open_to_all], -1) =>
      | gain[open_to_all] / width[open_to_all]
      A round is never worth less than -1, or one strange world decides everything.
    a_ceiling: np.maximum(gain[open_to_all] / width[open_to_all], -1) =>
      | np.clip(gain[open_to_all] / width[open_to_all], -1, 1)
      You cut off at 1. The planner is not the best there is, so an entry may come to more.
    lost_is_nothing: gaps[lost] = -1 => gaps[lost] = 0
      A lost round is 0 in your answer, which is as good as the baseline. It is -1.
    best_tenth: np.sort(x, axis=1)[:, :tenth] => -np.sort(-x, axis=1)[:, :tenth]
      You look at the tenth who got most.
    along_the_rounds: np.sort(x, axis=1) => np.sort(x, axis=0)
      You sort along the rounds. Each round has viewers of its own.
    the_worst_one: tenth = max(1, round(0.1 * entry.shape[1])) => tenth = 1
      You look at the single worst viewer. It is a tenth of them, and at least one.
    same_viewers: [np.sort(x, axis=1)[:, :tenth].mean(axis=1) for x in (entry, low, high)] =>
      | [np.take_along_axis(x, np.argsort(entry, axis=1), axis=1)[:, :tenth].mean(axis=1)
      |  for x in (entry, low, high)]
      You follow the entry's worst-off into the other two. Each of the three has its own worst
      tenth: the question is how low people fall, not who.
"""
EQUAL = """
    np.isnan(entry).any(axis=1) => np.isnan(entry).all(axis=1) | lost = np.isnan(entry).any(axis=1)
      A lost round has no minutes for anybody.
    np.sort(x, axis=1)[:, :tenth].mean(axis=1) => np.sort(x, axis=1)[:, :tenth].sum(axis=1) | worst = [np.sort(x, axis=1)[:, :tenth].mean(axis=1) for x in (entry, …
      The share is a ratio of two such sums.
"""  # noqa: E501
