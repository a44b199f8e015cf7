"""A class's league in the arena, its board and its page (lesson 33)."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from mavrs_course.cli.options import (
    Abilities,
    AtAddress,
    EachRoundsViewers,
    EngineName,
    InSandbox,
    LeastRounds,
    MostRounds,
    OnEngine,
    SeriesJobs,
    abilities_asked,
    open_engine,
)
from mavrs_course.cli.screen import clear_errors, out, say

if TYPE_CHECKING:
    from mavrs_course.arena.board import ArenaBoard

app = typer.Typer()
Kept = Annotated[Path, typer.Option("--out", help="Where the league is kept.")]
KEPT = Path("artefacts/league")


@app.command()
def league(
    entries: Annotated[Path, typer.Argument(help="A folder with an entry a file or folder.")],
    salt: Annotated[
        str | None,
        typer.Option(help="What the worlds follow from.", show_default="the league's own"),
    ] = None,
    abilities: Abilities = None,
    rounds: MostRounds = 15,
    least: LeastRounds = 6,
    viewers: EachRoundsViewers = 60,
    baselines: Annotated[
        bool, typer.Option(help="Let identity, constant, popularity and others play too.")
    ] = True,
    jobs: SeriesJobs = None,
    sandbox: InSandbox = True,
    engine: OnEngine = EngineName.local,
    address: AtAddress = None,
    folder: Kept = KEPT,
) -> None:
    """Let a class's entries meet the same hidden worlds, beside the baselines.

    What is done is kept: interrupted, the same command goes on where it was. Writes board.json,
    board.csv and a page to show in class, board.html. The salt is drawn when the league begins and
    kept beside the rounds; its sha256 can be told to the class beforehand.
    """
    from rich.progress import Progress

    from mavrs_course.arena.league import HOUSES, class_entries, play_league, salt_of
    from mavrs_course.arena.playing import ArenaSettings
    from mavrs_course.arena.running import ArenaError, ArenaRules

    names = abilities_asked(abilities)
    with clear_errors(ArenaError, OSError):
        players = len(class_entries(entries)[0]) + baselines * len(HOUSES)
        settings = ArenaSettings(viewers=viewers, sandbox=sandbox)
        rules = ArenaRules(salt_of(folder, salt), names, min(least, rounds), rounds, settings)
        say(f"sha256 of the salt: {rules.commitment}")
        with open_engine(engine, address) as opened, Progress(console=out) as bar:
            task = bar.add_task("series", total=players * len(names))
            board = play_league(
                entries, rules, folder, baselines=baselines, jobs=jobs, engine=opened,
                progress=lambda _: bar.advance(task),
            )  # fmt: skip
            bar.update(task, completed=players * len(names))
        _print(board)
        _write_page(board, folder, "The league", public=False)


@app.command("board")
def show_board(folder: Kept = KEPT) -> None:
    """Show the board of a league that was played."""
    _print(_read(folder))


@app.command()
def page(
    folder: Kept = KEPT,
    title: Annotated[str, typer.Option(help="What stands above it.")] = "The league",
    public: Annotated[
        bool,
        typer.Option(
            "--public", help="Only what the Ladder shows, for those who may hand in again."
        ),
    ] = False,
) -> None:
    """Write the board of a league as one web page, which loads nothing and needs no server."""
    _write_page(_read(folder), folder, title, public)


def _read(folder: Path) -> ArenaBoard:
    from mavrs_course.arena.board import ArenaBoard
    from mavrs_course.arena.league import BOARD

    with clear_errors(OSError):
        if not (folder / BOARD).is_file():
            raise FileNotFoundError(f"{folder} has no league: mavrs arena league plays one")
        return ArenaBoard.read(folder / BOARD)


def _write_page(board: ArenaBoard, folder: Path, title: str, public: bool) -> None:
    from datetime import datetime

    from mavrs_course.arena.league import PAGE
    from mavrs_course.arena.page import board_page
    from mavrs_course.files import write_whole

    made = datetime.now(UTC).isoformat()
    path = folder / (f"public-{PAGE}" if public else PAGE)
    write_whole(path, board_page(board, title, made, public=public).encode())
    say(f"wrote {path}")


def _print(board: ArenaBoard) -> None:
    shown = Table(title="The board", title_justify="left")
    for heading in (
        "places",
        "name",
        "points",
        "gap closed",
        "95 %",
        "ahead in",
        "weakest",
        "lost",
        "Ladder",
    ):
        shown.add_column(heading, justify="left" if heading in ("name", "weakest") else "right")
    for row in board.rows:
        first, last = row.places
        shown.add_row(
            f"{first}" if first == last else f"{first} to {last}", escape(row.name),
            str(row.points), f"{row.gap:.2f}", f"{row.low:.2f} to {row.high:.2f}",
            str(len(row.ahead)) if row.kind == "entry" else "–", row.worst,
            str(row.lost), "–" if row.shown != row.shown else f"{row.shown:.2f}",
            style=None if row.kind == "entry" else "italic",
        )  # fmt: skip
    out.print(shown)
    told = [f"{name} {known:.2f}" for name, known in board.reliability.items() if known == known]
    say(f"Split-half reliability: {', '.join(told) or 'too few players or rounds'}.")
    for name, lines in board.problems().items():
        for line in lines:
            say(f"{name}: {line}")
