"""Consensus as ways of coordinating: every agent is asked, and a rule makes one page of it.

What each withstands, of ``n`` agents that were heard, ``f`` of them saying whatever they like, and
``C`` candidates.  "Keeps a unanimous favourite": a video that every honest agent puts first stays
first.  "Keeps a unanimous page": so does the set of K videos that every honest agent puts on top.

==============  ====================================  =========================================
way             keeps a unanimous favourite while     and beyond
==============  ====================================  =========================================
mean            f < (n - f) * its lead in votes       it need not, even against a single liar
median          f < n / 2                             f liars are the majority, and decide
trimmed-mean    f <= ``liars`` <= (n - 1) / 2         liars are left in the mean
borda           f < n / C                             f liars can put the second above it
rrf             see :class:`ReciprocalRankFusion`     f liars can put the second above it
copeland        f < n / 2, also a unanimous page      f liars are the majority, and decide
kemeny          f < n / 2, also a unanimous page      f liars are the majority, and decide
schulze         f < n / 2, also a unanimous page      f liars are the majority, and decide
deliberation    as trimmed-mean                       as trimmed-mean
hedge           what clicks have taught: see there    its weights follow the clicks
calibrated      what clicks have taught: see there    its weights follow the clicks
==============  ====================================  =========================================

The tests of this module try these bounds with the worst liars that there are, at the limit and one
beyond.  An agent that is late, silent or answers with NaN is one agent fewer, for that page.
Shouting changes no rank, and no vote, as votes are stretched to [0, 1] page by page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.consensus import kemeny as orders
from mavrs_course.coordination.consensus import rankings, scores
from mavrs_course.coordination.consensus.deliberation import Seat
from mavrs_course.coordination.consensus.feedback import Hedge, VoteCalibration, ranking_losses
from mavrs_course.coordination.panel import Hearing, Panel
from mavrs_course.messages import Agent, Bools, Feedback, Floats, Ints, Request, Trace

ROUNDING = 1e-9


class ConsensusCoordinator(PanelCoordinator):
    """The base: ``joint`` scores the candidates, ``support`` says who stood behind them."""

    def joint(self, hearing: Hearing) -> Floats:
        """float[B, C], larger is better."""
        raise NotImplementedError

    def support(self, hearing: Hearing) -> Floats:
        """float[B, n, C], at least 0: Borda's points, the share of the others put below."""
        points = hearing.scores.shape[2] - rankings.places(hearing.scores)
        spoke = hearing.heard & (hearing.scores.max(axis=2) > hearing.scores.min(axis=2))
        return points * spoke[:, :, None]

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        joint = self.joint(hearing).round(9)  # rounding errors decide nothing
        return Decision.by_scores(joint, self.support(hearing), hearing.request.slots, self.rng)


# --- by scores ------------------------------------------------------------------------------------


class MeanOfVotes(ConsensusCoordinator):
    """The mean of the votes, scores stretched to [0, 1]: the plain baseline.

    Each liar moves a candidate by at most ``1 / n``; a lead of more than ``f / (n - f)`` in the
    honest agents' votes survives ``f`` of them, a smaller one need not.
    """

    def joint(self, hearing: Hearing) -> Floats:
        return scores.mean(hearing.votes, hearing.heard)

    def support(self, hearing: Hearing) -> Floats:
        return hearing.votes


class TrimmedMean(ConsensusCoordinator):
    """The mean without the ``liars`` highest and lowest votes for each candidate.

    liars: how many to withstand, a third of the agents (rounded down, of ``n - 1``) when not given.
    Guarantee, for ``n >= 2 * liars + 1`` agents heard: the result lies among honest votes
    (:func:`~.scores.trimmed_mean`).  Credit goes to those that were not cut.
    """

    def __init__(self, agents: Sequence[Agent], *, liars: int | None = None, **options) -> None:
        super().__init__(agents, **options)
        self.liars = (len(self.agents) - 1) // 3 if liars is None else liars
        if self.liars < 0:
            raise ValueError(f"there can't be {liars} liars")

    def joint(self, hearing: Hearing) -> Floats:
        return scores.trimmed_mean(hearing.votes, self.liars, hearing.heard)

    def support(self, hearing: Hearing) -> Floats:
        kept = scores.kept_after_trimming(hearing.votes, self.liars, hearing.heard)
        return hearing.votes * kept


class Median(TrimmedMean):
    """Each candidate's median vote: among honest votes while fewer than half of the heard lie."""

    def __init__(self, agents: Sequence[Agent], **options) -> None:
        super().__init__(agents, **options)
        self.liars = len(self.agents)


# --- by ranks -------------------------------------------------------------------------------------


class Borda(ConsensusCoordinator):
    """A point for each candidate put below.

    Keeps a unanimous favourite against fewer than ``n / C`` liars, and no more: with ten
    candidates one liar among nine can be enough.
    """

    def joint(self, hearing: Hearing) -> Floats:
        return rankings.borda(hearing.scores, _heard(hearing))


class ReciprocalRankFusion(ConsensusCoordinator):
    """The sum of ``1 / (k + place)``; k = 60 where nothing else is said.

    Keeps a unanimous favourite while ``f (1/(k+1) - 1/(k+C)) < (n - f) (1/(k+1) - 1/(k+2))``.
    """

    def __init__(self, agents: Sequence[Agent], *, k: float = rankings.RRF_K, **options) -> None:
        super().__init__(agents, **options)
        self.k = k

    def joint(self, hearing: Hearing) -> Floats:
        return rankings.reciprocal_rank_fusion(hearing.scores, _heard(hearing), self.k)


class Copeland(ConsensusCoordinator):
    """Pairs won minus pairs lost.  While fewer than half lie, a unanimous favourite or page stays:
    each of its videos beats each of the others, whatever the liars say."""

    def joint(self, hearing: Hearing) -> Floats:
        return rankings.copeland(_pairwise(hearing))


class Schulze(ConsensusCoordinator):
    """Fewest defeats by chains of victories.  While fewer than half lie, a unanimous favourite or
    page stays: no chain leads back to it."""

    def joint(self, hearing: Hearing) -> Floats:
        return rankings.schulze(_pairwise(hearing))


class Kemeny(ConsensusCoordinator):
    """The ranking with the fewest disagreements, exact up to ``exact_up_to`` candidates, else by
    local search.  While fewer than half lie, a unanimous favourite or page stays on top."""

    def __init__(
        self, agents: Sequence[Agent], *, exact_up_to: int = orders.EXACT_UP_TO, **options
    ) -> None:
        super().__init__(agents, **options)
        self.exact_up_to = exact_up_to

    def joint(self, hearing: Hearing) -> Floats:
        preferred = _pairwise(hearing)
        shuffled = self._shuffled(preferred)
        page = np.arange(len(preferred))[:, None, None]
        preferred = preferred[page, shuffled[:, :, None], shuffled[:, None, :]]
        order = np.take_along_axis(shuffled, orders.kemeny(preferred, self.exact_up_to), axis=1)
        return -np.argsort(order, axis=1).astype(float)

    def _shuffled(self, preferred: Floats) -> Ints:
        """Equally good rankings are told apart by the numbering, so chance does the numbering."""
        pages, candidates = preferred.shape[:2]
        numbering = np.broadcast_to(np.arange(candidates), (pages, candidates))
        return numbering if self.rng is None else self.rng.permuted(numbering, axis=1)


# --- by experience --------------------------------------------------------------------------------


class LearningConsensus(ConsensusCoordinator):
    """The base of those that learn from feedback whom to believe.

    explore: the share of pages that are filled by chance, and then alone are learned from, so that
    nobody's influence on the page colours what the page says.  0 learns from every page, which is
    faster and not quite fair (:mod:`~.feedback`).
    """

    def __init__(self, agents: Sequence[Agent], *, explore: float = 0.0, **options) -> None:
        super().__init__(agents, **options)
        if not 0 <= explore <= 1:
            raise ValueError(f"explore is a share between 0 and 1, not {explore}")
        if explore and self.rng is None:
            raise ValueError("exploring draws pages at random: give rng=")
        self.explore = explore

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        decision = super().decide(hearing, trace)
        if not self.explore or self.rng is None:
            return replace(decision, note=(hearing, np.ones(len(hearing.heard), dtype=bool)))
        instructive = self.rng.random(len(hearing.heard)) < self.explore
        chance = self.rng.random(hearing.scores[:, 0].shape)
        columns = np.argsort(chance, axis=1)[:, : hearing.request.slots]
        by_chance = instructive[:, None]
        columns = np.where(by_chance, columns, decision.columns)
        equal = np.full(decision.credit.shape, 1.0 / len(self.agents))
        credit = np.where(by_chance[:, :, None], equal, decision.credit)
        return Decision(columns, credit, note=(hearing, instructive))

    def study(self, note: tuple[Hearing, Bools], feedback: Feedback) -> None:
        """Learn who was right."""
        hearing, instructive = note
        rows = np.flatnonzero(feedback.active & instructive)
        videos = feedback.slate.videos[rows]
        candidates = hearing.request.candidates[rows]
        columns = (candidates[:, None, :] == videos[:, :, None]).argmax(axis=2)
        votes = np.take_along_axis(hearing.votes[rows], columns[:, None, :], axis=2)
        told = feedback.clicked[rows], hearing.confidence[rows], hearing.heard[rows]
        self.update(votes, *told)

    def update(self, votes: Floats, clicked: Ints, confidence: Floats, heard: Bools) -> None:
        """votes float[P, n, K] of the videos shown; clicked int[P]; confidence and heard [P, n]."""
        raise NotImplementedError


class HedgedMean(LearningConsensus):
    """The mean of the votes, weighted by :class:`~.feedback.Hedge`.

    A liar's weight falls with every page that proves it wrong, however many liars there are, as
    long as somebody is right more often.  Until then it is the plain mean, with the mean's bound.
    There is no bound for an agent that is right until it is believed and lies then.
    """

    def __init__(self, agents: Sequence[Agent], *, rate: float | None = None, **options) -> None:
        super().__init__(agents, **options)
        self.hedge = Hedge(len(self.agents), rate)

    def joint(self, hearing: Hearing) -> Floats:
        return self.support(hearing).sum(axis=1)

    def support(self, hearing: Hearing) -> Floats:
        return hearing.votes * self.hedge.weights[:, None]

    def update(self, votes: Floats, clicked: Ints, confidence: Floats, heard: Bools) -> None:
        losses, told = ranking_losses(votes, clicked)
        self.hedge.learn(np.where(heard, losses, 0.5)[told])


class CalibratedFusion(LearningConsensus):
    """Adds up the log-odds of a click that each agent's vote has come to stand for.

    That is Bayes' rule for agents whose errors are independent; where they are not, it is surer
    than it should be, which changes its probabilities more than its order.  With ``method``
    "platt" a liar that always lies is turned round, even when liars are the majority, and each
    agent's confidence counts for what it has proved to be worth.  An agent that lies only sometimes
    loses its say.  Before the first feedback it is the mean of the votes, with the mean's bound.
    There is no bound for an agent that is right until it is believed and lies then.
    """

    def __init__(self, agents: Sequence[Agent], *, method: str = "platt", **options) -> None:
        super().__init__(agents, **options)
        self.calibration = VoteCalibration(len(self.agents), method)

    def joint(self, hearing: Hearing) -> Floats:
        return self._evidence(hearing).sum(axis=1)

    def support(self, hearing: Hearing) -> Floats:
        return np.maximum(self._evidence(hearing), 0.0)

    def _evidence(self, hearing: Hearing) -> Floats:
        if not self.calibration.clicked.any():
            return hearing.votes
        evidence = self.calibration.evidence(hearing.votes, hearing.confidence)
        return evidence * hearing.heard[:, :, None]

    def update(self, votes: Floats, clicked: Ints, confidence: Floats, heard: Bools) -> None:
        was_clicked = clicked[:, None] == np.arange(votes.shape[2])
        self.calibration.learn(votes, was_clicked, confidence, heard)


# --- by talking -----------------------------------------------------------------------------------


class Deliberation(TrimmedMean):
    """Two rounds: everybody hears the median of the first, a trimmed mean of the second decides.

    An agent with a ``reconsider`` method revises as it likes; any other yields to the median as
    far as it is not confident (:func:`~.deliberation.yielding`), so that the confident weigh more.
    ``liars`` as in :class:`TrimmedMean`; with 0 the second round's plain mean decides, which gains
    most from honest confidence and loses most to the dishonest kind.  (Were the median to decide,
    yielding to the median would change nothing: lesson 14 shows why.)
    Half of the deadline is for each round; who misses the second keeps its first vote.  It costs
    ``2 n`` messages more than one round.
    Guarantee, for ``n >= 2 * liars + 1`` agents heard, ``liars`` of them lying in both rounds: the
    median lies among the honest votes, so honest agents that yield stay among them, and so does
    the result.
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        *,
        deadline: float | None = None,
        liars: int | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(agents, liars=liars, deadline=deadline, rng=rng)
        self._seats = [Seat(agent) for agent in self.agents]
        self.panel = Panel(self._seats, deadline=None if deadline is None else deadline / 2)

    def hear(self, request: Request, trace: Trace) -> Hearing:
        self._summarise(None)
        first = super().hear(request, trace)
        self._summarise(scores.median(first.votes, first.heard))
        talk = Trace()
        who = np.flatnonzero(first.heard.all(axis=0)).tolist()
        second = self.panel.ask(request, talk, who)
        self._summarise(None)
        names = {"request": "summary", "opinion": "second opinion"}
        size = first.votes[:, 0].nbytes
        for said in talk:
            cost = {"size_bytes": said.size_bytes, "tokens": said.tokens, "seconds": said.seconds}
            if said.kind == "request":
                cost["size_bytes"] = size
            trace.add(said.sender, said.receiver, names.get(said.kind, said.kind), **cost)
        revised = np.where(second.heard[:, :, None], second.scores, first.scores)
        return replace(
            first,
            scores=revised,
            confidence=np.where(second.heard, second.confidence, first.confidence),
            excuses=first.excuses | second.excuses,
            note=np.where(second.heard[:, :, None], _bounded(second), first.votes),
        )

    def _summarise(self, summary: Floats | None) -> None:
        for seat in self._seats:
            seat.summary = summary

    def joint(self, hearing: Hearing) -> Floats:
        return scores.trimmed_mean(hearing.note, self.liars, hearing.heard)

    def support(self, hearing: Hearing) -> Floats:
        kept = scores.kept_after_trimming(hearing.note, self.liars, hearing.heard)
        return hearing.note * kept


def _bounded(hearing: Hearing) -> Floats:
    """Votes for scores that should lie in [0, 1] already: stretched only where they do not."""
    low = hearing.scores.min(axis=2, keepdims=True) < -ROUNDING
    high = hearing.scores.max(axis=2, keepdims=True) > 1.0 + ROUNDING
    return np.where(low | high, hearing.votes, np.clip(hearing.scores, 0.0, 1.0))


def _heard(hearing: Hearing) -> Floats:
    return hearing.heard.astype(float)


def _pairwise(hearing: Hearing) -> Floats:
    return rankings.pairwise(hearing.scores, _heard(hearing))


MODES = {
    "mean": MeanOfVotes,
    "median": Median,
    "trimmed-mean": TrimmedMean,
    "borda": Borda,
    "rrf": ReciprocalRankFusion,
    "copeland": Copeland,
    "kemeny": Kemeny,
    "schulze": Schulze,
    "hedge": HedgedMean,
    "calibrated": CalibratedFusion,
    "deliberation": Deliberation,
}
