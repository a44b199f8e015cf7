"""What would another policy have earned?  An answer from the logs of an old one.

Logs hold, for each of ``N`` shows, the reward and the importance weight
``w = new probability / old probability`` of what was shown.  All functions take arrays
[..., N] and work along the last axis, so that many logs are judged at once.

Sources: Horvitz and Thompson (1952); Swaminathan and Joachims, "The self-normalized estimator
for counterfactual learning" (NeurIPS 2015); Dudík, Langford and Li, "Doubly robust policy
evaluation and learning" (ICML 2011, arXiv 1103.4601).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mavrs_course.messages import Floats, Ints

NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval; arrays [...] where several logs were judged."""

    value: Floats
    low: Floats
    high: Floats

    def covers(self, truth: float) -> np.ndarray:
        """Whether the interval holds the truth: bool[...]."""
        return (self.low <= truth) & (truth <= self.high)

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def importance_weights(new: Floats, old: Floats, clip: float | None = None) -> Floats:
    """``new / old``, at most ``clip``, for the probabilities of what was shown.

    Raises ValueError where the old policy never shows what it is said to have shown: no log
    can say what such a video would have earned.  And for what is no probability, such as NaN.
    """
    for name, chances in (("new", new), ("old", old)):
        if not (np.all(np.isfinite(chances)) and np.all(chances >= 0)):
            raise ValueError(f"the {name} policy's probabilities are finite numbers of at least 0")
    if clip is not None and not clip > 0:
        raise ValueError(f"weights are clipped at a number above 0, not {clip}")
    if np.any(old <= 0):
        raise ValueError("something was shown that the old policy shows with probability 0")
    weights = new / old
    return weights if clip is None else np.minimum(weights, clip)


def ips(rewards: Floats, weights: Floats) -> Estimate:
    """Inverse propensity scoring: the mean of ``w r``.  Unbiased; wild where weights are.

    Raises ValueError for a log that says nothing about the policy: all its weights are 0.
    """
    _check_overlap(weights)
    return _mean_with_interval(weights * rewards)


def snips(rewards: Floats, weights: Floats) -> Estimate:
    """Self-normalised: ``sum(w r) / sum(w)``, the interval by the delta method.

    Biased by a little that vanishes with N, never outside the range of the rewards.
    Raises ValueError for a log that says nothing about the policy, as :func:`ips`.
    """
    _check_overlap(weights)
    total = weights.sum(axis=-1, keepdims=True)
    value = (weights * rewards).sum(axis=-1, keepdims=True) / total
    size = rewards.shape[-1]
    influence = weights * (rewards - value) * size / total
    return _mean_with_interval(value + influence)


def doubly_robust(
    rewards: Floats, weights: Floats, predicted: Floats, predicted_new: Floats
) -> Estimate:
    """A model's prediction for the new policy, corrected by what the model got wrong.

    predicted: float[..., N], the model's reward for what was shown.  predicted_new: what it
    expects of the new policy on the same page.  The mean of
    ``predicted_new + w (r - predicted)`` is right if the model *or* the weights are.  Where all
    weights are 0 the model alone has spoken.
    """
    return _mean_with_interval(predicted_new + weights * (rewards - predicted))


def effective_size(weights: Floats) -> Floats:
    """How many equally weighted shows these are worth: ``(sum w)^2 / sum w^2`` (Kish 1965).

    Raises ValueError where all weights are 0.
    """
    _check_overlap(weights)
    return weights.sum(axis=-1) ** 2 / (weights**2).sum(axis=-1)


def cross_fitted_means(rewards: Floats, groups_shown: Ints, groups: int) -> Floats:
    """Mean reward by group for a model that never sees the row it judges: float[..., 2, groups].

    Row n of a log is to be judged by entry ``n % 2``, which was fitted to the other rows.
    A group without data gets the mean over all of them.
    Raises ValueError for fewer than two rows, and for groups that are not 0 to ``groups - 1``.
    """
    shown = np.asarray(groups_shown)
    whole = shown.dtype.kind in "iu" or not np.any(shown % 1)
    if not (whole and np.all(shown >= 0) and np.all(shown < groups)):
        raise ValueError(f"groups are whole numbers from 0 to {groups - 1}, for {groups} of them")
    if rewards.shape[-1] < 2:
        raise ValueError("a row is judged by the other rows, so a log needs at least two")
    groups_shown = shown.astype(np.int64)
    fold = 1 - np.arange(rewards.shape[-1]) % 2
    logs = np.arange(int(np.prod(rewards.shape[:-1]))).reshape(*rewards.shape[:-1], 1)
    place = ((logs * 2 + fold) * groups + groups_shown).ravel()
    shape = (*rewards.shape[:-1], 2, groups)
    size = int(np.prod(shape))
    count = np.bincount(place, minlength=size).reshape(shape)
    total = np.bincount(place, rewards.ravel(), minlength=size).reshape(shape)
    overall = total.sum(axis=-1, keepdims=True) / count.sum(axis=-1, keepdims=True)
    return np.where(count > 0, total / np.maximum(count, 1), overall)


def _check_overlap(weights: Floats) -> None:
    if not np.all(np.isfinite(weights)) or np.any(weights < 0):
        raise ValueError("importance weights are finite numbers of at least 0")
    if not np.all(np.any(weights > 0, axis=-1)):
        raise ValueError(
            "the new policy never shows what the log shows (all weights are 0), so the log says "
            "nothing about it: log a policy that shows everything now and then"
        )


def _mean_with_interval(terms: Floats) -> Estimate:
    if not np.all(np.isfinite(terms)):
        raise ValueError("some rewards, weights or predictions are no finite numbers")
    value = terms.mean(axis=-1)
    half = NORMAL_95 * terms.std(axis=-1, ddof=1) / np.sqrt(terms.shape[-1])
    return Estimate(value, value - half, value + half)
