"""Reading a text table strictly: what is wrong is said with its file, row and column."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mavrs_course.world.logs.errors import LogsError, LogsMissingError


def read_table(
    path: Path, columns: Mapping[str, type], *, may_be_empty: tuple[str, ...] = (), **csv: Any
) -> pd.DataFrame:
    """Read the ``columns`` (name -> int, float or str) of a text table.

    may_be_empty: number columns in which an empty cell means NaN; an empty str cell always does.
    csv: options of ``pandas.read_csv``.  A file that is missing, empty, lacks a column or holds
    something that is not a number gives a :class:`LogsError` of one sentence.
    """
    csv = {"keep_default_na": False, "na_values": [""], "index_col": False, **csv}
    # The header whole: pandas' own complaint about usecols names neither file nor column.
    header = _read(path, nrows=0, **{name: csv[name] for name in csv if name != "usecols"})
    missing = [name for name in columns if name not in header]
    if missing:
        raise LogsError(f"{path}: there is no column {missing[0]!r}, only {list(header)}")
    try:
        table = _read(path, dtype=columns, **csv)
    except (ValueError, OverflowError):  # some cell is no number: look at them one by one
        table = _read(path, dtype=str, **csv)
    if table.empty:
        raise LogsError(f"{path}: there are no rows in it")
    table = table[list(columns)]
    numbers = {
        name: _numbers(path, table[name], kind, name in may_be_empty)
        for name, kind in columns.items()
        if kind is not str
    }
    return table.assign(**numbers)


def _read(path: Path, **csv: Any) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(path, **csv)
    except (FileNotFoundError, NotADirectoryError):
        raise LogsMissingError(f"{path}: there is no such file") from None
    except pd.errors.EmptyDataError:
        raise LogsError(f"{path}: the file is empty") from None
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        reason = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        raise LogsError(f"{path}: a row has too many or too few cells ({reason})") from None
    except UnicodeDecodeError as error:
        raise LogsError(f"{path}: the text is not {error.encoding}") from None


def _numbers(path: Path, cells: pd.Series, kind: type, may_be_empty: bool) -> pd.Series:
    numbers = pd.to_numeric(cells, errors="coerce")
    bad = ~np.isfinite(numbers) & ~(cells.isna() & may_be_empty)
    if kind is int:
        bad |= numbers % 1 != 0
    if bad.any():
        row = int(bad.to_numpy().argmax())
        wanted = "a whole number" if kind is int else "a number"
        found = "is empty" if pd.isna(cells[row]) else f"holds '{cells[row]}', not {wanted}"
        raise LogsError(f"{path}: row {row + 1} of the data, column {cells.name!r} {found}")
    return numbers.astype(kind)
