"""07.4 A learner that forgives.

20 minutes, difficulty 3, 4 points, L07.3
A learner that knows its partners are learning too.
"""

import numpy as np

from mavrs_course.course import Case


class Forgiving:
    def __init__(self, moves, rate, hot, cool):
        self.values = np.zeros(moves)
        self.temperature = np.full(moves, float(hot))
        self.rate, self.cool = rate, cool

    def learn(self, move, pay, ticket):
        error = pay - self.values[move]
        ignored = error < 0 and ticket < np.exp(-1 / self.temperature[move])
        if not ignored:
            self.values[move] += self.rate * error
        self.temperature[move] *= self.cool


class ForgivingThatCools:
    """The same with temperatures that are kept instead of counts."""

    def __init__(self, moves, rate, hot, cool):
        self.values, self.heat = [0.0] * moves, [float(hot)] * moves
        self.rate, self.cool = rate, cool

    def learn(self, move, pay, ticket):
        good = pay > self.values[move]
        chance = float(np.exp(-1 / self.heat[move]))
        if good or ticket >= chance:
            self.values[move] = (1 - self.rate) * self.values[move] + self.rate * pay
        self.heat[move] *= self.cool


OTHERS = (ForgivingThatCools,)


SEEN, FRESH = "values after each result", "values of a new learner"
AGAIN = "values of a new learner after the same results"


def cases(rng):
    def some(moves, hot, cool, results):
        story = [(int(rng.integers(moves)), float(rng.normal(1, 4)), float(rng.random()))
                 for _ in range(results)]  # fmt: skip
        return moves, float(rng.uniform(0.1, 0.6)), hot, cool, story

    # exp(-1/2) = 0.61 forgives the first -30; exp(-1/1) = 0.37 does not forgive the second.
    hand = [(0, -30.0, 0.5), (0, -30.0, 0.5), (1, 8.0, 0.0), (1, 4.0, 0.7)]
    wanted = np.array([[0, 0], [-15, 0], [-15, 4], [-15, 4]], dtype=float)
    wanted[3, 1] = 4.0  # 4 is no bad news for a value of 4
    return [
        Case("two moves, T = 2 at first and half as hot after each try", (2, 0.5, 2.0, 0.5, hand),
             {SEEN: wanted, FRESH: np.zeros(2), AGAIN: wanted[-1]}),
        Case("so hot that all bad news is ignored", some(3, 1e9, 1.0, 30)),
        Case("so cold that none is", some(3, 1e-6, 0.9, 30)),
        Case("always warm: it does not cool", some(2, 1.0, 1.0, 60)),
        Case("it cools fast", some(3, 20.0, 0.7, 60)),
        Case("it cools slowly", some(4, 5.0, 0.95, 80)),
    ]  # fmt: skip


def observe(make, case):
    """What a learner holds after each result float[results, moves], and what a new one does."""
    moves, rate, hot, cool, story = case.inputs
    learner, seen = make(moves, rate, hot, cool), []
    for result in story:
        learner.learn(*result)
        seen.append(np.array(learner.values, dtype=float))
    new = make(moves, rate, hot, cool)
    fresh = np.array(new.values, dtype=float)
    for result in story:
        new.learn(*result)
    return {SEEN: np.array(seen), FRESH: fresh, AGAIN: np.array(new.values, dtype=float)}


NAMES = ("moves", "rate", "hot", "cool", "results")
HINTS = """
    Keep two things for each move: its value, and its temperature (or how often it was tried).

    In learn: error = pay - self.values[move]. If the error is 0 or more, or the ticket is not below
    exp(-1 / T), move the value by rate * error.

    Cool last, and always: the temperature of this move times cool. The first try is judged at hot.
"""
MISTAKES = """
    believes_everything: if not ignored: => if True:
      Good and bad news count alike: that is the plain learner. Bad news is ignored with
      probability exp(-1 / T).
    deaf_to_bad_news: and ticket < np.exp(-1 / self.temperature[move]) =>
      Bad news is always ignored, however cold the move has become. Ignore it only where ticket <
      exp(-1 / T).
    ignores_good_news_too: error < 0 and =>
      You ignore good news as well. What is better than the value always counts.
    ignores_only_good_news: error < 0 => error > 0
      You forgive the good news. Bad news is what may be ignored: pay below the value.
    ticket_upside_down: ticket < => ticket >=
      Bad news counts where it should be ignored, and the other way round. A hot move forgives:
      ignore where ticket < exp(-1 / T).
    bad_is_below_zero: error < 0 => pay < 0
      You call a pay below 0 bad news. News is bad when it is below what the table expected: pay <
      values[move].
    bad_is_below_the_best_move: error < 0 => pay < self.values.max()
      You call a pay bad that is below the best of all moves. News is bad when it is below the
      value of the move that was tried.
    adds_the_pay: self.rate * error => self.rate * pay
      You add rate * pay, so that values grow without end. Add rate * (pay - the value).
    subtracts_cool: *= self.cool => -= self.cool
      You subtract cool from the temperature. It is multiplied: T becomes cool * T.
    never_cools: self.temperature[move] *= self.cool =>
      The temperature stays at hot. After each try of a move it is cool times what it was.
    cools_with_everybody: self.temperature[move] *= => self.temperature *=
      All moves cool together. Each has a temperature of its own, and cools when it is tried itself.
    cools_before_it_is_used:
      | error = =>
      | self.temperature[move] *= self.cool
      | error =;
      | self.temperature[move] *= self.cool =>
      The move has cooled before its first result is judged. Judge first, with hot at the first
      try, then cool.
    cools_only_when_it_learns: *= self.cool => *= 1 if ignored else self.cool
      A result that is ignored must cool the move too: it has been tried.
    warms_instead_of_cooling: np.exp(-1 / self.temperature[move]) => np.exp(-self.temperature[move])
      You take exp(-T), which forgives the more the colder it gets. It is exp(-1 / T).
    one_minus_the_chance: ticket < => ticket < 1 -
      1 - exp(-1 / T) is the chance that bad news counts. It is ignored where ticket < exp(-1 / T).
    a_little_of_all_bad_news:
      | if not ignored: => if True:;
      | self.rate * error =>
      |     self.rate * error * (1 if error >= 0 else 1 - np.exp(-1 / self.temperature[move]))
      You let all bad news count a little. Here it is ignored or believed in full, as the ticket
      decides.
    keeps_the_best: += self.rate * error => = max(self.values[move], pay)
      You keep the best pay that was seen. Values move towards the pay, a part rate of the way.
    one_learner_for_all:
      | rate, hot, cool): => rate, hot, cool, kept={}):;
      | np.zeros(moves) => kept.setdefault(moves, np.zeros(moves))
      A new learner knows what another has learned: the values are kept on the class, or outside.
      Make them in __init__, on self.
    one_temperature_for_all:
      | rate, hot, cool): => rate, hot, cool, kept={}):;
      | np.full(moves, float(hot)) => kept.setdefault((moves, hot), np.full(moves, float(hot)))
      A new learner is as cold as an older one that has tried the same moves: what cools is kept
      on the class, or outside. Make it in __init__, on self.
"""


def detect_one_learner_for_all(trials):
    return any(t.returned is not None and np.any(t.returned[FRESH] != 0) for t in trials)


def detect_one_temperature_for_all(trials):
    """A new learner makes something else of the same results than the one before it."""
    return any(
        t.returned is not None and not np.allclose(t.returned[AGAIN], t.returned[SEEN][-1])
        for t in trials
    )


EQUAL = """
    error < 0 => error <= 0 | ignored = error < 0 and ticket < np.exp(-1 / self.temperature[move])
      An error of 0 changes nothing, whether it is ignored or not.
    ticket < np.exp(-1 / self.temperature[move]) => ticket <= np.exp(-1 / self.temperature[move]) | ignored = error < 0 and ticket < np.exp(-1 / self.temperature[move])
      exp(-1 / T) is no ticket that anybody could draw or write down.
"""  # noqa: E501
