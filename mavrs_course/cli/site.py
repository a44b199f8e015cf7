"""The course outside JupyterLab: as a site, as slides."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mavrs_course.cli.screen import clear_errors, out, root

app = typer.Typer()


@app.command()
def book(
    target: Annotated[
        Path | None,
        typer.Option("--to", help="The folder to make.", show_default="build/site"),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="A lesson to show, such as 01; may be given again.")
    ] = None,
    repository: Annotated[
        str, typer.Option(help="The course's address on the web, to link to.", envvar="REPOSITORY")
    ] = "",
) -> None:
    """Make the course as a searchable static site that opens from a disk or a server.

    It shows the notebooks as they were executed last, and runs nothing. A lesson that failed, a
    figure without a description, a dead link or a request to another server stops it.
    """
    from mavrs_course.course.notebook import BuildError
    from mavrs_course.course.publish.site import build_site

    with clear_errors(BuildError, LookupError, OSError):
        place = target or root() / "build" / "site"
        with out.status("making the site …") as status:
            page = build_site(
                root(),
                place.resolve(),
                only=only or (),
                repository=repository,
                say=lambda line: status.update(f"making the site: {line}"),
            )
    out.print(f"The site is made. Open {page}", highlight=False, soft_wrap=True)


@app.command()
def slides(
    lesson: Annotated[str, typer.Argument(help="The lesson's number, such as 11.")],
    target: Annotated[
        Path | None,
        typer.Option("--to", help="The folder to write into.", show_default="build/slides"),
    ] = None,
) -> None:
    """Make slides of a lesson for a wall: a slide a step, figures large, the prose as notes.

    The deck opens in any browser, without a network. S shows the speaker notes, F fills the
    screen, ? lists all keys.
    """
    from mavrs_course.course.lessons import find_lesson
    from mavrs_course.course.notebook import BuildError
    from mavrs_course.course.publish.deck import build_deck

    with clear_errors(BuildError, LookupError, OSError):
        place = target or root() / "build" / "slides"
        page = build_deck(find_lesson(root(), lesson), place.resolve())
    out.print(f"The slides are made. Open {page}", highlight=False, soft_wrap=True)
