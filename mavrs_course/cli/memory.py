"""``mavrs memory``: what a platform remembers of one viewer, carried to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mavrs_course.cli.screen import clear_errors, out

if TYPE_CHECKING:
    from mavrs_course.messages import World

app = typer.Typer(no_args_is_help=True, help="A viewer's memory, carried to another platform.")
Store = Annotated[Path, typer.Argument(help="What a memory agent's MemoryStore wrote.")]
Viewer = Annotated[int, typer.Argument(min=0, help="The viewer's number on that platform.")]
Form = Annotated[Path, typer.Argument(help="The JSON file (docs/portable_memory.md).")]
InWorld = Annotated[str, typer.Option("--world", help="Whose topics: feed, long_video, ...")]
Seed = Annotated[
    int | None,
    typer.Option(help="Of that world, to know its videos again.", show_default="no videos taken"),
]


@app.command("export")
def export_memory(store: Store, viewer: Viewer, form: Form, world: InWorld = "feed") -> None:
    """Write all that a platform observed of one viewer into a JSON file."""
    from mavrs_course.agents.memory.store import MemoryStore, StoreError
    from mavrs_course.agents.portable.passport import PortableMemoryError, memory_of, write_memory

    with clear_errors(PortableMemoryError, StoreError, OSError):
        topics = _world(world, 0).catalog.topics
        if not store.is_file():
            raise PortableMemoryError(f"there is no memory at {store}")
        with MemoryStore(store) as opened:
            memory = memory_of(opened, viewer, topics, world)
        write_memory(form, memory)
    told = f"{len(memory.topics)} topics and {len(memory.episodes)} videos of viewer {viewer}"
    out.print(f"wrote {told} into {form}", highlight=False, markup=False, soft_wrap=True)


@app.command("import")
def import_memory(
    form: Form, store: Store, viewer: Viewer, world: InWorld = "feed", seed: Seed = None
) -> None:
    """Take a JSON file in as the memory of one viewer, in place of what was remembered.

    The file is checked whole first. Topics count where the world has one of exactly that name.
    """
    from mavrs_course.agents.memory.store import MemoryStore, StoreError
    from mavrs_course.agents.portable.passport import PortableMemoryError, read_memory, take_in

    with clear_errors(PortableMemoryError, StoreError, OSError):
        memory, catalog = read_memory(form), _world(world, seed or 0).catalog
        with MemoryStore(store) as opened:
            videos = None if seed is None else catalog
            arrival = take_in(opened, viewer, memory, catalog.topics, catalog=videos)
    told = f"took in {len(arrival.topics)} topics and {arrival.episodes} videos"
    left = f"{len(arrival.unknown_topics)} topics and {len(arrival.unknown_videos)} videos"
    out.print(f"{told}; not known here: {left}", highlight=False, soft_wrap=True)


def _world(name: str, seed: int) -> World:
    import numpy as np

    from mavrs_course.agents.portable.passport import PortableMemoryError
    from mavrs_course.world.worlds import worlds

    known = worlds()
    if name not in known:
        raise PortableMemoryError(f"there is no world {name!r}; there are {', '.join(known)}")
    return known[name](np.random.default_rng(seed))
