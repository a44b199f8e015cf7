"""The conductor keeps the contract of all coordinators, whatever its model or its agents do."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import strange_agents as strange
from hypothesis import given, settings
from hypothesis import strategies as st
from test_coordination_contract import QUALITY, a_request, assert_fine, feedback_for

from mavrs_course.coordination.hierarchical.router import LearnedRouter
from mavrs_course.llm.conducting import situations as words
from mavrs_course.llm.conducting.conductor import Conductor, RuleConductor
from mavrs_course.llm.conducting.constraints import AtMost, Blocked, MustCarry, mend, problems
from mavrs_course.llm.conducting.explaining import Account, statements
from mavrs_course.llm.conducting.listener import Listener, NewsAgent
from mavrs_course.llm.conducting.situations import Situations, described, ordinary
from mavrs_course.llm.conducting.trusting import CARDS, most_trusted, trust, trust_by_chat
from mavrs_course.llm.models.chat import Bill, ModelError
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.llm.models.tape import NotOnTapeError, Recorded, Tape
from mavrs_course.messages import Coordinator, Feedback, Request
from mavrs_course.world.catalog import Catalog

SIZES = [(1, 5, 2), (7, 10, 3), (3, 4, 4)]


class Matching:
    """Likes a card the better the more words of it it has just read; a double of a model."""

    name = digest = "matching"
    abilities = frozenset({"score"})

    def __init__(self):
        self.bill = Bill()

    def score(self, context, continuations):
        self.bill += Bill(len(continuations), 10, 5, 0.01)
        read = set(context.lower().replace(".", "").split())
        return np.array(
            [len(read & set(c.lower().strip(" .").split())) for c in continuations], float
        )


def honest(number=4, names=None):
    names = names or [f"agent {n}" for n in range(number)]
    return [strange.Honest(name, QUALITY, seed=n) for n, name in enumerate(names)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("model", [None, Matching()], ids=["no model", "model"])
def test_pages_reasons_credit_and_trace(model, size):
    agents = honest()
    conductor = Conductor(agents, model, rng=np.random.default_rng(0))
    assert isinstance(conductor, Coordinator)
    for _ in range(3):
        request = a_request(*size)
        slate = conductor.recommend(request)
        assert_fine(slate, request, 4)
        conductor.learn(feedback_for(slate))
    assert all(agent.learned == 3 for agent in agents)


@pytest.mark.parametrize("kind", strange.STRANGE, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("model", [None, Matching()], ids=["no model", "model"])
def test_a_strange_agent_ruins_nothing(model, kind):
    agents = honest()
    agents.insert(1, kind("odd", QUALITY))
    deadline = 0.3 if kind is strange.Sleeping else None
    conductor = Conductor(
        agents, model, cards={"odd": "odd videos"}, deadline=deadline, rng=np.random.default_rng(0)
    )
    request = a_request(5, 10, 3)
    slate = conductor.recommend(request)
    assert_fine(slate, request, 5)
    conductor.learn(feedback_for(slate))
    assert_fine(conductor.recommend(request), request, 5)


@pytest.mark.parametrize("kind", [strange.Honest, strange.Raising])
def test_alone_and_with_nobody_able_to_answer(kind):
    request = a_request(3, 6, 2)
    conductor = Conductor([kind("alone", QUALITY)], Matching(), rng=np.random.default_rng(0))
    slate = conductor.recommend(request)
    assert_fine(slate, request, 1)
    conductor.learn(feedback_for(slate))


def test_it_asks_the_most_trusted_and_the_rest_only_where_these_are_silent():
    names = ["popularity", "interest", "listener"]
    conductor = Conductor(honest(names=names), Matching(), most=1)
    slate = conductor.recommend(a_request(1, 10, 3))
    assert [m.receiver for m in slate.trace if m.kind == "request"] == ["popularity"]
    agents = honest(names=names)
    agents[0] = strange.Indifferent("popularity", QUALITY)
    slate = Conductor(agents, Matching(), most=1).recommend(a_request(1, 10, 3))
    asked = [m.receiver for m in slate.trace if m.kind == "request"]
    assert asked == ["popularity", "interest", "listener"]


def test_each_situation_is_asked_once_and_its_cost_is_in_the_trace():
    model = Matching()
    conductor = Conductor(honest(), model)
    first = conductor.recommend(a_request(6, 10, 3))
    calls = model.bill.calls
    assert calls == (len(ordinary()) + 1) * 4
    assert first.trace.tokens == model.bill.tokens
    assert any(m.sender == "matching" for m in first.trace)
    second = conductor.recommend(a_request(6, 10, 3))
    assert model.bill.calls == calls and second.trace.tokens == 0


class Broken(Matching):
    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def score(self, context, continuations):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(continuations)


def asleep(continuations):
    time.sleep(20.0)
    return np.zeros(len(continuations))


FAULTS = {
    "error": (ModelError("no server"), "no server"),
    "not on tape": (NotOnTapeError("never asked"), "never asked"),
    "bug": (KeyError("x"), "KeyError"),
    "nan": (lambda c: np.full(len(c), np.nan), "no likelihood for each card"),
    "too few": (lambda c: np.zeros(len(c) - 1), "no likelihood for each card"),
    "words": (lambda c: ["very"] * len(c), "no numbers"),
    "none": (lambda c: None, "no likelihood for each card"),
    "slow": (asleep, "did not answer within"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_router_takes_over_whatever_the_model_does(fault):
    answer, told = FAULTS[fault]
    patience = 0.05 if fault == "slow" else None
    make = {"rng": None}
    conductor = Conductor(honest(), Broken(answer), patience=patience, **make)
    router = LearnedRouter(honest(), **make)
    for _ in range(2):
        request = a_request(5, 10, 3)
        started = time.perf_counter()
        slate, same = conductor.recommend(request), router.recommend(request)
        assert time.perf_counter() - started < 15.0
        np.testing.assert_array_equal(slate.videos, same.videos)
        marks = [m for m in slate.trace if m.kind.startswith("fallback")]
        assert len(marks) == 1 and (told in marks[0].kind or "busy" in marks[0].kind)
        assert all("The model was not heard" in reason for page in slate.reasons for reason in page)
        feedback = feedback_for(slate)
        conductor.learn(feedback)
        router.learn(replace(feedback, slate=same))
        np.testing.assert_allclose(conductor.theta, router.theta)
    assert conductor.outages == 2


def test_the_model_comes_back_and_the_router_learns_nothing_from_its_pages():
    conductor = Conductor(honest(), None, rng=np.random.default_rng(0))
    conductor.learn(feedback_for(conductor.recommend(a_request(50, 10, 3))))
    taught = conductor.theta.copy()
    assert taught.any()
    conductor.model = Matching()
    conductor.learn(feedback_for(conductor.recommend(a_request(50, 10, 3))))
    np.testing.assert_array_equal(conductor.theta, taught)
    assert conductor.outages == 1


def test_a_tape_without_the_answer_falls_back(tmp_path):
    tape = Recorded(None, Tape(tmp_path / "none.sqlite", "record"), name="m", digest="d")
    conductor = Conductor(honest(), tape)
    slate = conductor.recommend(a_request(2, 10, 3))
    assert any("there is no model here to ask" in m.kind for m in slate.trace)


def test_a_chat_model_plans_through_the_ladder_and_garbage_falls_back():
    cards = {"a": "one", "b": "two", "c": "three"}
    said = ScriptedModel(['```json\n{"ask": ["c", "nobody", "a"]}\n```'])
    np.testing.assert_array_equal(trust_by_chat(said, "The viewer is bored.", cards), [-1, -3, 0])
    for text in ("I can't", '{"ask": ["nobody"]}', '{"ask": []}', "[]"):
        with pytest.raises(ModelError):
            trust_by_chat(ScriptedModel([text, text]), "x", cards)
    agents = honest(names=["a", "b", "c"])
    conductor = Conductor(agents, ScriptedModel(['{"ask": ["b"]}']), by="chat", most=1)
    slate = conductor.recommend(a_request(1, 10, 3))
    assert conductor.accounts[0].asked == ("b",)
    assert any(m.kind == "prompt" for m in slate.trace)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_no_text_of_a_model_breaks_a_page(text):
    conductor = Conductor(honest(2), ScriptedModel([text, text]), by="chat")
    request = a_request(2, 5, 2)
    assert_fine(conductor.recommend(request), request, 2)


def test_trust_is_the_likelihood_beside_that_of_ordinary_days():
    model, cards = Matching(), list(CARDS.values())
    told = [described(False, True), described(True, True, prompt=words.CHILD)]
    by_hand = [
        [
            model.score(s + " So we play", [f" {card}"])[0]
            - np.mean([model.score(o + " So we play", [f" {card}"])[0] for o in ordinary()])
            for card in cards
        ]
        for s in told
    ]
    np.testing.assert_allclose(trust(model, told, cards), by_hand)


def test_most_trusted_takes_the_earlier_of_equals():
    trusted = np.array([[1.0, 3, 3, 0], [0, 0, 0, 0]])
    assert most_trusted(trusted, 2).tolist() == [
        [False, True, True, False],
        [True, True, False, False],
    ]
    assert most_trusted(trusted, 9).all()


def test_situations_are_counted_and_told():
    wishes = {1: ("fast cars",)}
    met = Situations(wishes.get)
    request = Request(np.arange(2), np.tile(np.arange(5), (2, 1)), 3)
    assert met.of(request.viewers) == [described(False, False), described(False, True)]
    slate = Conductor(honest()).recommend(request)
    for _ in range(10):
        met.learn(Feedback(slate, np.array([-1, 0]), np.zeros(2), active=np.array([True, True])))
    met.learn(Feedback(slate, np.array([0, -1]), np.zeros(2), active=np.array([False, True])))
    assert met.of(request.viewers, words.CHILD) == [
        described(True, False, True, words.CHILD),
        described(True, True, False, words.CHILD),
    ]
    assert len(set(ordinary())) == 8


TOPIC = np.arange(30) % 5
RULES = st.lists(
    st.sampled_from(
        [
            Blocked(TOPIC, {0}),
            Blocked(TOPIC, {1, 2}),
            AtMost(TOPIC, 1),
            AtMost(TOPIC, 2),
            MustCarry({3, 9}),
            MustCarry({7}),
        ]
    ),
    max_size=3,
    unique_by=type,
)


@settings(max_examples=200, deadline=None)
@given(RULES, st.integers(0, 10_000), st.integers(1, 4))
def test_a_mended_page_is_the_best_of_all_that_keep_the_rules(rules, seed, slots):
    rng = np.random.default_rng(seed)
    candidates = rng.permutation(30)[:8]
    scores = rng.permutation(8) + rng.random(8)
    columns, unmet = mend(rules, candidates, scores, slots)
    assert len(set(columns.tolist())) == slots
    assert (np.diff(scores[columns]) < 0).all()
    legal = [
        page for page in combinations(range(8), slots)
        if not problems(rules, candidates[list(page)], candidates)
    ]  # fmt: skip
    # Which of the videos that must be carried come first where there are more than there is room
    # for is by score, and a page that must carry two is only legal with the better of them.
    assert bool(legal) >= (not unmet)
    if legal and sum(map(bool, rules)) and not any(isinstance(r, MustCarry) for r in rules):
        assert not unmet
        best = max(scores[list(page)].sum() for page in legal)
        assert scores[columns].sum() == pytest.approx(best)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000))
def test_what_must_be_carried_is_carried(seed):
    rng = np.random.default_rng(seed)
    candidates = rng.permutation(30)[:8]
    rules = [MustCarry({int(candidates[2])}), Blocked(TOPIC, {(TOPIC[candidates[2]] + 1) % 5})]
    columns, unmet = mend(rules, candidates, rng.random(8), 3)
    assert 2 in columns
    allowed = (TOPIC[candidates] != (TOPIC[candidates[2]] + 1) % 5).sum()
    assert bool(unmet) == (allowed < 3)


def test_constraints_hold_whoever_decides_and_are_said_where_they_cannot():
    rules = (Blocked(TOPIC, {0}), AtMost(TOPIC, 1))
    quality = np.where(TOPIC == 0, 5.0, 0.0)
    candidates = np.tile(np.arange(10), (4, 1))
    for model in (None, Matching()):
        agents = [strange.Honest(f"agent {n}", quality, n) for n in range(3)]
        conductor = Conductor(agents, model, constraints=rules, rng=np.random.default_rng(0))
        slate = conductor.recommend(Request(np.arange(4), candidates, 3))
        assert not (TOPIC[slate.videos] == 0).any()
        assert all(len(set(TOPIC[page])) == 3 for page in slate.videos)
        assert any(m.receiver == "constraints" for m in slate.trace)
        assert any("A rule put this video here" in r for page in slate.reasons for r in page)
        np.testing.assert_allclose(slate.credit.sum(axis=2), 1)
        slate = conductor.recommend(Request(np.arange(1), np.array([[0, 5, 10, 1]]), 3))
        assert conductor.accounts[0].unmet
        assert any("cannot be met" in m.kind for m in slate.trace)


def test_the_rule_follows_its_lines():
    names = list(CARDS)
    rule = RuleConductor(honest(names=names))
    for situation, first in (
        (described(False, False), "popularity"), (described(True, False), "interest"),
        (described(True, True), "listener"), (described(True, True, True), "novelty"),
        (described(True, True, True, words.NEWS), "news"),
        (described(False, True, prompt=words.CHILD), "editor"),
    ):  # fmt: skip
        trusted, _ = rule.trusted([situation], None)
        assert names[trusted[0].argmax()] == first


ACCOUNT = Account(
    described(True, True), "model", "", ("listener", "interest"), ("sure", "unsure"),
    ((1, 4), (2, 0), (0, 0)), (False, False, True), ("some topics are blocked",),
)  # fmt: skip


@pytest.mark.parametrize("slot", range(3))
@pytest.mark.parametrize("by", ["model", "router", "rule"])
def test_every_sentence_of_ours_is_true_of_its_account(slot, by):
    account = replace(ACCOUNT, by=by, why="no server")
    stated = statements(account.sentence(slot), account, slot, list(CARDS))
    assert len(stated) >= 2 and all(statement.true for statement in stated)


def test_false_sentences_are_found_out():
    def false(text, slot=0):
        found = statements(text, ACCOUNT, slot, list(CARDS))
        return [s.text for s in found if not s.true]

    assert false("The news agent liked it.") == ["news was asked"]
    assert false("Ranked 2nd by listener.") == ["2nd by listener"]
    assert false("For a stranger, by listener.") == ["The viewer is a stranger."]
    assert false("The router decided.") == ["the router decided"]
    assert false("A rule put this here: x.") == ["a rule put it here"]
    assert not statements("It is a great video.", ACCOUNT, 0, list(CARDS))


def test_listener_and_news():
    catalog = Catalog.sample(40, np.random.default_rng(0))
    model = ScriptedModel()
    model.abilities = frozenset({"score"})
    model.score = lambda context, texts: np.array(
        [9.0 * (t.strip() == catalog.title(3)) * ("cars" in context) for t in texts]
    )
    listener = Listener(model, catalog, {1: ("fast cars",)}.get)
    request = Request(np.arange(2), np.tile(np.arange(6), (2, 1)), 3)
    opinion = listener.opine(request)
    assert opinion.scores[1].argmax() == 3 and not opinion.scores[0].any()
    assert opinion.confidence.tolist() == [0, 1]
    deaf = Listener(Broken(ModelError("gone")), catalog, {1: ("x",)}.get)
    assert not deaf.opine(request).scores.any()
    by_letters = Listener(ScriptedModel(), catalog, {1: (catalog.title(2),)}.get)
    assert by_letters.opine(request).scores[1].argmax() == 2
    assert by_letters.opine(request).scores[1, 2] == pytest.approx(1.0)
    news = NewsAgent(replace(catalog, day=np.arange(40)))
    assert news.opine(request).scores[0].argmax() == 5
