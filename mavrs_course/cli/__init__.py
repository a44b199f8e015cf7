"""The ``mavrs`` command.  Exit codes: 0 fine, 1 something to mend, 2 wrong usage.

A file a group of commands; each has an ``app`` of its own, which is joined here.
"""

from __future__ import annotations

import typer

from mavrs_course.cli import (
    arena,
    authoring,
    classroom,
    data,
    defence,
    exercise,
    experiment,
    handout,
    league,
    learner,
    memory,
    model,
    play,
    results,
    site,
    tape,
    teacher,
    teaching,
    watching,
)

app = typer.Typer(
    name="mavrs",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
    help="A course on multi-agent video recommender systems.\n\n"
    "Start with [bold]mavrs lab[/bold]; if anything looks wrong, [bold]mavrs doctor[/bold].",
)
for group in (learner, teacher, handout, teaching, authoring, site, play, watching):
    app.registered_commands += group.app.registered_commands
classroom.app.registered_commands += results.app.registered_commands
arena.app.registered_commands += league.app.registered_commands
arena.app.registered_commands += defence.app.registered_commands
groups = {
    "class": classroom,
    "data": data,
    "memory": memory,
    "model": model,
    "experiment": experiment,
    "tape": tape,
    "exercise": exercise,
    "arena": arena,
}
for name, group in groups.items():
    app.add_typer(group.app, name=name)
