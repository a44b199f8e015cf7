"""What a learner's machine remembers: each answer to each exercise, and when it was given.

Hints open by the number of failed attempts, and ``mavrs next`` reads the rest.  It is one small
JSON file in the user's state folder; the environment variable ``MAVRS_STATE`` names another
folder.  A file that cannot be read counts as empty, and where none can be written the
count lives as long as the kernel: hints must never be the reason that a check breaks.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from mavrs_course.files import write_whole

FILE = "attempts.json"
MOST_UNDATED = 100  # a count that is no count would else be a list without end
_unsaved: dict[Path, dict] = {}


def folder() -> Path:
    """The folder that holds the state."""
    if named := os.environ.get("MAVRS_STATE"):
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("mavrs", appauthor=False)


@dataclass(frozen=True)
class PastAnswer:
    """A checked answer.  seconds: when, since 1970; None from before times were kept."""

    seconds: float | None
    right: bool


def attempts(exercise_id: str) -> int:
    """How many failed attempts count so far."""
    return _entry(_load(), exercise_id)["attempts"]


def passed(exercise_id: str) -> bool:
    """Whether the exercise has passed once."""
    return _entry(_load(), exercise_id)["passed"]


def answers(exercise_id: str) -> list[PastAnswer]:
    """The answers that were checked, in order; none that is the same as the one before."""
    entry = _entry(_load(), exercise_id)
    told = [PastAnswer(float(seconds), bool(right)) for seconds, right in entry["answers"]]
    failures = entry["attempts"] - sum(not answer.right for answer in told)
    undated = [PastAnswer(None, False)] * min(max(failures, 0), MOST_UNDATED)
    if entry["passed"] and not any(answer.right for answer in told):
        undated.append(PastAnswer(None, True))
    return undated + told


def record_failure(exercise_id: str, digest: str) -> int:
    """Count a failed attempt and return the count.

    ``digest`` tells attempts apart: running the same cell again is not a new one.
    """
    state = _load()
    entry = _entry(state, exercise_id)
    if entry["last"] != digest:
        state[exercise_id] = _answered(entry, digest, right=False) | {
            "attempts": entry["attempts"] + 1
        }
        _save(state)
    return _entry(state, exercise_id)["attempts"]


def record_pass(exercise_id: str, digest: str = "") -> None:
    """Remember that the exercise has passed, and when; the same cell run again is no new answer."""
    state = _load()
    entry = _entry(state, exercise_id)
    if not entry["passed"] or entry["last"] != digest:
        state[exercise_id] = _answered(entry, digest, right=True) | {"passed": True}
        _save(state)


def begin_anew(lesson: str) -> None:
    """The exercises of a lesson ("01") were made anew: an answer like the last one is a new one."""
    state = _load()
    again = [name for name in state if name.startswith(f"{lesson}.")]
    for name in again:
        state[name] = _entry(state, name) | {"last": None}
    if again:
        _save(state)


def _answered(entry: dict, digest: str, *, right: bool) -> dict:
    answer = [round(time.time()), int(right)]
    return entry | {"last": digest, "answers": [*entry["answers"], answer]}


def _entry(state: dict, exercise_id: str) -> dict:
    entry = state.get(exercise_id)
    entry = entry if isinstance(entry, dict) else {}
    count, told = entry.get("attempts"), entry.get("answers")
    return {
        "attempts": count if isinstance(count, int) and count >= 0 else 0,
        "last": entry.get("last"),
        "passed": entry.get("passed") is True,
        "answers": [each for each in told if _is_answer(each)] if isinstance(told, list) else [],
    }


def _is_answer(each: object) -> bool:
    """Whether it is ``[seconds, 0 or 1]``, at a time that a clock can show."""
    if not (isinstance(each, list) and len(each) == 2):
        return False
    seconds, right = each
    return type(seconds) in (int, float) and 0 <= seconds < 1e11 and right in (0, 1)


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
