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
        heard = [minutes for some in row for minutes in [np.mean(some)] * len(some) if some]
        if not heard:
            return float("inf")
        heard = sorted(heard, reverse=True)
        zeros = [(sum(heard[:k]) - self.price * len(heard)) / k for k in range(1, len(heard) + 1)]
        return max(zeros)

    def consult(self, ask):
        left = dict(enumerate(self.values()))
        answers = {}
        while left:
            agent = max(left, key=lambda number: (left[number], -number))
            if answers and max(answers.values()) >= left.pop(agent):
                break
            left.pop(agent, None)
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
        history = [
            (int(rng.integers(agents)), int(rng.integers(levels)), float(rng.exponential(9)))
            for _ in range(pages)
        ]
        return agents, levels, price, history, rng.integers(0, levels, agents).tolist()

    return [
        Case("alpha and omega at 20; omega is sure, so that alpha need not be asked",
             (2, 2, 20.0, PAPER, [1, 1]), _told([60.0, 140.0], 1, [1])),
        Case("alpha and omega at 20; omega is not sure",
             (2, 2, 20.0, PAPER, [0, 0]), _told([60.0, 140.0], 0, [1, 0])),
        # z: (14 - 2/.5), 9 - 1, (10 - 2) = 12, 8, 8 at a price of 1
        Case("three agents at 1; the first promises 6",
             (3, 2, 1.0, THREE, [0, 0, 1]), _told([12.0, 8.0, 8.0], 1, [0, 1])),
        Case("three agents at 1; the first promises 14",
             (3, 2, 1.0, THREE, [1, 0, 1]), _told([12.0, 8.0, 8.0], 0, [0])),
        Case("an agent that was never heard is asked first, and promises 0",
             (3, 2, 1.0, THREE[:5], [0, 0, 1]), _told([12.0, 8.0, np.inf], 1, [2, 0, 1])),
        # Not sure 4 times of 5: z is 10 - .5 / .2 = 7.5, though its mean is only 2
        Case("a specialist that is seldom sure, beside one that always promises 5",
             (2, 2, 0.5, [(0, 0, 5.0)] + [(1, 0, 0.0)] * 4 + [(1, 1, 10.0)], [0, 1]),
             _told([4.5, 7.5], 1, [1])),
        # z: 20 - 2 / .5 = 16, and 6 - 2 = 4
        Case("one promises just what the next is worth, which is not asked",
             (2, 2, 2.0, [(0, 0, 4.0), (0, 1, 20.0), (1, 0, 6.0)], [0, 0]),
             _told([16.0, 4.0], 0, [0])),
        Case("the second promises less than the first, and then it is enough",
             (3, 2, 1.0, [*THREE[:4], (1, 0, 2.0), (1, 1, 10.0), (2, 0, 5.0)], [0, 0, 0]),
             _told([12.0, 8.0, 4.0], 0, [0, 1])),
        Case("twenty agents, of whom nobody was ever heard", (20, 2, 1.0, [], [0, 1] * 10),
             _told([np.inf] * 20, 0, list(range(20)))),
        Case("four agents, three levels", some(4, 3, 0.8, 40)),
        Case("six agents, opinions cheap", some(6, 4, 0.1, 90)),
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
    asks_everybody:
      | if best >= z[agent]: => if False:
      You ask everybody. Stop before an agent whose z is at most the best promise in hand: its
      opinion costs more than it is worth.
    asks_only_one:
      | if best >= z[agent]: => if asked:
      You stop after the first opinion, whatever it says. Go on while the next z is above the best
      promise in hand.
    lowest_first: -z[number] => z[number]
      You ask the agents with the smallest z first. The largest comes first.
    in_their_own_order: sorted(range(len(z)), key=lambda number: -z[number]) => range(len(z))
      You ask the agents in the order of their numbers. The order is that of z, the largest first.
    by_their_means:
      | -z[number] => -self.minutes[number].sum() / max(self.times[number].sum(), 1)
      You ask in the order of the mean minutes. Whoever is seldom sure and then right has a low
      mean and a large z.
    stops_at_the_mean:
      | z[agent] = reservation(Box(self.price, self.promises()[agent], chances)) =>
      |     z[agent] = self.promises()[agent] @ chances - self.price
      Your z is the mean promise less the price. That is what an opinion is worth alone; beside a
      promise in hand only what lies above it counts.
    stops_at_the_largest: if best >= z[agent] => if best >= z.max()
      You stop only when a promise reaches the largest z. Compare with the z of the agent that would
      be asked next.
    without_the_price: Box(self.price, => Box(1e-9,
      The price is left out of z, so that everybody seems worth a question.
    asks_when_equal: if best >= z[agent] => if best > z[agent]
      You go on to ask where the best promise equals z. With z in hand a question gains nothing;
      the rule stops.
    follows_the_last:
      | if promised > best:
      |     leader, best = agent, promised =>
      | leader, best = agent, max(best, promised)
      You follow whoever was asked last. Follow the one whose promise is the largest.
    forgets_the_best:
      | if promised > best:
      |     leader, best = agent, promised =>
      | if promised > best:
      |     leader = agent
      | best = promised
      The promise in hand is replaced also by a smaller one. What was found once stays in hand.
    follows_the_largest_z: return leader, asked => return int(np.argmax(z)), asked
      You follow the agent with the largest z. It only says whom to ask; follow the best promise
      among those who were asked.
    totals_for_means: self.minutes / np.maximum(self.times, 1) => self.minutes + 0
      A promise is the sum of all minutes at that level. Divide by how often it was so sure.
    equal_chances: chances = times / times.sum() => chances = (times > 0) / (times > 0).sum()
      All levels count as equally frequent. The chance of a level is its share of the times.
    never_heard_last: np.full(len(self.times), np.inf) => np.zeros(len(self.times))
      An agent that was never heard has z = 0 and is hardly ever asked, so that nothing is ever
      learned about it. Its z is infinite.
    promises_unasked:
      | asked.append(agent)
      | promised = self.promises()[agent, ask(agent)] =>
      | asked.append(agent)
      | promised = self.promises()[agent].max()
      The agents are not asked at all: you take the best that each ever promised. Call ask(agent),
      which says how sure it is on this page.
    asks_before_it_decides:
      | for agent in sorted( =>
      | levels = [ask(agent) for agent in range(len(z))]
      | for agent in sorted(;
      | ask(agent)] => levels[agent]]
      You ask everybody beforehand and then choose whom to count. What was asked has been paid for:
      call ask only once the rule says so.
    asks_twice: promised = self.promises()[agent, ask(agent)] =>
      | promised = max(self.promises()[agent, ask(agent)], self.promises()[agent, ask(agent)])
      You call ask twice for one agent, and pay twice. Keep its answer.
"""

EQUAL = r"""
    times.sum() => times.mean() | if times.sum() > 0
      A mean is above 0 where the sum is.
"""
