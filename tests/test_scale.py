"""Lesson 24's arithmetic against what others published, and against its own definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course import engine

# The measurements of github.com/codahale/usl (Apache 2.0), model_test.go: 1 to 32 at once.
CISCO = [955.16, 1878.91, 2688.01, 3548.68, 4315.54, 5130.43, 5931.37, 6531.08, 7219.8, 7867.61,
         8278.71, 8646.7, 9047.84, 9426.55, 9645.37, 9897.24, 10097.6, 10240.5, 10532.39, 10798.52,
         11151.43, 11518.63, 11806, 12089.37, 12075.41, 12177.29, 12211.41, 12158.93, 12155.27,
         12118.04, 12140.4, 12074.39]  # fmt: skip
SPEC = {1: 64.9, 18: 995.9, 36: 1652.4, 72: 1853.2, 108: 1828.9, 144: 1775.0, 216: 1702.2}
RAY_TRACER = {1: 20, 4: 78, 8: 130, 12: 170, 16: 190, 20: 200, 24: 210, 28: 230, 32: 260, 48: 280,
              64: 310}  # fmt: skip


# The Universal Scalability Law


def test_the_law_of_cisco_is_the_published_one():
    law = engine.fit_scalability(range(1, 33), CISCO)
    assert law.sigma == pytest.approx(0.02671591, rel=1e-5)
    assert law.kappa == pytest.approx(7.690945e-4, rel=1e-5)
    assert law.rate == pytest.approx(995.6486, rel=1e-6)
    assert int(law.peak) == 35 and not law.nonsense
    assert law.throughput(35) == pytest.approx(12341.745, rel=1e-6)
    published = [0.0010043702853760425, 0.0018077244276309343, 0.0028359035794958197]
    assert law.latency([1, 20, 35]) == pytest.approx(published, rel=1e-5)


def test_the_law_of_spec_is_the_published_one():
    law = engine.fit_scalability(list(SPEC), list(SPEC.values()))
    assert (round(law.sigma, 5), round(law.kappa, 7)) == (0.02773, 1.044e-4)
    assert law.rate == pytest.approx(90.0, abs=0.05)
    assert law.peak == pytest.approx(96.51956, abs=1e-3)
    assert law.peak_throughput == pytest.approx(1884, abs=0.5)
    assert law.ceiling == pytest.approx(3245.589, rel=1e-4)
    assert 1 / law.sigma == pytest.approx(36.06401, rel=1e-4)


def test_an_exact_table_gives_its_law():
    n, x = [1, 2, 4, 6, 8, 10], [1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557]
    law = engine.fit_scalability(n, x)
    assert (law.sigma, law.kappa, law.rate) == pytest.approx((0.02, 0.02, 1.0), abs=1e-4)


def test_a_law_can_fit_and_mean_nothing():
    law = engine.fit_scalability(list(RAY_TRACER), list(RAY_TRACER.values()))
    fitted = law.throughput(list(RAY_TRACER))
    assert np.corrcoef(fitted, list(RAY_TRACER.values()))[0, 1] > 0.98
    assert law.kappa < 0 and "kappa is below 0" in law.nonsense
    assert law.peak == float("inf")


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 0.9), st.floats(1e-6, 0.1), st.floats(1e-3, 1e5))
def test_the_fit_finds_the_law_that_made_the_numbers(sigma, kappa, rate):
    made = engine.Scalability(sigma, kappa, rate)
    n = np.array([1, 2, 4, 8, 16, 32, 64, 128])
    found = engine.fit_scalability(n, made.throughput(n))
    assert found.throughput(n) == pytest.approx(made.throughput(n), rel=1e-6)
    assert found.kappa == pytest.approx(kappa, rel=1e-4, abs=1e-8)
    peak = made.peak
    assert made.throughput(peak) >= made.throughput([max(1, peak * 0.9), peak * 1.1]).max()


def test_a_law_at_its_edges():
    assert engine.Scalability(0, 0, 3).throughput(7) == 21  # nobody waits, nobody talks
    assert engine.Scalability(1, 0, 3).throughput(7) == 3  # all wait for one
    assert engine.Scalability(0.5, 0, 3).peak_throughput == 6
    assert engine.Scalability(1.5, 0.1, 3).peak == 1
    assert engine.Scalability(1.5, 0.1, 3).nonsense and engine.Scalability(-1, 0, 1).nonsense


@pytest.mark.parametrize(
    ("n", "x", "problem"),
    [
        ([1, 2], [1, 2], "three different"),
        ([1, 1, 2], [1, 1, 2], "three different"),
        ([1, 2, 3], [1, 2], "three different"),
        ([1, 2, 3], [1, float("nan"), 2], "finite"),
        ([0, 2, 3], [1, 2, 3], "at least 1"),
        ([1, 2, 3], [1, 0, 3], "above 0"),
    ],
)
def test_a_fit_that_cannot_be_says_why(n, x, problem):
    with pytest.raises(ValueError, match=problem):
        engine.fit_scalability(n, x)


# Consistent hashing


def test_jump_hash_gives_the_published_buckets():
    golden = "0 55 62 8 45 59 86 97 82 59 73 37 17 56 86 21 90 37 38 83"
    assert engine.jump_hash(range(20), 100).tolist() == [int(word) for word in golden.split()]
    keys = np.array([10863919174838991, 2016238256797177309, 1673758223894951030])
    assert engine.jump_hash(keys, 11).tolist() == [6, 3, 5]
    assert engine.jump_hash([2, 2201, 2202], 100_001).tolist() == [80343, 22152, 15018]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 200), st.integers(0, 2**32))
def test_growing_moves_keys_to_the_new_bucket_only(buckets, first):
    keys = np.arange(first, first + 500)
    before, after = engine.jump_hash(keys, buckets), engine.jump_hash(keys, buckets + 1)
    assert ((after == before) | (after == buckets)).all()
    assert before.min() >= 0 and before.max() < buckets


def test_jump_hash_moves_its_share_and_spreads_evenly():
    keys = np.arange(200_000)
    moved = engine.jump_hash(keys, 9) != engine.jump_hash(keys, 10)
    assert moved.mean() == pytest.approx(1 / 10, abs=0.003)
    assert np.bincount(engine.jump_hash(keys, 10)) == pytest.approx(np.full(10, 20_000), rel=0.03)


def test_jump_hash_takes_any_shape_and_refuses_the_rest():
    assert engine.jump_hash(7, 3).shape == () and engine.jump_hash([[1], [2]], 3).shape == (2, 1)
    assert engine.jump_hash(np.zeros(0, dtype=int), 3).shape == (0,)
    assert engine.jump_hash(np.uint64(2**64 - 1), 5) == engine.jump_hash(-1, 5)
    with pytest.raises(ValueError, match="at least 1 bucket"):
        engine.jump_hash([1], 0)
    with pytest.raises(ValueError, match="whole numbers"):
        engine.jump_hash([1.5], 4)


# Queues


def test_the_supermarket_model_is_the_published_one():
    at = [engine.time_in_system(0.99, d) for d in (1, 2, 3)]
    assert at == pytest.approx([100, 5.432, 3.858], abs=5e-4)
    loads = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
    two = [engine.time_in_system(load, 2) for load in loads]
    assert two == pytest.approx([1.2657, 1.6145, 1.9474, 2.6141, 3.3830, 5.4320], abs=5e-5)


@pytest.mark.parametrize(("load", "choices"), [(0.7, 1), (0.9, 2), (0.9, 3)])
def test_simulated_queues_come_to_the_model(load, choices):
    rng = np.random.default_rng(4)
    times = engine.simulated_times(load, choices, servers=400, arrivals=100_000, rng=rng)
    assert times.mean() == pytest.approx(engine.time_in_system(load, choices), rel=0.05)
    assert engine.queue_tail(load, choices, 60)[1:].sum() / load == pytest.approx(
        engine.time_in_system(load, choices)
    )


def test_bins_fill_as_published():
    assert engine.filled(2, 6)[0] == pytest.approx(np.tanh(1), abs=1e-8)
    assert engine.filled(2, 6)[:4] == pytest.approx([0.761594, 0.2295, 0.0089, 6e-6], abs=5e-5)
    assert engine.filled(3, 6)[:3] == pytest.approx([0.8230, 0.1765, 0.0005], abs=5e-5)
    poisson = 1 - np.exp(-1) * np.cumsum([1, 1, 1 / 2])
    assert engine.filled(1, 8)[:3] == pytest.approx(poisson, abs=1e-6)


def test_erlang_values_are_the_published_ones():
    asked = [(2, 1), (10, 8), (14, 10), (100, 90), (930, 900)]
    waits = [engine.erlang_c(servers, load) for servers, load in asked]
    assert waits == pytest.approx([0.3333, 0.4092, 0.1741, 0.2169, 0.2280], abs=5e-5)
    assert engine.erlang_b(2, 1) == pytest.approx(0.2) and engine.erlang_b(0, 3) == 1
    assert engine.erlang_c(3, 3) == 1 and engine.mean_wait(3, 3) == float("inf")
    assert engine.mean_wait(1, 0.9) == pytest.approx(9)  # M/M/1: load / (1 - load)


def test_square_root_staffing():
    assert [engine.staffed(100, grade) for grade in (0, 1, 2)] == [100, 110, 120]
    assert engine.staffed(0) == 0 and engine.staffed(10, 0.5) == 12
    chances = [engine.erlang_c(engine.staffed(load), load) for load in (100, 900, 10_000)]
    assert (np.diff(chances) <= 0).all()
    assert chances[-1] == pytest.approx(0.2234, abs=0.003)  # Halfin and Whitt's limit


def test_hedged_tails():
    after = -np.log(0.05)
    assert engine.hedged_mean(after) == pytest.approx(0.975)
    assert engine.hedged_quantile([0.99, 0.999], after) == pytest.approx([3.800, 4.952], abs=5e-4)
    plain = engine.hedged_quantile([0.99, 0.999], np.inf)
    assert plain == pytest.approx([4.605, 6.908], abs=5e-4)
    rng = np.random.default_rng(0)
    first, second = rng.standard_exponential((2, 40_000, 10))
    slowest = np.minimum(first, after + second).max(axis=1)
    assert np.quantile(slowest, 0.9) == pytest.approx(
        engine.hedged_quantile(0.9, after, asked=10), rel=0.02
    )


def test_fewer_are_asked_as_traffic_grows():
    worth = np.sqrt(np.arange(1, 9))
    asked = [engine.best_asked(worth, load, 20, 0.05) for load in (0.1, 3, 6, 12, 19, 25)]
    assert asked == sorted(asked, reverse=True)
    assert asked[0] == 8 and asked[-1] == 1
    assert engine.best_asked(np.ones(4), 0.1, 20, 0.0) == 1  # of equals the smallest


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: engine.time_in_system(1.0, 2), "stable"),
        (lambda: engine.queue_tail(0.5, 0, 3), "at least 1 choice"),
        (lambda: engine.erlang_b(-1, 2), "at least 0"),
        (lambda: engine.staffed(-1), "at least 0"),
    ],
)
def test_queues_that_cannot_be(call, problem):
    with pytest.raises(ValueError, match=problem):
        call()


# Caching


def test_a_cache_hits_as_published():
    popularity = engine.zipf(10_000, 0.8)
    assert engine.lru_hit_rate(popularity, 500) == pytest.approx(0.3312, abs=5e-5)
    assert engine.best_hit_rate(popularity, 500) == pytest.approx(0.4756, abs=5e-5)
    asked = np.random.default_rng(1).choice(10_000, size=60_000, p=popularity)
    hits = engine.lru_hits(asked.tolist(), 500)
    assert np.mean(hits[10_000:]) == pytest.approx(0.3313, abs=0.01)


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 300), st.floats(0, 2), st.floats(0.01, 0.99))
def test_chances_of_a_cache_fill_it(videos, exponent, part):
    popularity, capacity = engine.zipf(videos, exponent), 1 + part * (videos - 2)
    chances = engine.lru_hit_chances(popularity, capacity)
    assert chances.sum() == pytest.approx(capacity)
    assert (np.diff(chances) <= 1e-9).all()  # the more popular, the likelier there
    best = engine.best_hit_rate(popularity, int(np.ceil(capacity)))
    assert engine.lru_hit_rate(popularity, capacity) <= best + 1e-9


def test_small_caches():
    assert engine.lru_hits([1, 2, 1, 3, 2, 1], 2) == [False, False, True, False, False, False]
    assert engine.lru_hits([], 2) == []
    with pytest.raises(ValueError, match="at least 1 video"):
        engine.lru_hits([1], 0)
    with pytest.raises(ValueError, match="fewer than 3"):
        engine.lru_hit_chances(engine.zipf(3, 1.0), 3)


# Sharded search


def test_shares_found_are_the_published_ones():
    few = [engine.expected_share(10, 4, each) for each in range(1, 6)]
    assert few == pytest.approx([0.3775, 0.6799, 0.8696, 0.9593, 0.9905], abs=5e-5)
    assert engine.expected_share(10, 128, 1) == pytest.approx(0.9656, abs=5e-5)
    assert [engine.enough_each(10, 4, share) for share in (0.9, 0.99, 1)] == [4, 5, 10]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 12), st.integers(1, 7))
def test_the_best_of_the_shards_best_are_the_best(seed, videos, k, shards):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 6, videos).astype(float)  # with many equals
    shard = rng.integers(shards, size=videos)
    exact = engine.top(scores, k)
    assert engine.sharded_top(scores, shard, k).tolist() == exact.tolist()
    few = engine.sharded_top(scores, shard, k, each=1)
    assert len(few) == min(k, len(np.unique(shard)))
    assert scores[few[0]] == scores[exact[0]]


def test_simulated_shards_find_their_share():
    rng = np.random.default_rng(0)
    found = []
    for _ in range(400):
        scores, shard = rng.random(400), rng.integers(4, size=400)
        best = set(engine.top(scores, 10).tolist())
        found.append(len(best & set(engine.sharded_top(scores, shard, 10, 2).tolist())) / 10)
    assert np.mean(found) == pytest.approx(engine.expected_share(10, 4, 2), abs=0.03)


def test_shards_that_cannot_be():
    assert engine.sharded_top(np.zeros(0), np.zeros(0, dtype=int), 3).tolist() == []
    with pytest.raises(ValueError, match="same shape"):
        engine.sharded_top(np.zeros(3), np.zeros(2, dtype=int), 1)
    with pytest.raises(ValueError, match="at least 1"):
        engine.expected_share(10, 0, 1)
    with pytest.raises(ValueError, match="from 0 to 1"):
        engine.enough_each(10, 4, 1.5)


# Policies


def test_batches_leave_when_full_or_late():
    leaves, batch = engine.leave_in_batches([0, 1, 2, 9, 20, 21], size=3, wait=5)
    assert leaves.tolist() == [2, 2, 2, 14, 25, 25] and batch.tolist() == [0, 0, 0, 1, 2, 2]
    assert engine.leave_in_batches([3.0], 8, 0.5)[0].tolist() == [3.5]  # alone, it pays the wait
    assert engine.leave_in_batches([0, 5], 2, 5)[0].tolist() == [5, 5]
    assert engine.leave_in_batches([], 2, 5)[0].tolist() == []
    assert engine.leave_in_batches([1, 2], 1, 5)[0].tolist() == [1, 2]
    for bad, problem in (((([2, 1]), 2, 1), "in order"), ((([1]), 0, 1), "size 1")):
        with pytest.raises(ValueError, match=problem):
            engine.leave_in_batches(*bad)


def test_the_rule_of_the_autoscaler():
    assert engine.replicas_wanted(50, 90, 75) == 60  # Kubernetes' own example
    assert engine.replicas_wanted(10, 108, 100) == 10  # within a tenth
    assert engine.replicas_wanted(10, 110, 100) == 10 and engine.replicas_wanted(10, 111, 100) == 12
    assert engine.replicas_wanted(7, 0, 50) == 0
    with pytest.raises(ValueError, match="no ratio"):
        engine.replicas_wanted(1, 1, 0)


def test_an_autoscaler_goes_up_at_once_and_down_late():
    scaler = engine.Autoscaler(target=10, patience=3, most=12)
    assert [scaler.step(load) for load in (100, 100, 20, 20, 20, 500, 0)] == [
        10, 10, 10, 10, 2, 12, 12,
    ]  # fmt: skip
    for bad in ({"least": 0}, {"least": 3, "most": 2}, {"patience": 0}):
        with pytest.raises(ValueError, match="an autoscaler needs"):
            engine.Autoscaler(target=10, **bad)


# A capacity plan


def test_a_plan_follows_its_formulas():
    measured = engine.Measured(80, 2.0, 0.001, 12, 3_000, 400)
    lines = {
        line.name: line.value for line in engine.capacity_plan(1e8, measured, engine.Assumed())
    }
    assert lines["pages"] == 8e9
    assert lines["peak"] == pytest.approx(8e9 / 86_400 * 2)
    assert lines["load"] == pytest.approx(lines["peak"] * (0.001 + 2 * 1e-4 * 12))
    assert lines["cores"] == np.ceil(lines["load"] + 2 * lines["load"] ** 0.5)
    assert lines["machines"] == np.ceil(lines["cores"] / 16)
    assert lines["memory"] == 40
    assert lines["messages"] == pytest.approx(lines["peak"] * 12)
    assert lines["money"] == pytest.approx(lines["machines"] * 16 * 24 * 0.04 / 8e6)


def test_a_plan_for_nobody_and_one_that_memory_decides():
    nobody = engine.capacity_plan(0, engine.Measured(80, 2, 0.001, 12, 1, 1), engine.Assumed())
    assert {line.name: line.value for line in nobody}["money"] == 0
    hoarder = engine.Measured(1, 1, 0.0, 0, 1, 1e6)
    lines = engine.capacity_plan(1e6, hoarder, engine.Assumed())
    assert {line.name: line.value for line in lines}["machines"] == 16
    with pytest.raises(ValueError, match="cpu_seconds"):
        engine.Measured(1, 1, float("nan"), 1, 1, 1)
