"""The look of the course's figures.

Importing this module dresses matplotlib: dark ink on a soft opaque card, so that a figure
reads the same in JupyterLab's light and dark themes, and the colours of Okabe and Ito, which
colour-blind readers can tell apart.  A notebook shows a figure when :func:`show` is called, and
not before: one that takes two cells to draw would else appear unfinished, without its alt text.
"""

from __future__ import annotations

import html
import io
import sys
import textwrap
from base64 import b64encode
from collections.abc import Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from PIL import Image
from scipy import stats

from mavrs_course.legible import CARD, FigureError, mend_signs, require_words, signs
from mavrs_course.legible import contrast as contrast
from mavrs_course.legible import ink_of as ink_of
from mavrs_course.legible import ink_on as ink_on
from mavrs_course.messages import Floats, Message, Trace

# Okabe & Ito 2008, without the yellow, which is too pale for a line on a light card.
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, GREY = "#CC79A7", "#56B4E9", "#8A8A8A"
INK, RULE = "#2B2B2B", "#DDDAD2"
FADED = "#5F5F5F"  # grey for words, which need more contrast than marks

STYLE = {
    "figure.figsize": (7.0, 4.0),
    "figure.facecolor": CARD,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.14,
    "figure.constrained_layout.h_pad": 0.14,
    "axes.facecolor": CARD,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.labelsize": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=[BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, GREY]),
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "lines.linewidth": 2.0,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
}
mpl.rcParams.update(STYLE)


def _no_unfinished_figures() -> None:
    """Keep Jupyter from displaying every open figure at the end of its cell.

    ``plt.show()`` goes on to display them, and ``%matplotlib inline`` brings the old way back.
    """
    ipython = sys.modules.get("IPython")  # not loaded: this is no notebook
    shell = ipython.get_ipython() if ipython else None
    if shell is None or "inline" not in mpl.get_backend():
        return
    from matplotlib_inline.backend_inline import flush_figures  # switches itself on when imported

    for hook in [h for h in shell.events.callbacks["post_execute"] if h is flush_figures]:
        shell.events.unregister("post_execute", hook)


_no_unfinished_figures()

SCREEN_DPI = 100
WIDEST = 9.4  # inches: what a cell of JupyterLab shows unshrunk in a window of 1400 pixels
ON_CARD = {"facecolor": CARD, "edgecolor": "none", "pad": 0.5}  # behind words on lines
LONGEST_KIND = 30  # characters of a message's kind in a diagram
SHARPNESS = 1.5  # pixels drawn for each pixel shown: crisp on dense screens, still small


def show(figure: Figure, *, alt: str) -> None:
    """Display a figure with its alt text, and close it.

    ``alt`` says what the figure shows, in a sentence, for those who can't see it; it is the
    image's alternative text and the output's text/plain.  JupyterLab's own image renderer drops
    alternative texts, which is why the image travels as HTML; PDF and slides take the PNG beside.

    Hyphens before numbers become minus signs, in the figure and in ``alt``.  Raises FigureError
    when ``alt`` is empty, when an axis with numbers has no label, and when bars of error are
    nowhere explained.
    """
    from IPython.display import display

    if not alt.strip():
        raise FigureError("show() needs alt=: one sentence that says what the figure shows")
    alt = signs(alt)
    figure.canvas.draw()
    require_words(figure)
    mend_signs(figure)
    image, width = b64encode(_png(figure)).decode(), figure.get_size_inches()[0] * SCREEN_DPI
    plt.close(figure)
    element = (
        f'<img alt="{html.escape(alt)}" width="{width:.0f}" '
        f'style="max-width: 100%; height: auto; border-radius: 8px" '
        f'src="data:image/png;base64,{image}">'
    )
    display({"text/html": element, "image/png": image, "text/plain": alt}, raw=True)


def _png(figure: Figure) -> bytes:
    drawn = io.BytesIO()
    dpi = SCREEN_DPI * SHARPNESS
    figure.savefig(drawn, format="png", dpi=dpi)
    small = io.BytesIO()
    few = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(small, format="png", optimize=True)  # a third of the bytes, and it is sent twice
    return small.getvalue()


def mean_interval(samples: ArrayLike) -> tuple[Floats, Floats]:
    """Mean over the first axis (seeds) and half the width of its 95 % interval (Student's t)."""
    values = np.asarray(samples, dtype=float)
    seeds = len(values)
    if seeds < 2:
        raise ValueError(f"an interval over seeds needs at least 2 of them, got {seeds}")
    error = values.std(axis=0, ddof=1) / np.sqrt(seeds)
    return values.mean(axis=0), stats.t.ppf(0.975, seeds - 1) * error


def interval_bars(
    axes: Axes,
    names: Sequence[str],
    samples: Sequence[ArrayLike],
    colours: Sequence | None = None,
    *,
    each: str = "seed",
) -> None:
    """One row a name, the first on top: every seed, their mean and its 95 % interval.

    samples: for each name the values of its seeds, float[S]; ``each``: what they are, where they
    are not seeds.  A line under the axes says what the marks mean.
    """
    if len(names) != len(samples):
        raise ValueError(f"{len(names)} names for {len(samples)} lists of samples")
    colours = colours or [BLUE] * len(names)
    for row, (values, colour) in enumerate(zip(samples, colours, strict=True)):
        mean, half = mean_interval(values)
        axes.plot(values, np.full(len(values), row), "o", ms=5, mew=0, color=colour, alpha=0.3)
        axes.errorbar(mean, row, xerr=half, fmt="o", ms=6, lw=2.5, capsize=5, color=colour)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(False, axis="y")
    explain(axes, BARS_MEAN.format(each=each))


def interval_curve(
    axes: Axes,
    x: ArrayLike,
    samples: ArrayLike,
    label: str,
    colour: str | None = None,
    *,
    within: tuple[float, float] = (-np.inf, np.inf),
    each: str = "seed",
) -> None:
    """The mean over seeds of ``samples`` float[S, N] against ``x`` [N], in its 95 % band.

    within: what is possible, such as ``(0, 1)`` for a share; the band ends there.  ``each``: what
    the samples are, where they are not seeds.  A line under the figure says what the band means.
    """
    mean, half = mean_interval(samples)
    low, high = np.clip((mean - half, mean + half), *within)
    (line,) = axes.plot(x, mean, label=label, color=colour)
    axes.fill_between(x, low, high, color=line.get_color(), alpha=0.2, linewidth=0)
    explain(axes, BAND_MEANS.format(each=each))


BARS_MEAN = "pale dots: each {each} · dot and bar: their mean and its 95 % interval"
SMALL_PRINT = "small-print"  # what marks these texts among a figure's others
BAND_MEANS = "line: mean over {each}s · band: its 95 % interval"


def explain(axes: Axes, text: str) -> None:
    """Say once a figure, in small print at its lower right, what its marks mean.

    A second text stands above the first.
    """
    figure = axes.get_figure()
    said = [other for other in figure.texts if other.get_gid() == SMALL_PRINT]
    if any(text == other.get_text() for other in said):
        return
    line = 0.15 / figure.get_size_inches()[1]  # a share of the height
    height = 0.005 + line * len(said)
    if figure.get_layout_engine() is not None:
        strip = line * (len(said) + 1)
        figure.get_layout_engine().set(rect=(0, strip, 1, 1 - strip))
    style = {"size": 7.5, "color": FADED, "ha": "right", "va": "bottom", "gid": SMALL_PRINT}
    figure.text(0.995, height, text, **style)


def sequence_diagram(trace: Trace, axes: Axes | None = None) -> Axes:
    """Draw who told whom what, in order, from top to bottom; returns the axes.

    Without ``axes`` a figure of a fitting size is made.
    """
    if not len(trace):
        raise ValueError("this Trace is empty: there is nothing to draw")
    names = list(dict.fromkeys(name for m in trace for name in (m.sender, m.receiver)))
    if axes is None:
        wide = min(max(4.0, 1.7 * len(names)), WIDEST)
        size = (wide, 0.9 + 0.42 * len(trace))
        axes = plt.figure(figsize=size).add_subplot()
    axes.set_axis_off()
    axes.set(xlim=(-0.6, len(names) - 0.4), ylim=(len(trace) + 0.2, -0.9))
    for column, name in enumerate(names):
        axes.plot([column, column], [-0.2, len(trace)], color=RULE, lw=1.5, zorder=0)
        box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": GREY}
        stacked = "\n".join(textwrap.wrap(name, 12, break_long_words=False))
        axes.text(column, -0.5, stacked, ha="center", va="center", weight="bold", bbox=box)
    for row, message in enumerate(trace, start=1):
        _draw_message(
            axes, message, row - 0.3, names.index(message.sender), names.index(message.receiver)
        )
    return axes


def _draw_message(axes: Axes, message: Message, y: float, start: int, end: int) -> None:
    kind = textwrap.shorten(message.kind, LONGEST_KIND, placeholder=" …")
    text = " · ".join([kind, *_costs(message)])
    label = {"size": 8.5, "bbox": ON_CARD}
    style = {"arrowstyle": "-|>", "color": BLUE, "lw": 1.6, "shrinkA": 0, "shrinkB": 0}
    if start == end:
        style["connectionstyle"] = "arc3,rad=-1.2"
        axes.annotate("", (end, y + 0.15), (start, y - 0.25), arrowprops=style)
        axes.text(start + 0.22, y - 0.05, text, ha="left", va="center", **label)
    else:
        axes.annotate("", (end, y), (start, y), arrowprops=style)
        axes.text((start + end) / 2, y - 0.1, text, ha="center", va="bottom", **label)


def _costs(message: Message) -> list[str]:
    milliseconds = message.seconds * 1000
    time = f"{milliseconds:.{milliseconds < 10:d}f} ms"
    if message.seconds >= 1:
        time = f"{message.seconds:.1f} s"
    spoken = (f"{message.size_bytes:,} B", f"{message.tokens:,} tokens", time)
    # What took no time that could be read says nothing, on row after row.
    spent = (message.size_bytes, message.tokens, milliseconds >= 0.05)
    return [text for text, cost in zip(spoken, spent, strict=True) if cost]
