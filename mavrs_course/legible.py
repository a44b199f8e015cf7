"""What makes a figure legible for every reader: contrast, labels, true minus signs, named marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matplotlib.axis import Axis
from matplotlib.colors import to_hex, to_rgb
from matplotlib.container import Container
from matplotlib.figure import Figure
from matplotlib.text import Text

CARD = "#FAF9F6"  # what figures stand on
READABLE = 4.5  # contrast of words with what is behind them, after WCAG 2.2
MINUS = re.compile(r"(?<![\w)\]}-])-(?=\.?\d)")
SIGNED_ZERO = re.compile(r"(?<![\w)\]])[+−](?=0(?:\.0+)?(?!\.?\d))")
SPREAD = re.compile(r"interval|deviation", re.IGNORECASE)


class FigureError(ValueError):
    """A figure that some readers could not use; the text says what is missing."""


def contrast(one: str, other: str) -> float:
    """How far apart two colours are in brightness, from 1 to 21.  Source: WCAG 2.2."""
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ink_of(colour: str, ground: str = CARD) -> str:
    """A colour for words: this one, darkened until it can be read on the ground."""
    share = 1.0
    while contrast(darker := to_hex([share * part for part in to_rgb(colour)]), ground) < READABLE:
        share -= 0.02
    return darker


def ink_on(ground: str) -> str:
    """White or dark ink, whichever can be read better on a ground of this colour."""
    return max(("#FFFFFF", "#000000"), key=lambda ink: contrast(ink, ground))


def signs(text: str) -> str:
    """The text with a minus sign where a number has a hyphen, and no sign before a zero."""
    return SIGNED_ZERO.sub("", MINUS.sub("−", text))


def mend_signs(figure: Figure) -> None:
    """Give all words of a figure the signs of :func:`signs`; it has been drawn."""
    for axis in _axes(figure):
        if any(signs(label) != label for label in _labels(axis)):
            _mend_ticks(axis)
    for text in figure.findobj(Text):
        if "$" not in text.get_text():
            text.set_text(signs(text.get_text()))


def _mend_ticks(axis: Axis) -> None:
    """Tick labels are written again at each drawing: it is their formatter that must know."""
    formatter = axis.get_major_formatter()
    axis.set_major_formatter(lambda value, place: signs(formatter(value, place)))


def require_words(figure: Figure) -> None:
    """Raise :class:`FigureError` where numbers have no label, or bars of error no explanation."""
    for axis in _axes(figure):
        _require_label(axis)
    spread = any(_has_spread(one) for axes in figure.axes for one in axes.containers)
    said = " ".join(text.get_text() for text in figure.findobj(Text))
    if spread and not SPREAD.search(said):
        raise FigureError(
            "its bars of error are not explained to who sees them: plots.explain(axes, "
            "'bar: 95 % interval over the seeds'), or whatever they are"
        )


def _has_spread(container: Container) -> bool:
    """Whether these are points or bars with bars of error."""
    with_error = getattr(container, "errorbar", None) or container
    return getattr(with_error, "has_xerr", False) or getattr(with_error, "has_yerr", False)


def _require_label(axis: Axis) -> None:
    """Tick labels in words explain themselves; numbers need to say what they count."""
    if not (axis.axes.axison and axis.get_visible() and axis.axes.get_visible()):
        return
    has_numbers = any(re.fullmatch(r"[^a-zA-Z]*\d[^a-zA-Z]*", text) for text in _labels(axis))
    if has_numbers and not axis.get_label_text().strip():
        raise FigureError(
            f"the {axis.axis_name} axis of {axis.axes.get_title(loc='left') or 'a plot'!r} shows "
            f"numbers and has no label: set_{axis.axis_name}label says what they are, with the unit"
        )


def _labels(axis: Axis) -> list[str]:
    return [tick.get_text().replace(r"\mathdefault", "") for tick in axis.get_ticklabels()]


def _axes(figure: Figure) -> Iterator[Axis]:
    for axes in figure.axes:
        yield from (axes.xaxis, axes.yaxis)
