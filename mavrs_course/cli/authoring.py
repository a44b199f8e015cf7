"""What an author needs: build the course, list its claims."""

from __future__ import annotations

from typing import Annotated, Literal

import typer
from rich.syntax import Syntax
from rich.table import Table

from mavrs_course.cli.screen import clear_errors, err, out, root

app = typer.Typer()


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; show what is stale, as a diff.")
    ] = False,
    execute: Annotated[
        Literal["changed", "all", "none"], typer.Option(help="Which notebooks to run.")
    ] = "changed",
) -> None:
    """Make exercises/ from solutions/, run what has changed, and measure it.

    Also writes the minutes into each header, tidies the notebooks' metadata and renews the course
    map in the README. Running it twice changes nothing. An exercise notebook that somebody has
    worked in is kept as it is. With --check the exit code is 1 when anything is stale.
    """
    from mavrs_course.course.build import build as build_course

    with clear_errors(OSError):
        report = build_course(root(), check=check, execute=execute, say=out.print)
    for change in report.changes:
        if check:
            out.print(Syntax(change.diff, "diff", background_color="default", word_wrap=True))
        out.print(f"{'stale' if check else 'wrote'}: {change.path}", highlight=False)
    for line in report.kept:
        out.print(line, highlight=False, soft_wrap=True)
    for problem in report.problems:
        err.print(f"[red]error:[/red] {problem}", highlight=False, soft_wrap=True)
    if not report.changes and report.fine:
        out.print("Everything is as the build makes it.")
    if not report.fine or (check and report.stale):
        raise typer.Exit(1)


@app.command()
def claims() -> None:
    """List everything that the lessons claim: the effect, its interval, what was required.

    The figures are those of the executed notebooks; running a lesson measures its claims again,
    and a claim that its interval does not support stops the lesson. A red line makes the exit
    code 1.
    """
    from mavrs_course.course.claims import claims_of

    with clear_errors():
        found = claims_of(sorted((root() / "notebooks").glob("*.ipynb")))
    table = Table(title="What the lessons claim", title_justify="left")
    for heading in ("claim", "sentence", "measured", "required", ""):
        table.add_column(heading)
    marks = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]–[/]"}
    for claim in found:
        table.add_row(
            claim.id, claim.sentence, claim.measurement, claim.bound, marks[claim.supported]
        )
    out.print(table)
    if any(claim.supported is False for claim in found):
        raise typer.Exit(1)
