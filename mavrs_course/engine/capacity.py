"""A capacity plan: from what was measured on one machine to what a platform needs.

Each line of the plan is a stated formula of measured numbers and assumptions, so that whoever
doubts a line can put in a number of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from mavrs_course.engine.queues import staffed

DAY = 86_400  # seconds


@dataclass(frozen=True)
class Measured:
    """What one way of coordinating took, measured.

    requests: of one viewer in a day.  peak_to_mean: the busiest minute against the average one.
    cpu_seconds, messages, size_bytes: for one page.  bytes_of_a_viewer: kept from page to page.
    """

    requests: float
    peak_to_mean: float
    cpu_seconds: float
    messages: float
    size_bytes: float
    bytes_of_a_viewer: float

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0 <= value < float("inf"):
                raise ValueError(f"{name} is a finite number of at least 0, not {value}")


@dataclass(frozen=True)
class Assumed:
    """What nobody here can measure: a machine's size and its price, in any money.

    grade: of the square-root rule.  memory: bytes of one machine that may hold viewers.
    handling: CPU seconds that a message costs its sender, and again its receiver.
    """

    cores: int = 16
    memory: float = 64e9
    price_of_core_hour: float = 0.04
    grade: float = 2.0
    handling: float = 1e-4


class Line(NamedTuple):
    """One line of a plan."""

    name: str
    value: float
    unit: str
    formula: str


def capacity_plan(viewers: float, measured: Measured, assumed: Assumed) -> tuple[Line, ...]:
    """What ``viewers`` a day need, line by line."""
    pages = viewers * measured.requests
    rate = pages / DAY * measured.peak_to_mean
    load = rate * (measured.cpu_seconds + 2 * assumed.handling * measured.messages)
    cores = staffed(load, assumed.grade)
    memory = viewers * measured.bytes_of_a_viewer
    machines = max(-(-cores // assumed.cores), int(-(-memory // assumed.memory)), 1)
    money = machines * assumed.cores * 24 * assumed.price_of_core_hour
    each = 1000 * money / pages if pages else 0.0
    return (
        Line("pages", pages, "a day", "viewers x requests of a viewer"),
        Line("peak", rate, "pages/s", "pages / 86,400 x peak to mean"),
        Line("load", load, "Erlangs", "peak x (CPU + 2 x handling x messages)"),
        Line("cores", cores, "cores", "load + grade x sqrt(load), up"),
        Line("memory", memory / 1e9, "GB", "viewers x bytes of a viewer"),
        Line("machines", machines, "machines", "most of cores and memory, up"),
        Line("messages", rate * measured.messages, "a second", "peak x messages of a page"),
        Line("wire", rate * measured.size_bytes / 1e9, "GB/s", "peak x bytes of a page"),
        Line("money", each, "for 1,000 pages", "machines x cores x 24 x price"),
    )
