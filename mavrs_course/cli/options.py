"""Options that several commands share, each with one name, one limit and one line of help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mavrs_course.engine.places import Engine


class EngineName(StrEnum):
    """Where the work is done."""

    local = "local"
    ray = "ray"


Jobs = Annotated[
    int | None, typer.Option(min=1, help="Notebooks at a time.", show_default="up to 2")
]
CellTimeout = Annotated[float, typer.Option(min=1, help="Seconds that a cell may take.")]
NotebookTimeout = Annotated[float, typer.Option(min=1, help="Seconds that a notebook may take.")]
InSandbox = Annotated[
    bool, typer.Option("--sandbox/--no-sandbox", help="Use one where the system has one.")
]
OnEngine = Annotated[
    EngineName,
    typer.Option("--engine", help="Processes of this machine, or Ray (docs/cluster.md)."),
]
AtAddress = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="HOST:PORT",
        help="A running Ray cluster.",
        show_default="one of its own on this machine",
    ),
]

Abilities = Annotated[
    str | None, typer.Option(help="Which, with commas.", show_default="all eight")
]
MostRounds = Annotated[int, typer.Option("--rounds", min=2, help="At most, for an ability.")]
LeastRounds = Annotated[
    int, typer.Option("--least", min=2, help="Rounds before a series may stop.")
]
EachRoundsViewers = Annotated[int, typer.Option("--viewers", min=10, help="In each round.")]
SeriesJobs = Annotated[
    int | None, typer.Option("--jobs", min=1, help="Series at a time.", show_default="a core each")
]


def abilities_asked(named: str | None) -> tuple[str, ...]:
    """The abilities that were named, or all of the arena's."""
    from mavrs_course.arena.abilities import ABILITIES

    return tuple(name.strip() for name in named.split(",")) if named else tuple(ABILITIES)


@contextmanager
def open_engine(name: EngineName, address: str | None) -> Iterator[Engine | None]:
    """The engine that was asked for, stopped at the end; None for this machine's processes."""
    from mavrs_course.engine.places import EngineError

    if name is EngineName.local:
        if address is not None:
            raise EngineError("--address is where Ray is: add --engine ray")
        yield None
        return
    from mavrs_course.engine.on_ray import RayEngine

    with RayEngine(address) as engine:
        yield engine
