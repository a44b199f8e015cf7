"""The one form of grades: what is written is what the schema says, and what is read again."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from mavrs_course.course.classroom.book import (
    GRADES,
    NoGradebookError,
    read_gradebook,
    schema,
    write_gradebook,
)
from mavrs_course.course.classroom.handin import GRADED, NOTHING, Gradebook, HandIn

EXAMPLE = Path(__file__).parent / "graded_class.json"


def test_the_example_is_as_the_schema_says():
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(EXAMPLE.read_text(encoding="utf-8")), schema())


def test_what_is_read_and_written_again_is_the_same(tmp_path):
    book = read_gradebook(EXAMPLE)
    write_gradebook(book, tmp_path / "results" / GRADES)
    again = read_gradebook(tmp_path / "results")
    assert again == book
    written = json.loads((tmp_path / "results" / GRADES).read_text(encoding="utf-8"))
    assert written == json.loads(EXAMPLE.read_text(encoding="utf-8"))


def test_the_plainest_hand_in_is_as_the_schema_says():
    plain = Gradebook([HandIn("Grace Hopper"), HandIn("", status=NOTHING)]).as_dict()
    jsonschema.validate(json.loads(json.dumps(plain)), schema())


def test_points_and_passing_are_of_the_exercises():
    ada, alan, emilie, _ = read_gradebook(EXAMPLE).hand_ins
    assert ada.status == GRADED
    assert sum(each.points for each in ada.exercises) == ada.points
    assert not any(each.passed for each in (ada, alan, emilie))


def test_a_field_of_a_later_time_does_not_hurt():
    data = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    data["hand_ins"][0]["mood"] = "good"
    data["hand_ins"][0]["exercises"][0]["colour"] = "blue"
    assert Gradebook.from_dict(data) == read_gradebook(EXAMPLE)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"format": "mavrs-grades", "version": 99}', b'{"points": 3}', b"\xff\xfe"],
)
def test_what_is_no_gradebook_is_said_in_one_line(tmp_path, content):
    (tmp_path / GRADES).write_bytes(content)
    with pytest.raises(NoGradebookError, match=r"cannot be read"):
        read_gradebook(tmp_path)


def test_no_gradebook_says_what_to_run(tmp_path):
    with pytest.raises(NoGradebookError, match="mavrs class grade"):
        read_gradebook(tmp_path)
