"""Where the tests find real logs: MAVRS_DATA, else shared/data beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared" / "data"


def real_data(folder: str) -> Path:
    """The folder of that name with real logs; the test is skipped where there is none."""
    root = Path(os.environ.get("MAVRS_DATA") or BESIDE_THE_CHECKOUT)
    if not (root / folder).is_dir():
        pytest.skip(f"no real logs: {root / folder} is missing")
    return root / folder
