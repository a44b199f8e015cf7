"""Memories for years: published figures first, then what must hold for any numbers."""

from __future__ import annotations

import csv
import itertools
import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_data import real_data

from mavrs_course.agents import lifelong
from mavrs_course.agents.lifelong.alarms import Adwin, PageHinkley
from mavrs_course.agents.lifelong.book import EVENINGS, BookError, BookMemory, SeasonBook
from mavrs_course.agents.lifelong.changes import (
    ClickRuns,
    LevelRuns,
    NormalRuns,
    run_lengths,
    segments,
)
from mavrs_course.agents.lifelong.experts import fixed_share, tracking_regret
from mavrs_course.agents.lifelong.filters import Levels, fit_level, half_life, steady_gain
from mavrs_course.agents.lifelong.rehearsal import SeasonSums, anchored_fit, fisher, rehearsed
from mavrs_course.agents.lifelong.search import LongHistory, attention
from mavrs_course.agents.lifelong.years import (
    MEAN_STAY,
    ONE_ANSWER,
    SLOPE_2,
    SPREAD,
    ChangingLevels,
    ChangingMemory,
    LevelMemory,
    play_years,
)
from mavrs_course.coordination import SingleAgent
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.llm.yearly import Chronicle, Year, check_sentence, summary
from mavrs_course.metrics import MetricError, change_f1, covering
from mavrs_course.world import Catalog, Drift, LifeEvents, Moods, Platform, lives
from mavrs_course.world.short_video.taste import prediction_variance

SEEDS = st.integers(0, 10_000)


def scaled(series):
    return (series - series.mean()) / series.std(ddof=1)


def nile():
    with (real_data("nile") / "nile.csv").open() as file:
        return np.array([float(row["volume"]) for row in csv.DictReader(file)])


def from_tcpd(name):
    folder = real_data("tcpd")
    series = json.loads((folder / f"{name}.json").read_text())["series"][0]["raw"]
    marks = json.loads((folder / "annotations.json").read_text())[name]
    return np.array(series, dtype=float), list(marks.values())


# --- figures from outside ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "gain", "life"), [(0.001, 0.0311, 21.9), (0.01, 0.0951, 6.93), (0.1, 0.2702, 2.20)]
)
def test_gain_and_half_life_of_a_level_that_walks(q, gain, life):
    assert steady_gain(q) == pytest.approx(gain, abs=5e-5)
    assert half_life(steady_gain(q)) == pytest.approx(life, rel=2e-3)


def test_likeliest_level_of_the_nile():
    fit = fit_level(nile())
    assert fit.noise == pytest.approx(15098.5, abs=0.1)
    assert fit.walk == pytest.approx(1469.18, abs=0.05)
    assert fit.log_likelihood == pytest.approx(-632.5456, abs=1e-4)
    assert half_life(steady_gain(fit.walk / fit.noise)) == pytest.approx(2.231, abs=1e-3)


def test_change_of_the_nile_as_published():
    series = scaled(nile())
    found = segments(series, NormalRuns(), 1 / 100)
    belief, evidence = run_lengths(series, NormalRuns(), 1 / 100)
    assert found == [0, 28]
    assert evidence == pytest.approx(-126.1354, abs=1e-4)
    likeliest = belief.argmax(axis=1)
    assert likeliest[31] == 31 and likeliest[32] == 4  # after the reading of index 31
    marks = [[], [28], [], [28], [28]]  # of TCPD's five annotators
    assert change_f1(marks, found) == 1.0
    assert covering(marks, found, 100) == pytest.approx(0.888, abs=1e-12)


def test_scores_of_the_published_changes_of_the_well_log():
    series, marks = from_tcpd("well_log")
    told = json.loads((real_data("tcpd") / "published.json").read_text())["well_log"]
    assert change_f1(marks, told["bocpd_locations"]) == pytest.approx(told["f1"], abs=1e-15)
    cover = covering(marks, told["bocpd_locations"], len(series))
    assert cover == pytest.approx(told["cover"], abs=1e-15)


def test_exact_changes_of_the_well_log_are_two_more_than_published():
    series, marks = from_tcpd("well_log")
    told = json.loads((real_data("tcpd") / "published.json").read_text())["well_log"]
    found = segments(scaled(series), NormalRuns(), 1 / 100)
    assert set(found) - set(told["bocpd_locations"]) == {238, 422} and len(found) == 20
    assert change_f1(marks, found) == pytest.approx(0.8081, abs=5e-5)
    assert covering(marks, found, len(series)) == pytest.approx(0.7864, abs=5e-5)


@pytest.mark.parametrize(("number", "cover"), [(2, 0.9272), (3, 0.9967), (4, 0.51141), (5, 1.0)])
def test_covering_of_quality_control_as_published(number, cover):
    series, marks = from_tcpd(f"quality_control_{number}")
    found = segments(scaled(series), NormalRuns(), 1 / 100)
    assert covering(marks, found, len(series)) == pytest.approx(cover, abs=5e-5)


def test_alarms_where_rivers_documentation_has_them():
    rng = random.Random(12345)
    numbers = rng.choices([0, 1], k=1000) + rng.choices(range(4, 8), k=1000)
    adwin, page_hinkley = Adwin(), PageHinkley()
    assert [i for i, number in enumerate(numbers) if adwin.take_in(number)] == [1023]
    assert [i for i, number in enumerate(numbers) if page_hinkley.take_in(number)] == [1006]


# --- levels --------------------------------------------------------------------------------------


def test_a_filter_settles_at_its_steady_gain():
    levels = Levels((), 0.01, spread=1.0)
    for reading in np.zeros(400):
        gain = levels.take_in(reading, 1.0)
        levels.step()
    assert gain == pytest.approx(steady_gain(0.01), abs=1e-12)
    assert levels.variance == pytest.approx(prediction_variance(0.01, 1.0), abs=1e-12)


def test_what_is_not_read_only_becomes_less_certain():
    levels = Levels((2,), 0.5, start=3.0, spread=1.0)
    levels.take_in([np.nan, 4.0], [1.0, 1.0])
    levels.step(2.0)
    np.testing.assert_allclose(levels.mean, [3.0, 3.5])
    np.testing.assert_allclose(levels.variance, [2.0, 1.5])


@pytest.mark.parametrize("series", [[1.0, 2.0], [1.0, 1.0, 1.0, 1.0], [1.0, np.nan, 2.0, 3.0]])
def test_what_no_level_can_be_fitted_to(series):
    with pytest.raises(ValueError, match=r"finite readings|all alike"):
        fit_level(series)


def test_a_gain_and_a_drift_have_their_range():
    with pytest.raises(ValueError, match="at least 0"):
        steady_gain(-0.1)
    with pytest.raises(ValueError, match="share"):
        half_life(1.5)
    assert half_life(0.0) == np.inf and half_life(1.0) == 0.0
    with pytest.raises(ValueError, match="walk"):
        Levels((1,), -1.0)


# --- changes -------------------------------------------------------------------------------------


def by_brute_force(clicks, hazard):
    """Evidence, and the likeliest segmentation, over all ways to cut."""
    size = len(clicks)
    total, best, best_cuts = 0.0, -1.0, ()
    for number in range(2 ** (size - 1)):
        cuts = [0, *(t for t in range(1, size) if number >> (t - 1) & 1), size]
        chance = (hazard ** (len(cuts) - 2)) * (1 - hazard) ** (size - len(cuts) + 1)
        for first, last in itertools.pairwise(cuts):
            yes, no = 1.0, 1.0
            for click in clicks[first:last]:
                chance *= (yes if click else no) / (yes + no)
                yes, no = yes + click, no + 1 - click
        total += chance
        if chance > best:
            best, best_cuts = chance, tuple(cuts[:-1])
    return total, best_cuts


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 1), min_size=1, max_size=9), st.floats(0.02, 0.6))
def test_changes_of_clicks_equal_all_segmentations(clicks, hazard):
    total, _ = by_brute_force(clicks, hazard)
    belief, evidence = run_lengths(clicks, ClickRuns(), hazard)
    assert evidence == pytest.approx(np.log(total), abs=1e-12)
    np.testing.assert_allclose(belief.sum(axis=1), 1.0)


def test_likeliest_segments_of_clicks_equal_all_segmentations():
    clicks = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    assert tuple(segments(clicks, ClickRuns(), 0.1)) == by_brute_force(clicks, 0.1)[1] == (0, 5)


def test_a_level_that_walks_explains_what_a_still_one_takes_for_changes():
    rng = np.random.default_rng(3)
    walk = np.cumsum(rng.normal(0, 0.3, 200)) + rng.normal(0, 1.0, 200)
    still = segments(walk, LevelRuns(0.0, 1.0, spread=4.0), 1 / 100)
    walking = segments(walk, LevelRuns(0.09, 1.0, spread=4.0), 1 / 100)
    assert len(walking) < len(still)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_many_levels_at_once_believe_what_each_believes_alone(seed):
    rng = np.random.default_rng(seed)
    readings = rng.normal(0, 1, (12, 3))
    many = ChangingLevels(3, 0.02, 0.05, start=0.2, spread=2.0, longest=20)
    for row in readings:
        many.take_in(row, np.full(3, 0.5))
    for column in range(3):
        runs = LevelRuns(0.02, 0.5, mean=0.2, spread=2.0)
        belief, _ = run_lengths(readings[:, column], runs, 0.05)
        chance = belief[-1]
        assert many.changed(4)[column] == pytest.approx(chance[:5].sum(), abs=1e-9)


def test_a_level_without_readings_does_not_move():
    many = ChangingLevels(2, 0.02, 0.05, start=0.2)
    for _ in range(40):
        many.take_in([np.nan, np.nan], 1.0)
    np.testing.assert_allclose(many.mean, 0.2)
    np.testing.assert_allclose(many.chance.sum(axis=1), 1.0)


@pytest.mark.parametrize("series", [[], [np.nan], [[1.0]]])
def test_changes_need_finite_readings(series):
    with pytest.raises(ValueError, match="finite readings"):
        run_lengths(series, NormalRuns(), 0.1)


def test_changes_need_a_hazard():
    for hazard in (0.0, 1.0):
        with pytest.raises(ValueError, match="hazard"):
            segments([1.0], NormalRuns(), hazard)
    with pytest.raises(ValueError, match="hazard"):
        ChangingLevels(1, 0.1, 0.0)


def test_scores_of_changes_at_their_edges():
    assert change_f1([[]], []) == 1.0 == covering([[]], [], 5)
    assert change_f1([[10]], [16]) == 0.5  # one of two on either side: 0, and not the other
    assert change_f1([[10]], [15, 12]) == pytest.approx(0.8)  # a change finds one mark only
    with pytest.raises(MetricError, match="nobody"):
        covering([], [], 5)
    with pytest.raises(MetricError, match="length"):
        covering([[7]], [], 5)


# --- alarms --------------------------------------------------------------------------------------


def test_alarms_are_silent_where_all_is_alike():
    adwin, page_hinkley = Adwin(), PageHinkley(1.0)
    assert np.isnan(adwin.mean)
    assert not any(adwin.take_in(0.3) | page_hinkley.take_in(0.3).any() for _ in range(300))
    assert adwin.mean == pytest.approx(0.3)


def test_page_hinkley_watches_many_rows_each_by_itself():
    rng = np.random.default_rng(0)
    numbers = rng.normal(0, 1, (300, 3)) + np.array([0, 4, -4]) * (np.arange(300) > 150)[:, None]
    together = PageHinkley(20.0)
    alarms = np.array([together.take_in(row) for row in numbers])
    for column in range(3):
        alone = PageHinkley(20.0)
        one = [bool(alone.take_in(number)) for number in numbers[:, column]]
        assert one == alarms[:, column].tolist()
    assert not alarms[:, 0].any() and alarms[:, 1].any() and alarms[:, 2].any()


def test_alarms_have_limits():
    with pytest.raises(ValueError, match="delta"):
        Adwin(0.0)
    with pytest.raises(ValueError, match="threshold"):
        PageHinkley(0.0)


# --- experts -------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(0.0, 0.5))
def test_fixed_share_is_the_filter_of_a_chain_that_switches(seed, share):
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.05, 1, (12, 3))
    weights = fixed_share(-np.log(chance), rate=1.0, share=share)
    moves = np.full((3, 3), share / 2) + (1 - share - share / 2) * np.eye(3)
    belief = np.full(3, 1 / 3)
    for step in range(12):
        np.testing.assert_allclose(weights[step], belief, atol=1e-12)
        belief = belief * chance[step]
        belief = moves.T @ (belief / belief.sum())


def test_regret_is_what_an_oracle_would_have_saved():
    losses = np.array([[1.0, 0.0], [0.0, 1.0]])
    weights = fixed_share(losses, rate=1.0, share=0.1)
    regret = tracking_regret(weights, losses, losses.min(axis=1))
    assert regret[0] == pytest.approx(0.5) and regret[1] > regret[0]
    for bad in ({"rate": 0.0, "share": 0.1}, {"rate": 1.0, "share": 1.0}):
        with pytest.raises(ValueError, match="share"):
            fixed_share(losses, **bad)
    with pytest.raises(ValueError, match="two experts"):
        fixed_share([[1.0]], rate=1.0, share=0.1)


# --- elastic weights -----------------------------------------------------------------------------


def two_tasks(seed, rows=40, features=4):
    rng = np.random.default_rng(seed)
    first, second = rng.normal(0, 1, (2, rows, features)) @ rng.normal(0, 1, (features, features))
    truth = rng.normal(0, 1, (2, features))
    return first, first @ truth[0] + rng.normal(0, 0.3, rows), second, second @ truth[1]


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_full_springs_are_the_joint_fit_where_the_loss_is_quadratic(seed):
    first, y_first, second, y_second = two_tasks(seed)
    learned = anchored_fit(first, y_first, np.zeros(4), np.zeros((4, 4)))
    springs = fisher(first, learned)
    joint = np.linalg.lstsq(np.r_[first, second], np.r_[y_first, y_second], rcond=None)[0]
    np.testing.assert_allclose(
        anchored_fit(second, y_second, learned, springs), joint, rtol=1e-9, atol=1e-11
    )
    diagonal = anchored_fit(second, y_second, learned, np.diag(np.diag(springs)))
    assert np.abs(diagonal - joint).max() > 1e-6


def test_springs_are_near_and_not_exact_where_the_loss_is_logistic():
    rng = np.random.default_rng(0)
    first, second = rng.normal(0, 1, (2, 300, 3))
    truth = np.array([1.0, -1.0, 0.5])
    answers = [
        (rng.random(300) < 1 / (1 + np.exp(-part @ truth))) * 1.0 for part in (first, second)
    ]
    none, nothing = np.zeros(3), 1e-9 * np.eye(3)
    learned = anchored_fit(first, answers[0], none, nothing, logistic=True)
    springs = fisher(first, learned, logistic=True)
    elastic = anchored_fit(second, answers[1], learned, springs, logistic=True)
    joint = anchored_fit(
        np.r_[first, second], np.concatenate(answers), none, nothing, logistic=True
    )
    alone = anchored_fit(second, answers[1], none, nothing, logistic=True)
    assert 1e-6 < np.abs(elastic - joint).max() < 0.5 * np.abs(alone - joint).max()


def test_weights_that_nothing_decides_are_an_error():
    with pytest.raises(ValueError, match="decide"):
        anchored_fit(np.ones((3, 2)), np.ones(3), np.zeros(2), np.zeros((2, 2)))


def test_replayed_rows_stand_for_all_that_are_not_replayed():
    rows, weight = rehearsed(100, 5, 20, np.random.default_rng(0))
    assert len(set(rows.tolist())) == 20 and weight[:20].sum() == 100 and weight.sum() == 105
    with pytest.raises(ValueError, match="kept"):
        rehearsed(3, 5, 4, np.random.default_rng(0))


# --- search --------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_search_is_attention_to_the_events_of_one_topic(seed):
    rng = np.random.default_rng(seed)
    topics, vectors = rng.integers(0, 4, 50), rng.normal(0, 1, (50, 3))
    query = rng.normal(0, 1, 3)
    history = LongHistory(topics, vectors)
    for topic in range(5):
        found = history.search(topic, query)
        assert set(found.places.tolist()) == set(np.flatnonzero(topics == topic).tolist())
        np.testing.assert_allclose(found.vector, attention(vectors[topics == topic], query))
    newest = history.search(0, query, most=2).places
    assert newest.tolist() == np.flatnonzero(topics == 0)[::-1][:2].tolist()


def test_a_history_needs_a_vector_for_each_event():
    with pytest.raises(ValueError, match="each event"):
        LongHistory(np.zeros(3, dtype=int), np.zeros((2, 3)))
    empty = LongHistory(np.zeros(0, dtype=int), np.zeros((0, 3)))
    np.testing.assert_array_equal(empty.search(1, np.ones(3)).vector, np.zeros(3))


# --- viewers over years --------------------------------------------------------------------------


def test_constants_of_the_choice_are_integrals():
    interest = np.linspace(-1, 1, 200_001)
    stay = (interest + 1) / (interest + 3)
    slope = 2 / (interest + 3) ** 2
    assert np.mean(stay) == pytest.approx(MEAN_STAY, abs=1e-5)
    assert np.var(stay) == pytest.approx(SPREAD, abs=1e-5)
    assert np.mean(slope**2) == pytest.approx(SLOPE_2, abs=1e-5)
    assert np.mean(stay * (1 - stay)) == pytest.approx(ONE_ANSWER, abs=1e-5)


def test_lives_without_clocks_stand_still():
    still = lives(
        3, 5, np.random.default_rng(0), drift=0.0, moods=Moods(0.0), events=LifeEvents(0.0)
    )
    assert not np.ptp(still.taste, axis=0).any() and not still.event.any() and not still.mood.any()
    assert ((still.stay >= 0) & (still.stay <= 0.5)).all()


def test_a_life_event_draws_its_share_of_the_topics_anew():
    life = lives(
        200, 3, np.random.default_rng(1), drift=0.0, moods=Moods(0.0), events=LifeEvents(0.3, 0.5)
    )
    moved = life.taste[1] != life.taste[0]
    assert abs(life.event[1:].mean() - 0.3) < 0.1 and not life.event[0].any()
    assert not moved[~life.event[1]].any()
    assert abs(moved[life.event[1]].mean() - 0.5) < 0.1


def test_a_platform_takes_the_three_clocks():
    rng = np.random.default_rng(0)
    effects = [Moods(0.5), Drift(0.1), LifeEvents(1.0)]
    platform = Platform(Catalog.sample(60, rng), rng=rng, effects=effects)
    platform.reset(4)
    before = platform.interest.copy()
    platform.next_day()
    assert platform.effect(LifeEvents).happened.all() and (platform.interest != before).any()


@pytest.mark.parametrize(
    "bad", [lambda: Moods(-1), lambda: LifeEvents(2), lambda: LifeEvents(0, 2)]
)
def test_clocks_have_their_range(bad):
    with pytest.raises(ValueError, match="must be"):
        bad()


def test_who_knows_the_drift_watches_more_and_two_kilobytes_are_enough():
    life = lives(20, 520, np.random.default_rng(7))
    memories = {
        "knows": LevelMemory(20, 20, drift=0.05, mood=0.3),
        "never forgets": LevelMemory(20, 20, drift=0.0, mood=0.3),
        "book": BookMemory(20, 20, drift=0.05, mood=0.3),
        "changes": ChangingMemory(20, 20, drift=0.05, mood=0.3, hazard=1 / 208),
    }
    minutes = {
        name: play_years(life, memory, np.random.default_rng(8))[260:].mean()
        for name, memory in memories.items()
    }
    assert minutes["knows"] > minutes["never forgets"] + 0.5
    assert minutes["book"] > minutes["never forgets"] + 0.5
    assert minutes["changes"] > minutes["never forgets"]


# --- two kilobytes, and forgetting ---------------------------------------------------------------


def lived(seed, evenings=60, viewers=2, topics=5, but=()):
    """A memory taught by a log, from which some seasons of viewer 0 are missing."""
    rng = np.random.default_rng(seed)
    memory = BookMemory(viewers, topics, drift=0.05, mood=0.3, seasons=8)
    for evening in range(evenings):
        shown = rng.integers(0, 9, (viewers, topics))
        stays = rng.binomial(shown, 0.4)
        video, worth = (int(number) for number in rng.integers(1, 200, 2))
        if evening // EVENINGS in but:
            shown[0] = stays[0] = 0
        else:
            memory.book.remark(0, evening, video, worth)
        memory.take_in(shown, stays)
    return memory


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(0, 51), st.integers(0, 30))
def test_after_forgetting_nothing_is_left(seed, first, span):
    last = min(first + span, 59)
    memory = lived(seed)
    torn = memory.forget(0, first, last)
    never = lived(seed, but=set(torn))
    assert memory.book.pack(0) == never.book.pack(0)
    assert memory.book.pack(1) == never.book.pack(1)  # nobody else's
    for ours, theirs in zip(memory.believe(), never.believe(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_sums_without_a_season_are_those_of_who_never_saw_it(seed):
    rng = np.random.default_rng(seed)
    sums, never = SeasonSums(3), SeasonSums(3)
    for season in (0, 1, 2, 1):
        rows, answers = rng.normal(0, 1, (6, 3)), rng.normal(0, 1, 6)
        sums.learn(season, rows, answers)
        if season != 1:
            never.learn(season, rows, answers)
    sums.forget(1)
    np.testing.assert_array_equal(sums.weights, never.weights)
    sums.forget(9)  # nothing was learned then
    with pytest.raises(ValueError, match="ridge"):
        SeasonSums(3, ridge=0.0)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_book_comes_back_from_its_bytes(seed):
    book = lived(seed).book
    packed = book.pack(0)
    assert len(packed) <= 2048
    assert SeasonBook.unpack(packed).pack(0) == packed


def test_counts_above_a_byte_keep_their_share():
    book = SeasonBook(1, 2, seasons=1)
    for _ in range(3):
        book.write(np.array([0]), 0, np.array([[200, 3]]), np.array([[50, 1]]))
    assert book.shown[0, 0].tolist() == [255, 9]
    assert book.stays[0, 0, 0] == pytest.approx(64, abs=1) and book.stays[0, 0, 1] == 3


def test_a_full_book_loses_its_oldest_season():
    memory = lived(1, evenings=8 * EVENINGS)
    assert memory.evening.tolist() == [7 * EVENINGS] * 2
    assert memory.book.shown[0, 6].any() and not memory.book.shown[0, 7].any()
    assert memory.believe()[0].shape == (2, 5)


TORN = {
    "empty": b"",
    "another file": b"PNG1" + bytes(20),
    "cut off": SeasonBook(1, 3, seasons=2).pack(0)[:-1],
    "enormous": b"MVB1" + bytes(5000),
    "more held than shown": b"MVB1\x01\x00\x01\x00" + bytes([1, 2]) + bytes(6),
}


@pytest.mark.parametrize("case", TORN)
def test_bytes_that_are_no_book(case):
    with pytest.raises(BookError, match="book"):
        SeasonBook.unpack(TORN[case])


def test_what_a_book_cannot_do():
    with pytest.raises(BookError, match="bytes"):
        SeasonBook(1, 40, seasons=40)
    book = SeasonBook(1, 2, seasons=2)
    with pytest.raises(BookError, match="no evening"):
        book.forget(0, 0, 26)
    with pytest.raises(BookError, match="first"):
        book.forget(0, 5, 4)
    with pytest.raises(BookError, match="none to all"):
        book.write(np.array([0]), 0, np.array([[1, 1]]), np.array([[2, 0]]))
    with pytest.raises(BookError, match="remarkable"):
        book.remark(0, 0, 5, 0)


def test_an_agent_forgets_a_season_of_one_viewer():
    rng = np.random.default_rng(0)
    platform = Platform(Catalog.sample(60, rng), rng=rng)
    platform.reset(3)
    agent = lifelong.LifelongAgent(platform.catalog, pages=2)
    fresh = agent.opine(platform.request).scores
    while platform.active.any() and agent.seen.max(initial=0) < 40:
        feedback = platform.show(SingleAgent(agent, rng).recommend(platform.request))
        agent.learn(feedback)
        request = feedback.request
    assert np.ptp(agent.opine(request).scores) > 0
    agent.forget(0, 0, int(agent.memory.evening[0]))
    scores = agent.opine(request).scores
    assert np.ptp(scores[0]) == 0 and np.ptp(scores[1]) > 0
    assert fresh.shape == scores.shape
    assert not agent.memory.book.moments[0].any() and agent.memory.book.moments[1].any()


# --- a year in words -----------------------------------------------------------------------------

YEAR = Year({"home cooking": 21, "car stunts": 4, "football goals": 4}, {"home cooking": 30})
SENTENCES = {
    "Home cooking was watched most, with 21 videos, fewer than last year.": "",
    "Car stunts were watched least, with 4 videos.": "",
    "Home cooking fell from 30 to 21 videos.": "30",
    "Home cooking was watched most, with 20 videos.": "the log has 21",
    "Home cooking was watched more than last year.": "no rise",
    "Car stunts were watched most.": "no most",
    "Home cooking and car stunts were watched.": "names 2 topics",
    "The viewer watched 21 videos.": "names 0 topics",
    "Home cooking was watched.": "claims nothing",
    "Home cooking made the viewer happy, with 21 videos.": "happy",
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_sentence_of_a_year_is_checked(sentence):
    checked = check_sentence(sentence, YEAR)
    fault = SENTENCES[sentence]
    assert (fault in checked.fault) if fault else checked.holds, checked


def test_a_summary_keeps_what_holds_and_forgets_what_it_compared():
    said = "Home cooking was watched most, with 21 videos. Car stunts rose to 9 videos. Football"
    model = ScriptedModel([said])
    checked = summary(model, YEAR)
    assert [one.holds for one in checked] == [True, False, False]
    chronicle = Chronicle()
    for year in range(4):
        chronicle.write(year, checked)
    assert chronicle.years[1] == ["Home cooking was watched most, with 21 videos."]
    assert chronicle.forget([4, 5]) == [1, 2] and sorted(chronicle.years) == [0, 3]
    assert chronicle.forget([40]) == []
