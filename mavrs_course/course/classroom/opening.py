"""What is in a submission: every file of it, out of its folders and archives, by its label."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mavrs_course.course.classroom.submissions import (
    COURSE_FOLDERS,
    Submission,
    SubmittedPart,
    is_course,
    plain,
)
from mavrs_course.course.classroom.unpacking import (
    Allowance,
    TooMuchError,
    is_archive,
    is_junk,
    unpack,
)

DEPTH = 3
CHECKPOINTS = ".ipynb_checkpoints"
MOST_LOOKED_AT = 20_000


@dataclass(frozen=True)
class File:
    """A file of a submission.

    label: where it is, relative to the class's folder, an archive being a folder.  name: within
    the submission, as its sender called it.  typed: text that was typed into the platform.
    checkpoint: Jupyter's own copy.
    """

    path: Path
    label: str
    name: str
    typed: bool = False
    checkpoint: bool = False

    @property
    def when(self) -> float:
        """When it was last changed, in seconds since 1970; 0 where nobody knows."""
        try:
            return self.path.stat().st_mtime
        except OSError:
            return 0.0


@dataclass
class Contents:
    """files: plain ones, in order.  problems: what could not be looked at, in sentences."""

    files: list[File] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def open_submission(one: Submission, workspace: Path) -> Contents:
    """All files of a submission; raises nothing.

    Links inside it that lead out of the class's folder are not followed: whoever sent them may
    want to see what is there.  workspace: where archives are unpacked.
    """
    found = Contents(problems=list(one.problems))
    allowance = Allowance()
    for part in one.parts:
        try:
            for file in _sent(part, one.folder, found):
                _add(file, workspace, allowance, found, DEPTH)
        except TooMuchError as problem:
            found.problems.append(f"{part.label} was not looked at further: {problem}")
    return found


def _sent(part: SubmittedPart, folder: Path, found: Contents) -> Iterator[File]:
    """The files of one part; the teacher may have linked it from elsewhere."""
    path = part.path
    if path.is_symlink():
        try:
            path = path.resolve(strict=True)
        except (OSError, RuntimeError):
            target = plain(os.readlink(part.path))
            found.problems.append(f"{part.label} is a link to nothing: {target}")
            return
        if os.path.isdir(path) and (path in folder.parents or path == folder):
            found.problems.append(f"{part.label} is a link to {plain(path)}, which holds the class")
            return
    yield from _files(path, part.label, part.name, part.typed, folder, found)


def _files(
    path: Path, label: str, name: str, typed: bool, folder: Path, found: Contents
) -> Iterator[File]:
    """The plain files at a place and below it."""
    if broken := _link_problem(path, label, folder):
        found.problems.append(broken)
        return
    try:
        mode = path.stat().st_mode
    except OSError as problem:
        found.problems.append(f"{label} cannot be read: {problem.strerror or problem}")
        return
    if stat.S_ISREG(mode):
        checkpoint = CHECKPOINTS in Path(label).parts
        yield File(path, label, name, typed, checkpoint)
    elif stat.S_ISDIR(mode):
        yield from _below(path, label, typed, folder, found)
    else:
        found.problems.append(f"{label} is a pipe or a device, and no file")


def _below(
    place: Path, label: str, typed: bool, folder: Path, found: Contents, inside: str = ""
) -> Iterator[File]:
    left_out = {"solutions", "notebooks"} if is_course(place) else set()
    try:
        entries = sorted(os.scandir(place), key=lambda entry: entry.name)
    except OSError as problem:
        found.problems.append(f"{label} cannot be entered: {problem.strerror or problem}")
        return
    for entry in entries[:MOST_LOOKED_AT]:
        if is_junk(entry.name) or entry.name in left_out:
            continue
        child, name = f"{label}/{plain(entry.name)}", f"{inside}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if entry.name == CHECKPOINTS or not entry.name.startswith("."):
                yield from _below(Path(entry.path), child, typed, folder, found, f"{name}/")
        elif not entry.name.startswith("."):
            yield from _files(Path(entry.path), child, name, typed, folder, found)


def _link_problem(path: Path, label: str, folder: Path) -> str:
    """Why a link is not followed, or nothing."""
    if not path.is_symlink():
        return ""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return f"{label} is a link to nothing: {plain(os.readlink(path))}"
    if os.path.isdir(target) or folder not in target.parents:
        return f"{label} is a link to {plain(target)}, and is not followed"
    return ""


def _add(file: File, workspace: Path, allowance: Allowance, found: Contents, depth: int) -> None:
    """A file, or what is in it if it is an archive."""
    allowance.take_file()
    if not is_archive(file.name):
        found.files.append(file)
        return
    if depth == 0:
        found.problems.append(f"{file.label} is an archive inside {DEPTH} others")
        return
    place = workspace / f"unpacked-{len(list(workspace.iterdir()))}"
    out = unpack(file.path, place, allowance, file.name)
    found.problems += [plain(problem) for problem in out.problems]
    names = _without_the_courses(list(out.files))
    if not names and not out.problems:
        found.problems.append(f"{file.label} is an empty archive")
    for name in names:
        checkpoint = file.checkpoint or CHECKPOINTS in name.split("/")
        label = f"{file.label}/{plain(name)}"
        inner = File(out.files[name], label, _shared_folder_off(name, names), False, checkpoint)
        _add(inner, workspace, allowance, found, depth - 1)


def _without_the_courses(names: list[str]) -> list[str]:
    """The names in an archive without the solutions and lessons of a copy of the course."""
    places = {before for name in names for before in _before(name, "exercises/")}
    for place in places:
        inside = {name[len(place) :].split("/")[0] for name in names if name.startswith(place)}
        if inside & COURSE_FOLDERS - {"exercises", "mine"}:
            out = (f"{place}solutions/", f"{place}notebooks/")
            names = [name for name in names if not name.startswith(out)]
    return names


def _before(name: str, folder: str) -> Iterator[str]:
    """What stands before a folder in a name, where the name leads through it."""
    before, found, _ = f"/{name}".partition(f"/{folder}")
    if found:
        yield before[1:] + "/" * bool(before[1:])


def _shared_folder_off(name: str, names: list[str]) -> str:
    """The name without the one folder in which all of an archive is."""
    tops = {each.split("/")[0] for each in names}
    shared = len(tops) == 1 and all("/" in each for each in names)
    return name.partition("/")[2] if shared else name
