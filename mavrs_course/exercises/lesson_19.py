"""Exercises of lesson 19, an LLM that conducts."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np

from mavrs_course.course import Case, Exercise, Mistake, Property

# --- 19.1 ------------------------------------------------------------------------------------


def trust(likely, usual):
    """likely: float[S, n]; usual: float[A, n], on ordinary days; the order of trust, int[S, n]."""
    return np.argsort(-(likely - usual.mean(axis=0)), axis=1, kind="stable")


def trust_with_loops(likely, usual):
    orders = []
    for row in likely:
        above = [value - np.mean(usual[:, card]) for card, value in enumerate(row)]
        orders.append(sorted(range(len(row)), key=lambda card: (-above[card], card)))
    return np.array(orders)


def trust_cases(rng):
    hand = np.array([[-10.0, -12.0, -30.0], [-9.0, -15.0, -26.0]])
    days = np.array([[-10.0, -16.0, -30.0], [-8.0, -14.0, -32.0]])
    likely = np.round(rng.normal(-20, 5, (6, 4)), 1)
    return [
        Case("two situations, two ordinary days, three cards", (hand, days),
             np.array([[1, 2, 0], [2, 0, 1]])),
        Case("one ordinary day", (hand, days[:1])),
        Case("a card that is likely whatever was read", (
            np.array([[-2.0, -9.0, -9.5]]), np.array([[-2.0, -12.0, -9.5], [-2.0, -12.0, -9.5]])),
            np.array([[1, 0, 2]])),
        Case("all equal", (np.full((1, 3), -4.0), np.full((3, 3), -4.0)), np.array([[0, 1, 2]])),
        Case("six situations, four cards", (likely, np.round(rng.normal(-20, 5, (8, 4)), 1))),
        Case("as many situations as cards", (likely[:4], likely[2:])),
    ]  # fmt: skip


def likelihood_alone(likely, usual):
    return np.argsort(-likely, axis=1, kind="stable")


def the_median(likely, usual):
    return np.argsort(-(likely - np.median(usual, axis=0)), axis=1, kind="stable")


def later_of_equals(likely, usual):
    return np.argsort(likely - usual.mean(axis=0), axis=1, kind="stable")[:, ::-1]


def likely_days_added(likely, usual):
    return np.argsort(-(likely + usual.mean(axis=0)), axis=1, kind="stable")


def least_first(likely, usual):
    return np.argsort(likely - usual.mean(axis=0), axis=1, kind="stable")


def first_day_only(likely, usual):
    return np.argsort(-(likely - usual[0]), axis=1, kind="stable")


def own_mean(likely, usual):
    return np.argsort(-(likely - likely.mean(axis=0)), axis=1, kind="stable")


def places_for_order(likely, usual):
    return np.argsort(trust(likely, usual), axis=1, kind="stable")


def best_only(likely, usual):
    return (likely - usual.mean(axis=0)).argmax(axis=1)


def a_ratio(likely, usual):
    return np.argsort(-(likely / usual.mean(axis=0)), axis=1, kind="stable")


def sum_of_days(likely, usual):
    return np.argsort(-(likely - usual.sum(axis=0)), axis=1, kind="stable")


_trust = Exercise(
    id="19.1",
    title="Take out what she prefers anyway",
    minutes=12,
    difficulty=1,
    points=2,
    objective="L19.1",
    reference=trust,
    cases=trust_cases,
    mistakes=(
        Mistake("likelihood_alone", likelihood_alone,
                "You order by the plain likelihood. A card of common words then wins whatever was "
                "read; subtract what it gets on ordinary days. One number subtracted from all "
                "cards changes no order: each card has a mean of its own."),
        Mistake("added", likely_days_added,
                "You add the ordinary days. They are to be taken out: subtract their mean."),
        Mistake("least_first", least_first,
                "Your order begins with the least trusted: np.argsort sorts upwards, so sort the "
                "negative."),
        Mistake("one_day", first_day_only,
                "You compare with the first ordinary day alone. Take the mean of all of them."),
        Mistake("its_own_mean", own_mean,
                "You subtract the mean over the situations asked about. What is usual is in "
                "usual."),
        Mistake("places_for_order", places_for_order,
                "You return the place of each card. Asked for is the order: the number of the most "
                "trusted card first."),
        Mistake("best_only", best_only,
                "You return the most trusted card alone. Return the whole order, int[S, n]."),
        Mistake("ratio", a_ratio,
                "You divide. These are logarithms: a ratio of likelihoods is their difference."),
        Mistake("the_median", the_median,
                "You compare with the median of the ordinary days. Asked for is their mean."),
        Mistake("later_of_equals", later_of_equals,
                "Of two cards with the same trust the later comes first in yours. Sort the "
                "negative with kind='stable' instead of turning the order round."),
        Mistake("sum_of_days", sum_of_days,
                "You subtract the sum over the ordinary days. Take the mean, or many days weigh "
                "more than the situation."),
    ),
    others=(trust_with_loops,),
    hints=(
        "What a card gets on ordinary days is one number a card: the mean over the rows of usual.",
        "Subtract it from every row of likely; numpy lines up float[n] with the columns.",
        "np.argsort(-above, axis=1, kind='stable') gives the most trusted first, and the earlier "
        "of equals.",
    ),
    praise="A small model that can be asked whom to trust, without a single example.",
)  # fmt: skip

# --- 19.2 ------------------------------------------------------------------------------------


def plan(trusted, votes, most):
    """trusted: float[n]; votes: float[n, C], a row of zeros for an agent with nothing to say."""
    order = np.argsort(-trusted, kind="stable")
    asked = list(order[:most])
    if not votes[asked].any():
        asked = list(order)
    weights = np.exp(trusted[asked] - trusted[asked].max())
    weights = weights / weights.sum()
    return np.array(asked), weights @ votes[asked]


def plan_with_loops(trusted, votes, most):
    order = sorted(range(len(trusted)), key=lambda n: (-trusted[n], n))
    asked = order[:most]
    if all(votes[n].max() == 0 for n in asked):
        asked = order
    top = max(trusted[n] for n in asked)
    weights = [float(np.exp(trusted[n] - top)) for n in asked]
    joint = sum(w * votes[n] for w, n in zip(weights, asked, strict=True)) / sum(weights)
    return np.array(asked), joint


def plan_cases(rng):
    votes = np.array([[0.0, 1, 0.5], [1, 0, 0.2], [0, 0, 0], [0.3, 0.6, 1]])
    trusted = np.array([0.0, np.log(3.0), 2.0, -1.0])
    joint = (3 * votes[1] + votes[0]) / 4
    silent = votes.copy()
    silent[[0, 1]] = 0.0
    return [
        Case("ask two; the weights are 3 to 1", (trusted[[0, 1, 3]], votes[[0, 1, 3]], 2),
             (np.array([1, 0]), joint)),
        Case("the most trusted is silent, the second is not", (trusted, votes, 2),
             (np.array([2, 1]), votes[1] * 3 / (3 + np.e**2))),
        Case("both are silent: ask the others as well",
             (np.array([1.0, 1.0, 0.0, 0.0]), silent, 2)),
        Case("one is asked and is silent", (trusted, votes, 1)),
        Case("everybody is silent", (trusted, np.zeros((4, 3)), 2),
             (np.array([2, 1, 0, 3]), np.zeros(3))),
        Case("more are to be asked than there are", (trusted, votes, 9)),
        Case("trust of hundreds of nats", (np.array([900.0, 899.0, -900.0]), votes[[0, 1, 3]], 2)),
        Case("equal trust", (np.zeros(4), votes, 3)),
        Case("five agents, six candidates",
             (np.round(rng.normal(0, 2, 5), 2), np.round(rng.random((5, 6)), 2), 3)),
    ]  # fmt: skip


def _planned(order, weights, votes):
    return np.array(order), np.array(weights) @ votes[order]


def _soft(values):
    values = np.exp(values - np.max(values))
    return values / values.sum()


def never_asks_others(trusted, votes, most):
    order = np.argsort(-trusted, kind="stable")[:most]
    return _planned(order, _soft(trusted[order]), votes)


def softmax_over_all(trusted, votes, most):
    asked, _ = plan(trusted, votes, most)
    return _planned(asked, _soft(trusted)[asked], votes)


def equal_votes(trusted, votes, most):
    asked, _ = plan(trusted, votes, most)
    return _planned(asked, np.full(len(asked), 1 / len(asked)), votes)


def only_the_others(trusted, votes, most):
    order = np.argsort(-trusted, kind="stable")
    asked = order[:most]
    if not votes[asked].any() and len(order) > most:
        asked = order[most:]
    return _planned(asked, _soft(trusted[asked]), votes)


def if_any_is_silent(trusted, votes, most):
    order = np.argsort(-trusted, kind="stable")
    asked = order[:most]
    if not votes[asked].any(axis=1).all():
        asked = order
    return _planned(asked, _soft(trusted[asked]), votes)


def leaves_out_the_silent(trusted, votes, most):
    asked, _ = plan(trusted, votes, most)
    weights = _soft(trusted[asked]) * votes[asked].any(axis=1)
    weights = weights / max(weights.sum(), 1e-300)
    return _planned(asked, weights, votes)


def overflows(trusted, votes, most):
    asked, _ = plan(trusted, votes, most)
    with np.errstate(all="ignore"):
        weights = np.exp(trusted[asked]) / np.exp(trusted[asked]).sum()
    return _planned(asked, weights, votes)


def nats_as_weights(trusted, votes, most):
    asked, _ = plan(trusted, votes, most)
    with np.errstate(all="ignore"):
        weights = trusted[asked] / trusted[asked].sum()
    return _planned(asked, weights, votes)


def by_number(trusted, votes, most):
    asked, joint = plan(trusted, votes, most)
    return np.sort(asked), joint


def passes_over_the_silent(trusted, votes, most):
    order = np.argsort(-trusted, kind="stable")
    asked = np.array([agent for agent in order if votes[agent].any()][:most], dtype=int)
    weights = np.exp(trusted[asked] - trusted[asked].max()) if len(asked) else np.zeros(0)
    return asked, weights @ votes[asked] / max(weights.sum(), 1e-300)


def no_division(trusted, votes, most):
    asked, _ = plan(trusted, votes, most)
    return _planned(asked, np.exp(trusted[asked] - trusted[asked].max()), votes)


_plan = Exercise(
    id="19.2",
    title="From trust to a plan",
    minutes=20,
    difficulty=2,
    points=3,
    objective="L19.2",
    reference=plan,
    cases=plan_cases,
    mistakes=(
        Mistake("never_asks_the_others", never_asks_others,
                "Where all that were asked are silent your page is chance. Then ask the others as "
                "well."),
        Mistake("softmax_over_all", softmax_over_all,
                "Your softmax runs over all agents, so the weights of those asked do not sum to "
                "one. Take it over the asked alone."),
        Mistake("equal_votes", equal_votes,
                "Everybody asked counts the same in yours. Weigh the votes by the softmax of "
                "trust."),
        Mistake("forgets_the_first", only_the_others,
                "In the second round you drop those that were asked first. All agents are then "
                "asked, in the order of trust."),
        Mistake("if_any_is_silent", if_any_is_silent,
                "You ask everybody as soon as one of those asked is silent. Only where all of them "
                "are."),
        Mistake("leaves_out_the_silent", leaves_out_the_silent,
                "You share out the weight of silent agents. It is not asked for: zeros times a "
                "weight are zeros, and the order of candidates stays the same."),
        Mistake("overflow", overflows,
                "np.exp of hundreds of nats is infinite. Subtract the largest trust first, which "
                "changes no weight."),
        Mistake("nats_as_weights", nats_as_weights,
                "You divide the nats by their sum. Nats are log-odds, some negative: take np.exp "
                "first."),
        Mistake("passes_over_the_silent", passes_over_the_silent,
                "You ask the next agent for each silent one. Nobody knows that an agent is silent "
                "before it was asked: ask the others only where all the trusted were."),
        Mistake("by_number", by_number,
                "Return those asked with the most trusted first, not by their number."),
        Mistake("not_divided", no_division,
                "Your weights do not sum to one: divide by their sum."),
    ),
    others=(plan_with_loops,),
    hints=(
        "order = np.argsort(-trusted, kind='stable'); those asked are order[:most].",
        "If not votes[asked].any(), nobody asked has said anything, and asked becomes order.",
        "Weights: np.exp(trusted[asked] - trusted[asked].max()), divided by their sum; the joint "
        "scores are weights @ votes[asked].",
    ),
    praise="A plan that is cheap on most pages, and leaves none to chance while somebody knows.",
)  # fmt: skip

# --- 19.3 ------------------------------------------------------------------------------------


def mend(topics, scores, slots, blocked, most, carry):
    """Columns of the page, the best score first; None where the candidates allow no such page."""
    page = []
    order = [int(c) for c in np.argsort(-scores, kind="stable")]
    for column in [c for c in order if c in carry] + [c for c in order if c not in carry]:
        same = sum(topics[column] == topics[other] for other in page)
        if len(page) < slots and topics[column] not in blocked and same < most:
            page.append(column)
    if len(page) < slots or not set(carry) <= set(page):
        return None
    return sorted(page, key=order.index)


def mend_by_trying(topics, scores, slots, blocked, most, carry):
    best = None
    for page in combinations(range(len(scores)), slots):
        kinds = [int(topics[c]) for c in page]
        legal = not set(kinds) & set(blocked) and max(map(kinds.count, kinds)) <= most
        if legal and set(carry) <= set(page):
            worth = sum(scores[c] for c in page)
            if best is None or worth > best[0]:
                best = worth, page
    return None if best is None else sorted(best[1], key=lambda c: -scores[c])


def mend_cases(rng):
    topics = np.array([2, 13, 13, 13, 14, 3])
    scores = np.array([9.0, 8, 7, 6, 5, 4])

    def some(candidates, kinds):
        return rng.integers(0, kinds, candidates), rng.permutation(candidates) + 0.5

    free, cramped = some(9, 4), some(7, 3)
    return [
        Case("a blocked favourite, at most two of a topic", (topics, scores, 3, {2, 3}, 2, ()),
             [1, 2, 4]),
        Case("no rules", (topics, scores, 3, set(), 3, ()), [0, 1, 2]),
        Case("the last must be carried", (topics, scores, 3, {2}, 2, (5,)), [1, 2, 5]),
        Case("what must be carried uses up its topic", (topics, scores, 3, set(), 1, (3,)),
             [0, 3, 4]),
        Case("what must be carried is blocked", (topics, scores, 3, {2}, 3, (0,)), None),
        Case("too few are left", (topics, scores, 3, {2, 3, 14}, 2, ()), None),
        Case("two must be carried, of one topic, and one is allowed",
             (topics, scores, 3, set(), 1, (1, 2)), None),
        Case("candidates in no order",
             (topics[::-1].copy(), scores[[3, 0, 5, 1, 4, 2]], 3, {2}, 1, ())),
        Case("one of a topic, where three lead", (topics, scores, 3, {2}, 1, ()), [1, 4, 5]),
        Case("nine candidates, four topics", (*free, 4, {0}, 2, (3,) if free[0][3] else ())),
        Case("seven candidates, three topics", (*cramped, 3, set(), 1, ())),
    ]  # fmt: skip


def _mender(block=True, limit=True, must=True, check=True, first=False):
    def wrong(topics, scores, slots, blocked, most, carry):
        order = [int(c) for c in np.argsort(-scores, kind="stable")]
        page = []
        carry = carry if must else ()
        for column in [c for c in order if c in carry] + [c for c in order if c not in carry]:
            same = sum(topics[column] == topics[other] for other in page)
            fine = (not block or topics[column] not in blocked) and (not limit or same < most)
            if len(page) < slots and fine:
                page.append(column)
        if check and (len(page) < slots or not set(carry) <= set(page)):
            return None
        return page if first else sorted(page, key=order.index)

    return wrong


def not_sorted(topics, scores, slots, blocked, most, carry):
    return _mender(first=True)(topics, scores, slots, blocked, most, carry)


def carries_the_blocked(topics, scores, slots, blocked, most, carry):
    allowed = set(blocked) - {int(topics[c]) for c in carry}
    return mend(topics, scores, slots, allowed, most, carry)


def carried_before_the_best(topics, scores, slots, blocked, most, carry):
    page = list(carry)
    for column in map(int, np.argsort(-scores, kind="stable")):
        same = sum(topics[column] == topics[other] for other in page)
        free = column not in page and topics[column] not in blocked and same < most
        if free and len(page) < slots:
            page.append(column)
    return page if len(page) == slots else None


def swaps_the_worst(topics, scores, slots, blocked, most, carry):
    """Puts what must be carried in the place of the last, and looks at no rule again."""
    page = mend(topics, scores, slots, blocked, most, ())
    if page is None:
        return None
    order = [int(c) for c in np.argsort(-scores, kind="stable")]
    for column in carry:
        if column not in page:
            page[-1] = column
    return sorted(page, key=order.index)


def one_too_many(topics, scores, slots, blocked, most, carry):
    return mend(topics, scores, slots, blocked, most + 1, carry)


def one_too_few(topics, scores, slots, blocked, most, carry):
    return mend(topics, scores, slots, blocked, most - 1, carry)


def topics_for_columns(topics, scores, slots, blocked, most, carry):
    page = mend(topics, scores, slots, blocked, most, carry)
    return None if page is None else [int(topics[c]) for c in page]


def by_column(topics, scores, slots, blocked, most, carry):
    page = mend(topics, scores, slots, blocked, most, carry)
    return None if page is None else sorted(page)


def worst_first(topics, scores, slots, blocked, most, carry):
    page = mend(topics, scores, slots, blocked, most, carry)
    return None if page is None else page[::-1]


_mend = Exercise(
    id="19.3",
    title="Mend a page",
    minutes=25,
    difficulty=2,
    points=4,
    objective="L19.3",
    reference=mend,
    cases=mend_cases,
    mistakes=(
        Mistake("shows_the_blocked", _mender(block=False),
                "Blocked topics get onto your page. Look at blocked before a candidate joins."),
        Mistake("no_limit", _mender(limit=False),
                "Your page holds more than most of one topic. Count those that are on it already."),
        Mistake("carries_nothing", _mender(must=False),
                "What must be carried is not on your page unless its score is high. It joins "
                "first."),
        Mistake("half_a_page", _mender(check=False),
                "Where the candidates allow no page you return a page that is too short, or that "
                "lacks what must be carried. Return None: code may fail, and not silently."),
        Mistake("carried_first", not_sorted,
                "The right videos in the wrong order: the page is sorted by score, also what had "
                "to be carried."),
        Mistake("carries_the_blocked", carries_the_blocked,
                "You let a blocked video in because it must be carried. Two rules that contradict "
                "each other allow no page: None."),
        Mistake("carried_before_the_best", carried_before_the_best,
                "You put what must be carried onto the page, look at no rule, and leave it in "
                "front. It obeys them like any other, and the page goes by scores."),
        Mistake("swaps_the_worst", swaps_the_worst,
                "You put what must be carried in the place of the last video and look at no rule "
                "again. Let it join first, so that the others fit around it."),
        Mistake("one_too_many", one_too_many,
                "You allow one more of a topic than most: a candidate may join while there are "
                "fewer than most, <, not <=."),
        Mistake("one_too_few", one_too_few,
                "You allow one less of a topic than most."),
        Mistake("topics_for_columns", topics_for_columns,
                "You return topics. Return the columns of the candidates."),
        Mistake("by_column", by_column,
                "The right videos in the order of their columns. The best score comes first."),
        Mistake("worst_first", worst_first,
                "The right videos, the worst first. The best score comes first."),
    ),
    others=(mend_by_trying,),
    hints=(
        "Two waves: first the columns in carry, then the others, each by score, the best first.",
        "A column joins if there is room, its topic is not blocked, and fewer than most of its "
        "topic are on the page.",
        "At the end: None if the page is short or lacks something of carry; else sort the page by "
        "score, the best first.",
    ),
    praise="A rule that holds whatever was decided, and says so where it cannot.",
)  # fmt: skip

# --- 19.4 ------------------------------------------------------------------------------------


class Guarded:
    """A truster with a net: ``ask(situation) -> float[n]``; ``backup(situation) -> float[n]``."""

    def __init__(self, ask, backup, agents, tries=2):
        self.ask, self.backup, self.agents, self.tries = ask, backup, agents, tries
        self.known, self.failed, self.trace = {}, 0, []

    def trust(self, situation):
        if situation in self.known:
            return self.known[situation]
        if self.failed < self.tries:
            try:
                trusted = np.asarray(self.ask(situation), dtype=float)
                if trusted.shape != (self.agents,) or not np.isfinite(trusted).all():
                    raise ValueError("no number for each agent")
            except Exception:
                self.failed += 1
            else:
                self.failed = 0
                self.known[situation] = trusted
                return trusted
        self.trace.append(situation)
        return np.asarray(self.backup(situation), dtype=float)


class GuardedInSteps:
    def __init__(self, ask, backup, agents, tries=2):
        self.ask, self.backup, self.agents, self.tries = ask, backup, agents, tries
        self.memory, self.misses, self.trace = [], 0, []

    def _from_model(self, situation):
        if self.misses >= self.tries:
            return None
        try:
            values = [float(v) for v in self.ask(situation)]
        except Exception:
            values = []
        fine = len(values) == self.agents and all(abs(v) < np.inf for v in values)
        self.misses = 0 if fine else self.misses + 1
        return np.array(values) if fine else None

    def trust(self, situation):
        for told, values in self.memory:
            if told == situation:
                return values
        values = self._from_model(situation)
        if values is None:
            self.trace.append(situation)
            return np.array(self.backup(situation), dtype=float)
        self.memory.append((situation, values))
        return values


class _Script:
    """A model that answers in turn, and counts how often it was asked."""

    def __init__(self, answers):
        self.answers, self.asked = list(answers), []

    def __call__(self, situation):
        self.asked.append(situation)
        answer = self.answers.pop(0) if self.answers else RuntimeError("the script has ended")
        if isinstance(answer, Exception):
            raise answer
        return answer


def live_guarded(answer, case):
    agents, tries, answers, told = case.inputs
    model = _Script(answers)
    guarded = answer(model, lambda situation: np.full(agents, float(len(situation))), agents, tries)
    trusted = [np.array(guarded.trust(situation), dtype=float) for situation in told]
    return {
        "trust": trusted,
        "the model was asked about": list(model.asked),
        "fell back on": list(guarded.trace),
    }


def guarded_cases(rng):
    good, other = np.array([1.0, -2.0]), np.array([0.5, 0.0])
    oops = RuntimeError("no server")
    return [
        Case("it answers, and is asked once about each situation",
             (2, 2, [good, other], ["a", "bb", "a"]),
             {"trust": [good, other, good], "the model was asked about": ["a", "bb"],
              "fell back on": []}),
        Case("it raises once",
             (2, 2, [oops, good], ["a", "a"]),
             {"trust": [np.ones(2), good], "the model was asked about": ["a", "a"],
              "fell back on": ["a"]}),
        Case("NaN for one agent", (2, 2, [np.array([1.0, np.nan]), good], ["a", "bb"])),
        Case("infinite trust", (2, 2, [np.array([np.inf, 0.0]), good], ["a", "bb"])),
        Case("one number too few", (2, 2, [np.array([1.0]), good], ["a", "bb"])),
        Case("words", (2, 2, ["very", good], ["a", "bb"])),
        Case("nothing", (2, 2, [None, good], ["a", "bb"])),
        Case("a list is fine", (2, 2, [[1, 2]], ["a"])),
        Case("it fails twice in a row and is left alone",
             (2, 2, [oops, oops, good], ["a", "bb", "ccc"]),
             {"trust": [np.ones(2), np.full(2, 2.0), np.full(2, 3.0)],
              "the model was asked about": ["a", "bb"], "fell back on": ["a", "bb", "ccc"]}),
        Case("it fails, answers, fails, answers: never twice in a row",
             (2, 2, [oops, good, oops, other, good], ["a", "bb", "ccc", "dddd", "eeeee"])),
        Case("it would fail four times",
             (2, 2, [oops, oops, oops, oops, good], ["a", "bb", "ccc", "dddd", "eeeee"])),
        Case("garbage twice in a row, and it is left alone",
             (2, 2, [np.array([np.nan, 0.0]), np.array([1.0]), good], ["a", "bb", "ccc"]),
             {"trust": [np.ones(2), np.full(2, 2.0), np.full(2, 3.0)],
              "the model was asked about": ["a", "bb"], "fell back on": ["a", "bb", "ccc"]}),
        Case("left alone, it is still remembered",
             (2, 1, [good, oops, good], ["a", "bb", "a", "ccc"])),
    ]  # fmt: skip


class NoNet(Guarded):
    def trust(self, situation):
        if situation not in self.known:
            self.known[situation] = np.asarray(self.ask(situation), dtype=float)
        return self.known[situation]


class NoCheck(Guarded):
    def trust(self, situation):
        if situation in self.known:
            return self.known[situation]
        if self.failed < self.tries:
            try:
                self.known[situation] = np.asarray(self.ask(situation), dtype=float)
                self.failed = 0
                return self.known[situation]
            except Exception:
                self.failed += 1
        self.trace.append(situation)
        return np.asarray(self.backup(situation), dtype=float)


class NoTrace(Guarded):
    def trust(self, situation):
        trusted = super().trust(situation)
        self.trace.clear()
        return trusted


class RemembersTheBackup(Guarded):
    def trust(self, situation):
        self.known[situation] = super().trust(situation)
        return self.known[situation]


class AsksAgain(Guarded):
    def trust(self, situation):
        self.known.clear()
        return super().trust(situation)


class NeverGivesUp(Guarded):
    def trust(self, situation):
        self.failed = 0
        return super().trust(situation)


class CountsAllFailures(Guarded):
    total = 0

    def trust(self, situation):
        self.failed = self.total
        before = len(self.trace)
        asks = situation not in self.known and self.failed < self.tries
        trusted = super().trust(situation)
        if asks and len(self.trace) > before:
            self.total += 1
        return trusted


class GivesUpAtOnce(Guarded):
    def __init__(self, ask, backup, agents, tries=2):
        super().__init__(ask, backup, agents, 1)


class CountsErrorsAlone(Guarded):
    def trust(self, situation):
        if situation in self.known:
            return self.known[situation]
        if self.failed < self.tries:
            try:
                trusted = np.asarray(self.ask(situation), dtype=float)
            except Exception:
                self.failed += 1
            else:
                if trusted.shape == (self.agents,) and np.isfinite(trusted).all():
                    self.known[situation], self.failed = trusted, 0
                    return trusted
        self.trace.append(situation)
        return np.asarray(self.backup(situation), dtype=float)


class LengthAlone(Guarded):
    def trust(self, situation):
        if situation in self.known:
            return self.known[situation]
        if self.failed < self.tries:
            try:
                trusted = np.asarray(self.ask(situation), dtype=float)
                if trusted.shape != (self.agents,):
                    raise ValueError
                self.known[situation], self.failed = trusted, 0
                return trusted
            except Exception:
                self.failed += 1
        self.trace.append(situation)
        return np.asarray(self.backup(situation), dtype=float)


class OneTryMore(Guarded):
    def __init__(self, ask, backup, agents, tries=2):
        super().__init__(ask, backup, agents, tries + 1)


class OnlyNaN(Guarded):
    def trust(self, situation):
        if situation in self.known:
            return self.known[situation]
        if self.failed < self.tries:
            try:
                trusted = np.asarray(self.ask(situation), dtype=float)
                if trusted.shape != (self.agents,) or np.isnan(trusted).any():
                    raise ValueError
                self.known[situation], self.failed = trusted, 0
                return trusted
            except Exception:
                self.failed += 1
        self.trace.append(situation)
        return np.asarray(self.backup(situation), dtype=float)


class ZerosForABackup(Guarded):
    def __init__(self, ask, backup, agents, tries=2):
        super().__init__(ask, lambda situation: np.zeros(agents), agents, tries)


class TrustsTheCut(Guarded):
    """Cuts or fills what has the wrong length."""

    def trust(self, situation):
        ask = self.ask

        def filled(told):
            said = np.atleast_1d(np.asarray(ask(told), dtype=float))
            return np.pad(said, (0, max(self.agents - len(said), 0)))[: self.agents]

        self.ask = filled
        try:
            return super().trust(situation)
        finally:
            self.ask = ask


_guard = Exercise(
    id="19.4",
    title="The whole safety net",
    minutes=35,
    difficulty=3,
    points=5,
    objective="L19.4",
    reference=Guarded,
    observe=live_guarded,
    names=("agents", "tries", "what the model answers, in turn", "situations, in turn"),
    cases=guarded_cases,
    mistakes=(
        Mistake("no_net", NoNet,
                "An error of the model reaches whoever asked. Catch it, count it, and return "
                "backup(situation)."),
        Mistake("believes_everything", NoCheck,
                "You take whatever array comes back. Check that there is a finite number for each "
                "agent, and count anything else as a failure."),
        Mistake("no_trace", NoTrace,
                "Nobody can tell when the backup answered: append the situation to trace."),
        Mistake("remembers_the_backup", RemembersTheBackup,
                "You remember what the backup said, so the model is not asked again about that "
                "situation when it is well. Remember its own answers alone."),
        Mistake("asks_again", AsksAgain,
                "The model is asked again about a situation that it has answered. Keep its answers "
                "by situation."),
        Mistake("never_gives_up", NeverGivesUp,
                "A model that is down is asked for ever, and each time somebody waits. After tries "
                "failures in a row leave it alone."),
        Mistake("counts_all_failures", CountsAllFailures,
                "You add up all failures. Only those in a row count: an answer sets the count back "
                "to 0."),
        Mistake("gives_up_at_once", GivesUpAtOnce,
                "You leave the model alone after its first failure. It has tries in a row."),
        Mistake("counts_errors_alone", CountsErrorsAlone,
                "You count what raises. Garbage is a failure too: a model that answers nonsense "
                "twice in a row is to be left alone as well."),
        Mistake("length_alone", LengthAlone,
                "You check how many numbers come back and not what they are: NaN and infinity "
                "pass. Ask np.isfinite as well."),
        Mistake("one_try_more", OneTryMore,
                "You ask once more than tries allows: leave the model alone as soon as it has "
                "failed tries times in a row."),
        Mistake("infinite_is_fine", OnlyNaN,
                "Infinite trust passes your check. np.isfinite finds NaN and infinity."),
        Mistake("zeros_for_a_backup", ZerosForABackup,
                "You return zeros where the model fails. Return what backup(situation) says."),
        Mistake("mends_the_length", TrustsTheCut,
                "You cut or fill an answer of the wrong length. Nobody knows which agents its "
                "numbers belong to: count it as a failure."),
    ),
    others=(GuardedInSteps,),
    hints=(
        "Three things to keep: a dictionary of what the model answered, the failures in a row, and "
        "the trace. First look into the dictionary.",
        "In try: np.asarray(self.ask(situation), dtype=float), then raise if its shape is not "
        "(agents,) or not np.isfinite(...).all(). In except: one more failure in a row.",
        "On success set the failures back to 0, remember and return. In every other case append "
        "the situation to trace and return self.backup(situation).",
    ),
    praise="A controller that may be slow, silent or mad, and a page that is made all the same.",
)  # fmt: skip

# --- 19.5 ------------------------------------------------------------------------------------


def verdicts(text, names, asked, places):
    """What a text states of agents, each with whether it is true: [(statement, bool), ...]."""
    return _read(text, names, asked, places, r"\b{}\b", r"(\d+)(?:st|nd|rd|th) by {}\b")


def _read(text, names, asked, places, named, placed):
    """The verdicts, with the patterns of a name and of its place; "{}" stands for the name."""
    found = []
    for name in names:
        if re.search(named.replace("{}", re.escape(name)), text):
            found.append((f"{name} was asked", name in asked))
        for place in re.findall(placed.replace("{}", re.escape(name)), text):
            found.append((f"place {place} by {name}", places.get(name) == int(place)))
    return found


def verdicts_by_words(text, names, asked, places):
    words = re.findall(r"\w+", text)
    found = []
    for name in names:
        if name in words:
            found.append((f"{name} was asked", name in asked))
        for before, by, after in zip(words, words[1:], words[2:], strict=False):
            digits = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", before)
            if digits and by == "by" and after == name:
                found.append((f"place {digits[1]} by {name}", places.get(name) == int(digits[1])))
    return found


def verdict_cases(rng):
    names = ["interest", "listener", "news", "editor"]
    asked, places = ["listener", "interest"], {"listener": 1, "interest": 4}
    return [
        Case("a true sentence",
             ("So I asked listener. This video is ranked 1st by listener.", names, asked, places),
             [("listener was asked", True), ("place 1 by listener", True)]),
        Case("the place is wrong", ("Ranked 2nd by listener.", names, asked, places),
             [("listener was asked", True), ("place 2 by listener", False)]),
        Case("somebody else is named", ("Ranked 1st by news.", names, asked, places),
             [("news was asked", False), ("place 1 by news", False)]),
        Case("a text that states nothing", ("It is a great video!", names, asked, places), []),
        Case("a name inside another word",
             ("An interesting video for listeners, well edited.", names, asked, places), []),
        Case("two places, in the order of the names",
             ("Ranked 1st by listener, 4th by interest.", names, asked, places),
             [("interest was asked", True), ("place 4 by interest", True),
              ("listener was asked", True), ("place 1 by listener", True)]),
        Case("a place of two digits", ("Ranked 11th by interest.", names, asked, places)),
        Case("a name twice", ("listener, and again listener.", names, asked, places),
             [("listener was asked", True)]),
        Case("a name at the end of a sentence, and a number that is no place",
             ("There are 4 of us. We asked the editor.", names, asked, places)),
        Case("the place is of somebody who had no preference",
             ("Ranked 3rd by listener.", names, asked, {"interest": 3})),
        Case("no text", ("", names, asked, places), []),
    ]  # fmt: skip


def inside_words(text, names, asked, places):
    return _read(text, names, asked, places, "{}", r"(\d+)(?:st|nd|rd|th) by {}")


def names_only(text, names, asked, places):
    return [v for v in verdicts(text, names, asked, places) if v[0].endswith("asked")]


def places_only(text, names, asked, places):
    return [v for v in verdicts(text, names, asked, places) if v[0].startswith("place")]


def everything_true(text, names, asked, places):
    return [(told, True) for told, _ in verdicts(text, names, asked, places)]


def only_the_true(text, names, asked, places):
    return [v for v in verdicts(text, names, asked, places) if v[1]]


def only_the_false(text, names, asked, places):
    return [v for v in verdicts(text, names, asked, places) if not v[1]]


def only_those_asked(text, names, asked, places):
    return verdicts(text, [name for name in names if name in asked], asked, places)


def one_digit(text, names, asked, places):
    return _read(text, names, asked, places, r"\b{}\b", r"(\d)(?:st|nd|rd|th) by {}\b")


def any_place(text, names, asked, places):
    return [
        (told, name_true if told.endswith("asked") else int(told.split()[1]) in places.values())
        for told, name_true in verdicts(text, names, asked, places)
    ]


def one_verdict(text, names, asked, places):
    return all(true for _, true in verdicts(text, names, asked, places))


def counts_twice(text, names, asked, places):
    found = []
    for name in names:
        for _ in re.findall(rf"\b{name}\b", text):
            found.append((f"{name} was asked", name in asked))
        for place in re.findall(rf"(\d+)(?:st|nd|rd|th) by {name}\b", text):
            found.append((f"place {place} by {name}", places.get(name) == int(place)))
    return found


def text_of_the_place(text, names, asked, places):
    """Compares the place as text with a number."""
    return [
        (told, true if told.endswith("asked") else False)
        for told, true in verdicts(text, names, asked, places)
    ]


_verdicts = Exercise(
    id="19.5",
    title="Read the sentence back",
    minutes=20,
    difficulty=2,
    points=3,
    objective="L19.5",
    reference=verdicts,
    cases=verdict_cases,
    properties=(
        Property("pairs", lambda result, *_: isinstance(result, list),
                 "Return a list of pairs (statement, true or false); an empty one for a text that "
                 "states nothing."),
    ),
    mistakes=(
        Mistake("inside_words", inside_words,
                "“interesting” names nobody: look for whole words, with \\b on both sides of the "
                "name."),
        Mistake("names_only", names_only,
                "You check who is named and not the places, such as “2nd by listener”."),
        Mistake("places_only", places_only,
                "You check the places alone. Naming an agent states that it was asked, too."),
        Mistake("everything_true", everything_true,
                "Whatever is stated is true in yours. Compare with asked and places."),
        Mistake("only_the_true", only_the_true,
                "You leave out what is false, which is what the check is for."),
        Mistake("only_the_false", only_the_false,
                "You return the false statements alone. A text without statements and a true text "
                "then look the same."),
        Mistake("only_those_asked", only_those_asked,
                "You look for those alone that were asked. The lie is in naming another: go "
                "through names."),
        Mistake("one_digit", one_digit,
                "Of “11th” you read one digit: a place is \\d+."),
        Mistake("anybody_s_place", any_place,
                "You look for the place among all places. It has to be that of the agent named: "
                "places.get(name)."),
        Mistake("one_verdict", one_verdict,
                "You return one verdict for the text. A text without statements would be true: "
                "return a list."),
        Mistake("counts_twice", counts_twice,
                "A name that occurs twice states the same twice: once is enough."),
        Mistake("text_is_no_number", text_of_the_place,
                "No place is ever true in yours: what re.findall gives is text, and '1' is not 1. "
                "Use int(place)."),
    ),
    others=(verdicts_by_words,),
    hints=(
        "Go through names, in their order. re.search(rf'\\b{name}\\b', text) finds a whole word.",
        "Places: re.findall(rf'(\\d+)(?:st|nd|rd|th) by {name}\\b', text) gives digits, as text.",
        "True are name in asked, and places.get(name) == int(place).",
    ),
    praise="A check that knows a lie from a fact, and a fact from nothing said.",
)  # fmt: skip

EXERCISES = [_trust, _plan, _mend, _guard, _verdicts]
