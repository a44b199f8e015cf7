"""11.3 Is a question worth its price?

15 minutes, difficulty 2, 3 points, L11.3
An agent that costs money is now asked when it pays, and only then.
"""

import numpy as np

from mavrs_course.course import Case, Property


def whom_to_ask(weights, worth, price):
    left = worth - price * np.arange(1, worth.shape[1] + 1)
    number = 1 + left.argmax(axis=1)
    order = np.argsort(-weights, axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    return place < number[:, None]


def whom_to_ask_by_loops(weights, worth, price):
    asked = np.zeros(np.shape(weights), dtype=bool)
    for page, (trust, minutes) in enumerate(zip(weights, worth, strict=True)):
        net = [value - price * (m + 1) for m, value in enumerate(minutes)]
        number = net.index(max(net)) + 1
        for agent in sorted(range(len(trust)), key=lambda agent: -trust[agent])[:number]:
            asked[page, agent] = True
    return asked


OTHERS = (whom_to_ask_by_loops,)


def cases(rng):
    def some(pages, agents, price):
        worth = 2.0 + np.cumsum(rng.exponential(0.3, (pages, agents)), axis=1)
        worth += rng.normal(0, 0.1, worth.shape)
        return rng.dirichlet(np.ones(agents), pages), worth, price

    trust = np.array([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]])
    gains = np.array([[2.0, 2.3, 2.4], [2.0, 2.05, 2.06]])
    return [
        Case("a question costs 0.125 minutes", (trust, gains, 0.125),
             np.array([[False, True, True], [True, False, False]])),
        Case("questions are free", (trust, gains, 0.0), np.ones((2, 3), dtype=bool)),
        Case("so dear that one question is all", (trust, gains, 4.0),
             np.array([[False, True, False], [True, False, False]])),
        Case("a second opinion that does harm, and a third that is worth two questions",
             (np.array([[0.1, 0.2, 0.7]]), np.array([[2.0, 1.9, 3.0]]), 0.25),
             np.ones((1, 3), dtype=bool)),
        Case("one or two, it comes to the same: ask fewer",
             (np.array([[0.25, 0.75]]), np.array([[2.0, 2.5]]), 0.5),
             np.array([[False, True]])),
        Case("equal trust: the earlier agent first",
             (np.full((1, 4), 0.25), np.array([[2.0, 2.5, 2.5, 2.5]]), 0.25),
             np.array([[True, True, False, False]])),
        Case("three are trusted alike, and two are asked", (np.array([[0.1, 0.3, 0.3, 0.3]]),
             np.array([[2.0, 2.5, 2.5, 2.5]]), 0.25), np.array([[False, True, True, False]])),
        Case("more opinions do harm", (trust, np.array([[3.0, 1.0, 0.5], [2.0, 1.0, 2.5]]), 0.25),
             np.array([[False, True, False], [True, False, False]])),
        Case("one agent alone is worth little",
             (trust, np.array([[0.5, 2.5, 2.6], [0.5, 2.5, 2.6]]), 0.25),
             np.array([[False, True, True], [True, False, True]])),
        Case("forty pages, five agents", some(40, 5, 0.25)),
        Case("two pages, forty agents, many of them trusted alike",
             (rng.integers(1, 4, (2, 40)) / 80, *some(2, 40, 0.3)[1:])),
    ]  # fmt: skip


PROPERTIES = (
    Property("somebody is asked about every page",
             lambda result, weights, worth, price: bool(np.all(np.sum(result, axis=1) >= 1)),
             "Nobody is asked about one of the pages. worth[:, 0] is with one agent asked: the "
             "number asked is one more than the column."),
)  # fmt: skip

HINTS = """
    First how many, then whom. What is left of a page when m agents were asked: worth[:, m - 1] -
    price * m.

    number = 1 + np.argmax(worth - price * np.arange(1, n + 1), axis=1); argmax takes the first of
    equals, which is the smaller number.

    The place of each agent: argsort of minus the weights (stable) says who comes first, and
    argsort of that which place each one has. Asked is whoever has a place below the number.
"""
MISTAKES = """
    price_ignored: worth - price * np.arange(1, worth.shape[1] + 1) => worth
      You ask as many as give the best page, whatever it costs. Subtract price times the number
      asked before you compare; the price alone, once, changes nothing.
    one_question_too_few: 1 + left.argmax(axis=1) => left.argmax(axis=1)
      One agent too few is asked: column 0 of worth is for one agent, so the number is the column
      plus one.
    one_question_too_many: 1 + left.argmax(axis=1) => 2 + left.argmax(axis=1)
      One agent too many is asked. Places begin at 0, so asked is whoever has a place below the
      number, not equal to it.
    asks_everybody: place < number[:, None] => np.ones(np.shape(weights), dtype=bool)
      Everybody is asked about every page, whatever it costs.
    asks_only_the_most_trusted: 1 + left.argmax(axis=1) => np.ones(len(weights))
      Only the most trusted agent is ever asked. Where a second opinion is worth more than its
      price, ask for it.
    counts_the_questions_that_pay:
      | left.argmax(axis=1) => (np.diff(worth, axis=1) > price).sum(axis=1)
      You count the questions that pay, wherever they stand. The third can only be asked after the
      second: compare what is left after all of them.
    stops_at_the_first_that_does_not_pay:
      | left.argmax(axis=1) => np.cumprod(np.diff(worth, axis=1) > price, axis=1).sum(axis=1)
      You stop at the first question that does not pay by itself. A later one may pay for both:
      compare all the numbers.
    one_number_for_all_pages: left.argmax(axis=1) => np.full(len(worth), left.mean(axis=0).argmax())
      All pages get the same number of questions. worth has a row for each page: decide page by
      page (axis=1).
    least_trusted_first: argsort(-weights => argsort(weights
      The right number, from the wrong end: you ask those who are trusted least. argsort goes
      upwards; sort the negative weights.
    order_for_place: return place => return order
      argsort says who comes first, second, third. You need the place of each agent: the argsort
      of that argsort.
    first_agents_of_the_panel: return place => return np.arange(weights.shape[1])
      The right number, and always the first agents of the panel. Ask those with the largest
      weights on that page.
    one_more_where_it_comes_to_the_same:
      | 1 + left.argmax(axis=1) => worth.shape[1] - left[:, ::-1].argmax(axis=1)
      Where two numbers come to the same you ask more. Then the question bought nothing: take the
      smaller number.
    asks_nobody_where_nothing_pays:
      | 1 + left.argmax(axis=1) => (1 + left.argmax(axis=1)) * (left.max(axis=1) > 0)
      Where every question costs more than it brings you ask nobody. At least one agent is asked.
    all_who_are_trusted_alike:
      | return place < number[:, None] =>
      | last = -np.sort(-weights, axis=1)[np.arange(len(weights)), number - 1]
      | return weights >= last[:, None]
      Whoever is trusted as much as the last one asked is asked too, so that there may be too many.
      Of equal trust the earlier agent: go by places, not by a threshold.
    later_of_equals:
      | np.argsort(-weights, axis=1, kind="stable") =>
      |     np.argsort(weights, axis=1, kind="stable")[:, ::-1]
      Of equal trust the later agent is asked first. Sort the negative weights, with kind='stable'.
    price_as_a_threshold: place < number[:, None] => weights >= min(price, 1.0)
      You compare weights with the price. A weight is trust, a price is minutes: it is the gain in
      worth that has to pay for the question.
    price_added: worth - price => worth + price
      The price is added, as if asking paid. Subtract it.
    first_question_free:
      | worth - price * np.arange(1, worth.shape[1] + 1) =>
      |     worth / np.arange(1, worth.shape[1] + 1) - price
      You compare the worth for each question asked. What counts is the page's whole worth minus
      what all its questions cost.
"""

EQUAL = r"""
    np.argsort(order, axis=1, kind='stable') => np.argsort(order, axis=1) | place = np.argsort(order, axis=1, kind='stable')
      No two places are equal.
"""  # noqa: E501
