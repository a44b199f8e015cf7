"""25.2 Late fusion with senses missing.

15 minutes, difficulty 2, 3 points, L25.2
The prior is counted once, and whoever is absent has no say.
"""

import numpy as np

from mavrs_course.agents.video_understanding import add_log_odds
from mavrs_course.course import Case


def fuse_late(chances, present, prior):
    before = np.log(prior / (1 - prior))
    said = np.where(present, chances, prior)
    told = np.log(said / (1 - said)) - before
    return 1 / (1 + np.exp(-(before + told.sum(axis=1))))


def fuse_late_by_products(chances, present, prior):
    fused = []
    for row, there in zip(chances, present, strict=True):
        odds = prior / (1 - prior)
        for chance, here in zip(row, there, strict=True):
            if here:
                odds *= chance / (1 - chance) * (1 - prior) / prior
        fused.append(odds / (1 + odds))
    return fused


def fuse_late_with_the_library(chances, present, prior):
    with np.errstate(all="ignore"):
        given = np.log(chances / (1 - np.asarray(chances)))
    odds = add_log_odds(given, present, np.log(prior / (1 - prior)))
    return np.exp(odds) / (1 + np.exp(odds))


OTHERS = (fuse_late_by_products, fuse_late_with_the_library)


def cases(rng):
    def some(clips, senses, prior):
        present = rng.random((clips, senses)) < 0.6
        chances = np.where(present, rng.uniform(0.01, 0.99, (clips, senses)), np.nan)
        return chances, present, prior

    two, there = np.array([[0.8, 0.8]]), np.array([[True, True]])
    return [
        Case("two say 0.8, prior 0.5: odds of 4 x 4", (two, there, 0.5), [16 / 17]),
        Case("two say 0.8, prior 0.8: neither has seen anything", (two, there, 0.8), [0.8]),
        Case("two say 0.5, prior 0.8: both speak against", (two - 0.3, there, 0.8), [0.2]),
        Case("the second is missing (nan)",
             (np.array([[0.8, np.nan]]), np.array([[True, False]]), 0.5),
             [0.8]),
        Case("the second is missing, prior 0.2",
             (np.array([[0.6, np.nan]]), np.array([[True, False]]), 0.2), [0.6]),
        Case("all are missing: the prior is left",
             (np.full((2, 2), np.nan), np.zeros((2, 2), bool), 0.3), [0.3, 0.3]),
        Case("one sense", (np.array([[0.1], [0.7]]), np.ones((2, 1), bool), 0.4), [0.1, 0.7]),
        Case("a missing sense whose chance is told as 1",
             (np.array([[0.6, 1.0]]), np.array([[True, False]]), 0.5), [0.6]),
        Case("three senses, prior 0.1", some(6, 3, 0.1)),
        Case("four senses, prior 0.7", some(5, 4, 0.7)),
    ]  # fmt: skip


HINTS = """
    Chances do not add up. Log-odds do: log(p / (1 - p)), for the prior and for each sense.

    Each sense gives a chance that has the prior in it. What it has seen itself is its log-odds less
    those of the prior. A missing sense has seen nothing: 0, whatever stands in its place.

    Add what all have seen to the prior's log-odds, once, and go back to a chance. nan times 0 is
    still nan: choose with np.where before the logarithm.
"""
MISTAKES = """
    prior_counted_by_each: np.log(said / (1 - said)) - before => np.log(said / (1 - said))
      The prior stands in every sense's chance, and you count it each time. Take it out of each.
    prior_left_out: -(before + told.sum(axis=1)) => -told.sum(axis=1)
      The prior is never counted. Add its log-odds once, also where all senses are missing.
    prior_taken_twice: before + told.sum(axis=1) => told.sum(axis=1) - before
      The prior's log-odds are added at the end, not taken away.
    missing_means_half: np.where(present, chances, prior) => np.where(present, chances, 0.5)
      A missing sense is taken for one that says 0.5. With another prior that is evidence.
    missing_means_no: np.where(present, chances, prior) => np.where(present, chances, 1e-9)
      A missing sense is taken for one that is sure of 0. It has seen nothing at all.
    reads_the_missing: np.where(present, chances, prior) => chances
      or np.where(present, chances, prior) => np.nan_to_num(chances, nan=prior)
      You read what stands where a sense is missing. `present` says which senses are there.
    the_missing_are_heard: np.where(present, chances, prior) => np.where(present, prior, chances)
      You hear the senses that are missing, and not those that are there.
    mean_of_log_odds: told.sum(axis=1) => told.mean(axis=1)
      You take the mean. Independent senses add what they have seen: two are surer than one.
    mean_of_chances: 1 / (1 + np.exp(-(before + told.sum(axis=1)))) => said.mean(axis=1)
      You take the mean of the chances. Two that say 0.8 independently are surer than 0.8.
    over_clips: told.sum(axis=1) => told.sum()
      or told.sum(axis=1) => np.resize(told.sum(axis=0), len(told))
      You add up over clips. Each row is a clip of its own: add up over senses, axis 1.
    log_of_chances: np.log(said / (1 - said)) - before => np.log(said) - np.log(prior)
      That is the log of the chance. Odds are p / (1 - p): what speaks against counts, too.
    gives_log_odds: 1 / (1 + np.exp(-(before + told.sum(axis=1)))) => before + told.sum(axis=1)
      These are log-odds. Go back to a chance at the end.
    other_class: np.exp(-(before + told.sum(axis=1))) => np.exp(before + told.sum(axis=1))
      This is the chance of the other class: mind the sign in the exponent.
"""
EQUAL = r"""
    chances with NaN as 0
      NaN stands where a sense is missing, and what stands there does not count.
"""
