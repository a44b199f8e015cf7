"""09.1 REINFORCE with a baseline.

12 minutes, difficulty 1, 2 points, L09.1
Four lines that learn from pay alone; everything since 1992 is built on them.
"""

import numpy as np
import torch

from mavrs_course.course import Case, Property


def reinforce(logits, actions, pay, baseline):
    weights = np.exp(logits - logits.max())
    score = np.eye(len(logits))[actions] - weights / weights.sum()
    return ((pay - baseline)[:, None] * score).mean(axis=0)


def reinforce_with_loops(logits, actions, pay, baseline):
    weights = [np.exp(logit - max(logits)) for logit in logits]
    total = [0.0] * len(logits)
    for action, earned in zip(actions, pay, strict=True):
        for k in range(len(logits)):
            total[k] += (earned - baseline) * ((k == action) - weights[k] / sum(weights))
    return [number / len(actions) for number in total]


def reinforce_by_torch(logits, actions, pay, baseline):
    logits = torch.tensor(np.asarray(logits, dtype=float), requires_grad=True)
    chosen = logits.log_softmax(dim=0)[torch.as_tensor(actions)]
    (torch.as_tensor(pay - baseline) * chosen).mean().backward()
    return logits.grad.numpy()


OTHERS = (reinforce_with_loops, reinforce_by_torch)
LARGE_LOGITS = "a policy that is quite sure"


def cases(rng):
    def some(pages, actions):
        pay = 4.0 * rng.random(pages)
        return rng.normal(0, 1, actions), rng.integers(actions, size=pages), pay, pay.mean() + 0.7

    return [
        Case("two actions, one page that paid 4 where 1 is usual",
             (np.zeros(2), np.array([0]), np.array([4.0]), 1.0), [1.5, -1.5]),
        Case("a poor page and a usual one",
             (np.zeros(2), np.array([0, 1]), np.array([0.0, 2.0]), 2.0), [-0.5, 0.5]),
        Case("a single action has nothing to learn",
             (np.array([0.7]), np.array([0, 0]), np.array([4.0, 1.5]), 1.0), [0.0]),
        Case("four actions, twenty pages", some(20, 4)),
        Case("no baseline", (*some(9, 3)[:3], 0.0)),
        Case("nine actions", some(50, 9)),
        Case(LARGE_LOGITS, (np.array([1000.0, 0.0, 999.0]), *some(7, 3)[1:])),
    ]  # fmt: skip


TOLERANCE = 1e-4  # what single precision leaves of logits of 1000
PROPERTIES = (
    Property("there is one number for each action",
             lambda result, logits, *rest: np.shape(result) == np.shape(logits),
             "One number for each logit is wanted, float[A]: the mean over the pages (axis 0)."),
    Property("the gradient sums to zero",
             lambda result, *inputs: abs(float(np.sum(result))) < 1e-6,
             "Adding the same to all logits changes no probability, so the gradient sums to 0. "
             "The derivative of log pi(a) is 1 at the action taken, minus the policy "
             "everywhere."),
)  # fmt: skip

HINTS = """
    Three steps: the policy (softmax of the logits), the derivative of log pi(a) for each page,
    and the mean of (pay - baseline) times it.

    np.eye(A)[actions] has a row for each page, 1 at the action taken. Minus the policy, that is
    the derivative for all pages at once: float[P, A].

    Weigh each of these rows with its pay less the baseline, as a column, and take the mean over
    the pages. In the softmax, subtract the largest logit first, so that exp stays finite.
"""
MISTAKES = """
    overflow: logits - logits.max() => logits
      np.exp(1000) is infinite. Subtract the largest logit first: it changes no probability.
    forgot_the_baseline: (pay - baseline)[:, None] => pay[:, None]
      The pay counts in full. What is usual is no news: weigh each page by pay - baseline.
    added_the_baseline: pay - baseline => pay + baseline
      The baseline is added to the pay. It is subtracted, so that only what is better than usual
      pushes up.
    a_baseline_of_its_own: pay - baseline => pay - pay.mean()
      You subtract the mean pay of these pages. Subtract the baseline that is handed in.
    baseline_after_the_mean:
      | (pay - baseline)[:, None] => pay[:, None];
      | .mean(axis=0) => .mean(axis=0) - baseline
      The baseline is subtracted from the gradient. It belongs to the pay of each page: (pay -
      baseline) times the derivative.
    sum_over_pages: .mean(axis=0) => .sum(axis=0)
      This is the sum over the pages, which grows with their number. Take the mean.
    forgot_the_policy: - weights / weights.sum() =>
      You push the action taken and nothing else. The derivative of log pi(a) by the logits is 1
      at the action taken minus the policy, everywhere.
    downhill: pay - baseline => baseline - pay
      The sign is turned round: this makes actions that paid well less likely. Did you take the
      gradient of a loss?
    pay_along_the_actions: [:, None] =>
      The pay, float[P], meets a table float[P, A] and is laid along its actions, or fits nowhere.
      Make it a column first: (pay - baseline)[:, None].
    means_multiplied:
      | ((pay - baseline)[:, None] * score).mean(axis=0) =>
      |     (pay - baseline).mean() * score.mean(axis=0)
      You multiply the mean pay with the mean derivative. Multiply page by page, then take the
      mean: what counts is which action went with which pay.
    divided_by_the_actions: .mean(axis=0) => .sum(axis=0) / len(logits)
      You divide by the number of actions. The mean is over the pages.
    a_step_taken: return => return logits +
      These are the logits after a step. Asked for is the gradient alone.
    only_the_logit_of_the_action: - weights / weights.sum() => * (1 - weights / weights.sum())
      Only the logit of the action taken is moved. The others move as well, by minus their
      probability: np.eye(A)[actions] - policy.
    logits_for_probabilities: weights / weights.sum() => logits
      The logits are taken for probabilities. Turn them into a policy by softmax first.
    not_the_logarithm:
      | (pay - baseline)[:, None] =>
      |     ((pay - baseline) * (weights / weights.sum())[actions])[:, None]
      This is the gradient of pi(a), not of log pi(a): each page is weighted by the probability of
      its action once more, although likely actions already occur more often.
    divided_by_the_probability:
      | (pay - baseline)[:, None] =>
      |     ((pay - baseline) / (weights / weights.sum())[actions])[:, None]
      Each page is divided by the probability of its action. That is already in log pi: its
      derivative is np.eye(A)[actions] - policy.
    standardised:
      | (pay - baseline)[:, None] => ((pay - baseline) / ((pay - baseline).std() or 1.0))[:, None]
      or (pay - baseline)[:, None] => ((pay - pay.mean()) / (pay.std() or 1.0))[:, None]
      The pay is divided by its deviation. A useful habit of PPO, not asked for here: only the
      baseline is subtracted.
    repeated_action_added_once:
      | return ((pay - baseline)[:, None] * score).mean(axis=0) =>
      | gradient = -(pay - baseline).sum() * weights / weights.sum()
      | gradient[actions] += pay - baseline
      | return gradient / len(actions)
      gradient[actions] += ... adds once for each action, however often it was taken: the last page
      wins. np.add.at adds every time, and np.eye(A)[actions] makes a row for each page.
    mean_for_each_action:
      | return ((pay - baseline)[:, None] * score).mean(axis=0) =>
      | taken = np.eye(len(logits))[actions]
      | mean = (pay - baseline) @ taken / np.maximum(taken.sum(axis=0), 1)
      | return mean * (1 - weights / weights.sum())
      You average over the pages of each action, so that rare actions count as much as common
      ones. Average over all pages.
"""


def detect_overflow(trials):
    return [t.case.label for t in trials if not t.passed] == [LARGE_LOGITS] and not np.isfinite(
        np.asarray(next(t for t in trials if t.case.label == LARGE_LOGITS).returned, float)
    ).all()
