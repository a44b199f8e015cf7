"""A lesson as a page of the site: pictures as files, widgets as they stood, links mended."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

from mavrs_course.course.lessons import Lesson
from mavrs_course.course.notebook import KERNEL, BuildError, read
from mavrs_course.course.outline import HEADER
from mavrs_course.course.publish.outputs import (
    DATA_ADDRESS,
    ENDINGS,
    Markup,
    Movable,
    Picture,
    Shown,
    Text,
    decoded,
    shown,
)

LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
CODE = re.compile(r"(```.*?```|`[^`]*`)", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->\n*", re.DOTALL)
OUTSIDE = ("http://", "https://", "mailto:")
RUN_THIS = "run-this"
# Where a file of the repository is a page of the site; the last two are made by the build.
SITE_PAGES = {
    "docs/site/index.md": "index.md",
    "docs/site/begin.md": "begin.md",
    "docs/teaching.md": "teaching.md",
    "docs/site/exercises.md": "exercises.md",
    "docs/site/lessons.md": "lessons.md",
}


@dataclass(frozen=True)
class Shelf:
    """Where the site is put together.

    root: the course.  source: the folder that Sphinx reads.  built: names of the lessons that get
    a page.  repository: the address of the course's files on the web, or nothing.
    """

    root: Path
    source: Path
    built: Collection[str]
    repository: str = ""

    def keep(self, content: bytes, ending: str) -> str:
        """Put a picture on the shelf; its address as seen from a lesson's page."""
        name = f"{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
        path = self.source / "_static" / "figures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return f"../_static/figures/{name}"


def lesson_page(lesson: Lesson, shelf: Shelf) -> NotebookNode:
    """The notebook of a lesson's page; raises :class:`BuildError` with the lesson and the cell."""
    notebook = read(lesson.notebook)
    where, figures = f"notebooks/{lesson.name}.ipynb", 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            parts = shown(cell, where)
            figures += sum(isinstance(part, Picture) for part in parts)
            cell.outputs = [_output(part, shelf) for part in parts]
            cell.metadata = _page_metadata(cell)
        else:
            cell.source = page_text(cell.source, f"{where}, cell {cell.id}", "notebooks", shelf)
    if not figures:
        raise BuildError(f"{where}: the lesson shows no figure")
    _say_how_to_run(notebook, lesson, shelf)
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    return notebook


def page_text(text: str, place: str, folder: str, shelf: Shelf) -> str:
    """Markdown of the repository as a page of the site has it: no comments, links that lead on.

    folder: where the text stands in the repository, which its links start from.
    """
    parts = CODE.split(COMMENT.sub("", text))
    for number in range(0, len(parts), 2):  # the odd ones are code
        parts[number] = LINK.sub(lambda match: _link(match, place, folder, shelf), parts[number])
    return "".join(parts)


def picture_markup(picture: Picture, address: str) -> str:
    """A picture as an HTML figure, its description within everybody's reach."""
    words = html.escape(picture.alt)
    width = f' width="{picture.width}"' if picture.width else ""
    return (
        f'<figure class="lesson-figure"><img src="{address}" alt="{words}"{width}>'
        f"<figcaption><details><summary>What the figure shows</summary><p>{words}</p></details>"
        "</figcaption></figure>"
    )


def with_kept_pictures(markup: str, keep: Callable[[bytes, str], str]) -> str:
    """HTML with its pictures as files: ``keep(content, ending)`` gives their addresses."""
    return DATA_ADDRESS.sub(
        lambda match: keep(decoded(match[2]), ENDINGS.get(match[1], match[1])), markup
    )


def _output(part: Shown, shelf: Shelf) -> NotebookNode:
    match part:
        case Text(text):
            return new_output("stream", name="stdout", text=text)
        case Picture():
            markup = picture_markup(part, shelf.keep(part.content, part.ending))
        case Movable(text, still):
            still = with_kept_pictures(still, shelf.keep) or f"<p>{html.escape(text)}</p>"
            markup = (
                f'<figure class="widget">{still}<figcaption>In JupyterLab this can be moved: '
                f'<a href="#{RUN_THIS}">run this</a>.</figcaption></figure>'
            )
        case Markup(table):
            # Long lines scroll, by keyboard too.  A corner without text is no heading.
            corner = table.replace("<th></th>", "<td></td>")
            markup = (
                f'<div class="wide" tabindex="0" role="group" aria-label="Table">{corner}</div>'
            )
    return new_output("display_data", {"text/html": markup})


def _page_metadata(cell: NotebookNode) -> NotebookNode:
    folded = cell.metadata.get("jupyter", {}).get("source_hidden")
    return nbformat.from_dict({"tags": ["hide-input"]} if folded else {})


def _say_how_to_run(notebook: NotebookNode, lesson: Lesson, shelf: Shelf) -> None:
    """A box under the title: this page is to read; where to move things, and the exercises."""
    links = [f'<a href="../notebooks/{lesson.name}.ipynb" download>the lesson as a notebook</a>']
    if lesson.exercise.exists():
        link = f"../exercises/{lesson.name}.ipynb"
        links.append(f'<a href="{link}" download>its exercises</a>')
    if shelf.repository:
        address = f"{shelf.repository}/blob/main/notebooks/{lesson.name}.ipynb"
        links.append(f'<a href="{address}">the source</a>')
    box = (
        f'<aside class="run-this" id="{RUN_THIS}" aria-label="Run this lesson">'
        "<p><strong>Run this lesson.</strong> Here you can read it. To change the code and move "
        'the widgets, <a href="../begin.html">set the course up</a>, type <code>mavrs lab</code> '
        f"and open <code>mine/notebooks/{lesson.name}.ipynb</code>.</p>"
        f"<p>Download: {', '.join(links)}.</p></aside>"
    )
    for cell in notebook.cells:
        if cell.id == HEADER:
            cell.source = f"{cell.source.rstrip()}\n\n{box}"


def _link(match: re.Match, place: str, folder: str, shelf: Shelf) -> str:
    """A link of the repository as a link of the site.

    To a lesson: its page.  To exercises: a download.  To another file: the repository on the web,
    or where that is not known, the file's name.
    """
    text, target = match["text"], match["target"]
    if target.startswith((*OUTSIDE, "#")):
        return match[0]
    file, _, anchor = target.partition("#")
    path = _inside(PurePosixPath(folder) / file)
    depth = "../" if folder == "notebooks" else ""
    if str(path) in SITE_PAGES:
        return f"[{text}]({depth}{SITE_PAGES[str(path)]}{'#' + anchor if anchor else ''})"
    if path is None or not (shelf.root / path).exists():
        raise BuildError(f"{place}: the link to {target} leads nowhere")
    if path.parts[0] == "exercises" and path.suffix == ".ipynb":
        if path.stem not in shelf.built:
            return text
        return f'<a href="{depth}{path}" download>{text}</a>'
    if path.parts[0] == "notebooks" and path.suffix == ".ipynb":
        return f"[{text}]({depth}{path})" if path.stem in shelf.built else text
    if shelf.repository:
        return f"[{text}]({shelf.repository}/blob/main/{path}{'#' + anchor if anchor else ''})"
    return f"{text} (`{path}`)" if str(path) not in text else text


def _inside(path: PurePosixPath) -> PurePosixPath | None:
    """The path from the repository's root, without ``..``; None for one outside of it."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        else:
            parts.append(part)
    return PurePosixPath(*parts) if parts else None
