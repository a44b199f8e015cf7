"""A widget's still as one picture, for paper and slides: exporters that take no HTML take a PNG."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from mavrs_course.plots import CARD, INK

SHARPNESS = 1.5  # pixels drawn for each pixel shown
WIDTH, MARGIN, GAP = 760, 16, 18  # of the page, around it, and between columns: pixels shown
LETTERS, LINE, AFTER = 13, 19, 6  # height of the letters and of a line; space after a block
BLOCKS = {"p", "div", "br", "li", "ul", "ol", "table", "pre", "caption", "h3", "h4"}
UNSEEN = {"style", "script", "button"}

Block = str | list[str] | Image.Image  # a line of text, a row of a table, a picture


def on_paper(page: str) -> bytes:
    """A PNG of the HTML that :func:`~mavrs_course.widgets.still.still` makes.

    It holds the words, the tables and the pictures, one under the other.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.end_block()
    blocks = reader.blocks
    widths = _columns([block for block in blocks if isinstance(block, list)])
    if sum(widths) + GAP * len(widths) + 2 * MARGIN > WIDTH:  # rows are read as sentences
        blocks = [" · ".join(row) if isinstance(row, list) else row for row in blocks]
    blocks = [line for block in blocks for line in _wrapped(block)]
    high = 2 * MARGIN + sum(_height(block) for block in blocks)
    sheet = Image.new("RGB", (_px(WIDTH), _px(high)), CARD)
    _draw(sheet, blocks, widths)
    drawn = io.BytesIO()
    sheet.quantize(128, dither=Image.Dither.NONE).save(drawn, format="png", optimize=True)
    return drawn.getvalue()


def _draw(sheet: Image.Image, blocks: list[Block], widths: list[float]) -> None:
    pen, y = ImageDraw.Draw(sheet), float(MARGIN)
    for block in blocks:
        if isinstance(block, Image.Image):
            sheet.paste(block, (_px(MARGIN), _px(y)))
        else:
            x = float(MARGIN)
            for place, text in enumerate([block] if isinstance(block, str) else block):
                pen.text((_px(x), _px(y)), text, fill=INK, font=_font())
                x += GAP + (widths[place] if isinstance(block, list) else 0)
        y += _height(block)


def _height(block: Block) -> float:
    return block.height / SHARPNESS + AFTER if isinstance(block, Image.Image) else LINE


def _columns(rows: list[list[str]]) -> list[float]:
    """How wide each column must be for all of its cells."""
    most = max(map(len, rows), default=0)
    columns = [[_length(row[n]) for row in rows if n < len(row)] for n in range(most)]
    return [max(column) for column in columns]


def _wrapped(block: Block) -> list[Block]:
    """Text in lines that fit the page."""
    if not isinstance(block, str):
        return [block]
    lines = [""]
    for word in block.split(" "):
        longer = f"{lines[-1]} {word}".strip() if lines[-1] else word
        if _length(longer) <= WIDTH - 2 * MARGIN or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [*lines]


class _Reader(HTMLParser):
    """The words, rows and pictures of a page, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.words, self.row, self.unseen, self.kept = "", None, 0, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in UNSEEN:
            self.unseen += 1
        elif tag == "tr":
            self.end_block()
            self.row = []
        elif tag == "img":
            self._picture(given.get("src") or "", given.get("width") or "")
        elif tag in BLOCKS:
            self.end_block()
            self.kept = self.kept or tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen -= 1
        elif tag in ("td", "th") and self.row is not None:
            self.row.append(" ".join(self.words.split()))
            self.words = ""
        elif tag == "tr" and self.row is not None:
            row, self.row = self.row, None
            self.blocks += [row] if any(row) else []
        elif tag in BLOCKS:
            self.end_block()
            self.kept = self.kept and tag != "pre"

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words += data

    def end_block(self) -> None:
        """What was said so far is a block of its own; in a table's row it stays in its cell."""
        if self.row is not None:
            self.words += " "
            return
        lines = self.words.split("\n") if self.kept else [" ".join(self.words.split())]
        self.blocks += [line for line in lines if line.strip()]
        self.words = ""

    def _picture(self, source: str, width: str) -> None:
        found = re.match(r"data:image/\w+;base64,(.*)", source, re.DOTALL)
        if self.row is not None or found is None:
            return
        self.end_block()
        image = Image.open(io.BytesIO(b64decode(found[1]))).convert("RGBA")
        wide = min(float(width or image.width / SHARPNESS), WIDTH - 2 * MARGIN)
        size = _px(wide), _px(wide * image.height / image.width)
        ground = Image.new("RGBA", size, CARD)
        ground.alpha_composite(image.resize(size))
        self.blocks.append(ground.convert("RGB"))


@cache
def _font() -> ImageFont.FreeTypeFont:
    """DejaVu Sans as matplotlib brings it."""
    import matplotlib

    path = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    return ImageFont.truetype(str(path), _px(LETTERS))


def _length(text: str) -> float:
    return _font().getlength(text) / SHARPNESS


def _px(shown: float) -> int:
    return round(shown * SHARPNESS)
