"""Mult-VAE: a variational autoencoder of whole histories.

Liang, Krishnan, Hoffman and Jebara, "Variational Autoencoders for Collaborative Filtering", WWW
2018 (arXiv 1802.05814).  A viewer is a point ``z`` of a small space, ``z ~ N(0, I)`` beforehand.
A network turns ``z`` into shares of all videos that add up to one, and the viewer's watches are
drawn from those shares.  A second network, the encoder, goes the other way: from a history to
where ``z`` may lie, a normal distribution.

Below, B viewers, V videos, H hidden units, Z = size of ``z``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch.nn.functional import log_softmax, normalize

from mavrs_course.agents.collaborative import _WatchModel
from mavrs_course.messages import Floats
from mavrs_course.progress import progress


def divergence(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """KL of ``N(mean, variance)`` from ``N(0, I)`` in nats, of independent parts: [B, Z] -> [B]."""
    return 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(dim=1)


def log_likelihood(watched: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    """Log of the chance of the watches under the shares ``softmax(logits)``: [B, V] -> [B].

    ``sum over videos of watched * log share``, the multinomial of the paper
    without its constant.
    """
    return (watched * log_softmax(logits, dim=1)).sum(dim=1)


class MultVAE(_WatchModel):
    """Scores a video by the log of its share, decoded from the mean of the viewer's ``z``.

    Fitted by Adam on the mean over viewers of ``log likelihood - beta * divergence``,
    with one draw of ``z`` a viewer and step.  ``beta`` rises linearly from 0 to its final value
    over the first ``rise`` steps, so that histories are learnt before order is asked for.  Of a
    history, scaled to length one, each watch is hidden from the encoder with chance ``dropout``.

    Scores are made from histories as they are now: clicks after fitting count, and a viewer
    without any gets the shares of an empty history.

    The paper's 600 hidden units, ``z`` of 200 and beta of 0.2 are for over a hundred times as many
    viewers.  Those here were chosen for MovieLens 100K on a part of its training logs held out,
    where beta = 1 did better than 0.2.  In the split of the published figures (75/25, seed 42)
    they give an nDCG@10 of .4414, .4438, .4416, .4413 and .4505 with seeds 0 to 4.

    generator: a ``torch.Generator``; the same seed gives the same model.  hidden, latent: H and Z.
    epochs, batch, step: passes over the viewers, viewers a step and learning rate.
    """

    def __init__(
        self,
        generator: torch.Generator,
        *,
        hidden: int = 200,
        latent: int = 64,
        epochs: int = 100,
        batch: int = 100,
        step: float = 1e-3,
        beta: float = 1.0,
        rise: int = 1000,
        dropout: float = 0.5,
    ) -> None:
        if not 0 <= dropout < 1:
            raise ValueError(f"dropout is a chance below one, not {dropout}")
        if beta < 0:
            raise ValueError(f"beta is the weight of a penalty, so it can't be {beta}")
        self.generator = generator
        self.hidden = hidden
        self.latent = latent
        self.epochs = epochs
        self.batch = batch
        self.step = step
        self.beta = beta
        self.rise = rise
        self.dropout = dropout

    def encode(self, watched: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Where ``z`` may lie: mean and log of the variance, each [B, Z], from [B, V]."""
        weight, bias, weight_out, bias_out = self.encoder
        inside = torch.tanh(watched @ weight + bias)
        mean, log_variance = (inside @ weight_out + bias_out).split(self.latent, dim=1)
        return mean, log_variance

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        """Logits of the shares of all videos: [B, V], from [B, Z]."""
        weight, bias, weight_out, bias_out = self.decoder
        return torch.tanh(z @ weight + bias) @ weight_out + bias_out

    def bound(self, watched: torch.Tensor, seen: torch.Tensor, beta: float) -> torch.Tensor:
        """Mean over viewers of ``log likelihood - beta * divergence``, in nats.

        watched: [B, V], ones and zeros.  seen: [B, V], what the encoder sees of it.
        """
        mean, log_variance = self.encode(seen)
        noise = torch.randn(mean.shape, generator=self.generator)
        z = mean + noise * (0.5 * log_variance).exp()
        fit = log_likelihood(watched, self.decode(z))
        return (fit - beta * divergence(mean, log_variance)).mean()

    def _learn(self) -> None:
        watched = torch.from_numpy(self.watched.toarray()).float()
        watched = watched[watched.any(dim=1)]
        videos = watched.shape[1]
        self.encoder = self._network(videos, 2 * self.latent)
        self.decoder = self._network(self.latent, videos)
        optimiser = torch.optim.Adam([*self.encoder, *self.decoder], lr=self.step)
        steps = 0
        for _ in progress(range(self.epochs), "epochs"):
            order = torch.randperm(len(watched), generator=self.generator)
            for rows in order.split(self.batch):
                beta = self.beta * min(1.0, steps / max(self.rise, 1))
                loss = -self.bound(watched[rows], self._hide(watched[rows]), beta)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                steps += 1
        for parameter in (*self.encoder, *self.decoder):
            parameter.requires_grad_(False)

    def _network(self, inputs: int, outputs: int) -> list[torch.Tensor]:
        """Weights and biases of one hidden layer and what comes out of it."""
        parameters = []
        for sizes in ((inputs, self.hidden), (self.hidden, outputs)):
            weight = torch.empty(sizes)
            torch.nn.init.xavier_normal_(weight, generator=self.generator)
            parameters += [weight, torch.zeros(sizes[1])]
        return [parameter.requires_grad_() for parameter in parameters]

    def _hide(self, watched: torch.Tensor) -> torch.Tensor:
        """Histories of length one with some watches hidden, the others larger for it."""
        kept = torch.rand(watched.shape, generator=self.generator) >= self.dropout
        return normalize(watched, dim=1) * kept / (1 - self.dropout)

    def _log_shares(self, histories: Floats) -> Floats:
        seen = normalize(torch.from_numpy(histories).float(), dim=1)
        with torch.no_grad():
            mean, _ = self.encode(seen)
            return log_softmax(self.decode(mean), dim=1).numpy().astype(float)

    def scores(self, viewers: ArrayLike) -> Floats:
        """Log of the share of each video, in nats: float[B, V]."""
        return self._log_shares(self.histories(viewers).toarray())

    def reason(self, viewer: int, video: int, titles: Sequence[str]) -> str:
        history = self.histories([viewer])
        watched = history.indices
        if len(watched) == 0:
            share = np.exp(self.scores([viewer])[0, video])
            return f"I do not know you yet; I give {titles[video]} {share:.2%} of your attention."
        without = np.repeat(history.toarray(), len(watched) + 1, axis=0)
        without[np.arange(len(watched)), watched] = 0.0  # the last row keeps the whole history
        *shares, share = np.exp(self._log_shares(without)[:, video])
        spoke = int(np.argmin(shares))
        if shares[spoke] >= share:
            return f"Nothing you have watched speaks for {titles[video]}, so this is a guess."
        return (
            f"Had you not watched {titles[watched[spoke]]}, I would give {titles[video]} "
            f"{shares[spoke]:.2%} of your attention, not {share:.2%}."
        )
