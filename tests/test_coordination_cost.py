"""The time that coordination takes, against cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mavrs_course.messages import Trace
from mavrs_course.metrics.coordination import Network, latency, scaling_law

NETWORK = Network(delay=10.0, handling=1.0, bandwidth=100.0)


def trace_of(*messages) -> Trace:
    trace = Trace()
    for sender, receiver, cost in messages:
        trace.add(sender, receiver, "told", **cost)
    return trace


def test_one_message_is_handled_travels_and_is_handled():
    assert latency(trace_of(("a", "b", {})), NETWORK) == 1 + 10 + 1
    assert latency(trace_of(("a", "b", {"size_bytes": 500})), NETWORK) == 1 + 10 + 5 + 1


def test_thinking_comes_before_the_answer_and_can_be_left_out():
    trace = trace_of(("a", "b", {}), ("b", "a", {"seconds": 30.0}))
    assert latency(trace, NETWORK) == 12 + 30 + 12
    assert latency(trace, NETWORK, thinking=False) == 24


@pytest.mark.parametrize("agents", [1, 4, 32])
def test_a_controller_is_busy_once_for_each_agent(agents):
    trace = Trace()
    for number in range(agents):
        trace.add("controller", f"agent {number}", "request")
        trace.add(f"agent {number}", "controller", "opinion")
    # Requests leave one after the other; each answer is waited for before the next request is
    # sent, as the trace says that it was there by then.
    assert latency(trace, NETWORK) == 24 * agents


@pytest.mark.parametrize("agents", [2, 4, 32])
def test_requests_that_are_sent_together_overlap(agents):
    trace = Trace()
    for number in range(agents):
        trace.add("controller", f"agent {number}", "request")
    for number in range(agents):
        trace.add(f"agent {number}", "controller", "opinion")
    # The last request leaves at n, and its answer is handled 23 later. But the controller, busy
    # until n with asking, also needs 1 for each of n answers: with many, that is what takes long.
    assert latency(trace, NETWORK) == max(agents + 23, 2 * agents)


def test_pairs_that_talk_at_once_take_no_longer_than_one():
    pairs = [(f"a{n}", f"b{n}", {}) for n in range(20)]
    assert latency(trace_of(*pairs), NETWORK) == 12


def test_nothing_said_takes_no_time_and_talking_to_oneself_no_travel():
    assert latency(Trace(), NETWORK) == 0
    assert latency(trace_of(("a", "a", {"seconds": 3.0})), NETWORK) == 3 + 1


def test_a_scaling_law_is_the_line_through_the_logarithms():
    sizes = np.array([4.0, 16.0, 64.0, 256.0])
    law = scaling_law(sizes, 3.0 * sizes**1.5)
    assert law.exponent == pytest.approx(1.5) and law.half == pytest.approx(0.0, abs=1e-6)
    assert law(1_000.0) == pytest.approx(3.0 * 1_000.0**1.5)
    rough = [5.0, 30.0, 90.0, 700.0]
    line = stats.linregress(np.log(sizes), np.log(rough))
    law = scaling_law(sizes, rough)
    assert (law.exponent, law.scale) == (pytest.approx(line.slope), pytest.approx(np.exp(line[1])))
    assert law.half == pytest.approx(stats.t.ppf(0.975, 2) * line.stderr)


@pytest.mark.parametrize(("sizes", "costs"), [([1, 2], [1, 2]), ([1, 2, 3], [1, 0, 2]),
                                              ([1, 2, 3], [1, 2])])  # fmt: skip
def test_a_law_needs_three_sizes_and_costs_above_zero(sizes, costs):
    with np.errstate(divide="ignore"), pytest.raises(ValueError, match="at least three sizes"):
        scaling_law(sizes, costs)
