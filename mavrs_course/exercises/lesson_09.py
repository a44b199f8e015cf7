"""Exercises of lesson 09, policy gradients for teams."""

from __future__ import annotations

import numpy as np
import torch

from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if
from mavrs_course.marl.advantages import generalised_advantages


def _softmax(logits):
    logits = np.asarray(logits, dtype=float)
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


# --- 09.1 ------------------------------------------------------------------------------------


def reinforce(logits, actions, pay, baseline):
    policy = _softmax(logits)
    each = (pay - baseline)[:, None] * (np.eye(len(logits))[actions] - policy)
    return each.mean(axis=0)


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


LARGE_LOGITS = "a policy that is quite sure"


def reinforce_cases(rng):
    def some(pages, actions):
        pay = 4.0 * rng.random(pages)
        return rng.normal(0, 1, actions), rng.integers(actions, size=pages), pay, pay.mean() + 0.7

    return [
        Case("two actions, one page that paid 4 where 1 is usual",
             (np.zeros(2), np.array([0]), np.array([4.0]), 1.0), [1.5, -1.5]),
        Case("a poor page and a usual one",
             (np.zeros(2), np.array([0, 1]), np.array([0.0, 2.0]), 2.0), [-0.5, 0.5]),
        Case("four actions, twenty pages", some(20, 4)),
        Case("no baseline", (*some(9, 3)[:3], 0.0)),
        Case("nine actions", some(50, 9)),
        Case(LARGE_LOGITS, (np.array([1000.0, 0.0, 999.0]), *some(7, 3)[1:])),
    ]  # fmt: skip


def _reinforce(weigh=lambda pay, b: pay - b, score=lambda hot, p: hot - p, mean=True):
    def answer(logits, actions, pay, baseline):
        policy = _softmax(logits)
        hot = np.eye(len(logits))[actions]
        each = weigh(pay, baseline)[:, None] * score(hot, policy)
        return each.mean(axis=0) if mean else each.sum(axis=0)

    return answer


def _standard(pay, baseline):
    spread = (pay - baseline).std()
    return (pay - baseline) / (spread if spread > 0 else 1.0)


def _logits_as_policy(logits, actions, pay, baseline):
    each = (pay - baseline)[:, None] * (np.eye(len(logits))[actions] - logits)
    return each.mean(axis=0)


def _overflowing(logits, actions, pay, baseline):
    policy = np.exp(logits) / np.exp(logits).sum()
    return ((pay - baseline)[:, None] * (np.eye(len(logits))[actions] - policy)).mean(axis=0)


def _of_the_probability(logits, actions, pay, baseline):
    policy = _softmax(logits)
    score = np.eye(len(logits))[actions] - policy
    return ((pay - baseline) * policy[actions])[:, None].T @ score / len(actions)


def _mean_of_each_action(logits, actions, pay, baseline):
    """A mean over the pages of each action, as for a table of values."""
    policy = _softmax(logits)
    gradient = np.zeros(len(logits))
    for k in range(len(logits)):
        if (actions == k).any():
            gradient[k] = (pay[actions == k] - baseline).mean() * (1 - policy[k])
    return gradient


def _along_the_actions(logits, actions, pay, baseline):
    return ((pay - baseline) * (np.eye(len(logits))[actions] - _softmax(logits))).mean(axis=0)


def _means_multiplied(logits, actions, pay, baseline):
    score = np.eye(len(logits))[actions] - _softmax(logits)
    return (pay - baseline).mean() * score.mean(axis=0)


def _divided_by_the_actions(logits, actions, pay, baseline):
    return reinforce(logits, actions, pay, baseline) * len(actions) / len(logits)


def _stepped(logits, actions, pay, baseline):
    return logits + reinforce(logits, actions, pay, baseline)


_reinforce_exercise = Exercise(
    id="09.1",
    title="REINFORCE with a baseline",
    minutes=12,
    difficulty=1,
    points=2,
    objective="L09.1",
    reference=reinforce,
    cases=reinforce_cases,
    properties=(
        Property(
            "there is one number for each action",
            lambda result, logits, *rest: np.shape(result) == np.shape(logits),
            "One number for each logit is wanted, float[A]: the mean over the pages (axis 0).",
        ),
        Property(
            "the gradient sums to zero",
            lambda result, *inputs: abs(float(np.sum(result))) < 1e-6,
            "Adding the same to all logits changes no probability, so the gradient sums to 0. The "
            "derivative of log pi(a) is 1 at the action taken, minus the policy everywhere.",
        ),
    ),
    mistakes=(
        Mistake(
            "overflow",
            _overflowing,
            "np.exp(1000) is infinite. Subtract the largest logit first: it changes no "
            "probability.",
            lambda trials: (
                [t.case.label for t in trials if not t.passed] == [LARGE_LOGITS]
                and not np.isfinite(
                    np.asarray(
                        next(t for t in trials if t.case.label == LARGE_LOGITS).returned, float
                    )
                ).all()
            ),
        ),
        Mistake(
            "forgot_the_baseline",
            _reinforce(lambda pay, b: pay),
            "The pay counts in full. What is usual is no news: weigh each page by pay - baseline.",
            as_if(_reinforce(lambda pay, b: pay)),
        ),
        Mistake(
            "added_the_baseline",
            _reinforce(lambda pay, b: pay + b),
            "The baseline is added to the pay. It is subtracted, so that only what is better than "
            "usual pushes up.",
        ),
        Mistake(
            "a_baseline_of_its_own",
            _reinforce(lambda pay, b: pay - pay.mean()),
            "You subtract the mean pay of these pages. Subtract the baseline that is handed in.",
            as_if(_reinforce(lambda pay, b: pay - pay.mean())),
        ),
        Mistake(
            "baseline_after_the_mean",
            lambda logits, actions, pay, baseline: (
                _reinforce(lambda pay, b: pay)(logits, actions, pay, baseline) - baseline
            ),
            "The baseline is subtracted from the gradient. It belongs to the pay of each page: "
            "(pay - baseline) times the derivative.",
        ),
        Mistake(
            "sum_over_pages",
            _reinforce(mean=False),
            "This is the sum over the pages, which grows with their number. Take the mean.",
        ),
        Mistake(
            "forgot_the_policy",
            _reinforce(score=lambda hot, p: hot),
            "You push the action taken and nothing else. The derivative of log pi(a) by the "
            "logits is 1 at the action taken minus the policy, everywhere.",
        ),
        Mistake(
            "downhill",
            _reinforce(lambda pay, b: b - pay),
            "The sign is turned round: this makes actions that paid well less likely. Did you "
            "take the gradient of a loss?",
            as_if(_reinforce(lambda pay, b: b - pay)),
        ),
        Mistake(
            "pay_along_the_actions",
            _along_the_actions,
            "The pay, float[P], meets a table float[P, A] and is laid along its actions, or fits "
            "nowhere. Make it a column first: (pay - baseline)[:, None].",
        ),
        Mistake(
            "means_multiplied",
            _means_multiplied,
            "You multiply the mean pay with the mean derivative. Multiply page by page, then take "
            "the mean: what counts is which action went with which pay.",
        ),
        Mistake(
            "divided_by_the_actions",
            _divided_by_the_actions,
            "You divide by the number of actions. The mean is over the pages.",
        ),
        Mistake(
            "a_step_taken",
            _stepped,
            "These are the logits after a step. Asked for is the gradient alone.",
        ),
        Mistake(
            "only_the_logit_of_the_action",
            _reinforce(score=lambda hot, p: hot * (1 - p)),
            "Only the logit of the action taken is moved. The others move as well, by minus their "
            "probability: np.eye(A)[actions] - policy.",
        ),
        Mistake(
            "logits_for_probabilities",
            _logits_as_policy,
            "The logits are taken for probabilities. Turn them into a policy by softmax first.",
        ),
        Mistake(
            "not_the_logarithm",
            lambda *inputs: _of_the_probability(*inputs)[0],
            "This is the gradient of pi(a), not of log pi(a): each page is weighted by the "
            "probability of its action once more, although likely actions already occur more "
            "often.",
        ),
        Mistake(
            "divided_by_the_probability",
            lambda logits, actions, pay, baseline: reinforce(
                logits, actions, (pay - baseline) / _softmax(logits)[actions], 0.0
            ),
            "Each page is divided by the probability of its action. That is already in "
            "log pi: its derivative is np.eye(A)[actions] - policy.",
        ),
        Mistake(
            "standardised",
            _reinforce(_standard),
            "The pay is divided by its deviation. A useful habit of PPO, not asked for here: only "
            "the baseline is subtracted.",
        ),
        Mistake(
            "mean_for_each_action",
            _mean_of_each_action,
            "You average over the pages of each action, so that rare actions count as much as "
            "common ones. Average over all pages.",
        ),
    ),
    others=(reinforce_with_loops, reinforce_by_torch),
    hints=(
        "Three steps: the policy (softmax of the logits), the derivative of log pi(a) for each "
        "page, and the mean of (pay - baseline) times it.",
        "np.eye(A)[actions] has a row for each page, 1 at the action taken. Minus the policy, that "
        "is the derivative for all pages at once: float[P, A].",
        "((pay - baseline)[:, None] * (np.eye(len(logits))[actions] - policy)).mean(axis=0), with "
        "np.exp(logits - logits.max()) in the softmax.",
    ),
    praise="Four lines that learn from pay alone; everything since 1992 is built on them.",
)


# --- 09.2 ------------------------------------------------------------------------------------


def advantages(rewards, values, next_values, terminated, truncated, discount, lam):
    result, following = np.zeros(rewards.shape), np.zeros(rewards.shape[1:])
    for step in reversed(range(len(rewards))):
        goes_on = ~terminated[step]
        surprise = rewards[step] + discount * goes_on * next_values[step] - values[step]
        cut = terminated[step] | truncated[step]
        following = surprise + discount * lam * ~cut * following
        result[step] = following
    return result


def advantages_by_sums(rewards, values, next_values, terminated, truncated, discount, lam):
    """For each step and place, the sum of the definition, up to the session's end."""
    result = np.zeros(rewards.shape)
    for start, place in np.ndindex(*rewards.shape):
        for step in range(start, len(rewards)):
            worth = 0.0 if terminated[step, place] else next_values[step, place]
            surprise = rewards[step, place] + discount * worth - values[step, place]
            result[start, place] += (discount * lam) ** (step - start) * surprise
            if terminated[step, place] or truncated[step, place]:
                break
    return result


def advantages_of_the_library(rewards, values, next_values, terminated, truncated, discount, lam):
    tensors = map(torch.from_numpy, (rewards, values, next_values, ~terminated,
                                     terminated | truncated))  # fmt: skip
    return generalised_advantages(*tensors, discount=discount, gae_lambda=lam).numpy()


def advantage_cases(rng):
    pay, expected = np.array([[4.0], [0], [4], [4]]), np.array([[9.0], [7], [8], [3]])
    then = np.array([[7.0], [8], [3], [5]])
    last, never = np.array([[False], [False], [False], [True]]), np.zeros((4, 1), dtype=bool)

    def some(steps, places, ends=0.25, limits=0.2):
        over = rng.random((steps, places)) < ends
        late = ~over & (rng.random((steps, places)) < limits)
        numbers = rng.normal(0, 3, (3, steps, places))
        return *numbers, over, late, 0.9, 0.8

    return [
        Case("the four pages of the lesson, over at the end",
             (pay, expected, then, last, never, 1.0, 0.5), [[2.375], [0.75], [-0.5], [1.0]]),
        Case("the same, cut off by a time limit",
             (pay, expected, then, never, last, 1.0, 0.5), [[3.0], [2.0], [2.0], [6.0]]),
        Case("two short sessions, one after the other",
             (np.array([[1.0], [1.0]]), np.zeros((2, 1)), np.array([[9.0], [9.0]]),
              np.ones((2, 1), dtype=bool), np.zeros((2, 1), dtype=bool), 0.5, 1.0),
             [[1.0], [1.0]]),
        Case("twelve steps in three places, with ends and limits", some(12, 3)),
        Case("no session ends", some(8, 2, 0.0, 0.0)),
        Case("only time limits", some(10, 4, 0.0, 0.4)),
        Case("only ends", some(10, 4, 0.4, 0.0)),
    ]  # fmt: skip


def _gae(worth=None, keep=None, factor=lambda discount, lam: discount * lam, decay=True,
         result=lambda a, v: a):  # fmt: skip
    """GAE with one part of it changed."""
    worth = worth or (lambda n, v, over, late: n * ~over)
    keep = keep or (lambda over, late: ~(over | late))

    def answer(rewards, values, next_values, terminated, truncated, discount, lam):
        following = worth(next_values, values, terminated, truncated)
        surprise = rewards + (discount if decay else 1.0) * following - values
        kept, total = keep(terminated, truncated), np.zeros(rewards.shape[1:])
        out = np.zeros(rewards.shape)
        for step in reversed(range(len(rewards))):
            total = surprise[step] + factor(discount, lam) * kept[step] * total
            out[step] = total
        return result(out, values)

    return answer


def _one_too_late(over, late):
    """The flags of the step after."""
    cut = over | late
    return ~np.concatenate([cut[1:], np.zeros_like(cut[:1])])


def _forwards(rewards, values, next_values, terminated, truncated, discount, lam):
    turned = (x[::-1] for x in (rewards, values, next_values, terminated, truncated))
    return advantages(*turned, discount, lam)[::-1]


def _shifted(next_values, values, over, late):
    return np.concatenate([values[1:], np.zeros_like(values[:1])]) * ~over


def _last_of_the_shift(next_values, values, over, late):
    return np.concatenate([values[1:], next_values[-1:]]) * ~over


def _normalised(*inputs):
    found = advantages(*inputs)
    return (found - found.mean()) / (found.std() + 1e-8)


def _rewards_only(rewards, values, next_values, terminated, truncated, discount, lam):
    nothing = np.zeros(rewards.shape)
    return advantages(rewards, nothing, nothing, terminated, truncated, discount, 1.0)


_advantage_exercise = Exercise(
    id="09.2",
    title="Advantages through ends and time limits",
    minutes=18,
    difficulty=2,
    points=3,
    objective="L09.2",
    reference=advantages,
    cases=advantage_cases,
    properties=(
        Property(
            "there is one advantage for each step and place",
            lambda result, rewards, *rest: np.shape(result) == np.shape(rewards),
            "One advantage for each step and place is wanted, float[T, B].",
        ),
    ),
    mistakes=(
        Mistake(
            "worth_after_the_end",
            _gae(worth=lambda n, v, over, late: n),
            "What the critic thinks of the place behind an end is counted. When the game is over "
            "nothing more is to be earned: next value 0 where terminated.",
        ),
        Mistake(
            "time_limit_is_an_end",
            _gae(worth=lambda n, v, over, late: n * ~(over | late)),
            "A time limit is treated like an end. The viewer would have watched on, so the next "
            "value still counts where truncated; only the sum stops.",
        ),
        Mistake(
            "sum_runs_into_the_next_session",
            _gae(keep=lambda over, late: np.ones_like(over)),
            "The sum never stops: advantages of the next session flow into this one. Stop it "
            "wherever a session ends or is cut off.",
        ),
        Mistake(
            "sum_stops_at_ends_only",
            _gae(keep=lambda over, late: ~over),
            "The sum runs through time limits: what follows one is another session. Stop it where "
            "terminated or truncated.",
        ),
        Mistake(
            "sum_stops_at_limits_only",
            _gae(keep=lambda over, late: ~late),
            "The sum runs through the ends of sessions. Stop it where terminated or truncated.",
        ),
        Mistake(
            "flags_of_the_next_step",
            _gae(keep=_one_too_late),
            "The sum stops one step off: terminated[t] and truncated[t] say that step t was the "
            "last, so they cut what follows t.",
        ),
        Mistake(
            "sessions_not_told_apart",
            _gae(worth=lambda n, v, over, late: n, keep=lambda over, late: np.ones_like(over)),
            "Neither flag is used: every step is treated as if its session went on for ever. The "
            "next value is 0 where terminated, and the sum stops where terminated or truncated.",
        ),
        Mistake(
            "flags_exchanged",
            _gae(worth=lambda n, v, over, late: n * ~late),
            "terminated and truncated have changed places: it is after a termination that nothing "
            "more is to be earned.",
        ),
        Mistake(
            "discount_and_lam_exchanged",
            lambda r, v, n, over, late, discount, lam: advantages(
                r, v, n, over, late, lam, discount
            ),
            "lam discounts the next value. It only fades the sum; the next value is discounted "
            "by discount.",
        ),
        Mistake(
            "rewards_only",
            _rewards_only,
            "These are discounted sums of rewards; the critic's values are not used.",
            as_if(
                _rewards_only,
                lambda r, v, n, over, late, discount, lam: advantages(
                    r, 0 * v, 0 * n, over, late, discount, lam
                ),
            ),
        ),
        Mistake(
            "normalised",
            _normalised,
            "The advantages are normalised. PPO does that afterwards; here they are wanted as "
            "they are.",
        ),
        Mistake(
            "no_discount_in_the_sum",
            _gae(factor=lambda discount, lam: lam),
            "The sum fades by lam alone. It fades by discount times lam.",
        ),
        Mistake(
            "no_lambda",
            _gae(factor=lambda discount, lam: discount),
            "The sum fades by the discount alone, as if lam were 1. It fades by discount * lam.",
        ),
        Mistake(
            "discounted_twice",
            _gae(factor=lambda discount, lam: discount**2 * lam),
            "The sum is discounted twice a step. It fades by discount * lam.",
        ),
        Mistake(
            "next_value_not_discounted",
            _gae(decay=False),
            "The next value counts in full. It lies one step ahead: discount * next_values.",
        ),
        Mistake(
            "surprise_only",
            _gae(factor=lambda discount, lam: 0.0),
            "These are the surprises of single steps, as for lam = 0. Add discount * lam times "
            "the advantage of the step after.",
        ),
        Mistake(
            "returns_not_advantages",
            _gae(result=lambda a, v: a + v),
            "The values are added again: these are the critic's targets, not advantages.",
            as_if(
                _gae(result=lambda a, v: a + v),
                _gae(worth=lambda n, v, over, late: n * ~over + v / 0.9, decay=True),
            ),
        ),
        Mistake(
            "forwards",
            _forwards,
            "The sum runs from the first step to the last, and gathers the past. An advantage "
            "looks ahead: start at the last step.",
        ),
        Mistake(
            "values_shifted",
            _gae(worth=_shifted),
            "values[1:] stands in for next_values. After a reset that is another session, and "
            "the last step has none: next_values says what each step led to.",
            as_if(_gae(worth=_shifted), _gae(worth=_last_of_the_shift)),
        ),
    ),
    others=(advantages_by_sums, advantages_of_the_library),
    hints=(
        "Two questions for each step: does the next value count (unless terminated), and does the "
        "sum go on (unless terminated or truncated)?",
        "Work from the back: following = surprise + discount * lam * goes_on_summing * following, "
        "starting from zeros of shape rewards.shape[1:].",
        "surprise = rewards[t] + discount * ~terminated[t] * next_values[t] - values[t]; the sum "
        "is kept where ~(terminated[t] | truncated[t]).",
    ),
    praise="Ends and time limits apart: many published implementations get this wrong.",
)


# --- 09.3 ------------------------------------------------------------------------------------


def clipped_objective(log_probs, old_log_probs, advantages, clip):
    ratio = np.exp(log_probs - old_log_probs)
    plain = ratio * advantages
    held = np.clip(ratio, 1 - clip, 1 + clip) * advantages
    gradient = np.where(plain <= held, plain, 0.0) / len(ratio)
    return np.minimum(plain, held).mean(), gradient


def clipped_by_torch(log_probs, old_log_probs, advantages, clip):
    new = torch.tensor(log_probs, requires_grad=True)
    gains = torch.from_numpy(advantages)
    ratio = (new - torch.from_numpy(old_log_probs)).exp()
    torch.minimum(ratio * gains, ratio.clamp(1 - clip, 1 + clip) * gains).mean().backward()
    return clipped_objective(log_probs, old_log_probs, advantages, clip)[0], new.grad.numpy()


def clipped_by_cases(log_probs, old_log_probs, advantages, clip):
    """Without a minimum: a good action is held above, a bad one below."""
    total, gradient = 0.0, []
    for new, old, gain in zip(log_probs, old_log_probs, advantages, strict=True):
        ratio = np.exp(new) / np.exp(old)
        stopped = ratio > 1 + clip if gain > 0 else ratio < 1 - clip
        edge = 1 + clip if gain > 0 else 1 - clip
        total += (edge if stopped else ratio) * gain
        gradient.append(0.0 if stopped else ratio * gain)
    return total / len(log_probs), [slope / len(log_probs) for slope in gradient]


def clipped_cases(rng):
    def at(ratios, gains, clip=0.2):
        old = np.full(len(ratios), np.log(0.3))
        return old + np.log(ratios), old, np.array(gains, dtype=float), clip

    def some(samples, spread, clip):
        old = np.log(rng.uniform(0.05, 0.6, samples))
        return old + rng.normal(0, spread, samples), old, rng.normal(0, 1, samples), clip

    return [
        Case("A = 2, the ratio still 1", at([1.0], [2]), (2.0, [2.0])),
        Case("good actions: moved far, not at all, and the wrong way",
             at([1.5, 1.1, 0.5], [1, 1, 1]), ((1.2 + 1.1 + 0.5) / 3, [0, 1.1 / 3, 0.5 / 3])),
        Case("bad actions: moved far, a little, and the wrong way",
             at([0.5, 0.9, 1.5], [-1, -1, -1]),
             ((-0.8 - 0.9 - 1.5) / 3, [0, -0.9 / 3, -1.5 / 3])),
        Case("twenty samples", some(20, 0.4, 0.2)),
        Case("a narrow clip", some(12, 0.3, 0.05)),
        Case("a wide clip", some(12, 0.6, 0.5)),
    ]  # fmt: skip


def _clip(ratio=lambda new, old: np.exp(new - old), choose=np.minimum, slope=None, average=True):
    """The clipped objective with one part of it changed."""

    def answer(log_probs, old_log_probs, advantages, clip):
        r = ratio(log_probs, old_log_probs)
        plain, held = r * advantages, np.clip(r, 1 - clip, 1 + clip) * advantages
        objective = choose(plain, held)
        count = len(r) if average else 1
        active = objective == plain
        each = np.where(active, plain, 0.0) if slope is None else slope(r, advantages, active)
        return objective.sum() / count, each / count

    return answer


def _held(plain, held):
    return held


def _plain(plain, held):
    return plain


def _one_sided(log_probs, old_log_probs, advantages, clip):
    ratio = np.exp(log_probs - old_log_probs)
    held = np.minimum(ratio, 1 + clip) * advantages
    active = ratio <= 1 + clip
    return held.mean(), np.where(active, ratio * advantages, 0.0) / len(ratio)


def _loss(log_probs, old_log_probs, advantages, clip):
    objective, gradient = clipped_objective(log_probs, old_log_probs, advantages, clip)
    return -objective, -gradient


def _gradient_not_averaged(log_probs, old_log_probs, advantages, clip):
    objective, gradient = clipped_objective(log_probs, old_log_probs, advantages, clip)
    return objective, gradient * len(gradient)


def _objective_of_each(log_probs, old_log_probs, advantages, clip):
    ratio = np.exp(log_probs - old_log_probs)
    held = np.clip(ratio, 1 - clip, 1 + clip) * advantages
    gradient = clipped_objective(log_probs, old_log_probs, advantages, clip)[1]
    return np.minimum(ratio * advantages, held), gradient


def _gradient_everywhere(ratio, advantages, active):
    return ratio * advantages


def _gradient_first(log_probs, old_log_probs, advantages, clip):
    return clipped_objective(log_probs, old_log_probs, advantages, clip)[::-1]


def _in_the_band_only(log_probs, old_log_probs, advantages, clip):
    objective, _ = clipped_objective(log_probs, old_log_probs, advantages, clip)
    ratio = np.exp(log_probs - old_log_probs)
    inside = (ratio >= 1 - clip) & (ratio <= 1 + clip)
    return objective, np.where(inside, ratio * advantages, 0.0) / len(ratio)


def _smaller_term_as_gradient(log_probs, old_log_probs, advantages, clip):
    ratio = np.exp(log_probs - old_log_probs)
    smaller = np.minimum(ratio * advantages, np.clip(ratio, 1 - clip, 1 + clip) * advantages)
    return smaller.mean(), smaller / len(ratio)


def _around_zero(log_probs, old_log_probs, advantages, clip):
    ratio = np.exp(log_probs - old_log_probs)
    plain, held = ratio * advantages, np.clip(ratio, -clip, clip) * advantages
    gradient = np.where(plain <= held, plain, 0.0) / len(ratio)
    return np.minimum(plain, held).mean(), gradient


def _logarithm_clipped(log_probs, old_log_probs, advantages, clip):
    moved = log_probs - old_log_probs
    plain, held = moved * advantages, np.clip(moved, -clip, clip) * advantages
    gradient = np.where(plain <= held, advantages, 0.0) / len(moved)
    return np.minimum(plain, held).mean(), gradient


_clip_exercise = Exercise(
    id="09.3",
    title="The clip, and its gradient",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L09.3",
    reference=clipped_objective,
    cases=clipped_cases,
    properties=(
        Property(
            "it returns the objective and its gradient",
            lambda result, *inputs: len(result) == 2,
            "Two things are wanted: return objective, gradient.",
        ),
        Property(
            "the gradient has a number for each sample",
            lambda result, log_probs, *rest: np.shape(result[1]) == np.shape(log_probs),
            "The gradient has one number for each log probability, float[N].",
        ),
        Property(
            "the objective is one number",
            lambda result, *inputs: np.ndim(result[0]) == 0,
            "The objective is one number, the mean over the samples.",
        ),
    ),
    mistakes=(
        Mistake(
            "gradient_first",
            _gradient_first,
            "Two things in the wrong order: return objective, gradient.",
            lambda trials: all(
                np.ndim(t.returned[0]) == 1 and np.ndim(t.returned[1]) == 0 for t in trials
            ),
        ),
        Mistake(
            "objective_of_each_sample",
            _objective_of_each,
            "The objective is one number, the mean over the samples.",
            lambda trials: all(np.ndim(t.returned[0]) == 1 for t in trials),
        ),
        Mistake(
            "clip_without_minimum",
            _clip(choose=_held),
            "The clipped term stands alone, so that a move in the wrong direction has no slope "
            "either and is never undone. Take the smaller of the clipped and the plain term.",
            as_if(
                _clip(choose=_held),
                _clip(choose=_held, slope=lambda r, a, active: np.where(active, a, 0.0)),
            ),
        ),
        Mistake(
            "no_clip",
            _clip(choose=_plain),
            "Nothing is clipped: the ratio may go anywhere. Clip it to 1 - clip .. 1 + clip.",
        ),
        Mistake(
            "maximum_for_minimum",
            _clip(choose=np.maximum),
            "You take the larger of the two terms, which rewards moving far. Take the smaller.",
        ),
        Mistake(
            "clipped_above_only",
            _one_sided,
            "The ratio is held from above only, whatever the sign of the advantage. A bad action "
            "is held from below: clip to 1 - clip .. 1 + clip, and take the minimum of the terms.",
        ),
        Mistake(
            "difference_of_logarithms",
            _clip(ratio=lambda new, old: new - old),
            "The difference of log probabilities is the logarithm of the ratio: take its exp.",
            as_if(
                _clip(ratio=lambda new, old: new - old),
                _clip(
                    ratio=lambda new, old: new - old,
                    slope=lambda r, a, active: np.where(active, a, 0.0),
                ),
            ),
        ),
        Mistake(
            "quotient_of_logarithms",
            _clip(ratio=lambda new, old: new / old),
            "You divide log probabilities. The ratio is that of the probabilities: exp(new - old).",
            as_if(
                _clip(ratio=lambda new, old: new / old),
                _clip(
                    ratio=lambda new, old: new / old,
                    slope=lambda r, a, active: np.where(active, a, 0.0),
                ),
            ),
        ),
        Mistake(
            "old_over_new",
            _clip(ratio=lambda new, old: np.exp(old - new)),
            "The ratio is upside down: new over old, exp(new - old).",
            as_if(
                _clip(ratio=lambda new, old: np.exp(old - new)),
                _clip(
                    ratio=lambda new, old: np.exp(old - new),
                    slope=lambda r, a, active: np.where(active, -r * a, 0.0),
                ),
            ),
        ),
        Mistake(
            "gradient_by_the_ratio",
            _clip(slope=lambda r, a, active: np.where(active, a, 0.0)),
            "That is the derivative by the ratio, A. Asked for is that by the log probability: "
            "r A, because the derivative of exp is exp.",
        ),
        Mistake(
            "gradient_never_zero",
            _clip(slope=_gradient_everywhere),
            "Your gradient is never zero. Where the clipped term is the smaller one the ratio "
            "does not matter any more: 0.",
        ),
        Mistake(
            "gradient_in_the_band_only",
            _in_the_band_only,
            "The objective is right. Its gradient is 0 for every sample outside the band, also "
            "where the plain term is the smaller one: a move in the wrong direction keeps its "
            "slope.",
        ),
        Mistake(
            "smaller_term_as_gradient",
            _smaller_term_as_gradient,
            "Where the clipped term is the smaller one it does not change with the ratio, so its "
            "derivative is 0, not the term itself.",
        ),
        Mistake(
            "clipped_around_zero",
            _around_zero,
            "The ratio is clipped to -clip .. clip. A policy that has not moved has a ratio of 1: "
            "clip to 1 - clip .. 1 + clip.",
        ),
        Mistake(
            "logarithm_clipped",
            _logarithm_clipped,
            "You work with the difference of log probabilities all through. The ratio is its exp, "
            "and the clip is around 1.",
        ),
        Mistake(
            "gradient_not_averaged",
            _gradient_not_averaged,
            "The objective is a mean, so each sample has 1/N of the gradient: divide by N.",
        ),
        Mistake(
            "sum_for_mean",
            _clip(average=False),
            "These are sums over the samples, for the objective and the gradient. Take means.",
        ),
        Mistake(
            "loss_for_objective",
            _loss,
            "This is the loss, minus the objective. Asked for is what is to be made large.",
        ),
    ),
    others=(clipped_by_torch, clipped_by_cases),
    hints=(
        "First the ratio, np.exp(log_probs - old_log_probs), then the two terms: ratio times "
        "advantage, and clipped ratio times advantage. The smaller counts.",
        "The derivative of exp(x) is exp(x): the plain term's derivative by the log probability is "
        "the term itself, ratio * advantage. The clipped term's is 0 where it was clipped.",
        "np.minimum(plain, held).mean(), and np.where(plain <= held, plain, 0) / len(plain).",
    ),
    praise="You know the one line that made policy gradients practical, down to its slope.",
)


# --- 09.4 ------------------------------------------------------------------------------------


class TabularPPO:
    """PPO with a table of logits in place of a network."""

    def __init__(self, states, actions, clip=0.2, rate=1.0, epochs=10):
        self.logits = np.zeros((states, actions))
        self.clip, self.rate, self.epochs = clip, rate, epochs

    def policy(self):
        weights = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)

    def learn(self, states, actions, advantages):
        old = self.policy()[states, actions]
        for _ in range(self.epochs):
            self.logits = self.logits + self.rate * self.gradient(states, actions, advantages, old)

    def gradient(self, states, actions, advantages, old):
        policy = self.policy()
        slope = self.slope(policy[states, actions] / old, advantages) / len(states)
        gradient = np.zeros(self.logits.shape)
        score = np.eye(self.logits.shape[1])[actions] - policy[states]
        np.add.at(gradient, states, slope[:, None] * score)
        return gradient

    def slope(self, ratio, advantages):
        plain, held = ratio * advantages, np.clip(ratio, 1 - self.clip, 1 + self.clip) * advantages
        return np.where(plain <= held, plain, 0.0)


class PPOWithTorch(TabularPPO):
    """The same by automatic differentiation."""

    def gradient(self, states, actions, advantages, old):
        logits = torch.tensor(self.logits, requires_grad=True)
        new = logits.log_softmax(dim=1)[torch.as_tensor(states), torch.as_tensor(actions)].exp()
        ratio, gains = new / torch.from_numpy(old), torch.from_numpy(advantages)
        held = ratio.clamp(1 - self.clip, 1 + self.clip) * gains
        torch.minimum(ratio * gains, held).mean().backward()
        return logits.grad.numpy()


NEW = "policy of a new learner"


def practise(made, case):
    """The policy of a new learner, and after each batch that it learns from."""
    states, actions, options, batches = case.inputs
    learner = made(states, actions, **options)
    seen = {NEW: np.array(learner.policy(), dtype=float)}
    for number, batch in enumerate(batches, 1):
        learner.learn(*batch)
        seen[f"policy after batch {number}"] = np.array(learner.policy(), dtype=float)
    return seen


def ppo_cases(rng):
    def batch(states, actions, samples):
        where = rng.integers(states, size=samples)
        return where, rng.integers(actions, size=samples), rng.normal(0, 1, samples)

    one = np.array([0])
    step = np.exp([0.5, -0.5])
    return [
        Case("one state, two actions, one step on one sample",
             (1, 2, {"rate": 1.0, "epochs": 1}, [(one, one, np.array([1.0]))]),
             {NEW: np.full((1, 2), 0.5), "policy after batch 1": (step / step.sum())[None]}),
        Case("one sample learned from fifty times",
             (1, 2, {"rate": 0.3, "epochs": 50}, [(one, one, np.array([1.0]))])),
        Case("a state that was not visited stays as it is",
             (3, 2, {}, [(np.array([0, 2]), np.array([1, 0]), np.array([1.0, -1.0]))])),
        Case("the same state and action three times in a batch",
             (2, 3, {"epochs": 2}, [(np.array([1, 1, 1]), np.array([2, 2, 2]),
                                     np.array([0.5, 1.0, -0.2]))])),
        Case("two batches, one after the other",
             (2, 3, {"rate": 2.0}, [batch(2, 3, 8), batch(2, 3, 8)])),
        Case("a good action that the others push down",
             (1, 3, {"rate": 4.0, "epochs": 20},
              [(np.zeros(4, dtype=int), np.array([0, 1, 1, 1]), np.array([0.1, 2.0, 2.0, 2.0]))])),
        Case("a wide clip", (4, 4, {"clip": 0.6, "rate": 3.0, "epochs": 15}, [batch(4, 4, 30)])),
        Case("twenty samples, five batches", (3, 4, {"rate": 2.0}, [batch(3, 4, 20)] * 5)),
    ]  # fmt: skip


class _OldEveryEpoch(TabularPPO):
    def learn(self, states, actions, advantages):
        for _ in range(self.epochs):
            old = self.policy()[states, actions]
            self.logits = self.logits + self.rate * self.gradient(states, actions, advantages, old)


class _OldFromTheStart(TabularPPO):
    def learn(self, states, actions, advantages):
        old = np.full(len(states), 1.0 / self.logits.shape[1])
        for _ in range(self.epochs):
            self.logits = self.logits + self.rate * self.gradient(states, actions, advantages, old)


class _OneEpoch(TabularPPO):
    def __init__(self, states, actions, clip=0.2, rate=1.0, epochs=10):
        super().__init__(states, actions, clip, rate, 1)


class _Descends(TabularPPO):
    def slope(self, ratio, advantages):
        return -super().slope(ratio, advantages)


class _NoClip(TabularPPO):
    def slope(self, ratio, advantages):
        return ratio * advantages


class _NoMinimum(TabularPPO):
    def slope(self, ratio, advantages):
        inside = (ratio >= 1 - self.clip) & (ratio <= 1 + self.clip)
        return np.where(inside, ratio * advantages, 0.0)


class _NoRatio(TabularPPO):
    def slope(self, ratio, advantages):
        return np.where(super().slope(ratio, advantages) != 0, advantages, 0.0)


class _Overwrites(TabularPPO):
    def gradient(self, states, actions, advantages, old):
        policy = self.policy()
        slope = self.slope(policy[states, actions] / old, advantages) / len(states)
        gradient = np.zeros(self.logits.shape)
        gradient[states] += slope[:, None] * (
            np.eye(self.logits.shape[1])[actions] - policy[states]
        )
        return gradient


class _OnlyTheAction(TabularPPO):
    def gradient(self, states, actions, advantages, old):
        slope = self.slope(self.policy()[states, actions] / old, advantages) / len(states)
        gradient = np.zeros(self.logits.shape)
        np.add.at(gradient, (states, actions), slope)
        return gradient


class _Sums(TabularPPO):
    def gradient(self, states, actions, advantages, old):
        return super().gradient(states, actions, advantages, old) * len(states)


class _MeanOfEachState(TabularPPO):
    def gradient(self, states, actions, advantages, old):
        visits = np.bincount(states, minlength=len(self.logits))[:, None]
        whole = super().gradient(states, actions, advantages, old) * len(states)
        return whole / np.maximum(visits, 1)


class _Normalises(TabularPPO):
    def learn(self, states, actions, advantages):
        spread = advantages.std()
        if spread > 0:
            advantages = (advantages - advantages.mean()) / (spread + 1e-8)
        super().learn(states, actions, advantages)


class _Forgets(TabularPPO):
    def learn(self, states, actions, advantages):
        self.logits = np.zeros(self.logits.shape)
        super().learn(states, actions, advantages)


class _OneSampleAtATime(TabularPPO):
    def learn(self, states, actions, advantages):
        old = self.policy()[states, actions]
        for _ in range(self.epochs):
            for k in range(len(states)):
                one = slice(k, k + 1)
                self.logits = self.logits + self.rate * self.gradient(
                    states[one], actions[one], advantages[one], old[one]
                )


class _SoftmaxOverAll(TabularPPO):
    def policy(self):
        weights = np.exp(self.logits - self.logits.max())
        return weights / weights.sum()


class _SmallerTermAsSlope(TabularPPO):
    def slope(self, ratio, advantages):
        held = np.clip(ratio, 1 - self.clip, 1 + self.clip) * advantages
        return np.minimum(ratio * advantages, held)


class _OneEpochFewer(TabularPPO):
    def __init__(self, states, actions, clip=0.2, rate=1.0, epochs=10):
        super().__init__(states, actions, clip, rate, epochs - 1)


class _MeanOfEpochs(TabularPPO):
    def gradient(self, states, actions, advantages, old):
        return super().gradient(states, actions, advantages, old) / self.epochs


class _LogitsForPolicy(TabularPPO):
    def policy(self):
        return self.logits


class _OneMinusPolicyAlone(TabularPPO):
    def gradient(self, states, actions, advantages, old):
        chosen = self.policy()[states, actions]
        slope = self.slope(chosen / old, advantages) * (1 - chosen) / len(states)
        gradient = np.zeros(self.logits.shape)
        np.add.at(gradient, (states, actions), slope)
        return gradient


class _LogarithmForRatio(TabularPPO):
    def slope(self, ratio, advantages):
        return super().slope(np.log(ratio), advantages)


_ppo_exercise = Exercise(
    id="09.4",
    title="PPO with a table",
    minutes=35,
    difficulty=3,
    points=5,
    objective="L09.4",
    reference=TabularPPO,
    observe=practise,
    names=("states", "actions", "options", "batches"),
    cases=ppo_cases,
    properties=(
        Property(
            "each row of the policy sums to one",
            lambda seen, *inputs: all(np.allclose(p.sum(axis=1), 1) for p in seen.values()),
            "policy() gives for each state the probabilities of its actions: each row sums to 1 "
            "(axis=1, keepdims=True in the softmax).",
        ),
        Property(
            "a new learner takes all actions alike",
            lambda seen, states, actions, *rest: np.allclose(seen[NEW], 1 / actions),
            "A new learner knows nothing: all logits are 0, all actions equally likely.",
        ),
    ),
    mistakes=(
        Mistake(
            "softmax_over_everything",
            _SoftmaxOverAll,
            "All states share one softmax. Each state has its own: sum over axis 1.",
            lambda trials: all(np.isclose(p.sum(), 1) for t in trials for p in t.returned.values()),
        ),
        Mistake(
            "old_policy_in_every_epoch",
            _OldEveryEpoch,
            "The ratio is always 1, as in REINFORCE repeated on the same samples, and the clip "
            "never holds. The old probabilities are those of the policy that played: take them "
            "once, before the epochs.",
        ),
        Mistake(
            "old_policy_of_the_start",
            _OldFromTheStart,
            "The old probabilities are those of a new learner, also in later batches. Take them "
            "at the start of each call of learn.",
        ),
        Mistake(
            "one_epoch",
            _OneEpoch,
            "A batch is learned from once. It is to be learned from `epochs` times, with the "
            "policy, the ratio and the gradient new each time.",
        ),
        Mistake(
            "downhill",
            _Descends,
            "Good actions become less likely: the logits move against the gradient. Add it.",
        ),
        Mistake(
            "no_clip",
            _NoClip,
            "The ratio grows without a limit: where min(r A, clip(r) A) is the clipped term, the "
            "sample has no gradient.",
        ),
        Mistake(
            "clip_without_minimum",
            _NoMinimum,
            "A sample outside the clip counts for nothing, also when it was moved in the wrong "
            "direction. With the minimum it counts until it is back.",
        ),
        Mistake(
            "gradient_without_the_ratio",
            _NoRatio,
            "The gradient of r A by the logits is r A times (one-hot minus policy): the factor r "
            "is missing.",
        ),
        Mistake(
            "repeated_state_added_once",
            _Overwrites,
            "gradient[states] += ... adds once for each state, however often it occurs: the last "
            "one wins. np.add.at adds every time.",
        ),
        Mistake(
            "only_the_logit_of_the_action",
            _OnlyTheAction,
            "Only the logit of the action taken is moved. The derivative of log pi(a) is one-hot "
            "minus the policy: the others of the state move as well.",
        ),
        Mistake(
            "one_minus_policy_alone",
            _OneMinusPolicyAlone,
            "The logit of the action moves by 1 - pi, which is right, and the others of the state "
            "stay. They move by minus their own probability: one-hot minus the policy.",
        ),
        Mistake(
            "smaller_term_as_slope",
            _SmallerTermAsSlope,
            "Where the clipped term is the smaller one the sample has no slope: 0, not the term "
            "itself.",
        ),
        Mistake(
            "one_epoch_fewer",
            _OneEpochFewer,
            "A step is missing: learn makes `epochs` steps on each batch.",
        ),
        Mistake(
            "mean_of_epochs",
            _MeanOfEpochs,
            "The gradient is divided by the number of epochs. Each epoch makes a whole step.",
        ),
        Mistake(
            "logits_for_policy",
            _LogitsForPolicy,
            "policy() hands out the logits. Turn each row into probabilities by softmax.",
        ),
        Mistake(
            "logarithm_for_ratio",
            _LogarithmForRatio,
            "You take the difference of log probabilities for the ratio: it is 0 where nothing has "
            "moved, and the ratio is 1 there. Take its exp.",
        ),
        Mistake(
            "sum_over_samples",
            _Sums,
            "The gradient is summed over the samples. The objective is their mean.",
        ),
        Mistake(
            "mean_of_each_state",
            _MeanOfEachState,
            "Each state has a mean of its own. The objective is the mean over all samples, so "
            "that states count as often as they were visited.",
        ),
        Mistake(
            "normalised_advantages",
            _Normalises,
            "The advantages are normalised. PPO often does that outside; here they are used as "
            "they are handed in.",
        ),
        Mistake(
            "forgets",
            _Forgets,
            "Every batch starts from zero logits: what was learned before is forgotten.",
        ),
        Mistake(
            "one_sample_at_a_time",
            _OneSampleAtATime,
            "The logits move after each sample. Add up the gradient of the whole batch, and move "
            "once in each epoch.",
        ),
    ),
    others=(PPOWithTorch,),
    hints=(
        "learn: keep old = self.policy()[states, actions], then `epochs` times: policy, ratio, "
        "which samples still have a slope, gradient, step.",
        "A sample's part of the gradient is slope * (one-hot of its action - policy of its state), "
        "where slope is r A, or 0 where the clipped term is smaller. 09.3 has it.",
        "np.add.at(gradient, states, slope[:, None] * (np.eye(A)[actions] - policy[states])), "
        "divided by the number of samples; logits += rate * gradient.",
    ),
    praise="A whole PPO of your own, exact to the last digit; a network only replaces the table.",
)


# --- 09.5 ------------------------------------------------------------------------------------


def counterfactual(values, policies, actions):
    result = np.zeros(actions.shape)
    for row, joint in enumerate(actions):
        for agent, policy in enumerate(policies):
            mine = values[(*joint[:agent], slice(None), *joint[agent + 1 :])]
            result[row, agent] = values[tuple(joint)] - policy @ mine
    return result


def counterfactual_batched(values, policies, actions):
    values = np.asarray(values)
    chosen, columns = values[tuple(actions.T)], []
    for agent, policy in enumerate(policies):
        expected = np.tensordot(np.moveaxis(values, agent, -1), policy, axes=1)
        others = np.delete(actions, agent, axis=1)
        columns.append(chosen - expected[tuple(others.T)])
    return np.stack(columns, axis=1)


def counterfactual_cases(rng):
    def some(counts, rows):
        policies = [_softmax(rng.normal(0, 1, count)) for count in counts]
        actions = np.stack([rng.integers(count, size=rows) for count in counts], axis=1)
        return rng.normal(0, 4, counts), policies, actions

    table = np.array([[8.0, 0.0], [4.0, 2.0]])
    policies = [np.array([0.5, 0.5]), np.array([0.75, 0.25])]
    return [
        Case("two agents, both take their first action",
             (table, policies, np.array([[0, 0]])), [[2.0, 2.0]]),
        Case("all four joint actions of the same game",
             (table, policies, np.array([[0, 0], [0, 1], [1, 0], [1, 1]])),
             [[2.0, 2.0], [-1.0, -6.0], [-2.0, 0.5], [1.0, -1.5]]),
        Case("three agents with two, three and four actions", some((2, 3, 4), 6)),
        Case("three agents with as many actions each", some((3, 3, 3), 8)),
        Case("one agent", some((5,), 4)),
        Case("a policy that is certain",
             (table, [np.array([1.0, 0.0]), np.array([0.0, 1.0])], np.array([[0, 1], [1, 0]])),
             [[0.0, 0.0], [-4.0, 2.0]]),
    ]  # fmt: skip


def _of_each_agent(judge):
    """``judge(mine, policy, action)``: from the values of my actions, the others' as they were."""

    def answer(values, policies, actions):
        result = np.zeros(actions.shape)
        for row, joint in enumerate(actions):
            for agent, policy in enumerate(policies):
                mine = values[(*joint[:agent], slice(None), *joint[agent + 1 :])]
                result[row, agent] = judge(mine, policy, joint[agent])
        return result

    return answer


def _expected_value(values, policies):
    for policy in policies:
        values = np.tensordot(policy, values, axes=1)
    return values


def _team_advantage(values, policies, actions):
    each = values[tuple(actions.T)] - _expected_value(values, policies)
    return np.tile(each[:, None], (1, len(policies)))


def _others_averaged(values, policies, actions):
    """What the action is worth when the others act by their policies, minus the mean."""
    columns = []
    for agent in range(len(policies)):
        others = np.moveaxis(values, agent, -1)
        for other, policy in enumerate(policies):
            if other != agent:
                others = np.tensordot(policy, others, axes=1)
        columns.append(others[actions[:, agent]] - policies[agent] @ others)
    return np.stack(columns, axis=1)


def _others_as_baseline(values, policies, actions):
    """Averages over the others and keeps its own action: the wrong thing is varied."""
    columns = []
    for agent in range(len(policies)):
        others = np.moveaxis(values, agent, -1)
        for other, policy in enumerate(policies):
            if other != agent:
                others = np.tensordot(policy, others, axes=1)
        columns.append(values[tuple(actions.T)] - others[actions[:, agent]])
    return np.stack(columns, axis=1)


def _first_policy_for_all(values, policies, actions):
    return counterfactual(values, [policies[0]] * len(policies), actions)


def _along_the_first_axis(values, policies, actions):
    result = np.zeros(actions.shape)
    for row, joint in enumerate(actions):
        for agent, policy in enumerate(policies):
            result[row, agent] = values[tuple(joint)] - policy @ values[(slice(None), *joint[1:])]
    return result


_counterfactual_exercise = Exercise(
    id="09.5",
    title="What would have been without me",
    minutes=18,
    difficulty=2,
    points=3,
    objective="L09.5",
    reference=counterfactual,
    cases=counterfactual_cases,
    properties=(
        Property(
            "there is one advantage for each row and agent",
            lambda result, values, policies, actions: np.shape(result) == np.shape(actions),
            "One advantage for each joint action and agent is wanted, float[B, N].",
        ),
    ),
    mistakes=(
        Mistake(
            "one_advantage_for_all",
            _team_advantage,
            "All agents get the same: the value of what was done minus what the team expects. "
            "Vary one agent's action only, and leave the others as they were.",
        ),
        Mistake(
            "others_by_their_policies",
            _others_averaged,
            "The others act by their policies here. The critic knows what they did on this page: "
            "keep their actions.",
        ),
        Mistake(
            "varied_the_others",
            _others_as_baseline,
            "The baseline varies the others' actions and keeps the agent's own. Turn it round.",
        ),
        Mistake(
            "uniform_policy",
            _of_each_agent(lambda mine, policy, action: mine[action] - mine.mean()),
            "All actions of the agent count the same in your baseline. Weigh them by its policy.",
        ),
        Mistake(
            "against_the_first_action",
            _of_each_agent(lambda mine, policy, action: mine[action] - mine[0]),
            "You compare with action 0. That is a difference reward with a default action; here "
            "the agent's own policy is the comparison.",
        ),
        Mistake(
            "against_the_best_action",
            _of_each_agent(lambda mine, policy, action: mine[action] - mine.max()),
            "You compare with the best action: that is regret, and never above 0. Compare with "
            "what the policy earns on average.",
        ),
        Mistake(
            "against_the_likeliest_action",
            _of_each_agent(lambda mine, policy, action: mine[action] - mine[policy.argmax()]),
            "You compare with the agent's likeliest action. Compare with the average over all its "
            "actions, weighted by the policy.",
        ),
        Mistake(
            "first_policy_for_all",
            _first_policy_for_all,
            "All agents are averaged with the first one's policy: agent i has policies[i].",
        ),
        Mistake(
            "along_the_first_axis",
            _along_the_first_axis,
            "Whatever the agent, it is the first one's action that varies. Agent i's actions lie "
            "along axis i of the table.",
        ),
        Mistake(
            "turned_round",
            _of_each_agent(lambda mine, policy, action: policy @ mine - mine[action]),
            "The sign is turned round: value of the action taken, minus the average.",
        ),
        Mistake(
            "baseline_only",
            _of_each_agent(lambda mine, policy, action: policy @ mine),
            "This is the baseline alone. Subtract it from the value of what was done.",
        ),
        Mistake(
            "forgot_the_baseline",
            _of_each_agent(lambda mine, policy, action: mine[action]),
            "These are the values of what was done, the same for all agents. Subtract what each "
            "would have earned on average with the others' actions as they were.",
        ),
        Mistake(
            "weighted_by_the_policy",
            _of_each_agent(
                lambda mine, policy, action: policy[action] * (mine[action] - policy @ mine)
            ),
            "The advantage is multiplied by the probability of the action. Likely actions already "
            "occur more often.",
        ),
        Mistake(
            "own_action_left_out",
            _of_each_agent(
                lambda mine, policy, action: (
                    mine[action] - (policy @ mine - policy[action] * mine[action])
                )
            ),
            "The action taken is missing in the average. The baseline averages over all actions "
            "of the agent, that one too.",
        ),
    ),
    others=(counterfactual_batched,),
    hints=(
        "For one agent: the values of all its actions, while the others keep theirs, are a line "
        "through the table. Average that line with the agent's policy.",
        "values[(*joint[:agent], slice(None), *joint[agent + 1:])] is that line, float[A_agent].",
        "result[row, agent] = values[tuple(joint)] - policies[agent] @ line.",
    ),
    praise="This is COMA's advantage: each agent's own part in what the team earned.",
)


EXERCISES = [
    _reinforce_exercise,
    _advantage_exercise,
    _clip_exercise,
    _ppo_exercise,
    _counterfactual_exercise,
]
