"""Matrix factorisation with content, and the bias by which cold videos lose without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.agents.collaborative import BPR
from mavrs_course.messages import Floats

if TYPE_CHECKING:
    import torch


class ContentBPR(BPR):
    """BPR whose videos are sums of what their features are: factors and biases by feature.

    content: float[V, F]; without it each video is a feature of its own, which is plain BPR.  A
    video that nobody has watched comes up in training only as the one *not* watched: its own bias
    can only fall, and it ends below all others, whatever its worth.  With content, it shares the
    factors and the bias of what it is made of.
    Source: Kula, "Metadata embeddings for user and item cold-start recommendations" (LightFM,
    CBRecSys 2015, arXiv 1507.08439).
    """

    def __init__(
        self, generator: torch.Generator, content: ArrayLike | None = None, **settings
    ) -> None:
        super().__init__(generator, **settings)
        self.content = content

    def _parameters(self, viewers: int, videos: int) -> list[torch.Tensor]:
        import torch

        content = np.eye(videos) if self.content is None else np.asarray(self.content)
        if content.ndim != 2 or len(content) != videos:
            raise ValueError(f"content needs a row for each of {videos} videos, {content.shape}")
        self._content = torch.tensor(content, dtype=torch.float32)
        return super()._parameters(viewers, content.shape[1])

    def _tables(self, parameters: list[torch.Tensor]) -> Sequence[torch.Tensor]:
        by_viewer, factors, bias = parameters
        return by_viewer, self._content @ factors, self._content @ bias

    def _loss(self, parameters, viewers, videos, others) -> torch.Tensor:
        """As for BPR, with the penalty on what the videos' features add up to."""
        from torch.nn.functional import logsigmoid

        by_viewer, by_video, bias = self._tables(parameters)
        viewer, better, worse = by_viewer[viewers], by_video[videos], by_video[others]
        lead = (viewer * (better - worse)).sum(dim=1) + bias[videos] - bias[others]
        size = sum((part**2).sum() for part in (viewer, better, worse))
        size = size + (bias[videos] ** 2 + bias[others] ** 2).sum()
        return 0.5 * self.penalty * size - logsigmoid(lead).sum()

    def scores_without_bias(self, viewers: ArrayLike) -> Floats:
        """The same with all biases zero: taste alone, float[B, V]."""
        return self.scores(viewers) - self.video_bias
