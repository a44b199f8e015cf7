"""One viewer's memory as a file that another platform can read: ``docs/portable_memory.md``.

It holds what was provided and observed, and nothing that was inferred: the reading of article 20
of the GDPR by the European data protection authorities (WP 242).  What comes in is a stranger's
file.  It is checked whole before anything of it is used, and names count only where they are
exactly those of a topic here; no model ever reads them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from mavrs_course.agents.memory.profile import CLICKED, SHOWN
from mavrs_course.agents.memory.store import Episode, MemoryStore
from mavrs_course.files import write_whole
from mavrs_course.messages import Floats, VideoCatalog

FORMAT, VERSION = "mavrs-viewer-memory", 1
LARGEST = 1_000_000  # bytes of a file
SLOTS = 20  # the most that a page shows anywhere here
_ORDERS = re.compile(
    r"<\|.*?\|>|\[/?INST\]|<</?SYS>>|(^|[.!?] ?)(system|assistant|user) ?:"
    r"|\b(ignore|disregard|forget|override)\b.{0,40}\b(instruction|prompt|rule|above|previous)"
    r"|\byou (are|must|should) now\b|\b(always|only) recommend\b",
    re.IGNORECASE,
)


class PortableMemoryError(ValueError):
    """A memory that cannot be written or taken in; one line that says where and why."""


def _plain_words(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if not text.strip() or any(unicodedata.category(sign)[0] == "C" for sign in text):
        raise ValueError("is no line of visible words")
    if _ORDERS.search(folded):
        raise ValueError("gives orders to a machine; a name is data, so take it out")
    return text


Line = Annotated[str, Field(max_length=200), AfterValidator(_plain_words)]
Amount = Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ClicksOfShows(_Part):
    """Faded counts: of ``shown`` shows, ``clicked`` were clicked."""

    clicked: Amount
    shown: Amount

    @model_validator(mode="after")
    def _no_more_clicks_than_shows(self) -> Self:
        if self.clicked > self.shown:
            raise ValueError(f"{self.clicked:g} clicks in {self.shown:g} shows cannot be")
        return self


class TopicMemory(_Part):
    """What was seen of one topic: lately, and in the long term."""

    topic: Line
    lately: ClicksOfShows
    long_term: ClicksOfShows


class WatchedVideo(_Part):
    """One video that was watched, by its number at home; page: of the viewer's, counted from 1."""

    video: Annotated[int, Field(ge=0)]
    title: Line
    page: Amount
    importance: Annotated[float, Field(ge=0, le=10)]


class PortableMemory(_Part):
    """The whole file.  home: the platform that wrote it.  pages: that the viewer had been shown."""

    format: Literal["mavrs-viewer-memory"] = "mavrs-viewer-memory"
    version: Literal[1] = 1
    home: Line
    pages: Annotated[int, Field(ge=0, le=10**7)]
    topics: Annotated[tuple[TopicMemory, ...], Field(max_length=1_000, strict=False)]
    episodes: Annotated[tuple[WatchedVideo, ...], Field(max_length=5_000, strict=False)]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        names = [part.topic for part in self.topics]
        if len(set(names)) < len(names):
            raise ValueError("a topic stands there twice")
        shown = sum(part.lately.shown + part.long_term.shown for part in self.topics)
        if shown > SLOTS * self.pages + 1e-6:
            raise ValueError(f"{shown:g} shows do not fit on {self.pages} pages")
        if any(episode.page > self.pages for episode in self.episodes):
            raise ValueError("a video was watched after the last page")
        return self


class Arrival(NamedTuple):
    """What was taken in, and the names of what was not: topics and videos unknown here."""

    topics: tuple[str, ...]
    episodes: int
    unknown_topics: tuple[str, ...]
    unknown_videos: tuple[str, ...]


def memory_of(store: MemoryStore, viewer: int, topics: Sequence[str], home: str) -> PortableMemory:
    """A viewer's memory from a store about ``topics``; topics never shown are left out."""
    found = [(pages, parts) for who, pages, parts in store.profiles() if who == viewer]
    if not found:
        raise PortableMemoryError(f"{store.path.name} remembers nothing of viewer {viewer}")
    ((pages, flat),) = found
    if flat.size != 4 * len(topics):
        raise PortableMemoryError(
            f"{store.path.name} is about {flat.size // 4} topics, and {home} has {len(topics)}"
        )
    counts = flat.reshape(2, 2, len(topics))  # [lately or long term, CLICKED or SHOWN, topic]
    known = [
        TopicMemory(topic=name, lately=_counts(counts[0, :, t]), long_term=_counts(counts[1, :, t]))
        for t, name in enumerate(topics)
        if counts[:, SHOWN, t].any()
    ]
    episodes = [
        WatchedVideo(video=e.video, title=e.title, page=e.page, importance=e.importance)
        for e in store.episodes(viewer)
    ]
    return PortableMemory(home=home, pages=pages, topics=tuple(known), episodes=tuple(episodes))


def _counts(column: Floats) -> ClicksOfShows:
    return ClicksOfShows(clicked=float(column[CLICKED]), shown=float(column[SHOWN]))


def take_in(
    store: MemoryStore, viewer: int, memory: PortableMemory, topics: Sequence[str], *,
    catalog: VideoCatalog | None = None,
) -> Arrival:  # fmt: skip
    """Put a memory in place of what the store holds of ``viewer``, all of it or nothing.

    Topics count where they have exactly the name of one of ``topics``.  Videos do where the
    catalogue, if given, has the same title under the same number; a platform with videos of its
    own therefore takes in none.
    """
    number = {name: place for place, name in enumerate(topics)}
    evidence = np.zeros((2, 2, len(topics)))
    for part in memory.topics:
        if part.topic in number:
            for term, counts in enumerate((part.lately, part.long_term)):
                evidence[term, :, number[part.topic]] = _row(counts)
    videos = 0 if catalog is None else len(catalog)
    here = [
        e for e in memory.episodes
        if catalog is not None and e.video < videos and catalog.title(e.video) == e.title
    ]  # fmt: skip
    rows = [
        Episode(viewer, slot, e.video, e.title, e.page, e.importance) for slot, e in enumerate(here)
    ]
    old = [(viewer, e.slot) for e in store.episodes(viewer) if e.slot >= len(rows)]
    store.save([viewer], [memory.pages], [evidence], rows, empty=old)
    names = [part.topic for part in memory.topics]
    return Arrival(
        tuple(name for name in names if name in number),
        len(rows),
        tuple(name for name in names if name not in number),
        tuple(e.title for e in memory.episodes if e not in here),
    )


def _row(counts: ClicksOfShows) -> Floats:
    row = np.zeros(2)
    row[CLICKED], row[SHOWN] = counts.clicked, counts.shown
    return row


def write_memory(path: Path, memory: PortableMemory) -> None:
    """Write the file as a whole or not at all."""
    text = json.dumps(memory.model_dump(mode="json"), indent=1, ensure_ascii=False)
    write_whole(Path(path), f"{text}\n".encode())


def read_memory(path: Path) -> PortableMemory:
    """The memory in a file; :class:`PortableMemoryError`, in one line, for whatever is none."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as problem:
        raise PortableMemoryError(f"{path.name} cannot be read: {problem.strerror}") from None
    if len(content) > LARGEST:
        raise PortableMemoryError(f"{path.name} is larger than {LARGEST:,} bytes, the most allowed")
    if not content.strip():
        raise PortableMemoryError(f"{path.name} is empty")
    try:
        given = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise PortableMemoryError(f"{path.name} is not JSON in UTF-8") from None
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        raise PortableMemoryError(f"{path.name} is no viewer's memory: its format is not {FORMAT}")
    if given.get("version") != VERSION:
        raise PortableMemoryError(
            f"{path.name} has version {str(given.get('version'))[:20]!r}, and this course reads "
            f"version {VERSION}: export it again"
        )
    try:
        return PortableMemory.model_validate_json(content)
    except ValidationError as problem:
        raise PortableMemoryError(f"{path.name}: {_first(problem)}") from None


def _first(problem: ValidationError) -> str:
    first: Any = problem.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part)[:40] for part in first["loc"]) or "it"
    message = first["msg"].removeprefix("Value error, ")
    more = f" (and {n} more)" if (n := problem.error_count() - 1) else ""
    return "".join(sign if sign.isprintable() else "?" for sign in f"{where}: {message}{more}")
