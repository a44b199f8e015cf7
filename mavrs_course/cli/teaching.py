"""What a teacher plans with: the map of the course."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from mavrs_course.cli.screen import clear_errors, out, root

app = typer.Typer()


@app.command(name="map")
def show_map(
    lesson: Annotated[
        str | None, typer.Argument(help="One lesson, such as 11.", show_default="all")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show what each lesson teaches, what it needs, and what it leads to.

    "Needs" are lessons to know before. "Easier after" can be left out. Both come from the lesson's
    own words. All lessons are drawn first in steps: each stands in the first step after all that
    it builds on. With --json the whole graph comes as one object with a version and a list, also
    what each objective builds on.
    """
    from mavrs_course.course.drawing import generations
    from mavrs_course.course.lessons import find_lesson
    from mavrs_course.course.notebook import BuildError
    from mavrs_course.course.objectives import as_data, objective_graph
    from mavrs_course.course.prerequisites import course_graph, leads_to

    with clear_errors(BuildError, LookupError, OSError):
        graph = course_graph(root())
        objectives = objective_graph(graph)
        shown = [find_lesson(root(), lesson).number] if lesson else list(graph)
        if missing := [number for number in shown if number not in graph]:
            raise LookupError(f"lesson {missing[0]} has no notebook yet")
    if as_json:
        data = as_data({number: graph[number] for number in shown}, objectives)
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    if lesson is None:
        for step, numbers in enumerate(generations(graph), start=1):
            start = "begin with" if step == 1 else "then"
            out.print(f"{start:>10}  {'  '.join(numbers)}", highlight=False)
        out.print()
    for number in shown:
        node = graph[number]
        minutes = (
            f"{node.outline.minutes} min to study, {node.outline.exercise_minutes} to practise"
        )
        out.print(f"[bold]{number} · {node.title}[/bold]  {minutes}", highlight=False)
        facts = {"needs": node.needs, "easier after": node.helps}
        facts["leads to"] = leads_to(graph, number)
        rows = {name: ", ".join(others) for name, others in facts.items() if others}
        table = Table.grid(padding=(0, 2))
        for name, text in (rows | node.objectives).items():
            table.add_row("", name, escape(text))
        out.print(table)
        out.print()
