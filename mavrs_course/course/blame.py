"""Which line of the learner's code raised an error."""

from __future__ import annotations

import linecache
import sysconfig
import traceback
from pathlib import Path

# Where code lives that is not the learner's: Python, what is installed in it, and this library.
_OTHERS = tuple(
    str(Path(str(folder)).resolve())
    for folder in (
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        Path(__file__).parents[1],
    )
)


def _is_own(file: str) -> bool:
    return not file.startswith("<frozen") and not str(Path(file).resolve()).startswith(_OTHERS)


def foreign_function(error: BaseException) -> str:
    """The name of the function that raised the error, where that isn't the learner's own code."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return "" if _is_own(frame.f_code.co_filename) else frame.f_code.co_name


def guilty_line(error: BaseException) -> str:
    """The last line of the learner's own code before the error: ``line 3: return x / n``.

    Empty where the error arose outside of it, as when the call itself did not fit.
    """
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        name = frame.f_code.co_filename
        if not _is_own(name):
            continue
        source = linecache.getline(name, line).strip()
        return f"line {line}: {source}" if source else f"line {line}"
    return ""
