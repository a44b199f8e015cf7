"""What coordination costs in time: until everybody who must be heard has been heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Trace


@dataclass(frozen=True)
class Network:
    """What it takes to send a message from one machine to another.

    delay: seconds under way.  handling: seconds for which a message keeps its sender busy, and then
    its receiver.  bandwidth: bytes a second.  The defaults are those of a fast data centre, in
    round numbers.
    """

    delay: float = 1e-3
    handling: float = 1e-4
    bandwidth: float = 1e8


def latency(trace: Trace, network: Network = Network(), *, thinking: bool = True) -> float:
    """Seconds from the first message of a decision to the end of the last one.

    Every agent is a machine of its own that does one thing at a time.  It sends a message once it
    has received all those that the trace has reached it with before; what it thought about it, the
    message's ``seconds``, comes first (``thinking=False`` leaves that out, so that the figure is
    the same on every machine).  A message to oneself takes no time under way.

    So a controller that asks ``n`` agents is busy ``n`` times over, while ``n`` peers that each
    tell a neighbour do so at once: the critical path of the message graph, as in Culler et al.
    1993, "LogP: towards a realistic model of parallel computation", whose L and o are the delay and
    the handling; bandwidth, its G, is from its successor LogGP.
    """
    free: defaultdict[str, float] = defaultdict(float)  # when each machine has nothing left to do
    end = 0.0
    for message in trace:
        think = message.seconds if thinking else 0.0
        sent = free[message.sender] + think + network.handling
        free[message.sender] = sent
        if message.receiver == message.sender:
            continue
        arrived = sent + network.delay + message.size_bytes / network.bandwidth
        free[message.receiver] = max(free[message.receiver], arrived) + network.handling
        end = max(end, free[message.receiver])
    return max(end, *free.values()) if free else 0.0


@dataclass(frozen=True)
class ScalingLaw:
    """``cost = scale * n ** exponent``; ``half``: half the width of the exponent's 95 % interval.

    The interval is Student's for the slope of a straight line through the logarithms.  It is about
    the law's fit to these sizes, not about chance: counts of messages have none.
    """

    exponent: float
    half: float
    scale: float

    def __call__(self, n: float) -> float:
        return self.scale * n**self.exponent


def scaling_law(sizes: Sequence[float], costs: Sequence[float]) -> ScalingLaw:
    """Least squares of log cost on log size, for at least three sizes; all numbers above 0."""
    from scipy import stats

    x, y = (np.log(np.asarray(values, dtype=float)) for values in (sizes, costs))
    if len(x) != len(y) or len(x) < 3 or not np.isfinite([*x, *y]).all():
        raise ValueError("a scaling law needs at least three sizes, each with a cost above 0")
    line = stats.linregress(x, y)
    half = float(stats.t.ppf(0.975, len(x) - 2) * line.stderr)
    return ScalingLaw(float(line.slope), half, float(np.exp(line.intercept)))
