"""Many viewers at a time: the same result for each, however many workers, and none lost.

Each viewer's visit depends on the settings and on who she is, never on the order of work: her
chance comes from the seed and her own number.  Her result is a file of its own, written whole or
not at all, so that an interrupted simulation goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mavrs_course.agents.collaborative import BPR, EASE, ItemKNN, Popularity
from mavrs_course.engine.farm import working
from mavrs_course.engine.places import Engine
from mavrs_course.files import write_whole
from mavrs_course.llm.agent4rec.mind import Calibration, Likelihoods, likelihoods
from mavrs_course.llm.agent4rec.people import People, chosen, platform_logs, sample_people
from mavrs_course.llm.agent4rec.viewer import PAGES, Visit, pages_by, persons, visit
from mavrs_course.llm.lessons import lesson_model
from mavrs_course.messages import Floats, Ints
from mavrs_course.world.logs import LogsMissingError, load

MOVIELENS, PLATFORM = "movielens-100k", "platform"
# What the prior and the PMI are worth, from lesson 18: fitted on its hundred viewers.
CALIBRATION = Calibration(-0.015, (0.064, 0.134, 0.108))
RANDOM = "random"


class SimulationError(ValueError):
    """A simulation that cannot be run; the text says what to change."""


def recommender(name: str, seed: int = 0) -> Callable[..., Floats]:
    """``scores(watched float[U, F], viewers int[N]) -> float[N, F]`` of a named recommender."""
    if name not in RECOMMENDERS:
        raise SimulationError(
            f"there is no recommender {name!r}; there is {', '.join(RECOMMENDERS)}"
        )

    def scores(watched, viewers: Ints) -> Floats:
        if name == RANDOM:
            films = watched.shape[1]
            draws = [np.random.default_rng([seed, int(v), 1]).random(films) for v in viewers]
            return np.array(draws)
        return RECOMMENDERS[name](seed).fit(watched).scores(viewers)

    return scores


def _bpr(seed: int) -> BPR:
    import torch

    return BPR(torch.Generator().manual_seed(seed), epochs=20)


def _lightgcn(seed: int) -> object:
    import torch

    from mavrs_course.agents.lightgcn import LightGCN

    return LightGCN(torch.Generator().manual_seed(seed), epochs=20)


def _multvae(seed: int) -> object:
    import torch

    from mavrs_course.agents.multvae import MultVAE

    return MultVAE(torch.Generator().manual_seed(seed))


RECOMMENDERS: dict[str, Callable[[int], object]] = {
    RANDOM: lambda seed: None,
    "popularity": lambda seed: Popularity(),
    "mf": _bpr,
    "lightgcn": _lightgcn,
    "multvae": _multvae,
    "itemknn": lambda seed: ItemKNN(),
    "ease": lambda seed: EASE(),
}


@dataclass(frozen=True)
class Simulation:
    """What is played.  logs: "movielens-100k" or "platform".  viewers: how many, the first ones of
    an order that the seed of the people fixes.  seed: of chance."""

    viewers: int = 100
    recommender: str = "mf"
    logs: str = MOVIELENS
    seed: int = 0
    pages: int = PAGES

    @property
    def fingerprint(self) -> str:
        """Of everything that a viewer's result depends on, the number of viewers left out."""
        told = {**asdict(self), "calibration": asdict(CALIBRATION)}
        del told["viewers"]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def lesson_people(logs: str = MOVIELENS, viewers: int = 100) -> People:
    """The people of lesson 18: the first ``viewers`` of them, the same whatever the number.

    Raises :class:`~mavrs_course.world.logs.LogsMissingError` without the logs.
    """
    rng = np.random.default_rng(18)
    if logs == PLATFORM:  # a smaller one, as there is little to watch on it
        return sample_people(platform_logs(), rng, viewers=viewers, films=120, pool=60)
    return sample_people(load(logs), rng, viewers=viewers)


def simulate(
    simulation: Simulation,
    folder: Path,
    *,
    workers: int = 1,
    engine: Engine | None = None,
    progress: Callable[[int], None] = lambda viewer: None,
) -> list[dict]:
    """Play every viewer that has no result in the folder yet; the results of all, in order.

    workers: processes of this machine; with an engine, a core each of its own.

    A result is a dictionary: viewer, by_rule (no model answered for her), score, satisfaction,
    watched_share, liked, exit_page, left and pages, each page with films (titles), ratings,
    feeling, fatigue and exit_chance.  Raises :class:`SimulationError` for a folder that holds
    another simulation.
    """
    _claim_folder(simulation, folder)
    people = lesson_people(simulation.logs, simulation.viewers)
    missing = [n for n in range(len(people)) if not _file(folder, people, n).is_file()]
    if missing:
        scores = recommender(simulation.recommender, simulation.seed)(
            people.watched, people.viewers[missing]
        )
        jobs = [
            (chosen(people, [n]), row, simulation) for n, row in zip(missing, scores, strict=True)
        ]
        for number, result in _played(jobs, workers, engine):
            who = jobs[number][0]
            write_whole(_file(folder, who, 0), _as_json(result))
            progress(int(who.viewers[0]))
    return [json.loads(_file(folder, people, n).read_text()) for n in range(len(people))]


def _played(jobs: list[tuple], workers: int, engine: Engine | None) -> Iterator[tuple[int, dict]]:
    """The number of a job and its result, as they are done."""
    if workers == 1 and engine is None:
        yield from enumerate(map(_play, jobs))
        return
    hands = workers if engine is None else None
    with working(engine, _play, [(job,) for job in jobs], hands) as answers:
        for number, done in answers:
            yield number, done.result()


_MODELS: dict[int, object] = {}


def _play(job: tuple[People, Floats, Simulation]) -> dict:
    """One viewer, in whichever process; the model is loaded once in each."""
    who, scores, simulation = job
    model = _MODELS.setdefault(os.getpid(), lesson_model("18", say=lambda line: None))
    minds = likelihoods(model, who)
    (person,) = persons(who, minds, CALIBRATION, simulation.seed)
    done = visit(
        person, pages_by(scores, who.pools[0]), exit_chance_of(who, simulation.seed),
        simulation.pages,
    )  # fmt: skip
    return as_result(who, minds, done)


def exit_chance_of(who: People, seed: int, person: int = 0) -> np.random.Generator:
    """The stream that draws whether a viewer leaves; her own."""
    return np.random.default_rng([seed, int(who.viewers[person]), 2])


def as_result(who: People, minds: Likelihoods, done: Visit) -> dict:
    """A visit as plain data."""
    pages = [
        {"films": [who.titles[film] for film in page.films], "ratings": page.ratings,
         "feeling": round(page.feeling, 4), "fatigue": round(page.fatigue, 4),
         "exit_chance": round(page.exit_chance, 4)}
        for page in done.pages
    ]  # fmt: skip
    return {
        "viewer": int(who.viewers[0]),
        "by_rule": bool(minds.by_rule[0]),
        "score": done.score,
        "satisfaction": round(done.satisfaction, 4),
        "watched_share": round(done.watched_share, 4),
        "liked": int(done.liked),
        "exit_page": len(done.pages),
        "left": done.tired_out,
        "pages": pages,
    }


def _file(folder: Path, people: People, person: int) -> Path:
    return folder / f"viewer-{int(people.viewers[person]):05d}.json"


def _claim_folder(simulation: Simulation, folder: Path) -> None:
    about = folder / "simulation.json"
    told = {"fingerprint": simulation.fingerprint, **asdict(simulation)}
    if about.is_file():
        held = json.loads(about.read_text())
        if held["fingerprint"] != simulation.fingerprint:
            raise SimulationError(f"{folder} holds another simulation; name another folder")
    write_whole(about, _as_json(told))


def _as_json(content: dict) -> bytes:
    return json.dumps(content, indent=1).encode()


def default_logs() -> str:
    """MovieLens 100K where it is on this computer, else the course's own platform."""
    try:
        load(MOVIELENS)
    except LogsMissingError:
        return PLATFORM
    return MOVIELENS
