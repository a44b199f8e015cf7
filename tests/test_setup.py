"""The set-up script: it makes, mends or leaves alone, and says in one line what is wrong."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "tools" / "environment.py"


@pytest.fixture
def setup():
    specification = importlib.util.spec_from_file_location("environment", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path):
    """A tiny project in a path with spaces, with the real set-up script in it."""
    root = tmp_path / "a folder with spaces"
    (root / "tools").mkdir(parents=True)
    shutil.copy(SCRIPT, root / "tools")
    shutil.copy(ROOT / "tools" / "with_python.sh", root / "tools")
    shutil.copy(ROOT / "Makefile", root)
    (root / "constraints.txt").write_text("torch==0.0.1\n")
    (root / "pyproject.toml").write_text('[project]\nname = "tiny"\nversion = "1"\n')
    return root


@pytest.fixture
def environment(setup, checkout, monkeypatch):
    """An :class:`Environment` whose pip only notes what it was asked for."""
    calls = []

    def pip(self, *arguments, check=True):
        calls.append(arguments)
        return arguments[0] != "show"

    monkeypatch.setattr(setup.Environment, "pip", pip)
    made = setup.Environment(checkout)
    made.calls = calls
    return made


def run_make(checkout, *words, **settings):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return subprocess.run(
        ["make", "environment", *words],
        cwd=checkout,
        env=inherited | settings,
        capture_output=True,
        text=True,
    )


def test_second_run_installs_nothing(environment):
    environment.ensure(set())
    assert environment.starts()
    first = len(environment.calls)
    environment.ensure(set())
    assert first and len(environment.calls) == first


def test_extras_are_added_and_kept(environment):
    environment.ensure(set())
    environment.ensure({"test"})
    assert environment.calls[-1][-1] == ".[test]"
    count = len(environment.calls)
    environment.ensure(set())
    assert len(environment.calls) == count


def test_changed_constraints_are_installed_without_starting_over(environment):
    environment.ensure(set())
    kept = environment.folder / "kept"
    kept.touch()
    pins = environment.root / "constraints.txt"
    pins.write_text(pins.read_text() + "numpy==2.1\n")
    count = len(environment.calls)
    environment.ensure(set())
    assert len(environment.calls) > count and kept.exists()


@pytest.mark.parametrize("interrupted_at", ["torch", "course"])
def test_interrupted_run_heals(environment, monkeypatch, interrupted_at):
    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(environment), f"install_{interrupted_at}", interrupt)
        with pytest.raises(KeyboardInterrupt):
            environment.ensure(set())
    leftover = environment.folder / "half-installed"
    leftover.touch()
    environment.ensure(set())
    assert environment.starts() and not leftover.exists()
    assert environment.read_note()["complete"]


def test_half_made_folder_heals(environment):
    (environment.folder / "bin").mkdir(parents=True)
    (environment.folder / "bin" / "python").write_text("not a program")
    environment.ensure(set())
    assert environment.starts()


def test_moved_checkout_heals(environment, setup):
    environment.ensure(set())
    moved = environment.root.with_name("moved elsewhere")
    environment.root.rename(moved)
    again = setup.Environment(moved)
    again.ensure(set())
    assert again.starts()


def test_torch_is_the_pinned_cpu_build_or_the_named_index(environment, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("TORCH_INDEX", raising=False)
    environment.install_torch()
    assert environment.calls[-1] == ("install", "torch==0.0.1+cpu")
    monkeypatch.setenv("TORCH_INDEX", "http://127.0.0.1:9/simple")
    environment.install_torch()
    assert environment.calls[-1][1:3] == ("--index-url", "http://127.0.0.1:9/simple")


def test_torch_that_is_there_stays(environment, setup, monkeypatch):
    calls = []

    def pip(self, *arguments, check=True):
        calls.append(arguments)
        return True

    monkeypatch.setattr(setup.Environment, "pip", pip)
    environment.install_torch()
    assert [arguments[0] for arguments in calls] == ["show"]


def test_wrong_python_is_one_line(checkout):
    run = run_make(checkout, "PYTHON=/bin/false")
    assert run.returncode != 0
    assert re.search(r"^error: the course needs Python 3\.11, 3\.12 or 3\.13", run.stderr)


def test_named_python_may_lie_in_a_path_with_spaces(checkout):
    named = checkout / "my python"
    named.symlink_to(sys.executable)
    command = ["sh", "tools/with_python.sh", "-c", "import sys; print(*sys.argv[1:], sep='|')"]
    run = subprocess.run(
        [*command, "two words", "three"],
        cwd=checkout,
        env=os.environ | {"PYTHON": str(named)},
        capture_output=True,
        text=True,
    )
    assert run.stdout == "two words|three\n"


def test_missing_venv_module_is_one_line(environment, setup, monkeypatch):
    monkeypatch.setitem(sys.modules, "venv", None)
    with pytest.raises(setup.SetupError, match=r"no venv module.*apt install python3\.\d+-venv"):
        environment.ensure(set())


def test_full_disk_is_one_line(environment, setup, monkeypatch):
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 10**8))
    with pytest.raises(setup.SetupError, match=r"only 0\.1 GB free"):
        environment.ensure(set())


def test_no_network_on_the_first_run_is_one_line(checkout):
    """Nothing listens on port 9, so the real pip fails as it does without a network."""
    settings = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "1",
        "PYTHON": sys.executable,
    }
    run = run_make(checkout, **settings)
    assert run.returncode != 0
    errors = [line for line in run.stderr.splitlines() if line.startswith("error:")]
    assert len(errors) == 1 and "could not reach the package index" in errors[0]
    assert (checkout / ".venv-setup.log").stat().st_size > 0


@pytest.mark.parametrize(
    ("pip_says", "meaning"),
    [
        ("ERROR: [Errno 28] No space left on device", "the disk is full"),
        ("ProxyError('Cannot connect to proxy.')", "proxy"),
        ("SSLError: CERTIFICATE_VERIFY_FAILED", "certificate"),
        ("Temporary failure in name resolution", "package index"),
    ],
)
def test_what_pip_says_is_explained(setup, pip_says, meaning):
    assert meaning in setup.explain(f"Collecting torch\n{pip_says}\n")


def test_conda_environment_names_the_same_things_as_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "environment.yml").read_text().split("dependencies:")[1].splitlines()
    names = [line.strip(" -") for line in lines if line.strip()]
    # Everything comes from the package itself, so that nothing can be named twice and drift.
    assert names[1:] == ["pip", "pip:", "constraint constraints.txt", "editable ."]
    minor = int(names[0].removeprefix("python=3."))
    assert project["requires-python"] == ">=3.11,<3.14" and 11 <= minor < 14


def test_every_dependency_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.match(r"[\w-]+", line)[0].lower() for line in wanted}
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {pin.split("==")[0].lower().replace("_", "-") for pin in pins}
    assert names <= pinned
