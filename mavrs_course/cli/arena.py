"""The arena: whole systems meet worlds that they have never seen (lesson 33)."""

from __future__ import annotations

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
    from mavrs_course.arena.entry import Contender
    from mavrs_course.arena.playing import ArenaSettings
    from mavrs_course.arena.running import ArenaRules, Series

app = typer.Typer(
    no_args_is_help=True, help="Let whole systems meet worlds that they have never seen."
)
BESIDE = ("constant", "popularity")
Entries = Annotated[list[Path], typer.Argument(help="Python files, or folders with __init__.py.")]


@app.command()
def check(entries: Entries, sandbox: InSandbox = True) -> None:
    """Does an entry build, do the same twice, and keep its budget? One line for each."""
    from mavrs_course.arena.entry import BadEntryError, read_entry
    from mavrs_course.arena.gate import check as look
    from mavrs_course.arena.playing import ArenaSettings

    failed = 0
    for path in entries:
        try:
            gate = look(read_entry(path), ArenaSettings(sandbox=sandbox))
        except (BadEntryError, OSError) as error:
            failed += 1
            say(f"{path}: no: {error}", "red")
            continue
        failed += not gate.passed
        say(
            f"{gate.name}: {'yes' if gate.passed else 'no'}: {gate.line}.",
            "" if gate.passed else "red",
        )
        for note in gate.notes:
            say(f"  {note}", "yellow")
    say(gate.protection if failed < len(entries) else "")
    raise typer.Exit(1 if failed else 0)


@app.command()
def run(
    entries: Entries,
    salt: Annotated[
        str | None,
        typer.Option(help="What the hidden worlds follow from.", show_default="a new one"),
    ] = None,
    abilities: Abilities = None,
    rounds: MostRounds = 15,
    least: LeastRounds = 6,
    viewers: EachRoundsViewers = 60,
    baselines: Annotated[
        bool, typer.Option(help="Let one ranking for everybody, and popularity, play too.")
    ] = True,
    jobs: SeriesJobs = None,
    sandbox: InSandbox = True,
    engine: OnEngine = EngineName.local,
    address: AtAddress = None,
    folder: Annotated[Path, typer.Option("--out", help="Where the rounds are kept.")] = Path(
        "artefacts/arena"
    ),
) -> None:
    """Play entries in hidden worlds, and say what share of the gap they close.

    0 is random pages, 1 a planner that reads the viewers' minds. A point for an ability is given
    where the whole 95 % interval, valid at every look, clears a bar: the published 0.15, and a
    hidden one between 0.35 and 0.5. "constant" is what one ranking for everybody closes: a score is
    worth what it has above that. Rounds that are done are kept: interrupted, the command goes on
    where it was, if it is given the same salt.
    """
    import secrets

    from mavrs_course.arena.baselines import BASELINES
    from mavrs_course.arena.entry import BadEntryError
    from mavrs_course.arena.playing import ArenaSettings, House
    from mavrs_course.arena.running import ArenaError, ArenaRules, grade

    names = abilities_asked(abilities)
    drawn = salt or secrets.token_hex(16)
    with clear_errors(ArenaError, BadEntryError, OSError):
        settings = ArenaSettings(viewers=viewers, sandbox=sandbox)
        rules = ArenaRules(drawn, names, min(least, rounds), rounds, settings)
        say(f"sha256 of the salt: {rules.commitment}")
        players = _admitted(_readable(entries), settings)
        with open_engine(engine, address) as opened:
            houses = [House(name, BASELINES[name]) for name in BESIDE] if baselines else []
            found = _with_a_bar([*players, *houses], rules, folder, jobs, opened)
    for player in players:
        _print_scores(player.name, found, rules)
    for house in houses:
        scores = [grade(series, rules) for series in found if series.player == house.name]
        say(f"{house.name}: {sum(each.points for each in scores)} of {2 * len(scores)} points.")
    _print_reliability(found, rules)
    say(f"The salt was {drawn}: with it anybody can play the same rounds again.")


def _readable(paths: list[Path]) -> list[Contender]:
    """Those that can be read; a line for each other.  Raises the last problem if none can."""
    from mavrs_course.arena.entry import BadEntryError, read_entry

    found, problem = [], None
    for path in paths:
        try:
            found.append(read_entry(path))
        except BadEntryError as error:
            problem = error
            say(f"not taken: {error}", "red")
    if problem and not found:
        raise BadEntryError("no entry can be read")
    return found


def _admitted(players: list[Contender], settings: ArenaSettings) -> list[Contender]:
    """Those that pass the gate; a line for each other.  Raises if none does."""
    from mavrs_course.arena.abilities import ALL
    from mavrs_course.arena.entry import BadEntryError
    from mavrs_course.arena.gate import check as look

    gates = [look(player, settings, ALL[:1]) for player in players]
    for gate in gates:
        if not gate.passed:
            say(f"{gate.name} does not pass the gate: {gate.line}", "red")
    if not any(gate.passed for gate in gates):
        raise BadEntryError("no entry passes the gate")
    say(gates[0].protection)
    return [player for player, gate in zip(players, gates, strict=True) if gate.passed]


def _with_a_bar(players, rules, folder: Path, jobs: int | None, engine) -> list[Series]:
    from rich.progress import Progress

    from mavrs_course.arena.running import run as run_all

    with Progress(console=out) as bar:
        task = bar.add_task("series", total=len(players) * len(rules.abilities))
        found = run_all(
            players, rules, folder, jobs=jobs, engine=engine, progress=lambda _: bar.advance(task)
        )
        bar.update(task, completed=len(found))
    return found


def _print_scores(name: str, found: list[Series], rules: ArenaRules) -> None:
    from mavrs_course.arena.running import grade

    scores = [grade(series, rules) for series in found if series.player == name]
    constant = [grade(series, rules).gap for series in found if series.player == BESIDE[0]]
    shown = Table(title=escape(name), title_justify="left")
    headings = ("ability", "gap closed", "95 % interval", "constant", "worst tenth", "points")
    for heading in (*headings, "may flip", "rounds", "lost"):
        shown.add_column(heading, justify="left" if heading == "ability" else "right")
    for each, simple in zip(scores, constant or [float("nan")] * len(scores), strict=True):
        known = [f"{value:.2f}" if value == value else "–" for value in (simple, each.worst)]
        few = each.high == float("inf")
        surely = "too few rounds" if few else f"{each.low:.2f} to {each.high:.2f}"
        shown.add_row(
            each.ability, f"{each.gap:.2f}", surely, *known,
            f"{each.points} of 2", f"{each.flip:.0%}", str(each.rounds), str(each.lost),
        )  # fmt: skip
    out.print(shown)
    say(f"{name}: {sum(each.points for each in scores)} of {2 * len(scores)} points.")
    for each in scores:
        if each.lost:
            say(f"  {each.ability}: lost {each.lost} of {each.rounds}: {each.problem}.", "yellow")


def _print_reliability(found: list[Series], rules: ArenaRules) -> None:
    from mavrs_course.arena.running import reliability

    known = {ability: reliability(found, ability) for ability in rules.abilities}
    told = [f"{name} {value:.2f}" for name, value in known.items() if value == value]
    if told:
        say(f"Split-half reliability of the ranks: {', '.join(told)}.")
    else:
        say("Split-half reliability of the ranks needs three players and four common rounds.")
