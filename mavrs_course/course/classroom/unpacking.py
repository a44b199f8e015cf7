"""Archives, opened as far as they can be trusted: nothing outside, nothing endless, no links."""

from __future__ import annotations

import os
import re
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

PIECE = 1 << 20
DRIVE = re.compile(r"[A-Za-z]:")
Opener = Callable[[], IO[bytes]]
JUNK_FOLDERS = ("__MACOSX", ".git", "__pycache__", ".venv", "venv", "node_modules", ".Trash")
JUNK_FILES = ("Thumbs.db", "desktop.ini", ".DS_Store")
TAR_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


class TooMuchError(Exception):
    """An archive that holds more than one hand-in may; the text says what."""


@dataclass
class Allowance:
    """What may still be unpacked.

    bytes, files: in all.  one: bytes that one file may have.
    """

    bytes: int = 300_000_000
    files: int = 3_000
    one: int = 100_000_000
    spent: bool = False

    def take(self, size: int) -> None:
        """Use some of it up; raises :class:`TooMuchError`."""
        self.bytes -= size
        if self.bytes < 0:
            self.spent = True
            raise TooMuchError("all together is more than may be unpacked")

    def take_file(self) -> None:
        """One more file; raises :class:`TooMuchError`."""
        self.files -= 1
        if self.files < 0:
            self.spent = True
            raise TooMuchError("there are more files than may be unpacked")


@dataclass
class Unpacked:
    """What came out of an archive: files by their names in it.

    left_out: why others did not come out, by their names; the reason of the empty name is the
    archive's own.
    """

    files: dict[str, Path] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def problems(self) -> list[str]:
        """The reasons, each once."""
        return list(dict.fromkeys(self.left_out.values()))


def is_junk(name: str) -> bool:
    """Whether an operating system or a tool has put it there, and nobody meant to send it."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    last = parts[-1] if parts else ""
    return bool(set(parts) & set(JUNK_FOLDERS)) or last in JUNK_FILES or last.startswith("._")


def is_archive(name: str) -> bool:
    """Whether it is a kind of archive that can be opened here, by its name."""
    return name.lower().endswith((".zip", *TAR_ENDINGS))


def unpack(
    archive: Path, into: Path, allowance: Allowance, called: str = "", *, share: bool = False
) -> Unpacked:
    """Unpack an archive into a folder, each file under a short name of ours; raises nothing.

    called: the archive's name, if its file has another.  share: whether each of its folders may
    hold as much as the allowance says, so that none takes the room of another.
    """
    found, called = Unpacked(), called or archive.name
    into.mkdir(parents=True, exist_ok=True)
    rooms: dict[str, Allowance] = {}
    try:
        is_tar = called.lower().endswith(TAR_ENDINGS)
        for name, when, size, open_ in (_tar if is_tar else _zip)(archive):
            if is_junk(name):
                continue
            top = name.split("/")[0]
            room = rooms.setdefault(top, replace(allowance)) if share else allowance
            reason = _refused(name, size, room) or _take(name, open_, when, room, into, found)
            if reason:
                found.left_out[name] = reason
            if room.spent and not share:
                found.left_out[""] = f"{called} was not unpacked further: {reason}"
                break
            if is_tar and size > allowance.one:
                break  # to go past a file in a tar is to unpack it
    except Exception as problem:  # zipfile and tarfile raise whatever their readers raise
        told = str(problem) or type(problem).__name__
        found.left_out[""] = f"{called} cannot be unpacked: {told}"
    return found


def _take(
    name: str, open_: Opener, when: float, room: Allowance, into: Path, found: Unpacked
) -> str:
    """Unpack one file, or say why it cannot be."""
    copy = into / f"{len(found.files)}{PurePosixPath(name).suffix[:20]}"
    try:
        room.take_file()
        _copy(open_(), copy, room)
        os.utime(copy, (when, when))
    except TooMuchError as problem:
        copy.unlink(missing_ok=True)
        return f"{name} was left out: {problem}"
    except Exception as problem:  # a damaged or encrypted file spoils no other
        copy.unlink(missing_ok=True)
        return f"{name} cannot be unpacked: {str(problem) or type(problem).__name__}"
    found.files[name] = copy
    return ""


def names_in(archive: Path) -> list[str]:
    """The names in a zip, without unpacking it; none where it cannot be read."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return [name for name in opened.namelist()[:20_000] if not is_junk(name)]
    except Exception:
        return []


def _refused(name: str, size: int, allowance: Allowance) -> str:
    parts = PurePosixPath(name).parts
    if ".." in parts or name.startswith("/") or "\0" in name or DRIVE.match(name):
        return f"{name} has a place outside of the archive, and was left out"
    if size > allowance.one:
        return f"{name} has {size / 1e6:,.0f} MB, and was left out"
    return ""


def _copy(stream: IO[bytes], copy: Path, allowance: Allowance) -> None:
    written = 0
    with stream, copy.open("wb") as file:
        while piece := stream.read(PIECE):
            written += len(piece)
            if written > allowance.one:  # the size that the archive states may be a lie
                raise TooMuchError("it is larger than the archive says")
            allowance.take(len(piece))
            file.write(piece)


def _zip(archive: Path) -> Iterator[tuple[str, float, int, Opener]]:
    import time

    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            if member.is_dir() or stat.S_ISLNK(member.external_attr >> 16):
                continue
            try:
                when = time.mktime((*member.date_time, 0, 0, -1))
            except (OverflowError, ValueError):
                when = 0.0
            open_ = partial(opened.open, member)
            yield member.filename.replace("\\", "/"), when, member.file_size, open_


def _tar(archive: Path) -> Iterator[tuple[str, float, int, Opener]]:
    with tarfile.open(archive) as opened:
        for member in opened:
            if member.isfile():
                open_ = partial(opened.extractfile, member)
                yield member.name.removeprefix("./"), float(member.mtime), member.size, open_
