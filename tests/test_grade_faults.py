"""What grading survives: cells that hang, kill, flood or break things, and broken files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
import toy_class as toy

from mavrs_course.course.grading import NotebookGrade, grade, write_json
from mavrs_course.course.grading.kernel import MARK

CELL_SECONDS = 4

# name: (what the cell of an exercise does, the status of the exercise, a part of the message).
# {name} stands for the function of the exercise, {answer} for a right answer: the cell then does
# something else besides.
HANGING = {
    "a loop without end": ("while True:\n    pass", "timeout", "loop without end"),
    "a loop that ignores interrupts": (
        "import time\nwhile True:\n    try:\n        time.sleep(1)\n"
        "    except BaseException:\n        pass",
        "timeout",
        "4 s",
    ),
    "a loop inside the answer": (
        "def {name}(*inputs):\n    while True:\n        pass",
        "timeout",
        "Its check",
    ),
    "output without end": ("while True:\n    print('x' * 10_000)", "timeout", ""),
    "output without end past Python": (
        "import os\nwhile True:\n    os.write(1, b'x' * 1_000)",
        "timeout",
        "",
    ),
    "bash without end": ("%%bash\nsleep 60", "timeout", ""),
}
QUICK = {
    "exit()": ("{answer}\nexit()", "error", "exit()"),
    "quit()": ("quit()", "error", "quit()"),
    "sys.exit()": ("import sys\nsys.exit()", "error", "SystemExit"),
    "os._exit": ("import os\nos._exit(0)", "error", "ended the kernel"),
    "exit inside the answer": (
        "def {name}(*inputs):\n    import os\n    os._exit(1)",
        "error",
        "Its check ended the kernel",
    ),
    "a kernel killed from outside": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "error",
        "memory",
    ),
    "no memory left": ("raise MemoryError", "error", "GB of memory"),
    "a kernel thrown off balance": ("import sys\nsys.stdout = sys.stderr = None", "error", ""),
    "100 MB in one piece": ("print('x' * 100_000_000)\n{answer}", "passed", ""),
    "100 MB in lines": (
        "for _ in range(100_000):\n    print('x' * 1_000)\n{answer}",
        "passed",
        "",
    ),
    "output without end behind": (
        "import threading\ndef shout():\n    while True:\n        print('x' * 100)\n"
        "threading.Thread(target=shout, daemon=True).start()\n{answer}",
        "passed",
        "",
    ),
    "input()": ("input('Your name? ')", "error", "nobody types"),
    "a syntax error": ("def {name}(:", "error", "SyntaxError: invalid syntax (line 1)"),
    "indentation": ("def {name}(x):\nreturn x", "error", "IndentationError"),
    "deep recursion": (
        "def {name}(*inputs):\n    return {name}(*inputs)",
        "failed",
        "",
    ),
    "an exception": ("1 / 0", "error", "ZeroDivisionError: division by zero"),
    "an exception after the answer": ("{answer}\nassert False", "passed", ""),
    "an endless message": ("raise ValueError('\\x1b[31mno\\n' * 1_000_000)", "error", "no no"),
    "closed output": ("import sys\nsys.stdout.close()\n{answer}", "passed", ""),
    "deleted files": (
        "import os\nfor name in os.listdir():\n    os.remove(name)\n{answer}",
        "passed",
        "",
    ),
    "a deleted folder": (
        "import os, shutil\nshutil.rmtree(os.getcwd())\n{answer}",
        "passed",
        "",
    ),
    "another folder": ("import os\nos.chdir('/')\n{answer}", "passed", ""),
    "a forked kernel": ("import os\nif os.fork() == 0:\n    os._exit(0)\n{answer}", "passed", ""),
    "bash": ("%%bash\nexit 3", "error", "CalledProcessError"),
    "a shell command": ("!rm -rf *\n{answer}", "passed", ""),
    "a magic before the answer": ("%%time\n{answer}", "passed", ""),
    "no such magic": ("%%nonsense\n{answer}", "error", "UsageError"),
    "everything forgotten": ("%reset -f\n{answer}", "passed", ""),
}
FAULTS = HANGING | QUICK
# Processes that must not be left behind; {place} is where they write their numbers.
LEFT_BEHIND = """
import os, subprocess
for own_session in (False, True):
    process = subprocess.Popen(["sleep", "600"], start_new_session=own_session)
    with open({place!r}, "a") as file:
        print(process.pid, file=file)
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The root of the toy course, known to every kernel that starts while the module runs."""
    folder = tmp_path_factory.mktemp("toys")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in toy.environment(folder / "state").items():
            patch.setenv(name, value)
        yield toy.make_course(folder / "course")


def fault_for(name: str, exercise: str) -> str:
    answer = toy.ANSWERS[exercise]
    function = answer.removeprefix("def ").partition("(")[0]
    return FAULTS[name][0].replace("{name}", function).replace("{answer}", answer)


@pytest.fixture(scope="module")
def survived(course, tmp_path_factory) -> dict[str, tuple]:
    """For each fault the grade of its exercise, and that of the healthy one beside it.

    Three faults share a notebook: none may touch the others.
    """
    folder = tmp_path_factory.mktemp("faults")
    found = {}
    for faults, options in ((QUICK, {}), (HANGING, {"cell_timeout": CELL_SECONDS})):
        names = list(faults)
        groups = [names[start : start + 3] for start in range(0, len(names), 3)]
        paths = [folder / f"07_{group[0]}.ipynb".replace("/", "") for group in groups]
        for path, group in zip(paths, groups, strict=True):
            answers = {f"e{i}": fault_for(name, f"07.{i}") for i, name in enumerate(group, 1)}
            toy.save(toy.handed_in(**answers), path)
        for group, graded in zip(groups, grade(paths, root=course, **options), strict=True):
            assert not graded.error
            for i, name in enumerate(group):
                found[name] = graded.exercises[i], graded.exercises[3]
    return found


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_its_own_exercise_alone(survived, name):
    _, status, part = FAULTS[name]
    faulty, healthy = survived[name]
    assert (faulty.status, healthy.status) == (status, "passed")
    assert part in faulty.message
    assert len(faulty.message) <= 300
    assert faulty.message.isprintable()
    assert faulty.points == (faulty.max_points if status == "passed" else 0)


def test_what_a_cell_defined_survives_a_kernel_that_a_later_one_killed(course, tmp_path):
    notebook = toy.handed_in(
        e1="counted = globals().get('counted', 0) + 1\n" + toy.ANSWERS["07.1"],
        e2="import os\nos._exit(0)",
        e3="def greet(name):\n    return ['no ', 'Hello '][double(1) == 2 and counted == 1] + name",
    )
    (graded,) = grade([toy.save(notebook, tmp_path / "07_toys.ipynb")], root=course)
    assert [each.status for each in graded.exercises] == ["passed", "error", "passed", "passed"]


def test_time_for_the_whole_notebook_is_bounded(course, tmp_path):
    notebook = toy.handed_in(e2="import time\ntime.sleep(60)", e3="import time\ntime.sleep(60)")
    path = toy.save(notebook, tmp_path / "07_toys.ipynb")
    (graded,) = grade([path], root=course, notebook_timeout=8)
    statuses = [each.status for each in graded.exercises]
    assert statuses == ["passed", "timeout", "timeout", "timeout"]
    assert "No time was left" in graded.exercises[3].message


def alive(process: int) -> bool:
    """Whether a process runs; one that has ended but was not collected does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="tells processes by /proc")
def test_no_process_is_left_behind_without_a_sandbox(course, tmp_path):
    place = tmp_path / "processes"
    leave = LEFT_BEHIND.replace("{place!r}", repr(str(place)))
    notebook = toy.handed_in(e1=leave + toy.ANSWERS["07.1"], e2=leave + "os._exit(0)")
    (graded,) = grade([toy.save(notebook, tmp_path / "07_toys.ipynb")], root=course, sandbox=False)
    assert [each.status for each in graded.exercises] == ["passed", "error", "passed", "passed"]
    processes = [int(line) for line in place.read_text().split()]
    assert len(processes) >= 4
    assert not [process for process in processes if alive(process)]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="tells processes by /proc")
def test_ctrl_c_ends_it_with_every_kernel(course, tmp_path):
    path = toy.save(toy.handed_in(e1="import time\ntime.sleep(600)"), tmp_path / "07_toys.ipynb")
    # A shell starts what runs in the background with Ctrl-C ignored: here it counts again.
    script = (
        "import signal, sys, pathlib\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from mavrs_course.course.grading import grade\n"
        "print('ready', flush=True)\ngrade(sys.argv[1:2], root=pathlib.Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", script, str(path), str(course)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    kernels = wait_for(lambda: children_with_mark(process.pid))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert not [kernel for kernel in kernels if alive(kernel)]


def children_with_mark(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            marked = MARK.encode() in (folder / "environ").read_bytes()
        except OSError:
            continue
        if marked and int(status[1]) == parent:
            found.append(int(folder.name))
    return found


def wait_for(look, seconds: float = 60.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen")


# Files


RIGHT = json.dumps(toy.handed_in(e2=toy.WRONG["07.2"]))
WINDOWS = toy.handed_in(e2=toy.WRONG["07.2"])
for _cell in WINDOWS.cells:
    _cell.source = _cell.source.replace("\n", "\r\n")
ACCENTS = toy.handed_in(e2=toy.WRONG["07.2"])
ACCENTS.cells[2].source += "  # déjà vu"
HUGE = toy.handed_in(e2=toy.WRONG["07.2"])
HUGE.cells[2].outputs = [nbformat.v4.new_output("stream", text="x" * 50_000_000)]
BROKEN_PARTS = json.loads(RIGHT)
BROKEN_PARTS["cells"][2:2] = [None, {"cell_type": "code"}, {"cell_type": "code", "source": 3}]
BROKEN_PARTS["cells"] += [{"cell_type": "code", "id": 7, "metadata": [], "source": ["x = ", "1"]}]
BROKEN_PARTS["metadata"] = None

# A notebook whose second answer is wrong, as it may come out of people's machines.
READABLE = {
    "Windows line ends": json.dumps(WINDOWS, indent=1).replace("\n", "\r\n").encode(),
    "a byte order mark": b"\xef\xbb\xbf" + RIGHT.encode(),
    "UTF-16": RIGHT.encode("utf-16"),
    "Latin-1": json.dumps(ACCENTS, ensure_ascii=False).encode("latin-1"),
    "half a character": RIGHT.replace("# 07", "# \\ud83d").encode(),
    "a huge output": json.dumps(HUGE).encode(),
    "broken parts": json.dumps(BROKEN_PARTS).encode(),
    "a newer format": RIGHT.replace('"nbformat": 4', '"nbformat": 5').encode(),
}
UNREADABLE = {
    "empty": (b"", "empty"),
    "blank": (b"\n \n", "empty"),
    "not JSON": (b"print('hello')", "valid JSON"),
    "half a file": (RIGHT[: len(RIGHT) // 2].encode(), "valid JSON"),
    "a picture": (bytes(range(256)) * 9, "valid JSON"),
    "a merge conflict": (
        b"<<<<<<< HEAD\n" + RIGHT.encode() + b"\n=======\n{}\n>>>>>>> x",
        "two versions",
    ),
    "no notebook": (b'{"a": 1}', "no cells"),
    "a list": (b"[1, 2]", "no cells"),
    "cells that are none": (b'{"cells": 3, "nbformat": 4}', "no cells"),
    "sheets that are none": (b'{"worksheets": [3], "nbformat": 3}', "no cells"),
    "nesting without end": (b"[" * 200_000, "valid JSON"),
}


@pytest.fixture(scope="module")
def odd_files(course, tmp_path_factory) -> dict[str, NotebookGrade]:
    """All odd files in one run: none may stop the others."""
    folder = tmp_path_factory.mktemp("files")
    data = READABLE | {name: content for name, (content, _) in UNREADABLE.items()}
    paths = {}
    for number, (name, content) in enumerate(data.items()):
        paths[name] = folder / f"07_{number}.ipynb"
        paths[name].write_bytes(content)
    graded = grade(list(paths.values()), root=course, jobs=2)
    assert [each.notebook for each in graded] == list(map(str, paths.values()))
    return dict(zip(paths, graded, strict=True))


@pytest.mark.parametrize("name", READABLE)
def test_odd_files_are_graded(odd_files, name):
    graded = odd_files[name]
    assert not graded.error
    assert [each.status for each in graded.exercises] == ["passed", "failed", "passed", "passed"]


@pytest.mark.parametrize("name", UNREADABLE)
def test_broken_files_get_nothing_and_one_clear_line(odd_files, name):
    graded = odd_files[name]
    assert UNREADABLE[name][1] in graded.error
    assert (graded.points, graded.max_points) == (0, 7)  # the name tells the lesson
    assert not graded.exercises


def test_paths_that_are_no_files(course, tmp_path, monkeypatch):
    locked = toy.save(toy.handed_in(), tmp_path / "locked.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.ipynb")
    read_bytes = Path.read_bytes

    def refuse(path):
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)  # root may read whatever its mode says
    expected = {
        "nowhere.ipynb": "no such file",
        "folder.ipynb": "not a file",
        "pipe.ipynb": "not a file",
        "locked.ipynb": "permissions",
        "x" * 300 + ".ipynb": "cannot be read",
    }
    graded = grade([tmp_path / name for name in expected], root=course)
    for each, part in zip(graded, expected.values(), strict=True):
        assert part in each.error


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes only there")
def test_a_name_that_is_no_text_can_be_reported(course, tmp_path):
    path = tmp_path / os.fsdecode(b"07_no\xebl.ipynb")
    path.write_bytes(b"")
    graded = grade([path], root=course)
    write_json(graded, tmp_path / "grades.json")
    assert json.loads((tmp_path / "grades.json").read_text())["notebook"].endswith(
        "07_no\ufffdl.ipynb"
    )


def test_a_kernel_that_does_not_start_is_an_error_of_the_notebook(course, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", sys.executable + "-which-is-not-there")
    path = toy.save(toy.handed_in(), tmp_path / "07_toys.ipynb")
    (graded,) = grade([path], root=course)
    assert "kernel" in graded.error
    assert (graded.points, graded.max_points) == (0, 7)
