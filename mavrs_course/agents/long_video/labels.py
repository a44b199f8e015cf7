"""What a view says about liking: published labels that correct for the length of the video.

``N`` views: ``minutes`` float[N] watched of ``length`` float[N]; ``left`` bool[N] is True where the
viewer left before the end.  A label is float[N], larger for more liking; :func:`counterfactual`
and :func:`mean_stay` judge groups of views instead, as what a view hides only others can tell.
PCR and D2Q are :func:`~mavrs_course.agents.feedback.watch.watch_ratio` and ``duration_quantiles``.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, ndtr

from mavrs_course.agents.feedback.watch import duration_quantiles, strata, watch_ratio
from mavrs_course.messages import Bools, Floats, Ints

GROUPS = 30  # classes of length, as in D2Q
SOON = 40.0 / 60.0  # minutes: the cost c of CWM
STEEPNESS = 0.3  # the a of D2Co, a minute
ROUNDS = 30  # of EM, and of Newton's method


def watch_time_gain(minutes: Floats, stratum: Ints) -> Floats:
    """WTG: ``Phi((w - mean) / deviation)`` within each class of length.

    Source: Zheng et al., "DVR: micro-video recommendation optimizing watch-time-gain under
    duration bias" (ACM Multimedia 2022), with the normal distribution function of its later users.
    """
    mean, deviation = _moments(minutes, stratum)
    return ndtr((minutes - mean[stratum]) / np.maximum(deviation, 1e-9)[stratum])


def two_kinds(minutes: Floats, stratum: Ints) -> tuple[Floats, Floats]:
    """D2Co's mixture: the mean watch time of who dislikes and of who likes, a class of length each.

    Two normal distributions in each class, by EM from the halves below and above its mean, then
    smoothed over the neighbouring classes by their number of views: float[S] and float[S].
    """
    sizes = np.bincount(stratum).astype(float)
    means = np.empty((2, len(sizes)))
    for group in range(len(sizes)):
        means[:, group] = _mixture(minutes[stratum == group])
    near = np.ones(3)
    weight = np.convolve(sizes, near, "same")
    low, high = (np.convolve(mean * sizes, near, "same") / weight for mean in means)
    return low, high


def debiased(minutes: Floats, stratum: Ints, steepness: float = STEEPNESS) -> Floats:
    """D2Co: where between the two kinds' means the watch time lies, on an exponential scale.

    ``(e^{aw} - e^{aw-}) / (e^{aw+} - e^{aw-})``, clipped to [0, 1].
    Source: Zhao et al., "Uncovering user interest from biased and noised watch time in video
    recommendation" (RecSys 2023).
    """
    low, high = (mean[stratum] for mean in two_kinds(minutes, stratum))
    # Divided by e^{aw-} on both sides, so that an hour does not overflow.
    part, whole = np.expm1(steepness * (minutes - low)), np.expm1(steepness * (high - low))
    return np.clip(part / np.maximum(whole, 1e-9), 0.0, 1.0)


def counterfactual(
    minutes: Floats, left: Bools, group: Ints, soon: float = SOON, scale: float = 1.0
) -> Floats:
    """CWM: one score a group, float[G], by watching that the end of the video cuts off.

    With ``s(w) = logit exp(-c / (w + c / 40))``, ``c`` = 40 s: views that ended early pull the
    score to ``s(w)`` by ``(score - s)^2 / (2 scale^2)``, finished ones push it above ``s(w)`` by
    ``-log sigmoid((score - s) / scale)``.  It is convex; Newton's method finds the best.
    Source: Zhao et al., "Counteracting duration bias in video recommendation via counterfactual
    watch time" (KDD 2024, arXiv 2406.07932).
    """
    target = _logit_interest(minutes, soon)
    score = _sums(target, group) / np.maximum(np.bincount(group), 1)
    for _ in range(ROUNDS):
        gap = (score[group] - target) / scale
        below = expit(-gap)
        gradient = np.where(left, gap, -below) / scale
        curvature = np.where(left, 1.0, below * (1.0 - below)) / scale**2
        step = _sums(gradient, group) / np.maximum(_sums(curvature, group), 1e-9)
        score = score - np.clip(step, -1.0, 1.0)
    return score


def mean_stay(
    minutes: Floats, left: Bools, group: Ints, prior: float = 1.0, usual: float | None = None
) -> Floats:
    """How long each group's viewers would stay, float[G], if they leave at a constant rate.

    ``(all minutes + prior * usual) / (all who left + prior)``: the maximum-likelihood estimate
    with ``prior`` departures after the ``usual`` stay added, by default that of all views.
    """
    if usual is None:
        usual = float(np.sum(minutes)) / max(int(np.sum(left)), 1)
    departures = _sums(left.astype(float), group)
    return (_sums(minutes, group) + prior * usual) / np.maximum(departures + prior, 1e-9)


def by_group(label: Floats, group: Ints) -> Floats:
    """The mean label of each group: float[G]."""
    return _sums(label, group) / np.maximum(np.bincount(group), 1)


def all_labels(
    minutes: Floats, length: Floats, group: Ints, stratum: Ints | None = None
) -> dict[str, Floats]:
    """Each label's verdict on each group of views: name -> float[G].

    group: int[N], such as the video of each view.  stratum: int[N], the class of its length; 30
    equally full ones where not given.  ``stay`` is :func:`mean_stay`.
    """
    left = minutes < length - 1e-9
    stratum = strata(length, GROUPS) if stratum is None else stratum
    _, stratum = np.unique(stratum, return_inverse=True)  # classes without a view have no number
    views = {
        "PCR": watch_ratio(minutes, length),
        "WTG": watch_time_gain(minutes, stratum),
        "D2Q": duration_quantiles(minutes, stratum),
        "D2Co": debiased(minutes, stratum),
    }
    verdicts = {name: by_group(label, group) for name, label in views.items()}
    verdicts["CWM"] = counterfactual(minutes, left, group)
    verdicts["stay"] = mean_stay(minutes, left, group)
    return verdicts


def _logit_interest(minutes: Floats, soon: float) -> Floats:
    cost = soon / (minutes + soon / 40.0)  # c / (w + 1) in seconds
    return -cost - np.log(-np.expm1(-cost))


def _mixture(minutes: Floats) -> Floats:
    """The means of two normal distributions, the lower one first: float[2]."""
    upper = (minutes > minutes.mean()).astype(float)  # [n], the chance to be of the upper kind
    for _ in range(ROUNDS):
        belongs = np.stack([1.0 - upper, upper])  # [2, n]
        size = np.maximum(belongs.sum(axis=1), 1e-9)
        mean = belongs @ minutes / size
        variance = (belongs * (minutes - mean[:, None]) ** 2).sum(axis=1) / size + 1e-4
        error = -((minutes - mean[:, None]) ** 2) / (2.0 * variance[:, None])
        log = np.log(size / len(minutes) / np.sqrt(variance))[:, None] + error
        upper = expit(log[1] - log[0])
    return np.sort(mean)


def _moments(minutes: Floats, stratum: Ints) -> tuple[Floats, Floats]:
    size = np.maximum(np.bincount(stratum), 1)
    mean = _sums(minutes, stratum) / size
    return mean, np.sqrt(_sums((minutes - mean[stratum]) ** 2, stratum) / size)


def _sums(values: Floats, group: Ints) -> Floats:
    return np.asarray(np.bincount(group, weights=values), dtype=float)
