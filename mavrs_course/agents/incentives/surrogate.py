"""The surrogate index: what early signals say of an outcome that takes long to come.

Source: Athey, Chetty, Imbens and Kang, "The surrogate index" (NBER working paper 26463, 2019).
"""

from __future__ import annotations

import numpy as np

from mavrs_course.messages import Bools, Floats


class SurrogateIndex:
    """``h(s) = E[outcome | signals = s]``, by least squares with a constant.

    What it says of two groups is their difference in the outcome if the signals stand between
    the treatment and all that it does, and if old and new viewers who look alike end alike.
    """

    def __init__(self) -> None:
        self.constant = 0.0
        self.weights: Floats = np.zeros(0)

    def fit(self, signals: Floats, outcome: Floats) -> SurrogateIndex:
        """signals: float[N, S].  outcome: float[N].  ValueError for other shapes, N = 0 or NaN."""
        signals, outcome = np.asarray(signals, float), np.asarray(outcome, float)
        if signals.ndim != 2 or not len(signals) or outcome.shape != signals.shape[:1]:
            raise ValueError(
                f"an index needs signals of shape (N, S) and N outcomes, N at least 1; "
                f"got {signals.shape} and {outcome.shape}"
            )
        if not (np.isfinite(signals).all() and np.isfinite(outcome).all()):
            raise ValueError("an index needs finite signals and outcomes; leave out the others")
        table = np.column_stack([np.ones(len(signals)), signals])
        solution = np.linalg.lstsq(table, outcome, rcond=None)[0]
        self.constant, self.weights = float(solution[0]), solution[1:]
        return self

    def __call__(self, signals: Floats) -> Floats:
        """The outcome expected of each row: float[N], for signals float[N, S]."""
        return self.constant + np.asarray(signals, float) @ self.weights


def difference(values: Floats, treated: Bools) -> float:
    """Mean of the treated less mean of the others; ValueError where a group is empty."""
    treated = np.asarray(treated, bool)
    if treated.all() or not treated.any():
        raise ValueError("an effect needs somebody who was treated and somebody who was not")
    return float(values[treated].mean() - values[~treated].mean())


def effects_after(path: Floats, treated: Bools, seen: int) -> dict[str, float]:
    """The effect on the mean of a whole path, told by the first ``seen`` periods, in three ways.

    path: float[N, T].  "naive" takes the mean so far for the mean of all; "index" predicts it
    from all periods seen, "single" from the last of them, both as it was among the treated;
    "true" waits until the end.  Source: the analysis of the GAIN experiment in Athey et al. 2019.
    """
    path, treated = np.asarray(path, float), np.asarray(treated, bool)
    if not 1 <= seen <= path.shape[1]:
        raise ValueError(f"seen is 1 to {path.shape[1]} periods, not {seen}")
    outcome, told = path.mean(axis=1), {}
    told["true"] = difference(outcome, treated)
    told["naive"] = difference(path[:, :seen].mean(axis=1), treated)
    for name, signals in (("index", path[:, :seen]), ("single", path[:, seen - 1 : seen])):
        index = SurrogateIndex().fit(signals[treated], outcome[treated])
        told[name] = difference(index(signals), treated)
    return told


def explained(signals: Floats, outcome: Floats) -> float:
    """The share of the outcome's variance that signals explain (R squared), 0 where it has none."""
    total = float(np.var(outcome))
    left = outcome - SurrogateIndex().fit(signals, outcome)(signals)
    return 1.0 - float(np.var(left)) / total if total > 0 else 0.0


def bias_bound(signals: Floats, outcome: Floats, treated: Bools, leak: float = 0.01) -> float:
    """How far an index can be off if the treatment explains ``leak`` of what signals leave.

    ``sqrt(leak Var(Y) (1 - R2 of W on S) (1 - R2 of Y on S) / Var(W))``.
    """
    chosen = np.asarray(treated, float)
    left = (1 - explained(signals, chosen)) * (1 - explained(signals, outcome))
    return float(np.sqrt(leak * np.var(outcome) * left / np.var(chosen)))
