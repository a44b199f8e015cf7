"""What a researcher plays with: tournaments, simulations, benchmarks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from mavrs_course.cli.options import AtAddress, EngineName, OnEngine, open_engine
from mavrs_course.cli.screen import clear_errors, out, root

app = typer.Typer()


@app.command()
def tournament(
    modes: Annotated[
        str, typer.Option(help="Ways of coordinating, with commas; 'all' for every one.")
    ] = "all",
    workloads: Annotated[
        str, typer.Option(help="What they meet, with commas.")
    ] = "calm,drifting,cold,liar",
    world: Annotated[
        str | None,
        typer.Option(
            help="In which worlds instead, with commas: short_video, ...", show_default=False
        ),
    ] = None,
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
    engine: OnEngine = EngineName.local,
    address: AtAddress = None,
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
    from mavrs_course.tournament.entries import EntryError, entries
    from mavrs_course.tournament.lineups import LineupError
    from mavrs_course.tournament.report import summary, table, write
    from mavrs_course.tournament.run import Tournament, TournamentError

    with clear_errors(EntryError, LineupError, TournamentError, OSError):
        files = tuple(str(path.resolve()) for path in enter or ())
        asked = Tournament(
            list(entries(files)) if modes == "all" else _split(modes),
            _split(world or workloads),
            range(seeds),
            _split(agents) if agents else None,
            viewers,
            files,
        )
        with open_engine(engine, address) as opened:
            outcomes = _with_a_bar(asked, folder / "matches", jobs, opened)
        written = write(outcomes, folder)
    _print_summary(summary(table(outcomes)))
    out.print(f"wrote {len(written)} files into {folder}", highlight=False, soft_wrap=True)


def _split(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _with_a_bar(asked, folder: Path, jobs: int | None, engine):
    from rich.progress import Progress

    from mavrs_course.tournament.run import run

    with Progress(console=out) as bar:
        task = bar.add_task("matches", total=len(asked.matches))
        outcomes = run(
            asked, folder, jobs=jobs, engine=engine, progress=lambda _: bar.advance(task)
        )
        bar.update(task, completed=len(asked.matches))
    return outcomes


def _print_summary(summed) -> None:
    for workload, rows in summed.groupby("workload", sort=False):
        shown = Table(title=f"{workload}, {rows['agents'].iloc[0]} agents", title_justify="left")
        learns = bool(rows["progress"].notna().all())  # then minutes are not what counts
        headings = ["mode", *["learned"] * learns, "minutes", "± 95 %"]
        for heading in (*headings, "messages", "bytes", "latency"):
            shown.add_column(heading, justify="left" if heading == "mode" else "right")
        best = "progress" if learns else "minutes"
        for _, row in rows.sort_values(best, ascending=False).iterrows():
            learned = [f"{100 * row['progress']:.1f} %"] if learns else []
            shown.add_row(
                row["mode"], *learned, f"{row['minutes']:.1f}", f"{row['half']:.1f}",
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
    engine: OnEngine = EngineName.local,
    address: AtAddress = None,
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
    from mavrs_course.llm.models.chat import ModelError
    from mavrs_course.world.logs import LogsError

    with clear_errors(SimulationError, PeopleError, LogsError, ModelError, OSError):
        asked = Simulation(viewers, recommender, logs or default_logs(), seed)
        with open_engine(engine, address) as opened, Progress(console=out) as bar:
            task = bar.add_task("viewers", total=viewers)
            results = simulate(
                asked, folder, workers=workers, engine=opened,
                progress=lambda _: bar.advance(task),
            )  # fmt: skip
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
    against: Annotated[
        Literal["jaxmarl"] | None,
        typer.Option(help="With [bold]marl[/bold]: beside another library."),
    ] = None,
    python: Annotated[
        Path | None, typer.Option(help="The interpreter that has that library.")
    ] = None,
) -> None:
    """Measure speed on one core, as ratios within one run.

    [bold]world[/bold]: sessions side by side against the same viewer stepped one at a time; then
    every world with many viewers at once.
    [bold]clips[/bold]: clips written a second.
    [bold]marl[/bold]: each learner on the feed, and its time to a return; takes some minutes. With
    [bold]--against jaxmarl[/bold] instead: IPPO on simple_spread beside JaxMARL's, compiled.
    """
    from mavrs_course.benchmarks import BENCHMARKS

    if against is not None:
        if name != "marl":
            raise typer.BadParameter("--against goes with marl", param_hint="--against")
        _bench_against_jaxmarl(python)
        return
    if name is not None and name not in BENCHMARKS:
        raise typer.BadParameter(f"there is {', '.join(BENCHMARKS)}", param_hint="NAME")
    for each in [name] if name else BENCHMARKS:
        BENCHMARKS[each]()


def _bench_against_jaxmarl(python: Path | None) -> None:
    from mavrs_course.benchmarks.jaxmarl import FOLDER, JaxMARLError, bench_against_jaxmarl

    with clear_errors(JaxMARLError):
        bench_against_jaxmarl(python or root() / FOLDER / "bin" / "python")
