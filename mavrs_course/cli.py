"""The ``mavrs`` command."""

import typer

app = typer.Typer()
