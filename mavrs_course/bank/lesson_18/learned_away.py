"""18.4 Bubble, or an emptying shelf.

20 minutes, difficulty 2, 3 points, L18.4
A difference with a control: what is left is what learning did.
"""

import numpy as np

from mavrs_course.course import Case


def learned_away(learning, frozen, genres):
    def met(shown):
        return genres[shown].any(axis=2).sum(axis=2)

    gap = met(learning) - met(frozen).astype(float)
    return gap.mean(axis=1), gap[-1] - gap[0]


def learned_away_with_loops(learning, frozen, genres):
    rounds, viewers, _ = learning.shape
    gap = np.zeros((rounds, viewers))
    for r in range(rounds):
        for n in range(viewers):
            for sign, shown in ((1, learning), (-1, frozen)):
                met = set()
                for film in shown[r, n]:
                    met |= set(np.flatnonzero(genres[film]))
                gap[r, n] += sign * len(met)
    return [sum(row) / viewers for row in gap], [gap[-1, n] - gap[0, n] for n in range(viewers)]


OTHERS = (learned_away_with_loops,)


def cases(rng):
    genres = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 1]], dtype=bool)

    def some(rounds, viewers, slots, films, kinds):
        order = rng.permuted(np.tile(np.arange(films), (2, viewers, 1)), axis=2)
        pages = order[:, :, : rounds * slots].reshape(2, viewers, rounds, slots)
        pages = pages.transpose(0, 2, 1, 3)
        return pages[0], pages[1], rng.random((films, kinds)) < 0.3

    return [
        Case("one viewer: learning narrows the second page",
             (np.array([[[0, 2]], [[0, 1]]]), np.array([[[0, 2]], [[2, 3]]]), genres),
             ([0.0, -1.0], [-1.0])),
        Case("two viewers, opposite effects",
             (np.array([[[0, 1], [2, 2]], [[0, 3], [2, 2]]]),
              np.array([[[0, 1], [2, 2]], [[0, 1], [2, 3]]]), genres),
             ([0.0, 0.5], [2.0, -1.0])),
        Case("the same pages", (np.array([[[0, 3]], [[1, 2]]]),) * 2 + (genres,),
             ([0.0, 0.0], [0.0])),
        Case("a gap from the start",
             (np.array([[[0, 3]], [[1, 2]]]), np.array([[[0, 1]], [[1, 0]]]), genres),
             ([2.0, 1.0], [-1.0])),
        Case("films without genres", (np.array([[[0]], [[1]]]), np.array([[[2]], [[3]]]),
             np.zeros((4, 1), bool)), ([0.0, 0.0], [0.0])),
        Case("five rounds, six viewers", some(5, 6, 4, 40, 8)),
        Case("four rounds, nine viewers", some(4, 9, 3, 30, 6)),
    ]  # fmt: skip


HINTS = """
    genres[shown] is bool[R, N, K, G]: for each page, each film's genres.

    .any(axis=2) says which genres a page has, .sum(axis=2) then counts them: int[R, N].

    gap = count of learning minus count of frozen, as floats. Return gap.mean(axis=1) and gap[-1]
    - gap[0].
"""
MISTAKES = """
    no_control: met(learning) - met(frozen).astype(float) => met(learning).astype(float)
      You look at the learning recommender alone. What is left of a pool gets narrower or wider
      anyway: subtract what the frozen one shows in the same round.
    turned_round:
      | met(learning) - met(frozen).astype(float) => met(frozen) - met(learning).astype(float)
      Your gaps are frozen minus learning. Wanted is learning minus frozen, so that a narrower
      page is below 0.
    genres_counted_again: .any(axis=2) => .sum(axis=2)
      A genre counts again for each film that has it in yours. Count different genres of a page:
      any over its films, then the sum over genres.
    everybody_together:
      | .any(axis=2).sum(axis=2) => .any(axis=(1, 2)).sum(axis=1);
      | gap.mean(axis=1), gap[-1] - gap[0] => gap, np.full(learning.shape[1], gap[-1] - gap[0])
      You count the genres that all viewers together were shown, and those are nearly all. A
      bubble is one viewer's: count for each page, then average.
    the_last_round_alone: gap[-1] - gap[0] => gap[-1]
      The second result is the gap of the last round. It should be its change: last round minus
      first.
    one_number_for_all: gap[-1] - gap[0] => (gap[-1] - gap[0]).mean()
      The second result is one mean. Keep one number a viewer: intervals come from how they differ.
    first_minus_last: gap[-1] - gap[0] => gap[0] - gap[-1]
      Your change is first minus last. Last minus first is below 0 where pages narrow.
    averaged_over_rounds: gap.mean(axis=1) => gap.mean(axis=0)
      Your first result has one number a viewer. Average over viewers, axis 1, so that one number
      a round is left.
    sums: gap.mean(axis=1) => gap.sum(axis=1)
      Your first result adds viewers up. Average them.
    frozen_at_the_first_round: met(frozen).astype(float) => met(frozen)[0].astype(float)
      You compare with the frozen recommender's first page only. Its later pages change too, as
      its best films are used up: compare round with round.
    films_with_a_genre: .any(axis=2) => .any(axis=3)
      You count films that have any genre. Count genres that any film of the page has: any over
      films, axis 2.
    without_a_sign:
      | met(learning) - met(frozen).astype(float) => abs(met(learning) - met(frozen).astype(float))
      Your gaps have lost their sign, so that wider and narrower look alike.
    ratio_for_difference:
      | met(learning) - met(frozen).astype(float) => met(learning) / np.maximum(met(frozen), 1)
      You divide by what the frozen one shows. A difference is wanted.
"""
