"""Where real logs live on this computer, and how to load them by name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from platformdirs import user_cache_path

from mavrs_course.world.learning.structure import KnowledgeStructure
from mavrs_course.world.logs.errors import LogsError, LogsMissingError
from mavrs_course.world.logs.moments import Moments
from mavrs_course.world.logs.panels import OutcomePanel
from mavrs_course.world.logs.sources import SOURCES, Source
from mavrs_course.world.logs.table import Logs

Held = TypeVar("Held")


class Available(NamedTuple):
    """A line of ``mavrs data list``.

    size: bytes to download, or None.  state: "absent", "downloaded" or "in MAVRS_DATA".
    """

    name: str
    title: str
    size: int | None
    licence: str
    state: str


def load(name: str, **options: Any) -> Logs:
    """The real logs called ``name``, such as "movielens-100k".

    Looks in the folder that the environment variable MAVRS_DATA names, then in the cache where
    ``mavrs data get`` puts them.  options: those of the source's reader, such as matrix="big"
    for "kuairec" (see :mod:`mavrs_course.world.logs.readers`).  Raises
    :class:`LogsMissingError`, which says how to get them, and :class:`LogsError`.
    """
    return _read_as(Logs, name, options)


def load_structure(name: str = "metacademy") -> KnowledgeStructure:
    """What must be known before what, from "metacademy": 393 concepts of machine learning.

    Found as :func:`load` finds logs, with its errors.
    """
    return _read_as(KnowledgeStructure, name, {})


def load_moments(name: str = "qvhighlights") -> Moments:
    """1,550 sentences about videos, when they are true, and when two models say they are.

    Found as :func:`load` finds logs, with its errors.
    """
    return _read_as(Moments, name, {})


def load_panel(name: str = "gain") -> OutcomePanel:
    """An experiment of nine years, from "gain": who was treated, and 36 quarters of work.

    Found as :func:`load` finds logs, with its errors.
    """
    return _read_as(OutcomePanel, name, {})


# What a source may hold: how that is said, its name, and which function reads it.
KINDS: dict[type, tuple[str, str, str]] = {
    Logs: ("is a log of viewers", "log of viewers", "load"),
    KnowledgeStructure: ("is a structure of knowledge", "structure of knowledge", "load_structure"),
    Moments: ("holds moments of videos", "moments of videos", "load_moments"),
    OutcomePanel: ("is an experiment", "experiment", "load_panel"),
}


def _read_as(kind: type[Held], name: str, options: dict[str, Any]) -> Held:
    held = _read(name, options)
    if not isinstance(held, kind):
        what, _, loader = KINDS[type(held)]
        raise LogsError(f"{name} {what}, no {KINDS[kind][1]}; {loader}({name!r}) reads it")
    return held


def _read(name: str, options: dict[str, Any]) -> Any:
    source = source_of(name)
    folder = find(source)
    if folder is None:
        given = os.environ.get("MAVRS_DATA")
        looked = f" (MAVRS_DATA, {given}, has no folder {source.folder})" if given else ""
        raise LogsMissingError(
            f"{source.title} is not on this computer{looked}; get it with: mavrs data get {name}"
        )
    return source.read(folder, **options)


def available() -> list[Available]:
    """Every source that the course knows, and whether it is on this computer."""
    return [
        Available(source.name, source.title, source.size, source.licence, _state(source))
        for source in SOURCES.values()
    ]


def find(source: Source) -> Path | None:
    """The folder that holds the files of ``source``, or None."""
    folders = (folder for root in roots() for folder in source.folders_in(root))
    return next((folder for folder in folders if folder.is_dir()), None)


def roots() -> list[Path]:
    """Folders that may hold a source's folder, in the order in which they are looked at."""
    given = os.environ.get("MAVRS_DATA")
    return [*([Path(given).expanduser()] if given else []), cache_folder()]


def cache_folder() -> Path:
    """Where downloaded logs are kept."""
    return user_cache_path("mavrs", appauthor=False) / "logs"


def source_of(name: str) -> Source:
    """The source called ``name``; :class:`LogsError` lists the names when there is none."""
    if name not in SOURCES:
        raise LogsError(f"there are no logs called {name!r}; the names are {', '.join(SOURCES)}")
    return SOURCES[name]


def _state(source: Source) -> str:
    folder = find(source)
    if folder is None:
        return "absent"
    return "downloaded" if folder.parent == cache_folder() else "in MAVRS_DATA"
