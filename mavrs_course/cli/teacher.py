"""What a teacher needs: grade notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
    cell_timeout: Annotated[
        float, typer.Option(min=1, help="Seconds that a cell may take.")
    ] = 60.0,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Notebooks at a time.", show_default="up to 2")
    ] = None,
) -> None:
    """Grade exercise notebooks; the exit code is 0 when every exercise of all of them passes.

    Each notebook runs in a copy, in a fresh kernel, with a time limit for each cell: your file is
    never changed. Checks that were altered or deleted are put back first. With several notebooks
    there is also a table of the class and of its commonest misconceptions.
    """
    from mavrs_course.course.grading import (
        NoSolutions,
        print_grades,
        write_json,
        write_junit,
    )
    from mavrs_course.course.grading import (
        grade as grade_notebooks,
    )

    with clear_errors(NoSolutions, OSError):
        with out.status("grading …") as status:
            grades = grade_notebooks(
                paths,
                root=root(),
                cell_timeout=cell_timeout,
                jobs=jobs,
                progress=lambda done: status.update(f"graded {done.notebook}"),
            )
        print_grades(grades, out)
        for write, path in ((write_json, json), (write_junit, junit)):
            if path is not None:
                write(grades, path)
    if not all(grade.passed for grade in grades):
        raise typer.Exit(1)
