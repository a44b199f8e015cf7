"""Predictions by a proper rule, ablations as entries, a peer's world within limits, a rubric."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mavrs_course.agents import InterestAgent
from mavrs_course.arena import challenge as challenges
from mavrs_course.arena import defence
from mavrs_course.arena.challenge import Challenge, ChallengeError, challenge_world, read_challenge
from mavrs_course.arena.entry import BadEntryError, read_entry
from mavrs_course.arena.playing import PLANNER, RANDOM, ArenaSettings, play_in
from mavrs_course.arena.rubric import Marks, RubricError, grade, read_marks, read_rubric
from mavrs_course.coordination import AverageOfAgents, SingleAgent, modes
from mavrs_course.messages import Request
from mavrs_course.world import Platform

SMALL = ArenaSettings(viewers=8, pages=8, sandbox=False)
ENTRY = """
AGENTS = ("interest", "novelty")
from mavrs_course.agents import InterestAgent, NoveltyAgent
from mavrs_course.coordination import AverageOfAgents


def build(world, rng):
    own = [InterestAgent(world.catalog), NoveltyAgent(world.catalog)]
    return AverageOfAgents(own, {"novelty": 5.0}, rng=rng)
"""


# Predictions.


def test_interval_score_by_hand():
    told = defence.interval_score(
        [0.2, 0.2, 0.2, np.nan], [0.5, 0.5, 0.5, 0.4], [0.4, 0.6, -0.1, 2]
    )
    assert told == pytest.approx([0.3, 1.3, 3.3, 11.0])
    assert np.isnan(defence.interval_score(0.1, 0.2, np.nan))


@settings(max_examples=30, deadline=None)
@given(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4), st.floats(0.5, 0.95))
def test_nothing_beats_saying_what_one_believes(move_low, move_high, sure):
    """For a normal belief the expected score is least at its own two quantiles."""
    truth = stats.norm.ppf((np.arange(4_000) + 0.5) / 4_000, 0.3, 0.2)
    low, high = stats.norm.ppf([(1 - sure) / 2, (1 + sure) / 2], 0.3, 0.2)
    honest = defence.interval_score(low, high, truth, sure).mean()
    other = defence.interval_score(low + move_low, high + move_high, truth, sure).mean()
    assert other >= honest - 1e-3


def test_foresight_is_measured_against_saying_nothing():
    measured = {"plain": 0.5, "drift": 0.2}
    silent = defence.foresight({}, measured)
    assert silent.skill == 0 and silent.points == 0 and silent.inside == 0
    sharp = defence.foresight({"plain": (0.5, 0.5), "drift": (0.2, 0.2)}, measured)
    assert sharp.skill == 1 and sharp.points == defence.BEST and sharp.inside == 2
    wrong = defence.foresight({"plain": (0.9, 1.0)}, measured)
    assert wrong.scores["plain"] == pytest.approx(4.1) and wrong.skill < 0
    worst = defence.foresight({}, {"plain": -7.0})
    assert worst.scores["plain"] == pytest.approx(1 + 10)


def test_foresight_says_what_is_wrong():
    with pytest.raises(ValueError, match="'dirft' was predicted; measured were drift"):
        defence.foresight({"dirft": (0, 1)}, {"drift": 0.1})
    with pytest.raises(ValueError, match="nothing was measured"):
        defence.foresight({}, {})


# Ablations.


@pytest.fixture
def platform():
    world = Platform(rng=np.random.default_rng(0))
    world.reset(4)
    return world


def test_a_silent_agent_has_no_say(platform):
    who = [InterestAgent(platform.catalog), SimpleNamespace(name="loud")]
    team = defence.without(AverageOfAgents(who), "loud")
    slate = team.recommend(platform.request)
    alone = AverageOfAgents([InterestAgent(platform.catalog)]).recommend(platform.request)
    assert (slate.videos == alone.videos).all()


@pytest.mark.parametrize("name", ["mean", "borda", "pooled-market", "best-single"])
def test_an_agent_can_be_left_out_of_the_courses_ways(platform, name):
    if name not in modes():
        pytest.skip(f"there is no way {name}")

    class Loud:
        name = "loud"

        def opine(self, request: Request):
            raise AssertionError("it was asked")

        learn = opine

    made = modes()[name]([InterestAgent(platform.catalog), Loud()], rng=np.random.default_rng(0))
    made = defence.without(made, "loud")
    made.learn(platform.show(made.recommend(platform.request)))
    assert [agent.name for agent in made.agents] == ["interest", "loud"]


def test_leaving_out_who_is_not_there_changes_nothing(platform):
    made = SingleAgent(InterestAgent(platform.catalog))
    before = made.agents
    assert defence.without(made, "memory").agents == before
    with pytest.raises(TypeError, match="keeps no agents"):
        defence.without(SimpleNamespace(), "memory")


@pytest.mark.parametrize("as_folder", [False, True])
def test_an_ablation_is_an_entry(tmp_path, as_folder):
    path = tmp_path / "mine" / "__init__.py" if as_folder else tmp_path / "mine.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(ENTRY, encoding="utf-8")
    entry = read_entry(path.parent if as_folder else path)
    assert defence.agents_of(entry) == ("interest", "novelty")
    less = defence.ablated(entry, "novelty", tmp_path / "ablations")
    assert less.name == "mine without novelty" and less.digest != entry.digest
    world = challenge_world(_challenge(), "salt", 0)
    whole, part = (play_in(world, who, SMALL) for who in (entry, less))
    assert not whole.problem and not part.problem
    assert whole.slates != part.slates


def test_an_entry_that_names_no_agents_is_told_how(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("def build(world, rng): ...", encoding="utf-8")
    with pytest.raises(BadEntryError, match=r"write AGENTS = \('reasoning', ...\)"):
        defence.agents_of(read_entry(path))


# A peer's world.


def _challenge(**choice) -> Challenge:
    return Challenge(name="x", by="Ada", aims_at="trust", **choice)


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"boredom": 1.2}, "boredom"),
        ({"bait_share": -0.1}, "bait_share"),
        ({"drift_per_day": float("nan")}, "drift_per_day"),
        ({"seed": 7}, "seed"),
        ({"liars": 2, "deaths": 2}, "liars and deaths"),
        ({"liars": 1.5}, "liars"),
        ({"slots": 9}, "slots"),
    ],
)
def test_a_challenge_keeps_its_limits(tmp_path, choice, told):
    path = tmp_path / "world.yml"
    path.write_text(yaml.safe_dump({"name": "x", "by": "A", "aims_at": "y"} | choice))
    with pytest.raises(ChallengeError, match=told) as caught:
        read_challenge(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "- 1", "name: [", "name: x", "!!python/object/apply:os.system ['true']", "\x00"]
)
def test_what_is_no_challenge_is_one_line(tmp_path, text):
    path = tmp_path / "world.yml"
    path.write_text(text)
    with pytest.raises(ChallengeError) as caught:
        read_challenge(path)
    assert "\n" not in str(caught.value) and "world.yml" in str(caught.value)
    with pytest.raises(ChallengeError, match="No such file"):
        read_challenge(tmp_path / "nowhere.yml")


def test_the_worlds_of_a_challenge_follow_from_the_salt():
    asked = _challenge(boredom=0.5, liars=1, deaths=1)
    one, same, other = (
        play_in(challenge_world(asked, salt, 0), RANDOM, SMALL) for salt in ("a", "a", "b")
    )
    assert one == same and one.earned != other.earned
    assert challenge_world(asked, "a", 0).team.liars == (0,)
    assert list(challenge_world(asked, "a", 0).team.deaths) == [1]
    assert challenge_world(_challenge(), "a", 0).team is None


def test_a_challenge_is_judged_against_the_planner():
    settings = ArenaSettings(viewers=20, pages=60, sandbox=False)
    best = challenges.play_challenge(_challenge(), PLANNER, "s", rounds=5, settings=settings)
    assert best.fair and not best.broken and best.gaps == (1.0,) * 5
    none = challenges.play_challenge(_challenge(), RANDOM, "s", rounds=5, settings=settings)
    assert none.fair and none.broken and none.gap == (0.0, 0.0, 0.0)
    assert str(none).startswith("broken: the planner leads")


def test_a_world_where_nobody_does_well_is_not_fair():
    told = challenges.ChallengeResult(_challenge(), (0.3, 0.1, 0.5), (-0.5, -0.6, -0.4), (-0.5,))
    assert not told.fair and not told.broken and str(told).startswith("not fair")


# The rubric.


def _marks(rubric, by="Ada", **points) -> Marks:
    given = dict.fromkeys(rubric.ids, 1) | points
    return Marks(entry="mine", by=by, points=given)


def test_the_courses_rubric_can_be_read():
    rubric = read_rubric()
    assert rubric.most == 2 * len(rubric.criteria)
    assert all(len(set(criterion.levels.values())) == 3 for criterion in rubric.criteria)


def test_people_are_averaged_and_their_differences_named():
    rubric = read_rubric()
    both = [_marks(rubric, design=0), _marks(rubric, "Bo", design=2, told=2)]
    told = grade(rubric, both, {"arena": (7, 16), "predictions": (-0.5, 3)})
    assert told.parts["rubric"] == (len(rubric.ids) + 0.5, rubric.most)
    assert told.points == 7 - 0.5 + len(rubric.ids) + 0.5
    assert told.apart == ("design",)
    assert "talk about design" in str(told)


def test_marks_are_refused_in_one_line(tmp_path):
    rubric, path = read_rubric(), tmp_path / "marks.yml"
    fine = _marks(rubric).model_dump()

    def refused(what, **changes):
        path.write_text(yaml.safe_dump(fine | changes))
        with pytest.raises(RubricError, match=what) as caught:
            read_marks(path, rubric)
        assert "\n" not in str(caught.value)

    path.write_text(yaml.safe_dump(fine))
    assert read_marks(path, rubric).points == fine["points"]
    refused("points are 0, 1 or 2, not True", points=fine["points"] | {"design": True})
    refused("points.design", points=fine["points"] | {"design": 3})
    refused("points are 0, 1 or 2, not 1.5", points=fine["points"] | {"design": 1.5})
    refused("points has 'beauty'; the criteria are", points=fine["points"] | {"beauty": 1})
    refused("there are no points for", points={"design": 1})
    refused("mark", mark=2)
    with pytest.raises(RubricError, match="Ada has marked this entry twice"):
        grade(rubric, [_marks(rubric), _marks(rubric)], {})
    with pytest.raises(RubricError, match="nobody has marked"):
        grade(rubric, [], {})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: r["criteria"].append(dict(r["criteria"][0])), "there twice"),
        (lambda r: r["criteria"][0]["levels"].pop(1), "needs levels 0, 1 and 2"),
        (lambda r: r.update(criteria=[]), "criteria"),
        (lambda r: r["criteria"][0].update(id="Two words"), "criteria.0.id"),
        (lambda r: r.update(pass_mark=1), "pass_mark"),
    ],
)
def test_a_rubric_with_a_fault_says_where(tmp_path, change, told):
    rubric = yaml.safe_load(Path("docs/rubric.yml").read_text(encoding="utf-8"))
    change(rubric)
    path = tmp_path / "rubric.yml"
    path.write_text(yaml.safe_dump(rubric))
    with pytest.raises(RubricError, match=told):
        read_rubric(path)
