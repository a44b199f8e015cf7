"""``mavrs experiment``: experiments too long for a lesson."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from mavrs_course.cli.options import AtAddress, EngineName, OnEngine, open_engine
from mavrs_course.cli.screen import clear_errors, out

app = typer.Typer(
    no_args_is_help=True, help="Experiments too long for a lesson: what there is, and run it again."
)


@app.command("list")
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


@app.command("run")
def run_experiment(
    name: Annotated[str, typer.Argument(help="A name from: mavrs experiment list")],
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Seeds at a time.", show_default="a core each")
    ] = None,
    engine: OnEngine = EngineName.local,
    address: AtAddress = None,
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
        running = out.status(f"running {len(experiment.seeds)} seeds …")
        with open_engine(engine, address) as opened, running:
            results = run(
                experiment,
                jobs=jobs,
                engine=opened,
                progress=lambda seed, seconds: out.print(
                    f"seed {seed}: {seconds:.1f} s", highlight=False
                ),
            )
    out.print(f"wrote data/results/{name}.npz", highlight=False)
    for key, values in results.items():
        out.print(f"  {key}: {values.dtype} {values.shape}", highlight=False)
