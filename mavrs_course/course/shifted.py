"""A lesson's claims under other seeds: every seed that it names is moved by the same number.

A claim that holds for the seeds of its authors alone is no claim.  Numpy's and torch's generators
are replaced before the lesson's first cell, so that whatever it draws is drawn anew: catalogues,
graphs, first weights, sessions.  What comes from real logs or from fixed tables stays as it is.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from mavrs_course.course.claims import Claim, claims_of
from mavrs_course.course.experiment import RESULTS, Experiment, run
from mavrs_course.course.notebook import BuildError
from mavrs_course.files import write_whole

FIRST_CELL = "from mavrs_course.course.shifted import move_seeds\n\nmove_seeds({by})"

PAGE = """# Every claim under other seeds

Made on {date} by `mavrs claims {shifts} --write`: each lesson is run again with every seed that it
names moved, and its claims are measured anew. In brackets stands the 95 % interval of the mean.
A ✗ says that the interval did not keep the bound: with 95 % intervals that happens now and then.
What a lesson loads from a kept experiment, from real logs or from a fixed table does not move: such
claims come out "the same". Dice that an agent works out from its own seed (lesson 27's newcomers)
do not move either. Where a lesson then asks a language model what is on no tape, the model itself
answers, which takes hours (`MAVRS_TAPE=record`, with a folder of its own in
`MAVRS_TAPES`).{left_out}

{table}
"""


@dataclass(frozen=True)
class Shifted:
    """What became of a lesson's claims, and what else went wrong: the cells and their errors."""

    claims: Sequence[Claim]
    problems: Sequence[str] = ()


def moved(seed: Any, by: int) -> Any:
    """A seed moved by ``by``; several numbers each; what is no whole number stays as it is."""
    if isinstance(seed, (list, tuple)):
        return type(seed)(moved(part, by) for part in seed)
    if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool):
        return int(seed) + by
    return seed


def move_seeds(by: int) -> None:
    """From now on, in this process, each seed given to numpy, torch or random is moved by ``by``.

    A lesson that is run under other seeds begins with it; nobody else should call it.
    """
    import random

    import torch

    def moving(make: Callable[..., Any]) -> Callable[..., Any]:
        return lambda seed=None, *more, **named: make(moved(seed, by), *more, **named)

    class Generator(torch.Generator):
        def manual_seed(self, seed: int) -> torch.Generator:
            return super().manual_seed(moved(seed, by))

    class RandomState(np.random.RandomState):
        def __init__(self, seed: Any = None) -> None:
            super().__init__(moved(seed, by))

    class Random(random.Random):
        def seed(self, a: Any = None, version: int = 2) -> None:
            super().seed(moved(a, by), version)

    np.random.default_rng = moving(np.random.default_rng)
    np.random.RandomState = RandomState
    torch.manual_seed = moving(torch.manual_seed)
    torch.Generator = Generator
    random.Random = Random


def claims_shifted(path: Path, by: int, root: Path | None = None) -> Shifted:
    """Run a copy of the lesson at ``path`` with every seed moved, as far as it goes.

    root: where :func:`run_shifted` has put experiments; the others are those that are kept.  The
    executed copy is kept there too, and read again while neither lesson nor library has changed.
    """
    from mavrs_course.course.execute import ASKING_SECONDS, run_notebook

    notebook = nbformat.read(path, as_version=4)
    first = next(n for n, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells.insert(first, nbformat.v4.new_code_cell(FIRST_CELL.format(by=by)))
    for cell in notebook.cells:
        cell.metadata.setdefault("tags", []).append("raises-exception")
    with tempfile.TemporaryDirectory(prefix="mavrs-") as folder:
        copy = (Path(folder) if root is None else root) / path.name
        if _as_new_as_the_code(copy, path):
            return Shifted(claims_of([copy]), [*_errors(nbformat.read(copy, as_version=4))])
        try:
            with _results_in(root):
                run_notebook(notebook, path.parent, path.name, ASKING_SECONDS)
        except BuildError as error:  # a cell that did not end, or a kernel that died
            problems = [*_errors(notebook), str(error)]
            return Shifted(_claims_in(notebook, Path(folder) / path.name), problems)
        return Shifted(_claims_in(notebook, copy), [*_errors(notebook)])


def _claims_in(notebook: nbformat.NotebookNode, copy: Path) -> Sequence[Claim]:
    write_whole(copy, nbformat.writes(notebook).encode())
    return claims_of([copy])


def _as_new_as_the_code(copy: Path, lesson: Path) -> bool:
    """Whether the executed copy is younger than the lesson and than every module of the library."""
    modules = Path(__file__).parents[1].rglob("*.py")
    return copy.is_file() and copy.stat().st_mtime > max(
        each.stat().st_mtime for each in (lesson, *modules)
    )


def _errors(notebook: nbformat.NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and output.ename != "ClaimFailed":
                yield f"cell {cell.id}: {output.ename}: {output.evalue}"


@contextmanager
def _results_in(root: Path | None) -> Iterator[None]:
    """Within it, experiments are loaded from below ``root`` where it has them."""
    before = os.environ.get(RESULTS)
    if root is not None:
        os.environ[RESULTS] = str(root / "data" / "results")
    try:
        yield
    finally:
        os.environ.pop(RESULTS, None)
        if before is not None:
            os.environ[RESULTS] = before


def shift_all(
    paths: Sequence[Path], shifts: Sequence[int], roots: Mapping[int, Path], jobs: int | None
) -> Iterator[tuple[Path, int, Shifted]]:
    """Each lesson under each shift, ``jobs`` at a time, in order; roots: of moved experiments."""
    pairs = [(path, by) for path in paths for by in shifts]
    with ProcessPoolExecutor(jobs or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(claims_shifted, path, by, roots.get(by)) for path, by in pairs]
        for (path, by), done in zip(pairs, waiting, strict=True):
            yield path, by, done.result()


def page(
    printed: Sequence[Claim],
    found: Mapping[int, Mapping[str, Claim]],
    date: str,
    left_out: Sequence[str] = (),
) -> str:
    """A Markdown page: each claim as printed beside its measurements under other seeds.

    left_out: the numbers of lessons that were not run.
    """
    head = ["claim", "needed", "as printed", *(f"seeds moved by {by}" for by in found)]
    rows = [head, ["---"] * len(head)]
    for claim in printed:
        others = [measured.get(claim.id) for measured in found.values()]
        told = [_beside(claim, other) for other in others]
        rows.append([f"{claim.id} {claim.sentence}", claim.bound, brief(claim), *told])
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    shifts = " ".join(f"--shift {by}" for by in found)
    missing = f" Not run: lessons {', '.join(left_out)}." if left_out else ""
    return PAGE.format(date=date, table=table, shifts=shifts, left_out=missing)


def _beside(printed: Claim, measured: Claim | None) -> str:
    if measured and brief(measured) == brief(printed):
        return "the same"
    return brief(measured)


def brief(claim: Claim | None) -> str:
    """Effect, interval, and whether it held: what fits into a cell of a table."""
    if claim is None or claim.effect is None:
        return "not measured"
    mark = "✓" if claim.supported else "✗"
    return f"{claim.effect:.4g} [{claim.low:.4g}, {claim.high:.4g}], n = {claim.n} {mark}"


def run_shifted(experiment: Experiment, by: int, root: Path, jobs: int | None = None) -> None:
    """Run an experiment with its seeds moved; ``root / data / results`` then holds what it found.

    Interrupted, it goes on where it was when it is called again.
    """
    seeds = [seed + by for seed in experiment.seeds]
    with _results_in(root):
        run(replace(experiment, seeds=seeds), root=root, jobs=jobs)
