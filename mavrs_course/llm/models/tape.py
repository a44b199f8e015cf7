"""Every call to a model, kept: the same question is answered from the tape the next time.

So a notebook is fast, works offline, and says the same on every machine.  What is replayed says so:
:attr:`~mavrs_course.llm.models.chat.Reply.replayed` is the date of the recording.

The environment variable ``MAVRS_TAPE`` says what to do with questions:

==========  =====================================================================================
record      ask the model what is not on the tape, and keep its answer (the default)
replay      refuse what is not on the tape
off         ask the model everything, and keep nothing
verify      replay, and ask the model again as well: an error where it answers otherwise
==========  =====================================================================================

Likelihoods and vectors are kept without their question, of which only the hash is needed: a tape of
thousands is then small, and holds no list of anybody's titles.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from mavrs_course.llm.models.chat import ASK, Ask, Bill, ChatModel, ModelError, Reply, Said
from mavrs_course.messages import Floats

RECORD, REPLAY, OFF, VERIFY = MODES = ("record", "replay", "off", "verify")
VARIABLE = "MAVRS_TAPE"
TOLERANCE = 0.05  # nats; other processors add up in another order
_TABLE = """
CREATE TABLE IF NOT EXISTS calls (
    key BLOB PRIMARY KEY, kind TEXT NOT NULL, model TEXT NOT NULL, date TEXT NOT NULL,
    question BLOB, answer TEXT NOT NULL
) WITHOUT ROWID
"""


class NotOnTapeError(ModelError):
    """A question that was never recorded, and no model may be asked."""


class TapeError(ModelError):
    """The tape cannot be used; the text says what to do."""


class Tape:
    """A file of recorded calls, in SQLite; several processes may use one at once.

    mode: one of the table above; by default what ``MAVRS_TAPE`` says, else "record".
    shipped: another tape that is looked at as well, and never written to.
    """

    def __init__(
        self, path: str | Path, mode: str | None = None, *, shipped: str | Path | None = None
    ) -> None:
        self.path = Path(path)
        self.shipped = None if shipped is None else Path(shipped)
        self.mode = mode or os.environ.get(VARIABLE) or RECORD
        if self.mode not in MODES:
            raise TapeError(f"a tape can {', '.join(MODES)}, not {self.mode!r}")

    def __len__(self) -> int:
        """How many calls are on the tape, without those of the shipped one."""
        found = self._read(self.path, "SELECT COUNT(*) FROM calls", ())
        return found[0] if found else 0

    def lookup(self, key: bytes) -> tuple[Any, str] | None:
        """The recorded answer and its date, or None."""
        for path in filter(None, (self.path, self.shipped)):
            row = self._read(path, "SELECT answer, date FROM calls WHERE key = ?", (key,))
            if row:
                return json.loads(row[0]), row[1]
        return None

    def keep(self, key: bytes, kind: str, model: str, question: Any, answer: Any) -> None:
        """Record one call; a key that is on the tape already stays as it is.

        question: what was asked, for people who look at the tape; or None.
        """
        date = datetime.now(UTC).date().isoformat()
        told = None if question is None else zlib.compress(json.dumps(question).encode())
        row = (key, kind, model, date, told, json.dumps(answer))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=30.0)) as tape, tape:
                tape.execute(_TABLE)
                tape.execute("INSERT OR IGNORE INTO calls VALUES (?, ?, ?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            raise _no_tape(self.path, error) from None

    def _read(self, path: Path, query: str, values: tuple) -> tuple | None:
        # Empty while its first line is being written, or where whoever did that was stopped.
        if not path.is_file() or not path.stat().st_size:
            return None
        try:
            # Read-only, so that looking leaves no file behind in a checkout.
            address = f"{path.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, timeout=30.0)) as tape:
                return tape.execute(query, values).fetchone()
        except sqlite3.Error as error:
            raise _no_tape(path, error) from None


def _no_tape(path: Path, error: Exception) -> TapeError:
    return TapeError(f"{path.name} is no tape ({error}): delete it")


class Recorded:
    """A model with a tape before it.

    model: asked where the tape does not know; None for a tape alone, whose model's ``name`` and
    ``digest`` must then be given.
    """

    def __init__(
        self,
        model: ChatModel | None,
        tape: Tape,
        *,
        name: str | None = None,
        digest: str | None = None,
        abilities: frozenset[str] = frozenset({"chat", "schema", "score"}),
    ) -> None:
        if model is None and not (name and digest):
            raise TapeError("a tape without a model needs the name and digest of the model")
        self.model, self.tape = model, tape
        self.name = name or model.name
        self.digest = digest or model.digest
        self.abilities = model.abilities if model else abilities
        self.bill = Bill()
        self.replayed = 0

    def chat(self, messages: Sequence[Said], ask: Ask = ASK) -> Reply:
        """From the tape, or from the model and onto the tape."""
        # The names of the question are part of its key: a tape knows it by them.
        options = {name: getattr(ask, name) for name in ("max_tokens", "temperature", "seed")}
        question = {"messages": [dict(m) for m in messages], "schema": ask.form, **options}
        if ask.images:
            question["images"] = [hashlib.sha256(image).hexdigest() for image in ask.images]

        def live() -> dict:
            reply = self._asked().chat(messages, Ask(schema=ask.form, **options, images=ask.images))
            return {name: getattr(reply, name) for name in _KEPT}

        answer, date = self._through("chat", question, live)
        return Reply(**answer, replayed=date)

    def score(self, context: str, continuations: Sequence[str]) -> Floats:
        """Each continuation is a question of its own, so that other sets of them replay too."""
        return np.array(
            [
                self._through(
                    "score",
                    {"context": context, "continuation": text},
                    lambda text=text: round(float(self._asked().score(context, [text])[0]), 4),
                )[0]
                for text in continuations
            ]
        )

    def embed(self, texts: Sequence[str]) -> Floats:
        """Each text is a question of its own; vectors are kept with three digits."""

        def ask(text: str) -> str:
            vector = self._asked().embed([text])[0].astype("<f2")
            return base64.b64encode(vector.tobytes()).decode()

        answers = [self._through("embed", text, lambda t=text: ask(t))[0] for text in texts]
        vectors = [np.frombuffer(base64.b64decode(answer), dtype="<f2") for answer in answers]
        return np.array(vectors, dtype=float)

    def _asked(self) -> ChatModel:
        if self.model is None:
            raise NotOnTapeError(
                f"this was never asked of {self.name}, and there is no model here to ask: "
                f"get one with mavrs model get {self.name}"
            )
        return self.model

    def _through(self, kind: str, question: Any, ask: Callable[[], Any]) -> tuple[Any, str | None]:
        mode = self.tape.mode
        if mode == OFF:
            return self._live(ask)[0], None
        told = json.dumps([self.digest, kind, question], sort_keys=True)
        key = hashlib.sha256(told.encode()).digest()[:16]
        if held := self.tape.lookup(key):
            (answer, cost), date = held
            self.bill += Bill(*cost)
            self.replayed += 1
            if mode == VERIFY:
                self._verify(kind, question, answer, ask())
            return answer, date
        if mode == REPLAY:
            raise NotOnTapeError(
                f"this was never asked of {self.name}, and {VARIABLE}={REPLAY} forbids to ask now"
            )
        answer, cost = self._live(ask)
        shown = question if kind == "chat" else None
        spent = [*astuple(cost)[:3], round(cost.seconds, 3)]
        self.tape.keep(key, kind, self.name, shown, [answer, spent])
        return answer, None

    def _live(self, ask: Callable[[], Any]) -> tuple[Any, Bill]:
        before = self.model.bill.copy() if self.model else Bill()
        answer = ask()
        cost = self.model.bill - before
        self.bill += cost
        return answer, cost

    def _verify(self, kind: str, question: Any, held: Any, now: Any) -> None:
        """Raise where the model does not say again what is on the tape."""
        same = {
            "score": lambda: abs(held - now) <= TOLERANCE + TOLERANCE * abs(held) / 10,
            "chat": lambda: held["text"] == now["text"],
            "embed": lambda: held == now,
        }[kind]()
        if not same:
            raise TapeError(
                f"{self.name} now answers otherwise than on the tape: {held!r}, not {now!r}, "
                f"to {str(question)[:200]}"
            )


_KEPT = ("text", "data", "tokens_in", "tokens_out", "seconds", "model", "finished")


def fresh(reply: Reply) -> Reply:
    """The same reply without the mark of the tape: to compare what was said."""
    return replace(reply, replayed=None)
