"""Seven ways of filling a page as peers, each with its cost in messages and its guarantee.

======================  =========================  ===========================================
way                     messages among n peers     against peers that lie in every round
======================  =========================  ===========================================
peer-averaging          2 links x rounds           none: one such peer decides in the end
gossip                  2 x meetings               none
push-sum                links x rounds             none
trimmed-averaging       2 links x rounds           f of them on a robust graph
belief-propagation      2 (n - 1)                  each moves log-odds by at most 4 J a link
negotiation             2 (n - 1) x offers         f of them can't block a page
learned-communication   2 links x rounds           none; it learns whom not to believe
======================  =========================  ===========================================

To that come n requests and 1 page.  A hierarchy that asks everybody takes 2 n in all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np

from mavrs_course.coordination.base import Decision
from mavrs_course.coordination.panel import Hearing
from mavrs_course.coordination.peer_to_peer import (
    averaging,
    belief_propagation,
    gossip,
    negotiation,
    push_sum,
    trimming,
)
from mavrs_course.coordination.peer_to_peer.network import Exchange, Meeting, PeerNetwork, mixed
from mavrs_course.coordination.peer_to_peer.topologies import hears
from mavrs_course.messages import Bools, Feedback, Floats, Ints, Trace

TOLERANCE = 0.05  # of the disagreement at the start, which ways that average go down to
MOST_ROUNDS = 200


class PeerAveraging(PeerNetwork):
    """Everybody averages with all its neighbours, by Metropolis weights, in rounds.

    rounds: how many; None for as many as the graph needs until 5 % of the disagreement is left.
    Guarantee: with honest peers, that bound, for any votes.  None against a stubborn peer, which
    all others follow in the end.
    """

    def __init__(self, agents, *, rounds: int | None = None, **options: Any) -> None:
        super().__init__(agents, **options)
        self.rounds = rounds

    def exchange(self, meeting: Meeting) -> Exchange:
        weights, enough = meeting.once("averaging", _averaging)
        rounds = enough if self.rounds is None else self.rounds
        meeting.tell_neighbours("votes", rounds)
        weights = averaging.with_stubborn(weights, meeting.stubborn)
        return mixed(np.linalg.matrix_power(weights, rounds), meeting)


class Gossip(PeerNetwork):
    """Two random neighbours at a time take the mean of what they hold.

    meetings: how many; None for as many as the graph needs until the expected disagreement is
    5 %.  Guarantee: that expectation, among honest peers.  None against a stubborn peer.
    """

    default_topology = "complete"

    def __init__(self, agents, *, meetings: int | None = None, **options: Any) -> None:
        super().__init__(agents, **options)
        self.meetings = meetings

    def exchange(self, meeting: Meeting) -> Exchange:
        steps = self.meetings
        if steps is None:
            steps = meeting.once("meetings", lambda g: gossip.meetings_needed(g, TOLERANCE))
        meetings = gossip.draw_meetings(meeting.graph, steps, self.dice)
        for one, other in meetings:
            meeting.tell(one, other, "votes", meeting.vote_bytes)
            meeting.tell(other, one, "votes", meeting.vote_bytes)
        everybody = np.eye(len(meeting.members))
        return mixed(gossip.gossip(everybody, meetings, meeting.stubborn), meeting)


class PushSum(PeerNetwork):
    """Everybody gives away equal parts of its votes and weight, over links that go one way.

    rounds: None for as many as the slowest eigenvalue asks for.  Guarantee: the mean of all
    honest votes in the limit, on any strongly connected graph.  None against a stubborn peer,
    which here makes votes out of nothing.
    """

    default_topology = "directed"
    one_way = True

    def __init__(self, agents, *, rounds: int | None = None, **options: Any) -> None:
        super().__init__(agents, **options)
        self.rounds = rounds

    def exchange(self, meeting: Meeting) -> Exchange:
        shares, enough = meeting.once("sharing", _sharing)
        rounds = enough if self.rounds is None else self.rounds
        meeting.tell_neighbours("shares", rounds)
        shares = averaging.with_stubborn(shares, meeting.stubborn)
        return mixed(np.linalg.matrix_power(shares, rounds), meeting)


def _averaging(graph: nx.Graph) -> tuple[Floats, int]:
    weights = averaging.metropolis_weights(graph)
    return weights, averaging.rounds_needed(weights, TOLERANCE, MOST_ROUNDS)


def _sharing(graph: nx.Graph) -> tuple[Floats, int]:
    """Shares float[m, m], and the rounds until their second eigenvalue is down to the tolerance."""
    shares = push_sum.sharing_weights(graph)
    sizes = np.sort(np.abs(np.linalg.eigvals(shares)))
    if len(sizes) < 2 or sizes[-2] < 1e-9:
        return shares, 1
    if sizes[-2] > 1 - 1e-9:
        return shares, MOST_ROUNDS
    return shares, min(MOST_ROUNDS, int(np.ceil(np.log(TOLERANCE) / np.log(sizes[-2]))))


class TrimmedAveraging(PeerNetwork):
    """W-MSR: everybody leaves out the ``liars`` highest and lowest values that it hears.

    The guarantee is that of :mod:`~mavrs_course.coordination.peer_to_peer.trimming`: up to
    ``liars`` stubborn peers can't move an honest peer out of the range of the honest votes, and
    the honest agree on a graph that is (liars + 1, liars + 1)-robust, such as the default one if
    there are at least 4 liars + 1 peers.  Beyond that number nothing is promised.  Whoever is
    connected to a host that lies itself sees what that host wants.
    """

    default_topology = "robust"

    def __init__(self, agents, *, liars: int = 1, rounds: int = 6, **options: Any) -> None:
        if liars < 0 or rounds < 0:
            raise ValueError(f"liars and rounds are 0 or more, not {liars} and {rounds}")
        super().__init__(agents, **options)
        self.liars, self.rounds = liars, rounds

    def exchange(self, meeting: Meeting) -> Exchange:
        meeting.tell_neighbours("votes", self.rounds)
        hear, votes = meeting.once("hears", hears), meeting.votes.transpose(1, 0, 2)
        held = _with_what_neighbours_say(votes, meeting.voted.T, hear)
        for _ in range(self.rounds):
            moved = trimming.trimmed_round(held, hear, self.liars)
            moved[meeting.stubborn] = held[meeting.stubborn]
            held = moved
        # What a peer says above the (f + 1)-th highest vote moves nothing, and earns nothing.
        rank = min(self.liars, len(votes) - 1)
        ceiling = -np.sort(-meeting.votes, axis=1)[:, rank : rank + 1]
        return Exchange(held.transpose(1, 0, 2), np.minimum(meeting.votes, ceiling))


def _with_what_neighbours_say(votes: Floats, voted: Bools, hear: Bools) -> Floats:
    """Votes float[m, B, C]; who has none starts from the median of its neighbours' votes."""
    held = np.array(votes)
    for peer, page in np.argwhere(~voted):
        speakers = hear[peer] & voted[:, page]
        held[peer, page] = np.median(votes[speakers, page], axis=0) if speakers.any() else 0.0
    return held


class BeliefPropagation(PeerNetwork):
    """Beliefs "this candidate is good" travel a tree from the host and back, in two sweeps.

    coupling: J, how closely neighbours agree.  evidence: the log-odds between a peer's best and
    worst candidate.  Guarantee: exact beliefs of the model on the tree; and whatever a stubborn
    peer or all behind it say, it moves the host's log-odds by at most 4 J for each link.
    """

    def __init__(
        self, agents, *, coupling: float = 1.0, evidence: float = 2.0, **options: Any
    ) -> None:
        if coupling < 0 or evidence < 0:
            raise ValueError(f"coupling and evidence are 0 or more, not {coupling} and {evidence}")
        super().__init__(agents, **options)
        self.coupling, self.evidence = coupling, evidence

    def exchange(self, meeting: Meeting) -> Exchange:
        tree = belief_propagation.spanning_tree(meeting.graph, meeting.host)
        inward = [(child, parent) for parent, child in nx.bfs_edges(tree, meeting.host)][::-1]
        for sender, receiver in [*inward, *[(b, a) for a, b in reversed(inward)]]:
            meeting.tell(sender, receiver, "belief", meeting.vote_bytes)
        differs = np.ptp(meeting.votes, axis=2, keepdims=True) > 0  # the indifferent say nothing
        odds = self.evidence * (meeting.votes - 0.5) * differs
        beliefs = belief_propagation.propagate_on_tree(
            odds.transpose(1, 0, 2), tree, self.coupling, meeting.host
        )
        distance = nx.single_source_shortest_path_length(tree, meeting.host)
        reach = np.tanh(self.coupling) ** np.array([distance[n] for n in range(len(distance))])
        return Exchange(beliefs.transpose(1, 0, 2), reach[None, :, None] * meeting.votes)


class Negotiation(PeerNetwork):
    """Peers propose whole pages in turn and accept what is worth enough to them by then.

    refusals: f, how many need not agree; None for a third of the peers, rounded down.  patience
    and most: see :func:`~mavrs_course.coordination.peer_to_peer.negotiation.alternating_offers`,
    whose guarantee this is.  An offer travels a tree, and the answers are counted on the way back.
    """

    def __init__(
        self,
        agents,
        *,
        refusals: int | None = None,
        patience: float = 0.9,
        most: int = 30,
        **options: Any,
    ) -> None:
        super().__init__(agents, **options)
        self.refusals, self.patience, self.most = refusals, patience, most
        self.deal: negotiation.Deal | None = None

    def exchange(self, meeting: Meeting) -> Exchange:
        peers = len(meeting.members)
        refusals = peers // 3 if self.refusals is None else min(self.refusals, peers - 1)
        order = self.dice.permutation(peers)
        self.deal = deal = negotiation.alternating_offers(
            meeting.votes,
            meeting.request.slots,
            order,
            quorum=peers - refusals,
            patience=self.patience,
            most=self.most,
            stubborn=meeting.stubborn,
        )
        self._tell(meeting, order, deal)
        values = np.zeros_like(meeting.votes[:, 0])
        places = np.arange(meeting.request.slots, 0, -1.0)
        np.put_along_axis(values, deal.columns, np.broadcast_to(places, deal.columns.shape), axis=1)
        support = meeting.votes * deal.accepted[:, :, None]
        return Exchange(np.repeat(values[:, None], peers, axis=1), support)

    def _tell(self, meeting: Meeting, order: Ints, deal: negotiation.Deal) -> None:
        for number in range(int(deal.rounds.max(initial=0))):
            open_pages = int((deal.rounds > number).sum())
            proposer = int(order[number % len(order)])
            links = list(nx.bfs_edges(meeting.graph, proposer))
            for a, b in links:
                meeting.tell(a, b, "offer", 8 * open_pages * meeting.request.slots)
            for a, b in reversed(links):
                meeting.tell(b, a, "answers", 8 * open_pages)


class LearnedCommunication(PeerNetwork):
    """Averaging in which clicks teach whom to believe.

    Every peer ``j`` is believed with weight ``exp(b_j + c * confidence_j)``, and the votes, so
    weighted, are averaged among neighbours: attention that looks at who speaks.  ``b`` and ``c``
    start at 0, the plain average.  They follow the gradient of the log-probability of what was
    clicked, among the videos shown, under a softmax of ``sharpness`` times the joint score; a
    click moves them by ``rate / sqrt(clicks so far)`` times the gradient.

    Guarantee: starts as :class:`PeerAveraging`, and no peer is believed more than
    ``exp(2 * limit)`` times as much as another.  None against a stubborn peer.  Clicks are all that
    it learns from: who misleads about clicks is believed less, and who pushes what is clicked and
    does harm later is believed more.
    """

    def __init__(
        self,
        agents,
        *,
        rounds: int | None = None,
        rate: float = 0.1,
        sharpness: float = 5.0,
        limit: float = 4.0,
        **options: Any,
    ) -> None:
        super().__init__(agents, **options)
        self.rounds, self.rate, self.sharpness, self.limit = rounds, rate, sharpness, limit
        self.belief = np.zeros(len(self.names))
        self.trust_in_confidence, self.clicks = 0.0, 0

    def exchange(self, meeting: Meeting) -> Exchange:
        weights, enough = meeting.once("averaging", _averaging)
        rounds = enough if self.rounds is None else self.rounds
        meeting.tell_neighbours("weighted votes", rounds)
        weights = averaging.with_stubborn(weights, meeting.stubborn)
        trust = np.exp(self._logits(meeting))
        return mixed(np.linalg.matrix_power(weights, rounds), meeting, trust)

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        decision = super().decide(hearing, trace)
        return replace(decision, note=self.meeting)

    def _logits(self, meeting: Meeting) -> Floats:
        """How far each peer of the meeting is believed on each page: float[B, m]."""
        logits = self.belief[meeting.members] + self.trust_in_confidence * meeting.confidence
        return np.clip(logits, -self.limit, self.limit)

    def study(self, note: Meeting, feedback: Feedback) -> None:
        """Believe more who ranked what was clicked above what else was shown."""
        clicked = np.flatnonzero(feedback.active & (feedback.clicked >= 0))
        if not len(clicked):
            return
        meeting = note
        step, confidence_step = self._gradient(meeting, feedback, clicked)
        self.clicks += len(clicked)
        pace = (
            self.rate * len(clicked) / np.sqrt(self.clicks)
        )  # for a click 1 / sqrt(clicks so far)
        belief = self.belief[meeting.members] + pace * step
        self.belief[meeting.members] = np.clip(belief, -self.limit, self.limit)
        wanted = self.trust_in_confidence + pace * confidence_step
        self.trust_in_confidence = float(np.clip(wanted, -self.limit, self.limit))

    def _gradient(self, meeting: Meeting, feedback: Feedback, rows: Ints) -> tuple[Floats, float]:
        """The gradient for the beliefs, each divided by the peer's own weight, and for confidence.

        With weights ``a``, joint scores ``s = a v`` and click chances ``p`` among the slots, it is
        the mean over pages of ``(v_click - p v) - (s_click - p s)`` for each peer.
        """
        candidates = meeting.request.candidates[rows]
        shown = feedback.slate.videos[rows]
        columns = (candidates[:, None, :] == shown[:, :, None]).argmax(axis=2)
        votes = np.take_along_axis(meeting.votes[rows], columns[:, None, :], axis=2)  # [R, m, K]
        weights = np.exp(self._logits(meeting)[rows]) * meeting.voted[rows]
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
        joint = np.einsum("rm,rmk->rk", weights, votes)
        chance = np.exp(self.sharpness * (joint - joint.max(axis=1, keepdims=True)))
        chance /= chance.sum(axis=1, keepdims=True)
        surprise = -chance
        surprise[np.arange(len(rows)), feedback.clicked[rows]] += 1.0
        gain = self.sharpness * np.einsum("rk,rmk->rm", surprise, votes)
        gain = (gain - (weights * gain).sum(axis=1, keepdims=True)) * meeting.voted[rows]
        sure = (weights * gain * meeting.confidence[rows]).sum(axis=1)
        return gain.mean(axis=0), float(sure.mean())


MODES = {
    "peer-averaging": PeerAveraging,
    "gossip": Gossip,
    "push-sum": PushSum,
    "trimmed-averaging": TrimmedAveraging,
    "belief-propagation": BeliefPropagation,
    "negotiation": Negotiation,
    "learned-communication": LearnedCommunication,
}
