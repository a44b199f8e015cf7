"""Ways of coordinating as peers: what they cost, what they survive, how they break and heal."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import strange_agents as strange
import torch

from mavrs_course.coordination.average import AverageOfAgents
from mavrs_course.coordination.peer_to_peer import communication, ways
from mavrs_course.coordination.peer_to_peer.topologies import hears
from mavrs_course.messages import Feedback, Opinion, Request

RNG = np.random.default_rng(2)
QUALITY = RNG.normal(size=60)


class Says:
    """Gives each candidate a score by a rule; confidence may be set."""

    def __init__(self, name, scores, confidence=0.5):
        self.name, self.scores, self.confidence = name, np.asarray(scores, dtype=float), confidence

    def opine(self, request):
        sure = np.full(len(request), self.confidence)
        return Opinion(self.name, self.scores[request.candidates], sure)

    def learn(self, feedback):
        pass


def honest(number, noise=0.3):
    return [strange.Honest(f"p{n}", QUALITY, seed=n, noise=noise) for n in range(number)]


def a_request(pages=20, candidates=10, slots=3, seed=0):
    rng = np.random.default_rng(seed)
    rows = [rng.permutation(60)[:candidates] for _ in range(pages)]
    return Request(np.arange(pages), np.stack(rows), slots)


def kinds(trace, kind):
    return [message for message in trace if message.kind == kind]


# --- cost ------------------------------------------------------------------------------------


def test_averaging_sends_a_message_for_each_link_direction_and_round():
    way = ways.PeerAveraging(honest(8), topology="ring", rounds=5)
    trace = way.recommend(a_request(pages=4)).trace
    assert len(kinds(trace, "request")) == 8 and len(kinds(trace, "page")) == 1
    assert len(kinds(trace, "votes")) == 2 * 8 * 5
    assert {m.size_bytes for m in kinds(trace, "votes")} == {8 * 4 * (10 + 1)}
    pairs = {(m.sender, m.receiver) for m in kinds(trace, "votes")}
    assert pairs == {(f"p{a}", f"p{b}") for a in range(8) for b in ((a + 1) % 8, (a - 1) % 8)}
    assert trace.seconds > 0


def test_beliefs_cost_what_a_hierarchy_costs_and_a_page():
    trace = ways.BeliefPropagation(honest(9)).recommend(a_request()).trace
    assert len(kinds(trace, "belief")) == 2 * (9 - 1)
    assert len(trace) == 9 + 2 * (9 - 1) + 1


def test_gossip_counts_two_messages_a_meeting_and_push_sum_one_a_link_and_round():
    trace = ways.Gossip(honest(6), meetings=11).recommend(a_request()).trace
    assert len(kinds(trace, "votes")) == 22
    way = ways.PushSum(honest(6), rounds=4)
    trace = way.recommend(a_request()).trace
    assert len(kinds(trace, "shares")) == 4 * way.graph.number_of_edges()


def test_an_offer_travels_a_tree_and_the_answers_come_back():
    way = ways.Negotiation(honest(7))
    trace = way.recommend(a_request()).trace
    offers = int(way.deal.rounds.max())
    assert len(kinds(trace, "offer")) == len(kinds(trace, "answers")) == 6 * offers
    assert way.deal.agreed.all()


# --- what they agree on ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "way",
    [
        lambda agents: ways.PeerAveraging(agents, topology="ring", rounds=200),
        lambda agents: ways.Gossip(agents, meetings=800),
        lambda agents: ways.PushSum(agents, rounds=200),
        lambda agents: ways.LearnedCommunication(agents, rounds=200),
    ],
    ids=["averaging", "gossip", "push-sum", "learned communication before it has learned"],
)
def test_honest_peers_come_to_the_page_of_the_average(way):
    request = a_request()
    together = way(honest(9)).recommend(request)
    centre = AverageOfAgents(honest(9)).recommend(request)
    assert np.array_equal(together.videos, centre.videos)


def test_all_pages_are_alike_after_long_talks_and_not_after_none():
    request = a_request()
    for rounds, alike in ((0, False), (200, True)):
        way = ways.PeerAveraging(honest(6), topology="ring", rounds=rounds)
        way.recommend(request)
        pages = way.pages(request)
        assert pages.shape == (20, 6, 3)
        assert (pages == pages[:, :1]).all() == alike
        assert (way.disagreement < 1e-6) == alike


def test_a_peer_without_a_vote_on_a_page_does_not_pull_it():
    request = a_request()
    agents = [*honest(4), strange.OneNaN("odd", QUALITY, seed=9, noise=0.3)]
    way = ways.PeerAveraging(agents, topology="complete")
    videos = way.recommend(request).videos
    without = ways.PeerAveraging(honest(4), topology="complete").recommend(request).videos
    assert np.array_equal(videos[0], without[0])


def test_shouting_changes_nothing():
    request = a_request()
    for way in ways.MODES.values():
        calm = [strange.Honest("loud", QUALITY, seed=9), *honest(5)]
        loud = [strange.Shouting("loud", QUALITY, seed=9), *honest(5)]
        one, other = (way(a, rng=np.random.default_rng(0)).recommend(request) for a in (calm, loud))
        assert np.array_equal(one.videos, other.videos)


# --- liars -----------------------------------------------------------------------------------


def with_a_liar(way, liars=1, peers=9, **options):
    """How good the pages are, from 0 (worst) to 1 (best), when liars never give way."""
    names = [f"liar {n}" for n in range(liars)]
    agents = [strange.Lying(name, QUALITY, seed=50, noise=0.0) for name in names]
    agents += honest(peers - liars)
    coordinator = way(agents, host="p0", stubborn=names, rng=np.random.default_rng(0), **options)
    request = a_request(pages=100)
    chosen = QUALITY[coordinator.recommend(request).videos].mean(axis=1)
    ordered = np.sort(QUALITY[request.candidates], axis=1)
    worst, best = ordered[:, :3].mean(axis=1), ordered[:, -3:].mean(axis=1)
    return ((chosen - worst) / (best - worst)).mean()


def test_averaging_follows_a_liar_that_never_gives_way_and_trimming_does_not():
    assert with_a_liar(ways.PeerAveraging, rounds=300) < 0.05
    assert with_a_liar(ways.PushSum, rounds=300) < 0.05
    assert with_a_liar(ways.Gossip, meetings=3000) < 0.05
    assert with_a_liar(ways.TrimmedAveraging, rounds=300) > 0.9


def test_trimming_promises_nothing_beyond_its_number_of_liars():
    within = with_a_liar(ways.TrimmedAveraging, liars=2, peers=9, **{"topology": "complete"})
    assert within < 0.9
    survived = with_a_liar(lambda a, **k: ways.TrimmedAveraging(a, liars=2, rounds=100, **k),
                           liars=2, topology="complete")  # fmt: skip
    lost = with_a_liar(lambda a, **k: ways.TrimmedAveraging(a, liars=2, rounds=100, **k),
                       liars=3, topology="complete")  # fmt: skip
    assert survived > 0.9 and lost < 0.1


def test_a_liar_moves_the_beliefs_of_its_neighbours_by_at_most_four_couplings():
    coupling, request = 0.7, a_request()
    star = nx.star_graph(["p0", *(f"p{n}" for n in range(1, 6)), "odd"])
    ends = []
    for kind in (strange.Honest, strange.Lying):
        agents = [*honest(6), kind("odd", QUALITY, seed=7)]
        way = ways.BeliefPropagation(agents, topology=star, host="p0", coupling=coupling,
                                     evidence=50.0)  # fmt: skip
        way.recommend(request)
        ends.append(way.values[:, :6])
    assert np.abs(ends[1] - ends[0]).max() <= 4 * coupling + 1e-9
    assert np.abs(ends[1] - ends[0]).max() > coupling


def test_refusing_everything_blocks_no_page():
    agents = [strange.Lying("no", QUALITY), *honest(6)]
    way = ways.Negotiation(agents, stubborn=["no"], host="p0")
    way.recommend(a_request())
    assert way.deal.agreed.all()
    unanimous = ways.Negotiation(agents, stubborn=["no"], host="p0", refusals=0)
    unanimous.recommend(a_request())
    assert not unanimous.deal.agreed.all()


def test_who_misleads_is_believed_less_after_clicks():
    agents = [strange.Lying("liar", QUALITY, seed=3), *honest(5)]
    way = ways.LearnedCommunication(agents, rng=np.random.default_rng(0))
    rng = np.random.default_rng(1)
    for number in range(30):
        slate = way.recommend(a_request(pages=30, seed=number))
        chance = np.exp(2 * QUALITY[slate.videos])
        ticket = rng.random(30) * chance.sum(axis=1)
        clicked = (chance.cumsum(axis=1) < ticket[:, None]).sum(axis=1)
        way.learn(Feedback(slate, clicked, np.full(30, 4.0)))
    assert way.belief[0] < way.belief[1:].min() - 1.0
    assert (np.abs(way.belief) <= way.limit).all()


def test_the_gradient_of_trust_is_the_gradient():
    """Against finite differences of the log-likelihood of the clicks."""
    rng = np.random.default_rng(4)
    agents = [Says(f"p{n}", rng.normal(size=60), confidence=rng.random()) for n in range(4)]
    way = ways.LearnedCommunication(agents)
    way.belief[:] = rng.normal(0, 0.5, 4)
    slate = way.recommend(a_request(pages=6))
    feedback = Feedback(slate, rng.integers(0, 3, 6), np.ones(6))
    meeting = way.meeting

    def likelihood(belief, confidence):
        weight = np.exp(belief + confidence * meeting.confidence)
        weight /= weight.sum(axis=1, keepdims=True)
        joint = np.einsum("bm,bmc->bc", weight, meeting.votes)
        columns = (slate.request.candidates[:, None] == slate.videos[..., None]).argmax(axis=2)
        z = way.sharpness * np.take_along_axis(joint, columns, axis=1)
        return (z[np.arange(6), feedback.clicked] - np.log(np.exp(z).sum(axis=1))).mean(), weight

    step, confidence_step = way._gradient(meeting, feedback, np.arange(6))
    _, weight = likelihood(way.belief, 0.0)
    assert np.allclose(weight, weight[0])
    for peer in range(4):
        nudge = 1e-6 * (np.arange(4) == peer)
        rise = likelihood(way.belief + nudge, 0)[0] - likelihood(way.belief - nudge, 0)[0]
        assert weight[0, peer] * step[peer] == pytest.approx(rise / 2e-6, abs=1e-6)
    rise = likelihood(way.belief, 1e-6)[0] - likelihood(way.belief, -1e-6)[0]
    assert confidence_step == pytest.approx(rise / 2e-6, abs=1e-6)


# --- breaking and healing --------------------------------------------------------------------


def test_a_network_in_two_parts_has_two_pages_and_one_again_when_healed():
    left, right = np.arange(60.0), -np.arange(60.0)
    agents = [Says(f"l{n}", left) for n in range(3)] + [Says(f"r{n}", right) for n in range(3)]
    request = a_request(pages=5)
    pages = {}
    for host in ("l0", "r0"):
        way = ways.PeerAveraging(agents, topology="complete", host=host)
        way.partition(["l0", "l1", "l2"])
        pages[host] = way.recommend(request).videos
        assert len(way.meeting.members) == 3
        way.heal()
        way.recommend(request)
        assert len(way.meeting.members) == 6 and np.ptp(way.values) < 0.2
    assert np.array_equal(pages["l0"], -np.sort(-request.candidates, axis=1)[:, :3])
    assert np.array_equal(pages["r0"], np.sort(request.candidates, axis=1)[:, :3])


def test_peers_leave_and_join_and_the_others_go_on():
    way = ways.PeerAveraging(honest(5), topology="ring", host="p0")
    way.leave("p2")
    slate = way.recommend(a_request())
    assert len(way.meeting.members) == 4 and (slate.credit[..., 2] == 0).all()
    assert "p2" not in {name for m in slate.trace for name in (m.sender, m.receiver)}
    way.leave("p4")  # p0 - p1 and, on its own, p3
    way.recommend(a_request())
    assert way.meeting.names == ("p0", "p1")
    way.join("p2")
    way.join("p4")
    way.recommend(a_request())
    assert len(way.meeting.members) == 5


def test_a_broken_link_is_gone_both_ways_and_can_be_mended():
    way = ways.PeerAveraging(honest(4), topology="line", host="p3")
    way.cut("p2", "p1")
    way.recommend(a_request())
    assert way.meeting.names == ("p2", "p3")
    way.heal("p1", "p2")
    way.recommend(a_request())
    assert len(way.meeting.members) == 4


def test_where_the_host_is_silent_another_one_makes_the_page():
    agents = [strange.Raising("broken", QUALITY), *honest(3)]
    way = ways.PeerAveraging(agents, host="broken", topology="complete")
    slate = way.recommend(a_request())
    assert len(way.meeting.members) == 3 and kinds(slate.trace, "no answer")
    everybody_gone = ways.PeerAveraging(honest(2))
    everybody_gone.leave("p0")
    everybody_gone.leave("p1")
    slate = everybody_gone.recommend(a_request())
    assert slate.videos.shape == (20, 3) and everybody_gone.disagreement == 0.0
    assert everybody_gone.meeting is None


def test_hosts_take_turns():
    way = ways.PeerAveraging(honest(3))
    hosts = [kinds(way.recommend(a_request()).trace, "page")[0].sender for _ in range(4)]
    assert hosts == ["p0", "p1", "p2", "p0"]


def test_a_graph_of_ones_own_and_what_is_refused():
    graph = nx.Graph([("p0", "p2")])
    way = ways.PeerAveraging(honest(3), topology=graph, host="p2")
    way.recommend(a_request())
    assert way.meeting.names == ("p0", "p2")
    for wrong, message in (
        ({"topology": nx.Graph([("p0", "nobody")])}, "nobody"),
        ({"topology": "directed"}, "both ways"),
        ({"host": "nobody"}, "no peer 'nobody'"),
        ({"stubborn": ["nobody"]}, "no peer"),
    ):
        with pytest.raises(ValueError, match=message):
            ways.PeerAveraging(honest(3), **wrong)
    with pytest.raises(ValueError, match="0 or more"):
        ways.TrimmedAveraging(honest(3), liars=-1)
    with pytest.raises(ValueError, match="nobody has met"):
        ways.PeerAveraging(honest(3)).pages(a_request())


# --- learned messages ------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", [0, 1, 2, 3])
def test_nothing_is_learned_faster_than_messages_travel(rounds):
    ring = nx.cycle_graph(9)
    network = communication.CommNet(hears(ring), 2, 3, rounds=rounds, width=8,
                                    generator=torch.Generator().manual_seed(0))  # fmt: skip
    seen = torch.randn(1, 9, 2, generator=torch.Generator().manual_seed(1), requires_grad=True)
    network(seen)[0, 0].sum().backward()
    felt = seen.grad[0].abs().sum(dim=1) > 0
    near = [nx.shortest_path_length(ring, 0, n) <= rounds for n in range(9)]
    assert felt.tolist() == near


def test_commnet_learns_to_tell_and_the_same_seed_learns_the_same():
    def example(batch, generator):
        """Everybody sees one bit and has to know the bit of the next peer round the circle."""
        bits = torch.randint(0, 2, (batch, 4), generator=generator)
        return bits[..., None].float(), bits.sum(dim=1, keepdim=True).expand(batch, 4)

    def trained(rounds):
        torch.manual_seed(99)
        network = communication.CommNet(hears(nx.complete_graph(4)), 1, 5, rounds=rounds, width=32,
                                        generator=torch.Generator().manual_seed(0))  # fmt: skip
        dice = torch.Generator().manual_seed(1)
        losses = communication.train(network, example, steps=150, generator=dice, rate=1e-2)
        return losses, communication.accuracy(network, example, 500, dice)

    silent, talking = trained(0)[1], trained(1)[1]
    assert talking > 0.95 and silent < 0.6
    assert trained(1)[0] == trained(1)[0]
