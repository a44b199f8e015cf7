"""Every call to a model, kept: the same question is answered from the tape the next time.

So a notebook is fast, works offline, and says the same on every machine.  What is replayed says so:
:attr:`~mavrs_course.llm.chat.Reply.replayed` is the date of the recording.

The environment variable ``MAVRS_CASSETTE`` says what to do with questions: ``record`` those that
are not on the tape (the default where a model is at hand), ``replay`` and refuse those that are
not, or ``off``, which always asks the model.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from mavrs_course.llm.chat import ChatModel, ModelError, Reply, Said, Schema
from mavrs_course.messages import Floats

RECORD, REPLAY, OFF = MODES = ("record", "replay", "off")
VARIABLE = "MAVRS_CASSETTE"
_TABLE = """
CREATE TABLE IF NOT EXISTS calls (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, model TEXT NOT NULL, date TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL
)
"""


class NotOnTape(ModelError):
    """A question that was never recorded, and no model may be asked."""


class CassetteError(ModelError):
    """The tape cannot be used; the text says what to do."""


class Cassette:
    """A file of recorded calls, in SQLite; several processes may use one at once.

    mode: "record", "replay" or "off"; by default what ``MAVRS_CASSETTE`` says, else "record".
    """

    def __init__(self, path: str | Path, mode: str | None = None) -> None:
        self.path = Path(path)
        self.mode = mode or os.environ.get(VARIABLE) or RECORD
        if self.mode not in MODES:
            raise CassetteError(f"a cassette can {', '.join(MODES)}, not {self.mode!r}")

    def __len__(self) -> int:
        if not self.path.is_file():
            return 0
        return self._run(lambda tape: tape.execute("SELECT COUNT(*) FROM calls").fetchone()[0])

    def lookup(self, key: str) -> tuple[Any, str] | None:
        """The recorded answer and its date, or None."""
        if not self.path.is_file():
            return None
        query = "SELECT answer, date FROM calls WHERE key = ?"
        row = self._run(lambda tape: tape.execute(query, (key,)).fetchone())
        return row and (json.loads(row[0]), row[1])

    def keep(self, key: str, kind: str, model: str, question: Any, answer: Any) -> None:
        """Record one call; a key that is on the tape already stays as it is."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        date = datetime.now(UTC).date().isoformat()
        row = (key, kind, model, date, json.dumps(question), json.dumps(answer))

        def insert(tape: sqlite3.Connection) -> None:
            tape.execute(_TABLE)
            tape.execute("INSERT OR IGNORE INTO calls VALUES (?, ?, ?, ?, ?, ?)", row)

        self._run(insert)

    def _run(self, action: Callable[[sqlite3.Connection], Any]) -> Any:
        try:
            with closing(sqlite3.connect(self.path, timeout=30.0)) as tape, tape:
                return action(tape)
        except sqlite3.Error as error:
            raise CassetteError(f"{self.path.name} is no cassette ({error}): delete it") from None


class Recorded:
    """A model with a cassette before it.

    model: asked where the tape does not know; None for a tape alone, whose model's ``name`` and
    ``digest`` must then be given.
    """

    def __init__(
        self,
        model: ChatModel | None,
        cassette: Cassette,
        *,
        name: str | None = None,
        digest: str | None = None,
    ) -> None:
        if model is None and not (name and digest):
            raise CassetteError("a tape without a model needs the name and digest of the model")
        self.model, self.cassette = model, cassette
        self.name = name or model.name
        self.digest = digest or model.digest
        self.abilities = (
            model.abilities if model else frozenset({"chat", "schema", "score", "embed"})
        )

    def chat(
        self,
        messages: Sequence[Said],
        *,
        schema: Schema | None = None,
        max_tokens: int = 256,
        temperature: float = 0.0,
        seed: int = 0,
    ) -> Reply:
        """From the tape, or from the model and onto the tape."""
        options = {"max_tokens": max_tokens, "temperature": temperature, "seed": seed}
        question = {"messages": [dict(m) for m in messages], "schema": schema, **options}

        def ask() -> dict:
            reply = self._asked().chat(messages, schema=schema, **options)
            return {name: getattr(reply, name) for name in _KEPT}

        answer, date = self._through("chat", question, ask)
        return Reply(**answer, replayed=date)

    def score(self, context: str, continuations: Sequence[str]) -> Floats:
        """Each continuation is a question of its own, so that other sets of them replay too."""
        return np.array(
            [
                self._through(
                    "score",
                    {"context": context, "continuation": text},
                    lambda text=text: float(self._asked().score(context, [text])[0]),
                )[0]
                for text in continuations
            ]
        )

    def embed(self, texts: Sequence[str]) -> Floats:
        """Each text is a question of its own."""
        vectors = [
            self._through("embed", text, lambda t=text: self._asked().embed([t])[0].tolist())[0]
            for text in texts
        ]
        return np.array(vectors)

    def _asked(self) -> ChatModel:
        if self.model is None:
            raise NotOnTape(
                f"this was never asked of {self.name}, and there is no model here to ask: "
                "get one with mavrs model get"
            )
        return self.model

    def _through(self, kind: str, question: Any, ask: Callable[[], Any]) -> tuple[Any, str | None]:
        mode = self.cassette.mode
        if mode == OFF:
            return ask(), None
        told = json.dumps([self.digest, kind, question], sort_keys=True)
        key = hashlib.sha256(told.encode()).hexdigest()
        if held := self.cassette.lookup(key):
            return held
        if mode == REPLAY:
            raise NotOnTape(
                f"this was never asked of {self.name}, and {VARIABLE}={REPLAY} forbids to ask now"
            )
        answer = ask()
        self.cassette.keep(key, kind, self.name, question, answer)
        return answer, None


_KEPT = ("text", "data", "tokens_in", "tokens_out", "seconds", "model", "finished")


def fresh(reply: Reply) -> Reply:
    """The same reply without the mark of the tape: to compare what was said."""
    return replace(reply, replayed=None)
