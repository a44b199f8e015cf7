"""Make ``.venv`` ready for the course: create it, mend it, or leave it alone within a second.

Run by the Makefile with any supported Python, before anything is installed: standard library only.
Every failure ends in one line that says what is wrong and what to do; pip's own words are in
``.venv-setup.log``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG_NAME = ".venv-setup.log"
NEEDED_GIGABYTES = 3.0

# The first of these that pip's log contains explains the failure.
PIP_FAILURES = (
    (
        ("No space left on device", "Errno 28"),
        "the disk is full: free about {needed:.0f} GB and run the command again",
    ),
    (
        ("ProxyError", "Cannot connect to proxy", "Tunnel connection failed"),
        "pip could not get through the proxy: check HTTPS_PROXY and run the command again",
    ),
    (
        (
            "Temporary failure in name resolution",
            "Name or service not known",
            "nodename nor servname",
            "getaddrinfo failed",
            "NewConnectionError",
            "ConnectTimeout",
            "Read timed out",
            "Network is unreachable",
            "Connection refused",
            "No route to host",
            "Failed to establish a new connection",
        ),
        "pip could not reach the package index: the first run needs a network "
        "(behind a proxy, set HTTPS_PROXY); connect and run the command again",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED",),
        "pip does not trust the package index's certificate: set PIP_CERT to your "
        "organisation's certificate file and run the command again",
    ),
)


class SetupError(Exception):
    """The environment can't be made; the text is one line that says why and what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--extra", action="append", default=[], help="an extra of pyproject.toml")
    options = parser.parse_args()
    try:
        Environment(ROOT).ensure(set(options.extra))
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted: run the same command again to go on", file=sys.stderr)
        return 1
    return 0


class Environment:
    """The ``.venv`` of one checkout, and the note in it that says what was installed."""

    def __init__(self, root: Path):
        self.root = root
        self.folder = root / ".venv"
        self.note = self.folder / "mavrs-environment.json"
        self.log = root / LOG_NAME
        windows = os.name == "nt"
        self.python = self.folder / ("Scripts/python.exe" if windows else "bin/python")

    def ensure(self, extras: set[str]) -> None:
        """Bring ``.venv`` to what pyproject.toml and constraints.txt say, with ``extras``."""
        note = self.read_note()
        if note.get("complete") and self.starts():
            extras |= set(note["extras"])
            if note["inputs"] == self.inputs(extras):
                return
        elif note or not self.starts():
            self.create()
        self.write_note(complete=False, extras=extras)
        self.install_torch()
        self.install_course(extras)
        self.write_note(complete=True, extras=extras)
        self.log.unlink(missing_ok=True)
        say("the environment is ready")

    def inputs(self, extras: Iterable[str]) -> str:
        """A fingerprint of everything that decides what is installed, and where."""
        digest = hashlib.sha256()
        for name in ("pyproject.toml", "constraints.txt"):
            digest.update((self.root / name).read_bytes())
        digest.update(repr((sorted(extras), str(self.root))).encode())
        return digest.hexdigest()

    def read_note(self) -> dict:
        try:
            return json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def write_note(self, complete: bool, extras: set[str]) -> None:
        note = {"complete": complete, "extras": sorted(extras), "inputs": self.inputs(extras)}
        fresh = self.note.with_suffix(".new")
        fresh.write_text(json.dumps(note), encoding="utf-8")
        fresh.replace(self.note)

    def starts(self) -> bool:
        """Whether the interpreter runs, and from here: a moved or half-made .venv does not."""
        where = "import sys, pip; print(sys.prefix)"
        try:
            run = subprocess.run([self.python, "-c", where], capture_output=True, text=True)
        except OSError:
            return False
        return run.returncode == 0 and Path(run.stdout.strip()).resolve() == self.folder.resolve()

    def create(self) -> None:
        self.check_python()
        self.check_disk()
        if self.folder.exists():
            say("the .venv here is unfinished or was moved: making it again")
        else:
            say(f"making .venv with Python {platform.python_version()} (once, a few minutes)")
        command = [sys.executable, "-m", "venv", "--clear", self.folder]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            output = run.stdout + run.stderr
            raise SetupError(explain(output) or f"could not make .venv: {last_line(output)}")

    def check_python(self) -> None:
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise SetupError(
                f"{sys.executable} has no venv module: install it (on Debian and Ubuntu: "
                f"apt install python{version}-venv) or name another Python with PYTHON="
            ) from None

    def check_disk(self) -> None:
        free = shutil.disk_usage(self.root).free / 1e9
        if free < NEEDED_GIGABYTES:
            raise SetupError(
                f"only {free:.1f} GB free on the disk of this folder, and the environment needs "
                f"about {NEEDED_GIGABYTES:.0f} GB: free some space and run the command again"
            )

    def install_torch(self) -> None:
        """Install the pinned CPU build, unless there is a torch already: it may be a CUDA build."""
        if self.pip("show", "--quiet", "torch", check=False):
            return
        version = pinned_version(self.root / "constraints.txt", "torch")
        say(f"installing torch {version}")
        if index := os.environ.get("TORCH_INDEX"):
            self.pip("install", "--index-url", index, f"torch=={version}")
        elif sys.platform != "linux":
            # Elsewhere the package index holds CPU builds only.
            self.pip("install", f"torch=={version}")
        elif not self.pip("install", f"torch=={version}+cpu", check=False):
            say(
                "no CPU build of torch on the configured package index: taking the default build, "
                "which brings several GB of CUDA. To avoid it, stop (Ctrl-C) and set TORCH_INDEX "
                "to PyTorch's CPU index, whose address its install page gives"
            )
            self.pip("install", f"torch=={version}")

    def install_course(self, extras: set[str]) -> None:
        say(
            "installing the course"
            + (f" with its {', '.join(sorted(extras))} tools" if extras else "")
        )
        # torch is in place, perhaps in a version of the user's choice: don't pin it again.
        pins = (self.root / "constraints.txt").read_text(encoding="utf-8").splitlines()
        constraints = self.folder / "constraints-without-torch.txt"
        constraints.write_text(
            "\n".join(pin for pin in pins if not pin.startswith("torch==")), encoding="utf-8"
        )
        wanted = f".[{','.join(sorted(extras))}]" if extras else "."
        self.pip("install", "--constraint", ".venv/" + constraints.name, "--editable", wanted)

    def pip(self, *arguments: str, check: bool = True) -> bool:
        """Run pip, its output into the log and a short progress onto the terminal.

        Without ``check``, a plain "no" from pip is returned; trouble with the network or the disk
        is an error all the same.
        """
        command = [self.python, "-m", "pip", *arguments]
        settings = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_RETRIES": "2"}
        with self.log.open("a+", encoding="utf-8") as log:
            start = log.tell()
            run = subprocess.Popen(
                command,
                cwd=self.root,
                env=settings | os.environ,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
            for line in run.stdout:
                log.write(line)
                show_progress(line)
            run.wait()
            log.seek(start)
            output = log.read()
        clear_progress()
        if run.returncode == 0:
            return True
        reason = explain(output)
        if reason or check:
            reason = reason or f"pip failed: {last_line(output)}"
            raise SetupError(f"{reason} (details in {LOG_NAME})")
        return False


def pinned_version(constraints: Path, package: str) -> str:
    for line in constraints.read_text(encoding="utf-8").splitlines():
        name, _, version = line.partition("==")
        if name == package:
            return version.strip()
    raise SetupError(f"{constraints.name} does not pin {package}: restore the file from git")


def explain(output: str) -> str | None:
    for signs, meaning in PIP_FAILURES:
        if any(sign in output for sign in signs):
            return meaning.format(needed=NEEDED_GIGABYTES)
    return None


def last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["no output"])[-1].strip()


def say(text: str) -> None:
    print(f"mavrs: {text}", flush=True)


def show_progress(line: str) -> None:
    """On a terminal, one line that changes; elsewhere silence, since the log has it all."""
    if sys.stdout.isatty() and line.startswith(("Collecting", "  Downloading", "Installing")):
        width = shutil.get_terminal_size().columns - 1
        print("\r\033[K" + line.strip()[:width], end="", flush=True)


def clear_progress() -> None:
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
