"""Unpack an archive: all of it or nothing, and never outside the folder."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from mavrs_course.world.logs.download import require_space
from mavrs_course.world.logs.errors import DownloadError

ENDINGS = (".zip", ".tar.gz", ".tgz", ".tar")
# What reading a damaged archive or writing its files can end in.
TROUBLE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError)


class _Member(NamedTuple):
    name: str
    size: int
    open: Callable[[], Any]  # a binary file


def install(files: list[Path], folder: Path) -> None:
    """Make ``folder`` out of ``files``: archives are unpacked, others moved in.

    The folder appears only when everything is in it.  If all members of the archives lie in one
    folder, that one becomes ``folder``.  Raises :class:`DownloadError` for an archive that is
    damaged, or with a member that would land outside the folder or is a link, and
    :class:`NoSpaceError` for one that does not fit on the disk; nothing is kept then.
    """
    with TemporaryDirectory(dir=folder.parent, prefix=".unpacking-") as temporary:
        content = Path(temporary, "content")
        content.mkdir()
        for file in files:
            try:
                _unpack(file, content)
            except TROUBLE as error:
                problem = f"{file.name} could not be unpacked ({error}); nothing was kept"
                raise DownloadError(problem) from None
        inside = list(content.iterdir())
        only_folder = len(inside) == 1 and inside[0].is_dir()
        (inside[0] if only_folder else content).replace(folder)


def _unpack(file: Path, folder: Path) -> None:
    if not file.name.endswith(ENDINGS):
        shutil.copyfile(file, folder / file.name)
        return
    with _opened(file) as members:
        require_space(folder, sum(member.size for member in members))
        for member in members:
            target = folder / _safe(member.name, file)
            target.parent.mkdir(parents=True, exist_ok=True)
            with member.open() as packed, target.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)


@contextmanager
def _opened(archive: Path) -> Iterator[list[_Member]]:
    """The files in an archive, without what macOS adds."""
    if archive.name.endswith(".zip"):
        with zipfile.ZipFile(archive) as pack:
            files = [info for info in pack.infolist() if not info.is_dir()]
            yield [
                _Member(info.filename, info.file_size, partial(pack.open, info))
                for info in files
                if not info.filename.startswith("__MACOSX/")
            ]
    else:
        with tarfile.open(archive) as pack:
            entries = [info for info in pack if not info.isdir()]
            links = [info.name for info in entries if not info.isfile()]
            if links:
                raise DownloadError(f"{archive.name} holds a link, {links[0]!r}; nothing was kept")
            yield [
                _Member(info.name, info.size, partial(pack.extractfile, info))
                for info in entries
                if not PurePosixPath(info.name).name.startswith("._")
            ]


def _safe(name: str, archive: Path) -> PurePosixPath:
    """The member's path, if it stays inside the folder on every system."""
    path, windows = PurePosixPath(name), PureWindowsPath(name)
    if path.is_absolute() or windows.anchor or ".." in path.parts or ".." in windows.parts:
        raise DownloadError(
            f"{archive.name} would write outside its folder, to {name!r}; nothing was kept"
        )
    return path
