"""Senses joined late, early, or by how precise each is; and training for senses that go missing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from mavrs_course.messages import Bools, Floats


def add_log_odds(
    log_odds: ArrayLike, present: ArrayLike | None = None, prior: ArrayLike = 0.0
) -> Floats:
    """Late fusion: the log-odds of a class from those that each sense gives: float[N].

    log_odds: float[N, M], what each sense alone makes of it, the prior included.  present:
    bool[N, M]; a sense that is missing adds nothing.  prior: the log-odds before any sense, which
    must be counted once.  Exact if and only if the senses are independent given the class.
    """
    given = np.asarray(log_odds, dtype=float)
    there = np.ones(given.shape, dtype=bool) if present is None else np.asarray(present, bool)
    told = given - np.asarray(prior, dtype=float)[..., None]
    return np.where(there, told, 0.0).sum(axis=-1) + prior


def precision_weighted(means: ArrayLike, precisions: ArrayLike) -> tuple[Floats, Floats]:
    """A product of Gaussian experts: the mean and the precision of what they say together.

    means: float[..., M], one for each sense.  precisions: float[..., M], one over the variance; 0
    for a sense that is missing, whose mean may be anything, NaN included.  Where all are missing
    the mean is 0 and the precision 0.  Exact for independent Gaussian errors.
    """
    mean, tau = np.broadcast_arrays(np.asarray(means, float), np.asarray(precisions, float))
    if not (tau >= 0).all() or np.isinf(tau).any():
        raise ValueError("a precision is a number from 0 on; 0 where the sense is missing")
    said = np.where(tau > 0, mean, 0.0)
    total = tau.sum(axis=-1)
    weighted = (tau * said).sum(axis=-1)
    return np.divide(weighted, total, out=np.zeros_like(weighted), where=total > 0), total


def sense_variances(values: ArrayLike, present: ArrayLike) -> Floats:
    """The variance of each sense's error, from how much the senses differ: float[M].

    values: float[V, M, D], what each of at least 3 senses says about the same things.  present:
    bool[V, M].  With independent errors ``E (x_i - x_j)^2 = v_i + v_j``: three pairs, three
    unknowns, and nobody had to know the truth (the three-cornered hat of Gray and Allan 1974,
    there for clocks).  More senses are solved by least squares; never below a thousandth of the
    largest.  A pair that is never there together tells nothing.
    """
    said, there = np.asarray(values, dtype=float), np.asarray(present, bool)
    senses = said.shape[1]
    rows, differences = [], []
    for one, other in combinations(range(senses), 2):
        both = there[:, one] & there[:, other]
        if both.any():
            rows.append(np.eye(senses)[one] + np.eye(senses)[other])
            differences.append(((said[both, one] - said[both, other]) ** 2).mean())
    if np.linalg.matrix_rank(np.array(rows).reshape(-1, senses)) < senses:
        raise ValueError("the errors of senses are told apart by three or more that meet in pairs")
    found = np.linalg.lstsq(np.array(rows), np.array(differences), rcond=None)[0]
    return np.maximum(found, max(found.max(), 1e-12) * 1e-3)


def drop_senses(present: ArrayLike, draws: ArrayLike, drop: float) -> Bools:
    """Modality dropout: which senses a clip is trained with this time: bool[N, M].

    present: bool[N, M].  draws: float[N, M] in [0, 1).  A sense that is there stays if its draw is
    at least ``drop``; where none would, the one with the largest draw does.  What is missing stays
    missing.
    """
    there, ticket = np.asarray(present, bool), np.asarray(draws, dtype=float)
    kept = there & (ticket >= drop)
    last = np.where(there, ticket, -1.0).argmax(axis=-1)
    alone = there.any(axis=-1) & ~kept.any(axis=-1)
    kept[alone, last[alone]] = True
    return kept


def products(first: Floats, second: Floats) -> Floats:
    """Early fusion's features: both senses, and each number of one times each of the other.

    float[N, a + b + a b] from float[N, a] and float[N, b].  The products are the bilinear part,
    without which a linear model adds up the senses as late fusion does.
    """
    pairs = (first[:, :, None] * second[:, None, :]).reshape(len(first), -1)
    return np.concatenate([first, second, pairs], axis=1)


class JointReader:
    """A logistic model of several senses that are trained together.

    ``log_odds = bias + sum over the senses that are there of f_m(x_m)``: f is linear, or a network
    with one layer of ``hidden`` tanh units.  steps, rate: of Adam on the mean log loss of all
    clips.  penalty: weight decay.  drop: modality dropout.
    """

    def __init__(
        self,
        *,
        hidden: int = 0,
        steps: int = 200,
        rate: float = 0.03,
        penalty: float = 0.0,
        drop: float = 0.0,
    ) -> None:
        if not 0 <= drop < 1 or steps < 1 or hidden < 0:
            raise ValueError(
                f"drop is in [0, 1), steps from 1, hidden from 0; got {drop}, {steps}, {hidden}"
            )
        self.hidden, self.steps, self.rate = hidden, steps, rate
        self.penalty, self.drop = penalty, drop
        self.readers = nn.ModuleList()
        self.bias = torch.zeros(())

    def fit(
        self, senses: Sequence[Floats], labels: ArrayLike, rng: np.random.Generator
    ) -> JointReader:
        """senses: M arrays float[N, d_m].  labels: N of 0 and 1.  Gives itself back."""
        inputs = [torch.as_tensor(sense, dtype=torch.float32) for sense in senses]
        label = torch.as_tensor(np.asarray(labels), dtype=torch.float32)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**31)))
            self.readers = nn.ModuleList(self._reader(sense.shape[1]) for sense in inputs)
        self.bias = nn.Parameter(torch.zeros(()))
        weights = [*self.readers.parameters(), self.bias]
        optimiser = torch.optim.AdamW(weights, lr=self.rate, weight_decay=self.penalty)
        there = np.ones((len(label), len(senses)), dtype=bool)
        for _ in range(self.steps):
            kept = drop_senses(there, rng.random(there.shape), self.drop) if self.drop else there
            odds = self._forward(inputs, torch.from_numpy(kept))
            optimiser.zero_grad()
            binary_cross_entropy_with_logits(odds, label).backward()
            optimiser.step()
        return self

    def _reader(self, numbers: int) -> nn.Module:
        if not self.hidden:
            return nn.Linear(numbers, 1, bias=False)
        layers = nn.Linear(numbers, self.hidden), nn.Tanh(), nn.Linear(self.hidden, 1, bias=False)
        return nn.Sequential(*layers)

    def _forward(self, inputs: Sequence[torch.Tensor], there: torch.Tensor) -> torch.Tensor:
        parts = torch.cat([f(x) for f, x in zip(self.readers, inputs, strict=True)], dim=1)
        return self.bias + torch.where(there, parts, 0.0).sum(dim=1)

    @torch.no_grad()
    def log_odds(self, senses: Sequence[Floats], present: ArrayLike | None = None) -> Floats:
        """float[N]; present: bool[N, M] or bool[M], all where it is not told."""
        inputs = [torch.as_tensor(sense, dtype=torch.float32) for sense in senses]
        there = torch.as_tensor(True if present is None else np.asarray(present, bool))
        return self._forward(inputs, there).numpy().astype(float)
