"""Attempts are counted, kept, and never in the way."""

from __future__ import annotations

import multiprocessing

import pytest

from mavrs_course.course import state


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MAVRS_STATE", str(tmp_path / "a state"))
    state._unsaved.clear()
    return tmp_path / "a state"


def test_only_new_failures_count():
    assert state.attempts("01.1") == 0
    assert [state.record_failure("01.1", digest) for digest in "aabba"] == [1, 1, 2, 2, 3]
    assert state.attempts("01.1") == 3 and state.attempts("01.2") == 0


def test_a_pass_is_remembered_and_changes_no_count():
    state.record_failure("01.1", "a")
    state.record_pass("01.1")
    assert state.passed("01.1") and not state.passed("01.2") and state.attempts("01.1") == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"not JSON", b"[1]", b'{"01.1": 3}', b'{"01.1": {"attempts": "x"}}', b"\xff\xfe\x00"],
)
def test_a_corrupt_file_counts_as_empty_and_heals(folder, content):
    folder.mkdir()
    (folder / state.FILE).write_bytes(content)
    assert state.attempts("01.1") == 0
    assert state.record_failure("01.1", "a") == 1
    assert state.attempts("01.1") == 1


def test_where_nothing_can_be_written_the_count_lives_in_memory(folder):
    folder.write_text("a file stands where the folder should be")
    assert [state.record_failure("01.1", digest) for digest in "ab"] == [1, 2]
    assert state.attempts("01.1") == 2


def test_nothing_is_left_behind_but_the_file(folder):
    state.record_failure("01.1", "a")
    assert [path.name for path in folder.iterdir()] == [state.FILE]


def _fail_often(name: str) -> None:
    for number in range(30):
        state.record_failure(name, str(number))


def test_two_kernels_never_leave_a_broken_file(folder):
    context = multiprocessing.get_context("spawn")
    kernels = [context.Process(target=_fail_often, args=(name,)) for name in ("01.1", "01.2")]
    for kernel in kernels:
        kernel.start()
    for kernel in kernels:
        kernel.join()
    assert all(kernel.exitcode == 0 for kernel in kernels)
    assert state.attempts("01.1") + state.attempts("01.2") >= 30
    assert [path.name for path in folder.iterdir()] == [state.FILE]


def test_the_users_own_folder_is_the_default(monkeypatch):
    monkeypatch.delenv("MAVRS_STATE")
    assert "mavrs" in str(state.folder())


def test_answers_are_kept_with_their_time(monkeypatch):
    clock = iter([100.0, 200.4, 300.0])
    monkeypatch.setattr(state.time, "time", lambda: next(clock))
    state.record_failure("01.1", "a")
    state.record_failure("01.1", "a")  # the same cell again
    state.record_pass("01.1", "b")
    state.record_pass("01.1", "b")
    told = [state.PastAnswer(100.0, False), state.PastAnswer(200.0, True)]
    assert state.answers("01.1") == told and state.answers("01.2") == []
    state.begin_anew("01")
    state.record_pass("01.1", "b")  # written once more, and the same
    assert state.answers("01.1") == [*told, state.PastAnswer(300.0, True)]
    assert state.attempts("01.1") == 1 and state.passed("01.1")


def test_what_was_answered_before_times_were_kept_has_none(folder):
    folder.mkdir()
    (folder / state.FILE).write_text('{"01.1": {"attempts": 2, "last": "x", "passed": true}}')
    undated = [state.PastAnswer(None, right) for right in (False, False, True)]
    assert state.answers("01.1") == undated
    state.record_failure("01.1", "new")
    assert state.answers("01.1")[:3] == undated and not state.answers("01.1")[3].right


@pytest.mark.parametrize("answers", ["3", "[3]", '[["x", 1]]', "[[1, 2]]", "[[-1, 1]]", "[[1]]"])
def test_answers_that_are_none_are_left_out(folder, answers):
    folder.mkdir()
    (folder / state.FILE).write_text(f'{{"01.1": {{"attempts": 0, "answers": {answers}}}}}')
    assert state.answers("01.1") == []
