"""Agents that misbehave in every way that we could think of, for tests of coordinators."""

from __future__ import annotations

import time

import numpy as np

from mavrs_course.messages import Opinion, Request


class Honest:
    """Wants what the hidden quality says, with a little noise of its own."""

    def __init__(self, name: str, quality: np.ndarray, seed: int = 0, noise: float = 0.1) -> None:
        self.name, self.quality, self.noise = name, quality, noise
        self.rng = np.random.default_rng(seed)
        self.learned = 0

    def opine(self, request: Request) -> Opinion:
        scores = self.quality[request.candidates]
        scores = scores + self.noise * self.rng.standard_normal(scores.shape)
        reasons = [f"my favourite of page {page}" for page in range(len(request))]
        return Opinion(self.name, scores, np.full(len(request), 0.8), reasons)

    def learn(self, feedback) -> None:
        self.learned += 1


class Strange(Honest):
    """Honest, except for what a subclass does to its opinion."""

    def twist(self, opinion: Opinion, request: Request):
        raise NotImplementedError

    def opine(self, request: Request):
        return self.twist(super().opine(request), request)


def _rescored(opinion: Opinion, scores) -> Opinion:
    return Opinion(opinion.agent, scores, opinion.confidence, opinion.reasons)


class Shouting(Strange):
    def twist(self, opinion, request):
        return _rescored(opinion, opinion.scores * 1000.0)


class Huge(Strange):
    def twist(self, opinion, request):
        return _rescored(opinion, np.sign(opinion.scores) * 1.7e308)


class Lying(Strange):
    def twist(self, opinion, request):
        return _rescored(opinion, -opinion.scores)


class AllNaN(Strange):
    def twist(self, opinion, request):
        return _rescored(opinion, np.full_like(opinion.scores, np.nan))


class OneNaN(Strange):
    def twist(self, opinion, request):
        scores = opinion.scores.copy()
        scores[0, 0] = np.nan
        return _rescored(opinion, scores)


class Infinite(Strange):
    def twist(self, opinion, request):
        return _rescored(opinion, np.where(opinion.scores > 0, np.inf, -np.inf))


class Raising(Strange):
    def twist(self, opinion, request):
        raise RuntimeError("out of order")

    def learn(self, feedback):
        raise RuntimeError("nor can I learn")


class WrongShape(Strange):
    def twist(self, opinion, request):
        return Opinion(self.name, opinion.scores[:, :-1], opinion.confidence)


class Silent(Strange):
    """Answers nothing at all."""

    def twist(self, opinion, request):
        return None


class Indifferent(Strange):
    def twist(self, opinion, request):
        return _rescored(opinion, np.zeros_like(opinion.scores))


class WholeNumbers(Strange):
    def twist(self, opinion, request):
        return _rescored(opinion, np.round(10 * opinion.scores).astype(int))


class NoReasons(Strange):
    def twist(self, opinion, request):
        return Opinion(self.name, opinion.scores, opinion.confidence, [""] * len(request))


class Overconfident(Strange):
    def twist(self, opinion, request):
        return Opinion(self.name, opinion.scores, np.full(len(request), 1e9))


class ConfidenceNaN(Strange):
    def twist(self, opinion, request):
        return Opinion(self.name, opinion.scores, np.full(len(request), np.nan))


class Lists(Strange):
    """Answers with lists for arrays, which is fine."""

    def twist(self, opinion, request):
        return Opinion(self.name, opinion.scores.tolist(), opinion.confidence.tolist())


class ConfidenceInWords(Strange):
    def twist(self, opinion, request):
        return Opinion(self.name, opinion.scores, np.full(len(request), "very"))


class Meddling(Strange):
    """Tries to change the request that others will read."""

    def twist(self, opinion, request):
        request.candidates[:] = 0
        return opinion


class Sleeping(Strange):
    """Never comes back; only for coordinators with a deadline."""

    def twist(self, opinion, request):
        time.sleep(3600)


STRANGE = (
    Shouting, Huge, Lying, AllNaN, OneNaN, Infinite, Raising, WrongShape, Silent, Indifferent,
    WholeNumbers, NoReasons, Overconfident, ConfidenceNaN, Lists,
    ConfidenceInWords, Meddling, Sleeping,
)  # fmt: skip
