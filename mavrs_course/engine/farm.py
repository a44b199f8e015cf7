"""Many jobs that have nothing to do with each other: matches, seeds, viewers of a simulation."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from mavrs_course.engine.places import Engine, EngineError, LostError, Place

TRIES = 3
LOOK_SECONDS = 20.0


class FarmHand:
    """Does what it is given."""

    def work(self, function: Callable[..., Any], *given: Any) -> Any:
        return function(*given)


def farm(
    engine: Engine,
    function: Callable[..., Any],
    jobs: Sequence[tuple[Any, ...]],
    *,
    hands: int | None = None,
) -> Iterator[tuple[int, Future[Any]]]:
    """``function(*job)`` for each: the job's number and its answer, as soon as it is done.

    hands: jobs at a time; a core each unless told.  A job whose machine is lost is done again by
    another hand, three times at most, and then its answer is the loss.  Raises
    :class:`~.places.EngineError` once every machine is lost: what has been handed on is done.
    """
    waiting, tries = deque(range(len(jobs))), [0] * len(jobs)
    most = min(hands or engine.stats().cores, len(jobs))
    idle = [engine.spawn(FarmHand, cores=1.0) for _ in range(most)]
    busy: dict[Future[Any], tuple[int, Place]] = {}
    while waiting or busy:
        if not idle and not busy:
            idle.append(engine.spawn(FarmHand, cores=1.0))
        while idle and waiting:
            number, hand = waiting.popleft(), idle.pop()
            busy[engine.call(hand, "work", function, *jobs[number])] = number, hand
        for answer in _some(engine, busy):
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


def _some(engine: Engine, busy: dict[Future[Any], tuple[int, Place]]) -> set[Future[Any]]:
    """Those that are done; looks now and then whether anybody is still there."""
    while True:
        done = wait(busy, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED).done
        if done:
            return done
        if not engine.stats().machines:
            raise EngineError("every machine is lost: start the cluster, and run the same again")
