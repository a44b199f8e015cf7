"""What keeps a learner's code from harm: a sandbox where the system has one, limits everywhere.

On Linux the sandbox is bubblewrap's: namespaces of its own for processes, network, shared memory
and files, for which no rights are needed.  A kernel in it sees the Python that runs it, the
library, the lessons and their data, read-only; and one folder of its own that it may write to.
Solutions, hand-ins, the home folder and the network are not there at all.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

MEMORY_GB = 4  # that one process may ask for; all of a notebook's together may hold twice that
DISK_GB = 1
SHARED_MEMORY_GB = 0.25
MOST_PROCESSES = 256
PROBE_SECONDS = 30
LAUNCHER = Path(__file__).with_name("launcher.py")

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
OF_ETC = (
    *("alternatives", "fonts", "group", "host.conf", "hosts", "ld.so.cache", "ld.so.conf"),
    *("ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "passwd", "ssl", "timezone"),
)
# Variables that a kernel in the sandbox gets; keys and tokens of the teacher's are not among them.
VARIABLES = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TERM|LD_LIBRARY_PATH|VIRTUAL_ENV|IPYTHONDIR"
    r"|TMPDIR|(PYTHON|MAVRS_|OMP_|MKL_|OPENBLAS_|NUMEXPR_|TORCH_|MPL|PYDEVD_)\w+"
)
FOLDERS_NAMED = ("MAVRS_DATA", "MAVRS_MODELS", "MAVRS_TAPES")


@dataclass(frozen=True)
class Isolation:
    """How kernels are kept apart; ``strongest`` finds what this machine can do.

    sandboxed: whether by bubblewrap.  why_not: why there is no sandbox, in a few words.
    mounts: bubblewrap's options for what can be seen in it.
    """

    sandboxed: bool = False
    why_not: str = ""
    mounts: Sequence[tuple[str, ...]] = field(default=(), repr=False)

    @property
    def sentence(self) -> str:
        """What is protected, for a teacher."""
        if self.sandboxed:
            return (
                "Each notebook runs in a sandbox: without network, without your files, with "
                "limits on memory, processes and disk."
            )
        return (
            f"No sandbox: {self.why_not}. Learners' code can read and change your files and use "
            "the network. Time, memory and disk are limited. Grade people you do not know in a "
            "container: docs/isolation.md says how."
        )

    def command(self, argv: Sequence[str], folder: Path) -> list[str]:
        """The command that runs ``argv`` with ``folder`` as the only place to write to."""
        if os.name == "nt":
            return [*argv]
        limits = {
            "between": not self.sandboxed,
            "RLIMIT_DATA": MEMORY_GB << 30,
            "RLIMIT_FSIZE": int(DISK_GB * 2**30),
            "RLIMIT_CORE": 0,
        }
        if self.sandboxed and _counts_processes_by_namespace():
            limits["RLIMIT_NPROC"] = 2 * MOST_PROCESSES  # threads count too
        launched = [sys.executable, "-I", "-S", str(LAUNCHER), json.dumps(limits), *argv]
        return [*self._bubblewrap(folder), *launched] if self.sandboxed else launched

    def environment(self, variables: Mapping[str, str], folder: Path) -> dict[str, str]:
        """The kernel's variables: what pip installs goes into ``folder``, and away with it."""
        pip = {
            "PIP_TARGET": str(installed(folder)),
            "PIP_CACHE_DIR": str(folder / "pip"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INPUT": "1",
        }
        if self.sandboxed:
            variables = {name: v for name, v in variables.items() if VARIABLES.fullmatch(name)}
        return {**variables, **pip}

    def _bubblewrap(self, folder: Path) -> list[str]:
        # New ones each time: an earlier kernel may have put links in the place of its own.
        home, temporary = (Path(tempfile.mkdtemp(prefix=name, dir=folder)) for name in ("h-", "t-"))
        _share_font_list(home)
        writable = [("--bind", str(temporary), "/tmp"), ("--bind", str(folder), str(folder))]
        if len(Path.home().parts) > 1:
            writable.append(("--bind", str(home), str(Path.home())))
        mounts = sorted((*writable, *self.mounts), key=_depth)  # what is inside comes after
        return [
            *("bwrap", "--unshare-all", "--unshare-user", "--die-with-parent"),
            *("--cap-drop", "ALL", "--hostname", "sandbox"),
            *(word for mount in mounts for word in mount),
            *("--proc", "/proc", "--dev", "/dev", *_shared_memory()),
            # The kernel's settings are files of root's, and a grader may be root.
            *("--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/", "--"),
        ]


def installed(folder: Path) -> Path:
    """Where ``%pip install`` puts packages, for this notebook alone."""
    return folder / "installed"


def isolate(root: Path, sandbox: bool = True) -> Isolation:
    """The strongest for a course at ``root``, or limits alone where no sandbox is wanted."""
    return strongest(root) if sandbox else Isolation(why_not="it was not asked for")


def strongest(root: Path) -> Isolation:
    """The best that this machine can do for a course at ``root``; tried, not guessed."""
    if not sys.platform.startswith("linux"):
        return Isolation(why_not="bubblewrap, which makes it, is for Linux")
    if shutil.which("bwrap") is None:
        return Isolation(why_not="bubblewrap is not installed (Debian, Ubuntu: bubblewrap)")
    return _tried(Isolation(True, "", tuple(_mounts(root.resolve()))))


@cache
def _tried(isolation: Isolation) -> Isolation:
    with tempfile.TemporaryDirectory(prefix="mavrs-", ignore_cleanup_errors=True) as folder:
        command = isolation.command([sys.executable, "-c", "import ssl, ctypes"], Path(folder))
        try:
            tried = subprocess.run(command, capture_output=True, timeout=PROBE_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            return Isolation(why_not=f"bubblewrap does not start ({error})")
    if tried.returncode == 0:
        return isolation
    said = tried.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
    return Isolation(why_not=f"bubblewrap may not make one here ({said[-1][:120]})")


def _depth(mount: tuple[str, ...]) -> int:
    return len(Path(mount[-1]).parts)


def _mounts(root: Path) -> Iterator[tuple[str, ...]]:
    """bubblewrap's options; the last word of each is where something is seen."""
    for top in map(Path, SYSTEM):
        if top.is_symlink():
            yield "--symlink", os.readlink(top), str(top)
        elif top.is_dir():
            yield "--ro-bind", str(top), str(top)
    for name in OF_ETC:
        yield "--ro-bind-try", f"/etc/{name}", f"/etc/{name}"
    yield "--ro-bind-try", "/sys/devices/system", "/sys/devices/system"
    found = [path for path in _shown(root) if os.path.exists(path)]  # False where forbidden
    shown = dict.fromkeys(each for path in found for each in (path, path.resolve()))
    for seen_as in shown:
        if not any(other in seen_as.parents for other in (*shown, Path("/usr"))):
            yield "--ro-bind", str(seen_as.resolve()), str(seen_as)
    # The course is known by the folders that it has; what is in this one stays outside.
    yield "--dir", str(root / "solutions")


def _shown(root: Path) -> Iterator[Path]:
    """What a kernel needs to see: Python, the packages, the lessons and what they load."""
    from platformdirs import user_cache_path

    package = Path(__file__).resolve().parents[2]
    yield from map(Path, (sys.prefix, sys.base_prefix, sys.exec_prefix))
    yield Path(sys.executable).resolve().parents[1]
    named = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    for entry in map(Path, [*named, *site.getsitepackages(), site.getusersitepackages()]):
        if not {entry.resolve(), entry.absolute()} & {*root.parents, root, *package.parents}:
            yield entry.absolute()
    yield package
    yield package.parent / "data"
    for name in ("data", "notebooks", package.name):
        yield root / name
    yield user_cache_path("mavrs", appauthor=False)
    yield from (Path(os.environ[name]) for name in FOLDERS_NAMED if os.environ.get(name))


def _shared_memory() -> list[str]:
    """A place for shared memory, of a size where bubblewrap can limit it (from 0.7 on)."""
    size = ["--size", str(int(SHARED_MEMORY_GB * 2**30))] if _bubblewrap_knows("--size") else []
    return [*size, "--tmpfs", "/dev/shm"]


@cache
def _bubblewrap_knows(option: str) -> bool:
    said = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False)
    return option in said.stdout + said.stderr


def _counts_processes_by_namespace() -> bool:
    """Before Linux 5.14 the limit counted everything that the user runs, sandbox or not."""
    numbers = re.findall(r"\d+", os.uname().release)[:2]
    return tuple(map(int, numbers)) >= (5, 14)


def _share_font_list(home: Path) -> None:
    """matplotlib's list of fonts takes seconds to make: each notebook gets a copy of ours."""
    for listed in Path.home().glob(".cache/matplotlib/fontlist*.json"):
        kept = home / ".cache" / "matplotlib" / listed.name
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(listed, kept)
