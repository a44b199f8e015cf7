"""An Ollama server beside its models' words: what it holds, its version, pull and delete.

The server is named by ``host``, or the environment variable ``OLLAMA_HOST``, or is this machine's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from mavrs_course.llm.models.wire import MEGABYTE, Limit, ServerError, brief, client

PATIENCE = 2.0  # seconds to wait for a server that may not be there
SILENCE = 120.0  # seconds without a word, in the middle of a download
LISTING = 4 * MEGABYTE  # bytes of an answer that is no model's
PROGRESS = 256 * MEGABYTE  # of all the lines that tell how far a download is
_PROGRESS_STEP = 0.001
DONE = "success"  # the last that a server says of a download


@dataclass(frozen=True)
class Served:
    """A model of a server.  size: bytes.  about: its parameters and quantisation, or ""."""

    name: str
    digest: str
    size: int
    about: str


def served(host: str | None = None, *, seconds: float | None = None) -> list[Served]:
    """The models of a server, in its order, the last used first.

    Raises :class:`ServerError` where none answers within the seconds,
    ``PATIENCE`` by default.
    """
    with client(host, Limit(seconds or PATIENCE, LISTING)) as talk:
        listed = talk.list().models
    return [
        Served(
            model.model,
            (model.digest or "").removeprefix("sha256:"),
            int(model.size or 0),
            " ".join(
                filter(
                    None,
                    (model.details.parameter_size, model.details.quantization_level)
                    if model.details
                    else (),
                )
            ),
        )
        for model in listed
        if model.model
    ]


def version(host: str | None = None, *, seconds: float | None = None) -> tuple[int, ...]:
    """The version of a server, such as (0, 12, 11)."""
    with client(host, Limit(seconds or PATIENCE, LISTING)) as talk:
        # The client has no call of its own for this.
        told = talk._request_raw("GET", "/api/version").json()["version"]  # noqa: SLF001
        return tuple(int(number) for number in re.findall(r"\d{1,6}", told)[:3])


def licence(name: str, host: str | None = None, *, seconds: float | None = None) -> str:
    """The first line of the licence that came with a model, or ""."""
    with client(host, Limit(seconds or PATIENCE, LISTING)) as talk:
        text = talk.show(name).license or ""
    return brief(next(iter(text.strip().splitlines()), ""))


def capabilities(name: str, host: str | None = None, *, seconds: float | None = None) -> set[str]:
    """What a server says that a model can do, such as "vision"; nothing on servers that are old."""
    with client(host, Limit(seconds or PATIENCE, LISTING)) as talk:
        return {str(ability) for ability in talk.show(name).capabilities or ()}


def pull(
    name: str,
    *,
    host: str | None = None,
    progress: Callable[[str, float | None], None] = lambda what, part: None,
    silence: float = SILENCE,
) -> None:
    """Let the server download a model; one that broke off goes on where it was.

    progress: hears what is being done and how much of it, from 0 to 1, or None where that is not
    known.  silence: seconds without a word after which it has broken off.
    """
    told, done = (None, -1.0), ""
    for what, size, completed in _pulled(name, host, silence):
        part = min(max((completed or 0) / size, 0.0), 1.0) if size else None
        if what == DONE:
            part = 1.0
        done = what
        if told[0] != what or (part is not None and part - (told[1] or 0.0) >= _PROGRESS_STEP):
            told = (what, part)
            progress(what, part)
    if done != DONE:
        raise ServerError(f"the download of {name} broke off; the same again goes on where it was")


def _pulled(name: str, host: str | None, silence: float):
    with client(host, Limit(None, PROGRESS, idle=silence)) as talk:
        for step in talk.pull(name, stream=True):
            yield brief(step.status or ""), step.total, step.completed


def delete(name: str, *, host: str | None = None, seconds: float = 30.0) -> bool:
    """Delete a model of a server; False where it had none of that name."""
    try:
        with client(host, Limit(seconds, LISTING)) as talk:
            talk.delete(name)
    except ServerError as error:
        if error.status == 404:
            return False
        raise
    return True
