"""Get real logs from their official places."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from mavrs_course.world.logs.archives import install
from mavrs_course.world.logs.download import Report, download, megabytes
from mavrs_course.world.logs.errors import DownloadError, LogsError, NoSpaceError
from mavrs_course.world.logs.sources import RemoteFile, Source
from mavrs_course.world.logs.store import cache_folder, find, source_of

Answer = bool | Callable[[str], bool]


def get(name: str, accept_licence: Answer = False, progress: bool = True) -> Path:
    """Download the logs called ``name`` into the cache, unless they are here, and say where.

    The licence is printed first.  accept_licence: True, or a function that is asked a question
    and answers it, such as ``typer.confirm``.  progress: show a bar.  An interrupted download
    goes on where it ended when it is run again.  Raises :class:`LogsError` when the licence is
    not accepted and :class:`DownloadError`, after which nothing wrong is left behind.
    """
    source = source_of(name)
    here = find(source)
    if here is not None:
        return here
    print(terms(source))
    _require_yes(source, accept_licence)
    folder = cache_folder() / source.folder
    files = [_fetch(file, progress) for file in source.files]
    try:
        install(files, folder)
    except NoSpaceError:
        raise  # the files are fine, and wait for the next run
    except DownloadError:
        _remove(files)
        raise
    _remove(files)
    return folder


def terms(source: Source) -> str:
    """What a user should know before downloading, in a few lines."""
    size = megabytes(source.size) if source.size else "size not published"
    return (
        f"{source.title} ({size}) from {source.page}\n"
        f"Licence: {source.licence}\n"
        f"In full: {source.licence_url}\n"
        f"Cite: {source.citation}"
    )


def _require_yes(source: Source, answer: Answer) -> None:
    if callable(answer):
        answer = answer(f"Do you accept the licence of {source.title}?")
    if not answer:
        raise LogsError(
            f"the licence of {source.title} was not accepted, so nothing was downloaded; "
            "to accept it, answer yes or pass accept_licence=True"
        )


@contextmanager
def _bar(name: str, shown: bool) -> Iterator[Report]:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        disable=not shown,
    )
    with bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _fetch(file: RemoteFile, progress: bool) -> Path:
    """Download and check one file, unless an earlier run got that far."""
    path = cache_folder() / "downloads" / file.name
    if not path.exists():
        verify = _verifier(file)
        with _bar(file.name, shown=progress) as report:
            download(file.url, path, verify=verify, report=report)
    return path


def _remove(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _verifier(file: RemoteFile) -> Callable[[Path], None]:
    """A function that raises :class:`DownloadError` when the file's checksum is wrong."""
    published = file.md5 or (file.md5_url and _fetch_md5(file.md5_url))

    def verify(part: Path) -> None:
        got, size = digest(part, "md5" if published else "sha256"), part.stat().st_size
        _require_known(file, part)
        expected = published or _first_seen(file.name, got)
        if got != expected:
            origin = "published" if published else "of the first download"
            raise DownloadError(
                f"{file.name} arrived damaged or changed: {megabytes(size)} with checksum {got}, "
                f"but the one {origin} is {expected}; nothing was kept, run it again"
            )

    return verify


def _require_known(file: RemoteFile, part: Path) -> None:
    """Raise :class:`DownloadError` where a digest known in part, or the size with it, differs."""
    if file.sha256 is None:
        return
    got, (begins, ends) = digest(part, "sha256"), file.sha256
    if part.stat().st_size != file.size or not (got.startswith(begins) and got.endswith(ends)):
        raise DownloadError(
            f"{file.name} is not the file that we know: {part.stat().st_size:,} bytes with SHA-256 "
            f"{got}, but it should be {file.size:,} bytes with {begins}…{ends}; nothing was kept"
        )


def digest(path: Path, algorithm: str) -> str:
    """The checksum of a file in hexadecimal digits; MD5 is against damage, not against malice."""
    with path.open("rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.new(algorithm, usedforsecurity=False)
        ).hexdigest()


def _fetch_md5(url: str) -> str:
    """The checksum in a publisher's .md5 file, as it is today."""
    path = download(url, cache_folder() / "downloads" / url.rsplit("/", 1)[1])
    text = path.read_text(errors="replace")
    path.unlink()
    found = re.search(r"\b[0-9a-f]{32}\b", text.lower())
    if found is None:
        raise DownloadError(f"{url} holds no MD5 checksum, so the file cannot be trusted")
    return found[0]


def _first_seen(name: str, digest: str) -> str:
    """The checksum that ``name`` had when it was first downloaded; remembers a first one."""
    path = cache_folder() / "checksums.json"
    try:
        known = dict(json.loads(path.read_text())) if path.exists() else {}
    except (ValueError, TypeError):
        raise DownloadError(f"{path} is damaged; delete it and run this again") from None
    if name not in known:
        known[name] = digest
        path.write_text(json.dumps(known, indent=1))
    return known[name]
