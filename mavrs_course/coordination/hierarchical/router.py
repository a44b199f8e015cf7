"""A router mixes the agents' votes, with weights that depend on the context and are learned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.hierarchical.context import (
    FEATURES,
    ViewerContext,
    minutes_watched,
)
from mavrs_course.coordination.hierarchical.critic import Critic
from mavrs_course.coordination.notes import Note
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Agent, Bools, Feedback, Floats, Ints, Trace
from mavrs_course.once import learns_once

SMALL_BATCH = 100


def softmax(logits: Floats) -> Floats:
    """Along the last axis."""
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def among(weights: Floats, heard: Bools) -> Floats:
    """Weights float[B, n] shared out among those that were heard; zeros where nobody was."""
    kept = weights * heard
    total = kept.sum(axis=1, keepdims=True)
    return np.divide(kept, total, out=np.zeros_like(kept), where=total > 0)


def slate_gradient(scores: Floats, columns: Ints) -> Floats:
    """How the log-probability of a page changes with each score: float[B, C].

    A page int[B, K] is drawn slot by slot, each time in proportion to ``exp(score)`` among the
    candidates that are left (Plackett and Luce).  So the gradient is, summed over the slots, 1
    for the candidate drawn minus the softmax of those that were left.
    """
    rows = np.arange(len(scores))
    left, gradient = scores.astype(float), np.zeros(scores.shape)
    for column in columns.T:
        gradient -= softmax(left)
        gradient[rows, column] += 1.0
        left[rows, column] = -np.inf
        if np.isneginf(left).all():
            break
    return gradient


@dataclass
class Weighed:
    """What is written on a page of how it was made; ``hearing.request`` says for whom."""

    contexts: Floats
    gates: Floats
    hearing: Hearing
    scores: Floats


class LearnedRouter(PanelCoordinator):
    """A softmax gate weighs the agents by context; policy gradients teach it.

    The gate's weights are ``w = softmax(theta x)``, the joint score of a candidate is
    ``sharpness * sum_i w_i vote_i``, and the page is drawn from these scores by Plackett-Luce
    (Gumbel noise on the scores, then the K largest); without ``rng``, or with ``exploring`` set to
    False, it is simply the K best.  After each page ``theta`` moves along
    ``advantage * grad log p(page)``, in units of the usual size of such a move.

    foresight: how much a page is held to account for what comes after it.  0 is the next click
    and nothing else; towards 1, minutes ``t`` pages later count ``foresight ** t``.  The traces
    of past pages' gradients carry the credit back, and a critic says what was to be expected.
    rate: the step.  reward: what a page was worth, float[B].

    Guarantees.  Shouting changes nothing.  Who is late, silent or broken has no weight on the
    pages where it was not heard, and the others share it.  A liar, one of n, begins with 1/n of
    the weight and loses it as its pages disappoint; as weights are never negative, the most that
    is learned of it is to ignore it.

    Source: Williams, "Simple statistical gradient-following algorithms for connectionist
    reinforcement learning" (1992); traces from Baxter and Bartlett, "Infinite-horizon
    policy-gradient estimation" (JAIR 2001, arXiv 1106.0665); gates from Jacobs et al., "Adaptive
    mixtures of local experts" (1991).
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        *,
        deadline: float | None = None,
        rng: np.random.Generator | None = None,
        foresight: float = 0.0,
        rate: float = 2.0,
        sharpness: float = 20.0,
        reward: Callable[[Feedback], Floats] = minutes_watched,
    ) -> None:
        super().__init__(agents, deadline=deadline, rng=rng)
        if not 0.0 <= foresight <= 1.0:
            raise ValueError(f"foresight lies between 0 and 1, not {foresight}")
        self.foresight, self.rate, self.sharpness = foresight, rate, sharpness
        self.reward, self.exploring = reward, True
        self.context = ViewerContext()
        self.theta = np.zeros((self.logits, len(FEATURES)))
        self.critic = Critic(len(FEATURES), foresight)
        self._trace = np.zeros((0, *self.theta.shape))
        self._watching = np.zeros(0, dtype=np.int64)
        self._squares, self._rounds = 0.0, 0  # for steps that know no unit of reward

    @property
    def logits(self) -> int:
        """How many logits the gate has: one for each agent."""
        return len(self.agents)

    def gates(self, contexts: Floats) -> Floats:
        """The output of each gate: float[B, logits]."""
        return softmax(contexts @ self.theta.T)

    def weights_of(self, gates: Floats) -> Floats:
        """The weight of each agent: float[B, n]."""
        return gates

    def logit_gradient(self, gates: Floats, pull: Floats) -> Floats:
        """From ``pull``, the gradient by the agents' log-weights, to that by the logits."""
        return pull - gates * pull.sum(axis=1, keepdims=True)

    def weights(self, viewers: Ints) -> Floats:
        """How much each agent is believed about each of the viewers: float[B, n]."""
        return self.weights_of(self.gates(self.context.of(viewers)))

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        viewers = hearing.request.viewers
        contexts = self.context.of(viewers)
        gates = self.gates(contexts)
        weights = among(self.weights_of(gates), hearing.heard)
        support = weights[:, :, None] * hearing.votes
        scores = self.sharpness * support.sum(axis=1)
        page = Weighed(contexts, gates, hearing, scores)
        if self.exploring and self.rng is not None:
            scores = scores + self.rng.gumbel(size=scores.shape)
        decision = Decision.by_scores(scores, support, hearing.request.slots, self.rng)
        return replace(decision, note=page)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Count the page, learn whom to believe, then hand the feedback to every agent."""
        self.context.learn(feedback, Note.of(feedback, self.uid).page)
        super().learn(feedback)

    def study(self, note: Weighed, feedback: Feedback) -> None:
        """One step of policy gradient, from the rows that are active."""
        rows = np.flatnonzero(feedback.active)
        viewers, contexts = feedback.request.viewers[rows], note.contexts[rows]
        step = self._settle(np.setdiff1d(self._watching, viewers))
        self._watching = viewers
        trace = self._remembered(viewers, self._gradient(note, feedback)[rows])
        rewards, following = self.reward(feedback)[rows], self.context.of(viewers)
        to_come = self.foresight * self.critic.expected(following)
        surprise = rewards + to_come - self.critic.expected(contexts)
        self.critic.learn(viewers, contexts, rewards, following)
        gradients = surprise[:, None, None] * trace
        self._squares += (gradients**2).sum()
        self._rounds += len(rows)
        usual = np.sqrt(self._squares / max(self._rounds, 1)) + 1e-12
        step = (step + gradients.sum(axis=0)) / usual
        self.theta += self.rate * step / max(len(rows), SMALL_BATCH)

    def _remembered(self, viewers: Ints, gradient: Floats) -> Floats:
        """What the rewards of these pages teach: their gradients, and those of pages before."""
        if self.foresight == 0:
            return gradient
        missing = len(self.context) - len(self._trace)
        if missing > 0:
            self._trace = np.pad(self._trace, ((0, missing), (0, 0), (0, 0)))
        self._trace[viewers] = self.foresight * self._trace[viewers] + gradient
        return self._trace[viewers]

    def _settle(self, gone: Ints) -> Floats:
        """Take back what was expected of viewers who have left: float[logits, d]."""
        if not len(gone) or self.foresight == 0:
            return np.zeros_like(self.theta)
        contexts = self.context.of(gone)
        expected = self.foresight * self.critic.expected(contexts)
        step = -np.einsum("b,bnd->nd", expected, self._trace[gone])
        self.critic.left(gone, contexts)
        self._trace[gone] = 0.0
        return step

    def _gradient(self, page: Weighed, feedback: Feedback) -> Floats:
        """How the log-probability of each page changes with theta: float[B, logits, d]."""
        shown = feedback.slate.videos[:, :, None] == page.hearing.request.candidates[:, None, :]
        by_score = self.sharpness * slate_gradient(page.scores, shown.argmax(axis=2))
        weights = among(self.weights_of(page.gates), page.hearing.heard)
        by_weight = np.einsum("bc,bnc->bn", by_score, page.hearing.votes)
        pull = weights * (by_weight - (weights * by_weight).sum(axis=1, keepdims=True))
        by_logit = self.logit_gradient(page.gates, pull)
        return by_logit[:, :, None] * page.contexts[:, None, :]


def far_sighted(agents: Sequence[Agent], **options) -> LearnedRouter:
    """A router that is rewarded with the whole session, in the smaller steps which that needs."""
    return LearnedRouter(agents, **{"foresight": 1.0, "rate": 0.4} | options)


MODES = {"learned-router": LearnedRouter, "far-sighted-router": far_sighted}
