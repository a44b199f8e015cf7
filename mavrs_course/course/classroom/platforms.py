"""How learning platforms name what they hand out: who sent it, and what it was called.

Moodle: ``Name_12345_assignsubmission_file_`` (a folder, or in front of a file's name); Canvas:
``name_LATE_12345_678_file-1.ipynb``; Blackboard: ``Essay_login_attempt_2026-01-31-09-30-00_file``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FORMS = (
    re.compile(
        r"(?P<student>.+?)_(?P<participant>\d+)_assignsubmission_"
        r"(?P<kind>file|onlinetext)(?:_(?P<original>.*))?",
        re.DOTALL,
    ),
    re.compile(
        r"(?P<student>[^_]+)(?P<late>_LATE)?_(?!20\d\d_\d\d_)(?P<participant>\d{2,})_"
        r"(?:\d{2,}_(?P<original>.+)|(?P<kind>text)\.html)",
        re.DOTALL,
    ),
    re.compile(
        r"[^_].*?_(?P<account>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<original>.*)|\.txt)",
        re.DOTALL,
    ),
)
TYPED = ("onlinetext", "text")


@dataclass(frozen=True)
class Sender:
    """Who sent a file, as its name says.

    original: the name that the student gave it; empty for a folder.  typed: whether it is text
    that was typed into the platform.  when: ``2026-01-31-09-30-00`` where the name says so.
    """

    student: str
    participant: str = ""
    account: str = ""
    original: str = ""
    late: bool = False
    typed: bool = False
    when: str = ""


def sender(name: str) -> Sender | None:
    """Who sent it, where a platform has named it; else None."""
    for form in FORMS:
        if found := form.fullmatch(name):
            said = {key: value for key, value in found.groupdict().items() if value}
            return Sender(
                student=said.get("student", ""),
                participant=said.get("participant", ""),
                account=said.get("account", ""),
                original=said.get("original", ""),
                late="late" in said,
                typed=said.get("kind") in TYPED,
                when=said.get("when", ""),
            )
    return None
