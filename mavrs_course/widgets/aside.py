"""What a function displays and prints, kept aside while a kernel goes on taking messages.

JupyterLab lets a kernel answer widgets in a thread of their own.  IPython's ``capture_output``
puts a publisher in the shell's place that cannot be told what a message of another thread is about,
so the kernel loses that message: a cell that is run while a figure is drawn would never end.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

from IPython.core.displaypub import CapturingDisplayPublisher, DisplayPublisher
from IPython.core.getipython import get_ipython

_ONE_AT_A_TIME = threading.RLock()


class _Aside(CapturingDisplayPublisher):
    """Keeps what this thread displays; for all others it is the publisher it stands in for."""

    def __init__(self, publisher: DisplayPublisher) -> None:
        super().__init__()
        self._publisher, self._thread = publisher, threading.get_ident()

    def publish(self, data: dict[str, Any], *rest: Any, **named: Any) -> None:
        here = threading.get_ident() == self._thread
        (super().publish if here else self._publisher.publish)(data, *rest, **named)

    def clear_output(self, wait: bool = False) -> None:
        if threading.get_ident() == self._thread:
            self.outputs.clear()
        else:
            self._publisher.clear_output(wait)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._publisher, name)  # above all set_parent, which only kernels have


@contextmanager
def kept_aside() -> Iterator[tuple[list[dict[str, Any]], StringIO]]:
    """Within it, displays of this thread are gathered in a list of MIME bundles, prints as text.

    What is printed to standard error is dropped.  Without IPython nothing is displayed.
    """
    shown: list[dict[str, Any]] = []
    printed, shell = StringIO(), get_ipython()
    with _ONE_AT_A_TIME, redirect_stdout(printed), redirect_stderr(StringIO()):
        if shell is None:
            yield shown, printed
            return
        before = shell.display_pub
        shell.display_pub = aside = _Aside(before)
        try:
            yield shown, printed
        finally:
            shell.display_pub = before
            shown += [output["data"] for output in aside.outputs]
