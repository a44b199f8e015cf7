"""What a teacher needs: grade notebooks."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from mavrs_course.cli.options import (
    AtAddress,
    CellTimeout,
    EngineName,
    InSandbox,
    Jobs,
    NotebookTimeout,
    OnEngine,
    open_engine,
)
from mavrs_course.cli.screen import clear_errors, out, root

app = typer.Typer()


@app.command()
def grade(
    paths: Annotated[
        list[Path], typer.Argument(help="Notebooks, or folders of them.", show_default=False)
    ],
    json: Annotated[
        Path | None, typer.Option(help="Write the grades here, as JSON.", show_default=False)
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(help="Write the grades here, as JUnit XML.", show_default=False)
    ] = None,
    cell_timeout: CellTimeout = 60.0,
    notebook_timeout: NotebookTimeout = 600.0,
    jobs: Jobs = None,
    sandbox: InSandbox = True,
    engine: OnEngine = EngineName.local,
    address: AtAddress = None,
) -> None:
    """Grade exercise notebooks; the exit code is 0 when every exercise of all of them passes.

    Each notebook runs in a copy, in a fresh kernel, with a time limit for each cell: your file is
    never changed. Checks that were altered or deleted are put back first. With several notebooks
    there is also a table of the class and of its commonest misconceptions. Archives are opened,
    and of a copy of the course only what was worked in counts. For a class there is more:
    [bold]mavrs class grade[/bold]. On Ray, a machine without a sandbox is refused.
    """
    from mavrs_course.cli.grading import Screen, mark, room_for, write_junit
    from mavrs_course.course.classroom.book import check_writable
    from mavrs_course.course.classroom.choosing import Course
    from mavrs_course.course.classroom.marking import Marking
    from mavrs_course.course.classroom.submissions import collect_all
    from mavrs_course.course.classroom.tables import print_rows
    from mavrs_course.course.grading import NoSolutionsError
    from mavrs_course.course.grading.running import GradingLimits

    screen = Screen(out)
    with (
        clear_errors(NoSolutionsError, OSError),
        TemporaryDirectory(prefix="mavrs-") as workspace,
        open_engine(engine, address) as opened,
    ):
        for path in filter(None, (json, junit)):
            check_writable(path)
        course = Course(root())
        room = room_for(GradingLimits(cell_timeout, notebook_timeout), sandbox, opened)
        jobs = jobs or (opened.stats().cores if opened else None)
        marking = Marking(course, room, Path(paths[0]), json)
        submissions = collect_all(paths, Path(workspace), [key.name for key in course.keys])
        if len(submissions) > 1 and not room.isolation.sandboxed:
            screen.say(room.isolation.sentence, "yellow")
        try:
            book = mark(submissions, marking, jobs, screen)
        except KeyboardInterrupt:
            screen.say(f"Stopped. What was graded is in {json}." if json else "Stopped.")
            raise typer.Exit(130) from None
        write_junit(book, junit, marking)
    screen.show(lambda console: print_rows(book.hand_ins, console))
    if marking.trouble:
        screen.say(f"error: {marking.trouble}", "red")
    if marking.trouble or not all(row.passed for row in book.hand_ins):
        raise typer.Exit(1)
