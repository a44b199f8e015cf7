"""How results reach the notebook: one-line errors, and records that programs can read."""

from __future__ import annotations

import sys
from typing import Any

ABORT = "_abort_queues"  # the method of ipykernel that drops what waits


class OneLineError(Exception):
    """An error that Jupyter shows as one line, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


def show_html(page: str, text: str) -> bool:
    """Show HTML in a notebook, and ``text`` where that can't be shown; whether there was one."""
    if _shell() is None:
        return False
    sys.modules["IPython"].display.display({"text/html": page, "text/plain": text}, raw=True)
    return True


def go_on() -> None:
    """Let "Run All" go on past the error that this cell will end with.

    A kernel drops the cells that wait behind a failed one, as a rule.  It has no setting for one
    that knows better, so its method is covered, once.  A run that asks for one cell after the
    other (nbval, nbgrader) sees the same error as ever.
    """
    shell = _shell()
    kernel = shell.kernel if shell is not None else None
    if hasattr(kernel, ABORT):
        kernel.__dict__[ABORT] = lambda *_, **__: kernel.__dict__.pop(ABORT)


def publish(mimetype: str, record: dict[str, Any]) -> None:
    """Attach ``record`` to the cell's outputs, unseen by the reader.

    Does nothing outside a Jupyter kernel.
    """
    if _shell() is not None:
        sys.modules["IPython"].display.display({mimetype: record, "text/plain": ""}, raw=True)


def offer(name: str, value: Any) -> None:
    """Let the cells of a notebook use a name that they have not taken themselves."""
    if (shell := _shell()) is not None:
        shell.user_ns.setdefault(name, value)


def frame_html(frame: Any) -> str:
    """A pandas table whose empty corner is no heading: a screen reader would announce nothing."""
    return (frame._repr_html_() or "").replace("<th></th>", "<td></td>")


def dress_tables() -> None:
    """Show pandas' tables so; does nothing outside a Jupyter kernel, and does not import pandas."""
    if (shell := _shell()) is not None:
        page = shell.display_formatter.formatters["text/html"]
        page.for_type_by_name("pandas", "DataFrame", frame_html)
        page.for_type_by_name("pandas.core.frame", "DataFrame", frame_html)


def _shell() -> Any:
    """The shell of the kernel that this runs in, or None."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell if hasattr(shell, "kernel") else None


dress_tables()
