"""Is everything in place?  Each check looks at one thing and says what to do about a red line."""

from __future__ import annotations

import html
import importlib
import importlib.metadata
import os
import shutil
import sys
import webbrowser
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from mavrs_course.course.display import show_html
from mavrs_course.progress import progress

State = Literal["fine", "optional", "missing"]
COLOURS = {"fine": "green", "optional": "yellow", "missing": "red"}
SIGNS = {"fine": "✓", "optional": "–", "missing": "✗"}
HEADS = ("what", "state", "found", "what to do")
NEEDED_GIGABYTES = 1.0
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "firefox")


@dataclass(frozen=True)
class Finding:
    """What one check found.  ``advice`` says what to do; it is empty where all is fine.

    state: "fine"; "optional", when the course works without it; "missing", when it does not.
    """

    name: str
    state: State
    found: str
    advice: str = ""


def check_python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", "fine", version)
    return Finding("Python", "missing", version, "use Python 3.11, 3.12 or 3.13: make lab PYTHON=…")


def check_package(name: str, module: str, advice: str) -> Finding:
    """Whether a package is installed and imports: a broken binary only shows on import."""
    try:
        version = importlib.metadata.version(name)
        importlib.import_module(module)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}".splitlines()[0]
        return Finding(name, "missing", problem, advice)
    return Finding(name, "fine", version)


def check_torch() -> Finding:
    return check_package("torch", "torch", "run make lab again; it installs the CPU build")


def check_jupyterlab() -> Finding:
    return check_package("jupyterlab", "jupyterlab", "run make lab again")


def check_widgets() -> Finding:
    """Widgets need a package in the kernel and an extension that JupyterLab finds."""
    finding = check_package("ipywidgets", "ipywidgets", "run make lab again")
    if finding.state != "fine":
        return finding
    from jupyter_core.paths import jupyter_path

    folders = [Path(folder, "@jupyter-widgets") for folder in jupyter_path("labextensions")]
    if any(folder.is_dir() for folder in folders):
        return Finding("widgets", "fine", f"ipywidgets {finding.found} and its extension")
    advice = "start JupyterLab with make lab, from this environment"
    return Finding("widgets", "missing", "JupyterLab does not find the extension", advice)


def check_kernel() -> Finding:
    """Notebooks ask for the kernel ``python3``: is that this environment?"""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    advice = "start JupyterLab with make lab, from this environment"
    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return Finding("kernel", "missing", "no kernel named python3", advice)
    # A spec that says just "python" starts the interpreter that JupyterLab runs in.
    named = Path(command)
    if named.is_absolute() and named.parent.resolve() != Path(sys.executable).parent.resolve():
        return Finding("kernel", "missing", f"python3 is another Python: {command}", advice)
    return Finding("kernel", "fine", "python3, this environment")


def check_disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    if free >= NEEDED_GIGABYTES:
        return Finding("disk", "fine", f"{free:.0f} GB free")
    advice = f"free at least {NEEDED_GIGABYTES:.0f} GB"
    return Finding("disk", "missing", f"{free:.1f} GB free", advice)


def check_data() -> Finding:
    from mavrs_course.world.logs import available

    present = [source.name for source in available() if source.state != "absent"]
    if present:
        return Finding("data", "fine", ", ".join(present))
    advice = "mavrs data get movielens-100k (lessons go on without it, on the world's own logs)"
    return Finding("data", "optional", "no real logs here", advice)


def check_models() -> Finding:
    """Which small language models are here, for what a lesson's tape does not answer."""
    from mavrs_course.llm.models.weights import WEIGHTS, is_here

    here = [name for name in WEIGHTS if is_here(name)]
    if here:
        return Finding("models", "fine", ", ".join(here))
    advice = "mavrs model get smollm2-135m (lessons 16 and later replay their tapes without it)"
    return Finding("models", "optional", "no language model here", advice)


def check_ollama(seconds: float = 2.0) -> Finding:
    """Whether an Ollama server answers, and which models it holds."""
    from mavrs_course.llm.models.ollama_server import served

    host = os.environ.get("OLLAMA_HOST", "127.0.0.1:11434")
    try:
        models = [model.name for model in served(seconds=seconds)]
    except Exception:
        advice = "for lessons 16 and later: install Ollama, start it, or set OLLAMA_HOST"
        return Finding("Ollama", "optional", f"no server answers at {host}", advice)
    if not models:
        return Finding(
            "Ollama", "optional", f"server at {host}, no models", "ollama pull qwen3:0.6b"
        )
    return Finding("Ollama", "fine", f"server at {host}: {', '.join(models)}")


def check_sandbox() -> Finding:
    from mavrs_course.course.grading.isolation import strongest
    from mavrs_course.course.project import find_root

    isolation = strongest(find_root())
    if isolation.sandboxed:
        return Finding("sandbox", "fine", "bubblewrap, for grading what others wrote")
    advice = "only for teachers: install it, or grade in a container (docs/isolation.md)"
    return Finding("sandbox", "optional", isolation.why_not, advice)


def check_browser() -> Finding:
    for name in BROWSERS:
        if path := shutil.which(name):
            return Finding("browser", "fine", Path(path).name)
    try:
        return Finding("browser", "fine", webbrowser.get().name)
    except webbrowser.Error:
        advice = 'open the address that make lab ARGS="--no-browser" prints on another machine'
        return Finding("browser", "optional", "none found", advice)


CHECKS: tuple[Callable[[], Finding], ...] = (
    check_python,
    check_torch,
    check_jupyterlab,
    check_kernel,
    check_widgets,
    check_disk,
    check_data,
    check_models,
    check_ollama,
    check_sandbox,
    check_browser,
)


def examine(checks: Iterable[Callable[[], Finding]] | None = None) -> list[Finding]:
    """Run the checks, by default all; one that crashes is a red line, not the end."""
    findings = []
    for check in progress(CHECKS if checks is None else checks, "checks"):
        try:
            findings.append(check())
        except Exception as error:
            name = check.__name__.removeprefix("check_")
            problem = f"the check itself failed: {type(error).__name__}: {error}"
            findings.append(Finding(name, "missing", problem, "please report this"))
    return findings


def report(console: Console | None = None) -> bool:
    """Show a table of :func:`examine` and say whether nothing that is needed is missing.

    console: to print it to.  Without one it is HTML in a notebook, and printed elsewhere.
    """
    findings = examine()
    if console is not None or not show_html(as_html(findings), as_text(findings)):
        _print(findings, console or Console())
    return all(finding.state != "missing" for finding in findings)


def as_html(findings: Iterable[Finding]) -> str:
    """A table that wraps at words, readable in any theme: the state is a word and a sign."""
    rows = "".join(
        f"<tr><td><b>{html.escape(one.name)}</b></td><td>{SIGNS[one.state]}&nbsp;{one.state}</td>"
        f"<td>{html.escape(one.found)}</td><td>{html.escape(one.advice)}</td></tr>"
        for one in findings
    )
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    return (
        "<table style='text-align: left; overflow-wrap: anywhere'>"
        "<caption style='text-align: left'><b>Is everything in place?</b></caption>"
        f"<tr>{heads}</tr>{rows}</table>"
    )


def as_text(findings: Iterable[Finding]) -> str:
    """A line for each finding."""
    lines = (
        f"{SIGNS[one.state]} {one.name}: {one.found}{'; ' * bool(one.advice)}{one.advice}"
        for one in findings
    )
    return "\n".join(["Is everything in place?", *lines])


def _print(findings: Iterable[Finding], console: Console) -> None:
    table = Table(title="Is everything in place?", title_justify="left")
    for heading in HEADS:
        table.add_column(heading, overflow="fold")
    for finding in findings:
        colour = COLOURS[finding.state]
        state = f"[{colour}]{finding.state}[/]"
        table.add_row(finding.name, state, finding.found, finding.advice)
    console.print(table)
