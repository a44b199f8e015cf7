"""Across platforms: outside truths first, then what the world, the maps and the agent promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from real_data import real_data
from scipy.linalg import orthogonal_procrustes

from mavrs_course.agents import portable
from mavrs_course.agents.newcomers import TastePrior, learn_prior
from mavrs_course.agents.portable import ORDERS, WHOLE_ORDERS
from mavrs_course.messages import Request
from mavrs_course.metrics import ndcg, top_k
from mavrs_course.world import TwoPlatforms, watched
from mavrs_course.world.logs.readers import read_movielens_100k
from mavrs_course.world.offer import PlatformError
from mavrs_course.world.two_platforms import AWAY_TOPICS, COMMON, MEANING

DELTA = 1e-5
SEEDS = some.integers(0, 2**32 - 1)


def bowl(curvature, centre):
    return lambda x: curvature * (x - centre)


# --- truths from outside --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "settles"), [(1, 0.8), (5, 0.6925023), (20, 0.5323523), (1000, 0.5)]
)
def test_fed_avg_settles_where_the_algebra_says_and_scaffold_at_the_best_point(local, settles):
    curvature, centre = np.array([1.0, 4.0]), np.array([0.0, 1.0])
    assert portable.fed_avg_fixed_point(curvature, centre, 0.1, local) == pytest.approx(
        settles, abs=5e-8
    )
    clients, how = [bowl(1.0, 0.0), bowl(4.0, 1.0)], dict(rate=0.1, local=local)
    averaged = portable.fed_avg(clients, np.zeros(1), rounds=4 + 400 // local, **how)[-1]
    assert averaged == pytest.approx(settles, abs=5e-8)
    if local <= 20:  # more local steps make its rounds smaller
        corrected = portable.scaffold(clients, np.zeros(1), rounds=2_000 // local, **how)[-1]
        assert corrected == pytest.approx(0.8, abs=1e-9)


def test_one_noise_has_four_epsilons():
    assert portable.gaussian_epsilon(1.0, DELTA) == pytest.approx(4.377178100, abs=1e-8)
    by_renyi = portable.rdp_epsilon(ORDERS, portable.gaussian_rdp(ORDERS, 1.0), DELTA)
    assert by_renyi == pytest.approx(4.728507, abs=5e-7)
    assert portable.zcdp_epsilon(1.0, DELTA) == pytest.approx(5.298526, abs=5e-7)
    hundred = 100 * portable.gaussian_rdp(ORDERS, 10.0)  # 100 rounds of noise 10 are the same
    assert portable.rdp_epsilon(ORDERS, hundred, DELTA) == pytest.approx(by_renyi, abs=1e-12)


@pytest.mark.parametrize(
    ("epsilon", "exact", "classical"), [(1.0, 3.7306316, 4.8448), (0.5, 7.0318, 9.6896)]
)
def test_the_noise_that_a_promise_needs(epsilon, exact, classical):
    sigma = portable.gaussian_sigma(epsilon, DELTA)
    assert sigma == pytest.approx(exact, abs=5e-5)
    assert portable.classical_sigma(epsilon, DELTA) == pytest.approx(classical, abs=5e-5)
    assert portable.gaussian_epsilon(sigma, DELTA) == pytest.approx(epsilon, abs=1e-9)


def test_subsampling_equals_the_list_of_dp_accounting():
    """dp_accounting's own test: rate .01, noise 2.5, 50 steps."""
    rdp = 50 * portable.subsampled_rdp([5, 50, 100], 2.5, 0.01)
    assert rdp == pytest.approx([2.18075656e-3, 2.38460375e-2, 167.416308], rel=5e-9)


def test_abadi_and_the_mnist_tutorial():
    abadi = 10_000 * portable.subsampled_rdp(WHOLE_ORDERS, 4.0, 0.01)
    assert portable.rdp_epsilon(WHOLE_ORDERS, abadi, DELTA, tight=False) == pytest.approx(
        1.258575, abs=5e-7
    )  # the paper prints 1.26
    assert portable.rdp_epsilon(WHOLE_ORDERS, abadi, DELTA) == pytest.approx(1.03549, abs=5e-6)
    mnist = 14_062 * portable.subsampled_rdp(WHOLE_ORDERS, 1.1, 256 / 60_000)
    for tight, published in ((False, 3.0091), (True, 2.5970)):
        found = portable.rdp_epsilon(WHOLE_ORDERS, mnist, DELTA, tight=tight)
        assert found == pytest.approx(published, abs=5e-5)
    calibrated = portable.gaussian_rdp(ORDERS, 4.530877117)
    assert portable.rdp_epsilon(ORDERS, calibrated, 1e-6) == pytest.approx(1.0, abs=1e-6)


def test_what_flower_computes():
    """flwr 1.42.0, run once beside the course: aggregate([1, 2] of 1, [4, 8] of 3), quantize."""
    mean = portable.weighted_mean(np.array([[1.0, 2.0], [4.0, 8.0]]), np.array([1, 3]))
    assert mean.tolist() == [3.25, 6.5]
    back = portable.restored(portable.quantised(np.array([0.1]), limit=8.0, levels=2**20))
    assert back == pytest.approx([0.1000061], abs=5e-8)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_procrustes_is_scipys_and_turns_back_exactly(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((2, 12, 4))
    turn = portable.procrustes(x, y)
    assert turn == pytest.approx(orthogonal_procrustes(x, y)[0], abs=1e-9)
    assert ((x @ turn - y) ** 2).sum() == pytest.approx(portable.procrustes_residual(x, y))
    assert portable.procrustes(x, x @ turn) == pytest.approx(turn, abs=1e-12)


@given(SEEDS, some.floats(0, 10))
@settings(max_examples=20, deadline=None)
def test_on_isotropic_embeddings_ridge_is_a_shrunk_turn(seed, ridge):
    rng = np.random.default_rng(seed)
    x = np.linalg.qr(rng.standard_normal((12, 3)))[0]  # x'x = 1
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    assert portable.ridge_map(x, x @ turn, ridge) == pytest.approx(turn / (1 + ridge), abs=1e-12)
    assert portable.procrustes(x, x @ turn) == pytest.approx(turn, abs=1e-9)


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_two_gradients_reveal_a_rating(seed):
    rng = np.random.default_rng(seed)
    viewer, before, step = rng.standard_normal((3, 6))
    rating = float(rng.integers(1, 6))

    def sent(video):
        return (viewer @ video - rating) * viewer

    after = before + step * np.sign(step @ viewer)
    read = portable.read_from_gradients(sent(before), sent(after), before, after)
    sure = abs((viewer @ before - rating) / (viewer @ (after - before)))  # conditioning
    assert read.rating == pytest.approx(rating, abs=1e-12 * (1 + sure) ** 2 * 100)
    assert read.viewer == pytest.approx(viewer, abs=1e-12 * (1 + sure) ** 2 * 100)


def test_a_gradient_of_a_perfect_guess_tells_nothing():
    with pytest.raises(ValueError, match="none of one viewer"):
        portable.read_from_gradients(np.zeros(2), np.zeros(2), np.ones(2), np.ones(2))


# --- masks and the private map --------------------------------------------------------------------


@given(SEEDS, some.integers(1, 6), some.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_masks_cancel_in_the_sum_and_hide_each_part(seed, clients, size):
    rng = np.random.default_rng(seed)
    values = rng.uniform(-2, 2, (clients, size))
    whole = portable.quantised(values)
    secrets = portable.pairwise_secrets(clients, rng)
    sent = np.stack([portable.masked(whole[u], u, secrets) for u in range(clients)])
    total = sent.sum(axis=0, dtype=np.uint32)
    assert np.array_equal(total, whole.sum(axis=0, dtype=np.uint32))
    restored = portable.restored(total, clients)
    assert restored == pytest.approx(values.sum(axis=0), abs=clients * 8 / 2**20 + 1e-9)
    assert clients == 1 or not np.array_equal(sent[0], whole[0])


def test_a_masked_number_is_uniform():
    sent = [
        portable.masked(np.zeros(1, np.uint32), 0, np.array([[0, secret], [secret, 0]]))[0]
        for secret in range(4_000)
    ]
    counts = np.bincount(np.array(sent) >> 28, minlength=16)
    assert abs(counts - 250).max() < 5 * np.sqrt(250)


def test_the_federated_map_is_the_ridge_map_without_clipping_and_noise():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((200, 3))
    y = x @ rng.standard_normal((3, 2)) + 0.1 * rng.standard_normal((200, 2))
    learned = portable.federated_map(x, y, rounds=300, rate=0.3, clip=1e9, rng=rng)
    assert learned == pytest.approx(portable.ridge_map(x, y, 0.0), abs=1e-9)


@given(SEEDS, some.integers(1, 6))
@settings(max_examples=20, deadline=None)
def test_a_round_of_the_federated_map_is_one_of_steps_on_each_phone(seed, local):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    x[1] = 0.0  # a phone without anything to say
    learned = portable.federated_map(x, y, rounds=1, local=local, rate=0.2, clip=0.3, rng=rng)
    changes = []
    for own, wanted in zip(x, y, strict=True):
        here = np.zeros((3, 2))
        for _ in range(local):
            here = here - 0.2 * np.outer(own, own @ here - wanted)
        changes.append(portable.clipped(here, 0.3))
    assert learned == pytest.approx(np.mean(changes, axis=0), abs=1e-12)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_one_phone_moves_a_sum_by_no_more_than_clip(seed):
    rng = np.random.default_rng(seed)
    x, y = 100 * rng.standard_normal((2, 5, 3))
    maps = [
        5 * portable.federated_map(x, other, rounds=1, clip=0.5, rng=np.random.default_rng(1))
        for other in (y, np.vstack([rng.standard_normal((1, 3)), y[1:]]))
    ]
    assert np.linalg.norm(maps[0] - maps[1]) <= 2 * 0.5 + 1e-9  # one put in another's place
    assert np.linalg.norm(portable.clipped(x, 0.5)) <= 0.5 + 1e-12


def test_the_best_attack_is_as_good_as_the_formula_says():
    rng = np.random.default_rng(0)
    without, with_one = rng.standard_normal((2, 40_000)) * 2.0
    won = (with_one + 1.0 > without).mean()
    assert won == pytest.approx(portable.best_attack(2.0), abs=4 * 0.5 / 200)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: portable.gaussian_delta(1.0, 0.0),
        lambda: portable.gaussian_epsilon(1.0, 1.0),
        lambda: portable.gaussian_sigma(-1.0, DELTA),
        lambda: portable.subsampled_rdp([2.5], 1.0, 0.1),
        lambda: portable.procrustes(np.zeros((3, 2)), np.zeros((3, 4))),
        lambda: portable.ridge_map(np.zeros((0, 2)), np.zeros((0, 2))),
        lambda: portable.ridge_map(np.full((2, 2), np.nan), np.zeros((2, 2))),
        lambda: portable.ridge_map(np.ones((2, 2)), np.ones((2, 2)), -1.0),
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r".{20}"):
        wrong()


# --- the two platforms and the agent --------------------------------------------------------------


def test_both_platforms_have_the_published_tastes_and_ten_topics_in_common():
    world = TwoPlatforms(rng=np.random.default_rng(0))
    world.reset(20_000)
    for side in (world.home, world.away):
        deciles = np.histogram(side.interest, bins=10, range=(-1, 1))[0] / side.interest.size
        assert deciles == pytest.approx(np.full(10, 0.1), abs=0.01)
    assert len(MEANING) == 30
    names = [(world.home.catalog.topics[a], world.away.catalog.topics[b]) for a, b in world.same]
    assert names == [(name, name) for name in COMMON]
    assert len(set(AWAY_TOPICS)) == 20


@pytest.mark.parametrize("likeness", [-1.0, 0.0, 0.5, 1.0])
def test_likeness_is_the_correlation_of_tastes(likeness):
    world = TwoPlatforms(likeness, rng=np.random.default_rng(1))
    world.reset(20_000)
    here, there = world.same[3]
    found = np.corrcoef(world.home.interest[:, here], world.away.interest[:, there])[0, 1]
    uniform = 6 / np.pi * np.arcsin(likeness / 2)  # of normals made uniform
    assert found == pytest.approx(uniform, abs=0.02)
    with pytest.raises(PlatformError, match="from -1 to 1"):
        TwoPlatforms(1.5, rng=np.random.default_rng(0))


def test_the_same_seed_gives_the_same_logs_and_every_page_counts():
    def logs(seed):
        world = TwoPlatforms(rng=np.random.default_rng(seed))
        world.reset(30)
        return [watched(side, 15, np.random.default_rng(2)) for side in (world.home, world.away)]

    for one, again in zip(logs(3), logs(3), strict=True):
        assert np.array_equal(one, again)
        shown, clicked = one
        assert (clicked <= shown).all()
        assert shown.sum() > 0


def some_agent(seed=0, viewers=300):
    world = TwoPlatforms(rng=np.random.default_rng(seed))
    world.reset(viewers)
    shown, clicked = watched(world.away, 15, np.random.default_rng(seed))
    agent = portable.CarriedAgent(world.away.catalog, spread=0.0)
    agent.meet(world.away.viewers)
    agent.shown[:], agent.clicked[:] = shown, clicked
    return world, agent


def test_nothing_carried_is_the_newcomers_agent_and_a_true_start_narrows_the_prior():
    world, agent = some_agent()
    plain = learn_prior(TastePrior.of_content(np.eye(20)), agent.shown, agent.clicked)
    assert agent.learn_from_viewers().covariance == pytest.approx(plain.covariance)
    _, informed = some_agent()
    informed.carry(world.away.viewers, 0.15 * world.away.interest)
    assert np.trace(informed.learn_from_viewers().covariance) < 0.7 * np.trace(plain.covariance)


def test_a_profile_that_lies_moves_a_taste_by_no_more_than_most():
    world, agent = some_agent(viewers=4)
    agent.carry(np.array([1]), np.full((1, 20), 1e9))
    assert agent.start[1] == pytest.approx(np.full(20, portable.CarriedAgent(
        world.away.catalog).most))  # fmt: skip
    opinion = agent.opine(Request(np.array([1, 7]), np.tile(np.arange(10), (2, 1)), 3))
    assert np.isfinite(opinion.scores).all()
    for start in (np.full((1, 20), np.nan), np.zeros((2, 20)), np.zeros((1, 3))):
        with pytest.raises(ValueError, match="a finite number for each of 20 topics"):
            agent.carry(np.array([1]), start)


def test_reasons_say_what_was_brought_along_until_something_was_shown():
    world, agent = some_agent(viewers=3)
    new = int(world.away.viewers[-1]) + 1
    start = np.full((1, 20), -0.1)
    start[0, int(world.away.catalog.topic[0])] = 0.2
    agent.carry(np.array([new]), start)
    (reason,) = agent.opine(Request(np.array([new]), np.arange(10)[None], 3)).reasons
    assert reason.endswith("what you brought along speaks for it.")


def test_words_name_topics_and_read_by_names_alone_they_say_what_they_say():
    deviation = np.array([[0.3, -0.2, 0.1, 0.0], [0.0, 0.0, 0.0, 0.0]])
    liked, avoided = portable.favourites(deviation, 1)
    assert (liked[:, 0].tolist(), avoided[:, 0].tolist()) == ([0, 0], [1, 3])
    assert portable.in_words(liked[0], avoided[0], tuple("abcd")) == "Likes a; avoids b."
    assert portable.by_words(liked, avoided, np.eye(4))[0].tolist() == [1, -1, 0, 0]
    assert portable.fitted(np.zeros((2, 2)), np.ones((2, 2))) == 0.0
    assert portable.fitted(np.ones((2, 2)), 3 * np.ones((2, 2))) == 3.0


def test_on_movielens_a_mapped_embedding_beats_the_most_popular():
    """Films of even and of odd number are two platforms; a fifth of the viewers is new on one."""
    events = read_movielens_100k(real_data("ml-100k")).events
    seen = np.zeros((events["viewer"].max() + 1, events["video"].max() + 1))
    seen[events["viewer"], events["video"]] = 1.0
    home, away = seen[:, ::2], seen[:, 1::2]
    new = np.random.default_rng(32).permutation(len(seen)) < len(seen) // 5
    centred = away[~new] - away[~new].mean(axis=0)
    here, _ = portable.embeddings(home - home[~new].mean(axis=0), 20)
    there, directions = portable.embeddings(centred, 20)
    mapping = portable.ridge_map(here[~new], there, 10.0)
    popular = np.broadcast_to(away[~new].sum(axis=0), away[new].shape)
    scores = here[new] @ mapping @ directions + away[~new].mean(axis=0)
    found = [np.nanmean(ndcg(top_k(s, 10), away[new], 10)) for s in (popular, scores)]
    assert found[1] > found[0] + 0.05
