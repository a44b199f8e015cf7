"""The simplest coordinator: one agent decides."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from mavrs_course.messages import Agent, Feedback, Opinion, Request, Slate, Trace
from mavrs_course.once import learns_once


class SingleAgent:
    """Shows the K candidates that one agent scores highest, best first.

    Ties are broken at random when given ``rng``, else in favour of the earlier candidate.
    The page carries the agent's reason, if it gives one, in each of its slots.
    """

    def __init__(self, agent: Agent, rng: np.random.Generator | None = None) -> None:
        self.agents = (agent,)
        self.rng = rng

    def recommend(self, request: Request) -> Slate:
        """The page of the agent's highest scores; ValueError where :func:`ask` refuses them."""
        (agent,) = self.agents
        trace = Trace()
        opinion = ask(agent, request, trace)
        columns = best_columns(opinion.scores, request.slots, self.rng)
        videos = np.take_along_axis(request.candidates, columns, axis=1)
        reasons = None
        if opinion.reasons:
            reasons = [[reason] * request.slots for reason in opinion.reasons]
        return Slate(videos, reasons, trace, request, memo=opinion.memo)

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Hand the feedback to the agent."""
        for agent in self.agents:
            agent.learn(feedback)


def ask(agent: Agent, request: Request, trace: Trace) -> Opinion:
    """The agent's opinion, with what it cost to ask for it added to ``trace``.

    Raises ValueError, naming the agent, for scores of another shape than the candidates' or NaN.
    """
    trace.add("coordinator", agent.name, "request", size_bytes=request.candidates.nbytes)
    started = perf_counter()
    opinion = agent.opine(request)
    seconds = max(0.0, perf_counter() - started - trace.overhear(opinion.asides))
    size = opinion.scores.nbytes + opinion.confidence.nbytes
    trace.add(agent.name, "coordinator", "opinion", size_bytes=size, seconds=seconds)
    if opinion.scores.shape != request.candidates.shape:
        raise ValueError(
            f"{agent.name!r} gave scores of shape {opinion.scores.shape} for candidates of shape "
            f"{request.candidates.shape}; they must agree"
        )
    missing = np.isnan(opinion.scores)
    if missing.any():
        row, column = np.argwhere(missing)[0]
        raise ValueError(
            f"{agent.name!r} gave NaN as the score of candidate {column} of request {row}; "
            "an agent that has no opinion should give every candidate the same score"
        )
    return opinion


def best_columns(
    scores: np.ndarray, slots: int, rng: np.random.Generator | None = None
) -> np.ndarray:
    """The columns of the ``slots`` largest scores of each row, largest first: int[B, slots]."""
    ties = np.zeros_like(scores) if rng is None else rng.random(scores.shape)
    return np.lexsort((ties, -scores), axis=1)[:, :slots]
