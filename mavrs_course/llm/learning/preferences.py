"""Prior times evidence: four roads that end at one point.

A language model's chances of the answers are a prior; rewards are evidence.  The policy that earns
most while it stays near the prior, ``max_pi E_pi[reward] - beta KL(pi, prior)``, is

    ``pi(a)  is proportional to  prior(a) exp(reward(a) / beta)``

which is also what sampling from the posterior gives, and where DPO ends on preferences of the
Bradley-Terry kind (Rafailov et al., arXiv 2305.18290).  The best of ``n`` draws goes another way to
nearly the same front.
"""

from __future__ import annotations

from math import erf, log, sqrt

import numpy as np
from torch import Tensor
from torch.nn import functional as F

from mavrs_course.messages import Floats, Ints


def posterior(prior: Floats, reward: Floats, beta: float) -> Floats:
    """The policy that KL-penalised reinforcement ends at: float[..., A], summing to 1.

    prior: chances, float[..., A].  reward: float[..., A].  beta: above 0, in units of the reward.
    """
    prior = np.asarray(prior, dtype=float)
    if not beta > 0:
        raise ValueError(f"beta must be above 0, or evidence is all and the prior none; not {beta}")
    if (prior < 0).any() or not np.isfinite(reward).all():
        raise ValueError("a prior holds chances, and rewards are finite numbers")
    pull = np.asarray(reward, dtype=float) / beta
    with np.errstate(divide="ignore"):
        weight = np.log(prior) + pull
    weight = np.exp(weight - weight.max(axis=-1, keepdims=True))
    return weight / weight.sum(axis=-1, keepdims=True)


def by_proposals(prior: Floats, reward: Floats, beta: float, proposals: int, rng) -> int:
    """One answer by direct posterior sampling: draw proposals from the prior, then choose one of
    them by ``exp(reward / beta)`` (Yan et al., arXiv 2410.07927).  Exact as proposals grow."""
    drawn = rng.choice(len(prior), size=proposals, p=prior)
    pull = np.asarray(reward, dtype=float)[drawn] / beta
    weight = np.exp(pull - pull.max())
    return int(drawn[rng.choice(proposals, p=weight / weight.sum())])


def dpo_loss(log_chosen: Tensor, log_rejected: Tensor, prior_gap: Tensor, beta: float) -> Tensor:
    """Direct preference optimisation: ``-log sigmoid(beta (gap - gap of the prior))``, the mean.

    log_chosen, log_rejected: the policy's log-chances of the answer that was preferred and of the
    other, float[N].  prior_gap: the prior's log-chance of the first less that of the second.
    """
    gap = log_chosen - log_rejected
    return -F.logsigmoid(beta * (gap - prior_gap)).mean()


def best_of(rewards: Floats, prior: Floats, n: int) -> Floats:
    """Chances of each answer being the best of n draws from the prior: float[A].

    Of equal rewards the first in order of index is taken.
    """
    order = np.argsort(-np.asarray(rewards, dtype=float), kind="stable")
    reached = np.cumsum(np.asarray(prior, dtype=float)[order])  # of drawing one as good or better
    missed = np.clip(1 - reached, 0, 1) ** n
    chances = np.empty(len(order))
    chances[order] = np.concatenate([[1.0], missed[:-1]]) - missed
    return chances


def best_of_divergence(n: int) -> float:
    """At most ``log n - (n - 1) / n`` nats from the prior, and just that where no two tie."""
    return log(n) - (n - 1) / n


def best_normal(n: int) -> float:
    """The mean of the largest of n draws from a standard normal distribution.

    By the integral of ``1 - F^n`` above 0 and of ``-F^n`` below.  A judge that agrees with the
    truth up to a correlation of rho makes the best of n by it truly worth ``rho`` times this.
    """
    step = 0.002
    places = np.arange(-10, 10, step) + step / 2
    below = np.array([erf(place / sqrt(2)) for place in places]) / 2 + 0.5
    return float(np.sum((places > 0) - below**n) * step)


def preferences(reward: Floats, pairs: Ints, rng: np.random.Generator) -> Ints:
    """Which of each pair int[N, 2] is preferred, by Bradley and Terry's chances: int[N, 2].

    ``P(a before b) = sigmoid(reward(a) - reward(b))``.  The preferred one comes first.
    """
    gap = reward[pairs[:, 0]] - reward[pairs[:, 1]]
    first = rng.random(len(pairs)) < 1 / (1 + np.exp(-gap))
    return np.where(first[:, None], pairs, pairs[:, ::-1])
