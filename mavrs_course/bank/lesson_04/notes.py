"""04.4 Kept for good, erased for good.

20 minutes, difficulty 2, 4 points, L04.4
Your store keeps its word twice: what it acknowledged stays, what it erased is gone.
"""

import shutil
import sqlite3
import tempfile
from pathlib import Path

from mavrs_course.course import Case, Property


class Notes:
    def __init__(self, path):
        # With isolation_level=None every statement is committed before it returns.
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA secure_delete = ON")
        self.database.execute("CREATE TABLE IF NOT EXISTS notes (viewer INTEGER, text TEXT)")

    def save(self, viewer, text):
        self.database.execute("INSERT INTO notes VALUES (?, ?)", (viewer, text))

    def read(self, viewer):
        query = "SELECT text FROM notes WHERE viewer = ? ORDER BY rowid"
        return [text for (text,) in self.database.execute(query, (viewer,))]

    def erase(self, viewer):
        self.database.execute("DELETE FROM notes WHERE viewer = ?", (viewer,))
        self.database.execute("VACUUM")
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class NotesWithCommits:
    """With transactions spelt out."""

    def __init__(self, path):
        self.path = path
        with sqlite3.connect(path) as database:
            database.execute("create table if not exists n (id integer primary key, v, t)")

    def save(self, viewer, text):
        with sqlite3.connect(self.path) as database:
            database.execute("insert into n (v, t) values (?, ?)", (viewer, text))

    def read(self, viewer):
        database = sqlite3.connect(self.path)
        return [row[0] for row in database.execute("select t from n where v = ?", (viewer,))]

    def erase(self, viewer):
        database = sqlite3.connect(self.path)
        database.execute("delete from n where v = ?", (viewer,))
        database.commit()
        database.execute("vacuum")
        database.close()


OTHERS = (NotesWithCommits,)
ERASED = "what is erased is gone from the bytes of the files"


def cases(rng):
    word = "".join(rng.choice(list("abcdefghijklmnop"), 12))
    many = [("save", viewer, f"{word} {viewer} {number}") for number in range(8)
            for viewer in (1, 2, 3)]  # fmt: skip
    return [
        Case("saved and read, in order",
             ([("save", 1, "likes soup"), ("save", 2, "likes cats"), ("save", 1, "has a cold"),
               ("read", 1), ("read", 2), ("read", 3)],),
             [["likes soup", "has a cold"], ["likes cats"], []]),
        Case("killed right after saving",
             ([("save", 1, "likes soup"), ("kill",), ("read", 1), ("save", 1, "has a cold"),
               ("kill",), ("read", 1)],), [["likes soup"], ["likes soup", "has a cold"]]),
        Case("the same note twice, and viewers 7 and 70",
             ([("save", 7, "soup"), ("save", 7, "soup"), ("save", 70, "cats"), ("read", 7),
               ("erase", 7), ("read", 7), ("read", 70)],), [["soup", "soup"], [], ["cats"]]),
        Case("the file is a database of SQLite", ([("save", 1, "soup"), ("kind of file",)],),
             ["SQLite"]),
        Case("erased, and killed right after",
             ([("save", 1, "likes soup"), ("save", 2, "likes cats"), ("kill",), ("erase", 1),
               ("kill",), ("read", 1), ("read", 2)],), [[], ["likes cats"]]),
        Case(ERASED,
             ([("save", 1, f"secretly likes {word}"), ("save", 2, "likes cats"),
               ("look for", word), ("erase", 1), ("traces of", word), ("look for", "likes cats"),
               ("read", 2)],), ["found", "gone", "found", ["likes cats"]]),
        Case("one of three viewers with eight notes each",
             ([*many, ("kill",), ("erase", 2), ("traces of", f"{word} 2"),
               ("look for", f"{word} 3 7"), ("read", 2), ("kill",), ("traces of", f"{word} 2")],),
             ["gone", "found", [], "gone"]),
        Case("a note with a quote, and one of another alphabet",
             ([("save", 4, "said 'never again'"), ("save", 4, "любит кошек"), ("kill",),
               ("read", 4)],), [["said 'never again'", "любит кошек"]]),
    ]  # fmt: skip


def observe(notes, case):
    """Play a script: saves, reads, erasures, kills, and looks into the bytes of the files."""
    (script,) = case.inputs
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place, said, lives = Path(folder) / "life-0", [], [None]
        place.mkdir()
        kept = notes(str(place / "notes.db"))
        for action, *values in script:
            if action == "kill":
                # What a killed process leaves is its files, as they are at that moment.
                lives.append(kept)
                copy = Path(folder) / f"life-{len(lives)}"
                shutil.copytree(place, copy)
                place, kept = copy, notes(str(copy / "notes.db"))
            elif action == "kind of file":
                found = _files_with("SQLite format 3", place)
                said.append("SQLite" if "notes.db" in found else "something else")
            elif action == "look for":
                found = _files_with(values[0], place)
                said.append("found" if found else "not found")
            elif action == "traces of":
                found = _files_with(values[0], place)
                said.append(f"left in {' and '.join(found)}" if found else "gone")
            else:
                answer = getattr(kept, action)(*values)
                if action == "read":
                    said.append(list(answer))
        for life in [*lives, kept]:
            _close(life)
    return said


def parts(case):
    return [" ".join(map(str, s)) for s in case.inputs[0] if s[0] not in ("save", "erase", "kill")]


def _files_with(text, folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if text.encode() in path.read_bytes())


def _close(notes) -> None:
    """Windows deletes no folder with an open file in it."""
    for value in getattr(notes, "__dict__", {}).values():
        if isinstance(value, sqlite3.Connection):
            value.close()


PROPERTIES = (
    Property("what is acknowledged is there after a kill",
             lambda said, script: (any(action == "erase" for action, *_ in script) or all(said) or
                 not any(action == "kill" for action, *_ in script)),
             "A note is gone after a kill although save had returned. Commit before save "
             "returns."),
    Property("the file is a database of SQLite",
             lambda said, script: "something else" not in said,
             "No database of SQLite is at path: sqlite3.connect(path) makes one, with a header."),
    Property("what is erased is found nowhere",
             lambda said, script: not any(str(answer).startswith("left in") for answer in said),
             "The bytes of an erased note are still in the files: in a free page, or in the log "
             "of writes."),
)  # fmt: skip

HINTS = """
    sqlite3.connect(path, isolation_level=None) commits every statement by itself, which is all
    the durability that single notes need.

    Before anything is saved: PRAGMA secure_delete = ON. To erase: DELETE … WHERE viewer = ?, then
    VACUUM.

    If you chose PRAGMA journal_mode = WAL, old pages are in the log too: end erase with PRAGMA
    wal_checkpoint(TRUNCATE).
"""
MISTAKES = """
    never_commits:
      | path, isolation_level=None => path;
      | self.database.execute("VACUUM") =>
      | self.database.commit()
      | self.database.execute("VACUUM")
      save returns before anything is on disk: a kill loses it. Commit in save, or connect with
      isolation_level=None, so that each statement is a transaction.
    erase_not_committed:
      | path, isolation_level=None => path;
      | self.database.execute("INSERT INTO notes VALUES (?, ?)", (viewer, text)) =>
      | self.database.execute("INSERT INTO notes VALUES (?, ?)", (viewer, text))
      | self.database.commit();
      | self.database.execute("VACUUM")
      | self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)") =>
      A kill brings back what was erased: the DELETE was never committed.
    vacuum_inside_a_transaction:
      | path, isolation_level=None => path;
      | self.database.execute("INSERT INTO notes VALUES (?, ?)", (viewer, text)) =>
      | self.database.execute("INSERT INTO notes VALUES (?, ?)", (viewer, text))
      | self.database.commit()
      DELETE has opened a transaction, and VACUUM works outside of one only: commit before it.
    rows_for_texts:
      | [text for (text,) in self.database.execute(query, (viewer,))] =>
      |     self.database.execute(query, (viewer,)).fetchall()
      These are rows of the table, tuples with one text in each: take the text out, row[0].
    only_deletes:
      | journal_mode = WAL => journal_mode = DELETE;
      | secure_delete = ON => secure_delete = OFF;
      | self.database.execute("VACUUM")
      | self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)") =>
      DELETE takes the rows out of the table and leaves their bytes in free pages of the file:
      PRAGMA secure_delete = ON overwrites them, VACUUM rewrites the file.
    leaves_the_log:
      | self.database.execute("VACUUM")
      | self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)") =>
      The erased note is still in the write-ahead log beside the file: empty it with PRAGMA
      wal_checkpoint(TRUNCATE), or use no WAL.
    one_note_each:
      | self.database.execute("INSERT INTO notes VALUES (?, ?)", (viewer, text)) =>
      | self.database.execute("DELETE FROM notes WHERE viewer = ?", (viewer,))
      | self.database.execute("INSERT INTO notes VALUES (?, ?)", (viewer, text))
      A new note takes the place of the viewer's older ones: keep them all.
    the_same_note_once:
      | text TEXT) => text TEXT, UNIQUE (viewer, text)); INSERT INTO => INSERT OR IGNORE INTO
      A note that was saved twice is kept once. Both were said: keep both.
    erases_those_who_begin_alike:
      | DELETE FROM notes WHERE viewer = ? => DELETE FROM notes WHERE viewer LIKE ? || '%'
      Erasing viewer 7 takes 70 to 79 along. Compare whole numbers: WHERE viewer = ?.
    starts_afresh:
      | "CREATE TABLE IF NOT EXISTS notes (viewer INTEGER, text TEXT)") =>
      | "CREATE TABLE IF NOT EXISTS notes (viewer INTEGER, text TEXT)")
      | self.database.execute("DELETE FROM notes")
      Opening the file empties it: CREATE TABLE IF NOT EXISTS leaves what is there.
    erases_everybody: "DELETE FROM notes WHERE viewer = ?", (viewer,) => "DELETE FROM notes"
      Erasing one viewer erases all: DELETE needs WHERE viewer = ?.
    erases_nothing: self.database.execute("DELETE FROM notes WHERE viewer = ?", (viewer,)) =>
      The erased viewer's notes can still be read.
    empties_the_text: DELETE FROM notes WHERE => UPDATE notes SET text = '' WHERE
      The texts are emptied and the rows stay: that there were notes, and how many, is still
      remembered. Delete the rows.
    never_reaches_the_file: sqlite3.connect(path => sqlite3.connect(":memory:"
      Nothing ever reaches the file at path. Is it this file that is opened, and is every save
      committed before it returns?
    quotes_by_hand:
      | "INSERT INTO notes VALUES (?, ?)", (viewer, text) =>
      |     f"INSERT INTO notes VALUES ({viewer}, '{text}')"
      A note with a quote in it breaks the statement, and could do worse. Hand values over with ?
      and a tuple, never inside the text of the statement.
    newest_first: ORDER BY rowid => ORDER BY rowid DESC
      The notes come newest first: read gives them in the order in which they were saved.
"""

EQUAL = r"""
    self.database.execute('PRAGMA journal_mode = WAL') => pass
      Without a log beside it the file itself is as durable.
    self.database.execute('PRAGMA secure_delete = ON') => pass
      VACUUM rewrites the file without what was erased.
    self.database.execute('VACUUM') => pass
      Secure deletion has written zeros over it already.
"""
