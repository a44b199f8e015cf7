"""Many jobs that have nothing to do with each other: matches, seeds, viewers of a simulation."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, as_completed, wait
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from mavrs_course.engine.places import Engine, EngineError, LostError, Place

TRIES = 8
LOOK_SECONDS = 15.0


class FarmHand:
    """Does what it is given, in the folder and with the settings of whoever gives it.

    folder: stays as it is where there is none of that name.  settings: variables by name.
    """

    def __init__(self, folder: str, settings: dict[str, str]) -> None:
        if os.path.isdir(folder):
            os.chdir(folder)
        os.environ.update(settings)

    def work(self, function: Callable[..., Any], *given: Any) -> Any:
        return function(*given)


def as_here() -> tuple[str, dict[str, str]]:
    """What a hand is made of, to work as this process does: its folder and its settings."""
    settings = {name: value for name, value in os.environ.items() if name.startswith("MAVRS_")}
    return os.getcwd(), settings


def farm(
    engine: Engine,
    function: Callable[..., Any],
    jobs: Sequence[tuple[Any, ...]],
    *,
    hands: int | None = None,
) -> Iterator[tuple[int, Future[Any]]]:
    """``function(*job)`` for each: the job's number and its answer, as soon as it is done.

    hands: jobs at a time; a core each unless told.  A job whose machine is lost is done again by
    another hand, eight times at most, and then its answer is the loss.  Raises
    :class:`~.places.EngineError` once every machine is lost: what has been handed on is done.
    """
    waiting, tries = deque(range(len(jobs))), [0] * len(jobs)
    mine = as_here()

    def hire() -> Place:
        return engine.spawn(FarmHand, *mine, cores=1.0)

    idle = [hire() for _ in range(min(hands or engine.stats().cores, len(jobs)))]
    busy: dict[Future[Any], tuple[int, Place]] = {}
    while waiting or busy:
        if not idle and not busy:
            idle.append(hire())
        while idle and waiting:
            number, hand = waiting.popleft(), idle.pop()
            busy[engine.call(hand, "work", function, *jobs[number])] = number, hand
        for answer in sorted(_some(engine, busy), key=lambda done: busy[done][0]):
            number, hand = busy.pop(answer)
            tries[number] += 1
            if isinstance(answer.exception(), LostError):
                engine.stop(hand)
                if tries[number] < TRIES:
                    waiting.append(number)
                    continue
            else:
                idle.append(hand)
            yield number, answer
    for hand in idle:
        engine.stop(hand)


@contextmanager
def working(
    engine: Engine | None,
    function: Callable[..., Any],
    jobs: Sequence[tuple[Any, ...]],
    at_a_time: int | None = None,
) -> Iterator[Iterator[tuple[int, Future[Any]]]]:
    """What :func:`farm` gives; without an engine from processes of this machine, a core each.

    Whatever ends it, no further job is begun, and nobody waits for those that are under way.
    """
    if engine is not None:
        yield farm(engine, function, jobs, hands=at_a_time)
        return
    processes = at_a_time or os.cpu_count()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(function, *job): number for number, job in enumerate(jobs)}
        try:
            yield ((waiting[done], done) for done in as_completed(waiting))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _some(engine: Engine, busy: dict[Future[Any], tuple[int, Place]]) -> set[Future[Any]]:
    """Those that are done; looks now and then whether anybody is still there."""
    while True:
        done = wait(busy, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED).done
        if done:
            return done
        if not engine.stats().machines:  # which raises where the head is lost
            raise EngineError("every machine is lost: start the cluster, and run the same again")
