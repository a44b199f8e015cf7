"""Exercises of lesson 05, the reasoning agent."""

from __future__ import annotations

import itertools

import numpy as np

from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if

# --- 05.1 ------------------------------------------------------------------------------------


def page_posterior(prior, levels, clicked):
    slots = len(prior)
    grids = np.meshgrid(*[levels + 1.0] * slots, indexing="ij")
    joint = np.ones(grids[0].shape)
    for slot in range(slots):
        shape = [-1 if axis == slot else 1 for axis in range(slots)]
        joint = joint * prior[slot].reshape(shape)
    weights = sum(grids)
    joint = joint * (grids[clicked] if clicked >= 0 else 2.0) / (weights + 2.0)
    joint = joint / joint.sum()
    axes = range(slots)
    return np.array([joint.sum(axis=tuple(set(axes) - {slot})) for slot in axes])


def _listed(prior, levels, clicked, likelihood):
    """Every combination of levels, weighed by ``likelihood(weights, clicked)``."""
    prior = np.asarray(prior)
    posterior = np.zeros(prior.shape)
    slots = np.arange(len(prior))
    for state in itertools.product(range(len(levels)), repeat=len(prior)):
        chance = likelihood(levels[list(state)] + 1.0, clicked) * prior[slots, state].prod()
        posterior[slots, state] += chance
    return posterior


def _normalised(posterior):
    return posterior / posterior.sum(axis=1, keepdims=True)


def _choice(weights, clicked, nothing=2.0):
    return (weights[clicked] if clicked >= 0 else nothing) / (weights.sum() + nothing)


def page_posterior_by_listing(prior, levels, clicked):
    return _normalised(_listed(prior, levels, clicked, _choice)).tolist()


def page_posterior_cases(rng):
    two = np.array([-0.5, 0.5])

    def some(slots, count):
        levels = np.sort(rng.uniform(-1, 1, count))
        return rng.dirichlet(np.ones(count), slots), levels

    def some_case(label, slots, count, clicked):
        return Case(label, (*some(slots, count), clicked))

    return [
        Case("one video, interest -0.5 or 0.5, clicked: 1/5 against 3/7",
             (np.array([[0.5, 0.5]]), two, 0), np.array([[7 / 22, 15 / 22]])),
        Case("the same video, not clicked: 4/5 against 4/7",
             (np.array([[0.5, 0.5]]), two, -1), np.array([[7 / 12, 5 / 12]])),
        Case("the same video clicked, thought to be liked by one viewer in four",
             (np.array([[0.75, 0.25]]), two, 0), np.array([[7 / 12, 5 / 12]])),
        some_case("two videos, the first clicked", 2, 4, 0),
        some_case("two videos, the second clicked", 2, 4, 1),
        some_case("three videos, none clicked", 3, 5, -1),
        some_case("three videos, the last clicked", 3, 5, 2),
        Case("four videos of which nothing is known, the second clicked",
             (np.full((4, 3), 1 / 3), np.array([-0.8, 0.0, 0.8]), 1)),
    ]  # fmt: skip


def forgot_prior(prior, levels, clicked):
    return page_posterior(np.full_like(prior, 1 / len(levels)), levels, clicked)


def ignored_skips(prior, levels, clicked):
    return prior.copy() if clicked < 0 else page_posterior(prior, levels, clicked)


def clicked_slot_only(prior, levels, clicked):
    """Leaves the belief about the videos that were not clicked."""
    told = page_posterior(prior, levels, clicked)
    if clicked < 0:
        return told
    return np.where(np.arange(len(prior))[:, None] == clicked, told, prior)


def each_shown_alone(prior, levels, clicked):
    click = (levels + 1) / (levels + 3)
    chosen = (np.arange(len(prior)) == clicked)[:, None]
    return _normalised(prior * np.where(chosen, click, 1 - click))


def expected_rivals(prior, levels, clicked):
    weight = levels + 1
    expected = prior @ weight
    rest = 2 + expected.sum() - expected
    chosen = (np.arange(len(prior)) == clicked)[:, None]
    return _normalised(prior * np.where(chosen, weight, 1.0) / (weight + rest[:, None]))


def not_normalised(prior, levels, clicked):
    return _listed(prior, levels, clicked, _choice)


def no_click_as_rest_of_clicks(nothing):
    return lambda prior, levels, clicked: _normalised(
        _listed(prior, levels, clicked, lambda w, c: _choice(w, c, nothing))
    )


def interest_for_weight(prior, levels, clicked):
    return page_posterior(prior, levels - 1.0, clicked)


def no_divisor(prior, levels, clicked):
    return _normalised(_listed(prior, levels, clicked, lambda w, c: w[c] if c >= 0 else 2.0))


def last_slot_for_no_click(prior, levels, clicked):
    return page_posterior(prior, levels, clicked % len(prior))


_posterior = Exercise(
    id="05.1",
    title="What a page tells",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L05.1",
    reference=page_posterior,
    cases=page_posterior_cases,
    properties=(
        Property(
            "there is a row for each video and a column for each level",
            lambda result, prior, levels, clicked: np.shape(result) == np.shape(prior),
            "Return one belief for each video of the page, float[K, G], of the shape of prior.",
        ),
    ),
    mistakes=(
        Mistake(
            "forgot_the_prior",
            forgot_prior,
            "What was believed before has no effect. Each combination counts with the product of "
            "its priors times how likely it makes what happened.",
        ),
        Mistake(
            "ignored_skips",
            ignored_skips,
            "A page without a click tells something too: it is less likely the more its videos "
            "are liked. Its likelihood is 2 / (sum of weights + 2).",
        ),
        Mistake(
            "learned_of_the_clicked_video_only",
            clicked_slot_only,
            "The videos that were not clicked have their old belief. They competed and lost, "
            "which speaks a little against them: sum the joint belief for each of them too.",
        ),
        Mistake(
            "each_video_by_itself",
            each_shown_alone,
            "Each video is treated as if it had been shown alone. The divisor holds the weights "
            "of all videos of the page, so the combinations have to be weighed as a whole.",
        ),
        Mistake(
            "expected_rivals",
            expected_rivals,
            "The other videos stand in the divisor with their expected weights. That is near, "
            "and not exact: 1 / (w + x) averaged over x is not 1 / (w + average of x).",
        ),
        Mistake(
            "not_normalised",
            not_normalised,
            "The rows do not sum to one. Divide each by its sum: that is the denominator in "
            "Bayes' rule.",
            lambda trials: all(
                np.allclose(_normalised(np.asarray(t.returned)), t.expected)
                and not np.allclose(np.sum(t.returned, axis=1), 1)
                for t in trials
            ),
        ),
        Mistake(
            "no_click_weighs_otherwise",
            no_click_as_rest_of_clicks(1.0),
            "No click has another weight than 2 in your page: it is 2 in the divisor, and 2 above "
            "it where nothing was clicked.",
            as_if(no_click_as_rest_of_clicks(1.0), no_click_as_rest_of_clicks(3.0)),
        ),
        Mistake(
            "interest_without_plus_one",
            interest_for_weight,
            "A video weighs u + 1, and yours weigh u: interest can be negative, a weight can't.",
        ),
        Mistake(
            "no_divisor",
            no_divisor,
            "The likelihood lacks its divisor. A click is the less of a proof the more the viewer "
            "likes everything: w / (sum of weights + 2).",
        ),
        Mistake(
            "no_click_taken_for_the_last_slot",
            last_slot_for_no_click,
            "clicked = -1 means that nothing was clicked. As an index, -1 is the last video.",
        ),
    ),
    others=(page_posterior_by_listing,),
    hints=(
        "itertools.product(range(G), repeat=K) lists every combination of levels. Each has a prior "
        "(the product over the videos) and a likelihood.",
        "Its likelihood is w[clicked] / (w.sum() + 2), or 2 / (w.sum() + 2) for clicked = -1, "
        "with w = levels[list(state)] + 1.",
        "Add prior times likelihood to posterior[slot, state[slot]] for every slot, and at the end "
        "divide each row by its sum.",
    ),
    praise="You can read a page exactly, silence included.",
)


# --- 05.2 ------------------------------------------------------------------------------------


class Particles:
    def __init__(self, guesses):
        self.guesses = np.array(guesses, dtype=float)

    def weigh(self, topics, clicked):
        w = self.guesses[:, topics] + 1.0
        chance = (w[:, clicked] if clicked >= 0 else 2.0) / (w.sum(axis=1) + 2.0)
        return chance / chance.sum()

    def draw(self, weights, dart):
        count = len(weights)
        darts = (dart + np.arange(count)) / count
        kept = np.searchsorted(np.cumsum(weights), darts)
        self.guesses = self.guesses[np.minimum(kept, count - 1)]

    def move(self, topic, coins):
        u = self.guesses[:, topic]
        step = 0.3 * (1 - np.abs(u)) * (1 - u)
        self.guesses[:, topic] = u + np.where(coins < (u + 1) / 2, step, -step)

    def update(self, topics, clicked, dart, coins):
        self.draw(self.weigh(topics, clicked), dart)
        if clicked >= 0:
            self.move(topics[clicked], coins)

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


def play_pages(answer, case):
    """What is believed before and after each page: float[pages + 1, T]."""
    guesses, pages = case.inputs
    belief = answer(np.array(guesses))
    believed = [np.array(belief.interest, dtype=float)]
    for topics, clicked, dart, coins in pages:
        belief.update(np.array(topics), clicked, dart, np.array(coins))
        believed.append(np.array(belief.interest, dtype=float))
    return np.array(believed)


def particles_cases(rng):
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
        Case("interest 0.5 and -0.5, clicked; darts at 0.1 and 0.6; both move up",
             (apart, [(np.array([0]), 0, 0.2, np.array([0.0, 0.0]))]),
             np.array([[0.0], [(-0.5 + 0.225 + 0.5 + 0.075) / 2]])),
        Case("a page that is skipped moves nobody", some(6, 4, [-1])),
        Case("a page that is clicked", some(6, 4, [1])),
        Case("five pages, fifty guesses", some(50, 5, [0, -1, 2, 1, -1])),
        Case("twenty skips in a row", some(30, 4, [-1] * 20)),
    ]  # fmt: skip


class ForgotToWeigh(Particles):
    def weigh(self, topics, clicked):
        return np.full(len(self.guesses), 1 / len(self.guesses))


class NeverMoves(Particles):
    def move(self, topic, coins):
        pass


class LearnsFromClicksOnly(Particles):
    def update(self, topics, clicked, dart, coins):
        if clicked >= 0:
            super().update(topics, clicked, dart, coins)


class MovesOnSkips(Particles):
    """topics[-1] is the last topic of the page."""

    def update(self, topics, clicked, dart, coins):
        self.draw(self.weigh(topics, clicked), dart)
        self.move(topics[clicked], coins)


class MovesFirst(Particles):
    def update(self, topics, clicked, dart, coins):
        weights = self.weigh(topics, clicked)
        if clicked >= 0:
            self.guesses = self.guesses.copy()
            self.move(topics[clicked], coins)
        self.draw(weights, dart)


class SlotForTopic(Particles):
    def move(self, topic, coins):
        super().move(self.slot, coins)

    def update(self, topics, clicked, dart, coins):
        self.slot = clicked
        super().update(topics, clicked, dart, coins)


class SlotsForTopics(Particles):
    def weigh(self, topics, clicked):
        return super().weigh(np.arange(len(topics)), clicked)


class MovesUpOnly(Particles):
    def move(self, topic, coins):
        super().move(topic, np.zeros_like(coins))


class CoinsTheWrongWay(Particles):
    def move(self, topic, coins):
        super().move(topic, np.where(coins < (self.guesses[:, topic] + 1) / 2, 1.0, -1.0))


class SkipIsOneMinusClicks(Particles):
    """No click weighs 2 in the divisor and 1 above it in pages that were skipped and clicked."""

    def weigh(self, topics, clicked):
        w = self.guesses[:, topics] + 1.0
        chance = (w[:, clicked] if clicked >= 0 else 1.0) / (w.sum(axis=1) + 1.0)
        return chance / chance.sum()


class BestOnly(Particles):
    def draw(self, weights, dart):
        self.guesses = self.guesses[np.full(len(weights), np.argmax(weights))]


class WeighsTwice(Particles):
    def weigh(self, topics, clicked):
        squared = super().weigh(topics, clicked) ** 2
        return squared / squared.sum()


_particles = Exercise(
    id="05.2",
    title="A particle filter of your own",
    minutes=25,
    difficulty=3,
    points=5,
    objective="L05.2",
    reference=Particles,
    observe=play_pages,
    cases=particles_cases,
    properties=(
        Property(
            "the belief is one number for each topic",
            lambda result, guesses, pages: np.shape(result) == (len(pages) + 1, guesses.shape[1]),
            "interest is the mean over the guesses, float[T]: guesses.mean(axis=0).",
        ),
        Property(
            "nothing is believed beyond -1 and 1",
            lambda result, guesses, pages: np.all(np.abs(result) <= 1 + 1e-9),
            "Interest runs from -1 to 1. The step 0.3 (1 - |u|)(1 - u) cannot leave that range.",
        ),
    ),
    mistakes=(
        Mistake(
            "forgot_to_weigh",
            ForgotToWeigh,
            "What happened on the page has no effect on which guesses are kept: draw them in "
            "proportion to how likely each makes it.",
        ),
        Mistake(
            "guesses_never_move",
            NeverMoves,
            "After a click the viewer's interest moves, and your guesses stand still. Move the "
            "clicked topic of every guess, after drawing.",
        ),
        Mistake(
            "learned_from_clicks_only",
            LearnsFromClicksOnly,
            "A skipped page changes nothing in your filter. It is a likelihood like any other: "
            "2 / (sum of weights + 2).",
        ),
        Mistake(
            "moved_on_skips",
            MovesOnSkips,
            "Interest moved on a page that nobody clicked. clicked is -1 there, and topics[-1] is "
            "the last topic of the page.",
        ),
        Mistake(
            "moved_before_drawing",
            MovesFirst,
            "The guesses moved before they were drawn, so the coins met other guesses. Weigh, "
            "draw, then move.",
        ),
        Mistake(
            "slot_for_topic",
            SlotForTopic,
            "clicked is a slot of the page. The topic that moves is topics[clicked].",
        ),
        Mistake(
            "weighed_by_slot_numbers",
            SlotsForTopics,
            "The weights are those of topics 0, 1, 2, whatever is shown: guesses[:, topics] are "
            "the interests that the page asks for.",
        ),
        Mistake(
            "moved_up_only",
            MovesUpOnly,
            "Every guess moved up. A guess moves up where its coin is below (u + 1) / 2, and down "
            "elsewhere.",
        ),
        Mistake(
            "coins_the_wrong_way_round",
            CoinsTheWrongWay,
            "Up and down have changed places: up where the coin is below (u + 1) / 2.",
        ),
        Mistake(
            "no_click_weighs_one",
            SkipIsOneMinusClicks,
            "No click weighs 1 in your filter and 2 on this platform, in the divisor of every page "
            "and above it on a skipped one.",
        ),
        Mistake(
            "kept_the_best_only",
            BestOnly,
            "All guesses are copies of the likeliest one. A belief needs the others too, in "
            "proportion to their weights.",
        ),
        Mistake(
            "weighed_twice",
            WeighsTwice,
            "The page counts twice: its likelihood is in the weights, and once is enough, since "
            "after drawing all guesses weigh the same again.",
        ),
    ),
    others=(ParticlesInOneGo,),
    hints=(
        "Three steps in update: the weight of each guess, the draw, the move. Write them as three "
        "methods and look at each by itself.",
        "Weights: w = guesses[:, topics] + 1, then (w[:, clicked] or 2) / (w.sum(axis=1) + 2), "
        "divided by its sum. Darts: (dart + np.arange(N)) / N.",
        "guesses = guesses[np.searchsorted(np.cumsum(weights), darts)]; then, if something was "
        "clicked, u = guesses[:, topics[clicked]] moves by +step where coins < (u + 1) / 2.",
    ),
    praise="You can follow anybody whom you can imitate: this filter needs only a simulator.",
)


# --- 05.3 ------------------------------------------------------------------------------------


def worth_of_looking(belief, levels, value, bar, rest):
    w = levels + 1.0
    click = w / (w + rest)
    chance = belief @ click
    after_click = (belief * click) @ w / chance
    after_skip = (belief * (1 - click)) @ w / (1 - chance)
    later = chance * np.maximum(after_click * value, bar)
    later = later + (1 - chance) * np.maximum(after_skip * value, bar)
    return later - np.maximum(belief @ w * value, bar)


def worth_of_looking_row_by_row(belief, levels, value, bar, rest):
    answers = []
    for row in belief:
        outcomes = []
        for likelihood in ((levels + 1) / (levels + 1 + rest), rest / (levels + 1 + rest)):
            joint = row * likelihood
            chance = sum(joint)
            outcomes.append(max(sum(joint * (levels + 1)) * value, chance * bar))
        answers.append(sum(outcomes) - max(sum(row * (levels + 1)) * value, bar))
    return answers


def looking_cases(rng):
    two, even = np.array([-0.5, 0.5]), np.array([[0.5, 0.5]])

    def some(rows, bar_from, bar_to):
        levels = np.sort(rng.uniform(-1, 1, 6))
        belief = rng.dirichlet(np.ones(6), rows)
        value = float(rng.uniform(0.5, 4))
        bar = float((belief @ (levels + 1)).mean() * value * rng.uniform(bar_from, bar_to))
        return belief, levels, value, bar, float(rng.uniform(2, 6))

    return [
        Case("worked by hand: weights 0.5 or 1.5, the bar just at their mean",
             (even, two, 1.0, 1.0, 2.0), [2 / 35]),
        Case("the same, twice as valuable and the bar twice as high",
             (even, two, 2.0, 2.0, 2.0), [4 / 35]),
        Case("the bar is out of reach", (even, two, 1.0, 3.0, 2.0), [0.0]),
        Case("the bar is so low that it is shown anyway", (even, two, 1.0, 0.1, 2.0), [0.0]),
        Case("nothing is left to learn", (np.array([[0.0, 1.0], [1.0, 0.0]]), two, 1.0, 1.0, 2.0),
             [0.0, 0.0]),
        Case("five viewers, a bar near what is expected", some(5, 0.95, 1.05)),
        Case("five viewers, a bar a little above", some(5, 1.02, 1.08)),
        Case("five viewers, a bar a little below", some(5, 0.94, 0.98)),
    ]  # fmt: skip


def _looking(after=None, now=True, chances=True, decide=True):
    def answer(belief, levels, value, bar, rest):
        w = levels + 1.0
        click = w / (w + rest)
        chance = belief @ click
        after_click = (belief * click) @ w / chance
        after_skip = (belief * (1 - click)) @ w / (1 - chance)
        if after == "click only":
            after_skip = belief @ w
        if after == "swapped":
            after_click, after_skip = after_skip, after_click
        best = np.maximum if decide else lambda x, y: x
        p = chance if chances else 0.5
        later = p * best(after_click * value, bar) + (1 - p) * best(after_skip * value, bar)
        return later - (np.maximum(belief @ w * value, bar) if now else bar)

    return answer


def forgot_now(belief, levels, value, bar, rest):
    return worth_of_looking(belief, levels, value, bar, rest) + np.maximum(
        belief @ (levels + 1.0) * value, bar
    )


def perfect_information(belief, levels, value, bar, rest):
    w = levels + 1.0
    return belief @ np.maximum(w * value, bar) - np.maximum(belief @ w * value, bar)


def spread(belief, levels, value, bar, rest):
    mean = belief @ levels
    return np.sqrt(belief @ levels**2 - mean**2)


def interest_not_weight(belief, levels, value, bar, rest):
    w = levels + 1.0
    click = w / (w + rest)
    chance = belief @ click
    later = chance * np.maximum((belief * click) @ levels / chance * value, bar)
    later = later + (1 - chance) * np.maximum(
        (belief * (1 - click)) @ levels / (1 - chance) * value, bar
    )
    return later - np.maximum(belief @ levels * value, bar)


_looking_exercise = Exercise(
    id="05.3",
    title="The worth of looking",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L05.3",
    reference=worth_of_looking,
    cases=looking_cases,
    properties=(
        Property(
            "there is one number for each row",
            lambda result, belief, *rest: np.shape(result) == (len(belief),),
            "Return one value for each row of belief, float[B].",
        ),
    ),
    mistakes=(
        Mistake(
            "not_compared_with_now",
            forgot_now,
            "This is what the choice is worth after looking. What looking adds is the difference "
            "from what it is worth without: subtract max(w v, bar).",
        ),
        Mistake(
            "never_changes_its_mind",
            _looking(decide=False),
            "The outcomes are averaged without a choice between video and bar. Information has a "
            "value only because you may choose differently: take the maximum in each outcome.",
        ),
        Mistake(
            "compared_with_the_bar_only",
            _looking(now=False),
            "Without looking you would take the better of video and bar, not always the bar.",
        ),
        Mistake(
            "a_skip_tells_nothing",
            _looking(after="click only"),
            "After a skip your belief is the old one. Weigh it by 1 - P(click) at each level.",
        ),
        Mistake(
            "outcomes_swapped",
            _looking(after="swapped"),
            "The belief after a click stands with the chance of a skip, and the other way round.",
        ),
        Mistake(
            "outcomes_equally_likely",
            _looking(chances=False),
            "A click and a skip are not equally likely: a click has the chance "
            "sum of belief * w / (w + rest).",
        ),
        Mistake(
            "perfect_information",
            perfect_information,
            "That is the worth of being told the interest itself. One showing tells much less: "
            "a click or a skip.",
        ),
        Mistake(
            "uncertainty_for_information",
            spread,
            "That is how uncertain the belief is. Information has a value only where an answer "
            "would change what is shown.",
        ),
        Mistake(
            "interest_for_weight",
            interest_not_weight,
            "A video scores (u + 1) times its value, and yours scores u times it.",
        ),
    ),
    others=(worth_of_looking_row_by_row,),
    hints=(
        "There are two outcomes. For each: its chance, the expected weight after it, and the "
        "better of weight * value and bar.",
        "P(click) at each level is w / (w + rest). Belief times that, summed, is the chance of a "
        "click; belief times that, times w, over the chance, is the weight after a click.",
        "For the skip do the same with 1 - w / (w + rest). Then chance-weighted maxima minus "
        "np.maximum(belief @ w * value, bar).",
    ),
    praise="You can say what a question is worth before you ask it.",
)


# --- 05.4 ------------------------------------------------------------------------------------


def one_of_eight(scores, k):
    ranks = 1 + (scores[:, 1:] >= scores[:, :1]).sum(axis=1)
    hits = ranks <= k
    return np.array([hits.mean(), (hits / np.log2(ranks + 1)).mean()])


def one_of_eight_by_sorting(scores, k):
    hits, gains = [], []
    for row in scores:
        # Of equal scores the positive comes last.
        order = sorted(range(len(row)), key=lambda column: (-row[column], column == 0))
        rank = order.index(0) + 1
        hits.append(rank <= k)
        gains.append(1 / np.log2(rank + 1) if rank <= k else 0)
    return float(np.mean(hits)), float(np.mean(gains))


def eight_cases(rng):
    every_rank = np.array([[6.5 - rank, *range(7)] for rank in range(8)], dtype=float)

    def some(rows, ties=False):
        scores = rng.random((rows, 8))
        return np.round(scores * 4) if ties else scores

    return [
        Case("every rank once, k = 3: what chance gives", (every_rank, 3),
             np.array([0.375, (1 + 1 / np.log2(3) + 0.5) / 8])),
        Case("every rank once, k = 1", (every_rank, 1), np.array([0.125, 0.125])),
        Case("a model that gives everything the same score", (np.zeros((4, 8)), 5),
             np.array([0.0, 0.0])),
        Case("the positive always second", (np.array([[2.0, 3, 1, 0, 0, 0, 0, 0]] * 3), 5),
             np.array([1.0, 1 / np.log2(3)])),
        Case("forty rows, k = 5", (some(40), 5)),
        Case("forty rows, k = 1", (some(40), 1)),
        Case("forty rows with many ties, k = 3", (some(40, ties=True), 3)),
    ]  # fmt: skip


def _ranked(compare=np.greater_equal, discount=lambda r: np.log2(r + 1), offset=0, within=True):
    def answer(scores, k):
        ranks = 1 + compare(scores[:, 1:], scores[:, :1]).sum(axis=1)
        hits = ranks <= k + offset
        gains = 1 / discount(ranks)
        return np.array([hits.mean(), (gains * (hits if within else 1)).mean()])

    return answer


def _index_of_best_for_rank(scores, k):
    ranks = 1 + np.argsort(-scores, axis=1, kind="stable")[:, 0]
    hits = ranks <= k
    return np.array([hits.mean(), (hits / np.log2(ranks + 1)).mean()])


def _divided_by_k(scores, k):
    hit, gain = one_of_eight(scores, k)
    return np.array([hit / k, gain])


def _ideal_of_k(scores, k):
    hit, gain = one_of_eight(scores, k)
    return np.array([hit, gain / (1 / np.log2(np.arange(k) + 2)).sum()])


_eight = Exercise(
    id="05.4",
    title="One among eight",
    minutes=10,
    difficulty=1,
    points=2,
    objective="L05.4",
    reference=one_of_eight,
    cases=eight_cases,
    properties=(
        Property(
            "there are two numbers, the hit rate first",
            lambda result, scores, k: np.shape(result) == (2,),
            "Return two numbers, the means over all rows: hit rate and NDCG.",
        ),
    ),
    mistakes=(
        Mistake(
            "gained_by_ties",
            _ranked(compare=np.greater),
            "A tie counts for the model. One that gives everything the same score would look "
            "perfect: count the negatives that score at least as high.",
        ),
        Mistake(
            "small_scores_first",
            _ranked(compare=np.less_equal),
            "The ranks are upside down: larger scores are better.",
        ),
        Mistake(
            "rank_starts_at_zero_in_the_cut",
            _ranked(offset=1),
            "One rank too many counts as a hit: ranks start at 1, so the first k are rank <= k.",
        ),
        Mistake(
            "one_rank_too_few",
            _ranked(offset=-1),
            "The last of the k ranks is left out: rank k is still a hit.",
        ),
        Mistake(
            "discount_one_off",
            _ranked(discount=lambda r: np.log2(r + 2)),
            "Rank 1 gains 1 / log2(2) = 1. With ranks from 1, the discount is log2(rank + 1).",
        ),
        Mistake(
            "natural_logarithm",
            _ranked(discount=lambda r: np.log(r + 1)),
            "The discount is in natural logarithms. With one relevant video nothing cancels them: "
            "use log2.",
        ),
        Mistake(
            "gains_beyond_k",
            _ranked(within=False),
            "NDCG@k counts a gain beyond rank k. There it is 0.",
        ),
        Mistake(
            "index_of_the_best",
            _index_of_best_for_rank,
            "argsort gives who is first, not which rank the positive has. Count those above it.",
        ),
        Mistake(
            "precision_for_hit_rate",
            _divided_by_k,
            "Divided by k it is precision. The hit rate asks only whether the positive is there.",
        ),
        Mistake(
            "ideal_of_k_positives",
            _ideal_of_k,
            "The best page has one positive, at rank 1, which gains 1: there is nothing else to "
            "divide by.",
        ),
    ),
    others=(one_of_eight_by_sorting,),
    hints=(
        "The rank of column 0 is 1 plus the number of other columns that score at least as high.",
        "hits = ranks <= k gives a bool for each row, and its mean is HR@k.",
        "NDCG@k is the mean of hits / np.log2(ranks + 1): one positive, so the best gain is 1.",
    ),
    praise="You can read the tables of papers, and know what chance would score in them.",
)


# --- 05.5 ------------------------------------------------------------------------------------


def topic_to_name(chances, pages):
    shown = np.take_along_axis(chances, pages, axis=1)
    support = (shown >= 0.3).astype(int) + (shown >= 0.7)
    first = support.argmax(axis=1)
    rows = np.arange(len(pages))
    return np.where(support[rows, first] > 0, pages[rows, first], -1)


def topic_to_name_page_by_page(chances, pages):
    named = []
    for chance, page in zip(chances, pages, strict=True):
        liked = [topic for topic in page if chance[topic] >= 0.7]
        unsure = [topic for topic in page if chance[topic] >= 0.3]
        named.append(int((liked or unsure or [-1])[0]))
    return named


def naming_cases(rng):
    hand = np.full((1, 20), 0.1)
    hand[0, [4, 9, 13]] = 0.5, 0.8, 0.9

    def some(rows, low=0.0, high=1.0):
        pages = rng.permuted(np.tile(np.arange(20), (rows, 1)), axis=1)[:, :3]
        return rng.uniform(low, high, (rows, 20)), pages

    def page(*topics):
        return hand, np.array([topics])

    edge = np.full((2, 20), 0.1)
    edge[0, 5], edge[1, 6] = 0.3, 0.7
    return [
        Case("an open topic first, a liked one second", page(4, 9, 0), [9]),
        Case("two liked topics: the earlier slot", page(0, 9, 13), [9]),
        Case("nothing liked, one open", page(0, 1, 4), [4]),
        Case("nothing that may be named", page(0, 1, 2), [-1]),
        Case("exactly 30 % and exactly 70 %", (edge, np.array([[1, 5, 2], [6, 3, 4]])), [5, 6]),
        Case("twelve viewers", some(12)),
        Case("twelve viewers who like little", some(12, 0.0, 0.4)),
        Case("twelve viewers, open questions everywhere", some(12, 0.31, 0.69)),
    ]  # fmt: skip


def _pick(score):
    def answer(chances, pages):
        shown = np.take_along_axis(chances, pages, axis=1)
        value = score(shown)
        first = value.argmax(axis=1)
        rows = np.arange(len(pages))
        return np.where(value[rows, first] > 0, pages[rows, first], -1)

    return answer


def first_slot(chances, pages):
    return pages[:, 0].copy()


def never_silent(chances, pages):
    shown = np.take_along_axis(chances, pages, axis=1)
    support = (shown >= 0.3).astype(int) + (shown >= 0.7)
    return pages[np.arange(len(pages)), support.argmax(axis=1)]


def slot_instead_of_topic(chances, pages):
    named = topic_to_name(chances, pages)
    slots = (pages == named[:, None]).argmax(axis=1)
    return np.where(named >= 0, slots, -1)


def from_all_topics(chances, pages):
    everything = np.tile(np.arange(chances.shape[1]), (len(pages), 1))
    return topic_to_name(chances, everything)


_naming = Exercise(
    id="05.5",
    title="What may be said",
    minutes=10,
    difficulty=1,
    points=2,
    objective="L05.5",
    reference=topic_to_name,
    cases=naming_cases,
    properties=(
        Property(
            "there is one topic for each page",
            lambda result, chances, pages: np.shape(result) == (len(pages),),
            "Return one number for each page, int[B].",
        ),
        Property(
            "only topics of the page are named",
            lambda result, chances, pages: all(
                topic == -1 or topic in page for topic, page in zip(result, pages, strict=True)
            ),
            "A reason for a page names a topic that the page shows, by its number, or -1.",
        ),
        Property(
            "no topic below 30 % is named",
            lambda result, chances, pages: all(
                topic == -1 or chance[int(topic)] >= 0.3
                for topic, chance in zip(result, chances, strict=True)
            ),
            "You name a topic that the belief does not support. Below 30 % say nothing: -1.",
        ),
    ),
    mistakes=(
        Mistake(
            "named_the_first_slot",
            first_slot,
            "This is the topic of the first slot, whatever is believed of it.",
        ),
        Mistake(
            "most_likely_topic",
            _pick(lambda shown: np.where(shown >= 0.3, shown, 0.0)),
            "This names the topic with the highest chance. Among topics of the same kind, liked "
            "or open, the earlier slot counts.",
        ),
        Mistake(
            "first_that_may_be_named",
            _pick(lambda shown: (shown >= 0.3).astype(float)),
            "This names the first topic that is not below 30 %. A liked topic comes before an "
            "open one, also from a later slot.",
        ),
        Mistake(
            "no_open_questions",
            _pick(lambda shown: (shown >= 0.7).astype(float)),
            "Where nothing is liked, an open topic (30 % or more) may still be named.",
        ),
        Mistake(
            "never_silent",
            never_silent,
            "Where nothing is supported you name a topic all the same. Say nothing there: -1. "
            "(argmax of a row of zeros is 0.)",
        ),
        Mistake(
            "slot_for_topic",
            slot_instead_of_topic,
            "These are slots of the page. Return the topic: pages[row, slot].",
        ),
        Mistake(
            "topics_that_are_not_shown",
            from_all_topics,
            "You look at all twenty topics. A reason for this page speaks of what is on it.",
        ),
        Mistake(
            "edges_left_out",
            _pick(lambda shown: (shown > 0.3).astype(float) + (shown > 0.7)),
            "Exactly 30 % is open and exactly 70 % is liked: compare with >=.",
        ),
    ),
    others=(topic_to_name_page_by_page,),
    hints=(
        "np.take_along_axis(chances, pages, axis=1) gives the chances of the topics shown.",
        "Make a number from them: 0 below 0.3, 1 from 0.3, 2 from 0.7. Comparisons can be added.",
        "argmax finds the first slot with the largest number; where that number is 0, answer -1.",
    ),
    praise="Your agent will never say more than it knows.",
)

EXERCISES = [_posterior, _particles, _looking_exercise, _eight, _naming]
