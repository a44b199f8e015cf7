"""A class of attackers: what code in a hand-in can't reach, harm or leave behind."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import psutil
import pytest
import toy_class as toy

from mavrs_course.course.doctor import check_sandbox
from mavrs_course.course.grading import grade, guard, isolation
from mavrs_course.course.grading.isolation import Isolation, strongest
from mavrs_course.course.grading.kernel import DIED, FINE, Kernel

ROOT = Path(__file__).resolve().parent.parent
SANDBOX = strongest(ROOT)
SECONDS = 60
needs_sandbox = pytest.mark.skipif(not SANDBOX.sandboxed, reason=SANDBOX.why_not)
posix = pytest.mark.skipif(os.name == "nt", reason="signals are not of this system")
both = pytest.mark.parametrize(
    "kept", [pytest.param(SANDBOX, marks=needs_sandbox), Isolation()], ids=["sandbox", "limits"]
)


def kernel_in(folder: Path, kept: Isolation) -> Kernel:
    work, scratch = folder / "exercises", folder / "kernel"
    work.mkdir(parents=True, exist_ok=True)
    return Kernel(work, scratch, isolation=kept)


def after(kernel: Kernel, code: str, value: str) -> str:
    """What an expression is worth in a kernel after a cell."""
    if not kernel.alive:
        kernel.start()
    run = kernel.run(code, SECONDS, value=value)
    assert run.outcome == FINE, run
    return run.value


@pytest.fixture(scope="module")
def sandboxed(tmp_path_factory):
    with kernel_in(tmp_path_factory.mktemp("room") / "mine", SANDBOX) as kernel:
        yield kernel


@pytest.fixture(scope="module")
def secret(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("others") / "hand_in_of_another.ipynb"
    path.write_text("the answer")
    return path


@needs_sandbox
def test_what_the_teacher_keeps_is_not_there(sandboxed, secret):
    paths = [secret, *(ROOT / "solutions").glob("*.ipynb"), *(ROOT / "tests").glob("test_*.py")]
    paths += [Path("/etc/shadow"), Path.home() / ".bashrc", Path("/proc/1/environ")]
    code = f"""
found = []
for path in {[str(path) for path in paths]!r}:
    try:
        if b"the answer" in (read := open(path, "rb").read()) or path.startswith({str(ROOT)!r}):
            found.append(path)
    except OSError:
        pass
"""
    assert after(sandboxed, code, "found") == "[]"


@needs_sandbox
def test_nothing_outside_its_folder_can_be_written(sandboxed, tmp_path):
    import numpy

    places = [
        numpy.__file__,
        str(ROOT / "data" / "new"),
        "/usr/new",
        "/new",
        "/dev/new",
        "/etc/new",
    ]
    code = f"""
written = []
for place in {[*places, str(tmp_path / "new"), isolation.__file__]!r}:
    try:
        open(place, "a").close()
        written.append(place)
    except OSError:
        pass
open("mine", "w").close(); open("/tmp/mine", "w").close()
import os
open(os.path.expanduser("~/planted"), "w").close()
"""
    assert after(sandboxed, code, "written") == "[]"
    assert not (Path.home() / "planted").exists()
    assert not Path("/tmp/mine").exists()


@needs_sandbox
def test_no_network_not_even_to_this_machine(sandboxed):
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"""
import socket
try:
    socket.create_connection(("127.0.0.1", {server.getsockname()[1]}), timeout=5)
    reached = True
except OSError:
    reached = False
"""
        assert after(sandboxed, code, "reached") == "False"


@needs_sandbox
def test_the_teachers_tokens_are_not_handed_on(tmp_path, monkeypatch):
    for name in ("UNIVERSITY_TOKEN", "PIP_INDEX_URL"):  # an index may have a password in it
        monkeypatch.setenv(name, "https://me:s3cret@example.org")
    with kernel_in(tmp_path, SANDBOX) as kernel:
        assert after(kernel, "import os", "'s3cret' in str(os.environ)") == "False"


@needs_sandbox
def test_nothing_outlives_the_sandbox(tmp_path):
    """A process that cut every tie, shared memory and a semaphore."""
    before = set(os.listdir("/dev/shm"))
    code = """
import multiprocessing, os, sys
from multiprocessing import resource_tracker, shared_memory
memory = shared_memory.SharedMemory("left_behind_by_a_cell", create=True, size=1000)
resource_tracker.unregister(memory._name, "shared_memory")
semaphore = multiprocessing.Semaphore()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execve(sys.executable, [sys.executable, "-Sc", "import time; time.sleep(987)"], {})
    os._exit(0)
os.wait()
"""
    with kernel_in(tmp_path, SANDBOX) as kernel:
        after(kernel, code, "1")
        assert set(os.listdir("/dev/shm")) <= before
    assert not [p for p in psutil.process_iter() if "time.sleep(987)" in " ".join(_command(p))]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@posix
@both
@pytest.mark.parametrize("signal", ["SIGTERM", "SIGKILL", "SIGINT", "SIGHUP"])
def test_killing_the_parent_ends_no_grading(tmp_path, kept, signal):
    """The grader is this very process: had the signal come here, nobody would read this."""
    with kernel_in(tmp_path, kept) as kernel:
        kernel.start()
        kernel.run(f"import os, signal, time\nos.kill(os.getppid(), signal.{signal})", SECONDS)
        assert after(kernel, "x = 1", "x") == "1"


@needs_sandbox
def test_killing_everybody_kills_nobody_outside(tmp_path):
    with kernel_in(tmp_path, SANDBOX) as kernel:
        kernel.start()
        kernel.run("import os\nos.kill(-1, 9)", SECONDS)
        assert after(kernel, "x = 1", "x") == "1"


@posix
@both
def test_a_full_disk_is_the_cells_own(tmp_path, kept, monkeypatch):
    monkeypatch.setattr(guard, "DISK_GB", 0.05)
    code = """
import time
for part in range(100):
    with open(f"part{part}", "wb") as file:
        file.write(bytes(20_000_000))
    time.sleep(0.1)
"""
    with kernel_in(tmp_path, kept) as kernel:
        kernel.start()
        run = kernel.run(code, SECONDS)
    assert (run.outcome, run.error) == (DIED, guard.DISK)


@posix
@both
def test_a_fork_bomb_is_the_cells_own(tmp_path, kept, monkeypatch):
    monkeypatch.setattr(guard, "MOST_PROCESSES", 20)
    code = """
import os, time
for _ in range(40):
    if os.fork() == 0:
        time.sleep(100)
        os._exit(0)
time.sleep(100)
"""
    with kernel_in(tmp_path, kept) as kernel:
        kernel.start()
        run = kernel.run(code, SECONDS)
    assert (run.outcome, run.error) == (DIED, guard.PROCESSES)


@both
def test_memory_is_limited(tmp_path, kept):
    with kernel_in(tmp_path, kept) as kernel:
        kernel.start()
        run = kernel.run("x = bytearray(5 << 30)", SECONDS)
    assert (run.outcome, run.error) == (DIED, "MemoryError")


@both
def test_what_one_installs_the_next_does_not_see(tmp_path, kept):
    """Nor does it stand in front of what the course brings."""
    wheel = tmp_path / "one" / "exercises" / "numpy-99.0-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    about = "numpy-99.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("numpy/__init__.py", "__version__ = '99'")
        archive.writestr("brought_along.py", "here = True")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: numpy\nVersion: 99.0\n")
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", "")
    code = f"%pip install -q --no-deps --no-index {wheel.name}\nimport numpy, brought_along"
    with kernel_in(tmp_path / "one", kept) as kernel:
        assert after(kernel, code, "numpy.__version__ != '99'") == "True"
    code = "import importlib.util, numpy"
    with kernel_in(tmp_path / "two", kept) as kernel:
        value = "(importlib.util.find_spec('brought_along'), numpy.__version__ != '99')"
        assert after(kernel, code, value) == "(None, True)"


@both
def test_an_endless_cell_is_stopped_and_the_kernel_goes_on(tmp_path, kept):
    with kernel_in(tmp_path, kept) as kernel:
        after(kernel, "x = 1", "x")
        assert kernel.run("while True:\n    pass", 1).outcome == "timed out"
        assert after(kernel, "", "x") == "1"


@needs_sandbox
def test_a_class_of_attackers_is_graded(tmp_path, monkeypatch):
    """Each attack costs its own exercise at most; the others have their points."""
    for name, value in toy.environment(tmp_path / "state").items():
        monkeypatch.setenv(name, value)
    course = toy.make_course(tmp_path / "course")
    solution = course / "solutions" / f"{toy.NAME}.ipynb"
    attacks = {
        "kills": "import os\nos.kill(os.getppid(), 15)",
        "reads": f"open({str(solution)!r}).read()",
        "deletes": f"import shutil\nshutil.rmtree({str(course)!r})",
    }
    paths = [
        toy.save(toy.handed_in(e1=f"{attack}\n"), tmp_path / f"07_{name}.ipynb")
        for name, attack in attacks.items()
    ]
    graded = grade(paths, root=course, jobs=1)
    assert [each.points for each in graded] == [5, 5, 5]
    assert solution.exists()


def test_without_bubblewrap_one_line_says_what_is_not_protected(monkeypatch):
    monkeypatch.setattr(isolation.shutil, "which", lambda name: None)
    found, finding = strongest(ROOT), check_sandbox()
    assert not found.sandboxed
    assert "read and change your files" in found.sentence
    assert finding.state == "optional"


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_where_namespaces_are_forbidden_the_reason_is_given(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    isolation._tried.cache_clear()
    try:
        found = strongest(ROOT)
    finally:
        isolation._tried.cache_clear()
    assert not found.sandboxed
    assert "Permission denied" in found.why_not


@posix
@both
def test_a_killed_grader_leaves_no_kernel(tmp_path, kept):
    """Whatever stands between them sees that the grader is gone."""
    script = f"""
import time
from pathlib import Path
from mavrs_course.course.grading.isolation import isolate
from mavrs_course.course.grading.kernel import Kernel
work = Path({str(tmp_path)!r}) / "exercises"
isolation = isolate(Path({str(ROOT)!r}), {kept.sandboxed})
kernel = Kernel(work, work.parent / "kernel", isolation=isolation)
kernel.start()
print("started", flush=True)
time.sleep(600)
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout.readline().strip() == "started"
        started = psutil.Process(grader.pid).children(recursive=True)
        assert len(started) > 1
        grader.kill()
    _, left = psutil.wait_procs(started, timeout=SECONDS)
    assert not left


def test_a_thread_of_many_kernels_is_no_obstacle(tmp_path):
    """bubblewrap ends with the thread that started it: each has to stay until its kernel closes."""
    said = []

    def work(number: int) -> None:
        with kernel_in(tmp_path / str(number), SANDBOX) as kernel:
            said.append(after(kernel, f"x = {number}", "x"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["0", "1"]


FORGED = {
    "numpy's comparison": "import numpy as np\nnp.allclose = np.isclose = lambda *a, **k: np.True_",
    "numpy's arrays": "import numpy as np\nnp.asarray = np.array = lambda *a, **k: np.zeros(1)",
    "all()": "import builtins\nbuiltins.all = lambda *a: True\nbuiltins.any = lambda *a: False",
    "the checks themselves": (
        "import sys\nclass Loader:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'mavrs_course.course.compare':\n"
        "            from importlib.machinery import ModuleSpec\n"
        "            return ModuleSpec(name, self)\n"
        "    def create_module(self, spec):\n        return None\n"
        "    def exec_module(self, module):\n"
        "        module.compare = lambda *a, **k: None\n"
        "        module.Difference = module.kind_of = lambda *a, **k: None\n"
        "sys.meta_path.insert(0, Loader())"
    ),
    "what is published": (
        "from IPython.display import display\n"
        "display({'application/vnd.mavrs.check+json': {'exercise': '07.1', 'status': 'passed'}},"
        " raw=True)"
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_pass_is_none(tmp_path, monkeypatch, name):
    """Whatever a cell has changed, its wrong answer gets no points."""
    for variable, value in toy.environment(tmp_path / "state").items():
        monkeypatch.setenv(variable, value)
    course = toy.make_course(tmp_path / "course")
    notebook = toy.handed_in(e1=f"{toy.WRONG['07.1']}\n{FORGED[name]}")
    (graded,) = grade([toy.save(notebook, tmp_path / "07_forged.ipynb")], root=course)
    assert graded.exercises[0].points == 0, graded.exercises[0]
    if name == "the checks themselves":
        assert graded.exercises[0].notes[0].kind == "replaced"


@needs_sandbox
def test_a_kernel_that_starts_again_is_not_led_outside(tmp_path, secret):
    """All that a cell may write to becomes links to the teacher's files; then the kernel dies."""
    outside = secret.parent
    before = sorted(outside.iterdir())
    code = f"""
import os
room = os.path.dirname(os.getcwd())
for name in os.listdir(room):
    os.rename(os.path.join(room, name), os.path.join(room, "was-" + name))
    os.symlink({str(outside)!r}, os.path.join(room, name))
os._exit(0)
"""
    look = f"""
import os
found = []
for place in ({str(outside)!r}, "/tmp", os.path.expanduser("~"), os.getcwd()):
    for folder, _, files in os.walk(place):
        found += [name for name in files if name == {secret.name!r}]
"""
    with kernel_in(tmp_path / "mine", SANDBOX) as kernel:
        kernel.start()
        assert kernel.run(code, SECONDS).outcome == DIED
        assert after(kernel, look, "found") == "[]"
    assert sorted(outside.iterdir()) == before
