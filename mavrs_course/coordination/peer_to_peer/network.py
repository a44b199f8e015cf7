"""The base of all ways of coordinating as peers: a graph of agents that can break and heal.

A page request reaches one peer, the *host*, a different one each time unless one is named.  The
host passes it on along the links, everybody forms an opinion of its own, they exchange what the
way of coordinating says, and the host shows the page that it then believes in.  There is no
centre, so there is no guarantee that two hosts would show the same page: how far the peers are
from that is :attr:`PeerNetwork.disagreement`.

What can go wrong, and what the network makes of it:

=================================  =============================================================
a peer leaves, or is silent        its links are gone; the others go on among themselves
the graph falls apart              each part goes on alone; the host's part makes the page
scores that are no numbers         the peer passes messages on and has no vote on that page
a peer shouts                      nothing: votes are stretched to [0, 1] before they travel
a peer gives false opinions        it has one vote, like everybody
a peer is *stubborn*: it tells     what that does is the guarantee of each way of coordinating
its own vote in every round
=================================  =============================================================

The trace holds one message for each link and round.  Votes travel for the whole batch of pages at
once, 8 bytes a number.  The seconds that a peer took for its opinion are booked on the request
that made it think.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.panel import Hearing
from mavrs_course.coordination.peer_to_peer import averaging
from mavrs_course.coordination.peer_to_peer.topologies import topology, without_links
from mavrs_course.messages import Agent, Bools, Floats, Ints, Request, Slate, Trace

NUMBER_BYTES = 8
MOST_REMEMBERED = 300  # graphs, one for each host and each set of peers that answered


@dataclass(frozen=True)
class Meeting:
    """The ``m`` peers that are connected with the host, numbered 0 to m - 1.

    members: int[m], their places in the panel.  graph: who talks to whom.  host: its number.
    votes: float[B, m, C] in [0, 1], zeros where there are none.  voted: bool[B, m].
    confidence: float[B, m].  stubborn: bool[m].
    """

    members: Ints
    graph: nx.Graph
    host: int
    votes: Floats
    voted: Bools
    confidence: Floats
    stubborn: Bools
    names: tuple[str, ...]
    request: Request
    trace: Trace

    @property
    def vote_bytes(self) -> int:
        """What it takes to send one peer's votes on all pages."""
        pages, _, candidates = self.votes.shape
        return NUMBER_BYTES * pages * (candidates + 1)

    def once(self, what: str, make: Callable[[nx.Graph], Any]) -> Any:
        """``make(graph)``, worked out once for each graph: eigenvalues are dear."""
        known = self.graph.graph["remembered"]
        if what not in known:
            known[what] = make(self.graph)
        return known[what]

    def tell(self, sender: int, receiver: int, kind: str, size_bytes: int) -> None:
        """Write down one message between two peers."""
        self.trace.add(self.names[sender], self.names[receiver], kind, size_bytes=size_bytes)

    def tell_neighbours(self, kind: str, rounds: int) -> None:
        """Write down that everybody told all its neighbours its votes, in each round."""
        links = [*self.graph.edges]
        if not self.graph.is_directed():
            links += [(b, a) for a, b in links]
        for _ in range(rounds):
            for sender, receiver in links:
                self.tell(sender, receiver, kind, self.vote_bytes)


@dataclass(frozen=True)
class Exchange:
    """values: float[B, m, C], what each peer of the meeting thinks of each candidate in the end.
    support: float[B, m, C], at least 0, how much each stood behind what the host thinks."""

    values: Floats
    support: Floats


class PeerNetwork(PanelCoordinator):
    """Agents on a graph.  A way of coordinating is a subclass with a method :meth:`exchange`.

    topology: a name of :data:`~.topologies.TOPOLOGIES`, or a networkx graph on the agents' names.
    host: the name of the peer that the requests reach, or None for one after the other.
    stubborn: names of peers that don't follow the protocol and announce their own vote for ever.
    deadline, rng: as for every coordinator.
    """

    default_topology = "random regular"
    one_way = False  # whether it can do with links that go one way

    def __init__(
        self,
        agents: Sequence[Agent],
        *,
        topology: str | nx.Graph | None = None,
        host: str | None = None,
        stubborn: Collection[str] = (),
        deadline: float | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(agents, deadline=deadline, rng=rng)
        # A stream of its own, so that ties are broken alike whatever the peers draw.
        self.dice = np.random.default_rng(0) if rng is None else rng.spawn(1)[0]
        self.names = self.panel.names
        self.graph = self._checked(self._graph(topology or self.default_topology))
        self.host = None if host is None else self._number(host)
        self.stubborn = frozenset(map(self._number, stubborn))
        self.present = set(range(len(self.names)))
        self._cut: set[tuple[int, int]] = set()
        self._standing: tuple[Any, nx.Graph] | None = None
        self._turn = -1
        self._graphs: dict[Any, tuple[list[int], nx.Graph]] = {}
        self._entry = 0
        self.meeting: Meeting | None = None
        self.values: Floats | None = None

    def _graph(self, wanted: str | nx.Graph) -> nx.Graph:
        if isinstance(wanted, str):
            return topology(wanted, len(self.names), self.dice)
        strangers = set(wanted) - set(self.names)
        if strangers:
            raise ValueError(f"the graph links {sorted(strangers)}, who are not among the agents")
        graph = nx.relabel_nodes(wanted, {name: n for n, name in enumerate(self.names)})
        graph.add_nodes_from(range(len(self.names)))
        return graph

    def _checked(self, graph: nx.Graph) -> nx.Graph:
        if graph.is_directed() and not self.one_way:
            raise ValueError(
                f"{type(self).__name__} needs links that go both ways; PushSum does without"
            )
        return graph

    def _number(self, name: str) -> int:
        if name not in self.names:
            raise ValueError(f"there is no peer {name!r}; the peers are {list(self.names)}")
        return self.names.index(name)

    def leave(self, name: str) -> None:
        """A peer goes: its links are down and it is not asked, until it joins again."""
        self.present.discard(self._number(name))

    def join(self, name: str) -> None:
        """A peer that had left is back, with the links that it had."""
        self.present.add(self._number(name))

    def cut(self, one: str, other: str) -> None:
        """Break the link between two peers."""
        first, second = sorted((self._number(one), self._number(other)))
        self._cut.add((first, second))

    def partition(self, group: Iterable[str]) -> None:
        """Break every link between a group and the others."""
        inside = set(map(self._number, group))
        for a, b in self.graph.edges:
            if (a in inside) != (b in inside):
                self._cut.add((min(a, b), max(a, b)))

    def heal(self, one: str | None = None, other: str | None = None) -> None:
        """Mend the link between two peers, or, without names, every broken link."""
        if one is None or other is None:
            self._cut.clear()
        else:
            self._cut.discard(tuple(sorted((self._number(one), self._number(other)))))

    def standing(self) -> nx.Graph:
        """The graph as it is now: without who has left and without broken links."""
        key = frozenset(self._cut), frozenset(self.present)
        if self._standing is None or self._standing[0] != key:
            graph = without_links(self.graph, self._cut).subgraph(self.present)
            self._standing = key, nx.freeze(graph.copy())
        return self._standing[1]

    @property
    def disagreement(self) -> float:
        """Root mean square distance between the peers after the last exchange, 0 for none."""
        if self.values is None or not self.values.shape[1]:
            return 0.0
        return averaging.disagreement(self.values.transpose(1, 0, 2))

    def pages(self, request: Request) -> Ints:
        """The page that each peer of the last meeting would have shown: int[B, m, K]."""
        if self.values is None:
            raise ValueError("nobody has met yet: recommend(request) first")
        order = np.argsort(-self.values, axis=2, kind="stable")[:, :, : request.slots]
        return np.take_along_axis(request.candidates[:, None, :], order, axis=2)

    def recommend(self, request: Request) -> Slate:
        slate = super().recommend(request)
        host = self.names[self._entry] if self.meeting is None else self._host_name()
        size = NUMBER_BYTES * slate.videos.size
        slate.trace.add(host, "platform", "page", size_bytes=size)
        return slate

    def _host_name(self) -> str:
        return self.meeting.names[self.meeting.host]

    def hear(self, request: Request, trace: Trace) -> Hearing:
        """The request spreads from the host along the links; whom it reaches has a say."""
        self._entry = self._next_entry()
        standing = self.standing()
        reached = [(self._entry, None)] if self._entry in standing else []
        if reached:
            reached += [(b, a) for a, b in nx.bfs_edges(standing, self._entry)]
        asking = Trace()
        hearing = self.panel.ask(request, asking, [peer for peer, _ in reached])
        trace.take_asides(asking)
        answers = {m.sender: m for m in asking if m.receiver == "coordinator"}
        for peer, parent in reached:
            name = self.names[peer]
            teller = "platform" if parent is None else self.names[parent]
            answer = answers[name]
            size = request.candidates.nbytes
            trace.add(teller, name, "request", size_bytes=size, seconds=answer.seconds)
            if answer.kind == "no answer":
                trace.add(name, teller, "no answer")
        return hearing

    def _next_entry(self) -> int:
        if self.host is not None:
            return self.host
        self._turn += 1
        present = sorted(self.present) or [0]
        return present[self._turn % len(present)]

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        self.meeting = self._meet(hearing, trace)
        pages, agents, candidates = hearing.scores.shape
        scores: Floats = np.zeros((pages, candidates))
        support = np.zeros((pages, agents, candidates))
        if self.meeting is None:
            self.values = None
        else:
            exchange = self.exchange(self.meeting)
            self.values = exchange.values
            scores = exchange.values[:, self.meeting.host]
            support[:, self.meeting.members] = exchange.support
        return Decision.by_scores(scores, support, hearing.request.slots, self.rng)

    def _meet(self, hearing: Hearing, trace: Trace) -> Meeting | None:
        """Who can talk with whom among those who answered; None where nobody did."""
        answered = set(np.flatnonzero(hearing.heard.any(axis=0)).tolist())
        if not answered:
            return None
        # Where the host itself is silent, the platform turns to the next one that answers.
        host = self._entry if self._entry in answered else min(answered)
        members, graph = self._part(frozenset(answered), host)
        places = np.array(members)
        return Meeting(
            members=places,
            graph=graph,
            host=members.index(host),
            votes=hearing.votes[:, places],
            voted=hearing.heard[:, places],
            confidence=hearing.confidence[:, places],
            stubborn=np.array([peer in self.stubborn for peer in members]),
            names=tuple(self.names[peer] for peer in members),
            request=hearing.request,
            trace=trace,
        )

    def _part(self, awake: frozenset[int], host: int) -> tuple[list[int], nx.Graph]:
        """Who is connected with the host, and the graph among them, numbered from 0."""
        key = awake, host, frozenset(self._cut), frozenset(self.present)
        if key not in self._graphs:
            graph = self.standing().subgraph(awake)
            linked = graph.to_undirected() if graph.is_directed() else graph
            members = sorted(nx.node_connected_component(linked, host))
            numbers = {peer: number for number, peer in enumerate(members)}
            if len(self._graphs) >= MOST_REMEMBERED:
                self._graphs.clear()
            part = nx.relabel_nodes(graph.subgraph(members), numbers)
            part.graph["remembered"] = {}
            self._graphs[key] = members, part
        return self._graphs[key]

    def exchange(self, meeting: Meeting) -> Exchange:
        """Talk; every message goes into the meeting's trace."""
        raise NotImplementedError


def mixed(mixing: Floats, meeting: Meeting, trust: Floats | None = None) -> Exchange:
    """What linear exchanges end with: everybody's mean of votes by the weights float[m, m].

    Votes and the right to vote travel alike, and a peer's value is their ratio, so a peer without
    a vote on a page doesn't pull that page towards zero.  trust: float[B, m], how much each vote
    counts, 1 without it.
    """
    counts = meeting.voted * (1.0 if trust is None else trust)
    votes = meeting.votes * counts[:, :, None]
    total = mixing @ votes
    weight = (counts @ mixing.T)[:, :, None]
    values = np.divide(total, weight, out=np.zeros_like(total), where=weight > 1e-12)
    return Exchange(values, mixing[meeting.host][None, :, None] * votes)
