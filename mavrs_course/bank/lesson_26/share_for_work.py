"""26.4 Pay for what is measured.

20 minutes, difficulty 2, 3 points, L26.4
How strongly to pay is now a formula, and so is what the pay drives out.
"""

import numpy as np
from scipy.optimize import minimize_scalar

from mavrs_course.agents.incentives import Work
from mavrs_course.course import Case


def share_for_work(cost, rivalry, value, noise, risk):
    stiff = cost * (1 - rivalry**2)
    share = (1 - rivalry * value) / (1 + risk * noise**2 * stiff)
    share = max(share, 0.0)
    return np.array([share, share / stiff, -rivalry * share / stiff])


def share_by_library(cost, rivalry, value, noise, risk):
    work = Work(cost, rivalry, value, noise, risk)
    share = max(work.best_share, 0.0)
    return [share, *work.efforts(share)]


def share_by_search(cost, rivalry, value, noise, risk):
    """Looks for the best share, with the agent's answer from two linear equations."""
    table = cost * np.array([[1.0, rivalry], [rivalry, 1.0]])

    def done(share):
        return np.linalg.solve(table, [share, 0.0])

    def lost(share):
        d = done(share)
        return -(d[0] + value * d[1] - d @ table @ d / 2 - risk * noise**2 * share**2 / 2)

    share = max(minimize_scalar(lost, bracket=(-1.0, 1.0), tol=1e-14).x, 0.0)
    return np.array([share, *done(share)])


OTHERS = (share_by_library, share_by_search)
NAMES = ("cost", "rivalry", "value", "noise", "risk")
TOLERANCE = 1e-6


def cases(rng):
    def some():
        cost, noise, risk = rng.uniform(0.5, 3, 3)
        return cost, rng.uniform(0.1, 0.9), rng.uniform(0.1, 1.0), noise, risk

    return [
        Case("one task, all numbers 1", (1.0, 0.0, 0.0, 1.0, 1.0), [0.5, 0.5, 0]),
        Case("no risk: the agent gets all", (2.0, 0.0, 0.0, 3.0, 0.0), [1, 0.5, 0]),
        Case("a noise of 2 and a cost of 2", (2.0, 0.0, 0.0, 2.0, 0.5), [0.2, 0.1, 0]),
        Case("rivals: rivalry 0.5, value 1", (1.0, 0.5, 1.0, 0.0, 1.0), [0.5, 2 / 3, -1 / 3]),
        Case("the same with risk", (1.0, 0.5, 1.0, 1.0, 4.0), [0.125, 1 / 6, -1 / 12]),
        Case("the unmeasured task is worth more", (1.0, 0.5, 3.0, 1.0, 1.0), [0, 0, 0]),
        Case("exactly as much", (3.0, 0.5, 2.0, 1.0, 1.0), [0, 0, 0]),
        Case("an unmeasured task that does harm", (1.0, 0.5, -1.0, 0.0, 1.0), [1.5, 2, -1]),
        Case("some numbers", some()),
        Case("some others", some()),
    ]  # fmt: skip


def observe(answer, case):
    return np.asarray(answer(*case.inputs), dtype=float) + 0.0


HINTS = """
    Begin with the agent. It chooses both efforts, so set two derivatives of its pay less its cost
    to 0: one equals the share, the other 0.

    From the second equation the unmeasured effort follows the measured. Put that into the first.

    Put both efforts into what platform and agent have together, a parabola in the share. Where its
    slope is 0 is the best share; where that is below 0, nobody is paid.
"""
MISTAKES = """
    forgets_the_other_task: 1 - rivalry * value => 1.0
      The unmeasured task does not count in your share. What the pay takes from it is lost.
    no_rivalry_in_cost: stiff = cost * (1 - rivalry**2) => stiff = cost
      or 1 - rivalry**2 => 1 - rivalry
      or 1 - rivalry**2 => 1 + rivalry**2
      The agent gives up the other task while it works on this one, which changes what effort costs:
      cost times 1 - rivalry².
    efforts_without_rivalry: share = max(share, 0.0) => share, stiff = max(share, 0.0), cost
      Both tasks raise each other's cost: the measured effort is b / (cost times 1 - rivalry²).
    risk_of_deviation: noise**2 => noise
      `noise` is a deviation. The price of risk goes with its square.
    no_risk: risk * noise**2 * stiff => 0.0
      or 1 + risk * noise**2 * stiff => 1.0
      An agent that dislikes risk must be paid for it. Your share does not fall with the noise.
    risk_without_cost: risk * noise**2 * stiff => risk * noise**2
      or risk * noise**2 * stiff => risk * noise**2 / stiff
      The risk counts the more, the less effort a share buys: times the cost of effort.
    half_the_risk: risk * noise**2 * stiff => risk * noise**2 * stiff / 2
      The half of the risk's price goes when the derivative is taken.
    pays_below_nothing: share = max(share, 0.0) => share = share
      Nobody pays for working: a share below 0 becomes 0.
    at_most_one: max(share, 0.0) => min(max(share, 0.0), 1.0)
      or max(share, 0.0) => max(min(share, 1.0), 0.0)
      You keep the share at most 1. It may be larger, where the unmeasured task does harm.
    adds_for_minus: 1 - rivalry * value => 1 + rivalry * value
      More of the measured task means less of the other: its value is lost, not won.
    effort_without_cost: share, share / stiff => share, share
      The effort is the share over what effort costs.
    effort_of_one_task: share, share / stiff => share, share / cost
      That is the effort where there is one task. Giving up the other makes this one cheaper.
    other_task_stands_still: -rivalry * share / stiff => 0.0
      The unmeasured task does not stand still: the agent takes effort from it.
    other_task_grows: -rivalry * share / stiff => rivalry * share / stiff
      The tasks are rivals: more of the one is less of the other.
    all_is_taken: -rivalry * share / stiff => -share / stiff
      The other task loses `rivalry` of what this one gains, not all of it.
    exchanged: share, share / stiff, -rivalry * share / stiff =>
      |     share, -rivalry * share / stiff, share / stiff
      The measured effort comes before the unmeasured one.
"""
