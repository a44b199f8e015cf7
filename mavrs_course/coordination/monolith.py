"""One model instead of a team's agreement: everything that the agents say goes into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mavrs_course.coordination.base import Decision, PanelCoordinator
from mavrs_course.coordination.panel import Hearing
from mavrs_course.messages import Agent, Bools, Feedback, Floats, Ints, Trace
from mavrs_course.rows import with_room
from mavrs_course.session_ends import MadeFor, SessionEnds

MIN_SESSIONS = 10  # before evenings are believed to be known


def features(hearing: Hearing) -> Floats:
    """What all agents say of each candidate: float[B, C, 2n], votes - 1/2, then times confidence.

    Zeros where an agent was not heard or had no preference.
    """
    spoke = hearing.heard & (hearing.scores.max(axis=2) > hearing.scores.min(axis=2))
    said = np.where(spoke[:, :, None], hearing.votes - 0.5, 0.0)
    sure = hearing.confidence[:, :, None] * said
    return np.concatenate([said, sure], axis=1).transpose(0, 2, 1)


class ChoiceNetwork:
    """Scores videos so that ``P(click j) = exp(s_j) / (exp(s_none) + sum_k exp(s_k))`` fits clicks.

    ``s(x) = w x + v tanh(V x)`` with ``hidden`` units, learned by Adam (Kingma and Ba 2015,
    arXiv 1412.6980) from batches drawn from all pages seen.  It starts with the weights ``start``
    and silent hidden units.  Source: conditional logit, McFadden 1974.
    """

    def __init__(self, start: Floats, rng: np.random.Generator, hidden: int = 16) -> None:
        self.rng, inputs = rng, len(start)
        first = rng.normal(0.0, inputs**-0.5, (hidden, inputs))
        self.weights = [np.array(start, dtype=float), first, np.zeros(hidden), np.zeros(1)]
        self._mean = [np.zeros_like(w) for w in self.weights]
        self._square = [np.zeros_like(w) for w in self.weights]
        self._steps = 0

    def scores(self, x: Floats) -> Floats:
        """float[...], for features float[..., F]."""
        straight, first, second, _ = self.weights
        return x @ straight + np.tanh(x @ first.T) @ second

    def slopes(self, x: Floats) -> Floats:
        """How the score changes with each feature: float[..., F]."""
        straight, first, second, _ = self.weights
        return straight + ((1.0 - np.tanh(x @ first.T) ** 2) * second) @ first

    def gradient(self, x: Floats, clicked: Ints) -> list[Floats]:
        """Of the mean log-likelihood of clicks int[P], slot or -1, on pages float[P, K, F]."""
        _, first, second, none = self.weights
        hidden = np.tanh(x @ first.T)
        scores = np.concatenate([np.tile(none, (len(x), 1)), self.scores(x)], axis=1)
        chance = np.exp(scores - scores.max(axis=1, keepdims=True))
        surprise = -chance / chance.sum(axis=1, keepdims=True)
        surprise[np.arange(len(x)), clicked + 1] += 1.0
        surprise /= len(x)
        shown = surprise[:, 1:, None]
        inner = shown * (1.0 - hidden**2) * second
        return [
            (shown * x).sum(axis=(0, 1)),
            np.einsum("pkh,pkf->hf", inner, x),
            (shown * hidden).sum(axis=(0, 1)),
            surprise[:, :1].sum(axis=0),
        ]

    def fit(self, x: Floats, clicked: Ints, steps: int, rate: float = 0.02) -> None:
        """``steps`` steps of Adam, each on 64 pages drawn from those given; a little decay."""
        for _ in range(steps):
            drawn = self.rng.integers(0, len(x), 64)
            self._steps += 1
            for n, slope in enumerate(self.gradient(x[drawn], clicked[drawn])):
                slope = slope - 1e-3 * self.weights[n]
                self._mean[n] += 0.1 * (slope - self._mean[n])
                self._square[n] += 0.001 * (slope**2 - self._square[n])
                mean = self._mean[n] / (1.0 - 0.9**self._steps)
                square = self._square[n] / (1.0 - 0.999**self._steps)
                self.weights[n] += rate * mean / (np.sqrt(square) + 1e-8)


class EveningWorth:
    """What a click is worth once the part of the evening that it uses up is paid, in minutes.

    A click on a video with features ``x`` uses up a part ``p + a x`` of the evening, a page
    without a click a part ``p_0``, and at the end of a session they add up to 1.  Ridge regression
    over the sessions that have ended finds ``a``; lesson 06 did so for topics.
    prior: how many sessions' worth of belief that all clicks cost the same.
    """

    def __init__(self, inputs: int, prior: float = 3.0) -> None:
        self.inputs, self.prior = inputs, prior
        self.sessions = SessionEnds()
        self._spent = np.zeros((0, inputs + 3))  # of each session: sum of x, clicks, skips, minutes
        self._over: list[int] = []  # which have ended
        self._usual: tuple[float, float, Floats] | None = None  # of those that have ended

    def learn(
        self,
        viewers: Ints,
        x: Floats,
        clicked: Bools,
        minutes: Floats,
        on: Bools,
        made: MadeFor | None = None,
    ) -> None:
        """One page of each viewer: features float[B, F] of what was clicked; ``on``: active.

        made: the note on the page, from ``sessions``; without, it is taken to be made just now.
        """
        made = made or self.sessions.making(viewers)
        told = np.column_stack([x * clicked[:, None], clicked, ~clicked, minutes])
        self._spent = with_room(self._spent, made.session)
        self._spent[made.session[on]] += told[on]
        _, ends = self.sessions.told(made, viewers, on)
        self._over += made.session[ends].tolist()
        if self.sessions.over(made.session[on | ends]).any():
            self._usual = None

    def worth(self, x: Floats) -> Floats:
        """Minutes gained by a click on videos with features float[..., F]: float[...]."""
        if len(self._over) < MIN_SESSIONS:
            return np.ones(x.shape[:-1])
        if self._usual is None:
            self._usual = self._of_ended()
        a_click, an_evening, price = self._usual
        return a_click - an_evening * (price[-2] + x @ price[:-2])

    def _of_ended(self) -> tuple[float, float, Floats]:
        """Minutes a click, minutes an evening, and the parts of an evening that things use up."""
        spent, minutes = self._spent[self._over, :-1], self._spent[self._over, -1]
        usual = np.zeros(self.inputs + 2)
        usual[-2:] = len(spent) / spent[:, -2:].sum()
        trust = np.diag(self.prior * (spent**2).mean(axis=0) + 1e-9)
        price = usual + np.linalg.solve(spent.T @ spent + trust, spent.T @ (1.0 - spent @ usual))
        return minutes.sum() / max(spent[:, -2].sum(), 1.0), minutes.mean(), price


class Monolith(PanelCoordinator):
    """One model of clicks and one of evenings, over all votes and confidences at once.

    A candidate's joint score is its odds of a click, from :class:`ChoiceNetwork`, times what the
    click is worth, from :class:`EveningWorth`; ``foresight=False`` leaves the evenings out, so
    that it wants the next click and nothing else.  It begins as the order of the mean vote.  It is
    told what every other way of coordinating is told: opinions, and what became of the page.
    Messages: 2 n, as for every star.

    Guarantees.  None but the plain one that what no agent says cannot be learned.  Shouting
    changes nothing, as votes are stretched to [0, 1]; a liar's votes may get a negative weight,
    which makes it useful.
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        *,
        steps: int = 4,
        hidden: int = 16,
        foresight: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(agents, **options)
        n = len(self.agents)
        dice = np.random.default_rng(0) if self.rng is None else self.rng.spawn(1)[0]
        self.network = ChoiceNetwork(np.repeat([2.0 / n, 0.0], n), dice, hidden)
        self.evenings = EveningWorth(2 * n) if foresight else None
        self.steps = steps
        self._seen: dict[int, tuple[Floats, Ints]] = {}  # by the number of slots

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        x, n = features(hearing), len(self.agents)
        pull = np.maximum(self.network.slopes(x) * x, 0.0)
        support = (pull[:, :, :n] + pull[:, :, n:]).transpose(0, 2, 1)
        joint = np.exp(np.minimum(self.network.scores(x), 50.0))
        if self.evenings:
            joint = joint * self.evenings.worth(x)
        slots = hearing.request.slots
        decision = Decision.by_scores(joint.round(9), support, slots, self.rng)
        made = self.evenings.sessions.making(hearing.request.viewers) if self.evenings else None
        return replace(decision, note=(x, made))

    def study(self, note: tuple[Floats, MadeFor], feedback: Feedback) -> None:
        """Study this page, of which was said float[B, C, 2n], and all before it."""
        x, made = note
        candidates, videos = feedback.request.candidates, feedback.slate.videos
        clicked, on = feedback.clicked, feedback.active
        columns = (candidates[:, None, :] == videos[:, :, None]).argmax(axis=2)
        shown = np.take_along_axis(x, columns[:, :, None], axis=1)
        self._fit(shown[on], clicked[on])
        if self.evenings:
            chosen = shown[np.arange(len(shown)), clicked]
            minutes = np.asarray(feedback.watch_minutes, dtype=float)
            viewers = feedback.request.viewers
            self.evenings.learn(viewers, chosen, clicked >= 0, minutes, on, made)

    def _fit(self, shown: Floats, clicked: Ints) -> None:
        slots = shown.shape[1]
        if slots in self._seen:
            before = self._seen[slots]
            shown = np.concatenate([before[0], shown])
            clicked = np.concatenate([before[1], clicked])
        self._seen[slots] = shown, clicked
        if len(shown):
            self.network.fit(shown, clicked, self.steps)


def short_sighted(agents: Sequence[Agent], **options: Any) -> Monolith:
    """A monolith that wants the next click and nothing else."""
    return Monolith(agents, **{"foresight": False} | options)


MODES = {"monolith": Monolith, "click-monolith": short_sighted}
