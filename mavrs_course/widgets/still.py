"""A widget as it stands, in plain HTML with pictures: for readers who have no kernel.

Only tags and attributes that JupyterLab and GitHub leave in place when they do not trust a
notebook: no script, no style sheet, no inline SVG.
"""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import ipywidgets as widgets

SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
LABEL = re.compile(r'aria-label="([^"]*)"')
WIDTH = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)"')
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
SHARPNESS = 1.5  # pixels drawn for each pixel shown
INVISIBLE = "none"  # of a layout's display


def still(widget: widgets.Widget) -> str:
    """The widget as HTML: its controls as a line of words, its SVG as pictures."""
    controls, shown = [], []
    for part in _parts(widget):
        if isinstance(part, widgets.HTML):
            shown.append(f"<div>{SVG.sub(lambda found: picture(found[0]), part.value)}</div>")
        elif isinstance(part, widgets.Image):
            shown.append(image_of(bytes(part.value), "What this widget shows"))
        elif said := _said(part):
            controls.append(said)
    line = f"<p>{' · '.join(controls)}</p>" if controls else ""
    return line + "".join(shown)


def _parts(widget: widgets.Widget) -> Iterator[widgets.Widget]:
    """What can be seen in a box, in order."""
    layout = getattr(widget, "layout", None)
    if layout is not None and layout.display == INVISIBLE:
        return
    if isinstance(widget, widgets.Box):
        for child in widget.children:
            yield from _parts(child)
    else:
        yield widget


def _said(control: widgets.Widget) -> str:
    """A control in words: what it is called, and how it stands."""
    name = getattr(control, "description", "")
    if isinstance(control, widgets.Button):
        return f"[{html.escape(name)}]"
    if not hasattr(control, "value") or not name:
        return ""
    value = getattr(control, "label", control.value)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    elif isinstance(value, float):
        value = f"{value:.4g}".replace("-", "−")
    return f"{html.escape(name)}: <b>{html.escape(str(value))}</b>"


def picture(svg: str) -> str:
    """An inline SVG as an image, with its label as the alternative text."""
    label = LABEL.search(svg)
    return image_of(png(svg), html.unescape(label[1]) if label else "", _width(svg))


def png(svg: str) -> bytes:
    """An SVG drawn with the font that figures have."""
    import resvg_py

    if NAMESPACE not in svg:
        svg = svg.replace("<svg", f'<svg {NAMESPACE} font-family="DejaVu Sans"', 1)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=SHARPNESS,
            background=_card(svg),
            skip_system_fonts=True,
            font_files=list(_fonts()),
            font_family="DejaVu Sans",
        )
    )


@cache
def _fonts() -> tuple[str, ...]:
    """DejaVu Sans as matplotlib brings it."""
    import matplotlib

    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    return tuple(str(folder / f"DejaVuSans{kind}.ttf") for kind in ("", "-Bold"))


def _card(svg: str) -> str | None:
    """The colour behind an SVG, where its style says one."""
    found = re.search(r"background:\s*(#\w+)", svg.split(">", 1)[0])
    return found[1] if found else None


def _width(svg: str) -> int | None:
    found = WIDTH.search(svg)
    return round(float(found[1])) if found else None


def image_of(data: bytes, alt: str, width: int | None = None) -> str:
    """A PNG as an HTML image."""
    wide = f' width="{width}"' if width else ""
    return (
        f'<img alt="{html.escape(alt)}"{wide} style="max-width: 100%; height: auto" '
        f'src="data:image/png;base64,{b64encode(data).decode()}">'
    )
