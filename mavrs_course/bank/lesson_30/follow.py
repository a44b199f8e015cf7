"""30.1 Forget at the right speed.

15 minutes, difficulty 2, 3 points, L30.1
The filter knows by itself how much a reading is worth, and what an evening without one costs.
"""

import numpy as np

from mavrs_course.agents.lifelong import Levels
from mavrs_course.course import Case


def follow(readings, walk, noise, level, doubt):
    believed = []
    for reading in readings:
        if not np.isnan(reading):
            gain = doubt / (doubt + noise)
            level = level + gain * (reading - level)
            doubt = (1 - gain) * doubt
        believed.append(level)
        doubt = doubt + walk
    return np.array(believed)


def follow_by_precision(readings, walk, noise, level, doubt):
    believed, sure = [], 1 / doubt
    for reading in readings:
        if reading == reading:  # NaN is not
            level = (sure * level + reading / noise) / (sure + 1 / noise)
            sure += 1 / noise
        believed.append(level)
        sure = 1 / (1 / sure + walk)
    return believed


def follow_by_the_library(readings, walk, noise, level, doubt):
    levels = Levels((), walk, start=level, spread=doubt)
    believed = []
    for reading in readings:
        levels.take_in(reading, noise)
        levels.step()
        believed.append(float(levels.mean))
    return believed


OTHERS = (follow_by_precision, follow_by_the_library)
NAMES = ("readings", "walk", "noise", "level", "doubt")


def cases(rng):
    def walked(steps, walk, noise):
        level = np.cumsum(rng.normal(0, np.sqrt(walk), steps))
        return np.round(level + rng.normal(0, np.sqrt(noise), steps), 3)

    gaps = walked(12, 0.3, 0.8)
    gaps[[0, 3, 4, 9]] = np.nan
    return [
        Case("one reading of 2, doubt as large as the noise",
             (np.array([2.0]), 0.5, 1.0, 0.0, 1.0), np.array([1.0])),
        Case("readings of 2 and 2, walk 0.5",
             (np.array([2.0, 2.0]), 0.5, 1.0, 0.0, 1.0), np.array([1.0, 1.5])),
        Case("nothing was read: the level stays",
             (np.array([np.nan, np.nan]), 0.5, 1.0, 0.7, 1.0), np.array([0.7, 0.7])),
        Case("an evening without a reading makes the next one count more",
             (np.array([np.nan, 2.0]), 1.0, 1.0, 0.0, 1.0), np.array([0.0, 4 / 3])),
        Case("no walk: the mean of start and readings",
             (np.array([4.0, 1.0]), 0.0, 2.0, 1.0, 2.0), np.array([2.5, 2.0])),
        Case("no reading at all", (np.zeros(0), 0.5, 1.0, 0.0, 1.0), np.zeros(0)),
        Case("noise of 0.25, and a level to begin with",
             (walked(8, 0.1, 0.25), 0.1, 0.25, 1.5, 0.6)),
        Case("twelve evenings, four without", (gaps, 0.3, 0.8, 0.0, 2.0)),
        Case("a hundred evenings", (walked(100, 0.02, 1.0), 0.02, 1.0, 0.0, 5.0)),
    ]  # fmt: skip


HINTS = """
    Two numbers are enough: the level, and the doubt about it. Each evening changes both.

    A reading first: how large a share of the surprise belongs to the level? Look at doubt and noise
    together. The same share of the doubt goes away.

    Time passes on every evening, read or not. It moves no level, and adds the walk to the doubt.
"""
MISTAKES = """
    time_first: doubt = doubt + walk => pass; if not np.isnan(reading): => doubt = doubt + walk
      | if not np.isnan(reading):
      Your time passes before the reading. The doubt given is that at the first reading.
    gain_upside_down: doubt / (doubt + noise) => noise / (doubt + noise)
      The noisier a reading, the more your answer believes it. The gain is doubt over both.
    ratio_for_gain: doubt / (doubt + noise) => doubt / noise
      Your gain can be larger than 1. Divide the doubt by doubt and noise together.
    doubt_stays: doubt = (1 - gain) * doubt => pass
      Readings never make you surer. Doubt shrinks by the share of the gain.
    doubt_is_the_gain: doubt = (1 - gain) * doubt => doubt = gain * doubt
      The share that is left of the doubt is 1 less the gain.
    never_doubts_again: doubt = doubt + walk => pass
      Time adds nothing to your doubt, so that you forget nothing. Add the walk on each evening.
    adds_the_reading: level + gain * (reading - level) => level + gain * reading
      You add a share of the reading. Add the same share of the surprise: reading less level.
    takes_the_reading: level + gain * (reading - level) => reading
      You believe each reading wholly. Move by the gain only.
    squared_walk: doubt = doubt + walk => doubt = doubt + walk**2
      The walk is a variance already: add it as it is.
    nan_spreads: if not np.isnan(reading): => if True:
      A missing reading makes all that follows NaN. On such an evening only time passes.
    nan_for_zero: if not np.isnan(reading): => reading = np.nan_to_num(reading)
      | if True:
      You take a missing reading for 0. It says nothing at all.
    time_stands_still: doubt = doubt + walk => doubt = doubt + walk * (not np.isnan(reading))
      On an evening without a reading no time passes in your answer. Doubt grows all the same.
    skips_the_evening: believed.append(level) => believed += [level] * (not np.isnan(reading))
      You return nothing for an evening without a reading. What is believed then is asked too.
"""
