"""How far people agree: by hand, by its limits, and TVSum's published figures where it is here."""

import os
from pathlib import Path

import numpy as np
import pytest

from mavrs_course.metrics.agreement import agreement, cronbach_alpha
from mavrs_course.world.logs.annotations import read_tvsum
from mavrs_course.world.logs.errors import LogsError

TVSUM = Path(os.environ.get("MAVRS_DATA", "")) / "tvsum" / "ydata-tvsum50-anno.tsv"


def test_worked_by_hand():
    ratings = np.array([[1.0, 2, 3, 4], [2, 1, 4, 3], [1, 3, 2, 4]])
    # Each has variance 5/3; their sums 4, 6, 9, 11 have 29/3: 3/2 (1 - 5 / (29/3)).
    assert cronbach_alpha(ratings) == pytest.approx(1.5 * (1 - 15 / 29))
    told = agreement(ratings)
    assert told.tau == pytest.approx(np.mean([1 / 3, 2 / 3, 0]))
    assert told.rho == pytest.approx(np.mean([0.6, 0.8, 0.0]))


def test_its_limits():
    row = np.array([1.0, 5, 2, 4])
    assert agreement(np.tile(row, (3, 1))) == pytest.approx((1, 1, 1))
    rng = np.random.default_rng(0)
    alone = agreement(rng.integers(1, 6, size=(20, 2_000)))
    assert np.abs(alone).max() < 0.1
    silent = np.vstack([np.full(4, 3.0), row, row])
    assert agreement(silent).tau == pytest.approx(1)


@pytest.mark.parametrize(
    "ratings", [np.ones((1, 5)), np.ones((3, 4)), [[1, 2], [2, 1]], [[1, np.nan], [2, 1]], [1, 2]]
)
def test_nothing_to_agree_on(ratings):
    with pytest.raises(ValueError):
        agreement(ratings)


def test_the_file_is_read_by_video_and_person(tmp_path):
    path = tmp_path / "anno.tsv"
    lines = [
        "a\tVT\t" + ",".join("1" * 60 + "5" * 60),
        "b\tGA\t2,2,2",
        "a\tVT\t" + ",".join("3" * 120),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert {name: rows.tolist() for name, rows in read_tvsum(path).items()} == {
        "a": [[1, 5], [3, 3]],
        "b": [[2]],
    }
    for bad, told in (
        ("a\tVT\tone", "line 1"),
        ("a VT 1", "line 1"),
        (f"{lines[0]}\na\tVT\t1", "line 2"),
    ):
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(LogsError, match=told):
            read_tvsum(path)


@pytest.mark.skipif(not TVSUM.is_file(), reason="TVSum's annotations are not here")
def test_people_agree_on_tvsum_as_published():
    """Alpha .81 by the data's authors; tau .177 and rho .204 by Otani et al."""
    told = np.mean([agreement(ratings) for ratings in read_tvsum(TVSUM).values()], axis=0)
    assert told == pytest.approx([0.813, 0.178, 0.204], abs=0.001)
