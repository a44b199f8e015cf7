"""Ranking metrics: does the page hold the videos that the viewer went on to watch?

Conventions, which are trec_eval's: ``relevance`` is [B, V], dense or sparse; a video is
relevant when its entry is above zero.  A page with empty slots is still divided by ``k``.
Each metric returns float[B], one figure a viewer, NaN for a viewer with nothing relevant;
:func:`mean_over_viewers` averages over the others.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from mavrs_course.messages import Floats, Ints
from mavrs_course.metrics.pages import EMPTY, Matrix, position_weights, read_pages, require


class _Judged(NamedTuple):
    """Pages whose slots have been looked up in the relevance matrix."""

    gains: Floats  # [B, k], the relevance of what each slot shows
    relevance: sparse.csr_array  # [B, V], without explicit zeros
    relevant: Ints  # [B], how many videos are relevant to each viewer


def _judge(ranked: ArrayLike, relevance: Matrix, k: int | None) -> _Judged:
    relevance = sparse.csr_array(relevance, dtype=float, copy=True)
    require(
        bool(np.all(relevance.data >= 0)) and bool(np.all(np.isfinite(relevance.data))),
        "relevance must be finite and not negative: use 0 for a video that is not relevant",
    )
    relevance.sum_duplicates()
    relevance.eliminate_zeros()
    pages = read_pages(ranked, relevance.shape[1], k)
    require(
        len(pages) == relevance.shape[0],
        f"there are {len(pages)} pages but relevance for {relevance.shape[0]} viewers",
    )
    rows = np.broadcast_to(np.arange(len(pages))[:, None], pages.shape)
    gains = relevance[rows, np.maximum(pages, 0)].toarray()
    return _Judged(np.where(pages == EMPTY, 0.0, gains), relevance, np.diff(relevance.indptr))


def _share(part: Floats, whole: ArrayLike) -> Floats:
    """``part / whole``, NaN where there is no whole."""
    whole = np.broadcast_to(np.asarray(whole, dtype=float), part.shape)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def _where_relevant(values: Floats, judged: _Judged) -> Floats:
    return np.where(judged.relevant > 0, values, np.nan)


def recall(ranked: ArrayLike, relevance: Matrix, k: int | None = None) -> Floats:
    """Share of a viewer's relevant videos that the first ``k`` slots show: float[B]."""
    judged = _judge(ranked, relevance, k)
    return _share((judged.gains > 0).sum(axis=1, dtype=float), judged.relevant)


def precision(ranked: ArrayLike, relevance: Matrix, k: int | None = None) -> Floats:
    """Share of the first ``k`` slots that show a relevant video: float[B]."""
    judged = _judge(ranked, relevance, k)
    return _where_relevant((judged.gains > 0).mean(axis=1), judged)


def hit_rate(ranked: ArrayLike, relevance: Matrix, k: int | None = None) -> Floats:
    """1 where the first ``k`` slots show at least one relevant video, else 0: float[B]."""
    judged = _judge(ranked, relevance, k)
    return _where_relevant((judged.gains > 0).any(axis=1).astype(float), judged)


def reciprocal_rank(ranked: ArrayLike, relevance: Matrix, k: int | None = None) -> Floats:
    """``1 / rank`` of the first relevant video, 0 if the first ``k`` slots show none: float[B].

    Its mean over viewers is MRR@k.
    """
    judged = _judge(ranked, relevance, k)
    hits = judged.gains > 0
    first = np.where(hits.any(axis=1), 1.0 / (hits.argmax(axis=1) + 1.0), 0.0)
    return _where_relevant(first, judged)


def average_precision(ranked: ArrayLike, relevance: Matrix, k: int | None = None) -> Floats:
    """Precision at each relevant slot, summed and divided by the relevant videos: float[B].

    Its mean over viewers is MAP@k.  The divisor is the number of relevant videos even when
    that is more than ``k`` (trec_eval's ``map_cut``; some libraries divide by the smaller).
    """
    judged = _judge(ranked, relevance, k)
    hits = judged.gains > 0
    precision_at = hits.cumsum(axis=1) / (np.arange(hits.shape[1]) + 1.0)
    return _share((precision_at * hits).sum(axis=1), judged.relevant)


def ndcg(
    ranked: ArrayLike,
    relevance: Matrix,
    k: int | None = None,
    *,
    gain: Literal["linear", "exponential"] = "linear",
) -> Floats:
    """Discounted gain of the first ``k`` slots over the best possible: float[B] in [0, 1].

    ``DCG = sum over ranks of gain / log2(rank + 1)`` (Järvelin and Kekäläinen 2002).  The
    gain of graded relevance r is r, trec_eval's choice, or ``2**r - 1`` when "exponential"
    (Burges et al. 2005); they agree when relevance is 0 or 1.  The ideal page shows the
    viewer's most relevant videos first, in ``k`` slots or fewer if fewer are relevant.
    """
    require(gain in ("linear", "exponential"), f"gain is linear or exponential, not {gain!r}")
    judged = _judge(ranked, relevance, k)
    shown, best = judged.gains, _best_gains(judged, judged.gains.shape[1])
    if gain == "exponential":
        require(best.max(initial=0.0) <= 1000, "relevance above 1000 has no exponential gain")
        shown, best = (np.expm1(gains * np.log(2.0)) for gains in (shown, best))
    weights = position_weights(best.shape[1])
    return _share(shown @ weights, best @ weights)


def _best_gains(judged: _Judged, k: int) -> Floats:
    """The ``k`` largest relevances of each viewer, largest first, padded by 0: float[B, k]."""
    rows = np.repeat(np.arange(len(judged.relevant)), judged.relevant)
    order = np.lexsort((-judged.relevance.data, rows))
    rank = np.arange(len(rows)) - judged.relevance.indptr[rows]
    kept = rank < k
    best = np.zeros((len(judged.relevant), k))
    best[rows[kept], rank[kept]] = judged.relevance.data[order][kept]
    return best


def auc(scores: ArrayLike, relevance: Matrix, among: ArrayLike | None = None) -> Floats:
    """Chance that a relevant video is scored above one that is not; equals count half: float[B].

    scores, relevance: [B, V].  among: bool[B, V], the videos that are looked at; all by default.
    NaN for a viewer without a relevant video, or without another.  Worked out from ranks, as
    Mann and Whitney's U over the number of pairs.
    """
    from scipy.stats import rankdata

    scores = np.asarray(scores, dtype=float)
    wanted = sparse.csr_array(relevance).toarray() > 0
    require(scores.shape == wanted.shape, f"{scores.shape} scores, {wanted.shape} relevant")
    require(not np.isnan(scores).any(), "the scores hold NaN: score every video before ranking")
    looked = np.ones(scores.shape, bool) if among is None else np.asarray(among, dtype=bool)
    require(looked.shape == scores.shape, f"among has shape {looked.shape}, not {scores.shape}")
    ranks = rankdata(np.where(looked, scores, np.nan), axis=1, nan_policy="omit")
    wanted = wanted & looked
    count = wanted.sum(axis=1)
    above = np.where(wanted, ranks, 0.0).sum(axis=1) - count * (count + 1) / 2
    return _share(above, count * (looked.sum(axis=1) - count))


def mean_over_viewers(values: ArrayLike) -> float:
    """Mean of per-viewer figures over the viewers that have one (at least one relevant video)."""
    values = np.asarray(values, dtype=float)
    known = values[~np.isnan(values)]
    require(len(known) > 0, "no viewer has a relevant video, so there is nothing to average")
    return float(known.mean())


def evaluate(ranked: ArrayLike, relevance: Matrix, k: int | None = None) -> dict[str, float]:
    """Every ranking metric at ``k``, averaged over viewers with at least one relevant video."""
    measures = {
        "recall": recall,
        "precision": precision,
        "hit rate": hit_rate,
        "MRR": reciprocal_rank,
        "nDCG": ndcg,
        "MAP": average_precision,
    }
    return {
        name: mean_over_viewers(measure(ranked, relevance, k)) for name, measure in measures.items()
    }
