"""Memories that outlive the process, in one SQLite file.

What :meth:`MemoryStore.save` has returned for is on disk: a killed kernel loses nothing of it,
because each call is one transaction, written ahead (WAL) and synced before it returns
(``synchronous = FULL``).  A call that was killed half-way leaves nothing at all.

What :meth:`MemoryStore.erase` has returned for is gone from the files too, not only from the
tables: SQLite overwrites deleted rows with zeros (``secure_delete``), the file is rewritten
(``VACUUM``), and the log of writes, which still holds old pages, is emptied.

Any thread may use a store (a panel with a deadline teaches agents in threads): one call goes on at
a time.  Other programs may use the file too; a call waits for them, and a :class:`StoreError` says
so when it waited in vain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple, Self

import numpy as np

from mavrs_course.messages import Floats, Ints

SCHEMA = """
CREATE TABLE IF NOT EXISTS profiles (
    viewer INTEGER PRIMARY KEY, pages INTEGER NOT NULL, evidence BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS episodes (
    viewer INTEGER, slot INTEGER, video INTEGER NOT NULL, title TEXT NOT NULL,
    page REAL NOT NULL, importance REAL NOT NULL, PRIMARY KEY (viewer, slot)) WITHOUT ROWID;
"""

LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)  # somebody else has the file


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
    """Profiles and episodes of many viewers in the file ``path``, which is made if missing.

    patience: seconds to wait while another program writes to the file.  Every method raises
    :class:`StoreError` for what the file does not let it do; nothing of that call is kept then.
    """

    def __init__(self, path: str | Path, *, patience: float = 5.0) -> None:
        self.path, self._turn = Path(path), RLock()
        try:
            self._connection = _opened(self.path, patience)
        except sqlite3.Error as problem:
            raise self._failure(problem, "cannot be used as a memory") from problem

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; a store that is simply dropped, or killed, loses nothing either."""
        with self._turn:
            self._connection.close()

    def _failure(self, problem: sqlite3.Error, what: str) -> StoreError:
        told = f"{self.path.name} {what}: {problem}"
        if getattr(problem, "sqlite_errorcode", 0) & 0xFF in LOCKED:
            told += "; another program is writing to it: close that program, or try again"
        return StoreError(told)

    @contextmanager
    def _alone(self, what: str) -> Iterator[sqlite3.Connection]:
        """The connection, for one thread at a time; what SQLite complains of is a StoreError."""
        with self._turn:
            try:
                yield self._connection
            except sqlite3.Error as problem:
                raise self._failure(problem, what) from problem

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing; on disk when the block is left."""
        with self._alone("was not written to, and keeps what it held") as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _rows(self, query: str, values: Sequence[int] = ()) -> list[Any]:
        """All rows at once, so that no other thread's call falls between two of them."""
        with self._alone("cannot be read") as connection:
            return connection.execute(query, values).fetchall()

    def save(
        self,
        viewers: Sequence[int] | Ints = (),
        pages: Sequence[int] | Ints = (),
        evidence: Sequence[Floats] | Floats = (),
        episodes: Sequence[Episode] = (),
        empty: Sequence[tuple[int, int]] = (),
    ) -> None:
        """Put profiles, and episodes, in place of what their viewers, and slots, held before.

        viewers, pages: int[N].  evidence: float[N, ...], of any shape a viewer.
        empty: viewers and slots that hold nothing any more; :meth:`scrub` rids the files of their
        bytes.  Durable when it returns.
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
            write.executemany("DELETE FROM episodes WHERE viewer = ? AND slot = ?", empty)

    def viewers(self) -> Ints:
        """Everybody of whom there is a profile or an episode, in order: int[U]."""
        found = self._rows(
            "SELECT viewer FROM profiles UNION SELECT viewer FROM episodes ORDER BY viewer"
        )
        return np.array([viewer for (viewer,) in found], dtype=np.int64)

    def profiles(self) -> Iterator[tuple[int, int, Floats]]:
        """Viewer, pages and evidence (flat float[...]) of each profile."""
        for viewer, pages, blob in self._rows("SELECT * FROM profiles"):
            yield viewer, pages, np.frombuffer(blob, dtype="<f8").astype(float)

    def episodes(self, viewer: int | None = None) -> list[Episode]:
        """The episodes of one viewer, or of all, oldest first."""
        where = "" if viewer is None else "WHERE viewer = ?"
        values = () if viewer is None else (int(viewer),)
        query = f"SELECT * FROM episodes {where} ORDER BY page, slot"
        return [Episode(*row) for row in self._rows(query, values)]

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
        with self._alone("was not rewritten, so deleted bytes are still in it") as connection:
            try:
                connection.execute("VACUUM")
                (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError as problem:
                if problem.sqlite_errorcode & 0xFF not in LOCKED:
                    raise
                busy = True
        if busy:
            raise StoreError(
                f"{self.path.name} is in use by another reader, so deleted bytes are still in its "
                "log; close the other reader and call scrub()"
            )


def _plain(episode: Episode) -> tuple[int, int, int, str, float, float]:
    viewer, slot, video, title, page, importance = episode
    return int(viewer), int(slot), int(video), str(title), float(page), float(importance)


def _opened(path: Path, patience: float) -> sqlite3.Connection:
    # Any thread may use it: MemoryStore lets in one at a time.
    connection = sqlite3.connect(
        path, timeout=patience, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.executescript(SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
