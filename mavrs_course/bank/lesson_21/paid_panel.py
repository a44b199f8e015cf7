"""21.2 A panel that is paid.

30 minutes, difficulty 3, 5 points, L21.2
Your coordinator pays for an opinion only where it may change the page.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.world.long_video.boxes import Box, reservation


class PaidPanel:
    def __init__(self, agents, levels, price):
        self.price = price
        self.times = np.zeros((agents, levels))
        self.minutes = np.zeros((agents, levels))

    def learn(self, agent, level, minutes):
        self.times[agent, level] += 1
        self.minutes[agent, level] += minutes

    def promises(self):
        return self.minutes / np.maximum(self.times, 1)

    def values(self):
        z = np.full(len(self.times), np.inf)
        for agent, times in enumerate(self.times):
            if times.sum() > 0:
                chances = times / times.sum()
                z[agent] = reservation(Box(self.price, self.promises()[agent], chances))
        return z

    def consult(self, ask):
        z, asked, leader, best = self.values(), [], None, -np.inf
        for agent in sorted(range(len(z)), key=lambda number: -z[number]):
            if best >= z[agent]:
                break
            asked.append(agent)
            promised = self.promises()[agent, ask(agent)]
            if promised > best:
                leader, best = agent, promised
        return leader, asked


class PanelWithLists:
    """Keeps what it was told, and looks for the next agent each time."""

    def __init__(self, agents, levels, price):
        self.told = [[[] for _ in range(levels)] for _ in range(agents)]
        self.price = price

    def learn(self, agent, level, minutes):
        self.told[agent][level].append(minutes)

    def promises(self):
        return [[np.mean(some) if some else 0.0 for some in row] for row in self.told]

    def values(self):
        return [self._value(row) for row in self.told]

    def _value(self, row):
        heard = sorted((np.mean(some) for some in row for _ in some), reverse=True)
        gains = np.cumsum(heard) - self.price * len(heard)
        return max((gain / k for k, gain in enumerate(gains, 1)), default=np.inf)

    def consult(self, ask):
        left, answers = dict(enumerate(self.values())), {}
        while left:
            agent = max(left, key=left.get)
            if max(answers.values(), default=-np.inf) >= left.pop(agent):
                break
            answers[agent] = self.promises()[agent][ask(agent)]
        return max(answers, key=answers.get), list(answers)


OTHERS = (PanelWithLists,)

# Agent, level, minutes.  Alpha promises 55 or 100, omega 0 or 240 (one time in five).
PAPER = [(0, 0, 55.0), (0, 1, 100.0)] + [(1, 0, 0.0)] * 4 + [(1, 1, 240.0)]
# Means 6 and 14, each half of the time; 9 always; 2 or 10.
THREE = [(0, 0, 4.0), (0, 0, 8.0), (0, 1, 14.0), (0, 1, 14.0)]
THREE += [(1, 0, 9.0), (2, 0, 2.0), (2, 1, 10.0)]


def _told(values, leader, asked):
    return {"z": np.array(values), "follows": leader, "asked": asked, "calls": asked}


def cases(rng):
    def some(agents, levels, price, pages):
        who, sure = rng.integers(agents, size=pages), rng.integers(levels, size=pages)
        history = list(zip(who, sure, rng.exponential(9, pages), strict=True))
        return agents, levels, price, history, rng.integers(0, levels, agents).tolist()

    return [
        Case("alpha and omega at 20; omega is sure, so that alpha need not be asked",
             (2, 2, 20.0, PAPER, [1, 1]), _told([60.0, 140.0], 1, [1])),
        Case("alpha and omega at 20; omega is not sure",
             (2, 2, 20.0, PAPER, [0, 0]), _told([60.0, 140.0], 0, [1, 0])),
        # z: (14 - 2/.5), 9 - 1, (10 - 2) = 12, 8, 8 at a price of 1
        Case("three agents at 1; the first promises 6",
             (3, 2, 1.0, THREE, [0, 0, 1]), _told([12.0, 8.0, 8.0], 1, [0, 1])),
        Case("an agent that was never heard is asked first, and promises 0",
             (3, 2, 1.0, THREE[:5], [0, 0, 1]), _told([12.0, 8.0, np.inf], 1, [2, 0, 1])),
        # z: 20 - 2 / .5 = 16, and 6 - 2 = 4
        Case("one promises just what the next is worth, which is not asked",
             (2, 2, 2.0, [(0, 0, 4.0), (0, 1, 20.0), (1, 0, 6.0)], [0, 0]),
             _told([16.0, 4.0], 0, [0])),
        Case("the second promises less than the first, and then it is enough",
             (3, 2, 1.0, [*THREE[:4], (1, 0, 2.0), (1, 1, 10.0), (2, 0, 5.0)], [0, 0, 0]),
             _told([12.0, 8.0, 4.0], 0, [0, 1])),
        Case("twenty agents, of whom nobody was ever heard", (20, 2, 1.0, [], [0, 1] * 10),
             _told([np.inf] * 20, 0, list(range(20)))),
        Case("six agents, opinions dear", some(6, 4, 4.0, 90)),
    ]  # fmt: skip


def observe(kind, case):
    """The values, whom it follows, whom it says it asked, and whom it did ask."""
    agents, levels, price, history, answers = case.inputs
    panel, calls = kind(agents, levels, price), []
    for agent, level, minutes in history:
        panel.learn(agent, level, minutes)

    def ask(agent):
        calls.append(int(agent))
        return answers[int(agent)]

    leader, asked = panel.consult(ask)
    values = np.array(panel.values(), dtype=float)
    return {"z": values, "follows": leader, "asked": list(asked), "calls": calls}


NAMES = ("agents", "levels", "price", "history", "answers")

HINTS = """
    Keep two tables, agents down and levels across: how often it was so sure, and the minutes that
    this brought in all. Their quotient is what an agent promises at a level.

    For z, the box of an agent holds its promises, each with the share of times that it was so
    sure. `reservation(Box(price, promises, chances))` does the rest. Without any times z is
    infinite.

    In consult go through the agents from the largest z down. Before you ask, look: is the best
    promise in hand at least the z of the next? Then you are done, with whoever made that promise.
"""
MISTAKES = """
    asks_everybody: if best >= z[agent]: => if False:
      You ask everybody. Stop before an agent whose z is at most the best promise in hand.
    asks_only_one: if best >= z[agent]: => if asked:
      You stop after the first opinion. Go on while the next z is above the best promise in hand.
    in_another_order: -z[number] => z[number]
      or sorted(range(len(z)), key=lambda number: -z[number]) => range(len(z))
      You ask in another order: the smallest z first, or by number. The largest z comes first.
    by_their_means: -z[number] => -self.minutes[number].sum() / max(self.times[number].sum(), 1)
      You ask in the order of the mean minutes. Whoever is seldom sure and then right has a low
      mean and a large z.
    stops_at_the_mean:
      | reservation(Box(self.price, self.promises()[agent], chances)) =>
      |     self.promises()[agent] @ chances - self.price
      Your z is the mean promise less the price. Only what lies above a promise in hand counts.
    stops_at_the_largest: if best >= z[agent] => if best >= z.max()
      You compare the promise with the largest z. Compare with that of the agent to be asked next.
    without_the_price: Box(self.price, => Box(1e-9,
      The price is left out of z, so that everybody seems worth a question.
    asks_when_equal: if best >= z[agent] => if best > z[agent]
      You ask where the best promise equals z. A question gains nothing there; the rule stops.
    follows_the_last: return leader, asked => return asked[-1], asked
      You follow whoever was asked last. Follow the one whose promise is the largest.
    forgets_the_best: if promised > best: => if True:
      The promise in hand is replaced also by a smaller one. What was found once stays in hand.
    follows_the_largest_z: return leader, asked => return int(np.argmax(z)), asked
      You follow the agent with the largest z. z says whom to ask; follow the best promise heard.
    equal_chances: chances = times / times.sum() => chances = (times > 0) / (times > 0).sum()
      All levels count as equally frequent. The chance of a level is its share of the times.
    never_heard_last: np.full(len(self.times), np.inf) => np.zeros(len(self.times))
      An agent that was never heard has z = 0, and so never will be. Its z is infinite.
    promises_unasked: self.promises()[agent, ask(agent)] => self.promises()[agent].max()
      You take the best that each ever promised, unasked. ask(agent) says how sure it is here.
    asks_before_it_decides:
      | for agent in sorted( =>
      | levels = [ask(agent) for agent in range(len(z))]
      | for agent in sorted(;
      | ask(agent)] => levels[agent]]
      You ask everybody first and then choose whom to count. What was asked has been paid for.
    asks_twice: promised = => _ = ask(agent)
      | promised =
      You call ask twice for one agent, and pay twice. Keep its answer.
"""

EQUAL = r"""
    times.sum() => times.mean() | if times.sum() > 0
      A mean is above 0 where the sum is.
"""
