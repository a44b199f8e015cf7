"""From matches to points: the share of the gap closed, and an interval to look at each round.

The scale of a round goes from random pages, 0, to the planner's, 1.  The interval is that of an
anytime-valid t-test: where rounds are normal with any mean and deviation, the chance that it *ever*
leaves out the true mean is at most 5 %, however often one looks and whenever one stops.  It inverts
the Bayes factor with a normal prior on the standardised effect (Goenen et al., The American
Statistician 2005), which is an e-process (Hendriksen, de Heide, Gruenwald, Bayesian Analysis 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mavrs_course.arena.abilities import hidden_world, seed_of
from mavrs_course.arena.playing import PLANNER, RANDOM, ArenaSettings, Match, play_in
from mavrs_course.messages import Floats

LOSS = -1.0  # a round that is lost, and the least that any round can come to
COPIES = 3  # of a world, by which the width of its scale is measured
TENTH = 0.1
LEAST_GAP = 0.05  # of the scale; below it the worst-off have nothing to gain
MISTAKE = 0.05
EFFECT = 1.0  # deviation of the prior on (mean - value) / deviation
REGRADES = 500
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

    gap: mean share of the gap closed over ``rounds``; low, high: its always-valid 95 % interval.
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


def reach(rounds: int, mistake: float = MISTAKE) -> float:
    """Half the interval's width in standard errors; infinite while there are too few rounds."""
    prior = 1.0 + rounds * EFFECT**2
    root = (np.sqrt(prior) / mistake) ** (2.0 / rounds)
    if rounds < 2 or root >= prior:
        return float("inf")
    return float(np.sqrt((rounds - 1) * (root - 1.0) / (1.0 - root / prior)))


def interval(gaps: Sequence[float] | Floats, mistake: float = MISTAKE) -> tuple[float, float]:
    """The always-valid interval of the mean of so many rounds: low, high."""
    rounds = len(gaps)
    if rounds < 2:
        return -np.inf, np.inf
    half = reach(rounds, mistake) * np.std(gaps, ddof=1) / np.sqrt(rounds)
    return float(np.mean(gaps) - half), float(np.mean(gaps) + half)


def bars(salt: str, ability: str) -> tuple[float, float]:
    """The published minimum, and the second point's hidden bar, which follows from the salt."""
    share = seed_of(salt, "second tier", ability) / 2**256
    return MINIMUM, SECOND_TIER[0] + share * (SECOND_TIER[1] - SECOND_TIER[0])


def points_for(low: float, ability_bars: Sequence[float]) -> int:
    """A point for each bar that the whole interval clears."""
    return sum(low > bar for bar in ability_bars)


def decided(gaps: Sequence[float] | Floats, ability_bars: Sequence[float]) -> bool:
    """Whether more rounds can change nothing: each bar is below the interval or above it."""
    low, high = interval(gaps)
    return all(bar < low or bar > high for bar in ability_bars)


def flip_probability(
    gaps: Sequence[float] | Floats, ability_bars: Sequence[float], least: int, most: int
) -> float:
    """The chance that another grade, with another salt, gives other points.

    Rounds to come are drawn as those seen let one expect (normal, mean and deviation uncertain),
    and graded by the same rule, early stopping included.  NaN for fewer than 2 rounds.
    """
    seen = len(gaps)
    if seen < 2:
        return float("nan")
    rng = np.random.default_rng(0)
    mean, deviation = float(np.mean(gaps)), float(np.std(gaps, ddof=1))
    scales = deviation * np.sqrt((seen - 1) / rng.chisquare(seen - 1, REGRADES))
    means = mean + scales * rng.standard_normal(REGRADES) / np.sqrt(seen)
    drawn = means[:, None] + scales[:, None] * rng.standard_normal((REGRADES, most))
    mine = points_for(interval(gaps)[0], ability_bars)
    return float(np.mean([grade_of(row, ability_bars, least) != mine for row in drawn]))


def grade_of(gaps: Floats, ability_bars: Sequence[float], least: int) -> int:
    """The points of a series of rounds, looked at after each from ``least`` on."""
    for rounds in range(least, len(gaps) + 1):
        if decided(gaps[:rounds], ability_bars):
            return points_for(interval(gaps[:rounds])[0], ability_bars)
    return points_for(interval(gaps)[0], ability_bars)


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
    low, high = interval(gaps)
    problems = [match.problem for match in matches if match.problem]
    return AbilityScore(
        ability,
        float(np.mean(gaps)),
        low,
        high,
        worst_decile(matches, scales),
        len(matches),
        len(problems),
        points_for(low, ability_bars),
        flip_probability(gaps, ability_bars, least, most),
        problems[0] if problems else "",
    )
