"""Our IPPO beside JaxMARL's kind, compiled: one game, network and settings, one core, in turns.

JaxMARL can't be installed beside the course, so it is run by a Python of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress
from pathlib import Path
from statistics import median

import numpy as np
from rich.console import Console
from rich.table import Table

from mavrs_course.benchmarks.learners import train_for
from mavrs_course.benchmarks.rates import this_machine

FOLDER = ".venv-jaxmarl"
SERVER = Path(__file__).with_name("jaxmarl_server.py")
COUNTS = (8, 128, 1_024)  # sessions at once
REPEATS = 3
ONE_CORE = {
    "OMP_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


class JaxMARLError(RuntimeError):
    """There is no Python that has JaxMARL, or it stopped."""


class Compiled:
    """JaxMARL in a process of its own, asked for one turn at a time."""

    def __init__(self, python: Path) -> None:
        command = [str(python), "-I", str(SERVER)]  # or our own jaxmarl.py would be found
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=os.environ | ONE_CORE,
            )
        except OSError as error:
            raise JaxMARLError(f"{python} can't be run: {error.strerror}") from None

    def turn(self, sessions: int, seconds: float) -> dict[str, float]:
        """Train for so long: ``steps``, ``seconds`` and, at first, ``compiling``."""
        assert self.process.stdin and self.process.stdout and self.process.stderr
        with suppress(BrokenPipeError):
            self.process.stdin.write(f"{sessions} {seconds}\n")
            self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("{"):  # JaxMARL itself prints while it is imported
                return json.loads(line)
        last = self.process.stderr.read().strip().splitlines() or ["it said nothing"]
        raise JaxMARLError(f"the Python of JaxMARL stopped: {last[-1]}")

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


def bench_against_jaxmarl(python: Path, seconds: float = 2.0) -> dict[str, float]:
    """IPPO on simple_spread: session-steps a second of ours and theirs, in turns on one core.

    python: an interpreter that has jaxmarl, flax and optax.  seconds: of a turn; each has three
    after one that does not count.  Printed beside them: how many steps ours has done by the time
    that theirs, which has to be compiled first, catches up.  Returns ours / theirs by sessions.
    Raises :class:`JaxMARLError` with what to do.
    """
    import torch

    torch.set_num_threads(1)
    if not python.exists():
        raise JaxMARLError(
            f"{python} is not there: python3 -m venv {FOLDER}; "
            f"{FOLDER}/bin/pip install jaxmarl flax optax"
        )
    table = Table(title="IPPO on simple_spread, one core, in turns: session-steps/s")
    for heading in ("sessions", "ours", "JaxMARL", "JaxMARL / ours", "compiling", "level after"):
        table.add_column(heading, justify="right")
    theirs, ratios = Compiled(python), {}
    try:
        for sessions in COUNTS:
            row, ratios[f"{sessions} sessions"] = _row(theirs, sessions, seconds)
            table.add_row(*row)
    finally:
        theirs.stop()
    console = Console()
    console.print(table)
    console.print(f"{this_machine()}, torch {torch.__version__}", highlight=False)
    return ratios


def _row(theirs: Compiled, sessions: int, seconds: float) -> tuple[list[str], float]:
    """One row of the table, and how many times as fast ours is."""
    ours = _spread_learner(sessions)
    compiling = theirs.turn(sessions, seconds / 4)["compiling"]
    train_for(ours, seconds / 4)
    pairs = []
    for repeat in range(REPEATS):
        turns = [lambda: train_for(ours, seconds), lambda: _speed(theirs.turn(sessions, seconds))]
        order = (0, 1) if repeat % 2 else (1, 0)
        done = {which: turns[which]() for which in order}
        pairs.append((done[0], done[1]))
    mine, other = (median(speeds) for speeds in zip(*pairs, strict=True))
    several = ", ".join(f"{b / a:.2f}" for a, b in pairs)
    level = compiling / (1 / mine - 1 / other) if other > mine else np.inf
    ends = "never" if np.isinf(level) else f"{level:,.0f} steps"
    row = [f"{sessions:,}", f"{mine:,.0f}", f"{other:,.0f}", several, f"{compiling:.1f} s", ends]
    return row, mine / other


def _speed(turn: dict[str, float]) -> float:
    return turn["steps"] / turn["seconds"]


def _spread_learner(sessions: int):
    from mavrs_course.envs.spread_core import SpreadCore
    from mavrs_course.marl.ippo import IPPO

    return IPPO(SpreadCore(sessions, auto_reset=True, rng=np.random.default_rng(0)), seed=0)
