"""``mavrs tape``: what language models said in the lessons."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from mavrs_course.cli.screen import clear_errors, out, root

app = typer.Typer(no_args_is_help=True, help="Tapes of what language models said in the lessons.")


@app.command("list")
def list_tapes() -> None:
    """Show what is on the tapes that ship with the lessons, of which model, and since when."""
    from mavrs_course.course.tapes import FOLDER, recordings

    with clear_errors():
        folder = root()
    table = Table()
    for heading in ("lesson", "model", "asked to", "calls", "first", "last"):
        table.add_column(heading, justify="right" if heading == "calls" else "left")
    for one in recordings(folder):
        table.add_row(one.lesson, one.model, one.kind, f"{one.calls:,}", one.first, one.last)
    out.print(table)
    out.print(f"The tapes are in {FOLDER}. Prove one with: mavrs tape verify LESSON")


@app.command("record")
def record_tape(
    lesson: Annotated[str, typer.Argument(help="The lesson's number, such as 16.")],
) -> None:
    """Run a lesson and its solutions, and put on its tape what they ask that is not there yet."""
    from mavrs_course.course.notebook import BuildError
    from mavrs_course.course.tapes import record

    with clear_errors(BuildError, OSError), out.status(f"running lesson {lesson} …"):
        new = record(root(), lesson)
    out.print(f"{new:,} new answers are on the tape of lesson {lesson}.", highlight=False)


@app.command("verify")
def verify_tape(
    lesson: Annotated[str, typer.Argument(help="The lesson's number, such as 16.")],
) -> None:
    """Ask the models again all that a lesson replays; an error where one answers otherwise.

    Needs the models that are on the tape, and the time that they take.
    """
    from mavrs_course.course.notebook import BuildError
    from mavrs_course.course.tapes import verify

    with clear_errors(BuildError, OSError), out.status(f"running lesson {lesson} …"):
        verify(root(), lesson)
    out.print(f"The models say again what is on the tape of lesson {lesson}.", highlight=False)
