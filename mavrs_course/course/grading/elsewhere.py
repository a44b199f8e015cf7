"""Grade on the machines of an engine, and only where a sandbox keeps what is graded from harm.

Without one, a hand-in has the rights of whoever grades, and on a cluster that is every machine of
it: whoever reaches a port of Ray's runs code everywhere. A sandbox has no network, and variables
with a cluster's token do not come into it. So each machine is asked first, and again with each
notebook.
"""

from __future__ import annotations

import platform
import queue
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mavrs_course.course.grading.batch import Room
from mavrs_course.course.grading.grades import ExerciseGrade
from mavrs_course.course.grading.isolation import strongest
from mavrs_course.course.grading.kernel import KernelFailedError
from mavrs_course.course.grading.reading import Cell
from mavrs_course.course.grading.restoring import AnswerKey
from mavrs_course.course.grading.running import GradingLimits
from mavrs_course.engine.farm import FarmHand, as_here
from mavrs_course.engine.lasting import LastingPlaces
from mavrs_course.engine.places import Engine, EngineError


@dataclass(frozen=True)
class RoomElsewhere(Room):
    """A room on the machines of an engine, for as many notebooks at a time as there are ``hands``.

    root: of the course, which all machines must have under this name.
    """

    root: Path = Path()
    hands: LastingPlaces | None = None
    free: queue.Queue[int] = field(default_factory=queue.Queue)

    def perform(
        self, key: AnswerKey, cells: Sequence[Cell], beside: Mapping[str, Path] | None = None
    ) -> list[ExerciseGrade]:
        """As :meth:`.batch.Room.perform`; files travel with the notebook."""
        files = {name: path.read_bytes() for name, path in (beside or {}).items()}
        hand = self.free.get()
        try:
            given = self.root, self.limits, key, list(cells), files
            return self.hands.ask(hand, "work", perform_there, *given)
        finally:
            self.free.put(hand)


def room_on(engine: Engine, root: Path, limits: GradingLimits) -> RoomElsewhere:
    """A hand a core; :class:`~mavrs_course.engine.places.EngineError` where a machine has no course
    or no sandbox."""
    cores = max(1, engine.stats().cores)
    hands = LastingPlaces(engine, FarmHand, [as_here()] * cores, every=1)
    for trouble in hands.ask_all("work", [(trouble_at, root)] * cores):
        if trouble:
            raise EngineError(f"{trouble}; mend that, or grade with --engine local")
    room = RoomElsewhere(limits, isolation=strongest(root), root=root, hands=hands)
    for hand in range(cores):
        room.free.put(hand)
    return room


def trouble_at(root: Path) -> str:
    """Why nothing can be graded on this machine, or an empty text."""
    if not (root / "solutions").is_dir():
        return f"{platform.node()} has no course at {root}"
    isolation = strongest(root)
    return "" if isolation.sandboxed else f"{platform.node()} has no sandbox: {isolation.why_not}"


def perform_there(
    root: Path,
    limits: GradingLimits,
    key: AnswerKey,
    cells: Sequence[Cell],
    files: Mapping[str, bytes],
) -> list[ExerciseGrade]:
    """Grade one notebook on this machine, in its sandbox."""
    if trouble := trouble_at(root):
        raise KernelFailedError(trouble)
    with tempfile.TemporaryDirectory(prefix="mavrs-", ignore_cleanup_errors=True) as folder:
        beside = {}
        for number, (name, content) in enumerate(files.items()):
            beside[name] = Path(folder, str(number))
            beside[name].write_bytes(content)
        return Room(limits, isolation=strongest(root), own=False).perform(key, cells, beside)
