"""Exercises of lesson 10, games between agents."""

from __future__ import annotations

import numpy as np

from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if
from mavrs_course.envs import game_theory
from mavrs_course.envs.matrix_v0 import GAMES

# --- 10.1 ------------------------------------------------------------------------------------


def _stable(payoffs):
    first = payoffs[0] == payoffs[0].max(axis=0, keepdims=True)
    second = payoffs[1] == payoffs[1].max(axis=1, keepdims=True)
    return first & second


def price_of_anarchy(payoffs):
    together = payoffs.sum(axis=0)
    stable = _stable(payoffs)
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


def _price_by_library(payoffs):
    found = game_theory.pure_equilibria(payoffs)
    if not len(found):
        return np.nan
    strategies = [game_theory.pure(payoffs, moves) for moves in found]
    return game_theory.price_of_anarchy(payoffs, strategies)


def price_cases(rng):
    def some(rows, columns, equilibria):
        while True:
            payoffs = rng.integers(1, 9, (2, rows, columns)).astype(float)
            if _stable(payoffs).sum() == equilibria:
                return (payoffs,)

    return [
        Case("the prisoner's dilemma", (GAMES["prisoners_dilemma"].payoffs.copy(),), 3.0),
        Case("the stag hunt, with a good and a bad equilibrium",
             (GAMES["stag_hunt"].payoffs.copy(),), 8 / 6),
        Case("matching pennies, paid 2 or nothing: no pure equilibrium",
             (GAMES["matching_pennies"].payoffs + 1,), np.nan),
        Case("two rows, four columns, two equilibria", some(2, 4, 2)),
        Case("four rows, three columns, three equilibria", some(4, 3, 3)),
        Case("five moves each, one equilibrium", some(5, 5, 1)),
        Case("moves that pay alike are best responses too",
             (np.array([[[2.0, 5], [2, 1]], [[3, 3], [4, 4]]]),)),
    ]  # fmt: skip


def _price(ratio, stable=_stable, empty=np.nan):
    def answer(payoffs):
        together, kept = payoffs.sum(axis=0), stable(payoffs)
        return ratio(together, together[kept], payoffs) if kept.any() else empty

    return answer


def _worst(together, reached, payoffs):
    return together.max() / reached.min()


def _wrong_axis(payoffs):
    first = payoffs[0] == payoffs[0].max(axis=1, keepdims=True)
    return first & (payoffs[1] == payoffs[1].max(axis=0, keepdims=True))


def _both_rows(payoffs):
    return (payoffs == payoffs.max(axis=1, keepdims=True)).all(axis=0)


def _one_is_content(payoffs):
    first = payoffs[0] == payoffs[0].max(axis=0, keepdims=True)
    return first | (payoffs[1] == payoffs[1].max(axis=1, keepdims=True))


def _first_of_equals(payoffs):
    stable = np.zeros(payoffs.shape[1:], dtype=bool)
    for r in range(stable.shape[0]):
        for c in range(stable.shape[1]):
            stable[r, c] = payoffs[0][:, c].argmax() == r and payoffs[1][r].argmax() == c
    return stable


_price_exercise = Exercise(
    id="10.1",
    title="What self-interest costs",
    minutes=12,
    difficulty=2,
    points=3,
    objective="L10.1",
    reference=price_of_anarchy,
    cases=price_cases,
    mistakes=(
        Mistake(
            "best_equilibrium",
            _price(lambda together, reached, payoffs: together.max() / reached.max()),
            "You compare with the best equilibrium. That is the price of stability; the price of "
            "anarchy asks how badly it can end, at the worst equilibrium.",
        ),
        Mistake(
            "first_equilibrium",
            _price(lambda together, reached, payoffs: together.max() / reached[0]),
            "You compare with the first equilibrium that you find. Look at all of them and take "
            "the one with the smallest sum.",
        ),
        Mistake(
            "mean_of_equilibria",
            _price(lambda together, reached, payoffs: together.max() / reached.mean()),
            "You compare with the average equilibrium. Anarchy is priced at its worst: take the "
            "equilibrium with the smallest sum.",
        ),
        Mistake(
            "best_equilibrium_over_worst",
            _price(lambda together, reached, payoffs: reached.max() / reached.min()),
            "You compare the best equilibrium with the worst. What is possible counts above the "
            "line, also where nobody would stay: the largest sum of the whole table.",
        ),
        Mistake(
            "upside_down",
            _price(lambda together, reached, payoffs: reached.min() / together.max()),
            "The ratio stands on its head: the best sum over that of the worst equilibrium, so at "
            "least 1.",
        ),
        Mistake(
            "difference",
            _price(lambda together, reached, payoffs: together.max() - reached.min()),
            "You subtract. A price of anarchy is a ratio, best over worst equilibrium.",
        ),
        Mistake(
            "worst_of_all_cells",
            lambda payoffs: payoffs.sum(axis=0).max() / payoffs.sum(axis=0).min(),
            "You compare with the worst cell of the whole table. Only equilibria count: nobody "
            "would stay in the others.",
            as_if(
                lambda payoffs: payoffs.sum(axis=0).max() / payoffs.sum(axis=0).min(),
                _price(lambda together, reached, payoffs: together.max() / together.min()),
            ),
        ),
        Mistake(
            "wrong_axis",
            _price(_worst, _wrong_axis),
            "The first player chooses the row, so it compares the rows of one column: the largest "
            "of payoffs[0] along axis 0. The second compares along axis 1 of payoffs[1].",
        ),
        Mistake(
            "both_choose_rows",
            _price(_worst, _both_rows),
            "You let both players choose the row. The second one chooses the column: compare its "
            "payoffs along the other axis.",
        ),
        Mistake(
            "one_is_content",
            _price(_worst, _one_is_content),
            "You count cells that one of the two would not leave. In an equilibrium neither would: "
            "both conditions must hold.",
        ),
        Mistake(
            "first_of_equals",
            _price(_worst, _first_of_equals),
            "Of moves that pay alike you take only the first as a best response. All of them are: "
            "nobody gains by leaving. Compare with the maximum instead of using argmax.",
        ),
        Mistake(
            "only_the_first_player",
            lambda payoffs: (
                payoffs[0].max() / payoffs[0][_stable(payoffs)].min()
                if _stable(payoffs).any()
                else np.nan
            ),
            "You compare what the first player gets. Add up what both get.",
        ),
        Mistake(
            "each_at_its_best",
            _price(
                lambda together, reached, payoffs: payoffs.max(axis=(1, 2)).sum() / reached.min()
            ),
            "You add the best payoff of each player, wherever it stands. They must come from one "
            "cell: add the tables first, then take the largest sum.",
        ),
        Mistake(
            "one_without_an_equilibrium",
            _price(_worst, empty=1.0),
            "Without a pure equilibrium there is nothing to compare with: return np.nan.",
            as_if(*(_price(_worst, empty=value) for value in (0.0, 1.0, np.inf))),
        ),
    ),
    others=(price_cell_by_cell, _price_by_library),
    hints=(
        "First find the cells from which neither would leave alone, as a table of True and False; "
        "then the sums of both players' payoffs in them.",
        "payoffs[0] == payoffs[0].max(axis=0, keepdims=True) marks where the first player stays, "
        "and the same with payoffs[1] and axis=1 where the second does.",
        "together = payoffs.sum(axis=0); together.max() / together[stable].min(), and np.nan if "
        "not stable.any().",
    ),
    praise="You can now say of any table how badly self-interest may end.",
)


# --- 10.2 ------------------------------------------------------------------------------------


def gains(payoffs, first, second):
    values = [payoffs[0] @ second, first @ payoffs[1]]
    return np.array([v.max() - v @ mix for v, mix in zip(values, (first, second), strict=True)])


def gains_by_trying(payoffs, first, second):
    def paid(player, x, y):
        rows, columns = payoffs[player].shape
        return sum(x[r] * y[c] * payoffs[player][r, c] for r in range(rows) for c in range(columns))

    best_first = max(paid(0, move, second) for move in np.eye(len(first)))
    best_second = max(paid(1, first, move) for move in np.eye(len(second)))
    return [best_first - paid(0, first, second), best_second - paid(1, first, second)]


def gains_cases(rng):
    def some(rows, columns):
        return (
            rng.integers(-5, 9, (2, rows, columns)).astype(float),
            rng.dirichlet(np.ones(rows)),
            rng.dirichlet(np.ones(columns)),
        )

    dilemma, rock = GAMES["prisoners_dilemma"].payoffs, GAMES["rock_paper_scissors"].payoffs
    return [
        Case("the prisoner's dilemma, one cooperates, the other tosses a coin",
             (dilemma.copy(), np.array([1.0, 0.0]), np.array([0.5, 0.5])), [1.5, 1.0]),
        Case("rock, paper, scissors, one third each: nobody can gain",
             (rock.copy(), np.full(3, 1 / 3), np.full(3, 1 / 3)), [0.0, 0.0]),
        Case("always rock, against one third each",
             (rock.copy(), np.array([1.0, 0, 0]), np.full(3, 1 / 3)), [0.0, 1.0]),
        Case("two moves against four", some(2, 4)),
        Case("five moves against three", some(5, 3)),
        Case("three moves each", some(3, 3)),
    ]  # fmt: skip


def _two(first, second):
    return lambda payoffs, x, y: np.array([first(payoffs[0], x, y), second(payoffs[1], x, y)])


_gain_1 = lambda table, x, y: (table @ y).max() - x @ table @ y  # noqa: E731
_gain_2 = lambda table, x, y: (x @ table).max() - x @ table @ y  # noqa: E731

_gains = Exercise(
    id="10.2",
    title="How far from an equilibrium?",
    minutes=10,
    difficulty=1,
    points=2,
    objective="L10.4",
    reference=gains,
    cases=gains_cases,
    properties=(
        Property(
            "there is one gain for each player",
            lambda result, *inputs: np.shape(result) == (2,),
            "Two numbers are wanted, what the first and what the second player would gain.",
        ),
        Property(
            "no best response loses",
            lambda result, *inputs: bool(np.all(np.asarray(result) >= -1e-9)),
            "A gain came out below zero. The best response is at least as good as the mix that is "
            "played, against the same mix of the other.",
        ),
    ),
    mistakes=(
        Mistake(
            "value_not_gain",
            _two(lambda t, x, y: (t @ y).max(), lambda t, x, y: (x @ t).max()),
            "That is what the best response pays. Its gain is that less what the mix pays now.",
        ),
        Mistake(
            "what_it_pays_now",
            _two(lambda t, x, y: x @ t @ y, lambda t, x, y: x @ t @ y),
            "That is what each player gets now. The gain is what the best response would pay, less "
            "this.",
        ),
        Mistake(
            "both_deviate",
            _two(
                lambda t, x, y: t.max() - x @ t @ y,
                lambda t, x, y: t.max() - x @ t @ y,
            ),
            "You take the largest entry of the whole table. A best response answers the mix of the "
            "other, which stays as it is: average over it first.",
        ),
        Mistake(
            "the_others_favourite_move",
            _two(
                lambda t, x, y: t[:, y.argmax()].max() - x @ t @ y,
                lambda t, x, y: t[x.argmax()].max() - x @ t @ y,
            ),
            "You answer the other's most likely move. Answer its whole mix: average over it.",
        ),
        Mistake(
            "all_moves_of_the_other_alike",
            _two(
                lambda t, x, y: t.mean(axis=1).max() - x @ t @ y,
                lambda t, x, y: t.mean(axis=0).max() - x @ t @ y,
            ),
            "You treat all moves of the other as equally likely. Weigh them with its mix: "
            "payoffs[0] @ second for the first player, first @ payoffs[1] for the second.",
        ),
        Mistake(
            "summed",
            lambda payoffs, x, y: gains(payoffs, x, y).sum(),
            "That is what both gain together, the exploitability. Return the two gains apart.",
        ),
        Mistake(
            "players_exchanged",
            lambda payoffs, x, y: gains(payoffs, x, y)[::-1],
            "The two gains stand in the wrong order: the first player's, who chooses the row, "
            "comes first.",
        ),
        Mistake(
            "tables_exchanged",
            lambda payoffs, x, y: gains(payoffs[::-1], x, y),
            "You use each player's moves with the payoffs of the other. payoffs[0] is what the "
            "first player gets, who chooses the row.",
        ),
        Mistake(
            "compared_with_its_likeliest_move",
            _two(
                lambda t, x, y: (t @ y).max() - (t @ y)[x.argmax()],
                lambda t, x, y: (x @ t).max() - (x @ t)[y.argmax()],
            ),
            "You compare with the player's own most likely move. It plays a mix, so what it gets "
            "is an average over its moves: values @ mix.",
        ),
        Mistake(
            "which_move_not_how_much",
            _two(lambda t, x, y: (t @ y).argmax(), lambda t, x, y: (x @ t).argmax()),
            "That says which move is the best response. Asked for is how much it would gain.",
        ),
        Mistake(
            "compared_with_the_mean_move",
            _two(
                lambda t, x, y: (t @ y).max() - (t @ y).mean(),
                lambda t, x, y: (x @ t).max() - (x @ t).mean(),
            ),
            "You compare with the plain mean of the player's own moves. It plays them with the "
            "chances of its own mix: weigh with these.",
        ),
        Mistake(
            "compared_with_the_worst_move",
            _two(
                lambda t, x, y: np.ptp(t @ y),
                lambda t, x, y: np.ptp(x @ t),
            ),
            "You compare the best move with the worst. Compare it with what the mix pays that is "
            "played now.",
        ),
        Mistake(
            "only_the_first_gains",
            _two(_gain_1, lambda t, x, y: (t @ y).max() - x @ t @ y if len(x) == len(y) else 0.0),
            "The first gain is right. The second player chooses the column: its moves are worth "
            "first @ payoffs[1].",
            lambda trials: all(
                np.allclose(np.ravel(trial.returned)[0], trial.expected[0]) for trial in trials
            ),
        ),
    ),
    others=(gains_by_trying, lambda p, x, y: game_theory.gains(p, [x, y]), _two(_gain_1, _gain_2)),
    hints=(
        "What is each of the first player's moves worth, if the second plays its mix? An average "
        "of the columns, weighted with the mix: payoffs[0] @ second.",
        "For the second player the rows are averaged: first @ payoffs[1]. The best response is "
        "the largest of these values.",
        "values.max() - values @ mix, where mix is the player's own.",
    ),
    praise="Zero for both, and you have found an equilibrium, whatever the size of the table.",
)


# --- 10.3 ------------------------------------------------------------------------------------


def shape(rewards, potential, ended, discount):
    following = np.where(ended, 0.0, potential[1:])
    return rewards + discount * following - potential[:-1]


def shape_step_by_step(rewards, potential, ended, discount):
    shaped = np.zeros(np.shape(rewards))
    for t in range(len(rewards)):
        for b in range(len(rewards[t])):
            promised = 0.0 if ended[t][b] else potential[t + 1][b]
            shaped[t, b] = rewards[t][b] + discount * promised - potential[t][b]
    return shaped


def shape_cases(rng):
    def some(steps, places, chance):
        ended = rng.random((steps, places)) < chance
        ended[-1, 0] = True
        return (
            rng.integers(0, 5, (steps, places)).astype(float),
            rng.normal(0, 10, (steps + 1, places)),
            ended,
            float(rng.uniform(0.5, 0.99)),
        )

    one = np.array([[10.0], [20.0], [30.0], [8.0]])
    return [
        Case("one place, three steps; the second ends its session",
             (np.array([[1.0], [2.0], [3.0]]), one, np.array([[False], [True], [False]]), 0.5),
             [[1.0], [-18.0], [-23.0]]),
        Case("nothing ends, no discount",
             (np.zeros((3, 1)), one, np.zeros((3, 1), dtype=bool), 1.0), [[10.0], [10], [-22]]),
        Case("four places, six steps", some(6, 4, 0.3)),
        Case("two places, twenty steps", some(20, 2, 0.15)),
        Case("every step ends a session", some(3, 3, 1.1)),
    ]  # fmt: skip


def _shape(hint):
    def answer(rewards, potential, ended, discount):
        return rewards + hint(potential[:-1], potential[1:], ended, discount)

    return answer


_shaping = Exercise(
    id="10.3",
    title="A hint that cannot mislead",
    minutes=12,
    difficulty=2,
    points=3,
    objective="L10.3",
    reference=shape,
    cases=shape_cases,
    properties=(
        Property(
            "there is one reward for each step and place",
            lambda result, rewards, *rest: np.shape(result) == np.shape(rewards),
            "The shaped rewards have the shape of the rewards, float[T, B]: potential[1:] is what "
            "follows each step, potential[:-1] what it starts from.",
        ),
    ),
    mistakes=(
        Mistake(
            "promised_by_the_next_session",
            _shape(lambda now, after, ended, discount: discount * after - now),
            "Where a session ended, potential[t + 1] is that of the next viewer. The old session "
            "is over, and its potential is 0.",
        ),
        Mistake(
            "forgot_the_discount",
            _shape(lambda now, after, ended, discount: np.where(ended, 0, after) - now),
            "The potential of what follows is discounted, as everything is that comes one step "
            "later. Without that the hints do not cancel out.",
        ),
        Mistake(
            "sign",
            _shape(lambda now, after, ended, discount: now - discount * np.where(ended, 0, after)),
            "The hint has the wrong sign: it pays for a rise of the potential, so what follows "
            "counts for, and what was counts against.",
        ),
        Mistake(
            "hints_replace_the_reward",
            lambda rewards, potential, ended, discount: (
                shape(rewards, potential, ended, discount) - rewards
            ),
            "That is the hint alone. Add it to the rewards.",
        ),
        Mistake(
            "a_bonus_without_a_charge",
            _shape(lambda now, after, ended, discount: discount * np.where(ended, 0, after)),
            "You pay for good states and never charge for leaving them. That is an ordinary bonus, "
            "and it changes what is best: subtract the potential of where the step began.",
            as_if(
                _shape(lambda now, after, ended, discount: discount * np.where(ended, 0, after)),
                _shape(lambda now, after, ended, discount: discount * after),
                _shape(lambda now, after, ended, discount: np.where(ended, 0, after)),
                _shape(lambda now, after, ended, discount: now),
            ),
        ),
        Mistake(
            "no_hint_at_the_end",
            _shape(lambda now, after, ended, discount: np.where(ended, 0, discount * after - now)),
            "On the last step you pay no hint at all. What was promised must be taken back there: "
            "0 for what follows, and minus the potential of where it began.",
        ),
        Mistake(
            "nothing_at_the_end",
            lambda rewards, potential, ended, discount: np.where(
                ended, 0, rewards + discount * potential[1:] - potential[:-1]
            ),
            "On the last step of a session you pay nothing at all. Its reward stays, and what was "
            "promised is taken back there: rewards + 0 - potential.",
        ),
        Mistake(
            "discounted_the_wrong_one",
            _shape(lambda now, after, ended, discount: np.where(ended, 0, after) - discount * now),
            "You discount the potential of now. It is what follows that lies a step ahead.",
        ),
        Mistake(
            "discounted_both",
            _shape(
                lambda now, after, ended, discount: discount * (np.where(ended, 0, after) - now)
            ),
            "You discount the whole hint. Only what follows lies a step ahead: the potential of "
            "now counts in full.",
        ),
        Mistake(
            "discounted_twice_over",
            _shape(
                lambda now, after, ended, discount: (
                    discount ** np.arange(1, len(now) + 1)[:, None] * np.where(ended, 0, after)
                    - discount ** np.arange(len(now))[:, None] * now
                )
            ),
            "You discount more with each step. The learner will do that: each step's own hint is "
            "discount * following - now.",
        ),
        Mistake(
            "ends_swapped",
            _shape(lambda now, after, ended, discount: discount * np.where(ended, after, 0) - now),
            "You keep the potential of what follows only where the session ended. It is the other "
            "way round: 0 where it ended.",
        ),
        Mistake(
            "zero_at_the_start_of_the_next",
            _shape(
                lambda now, after, ended, discount: (
                    discount * np.where(ended, 0, after)
                    - np.where(np.vstack([np.zeros_like(ended[:1]), ended[:-1]]), 0, now)
                )
            ),
            "After an end you also set the potential of the next session's first state to 0. Only "
            "the end itself is worth 0; a new session begins with its own potential.",
        ),
    ),
    others=(
        shape_step_by_step,
        _shape(lambda now, after, ended, discount: discount * after * ~ended - now),
    ),
    hints=(
        "potential has one row more than rewards: potential[:-1] is where each step began, "
        "potential[1:] where it led.",
        "Where ended is true, what follows belongs to another session. np.where(ended, 0, "
        "potential[1:]) is what the hint may count.",
        "rewards + discount * np.where(ended, 0, potential[1:]) - potential[:-1].",
    ),
    praise="Whatever number you call promising, your learner's best policy stays the best one.",
)


# --- 10.4 ------------------------------------------------------------------------------------

SHOWN = 3


def _worth(weights, costs, price, nothing=0.5, silence=2.0):
    earned = (weights * (4 - price * costs)).sum(axis=-1) - silence * nothing * price
    return earned / (weights.sum(axis=-1) + silence)


def difference_rewards(bids, weights, costs, price):
    order = np.argsort(-bids, axis=1)
    w, c = (np.take_along_axis(array, order, axis=1) for array in (weights, costs))
    everything = _worth(w[:, :SHOWN], c[:, :SHOWN], price)
    rewards = np.zeros(w.shape)
    for place in range(w.shape[1]):
        kept = [k for k in range(w.shape[1]) if k != place][:SHOWN]
        lost = everything - _worth(w[:, kept], c[:, kept], price)
        rewards[np.arange(len(w)), order[:, place]] = lost
    return rewards


def differences_page_by_page(bids, weights, costs, price):
    def worth(page, channels):
        shown = sorted(channels, key=lambda k: -bids[page][k])[:SHOWN]
        total = sum(weights[page][k] for k in shown) + 2
        minutes = sum(4 * weights[page][k] for k in shown) / total
        used = (sum(weights[page][k] * costs[page][k] for k in shown) + 2 * 0.5) / total
        return minutes - price * used

    everybody = range(len(bids[0]))
    return [
        [worth(p, everybody) - worth(p, [k for k in everybody if k != m]) for m in everybody]
        for p in range(len(bids))
    ]


def difference_cases(rng):
    def some(pages, channels, price):
        bids = rng.permuted(np.tile(np.arange(channels) + 1.0, (pages, 1)), axis=1)
        return (
            bids,
            rng.uniform(0.1, 2.0, (pages, channels)),
            rng.uniform(0.5, 7.0, (pages, channels)),
            price,
        )

    hand = (np.array([[4.0, 3.0, 2.0, 1.0]]), np.array([[2.0, 1.0, 1.0, 2.0]]), np.zeros((1, 4)))
    return [
        Case("four channels, time is free: 4 * 4 / 6 minutes, and with the fourth in its place",
             (*hand, 0.0), [[0.0, 8 / 3 - 20 / 7, 8 / 3 - 20 / 7, 0.0]]),
        Case("three channels, three slots: without one, nobody moves up",
             (np.array([[1.0, 2.0, 3.0]]), np.array([[2.0, 1.0, 1.0]]),
              np.array([[4.0, 2.0, 0.0]]), 1.0),
             [[5 / 6 - 5 / 4, 5 / 6 - 3 / 5, 5 / 6 - 1 / 5]]),
        Case("a page of five channels at a price of 2", some(1, 5, 2.0)),
        Case("six pages, seven channels", some(6, 7, 1.5)),
        Case("ten pages, five channels, time is free", some(10, 5, 0.0)),
        Case("four pages, four channels", some(4, 4, 0.7)),
    ]  # fmt: skip


def _differences(worth=_worth, order=lambda bids: np.argsort(-bids, axis=1), refill=True, flip=1):
    def answer(bids, weights, costs, price):
        ranked = order(bids)
        w, c = (np.take_along_axis(array, ranked, axis=1) for array in (weights, costs))
        rewards = np.zeros(w.shape)
        for place in range(w.shape[1]):
            pool = range(w.shape[1]) if refill else range(min(SHOWN, w.shape[1]))
            kept = [k for k in pool if k != place][:SHOWN]
            lost = worth(w[:, :SHOWN], c[:, :SHOWN], price) - worth(w[:, kept], c[:, kept], price)
            rewards[np.arange(len(w)), ranked[:, place]] = flip * lost
        return rewards

    return answer


def _as_listed(bids):
    return np.broadcast_to(np.arange(bids.shape[1]), bids.shape)


def _all_shown(bids, weights, costs, price):
    everything = _worth(weights, costs, price)
    alone = [
        _worth(np.delete(weights, m, axis=1), np.delete(costs, m, axis=1), price)
        for m in range(bids.shape[1])
    ]
    return np.stack([everything - without for without in alone], axis=1)


def _own_share(bids, weights, costs, price):
    shown = np.argsort(np.argsort(-bids, axis=1), axis=1) < SHOWN
    kept = np.where(shown, weights, 0.0)
    return kept * (4 - price * costs) / (kept.sum(axis=1, keepdims=True) + 2)


def _in_order_of_bids(bids, weights, costs, price):
    order = np.argsort(-bids, axis=1)
    return np.take_along_axis(difference_rewards(bids, weights, costs, price), order, axis=1)


def _without(bids, weights, costs, price):
    order = np.argsort(-bids, axis=1)[:, :SHOWN]
    w, c = (np.take_along_axis(array, order, axis=1) for array in (weights, costs))
    everything = _worth(w, c, price)[:, None]
    return everything - difference_rewards(bids, weights, costs, price)


def _team(bids, weights, costs, price):
    return _without(bids, weights, costs, price) + difference_rewards(bids, weights, costs, price)


_credit = Exercise(
    id="10.4",
    title="Pay each for the difference it made",
    minutes=20,
    difficulty=3,
    points=4,
    objective="L10.2",
    reference=difference_rewards,
    cases=difference_cases,
    properties=(
        Property(
            "there is one reward for each channel of each page",
            lambda result, bids, *rest: np.shape(result) == np.shape(bids),
            "One number for each channel is wanted, also for those not shown: float[B, n].",
        ),
    ),
    mistakes=(
        Mistake(
            "nobody_moves_up",
            _differences(refill=False),
            "Without a channel its slot stays empty in your page. The next highest bid would have "
            "got it: leave the channel out first, then take the three highest bids.",
        ),
        Mistake(
            "time_is_free",
            lambda bids, weights, costs, price: difference_rewards(bids, weights, costs, 0.0),
            "You count minutes alone. The budget that a page should use is charged at the price.",
        ),
        Mistake(
            "scrolling_is_free",
            _differences(lambda w, c, price: _worth(w, c, price, nothing=0.0)),
            "No click costs too: with weight 2 the viewer scrolls on, and 0.5 of the budget is "
            "used. Subtract 2 * 0.5 * price above the line.",
        ),
        Mistake(
            "always_a_click",
            _differences(lambda w, c, price: (w * (4 - price * c)).sum(-1) / w.sum(-1)),
            "You leave out that nothing may be clicked: its weight of 2 belongs below the line, "
            "and its cost above it.",
            as_if(
                _differences(lambda w, c, price: (w * (4 - price * c)).sum(-1) / w.sum(-1)),
                _differences(
                    lambda w, c, price: ((w * (4 - price * c)).sum(-1) - price) / w.sum(-1)
                ),
            ),
        ),
        Mistake(
            "silence_costs_once",
            _differences(lambda w, c, price: _worth(w, c, price, nothing=0.25)),
            "No click has the weight 2, so its cost of 0.5 counts twice above the line: "
            "2 * 0.5 * price.",
        ),
        Mistake(
            "own_share",
            _own_share,
            "That is what each channel's own video should bring. The difference also counts what "
            "it takes from the others, and who would have stood in its place.",
        ),
        Mistake(
            "first_three_columns",
            _differences(order=_as_listed),
            "You show the first three channels as they are listed. The three highest bids are "
            "shown.",
        ),
        Mistake(
            "lowest_bids",
            _differences(order=lambda bids: np.argsort(bids, axis=1)),
            "You show the three lowest bids: argsort sorts upwards, so sort -bids.",
        ),
        Mistake(
            "all_are_shown",
            _all_shown,
            "You show every channel. A page has three slots, for the three highest bids.",
        ),
        Mistake(
            "sign",
            _differences(flip=-1),
            "The difference has the wrong sign: the page with the channel, less the page without.",
        ),
        Mistake(
            "worth_without",
            _without,
            "That is what the page is worth without each channel. Its reward is the page as it is, "
            "less that.",
        ),
        Mistake(
            "paid_as_a_team",
            _team,
            "Everybody gets the worth of the whole page. Subtract what it would be worth without "
            "the channel.",
        ),
        Mistake(
            "in_order_of_bids",
            _in_order_of_bids,
            "The numbers are right and stand in the order of the bids. Put each back in its "
            "channel's column: rewards[row, order[row, place]].",
        ),
    ),
    others=(differences_page_by_page, _differences()),
    hints=(
        "Write a function for the worth of pages first: (sum of w * (4 - price * c), less "
        "2 * 0.5 * price) / (sum of w + 2).",
        "Sort each page's channels by their bids with np.argsort(-bids, axis=1) and bring weights "
        "and costs into that order with np.take_along_axis. The page is the first three columns.",
        "For each place in that order: the worth of the first three columns, less that of the "
        "first three columns that are left when this one is taken out. Write it to "
        "rewards[rows, order[:, place]].",
    ),
    praise="A channel that only looks after this number looks after the viewer.",
)


# --- 10.5 ------------------------------------------------------------------------------------


class Listening:
    def __init__(self, query, key, value):
        self.query, self.key, self.value = query, key, value

    def match(self, thoughts):
        match = (thoughts @ self.query) @ (thoughts @ self.key).swapaxes(-1, -2)
        return match / np.sqrt(thoughts.shape[-1])

    def attention(self, thoughts):
        match = np.where(np.eye(thoughts.shape[-2], dtype=bool), -np.inf, self.match(thoughts))
        grown = np.exp(match - match.max(axis=-1, keepdims=True))
        return grown / grown.sum(axis=-1, keepdims=True)

    def hear(self, thoughts):
        return self.attention(thoughts) @ (thoughts @ self.value)


class ListeningOneByOne(Listening):
    def attention(self, thoughts):
        batch, agents, size = thoughts.shape
        found = np.zeros((batch, agents, agents))
        for b in range(batch):
            for i in range(agents):
                others = [j for j in range(agents) if j != i]
                asked = thoughts[b, i] @ self.query
                scores = [asked @ (thoughts[b, j] @ self.key) / size**0.5 for j in others]
                grown = [np.exp(score - max(scores)) for score in scores]
                found[b, i, others] = np.array(grown) / sum(grown)
        return found


def listen(answer, case):
    query, key, value, thoughts = case.inputs
    listening = answer(query, key, value)
    return {"attention": listening.attention(thoughts), "heard": listening.hear(thoughts)}


def listening_cases(rng):
    def some(batch, agents, size, scale=1.0):
        matrices = rng.normal(0, 1.0, (3, size, size))
        return (*matrices, scale * rng.normal(size=(batch, agents, size)))

    one, thoughts = np.eye(2), np.array([[[2.0, 0.0], [1.0, 1.0], [0.0, 2.0]]])
    near = np.exp(2 / np.sqrt(2))  # thoughts at an angle have the product 2, opposite ones 0
    share = near / (near + 1.0)
    expected = {
        "attention": np.array([[[0, share, 1 - share], [0.5, 0, 0.5], [1 - share, share, 0]]]),
        "heard": np.array([[[share, 2 - share], [1, 1], [2 - share, share]]]),
    }
    return [
        Case("three agents, everything passed on as it is", (one, one, one, thoughts), expected),
        Case("two agents: there is only one to listen to", some(1, 2, 3)),
        Case("four pages, three agents", some(4, 3, 4)),
        Case("two pages, five agents", some(2, 5, 3)),
        Case("strong thoughts, whose scores are in the thousands", some(2, 3, 4, 40.0)),
    ]


def _with(**methods):
    return type("Variant", (Listening,), methods)


def _softmax(match, axis=-1):
    grown = np.exp(match - match.max(axis=axis, keepdims=True))
    return grown / grown.sum(axis=axis, keepdims=True)


def _masked(self, thoughts):
    return np.where(np.eye(thoughts.shape[-2], dtype=bool), -np.inf, self.match(thoughts))


def _careless(self, thoughts):
    with np.errstate(over="ignore", invalid="ignore"):
        grown = np.exp(_masked(self, thoughts))
        return grown / grown.sum(axis=-1, keepdims=True)


def _mask_afterwards(self, thoughts):
    return _softmax(self.match(thoughts)) * ~np.eye(thoughts.shape[-2], dtype=bool)


def _mask_with_zero(self, thoughts):
    return _softmax(np.where(np.eye(thoughts.shape[-2], dtype=bool), 0.0, self.match(thoughts)))


def _mask_with_minus_fifty(self, thoughts):
    return _softmax(np.where(np.eye(thoughts.shape[-2], dtype=bool), -50.0, self.match(thoughts)))


def _only_the_strong(trials):
    """Only the case with scores in the thousands fails; there may be several such cases."""
    return all(trial.passed == ("strong" not in trial.case.label) for trial in trials)


def _has_nan(trial):
    returned = trial.returned if isinstance(trial.returned, dict) else {}
    return any(np.isnan(np.asarray(value, dtype=float)).any() for value in returned.values())


def _unscaled(self, thoughts):
    return (thoughts @ self.query) @ (thoughts @ self.key).swapaxes(-1, -2)


def _scaled_by_size(self, thoughts):
    return _unscaled(self, thoughts) / thoughts.shape[-1]


def _scaled_by_agents(self, thoughts):
    return _unscaled(self, thoughts) / np.sqrt(thoughts.shape[-2])


_listening = Exercise(
    id="10.5",
    title="Agents that listen",
    minutes=20,
    difficulty=3,
    points=4,
    objective="L10.5",
    reference=Listening,
    cases=listening_cases,
    observe=listen,
    names=("query", "key", "value", "thoughts"),
    mistakes=(
        Mistake(
            "hears_itself",
            _with(attention=lambda self, thoughts: _softmax(self.match(thoughts))),
            "Every agent also listens to itself. It has its own thought already: set the diagonal "
            "of the scores to -np.inf before the softmax.",
        ),
        Mistake(
            "mask_afterwards",
            _with(attention=_mask_afterwards),
            "You take out an agent's own share after the softmax, so that the rest no longer adds "
            "up to 1. Set its score to -np.inf before.",
        ),
        Mistake(
            "mask_with_zero",
            _with(attention=_mask_with_zero),
            "You set an agent's own score to 0, and exp(0) is 1: it still hears itself. -np.inf "
            "gives exactly 0.",
        ),
        Mistake(
            "careless_exponential",
            _with(attention=_careless),
            "Scores in the thousands overflow exp. Subtract the largest score of each row first: "
            "the shares stay the same.",
            lambda trials: _only_the_strong(trials) and _has_nan(trials[-1]),
        ),
        Mistake(
            "mask_too_weak",
            _with(attention=_mask_with_minus_fifty),
            "You put a fixed low number on the diagonal. Where the other scores are lower still, "
            "an agent hears itself after all: -np.inf is always low enough.",
            lambda trials: _only_the_strong(trials) and not _has_nan(trials[-1]),
        ),
        Mistake(
            "not_scaled",
            _with(match=_unscaled),
            "The scores are not divided by the square root of the size of a thought.",
        ),
        Mistake(
            "scaled_by_size",
            _with(match=_scaled_by_size),
            "You divide by the size of a thought. Divide by its square root.",
        ),
        Mistake(
            "scaled_by_agents",
            _with(match=_scaled_by_agents),
            "You divide by the root of the number of agents. It is the size of a thought, the last "
            "axis, whose root is wanted.",
        ),
        Mistake(
            "shares_of_the_speaker",
            _with(attention=lambda self, thoughts: _softmax(_masked(self, thoughts), axis=-2)),
            "Your columns add up to 1: each speaker shares itself out among the listeners. Each "
            "listener shares out its attention: the rows, the last axis, add up to 1.",
        ),
        Mistake(
            "query_and_key_exchanged",
            _with(
                match=lambda self, t: (
                    (t @ self.key) @ (t @ self.query).swapaxes(-1, -2) / np.sqrt(t.shape[-1])
                )
            ),
            "Query and key are exchanged: row i is who listens, so it asks with its query, and "
            "the columns answer with their keys.",
        ),
        Mistake(
            "matrices_transposed",
            _with(
                __init__=lambda self, query, key, value: Listening.__init__(
                    self, query.T, key.T, value.T
                )
            ),
            "You multiply with the transposed matrices. A thought is a row here: thoughts @ query.",
        ),
        Mistake(
            "thoughts_not_values",
            _with(hear=lambda self, thoughts: self.attention(thoughts) @ thoughts),
            "You pass on the thoughts themselves. What is heard goes through the value matrix: "
            "thoughts @ value.",
        ),
        Mistake(
            "heard_by_the_wrong_ones",
            _with(
                hear=lambda self, thoughts: (
                    self.attention(thoughts).swapaxes(-1, -2) @ (thoughts @ self.value)
                )
            ),
            "The attention is transposed when it is used: row i, who listens, times the values of "
            "those it listens to.",
        ),
        Mistake(
            "keeps_its_own_thought",
            _with(hear=lambda self, thoughts: thoughts + Listening.hear(self, thoughts)),
            "You add an agent's own thought to what it hears. Return what comes from the others "
            "alone; the agent can put the two together itself.",
        ),
        Mistake(
            "matched_by_values",
            _with(
                hear=lambda self, thoughts: (
                    self.attention(thoughts @ self.value) @ (thoughts @ self.value)
                )
            ),
            "The attention is worked out from the values. It depends on the thoughts: "
            "attention(thoughts) @ (thoughts @ value).",
        ),
        Mistake(
            "everyone_alike",
            _with(
                attention=lambda self, t: np.broadcast_to(
                    (1 - np.eye(t.shape[1])) / (t.shape[1] - 1), (len(t), t.shape[1], t.shape[1])
                )
            ),
            "Everybody is listened to alike. Attention depends on the thoughts: the query of the "
            "listener times the key of the speaker.",
        ),
    ),
    others=(ListeningOneByOne,),
    hints=(
        "thoughts @ query is what each agent asks for, thoughts @ key what each has to offer, both "
        "float[B, N, d]. The scores are all products: asked @ offered.swapaxes(-1, -2).",
        "Divide by np.sqrt(d) and put -np.inf on the diagonal: np.where(np.eye(N, dtype=bool), "
        "-np.inf, scores). Subtract the largest score of each row before np.exp.",
        "attention = grown / grown.sum(axis=-1, keepdims=True); heard = attention @ (thoughts @ "
        "value).",
    ),
    praise="This is the layer by which MMRF's agents, and transformers, share what they know.",
)


EXERCISES = [_price_exercise, _gains, _shaping, _credit, _listening]
