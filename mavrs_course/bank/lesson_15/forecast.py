"""15.4 What a thousand agents will cost.

12 minutes, difficulty 1, 2 points, L15.4
You can say what ten times the agents will cost, and what that rests on.
"""

import numpy as np

from mavrs_course.course import Case


def forecast(sizes, costs, size):
    slope, intercept = np.polyfit(np.log(sizes), np.log(costs), 1)
    return slope, np.exp(intercept) * size**slope


def forecast_by_hand(sizes, costs, size):
    x, y = np.log2(sizes), np.log2(costs)
    slope = np.cov(x, y)[0, 1] / np.var(x, ddof=1)
    return slope, 2.0 ** (y.mean() + slope * (np.log2(size) - x.mean()))


OTHERS = (forecast_by_hand,)


def cases(rng):
    sizes = np.array([4.0, 16.0, 64.0, 256.0])
    rough = np.array([4.0, 8.0, 16.0, 32.0, 64.0])

    def some(exponent, scale):
        noise = np.exp(0.3 * rng.normal(size=5))
        return rough, scale * rough**exponent * noise, 1000.0

    return [
        Case("a star: 2 n messages", (sizes, 2 * sizes, 1000.0), np.array([1.0, 2000.0])),
        Case("all to all: n squared", (sizes, sizes**2, 1000.0), np.array([2.0, 1e6])),
        Case("the same cost whatever the size", (sizes, np.full(4, 2.0), 1000.0),
             np.array([0.0, 2.0])),
        Case("half a root", (np.array([1.0, 16.0, 256.0]), np.array([3.0, 12.0, 48.0]), 4096.0),
             np.array([0.5, 192.0])),
        Case("rough counts", some(1.4, 3.0)),
        Case("rough counts that hardly grow", some(0.3, 20.0)),
        Case("rough counts that shrink", some(-0.7, 500.0)),
    ]  # fmt: skip


HINTS = """
    log cost = log a + b log n: a straight line, whose slope is the exponent.

    np.polyfit(np.log(sizes), np.log(costs), 1) gives slope and intercept, in this order.

    Back from logarithms, a sum becomes a product: the intercept goes through np.exp, and the slope
    becomes the power of the size.
"""
MISTAKES = """
    straight_line:
      | np.log(sizes), np.log(costs) => sizes, costs;
      | np.exp(intercept) * size**slope => intercept + slope * size
      A straight line through the costs themselves assumes that they grow evenly. cost = a n^b is
      straight between the logarithms of both.
    only_costs_in_logs:
      | np.log(sizes) => sizes;
      | np.exp(intercept) * size**slope => np.exp(intercept + slope * size)
      With the logarithm of the cost alone you fit an exponential, a^n. A power law needs the
      logarithm of the size too.
    only_sizes_in_logs:
      | np.log(costs) => costs;
      | np.exp(intercept) * size**slope => intercept + slope * np.log(size)
      With the logarithm of the size alone you fit a logarithm. A power law needs the logarithm of
      the cost too.
    two_ends_only:
      | slope, intercept = np.polyfit(np.log(sizes), np.log(costs), 1) =>
      | slope = np.log(costs[-1] / costs[0]) / np.log(sizes[-1] / sizes[0]);
      | np.exp(intercept) * size**slope => costs[-1] * (size / sizes[-1]) ** slope
      Only the first and the last size are used. Least squares uses all of them: np.polyfit(log
      size, log cost, 1).
    stays_in_logs: np.exp(intercept) * size**slope => intercept + slope * np.log(size)
      The forecast is the logarithm of a cost. Take exp of it.
    two_bases: np.log(sizes), np.log(costs) => np.log10(sizes), np.log10(costs)
      The fit is in logarithms to base 10 and the way back in base e. Use the same for both: 10 **
      intercept.
    forgot_the_scale: np.exp(intercept) * =>
      n^b is not the cost yet: a n^b is, with a = exp(intercept).
    through_one:
      | slope, intercept = np.polyfit(np.log(sizes), np.log(costs), 1) =>
      | slope = np.log(sizes) @ np.log(costs) / (np.log(sizes) @ np.log(sizes));
      | np.exp(intercept) * =>
      Your line is forced through cost 1 at size 1. Fit the intercept too.
    size_by_cost:
      | np.log(sizes), np.log(costs) => np.log(costs + 1e-9 * np.arange(len(costs))), np.log(sizes)
      The size is fitted by the cost. The cost is what depends: np.polyfit(log size, log cost, 1).
    slope_and_intercept_swapped: slope, intercept = => intercept, slope =
      np.polyfit gives the slope first and the intercept second.
    carries_on_from_the_last:
      | np.exp(intercept) * size**slope => costs[-1] * (size / sizes[-1]) ** slope
      The forecast starts from the last count, with its noise. Use the line: exp(intercept) * size
      ** slope.
    slope_and_intercept: np.exp(intercept) * size**slope => intercept
      That is the line: its slope and its intercept. The second number wanted is the forecast for
      a team of size.
    intercept_for_scale: np.exp(intercept) => intercept
      The intercept is log a. The cost is a n^b with a = exp(intercept).
    forecast_only: return slope, => return
      That is the forecast alone. Return the exponent before it.
    scale_for_exponent: return slope, => return np.exp(intercept),
      The first number is a, the scale. Return the exponent b, the slope of the line.
"""

EQUAL = r"""
    sizes as whole numbers
      Agents are counted.
    sizes without axes of length 1
    costs without axes of length 1
      A line needs two points.
"""
