"""What a regrade or an edited file changed: marks beside those of the last report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mavrs_course.course.results.marks import Mark
from mavrs_course.files import write_whole

HISTORY = "history"


def changes(marks: Sequence[Mark], history: Path) -> tuple[str, list[str]]:
    """When the last report was made, and a line for each mark that is another since.

    Nothing of a first report has changed: its date is empty.
    """
    kept = sorted(history.glob("*.json"), reverse=True)
    for path in kept:
        try:
            before = json.loads(path.read_text(encoding="utf-8"))
            return before["made"], list(_lines(before["marks"], _plain(marks)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # a broken record hides no older one
    return "", []


def remember(marks: Sequence[Mark], history: Path, made: str) -> None:
    """Keep these marks for the next report, unless they are those of the last one."""
    text = json.dumps({"made": made, "marks": _plain(marks)}, indent=1, ensure_ascii=False)
    name = made.replace(":", "").replace("-", "")
    write_whole(history / f"{name}.json", text.encode("utf-8", "replace"))


def _plain(marks: Sequence[Mark]) -> dict[str, dict[str, Any]]:
    found = {}
    for mark in marks:
        one = mark.hand_in
        who = one.student or one.participant or (one.files or ["?"])[0]
        key = f"{who} ({one.participant})" if one.participant and one.student else who
        found[f"{key} · {one.lesson or 'no lesson'}"] = {
            "points": mark.points,
            "exercises": dict(mark.exercises),
            "reasons": list(mark.reasons),
            "status": one.status,
            "run": one.run,
            "digest": one.digest,
        }
    return found


def _lines(before: dict[str, dict], after: dict[str, dict]):
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old is None:
            yield f"{key}: new, {new['points']:g} points"
        elif new is None:
            yield f"{key}: gone, had {old['points']:g} points"
        elif (old["points"], old["exercises"]) != (new["points"], new["exercises"]):
            yield f"{key}: {old['points']:g} → {new['points']:g} points{_why(old, new)}"


def _why(old: dict, new: dict) -> str:
    ids = sorted(old["exercises"].keys() | new["exercises"].keys())
    pairs = [(i, old["exercises"].get(i, 0), new["exercises"].get(i, 0)) for i in ids]
    parts = [f"{i} {was:g} → {now:g}" for i, was, now in pairs if was != now]
    if new["digest"] != old["digest"]:
        parts.append("another file was handed in, or the course has changed")
    elif new["run"] != old["run"]:
        parts.append(f"graded again in run {new['run']}")
    parts += [reason for reason in new["reasons"] if reason not in old["reasons"]]
    return f" ({'; '.join(parts)})" if parts else ""
