"""What nbval can't say by passing: the course is up to date, and has what it should have.

Lessons and solutions themselves run under nbval: ``pytest notebooks solutions --nbval-lax``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mavrs_course.course.build import build
from mavrs_course.course.claims import claims_of
from mavrs_course.course.publish.outputs import WAKES

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EXERCISES = sorted((ROOT / "exercises").glob("*.ipynb"))
WIDGETS = ROOT / "mavrs_course" / "widgets"
MEGABYTE = 2**20


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def source(cell: dict) -> str:
    return "".join(cell["source"])


def test_nothing_is_stale():
    report = build(ROOT, check=True)
    assert not report.problems
    assert not report.kept
    assert "".join(change.diff for change in report.changes) == ""


@pytest.mark.parametrize(
    "path", [*LESSONS, *EXERCISES], ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_notebook_is_small_and_names_no_machine(path):
    assert path.stat().st_size <= 2 * MEGABYTE
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(root|home|Users|tmp|work)/", text)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lesson_ships_executed_with_supported_claims(path):
    cells = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in cells if source(cell).strip())
    claims = claims_of([path])
    assert 1 <= len(claims) <= 3
    assert all(claim.supported for claim in claims if claim.supported is not None)
    assert any(claim.supported for claim in claims)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lesson_has_what_every_lesson_has(path):
    cells = read(path)["cells"]
    text = "\n".join(source(cell) for cell in cells)
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    data = [output["data"] for output in outputs if "data" in output]
    assert [cell["id"] for cell in cells[:2]] == ["header", "objectives"]
    assert any("<img alt=" in "".join(bundle.get("text/html", "")) for bundle in data), "a figure"
    assert any(WAKES in "".join(bundle.get("text/html", "")) for bundle in data), "a widget"
    assert any("nbval-check-output" in cell["metadata"].get("tags", ()) for cell in cells)
    assert re.search(r"(?i)predict", text), "a prediction"
    assert re.search(r"arXiv|doi", text), "references"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_saved_widgets_look_as_the_library_draws_them(path):
    """A page that is opened before it is run shows the saved style, and keeps it afterwards."""
    drawn = {file.read_text(encoding="utf-8") for file in WIDGETS.glob("*.[jc]s*")}
    metadata = read(path)["metadata"].get("widgets", {})
    models = metadata.get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    saved = [model["state"].get(part) for model in models.values() for part in ("_esm", "_css")]
    assert {text for text in saved if text} <= drawn, "run the lesson again: mavrs build"
