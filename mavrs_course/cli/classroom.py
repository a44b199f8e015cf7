"""What a teacher does with a class: ``mavrs class``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mavrs_course.cli.options import CellTimeout, InSandbox, Jobs, NotebookTimeout
from mavrs_course.cli.screen import clear_errors, out, root

app = typer.Typer(no_args_is_help=True, help="A class: grade what its students have handed in.")


@app.callback()
def _class() -> None:
    """A class: grade what its students have handed in."""


@app.command()
def grade(
    folder: Annotated[
        Path,
        typer.Argument(
            help="What the learning platform gave you: a folder or a zip.", show_default=False
        ),
    ],
    results: Annotated[
        Path | None,
        typer.Option("--out", help="Where the grades go.", show_default="FOLDER-grades, beside it"),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(help="A CSV of the class: who handed in nothing.", show_default=False),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Grade again also what has not changed.")
    ] = False,
    jobs: Jobs = None,
    cell_timeout: CellTimeout = 60.0,
    notebook_timeout: NotebookTimeout = 600.0,
    sandbox: InSandbox = True,
) -> None:
    """Grade all that a class has handed in, in whatever form the learning platform packs it.

    Every hand-in gets a row: graded where it can be, else what it is and what to ask the student
    for. Grades are kept as each notebook is done: stopped, the same command goes on where it was.
    Nothing in the folder is changed.
    """
    from mavrs_course.cli.grading import Screen, finish, grade_class
    from mavrs_course.course.classroom.book import GRADES, JOURNAL, check_writable, results_of
    from mavrs_course.course.classroom.choosing import Course
    from mavrs_course.course.classroom.marking import Journal, Marking
    from mavrs_course.course.classroom.roster import RosterError, read_roster
    from mavrs_course.course.grading import NoSolutionsError
    from mavrs_course.course.grading.batch import Room
    from mavrs_course.course.grading.isolation import isolate
    from mavrs_course.course.grading.running import GradingLimits

    screen = Screen(out)
    results = results or results_of(folder)
    with clear_errors(NoSolutionsError, RosterError, OSError):
        if not folder.exists():
            raise FileNotFoundError(f"there is no {folder}: check the path")
        check_writable(results / GRADES)
        isolation = isolate(root(), sandbox)
        screen.say(isolation.sentence, "dim" if isolation.sandboxed else "yellow")
        marking = Marking(
            Course(root()),
            Room(GradingLimits(cell_timeout, notebook_timeout), isolation=isolation, own=False),
            folder,
            results / GRADES,
            Journal(results / JOURNAL),
            fresh,
            read_roster(roster) if roster else (),
        )
        book = grade_class(folder, marking, jobs, screen)
    finish(book, marking, screen)
