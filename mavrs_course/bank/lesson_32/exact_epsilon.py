"""32.4 What noise promises.

20 minutes, difficulty 3, 3 points, L32.4
You can say what a platform's noise is worth, exactly, and catch who reports another account.
"""

import numpy as np

from mavrs_course.agents.portable import gaussian_epsilon
from mavrs_course.course import Case


def exact_epsilon(sigma, rounds, delta):
    from scipy.special import log_ndtr, ndtr

    one = sigma / np.sqrt(rounds)

    def reached(epsilon):
        tail = np.exp(epsilon + log_ndtr(-0.5 / one - epsilon * one))
        return ndtr(0.5 / one - epsilon * one) - tail

    low, high = 0.0, 1000.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) > delta else (low, middle)
    return high


def epsilon_by_brent(sigma, rounds, delta):
    from scipy.optimize import brentq
    from scipy.stats import norm

    mu = rounds**0.5 / sigma

    def above(epsilon):
        second = np.exp(epsilon + norm.logcdf(-epsilon / mu - mu / 2))
        return norm.cdf(mu / 2 - epsilon / mu) - second - delta

    return brentq(above, 0.0, 900.0, xtol=1e-13) if above(0.0) > 0 else 0.0


def epsilon_of_the_library(sigma, rounds, delta):
    return gaussian_epsilon(sigma / np.sqrt(rounds), delta)


OTHERS = (epsilon_by_brent, epsilon_of_the_library)


def cases(rng):
    sigma = float(np.round(rng.uniform(1.1, 9.0), 2))
    return [
        Case("noise 1, once", (1.0, 1, 1e-5), 4.377178095681),
        Case("noise 10, a hundred times: the same", (10.0, 100, 1e-5), 4.377178095681),
        Case("so much noise that delta alone is enough", (1000.0, 1, 1e-3), 0.0),
        Case("noise 3.7306316, once", (3.7306316348, 1, 1e-5), 1.0),
        Case("little noise", (0.25, 1, 1e-6)),
        Case("a small delta", (2.5, 1, 1e-9)),
        Case("a large delta", (0.7, 1, 0.2)),
        Case("20 rounds", (sigma, 20, 1e-5)),
        Case("three rounds of little noise", (0.9, 3, 1e-4)),
    ]


HINTS = """
    First make one sum of all rounds: independent noise adds up by its squares, and so does what the
    rounds tell.

    Write delta as a function of epsilon. It falls as epsilon grows, so the epsilon of a given delta
    can be found by halving.

    If delta is not exceeded at epsilon 0, the answer is 0. The exponential may be large where the
    probability beside it is tiny: add their logarithms.
"""
MISTAKES = """
    rounds_ignored: one = sigma / np.sqrt(rounds) => one = sigma
      Your account knows one round. Every round tells something more.
    rounds_help: one = sigma / np.sqrt(rounds) => one = sigma * np.sqrt(rounds)
      You add the noise of all rounds up, as if the signal stayed the same. It grows faster.
    rounds_linear: one = sigma / np.sqrt(rounds) => one = sigma / rounds
      You divide by the number of rounds. By its root: noise adds up too.
    rounds_times_epsilon: one = sigma / np.sqrt(rounds) => one = sigma; return high =>
      | return high * rounds
      You multiply one round's epsilon. That bound is true and far from exact.
    no_second_term: return ndtr(0.5 / one - epsilon * one) - tail =>
      | return ndtr(0.5 / one - epsilon * one)
      You left out what is taken away: the second term, with the exponential.
    no_exponential: np.exp(epsilon + log_ndtr => np.exp(log_ndtr
      The second probability counts exp(epsilon) times.
    whole_signal: return ndtr(0.5 / one => return ndtr(1 / one; (-0.5 / one => (-1 / one
      The signal is 1 over the noise, and half of it stands in each term.
    signs_equal: log_ndtr(-0.5 / one => log_ndtr(0.5 / one
      In the second term the half has a minus.
    noise_under_epsilon: return ndtr(0.5 / one - epsilon * one) =>
      | return ndtr(0.5 / one - epsilon / one);
      | log_ndtr(-0.5 / one - epsilon * one) => log_ndtr(-0.5 / one - epsilon / one)
      Epsilon is multiplied by the noise, not divided by it.
    delta_at_zero: return high => return reached(0.0)
      You return delta at epsilon 0. Asked for is the epsilon of the given delta.
    zcdp:
      That is the account of zero-concentrated privacy: true, and too high.
    classical:
      That is the textbook's formula, solved for epsilon: true up to epsilon 1, and loose.
    renyi:
      That is Rényi's account, the best over orders: true, and too high.
"""
EQUAL = r"""
    1000.0 => 1500.1 | low, high = (0.0, 1000.0)
      Any start above the answer is halved down to it.
    100 => 101 | for _ in range(100)
      A hundred halvings are more than enough, and so is one more.
    100 => 99 | for _ in range(100)
      A hundred halvings are more than enough, and so is one fewer.
    reached(middle) > delta => reached(middle) >= delta | low, high = (middle, high) if reached(middle) > delta else (low, mid …
      Halving does not stop at an equal.
"""  # noqa: E501


def zcdp(sigma, rounds, delta):
    rho = rounds / (2 * sigma**2)
    return rho + 2 * np.sqrt(rho * np.log(1 / delta))


def classical(sigma, rounds, delta):
    return np.sqrt(2 * np.log(1.25 / delta) * rounds) / sigma


def renyi(sigma, rounds, delta):
    order = np.arange(1.01, 200, 0.01)
    return (rounds * order / (2 * sigma**2) + np.log(1 / delta) / (order - 1)).min()
