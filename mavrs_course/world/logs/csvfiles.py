"""Reading a text table strictly: what is wrong is said with its file, line and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from mavrs_course.world.logs.errors import LogsError, LogsMissingError


def read_table(path: Path, columns: dict[str, type], optional: tuple[str, ...] = (), **csv: Any):
    """Read the ``columns`` (name -> int, float or str) of a text table as a DataFrame.

    optional: float columns in which a cell may be empty, which reads as NaN.  Other options are
    those of ``pandas.read_csv``.  A file that is missing, empty, lacks a column or holds
    something that is not a number gives a :class:`LogsError` of one sentence.
    """
    csv = {"keep_default_na": False, "na_values": [""], **csv}
    header = _read(path, nrows=0, **csv)
    missing = [name for name in columns if name not in header]
    if missing:
        raise LogsError(f"{path}: there is no column {missing[0]!r}, only {list(header)}")
    csv["usecols"] = list(columns)
    try:
        # "str" fits every cell; numbers are parsed by pandas at once, or looked into one by one.
        table = _read(path, dtype=columns, **csv)
    except (ValueError, OverflowError):
        table = _read(path, dtype=str, **csv)
    if table.empty:
        raise LogsError(f"{path}: there are no rows in it")
    for name, kind in columns.items():
        if kind is not str:
            table[name] = _numbers(path, table[name], kind, empty_allowed=name in optional)
    return table


def _read(path: Path, **csv: Any) -> pd.DataFrame:
    try:
        return pd.read_csv(path, **csv)
    except FileNotFoundError:
        raise LogsMissingError(f"{path}: there is no such file") from None
    except pd.errors.EmptyDataError:
        raise LogsError(f"{path}: the file is empty") from None
    except pd.errors.ParserError as error:
        raise LogsError(f"{path}: this is not the table it should be ({error})") from None
    except UnicodeDecodeError as error:
        raise LogsError(f"{path}: the text is not {error.encoding}") from None


def _numbers(path: Path, cells: pd.Series, kind: type, empty_allowed: bool) -> pd.Series:
    numbers = pd.to_numeric(cells, errors="coerce")
    bad = numbers.isna() & ~(cells.isna() & empty_allowed)
    if kind is int:
        bad |= numbers % 1 != 0
    if bad.any():
        row = int(bad.to_numpy().argmax())
        found = "the cell is empty" if pd.isna(cells[row]) else f"{cells[row]!r} is not a number"
        raise LogsError(f"{path}: row {row + 1} of the data, column {cells.name!r}: {found}")
    return numbers.astype(kind)
