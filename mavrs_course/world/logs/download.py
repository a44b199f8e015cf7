"""Download one file over HTTP, as networks are: slow, cut, and sometimes wrong."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from mavrs_course.world.logs.errors import DownloadError, NoSpaceError

TRIES = 4  # in a row that bring nothing new
FIRST_WAIT = 1.0  # seconds; doubles with each such try
TIMEOUT = 30.0  # seconds of silence
BUSY = {408, 425, 429}  # and every 5xx: worth another try

Report = Callable[[int, int | None], None]


class _CutError(Exception):
    """This try failed, another may not; the text is the reason."""


def download(
    url: str,
    path: Path,
    *,
    verify: Callable[[Path], None] = lambda part: None,
    report: Report = lambda done, total: None,
) -> Path:
    """Download ``url`` to ``path``, which appears only when it is complete and verified.

    What arrives is kept in ``path`` + ".part".  A connection that is cut is taken up again where
    it ended, now or in a later call, as far as the server allows (RFC 9110, section 14).
    verify: is given the complete part and raises :class:`DownloadError` if it is wrong; the part
    is then deleted.  report: told the bytes so far and in all (None if unknown).

    Raises :class:`DownloadError` when the file is not there, the disk is full, or ``TRIES``
    tries in a row brought nothing new.
    """
    part = path.with_name(path.name + ".part")
    headers = {"Accept-Encoding": "identity", "User-Agent": "mavrs-course"}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with httpx.Client(follow_redirects=True, timeout=TIMEOUT, headers=headers) as client:
            _persist(client, url, part, report)
        try:
            verify(part)
        except DownloadError:
            _discard(part)
            raise
        part.replace(path)
        _discard(part)
    except OSError as error:
        raise DownloadError(f"{path.parent} cannot be written to: {error.strerror}") from None
    return path


def require_space(folder: Path, needed: int) -> None:
    """Raise :class:`NoSpaceError` unless the disk of ``folder`` has ``needed`` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoSpaceError(
            f"{megabytes(needed)} are needed in {folder} and {megabytes(free)} are free; "
            "make room and run it again"
        )


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _persist(client: httpx.Client, url: str, part: Path, report: Report) -> None:
    """Try until the part is complete."""
    furthest, failures = _size(part), 0
    while True:
        try:
            return _try(client, url, part, report)
        except _CutError as reason:
            failures = 0 if _size(part) > furthest else failures + 1
            furthest = max(furthest, _size(part))
            if failures == TRIES:
                kept = "; what arrived is kept" if _size(part) else ""
                raise DownloadError(
                    f"{url} did not arrive: {reason}; check the network and run it again{kept}"
                ) from None
        time.sleep(FIRST_WAIT * 2 ** max(failures - 1, 0))


def _try(client: httpx.Client, url: str, part: Path, report: Report) -> None:
    """One request for what is missing of the part."""
    start = _size(part)
    try:
        with client.stream("GET", url, headers=_range(part)) as response:
            if response.status_code == 416 and _total(response) == start:
                return  # the part was complete already
            _check_status(url, response)
            resumed = response.status_code == 206
            if response.status_code == 416 or (resumed and _first_byte(response) != start):
                _discard(part)
                raise _CutError("the server sent another part than the one asked for")
            _receive(response, part, start if resumed else 0, report)
    except httpx.ConnectError as error:
        raise _CutError(f"{httpx.URL(url).host} cannot be reached ({error})") from None
    except httpx.TimeoutException:
        raise _CutError(f"{httpx.URL(url).host} does not answer") from None
    except httpx.HTTPError:
        raise _CutError("the connection was cut") from None


def _receive(response: httpx.Response, part: Path, done: int, report: Report) -> None:
    length = response.headers.get("Content-Length", "")
    total = done + int(length) if length.isdecimal() else None
    if total is not None:
        require_space(part.parent, total - done)
    if not done:
        _version_file(part).write_text(_version(response))
    with part.open("ab" if done else "wb") as file:
        for block in response.iter_raw():
            file.write(block)
            done += len(block)
            report(done, total)


def _check_status(url: str, response: httpx.Response) -> None:
    status = response.status_code
    if status in BUSY or status >= 500:
        raise _CutError(f"the server is busy or broken (HTTP {status})")
    if status in (404, 410):
        raise DownloadError(f"{url} is not there any more (HTTP {status})")
    if status not in (200, 206, 416):
        raise DownloadError(f"{url} was refused (HTTP {status})")


def _range(part: Path) -> dict[str, str]:
    """Ask for the rest of the part, provided that the file is still the one it is a part of."""
    if not _size(part):
        return {}
    version = _version_file(part).read_text() if _version_file(part).exists() else ""
    return {"Range": f"bytes={_size(part)}-"} | ({"If-Range": version} if version else {})


def _version(response: httpx.Response) -> str:
    """What tells this version of the file from others: a strong ETag, or its date."""
    etag = response.headers.get("ETag", "")
    return etag if etag.startswith('"') else response.headers.get("Last-Modified", "")


def _version_file(part: Path) -> Path:
    return part.with_name(part.name + ".version")


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)
    _version_file(part).unlink(missing_ok=True)


def _first_byte(response: httpx.Response) -> int | None:
    found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(found[1]) if found else None


def _total(response: httpx.Response) -> int | None:
    found = re.search(r"/(\d+)$", response.headers.get("Content-Range", ""))
    return int(found[1]) if found else None


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
