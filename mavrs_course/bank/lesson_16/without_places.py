"""16.2 Take the place out of the answer.

18 minutes, difficulty 2, 4 points, L16.2
A liking for a letter is now the same for every option, so it decides nothing.
"""

import numpy as np

from mavrs_course.course import Case


def without_places(ask, options):
    n, total = len(options), np.zeros(len(options))
    for turn in range(n):
        said = ask([options[(place + turn) % n] for place in range(n)])
        for place in range(n):
            total[(place + turn) % n] += said[place]
    return total / n


def without_places_with_roll(ask, options):
    rows = [np.roll(ask(list(np.roll(options, turn))), -turn) for turn in range(len(options))]
    return np.mean(rows, axis=0)


OTHERS = (without_places_with_roll,)


def cases(rng):
    def some(n):
        names = [f"video {number}" for number in range(n)]
        return 3 * rng.random(n), dict(zip(names, rng.random(n), strict=True))

    hand = np.log([0.6, 0.4]), {"cats": 0.0, "trams": 0.0}
    level = np.log([0.6, 0.4]).mean()
    return [
        Case("a model that likes A, and both options alike", hand,
             {"scores": np.array([level, level]),
              "times that each option stood in each place": np.ones((2, 2), int)}),
        Case("a model that always says A; the third option is liked a little more",
             (np.array([9.0, 0, 0]), {"a": 0.0, "b": 0.0, "c": 0.5})),
        Case("no liking for places", (np.zeros(3), {"x": 0.3, "y": 0.1, "z": 0.8})),
        Case("three options", some(3)),
        Case("four options", some(4)),
        Case("five options", some(5)),
    ]  # fmt: skip


class Biased:
    """Likes places and options, and notes what it is asked."""

    def __init__(self, places, likings):
        self.places, self.likings, self.asked = np.asarray(places, float), likings, []

    def __call__(self, options):
        self.asked.append(tuple(str(option) for option in options))
        said = self.places + np.array([self.likings[str(option)] for option in options])
        return said - np.log(np.exp(said).sum())


def observe(answer, case):
    """The scores, and how often each option stood in each place."""
    places, likings = case.inputs
    ask, options = Biased(places, dict(likings)), list(likings)
    scores = answer(ask, list(options))
    stood = [[sum(a[p] == o for a in ask.asked) for p in range(len(options))] for o in options]
    return {"scores": scores, "times that each option stood in each place": np.array(stood)}


NAMES = ("liking for places", "liking for options")
HINTS = """
    In turn t, show options[(place + t) % n] in each place. What is said of that place is about
    that option.

    total[(place + t) % n] += said[place], for all places, in all n turns.

    Return total / n. With np.roll: np.roll(ask(list(np.roll(options, t))), -t).
"""


def forwards_and_backwards(ask, options):
    there, back = ask(options), ask(options[::-1])
    return (np.asarray(there) + np.asarray(back)[::-1]) / 2


MISTAKES = """
    asked_once: turn in range(n): => turn in [0]:; total / n => total
      You ask once, so the liking for a place is in every score. Ask as often as there are
      options, so that each stands once in each place.
    not_brought_back: total[(place + turn) % n] => total[place]
      You average by place. What the model says of place 0 is about another option in each turn:
      bring it back to its option first.
    brought_back_the_wrong_way: total[(place + turn) % n] => total[(place - turn) % n]
      You turn the answers the same way as the options. They have to be turned back:
      np.roll(answers, -turn) where the options were np.roll(options, turn).
    one_turn_short: in without_places_with_roll: range(len(options)) => range(len(options) - 1)
      or turn in range(n): => turn in range(n - 1):; total / n => total / (n - 1)
      You ask one time too few: with n options it takes n turns, or one place of each option is
      missing.
    one_turn_twice: turn in range(n): => turn in range(n + 1):; total / n => total / (n + 1)
      You ask one time too many: the last turn is the first one again, whose places then count
      twice.
    forwards_and_backwards:
      Forwards and backwards is enough for two options. Of three, the middle one stands in the
      middle both times: take all n turns.
    sum_of_turns: total / n => total
      You add up the turns. Their mean is wanted: divide by their number.
    mean_of_probabilities: += said[place] => += np.exp(said[place])
      You average probabilities. A liking for a place adds to the logarithm, so it is the mean of
      the log-likelihoods that has the same amount of it for everyone.
    log_of_mean_probability:
      | += said[place] => += np.exp(said[place]);
      | total / n => np.log(total / n)
      You take the logarithm of the mean probability. A liking for a place adds to the logarithm:
      average the log-likelihoods as they are.
    share_of_wins:
      | for place in range(n):
      | total[(place + turn) % n] += said[place] =>
      | total[(int(np.argmax(said)) + turn) % n] += 1
      You count wins. A model that always says A then gives every option one win; the
      log-likelihoods know more than who won.
    best_turn: in without_places_with_roll: np.mean => np.max
      You take each option's best turn, which is the one in the place that is liked. The mean over
      all places is wanted.
"""
