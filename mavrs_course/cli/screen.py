"""What every command shares: the screen, the repository's folder, one line for an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape

out, err = Console(), Console(stderr=True)


@contextmanager
def clear_errors(*expected: type[Exception]) -> Iterator[None]:
    """Turn errors that the user can mend into one line and exit code 1."""
    from mavrs_course.course.project import NoProjectError
    from mavrs_course.engine.places import EngineError

    try:
        yield
    except (NoProjectError, EngineError, *expected) as error:
        err.print(f"[red]error:[/red] {escape(_line(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None


def say(text: str, style: str = "") -> None:
    """A line as it is, if there is one: what somebody else wrote is no mark-up."""
    if line := _line(text):
        out.print(escape(line), style=style, highlight=False, soft_wrap=True)


def _line(text: object) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in str(text))


def root() -> Path:
    from mavrs_course.course.project import find_root

    return find_root()
