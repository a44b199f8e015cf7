"""The mavrs command: help worth reading, exit codes, and one line for each trouble."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mavrs_course import cli
from mavrs_course.cli import screen
from mavrs_course.course import doctor, mine

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (
    "lab",
    "doctor",
    "build",
    "reset",
    "grade",
    "claims",
    "data",
    "experiment",
    "tournament",
    "bench",
)


@pytest.fixture
def run(monkeypatch):
    """Run ``mavrs`` with words, on a wide terminal, and return its result."""
    monkeypatch.setattr(screen.out, "width", 200)
    monkeypatch.setattr(screen.err, "width", 200)
    return lambda *words: CliRunner().invoke(cli.app, words, env={"COLUMNS": "200"})


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A copy of the course's notebooks, to work in."""
    for name in ("notebooks", "solutions", "exercises"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "README.md", tmp_path)
    (tmp_path / "docs").mkdir()
    for name in ("course.toml", "teaching.md"):  # the README's map shows the parts
        shutil.copy(ROOT / "docs" / name, tmp_path / "docs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_command_does(run, command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert len(result.output.split()) >= 25


def test_every_command_of_the_design_is_there(run):
    assert set(COMMANDS) <= set(run("--help").output.split())


@pytest.mark.parametrize(
    "words",
    [
        ["grade"],
        ["grade", "x.ipynb", "--cell-timeout", "soon"],
        ["bench", "nothing"],
        ["build", "--execute", "some"],
        ["data", "get"],
        ["fly"],
    ],
)
def test_wrong_usage_is_exit_code_2(run, words):
    assert run(*words).exit_code == 2


def test_outside_of_a_course_the_installed_one_is_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert screen.root() == ROOT


def lab_command(monkeypatch, words, user):
    started = []
    monkeypatch.setattr(mine, "refresh", lambda root: [])
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    monkeypatch.setattr(os, "execv", lambda program, command: started.append(command))
    for name in ("JUPYTER_PREFER_ENV_PATH", "JUPYTER_CONFIG_PATH"):
        monkeypatch.setenv(name, "")
    result = CliRunner().invoke(cli.app, ["lab", *words])
    assert result.exit_code == 0
    return started[0], result.output


def test_lab_opens_the_first_lesson_and_passes_options_on(monkeypatch):
    command, output = lab_command(monkeypatch, ["--no-browser", "--port", "9999"], user=1000)
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert command[-3:] == ["--no-browser", "--port", "9999"]
    assert "--LabApp.default_url=/lab/tree/mine/notebooks/00_welcome.ipynb" in command
    assert "--allow-root" not in command and output == ""


def test_lab_as_root_says_that_it_allows_it(monkeypatch):
    command, output = lab_command(monkeypatch, [], user=0)
    assert "--allow-root" in command and "root" in output


def test_doctor_is_red_only_for_what_is_needed(run, monkeypatch):
    fine = doctor.Finding("thing", "fine", "here")
    optional = doctor.Finding("extra", "optional", "not here", "get it")
    missing = doctor.Finding("must", "missing", "not here", "install it")
    monkeypatch.setattr(doctor, "CHECKS", (lambda: fine, lambda: optional))
    assert run("doctor").exit_code == 0
    monkeypatch.setattr(doctor, "CHECKS", (lambda: fine, lambda: missing))
    result = run("doctor")
    assert result.exit_code == 1 and "install it" in result.output


def test_doctor_finds_this_environment_fine():
    findings = {finding.name: finding for finding in doctor.examine()}
    for name in ("Python", "torch", "jupyterlab", "kernel", "widgets"):
        assert findings[name].state == "fine", findings[name]


def test_a_check_that_crashes_is_a_line_of_its_own():
    def check_weather():
        raise RuntimeError("no window")

    (finding,) = doctor.examine([check_weather])
    assert finding.state == "missing" and "no window" in finding.found


def test_doctor_without_an_ollama_server_says_so(monkeypatch):
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    assert doctor.check_ollama().state == "optional"


def test_build_check_shows_what_is_stale_and_changes_nothing(run, course):
    first = run("build", "--check")
    assert first.exit_code == 0, first.output
    header = course / "exercises" / "00_welcome.ipynb"
    before = {path: path.read_bytes() for path in course.rglob("*.ipynb")}
    header.unlink()
    result = run("build", "--check")
    assert result.exit_code == 1 and "stale: exercises/00_welcome.ipynb" in result.output
    assert not header.exists()
    assert run("build", "--execute", "none").exit_code == 0
    assert {path: path.read_bytes() for path in course.rglob("*.ipynb")} == before


def test_reset_keeps_what_a_learner_wrote(run, course):
    exercise = course / "exercises" / "00_welcome.ipynb"
    fresh = exercise.read_bytes()
    stub = re.search(r"raise NotImplementedError\([^\n]*\)", exercise.read_text())[0]
    edit(exercise, stub, "return 42")
    result = run("build", "--execute", "none")
    assert "kept" in result.output and b"return 42" in exercise.read_bytes()
    result = run("reset", "00")
    assert result.exit_code == 0 and "00_welcome.mine-1.ipynb" in result.output
    assert exercise.read_bytes() == fresh
    assert b"return 42" in exercise.with_name("00_welcome.mine-1.ipynb").read_bytes()


def test_reset_of_an_unknown_lesson_is_one_line(run, course):
    result = run("reset", "99")
    assert result.exit_code == 1 and "there is no lesson '99'" in result.output


def test_grade_writes_what_was_asked_for(run, course):
    report, junit = course / "grades.json", course / "grades.xml"
    solution = course / "solutions" / "00_welcome.ipynb"
    result = run("grade", str(solution), "--json", str(report), "--junit", str(junit))
    (grade,) = json.loads(report.read_text())["hand_ins"]
    assert result.exit_code == 0 and grade["points"] == grade["max_points"] > 0
    assert "<testsuite " in junit.read_text()


def test_grade_of_an_untouched_exercise_is_exit_code_1(run, course):
    result = run("grade", str(course / "exercises" / "00_welcome.ipynb"))
    assert result.exit_code == 1 and "not started" in result.output


def test_grade_of_nothing_is_one_line(run, course):
    result = run("grade", str(course / "nowhere.ipynb"))
    assert result.exit_code == 1 and "nowhere.ipynb" in result.output


def test_claims_lists_every_claim_with_its_interval(run, course):
    result = run("claims")
    assert result.exit_code == 0 and "95 % interval" in result.output
    for lesson in course.glob("notebooks/*.ipynb"):
        assert re.search(rf"\b{lesson.name[:2]}\.\d", result.output)


def test_data_list_names_source_and_licence(run):
    result = run("data", "list")
    assert result.exit_code == 0
    assert "movielens-100k" in result.output and "CC BY-SA 4.0" in result.output


def test_data_get_needs_a_yes_to_the_licence(run, tmp_path, monkeypatch):
    monkeypatch.setenv("MAVRS_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    result = run("data", "get", "movielens-100k")  # nobody answers
    assert result.exit_code == 1 and "Licence" in result.output
    assert not list(tmp_path.rglob("*.zip"))


def test_data_get_of_an_unknown_name_lists_the_names(run):
    result = run("data", "get", "netflix")
    assert result.exit_code == 1 and "movielens-100k" in result.output
