"""What a teacher gets back from a graded class: ``mavrs class report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mavrs_course.cli.screen import clear_errors, out, root

app = typer.Typer()


@app.command()
def report(
    results: Annotated[
        Path,
        typer.Argument(help="What `mavrs class grade` wrote: FOLDER-grades.", show_default=False),
    ],
    policy: Annotated[
        Path | None,
        typer.Option(
            help="Your rules, in YAML: deadlines, extensions, points by hand.",
            show_default="class.yaml in it, if there is one",
        ),
    ] = None,
    worksheet: Annotated[
        list[Path] | None,
        typer.Option(help="Moodle's own grading worksheet to fill in.", show_default=False),
    ] = None,
) -> None:
    """Write pages for students, tables for the learning platform, and the class at a glance.

    Run it again whenever grades or your rules have changed: it says what is different since the
    last time. Nothing is graded again, and your rules are only read.
    """
    from mavrs_course.course.classroom.book import NoGradebookError, read_gradebook
    from mavrs_course.course.classroom.marking import moment
    from mavrs_course.course.results import report as reporting
    from mavrs_course.course.results.exports import WorksheetError
    from mavrs_course.course.results.policy import Policy, PolicyError, read_policy

    folder = results if results.is_dir() else results.parent
    ours = policy or folder / "class.yaml"
    with clear_errors(NoGradebookError, PolicyError, WorksheetError, OSError):
        rules = read_policy(ours) if policy or ours.exists() else Policy()
        found = reporting.report(read_gradebook(results), rules, root(), folder)
        for path in worksheet or ():
            _fill(path, found, folder)
        written = reporting.write(found, folder, moment())
    reporting.print_report(found, out)
    for path in written:
        out.print(f"wrote {path}", highlight=False, markup=False, soft_wrap=True)


def _fill(path: Path, found, folder: Path) -> None:
    from mavrs_course.course.results.exports import WorksheetError, fill_worksheet, write

    try:
        text, filled = fill_worksheet(path.read_text(encoding="utf-8-sig"), found.marks)
    except (UnicodeDecodeError, WorksheetError) as error:
        raise WorksheetError(f"{path}: {error}") from None
    copy = write(folder / f"filled-{path.name}", text)
    said = f"{filled} grades are in {copy}: upload it as the grading worksheet."
    out.print(said, highlight=False, markup=False, soft_wrap=True)
