"""Trees of controllers: nobody listens to more than a few."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from mavrs_course.coordination.hierarchical.router import LearnedRouter, softmax
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Agent, Floats, Request, Trace

ROOT = "coordinator"


def tree_levels(leaves: int, branching: int) -> list[np.ndarray]:
    """The tree as levels of parents, leaves first, root last.

    Entry ``p[i]`` of a level is the node of the next level to which its node ``i`` reports; in
    the last level all report to node 0, the root.  A level of up to ``branching`` nodes reports to
    the root; a larger one to as few controllers as can hold it, each about equally loaded.
    """
    if leaves < 1 or branching < 2:
        raise ValueError(f"a tree has leaves and branches in 2 or more, not {leaves}, {branching}")
    levels, nodes = [], leaves
    while nodes > branching:
        parents = -(-nodes // branching)
        levels.append(np.arange(nodes) * parents // nodes)
        nodes = parents
    return [*levels, np.zeros(nodes, dtype=np.int64)]


class ControllerTree(LearnedRouter):
    """Agents report to controllers, those to controllers above them, up to the root.

    Every controller weighs its few children with a softmax gate of its own; an agent's weight is
    the product of the gates on its way to the root: a hierarchical mixture of experts.  Taught
    as :class:`LearnedRouter` is, whose arguments and guarantees it shares.

    With ``n`` agents and ``branching`` b, no node handles more than b + 1 requests and as many
    answers for a page, where a flat controller handles 2n; there are about n / (b - 1) more
    messages each way, and each answer climbs log n / log b levels.
    failed: names of controllers that are down; whoever reports to them is not heard, and the
    weight of these agents goes to the rest.

    Source: Jordan and Jacobs, "Hierarchical mixtures of experts and the EM algorithm" (Neural
    Computation 6, 1994).
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        *,
        branching: int = 3,
        failed: Collection[str] = (),
        **router,
    ) -> None:
        self.levels = tree_levels(len(agents), branching)
        self._under = under(self.levels)
        above = np.cumsum([0, *(len(parents) for parents in self.levels)])
        self._siblings = np.concatenate(
            [parents + first for parents, first in zip(self.levels, above[:-1], strict=True)]
        )
        super().__init__(agents, **router)
        self.failed = set(failed)
        unknown = self.failed - set(self.controllers())
        if unknown:
            raise ValueError(f"no controllers called {sorted(unknown)} in {self.controllers()}")

    @property
    def logits(self) -> int:
        """One logit for each edge of the tree."""
        return len(self._siblings)

    def controllers(self) -> list[str]:
        """The names of all controllers below the root: ``controller 1.2`` is the second of
        the first level above the agents."""
        return [
            self._name(depth, node)
            for depth, parents in enumerate(self.levels[:-1], 1)
            for node in range(parents.max() + 1)
        ]

    def _name(self, depth: int, node: int) -> str:
        return ROOT if depth == len(self.levels) else f"controller {depth}.{node + 1}"

    def gates(self, contexts: Floats) -> Floats:
        logits = contexts @ self.theta.T
        gates = np.empty_like(logits)
        for family in np.unique(self._siblings):
            members = self._siblings == family
            gates[:, members] = softmax(logits[:, members])
        return gates

    def weights_of(self, gates: Floats) -> Floats:
        return np.exp(np.log(np.maximum(gates, 1e-300)) @ self._under)

    def logit_gradient(self, gates: Floats, pull: Floats) -> Floats:
        below = pull @ self._under.T
        family = self._siblings[:, None] == self._siblings[None, :]
        return below - gates * (below @ family)

    def hear(self, request: Request, trace: Trace) -> Hearing:
        reached = self._reached()
        self._send_down(request, trace, reached)
        asked = Trace()
        hearing = self.panel.ask(request, asked, who=np.flatnonzero(reached[0]).tolist())
        parent = {
            name: self._name(1, node)
            for name, node in zip(self.panel.names, self.levels[0], strict=True)
        }
        for message in asked:
            down = message.sender == ROOT
            over = parent[message.receiver if down else message.sender]
            if down:
                trace.messages.append(replace(message, sender=over))
            else:
                trace.messages.append(replace(message, receiver=over))
        self._send_up(request, trace, reached)
        return hearing

    def _reached(self) -> list[np.ndarray]:
        """Which nodes of each level hear from the root: bool arrays, leaves first."""
        alive = [np.ones(1, dtype=bool)]
        for depth in range(len(self.levels) - 1, -1, -1):
            fit = alive[0][self.levels[depth]]
            if depth > 0:
                names = [self._name(depth, node) for node in range(len(self.levels[depth]))]
                fit = fit & np.array([name not in self.failed for name in names])
            alive.insert(0, fit)
        return alive

    def _send_down(self, request: Request, trace: Trace, reached: list[np.ndarray]) -> None:
        for depth in range(len(self.levels) - 1, 0, -1):
            for node, parent in enumerate(self.levels[depth]):
                if reached[depth + 1][parent]:
                    pair = self._name(depth + 1, parent), self._name(depth, node)
                    trace.add(*pair, "request", size_bytes=request.candidates.nbytes)

    def _send_up(self, request: Request, trace: Trace, reached: list[np.ndarray]) -> None:
        size = request.candidates.size * 8 + len(request) * 8
        for depth in range(1, len(self.levels)):
            for node, parent in enumerate(self.levels[depth]):
                if reached[depth + 1][parent]:
                    pair = self._name(depth, node), self._name(depth + 1, parent)
                    if reached[depth][node]:
                        trace.add(*pair, "opinion", size_bytes=size)
                    else:
                        trace.add(*pair, "no answer")


def under(levels: Sequence[np.ndarray]) -> np.ndarray:
    """Which leaves are under each edge: float[edges, leaves], edges level by level."""
    rows, node = [], np.arange(len(levels[0]))
    for parents in levels:
        rows.append((node[None, :] == np.arange(len(parents))[:, None]).astype(float))
        node = parents[node]
    return np.concatenate(rows)


MODES = {"controller-tree": ControllerTree}
