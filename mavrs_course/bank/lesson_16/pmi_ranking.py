"""16.1 How much likelier does the context make a title.

12 minutes, difficulty 1, 3 points, L16.1
This is all that the likelihood agent does; the rest is asking for these numbers.
"""

import numpy as np

from mavrs_course.course import Case


def pmi_ranking(after_context, after_nothing):
    pmi = np.array([a.sum() - b.sum() for a, b in zip(after_context, after_nothing, strict=True)])
    return np.argsort(-pmi, kind="stable"), np.exp(pmi)


def pmi_ranking_by_tokens(after_context, after_nothing):
    pairs = list(zip(after_context, after_nothing, strict=True))
    times = np.array([np.prod(np.exp(a - b)) for a, b in pairs])
    return sorted(range(len(pairs)), key=lambda i: -times[i]), times


OTHERS = (pmi_ranking_by_tokens,)


def cases(rng):
    def some(titles, most=8):
        lengths = rng.integers(1, most, titles)
        return tuple([-4 * rng.random(n) for n in lengths] for _ in range(2))

    half, quarter = np.log(0.5), np.log(0.25)
    hand = (
        [np.array([half, half]), np.array([half])],
        [np.array([half, quarter]), np.array([half])],
    )
    longer = ([np.log([0.5, 0.5, 0.5]), np.log([0.4])], [np.log([0.4, 0.4, 0.4]), np.log([0.3])])
    return [
        Case("two titles, worked out by hand", hand, (np.array([0, 1]), np.array([2.0, 1.0]))),
        Case("a long title and a short one", longer,
             (np.array([0, 1]), np.array([1.953125, 4 / 3]))),
        Case("the likelier title is not the one that gained",
             ([np.log([0.5]), np.log([0.2])], [np.log([0.6]), np.log([0.1])]),
             (np.array([1, 0]), np.array([5 / 6, 2.0]))),
        Case("two that gain alike",
             ([np.array([half]), np.array([quarter]), np.array([half])],
              [np.array([half]), np.array([quarter]), np.array([quarter])]),
             (np.array([2, 0, 1]), np.array([2.0, 1.0, 1.0])[[1, 2, 0]])),
        Case("forty titles, many of which gain alike",
             (list(np.log(rng.integers(1, 4, (40, 1)) / 8)), list(np.log(np.full((40, 1), 0.5))))),
        Case("ten titles", some(10)),
        Case("titles of a single token", some(6, 2)),
    ]  # fmt: skip


HINTS = """
    The log-likelihood of a title is the sum over its tokens. Do it twice, and subtract.

    pmi = np.array([a.sum() - b.sum() for a, b in zip(after_context, after_nothing)])

    Ranking is a stable argsort of minus the pmi. The factor by which the context makes it likelier
    is the exponential.
"""
MISTAKES = """
    only_times: return np.argsort(-pmi, kind="stable"), => return
      Only one of two results comes back, the times. Return the order, then the times.
    only_order: , np.exp(pmi) =>
      Only one of two results comes back, the order. Return the order, then the times.
    likelihood_only: a.sum() - b.sum() => a.sum()
      You use what the tokens cost after the context and not what they cost after nothing. A title
      that is likely anyway wins then: subtract the second sum.
    mean_of_tokens: a.sum() - b.sum() => a.mean() - b.mean()
      You take means over tokens. The log-likelihood of a title is the sum: every token has to
      come true.
    reversed_difference: a.sum() - b.sum() => b.sum() - a.sum()
      Your difference is the wrong way round: what the context makes likelier has a higher
      likelihood after the context, so it is context minus nothing.
    ratio_of_logs: a.sum() - b.sum() => a.sum() / b.sum()
      You divide log-likelihoods. A ratio of probabilities is a difference of logs.
    added_probabilities: a.sum() - b.sum() => np.exp(a).sum() - np.exp(b).sum(); np.exp(pmi) => pmi
      You add up probabilities of tokens. Tokens follow each other, so their probabilities
      multiply, and their logarithms add up.
    difference_of_probabilities:
      | a.sum() - b.sum() => np.exp(a.sum()) - np.exp(b.sum());
      | np.exp(pmi) => pmi
      You subtract probabilities. How many times likelier is a ratio: exp of the difference of the
      sums of logs.
    nats_not_times: np.exp(pmi) => pmi
      Your order is right. The second result is still in nats: how many times likelier is np.exp
      of it.
    two_to_the_nats: np.exp(pmi) => 2.0**pmi
      You raise 2 to the nats. These are natural logarithms: np.exp.
    worst_first: -pmi => pmi
      Your order begins with the title that gains least. np.argsort goes upwards: sort minus the
      gain.
    places_not_order: -pmi, kind="stable") => np.argsort(-pmi, kind="stable"), kind="stable")
      You return the place of each title. Wanted are the titles in order: the number of the best
      one first.
    times_in_order: np.exp(pmi) => np.exp(pmi)[np.argsort(-pmi, kind="stable")]
      The second result is sorted as well. It belongs to the titles as they came in.
    later_of_equals: -pmi, kind="stable") => pmi, kind="stable")[::-1]
      Of two titles that gain alike you put the later first. Sort minus the gain with
      kind="stable", instead of turning the order round.
    first_token_only: a.sum() - b.sum() => a[0] - b[0]
      You look at the first token alone. A title is all of its tokens.
    last_token_only: a.sum() - b.sum() => a[-1] - b[-1]
      You look at the last token alone. A title is all of its tokens.
"""
