"""Experiments that take too long for a lesson: run once by a command, kept as a small file.

A lesson loads what an experiment measured and says so; anybody can make the file again::

    mavrs experiment run NAME

The file ``data/results/NAME.npz`` holds, for each name that the experiment's function returned, an
array float[S, ...] over its seeds, and what is needed to judge it: the seeds, the seconds that each
took, versions, and a fingerprint of the function, so that a test can tell when the two have parted.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import io
import json
import os
import platform as machine
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from mavrs_course.course.project import find_root
from mavrs_course.engine.farm import working
from mavrs_course.engine.places import Engine
from mavrs_course.files import write_whole

ABOUT = "about"
RESULTS = "MAVRS_RESULTS"  # a folder with results of other seeds, which is looked at first
SEEDS = tuple(range(100, 110))


class ExperimentError(ValueError):
    """An experiment that can't be run or whose results can't be read; the text says what to do."""


@dataclass(frozen=True)
class Experiment:
    """What is measured, and how.

    name: also the file's.  title: one sentence.  run: ``run(seed)`` gives arrays by name, each of
    the same shape for every seed; a function of a module, so that other processes find it.
    seeds: chosen before anybody saw a result.
    """

    name: str
    title: str
    run: Callable[[int], Mapping[str, Any]]
    seeds: Sequence[int] = SEEDS

    @property
    def fingerprint(self) -> str:
        """Of what ``run`` and its module do; moves, imports, prose and layout leave it as it is."""
        module = inspect.getmodule(self.run)
        return hashlib.sha256(_doings(inspect.getsource(module)).encode()).hexdigest()[:16]


def _doings(source: str) -> str:
    """The statements of a module without imports, docstrings, comments and its ``EXPERIMENTS``."""
    tree = ast.parse(source)
    node: Any
    for node in ast.walk(tree):
        if isinstance(getattr(node, "body", None), list):
            node.body = [part for part in node.body if not _says_nothing(part)] or [ast.Pass()]
    # Python versions differ in the quotes that they choose for nested strings.
    return ast.unparse(tree).replace("'", '"')


def _says_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.Assign(targets=[ast.Name(id="EXPERIMENTS")]):  # titles; seeds are kept beside
            return True
    return False


class Results(Mapping):
    """What an experiment measured: name -> array over seeds; ``seeds`` and ``about`` beside it."""

    def __init__(self, arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> None:
        self._arrays, self.about = dict(arrays), dict(about)
        self.seeds: list[int] = self.about["seeds"]

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._arrays:
            raise KeyError(f"{self.about['name']} measured {', '.join(self._arrays)}, not {name}")
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        minutes = sum(self.about["seconds"]) / 60
        return (
            f"{self.about['title']} {len(self.seeds)} seeds, {minutes:.1f} minutes on one core, "
            f"{self.about['date']}. Again: mavrs experiment run {self.about['name']}"
        )


def results_path(name: str, root: Path | None = None) -> Path:
    """Where the results of an experiment are kept."""
    return (root or find_root()) / "data" / "results" / f"{name}.npz"


def load(name: str, root: Path | None = None) -> Results:
    """What the experiment ``name`` measured; raises :class:`ExperimentError` without a file."""
    path = _moved(name) if root is None else None
    path = path or results_path(name, root)
    if not path.is_file():
        raise ExperimentError(f"there is no {path.name}: make it with mavrs experiment run {name}")
    try:
        with np.load(path, allow_pickle=False) as held:
            arrays = {key: held[key] for key in held.files if key != ABOUT}
            return Results(arrays, json.loads(str(held[ABOUT])))
    except (OSError, ValueError, KeyError) as error:
        raise ExperimentError(
            f"{path.name} is damaged ({error}): make it again with mavrs experiment run {name}"
        ) from None


def _moved(name: str) -> Path | None:
    """The results under other seeds, where ``MAVRS_RESULTS`` names a folder that has them."""
    folder = os.environ.get(RESULTS)
    path = Path(folder) / f"{name}.npz" if folder else None
    return path if path and path.is_file() else None


def run(
    experiment: Experiment,
    *,
    root: Path | None = None,
    jobs: int | None = None,
    engine: Engine | None = None,
    progress: Callable[[int, float], None] = lambda seed, seconds: None,
) -> Results:
    """Run every seed that has not been run yet, and write the file once all are there.

    Each seed runs in a process of its own, ``jobs`` at a time (as many as there are cores, unless
    told), or on an ``engine``, and is kept as soon as it is done: an interrupted command goes on
    where it was. ``progress`` hears of each seed that is done.
    """
    root = root or find_root()
    folder = root / "artefacts" / "experiments" / f"{experiment.name}-{experiment.fingerprint}"
    folder.mkdir(parents=True, exist_ok=True)
    kept = {seed: folder / f"seed_{seed}.npz" for seed in experiment.seeds}
    missing = [seed for seed, path in kept.items() if not path.is_file()]
    with working(engine, _one_seed, [(experiment, seed) for seed in missing], jobs) as answers:
        for number, done in answers:
            seed, arrays = missing[number], done.result()
            _write(kept[seed], arrays)
            progress(seed, float(arrays["seconds"]))
    _gather(experiment, list(kept.values()), results_path(experiment.name, root))
    return load(experiment.name, root)


def _one_seed(experiment: Experiment, seed: int) -> dict[str, np.ndarray]:
    started = _seconds_of_cores()
    arrays = {name: np.asarray(value) for name, value in experiment.run(seed).items()}
    return arrays | {"seconds": np.array(_seconds_of_cores() - started)}


def _seconds_of_cores() -> float:
    """Of this process and those that it has waited for; other work on the machine counts not."""
    return sum(os.times()[:4])


def _gather(experiment: Experiment, parts: Sequence[Path], path: Path) -> None:
    seeds = []
    for part in parts:
        with np.load(part, allow_pickle=False) as held:
            seeds.append({name: held[name] for name in held.files})
    about = {
        "name": experiment.name,
        "title": experiment.title,
        "seeds": list(experiment.seeds),
        "seconds": [round(float(seed.pop("seconds")), 1) for seed in seeds],
        "fingerprint": experiment.fingerprint,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{machine.machine()} {machine.system()}",
        "versions": {name: metadata.version(name) for name in ("numpy", "torch")},
    }
    arrays = {name: np.stack([seed[name] for seed in seeds]) for name in seeds[0]}
    _write(path, arrays | {ABOUT: np.array(json.dumps(about))})


def _write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    content = io.BytesIO()
    np.savez_compressed(content, **dict(arrays))  # type: ignore[arg-type]
    write_whole(path, content.getvalue())
