"""Speeds as ratios within one run, and a table of them."""

from __future__ import annotations

import os
import platform as machine
from collections.abc import Callable, Mapping
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table

SESSIONS = 1_024


def rates(contenders: Mapping[str, Callable[[], int]], seconds: float) -> dict[str, float]:
    """Steps per second of each contender: a function that runs some steps and says how many.

    They take turns, three of ``seconds`` each after a warm-up, and the best turn counts, so
    that whatever else the machine is doing disturbs all of them alike.
    """
    best = dict.fromkeys(contenders, 0.0)
    for turn in range(4):
        for name, run in contenders.items():
            steps, start = 0, perf_counter()
            while (spent := perf_counter() - start) < (seconds if turn else seconds / 10):
                steps += run()
            if turn:
                best[name] = max(best[name], steps / spent)
    return best


def print_rates(title: str, unit: str, measured: Mapping[str, float]) -> None:
    """A table of rates, each beside its multiple of the last one."""
    table = Table(title=title)
    table.add_column("")
    table.add_column(unit, justify="right")
    table.add_column("ratio", justify="right")
    last = list(measured.values())[-1]
    for name, rate in measured.items():
        table.add_row(name, f"{rate:,.0f}", f"{rate / last:.3g}")
    console = Console()
    console.print(table)
    console.print(this_machine(), highlight=False)


def this_machine() -> str:
    """What was measured on, in one line."""
    return (
        f"one core of {os.cpu_count()}, {machine.machine()} {machine.system()}, "
        f"Python {machine.python_version()}, numpy {np.__version__}"
    )
