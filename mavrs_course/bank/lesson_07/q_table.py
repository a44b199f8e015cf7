"""07.1 A table that learns.

20 minutes, difficulty 2, 4 points, L07.1
Twelve lines, and they learn any world that stands still and fits into a table.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.course.detect import only_wrong


class QTable:
    def __init__(self, states, actions, rate, discount):
        self.values = np.zeros((states, actions))
        self.rate, self.discount = rate, discount

    def best(self, state):
        return int(self.values[state].argmax())

    def learn(self, state, action, reward, next_state, ended):
        following = 0.0 if ended else self.discount * self.values[next_state].max()
        target = reward + following
        self.values[state, action] += self.rate * (target - self.values[state, action])


class QTableOfLists:
    """The same with plain lists, which grows its values as an array when asked."""

    def __init__(self, states, actions, rate, discount):
        self.table = [[0.0] * actions for _ in range(states)]
        self.rate, self.discount = rate, discount

    @property
    def values(self):
        return np.array(self.table)

    def best(self, state):
        row = self.table[state]
        return row.index(max(row))

    def learn(self, state, action, reward, next_state, ended):
        to_come = self.discount * max(self.table[next_state]) * (not ended)
        old = self.table[state][action]
        self.table[state][action] = (1 - self.rate) * old + self.rate * (reward + to_come)


OTHERS = (QTableOfLists,)
AFTER, BEST, FRESH = "values after each step", "best actions in the end", "values of a new table"


def cases(rng):
    def some(states, actions, rate, discount, steps, mean=1):
        story = [
            (int(rng.integers(states)), int(rng.integers(actions)), float(rng.normal(mean, 2)),
             int(rng.integers(states)), bool(rng.random() < 0.2))
            for _ in range(steps)
        ]  # fmt: skip
        return states, actions, rate, discount, story

    hand = [(0, 1, 4.0, 1, False), (1, 0, 2.0, 0, False), (0, 1, 4.0, 1, True)]
    # 0.5 * 4 = 2; then 0.5 * (2 + 0.5 * 2) = 1.5; then 2 + 0.5 * (4 - 2) = 3: nothing follows.
    wanted = np.array([[[0, 2], [0, 0]], [[0, 2], [1.5, 0]], [[0, 3], [1.5, 0]]], dtype=float)
    return [
        Case("three steps, the last ends the session", (2, 2, 0.5, 0.5, hand),
             {AFTER: wanted, BEST: [1, 0], FRESH: np.zeros((2, 2))}),
        Case("the same, without a discount", (2, 2, 0.5, 1.0, hand)),
        Case("bad news: all rewards are below zero",
             (2, 3, 0.1, 0.9, [(s, a, -r, n, e) for s, a, r, n, e in hand])),
        Case("a state that leads to itself",
             (1, 2, 0.5, 1.0, [(0, 0, 1.0, 0, False)] * 4 + [(0, 1, 1.0, 0, True)])),
        Case("a world of losses: every value is below zero in the end",
             some(2, 2, 0.5, 0.9, 40, mean=-8)),
        Case("fifty steps, four states, three actions", some(4, 3, 0.3, 0.9, 50)),
        Case("sixty steps, three states, five actions", some(3, 5, 0.1, 1.0, 60)),
    ]  # fmt: skip


def observe(make, case):
    """What a table holds after each step float[steps, S, A], what it likes, and a new one."""
    states, actions, rate, discount, story = case.inputs
    table, seen = make(states, actions, rate, discount), []
    for step in story:
        table.learn(*step)
        seen.append(np.array(table.values, dtype=float))
    best = [table.best(state) for state in range(states)]
    fresh = make(states, actions, rate, discount)
    return {AFTER: np.array(seen), BEST: best, FRESH: np.array(fresh.values, dtype=float)}


NAMES = ("states", "actions", "rate", "discount", "steps")
HINTS = """
    Write the target first, in words: what was earned, and the best that can follow. Then move the
    one value a part of the way.

    What follows is discount * max of row next_state, and 0 where ended is true.

    The target is the reward plus what follows. Move the one value of this state and action towards
    it, by rate times the distance.
"""
MISTAKES = """
    forgot_the_end: 0.0 if ended else =>
      After the end of a session you still count what would come next. Nothing does: where ended
      is true the target is the reward alone.
    skipped_the_last_step:
      | following = =>
      | if ended:
      |     return
      | following =
      The step that ends a session teaches nothing in your table. It has a reward like any other;
      only what follows it is 0.
    same_action_next_time: self.values[next_state].max() => self.values[next_state, action]
      You count on doing the same action again. Q-learning counts on the best one of the next
      state: the maximum of its row.
    forgot_the_discount: self.discount * =>
      What comes one step later counts discount times as much: multiply the best value of the next
      state by it.
    discounted_the_reward:
      | self.discount * =>;
      | reward + following => self.discount * (reward + following)
      The reward is discounted too. It comes now; only what follows is multiplied.
    myopic: reward + following => reward
      Your values move towards the reward alone: the agent never looks ahead. Add the discounted
      best value of the next state.
    best_of_this_state: self.values[next_state].max() => self.values[state].max()
      You look up the best value of the state that was left. What follows happens in next_state.
    best_of_all_states: self.values[next_state].max() => self.values.max()
      You take the maximum of the whole table. Only the row of next_state counts.
    mean_of_the_next_state: self.values[next_state].max() => self.values[next_state].mean()
      You take the mean of the next state's values, as if the agent went on at random. Q-learning
      takes the best: the maximum.
    forgot_to_subtract_the_old_value: (target - self.values[state, action]) => target
      You add rate * target, so that values grow without end. Add rate * (target - what the table
      holds).
    nothing_of_the_old_value:
      | += self.rate * (target - self.values[state, action]) => = self.rate * target
      The value becomes rate * target. Add rate * (target - the old value) to the old value.
    number_of_the_best_action: self.values[next_state].max() => self.values[next_state].argmax()
      What follows is the number of the best action in yours. It is the value of it: max.
    rate_and_discount_exchanged: self.discount = rate, discount => self.discount = discount, rate
      rate and discount have changed places.
    jumped_to_the_target: += self.rate * (target - self.values[state, action]) => = target
      The value is replaced by the target. It should move a part of the way, rate, so that luck
      averages out.
    rate_upside_down: self.rate * (target => (1 - self.rate) * (target
      You keep rate of the old value and take 1 - rate of the target. It is the other way round.
    taught_all_actions:
      | self.values[state, action] += => self.values[state] +=;
      | (target - self.values[state, action]) => (target - self.values[state])
      All actions of the state move. Only the one that was tried has been seen: values[state,
      action].
    taught_the_next_state:
      | self.values[state, action] += => self.values[next_state, action] +=;
      | (target - self.values[state, action]) => (target - self.values[next_state, action])
      You change the value of next_state. What has been learned is about the state that was left,
      and the action that was taken there.
    ended_upside_down: if ended else => if not ended else
      What follows counts at the end of a session, and nowhere else. ended is true where nothing
      follows.
    nothing_below_zero: self.values[next_state].max() => max(0.0, self.values[next_state].max())
      What follows is never below 0 in your table. In a world of losses the best value of a state
      can be negative, and counts as it is.
    error_from_the_best:
      | (target - self.values[state, action]) => (target - self.values[state].max())
      You subtract the best value of the state. Subtract the value of the action that was tried:
      that is the one that moves.
    jumped_at_the_end: self.rate * (target => (1 if ended else self.rate) * (target
      At the end of a session the value is replaced by the reward. It moves a part of the way
      there too, like all others.
    actions_by_states: np.zeros((states, actions)) => np.zeros((actions, states))
      Your table has a row for each action. It has a row for each state and a column for each
      action: the shape is (states, actions).
    whole_numbers: np.zeros((states, actions)) => np.zeros((states, actions), dtype=int)
      Your table holds whole numbers, which cut off all that comes after the point.
      np.zeros((states, actions)) holds floats.
    best_is_the_value: int(self.values[state].argmax()) => float(self.values[state].max())
      The values are right; best(state) is not. It returns the number of the best action, the
      first of equals: argmax.
    one_table_for_all:
      | rate, discount): => rate, discount, tables={}):;
      | np.zeros((states, actions)) =>
      |     tables.setdefault((states, actions), np.zeros((states, actions)))
      A new table is not all zeros. Make an array of zeros in __init__, on self: not at random,
      and not on the class, where all tables share it.
"""


def detect_actions_by_states(trials):
    return any(
        trial.returned is not None
        and np.shape(trial.returned[FRESH]) != np.shape(trial.expected[FRESH])
        and np.shape(trial.returned[FRESH])[::-1] == np.shape(trial.expected[FRESH])
        for trial in trials
    )


detect_best_is_the_value = only_wrong(BEST)


def detect_one_table_for_all(trials):
    return any(t.returned is not None and np.any(t.returned[FRESH] != 0) for t in trials)
