"""The course as a static site, made by Sphinx from the notebooks as they were executed."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from mavrs_course.course import registry
from mavrs_course.course.lessons import Lesson, find_lesson, lessons
from mavrs_course.course.notebook import BuildError, read, text_of, write_text
from mavrs_course.course.outline import Outline, outline
from mavrs_course.course.publish import inspection, mathematics
from mavrs_course.course.publish.pages import Shelf, lesson_page, page_text
from mavrs_course.course.syllabus import CoursePart, parts

HERE = Path(__file__).parent
PAGES = Path("docs/site")  # index.md and begin.md, by hand
NOTEBOOK_LINE = re.compile(r"notebooks/(\w+)\.ipynb:(\d+):? ?")
CELL = 10_000  # MyST-NB counts the lines of cell N from N times this
MARK = "objects.inv"  # Sphinx leaves it in every site
NEEDED = ("sphinx", "myst_nb", "pydata_sphinx_theme", "latex2mathml", "ziamath")


def build_site(
    root: Path,
    target: Path,
    *,
    only: Sequence[str] = (),
    repository: str = "",
    say: Callable[[str], None] = lambda line: None,
) -> Path:
    """Make the site in ``target``, an empty folder or an older site; the first page's path.

    only: numbers of the lessons to show, all by default.  repository: the address of the course
    on the web, which links to files then lead to.  Nothing is executed.

    Raises :class:`BuildError`, naming lesson and cell where it can, for a lesson that failed or
    was not run, a figure or description that is missing, a dead link, a request to elsewhere.
    """
    require_tools()
    chosen = [find_lesson(root, number) for number in only] or lessons(root)
    _require_ours(target)
    work = target.with_name(f".{target.name}-in-the-making")
    shutil.rmtree(work, ignore_errors=True)
    shelf = Shelf(root, work / "source", {lesson.name for lesson in chosen}, repository.rstrip("/"))
    for lesson in chosen:
        say(f"lesson {lesson.number}")
        page = lesson_page(lesson, shelf)
        write_text(shelf.source / "notebooks" / f"{lesson.name}.ipynb", text_of(page))
    _write_pages(shelf, chosen)
    _write_settings(shelf.source, root)
    say("sphinx")
    _run_sphinx(shelf.source, work / "site")
    _add_downloads(work / "site", chosen)
    if found := list(inspection.problems(work / "site")):
        raise BuildError("\n".join(found))
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(work / "site", target)
    shutil.rmtree(work)
    return target / "index.html"


def require_tools() -> None:
    """Raise :class:`BuildError` with what to do where the site's tools are not installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise BuildError(
            f"{', '.join(missing)} is not installed: make book installs it, "
            'or pip install -e ".[book]"'
        )


def _require_ours(folder: Path) -> None:
    """A folder that holds somebody's files is never overwritten; an older site is."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise BuildError(f"{folder} holds other files: name another folder")


def _write_pages(shelf: Shelf, chosen: Sequence[Lesson]) -> None:
    outlines = {
        lesson.number: (
            lesson,
            outline(read(lesson.notebook), registry.exercises_of(lesson.number)),
        )
        for lesson in chosen
    }
    course = parts(shelf.root)
    for name in ("index", "begin"):
        place = f"{PAGES.as_posix()}/{name}.md"
        text = page_text(_read(shelf.root / place), place, PAGES.as_posix(), shelf)
        text = text.replace("{{parts}}", _part_list(course, outlines))
        write_text(shelf.source / f"{name}.md", text)
    write_text(shelf.source / "lessons.md", _lessons_page(course, outlines))
    write_text(shelf.source / "exercises.md", _exercises_page(outlines))
    teaching = _read(shelf.root / "docs" / "teaching.md")
    write_text(shelf.source / "teaching.md", page_text(teaching, "docs/teaching.md", "docs", shelf))
    pictures = shelf.source / "_static"
    for path in (shelf.root / PAGES).glob("*.png"):
        shutil.copy(path, pictures)
    shutil.copy(shelf.root / "docs" / "feed_player.png", pictures)


def _part_list(course: Sequence[CoursePart], outlines: dict[str, tuple[Lesson, Outline]]) -> str:
    """The parts, each with its lessons in a line."""
    lines = []
    for part in course:
        here = [outlines[number] for number in part.lessons if number in outlines]
        names = " · ".join(f"[{made.title}](notebooks/{les.name}.ipynb)" for les, made in here)
        if names:
            lines.append(f"- **{part.title}.** {names}")
    return "\n".join(lines)


def _lessons_page(course: Sequence[CoursePart], outlines: dict[str, tuple[Lesson, Outline]]) -> str:
    """Every lesson in a sentence, and the table of contents that the site's sidebar shows."""
    lines, trees = ["# Lessons"], []
    for part in course:
        here = [outlines[number] for number in part.lessons if number in outlines]
        if not here:
            continue
        lines.append(f"## {part.title}")
        for lesson, made in here:
            link = f"[{lesson.number} · {made.title}](notebooks/{lesson.name}.ipynb)"
            lines.append(f"**{link}** ({made.minutes} min)\\\n{made.sentence}")
        paths = "\n".join(f"notebooks/{lesson.name}" for lesson, _ in here)
        trees.append(f"```{{toctree}}\n:hidden:\n:caption: '{part.title}'\n\n{paths}\n```")
    return "\n\n".join([*lines, *trees]) + "\n"


def _exercises_page(outlines: dict[str, tuple[Lesson, Outline]]) -> str:
    lines = [
        "# Exercises\n",
        "One notebook a lesson. With the course set up they are in `mine/exercises/` already; put "
        "a download there too. Each check says what your code returned, what was expected and "
        "what to try. "
        "[Begin](begin.md) says how to set the course up.\n",
        "| lesson | exercises | points | time |",
        "|---|---|--:|--:|",
    ]
    for lesson, made in outlines.values():
        if lesson.exercise.exists():
            link = f'<a href="exercises/{lesson.name}.ipynb" download>{lesson.name}.ipynb</a>'
            lines.append(
                f"| [{lesson.number} · {made.title}](notebooks/{lesson.name}.ipynb) | "
                f"{len(made.exercises)}: {link} | {made.points} | {made.exercise_minutes} min |"
            )
    return "\n".join(lines) + "\n"


def _write_settings(work: Path, root: Path) -> None:
    shutil.copy(HERE / "sphinx_settings.py", work / "conf.py")
    citation = _read(root / "CITATION.cff")
    title = re.search(r'^title: "?(.+?)"?$', citation, re.MULTILINE)
    author = re.search(r'^  - name: "?(.+?)"?$', citation, re.MULTILINE)
    about = {
        "title": title[1].split(":")[0] if title else root.name,
        "author": author[1] if author else "",
    }
    write_text(work / "about.json", json.dumps(about))
    for file in (HERE / "static").iterdir():
        shutil.copy(file, work / "_static" / file.name)
    shutil.copy(mathematics.font(), work / "_static" / "mathematics.ttf")


def _run_sphinx(work: Path, target: Path) -> None:
    """Run Sphinx in a process of its own; a warning of it is an error of ours."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going"]
    package = str(HERE.parents[2])
    paths = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    run = subprocess.run(
        [*command, str(work), str(target)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": paths, "PYTHONUTF8": "1"},
    )
    if run.returncode:
        text = run.stderr.replace(f"{work}{os.sep}", "")
        raise BuildError(_with_cells(text.strip(), work))
    shutil.rmtree(target / ".doctrees", ignore_errors=True)
    shutil.rmtree(target / "_sources", ignore_errors=True)
    for rest in (".buildinfo", "_static/webpack-macros.html"):  # of the tools, not of the site
        (target / rest).unlink(missing_ok=True)


def _with_cells(text: str, work: Path) -> str:
    """Sphinx's words, with a cell's id where it counts lines."""

    def name(match: re.Match) -> str:
        cells = read(work / "notebooks" / f"{match[1]}.ipynb").cells
        place = int(match[2]) // CELL - 1
        cell = cells[place].id if 0 <= place < len(cells) else match[2]
        return f"notebooks/{match[1]}.ipynb, cell {cell}: "

    return NOTEBOOK_LINE.sub(name, text)


def _add_downloads(target: Path, chosen: Sequence[Lesson]) -> None:
    """Notebooks to take away, where the repository has them too."""
    for lesson in chosen:
        for path in (lesson.notebook, lesson.exercise):
            if path.exists():
                place = target / path.relative_to(lesson.root)
                place.parent.mkdir(exist_ok=True)
                shutil.copy(path, place)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BuildError(f"{path.name}: there is no such file in {path.parent}") from None
