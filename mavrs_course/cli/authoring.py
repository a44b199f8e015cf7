"""What an author needs: build the course, list its claims."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.syntax import Syntax
from rich.table import Table

from mavrs_course.cli.screen import clear_errors, err, out, root

if TYPE_CHECKING:
    from mavrs_course.course.claims import Claim

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
def claims(
    lessons: Annotated[
        list[str] | None, typer.Argument(help="Numbers of lessons, such as 12.", show_default="all")
    ] = None,
    shift: Annotated[
        list[int] | None,
        typer.Option(help="Run the lessons again with every seed moved by this. May be repeated."),
    ] = None,
    experiments: Annotated[
        bool, typer.Option("--experiments", help="Move the kept experiments too: takes hours.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Lessons at a time.", show_default="a core each")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write docs/claims.md.")] = False,
) -> None:
    """List everything that the lessons claim: the effect, its interval, what was required.

    The figures are those of the executed notebooks; running a lesson measures its claims again,
    and a claim that its interval does not support stops the lesson. A red line makes the exit
    code 1. With --shift each claim is also measured under other seeds, and both intervals are
    shown side by side.
    """
    from mavrs_course.course.claims import claims_of

    if (experiments or write) and not shift:
        raise typer.BadParameter("--experiments and --write go with --shift")
    with clear_errors():
        every = sorted((root() / "notebooks").glob("*.ipynb"))
        paths = [path for path in every if _wanted(path, lessons)]
        if not paths:
            raise typer.BadParameter(f"there is no lesson {', '.join(lessons or ['at all'])}")
        found = claims_of(paths)
        moved = _moved_claims(paths, shift or [], experiments, jobs)
    _show_claims(found, moved)
    if write:
        _write_page(found, moved, [path.name[:2] for path in every if path not in paths])
    if any(claim.supported is False for claim in found):
        raise typer.Exit(1)


def _wanted(path: Path, lessons: list[str] | None) -> bool:
    return not lessons or path.name[:2] in lessons


def _moved_claims(
    paths: list[Path], shifts: list[int], experiments: bool, jobs: int | None
) -> dict[int, dict[str, Claim]]:
    """The claims by id for each shift; cells that failed are told."""
    from mavrs_course.course.shifted import run_shifted, shift_all
    from mavrs_course.experiments import experiments as kept

    roots = {by: root() / "artefacts" / "shifted" / str(by) for by in shifts}
    for by in shifts if experiments else ():
        for experiment in kept():
            err.print(f"running {experiment.name} with seeds moved by {by} …", highlight=False)
            run_shifted(experiment, by, roots[by], jobs)
    found: dict[int, dict[str, Claim]] = {by: {} for by in shifts}
    for path, by, shifted in shift_all(paths, shifts, roots, jobs):
        err.print(
            f"{path.name}, seeds moved by {by}: {len(shifted.claims)} claims", highlight=False
        )
        for problem in shifted.problems:
            err.print(f"[yellow]  {problem}[/yellow]", highlight=False, soft_wrap=True)
        found[by] |= {claim.id: claim for claim in shifted.claims}
    return found


def _show_claims(found: list[Claim], moved: dict[int, dict[str, Claim]]) -> None:
    from mavrs_course.course.shifted import brief

    table = Table(title="What the lessons claim", title_justify="left")
    for heading in ("claim", "sentence", "measured", "required", ""):
        table.add_column(heading)
    for by in moved:
        table.add_column(f"seeds moved by {by}")
    marks = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]–[/]"}
    for claim in found:
        others = [brief(measured.get(claim.id)) for measured in moved.values()]
        mark = marks[claim.supported]
        table.add_row(claim.id, claim.sentence, claim.measurement, claim.bound, mark, *others)
    out.print(table)


def _write_page(
    found: list[Claim], moved: dict[int, dict[str, Claim]], left_out: list[str]
) -> None:
    from mavrs_course.course.shifted import page
    from mavrs_course.files import write_whole

    path = root() / "docs" / "claims.md"
    date = datetime.now(UTC).date().isoformat()
    write_whole(path, page(found, moved, date, left_out).encode())
    out.print(f"wrote {path.relative_to(root())}", highlight=False)
