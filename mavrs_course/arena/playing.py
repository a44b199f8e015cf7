"""One match: a player, one hidden world, two evenings with the same viewers; the second counts.

Luck is shared.  Before each page every stream of chance in the world starts again from the round's
seed and the page's number, so that all players meet the same viewers, are asked for the same pages
as long as the sessions last, and get the same tickets for the viewers' choices (common random
numbers).  On a learning platform progress over both evenings counts, for what is known stays known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from mavrs_course.arena.abilities import SCOUTS, HiddenWorld, hidden_world, seed_of
from mavrs_course.arena.chance import ask_again, restart, streams
from mavrs_course.arena.entry import Contender
from mavrs_course.arena.inside import AtWork, Look, WorldView
from mavrs_course.arena.outside import EntryBudget, Guest, LostRoundError
from mavrs_course.arena.planners import planner
from mavrs_course.arena.sight import Team, public, view_of
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import Coordinator, Feedback, Floats, Slate, World
from mavrs_course.words import one_line
from mavrs_course.world.offer import PlatformError
from mavrs_course.world.platform import Platform
from mavrs_course.world.short_video import ShortVideo

Maker = Callable[[Any, np.random.Generator], Coordinator]


@dataclass(frozen=True)
class House:
    """A player of the arena's own, trusted, in this process.

    maker: ``maker(view, rng)``, a function at the top of a module.  peeks: it gets the world.
    """

    name: str
    maker: Maker
    peeks: bool = False

    @property
    def digest(self) -> str:
        return f"house:{self.name}"


def shuffled(view: Any, rng: np.random.Generator) -> Coordinator:
    """Random pages: the lower end of the scale."""
    from mavrs_course.agents.baselines import RandomAgent

    return SingleAgent(RandomAgent(rng))


def peeking(world: Any, rng: np.random.Generator) -> Coordinator:
    """The planner's pages: the upper end."""
    return SingleAgent(planner(world))


RANDOM, PLANNER = House("random", shuffled), House("planner", peeking, peeks=True)
Player = Contender | House


@dataclass(frozen=True)
class ArenaSettings:
    """viewers: in each round.  pages: at most, in an evening.  sandbox: where there is one."""

    viewers: int = 60
    pages: int = 250
    budget: EntryBudget = field(default_factory=EntryBudget)
    sandbox: bool = True


@dataclass(frozen=True)
class Match:
    """What a player came to in one round.

    earned: one number a viewer, minutes of the second evening, or the progress of a learner; empty
    where the round is lost, and ``problem`` says why.  slates: a digest of every page.
    pages: shown in both evenings.  messages, size_bytes: a page, mean.  cpu: seconds of computing.
    """

    player: str
    ability: str
    round: int
    platforms: tuple[str, str]
    earned: tuple[float, ...] = ()
    problem: str = ""
    pages: int = 0
    messages: float = 0.0
    size_bytes: float = 0.0
    cpu: float = 0.0
    slates: str = ""


class Seated(Protocol):
    """Whoever fills pages, in this process or in one of its own."""

    def start(self, world: World, view: WorldView, seed: int) -> None: ...

    def recommend(self, number: int, feedback: Feedback | None, look: Look) -> dict[str, Any]: ...

    def learn(self, feedback: Feedback | None) -> None: ...

    def close(self) -> float: ...


def play(
    player: Player, ability: str, salt: str, number: int, settings: ArenaSettings | None = None
) -> Match:
    """One round of one player; whatever an entry does wrong loses it this round, and no other."""
    return play_in(hidden_world(ability, salt, number), player, settings or ArenaSettings())


def play_in(
    hidden: HiddenWorld, player: Player, settings: ArenaSettings, *, hash_seed: int = 0
) -> Match:
    """The same in a world that is known already."""
    known = player.name, hidden.ability, hidden.round, hidden.platforms
    problem, cpu = "", 0.0
    tally = Tally()
    seated = _seat(player, hidden, settings, hash_seed)
    try:
        _two_evenings(hidden, seated, settings, tally)
    except LostRoundError as lost:
        problem = str(lost)
    except PlatformError as refused:
        problem = f"its page cannot be shown: {one_line(refused)}"
    finally:
        cpu = seated.close()
    if not problem and cpu > settings.budget.cpu_seconds and isinstance(player, Contender):
        problem = f"it took {cpu:.0f} s of computing; the budget is {settings.budget.cpu_seconds}"
    return Match(
        *known,
        () if problem else tuple(tally.earned.tolist()),
        problem,
        tally.pages,
        tally.messages / max(tally.pages, 1),
        tally.size_bytes / max(tally.pages, 1),
        round(cpu, 2),
        tally.digest.hexdigest(),
    )


class Tally:
    """What is counted while a match goes on."""

    def __init__(self) -> None:
        self.earned: Floats = np.zeros(0)
        self.pages = self.messages = self.size_bytes = 0
        self.digest = hashlib.sha256()

    def count(self, answer: dict[str, Any]) -> None:
        self.pages += 1
        self.messages += answer["messages"]
        self.size_bytes += answer["size_bytes"]
        self.digest.update(np.ascontiguousarray(answer["videos"], dtype=np.int64).tobytes())


def _two_evenings(
    hidden: HiddenWorld, seated: Seated, settings: ArenaSettings, tally: Tally
) -> None:
    first, second = hidden.open()
    for evening, world in enumerate((first, second)):
        chance = list(streams(world))
        restart(chance, hidden.seed, hidden.copy, evening, 0)
        if evening and not hidden.moves:
            _come_back(world)
        else:
            world.reset(settings.viewers)
        if evening and hidden.moves:
            world.interest[:] = first.interest  # type: ignore[attr-defined]
        if isinstance(world, Platform):
            world.budget[:] = hidden.patience
        team = Team(hidden, world) if hidden.team else None
        if hidden.moves or not evening:
            view = view_of(world, SCOUTS if team else 0)
            seated.start(world, view, seed_of(hidden.seed, "the entry's own", evening))
        tally.earned = _play_evening(world, evening, chance, seated, team, settings, tally, hidden)


def _play_evening(
    world: World,
    evening: int,
    chance: list[np.random.Generator],
    seated: Seated,
    team: Team | None,
    settings: ArenaSettings,
    tally: Tally,
    hidden: HiddenWorld,
) -> Floats:
    earned, feedback = np.zeros(settings.viewers), None
    for page in range(settings.pages):
        if not world.active.any():
            break
        said = (None, None) if team is None else team.says(world.request, evening, page)
        look = Look(world.request, world.active.copy(), public(world), page == 0, *said)
        number = evening * settings.pages + page
        answer = seated.recommend(number, feedback, look)
        tally.count(answer)
        words = hidden.seed, hidden.copy, evening, page + 1
        restart(chance, *words)
        feedback = world.show(Slate(answer["videos"], memo=number))
        ask_again(world, chance, *words)
        earned += feedback.watch_minutes
    seated.learn(feedback)
    progress = getattr(world, "progress", None)
    return earned if progress is None else np.array(progress)


def _come_back(world: World) -> None:
    """The next evening of the same viewers; all of them come."""
    if isinstance(world, ShortVideo):
        world.returns[:] = world.day + 1
    world.next_day()


class AtHome:
    """A player of the house, whose coordinator is called directly."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._world: World
        self._seat = AtWork(self)  # type: ignore[arg-type]

    def build(self, view: WorldView, rng: np.random.Generator) -> Coordinator:
        return self._house.maker(self._world if self._house.peeks else view, rng)

    def start(self, world: World, view: WorldView, seed: int) -> None:
        self._world = world
        self._seat.start(view, np.random.default_rng(seed))

    def recommend(self, number: int, feedback: Feedback | None, look: Look) -> dict[str, Any]:
        slate = self._seat.page(number, feedback, look)
        size = slate.trace.size_bytes
        return {"videos": slate.videos, "messages": len(slate.trace), "size_bytes": size}

    def learn(self, feedback: Feedback | None) -> None:
        self._seat.learn(feedback)

    def close(self) -> float:
        return 0.0


class Away(Guest):
    """An entry, which never gets the world itself."""

    def start(self, world: World, view: WorldView, seed: int) -> None:  # type: ignore[override]
        super().start(view, seed)


def _seat(player: Player, hidden: HiddenWorld, settings: ArenaSettings, hash_seed: int) -> Seated:
    if isinstance(player, House):
        return AtHome(player)
    model = hidden.ability != "silent_model"
    return Away(player, settings.budget, sandbox=settings.sandbox, model=model, hash_seed=hash_seed)
