"""The models of a lesson: the tape that ships with it first, then the model itself.

A lesson gives the same answers on every machine, with no model at all, as all that it asks is on
its tape in ``data/tapes``.  What a reader asks beyond that needs the model, and goes onto a
tape of her own: in the folder that ``MAVRS_TAPES`` names, else in the user's cache.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from mavrs_course.llm.models.chat import ChatModel
from mavrs_course.llm.models.connect import MODEL, connect
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.tape import REPLAY, Recorded, Tape
from mavrs_course.llm.models.weights import WEIGHTS, is_here, path_of

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "tapes"
TAPES = "MAVRS_TAPES"
DEFAULT = "smollm2-135m"
_CHAT = frozenset({"chat", "schema", "score"})


def lesson_model(
    lesson: str, model: str | None = None, *, say: Callable[[str], None] = print
) -> Recorded:
    """The language model of a lesson, behind the lesson's tape; one line of ``say`` tells which.

    lesson: its number, such as "16".  model: by default what ``MAVRS_MODEL`` says, else the one
    that the course was recorded with.  Models other than the packaged ones come from
    :func:`connect`; the lesson's tape knows nothing of them.
    """
    wanted = model or os.environ.get(MODEL) or DEFAULT
    tape = lesson_tape(lesson)
    if wanted not in WEIGHTS:
        return Recorded(connect(wanted, say=say), tape)
    live = EmbeddedModel(path_of(wanted), name=wanted) if _may_ask(wanted, tape) else None
    say(_told(wanted, lesson, live is not None))
    return Recorded(live, tape, name=wanted, digest=_digest(wanted), abilities=_CHAT)


def lesson_embedder(lesson: str, *, say: Callable[[str], None] = print) -> Recorded:
    """The embedding model of a lesson, behind the same tape."""
    from mavrs_course.llm.models.embedding import NAME, MiniLM

    tape = lesson_tape(lesson)
    live: ChatModel | None = MiniLM() if _may_ask(NAME, tape) else None
    say(_told(NAME, lesson, live is not None))
    return Recorded(live, tape, name=NAME, digest=_digest(NAME), abilities=frozenset({"embed"}))


def lesson_tape(lesson: str) -> Tape:
    """The reader's own tape for a lesson, with the one that ships behind it."""
    return Tape(tapes() / f"{lesson}.sqlite", shipped=SHIPPED / f"{lesson}.sqlite")


def tapes() -> Path:
    """Where the reader's own tapes are kept."""
    if named := os.environ.get(TAPES):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("mavrs", appauthor=False) / "tapes"


def _may_ask(name: str, tape: Tape) -> bool:
    return tape.mode != REPLAY and is_here(name)


def _digest(name: str) -> str:
    return WEIGHTS[name].files[0].sha256[:16]


def _told(name: str, lesson: str, live: bool) -> str:
    taped = f"{name}: what lesson {lesson} asks is replayed from its tape"
    if live:
        return f"{taped}; anything else is asked of the model itself."
    return f"{taped}; to ask anything else, get the model with mavrs model get {name}."
