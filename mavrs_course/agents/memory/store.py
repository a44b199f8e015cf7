"""Memories that outlive the process, in one SQLite file.

What :meth:`MemoryStore.save` has returned for is on disk: a killed kernel loses nothing of it,
because each call is one transaction, written ahead (WAL) and synced before it returns
(``synchronous = FULL``).  A call that was killed half-way leaves nothing at all.

What :meth:`MemoryStore.erase` has returned for is gone from the files too, not only from the
tables: SQLite overwrites deleted rows with zeros (``secure_delete``), the file is rewritten
(``VACUUM``), and the log of writes, which still holds old pages, is emptied.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from mavrs_course.messages import Floats, Ints

SCHEMA = """
CREATE TABLE IF NOT EXISTS profiles (
    viewer INTEGER PRIMARY KEY, pages INTEGER NOT NULL, evidence BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS episodes (
    viewer INTEGER, slot INTEGER, video INTEGER NOT NULL, title TEXT NOT NULL,
    page REAL NOT NULL, importance REAL NOT NULL, PRIMARY KEY (viewer, slot)) WITHOUT ROWID;
"""


class StoreError(RuntimeError):
    """The store cannot do what was asked; the text says why and what to do."""


class Episode(NamedTuple):
    """One watched video, and the slot of the viewer's memory that it lies in."""

    viewer: int
    slot: int
    video: int
    title: str
    page: float
    importance: float


class MemoryStore:
    """Profiles and episodes of many viewers in the file ``path``, which is made if missing."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        try:
            self._connection = _opened(self.path)
        except sqlite3.DatabaseError as problem:
            raise StoreError(f"{self.path.name} cannot be used as a memory: {problem}") from problem

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; a store that is simply dropped, or killed, loses nothing either."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing; on disk when the block is left."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def save(
        self,
        viewers: Sequence[int] | Ints = (),
        pages: Sequence[int] | Ints = (),
        evidence: Sequence[Floats] | Floats = (),
        episodes: Sequence[Episode] = (),
    ) -> None:
        """Put profiles, and episodes, in place of what their viewers, and slots, held before.

        viewers, pages: int[N].  evidence: float[N, ...], of any shape a viewer.
        Durable when it returns.
        """
        rows = [
            (int(viewer), int(page), np.asarray(part, dtype="<f8").tobytes())
            for viewer, page, part in zip(viewers, pages, evidence, strict=True)
        ]
        with self._transaction() as write:
            write.executemany("INSERT OR REPLACE INTO profiles VALUES (?, ?, ?)", rows)
            write.executemany(
                "INSERT OR REPLACE INTO episodes VALUES (?, ?, ?, ?, ?, ?)", map(_plain, episodes)
            )

    def viewers(self) -> Ints:
        """Everybody of whom there is a profile or an episode, in order: int[U]."""
        found = self._connection.execute(
            "SELECT viewer FROM profiles UNION SELECT viewer FROM episodes ORDER BY viewer"
        )
        return np.array([viewer for (viewer,) in found], dtype=np.int64)

    def profiles(self) -> Iterator[tuple[int, int, Floats]]:
        """Viewer, pages and evidence (flat float[...]) of each profile."""
        for viewer, pages, blob in self._connection.execute("SELECT * FROM profiles"):
            yield viewer, pages, np.frombuffer(blob, dtype="<f8").astype(float)

    def episodes(self, viewer: int | None = None) -> list[Episode]:
        """The episodes of one viewer, or of all, oldest first."""
        where = "" if viewer is None else "WHERE viewer = ?"
        values = () if viewer is None else (int(viewer),)
        query = f"SELECT * FROM episodes {where} ORDER BY page, slot"
        return [Episode(*row) for row in self._connection.execute(query, values)]

    def delete_episodes(self, viewers: Ints, slots: Ints) -> None:
        """Delete episodes by viewer and slot; :meth:`scrub` rids the files of their bytes."""
        where = [(int(viewer), int(slot)) for viewer, slot in zip(viewers, slots, strict=True)]
        with self._transaction() as write:
            write.executemany("DELETE FROM episodes WHERE viewer = ? AND slot = ?", where)

    def erase(self, viewer: int) -> None:
        """Leave nothing of this viewer, in the tables or in the bytes of the files.

        Raises :class:`StoreError` when another program holds the file open for reading, since
        old pages then stay in the write-ahead log; the rows are deleted even so.
        """
        with self._transaction() as write:
            for table in ("profiles", "episodes"):
                write.execute(f"DELETE FROM {table} WHERE viewer = ?", (int(viewer),))
        self.scrub()

    def scrub(self) -> None:
        """Rewrite the file and empty the log of writes, so that deleted bytes are gone."""
        try:
            self._connection.execute("VACUUM")
            (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            busy = True
        if busy:
            raise StoreError(
                f"{self.path.name} is in use by another reader, so deleted bytes are still in its "
                "log; close the other reader and call scrub()"
            )


def _plain(episode: Episode) -> tuple[int, int, int, str, float, float]:
    viewer, slot, video, title, page, importance = episode
    return int(viewer), int(slot), int(video), str(title), float(page), float(importance)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.executescript(SCHEMA)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
