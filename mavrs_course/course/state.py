"""What a learner's machine remembers: attempts at each exercise, so that hints can open.

One small JSON file in the user's state folder; the environment variable ``MAVRS_STATE`` names
another folder.  A file that cannot be read counts as empty, and where none can be written the
count lives as long as the kernel: hints must never be the reason that a check breaks.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from mavrs_course.files import write_whole

FILE = "attempts.json"
_unsaved: dict[Path, dict] = {}


def folder() -> Path:
    """The folder that holds the state."""
    if named := os.environ.get("MAVRS_STATE"):
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("mavrs", appauthor=False)


def attempts(exercise_id: str) -> int:
    """How many failed attempts count so far."""
    return _entry(_load(), exercise_id)["attempts"]


def passed(exercise_id: str) -> bool:
    """Whether the exercise has passed once."""
    return _entry(_load(), exercise_id)["passed"]


def record_failure(exercise_id: str, digest: str) -> int:
    """Count a failed attempt and return the count.

    ``digest`` tells attempts apart: running the same cell again is not a new one.
    """
    state = _load()
    entry = _entry(state, exercise_id)
    if entry["last"] != digest:
        state[exercise_id] = entry | {"attempts": entry["attempts"] + 1, "last": digest}
        _save(state)
    return _entry(state, exercise_id)["attempts"]


def record_pass(exercise_id: str) -> None:
    """Remember that the exercise has passed."""
    state = _load()
    entry = _entry(state, exercise_id)
    if not entry["passed"]:
        state[exercise_id] = entry | {"passed": True}
        _save(state)


def _entry(state: dict, exercise_id: str) -> dict:
    entry = state.get(exercise_id)
    entry = entry if isinstance(entry, dict) else {}
    count = entry.get("attempts")
    return {
        "attempts": count if isinstance(count, int) and count >= 0 else 0,
        "last": entry.get("last"),
        "passed": entry.get("passed") is True,
    }


def _load() -> dict:
    path = folder() / FILE
    if path in _unsaved:
        return dict(_unsaved[path])
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _save(state: dict) -> None:
    path = folder() / FILE
    try:
        write_whole(path, json.dumps(state, indent=1, sort_keys=True).encode("utf-8"))
    except OSError:
        _unsaved[path] = state
    else:
        _unsaved.pop(path, None)
