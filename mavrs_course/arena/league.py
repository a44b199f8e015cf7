"""A league for a class: every entry of a folder, beside the baselines, on one board.

Interrupted, the same call goes on where it was.  Nothing but the entries and the salt decides the
board: two leagues with the same of both have the same order.  One that cannot be read is left out
with a line, and the others play on.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from mavrs_course.arena.abilities import seed_of
from mavrs_course.arena.baselines import BASELINES
from mavrs_course.arena.board import BASELINE, CEILING, ArenaBoard, make_board
from mavrs_course.arena.entry import BadEntryError, Contender, read_entry
from mavrs_course.arena.gate import DIFFERS, check
from mavrs_course.arena.ladder import Ladder
from mavrs_course.arena.playing import PLANNER, House, Match, play
from mavrs_course.arena.running import ArenaError, ArenaRules, Series, require_sandbox, run
from mavrs_course.engine.farm import working
from mavrs_course.engine.places import Engine
from mavrs_course.files import write_whole

HOUSES = (*(House(name, maker) for name, maker in BASELINES.items()), PLANNER)
KINDS = {house.name: CEILING if house is PLANNER else BASELINE for house in HOUSES}
GATE = ("feed",)  # where the gate looks
BOARD, TABLE, PAGE = "board.json", "board.csv", "board.html"


def salt_of(folder: Path, given: str | None = None) -> str:
    """The salt of the league that is kept in a folder, drawn when it begins.

    Raises :class:`ArenaError` for another salt than the one that it was begun with.
    """
    path = folder / "salt"
    if not path.is_file():
        write_whole(path, (given or secrets.token_hex(16)).encode())
        path.chmod(0o600)
    kept = path.read_text(encoding="utf-8")
    if given not in (None, kept):
        raise ArenaError(f"{folder} holds a league with another salt; name another folder")
    return kept


def class_entries(folder: Path) -> tuple[list[Contender], dict[str, str]]:
    """The entries of a folder by name, and a line for each that cannot be read.

    Each Python file and each folder in it is one.  Two of a name, or one named as a baseline, are
    told apart by their files' names.  Raises :class:`ArenaError` where there is none.
    """
    if not folder.is_dir():
        raise ArenaError(f"there is no folder {folder}")
    found, left_out = [], {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "__")) or not (path.is_dir() or path.suffix == ".py"):
            continue
        try:
            found.append(read_entry(path))
        except (BadEntryError, OSError) as error:
            left_out[path.name] = str(error)
    if not found:
        raise ArenaError(f"{folder} has no entry that can be read: {len(left_out)} cannot")
    return _told_apart(found), left_out


def _told_apart(found: Sequence[Contender]) -> list[Contender]:
    names = [each.name.casefold() for each in found]
    taken = {name for name in names if names.count(name) > 1} | {name.casefold() for name in KINDS}
    return [
        replace(each, name=f"{each.name} ({Path(each.path).name})") if name in taken else each
        for each, name in zip(found, names, strict=True)
    ]


def play_league(
    folder: Path,
    rules: ArenaRules,
    out: Path,
    *,
    baselines: bool = True,
    jobs: int | None = None,
    engine: Engine | None = None,
    progress: Callable[[Series], None] = lambda series: None,
) -> ArenaBoard:
    """Play all that is missing, and write board.json and board.csv into ``out``: the board."""
    entries, left_out = class_entries(folder)
    where = {"jobs": jobs, "engine": engine}
    if engine is not None:
        require_sandbox(engine, rules.settings)
    refused = at_the_gate(entries, rules, out / "gate", **where)
    entries = [entry for entry in entries if entry.name not in refused]
    if not entries:
        raise ArenaError(f"no entry may take part: {next(iter(refused.values()))}")
    players = [*entries, *(HOUSES if baselines else ())]
    played = run(players, rules, out / "rounds", progress=progress, **where)
    refused |= played_again(entries, played, rules, out / "again", **where)
    entries = [entry for entry in entries if entry.name not in refused]
    played = [series for series in played if series.player not in refused]
    shown = _climbed(entries, played, rules, out / "ladder.json")
    board = make_board(played, rules, KINDS, shown, left_out | refused)
    board.write(out / BOARD)
    write_whole(out / TABLE, board.table().to_csv(index=False).encode())
    return board


def at_the_gate(
    entries: Sequence[Contender], rules: ArenaRules, folder: Path, **where: Any
) -> dict[str, str]:
    """Who may not take part, and why (:func:`.gate.check`, on the feed)."""
    given = {
        folder / f"{Path(entry.path).name}-{entry.digest[:16]}.json": (entry, rules.settings, GATE)
        for entry in entries
    }
    gates = zip(entries, _kept(check, given, **where), strict=True)
    return {entry.name: gate["line"] for entry, gate in gates if not gate["passed"]}


def played_again(
    entries: Sequence[Contender],
    played: Sequence[Series],
    rules: ArenaRules,
    folder: Path,
    **where: Any,
) -> dict[str, str]:
    """Who shows other pages when a round of theirs, which the salt chooses, is played again.

    So nothing is won by being exact at the gate alone, and two leagues have one order.
    """
    chosen: list[tuple[Contender, Match]] = []
    for entry in entries:
        fine = [m for s in played if s.player == entry.name for m in s.matches if not m.problem]
        number = seed_of(rules.salt, "again", entry.digest) % max(len(fine), 1)
        chosen += [(entry, match) for match in fine[number : number + 1]]
    given = {
        folder / f"{match.round}-{rules.key(entry, match.ability)}": (
            *(entry, match.ability, rules.salt, match.round, rules.settings),
        )
        for entry, match in chosen
    }
    pairs = zip(chosen, _kept(play, given, **where), strict=True)
    return {e.name: DIFFERS for (e, match), again in pairs if again["slates"] != match.slates}


def _kept(
    function: Callable[..., Any],
    given: Mapping[Path, tuple[Any, ...]],
    jobs: int | None = None,
    engine: Engine | None = None,
) -> list[dict[str, Any]]:
    """What a function gives for each, as it is kept in a file of its own; the missing are made."""
    missing = [path for path in given if not path.is_file()]
    with working(engine, function, [given[path] for path in missing], jobs) as answers:
        for number, done in answers:
            write_whole(missing[number], json.dumps(asdict(done.result())).encode())
    return [json.loads(path.read_text("utf-8")) for path in given]


def _climbed(
    entries: Iterable[Contender], played: Sequence[Series], rules: ArenaRules, kept: Path
) -> dict[str, float]:
    """What the Ladder shows of each entry: by its file's name, which stays when it is renamed.

    It sees each version once.  Its cases are the rounds that every series has.
    """
    known = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    shown = {}
    for entry in entries:
        mine = {one.ability: one.gaps for one in played if one.player == entry.name}
        cases = [gap for ability in sorted(mine) for gap in mine[ability][: rules.least]]
        past = known.setdefault(Path(entry.path).name, {"seen": [], "best": [], "shown": 0.0})
        if entry.digest not in past["seen"]:
            same = len(past["best"]) == len(cases)
            ladder = Ladder.at(past["best"], past["shown"]) if same else Ladder()
            past |= {"shown": ladder(cases), "best": np.asarray(ladder.best).tolist()}
            past["seen"].append(entry.digest)
        shown[entry.name] = past["shown"]
    write_whole(kept, json.dumps(known).encode())
    return shown
