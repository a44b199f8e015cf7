"""The tapes that ship: made and proved by a command, and held to what the model says."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from mavrs_course.cli import app
from mavrs_course.course.notebook import BuildError
from mavrs_course.course.tapes import FOLDER, record, recordings, verify
from mavrs_course.llm.models import weights
from mavrs_course.llm.models.chat import Ask
from mavrs_course.llm.models.embedded import EmbeddedModel

ROOT = Path(__file__).resolve().parent.parent
SMALL = "smollm2-135m"
SAMPLED = 4  # taped conversations of a lesson that are held again
needs_model = pytest.mark.skipif(not weights.is_here(SMALL), reason=f"mavrs model get {SMALL}")

ASK = """
from mavrs_course.llm.lessons import lesson_model, lesson_tape
model = lesson_model("99")
print(model.score("One, two,", [" three", " four"]))
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.delenv("MAVRS_TAPE", raising=False)
    monkeypatch.delenv("MAVRS_TAPES", raising=False)
    (tmp_path / "notebooks").mkdir()
    notebook = new_notebook(cells=[new_code_cell(ASK, id="ask")])
    nbformat.write(notebook, tmp_path / "notebooks" / "99_toy.ipynb")
    return tmp_path


@needs_model
def test_a_lesson_is_recorded_once_and_verified(course):
    assert record(course, "99") == 2 and record(course, "99") == 0
    (one,) = recordings(course)
    assert (one.lesson, one.model, one.kind, one.calls) == ("99", SMALL, "score", 2)


@needs_model
def test_a_forged_answer_does_not_pass(course, monkeypatch):
    record(course, "99")
    tape = course / FOLDER / "99.sqlite"
    # The notebook's kernel looks for the shipped tape beside the library: point it at the toy's.
    path = course / "notebooks" / "99_toy.ipynb"
    notebook = nbformat.read(path, 4)
    given = (
        "from pathlib import Path\nfrom mavrs_course.llm import lessons\n"
        f"lessons.SHIPPED = Path({str(tape.parent)!r})"
    )
    notebook.cells.insert(0, new_code_cell(given, id="where"))
    nbformat.write(notebook, path)
    verify(course, "99")
    with closing(sqlite3.connect(tape)) as edited, edited:
        edited.execute("UPDATE calls SET answer = '[-0.5, [1, 1, 1, 0.1]]'")
    with pytest.raises(BuildError, match=r"cell ask: TapeError: .* answers otherwise"):
        verify(course, "99")


def test_an_unknown_lesson_is_an_error():
    for action in ("record", "verify"):
        done = CliRunner().invoke(app, ["tape", action, "98"])
        assert done.exit_code == 1 and "no lesson '98'" in done.output


# --- the tapes of the course itself ------------------------------------------------------------


def conversations(path: Path) -> list[tuple]:
    query = "SELECT key, model, question, answer FROM calls WHERE kind = 'chat' ORDER BY key"
    with closing(sqlite3.connect(path)) as tape:
        rows = tape.execute(query).fetchall()
    return [(key, name, json.loads(zlib.decompress(q)), json.loads(a)) for key, name, q, a in rows]


TAPES = sorted((ROOT / FOLDER).glob("*.sqlite"))


@pytest.mark.parametrize("path", TAPES, ids=lambda path: path.stem)
def test_every_conversation_is_kept_under_the_hash_of_its_question(path):
    for key, name, question, _ in conversations(path):
        digest = weights.WEIGHTS[name].files[0].sha256[:16]
        told = json.dumps([digest, "chat", question], sort_keys=True)
        assert hashlib.sha256(told.encode()).digest()[:16] == key, question


@needs_model
@pytest.mark.parametrize("path", TAPES, ids=lambda path: path.stem)
def test_the_model_says_again_what_is_on_the_tape(path):
    """Most of a sample: on another processor a close call between two tokens may turn."""
    ours = [talk for talk in conversations(path) if talk[1] == SMALL]
    if not ours:
        pytest.skip(f"{SMALL} did not chat in this lesson")
    model = EmbeddedModel(weights.path_of(SMALL), name=SMALL)
    sample = ours[:: max(1, len(ours) // SAMPLED)][:SAMPLED]
    same = [
        model.chat(question.pop("messages"), Ask(**question)).text == answer[0]["text"]
        for _, _, question, answer in sample
    ]
    assert sum(same) * 2 > len(same)
