"""Options that several commands share, each with one name, one limit and one line of help."""

from __future__ import annotations

from typing import Annotated

import typer

Jobs = Annotated[
    int | None, typer.Option(min=1, help="Notebooks at a time.", show_default="up to 2")
]
CellTimeout = Annotated[float, typer.Option(min=1, help="Seconds that a cell may take.")]
NotebookTimeout = Annotated[float, typer.Option(min=1, help="Seconds that a notebook may take.")]
InSandbox = Annotated[
    bool, typer.Option("--sandbox/--no-sandbox", help="Use one where the system has one.")
]
