"""05.2 A particle filter of your own.

25 minutes, difficulty 3, 5 points, L05.2
You can follow anybody whom you can imitate: this filter needs only a simulator.
"""

import numpy as np

from mavrs_course.course import Case, Property


class Particles:
    def __init__(self, guesses):
        self.guesses = guesses

    def update(self, topics, clicked, dart, coins):
        w = self.guesses[:, topics] + 1
        chance = (w[:, clicked] if clicked >= 0 else 2) / (w.sum(axis=1) + 2)
        edges = np.cumsum(chance / chance.sum())
        darts = (dart + np.arange(len(w))) / len(w)
        kept = np.minimum(np.searchsorted(edges, darts), len(w) - 1)
        self.guesses = self.guesses[kept]
        if clicked >= 0:
            u = self.guesses[:, topics[clicked]]
            step = 0.3 * (1 - abs(u)) * (1 - u)
            up = coins < (u + 1) / 2
            self.guesses[:, topics[clicked]] = u + np.where(up, step, -step)

    @property
    def interest(self):
        return self.guesses.mean(axis=0)


class ParticlesInOneGo:
    """Everything in update, with plain loops."""

    def __init__(self, guesses):
        self.guesses = [list(map(float, guess)) for guess in guesses]

    def update(self, topics, clicked, dart, coins):
        chances = []
        for guess in self.guesses:
            w = [guess[topic] + 1 for topic in topics]
            chances.append((w[clicked] if clicked >= 0 else 2) / (sum(w) + 2))
        count, total, edge, place, drawn = len(chances), sum(chances), 0.0, 0, []
        for guess, chance in zip(self.guesses, chances, strict=True):
            edge += chance / total
            while place < count and (dart + place) / count <= edge:
                drawn.append(list(guess))
                place += 1
        drawn += [list(self.guesses[-1]) for _ in range(count - place)]
        if clicked >= 0:
            for guess, coin in zip(drawn, coins, strict=True):
                u = guess[topics[clicked]]
                step = 0.3 * (1 - abs(u)) * (1 - u)
                guess[topics[clicked]] = u + (step if coin < (u + 1) / 2 else -step)
        self.guesses = drawn

    @property
    def interest(self):
        return np.mean(self.guesses, axis=0)


OTHERS = (ParticlesInOneGo,)


def cases(rng):
    def some(count, topics, clicks):
        guesses = rng.uniform(-1, 1, (count, topics))
        pages = [
            (rng.permutation(topics)[:3], clicked, float(rng.random()), rng.random(count))
            for clicked in clicks
        ]
        return guesses, pages

    hand = np.array([[1.0, 0.0], [-1.0, 0.0]])
    apart = np.array([[-0.5], [0.5]])
    return [
        Case("two guesses, one of which can't click what was clicked",
             (hand, [(np.array([0, 1]), 0, 0.5, np.array([0.9, 0.9]))]),
             np.array([[0.0, 0.0], [1.0, 0.0]])),
        Case("interest -0.5 and 0.5, clicked; darts at 0.1 and 0.6; coin 0 just too large",
             (apart, [(np.array([0]), 0, 0.2, np.array([0.25, 0.0]))]),
             np.array([[0.0], [(-0.5 - 0.225 + 0.5 + 0.075) / 2]])),
        Case("a single guess, clicked, and its coin sends it up",
             (np.array([[0.5, 0.0]]), [(np.array([1, 0]), 1, 0.5, np.array([0.7]))]),
             np.array([[0.5, 0.0], [0.575, 0.0]])),
        Case("a page that is skipped moves nobody", some(6, 4, [-1])),
        Case("a page that is clicked", some(6, 4, [1])),
        Case("five pages, fifty guesses", some(50, 5, [0, -1, 2, 1, -1])),
        Case("twenty skips in a row", some(30, 4, [-1] * 20)),
    ]  # fmt: skip


def observe(answer, case):
    """What is believed before and after each page: float[pages + 1, T]."""
    guesses, pages = case.inputs
    belief = answer(guesses)
    believed = [np.array(belief.interest, dtype=float)]
    for topics, clicked, dart, coins in pages:
        belief.update(np.array(topics), clicked, dart, np.array(coins))
        believed.append(np.array(belief.interest, dtype=float))
    return np.array(believed)


PROPERTIES = (
    Property("the belief is one number for each topic",
             lambda result, guesses, pages: np.shape(result) == (len(pages) + 1, guesses.shape[1]),
             "interest is the mean over the guesses, float[T]: guesses.mean(axis=0)."),
    Property("nothing is believed beyond -1 and 1",
             lambda result, guesses, pages: np.all(np.abs(result) <= 1 + 1e-5),
             "Interest runs from -1 to 1. The step 0.3 (1 - |u|)(1 - u) cannot leave that "
             "range."),
)  # fmt: skip

HINTS = """
    Three steps in update: the weight of each guess, the draw, the move. Write them as three
    methods and look at each by itself.

    Weights: w = guesses[:, topics] + 1, then (w[:, clicked] or 2) / (w.sum(axis=1) + 2), divided
    by its sum. Darts: (dart + np.arange(N)) / N.

    np.searchsorted finds each dart in the running sum of the weights, and says which guess
    survives. Then, if something was clicked, the clicked topic's u moves by +step where its coin
    is below (u + 1) / 2.
"""
MISTAKES = """
    forgot_to_weigh: chance / chance.sum() => np.full(len(w), 1 / len(w))
      What happened on the page has no effect on which guesses are kept: draw them in proportion
      to how likely each makes it.
    guesses_never_move: self.guesses[:, topics[clicked]] = u + np.where(up, step, -step) => pass
      After a click the viewer's interest moves, and your guesses stand still. Move the clicked
      topic of every guess, after drawing.
    learned_from_clicks_only:
      | w = self.guesses[:, topics] + 1 =>
      | if clicked < 0:
      |     return
      | w = self.guesses[:, topics] + 1
      A skipped page changes nothing in your filter. It is a likelihood like any other: 2 / (sum
      of weights + 2).
    moved_on_skips: if clicked >= 0: => if True:
      Interest moved on a page that nobody clicked. clicked is -1 there, and topics[-1] is the
      last topic of the page.
    moved_before_drawing:
      | self.guesses = self.guesses[kept] =>
      |     before, self.guesses = self.guesses, self.guesses[kept];
      | u = self.guesses[:, topics[clicked]] => u = before[:, topics[clicked]];
      | u + np.where(up, step, -step) => (u + np.where(up, step, -step))[kept]
      The guesses moved before they were drawn, so the coins met other guesses. Weigh, draw, then
      move.
    slot_for_topic:
      | u = self.guesses[:, topics[clicked]] => u = self.guesses[:, clicked];
      | self.guesses[:, topics[clicked]] = u => self.guesses[:, clicked] = u
      clicked is a slot of the page. The topic that moves is topics[clicked].
    weighed_by_slot_numbers: self.guesses[:, topics] => self.guesses[:, : len(topics)]
      The weights are those of topics 0, 1, 2, whatever is shown: guesses[:, topics] are the
      interests that the page asks for.
    moved_up_only: up = coins < (u + 1) / 2 => up = True
      Every guess moved up. A guess moves up where its coin is below (u + 1) / 2, and down
      elsewhere.
    coins_the_wrong_way_round: coins < => coins >=
      Up and down have changed places: up where the coin is below (u + 1) / 2.
    no_click_weighs_one: else 2) / (w.sum(axis=1) + 2) => else 1) / (w.sum(axis=1) + 1)
      No click weighs 1 in your filter and 2 on this platform, in the divisor of every page and
      above it on a skipped one.
    kept_the_best_only: self.guesses[kept] => self.guesses[np.full(len(w), chance.argmax())]
      All guesses are copies of the likeliest one. A belief needs the others too, in proportion to
      their weights.
    weighed_twice: chance / chance.sum() => chance**2 / (chance**2).sum()
      The page counts twice: its likelihood is in the weights, and once is enough, since after
      drawing all guesses weigh the same again.
"""

EQUAL = """
    2 => 3 | chance = (w[:, clicked] if clicked >= 0 else 2) / (w.sum(axis=1) + 2)
    2 => 1 | chance = (w[:, clicked] if clicked >= 0 else 2) / (w.sum(axis=1) + 2)
      The factor is in all weights, and goes when they are divided by their sum.
    len(w) - 1 => len(w) + 1 | kept = np.minimum(np.searchsorted(edges, darts), len(w) - 1)
    len(w) - 1 => len(w) | kept = np.minimum(np.searchsorted(edges, darts), len(w) - 1)
    1 => 0 | kept = np.minimum(np.searchsorted(edges, darts), len(w) - 1)
      A dart lies beyond the last edge by rounding only, one in 10 ** 15.
"""
