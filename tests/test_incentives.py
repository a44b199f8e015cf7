"""Incentives: what agents are paid for, and what is known of it without any simulation of ours."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_data import real_data
from scipy.optimize import minimize_scalar

from mavrs_course.agents import RandomAgent
from mavrs_course.agents.incentives import (
    AlignmentAgent,
    Arm,
    Charter,
    CongestionGame,
    PaidAgent,
    Pay,
    ProgressiveBelief,
    SurrogateIndex,
    Work,
    best_of_n,
    best_share,
    bias_bound,
    divergence_of_best,
    effects_after,
    expected_maximum,
    page_engagement,
    page_utility,
    share_told,
    worth_of_topics,
)
from mavrs_course.coordination import SingleAgent
from mavrs_course.envs import CreatorsCore, genre_threshold
from mavrs_course.world import Catalog, Likes, Platform, Satisfaction, activity_traces, play_weeks
from mavrs_course.world.logs import DownloadError, LogsError, load_panel
from mavrs_course.world.logs.official import _require_known
from mavrs_course.world.logs.panels import read_gain
from mavrs_course.world.logs.source import RemoteFile

# --- the surrogate index


def gain_like(folder, people=400, seed=0):
    """A small file of the layout of the GAIN data."""
    rng = np.random.default_rng(seed)
    treated = rng.integers(0, 2, people)
    able = rng.normal(size=people) + 0.3 * treated
    path = rng.random((people, 36)) < 1 / (1 + np.exp(-able[:, None]))
    table = pd.DataFrame(path.astype(np.int8), columns=[f"emp{q}" for q in range(1, 37)])
    table.insert(0, "treatment", treated.astype(np.int8))
    table.insert(0, "id", np.arange(people))
    folder.mkdir(exist_ok=True)
    table.to_stata(folder / "simulated Riverside GAIN data.dta", write_index=False)
    return treated == 1, path.astype(float)


def test_gain_is_read_and_analysed_as_a_small_file_of_its_layout(tmp_path, monkeypatch):
    treated, path = gain_like(tmp_path / "gain")
    monkeypatch.setenv("MAVRS_DATA", str(tmp_path))
    panel = load_panel("gain")
    np.testing.assert_array_equal(panel.treated, treated)
    np.testing.assert_array_equal(panel.path, path)
    told = effects_after(panel.path, panel.treated, 6)
    whole = effects_after(panel.path, panel.treated, 36)
    assert whole["naive"] == pytest.approx(whole["index"]) == pytest.approx(told["true"])
    one = effects_after(panel.path, panel.treated, 1)
    assert one["index"] == pytest.approx(one["single"])


def test_a_file_that_is_not_gain_is_refused_with_its_name(tmp_path):
    with pytest.raises(LogsError, match="has no file"):
        read_gain(tmp_path)
    pd.DataFrame({"treatment": [0, 1]}).to_stata(tmp_path / "Riverside.dta", write_index=False)
    with pytest.raises(LogsError, match=r"Riverside.dta can't be read as the GAIN data"):
        read_gain(tmp_path)
    (tmp_path / "Riverside.dta").write_bytes(b"no Stata file")
    with pytest.raises(LogsError, match="can't be read"):
        read_gain(tmp_path)


def test_the_published_figures_of_gain_where_the_file_is_here():
    panel = read_gain(real_data("gain"))
    assert len(panel) == 5_445
    told = effects_after(panel.path, panel.treated, 6)
    published = {"true": 0.062004, "naive": 0.133236, "index": 0.074823, "single": 0.052637}
    assert told == pytest.approx(published, abs=5e-7)
    first = effects_after(panel.path, panel.treated, 1)
    assert [first[n] for n in ("naive", "index")] == pytest.approx([0.063167, 0.015472], abs=5e-7)


def test_a_download_is_held_against_the_part_of_its_digest_that_is_known(tmp_path):
    part = tmp_path / "part"
    part.write_bytes(b"abc")  # its SHA-256 is ba7816bf...15ad
    for size, ends, fine in ((3, "15ad", True), (4, "15ad", False), (3, "ffe0", False)):
        file = RemoteFile("https://x/a%20b.dta", size=size, sha256=("ba7816bf", ends))
        assert file.name == "a b.dta"
        with nullcontext() if fine else pytest.raises(DownloadError, match="not the file that we"):
            _require_known(file, part)


@given(st.integers(0, 10_000), st.floats(-3, 3), st.floats(0.1, 5))
@settings(max_examples=30, deadline=None)
def test_an_index_is_exact_on_a_law_and_bears_shifts_and_scales(seed, shift, scale):
    rng = np.random.default_rng(seed)
    signals = rng.normal(size=(30, 3))
    outcome = 1.5 + signals @ [1.0, -2.0, 0.5]
    index = SurrogateIndex().fit(signals * scale + shift, outcome)
    np.testing.assert_allclose(index(signals * scale + shift), outcome, atol=1e-8)
    assert bias_bound(signals, outcome, rng.permutation(30) < 15) == pytest.approx(0, abs=1e-7)


def test_the_index_repairs_what_the_naive_reading_gets_wrong():
    """The effect fades: early it is 1 a period, later .2; signals carry it all."""
    rng = np.random.default_rng(0)
    treated = rng.random(20_000) < 0.5
    first = rng.normal(size=20_000) + treated
    later = 0.2 * first[:, None] + 0.1 * rng.normal(size=(20_000, 9))
    told = effects_after(np.column_stack([first, later]), treated, 1)
    assert told["naive"] > 3 * told["true"]
    assert told["index"] == pytest.approx(told["true"], rel=0.03)


def test_an_index_refuses_what_it_can_not_learn_from():
    for signals, outcome in (([1.0], [1.0]), (np.zeros((0, 2)), []), ([[1.0]], [1.0, 2.0])):
        with pytest.raises(ValueError, match="an index needs signals of shape"):
            SurrogateIndex().fit(np.array(signals), np.array(outcome))
    with pytest.raises(ValueError, match="finite"):
        SurrogateIndex().fit(np.array([[np.nan]]), np.array([1.0]))
    with pytest.raises(ValueError, match="somebody who was not"):
        effects_after(np.ones((3, 4)), np.ones(3, bool), 2)
    with pytest.raises(ValueError, match="seen is 1 to 4"):
        effects_after(np.ones((3, 4)), np.array([1, 0, 0], bool), 5)


# --- Goodhart


def test_the_mean_of_the_largest_of_n_normal_numbers():
    table = {1: 0, 2: 0.5642, 3: 0.8463, 4: 1.0294, 5: 1.1630, 10: 1.5388, 100: 2.5076}
    for n, value in table.items():
        assert expected_maximum(n) == pytest.approx(value, abs=5e-5)
    assert expected_maximum(2) == pytest.approx(np.pi**-0.5, abs=1e-7)
    with pytest.raises(ValueError, match="at least 1"):
        expected_maximum(0)


def test_best_of_a_hundred_by_a_noisy_measure():
    for noise, true, shown in ((0.5, 2.243, 2.804), (1, 1.773, 3.546), (2, 1.121, 5.607)):
        assert best_of_n(100, noise) == pytest.approx((true, shown), abs=5e-4)
    for n, nats in ((4, 0.6363), (10, 1.4026), (100, 3.6152)):
        assert divergence_of_best(n) == pytest.approx(nats, abs=5e-5)
    rng = np.random.default_rng(0)
    value = rng.normal(size=(40_000, 8))
    measured = value + 1.5 * rng.normal(size=value.shape)
    best = measured.argmax(axis=1)[:, None]
    seen = [np.take_along_axis(a, best, axis=1).mean() for a in (value, measured)]
    assert seen == pytest.approx(best_of_n(8, 1.5), abs=0.03)


def test_a_popular_page_engages_and_says_little_of_what_it_is_worth():
    assert page_engagement([1.0, 1.0]) == pytest.approx(0.8446, abs=5e-5)
    assert page_utility([1.0, 1.0]) == pytest.approx(1.8620, abs=5e-5)


# --- beliefs about delayed outcomes


def mean_traces(shows, viewers, rng):
    """Mean activity float[shows, 59], and the covariance of one viewer's trace."""
    means, noise = np.zeros((shows, 59)), np.zeros((59, 59))
    for show in range(shows):
        traces = activity_traces(viewers, rng)
        means[show], noise = traces.mean(axis=0), noise + np.cov(traces.T) / shows
    return means, noise


def test_day_one_says_nothing_and_a_week_says_half():
    """The published generator, with its seed, at 60 shows of 2,000 viewers."""
    means, _ = mean_traces(60, 2_000, np.random.default_rng(42))
    assert 1 + means.sum(axis=1).mean() == pytest.approx(4.507, abs=5e-4)
    told = [share_told(means, days) for days in (1, 3, 7, 14, 30)]
    assert told == pytest.approx([0.003, 0.235, 0.559, 0.777, 0.951], abs=5e-4)


@given(st.integers(0, 1_000), st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_a_progressive_belief_is_gaussian_conditioning(seed, known):
    rng = np.random.default_rng(seed)
    root, other = rng.normal(size=(2, 4, 4))
    covariance, noise = root @ root.T + np.eye(4), other @ other.T + np.eye(4)
    mean, viewers = rng.normal(size=4), int(rng.integers(1, 50))
    belief = ProgressiveBelief(mean, covariance, noise)
    assert belief.posterior() == pytest.approx((mean.sum(), covariance.sum()))
    seen = rng.normal(size=known)
    for day in range(known):
        belief.observe(day, viewers, viewers * seen[day])
    part, cross = slice(known), covariance[:, :known]
    inverse = np.linalg.inv(covariance[part, part] + noise[part, part] / viewers)
    after = mean + cross @ inverse @ (seen - mean[part])
    spread = covariance - cross @ inverse @ cross.T
    assert belief.posterior() == pytest.approx((after.sum(), spread.sum()), rel=1e-6, abs=1e-8)


def test_a_belief_grows_sure_with_days_and_viewers():
    rng = np.random.default_rng(1)
    means, noise = mean_traces(40, 300, rng)
    belief = ProgressiveBelief(means.mean(axis=0), np.cov(means.T), noise)
    spreads = [belief.posterior()[1]]
    for day in range(59):
        belief.observe(day, 2_000, 2_000 * means[0, day])
        spreads.append(belief.posterior()[1])
    assert (np.diff(spreads) <= 1e-9).all() and spreads[-1] < 0.05 * spreads[0]
    with pytest.raises(ValueError, match="covariances of shape"):
        ProgressiveBelief(np.zeros(3), np.eye(2), np.eye(3))


# --- creators, contracts, congestion


def test_the_threshold_at_four_angles_and_that_it_is_where_the_middle_stops_being_best():
    for degrees, threshold in ((30, 14.928), (45, 6.828), (60, 4.0), (90, 2.0)):
        assert genre_threshold(degrees) == pytest.approx(threshold, abs=5e-4)
        places = np.linspace(0, np.deg2rad(degrees), 2_001)
        for times, middle in ((0.99, True), (1.01, False)):
            exponent = times * threshold
            earns = np.cos(places) ** exponent + np.cos(places[-1] - places) ** exponent
            assert (earns.argmax() == 1_000) == middle
    with pytest.raises(ValueError, match="above 0 to 90"):
        genre_threshold(0)


def test_creators_share_two_viewers_and_pay_for_their_effort():
    core = CreatorsCore(2.0, creators=3, sessions=200, rng=np.random.default_rng(0))
    actions = np.random.default_rng(1).integers(0, 40, (200, 3))
    rewards, ended, _ = core.step(actions)
    effort = (actions % core.efforts + 0.5) / core.efforts * 2
    assert ended.all() and np.abs(rewards.sum(axis=1) - 2 + effort.sum(axis=1)).max() < 3 * 0.126
    assert core.values(np.array([0, 2, 4]), np.ones(3)) == pytest.approx(
        np.array([[1, 0], [0.5**0.5, 0.5**0.5], [0, 1]]), abs=1e-12
    )
    edges = np.zeros((1, 40))
    edges[0, [0, 39]] = 0.5
    assert core.specialised(edges) == 1.0 and core.specialised(np.eye(40)[[16]]) == 0.0
    with pytest.raises(ValueError, match="an exponent of 1 or more"):
        CreatorsCore(0.5, rng=np.random.default_rng(0))


@given(st.floats(0.2, 5), st.floats(0, 0.95), st.floats(-1, 2), st.floats(0, 3), st.floats(0, 3))
@settings(max_examples=50, deadline=None)
def test_the_best_share_is_where_a_search_finds_it(cost, rivalry, value, noise, risk):
    work = Work(cost, rivalry, value, noise, risk, habit=0.5)
    found = minimize_scalar(lambda share: -work.surplus(share), bracket=(-1.0, 1.0))
    assert work.best_share == pytest.approx(found.x, abs=1e-4)
    wish = minimize_scalar(lambda e: -_agents_side(work, 0.4, e), bracket=(-1.0, 1.0)).x
    assert work.efforts(0.4)[0] == pytest.approx(wish, abs=1e-4)


def _agents_side(work, share, first):
    """Pay less cost, the second effort as good as it can be for the agent."""
    d1 = first - work.habit
    d2 = -work.rivalry * d1
    return share * first - work.cost / 2 * (d1**2 + d2**2 + 2 * work.rivalry * d1 * d2)


def test_shares_that_are_known():
    assert best_share(risk=1, cost=1, noise=1) == 0.5
    assert best_share(risk=0, cost=3, noise=9) == 1.0
    assert Work(rivalry=0.999, value=1.0).best_share < 0.001
    assert Work(rivalry=0.5, value=3.0).best_share < 0
    with pytest.raises(ValueError, match="rivalry in"):
        Work(rivalry=1.0)


def three_players():
    """Resources h0 h1 h2 g0 g1 g2, and two sets for each of three players."""
    sets = [[(i, 3 + i), (3 + (i + 1) % 3, (i - 1) % 3, (i + 1) % 3)] for i in range(3)]
    return CongestionGame(np.tile(np.arange(1.0, 4.0), (6, 1)), sets)


def test_the_price_of_anarchy_of_three_players_is_five_halves():
    game = three_players()
    totals = {profile: game.total(profile) for profile in game.profiles()}
    assert totals[0, 0, 0] == min(totals.values()) == 6 and totals[1, 1, 1] == 15
    assert max(totals[p] for p in game.equilibria()) / min(totals.values()) == 2.5


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_the_potential_moves_as_the_mover_does_and_paths_end(seed, players, resources):
    rng = np.random.default_rng(seed)
    costs = rng.normal(size=(resources, players))
    sets = [
        [tuple(np.flatnonzero(rng.random(resources) < 0.6)) for _ in range(3)]
        for _ in range(players)
    ]
    game = CongestionGame(costs, sets)
    path = game.settle((0,) * players)
    assert path[-1] in game.equilibria()
    for before, after in pairwise(path):
        (mover,) = np.flatnonzero(np.array(before) != after)
        saved = game.cost(before, mover) - game.cost(after, mover)
        assert game.potential(before) - game.potential(after) == pytest.approx(saved) and saved > 0


def test_agents_that_chase_the_same_topic_leave_others_unserved():
    game = CongestionGame.chase(np.array([10.0, 3.0, 2.0]), agents=3)
    end = game.settle((1, 1, 1))[-1]
    assert sorted(end) == [0, 0, 0] and game.total(end) == -10
    assert min(map(game.total, game.profiles())) == -15


# --- agents, pay and the charter


def test_a_paid_agent_serves_what_it_is_paid_for():
    catalog = Catalog.sample(200, np.random.default_rng(0))
    clicks = np.random.default_rng(1).integers(0, 9, (500, 20)).astype(float)
    shares = clicks / clicks.sum(axis=1, keepdims=True)
    worth = worth_of_topics(clicks, shares @ catalog.mean_quality + 5, caution=1e-9)
    np.testing.assert_allclose(worth, catalog.mean_quality + 5, atol=1e-6)
    assert worth_of_topics(np.zeros((3, 4)), np.ones(3)) == pytest.approx(np.zeros(4))
    assert PaidAgent(catalog).worth == pytest.approx(np.full(20, 4.0))
    with pytest.raises(ValueError, match="worth needs 20 finite numbers"):
        PaidAgent(catalog, np.ones(3))


def trial():
    rng = np.random.default_rng(0)

    def arm(minutes, returned):
        back = rng.random(400) < returned
        watched = rng.normal(minutes, 20, 400)
        return Arm({"minutes": watched, "returned": back.astype(float)}, back * 5.0)

    return {"today": arm(100, 0.5), "bait": arm(160, 0.1), "care": arm(90, 0.8)}


def test_the_charter_admits_what_serves_the_goal_and_refuses_what_games_it():
    arms, charter = trial(), Charter(most=3.0)
    pay = AlignmentAgent().propose(arms["today"], spend=1.0)
    assert pay.rates["returned"] > 50 * abs(pay.rates["minutes"])
    assert charter.objection(pay, arms, "today") is None
    by_minutes = Pay({"minutes": 0.01})
    assert "pays 'bait' best" in charter.objection(by_minutes, arms, "today")
    assert charter.decide(by_minutes, pay, arms, "today") is pay
    assert charter.decide(pay, by_minutes, arms, "today") is pay
    assert "more than 3" in charter.objection(Pay({"returned": 9.0}), arms, "today")
    assert "not a finite" in charter.objection(Pay({"minutes": np.nan}), arms, "today")
    with pytest.raises(ValueError, match="no arm 'tomorrow'"):
        charter.objection(pay, arms, "tomorrow")


def test_whatever_an_alignment_agent_proposes_the_goal_of_today_is_kept():
    """The charter against a thousand pays: none that is admitted pays a worse arm best."""
    arms, charter = trial(), Charter(most=1e9)
    rng = np.random.default_rng(3)
    for rates in rng.normal(size=(1_000, 2)):
        pay = Pay({"minutes": rates[0] / 100, "returned": rates[1]})
        if charter.objection(pay, arms, "today") is None:
            dear = max(arms, key=lambda name: pay(arms[name].measures).mean())
            assert dear != "bait"


def test_weeks_end_for_good_and_all_is_counted_once():
    def played(seed):
        rng = np.random.default_rng(seed)
        world = Platform(effects=[Satisfaction(0.9), Likes()], rng=rng)
        return play_weeks(world, SingleAgent(RandomAgent(rng=rng), rng), viewers=20, weeks=4)

    weeks, again = played(0), played(0)
    np.testing.assert_array_equal(weeks.topics, again.topics)
    assert (np.diff(weeks.there.astype(int), axis=0) <= 0).all() and weeks.there[0].all()
    assert (
        not weeks.minutes[~weeks.there].any() and (weeks.clicks == weeks.topics.sum(axis=2)).all()
    )
    assert (
        weeks.minutes[0].max() <= 4 * weeks.clicks[0].max() and (weeks.likes <= weeks.clicks).all()
    )
    assert set(weeks.signals()) == {"minutes", "clicks", "likes", "returned"}
    assert set(weeks.signals(3)) == {"minutes", "clicks", "likes"}
    assert weeks.weeks_kept.max() <= 3
