"""``mavrs data``: real logs, what there is and how to get it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from mavrs_course.cli.screen import clear_errors, out

app = typer.Typer(no_args_is_help=True, help="Real logs: what there is, and how to get it.")


@app.command("list")
def list_data() -> None:
    """Show the real logs that the lessons can use, their licences, and which are here."""
    from mavrs_course.world.logs import available

    table = Table()
    for heading in ("name", "logs", "size", "state", "licence"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "size" else "left")
    for source in available():
        size = f"{source.size / 1e6:.0f} MB" if source.size else "not stated"
        table.add_row(source.name, source.title, size, source.state, source.licence)
    out.print(table)
    out.print("Get one with: mavrs data get NAME", highlight=False)


@app.command("get")
def get_data(
    name: Annotated[str, typer.Argument(help="A name from: mavrs data list")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Accept the licence without being asked.")
    ] = False,
) -> None:
    """Download real logs from their official place into the cache.

    Shows the licence first and asks. Resumes where it was interrupted, and checks what arrives.
    """
    from mavrs_course.world.logs import LogsError, get

    with clear_errors(LogsError, OSError):
        folder = get(name, accept_licence=yes or typer.confirm)
    out.print(f"{name} is in {folder}", highlight=False, soft_wrap=True)
