"""Words of a model, and the progress of a download, shown in a notebook while they come."""

from __future__ import annotations

import html
from time import perf_counter
from typing import Any

EVERY = 0.05  # seconds between two looks at the text: a browser need not draw each token
_BOX = (
    '<div style="border-left:3px solid #0072B2;padding:0 0 0 .8em;white-space:pre-wrap;'
    'overflow-wrap:anywhere"><div style="opacity:.7;font-size:.85em">{model} says:</div>'
    "{text}</div>"
)


class LiveText:
    """Give it to a model as ``stream``: each answer gets a box of its own, which grows.

    The box names the model, so that nobody takes its words for ours; what it writes is shown as
    text, whatever it holds.  Outside a notebook the words are printed as they come.
    """

    def __init__(self) -> None:
        self.model, self.text = "", ""
        self._handle: Any = None
        self._shown = 0.0

    def start(self, model: str) -> None:
        """A new answer begins."""
        self._show()  # the end of the one before, if it was broken off
        self.model, self.text, self._shown = model, "", perf_counter()
        self._handle = _display(self)

    def __call__(self, piece: str) -> None:
        """The next piece of the answer."""
        self.text += piece
        if self._handle is None:
            print(piece, end="", flush=True)
        elif perf_counter() - self._shown >= EVERY:
            self._show()

    def end(self) -> None:
        """The answer is there."""
        if self._handle is None:
            print(flush=True)
        self._show()

    def _show(self) -> None:
        if self._handle is not None:
            self._handle.update(self)
            self._shown = perf_counter()

    def _repr_html_(self) -> str:
        return _BOX.format(model=html.escape(self.model), text=html.escape(self.text))

    def __repr__(self) -> str:
        return f"{self.model} says:\n{self.text}"


class LiveProgress:
    """Give it to :func:`pull` as ``progress``: a bar that fills."""

    def __init__(self) -> None:
        self.what, self.part = "", None
        self._handle: Any = None

    def __call__(self, what: str, part: float | None) -> None:
        """What is being done, and how much of it from 0 to 1, or None where nobody knows."""
        begun, self.what, self.part = not self.what, what, part
        if begun:
            self._handle = _display(self)
        elif self._handle is not None:
            self._handle.update(self)
        if self._handle is None:
            print(f"\r{self!r}", end="", flush=True)

    def _repr_html_(self) -> str:
        value = "" if self.part is None else f' value="{self.part:.3f}"'
        return f"<progress{value}></progress> {html.escape(repr(self))}"

    def __repr__(self) -> str:
        return self.what if self.part is None else f"{self.what}: {self.part:.0%}"


def _display(shown: LiveText | LiveProgress) -> Any:
    """A handle of an output that can be changed; None outside a notebook."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        return None
    if get_ipython() is None or not hasattr(get_ipython(), "kernel"):
        return None
    return display(shown, display_id=True)
