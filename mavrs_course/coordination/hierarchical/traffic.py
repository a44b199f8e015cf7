"""What a decision cost the busiest node, and how long the answers took to arrive."""

from __future__ import annotations

from collections import Counter, defaultdict

from mavrs_course.messages import Trace

ANSWERS = ("opinion", "no answer")


def load(trace: Trace) -> Counter[str]:
    """How many messages each node sent or received."""
    count: Counter[str] = Counter()
    for message in trace:
        count[message.sender] += 1
        count[message.receiver] += 1
    return count


def answer_time(trace: Trace, reading: float, root: str = "coordinator") -> float:
    """Seconds until ``root`` has read all answers, if everybody works side by side.

    Each answer takes its sender ``message.seconds`` to make once it has read all that it waits
    for, and whoever receives it ``reading`` seconds to read, one after another.
    """
    children: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for message in trace:
        if message.kind in ANSWERS:
            children[message.receiver].append((message.sender, message.seconds))

    def done(node: str) -> float:
        clock = 0.0
        for arrival in sorted(done(child) + own for child, own in children[node]):
            clock = max(clock, arrival) + reading
        return clock

    return done(root)
