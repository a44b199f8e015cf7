"""A page for each student: what was handed in, what came of it, what to try next.

Nothing of the hidden tests is on it: of an answer that only they refuse, neither the case nor a
value is shown.  A page loads nothing from anywhere and runs no script.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mavrs_course.course import registry
from mavrs_course.course.grading.grades import (
    ERROR,
    FAILED,
    MISSING,
    NOT_STARTED,
    PASSED,
    TIMEOUT,
    ExerciseGrade,
)
from mavrs_course.course.results.exports import by_student
from mavrs_course.course.results.marks import Mark

WORDS = {
    PASSED: "passed",
    FAILED: "not yet right",
    ERROR: "does not run",
    TIMEOUT: "takes too long",
    MISSING: "not in the notebook",
    NOT_STARTED: "not started",
}
SIGNS = {PASSED: "✓", NOT_STARTED: "–"}
ONLY_HIDDEN = (
    "It passes the check that is in the notebook, and fails on another input. Try it on inputs of "
    "your own: other sizes, ties, zeros, nothing at all."
)


@dataclass(frozen=True)
class Shown:
    """An exercise as a student may see it."""

    id: str
    title: str
    status: str
    sign: str
    points: float
    max_points: float
    case: str = ""
    returned: str = ""
    expected: str = ""
    cause: str = ""
    hint: str = ""


def page(marks: Sequence[Mark]) -> str:
    """The page of one student: the marks are hers, one a lesson."""
    (who, *_) = by_student(marks)
    lessons = [(mark, [_shown(mark, each) for each in mark.hand_in.exercises]) for mark in marks]
    return template("student.html.j2").render(student=who[0], lessons=lessons)


def pages(marks: Sequence[Mark]) -> dict[str, str]:
    """The page of each student, by a file name that any system takes; no two are the same."""
    found: dict[str, str] = {}
    for (name, participant, _), ours in by_student(marks).items():
        stem = f"{file_name(name)}_{participant}" if participant else file_name(name)
        number = 1
        while (key := f"{stem}{f'-{number}' * (number > 1)}.html").casefold() in map(
            str.casefold, found
        ):
            number += 1
        found[key] = page(ours)
    return found


def feedback_zip(marks: Sequence[Mark]) -> bytes:
    """The pages as Moodle takes them back: a folder a student, named as in its own download.

    Moodle finds the student by the number in ``Name_12345_assignsubmission_file_``; those without
    a number are left out.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for (name, participant, _), ours in by_student(marks).items():
            if not participant:
                continue
            folder = f"{file_name(name, 60)}_{participant}_assignsubmission_file_"
            lesson = ours[0].hand_in.lesson[:2] if len(ours) == 1 else ""
            archive.writestr(f"{folder}/feedback{lesson}.html", page(ours))
    return whole.getvalue()


def file_name(name: str, most: int = 80) -> str:
    """A name as a part of a file's name: letters, digits, spaces, dots and hyphens."""
    text = unicodedata.normalize("NFC", name)
    kept = "".join(sign if sign.isalnum() or sign in " .-'" else "-" for sign in text)
    kept = re.sub(r"\.{2,}", ".", kept)
    short = kept.strip(" .-'").encode()[:most].decode("utf-8", "ignore").strip(" .-'")
    return short or "nobody"


@cache
def template(name: str, package: str = __package__):
    """One of a package's forms, in our frame; whatever is filled in is text, never markup."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(each, "") for each in dict.fromkeys((package, __package__))]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"points": _number, "visible": _visible, "when": _when}
    environment.filters |= {"base": _last_part, "sentence": _sentence, "code": _with_code}
    return environment.get_template(name)


def _shown(mark: Mark, grade: ExerciseGrade) -> Shown:
    points = mark.exercises[grade.id]
    about = (
        *(grade.id, _title(grade.id), WORDS.get(grade.status, grade.status)),
        *(SIGNS.get(grade.status, "✗"), points, grade.max_points),
    )
    if grade.status == PASSED:
        return Shown(*about)
    if grade.hidden:
        cause = _known_cause(grade)
        return Shown(*about, cause=f"{ONLY_HIDDEN} {cause}".strip(), hint=grade.hint)
    details = (grade.case, grade.returned, grade.expected, grade.message, grade.hint)
    return Shown(*about, *details)


def _known_cause(grade: ExerciseGrade) -> str:
    """The sentence of a mistake in the bank: written beforehand, it holds nothing of a case."""
    mistakes = _mistakes(grade.id)
    return f"Likely: {mistakes[grade.diagnosis]}" if grade.diagnosis in mistakes else ""


@cache
def _mistakes(exercise: str) -> dict[str, str]:
    try:
        return {mistake.name: mistake.because for mistake in registry.find(exercise).mistakes}
    except (LookupError, ImportError):
        return {}


@cache
def _title(exercise: str) -> str:
    try:
        return registry.find(exercise).title
    except (LookupError, ImportError):
        return ""


def _number(value: float) -> str:
    return f"{value:g}"


def _visible(text: str) -> str:
    """Text without signs that turn or hide what stands beside them."""
    return re.sub(r"[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]", "\ufffd", text)


def _when(iso: str) -> str:
    return iso[:16].replace("T", " ") + " UTC" if iso else ""


def _last_part(path: str) -> str:
    return path.rpartition("/")[2]


def _sentence(text: str) -> str:
    text = text.strip()
    text = text[:1].upper() + text[1:] if text[:1].isascii() and "." not in text[:20] else text
    return text if not text or text.endswith((".", "?", ":")) else f"{text}."


def _with_code(text: str):
    """Text in which what stands between backticks is set as code; all of it escaped before."""
    import markupsafe

    escaped = str(markupsafe.escape(_visible(text)))
    return markupsafe.Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escaped))
