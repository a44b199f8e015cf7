"""10.1 What self-interest costs.

12 minutes, difficulty 2, 3 points, L10.1
You can now say of any table how badly self-interest may end.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.envs.matrix_v0 import GAMES


def price_of_anarchy(payoffs):
    first_stays = payoffs[0] == payoffs[0].max(axis=0, keepdims=True)
    second_stays = payoffs[1] == payoffs[1].max(axis=1, keepdims=True)
    stable, together = first_stays & second_stays, payoffs.sum(axis=0)
    return together.max() / together[stable].min() if stable.any() else np.nan


def price_cell_by_cell(payoffs):
    first, second = payoffs
    rows, columns = first.shape
    sums, best = [], 0.0
    for r in range(rows):
        for c in range(columns):
            best = max(best, first[r, c] + second[r, c])
            stays = all(first[k, c] <= first[r, c] for k in range(rows))
            stays = stays and all(second[r, k] <= second[r, c] for k in range(columns))
            if stays:
                sums.append(first[r, c] + second[r, c])
    return best / min(sums) if sums else float("nan")


OTHERS = (price_cell_by_cell,)


def _stable(payoffs):
    first = payoffs[0] == payoffs[0].max(axis=0, keepdims=True)
    second = payoffs[1] == payoffs[1].max(axis=1, keepdims=True)
    return first & second


def cases(rng):
    def some(rows, columns, equilibria):
        while True:
            payoffs = rng.integers(2, 18, (2, rows, columns)) / 2
            if _stable(payoffs).sum() == equilibria:
                return (payoffs,)

    return [
        Case("the prisoner's dilemma", (GAMES["prisoners_dilemma"].payoffs.copy(),), 3.0),
        Case("the stag hunt, with a good and a bad equilibrium",
             (GAMES["stag_hunt"].payoffs.copy(),), 8 / 6),
        Case("matching pennies, paid 2 or nothing: no pure equilibrium",
             (GAMES["matching_pennies"].payoffs + 1,), np.nan),
        Case("one row, four columns", some(1, 4, 1)),
        Case("four rows, three columns, three equilibria", some(4, 3, 3)),
        Case("five moves each, one equilibrium", some(5, 5, 1)),
        Case("moves that pay alike are best responses too",
             (np.array([[[2.0, 5], [2, 1]], [[3, 3], [4, 4]]]),)),
    ]  # fmt: skip


HINTS = """
    First find the cells from which neither would leave alone, as a table of True and False; then
    the sums of both players' payoffs in them.

    payoffs[0] == payoffs[0].max(axis=0, keepdims=True) marks where the first player stays, and
    the same with payoffs[1] and axis=1 where the second does.

    together = payoffs.sum(axis=0); together.max() / together[stable].min(), and np.nan if not
    stable.any().
"""
MISTAKES = """
    best_equilibrium: together[stable].min() => together[stable].max()
      You compare with the best equilibrium. That is the price of stability; the price of anarchy
      asks how badly it can end, at the worst equilibrium.
    first_equilibrium: together[stable].min() => together[stable][0]
      You compare with the first equilibrium that you find. Look at all of them and take the one
      with the smallest sum.
    mean_of_equilibria: together[stable].min() => together[stable].mean()
      You compare with the average equilibrium. Anarchy is priced at its worst: take the
      equilibrium with the smallest sum.
    best_equilibrium_over_worst: together.max() => together[stable].max()
      You compare the best equilibrium with the worst. What is possible counts above the line,
      also where nobody would stay: the largest sum of the whole table.
    upside_down: together.max() / together[stable].min() => together[stable].min() / together.max()
      The ratio stands on its head: the best sum over that of the worst equilibrium, so at least 1.
    difference: together.max() / => together.max() -
      You subtract. A price of anarchy is a ratio, best over worst equilibrium.
    worst_of_all_cells: together[stable] => together; if stable.any() else np.nan =>
      or together[stable] => together
      You compare with the worst cell of the whole table. Only equilibria count: nobody would stay
      in the others.
    wrong_axis: axis=0, keepdims => axis=1, keepdims; axis=1, keepdims => axis=0, keepdims
      The first player chooses the row, so it compares the rows of one column: the largest of
      payoffs[0] along axis 0. The second compares along axis 1 of payoffs[1].
    both_choose_rows: axis=1, keepdims => axis=0, keepdims
      You let both players choose the row. The second one chooses the column: compare its payoffs
      along the other axis.
    one_is_content: first_stays & second_stays => first_stays | second_stays
      You count cells that one of the two would not leave. In an equilibrium neither would: both
      conditions must hold.
    first_of_equals:
      | payoffs[0] == payoffs[0].max(axis=0, keepdims=True) =>
      |     np.arange(payoffs.shape[1])[:, None] == payoffs[0].argmax(axis=0);
      | payoffs[1] == payoffs[1].max(axis=1, keepdims=True) =>
      |     np.arange(payoffs.shape[2]) == payoffs[1].argmax(axis=1)[:, None]
      Of moves that pay alike you take only the first as a best response. All of them are: nobody
      gains by leaving. Compare with the maximum instead of using argmax.
    only_the_first_player: payoffs.sum(axis=0) => payoffs[0]
      You compare what the first player gets. Add up what both get.
    each_at_its_best: together.max() => payoffs.max(axis=(1, 2)).sum()
      You add the best payoff of each player, wherever it stands. They must come from one cell:
      add the tables first, then take the largest sum.
    one_without_an_equilibrium: np.nan => 1.0
      or np.nan => 0.0
      or np.nan => np.inf
      Without a pure equilibrium there is nothing to compare with: return np.nan.
"""

EQUAL = r"""
    payoffs[0].max(axis=0, keepdims=True) => payoffs[0].max(axis=0) | first_stays = payoffs[0] == payoffs[0].max(axis=0, keepdims=True)
    keepdims=True => keepdims=False | first_stays = payoffs[0] == payoffs[0].max(axis=0, keepdims=True)
      A row is broadcast as it is.
    payoffs.sum(axis=0) => payoffs.mean(axis=0) | stable, together = (first_stays & second_stays, payoffs.sum(axis=0))
      The ratio of two means is that of the sums.
"""  # noqa: E501
