"""Run lengths against the published tables, to within one in the last printed digit.

The tables are those that the documentation of R's package spc quotes from the papers named, and,
for Lucas's chart with k = 2, what the documentation of IAcsSPCR prints.
"""

import numpy as np
import pytest

from mavrs_course.metrics.run_lengths import (
    cusum_run_length,
    ewma_run_length,
    poisson_cusum_run_length,
    shewhart_run_length,
    two_sided_cusum_run_length,
)

TABLES = {
    "Brook and Evans 1972": (
        lambda mean: cusum_run_length(0.5, 3.0, mean),
        {0: "117.59", 1.5: "3.75"},
    ),
    "Lucas and Crosier 1982": (
        lambda mean: two_sided_cusum_run_length(0.5, 4.0, mean),
        {0: "168", 0.5: "26.6", 1: "8.38", 2: "3.34", 3: "2.19"},
    ),
    "the same, h = 5": (
        lambda mean: two_sided_cusum_run_length(0.5, 5.0, mean),
        {0: "465.4", 1: "10.38"},
    ),
    "Crowder 1987": (
        lambda mean: ewma_run_length(0.5, 2.0, mean),
        {0: "26.45", 0.5: "11.89", 1: "4.91", 2: "1.94", 3: "1.26"},
    ),
    "Lucas and Saccucci 1990": (
        lambda mean: ewma_run_length(0.03, 2.437, mean),
        {0: "500", 0.5: "29.3", 1: "12.6", 2: "5.99"},
    ),
    "Champ and Woodall 1987": (
        lambda mean: shewhart_run_length(3.0, mean),
        {0: "370.40", 1: "43.89", 2: "6.30", 3: "2.00"},
    ),
    "Lucas 1985, by head start": (
        lambda start: poisson_cusum_run_length(0.25, 10, 0.25, start),
        {0: "438", 5: "333"},
    ),
    "IAcsSPCR, by head start": (
        lambda start: poisson_cusum_run_length(2, 6, 1.88, start),
        {0: "37.2", 3: "29.19"},
    ),
    "IAcsSPCR, after a change": (
        lambda start: poisson_cusum_run_length(2, 6, 1.88 + 0.9627 * 1.88**0.5, start),
        {0: "5.49", 3: "3.33"},
    ),
}


@pytest.mark.parametrize("table", TABLES)
def test_published_tables(table):
    run_length, printed = TABLES[table]
    for at, figure in printed.items():
        decimals = len(figure.partition(".")[2])
        assert run_length(at) == pytest.approx(float(figure), abs=10.0**-decimals), (table, at)


def alarms(step, alarm, mean, draw, runs=4_000):
    """Mean run length of a chart that is played, and its standard error."""
    state, length = np.zeros(runs), np.zeros(runs)
    going = np.ones(runs, dtype=bool)
    while going.any():
        length += going
        state = step(state, draw(mean, runs))
        going &= ~alarm(state)
    return length.mean(), length.std() / runs**0.5


def test_charts_that_are_played_run_as_long_as_computed():
    rng = np.random.default_rng(0)

    def normal(mean, size):
        return rng.normal(mean, 1.0, size)

    played, error = alarms(lambda s, x: np.maximum(0, s + x - 0.5), lambda s: s > 2, 0.5, normal)
    assert abs(played - cusum_run_length(0.5, 2.0, 0.5)) < 4 * error
    edge = 2.0 * (0.3 / 1.7) ** 0.5
    played, error = alarms(lambda z, x: 0.7 * z + 0.3 * x, lambda z: np.abs(z) > edge, 0.5, normal)
    assert abs(played - ewma_run_length(0.3, 2.0, 0.5)) < 4 * error
    played, error = alarms(
        lambda s, x: np.maximum(0, s + x - 1.5), lambda s: s >= 4, 1.5, rng.poisson
    )
    assert abs(played - poisson_cusum_run_length(1.5, 4, 1.5)) < 4 * error


def test_an_ewma_without_memory_is_a_shewhart_chart():
    assert ewma_run_length(1.0, 3.0, 1.0) == pytest.approx(shewhart_run_length(3.0, 1.0), rel=1e-9)


def test_a_poisson_chart_by_hand():
    """k = 1, h = 1: only a count of 2 or more gives the alarm, and nothing is remembered."""
    p = 1 - np.exp(-0.5) * 1.5
    assert poisson_cusum_run_length(1, 1, 0.5) == pytest.approx(1 / p)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: cusum_run_length(0.5, 0.0), "above 0"),
        (lambda: cusum_run_length(0.5, 3.0, start=4.0), "head start"),
        (lambda: ewma_run_length(0.0, 2.0), "smoothing"),
        (lambda: ewma_run_length(0.5, -1.0), "limit"),
        (lambda: poisson_cusum_run_length(0.25, 10, 0.0), "mean"),
        (lambda: poisson_cusum_run_length(0.25, 10, 0.25, 10), "below it"),
        (lambda: poisson_cusum_run_length(0.0, 10, 0.25), "above 0"),
    ],
)
def test_what_no_chart_can_be(make, word):
    with pytest.raises(ValueError, match=word):
        make()
