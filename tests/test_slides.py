"""Slides of a lesson: what goes on the wall, what into the notes, and whether it fits."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import BROWSER
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from toy_course import lesson_cells, make_course, write
from typer.testing import CliRunner

from mavrs_course import cli
from mavrs_course.course.lessons import find_lesson
from mavrs_course.course.notebook import BuildError
from mavrs_course.course.publish.deck import build_deck, deck_notebook

ROOT = Path(__file__).resolve().parent.parent

TOO_LARGE = """() => {
    const slide = Reveal.getCurrentSlide();
    const parts = [...slide.children].filter((part) => !part.matches('aside'));
    const low = Math.max(0, ...parts.map((part) => part.offsetTop + part.scrollHeight));
    const wide = [...slide.querySelectorAll('pre, img, table')].some(
        (part) => part.scrollWidth > part.clientWidth + 1 || part.offsetWidth > 1280);
    return low > 720 || wide ? slide.innerText.slice(0, 60) : '';
}"""


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """``lesson(*cells)`` is a toy lesson with these cells after its header and objectives."""
    root = make_course(tmp_path / "course")

    def make(*cells):
        write(root / "notebooks" / "01_toys.ipynb", [*lesson_cells()[:2], *cells])
        return find_lesson(root, "01")

    return make


def kinds(deck) -> list[tuple[str, str]]:
    return [(cell.metadata.slideshow.slide_type, cell.source) for cell in deck.cells][2:]


def code(source: str, *outputs, **metadata):
    return new_code_cell(
        source, id="it", execution_count=1, outputs=list(outputs), metadata=metadata
    )


def test_a_heading_begins_a_slide_and_its_prose_goes_into_the_notes(lesson):
    prose = "## 1. Two\n\nFirst. Second sentence.\n\nThird.\n\n$$x$$\n\n**Predict:** who wins?"
    deck = kinds(deck_notebook(lesson(new_markdown_cell(prose, id="a"))))
    assert [kind for kind, _ in deck] == ["slide", "notes"]
    wall, notes = deck[0][1], deck[1][1]
    assert wall.startswith("## 1. Two\n\nFirst.\n\n<math") and "who wins?" in wall
    assert "Second" not in wall and "Third" not in wall
    assert "Second" in notes and "Third" in notes


def test_code_is_a_step_and_imports_are_not_shown(lesson):
    deck = kinds(
        deck_notebook(
            lesson(
                code("import numpy as np\nfrom a import (\n    b,\n)"),
                new_code_cell("print(1)", id="two", execution_count=2),
            )
        )
    )
    assert deck == [("subslide", "print(1)")]


def test_long_text_under_code_is_cut_and_says_so(lesson):
    printed = new_output("stream", name="stdout", text="\n".join(map(str, range(99))))
    deck = deck_notebook(lesson(code("for i in range(99):\n    print(i)", printed)))
    lines = deck.cells[2].outputs[0].text.split("\n")
    assert len(lines) < 20 and lines[-2] == "…"


def test_a_cell_that_says_what_it_is_is_shown_so(lesson):
    skipped = code("print(1)", slideshow={"slide_type": "skip"})
    slide = new_markdown_cell("Look.", id="b", metadata={"slideshow": {"slide_type": "fragment"}})
    assert kinds(deck_notebook(lesson(skipped, slide))) == [("fragment", "Look.")]


def test_a_figure_without_description_stops_the_deck(lesson):
    output = new_output("display_data", {"text/html": '<img src="data:image/png;base64,AA">'})
    with pytest.raises(BuildError, match="cell it: a figure has no description"):
        deck_notebook(lesson(code("plots.show(figure)", output)))


def test_an_unknown_lesson_is_told(tmp_path):
    result = CliRunner().invoke(cli.app, ["slides", "77", "--to", str(tmp_path)])
    assert result.exit_code == 1 and not list(tmp_path.iterdir())


@pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed")
def test_a_deck_fits_on_the_wall_and_asks_nobody(tmp_path, browser):
    deck = build_deck(find_lesson(ROOT, "11"), tmp_path / "a wall")
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(deck.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    too_large, figures = [], []
    for _ in range(page.evaluate("Reveal.getTotalSlides()")):
        too_large.append(page.evaluate(TOO_LARGE))
        figures += page.evaluate(
            "[...Reveal.getCurrentSlide().querySelectorAll('img.wall')].map(i => i.clientWidth)"
        )
        page.evaluate("Reveal.next()")
    assert not [text for text in too_large if text]
    assert len(figures) == 7 and min(figures) > 1000
    assert page.locator("aside.notes").count() > 30 and page.locator("math").count() > 10
    assert all(url.startswith(("file:", "data:")) for url in requests) and not errors
    page.close()
