"""Exercises of lesson 02, the platform as a world of agents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from gymnasium.spaces import Box, Discrete
from pettingzoo import ParallelEnv

from mavrs_course import metrics
from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if, same_numbers


def has_shape(shape: Callable[..., tuple]) -> Callable[[Sequence], bool]:
    """Detects answers whose every result has this other shape."""
    return lambda trials: (
        all(np.shape(trial.returned) == shape(*trial.inputs) for trial in trials)
        and not trials[0].passed
    )


# --- 02.1 ------------------------------------------------------------------------------------


def chances(interest, topics, seen):
    weights = seen * (np.take_along_axis(interest, topics, axis=1) + 1.0)
    everything = np.column_stack([weights, np.full(len(weights), 2.0)])
    return everything / everything.sum(axis=1, keepdims=True)


def chances_with_loops(interest, topics, seen):
    rows = []
    for tastes, page in zip(interest, topics, strict=True):
        weights = [look * (tastes[topic] + 1) for look, topic in zip(seen, page, strict=True)]
        clicks = [weight / (sum(weights) + 2) for weight in weights]
        rows.append([*clicks, 1 - sum(clicks)])
    return rows


def chances_cases(rng):
    hand = np.zeros((1, 20))
    hand[0, :3] = 1.0, 0.0, -1.0
    page, all_seen = np.array([[0, 1, 2]]), np.ones(3)

    def some(viewers, slots):
        return rng.uniform(-1, 1, (viewers, 20)), rng.integers(0, 20, (viewers, slots))

    return [
        Case("interest 1, 0 and -1, all slots seen",
             (hand, page, all_seen), np.array([[0.4, 0.2, 0, 0.4]])),
        Case("the same page, each slot seen half as often as the one before",
             (hand, page, np.array([1.0, 0.5, 0.25])), np.array([[4 / 9, 1 / 9, 0, 4 / 9]])),
        Case("three viewers, four slots, all seen", (*some(3, 4), np.ones(4))),
        Case("four viewers, three slots, seen less and less",
             (*some(4, 3), 1 / np.arange(1.0, 4.0))),
        Case("one slot", (*some(3, 1), np.array([0.7]))),
        Case("a viewer who likes nothing", (np.full((2, 20), -1.0), page.repeat(2, 0), all_seen)),
        Case("the same topic twice on a page", (rng.uniform(-1, 1, (4, 20)),
             np.array([[5, 5, 7]] * 4), all_seen)),
    ]  # fmt: skip


def _proportions(weights, nothing, seen=1.0):
    everything = np.column_stack([seen * weights, nothing])
    with np.errstate(invalid="ignore"):
        return everything / everything.sum(axis=1, keepdims=True)


def _weights(interest, topics):
    return np.take_along_axis(interest, topics, axis=1) + 1.0


def no_click_mass(mass):
    return lambda interest, topics, seen: _proportions(
        _weights(interest, topics), np.full(len(topics), mass), seen
    )


def forgot_plus_one(interest, topics, seen):
    return _proportions(_weights(interest, topics) - 1, np.full(len(topics), 2.0), seen)


def softmax(interest, topics, seen):
    return _proportions(np.exp(_weights(interest, topics) - 1), np.full(len(topics), 2.0), seen)


def _is_softmax(trials):
    """Slots clicked in the ratio of exponentials, whatever no click weighs."""
    shown = [trial for trial in trials if trial.case.inputs[1].shape[1] > 1 and not trial.passed]

    def in_ratio(trial, weights):
        clicks = np.asarray(trial.returned)[:, : weights.shape[1]]
        return clicks.all() and np.allclose(clicks * weights[:, :1], clicks[:, :1] * weights)

    return bool(shown) and any(
        all(in_ratio(t, power(_weights(*t.inputs[:2]), t.inputs[2])) for t in shown)
        for power in (lambda w, seen: seen * np.exp(w), lambda w, seen: np.exp(seen * w))
    )


def seen_too_late(interest, topics, seen):
    clicks = _proportions(_weights(interest, topics), np.full(len(topics), 2.0))[:, :-1] * seen
    return np.column_stack([clicks, 1 - clicks.sum(axis=1)])


def seen_too_late_kept_no_click(interest, topics, seen):
    return _proportions(_weights(interest, topics), np.full(len(topics), 2.0)) * np.append(seen, 1)


def ignored_seen(interest, topics, seen):
    return chances(interest, topics, np.ones_like(seen))


def summed_over_viewers(interest, topics, seen):
    weights = seen * _weights(interest, topics)
    everything = np.column_stack([weights, np.full(len(weights), 2.0)])
    return everything / everything.sum(axis=0)


def _leaves_nothing(trials):
    """The slots of a page, by themselves, always sum to one."""
    clicks = [np.asarray(trial.returned)[:, : trial.inputs[1].shape[1]] for trial in trials]
    return all(np.allclose(np.nansum(c, axis=1)[~np.isnan(c).any(axis=1)], 1) for c in clicks)


def _shared_by_viewers(trials):
    """The weights are divided by a sum that other viewers have a part in, with or without the 2."""

    def shared(trial):
        weights = trial.inputs[2] * _weights(*trial.inputs[:2])
        clicks = np.asarray(trial.returned)[:, : weights.shape[1]]
        return any(
            np.allclose(clicks * (weights.sum(axis=axis) + nothing), weights)
            for axis in (0, None)
            for nothing in (0, 2, 2 * len(weights))
        )

    several = [t for t in trials if len(t.inputs[1]) > 1 and np.ptp(t.inputs[0]) and not t.passed]
    return bool(several) and all(map(shared, several))


def no_click_first(interest, topics, seen):
    return np.roll(chances(interest, topics, seen), 1, axis=1)


def left_out_no_click(interest, topics, seen):
    return chances(interest, topics, seen)[:, :-1]


def no_click_in_each_term(interest, topics, seen):
    weights = seen * _weights(interest, topics)
    everything = np.column_stack([weights, np.full(len(weights), 2.0)])
    return everything / (weights + 2).sum(axis=1, keepdims=True)


def first_viewers_interest(interest, topics, seen):
    return chances(np.broadcast_to(interest[0], interest.shape), topics, seen)


def slots_for_topics(interest, topics, seen):
    return chances(interest, np.tile(np.arange(topics.shape[1]), (len(topics), 1)), seen)


def _shaped(result, page):
    return np.shape(result) == (len(page[1]), page[1].shape[1] + 1)


def _in_proportion(result, interest, topics, seen):
    weights, clicks = seen * _weights(interest, topics), np.asarray(result)[:, :-1]
    return np.allclose(clicks[:, :, None] * weights[:, None], weights[:, :, None] * clicks[:, None])


def _no_click_fits(result, interest, topics, seen):
    clicks, nothing = np.asarray(result)[:, :-1], np.asarray(result)[:, -1:]
    return np.allclose(nothing * seen * _weights(interest, topics), 2 * clicks)


_chances = Exercise(
    id="02.1",
    title="A page that is not seen to its end",
    minutes=10,
    difficulty=1,
    points=2,
    objective="L02.1",
    reference=chances,
    cases=chances_cases,
    properties=(
        Property(
            "every row sums to one",
            lambda result, *page: not _shaped(result, page) or np.allclose(np.sum(result, 1), 1),
            "Each viewer clicks one slot or none, so every row sums to one. Add up along the "
            "slots of a page (axis=1, keepdims=True), and count no click with its weight of 2.",
        ),
        Property(
            "no chance is negative",
            lambda result, *page: np.min(result) >= -1e-12,
            "A chance is never below zero. A video weighs interest plus one: interest itself can "
            "be negative.",
        ),
        Property(
            "slots are clicked in proportion to their weights",
            lambda result, *page: not _shaped(result, page) or _in_proportion(result, *page),
            "Take two slots of one page: their chances are not in the ratio of their weights, "
            "seen * (u + 1). Look at the weights, with the +1 inside the brackets.",
        ),
        Property(
            "no click is in proportion too",
            lambda result, *page: not _shaped(result, page) or _no_click_fits(result, *page),
            "Between themselves the slots are right, beside no click they are not. Each row is "
            "divided by its own weights plus 2: sum along axis=1 with keepdims=True.",
        ),
    ),
    mistakes=(
        Mistake(
            "forgot_no_click",
            no_click_mass(0.0),
            "Clicks alone share out the whole chance, and nothing is left for no click, which "
            "weighs 2 beside the videos: it belongs into the sum that you divide by.",
            _leaves_nothing,
        ),
        Mistake(
            "no_click_weighs_otherwise",
            no_click_mass(1.0),
            "No click has another weight in your page than 2. It is one fixed number: not one "
            "for each slot, and not lower on a page that is seen less.",
            as_if(
                no_click_mass(1.0),
                lambda interest, topics, seen: no_click_mass(2.0 * len(seen))(
                    interest, topics, seen
                ),
                lambda interest, topics, seen: no_click_mass(2.0 * np.mean(seen))(
                    interest, topics, seen
                ),
                no_click_in_each_term,
            ),
        ),
        Mistake(
            "interest_without_plus_one",
            forgot_plus_one,
            "A video weighs u + 1, from 0 to 2. Interest itself runs from -1 to 1, and makes "
            "negative chances of what a viewer dislikes.",
        ),
        Mistake(
            "softmax",
            softmax,
            "That is a softmax: it weighs by exp(u). This viewer chooses in proportion to u + 1, "
            "so that at interest -1 a video is never clicked.",
            _is_softmax,
        ),
        Mistake(
            "seen_after_dividing",
            seen_too_late,
            "`seen` came in after the division. A slot that is not seen does not compete either: "
            "multiply the weights by it first, so that the other slots and no click gain.",
            as_if(seen_too_late, seen_too_late_kept_no_click),
        ),
        Mistake(
            "ignored_seen",
            ignored_seen,
            "These are the chances of a page that is seen to its end: `seen` has no effect.",
        ),
        Mistake(
            "no_click_first",
            no_click_first,
            "The right chances in another order: no click belongs into the last column.",
        ),
        Mistake(
            "left_out_no_click",
            left_out_no_click,
            "There is one column for each slot, and the last one is missing: the chance that "
            "nothing is clicked, which is what the slots leave over.",
            has_shape(lambda interest, topics, seen: topics.shape),
        ),
        Mistake(
            "slot_numbers_for_topics",
            slots_for_topics,
            "This is the interest in topics 0, 1, 2, ..., whatever is shown. Look up the topics "
            "of each page: np.take_along_axis(interest, topics, axis=1).",
        ),
        Mistake(
            "first_viewers_interest",
            first_viewers_interest,
            "The first viewer's interest is used for everybody: interest[0, topics] stays in row "
            "0. Each page belongs to its own row: np.take_along_axis(interest, topics, axis=1).",
        ),
        Mistake(
            "summed_over_viewers",
            summed_over_viewers,
            "The sum runs over the viewers too (axis 0, or no axis at all), so that they share one "
            "chance. Each viewer chooses alone: sum along the slots, axis=1 with keepdims=True.",
            _shared_by_viewers,
        ),
    ),
    others=(
        chances_with_loops,
        lambda interest, topics, seen: no_click_mass(2.0)(interest, topics, seen),
    ),
    hints=(
        "Make the weights first: w = u + 1 for every slot, where u is the viewer's interest in "
        "the topic shown there. np.take_along_axis picks it from each row.",
        "Multiply the weights by seen. Then no click is one more choice, with a weight of 2 that "
        "does not depend on the page.",
        "Put a column of 2s behind the weights with np.column_stack, and divide by the sum of "
        "each row: everything / everything.sum(axis=1, keepdims=True).",
    ),
    praise="You have the examination effect of real feeds, for any number of viewers at once.",
)


# --- 02.2 ------------------------------------------------------------------------------------


def first_sessions(minutes, ended):
    ended_before = np.cumsum(ended, axis=0) - ended
    total = np.where(ended_before == 0, minutes, 0.0).sum(axis=0)
    return np.where(np.any(ended, axis=0), total, np.nan)


def first_sessions_place_by_place(minutes, ended):
    totals = []
    for watched, ends in zip(np.transpose(minutes), np.transpose(ended), strict=True):
        pages = np.flatnonzero(ends)
        totals.append(float(watched[: pages[0] + 1].sum()) if len(pages) else float("nan"))
    return totals


def first_sessions_by_argmax(minutes, ended):
    last = np.argmax(ended, axis=0)
    total = np.cumsum(minutes, axis=0)[last, np.arange(len(last))]
    return np.where(ended[last, np.arange(len(last))], total, np.nan)


def first_sessions_cases(rng):
    minutes = np.array([[4.0, 4.0, 0.0], [4.0, 2.5, 4.0], [0.0, 4.0, 4.0], [1.5, 4.0, 4.0]])
    ended = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0], [1, 1, 0]], dtype=bool)

    def some(pages, places, often):
        watched = rng.uniform(0.5, 4.0, (pages, places))
        return watched, rng.random((pages, places)) < often

    return [
        Case("three places, four pages: one session, two sessions, none finished",
             (minutes, ended), np.array([9.5, 6.5, np.nan])),
        Case("the first page ends it", (np.array([[3.0, 4.0], [4.0, 4.0], [2.0, 1.0]]),
             np.array([[True, False], [False, False], [True, True]])), np.array([3.0, 9.0])),
        Case("forty pages in seven places, many sessions each", some(40, 7, 0.2)),
        Case("six pages in nine places, some unfinished", some(6, 9, 0.15)),
        Case("every session is finished", some(30, 5, 0.5)),
        Case("a single page", (np.array([[4.0, 1.0]]), np.array([[False, True]])),
             np.array([np.nan, 1.0])),
    ]  # fmt: skip


def _sessions(minutes, ended):
    """The minutes of each finished session in each place: a list of lists."""
    places = []
    for watched, ends in zip(minutes.T, ended.T, strict=True):
        stops = np.flatnonzero(ends) + 1
        pieces = np.split(watched, stops)[: len(stops)]
        places.append([float(piece.sum()) for piece in pieces])
    return places


def _one_each(pick):
    def answer(minutes, ended):
        return np.array(
            [pick(sessions) if sessions else np.nan for sessions in _sessions(minutes, ended)]
        )

    return answer


def counted_all(minutes, ended):
    return minutes.sum(axis=0)


def without_last_page(minutes, ended):
    total = np.where(np.cumsum(ended, axis=0) == 0, minutes, 0.0).sum(axis=0)
    return np.where(ended.any(axis=0), total, np.nan)


def without_last_page_or_nan(minutes, ended):
    return np.where(np.cumsum(ended, axis=0) == 0, minutes, 0.0).sum(axis=0)


def one_page_more(minutes, ended):
    late = np.vstack([np.zeros((1, ended.shape[1]), dtype=bool), ended[:-1]])
    before = np.cumsum(late, axis=0) - late
    total = np.where(before == 0, minutes, 0.0).sum(axis=0)
    return np.where(ended.any(axis=0), total, np.nan)


def kept_unfinished(minutes, ended):
    return np.where(np.cumsum(ended, axis=0) - ended == 0, minutes, 0.0).sum(axis=0)


def _kept_unfinished(trials):
    """Right where a session ended, and some number where none did."""
    unfinished = False
    for trial in trials:
        got, wanted = np.asarray(trial.returned, dtype=float), np.asarray(trial.expected)
        known = ~np.isnan(wanted)
        if got.shape != wanted.shape or not np.allclose(got[known], wanted[known]):
            return False
        unfinished |= not np.isnan(got[~known]).all()
    return unfinished


def no_first_page_end(minutes, ended):
    return np.where(ended.argmax(axis=0) == 0, np.nan, first_sessions(minutes, ended))


def dropped_unfinished(minutes, ended):
    total = first_sessions(minutes, ended)
    return total[~np.isnan(total)]


def stopped_together(minutes, ended):
    pages = np.flatnonzero(ended.any(axis=1))
    total = minutes[: pages[0] + 1].sum(axis=0)
    return np.where(ended.any(axis=0), total, np.nan)


def stopped_together_or_nan(minutes, ended):
    pages = np.flatnonzero(ended.any(axis=1))
    return minutes[: pages[0] + 1].sum(axis=0)


def one_for_each_page(minutes, ended):
    before = np.cumsum(ended, axis=1) - ended
    return np.where(before == 0, minutes, 0.0).sum(axis=1)


_first_sessions = Exercise(
    id="02.2",
    title="One session each",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L02.2",
    reference=first_sessions,
    cases=first_sessions_cases,
    properties=(
        Property(
            "there is one number for each place",
            lambda result, minutes, ended: np.shape(result) == (minutes.shape[1],),
            "The result has one number for each place, that is, for each column: float[B].",
        ),
        Property(
            "NaN stands only where nothing ended",
            lambda result, minutes, ended: (
                not np.isnan(np.asarray(result, dtype=float)[ended.any(axis=0)]).any()
            ),
            "There is NaN in a place whose first session did end, on its first page perhaps, or "
            "its last. NaN is for places where no page at all is an end.",
        ),
        Property(
            "each is the sum of the first pages of its place",
            lambda result, minutes, ended: all(
                np.isclose(np.cumsum(watched), total).any()
                for total, watched, ends in zip(result, minutes.T, ended.T, strict=True)
                if ends.any()
            ),
            "A number is not the sum of the pages 0, 1, 2, ... of its own column, wherever one "
            "stops: every page of the session counts, once, and none of another place.",
        ),
        Property(
            "each stops at the first end of its place",
            lambda result, minutes, ended: all(
                np.isclose(watched[: ends.argmax() + 1].sum(), total)
                for total, watched, ends in zip(result, minutes.T, ended.T, strict=True)
                if ends.any()
            ),
            "The sum starts well and stops at the wrong page: its last page is the first one "
            "where this place, not another, has ended.",
        ),
    ),
    mistakes=(
        Mistake(
            "counted_every_session",
            counted_all,
            "This adds up every page of a place, that is, all sessions that fit in. Stop at the "
            "first end: what follows belongs to another viewer.",
            as_if(
                counted_all,
                lambda minutes, ended: np.where(ended.any(axis=0), minutes.sum(axis=0), np.nan),
            ),
        ),
        Mistake(
            "averaged_sessions",
            _one_each(np.mean),
            "This is the mean of all finished sessions of a place. In a given number of pages "
            "more short sessions finish than long ones, so it comes out too low: take the first.",
            as_if(
                _one_each(np.mean),
                lambda minutes, ended: np.nan_to_num(_one_each(np.mean)(minutes, ended)),
            ),
        ),
        Mistake(
            "took_the_last_session",
            _one_each(lambda sessions: sessions[-1]),
            "This is the last finished session of each place: a later one overwrites the first.",
            as_if(
                _one_each(lambda sessions: sessions[-1]),
                lambda minutes, ended: np.nan_to_num(
                    _one_each(lambda sessions: sessions[-1])(minutes, ended)
                ),
            ),
        ),
        Mistake(
            "took_the_longest_session",
            _one_each(max),
            "This is the longest session of each place, not its first.",
        ),
        Mistake(
            "lost_the_last_page",
            without_last_page,
            "The page on which a session ends still belongs to it, and its minutes are missing: "
            "a slice [:last] stops before it, and cumsum(ended) counts it as after the end.",
            as_if(without_last_page, without_last_page_or_nan),
        ),
        Mistake(
            "one_page_too_many",
            one_page_more,
            "One page after the end is counted as well: it is the next viewer's first.",
        ),
        Mistake(
            "kept_unfinished_sessions",
            kept_unfinished,
            "Where no session has ended, nobody knows yet how long it will be, and a number there "
            "counts a long session as a short one: give NaN.",
            _kept_unfinished,
        ),
        Mistake(
            "end_on_the_first_page_missed",
            no_first_page_end,
            "argmax gives 0 both where the first page is an end and where no page is one: ask "
            "ended.any(axis=0) which of the two it is.",
        ),
        Mistake(
            "dropped_unfinished_sessions",
            dropped_unfinished,
            "Places without a finished session are left out, so that nobody knows which is which: "
            "keep them, with NaN.",
            lambda trials: (
                not all(trial.passed for trial in trials)
                and all(
                    same_numbers(trial.returned, dropped_unfinished(*trial.inputs))
                    for trial in trials
                )
            ),
        ),
        Mistake(
            "stopped_everybody_together",
            stopped_together,
            "All places stop at the page where the first of them ends. Each place has an end of "
            "its own.",
            as_if(stopped_together, stopped_together_or_nan),
        ),
        Mistake(
            "one_for_each_page",
            one_for_each_page,
            "There is one number for each page (row), where one for each place (column) is "
            "wanted: time runs down axis 0, so add up along axis 0.",
            lambda trials: all(
                np.shape(trial.returned) == trial.inputs[0].shape[:1]
                for trial in trials
                if trial.inputs[0].shape[0] != trial.inputs[0].shape[1]
            ),
        ),
    ),
    others=(first_sessions_place_by_place, first_sessions_by_argmax),
    hints=(
        "Pages run down the rows, places along the columns. For each place, which pages belong "
        "to its first session? Those before which nothing had ended.",
        "np.cumsum(ended, axis=0) counts the ends up to and including each page. Subtract ended "
        "itself, and you have those before it: 0 in the first session, its last page included.",
        "Keep the minutes where that count is 0, put 0 elsewhere (np.where), and sum along "
        "axis=0. Then np.where(ended.any(axis=0), total, np.nan).",
    ),
    praise="Any environment that starts again by itself can now be judged fairly.",
)


# --- 02.3 ------------------------------------------------------------------------------------


class Duel(ParallelEnv):
    """Two channels bid for the only slot of one viewer's page."""

    metadata = {"name": "duel_v0"}  # noqa: RUF012 - PettingZoo's form
    start, pages = 10.0, 6
    cost = {"loud": 6.0, "useful": 2.0}  # noqa: RUF012

    def __init__(self, alpha=1.0):
        self.alpha = alpha
        self.possible_agents = ["loud", "useful"]
        self.agents = []

    def observation_space(self, agent):
        return Box(0.0, 1.0, (1,), np.float32)

    def action_space(self, agent):
        return Discrete(3)

    def reset(self, seed=None, options=None):
        self.agents = self.possible_agents[:]
        self.budget, self.page = self.start, 0
        return self.observe(), {agent: {} for agent in self.agents}

    def observe(self):
        left = np.array([max(self.budget, 0.0) / self.start], dtype=np.float32)
        return {agent: left for agent in self.possible_agents}

    def winner(self, actions):
        best = max(self.agents, key=actions.get)  # max takes the first of equals
        return best if actions[best] > 0 else None

    def step(self, actions):
        winner, agents = self.winner(actions), self.agents
        watched = 4.0 if winner else 0.0
        self.budget -= self.cost.get(winner, 0.5)
        self.page += 1
        rewards = {
            agent: self.alpha * watched + (1 - self.alpha) * watched * (agent == winner)
            for agent in agents
        }
        over = self.budget <= 0
        late = not over and self.page >= self.pages
        if over or late:
            self.agents = []
        return (
            self.observe(),
            rewards,
            dict.fromkeys(agents, over),
            dict.fromkeys(agents, late),
            {agent: {} for agent in agents},
        )


class DuelInOneGo(ParallelEnv):
    """The same game, written down in another way."""

    def __init__(self, alpha=1.0):
        self.possible_agents, self.agents, self.alpha = ["loud", "useful"], [], alpha

    def observation_space(self, agent):
        return Box(0.0, 1.0, (1,), np.float32)

    def action_space(self, agent):
        return Discrete(3)

    def reset(self, seed=None, options=None):
        self.agents, self.spent, self.shown = list(self.possible_agents), 0.0, 0
        return {name: [1.0] for name in self.agents}, {name: {} for name in self.agents}

    def step(self, actions):
        loud, useful = actions["loud"], actions["useful"]
        won = {"loud": loud > 0 and loud >= useful, "useful": useful > loud}
        self.spent += 6.0 if won["loud"] else 2.0 if won["useful"] else 0.5
        self.shown += 1
        team = 4.0 * any(won.values())
        ended, cut = self.spent >= 10.0, self.spent < 10.0 and self.shown == 6
        names, self.agents = self.agents, [] if ended or cut else self.agents
        return (
            {name: np.array([max(0.0, 1 - self.spent / 10)]) for name in names},
            {name: self.alpha * team + (1 - self.alpha) * 4.0 * won[name] for name in names},
            {name: ended for name in names},
            {name: cut for name in names},
            {name: {} for name in names},
        )


def _told_rightly(said, inputs, *parts):
    wanted = play_script(Duel, Case("", inputs))
    pairs = zip(said, wanted, strict=False)
    return all(_alike(t[part], w[part]) for t, w in pairs for part in parts if part in w)


STEP = ("observations", "rewards", "terminations", "truncations", "infos")


def play_script(game, case):
    """Everything that a game says while a script of bids is played on it, and others begin."""
    alpha, script = case.inputs
    env, said = game(alpha=alpha), []
    for bids in script:
        if bids != "reset" and not env.agents:
            continue  # as every loop over a PettingZoo game would
        if bids == "reset":
            answer, names = env.reset(seed=0), ("observations", "infos")
        else:
            game(alpha=alpha).reset(seed=1)  # another viewer's game, which is no business of ours
            answer, names = env.step(dict(zip(("loud", "useful"), bids, strict=True))), STEP
        answer = answer if isinstance(answer, tuple) else (answer,)
        told = {name: _plain(part) for name, part in zip(names, answer, strict=False)}
        if isinstance(answer[0], dict):
            told["observations"] = {name: _listed(part) for name, part in answer[0].items()}
        said.append(told | {"agents": list(env.agents)})
    return said


def _plain(part):
    """A dictionary with plain numbers, so that a list, an array and a tensor are all the same."""
    if not isinstance(part, dict):
        return part
    return {name: _number(x) if _is_number(x) else x for name, x in part.items()}


def _number(value):
    plain = np.ravel(value)[0].item()
    return round(plain, 6) if isinstance(plain, float) else plain


def _listed(observation):
    """An observation as a list of plain numbers; what is not an array of numbers as it is."""
    array = np.asarray(observation)
    return np.round(array, 6).tolist() if array.dtype.kind in "biuf" else observation


def _is_number(value):
    array = np.asarray(value)
    return array.size == 1 and array.dtype.kind in "biuf"


def duel_cases(rng):
    def some(pages):
        return [tuple(map(int, rng.integers(0, 3, 2))) for _ in range(pages)]

    return [
        Case("useful wins, loud wins, useful wins: a budget of exactly 0",
             (1.0, ["reset", (0, 1), (2, 1), (1, 2)])),
        Case("rivals: the winner alone is paid", (0.0, ["reset", (2, 0), (0, 2)])),
        Case("alpha = 0.25: a quarter of the pay is the team's", (0.25, ["reset", (1, 2)])),
        Case("equal bids", (0.0, ["reset", (1, 1), (2, 2)])),
        Case("nobody bids", (0.5, ["reset", (0, 0), (1, 0)])),
        Case("six pages do not spend the budget", (1.0, ["reset", *[(0, 0)] * 6])),
        Case("a second session after the first", (1.0, ["reset", (1, 0), (1, 0), "reset", (0, 1)])),
        Case("the budget is spent on the last page",
             (0.0, ["reset", (0, 1), (0, 2), (0, 0), (0, 0), (0, 0), (2, 0)])),
        Case("the first page of six sessions, any bids",
             (float(rng.random()), [move for bids in some(6) for move in ("reset", bids)])),
    ]  # fmt: skip


class KeptAgents(Duel):
    def step(self, actions):
        agents = self.agents
        said = super().step(actions)
        self.agents = agents
        return said


class ClearedPossibleAgents(Duel):
    """Keeps the list of possible agents as the list of agents, and empties it."""

    def reset(self, seed=None, options=None):
        said = super().reset(seed)
        self.agents = self.possible_agents
        return said

    def step(self, actions):
        self.agents, agents = list(self.agents), self.agents
        said = super().step(actions)
        if not self.agents:
            agents.clear()
        self.agents = agents
        return said


class KeptBudget(Duel):
    def __init__(self, alpha=1.0):
        super().__init__(alpha)
        self.budget, self.page = self.start, 0

    def reset(self, seed=None, options=None):
        self.agents = self.possible_agents[:]
        return self.observe(), {agent: {} for agent in self.agents}


class SharedBudget(Duel):
    """Keeps what a session remembers in the class, or in a global variable."""

    shared = ("budget",)

    def reset(self, seed=None, options=None):
        said = super().reset(seed)
        self.share()
        return said

    def step(self, actions):
        for name in self.shared:
            setattr(self, name, getattr(SharedBudget, name))
        said = super().step(actions)
        self.share()
        return said

    def share(self):
        for name in self.shared:
            setattr(SharedBudget, name, getattr(self, name))


class SharedBudgetAndPages(SharedBudget):
    shared = ("budget", "page")


def _shares_its_state(trials):
    return any(
        all(trial.returned == play_script(game, trial.case) for trial in trials)
        for game in (SharedBudget, SharedBudgetAndPages)
    )


class KeptPage(Duel):
    def __init__(self, alpha=1.0):
        super().__init__(alpha)
        self.page = 0

    def reset(self, seed=None, options=None):
        page = self.page
        said = super().reset(seed)
        self.page = page
        return said


class PaidEverybody(Duel):
    def __init__(self, alpha=1.0):
        super().__init__(1.0)


class SwappedAlpha(Duel):
    def __init__(self, alpha=1.0):
        super().__init__(1.0 - alpha)


class PaidTwice(Duel):
    """Adds the own part to the whole team part."""

    def step(self, actions):
        winner = self.winner(actions)
        observations, rewards, *rest = super().step(actions)
        watched = 4.0 if winner else 0.0
        rewards = {a: self.alpha * watched + watched * (a == winner) for a in rewards}
        return (observations, rewards, *rest)


class SwappedEnds(Duel):
    def step(self, actions):
        observations, rewards, terminations, truncations, infos = super().step(actions)
        return observations, rewards, truncations, terminations, infos


class BothEnds(Duel):
    def step(self, actions):
        observations, rewards, ended, cut, infos = super().step(actions)
        over = {agent: ended[agent] or cut[agent] for agent in ended}
        return observations, rewards, over, over, infos


class NeverCut(Duel):
    pages = 10**9


class EndsBelowZero(Duel):
    """Waits for a budget below zero."""

    def step(self, actions):
        self.budget += 1e-9
        return super().step(actions)


class LastOfEquals(Duel):
    def winner(self, actions):
        best = max(reversed(self.agents), key=actions.get)
        return best if actions[best] > 0 else None


class EmptyBidWins(Duel):
    def winner(self, actions):
        return max(self.agents, key=actions.get)


class EmptySlotIsFree(Duel):
    def step(self, actions):
        if self.winner(actions) is None:
            self.budget += 0.5
        return super().step(actions)


class WholeBudget(Duel):
    """Observes minutes instead of a part."""

    def observe(self):
        return {agent: np.array([self.budget]) for agent in self.possible_agents}


class NegativeBudget(Duel):
    def observe(self):
        return {agent: np.array([self.budget / self.start]) for agent in self.possible_agents}


class OldObservation(Duel):
    """Observes before the budget is charged."""

    def step(self, actions):
        before = self.observe()
        return (before, *super().step(actions)[1:])


def _steps(trials):
    """(told, wanted) of every message of every failing trial."""
    return [
        pair
        for trial in trials
        if not trial.passed
        for pair in zip(trial.returned, trial.expected, strict=False)
    ]


def _only_wrong(part):
    """Detects games in which this part alone is ever wrong."""

    def wrong(told, wanted, name):
        return told.get(name) != wanted.get(name) and not _alike(told.get(name), wanted.get(name))

    def detect(trials):
        pairs = _steps(trials)
        parts = {name for told, wanted in pairs for name in wanted if wrong(told, wanted, name)}
        return parts == {part}

    return detect


def _alike(told, wanted):
    if not isinstance(told, dict) or told.keys() != wanted.keys():
        return False
    numbers = [np.ravel(list(x.values())).astype(float) for x in (told, wanted)]
    return numbers[0].shape == numbers[1].shape and np.allclose(*numbers)


def _observed_minutes(trials):
    """Observations are wrong alone, and ten times too large."""
    pairs = [(told["observations"], wanted["observations"]) for told, wanted in _steps(trials)]
    seen = [np.ravel([list(part.values()) for part in pair]).reshape(2, -1) for pair in pairs]
    return all(np.allclose(np.maximum(told, 0), 10 * wanted) for told, wanted in seen)


_duel = Exercise(
    id="02.3",
    title="A game of your own",
    minutes=25,
    difficulty=3,
    points=5,
    objective="L02.3",
    reference=Duel,
    observe=play_script,
    names=("alpha", "bids of loud and useful"),
    cases=duel_cases,
    properties=(
        Property(
            "step returns five dictionaries",
            lambda said, *inputs: (
                all(
                    set(STEP) <= told.keys() or ("rewards" not in told and len(told) == 3)
                    for told in said
                )
                and all(
                    isinstance(told[name], dict) for told in said for name in STEP if name in told
                )
            ),
            "reset returns two dictionaries (observations, infos) and step five (observations, "
            "rewards, terminations, truncations, infos), each with one entry for each agent.",
        ),
        Property(
            "reset fills self.agents",
            lambda said, *inputs: all(told["agents"] for told in said if "rewards" not in told),
            "After reset self.agents is empty: fill it with a copy of self.possible_agents "
            "(a list that is the same is emptied together with it).",
        ),
        Property(
            "an observation is an array with one number",
            lambda said, *inputs: all(
                np.shape(part) == (1,) for told in said for part in told["observations"].values()
            ),
            "An observation is an array with one number in it, of the shape that "
            "observation_space promises: (1,).",
        ),
        Property(
            "both agents are told everything",
            lambda said, *inputs: all(
                set(part) == {"loud", "useful"}
                for told in said
                for part in told.values()
                if isinstance(part, dict)
            ),
            "Each dictionary has an entry for both agents, also on the last page: the agents that "
            "were there when the page began, not those that are left after it.",
        ),
        Property(
            "the part of the budget that is left follows the rules",
            lambda said, *inputs: _told_rightly(said, inputs, "observations"),
            "The part of the budget that is left is not what the rules give. Who wins, loud on "
            "equal bids, and what does the page use: 6 for loud, 2 for useful, 0.5 for nobody? "
            "It is told after the page, and starts at 1 with each reset.",
        ),
        Property(
            "the pay follows the rules",
            lambda said, *inputs: _told_rightly(said, inputs, "rewards"),
            "The pay is not what the rules give. A page that was won is watched for 4 minutes, "
            "whatever is left: alpha * 4 to both, and (1 - alpha) * 4 more to the winner.",
        ),
        Property(
            "the session ends when the rules say",
            lambda said, *inputs: _told_rightly(said, inputs, "terminations", "truncations"),
            "The session does not end when it should: terminated where the budget is 0 or less, "
            "truncated after the sixth page of this session where it is not.",
        ),
    ),
    mistakes=(
        Mistake(
            "kept_agents_after_the_end",
            KeptAgents,
            "When the session is over, self.agents must be empty: this is how a loop over "
            "PettingZoo's games knows that it is time to stop.",
            _only_wrong("agents"),
        ),
        Mistake(
            "possible_agents_emptied",
            ClearedPossibleAgents,
            "self.agents and self.possible_agents are one list, so that emptying one empties the "
            "other: reset needs a copy, list(self.possible_agents).",
        ),
        Mistake(
            "budget_survives_reset",
            KeptBudget,
            "The second session starts with what the first one left: reset makes a new viewer, "
            "with the whole budget and no pages shown yet.",
        ),
        Mistake(
            "shared_between_games",
            SharedBudget,
            "The reset of another game changes this one: what a session remembers belongs to its "
            "own game, self.budget, not to the class or a global variable.",
            _shares_its_state,
        ),
        Mistake(
            "page_count_survives_reset",
            KeptPage,
            "The pages of the first session still count in the second: reset starts that count "
            "afresh too.",
        ),
        Mistake(
            "paid_everybody_the_same",
            PaidEverybody,
            "Everybody is paid the team's minutes whatever alpha is. alpha is the team's part; "
            "1 - alpha of the pay goes to the winner alone.",
        ),
        Mistake(
            "alpha_the_wrong_way_round",
            SwappedAlpha,
            "alpha and 1 - alpha have changed places: alpha = 1 is a team, alpha = 0 two rivals.",
        ),
        Mistake(
            "paid_the_winner_twice",
            PaidTwice,
            "The winner gets its own part in full on top of the team's part: the two shares, "
            "alpha and 1 - alpha, must add up to one.",
        ),
        Mistake(
            "terminations_for_truncations",
            SwappedEnds,
            "A spent budget is the game's own end, a termination. The limit of six pages comes "
            "from outside, a truncation. They are told in that order.",
        ),
        Mistake(
            "ended_and_cut_at_once",
            BothEnds,
            "Each end is told twice. A spent budget is a termination only, and the page limit is "
            "a truncation only where the budget is not spent.",
        ),
        Mistake(
            "never_cut",
            NeverCut,
            "After six pages the session is cut off (a truncation), even with budget left.",
        ),
        Mistake(
            "ends_below_zero_only",
            EndsBelowZero,
            "A budget of exactly 0 is spent: the session ends when it is 0 or less.",
        ),
        Mistake(
            "last_of_equals_wins",
            LastOfEquals,
            "On equal bids the slot goes to loud, the first of possible_agents.",
        ),
        Mistake(
            "who_does_not_bid_wins",
            EmptyBidWins,
            "When both bid 0 the slot stays empty: the largest bid wins only if it is above 0.",
        ),
        Mistake(
            "empty_slot_is_free",
            EmptySlotIsFree,
            "An empty page costs the viewer half a minute too: 0.5 of the budget.",
        ),
        Mistake(
            "observed_minutes",
            WholeBudget,
            "The observation is the part of the budget that is left, from 1 down to 0: divide by "
            "the budget at the start.",
            _observed_minutes,
        ),
        Mistake(
            "observed_below_zero",
            NegativeBudget,
            "The last page can overdraw the budget. The observation space is Box(0, 1), so the "
            "part that is left is never told below 0.",
        ),
        Mistake(
            "observed_too_early",
            OldObservation,
            "The observation is from before the page: charge the budget first, then observe.",
        ),
    ),
    others=(DuelInOneGo,),
    hints=(
        "Write down what a session needs to remember: the budget and the number of pages shown. "
        "Both start in reset, which also fills self.agents.",
        "In step, go in this order: who wins, what is watched, charge the budget, pay, is it over, "
        "observe. Build each dictionary over the agents that were there when the page began.",
        "over = self.budget <= 0, and late = not over and self.page >= 6. Empty self.agents when "
        "either is true, after the dictionaries are built.",
    ),
    praise="You have written a multi-agent environment that any PettingZoo learner can play.",
)


# --- 02.4 ------------------------------------------------------------------------------------


def graded_ndcg(ranked, gains, k):
    discount = 1 / np.log2(np.arange(k) + 2)
    shown = np.take_along_axis(gains, ranked[:, :k], axis=1) @ discount
    best = -np.sort(-gains, axis=1)[:, :k] @ discount
    return np.divide(shown, best, out=np.full(len(best), np.nan), where=best > 0)


def graded_ndcg_in_natural_logarithms(ranked, gains, k):
    """The base cancels in the ratio."""
    values = []
    for page, worth in zip(ranked, gains, strict=True):
        got = sum(worth[video] / np.log(slot + 2) for slot, video in enumerate(page[:k]))
        best = sum(w / np.log(slot + 2) for slot, w in enumerate(sorted(worth)[::-1][:k]))
        values.append(got / best if best > 0 else float("nan"))
    return values


ONE_GOOD = "one good video, shown in slot 0, 1, 2 and 3"


def ndcg_cases(rng):
    hand = np.array([[3.0, 0.0, 1.0, 2.0]])
    swapped = (1 + 3 / np.log2(3)) / (3 + 2 / np.log2(3))

    def some(viewers, videos, slots):
        gains = rng.integers(0, 4, (viewers, videos)).astype(float)
        gains[:, 0] += 1
        return rng.permuted(np.tile(np.arange(videos), (viewers, 1)), axis=1)[:, :slots], gains

    def padded(k):
        ranked, gains = some(5, 12, 6)
        return ranked, gains, k

    return [
        Case("worked by hand: gains 1 then 3 shown, 3 then 2 possible",
             (np.array([[2, 0]]), hand, 2), np.array([swapped])),
        Case("the best page there is", (np.array([[0, 3, 2]]), hand, 3), np.ones(1)),
        Case("a page of nothing but misses", (np.array([[1, 2]]), np.array([[5.0, 0, 0, 1]]), 2),
             np.zeros(1)),
        Case("five viewers, six slots, all of them counted", padded(6)),
        Case("five viewers, six slots, the first three counted", padded(3)),
        Case("fewer good videos than slots", (np.array([[3, 1, 2], [0, 2, 1]]),
             np.array([[0.0, 0, 2.0, 0], [1.0, 0, 0, 0]]), 3)),
        Case(ONE_GOOD, (np.array([[0, 1, 2, 3], [1, 0, 2, 3], [1, 2, 0, 3], [1, 2, 3, 0]]),
             np.eye(1, 6).repeat(4, 0), 4), 1 / np.log2([2, 3, 4, 5])),
        Case("a viewer for whom nothing is good", (np.array([[0, 1], [1, 0]]),
             np.array([[0.0, 0.0], [1.0, 0.0]]), 2)),
    ]  # fmt: skip


def _ndcg(discount=lambda k: 1 / np.log2(np.arange(k) + 2), gain=lambda g: g, ideal=None):
    def answer(ranked, gains, k):
        worth = gain(gains)
        shown = np.take_along_axis(worth, ranked[:, :k], axis=1)
        best = -np.sort(-worth, axis=1)[:, :k] if ideal is None else ideal(worth, ranked, k)
        with np.errstate(all="ignore"):
            return (shown @ discount(k)) / (best @ discount(best.shape[1]))

    return answer


def _ideal_from_page(worth, ranked, k):
    return -np.sort(-np.take_along_axis(worth, ranked[:, :k], axis=1), axis=1)


def _ideal_from_whole_page(worth, ranked, k):
    return -np.sort(-np.take_along_axis(worth, ranked, axis=1), axis=1)[:, :k]


def _ideal_of_everything(worth, ranked, k):
    return -np.sort(-worth, axis=1)


def _ideal_unsorted(worth, ranked, k):
    return worth[:, :k]


def _ideal_turned_over(worth, ranked, k):
    return np.sort(worth, axis=1)[::-1][:, :k]


def _ideal_ascending(worth, ranked, k):
    return np.sort(worth, axis=1)[:, :k]


def not_divided(ranked, gains, k):
    return np.take_along_axis(gains, ranked[:, :k], axis=1) @ (1 / np.log2(np.arange(k) + 2))


def gains_by_slot(ranked, gains, k):
    slots = np.tile(np.arange(ranked.shape[1]), (len(ranked), 1))
    return graded_ndcg(slots, gains, k)


def all_slots(ranked, gains, k):
    return graded_ndcg(ranked, gains, ranked.shape[1])


def one_slot_fewer(ranked, gains, k):
    return not_divided(ranked, gains, k - 1) / (
        -np.sort(-gains, axis=1)[:, :k] @ (1 / np.log2(np.arange(k) + 2))
    )


def one_slot_more(ranked, gains, k):
    return graded_ndcg(ranked, gains, min(k + 1, ranked.shape[1]))


def nan_for_a_page_of_misses(ranked, gains, k):
    ndcg = graded_ndcg(ranked, gains, k)
    return np.where(ndcg == 0, np.nan, ndcg)


def zero_for_nothing(ranked, gains, k):
    return np.nan_to_num(graded_ndcg(ranked, gains, k))


def _number_for_nothing(trials):
    pairs = [(np.asarray(t.returned, dtype=float), np.asarray(t.expected)) for t in trials]
    same = all(
        got.shape == want.shape and np.allclose(got[~np.isnan(want)], want[~np.isnan(want)])
        for got, want in pairs
    )
    return same and not all(np.isnan(got[np.isnan(want)]).all() for got, want in pairs)


def _discount_too_early(k):
    with np.errstate(divide="ignore"):
        return 1 / np.log2(np.arange(k) + 1)


def _nothing_finite(trials):
    """No finite number in any place where more than 0 is expected."""
    pairs = [(np.asarray(t.returned, dtype=float), np.asarray(t.expected)) for t in trials]
    return all(not np.isfinite(got[want > 0]).any() for got, want in pairs)


def _on_one_good(holds):
    """Looks at the case whose result is the discount itself."""

    def detect(trials):
        trial = next(trial for trial in trials if trial.case.label == ONE_GOOD)
        got = np.asarray(trial.returned, dtype=float)
        wrong = got.shape == (4,) and not np.allclose(got, trial.expected)
        return wrong and bool(holds(got, trial.expected))

    return detect


def _other_discount(trials):
    """The result is right but for the discount that it shows where it is the discount itself."""
    trial = next(trial for trial in trials if trial.case.label == ONE_GOOD)
    discount = np.asarray(trial.returned, dtype=float)
    if discount.shape != (4,) or np.ptp(discount) < 1e-9 or not discount.min() > 0:
        return False
    if np.allclose(discount, trial.expected):
        return False
    answer = _ndcg(lambda k: discount[:k])
    short = [trial for trial in trials if trial.inputs[2] <= 4]
    return all(same_numbers(trial.returned, answer(*trial.inputs)) for trial in short)


def _last_slots_ignored(got, wanted):
    counts = got > 0
    return 1 < counts.sum() < 4 and np.allclose(got[counts], wanted[counts])


def _other_divisor(got, wanted):
    return got[0] > 0 and np.allclose(got / got[0], wanted)


def order_ignored(ranked, gains, k):
    discount = 1 / np.log2(np.arange(k) + 2)
    shown = -np.sort(-np.take_along_axis(gains, ranked[:, :k], axis=1), axis=1) @ discount
    with np.errstate(all="ignore"):
        return shown / (-np.sort(-gains, axis=1)[:, :k] @ discount)


def ideal_of_the_best_only(ranked, gains, k):
    with np.errstate(all="ignore"):
        return not_divided(ranked, gains, k) / (
            gains.max(axis=1) * (1 / np.log2(np.arange(k) + 2)).sum()
        )


_graded_ndcg = Exercise(
    id="02.4",
    title="nDCG with grades",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L02.4",
    reference=graded_ndcg,
    cases=ndcg_cases,
    properties=(
        Property(
            "there is one figure for each viewer",
            lambda result, ranked, gains, k: np.shape(result) == (len(ranked),),
            "One figure for each viewer is wanted, float[B]: sum along the slots (axis 1), and "
            "leave the mean over viewers to whoever asks for it.",
        ),
        Property(
            "no figure is above one",
            lambda result, *inputs: not np.any(np.asarray(result, dtype=float) > 1 + 1e-9),
            "A page came out better than the best one possible. The gain of a video is in its "
            "viewer's row of gains, and the ideal page holds the k largest gains of that row, "
            "largest first, under the same discount.",
        ),
    ),
    mistakes=(
        Mistake(
            "number_for_nothing_good",
            zero_for_nothing,
            "A viewer for whom nothing is good can be shown neither a good page nor a bad one: "
            "give NaN, or the mean over viewers will blame the page.",
            _number_for_nothing,
        ),
        Mistake(
            "discount_off_by_one",
            _ndcg(_discount_too_early),
            "The discount of the first slot is 1 / log2(2) = 1. Ranks count from 1, so slot 0 "
            "needs log2(0 + 2); log2(1) = 0 would divide by zero.",
            _nothing_finite,
        ),
        Mistake(
            "discount_too_steep_or_flat",
            _ndcg(lambda k: 1 / np.log2(np.arange(k) + 3)),
            "Another discount than 1 / log2(rank + 1), with ranks 1, 2, 3, ...: for slots that "
            "count from 0 it is 1 / log2(slot + 2).",
            _other_discount,
        ),
        Mistake(
            "ideal_from_the_page_only",
            _ndcg(ideal=_ideal_from_page),
            "Your ideal page only puts in order what was shown. The best page possible draws on "
            "all videos, so that a page can be marked down for what it leaves out.",
            as_if(
                _ndcg(ideal=_ideal_from_page),
                _ndcg(ideal=_ideal_from_whole_page),
                lambda r, g, k: np.nan_to_num(_ndcg(ideal=_ideal_from_page)(r, g, k)),
                lambda r, g, k: np.nan_to_num(_ndcg(ideal=_ideal_from_whole_page)(r, g, k)),
            ),
        ),
        Mistake(
            "ideal_not_cut",
            _ndcg(ideal=_ideal_of_everything),
            "Your ideal page has a slot for every video, so that no real page can reach 1: the "
            "ideal has k slots, as the page has.",
        ),
        Mistake(
            "ideal_not_sorted_down",
            _ndcg(ideal=_ideal_ascending),
            "The ideal page shows the largest gains first. np.sort goes upwards, and [::-1] turns "
            "the viewers over, not their videos: sort -gains.",
            as_if(
                _ndcg(ideal=_ideal_ascending),
                _ndcg(ideal=_ideal_unsorted),
                _ndcg(ideal=_ideal_turned_over),
            ),
        ),
        Mistake(
            "not_divided_by_the_ideal",
            not_divided,
            "This is DCG. Divide by the DCG of the best page possible, so that viewers with more "
            "good videos do not count for more.",
        ),
        Mistake(
            "gains_by_slot",
            gains_by_slot,
            "These are the gains of videos 0, 1, 2, ..., whatever is ranked. Look up the gains of "
            "the videos shown: np.take_along_axis(gains, ranked, axis=1).",
            as_if(gains_by_slot),
        ),
        Mistake(
            "order_of_the_page_ignored",
            order_ignored,
            "The order of the page makes no difference: all slots count alike, or you sort what "
            "is shown. Only the best page is sorted; both are discounted slot by slot.",
            lambda trials: (
                not trials[0].passed
                and _on_one_good(lambda got, wanted: np.allclose(got, 1))(trials)
            ),
        ),
        Mistake(
            "another_divisor",
            ideal_of_the_best_only,
            "The page and the best page possible are not measured alike, or you divide by another "
            "page. With one good video of gain 1, the best page has it on top and a DCG of 1: the "
            "k largest gains of that viewer, each once, under the same discount.",
            _on_one_good(_other_divisor),
        ),
        Mistake(
            "gains_as_hits",
            _ndcg(gain=lambda g: (g > 0).astype(float)),
            "Every video with a gain counts the same. Here gains have grades: a 3 is worth three "
            "times a 1.",
            as_if(
                _ndcg(gain=lambda g: (g > 0).astype(float)),
                lambda r, g, k: np.nan_to_num(_ndcg(gain=lambda g: (g > 0).astype(float))(r, g, k)),
            ),
        ),
        Mistake(
            "exponential_gains",
            _ndcg(gain=lambda g: 2.0**g - 1),
            "That is the other gain of the literature, 2**g - 1. Here the gain is the grade.",
        ),
        Mistake(
            "too_few_slots",
            one_slot_fewer,
            "A good video in a slot that should count got nothing. Ranks 1 to k count, k itself "
            "too, whatever k is.",
            _on_one_good(_last_slots_ignored),
        ),
        Mistake(
            "one_slot_more",
            one_slot_more,
            "One slot more than k counts: slots 0 to k - 1 are k slots, [:k].",
        ),
        Mistake(
            "nan_for_a_page_of_misses",
            nan_for_a_page_of_misses,
            "NaN is for a viewer for whom nothing at all is good. Where good videos exist and the "
            "page shows none of them, the page is a bad one: 0.",
        ),
        Mistake(
            "forgot_k",
            all_slots,
            "All slots of the page count, whatever k is: cut the page, and the ideal, to k slots.",
        ),
    ),
    others=(
        graded_ndcg_in_natural_logarithms,
        lambda ranked, gains, k: metrics.ndcg(ranked, gains, k),
    ),
    hints=(
        "Three steps: the gains of the first k videos shown, the discount of each slot, and the "
        "same sum for the best page possible.",
        "The discount of slots 0, 1, 2, ... is 1 / np.log2(np.arange(k) + 2). The best page has "
        "the k largest gains of each row: -np.sort(-gains, axis=1)[:, :k].",
        "shown @ discount / (best @ discount), with np.nan where best @ discount is 0: "
        "np.divide has out= and where= for that.",
    ),
    praise="The measure that most ranking papers report is now yours, and you know its corners.",
)


# --- 02.5 ------------------------------------------------------------------------------------


def attention(owners, channels):
    weights = np.broadcast_to(1 / np.log2(np.arange(owners.shape[1]) + 2), owners.shape)
    shown = owners >= 0
    total = np.bincount(owners[shown], weights[shown], minlength=channels)
    return total / total.sum()


def attention_channel_by_channel(owners, channels):
    weights = 1 / np.log2(np.arange(owners.shape[1]) + 2)
    total = [float(((owners == channel) * weights).sum()) for channel in range(channels)]
    return [part / sum(total) for part in total]


def attention_by_comparing(owners, channels):
    owned = owners[:, :, None] == np.arange(channels)
    total = np.einsum("bkc,k->c", owned, 1 / np.log(np.arange(owners.shape[1]) + 2))
    return total / total.sum()


FOUR_SLOTS = "one page of four slots, each won by another channel"


def attention_cases(rng):
    second = 1 / np.log2(3)
    return [
        Case("one page: channel 1 above channel 0", (np.array([[1, 0]]), 2),
             np.array([second, 1]) / (1 + second)),
        Case("an empty slot", (np.array([[0, -1, 1]]), 3), np.array([2 / 3, 1 / 3, 0.0])),
        Case("a channel that is never shown", (np.array([[0, 1], [1, 0]]), 4),
             np.array([0.5, 0.5, 0, 0])),
        Case("a hundred pages of five channels", (rng.integers(0, 5, (100, 3)), 5)),
        Case("many empty slots", (rng.integers(-1, 4, (30, 3)), 5)),
        Case(FOUR_SLOTS, (np.array([[3, 1, 0, 2]]), 4)),
        Case("one channel has it all", (np.full((4, 3), 2), 3),
             np.array([0.0, 0.0, 1.0])),
    ]  # fmt: skip


def _attention(weights=lambda k: 1 / np.log2(np.arange(k) + 2), shown=lambda o: o >= 0):
    def answer(owners, channels):
        spread = np.broadcast_to(weights(owners.shape[1]), owners.shape)
        total = np.zeros(channels)
        np.add.at(total, owners[shown(owners)], spread[shown(owners)])
        return total / total.sum()

    return answer


def closed_up(owners, channels):
    """Empty slots are taken away before the ranks are counted."""
    order = np.argsort(owners < 0, axis=1, kind="stable")
    return attention(np.take_along_axis(owners, order, axis=1), channels)


def first_page_only(owners, channels):
    return attention(owners[:1], channels)


def channels_from_one(owners, channels):
    return attention(owners - 1, channels)


def _pages_alike(owners, channels):
    weights = 1 / np.log2(np.arange(owners.shape[1]) + 2)
    pages = [
        [((page == channel) * weights).sum() for channel in range(channels)] for page in owners
    ]
    shares = [np.array(page) / sum(page) for page in pages if sum(page) > 0]
    return np.mean(shares, axis=0)


def _only_shown(owners, channels):
    return attention(owners, int(owners.max()) + 1)


def _minutes_of_attention(owners, channels):
    weights = np.broadcast_to(1 / np.log2(np.arange(owners.shape[1]) + 2), owners.shape)
    return np.bincount(owners[owners >= 0], weights[owners >= 0], minlength=channels)


def _empty_counts(owners, channels):
    weights = 1 / np.log2(np.arange(owners.shape[1]) + 2)
    return _minutes_of_attention(owners, channels) / (len(owners) * weights.sum())


def added_once(owners, channels):
    weights = np.broadcast_to(1 / np.log2(np.arange(owners.shape[1]) + 2), owners.shape)
    total = np.zeros(channels)
    total[owners[owners >= 0]] += weights[owners >= 0]
    return total / total.sum()


def _another_discount(trials):
    """Every result is right but for the discount that one full page shows."""
    trial = next(trial for trial in trials if trial.case.label == FOUR_SLOTS)
    got = np.asarray(trial.returned, dtype=float)
    if got.shape != (4,) or not np.isclose(got.sum(), 1) or np.ptp(got) < 1e-9:
        return False
    answer = _attention(lambda k: got[trial.inputs[0][0, :k]])
    return not trial.passed and all(same_numbers(t.returned, answer(*t.inputs)) for t in trials)


def _left_out_what_is_not_shown(trials):
    """Shorter than channels, and only where some channel is never shown."""
    short = [trial for trial in trials if len(trial.returned) < trial.inputs[1]]
    return bool(short) and all(len(set(t.inputs[0][t.inputs[0] >= 0])) < t.inputs[1] for t in short)


_attention_shares = Exercise(
    id="02.5",
    title="Who gets the attention",
    minutes=10,
    difficulty=1,
    points=2,
    objective="L02.5",
    reference=attention,
    cases=attention_cases,
    properties=(
        Property(
            "there is one share for each channel",
            lambda result, owners, channels: np.shape(result) == (channels,),
            "There is one share for each of the channels, also for one that is never shown: "
            "minlength=channels, or start from np.zeros(channels).",
        ),
        Property(
            "the shares sum to one",
            lambda result, *inputs: np.isclose(np.sum(result), 1),
            "The shares of all channels sum to one: divide by the attention that was given to "
            "anybody, without that of empty slots.",
        ),
    ),
    mistakes=(
        Mistake(
            "counted_slots_alike",
            _attention(lambda k: np.ones(k)),
            "Every slot counts the same. A slot of rank r gets 1 / log2(r + 1) of attention, so "
            "that the first is worth more than the third.",
        ),
        Mistake(
            "empty_slots_to_the_last_channel",
            _attention(shown=lambda owners: np.full(owners.shape, True)),
            "Empty slots went to the last channel: -1 as an index means the last. Leave them out "
            "with a mask, owners >= 0.",
        ),
        Mistake(
            "another_discount",
            _attention(lambda k: 1 / (np.arange(k) + 1.0)),
            "Another discount than 1 / log2(rank + 1), with ranks 1, 2, 3, ...: for slots that "
            "count from 0 it is 1 / log2(slot + 2).",
            _another_discount,
        ),
        Mistake(
            "discount_starts_too_early",
            _attention(_discount_too_early),
            "Ranks count from 1, so the first slot, slot 0, needs log2(0 + 2) = 1: log2(0 + 1) is "
            "0, and cannot be divided by.",
            lambda trials: (
                all(isinstance(t.error, ZeroDivisionError) for t in trials)
                or all(np.ndim(t.returned) and not np.isfinite(t.returned).all() for t in trials)
            ),
        ),
        Mistake(
            "forgot_channels_never_shown",
            _only_shown,
            "A channel that was never shown is left out: it has a share too, and it is 0. "
            "np.bincount takes minlength=channels; np.unique leaves such channels out.",
            _left_out_what_is_not_shown,
        ),
        Mistake(
            "repeated_index_added_once",
            added_once,
            "total[owners] += weights adds once for each channel, however often it occurs: the "
            "last one wins. np.bincount and np.add.at add every time.",
        ),
        Mistake(
            "channel_0_left_out",
            _attention(shown=lambda owners: owners > 0),
            "Channel 0 is taken for an empty slot: only -1 is empty, so keep owners >= 0.",
            lambda trials: all(np.asarray(t.returned)[0] == 0 for t in trials),
        ),
        Mistake(
            "empty_slots_closed_up",
            closed_up,
            "Empty slots were taken out before the ranks were counted, so that what stands below "
            "moved up. An empty slot keeps its rank: nobody gets its attention.",
        ),
        Mistake(
            "first_page_only",
            first_page_only,
            "These are the shares of the first page alone: is the `return` inside the loop?",
            as_if(first_page_only),
        ),
        Mistake(
            "channels_from_one",
            channels_from_one,
            "Channels are counted from 1: they are 0, 1, ..., channels - 1, as range(channels).",
            as_if(channels_from_one),
        ),
        Mistake(
            "not_divided",
            _minutes_of_attention,
            "This is attention, not yet a share of it: divide by the sum over all channels.",
        ),
        Mistake(
            "counted_empty_slots",
            _empty_counts,
            "The attention of empty slots is in the sum that you divide by: nobody got it, so the "
            "shares come out too small.",
        ),
        Mistake(
            "mean_of_page_shares",
            _pages_alike,
            "This gives every page the same say, also a nearly empty one. Add up the attention of "
            "all pages first, and divide once.",
        ),
    ),
    others=(
        attention_channel_by_channel,
        attention_by_comparing,
    ),
    hints=(
        "What is each slot worth? 1 / log2(rank + 1), for ranks 1, 2, 3: 1, 0.63, 0.5.",
        "Give every slot its weight (np.broadcast_to makes them as many as owners), leave out the "
        "slots where owners is -1, and add up what each channel owns: np.bincount with weights.",
        "np.bincount(owners[shown], weights[shown], minlength=channels), divided by its own sum.",
    ),
    praise="You can now say which agent of a system is heard, and which is not.",
)


EXERCISES = [_chances, _first_sessions, _duel, _graded_ndcg, _attention_shares]
