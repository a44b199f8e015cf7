"""What students get: ``mavrs handout``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mavrs_course.cli.screen import clear_errors, out, root

app = typer.Typer()


@app.command()
def handout(
    target: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder.", show_default=False)
    ],
    lessons: Annotated[
        str, typer.Option(help="Which, such as 00-09 or 00,03,07.", show_default="all")
    ] = "",
) -> None:
    """Make the folder that students get: lessons, exercises, the library, a README, one command.

    Solutions and tests stay here, and the checks are packed, so that no answer is in plain sight.
    Put the folder into a zip, a git repository or a JupyterHub: docs/handing_out.md says how.
    """
    from mavrs_course.course.handing_out import HandoutError, chosen, hand_out

    with clear_errors(HandoutError, OSError):
        selected = chosen(root(), lessons)
        hand_out(root(), target, selected)
    said = f"{len(selected)} lessons are in {target}. Students start with: make lab"
    out.print(said, highlight=False, markup=False, soft_wrap=True)
