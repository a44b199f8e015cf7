"""A lesson as slides for a wall: a slide a step, figures large, the prose as speaker notes."""

from __future__ import annotations

import ast
import html
import importlib.util
import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mavrs_course.course.lessons import Lesson
from mavrs_course.course.notebook import KERNEL, BuildError, read, write_text
from mavrs_course.course.outline import HEADER, OBJECTIVES
from mavrs_course.course.publish.mathematics import font, with_mathml
from mavrs_course.course.publish.outputs import Markup, Movable, Picture, Shown, Text, shown
from mavrs_course.course.publish.pages import COMMENT, LINK

TEMPLATES = Path(__file__).with_name("templates")
NEEDED = ("nbconvert", "sphinx_revealjs", "latex2mathml", "ziamath")
SLIDE, BELOW, NOTES, SKIP, ON = "slide", "subslide", "notes", "skip", "-"
HEADING = re.compile(r"^(?=#{2,4} )", re.MULTILINE)
ON_THE_WALL = re.compile(r"(?i)\bpredict\b|\?(?:\*\*)?$|^\*\*.+\*\*$")
MOST_OUTPUT = 14  # lines of text that a wall can carry under code
MOST_WORDS = 45  # of prose on a slide; the rest is in the notes
LONG, LONGER = 14, 22  # lines of code and output together that need smaller letters


def build_deck(lesson: Lesson, target: Path) -> Path:
    """Write the deck of a lesson into the folder ``target``, reveal.js beside it; the deck's path.

    A cell that says in its own metadata what kind of slide it is (``slideshow.slide_type``, as
    JupyterLab writes it) is shown as it says.  Raises :class:`BuildError` as the site does.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise BuildError(f'{", ".join(missing)} is not installed: pip install -e ".[book]"')
    from nbconvert import SlidesExporter

    exporter = SlidesExporter(
        extra_template_basedirs=[str(TEMPLATES)],
        template_name="wall",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        reveal_url_prefix="reveal.js",
        reveal_theme="white",
    )
    deck = deck_notebook(lesson)
    resources = {"metadata": {"name": deck.metadata["title"]}}
    text, _ = exporter.from_notebook_node(deck, resources)
    page = target / f"{lesson.name}.html"
    write_text(page, text)
    shutil.copytree(_reveal(), target / "reveal.js", dirs_exist_ok=True)
    shutil.copy(font(), target / "reveal.js" / "mathematics.ttf")
    return page


def deck_notebook(lesson: Lesson) -> NotebookNode:
    """The deck as a notebook whose cells are tagged as slides."""
    notebook = read(lesson.notebook)
    where = f"notebooks/{lesson.name}.ipynb"
    cells = [made for cell in notebook.cells for made in _slides(cell, where)]
    title = next((line for line in notebook.cells[0].source.split("\n") if line), lesson.name)
    deck = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    deck.metadata["title"] = title.lstrip("# ")
    return deck


def _slides(cell: NotebookNode, where: str) -> Iterator[NotebookNode]:
    said = cell.metadata.get("slideshow", {}).get("slide_type")
    if cell.cell_type == "markdown":
        text = LINK.sub(lambda match: match["text"], COMMENT.sub("", cell.source)).strip()
        if said:
            yield _tagged(new_markdown_cell(with_mathml(text)), said)
        else:
            yield from _prose(cell.id, text)
    elif cell.cell_type == "code" and cell.source.strip():
        parts = shown(cell, where)
        yield from _code(cell, parts, said)


def _prose(cell_id: str, text: str) -> Iterator[NotebookNode]:
    if cell_id == HEADER:
        title, *rest = re.split(r"\n\s*\n", text)
        yield _markdown(SLIDE, "\n\n".join([title, *rest[:1]]))
        return
    if cell_id == OBJECTIVES:
        yield _markdown(SLIDE, text)
        return
    for section in HEADING.split(text):
        paragraphs = [part for part in re.split(r"\n\s*\n", section.strip()) if part.strip()]
        if not paragraphs:
            continue
        headed = paragraphs[0].startswith("#")
        wall = _for_the_wall(paragraphs[headed:], at_least_one=headed)
        if headed:
            yield _markdown(SLIDE, "\n\n".join([paragraphs[0], *wall]))
        elif wall:
            yield _markdown(BELOW, "\n\n".join(wall))
        yield _markdown(NOTES, section)


def _for_the_wall(paragraphs: list[str], *, at_least_one: bool) -> list[str]:
    """What a class should see of the prose: formulas, lists, questions, and a first sentence."""
    wall, words = [], 0
    for place, paragraph in enumerate(paragraphs):
        formula = paragraph.startswith("$$")
        listed = re.match(r"(?:[-*]|\d\.|\|) ?", paragraph)
        if formula or (listed and len(paragraph.split()) < 2 * MOST_WORDS):
            wall.append(paragraph)
            continue
        sentences = re.split(r"(?<=[.?])\s+(?=[A-Z*])", paragraph)
        chosen = [sentence for sentence in sentences if ON_THE_WALL.search(sentence)]
        if not chosen and at_least_one and place == 0:
            chosen = sentences[:1]
        kept = " ".join(chosen)
        if kept and words + len(kept.split()) <= MOST_WORDS:
            wall.append(kept)
            words += len(kept.split())
    return wall


def _code(cell: NotebookNode, parts: list[Shown], said: str | None) -> Iterator[NotebookNode]:
    pictures = [part for part in parts if isinstance(part, Picture)]
    rest = [part for part in parts if not isinstance(part, Picture)]
    lines = cell.source.strip().split("\n")
    if said == SKIP or (not parts and _only_imports(cell.source)):
        return
    first = said or BELOW
    if rest or not pictures:
        source = "\n".join(lines)
        outputs = [_on_the_wall(part) for part in rest]
        height = len(lines) + sum(_lines(part) for part in rest)
        made = new_code_cell(source, execution_count=1, outputs=outputs)
        made.metadata["tags"] = ["longer"] if height > LONGER else ["long"] * (height > LONG)
        yield _tagged(made, first)
        first = BELOW
    for picture in pictures:
        yield _markdown(first, _figure(picture))
        yield _markdown(NOTES, f"{picture.alt}\n\nIt is drawn in the cell `{cell.id}`.")
        first = BELOW


def _only_imports(source: str) -> bool:
    try:
        statements = ast.parse(source).body
    except SyntaxError:  # a command of IPython
        return False
    return all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in statements)


def _on_the_wall(part: Shown) -> NotebookNode:
    match part:
        case Text(text):
            lines = text.rstrip("\n").split("\n")
            cut = lines[:MOST_OUTPUT] + ["…"] * (len(lines) > MOST_OUTPUT)
            return new_output("stream", name="stdout", text="\n".join(cut) + "\n")
        case Movable(text, still):
            words = still or html.escape(text)
            markup = f'<div class="widget">{words}<p><em>Live in the lesson.</em></p></div>'
        case Markup(markup):
            pass
    return new_output("display_data", {"text/html": markup})


def _lines(part: Shown) -> int:
    if isinstance(part, Text):
        return min(MOST_OUTPUT, part.text.count("\n") + 1)
    return 4


def _figure(picture: Picture) -> str:
    kind = {"jpg": "jpeg", "svg": "svg+xml"}.get(picture.ending, picture.ending)
    content = b64encode(picture.content).decode()
    alt = html.escape(picture.alt)
    return f'<img class="wall" alt="{alt}" src="data:image/{kind};base64,{content}">'


def _markdown(kind: str, text: str) -> NotebookNode:
    return _tagged(new_markdown_cell(with_mathml(text)), kind)


def _tagged(cell: NotebookNode, kind: str) -> NotebookNode:
    cell.metadata["slideshow"] = nbformat.from_dict({"slide_type": kind})
    return cell


def _reveal() -> Path:
    """The folder of reveal.js."""
    package = importlib.util.find_spec("sphinx_revealjs")
    if package is None or package.origin is None:
        raise BuildError("sphinx-revealjs, which carries reveal.js, is not installed")
    return Path(package.origin).parent / "_static" / "revealjs"
