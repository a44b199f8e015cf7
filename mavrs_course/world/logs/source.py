"""What is told of one set of real data: where it comes from, its terms and its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True)
class RemoteFile:
    """One file at its official address.

    size: bytes, or None where it is not published.  md5: the published checksum, or md5_url:
    where the publisher keeps it up to date.  With neither, nothing was published that we know
    of: the checksum of the first download is remembered and later ones are held against it.
    sha256: the beginning and the end of a digest that somebody wrote down, checked besides.
    """

    url: str
    size: int | None = None
    md5: str | None = None
    md5_url: str | None = None
    sha256: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        return unquote(self.url.rsplit("/", 1)[1])


@dataclass(frozen=True)
class Source:
    """One set of real logs.

    folder: the name of its folder in MAVRS_DATA or in the cache; other_folders: names that the
    same folder goes by.  read: folder -> Logs, a KnowledgeStructure or Moments.  files: what to
    download; archives are unpacked.  licence: the terms in short; licence_url: in full.
    columns: the documented columns of each table, as far as a reader looks at the table.
    """

    name: str
    title: str
    folder: str
    read: Callable[..., Any]
    page: str
    files: tuple[RemoteFile, ...]
    licence: str
    licence_url: str
    citation: str
    columns: Mapping[str, tuple[str, ...]]
    other_folders: tuple[str, ...] = ()

    @property
    def size(self) -> int | None:
        """Bytes to download, or None where it is not published."""
        sizes = [file.size for file in self.files if file.size is not None]
        return sum(sizes) if len(sizes) == len(self.files) else None

    def folders_in(self, root: Path) -> list[Path]:
        """Where in ``root`` this source's folder may be."""
        return [root / name for name in (self.folder, *self.other_folders)]
