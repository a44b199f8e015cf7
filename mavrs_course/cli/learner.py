"""What a learner needs: open the course, look whether all is in place, begin anew."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.padding import Padding

from mavrs_course.cli.screen import clear_errors, out, root

app = typer.Typer()

SETTINGS = Path(__file__).parent.parent / "course" / "jupyter"


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open JupyterLab on the first lesson, in copies of your own under [bold]mine/[/bold].

    An update of the course ([bold]git pull[/bold]) never meets your work: it stays in mine/.
    Anything more is passed on to JupyterLab: [bold]mavrs lab --no-browser --port 9999[/bold].
    """
    from mavrs_course.course.mine import FOLDER, refresh
    from mavrs_course.course.notebook import BuildError

    with clear_errors(BuildError, OSError):
        folder = root()
        told = refresh(folder)
    for line in told:
        out.print(line, highlight=False, soft_wrap=True)
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{FOLDER}/notebooks/00_welcome.ipynb",
        f"--LabApp.extra_labextensions_path={SETTINGS / 'labextensions'}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        out.print("Running as root, so JupyterLab is told to allow it (--allow-root).")
        command.append("--allow-root")
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # this environment's kernel, before any other
    # Settings of our own, beside the user's: no question whether to ask the network for news.
    settings = [str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, settings))
    sys.stdout.flush()
    os.chdir(folder)
    if os.name == "nt":  # exec would leave the console behind on Windows
        import subprocess

        raise typer.Exit(subprocess.call([*command, *context.args]))
    os.execv(sys.executable, [*command, *context.args])


@app.command()
def doctor() -> None:
    """Look whether everything is in place, and say what to do about what is not.

    Checks Python, torch, JupyterLab, the kernel, widgets, disk, real logs, Ollama and a browser.
    Yellow lines are optional; any red line makes the exit code 1.
    """
    from mavrs_course.course.doctor import report

    if not report(out):
        raise typer.Exit(1)


@app.command(name="next")
def show_next(
    how_many: Annotated[int, typer.Option("-n", min=1, help="How many steps to show.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say what to do next in this course, and why, from your own attempts.

    Four agents look at what you solved, what failed and how long ago: one plans a path over the
    course's objectives, one goes on with what you began, one steps back from what is stuck, and one
    repeats what is fading. It is advice: nothing is ever locked.
    """
    from mavrs_course.course.notebook import BuildError
    from mavrs_course.tutor import what_next

    with clear_errors(BuildError, OSError):
        advice = what_next(how_many, root=root())
    if as_json:
        typer.echo(json.dumps(advice.as_data(), indent=2, ensure_ascii=False))
        return
    out.print(advice.summary, highlight=False)
    for place, step in enumerate(advice.steps, start=1):
        out.print(f"\n[bold]{place}. {step.objective}[/bold] {escape(step.text)}", highlight=False)
        for line in (step.do, step.because):
            out.print(Padding(escape(line), (0, 0, 0, 3)), highlight=False)


@app.command()
def reset(lesson: Annotated[str, typer.Argument(help="The lesson's number, such as 01.")]) -> None:
    """Give a fresh copy of a lesson's exercises in mine/, and keep the old one beside it."""
    from mavrs_course.course.notebook import BuildError
    from mavrs_course.course.reset import reset as reset_exercises

    with clear_errors(BuildError, LookupError, OSError):
        kept = reset_exercises(root(), lesson)
    out.print(f"Lesson {lesson} has fresh exercises.", highlight=False)
    if kept:
        out.print(f"Yours are kept as {kept.name}.", highlight=False)
