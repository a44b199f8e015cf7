"""Archives, opened as far as they can be trusted: nothing outside, nothing endless, no links."""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

PIECE = 1 << 20
JUNK_FOLDERS = ("__MACOSX", ".git", "__pycache__", ".venv", "venv", "node_modules", ".Trash")
JUNK_FILES = ("Thumbs.db", "desktop.ini", ".DS_Store")
TAR_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


class TooMuch(Exception):
    """An archive that holds more than one hand-in may; the text says what."""


@dataclass
class Allowance:
    """What may still be unpacked.

    bytes, files: in all.  one: bytes that one file may have.
    """

    bytes: int = 300_000_000
    files: int = 3_000
    one: int = 100_000_000

    def take(self, size: int) -> None:
        """Use some of it up; raises :class:`TooMuch`."""
        self.bytes -= size
        if self.bytes < 0:
            raise TooMuch("it unpacks to more than 300 MB")

    def take_file(self) -> None:
        """One more file; raises :class:`TooMuch`."""
        self.files -= 1
        if self.files < 0:
            raise TooMuch("it holds more than 3,000 files")


@dataclass
class Unpacked:
    """What came out of an archive: files by their names in it, and what did not come out."""

    files: dict[str, Path] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def is_junk(name: str) -> bool:
    """Whether an operating system or a tool has put it there, and nobody meant to send it."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    last = parts[-1] if parts else ""
    return bool(set(parts) & set(JUNK_FOLDERS)) or last in JUNK_FILES or last.startswith("._")


def is_archive(name: str) -> bool:
    """Whether it is a kind of archive that can be opened here, by its name."""
    return name.lower().endswith((".zip", *TAR_ENDINGS))


def unpack(archive: Path, into: Path, allowance: Allowance, called: str = "") -> Unpacked:
    """Unpack an archive into a folder, each file under a short name of ours.

    called: the archive's name, if its file has another.  What it cannot or may not hold is left
    out, and told among the problems; raises nothing.
    """
    found, called = Unpacked(), called or archive.name
    into.mkdir(parents=True, exist_ok=True)
    try:
        opened = _tar(archive) if called.lower().endswith(TAR_ENDINGS) else _zip(archive)
        for name, when, size, stream in opened:
            if is_junk(name):
                continue
            if reason := _refused(name, size, allowance):
                found.problems.append(reason)
                if size > allowance.one and not called.lower().endswith(".zip"):
                    break  # to go past a file in a tar is to unpack it
                continue
            allowance.take_file()
            copy = into / f"{len(found.files)}{PurePosixPath(name).suffix[:20]}"
            _copy(stream, copy, allowance)
            os.utime(copy, (when, when))
            found.files[name] = copy
    except TooMuch as problem:
        found.problems.append(f"{called} was not unpacked further: {problem}")
    except Exception as problem:  # zipfile and tarfile raise whatever their readers raise
        told = str(problem) or type(problem).__name__
        found.problems.append(f"{called} cannot be unpacked: {told}")
    return found


def names_in(archive: Path) -> list[str]:
    """The names in a zip, without unpacking it; none where it cannot be read."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return [name for name in opened.namelist()[:20_000] if not is_junk(name)]
    except Exception:
        return []


def _refused(name: str, size: int, allowance: Allowance) -> str:
    parts = PurePosixPath(name).parts
    if ".." in parts or name.startswith("/") or "\0" in name or (parts and ":" in parts[0]):
        return f"{name} has a place outside of the archive, and was left out"
    if size > allowance.one:
        return f"{name} has {size / 1e6:,.0f} MB, and was left out"
    return ""


def _copy(stream: IO[bytes], copy: Path, allowance: Allowance) -> None:
    written = 0
    with stream, copy.open("wb") as file:
        while piece := stream.read(PIECE):
            written += len(piece)
            allowance.take(len(piece))
            if written > allowance.one:  # the size that the archive states may be a lie
                raise TooMuch("one of its files has no end")
            file.write(piece)


def _zip(archive: Path) -> Iterator[tuple[str, float, int, IO[bytes]]]:
    import time

    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            if member.is_dir() or stat.S_ISLNK(member.external_attr >> 16):
                continue
            try:
                when = time.mktime((*member.date_time, 0, 0, -1))
            except (OverflowError, ValueError):
                when = 0.0
            yield member.filename.replace("\\", "/"), when, member.file_size, opened.open(member)


def _tar(archive: Path) -> Iterator[tuple[str, float, int, IO[bytes]]]:
    with tarfile.open(archive) as opened:
        for member in opened:
            if member.isfile():
                stream = opened.extractfile(member)
                yield member.name.removeprefix("./"), float(member.mtime), member.size, stream
