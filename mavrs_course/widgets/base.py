"""What every widget of the course has, so that a new one needs only its own controls and pictures.

A :class:`LessonWidget` can be worked by keyboard alone, tells screen readers its controls' names
and what changed, wraps in a narrow window, follows JupyterLab's theme, and leaves a picture with
one sentence where no kernel is.  :func:`interact` makes one from a function that draws.
"""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets

from mavrs_course.widgets.aside import kept_aside
from mavrs_course.widgets.paper import on_paper
from mavrs_course.widgets.still import still

ROOT_CLASS = "mavrs-widget"
RUN_ME = "Run it in JupyterLab."
WAKE = "This is a picture. Run this cell to wake it."


class Manners(anywidget.AnyWidget):
    """The part of a :class:`LessonWidget` that lives in the browser; it shows only what it says.

    Its script keeps JupyterLab's command keys away from controls, names them, says aloud what
    changed, and asks after each change whether a kernel still answers.
    """

    _esm = Path(__file__).with_name("manners.js")
    _css = Path(__file__).with_name("manners.css")

    def __init__(self) -> None:
        super().__init__()
        self.on_msg(lambda _, content, buffers: self.send(content))


class LessonWidget(widgets.VBox):
    """A box of controls and what they change.

    children: as of a ``VBox``; boxes inside wrap where the window is narrow.  ``about``: one
    sentence that says what to do, for readers who have no kernel.
    """

    about = "Move something, and see what changes."

    def __init__(self, children: tuple | list) -> None:
        super().__init__([*children, Manners()])
        self.add_class(ROOT_CLASS)

    def __repr__(self) -> str:
        """What readers see who have no kernel and no pictures."""
        return f"{type(self).__name__}: {self.about} {RUN_ME}"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """The live widget, and for all who can't show one a picture and a sentence."""
        bundle = super()._repr_mimebundle_(**kwargs)
        return bundle | without_kernel(still(self), self.about, repr(self))


def without_kernel(page: str, about: str, text: str) -> dict[str, str]:
    """What a widget shows where it can't be played with.

    page: the widget as HTML that needs no script; about: a sentence on it; text: all in words.
    The PNG is for exporters that take no HTML, such as LaTeX's.
    """
    wakes = f"<p><em>{html.escape(about, quote=False)} {WAKE}</em></p>"
    return {
        "text/plain": text,
        "text/html": page + wakes,
        "image/png": b64encode(on_paper(page)).decode(),
    }


class Interactive(LessonWidget):
    """Controls, and under them what ``draw`` shows and prints for their values."""

    def __init__(self, draw: Callable[..., None], **controls: widgets.Widget) -> None:
        self.draw, self.controls, self.shown = draw, controls, widgets.HTML()
        for name, control in controls.items():
            control.description = control.description or name.replace("_", " ").strip()
            control.style.description_width = "initial"
            control.observe(lambda _: self._draw(), names="value")
        named = [control.description for control in controls.values()]
        self.about = f"Move {', '.join(named)}, and see what changes."
        super().__init__([*controls.values(), self.shown])
        self.shown.value = self._drawn()

    def _draw(self) -> None:
        """What is shown for the values as they are; an error is a line, and ends nothing."""
        try:
            self.shown.value = self._drawn()
        except Exception as error:
            self.shown.value = as_text(f"{type(error).__name__}: {error}")

    def _drawn(self) -> str:
        with kept_aside() as (shown, printed):
            self.draw(**{name: control.value for name, control in self.controls.items()})
        parts = [data.get("text/html") or as_text(data.get("text/plain", "")) for data in shown]
        words = printed.getvalue()
        return as_text(words) * bool(words) + "".join(parts)

    def __repr__(self) -> str:
        return f"A figure to move. {self.about} {RUN_ME}"


def interact(draw: Callable[..., None], **controls: widgets.Widget) -> None:
    """Display ``draw`` with a control for each of its arguments, named after them.

    Instead of ``ipywidgets.interact``, whose output is lost with its kernel.  What ``draw`` reads
    beside its arguments must not be overwritten further down: the lint says so.
    """
    from IPython.display import display

    display(Interactive(draw, **controls))


def as_text(text: str) -> str:
    """Printed text as HTML, its columns kept."""
    return f'<pre class="mavrs-text">{html.escape(text)}</pre>'
