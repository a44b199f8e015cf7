"""How results reach the notebook: one-line errors, and records that programs can read."""

from __future__ import annotations

import sys
from typing import Any


class OneLineError(Exception):
    """An error that Jupyter shows as one line, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


def show_html(page: str, text: str) -> bool:
    """Show HTML in a notebook, and ``text`` where that can't be shown; whether there was one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if not hasattr(shell, "kernel"):
        return False
    ipython.display.display({"text/html": page, "text/plain": text}, raw=True)
    return True


def publish(mimetype: str, record: dict[str, Any]) -> None:
    """Attach ``record`` to the cell's outputs, unseen by the reader.

    Does nothing outside a Jupyter kernel.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if hasattr(shell, "kernel"):
        ipython.display.display({mimetype: record, "text/plain": ""}, raw=True)


def offer(name: str, value: Any) -> None:
    """Let the cells of a notebook use a name that they have not taken themselves."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if hasattr(shell, "kernel"):
        shell.user_ns.setdefault(name, value)
