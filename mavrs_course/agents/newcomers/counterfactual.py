"""What of a score is popularity?  Ask what it would be if the match did not matter."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats


def counterfactual_scores(
    match: ArrayLike, video: ArrayLike, viewer: ArrayLike, reference: float
) -> Floats:
    """``(match - reference) s(video) s(viewer)``, with ``s`` the logistic: float[B, V].

    match: float[B, V].  video: float[V], its logit of being watched by anybody.  viewer: float[B].
    A prediction is ``match s(video) s(viewer)``; had the match been ``reference`` for all, it
    would be ``reference s(video) s(viewer)``, and what is left is not due to popularity.
    """
    match = np.asarray(match, dtype=float)
    prone = _logistic(np.asarray(viewer, dtype=float))[:, None]
    return (match - reference) * _logistic(np.asarray(video, dtype=float)) * prone


class MACR:
    """Matrix factorisation with a branch for popularity, which serving takes out again.

    Trained on ``watched`` bool[U, V], all cells, by Adam on the cross-entropy of
    ``s(match s(video) s(viewer))``, and with weights ``alpha``, ``beta`` that of the branches
    ``s(video)`` and ``s(viewer)`` alone.  The branches take what anybody's clicks explain.
    Source: Wei et al., "Model-agnostic counterfactual reasoning for eliminating popularity bias in
    recommender system" (KDD 2021, arXiv 2010.15363); there on sampled cells.
    """

    def __init__(
        self, seed: int, *, factors: int = 8, steps: int = 300, rate: float = 0.05,
        alpha: float = 0.1, beta: float = 0.1, penalty: float = 1e-3,
    ) -> None:  # fmt: skip
        self.seed, self.factors, self.steps, self.rate = seed, factors, steps, rate
        self.alpha, self.beta, self.penalty = alpha, beta, penalty

    def fit(self, watched: ArrayLike) -> MACR:
        """Learn; ``match`` float[U, V], ``video`` float[V] and ``viewer`` float[U] are set."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

        target = torch.tensor(np.asarray(watched, dtype=np.float32))
        if target.ndim != 2 or not target.numel():
            raise ValueError(f"watched needs viewers and videos, not shape {tuple(target.shape)}")
        generator = torch.Generator().manual_seed(self.seed)
        viewers, videos = target.shape
        sizes = ((viewers, self.factors), (videos, self.factors))
        p, q = (0.3 * torch.randn(size, generator=generator) for size in sizes)
        video, viewer = torch.zeros(videos), torch.zeros(viewers)
        parameters = [x.requires_grad_() for x in (p, q, video, viewer)]
        optimiser = torch.optim.Adam(parameters, lr=self.rate)
        for _ in range(self.steps):
            joint = (p @ q.T) * torch.sigmoid(video) * torch.sigmoid(viewer)[:, None]
            loss = cross_entropy(joint, target)
            loss = loss + self.alpha * cross_entropy(video.expand_as(target), target)
            loss = loss + self.beta * cross_entropy(viewer[:, None].expand_as(target), target)
            loss = loss + self.penalty * (p.pow(2).mean() + q.pow(2).mean())
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        self.match = (p @ q.T).detach().numpy().astype(float)
        self.video, self.viewer = (x.detach().numpy().astype(float) for x in (video, viewer))
        return self

    def scores(self, reference: float = 0.0) -> Floats:
        """float[U, V]; with ``reference`` 0 popularity stays in."""
        return counterfactual_scores(self.match, self.video, self.viewer, reference)


def _logistic(x: Floats) -> Floats:
    return 0.5 * (1.0 + np.tanh(0.5 * x))
