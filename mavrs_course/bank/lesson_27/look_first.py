"""27.4 How long to look.

25 minutes, difficulty 3, 4 points, L27.4
The value of information against the price of the shows.
"""

import numpy as np
from scipy.stats import norm

from mavrs_course.course import Case


def look_first(mean, variance, usual, noise, horizon):
    best, most = 0, horizon * max(mean - usual, 0.0)
    for shows in range(1, horizon + 1):
        moves = variance / np.sqrt(variance + noise / shows)
        z = -abs(mean - usual) / moves
        better = max(mean - usual, 0.0) + moves * (norm.pdf(z) + z * norm.cdf(z))
        won = (horizon - shows) * better - shows * (usual - mean)
        if won > most + 1e-9:
            best, most = shows, won
    return best


def look_first_at_once(mean, variance, usual, noise, horizon):
    shows = np.arange(1, horizon + 1)
    moves = np.sqrt(variance - 1 / (1 / variance + shows / noise))
    lead = (mean - usual) / moves
    better = moves * (lead * norm.cdf(lead) + norm.pdf(lead))
    won = np.concatenate([[max(mean - usual, 0) * horizon], (horizon - shows) * better])
    won[1:] += shows * (mean - usual)
    return int(np.flatnonzero(won > won.max() - 1e-9)[0])


def look_first_of_the_library(mean, variance, usual, noise, horizon):
    from mavrs_course.agents.newcomers import value_of_shows

    def won(shows):
        if not shows:
            return horizon * max(mean - usual, 0)
        value = value_of_shows(mean, variance, shows, usual, noise) + max(mean - usual, 0)
        return (horizon - shows) * value + shows * (mean - usual)

    return max(range(horizon + 1), key=lambda shows: round(float(won(shows)), 9))


OTHERS = (look_first_at_once, look_first_of_the_library)


def cases(rng):
    def some(mean, spread, horizon):
        jitter = rng.uniform(-0.005, 0.005, 2)
        return mean + jitter[0], (spread + jitter[1]) ** 2, 0.25, 0.16, horizon

    return [
        Case("two shows in all: the first could help the second", (0.25, 1.0, 0.25, 0.01, 2), 1),
        Case("one show in all helps nothing after it", (0.2, 0.01, 0.25, 0.16, 1), 0),
        Case("far below: no look pays", (0.05, 0.001, 0.4, 0.16, 300), 0),
        Case("known to be better: no look is needed", (0.5, 1e-6, 0.2, 0.16, 40), 0),
        Case("hopeful and unknown", some(0.22, 0.08, 300)),
        Case("as good as usual, and faint clicks", (0.25, 0.0036, 0.25, 1.6, 400)),
        Case("better than usual: looking costs nothing", some(0.3, 0.06, 200)),
        Case("a long horizon", some(0.18, 0.06, 900)),
        Case("a clear signal", (0.3, 0.04, 0.45, 0.02, 60)),
        Case("worse than usual by half", some(0.13, 0.09, 500)),
    ]  # fmt: skip


NAMES = ("mean", "variance", "usual", "noise", "horizon")

HINTS = """
    Try every number of shows from 1 to the horizon, and compare with not looking at all, which
    earns the horizon times what the mean is above the usual, or nothing.

    After some shows each of those left earns two things: what the mean is above the usual anyway,
    if it is, and the value of having looked.

    The shows themselves earn mean less usual each, which is a price where the mean is lower.
    Keep the smallest number among equals.
"""
MISTAKES = """
    shows_for_nothing: - shows * (usual - mean) =>
      The shows cost nothing in your answer. Each earns mean less usual while you look.
    never_ends: (horizon - shows) * better => horizon * better
      You take the whole horizon after looking. Only what is left of it comes after.
    forgets_the_lead: better = max(mean - usual, 0.0) + moves => better = moves
      What the video is above the usual anyway is left out of what comes after.
    without_the_choice_to_leave_it: most = 0, horizon * max(mean - usual, 0.0) => most = 0, -np.inf
      You always look at least once. Compare with not looking.
    nothing_without_a_look: most = 0, horizon * max(mean - usual, 0.0) => most = 0, 0.0
      A video that is better than usual earns something without a look, too.
    one_show_tells_all: variance + noise / shows => variance + noise / horizon
      or moves = variance / np.sqrt(variance + noise / shows) => moves = np.sqrt(variance)
      One show tells as much as many in your answer. What is learned grows with the shows.
    root_on_top: moves = variance / => moves = np.sqrt(variance) /
      The variance itself stands on top, and a root below it only.
    noise_times_shows: noise / shows => noise * shows
      More shows make less noise, not more: divide.
    z_upside_down: z = -abs(mean - usual) / moves => z = abs(mean - usual) / moves
      `z` is at most 0: the farther the mean is from the usual, the less a look can change.
    half_of_the_value: (norm.pdf(z) + z * norm.cdf(z)) => norm.pdf(z)
      or (norm.pdf(z) + z * norm.cdf(z)) => (norm.pdf(z) + norm.cdf(z))
      The value is moves times the density at z plus z times the distribution at z.
    the_gain_and_not_the_shows: return best => return most
      You return the clicks won. Asked for is the number of shows.
"""
