"""Play every match of a tournament, several at a time, and go on where it was interrupted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path

from mavrs_course.engine.farm import working
from mavrs_course.engine.places import Engine, EngineError
from mavrs_course.files import write_whole
from mavrs_course.tournament.entries import entries
from mavrs_course.tournament.lineups import LineupError
from mavrs_course.tournament.match import VIEWERS, Outcome, play_match
from mavrs_course.tournament.workloads import workloads


class TournamentError(ValueError):
    """The tournament cannot be played as asked; the text says what there is to choose from."""


@dataclass(frozen=True)
class Tournament:
    """Every mode in every workload with every seed.

    agents: who plays, or None for each workload's own.  files: of coordinators that take part.
    """

    modes: Sequence[str]
    workloads: Sequence[str]
    seeds: Sequence[int] = (0, 1, 2, 3, 4)
    agents: Sequence[str] | None = None
    viewers: int = VIEWERS
    files: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        for kind, asked, known in (
            ("mode", self.modes, entries(self.files)),
            ("workload", self.workloads, workloads()),
        ):
            strange = [name for name in asked if name not in known]
            if strange:
                raise TournamentError(
                    f"there is no {kind} {strange[0]!r}; there is {', '.join(known)}"
                )
        if not (self.modes and self.workloads and self.seeds):
            raise TournamentError("a tournament needs at least one mode, workload and seed")
        if self.viewers < 1:
            raise TournamentError(f"a match needs at least one viewer, not {self.viewers}")

    @property
    def matches(self) -> list[tuple[str, str, int]]:
        """(mode, workload, seed) of each match, seed by seed: a part is worth looking at too."""
        return [(m, w, s) for s, w, m in product(self.seeds, self.workloads, self.modes)]

    def key(self, match: tuple[str, str, int]) -> str:
        """The name under which an outcome is kept; whatever changes the outcome changes it."""
        settings = [list(self.agents or ()), self.viewers]
        settings += [Path(file).read_text(encoding="utf-8") for file in self.files]
        digest = hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:8]
        return "-".join([*map(str, match), digest]).replace("/", "_")

    def play(self, match: tuple[str, str, int]) -> Outcome:
        mode, workload, seed = match
        return play_match(
            mode,
            entries(self.files)[mode],
            workloads()[workload],
            seed,
            agents=self.agents,
            viewers=self.viewers,
        )


def run(
    tournament: Tournament,
    folder: Path,
    *,
    jobs: int | None = None,
    engine: Engine | None = None,
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """All outcomes, in the order of the matches; each is kept in ``folder`` as soon as it is known.

    engine: where they are played; without one, each in a process of this machine, ``jobs`` at a
    time.

    A match that fails stops the tournament with :class:`TournamentError`, which names it; those
    that are done stay done.
    """
    kept = {match: folder / f"{tournament.key(match)}.json" for match in tournament.matches}
    missing = [match for match, path in kept.items() if not path.is_file()]
    with working(engine, _one_match, [(tournament, match) for match in missing], jobs) as answers:
        for number, done in answers:
            outcome = _result(done, missing[number])
            write_whole(kept[missing[number]], json.dumps(asdict(outcome)).encode())
            progress(outcome)
    return [Outcome(**json.loads(path.read_text(encoding="utf-8"))) for path in kept.values()]


def _one_match(tournament: Tournament, match: tuple[str, str, int]) -> Outcome:
    return tournament.play(match)


def _result(done: Future[Outcome], match: tuple[str, str, int]) -> Outcome:
    try:
        return done.result()
    except (LineupError, EngineError):
        raise
    except Exception as error:
        mode, workload, seed = match
        raise TournamentError(
            f"{mode} failed in {workload} with seed {seed}: {type(error).__name__}: {error}"
        ) from error
