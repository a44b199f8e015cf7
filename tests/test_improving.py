"""Lesson 31's library: the whole loop, what it may not touch, and what a person can take back."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents.improving import (
    Archive,
    Canary,
    Desk,
    Improver,
    LoopSettings,
    Patch,
    PatchError,
    PeekingCanary,
    PlantedPlatform,
    WordsJudge,
    repaired,
)
from mavrs_course.agents.improving.judges import ScarJudge
from mavrs_course.agents.improving.planted import GRAMMAR, HALF_LIVES, tracking_error
from mavrs_course.agents.improving.trial import GainEstimate
from mavrs_course.coordination.modes import modes
from mavrs_course.messages import Feedback, Opinion, Slate

SMALL = LoopSettings(pages=4_000, pairs=1_000, rate=0.99)


def improver(seed=0, mode="borda", how=SMALL, defects=4, **more):
    platform = PlantedPlatform(np.random.default_rng(seed), defects)
    way = modes()[mode]
    return Improver(
        platform,
        lambda team: way(team, rng=np.random.default_rng(1)),
        np.random.default_rng([seed, 1]),
        how,
        **more,
    )


any_patch = st.sampled_from([*GRAMMAR.slices(), ()]).flatmap(
    lambda where: st.sampled_from(GRAMMAR.proposals(where))
)


@settings(max_examples=25, deadline=None)
@given(st.lists(any_patch, max_size=8))
def test_no_patches_ever_show_what_is_not_allowed(patches):
    platform = PlantedPlatform(np.random.default_rng(3), 0)
    pages = platform.pages(200, np.random.default_rng(4))
    policy = platform.policy(patches, pages)
    assert (policy[~pages.allowed] == 0).all()
    assert np.allclose(policy.sum(axis=1), 1)
    lot = 0.2 / pages.allowed.sum(axis=1, keepdims=True)  # exploration can't be switched off
    assert (policy >= np.where(pages.allowed, lot - 1e-12, 0)).all()
    log = platform.show(patches, pages, np.random.default_rng(5))
    assert pages.allowed[np.arange(200), log.chosen].all()


@pytest.mark.parametrize(
    "forged",
    [
        Patch((), "allowed", 1.0),
        Patch((), "explored", 0.0),
        Patch((), "weight of taste", 1000.0),
        Patch((), "weight of taste", True),
        Patch((), "asked", "nobody"),
        Patch((("age", "child"),), "asked", "all"),
        Patch((("device", "tv"), ("device", "phone")), "asked", "all"),
    ],
)
def test_what_is_no_sentence_of_the_grammar_is_refused_by_everybody(forged, tmp_path):
    archive = Archive(GRAMMAR)
    for way in (GRAMMAR.check, lambda p: archive.write(p, "adopt", "a model wanted it")):
        with pytest.raises(PatchError):
            way(forged)
    with pytest.raises(PatchError):
        Archive(GRAMMAR, [forged])
    with pytest.raises(PatchError, match="no sentence"):
        GRAMMAR.read(str(forged))
    archive.write(GRAMMAR.proposals(())[0], "adopt", "fine")
    archive.lines[0].patch = forged  # somebody edits the file
    archive.save(tmp_path / "log.jsonl")
    with pytest.raises(PatchError, match="no archive"):
        Archive.load(tmp_path / "log.jsonl", GRAMMAR)
    assert archive.grammar is GRAMMAR and archive.opening == ()


@given(any_patch)
def test_a_patch_is_read_from_its_own_sentence(patch):
    assert GRAMMAR.read(f" {patch}\n") == patch


def test_settings_are_read_from_first_to_last():
    pages = np.array([[0, 0, 0], [2, 0, 0], [2, 2, 0]])
    some = [
        Patch((), "asked", "taste"),
        Patch((("device", "tv"),), "asked", "crowd"),
        Patch((("device", "tv"), ("hour", "evening")), "asked", "all"),
    ]
    values = GRAMMAR.parts["asked"]
    assert [values[n] for n in GRAMMAR.choices(some, pages)["asked"]] == ["taste", "crowd", "all"]
    assert GRAMMAR.choices(some, pages)["prompt"].tolist() == [0, 0, 0]
    assert len(GRAMMAR.slices()) == 11 + 16 + 12 + 12
    assert GRAMMAR.inside((), pages).all()


def test_the_archive_can_be_read_and_undone(tmp_path):
    archive = Archive(GRAMMAR, [Patch((), "asked", "crowd")])
    first, second = Patch((), "asked", "all"), Patch((("hour", "noon"),), "half-life", 1.0)
    archive.write(first, "adopt", "better.", {"gain": 0.25})
    archive.write(second, "worse", "worse.")
    archive.write(second, "adopt", "better after all.")
    assert archive.settings == (*archive.opening, first, second)
    assert archive.without(1) == (*archive.opening, second)
    archive.undo(1, "a person did not want it")
    assert archive.settings == (*archive.opening, second)
    assert str(archive.lines[0]) == (
        "#1 adopt: where everything: asked -> all (gain 0.25). better. "
        "[undone: a person did not want it]"
    )
    assert archive.failed(first) and archive.failed(second)
    for number, told in ((1, "undone"), (2, "worse"), (0, "lines 1 to 3"), (9, "lines 1 to 3")):
        with pytest.raises(PatchError, match=told):
            archive.undo(number, "again")
    archive.save(tmp_path / "log.jsonl")
    again = Archive.load(tmp_path / "log.jsonl", GRAMMAR)
    assert again.settings == archive.settings and list(map(str, again.lines)) == list(
        map(str, archive.lines)
    )
    text = (tmp_path / "log.jsonl").read_text()
    assert len(text.splitlines()) == 4
    rows = [json.loads(line) for line in text.splitlines()]
    for broken in ("", "{}\n", "[1]\n", text.replace('"number": 2', '"number": 7'), text[:-20]):
        (tmp_path / "log.jsonl").write_text(broken)
        with pytest.raises(PatchError, match="no archive"):
            Archive.load(tmp_path / "log.jsonl", GRAMMAR)
    assert rows[0]["opening"][0]["part"] == "asked"


def test_planted_defects_cost_minutes_and_share_no_page():
    for seed in range(5):
        platform = PlantedPlatform(np.random.default_rng(seed))
        kind = platform.sample.kind
        inside = np.stack([GRAMMAR.inside(d.where, kind) for d in platform.defects])
        assert inside.sum(axis=0).max() == 1 and len(platform.defects) == 5
        lost = [platform.gain((), platform.opening, d.where) for d in platform.defects]
        assert min(lost) > 0.03
        assert np.allclose(repaired(platform, ()), 1)
        assert np.allclose(repaired(platform, platform.opening), 0)
    assert PlantedPlatform(np.random.default_rng(0), 0).defects == ()
    with pytest.raises(ValueError, match="no room"):
        PlantedPlatform(np.random.default_rng(0), 40)


def test_the_healthy_half_life_is_kalmans():
    """With q / r = 0.01 the steady gain is 0.0951: a half-life of 6.93 pages."""
    errors = [tracking_error(half_life) for half_life in np.linspace(5, 9, 401)]
    assert np.linspace(5, 9, 401)[int(np.argmin(errors))] == pytest.approx(6.93, abs=0.011)
    assert min(errors) ** 2 == pytest.approx(9 * 0.09512492, rel=1e-6)  # posterior variance
    assert HALF_LIVES[0] == 7.0


def test_what_is_logged_is_what_the_policy_says():
    platform = PlantedPlatform(np.random.default_rng(1))
    pages = platform.pages(40_000, np.random.default_rng(2))
    log = platform.show(platform.opening, pages, np.random.default_rng(3))
    policy = platform.policy(platform.opening, pages)
    assert np.allclose(log.chance, policy[np.arange(len(pages)), log.chosen])
    truth = platform.worth(platform.opening, pages=pages)
    assert abs(log.minutes.mean() - truth) < 4 * log.minutes.std() / 200
    assert abs(log.explored.mean() - 0.2) < 0.01
    assert not log.minutes[~log.clicked].any() and log.minutes.max() <= 10
    other = platform.policy((), pages)[np.arange(len(pages)), log.chosen]
    weighed = other / log.chance * log.minutes
    unsure = weighed.std() / 200
    assert abs(weighed.mean() - platform.worth((), pages=pages)) < 4 * unsure


@pytest.mark.parametrize("mode", sorted(modes()))
def test_any_way_of_coordinating_decides_between_patches(mode):
    mechanic = improver(mode=mode)
    assert mechanic.round()
    assert not getattr(mechanic.coordinator, "failed_to_learn", {})
    for line in mechanic.archive.lines:
        GRAMMAR.check(line.patch)


def test_the_same_seed_writes_the_same_archive():
    logs = []
    for _ in range(2):
        mechanic = improver(seed=5)
        lines = [str(line) for _ in range(3) for line in mechanic.round()]
        logs.append(lines)
    assert logs[0] == logs[1] and logs[0]


def test_a_healthy_platform_is_left_alone_where_nothing_is_noticed():
    mechanic = improver(seed=2, how=replace(SMALL, rate=1e-9), defects=0)
    assert mechanic.round() == [] and mechanic.archive.settings == ()


def test_a_patch_that_went_bad_is_taken_back_by_the_next_log():
    mechanic = improver(seed=1, how=LoopSettings(pages=20_000, rate=1e-9), defects=0)
    mechanic.archive.write(Patch((), "asked", "crowd"), "adopt", "somebody was paid for it")
    mechanic.round()
    assert mechanic.archive.settings == ()
    assert "without it" in mechanic.archive.lines[0].undone


def test_a_model_that_raves_ranks_and_does_no_more():
    """It loves every bad patch and invents others: nothing that hurts is adopted by it."""

    def rave(sentences):
        return np.array([100.0 * ("crowd" in sentence) for sentence in sentences])

    mechanic = improver(seed=4, more=lambda desk: [WordsJudge(desk, rave)])
    for _ in range(3):
        mechanic.round()
    for line in mechanic.archive.lines:
        assert line.verdict != "adopt" or mechanic.truth[line.number] > 0
    desk = Desk()
    desk.put(Patch((), "asked", "crowd"), GainEstimate(0.1, 0.0, 5.0), 1.0)
    judge = WordsJudge(desk, lambda sentences: np.arange(len(sentences)))
    opinion = judge.opine(desk.request([0], 1))
    assert isinstance(opinion, Opinion) and opinion.scores.shape == (1, 1)


def test_scars_count_each_page_once():
    desk = Desk()
    for value in (0.0, 2.0):
        desk.put(Patch((), "weight of taste", value), GainEstimate(0.1, 0.0, 5.0), 1.0)
    judge = ScarJudge(desk)
    request = desk.request([0, 1], 2)
    told = Feedback(Slate(np.array([[0, 1]]), request=request), np.array([-1]), np.zeros(1))
    for _ in range(2):
        judge.learn(told)
    assert judge.opine(request).scores.tolist() == [[0.25, 0.25]]


def test_a_canary_stops_for_each_of_its_reasons():
    calm = np.zeros(100)
    kinds = {"adopt": calm + 3, "worse": calm - 3}
    for verdict, rewards in kinds.items():
        canary = Canary(4.0, 0.3, 0.05, 1e9, 1000)
        assert canary.watch(rewards, calm) == verdict and canary.gain == rewards[0]
    assert Canary(4.0, 0.3, 0.05, 29, 1000).watch(calm - 0.3, calm) == "cap"
    canary = Canary(4.0, 0.3, 0.05, 30, 150)
    assert canary.watch(calm, calm) is None and canary.watch(calm, calm) == "unclear"
    empty = Canary(4.0, 0.3, 0.05, 30, 150)
    assert empty.watch(calm[:0], calm[:0]) is None and empty.gain == 0.0
    for new, old in ((calm, calm[:5]), (np.full(3, np.nan), np.zeros(3))):
        with pytest.raises(ValueError, match="as many finite"):
            Canary(4.0, 0.3, 0.05, 30, 150).watch(new, old)
    with pytest.raises(ValueError, match="above 0"):
        Canary(0.0, 0.3, 0.05, 30, 150)


def test_the_cap_holds_in_expectation_however_bad_the_patch():
    """Optional stopping: the true loss is the counted loss on average, so at most cap + a batch."""
    rng = np.random.default_rng(0)
    for loss in (0.02, 0.3, 1.0):
        cost = []
        for _ in range(300):
            canary, verdict = Canary(1.0, 0.3, 0.05, 25.0, 2000), None
            while verdict is None:
                verdict = canary.watch(rng.normal(-loss, 1, 25), rng.normal(0, 1, 25))
            cost.append(loss * canary.n)
        assert np.mean(cost) < 25 + 25 * loss + 3 * np.sqrt(2 * 25)


def test_peeking_gives_more_false_verdicts_than_the_test_that_allows_it():
    rng = np.random.default_rng(1)
    wrong = {}
    for kind in (Canary, PeekingCanary):
        verdicts = []
        for _ in range(400):
            canary, verdict = kind(1.0, 0.3, 0.05, 1e9, 1000), None
            while verdict is None:
                verdict = canary.watch(rng.normal(size=20), rng.normal(size=20))
            verdicts.append(verdict != "unclear")
        wrong[kind] = np.mean(verdicts)
    assert wrong[Canary] <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)
    assert 0.25 < wrong[PeekingCanary] < 0.40  # exactly .3204 for 50 looks
