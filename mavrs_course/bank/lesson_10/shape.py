"""10.3 A hint that cannot mislead.

12 minutes, difficulty 2, 3 points, L10.3
Whatever number you call promising, your learner's best policy stays the best one.
"""

import numpy as np

from mavrs_course.course import Case


def shape(rewards, potential, ended, discount):
    following = np.where(ended, 0.0, potential[1:])
    return rewards + discount * following - potential[:-1]


def shape_step_by_step(rewards, potential, ended, discount):
    shaped = np.zeros(np.shape(rewards))
    for t in range(len(rewards)):
        for b in range(len(rewards[t])):
            promised = 0.0 if ended[t][b] else potential[t + 1][b]
            shaped[t, b] = rewards[t][b] + discount * promised - potential[t][b]
    return shaped


OTHERS = (shape_step_by_step,)


def cases(rng):
    def some(steps, places, chance):
        ended = rng.random((steps, places)) < chance
        ended[-1, 0] = True
        return (
            rng.integers(0, 50, (steps, places)) / 10,
            rng.normal(0, 10, (steps + 1, places)),
            ended,
            float(rng.uniform(0.5, 0.99)),
        )

    one = np.array([[10.0], [20.0], [30.0], [8.0]])
    return [
        Case("one place, three steps; the second ends its session",
             (np.array([[1.0], [2.0], [3.0]]), one, np.array([[False], [True], [False]]), 0.5),
             [[1.0], [-18.0], [-23.0]]),
        Case("nothing ends, no discount",
             (np.zeros((3, 1)), one, np.zeros((3, 1), dtype=bool), 1.0), [[10.0], [10], [-22]]),
        Case("four places, six steps", some(6, 4, 0.3)),
        Case("two places, twenty steps", some(20, 2, 0.15)),
        Case("every step ends a session", some(3, 3, 1.1)),
    ]  # fmt: skip


HINTS = """
    potential has one row more than rewards: potential[:-1] is where each step began,
    potential[1:] where it led.

    Where ended is true, what follows belongs to another session. np.where(ended, 0,
    potential[1:]) is what the hint may count.

    Each page's reward gets the potential of what comes next, discounted and 0 after an end, less
    the potential of where it was.
"""
MISTAKES = """
    promised_by_the_next_session: np.where(ended, 0.0, potential[1:]) => potential[1:]
      Where a session ended, potential[t + 1] is that of the next viewer. The old session is over,
      and its potential is 0.
    forgot_the_discount: discount * following => following
      The potential of what follows is discounted, as everything is that comes one step later.
      Without that the hints do not cancel out.
    sign: rewards + discount * following - => rewards - discount * following +
      The hint has the wrong sign: it pays for a rise of the potential, so what follows counts
      for, and what was counts against.
    hints_replace_the_reward: return rewards + => return
      That is the hint alone. Add it to the rewards.
    a_bonus_without_a_charge: - potential[:-1] =>
      or np.where(ended, 0.0, potential[1:]) => potential[1:]; - potential[:-1] =>
      or discount * following - potential[:-1] => following
      or discount * following - potential[:-1] => potential[:-1]
      You pay for good states and never charge for leaving them. That is an ordinary bonus, and it
      changes what is best: subtract the potential of where the step began.
    no_hint_at_the_end:
      | discount * following - potential[:-1] =>
      |     np.where(ended, 0, discount * potential[1:] - potential[:-1])
      On the last step you pay no hint at all. What was promised must be taken back there: 0 for
      what follows, and minus the potential of where it began.
    nothing_at_the_end:
      | return rewards => return ~ended * (rewards;
      | potential[:-1] => potential[:-1])
      On the last step of a session you pay nothing at all. Its reward stays, and what was
      promised is taken back there: rewards + 0 - potential.
    discounted_the_wrong_one: discount * following - => following - discount *
      You discount the potential of now. It is what follows that lies a step ahead.
    discounted_both:
      | discount * following - potential[:-1] => discount * (following - potential[:-1])
      You discount the whole hint. Only what follows lies a step ahead: the potential of now
      counts in full.
    discounted_twice_over:
      | return rewards =>
      | ahead = discount ** np.arange(len(ended) + 1)[:, None]
      | return rewards;
      | discount * following - => ahead[1:] * following - ahead[:-1] *
      You discount more with each step. The learner will do that: each step's own hint is discount
      * following - now.
    ends_swapped: 0.0, potential[1:] => potential[1:], 0.0
      You keep the potential of what follows only where the session ended. It is the other way
      round: 0 where it ended.
    zero_at_the_start_of_the_next:
      | - potential[:-1] =>
      |     - np.where(np.vstack([np.zeros_like(ended[:1]), ended[:-1]]), 0, potential[:-1])
      After an end you also set the potential of the next session's first state to 0. Only the end
      itself is worth 0; a new session begins with its own potential.
"""
