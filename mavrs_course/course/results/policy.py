"""A teacher's own rules for a class, in a small file: deadlines, extensions, points by hand.

A whole one::

    timezone: Europe/London
    deadlines:
      "08": 2026-11-29 23:59
    late:
      percent per day: 10        # of the points reached, for each day that has begun
      at most: 50
      grace minutes: 15
    extensions:
      - student: Ada Lovelace    # or the platform's number, or an address
        lesson: "08"
        until: 2026-12-03 23:59
        reason: illness
    overrides:
      - student: "12345"
        exercise: "08.2"         # or lesson: "08", for its sum before lateness
        points: 2
        reason: right, by another convention
    costs points: [reference]    # or library, by heart, replaced: such answers get nothing

The file is read at each report and never written, so it outlives every regrade.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mavrs_course.course.classroom.handin import HandIn
from mavrs_course.course.fairness import BY_HEART, LIBRARY, REFERENCE, REPLACED

KEYS = ("timezone", "deadlines", "late", "extensions", "overrides", "costs points")
KINDS = (LIBRARY, REFERENCE, BY_HEART, REPLACED)
LATE = ("percent per day", "at most", "grace minutes")


class PolicyError(ValueError):
    """The file can't be used; the text says where and why."""


@dataclass(frozen=True)
class Extension:
    """A later deadline for one student.  lesson: its number, or empty for all."""

    student: str
    until: datetime
    lesson: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Override:
    """Points given by hand.  place: an exercise such as ``08.2``, or a lesson such as ``08``."""

    student: str
    place: str
    points: float
    reason: str


@dataclass(frozen=True)
class Policy:
    """Rules of a class; by default there are none.

    deadlines: by the lesson's number.  percent_per_day, most_percent: of the points reached.
    grace_minutes: after the deadline, for nothing.  costing: kinds of notes that cost the points.
    """

    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    percent_per_day: float = 0
    most_percent: float = 100
    grace_minutes: float = 0
    extensions: Sequence[Extension] = ()
    overrides: Sequence[Override] = ()
    costing: Sequence[str] = ()

    def deadline(self, hand_in: HandIn) -> tuple[datetime | None, str]:
        """When this was due, and the reason where that is later than for the others."""
        lesson = hand_in.lesson[:2]
        for extension in self.extensions:
            if is_student(extension.student, hand_in) and extension.lesson in ("", lesson):
                return extension.until, extension.reason
        return self.deadlines.get(lesson), ""

    def days_late(self, hand_in: HandIn) -> int:
        """Days that had begun after deadline and grace; 0 where the time is not known."""
        due, _ = self.deadline(hand_in)
        if due is None or not hand_in.handed_in:
            return 0
        try:
            when = datetime.fromisoformat(hand_in.handed_in)
        except ValueError:
            return 0
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        over = (when - due).total_seconds() - 60 * self.grace_minutes
        return max(0, math.ceil(over / 86_400))


def is_student(name: str, hand_in: HandIn) -> bool:
    """Whether a name, number or address in the file means the student of a hand-in."""
    asked = name.strip().casefold()
    known = (hand_in.student, hand_in.participant, hand_in.account)
    return bool(asked) and asked in {each.strip().casefold() for each in known}


def read_policy(path: Path) -> Policy:
    """The rules in a file; raises :class:`PolicyError`, or OSError."""
    import yaml

    try:
        # Everything stays text, so that 08 and 08.2 are what they look like.
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: {' '.join(str(error).split())}") from None
    try:
        return _policy(data or {})
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from None


def _policy(data: Any) -> Policy:
    data = _table(data, "the file", KEYS)
    zone = _zone(data.get("timezone", ""))
    late = _table(data.get("late") or {}, "late", LATE)
    deadlines = _table(data.get("deadlines") or {}, "deadlines")
    return Policy(
        deadlines={_lesson(key): _moment(text, zone) for key, text in deadlines.items()},
        percent_per_day=_number(late, "percent per day", 0),
        most_percent=_number(late, "at most", 100),
        grace_minutes=_number(late, "grace minutes", 0),
        extensions=[_extension(each, zone) for each in _rows(data, "extensions")],
        overrides=[_override(each) for each in _rows(data, "overrides")],
        costing=_kinds(_rows(data, "costs points")),
    )


def _kinds(rows: list) -> list[str]:
    if unknown := [kind for kind in rows if kind not in KINDS]:
        raise PolicyError(f"costs points has {unknown[0]!r}; it may have: {', '.join(KINDS)}")
    return rows


def _extension(row: Any, zone: tzinfo | None) -> Extension:
    row = _table(
        row, "an extension", ("student", "lesson", "until", "reason"), ("student", "until")
    )
    lesson = _lesson(row["lesson"]) if row.get("lesson") else ""
    return Extension(row["student"], _moment(row["until"], zone), lesson, row.get("reason", ""))


def _override(row: Any) -> Override:
    keys = ("student", "exercise", "lesson", "points", "reason")
    row = _table(row, "an override", keys, ("student", "points", "reason"))
    if ("exercise" in row) == ("lesson" in row):
        raise PolicyError(f"the override for {row['student']} names an exercise or a lesson")
    place = row["exercise"].strip().zfill(4) if "exercise" in row else _lesson(row["lesson"])
    return Override(row["student"], place, _number(row, "points", 0), row["reason"])


def _table(data: Any, what: str, keys: Sequence[str] = (), needed: Sequence[str] = ()) -> dict:
    if not isinstance(data, dict):
        raise PolicyError(f"{what} is a list of `name: value` lines")
    if unknown := [key for key in data if keys and key not in keys]:
        raise PolicyError(f"{what} has {unknown[0]!r}; it may have: {', '.join(keys)}")
    if missing := [key for key in needed if not data.get(key)]:
        raise PolicyError(f"{what} has no {missing[0]!r}")
    return data


def _rows(data: dict, key: str) -> list:
    rows = data.get(key) or []
    if not isinstance(rows, list):
        raise PolicyError(f"{key} is a list: each entry begins with a dash")
    return rows


def _number(data: dict, key: str, default: float) -> float:
    text = data.get(key)
    try:
        number = float(str(text).rstrip("% ")) if text not in (None, "") else default
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise PolicyError(f"{key} is a number from 0 on, and not {text!r}")
    return number


def _lesson(text: str) -> str:
    return text.strip()[:2].rstrip("_").zfill(2)


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PolicyError(f"there is no timezone {name!r}; one is Europe/London") from None


def _moment(text: str, zone: tzinfo | None) -> datetime:
    """A time; without an offset it is in the file's zone, else in this machine's."""
    try:
        when = datetime.fromisoformat(str(text).strip())
    except ValueError:
        raise PolicyError(f"{text!r} is no time; write 2026-11-29 23:59") from None
    if len(str(text).strip()) <= len("2026-11-29"):
        when = when.replace(hour=23, minute=59, second=59)
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone) if zone else when.astimezone()
    return when
