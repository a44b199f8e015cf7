"""The course as a site: what stops it, what its pages hold, and how it works in a browser."""

from __future__ import annotations

import functools
import http.server
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from browser_looks import violations
from lab import BROWSER
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from toy_course import lesson_cells, make_course, write

from mavrs_course.course.lessons import find_lesson
from mavrs_course.course.notebook import BuildError
from mavrs_course.course.publish.inspection import problems
from mavrs_course.course.publish.mathematics import mathml, with_mathml
from mavrs_course.course.publish.outputs import Movable, Picture, shown
from mavrs_course.course.publish.pages import Shelf, lesson_page, page_text
from mavrs_course.course.publish.site import build_site

ROOT = Path(__file__).resolve().parent.parent
LESSON = "notebooks/17_macrec.html"
PAGES = ("index.html", "begin.html", "lessons.html", "exercises.html", LESSON)
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FIGURE = f'<img alt="A dot." width="7" src="data:image/png;base64,{PNG}">'
WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Two lessons of the course as a site, in a folder with a space in its name."""
    target = tmp_path_factory.mktemp("a site") / "course"
    return build_site(ROOT, target, only=["00", "17"]).parent


def cell(html: str = FIGURE, source: str = "plots.show(figure)", **more):
    output = new_output("display_data", {"text/html": html, "text/plain": "text"} | more)
    return new_code_cell(source, id="the-figure", execution_count=1, outputs=[output])


# What a cell must show


@pytest.mark.parametrize(
    ("html", "trouble"),
    [
        ("", "of 1 figures that it shows, 0 are there"),
        ("<table></table>", "of 1 figures that it shows, 0 are there"),
        (FIGURE.replace("A dot.", " "), "no description"),
        (FIGURE.replace('alt="A dot." ', ""), "no description"),
        (FIGURE.replace(PNG, ""), "damaged"),
        (FIGURE.replace(PNG, "!!!"), "not in the notebook"),
        (FIGURE.replace(PNG, PNG[10:]), "damaged"),
        ('<img alt="A dot." src="dot.png">', "not in the notebook"),
        ('<img alt="A dot." src="https://example.org/dot.png">', "not in the notebook"),
    ],
)
def test_a_figure_that_cannot_be_seen_or_heard_is_an_error_with_its_place(html, trouble):
    with pytest.raises(BuildError, match=rf"lesson 9, cell the-figure: .*{trouble}"):
        shown(cell(html), "lesson 9")


def test_a_cell_that_failed_or_was_not_run_is_an_error_with_its_place():
    failed = cell()
    failed.outputs = [new_output("error", ename="ClaimFailed", evalue="no gain", traceback=[])]
    with pytest.raises(BuildError, match="cell the-figure: it ended in ClaimFailed: no gain"):
        shown(failed, "lesson 9")
    with pytest.raises(BuildError, match="cell the-figure: it was not run"):
        shown(new_code_cell("1 + 1", id="the-figure"), "lesson 9")


def test_figures_and_widgets_with_and_without_a_picture():
    assert shown(cell(), "here")[0] == Picture("A dot.", shown(cell(), "here")[0].content, "png", 7)
    still = f"<p>level: 3</p>{FIGURE}<p>Move it.</p>"
    assert shown(cell(still, "table", **WIDGET), "here") == [Movable("text", still)]
    bare = shown(cell("", "table", **WIDGET, **{"text/plain": "VBox(children=(Label(),))"}), "here")
    assert bare == [Movable("", "")]
    with pytest.raises(BuildError, match="no description"):
        shown(cell(still.replace("A dot.", ""), "table", **WIDGET), "here")


# Links, formulas


@pytest.fixture
def shelf(tmp_path):
    for name in (
        "notebooks/01_a.ipynb",
        "exercises/01_a.ipynb",
        "data/README.md",
        "notebooks/02_b.ipynb",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return Shelf(tmp_path, tmp_path / "source", {"01_a"})


@pytest.mark.parametrize(
    ("link", "becomes"),
    [
        ("[x](01_a.ipynb)", "[x](../notebooks/01_a.ipynb)"),
        ("[x](02_b.ipynb)", "x"),
        ("[x](../exercises/01_a.ipynb)", '<a href="../exercises/01_a.ipynb" download>x</a>'),
        ("[x](../data/README.md#why)", "x (`data/README.md`)"),
        ("[x](https://example.org/a)", "[x](https://example.org/a)"),
        ("`[x](nowhere.md)`", "`[x](nowhere.md)`"),
        ("<!-- a note -->\nx", "x"),
    ],
)
def test_links_of_a_lesson_lead_on(shelf, link, becomes):
    assert page_text(link, "here", "notebooks", shelf) == becomes


def test_links_to_files_lead_to_the_repository_where_it_is_known(shelf):
    shelf = Shelf(shelf.root, shelf.source, shelf.built, "https://example.org/course")
    text = page_text("[x](../data/README.md#why)", "here", "notebooks", shelf)
    assert text == "[x](https://example.org/course/blob/main/data/README.md#why)"


@pytest.mark.parametrize("target", ["gone.md", "../../outside.md", "../data/gone.md#top"])
def test_a_link_that_leads_nowhere_is_an_error_with_its_place(shelf, target):
    with pytest.raises(BuildError, match=r"lesson 9, cell a: the link to .* leads nowhere"):
        page_text(f"[x]({target})", "lesson 9, cell a", "notebooks", shelf)


def test_formulas_become_mathml_and_code_stays():
    text = with_mathml("`$a$` costs $x_1$ and $$\\arg\\max_a Q$$")
    assert text.startswith("`$a$` costs <math") and text.count("<math") == 2
    assert "\\" not in text
    with pytest.raises(BuildError, match="nosuchthing"):
        mathml(r"\nosuchthing{x}")


# What the finished site may not hold


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ('<a href="gone.html">x</a>', "leads nowhere"),
        ('<a href="#gone">x</a>', "no such place"),
        ('<a href="other.html#gone">x</a>', "no such place"),
        ('<a href="/other.html">x</a>', "a server's root"),
        ('<a href="../../secret.html">x</a>', "leads out of the site"),
        ('<a href="file:///a/b.html">x</a>', "of one machine"),
        ('<script src="https://example.org/a.js"></script>', "it fetches"),
        ('<link rel="stylesheet" href="//example.org/a.css">', "it fetches"),
        ('<style>@import "https://example.org/a.css";</style>', "it fetches"),
        ('<p style="background: url(https://example.org/a.png)">', "it fetches"),
        ('<img src="dot.png" alt="">', "no description"),
        ("<pre>### BEGIN SOLUTION</pre>", "a solution"),
    ],
)
def test_faults_of_a_site_are_found(tmp_path, markup, problem):
    (tmp_path / "other.html").write_text('<h1 id="here">Other</h1>')
    (tmp_path / "dot.png").touch()
    page = tmp_path / "index.html"
    page.write_text('<a href="other.html#here">fine</a><a href="https://example.org">fine</a>')
    assert not list(problems(tmp_path))
    page.write_text(markup)
    assert any(problem in found for found in problems(tmp_path))


# The whole of it


def test_a_lesson_that_sphinx_cannot_read_is_named_with_its_cell(tmp_path, monkeypatch):
    monkeypatch.setenv("MAVRS_EXERCISES", "toys")
    root = make_course(tmp_path / "course")
    monkeypatch.syspath_prepend(str(root))
    faulty = new_markdown_cell("{nosuchrole}`x`", id="faulty")
    cells = [*lesson_cells()[:2], cell(), faulty]
    write(root / "notebooks" / "01_toys.ipynb", cells)
    for name in ("docs/site/index.md", "docs/site/begin.md", "docs/teaching.md", "CITATION.cff"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("# A page\n")
    (root / "docs" / "feed_player.png").touch()
    with pytest.raises(BuildError, match=r"notebooks/01_toys.ipynb, cell faulty: .*nosuchrole"):
        build_site(root, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_lesson_without_any_figure_is_an_error(tmp_path):
    root = make_course(tmp_path / "course")
    write(root / "notebooks" / "01_toys.ipynb", lesson_cells()[:2])
    with pytest.raises(BuildError, match=r"01_toys.ipynb: the lesson shows no figure"):
        lesson_page(find_lesson(root, "01"), Shelf(root, tmp_path, {"01_toys"}))


def test_somebodys_folder_is_not_overwritten(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(BuildError, match="holds other files"):
        build_site(ROOT, tmp_path, only=["17"])
    assert (tmp_path / "thesis.txt").exists()


def test_exercises_are_there_to_download_and_solutions_are_not(site):
    assert {path.name for path in site.rglob("*.ipynb")} == {"00_welcome.ipynb", "17_macrec.ipynb"}
    handed_out = site / "exercises" / "17_macrec.ipynb"
    assert handed_out.read_bytes() == (ROOT / "exercises" / "17_macrec.ipynb").read_bytes()


@pytest.fixture(scope="module")
def server(site):
    """The site's address on a server of this machine."""
    handler = functools.partial(QuietHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """No line a request."""


needs_browser = pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed")


@pytest.fixture
def watched(browser):
    """``watched(scheme, width)`` opens a page, and notes requests and errors."""
    opened = []

    def open_page(scheme="light", width=900):
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        opened.append(context)
        page, seen = context.new_page(), SimpleNamespace(requests=[], errors=[])
        page.on("request", lambda request: seen.requests.append(request.url))
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        return page, seen

    yield open_page
    for context in opened:
        context.close()


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [900, 420])
def test_pages_are_for_everybody_from_the_disk(site, watched, scheme, width):
    page, seen = watched(scheme, width)
    for name in PAGES:
        page.goto((site / name).as_uri())
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert not violations(page, "html"), name
    assert not seen.errors
    assert all(url.startswith(("file:", "data:")) for url in seen.requests)


@needs_browser
def test_pages_from_a_server_ask_nobody_else(server, watched):
    page, seen = watched()
    for name in PAGES:
        page.goto(f"{server}/{name}")
    page.goto(f"{server}/search.html?q=likelihood")
    page.locator("#search-results li p").first.wait_for()  # an excerpt
    assert not seen.errors
    assert all(url.startswith((server, "data:")) for url in seen.requests)


@needs_browser
def test_search_from_the_disk_by_keyboard(site, watched):
    page, seen = watched()
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Control+k")
    page.keyboard.type("likelihood")
    page.keyboard.press("Enter")
    link = page.locator("#search-results a", has_text="17 · MACRec")
    link.wait_for()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/17_macrec.html*")
    assert not seen.errors


@needs_browser
def test_the_keyboard_gets_to_the_text_and_into_a_description(site, watched):
    page, _ = watched(width=420)
    page.goto((site / LESSON).as_uri())
    page.keyboard.press("Tab")
    assert "Skip to main content" in page.evaluate("document.activeElement.textContent")
    summary = page.locator("figure.lesson-figure summary").first
    summary.focus()
    page.keyboard.press("Enter")
    alt = page.locator("figure.lesson-figure img").first.get_attribute("alt")
    assert page.locator("figure.lesson-figure details p").first.inner_text() == alt


@needs_browser
def test_figures_load_and_widgets_say_where_they_run(site, watched):
    page, _ = watched()
    page.goto((site / LESSON).as_uri())
    loaded = "[...document.querySelectorAll('figure img')].every(i => i.naturalWidth > 0)"
    page.wait_for_function(loaded)
    page.locator("figure.widget a", has_text="run this").first.click()
    assert page.url.endswith("#run-this")
    assert "mine/notebooks/17_macrec.ipynb" in page.locator("#run-this").inner_text()
