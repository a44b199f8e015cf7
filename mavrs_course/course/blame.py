"""Which line of the learner's code raised an error."""

from __future__ import annotations

import linecache
import sysconfig
import traceback
from pathlib import Path

# Where code lives that is not the learner's: Python, what is installed in it, and this library.
_OTHERS = tuple(
    str(Path(folder).resolve())
    for folder in (
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        Path(__file__).parents[1],
    )
)


def guilty_line(error: BaseException) -> str:
    """The last line of the learner's own code before the error: ``line 3: return x / n``.

    Empty where the error arose outside of it, as when the call itself did not fit.
    """
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        name = frame.f_code.co_filename
        if name.startswith("<frozen") or str(Path(name).resolve()).startswith(_OTHERS):
            continue
        source = linecache.getline(name, line).strip()
        return f"line {line}: {source}" if source else f"line {line}"
    return ""
