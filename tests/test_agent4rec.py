"""Generative viewers: traits by hand, decisions by likelihood, pages, checks, and the runner."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from typer.testing import CliRunner

from mavrs_course.cli import app
from mavrs_course.llm.agent4rec import bubble, causes, simulation, world
from mavrs_course.llm.agent4rec.discrimination import Counts, auc, discriminate
from mavrs_course.llm.agent4rec.instinct import feeling_odds, leaving_odds
from mavrs_course.llm.agent4rec.interview import check_facts, interview, template
from mavrs_course.llm.agent4rec.memory import EmotionalMemory, FactualMemory, Seen
from mavrs_course.llm.agent4rec.mind import (
    Calibration,
    calibrate,
    cross_fitted,
    features,
    likelihoods,
)
from mavrs_course.llm.agent4rec.people import PeopleError, chosen, sample_people
from mavrs_course.llm.agent4rec.taste import kind_in_words, plain_title, taste_in_words
from mavrs_course.llm.agent4rec.traits import conformity, mean_ratings, tiers, traits_of
from mavrs_course.llm.agent4rec.viewer import Person, Visit, pages_by, persons, rate, visit
from mavrs_course.llm.models.chat import ModelError
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.world.logs import Logs
from mavrs_course.world.platform import Platform

SILENT = ScriptedModel()


class Broken(ScriptedModel):
    """A model that cannot be asked."""

    def score(self, context, continuations):
        raise ModelError("gone")


class Parrot(ScriptedModel):
    """Finds likelier what it has just read."""

    def score(self, context, continuations):
        return np.array([5.0 * (text.strip(" ;") in context) - len(text) for text in continuations])


@pytest.fixture(scope="module")
def people():
    return simulation.lesson_people(simulation.PLATFORM, 12)


def logs_of(rows) -> Logs:
    events = pd.DataFrame(rows, columns=["viewer_id", "video_id", "rating"]).assign(time=0.0)
    videos = pd.DataFrame(
        {"video_id": [0, 1, 2], "title": ["A", "B", "C"], "genres": [("x",), ("x", "y"), ()]}
    )
    return Logs.from_events("toy", events, videos)


def test_traits_are_the_papers_by_hand():
    logs = logs_of([(0, 0, 5.0), (0, 2, 3.0), (1, 0, 3.0), (1, 1, 4.0)])
    traits = traits_of(logs)
    assert traits.activity.tolist() == [2, 2] and traits.diversity.tolist() == [1, 2]
    np.testing.assert_allclose(traits.conformity, [0.5, 0.5])  # ((5-4)^2 + 0) / 2
    np.testing.assert_allclose(mean_ratings(logs), [4.0, 4.0, 3.0])


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_traits_are_those_of_loops(seed):
    rng = np.random.default_rng(seed)
    cells = [(u, v) for u in range(6) for v in range(3) if rng.random() < 0.7]
    cells += [(u, 0) for u in range(6) if (u, 0) not in cells]
    logs = logs_of([(u, v, float(rng.integers(1, 6))) for u, v in cells])
    events = logs.events
    means = events.groupby("video")["rating"].mean()
    for viewer, own in events.groupby("viewer"):
        apart = [(r - means[v]) ** 2 for v, r in zip(own["video"], own["rating"], strict=True)]
        assert conformity(logs)[viewer] == pytest.approx(np.mean(apart))
        met = set().union(*(logs.genres[v] for v in own["video"]))
        assert traits_of(logs).diversity[viewer] == len(met)


def test_logs_without_ratings_have_nobody_who_strays():
    logs = logs_of([(0, 0, 5.0), (1, 1, 1.0)])
    plain = Logs("plain", logs.events.drop(columns="rating"), logs.videos, logs.viewer_ids)
    assert traits_of(plain).conformity.tolist() == [0.0, 0.0]


def test_tiers_are_thirds_or_where_they_are_cut():
    assert np.bincount(tiers(np.arange(9))).tolist() == [3, 3, 3]
    assert np.bincount(tiers(np.arange(100), (0.6, 0.9))).tolist() == [60, 30, 10]


def test_nobody_is_high_where_nothing_is_known_or_nobody_differs():
    assert tiers([0.0, 1.0, np.nan, 2.0]).tolist() == [0, 1, 1, 2]
    assert tiers([3.0, 3.0, np.nan]).tolist() == [1, 1, 1]
    assert tiers([np.nan, np.nan]).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Usual Suspects, The (1995)", "The Usual Suspects"),
        ("Postino, Il (1994)", "Il Postino"),
        ("Star Wars (1977)", "Star Wars"),
        ("Brazil (1985)", "Brazil"),
        ("Shanghai Triad (Yao a yao yao dao waipo qiao) (1995)", "Shanghai Triad"),
        ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey"),
        ("(1999)", "(1999)"),
        ("Me, Myself, and You", "Me, Myself, and You"),
    ],
)
def test_titles_as_people_say_them(title, plain):
    assert plain_title(title) == plain


def test_taste_is_told_by_template():
    told = taste_in_words(["drama", "war"], ["Glory"], {"activity": 2, "conformity": 0})
    assert told == (
        "She likes drama and war. Among her favourites are Glory. "
        "She watches all the time and rates as others do."
    )
    assert kind_in_words(("A", "B", "C", "D")) == "a, b, c" and kind_in_words(()) == "no kind"


def test_held_back_films_are_in_no_log_and_others_were_never_watched(people):
    watched = people.watched[people.viewers].toarray()
    assert not np.take_along_axis(watched, people.pools, axis=1).any()
    assert (people.own.sum(axis=1) == 10).all()
    assert np.isfinite(people.rated[people.own]).all() and np.isnan(people.rated[~people.own]).all()
    assert all(len(set(pool)) == len(pool) for pool in people.pools)


def test_the_first_people_are_the_same_however_many(people):
    fewer = simulation.lesson_people(simulation.PLATFORM, 5)
    np.testing.assert_array_equal(fewer.viewers, people.viewers[:5])
    np.testing.assert_array_equal(fewer.pools, people.pools[:5])
    whom = chosen(people, [3, 1])
    assert whom.viewers.tolist() == people.viewers[[3, 1]].tolist() and len(whom) == 2


def test_logs_that_are_too_small_say_so(people):
    with pytest.raises(PeopleError, match="ask for fewer than 5000"):
        sample_people(people.logs, np.random.default_rng(0), viewers=5000)


def test_favourites_are_her_best_rated_then_the_rarest(people):
    ratings = people.logs.matrix("rating")[[people.viewers[0]]].toarray()[0]
    films = people.favourites(0)
    keys = [(-ratings[f], people.popularity[f]) for f in films]
    assert keys == sorted(keys) and (ratings[films] > 0).all()


def test_without_a_model_a_rule_stands_in_and_says_so(people):
    minds = likelihoods(Broken(), people, [0, 1])
    assert minds.by_rule.all() and np.isfinite(minds.pmi).all()


def test_a_model_that_repeats_what_it_reads_prefers_her_kinds(people):
    minds = likelihoods(Parrot(), people)
    assert not minds.by_rule.any()
    liked = np.array([
        [people.kinds[f] in {people.kinds[g] for g in people.favourites(n)} for f in pool]
        for n, pool in enumerate(people.pools)
    ])  # fmt: skip
    np.testing.assert_array_equal(minds.pmi, 5.0 * liked)


def test_calibration_is_logistic_regression():
    rng = np.random.default_rng(1)
    x, own = rng.normal(size=(200, 2)), rng.random(200) < 0.2
    share = np.where(own, 0.5 / own.mean(), 0.5 / (1 - own.mean()))

    def loss(w):
        sign = np.where(own, 1, -1)
        return (share * np.logaddexp(0, -sign * (w[0] + x @ w[1:]))).sum() + (w[1:] ** 2).sum() / 2

    best = minimize(loss, np.zeros(3)).x
    fit = calibrate(x, own)
    np.testing.assert_allclose([fit.bias, *fit.weights], best, atol=1e-4)
    with pytest.raises(ValueError, match="own films and others"):
        calibrate(x, np.zeros(200, bool))


def test_nobody_is_judged_by_a_fit_that_has_seen_her():
    rng = np.random.default_rng(2)
    x, own = rng.normal(size=(10, 20, 1)), rng.random((10, 20)) < 0.3
    before = cross_fitted(x, own)
    turned = own.copy()
    turned[3] = ~own[3]
    np.testing.assert_array_equal(cross_fitted(x, turned)[3], before[3])
    assert not np.array_equal(cross_fitted(x, turned)[4], before[4])


@pytest.mark.parametrize("others", [1, 3, 9])
def test_ratios_are_as_asked_and_an_oracle_knows_everything(people, others):
    sure = np.where(people.own, 0.9, 0.1)
    found = discriminate(sure, people.own, others, np.random.default_rng(0))
    assert found.measures() == {"accuracy": 1.0, "precision": 1.0, "recall": 1.0, "F1": 1.0}
    assert (found.hits == 20 // (1 + others)).all() and (found.passes + found.hits == 20).all()
    with pytest.raises(ValueError, match="needs 10 own"):
        discriminate(sure, people.own & False, 1, np.random.default_rng(0))


def test_measures_by_hand_and_for_the_silent():
    one = Counts(*(np.array([n]) for n in (4, 1, 2, 3)))
    measures = one.measures()
    assert measures == pytest.approx({"accuracy": 0.7, "precision": 0.8, "recall": 4 / 6,
                                      "F1": 8 / 11})  # fmt: skip
    assert Counts(*(np.array([n]) for n in (0, 0, 2, 8))).measures()["F1"] == 0.0
    assert auc(np.array([[1.0, 1, 0]]), np.array([[True, False, False]])).tolist() == [0.75]


def test_ratings_stay_within_five_stars_and_conformists_follow():
    assert rate(np.array([3.4, 3.6, 4.9]), np.array([9.0, -9, 9]), 0.0).tolist() == [3, 4, 5]
    assert rate(np.array([3.0, 3.0]), np.array([9.0, -9.0]), 4.0).tolist() == [5, 1]


def person(**changes) -> Person:
    about = {
        "chance": np.array([1.0, 0.0, 1.0, 0.0]), "stars": np.array([5, 4, 1, 2]),
        "luck": np.full(4, 0.5), "genres": np.eye(4), "activity": 0, "diversity": 0,
    }  # fmt: skip
    return Person(**{**about, **changes})


class Never:
    def random(self):
        return 1.0


def test_an_evening_by_hand():
    done = visit(person(), [[0, 1], [2, 3]], Never())
    first, second = done.pages
    assert first.ratings == (5, None) and first.satisfaction == 0.5
    assert first.exit_chance == pytest.approx(1 / (1 + np.exp(3)))
    assert second.satisfaction == -0.25 and done.watched_share == 0.5 and done.liked == 1
    assert not done.tired_out and done.score == 4
    assert done.facts.recall(1) == Seen(0, 1) and done.facts.best() == Seen(0, 0, 5)


def test_boredom_and_emptiness():
    feelings = EmotionalMemory(activity=1, diversity=2)
    assert feelings.after_page([], 0.0) == -0.5
    assert feelings.after_page([5], 1.0) == 0.5
    assert feelings.fatigue == 0.5 and feelings.pages == 2


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_feelings_stay_in_bounds_and_more_stars_never_hurt(seed):
    rng = np.random.default_rng(seed)
    tiers_of = {"activity": int(rng.integers(3)), "diversity": int(rng.integers(3))}
    low, high = EmotionalMemory(**tiers_of), EmotionalMemory(**tiers_of)
    for _ in range(6):
        ratings, same = rng.integers(1, 5, rng.integers(1, 5)).tolist(), float(rng.random())
        low.after_page(ratings, same)
        high.after_page([r + 1 for r in ratings], same)
        assert -1.5 <= low.satisfaction <= high.satisfaction <= 1
        assert high.exit_chance <= low.exit_chance


def test_pages_follow_scores_and_ties_the_catalogue():
    pages = pages_by(np.array([1.0, 3, 3, 0, 2]), np.array([4, 2, 1, 0, 3]), 2)
    assert [page.tolist() for page in pages] == [[1, 2], [4, 0]]


def test_what_she_says_is_looked_up():
    titles = ["Alien", "Alien 3", "M*A*S*H", "Heat"]
    facts = FactualMemory([Seen(0, 0, 5), Seen(0, 1), Seen(1, 2, 2)])
    done = Visit([], facts)
    done.pages = visit(person(), [[0]], Never()).pages

    def said(text):
        return {s.said: s.true for s in check_facts(text, done, titles)}

    assert said("I loved Alien (5 stars), M*A*S*H (4 stars).") == {
        "Alien: 5 stars": True, "M*A*S*H: 4 stars": False,
    }  # fmt: skip
    assert said("Alien 3 was fine.") == {"watched Alien 3": False}
    assert said("Heat was fine, and so was the evening.") == {}
    assert said("I loved the films I skipped") == {"loved films that she skipped": False}
    assert said("I give it 9 out of 10") == {"satisfaction 9 of 10": done.score == 9}


def test_interviews_name_their_author_and_templates_are_true():
    done = visit(person(), [[0, 1], [2, 3]], Never())
    titles = ["Alien", "Jaws", "Heat", "Fargo"]
    spoken = interview(ScriptedModel(["Jaws (5 stars) was great"]), done, titles)
    assert spoken.by == "scripted" and [s.true for s in spoken.statements] == [False]
    written = interview(SILENT, done, titles)
    assert written.by == "template" and written.text == template(done, titles)
    assert written.statements and all(s.true for s in written.statements)
    assert str(written).startswith("4/10")


def test_instinct_is_a_difference_of_likelihoods():
    scores = {" satisfied": -2.0, " disappointed": -3.0}
    model = ScriptedModel(
        scores={**scores, " closes the site": -9.0, " looks at the next page": -4.0}
    )
    assert feeling_odds(model, [5, 4]) == 1.0 and leaving_odds(model, 0, 2, 5) == -5.0


def test_a_bubble_needs_a_recommender_that_learns(people):
    minds = likelihoods(Parrot(), people)
    played = persons(people, minds, Calibration(0.0, (0.0, 2.0, 0.0)))
    ease = simulation.recommender("ease")
    learning = bubble.play_rounds(people, played, ease, rounds=4, logs=bubble.newcomers(people))
    frozen = bubble.play_rounds(
        people, played, ease, rounds=4, learns=False, logs=bubble.newcomers(people)
    )
    np.testing.assert_array_equal(learning.shown[0], frozen.shown[0])
    assert (learning.shown[-1] != frozen.shown[-1]).any()
    for rounds in (learning, frozen):
        for n, pool in enumerate(people.pools):
            films = rounds.shown[:, n].ravel()
            assert len(set(films)) == len(films) and set(films) <= set(pool.tolist())
    shares = learning.top_share(people.genres)
    assert (shares >= 0.25).all() and (shares <= 1).all()
    assert bubble.newcomers(people)[people.viewers].sum(axis=1).tolist() == [8.0] * 12


def test_the_table_of_films_counts_what_was_seen(people):
    done = visit(person(genres=people.genres[:4]), [[0, 1], [2, 3]], Never())
    table, rows = causes.film_table(people, [done, done])
    assert rows.tolist() == [0, 2] and table.shape == (2, len(causes.VARIABLES))
    np.testing.assert_allclose(np.expm1(table[:, 2:4]), 2.0)
    assert table[:, 4].tolist() == [5.0, 1.0]


def test_generative_viewers_draw_as_they_are_told():
    catalog, interests = world.small_world(viewers=5, videos=20)
    drawn = world.as_interest(np.random.default_rng(0).random((5, 20)))
    assert np.sort(drawn, axis=1)[0] == pytest.approx((np.arange(20) + 0.5) / 10 - 1)
    platform = Platform(catalog, effects=[world.GenerativeViewers(drawn)],
                        rng=np.random.default_rng(0))  # fmt: skip
    platform.reset(5)
    platform.interest[:] = interests
    videos = platform.request.candidates
    np.testing.assert_allclose(
        platform.attraction(videos), np.take_along_axis(drawn, videos, axis=1) + 1
    )
    assert "of these kinds" in world.interests_in_words(interests[0])
    assert world.title_pmi(Parrot(), catalog, interests[:1]).shape == (1, 20)
    assert world.agreement([1, 2, 3], [1, 2, 3]) == 1 and world.agreement([1, 1], [1, 2]) == 0


@pytest.fixture()
def silent(monkeypatch):
    """No model anywhere, and no tape: a rule plays everybody."""
    monkeypatch.setattr(simulation, "lesson_model", lambda *a, **b: Broken())
    monkeypatch.setattr(simulation, "_MODELS", {})


def asked(**changes):
    return simulation.Simulation(**{"viewers": 4, "recommender": "random",
                                    "logs": simulation.PLATFORM, **changes})  # fmt: skip


def test_a_simulation_goes_on_where_it_was_and_writes_whole_files(silent, tmp_path):
    first = simulation.simulate(asked(viewers=2), tmp_path)
    played = []
    again = simulation.simulate(asked(), tmp_path, progress=played.append)
    assert again[:2] == first and len(played) == 2 and all(r["by_rule"] for r in again)
    assert not list(tmp_path.glob(".*")) and len(list(tmp_path.glob("viewer-*.json"))) == 4
    assert set(json.loads((tmp_path / "simulation.json").read_text())) >= {"fingerprint", "seed"}
    with pytest.raises(simulation.SimulationError, match="another simulation"):
        simulation.simulate(asked(seed=1), tmp_path)
    with pytest.raises(simulation.SimulationError, match="no recommender 'best'"):
        simulation.simulate(asked(recommender="best"), tmp_path / "other")


def test_workers_change_nothing(tmp_path):
    alone = simulation.simulate(asked(), tmp_path / "one")
    both = simulation.simulate(asked(), tmp_path / "two", workers=2)
    assert alone == both


@pytest.mark.parametrize("name", ["popularity", "itemknn", "ease", "mf", "lightgcn", "multvae"])
def test_every_recommender_scores_everything(people, name):
    scores = simulation.recommender(name)(people.watched, people.viewers[:3])
    assert scores.shape == (3, people.logs.n_videos) and np.isfinite(scores).all()


def test_the_command_says_what_came_of_it(silent, tmp_path):
    wanted = ["simulate", "--viewers", "2", "--logs", "platform", "--recommender", "random"]
    result = CliRunner().invoke(app, [*wanted, "--out", str(tmp_path / "out")])
    assert result.exit_code == 0 and "2 viewers of platform, pages by random" in result.output
    assert "played by a rule" in result.output
    wrong = CliRunner().invoke(app, [*wanted[:-1], "nonsense", "--out", str(tmp_path / "no")])
    assert wrong.exit_code == 1


def test_what_a_viewer_goes_by_is_stretched_in_each_pool(people):
    x = features(people, likelihoods(Parrot(), people))
    np.testing.assert_allclose(x.mean(axis=1), 0.0, atol=1e-9)
    deviations = x.std(axis=1)
    assert np.all(np.isclose(deviations, 1.0) | np.isclose(deviations, 0.0))
