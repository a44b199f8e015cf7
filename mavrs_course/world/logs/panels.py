"""Experiments that took years: who was treated, and what became of them, quarter by quarter."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mavrs_course.messages import Bools, Floats
from mavrs_course.world.logs.errors import LogsError, LogsMissingError

GAIN_FILE = "simulated Riverside GAIN data.dta"
GAIN_QUARTERS = 36


@dataclass(frozen=True)
class OutcomePanel:
    """``N`` people: treated bool[N], and an outcome in each of ``T`` periods, float[N, T]."""

    name: str
    treated: Bools
    path: Floats

    def __len__(self) -> int:
        return len(self.treated)


def read_gain(folder: Path) -> OutcomePanel:
    """GAIN, Riverside, as simulated by its authors: ``treatment``, and ``emp1`` to ``emp36``.

    A Stata file, whose name is looked for without regard to how spaces are written.
    """
    found = [path for path in Path(folder).glob("*.dta") if "Riverside" in path.name]
    if not found:
        raise LogsMissingError(f"{folder} has no file {GAIN_FILE!r}; get it again")
    columns = ["treatment", *(f"emp{quarter}" for quarter in range(1, GAIN_QUARTERS + 1))]
    try:
        table = pd.read_stata(found[0], columns=columns)
    except (ValueError, KeyError, OSError, EOFError, struct.error) as error:
        raise LogsError(f"{found[0].name} can't be read as the GAIN data: {error}") from None
    numbers = table.to_numpy(float)
    if not np.isfinite(numbers).all() or not np.isin(numbers[:, 0], (0, 1)).all():
        raise LogsError(f"{found[0].name}: treatment is 0 or 1, and no quarter is missing")
    return OutcomePanel("GAIN, Riverside (simulated)", numbers[:, 0] == 1, numbers[:, 1:])
