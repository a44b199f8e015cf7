"""``mavrs exercise``: what the bank knows of an exercise."""

from __future__ import annotations

from difflib import unified_diff
from typing import Annotated

import typer
from rich.syntax import Syntax

from mavrs_course.cli.screen import clear_errors, out

app = typer.Typer(no_args_is_help=True, help="Exercises: the wrong answers that are known.")


@app.command("show")
def show_exercise(
    exercise: Annotated[str, typer.Argument(help="The exercise, such as 13.3.", metavar="ID")],
    name: Annotated[
        str | None, typer.Argument(help="A known mistake.", show_default="list them all")
    ] = None,
) -> None:
    """Show the mistakes that the check of an exercise knows, or one of them: the wrong answer, how
    it differs from the right one, and what a learner is told. It tells the right answer too."""
    from mavrs_course.course import registry
    from mavrs_course.course.bank import BankFile
    from mavrs_course.course.sheet import SheetError

    with clear_errors(registry.UnknownExercise, SheetError):
        file = BankFile(registry.file_of(exercise))
        known = {entry.name: entry for entry in file.entries}
        if name is None:
            out.print(f"{registry.find(exercise)}: {len(known)} known mistakes", highlight=False)
            for entry in known.values():
                out.print(f"[bold]{entry.name}[/bold]", highlight=False)
                out.print(f"  {entry.because}", highlight=False, markup=False)
            return
        if name not in known:
            raise SheetError(
                f"no mistake of {exercise} is called {name!r}; there is: {', '.join(known)}"
            )
    entry = known[name]
    for number, change in enumerate(entry.changes):
        if number:
            out.print("\nor", style="bold")
        wrong = file.edited(change, name)
        _print_code(wrong, "python")
        if change.edits:
            difference = unified_diff(
                file.text_of(change.base).splitlines(), wrong.splitlines(), lineterm="", n=1
            )
            _print_code("\n".join(list(difference)[2:]), "diff")
    out.print(f"\n{entry.because}", highlight=False, markup=False)


def _print_code(text: str, language: str) -> None:
    coloured = Syntax("", language, background_color="default").highlight(text)
    out.print(coloured, soft_wrap=True)
