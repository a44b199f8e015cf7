"""Embeddings of one platform in the coordinates of another.

``x`` float[n, d] and ``y`` float[n, e] are the embeddings of ``n`` shared viewers, at home and
away.  Both platforms learned theirs alone, so that their axes have nothing to do with each other.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Floats


def procrustes(x: Floats, y: Floats) -> Floats:
    """The turn or mirroring R float[d, d] for which ``x @ R`` is nearest to ``y``.

    With ``x' y = U S V'`` it is ``U V'``.  It keeps all lengths and angles, so it needs ``d = e``.
    Source: Schönemann, "A generalized solution of the orthogonal Procrustes problem" (1966).
    """
    x, y = _pair(x, y)
    if x.shape != y.shape:
        raise ValueError(f"a turn keeps the dimensions; these are {x.shape[1]} and {y.shape[1]}")
    left, _, right = np.linalg.svd(x.T @ y)
    return left @ right


def procrustes_residual(x: Floats, y: Floats) -> float:
    """What is left, ``|x R - y| ** 2 = |x| ** 2 + |y| ** 2 - 2 sum(S)``, without R."""
    x, y = _pair(x, y)
    singular = np.linalg.svd(x.T @ y, compute_uv=False)
    return float((x**2).sum() + (y**2).sum() - 2.0 * singular.sum())


def ridge_map(x: Floats, y: Floats, ridge: float = 1.0) -> Floats:
    """The linear map M float[d, e] of least ``|x M - y| ** 2 + ridge |M| ** 2``.

    It is the linear mapping of EMCDR (Man et al., IJCAI 2017): learned from shared viewers, and
    then used for those whom the other platform has never met.
    """
    x, y = _pair(x, y)
    if not ridge >= 0:
        raise ValueError(f"ridge is at least 0, not {ridge}")
    return np.linalg.solve(x.T @ x + ridge * np.eye(x.shape[1]), x.T @ y)


def _pair(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or not len(x):
        raise ValueError(f"embeddings need a row for each shared viewer, got {x.shape}, {y.shape}")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("embeddings are finite numbers")
    return x, y
