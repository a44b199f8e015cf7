"""The commands on an engine: one line for what is wrong, and grading only in a sandbox."""

from __future__ import annotations

from dataclasses import replace

import pytest
import toy_class as toy
from typer.testing import CliRunner

from mavrs_course import cli
from mavrs_course.course.grading import elsewhere
from mavrs_course.course.grading.batch import Room
from mavrs_course.course.grading.elsewhere import room_on, trouble_at
from mavrs_course.course.grading.isolation import Isolation, strongest
from mavrs_course.course.grading.kernel import KernelFailedError
from mavrs_course.course.grading.reading import read_cells
from mavrs_course.course.grading.restoring import find_key, read_keys
from mavrs_course.course.grading.running import GradingLimits
from mavrs_course.engine import EngineError, LocalEngine, on_ray

COMMANDS = (
    ["tournament", "--modes", "mean", "--seeds", "1"],
    ["simulate", "--viewers", "1", "--logs", "platform"],
    ["experiment", "run", "slateq"],
    ["grade", "tests"],
    ["arena", "league", "tests/exploits"],
)


def said(*command: str) -> str:
    result = CliRunner().invoke(cli.app, [*command])
    assert result.exit_code == 1, result.output
    lines = [line for line in result.output.splitlines() if line.startswith("error:")]
    assert len(lines) == 1, result.output
    return lines[0]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_an_address_is_for_ray(command, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert "--address is where Ray is" in said(*command, "--address", "127.0.0.1:1")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_without_ray_one_line_says_what_to_install(command, monkeypatch):
    monkeypatch.setattr(on_ray.importlib.util, "find_spec", lambda name: None)
    assert "pip install 'mavrs-course[scale]'" in said(*command, "--engine", "ray")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toys")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in toy.environment(folder / "state").items():
            patch.setenv(name, value)
        yield toy.make_course(folder / "course")


def test_a_machine_without_a_sandbox_is_refused(course, monkeypatch):
    monkeypatch.setattr(elsewhere, "strongest", lambda root: Isolation(why_not="it has none"))
    with pytest.raises(EngineError, match="has no sandbox: it has none; mend that, or grade with"):
        room_on(LocalEngine(), course, GradingLimits())
    with pytest.raises(KernelFailedError, match="has no sandbox"):
        elsewhere.perform_there(course, GradingLimits(), None, [], {})


def test_a_machine_without_the_course_is_refused(tmp_path):
    assert "has no course at" in trouble_at(tmp_path)


def timeless(graded):
    return replace(graded, seconds=0.0)


def test_grades_from_elsewhere_are_those_from_here(course, tmp_path):
    if not strongest(course).sandboxed:
        pytest.skip(strongest(course).why_not)
    path = toy.save(toy.handed_in(), tmp_path / f"{toy.NAME}.ipynb")
    key, cells = find_key(read_keys(course), path), read_cells(path)
    here = Room(GradingLimits(), isolation=strongest(course), own=False).perform(key, cells)
    engine = LocalEngine()
    room = room_on(engine, course, GradingLimits())
    engine.lose(room.hands.places[0])  # a hand is lost, and the next one grades
    assert list(map(timeless, room.perform(key, cells))) == list(map(timeless, here))
    assert room.hands.revived == 1
