"""07.2 What a move really pays.

12 minutes, difficulty 1, 2 points, L07.2
When the partner learns, this moves: now you can say by how much, and why.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.marl.games import tabular


def target_of_moves(payoffs, partner_values, explore):
    best = partner_values == partner_values.max()
    chances = (1 - explore) * best / best.sum() + explore / len(best)
    return payoffs @ chances


def target_by_cases(payoffs, partner_values, explore):
    targets = []
    best = [m for m, v in enumerate(partner_values) if v == max(partner_values)]
    for row in payoffs:
        greedy = sum(row[m] for m in best) / len(best)
        targets.append((1 - explore) * greedy + explore * sum(row) / len(row))
    return targets


def target_from_library(payoffs, partner_values, explore):
    return tabular.target(payoffs, tabular.epsilon_greedy(partner_values, explore))


OTHERS = (target_by_cases, target_from_library)


def cases(rng):
    climbing = np.array([[11.0, -30.0, 0.0], [-30.0, 7.0, 0.0], [0.0, 6.0, 5.0]])
    return [
        Case("the climbing game, the partner likes A and explores 30 % of the time",
             (climbing, np.array([3.0, 1.0, 2.0]), 0.3), [5.8, -23.3, 1.1]),
        Case("a partner who knows nothing yet: all values alike",
             (climbing, np.zeros(3), 0.3), [-19 / 3, -23 / 3, 11 / 3]),
        Case("two moves tie for the best", (climbing, np.array([1.0, 4.0, 4.0]), 0.0),
             [-15.0, 3.5, 5.5]),
        Case("a partner with a single move",
             (np.array([[2.0], [-1.5]]), np.array([4.0]), 0.3), [2.0, -1.5]),
        Case("a partner who only explores", (climbing, np.array([0.0, 9.0, 1.0]), 1.0)),
        Case("a partner who never explores", (rng.normal(0, 5, (3, 4)), rng.normal(size=4), 0.0)),
        Case("five moves against two",
             (rng.normal(0, 5, (5, 2)), rng.normal(size=2), float(rng.uniform(0.1, 0.9)))),
        Case("two moves against four",
             (rng.normal(0, 5, (2, 4)), rng.normal(size=4), float(rng.uniform(0.1, 0.9)))),
        Case("values that are all negative", (climbing, np.array([-3.0, -1.0, -2.0]), 0.2)),
    ]  # fmt: skip


HINTS = """
    First the partner's chances, one for each column, which add up to 1. Then average each row
    with them.

    Every move has explore / (number of moves). The moves that tie for the best share 1 - explore
    on top.

    Comparing the partner's values with their largest marks the best moves, as many as there are.
    Turn the marks into shares, mix in exploring, and weigh the columns of payoffs with them.
"""
MISTAKES = """
    partner_never_explores:
      | (1 - explore) * best / best.sum() + explore / len(best) => best / best.sum()
      or payoffs @ chances => payoffs[:, partner_values.argmax()]
      You let the partner always play its best move. In a share explore of the rounds it plays any
      of its moves.
    partner_always_explores:
      | (1 - explore) * best / best.sum() + explore / len(best) => np.full(len(best), 1 / len(best))
      You let the partner play all moves alike. Mostly, 1 - explore, it plays its best.
    forgot_what_exploring_can_hit: + explore / len(best) =>
      The partner's chances add up to 1 - explore. What it explores is missing: any of its moves,
      the best one too, with explore / (number of moves) each.
    explores_only_the_others:
      | (1 - explore) * best / best.sum() + explore / len(best) =>
      |     np.where(best, (1 - explore) / best.sum(), explore / max(sum(~best), 1))
      or
      | partner_values == partner_values.max() =>
      |     np.arange(len(partner_values)) == partner_values.argmax();
      | + explore / len(best) => + ~best * explore / (len(best) - 1)
      Exploring can hit the best move as well: any move has explore / (number of moves), and the
      best one has 1 - explore on top.
    first_of_equals:
      | partner_values == partner_values.max() =>
      |     np.arange(len(partner_values)) == partner_values.argmax()
      Where several moves tie for the best, the partner plays each of them alike. You give
      everything to the first.
    all_equals_in_full: best / best.sum() => best
      Where several moves tie you give 1 - explore to each, and the chances add up to more than 1.
      They share it.
    explore_upside_down: (1 - explore) * => explore *; + explore / => + (1 - explore) /
      Your partner plays its best move in a share explore of the rounds. It is the other way
      round: the best with 1 - explore, anything with explore.
    explore_not_divided: explore / len(best) => explore
      You give every move the whole of explore, and the chances add up to more than 1. It is
      shared among all moves: explore / (number of moves).
    shared_among_your_moves: explore / len(best) => explore / len(payoffs)
      The partner explores among its own moves, the columns: you divide by the number of yours.
    last_of_equals:
      | partner_values == partner_values.max() =>
      |     np.arange(len(partner_values))[::-1] == partner_values[::-1].argmax()
      Where several moves tie for the best, the partner plays each of them alike. You give
      everything to the last.
    mean_of_everything:
      | + explore / len(best) =>;
      | payoffs @ chances => payoffs @ chances + explore * payoffs.mean()
      or
      | best / best.sum() + explore / len(best) =>
      |     (np.arange(len(best)) == partner_values.argmax());
      | payoffs @ chances => payoffs @ chances + explore * payoffs.mean()
      While the partner explores, every move of yours gets the mean of the whole table. It gets
      the mean of its own row.
    softmax_partner:
      | partner_values == partner_values.max() => np.exp(partner_values - partner_values.max())
      or partner_values == partner_values.max() => partner_values / partner_values.sum()
      Your partner plays better moves more often, by their values. An epsilon-greedy one has a
      best move, and treats all others alike.
    partner_is_paid: payoffs @ => (payoffs.T if len(payoffs) == len(best) else payoffs) @
      or payoffs @ => payoffs.T @
      or payoffs @ chances => chances @ payoffs
      You average over your own moves. The partner picks the column: payoffs @ chances.
    best_reply: payoffs @ chances => max(payoffs @ chances)
      or payoffs @ chances => [max(payoffs @ chances)]
      You return the value of the best move only. One number for each of your moves is wanted,
      float[A].
    hopes_for_the_best: payoffs @ chances => payoffs.max(axis=1)
      That is the best that each row can pay. What it does pay depends on the partner's chances.
"""
