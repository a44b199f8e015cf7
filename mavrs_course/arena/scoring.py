"""From matches to points: the share of the gap closed, and an interval to look at each round.

The scale of a round goes from random pages, 0, to the planner's, 1.  The interval is that of an
anytime-valid t-test in a linear model, platforms being its factor: where rounds are normal with any
means and one deviation, the chance that it *ever* leaves out the true mean is at most 5 %, however
often one looks and whenever one stops.  It inverts the Bayes factor with a normal prior on the
standardised effect (Goenen et al., The American Statistician 2005), which is an e-process (Lindon,
Ham, Tingley and Bojinov, "Anytime-valid linear models", arXiv 2210.08589).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from mavrs_course.arena.abilities import hidden_world, seed_of
from mavrs_course.arena.playing import PLANNER, RANDOM, ArenaSettings, Match, play_in
from mavrs_course.messages import Floats

LOSS = -1.0  # a round that is lost, and the least that any round can come to
COPIES = 3  # of a world, by which the width of its scale is measured
TENTH = 0.1
LEAST_GAP = 0.05  # of the scale; below it the worst-off have nothing to gain
MISTAKE = 0.05
EFFECT = 2.0  # deviation of the prior on (mean - value) / deviation
REGRADES = 300
MINIMUM, SECOND_TIER = 0.15, (0.35, 0.5)  # gap for a point; where the second point may begin


@dataclass(frozen=True)
class Scale:
    """The two ends of one round.  low, high: what each viewer earned with random pages, and with
    the planner's.  width: by how much the planner's mean is larger, over several copies."""

    low: tuple[float, ...]
    high: tuple[float, ...]
    width: float


@dataclass(frozen=True)
class AbilityScore:
    """What an entry has shown of one ability.

    gap: mean share of the gap closed, each platform counting the same; low, high: its always-valid
    95 % interval.
    worst: the same share among the tenth of the viewers who got least, NaN where even a planner
    could do nothing for them.  lost: rounds.  flip: the chance that a grade with another salt gives
    other points.  problem: of the first round that was lost.
    """

    ability: str
    gap: float
    low: float
    high: float
    worst: float
    rounds: int
    lost: int
    points: int
    flip: float
    problem: str = ""


@lru_cache(maxsize=256)
def scale(ability: str, salt: str, number: int, settings: ArenaSettings) -> Scale:
    """The scale of a round: random pages and the planner's in the same world."""
    hidden = hidden_world(ability, salt, number)
    ends = [
        [play_in(replace(hidden, copy=copy), end, settings).earned for end in (RANDOM, PLANNER)]
        for copy in range(COPIES)
    ]
    low, high = ends[0]
    return Scale(low, high, float(np.mean([np.mean(top) - np.mean(end) for end, top in ends])))


def gap(match: Match, ends: Scale) -> float:
    """The share of the gap closed in a round; :data:`LOSS` where it is lost or below that.

    Where a planner gains nothing, nobody can show anything: 0.
    """
    if match.problem:
        return LOSS
    if ends.width <= 0:
        return 0.0
    return max(LOSS, float(np.mean(match.earned) - np.mean(ends.low)) / ends.width)


def worst_decile(matches: Sequence[Match], scales: Sequence[Scale]) -> float:
    """The share of the gap closed among the tenth of each round's viewers who got least."""
    closed = offered = 0.0
    for match, ends in zip(matches, scales, strict=True):
        if ends.width > 0:
            low = _lowest(ends.low)
            mine = low + LOSS * ends.width if match.problem else _lowest(match.earned)
            closed += (mine - low) / ends.width
            offered += (_lowest(ends.high) - low) / ends.width
    return closed / offered if offered > LEAST_GAP * len(matches) else float("nan")


def _lowest(earned: Sequence[float]) -> float:
    count = max(1, round(TENTH * len(earned)))
    return float(np.sort(earned)[:count].mean())


def reach(weight: float, free: int, mistake: float = MISTAKE) -> float:
    """Half the interval's width in standard errors; infinite while there are too few rounds.

    weight: rounds, as many as are worth a balanced set.  free: degrees of freedom.
    """
    prior = 1.0 + weight * EFFECT**2
    if free < 1 or (root := (np.sqrt(prior) / mistake) ** (2.0 / (free + 1))) >= prior:
        return float("inf")
    return float(np.sqrt(free * (root - 1.0) / (1.0 - root / prior)))


def interval(
    gaps: Sequence[float] | Floats, platforms: Sequence[str] | None = None, mistake: float = MISTAKE
) -> tuple[float, float]:
    """The always-valid interval of the mean over platforms of their mean gaps: low, high.

    platforms: where each round was; what platforms differ in is no noise.  All alike without it.
    """
    gaps = np.asarray(gaps, dtype=float)
    _, where = np.unique(
        ["" for _ in gaps] if platforms is None else platforms, return_inverse=True
    )
    count = np.bincount(where)
    means = np.bincount(where, weights=gaps) / count
    free, weight = len(gaps) - len(count), len(count) ** 2 / (1.0 / count).sum()
    error = np.sqrt(((gaps - means[where]) ** 2).sum() / max(free, 1) / weight)
    half = (reach(weight, free, mistake) * error if error else 0.0) if free else np.inf
    return float(means.mean() - half), float(means.mean() + half)


def bars(salt: str, ability: str) -> tuple[float, float]:
    """The published minimum, and the second point's hidden bar, which follows from the salt."""
    share = seed_of(salt, "second tier", ability) / 2**256
    return MINIMUM, SECOND_TIER[0] + share * (SECOND_TIER[1] - SECOND_TIER[0])


def points_for(low: float, ability_bars: Sequence[float]) -> int:
    """A point for each bar that the whole interval clears."""
    return sum(low > bar for bar in ability_bars)


def decided(low: float, high: float, ability_bars: Sequence[float]) -> bool:
    """Whether more rounds can change nothing: each bar is below the interval or above it."""
    return all(bar < low or bar > high for bar in ability_bars)


def flip_probability(
    gaps: Sequence[float],
    platforms: Sequence[str],
    ability_bars: Sequence[float],
    least: int,
    most: int,
) -> float:
    """The chance that another grade, with another salt, gives other points.

    Rounds to come are drawn as those seen let one expect (normal about each platform's mean; means
    and deviation uncertain), and graded by the same rule, early stopping included.  NaN where the
    rounds seen say nothing of the deviation.
    """
    names, where, count = np.unique(platforms, return_inverse=True, return_counts=True)
    free = len(gaps) - len(names)
    if free < 1:
        return float("nan")
    rng = np.random.default_rng(0)
    means = np.bincount(where, weights=gaps) / count
    spread = ((np.asarray(gaps) - means[where]) ** 2).sum()
    scales = np.sqrt(spread / rng.chisquare(free, REGRADES))[:, None]
    centres = means + scales * rng.standard_normal((REGRADES, len(names))) / np.sqrt(count)
    turns = np.arange(most) % len(names)
    drawn = centres[:, turns] + scales * rng.standard_normal((REGRADES, most))
    mine = points_for(interval(gaps, platforms)[0], ability_bars)
    others = [grade_of(row, names[turns], ability_bars, least) for row in np.maximum(drawn, LOSS)]
    return float(np.mean(np.array(others) != mine))


def grade_of(
    gaps: Floats, platforms: Sequence[str], ability_bars: Sequence[float], least: int
) -> int:
    """The points of a series of rounds, looked at after each from ``least`` on."""
    for rounds in range(least, len(gaps) + 1):
        low, high = interval(gaps[:rounds], platforms[:rounds])
        if decided(low, high, ability_bars):
            break
    return points_for(low, ability_bars)


def split_half(gaps: Floats, splits: int = 200) -> float:
    """How well one half of the rounds ranks players as the other does: float[E, R] -> about 0..1.

    The mean correlation over random halves, for the whole length (Spearman and Brown 1910).  NaN
    for fewer than three players or four rounds, or where all players are alike.
    """
    players, rounds = np.shape(gaps)
    if players < 3 or rounds < 4:
        return float("nan")
    rng = np.random.default_rng(0)
    found = []
    for _ in range(splits):
        order = rng.permutation(rounds)
        first, second = (gaps[:, half].mean(axis=1) for half in np.array_split(order, 2))
        if np.ptp(first) > 0 and np.ptp(second) > 0:
            found.append(np.corrcoef(first, second)[0, 1])
    if not found:
        return float("nan")
    mean = float(np.mean(found))
    return 2.0 * mean / (1.0 + mean) if mean > 0 else mean


def score(
    ability: str,
    matches: Sequence[Match],
    scales: Sequence[Scale],
    ability_bars: Sequence[float],
    least: int,
    most: int,
) -> AbilityScore:
    """What a player's matches of one ability come to."""
    gaps = [gap(match, ends) for match, ends in zip(matches, scales, strict=True)]
    platforms = [match.platforms[-1] for match in matches]
    low, high = interval(gaps, platforms)
    problems = [match.problem for match in matches if match.problem]
    return AbilityScore(
        ability,
        (low + high) / 2.0 if np.isfinite(low) else float(np.mean(gaps)),
        low,
        high,
        worst_decile(matches, scales),
        len(matches),
        len(problems),
        points_for(low, ability_bars),
        flip_probability(gaps, platforms, ability_bars, least, most),
        problems[0] if problems else "",
    )
