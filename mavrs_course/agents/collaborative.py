"""Four ways to learn from who watched what: popularity, ItemKNN, EASE and BPR.

Each model has ``fit(logs)``, where logs are :class:`~mavrs_course.world.logs.Logs` or a matrix
[U, V] whose non-zero entries mean "watched", and ``scores(viewers)``, float[B, V], larger is
better; what a viewer has watched is scored too, so mask it before ranking
(:func:`mavrs_course.metrics.top_k`).  :class:`CollaborativeAgent` lets any of them speak.

Item-to-item weights are dense float[V, V]: meant for catalogues of a few thousand videos.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from mavrs_course.messages import Feedback, Floats, Ints, Opinion, Request, World
from mavrs_course.once import learns_once
from mavrs_course.progress import progress
from mavrs_course.world.logs import Logs

if TYPE_CHECKING:
    import torch


class _WatchModel:
    """What the models share: who has watched what, at fitting time and since.

    watched: sparse float[U, V], above zero where a viewer has watched a video.  Its values are
    ones, or ratings for a model that ``uses_ratings`` when the logs have them.
    """

    uses_ratings = False
    watched: sparse.csr_array | None = None

    def fit(self, logs: Logs | sparse.sparray | sparse.spmatrix | ArrayLike) -> Self:
        """Learn from who watched what; returns the model itself."""
        self.watched = self._strengths(logs)
        if self.watched.nnz == 0:
            raise ValueError("nobody has watched anything in these logs: there is nothing to learn")
        self._learn()
        return self

    def _strengths(self, logs) -> sparse.csr_array:
        if isinstance(logs, Logs):
            rated = self.uses_ratings and "rating" in logs.signals
            logs = logs.matrix("rating" if rated else None)
        matrix = sparse.csr_array(logs, dtype=float, copy=True)
        if not np.all(matrix.data >= 0):
            raise ValueError("ratings and watches must be numbers, none of them negative")
        matrix.eliminate_zeros()
        return matrix if self.uses_ratings else (matrix != 0).astype(float)

    def histories(self, viewers: ArrayLike) -> sparse.csr_array:
        """What each viewer has watched: sparse [B, V]; empty for viewers it has not met."""
        if self.watched is None:
            raise ValueError(f"this {type(self).__name__} has not seen any logs: call fit first")
        viewers = np.asarray(viewers, dtype=int)
        if viewers.ndim != 1 or viewers.min(initial=0) < 0:
            raise ValueError(f"viewers are indices 0, 1, ... of shape (B,); got {viewers!r}")
        missing = viewers.max(initial=-1) + 1 - self.watched.shape[0]
        if missing > 0:
            self.watched.resize(self.watched.shape[0] + missing, self.watched.shape[1])
        return self.watched[viewers]

    def watch(self, viewers: Ints, videos: Ints) -> None:
        """Viewer n has now watched video n; it counts as much as the average watched video.

        Histories grow; what was learnt from them stays.
        """
        self.histories(viewers)
        cells = (np.ones(len(viewers)), (viewers, videos))
        clicks = sparse.csr_array(cells, self.watched.shape).sign()
        again = clicks.multiply(self.watched.sign())
        self.watched = self.watched + (clicks - again) * self.watched.data.mean()

    def evidence(self, viewers: ArrayLike) -> Ints:
        """How many watched videos the scores of each viewer rest on: int[B]."""
        return np.diff(self.histories(viewers).indptr)

    def _learn(self) -> None:
        raise NotImplementedError


class Popularity(_WatchModel):
    """Scores a video by the number of viewers who have watched it: one list for everybody."""

    def _learn(self) -> None:
        pass  # the count is taken when it is asked for, so that new clicks are in it

    def scores(self, viewers: ArrayLike) -> Floats:
        rows = self.histories(viewers).shape[0]
        return np.tile(self.watched.sum(axis=0), (rows, 1))

    def evidence(self, viewers: ArrayLike) -> Ints:
        """How many watched videos, by anybody, the scores rest on: int[B]."""
        return np.full(self.histories(viewers).shape[0], self.watched.nnz)

    def reason(self, viewer: int, video: int, titles: Sequence[str]) -> str:
        count = int(self.watched[:, [video]].sum())
        viewers = np.count_nonzero(np.diff(self.watched.indptr))  # who was only asked about is none
        return f"{count:,} of {viewers:,} viewers have watched {titles[video]}."


class _ItemToItem(_WatchModel):
    """Adds up what each watched video says about every other.

    weights: float[V, V]; row = a watched video, column = the video that it speaks for.
    together: float[V, V], how many viewers watched both; its diagonal counts viewers of one.
    """

    weights: Floats
    together: Floats

    def _learn(self) -> None:
        ones = self.watched.sign()
        self.together = (ones.T @ ones).toarray()
        self.weights = self._weights_from((self.watched.T @ self.watched).toarray())

    def _weights_from(self, overlap: Floats) -> Floats:
        """Weights from the products ``X'X`` of the columns of ``watched``."""
        raise NotImplementedError

    def scores(self, viewers: ArrayLike) -> Floats:
        return self.histories(viewers) @ self.weights

    def reason(self, viewer: int, video: int, titles: Sequence[str]) -> str:
        history = self.histories([viewer])
        said = history.data * self.weights[history.indices, video]
        if said.max(initial=0.0) <= 0.0:
            return f"Nothing you have watched speaks for {titles[video]}, so this is a guess."
        spoke = history.indices[said.argmax()]
        both, viewers = int(self.together[spoke, video]), int(self.together[spoke, spoke])
        return (
            f"You watched {titles[spoke]}; {both:,} of the {viewers:,} viewers who did "
            f"watched {titles[video]} too."
        )


class ItemKNN(_ItemToItem):
    """Item-based nearest neighbours (Sarwar et al. 2001; Deshpande and Karypis 2004).

    Two videos are as alike as the cosine of their columns of ratings, or of ones where there
    are no ratings.  A video's score adds up, over the ``neighbours`` videos most like it,
    likeness times the viewer's rating.
    """

    uses_ratings = True

    def __init__(self, neighbours: int = 100) -> None:
        if neighbours < 1:
            raise ValueError(f"ItemKNN needs at least one neighbour, got {neighbours}")
        self.neighbours = neighbours

    def _weights_from(self, overlap: Floats) -> Floats:
        length = np.sqrt(np.diag(overlap))
        lengths = np.outer(length, length)
        alike = np.divide(overlap, lengths, out=np.zeros_like(overlap), where=lengths > 0)
        np.fill_diagonal(alike, 0.0)
        # Each column keeps its nearest rows, so that every candidate is heard by as many.
        nearest = np.argsort(-alike, axis=0, kind="stable")[: self.neighbours]
        weights = np.zeros_like(alike)
        np.put_along_axis(weights, nearest, np.take_along_axis(alike, nearest, axis=0), axis=0)
        return weights


class EASE(_ItemToItem):
    """The linear model that predicts each video from all others (Steck 2019, arXiv 1905.03375).

    ``min |X - XB|^2 + penalty |B|^2`` with a diagonal of zero, so that no video predicts
    itself.  With ``P = (X'X + penalty I)^-1`` it has the closed form ``B = I - P / diag(P)``,
    column by column.
    """

    def __init__(self, penalty: float = 250.0) -> None:
        if not penalty > 0:
            raise ValueError(f"EASE needs a penalty above zero, or X'X has no inverse; {penalty=}")
        self.penalty = penalty

    def _weights_from(self, overlap: Floats) -> Floats:
        inverse = np.linalg.inv(overlap + self.penalty * np.eye(len(overlap)))
        weights = -inverse / np.diag(inverse)
        np.fill_diagonal(weights, 0.0)
        return weights


def _rows_of(
    tables: Sequence[torch.Tensor],
    viewers: torch.Tensor,
    videos: torch.Tensor,
    others: torch.Tensor,
) -> list[torch.Tensor]:
    """The rows that N triples touch: of a table by viewer, then of each table by video."""
    by_viewer, *by_video = tables
    touched = [table[rows] for table in by_video for rows in (videos, others)]
    return [by_viewer[viewers], *touched]


class BPR(_WatchModel):
    """Matrix factorisation trained to rank (Rendle et al. 2009, arXiv 1205.2618).

    ``score = viewer factors · video factors + video bias``, fitted by stochastic gradients on
    ``-log sigmoid(score of a watched video - score of one not watched)`` with an L2 penalty.
    The optimiser is Adagrad, which takes smaller steps for videos that come up often.

    A viewer of whom nothing could be learned (who was not there at fitting, had watched nothing,
    or every video) gets the scores of the average one of whom something was.

    generator: a ``torch.Generator``; the same seed gives the same factors.  factors, epochs,
    batch: sizes.  step: learning rate.  penalty: weight of ``|factors|^2 / 2`` a triple.
    """

    def __init__(
        self,
        generator: torch.Generator,
        *,
        factors: int = 64,
        epochs: int = 60,
        batch: int = 1024,
        step: float = 0.1,
        penalty: float = 0.03,
    ) -> None:
        self.generator = generator
        self.factors = factors
        self.epochs = epochs
        self.batch = batch
        self.step = step
        self.penalty = penalty

    def _learn(self) -> None:
        import torch

        watched = torch.from_numpy(self.watched.toarray() > 0)
        viewers, videos = (watched & ~watched.all(dim=1, keepdim=True)).nonzero(as_tuple=True)
        parameters = self._parameters(*watched.shape)
        for parameter in parameters:
            parameter.requires_grad_()
        optimiser = self._optimiser(parameters)
        for _ in progress(range(self.epochs), "epochs"):
            order = torch.randperm(len(viewers), generator=self.generator)
            for rows in order.split(self.batch):
                others = self._not_watched(viewers[rows], watched)
                loss = self._loss(parameters, viewers[rows], videos[rows], others)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
        self.viewer_factors, self.video_factors, self.video_bias = (
            table.detach().numpy().astype(float) for table in self._tables(parameters)
        )
        watches = np.diff(self.watched.indptr)
        taught = (watches > 0) & (watches < watched.shape[1])
        self._evidence = np.where(taught, watches, 0)
        self._average = self.viewer_factors[taught].mean(axis=0) if taught.any() else 0.0
        # Nothing has moved the others' factors but chance, and the penalty.
        self.viewer_factors[~taught] = self._average

    def _parameters(self, viewers: int, videos: int) -> list[torch.Tensor]:
        """What is fitted, at its start: a table by viewer, then tables by video."""
        import torch

        sizes = ((viewers, self.factors), (videos, self.factors))
        tables = [0.1 * torch.randn(size, generator=self.generator) for size in sizes]
        return [*tables, torch.zeros(videos)]

    def _optimiser(self, parameters: list[torch.Tensor]) -> torch.optim.Optimizer:
        from torch.optim import Adagrad

        return Adagrad(parameters, lr=self.step)

    def _tables(self, parameters: list[torch.Tensor]) -> Sequence[torch.Tensor]:
        """What the scores are made of: viewer factors, video factors and video bias."""
        return parameters

    def _not_watched(self, viewers: torch.Tensor, watched: torch.Tensor) -> torch.Tensor:
        """One video that each viewer has not watched, uniformly: int[N]."""
        import torch

        count = watched.shape[1]
        videos = torch.randint(count, viewers.shape, generator=self.generator)
        again = watched[viewers, videos]
        while again.any():
            drawn = torch.randint(count, (int(again.sum()),), generator=self.generator)
            videos[again] = drawn
            again = watched[viewers, videos]
        return videos

    def _loss(
        self,
        parameters: list[torch.Tensor],
        viewers: torch.Tensor,
        videos: torch.Tensor,
        others: torch.Tensor,
    ) -> torch.Tensor:
        from torch.nn.functional import logsigmoid

        tables = self._tables(parameters)
        rows = _rows_of(tables, viewers, videos, others)
        viewer, better, worse, bias_better, bias_worse = rows
        lead = (viewer * (better - worse)).sum(dim=1) + bias_better - bias_worse
        if tables is not parameters:  # then the penalty is on what the tables are made from
            rows = _rows_of(parameters, viewers, videos, others)
        size = sum((part**2).sum() for part in rows)
        return 0.5 * self.penalty * size - logsigmoid(lead).sum()

    def scores(self, viewers: ArrayLike) -> Floats:
        """Scores float[B, V]; the average viewer's for viewers of whom nothing was learned."""
        return self._factors_of(viewers) @ self.video_factors.T + self.video_bias

    def evidence(self, viewers: ArrayLike) -> Ints:
        """How many videos taught the factors of each viewer: later clicks move none."""
        self.histories(viewers)
        return np.append(self._evidence, 0)[np.minimum(viewers, len(self._evidence))]

    def _factors_of(self, viewers: ArrayLike) -> Floats:
        self.histories(viewers)
        viewers, fitted = np.asarray(viewers), len(self.viewer_factors)
        known = self.viewer_factors[np.minimum(viewers, fitted - 1)]
        return np.where((viewers < fitted)[:, None], known, self._average)

    def reason(self, viewer: int, video: int, titles: Sequence[str]) -> str:
        history = self.histories([viewer]).indices
        if len(history) == 0:
            return f"I do not know you yet; most viewers rank {titles[video]} about here."
        if not self.evidence([viewer])[0]:
            return f"I have not learned from you; most viewers rank {titles[video]} about here."
        length = np.linalg.norm(self.video_factors, axis=1)
        alike = self.video_factors[history] @ self.video_factors[video]
        alike = alike / np.maximum(length[history] * length[video], 1e-12)
        nearest = alike.argmax()
        return (
            f"My numbers for {titles[video]} lie nearest to those for {titles[history[nearest]]}, "
            f"which you watched (cosine {alike[nearest]:.2f}); what they mean I cannot say."
        )


class CollaborativeAgent:
    """A fitted model as an :class:`~mavrs_course.messages.Agent`.

    It scores the candidates and adds clicks to the histories of viewers; weights stay as fitted.
    Its confidence is ``n / (n + 5)`` for the n watched videos that a viewer's scores rest on.
    titles: str[V], with which it gives the reason for its first choice; without, it gives none.
    """

    def __init__(
        self,
        model: Popularity | ItemKNN | EASE | BPR,
        titles: Sequence[str] | None = None,
        name: str | None = None,
    ) -> None:
        model.histories([])  # says so if the model was never fitted
        self.model = model
        self.titles = titles
        self.name = name or type(model).__name__

    def opine(self, request: Request) -> Opinion:
        rows = np.arange(len(request))
        scores = self.model.scores(request.viewers)[rows[:, None], request.candidates]
        evidence = self.model.evidence(request.viewers)
        first = request.candidates[rows, scores.argmax(axis=1)]
        reasons = None if self.titles is None else self._reasons(request.viewers, first)
        return Opinion(self.name, scores, evidence / (evidence + 5.0), reasons)

    def _reasons(self, viewers: Ints, videos: Ints) -> list[str]:
        pairs = zip(viewers, videos, strict=True)
        return [self.model.reason(viewer, video, self.titles) for viewer, video in pairs]

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        request = feedback.request
        rows = np.flatnonzero((feedback.clicked >= 0) & feedback.active)
        self.model.watch(request.viewers[rows], feedback.clicked_video[rows])


def _before_any_logs(world: World) -> CollaborativeAgent:
    """Item-to-item neighbours that know nothing yet: each video was watched by somebody else."""
    videos = len(world.catalog)
    titles = [world.catalog.title(video) for video in range(videos)]
    return CollaborativeAgent(ItemKNN().fit(np.eye(videos)), titles, name="item-knn")


MAKERS = {"item-knn": lambda world, rng: _before_any_logs(world)}
