"""What a lesson's cells put out, as it can be shown where nothing runs."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from nbformat import NotebookNode

from mavrs_course.course.notebook import RUN_ME, WIDGET_VIEW, BuildError

SHOWS_FIGURE = re.compile(r"^plots\.show\(", re.MULTILINE)  # not in a function or a loop
DATA_ADDRESS = re.compile(r"data:image/(png|jpeg|webp|svg\+xml);base64,([A-Za-z0-9+/=\s]*)")
FILE_STARTS = {"png": b"\x89PNG", "jpeg": b"\xff\xd8", "webp": b"RIFF", "svg+xml": b"<"}
ENDINGS = {"jpeg": "jpg", "svg+xml": "svg"}
WAKES = "Run this cell to wake it."  # what the picture of a widget says, once the build kept it
CONSTRUCTOR = re.compile(r"\w+\(\w+=")  # the repr of a widget's parts tells a reader nothing


@dataclass(frozen=True)
class Picture:
    """An image with its description.  width: on the screen, in pixels, or None."""

    alt: str
    content: bytes
    ending: str
    width: int | None = None


@dataclass(frozen=True)
class Text:
    """Text as it was printed."""

    text: str


@dataclass(frozen=True)
class Markup:
    """HTML without pictures, such as a table."""

    html: str


@dataclass(frozen=True)
class Movable:
    """A widget as it stood.

    text: what it says of itself.  html: itself without a kernel, pictures as data addresses;
    empty where the notebook holds none.
    """

    text: str
    html: str


Shown = Picture | Text | Markup | Movable


def shown(cell: NotebookNode, where: str) -> list[Shown]:
    """What a code cell shows, in order.

    Raises :class:`BuildError`, with ``where`` and the cell's id, for a cell that was not run or
    ended in an error, for a figure that is missing or damaged, and for one without description.
    """
    place = f"{where}, cell {cell.id}"
    if cell.source.strip() and not cell.get("execution_count"):
        raise BuildError(f"{place}: it was not run (mavrs build runs it)")
    found = [part for output in cell.outputs for part in _shown(output, place)]
    wanted = len(SHOWS_FIGURE.findall(cell.source))
    pictures = sum(isinstance(part, Picture) for part in found)
    if pictures < wanted:
        raise BuildError(f"{place}: of {wanted} figures that it shows, {pictures} are there")
    return found


def pictures_of(markup: str, place: str) -> list[Picture]:
    """The pictures in HTML; raises :class:`BuildError` for one that can't be seen or heard."""
    parser = _Images()
    parser.feed(markup)
    return [_picture(image, place) for image in parser.found]


def _shown(output: NotebookNode, place: str) -> Iterator[Shown]:
    if output.output_type == "error":
        raise BuildError(f"{place}: it ended in {output.ename}: {output.evalue}")
    if output.output_type == "stream":
        yield Text(output.text)
        return
    data = output.data
    markup = data.get("text/html") or _bare_image(output)
    pictures = pictures_of(markup, place)
    if WIDGET_VIEW in data or WAKES in markup or data.get("text/markdown") == RUN_ME:
        said = data.get("text/plain", "").strip()
        yield Movable("" if CONSTRUCTOR.match(said) else said, markup)
    elif pictures:
        yield from pictures
    elif markup:
        yield Markup(markup)
    elif "text/plain" in data:
        yield Text(data["text/plain"])


def _bare_image(output: NotebookNode) -> str:
    """An output that is an image and no HTML, as an element; it may say its description."""
    for kind in ("image/png", "image/jpeg"):
        if kind in output.data:
            alt = output.metadata.get(kind, {}).get("alt") or output.metadata.get("alt", "")
            alt = alt.replace("&", "&amp;").replace('"', "&quot;")
            return f'<img alt="{alt}" src="data:{kind};base64,{output.data[kind]}">'
    return ""


def _picture(image: dict[str, str], place: str) -> Picture:
    alt = image.get("alt", "").strip()
    if not alt:
        raise BuildError(f"{place}: a figure has no description (plots.show needs alt=)")
    match = DATA_ADDRESS.fullmatch(image.get("src", "").strip())
    if not match:
        raise BuildError(f"{place}: the figure {alt[:50]!r} is not in the notebook")
    content = decoded(match[2])
    if not content.lstrip().startswith(FILE_STARTS[match[1]]):
        raise BuildError(f"{place}: the figure {alt[:50]!r} is damaged")
    width = image.get("width", "")
    return Picture(
        alt, content, ENDINGS.get(match[1], match[1]), int(width) if width.isdigit() else None
    )


def decoded(text: str) -> bytes:
    """The bytes behind base64, or none where it is broken."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        return b""


class _Images(HTMLParser):
    """Collects the attributes of every image."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append({name: value or "" for name, value in attrs})
