"""09.2 Advantages through ends and time limits.

18 minutes, difficulty 2, 3 points, L09.2
Ends and time limits apart: many published implementations get this wrong.
"""

import numpy as np
import torch

from mavrs_course.course import Case, Property
from mavrs_course.marl.advantages import generalised_advantages


def advantages(rewards, values, next_values, terminated, truncated, discount, lam):
    surprise = rewards + discount * ~terminated * next_values - values
    keep = discount * lam * ~(terminated | truncated)
    result, following = np.zeros(rewards.shape), np.zeros(rewards.shape[1:])
    for step in reversed(range(len(rewards))):
        following = surprise[step] + keep[step] * following
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


OTHERS = (advantages_by_sums, advantages_of_the_library)


def cases(rng):
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


PROPERTIES = (
    Property("there is one advantage for each step and place",
             lambda result, rewards, *rest: np.shape(result) == np.shape(rewards),
             "One advantage for each step and place is wanted, float[T, B]."),
)  # fmt: skip

HINTS = """
    Two questions for each step: does the next value count (unless terminated), and does the sum
    go on (unless terminated or truncated)?

    Work from the back: following = surprise + discount * lam * goes_on_summing * following,
    starting from zeros of shape rewards.shape[1:].

    surprise = rewards[t] + discount * ~terminated[t] * next_values[t] - values[t]; the sum is
    kept where ~(terminated[t] | truncated[t]).
"""
MISTAKES = """
    worth_after_the_end: * ~terminated =>
      What the critic thinks of the place behind an end is counted. When the game is over nothing
      more is to be earned: next value 0 where terminated.
    time_limit_is_an_end: ~terminated * => ~(terminated | truncated) *
      A time limit is treated like an end. The viewer would have watched on, so the next value
      still counts where truncated; only the sum stops.
    sum_runs_into_the_next_session: ~(terminated | truncated) => np.ones(rewards.shape)
      The sum never stops: advantages of the next session flow into this one. Stop it wherever a
      session ends or is cut off.
    sum_stops_at_ends_only: ~(terminated | truncated) => ~terminated
      The sum runs through time limits: what follows one is another session. Stop it where
      terminated or truncated.
    sum_stops_at_limits_only: ~(terminated | truncated) => ~truncated
      The sum runs through the ends of sessions. Stop it where terminated or truncated.
    flags_of_the_next_step:
      | ~(terminated | truncated) =>
      |     ~np.append((terminated | truncated)[1:], np.zeros_like(terminated[:1]), axis=0)
      The sum stops one step off: terminated[t] and truncated[t] say that step t was the last, so
      they cut what follows t.
    sessions_not_told_apart: * ~terminated =>; ~(terminated | truncated) => np.ones(rewards.shape)
      Neither flag is used: every step is treated as if its session went on for ever. The next
      value is 0 where terminated, and the sum stops where terminated or truncated.
    flags_exchanged: ~terminated * => ~truncated *
      terminated and truncated have changed places: it is after a termination that nothing more is
      to be earned.
    discount_and_lam_exchanged: discount * ~terminated => lam * ~terminated
      lam discounts the next value. It only fades the sum; the next value is discounted by discount.
    rewards_only:
      | rewards + discount * ~terminated * next_values - values => rewards;
      | discount * lam => discount
      or rewards + discount * ~terminated * next_values - values => rewards
      These are discounted sums of rewards; the critic's values are not used.
    normalised: return result => return (result - result.mean()) / (result.std() + 1e-8)
      The advantages are normalised. PPO does that afterwards; here they are wanted as they are.
    tilde_of_numbers:
      | ~terminated * => ~terminated.astype(int) *;
      | ~(terminated | truncated) => ~(terminated | truncated).astype(int)
      or ~terminated * => ~terminated.astype(int) *
      or ~(terminated | truncated) => ~(terminated | truncated).astype(int)
      ~ turns True and False round, but not 1 and 0: ~1 is -2. Leave the flags as they are, or write
      1 - flag.
    last_step_leads_nowhere:
      | surprise = rewards + discount * ~terminated * next_values - values =>
      | worth = ~terminated * next_values
      | worth[-1] = 0
      | surprise = rewards + discount * worth - values
      The next value of the last step is left out. The steps stop there, and the session need not:
      next_values[-1] counts unless the game was over.
    returns_minus_values:
      | following = surprise[step] + keep[step] * following =>
      | cut = truncated[step] | (step == len(rewards) - 1)
      | worth = np.where(cut, next_values[step], following) * ~terminated[step]
      | following = rewards[step] + discount * worth;
      | result[step] = following => result[step] = following - values[step]
      This is all that was paid up to the session's end, discounted, minus the value, as for
      lam = 1. Add up the surprises, each of them fading by discount * lam a step.
    no_discount_in_the_sum: discount * lam => lam
      The sum fades by lam alone. It fades by discount times lam.
    no_lambda: discount * lam => discount
      The sum fades by the discount alone, as if lam were 1. It fades by discount * lam.
    discounted_twice: discount * lam => discount**2 * lam
      The sum is discounted twice a step. It fades by discount * lam.
    next_value_not_discounted: discount * ~terminated => ~terminated
      The next value counts in full. It lies one step ahead: discount * next_values.
    surprise_only: + keep[step] * following =>
      These are the surprises of single steps, as for lam = 0. Add discount * lam times the
      advantage of the step after.
    returns_not_advantages: return result => return result + values
      The values are added again: these are the critic's targets, not advantages.
    forwards: reversed(range(len(rewards))) => range(len(rewards))
      The sum runs from the first step to the last, and gathers the past. An advantage looks
      ahead: start at the last step.
    values_shifted:
      | next_values - values => np.append(values[1:], np.zeros_like(values[:1]), axis=0) - values
      or next_values - values => np.append(values[1:], next_values[-1:], axis=0) - values
      values[1:] stands in for next_values. After a reset that is another session, and the last
      step has none: next_values says what each step led to.
"""

EQUAL = r"""
    np.zeros(rewards.shape) => np.ones(rewards.shape) | result, following = (np.zeros(rewards.shape), np.zeros(rewards.shape …
      Every place is written.
    1 => 2 | result, following = (np.zeros(rewards.shape), np.zeros(rewards.shape …
      A single 0 is the same for all.
"""  # noqa: E501
