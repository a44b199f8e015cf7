"""The defence of an entry: what was foreseen, each agent left out, a peer's world, the rubric."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mavrs_course.cli.options import Abilities, InSandbox, abilities_asked
from mavrs_course.cli.screen import clear_errors, say

if TYPE_CHECKING:
    from mavrs_course.arena.entry import Contender

app = typer.Typer()
Entry = Annotated[Path, typer.Argument(help="A Python file, or a folder with __init__.py.")]
Salt = Annotated[str, typer.Option(help="What the worlds follow from; any words.")]
Rounds = Annotated[int, typer.Option(min=3, help="Hidden worlds of each ability.")]
Viewers = Annotated[int, typer.Option(min=5, help="In each round.")]


@app.command()
def defend(
    entry: Entry,
    salt: Salt,
    abilities: Abilities = None,
    rounds: Rounds = 6,
    viewers: Viewers = 30,
    ablation: Annotated[bool, typer.Option(help="Also play without each of its agents.")] = True,
    sandbox: InSandbox = True,
) -> None:
    """Score an entry's predictions, and play the same worlds without each of its agents.

    The entry names its agents in AGENTS = ("reasoning", ...), and predicts in PREDICTIONS =
    {"drift": (0.2, 0.5)}: intervals of the share of the gap that its maker is 80 % sure of.
    """
    from mavrs_course.arena.defence import agents_of, foresight, shares
    from mavrs_course.arena.entry import BadEntryError, read_entry
    from mavrs_course.arena.playing import ArenaSettings
    from mavrs_course.arena.running import ArenaError, ArenaRules

    settings = ArenaSettings(viewers=viewers, sandbox=sandbox)
    asked = abilities_asked(abilities)
    with clear_errors(BadEntryError, ArenaError, ValueError, OSError):
        ArenaRules(salt, asked)  # raises where there is no such ability
        whole = read_entry(entry)
        measured = {name: shares(whole, name, salt, range(rounds), settings) for name in asked}
        means = {name: float(values.mean()) for name, values in measured.items()}
        said = {name: pair for name, pair in whole.predictions.items() if name in asked}
        worth = foresight(said, means)
        say(f"{whole.name}: share of the gap closed, mean of {rounds} hidden worlds")
        for name, mean in means.items():
            low, high = said.get(name, (0.0, 1.0))
            told = f"foreseen {low:.2f} to {high:.2f}" if name in said else "nothing foreseen"
            say(f"  {name:16} {mean:5.2f}   {told}, costs {worth.scores[name]:.2f}")
        say(
            f"{worth.inside} of {len(said)} inside; {worth.points:.1f} points for predictions "
            f"(0 is who says 0 to 1 everywhere, and it may be less)"
        )
        if ablation:
            for agent in agents_of(whole):
                _without(whole, agent, salt, measured, settings)


def _without(whole: Contender, agent: str, salt: str, measured, settings) -> None:
    import tempfile

    from mavrs_course.arena.defence import ablated, shares
    from mavrs_course.plots import mean_interval

    with tempfile.TemporaryDirectory() as folder:
        less = ablated(whole, agent, Path(folder))
        say(f"without {agent}, lost of the gap:")
        for name, gaps in measured.items():
            part = shares(less, name, salt, range(len(gaps)), settings)
            lost, half = mean_interval(gaps - part)
            say(f"  {name:16} {lost:5.2f} ± {half:.2f}")


@app.command()
def challenge(
    world: Annotated[Path, typer.Argument(help="A peer's world, a YAML file of parameters.")],
    entries: Annotated[list[Path], typer.Argument(help="Entries that meet it.")],
    salt: Salt,
    rounds: Rounds = 8,
    viewers: Viewers = 30,
    sandbox: InSandbox = True,
) -> None:
    """Let entries meet a peer's world: is it fair, and does it break them?"""
    from mavrs_course.arena.challenge import ChallengeError, play_challenge, read_challenge
    from mavrs_course.arena.entry import BadEntryError, read_entry
    from mavrs_course.arena.playing import ArenaSettings

    settings = ArenaSettings(viewers=viewers, sandbox=sandbox)
    with clear_errors(ChallengeError, BadEntryError, OSError):
        asked = read_challenge(world)
        for path in entries:
            entry = read_entry(path)
            result = play_challenge(asked, entry, salt, rounds=rounds, settings=settings)
            say(f"{entry.name} in {asked.name}: {result}")


@app.command()
def marks(
    files: Annotated[list[Path], typer.Argument(help="Marks of one entry, a YAML file a person.")],
    points: Annotated[float, typer.Option(help="Of the machine: mavrs arena run.")] = 0.0,
    predictions: Annotated[float, typer.Option(help="Of the machine: mavrs arena defend.")] = 0.0,
    rubric: Annotated[
        Path | None, typer.Option(help="Another rubric.", show_default="docs/rubric.yml")
    ] = None,
) -> None:
    """Add up what the machine measured and what people gave by the rubric."""
    from mavrs_course.arena.abilities import ABILITIES
    from mavrs_course.arena.defence import BEST
    from mavrs_course.arena.rubric import RUBRIC, RubricError, grade, read_marks, read_rubric

    with clear_errors(RubricError, OSError):
        known = read_rubric(rubric or RUBRIC)
        given = [read_marks(path, known) for path in files]
        machine = {
            "arena": (points, 2.0 * len(ABILITIES)),
            "predictions": (predictions, BEST),
        }
        for line in str(grade(known, given, machine)).splitlines():
            say(line)
