"""What a toy class hands in, and a room that grades it at once, without a kernel."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path

import toy_class as toy

from mavrs_course.course.classroom.choosing import Course
from mavrs_course.course.classroom.marking import Journal, Marking
from mavrs_course.course.classroom.submissions import collect
from mavrs_course.course.grading.batch import Room
from mavrs_course.course.grading.grades import PASSED, ExerciseGrade

RIGHT = json.dumps(toy.handed_in())
WRONG = json.dumps(toy.handed_in(e1=toy.WRONG["07.1"]))
UNTOUCHED = json.dumps(toy.unsolved())


class QuickRoom(Room):
    """Gives every exercise its points, and counts how often it was asked."""

    seconds = 0.0
    performed = 0

    def perform(self, key, cells, beside=None):
        QuickRoom.performed += 1
        time.sleep(self.seconds)
        return [ExerciseGrade(check.id, check.points, check.points, PASSED) for check in key.checks]


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A zip of files by their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def put(folder: Path, files: dict[str, str | bytes | None]) -> Path:
    """Write files below a folder; None makes an empty folder."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, content in files.items():
        path = folder / name
        if content is None:
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def mark(root: Path, folder: Path, results: Path | None = None, room=None, **options):
    """The gradebook of a class, graded in a quick room."""
    course = Course(root)
    journal = Journal(results / "journal") if results else Journal()
    target = results / "grades.json" if results else None
    marking = Marking(course, room or QuickRoom(), folder, target, journal, **options)
    workspace = root / "workspace"
    workspace.mkdir(exist_ok=True)
    found = collect(folder, workspace, [key.name for key in course.keys])
    return marking.mark(found.submissions, 2)
