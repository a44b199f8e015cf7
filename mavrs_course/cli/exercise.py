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

    with clear_errors(registry.UnknownExerciseError, SheetError):
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


@app.command("mutants")
def mutants_of(
    exercise: Annotated[str, typer.Argument(help="The exercise, such as 13.3.", metavar="ID")],
) -> None:
    """Change the right answer by rule, one thing at a time, and list what no case notices.

    Each survivor asks for a case, or for a line in the file's EQUAL that says why it is equal to
    the right answer. The exit code is 1 where one has neither. Inputs that no case holds, and that
    a text need not promise (nothing at all, k at 0 or beyond), are listed below."""
    from mavrs_course.course import registry
    from mavrs_course.course.inputs import input_mutants
    from mavrs_course.course.mutants import equal_ones, mutants, survivors

    with clear_errors(registry.UnknownExerciseError):
        asked = registry.find(exercise)
    made = [*mutants(asked.reference), *input_mutants(asked, promised=True)]
    equal = equal_ones(exercise)
    alive = survivors(asked, [mutant for mutant in made if mutant.name not in equal])
    for mutant in alive:
        out.print(mutant.name, highlight=False, markup=False, soft_wrap=True)
    names = {mutant.name for mutant in made}
    for name in equal.keys() - names:
        out.print(f"EQUAL names no mutant: {name}", highlight=False, markup=False, soft_wrap=True)
    tried = len(made) - len(equal.keys() & names)
    out.print(
        f"{asked}: {len(made)} wrong answers made, {len(equal)} known to be equal, "
        f"{tried - len(alive)} of {tried} noticed",
        highlight=False,
        soft_wrap=True,
    )
    others = [mutant for mutant in input_mutants(asked) if mutant.name not in names]
    for mutant in survivors(asked, others):
        out.print(f"no case tells: {mutant.name}", highlight=False, markup=False, soft_wrap=True)
    if alive or equal.keys() - names:
        raise typer.Exit(1)


def _print_code(text: str, language: str) -> None:
    coloured = Syntax("", language, background_color="default").highlight(text)
    out.print(coloured, soft_wrap=True)
