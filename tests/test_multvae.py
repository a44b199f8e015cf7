"""Mult-VAE: its bound by hand, what its encoder sees, and how it ranks beside the others."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats
from test_collaborative import movielens, ndcg_at_10, two_camps  # noqa: F401

from mavrs_course.agents.collaborative import CollaborativeAgent
from mavrs_course.agents.multvae import MultVAE, divergence, log_likelihood
from mavrs_course.messages import Agent, Feedback, Request, Slate

TITLES = [f"Video {v}" for v in range(20)]


def small(seed: int = 0, **settings) -> MultVAE:
    settings = {"hidden": 16, "latent": 4, "epochs": 60, "batch": 10, "step": 1e-2, **settings}
    return MultVAE(torch.Generator().manual_seed(seed), **settings)


def untrained(viewers=6, videos=5, seed=0) -> tuple[MultVAE, torch.Tensor]:
    watched = (np.random.default_rng(seed).random((viewers, videos)) < 0.5).astype(float)
    watched[:, 0] = 1.0
    return small(seed, epochs=0).fit(watched), torch.from_numpy(watched).float()


def test_the_divergence_is_that_of_scipy_by_integration():
    mean, log_variance = torch.tensor([[0.7, -1.2]]), torch.tensor([[-0.5, 0.8]])
    grid = np.linspace(-15, 15, 20_001)
    expected = 0.0
    for m, v in zip(mean[0].tolist(), log_variance[0].tolist(), strict=True):
        here = stats.norm(m, np.exp(v / 2))
        lead = here.logpdf(grid) - stats.norm.logpdf(grid)
        expected += np.trapezoid(here.pdf(grid) * lead, grid)
    assert float(divergence(mean, log_variance)) == pytest.approx(expected, rel=1e-5)


def test_the_likelihood_is_multinomial_but_for_its_constant():
    logits = np.array([0.3, -1.0, 0.5, 0.0])
    shares = np.exp(logits) / np.exp(logits).sum()
    watched = np.array([2, 0, 1, 1])
    constant = np.log(12)  # 4! / (2! 0! 1! 1!)
    ours = log_likelihood(torch.tensor(watched[None]), torch.tensor(logits[None]))
    expected = stats.multinomial(4, shares).logpmf(watched)
    assert float(ours) + constant == pytest.approx(expected)


@pytest.mark.parametrize("beta", [0.0, 0.3, 1.0])
def test_the_bound_is_the_one_worked_out_with_numpy(beta):
    model, watched = untrained()
    weights = [part.numpy().astype(float) for part in (*model.encoder, *model.decoder)]
    model.generator.manual_seed(5)
    noise = torch.randn((6, 4), generator=torch.Generator().manual_seed(5)).numpy()
    x = watched.numpy().astype(float)
    seen = x / np.linalg.norm(x, axis=1, keepdims=True)
    into, into_bias, out, out_bias, back, back_bias, last, last_bias = weights
    code = np.tanh(seen @ into + into_bias) @ out + out_bias
    mean, log_variance = code[:, :4], code[:, 4:]
    z = mean + noise * np.sqrt(np.exp(log_variance))
    logits = np.tanh(z @ back + back_bias) @ last + last_bias
    log_share = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    apart = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1)
    expected = ((x * log_share).sum(axis=1) - beta * apart).mean()
    ours = model.bound(watched, torch.from_numpy(seen).float(), beta)
    assert float(ours) == pytest.approx(expected, rel=1e-5)


def test_the_encoder_sees_unit_histories_with_half_of_the_watches_hidden():
    model, _ = untrained()
    watched = torch.ones(2_000, 16)
    seen = model._hide(watched).numpy()
    assert set(np.unique(seen)) == {0.0, 0.5}  # 1 / sqrt(16), then doubled for those left
    assert (seen > 0).mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(watched.numel()))
    model.dropout = 0.0
    np.testing.assert_allclose(model._hide(watched), 0.25)


def test_beta_rises_from_nothing_to_its_value():
    class Watcher(MultVAE):
        def bound(self, watched, seen, beta):
            self.betas = [*getattr(self, "betas", []), beta]
            return super().bound(watched, seen, beta)

    model = Watcher(torch.Generator(), hidden=4, latent=2, epochs=3, batch=10, beta=0.5, rise=8)
    model.fit(two_camps())  # 40 viewers, 10 at a time: 4 steps an epoch
    expected = [0.0625 * step for step in range(8)] + [0.5] * 4
    np.testing.assert_allclose(model.betas, expected)


def test_training_raises_the_bound():
    watched = torch.from_numpy(two_camps()).float()
    seen = torch.nn.functional.normalize(watched, dim=1)
    before, after = (
        float(small(epochs=epochs).fit(two_camps()).bound(watched, seen, 1.0)) for epochs in (0, 60)
    )
    assert after > before + 1.0


def test_it_tells_two_camps_apart_and_scores_are_log_shares():
    matrix = two_camps()
    scores = small().fit(matrix).scores(np.arange(40))
    np.testing.assert_allclose(np.exp(scores).sum(axis=1), 1.0, atol=1e-5)
    same = np.arange(40)[:, None] % 2 == np.arange(20) % 2
    new = matrix == 0
    assert scores[same & new].mean() > scores[~same & new].mean() + scores[new].std() / 2


def test_the_same_seed_gives_the_same_scores_and_the_global_one_is_left_alone():
    before = torch.random.get_rng_state()
    one, two, other = (small(seed, epochs=3).fit(two_camps()).scores([0]) for seed in (1, 1, 2))
    assert np.array_equal(one, two) and not np.allclose(one, other)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_strangers_are_welcome_and_later_clicks_count():
    agent = CollaborativeAgent(small().fit(two_camps()), TITLES)
    assert isinstance(agent, Agent)
    request = Request(np.array([99]), np.arange(20)[None], slots=2)
    cold = agent.opine(request)
    assert cold.confidence[0] == 0.0 and "do not know you" in cold.reasons[0]
    for slot in (0, 1):
        slate = Slate(np.array([[3, 5]]), request=request)
        agent.learn(Feedback(slate, np.array([slot]), np.array([4.0])))
    warm = agent.opine(request)
    odd = np.arange(20) % 2 == 1
    change = (warm.scores - cold.scores)[0]
    assert change[odd].mean() > change[~odd].mean()
    assert warm.confidence[0] == pytest.approx(2 / 7)


def test_the_reason_is_what_the_share_would_be_without_one_watch():
    matrix = two_camps()
    model = small().fit(matrix)
    viewer, watched = 1, np.flatnonzero(matrix[1])
    video = int(model.scores([1])[0].argmax())
    share = np.exp(model.scores([viewer])[0, video])
    left_out = np.repeat(matrix[[viewer]], len(watched), axis=0)
    left_out[np.arange(len(watched)), watched] = 0.0
    model.watched = type(model.watched)(left_out)
    shares = np.exp(model.scores(np.arange(len(watched)))[:, video])
    model.watched = type(model.watched)(matrix)
    reason = model.reason(viewer, video, TITLES)
    assert reason == (
        f"Had you not watched {TITLES[watched[shares.argmin()]]}, I would give {TITLES[video]} "
        f"{shares.min():.2%} of your attention, not {share:.2%}."
    )


@pytest.mark.parametrize(
    ("settings", "problem"), [({"dropout": 1.0}, "below one"), ({"beta": -1.0}, "beta")]
)
def test_bad_settings_are_refused(settings, problem):
    with pytest.raises(ValueError, match=problem):
        small(**settings)


def test_multvae_keeps_its_place_on_movielens(movielens):  # noqa: F811
    """Seeds 0 to 4 give .4437 on average, with deviation .0040; the band is four of those.

    In this split EASE has .478, ItemKNN .431 and LightGCN .419.
    """
    model = MultVAE(torch.Generator().manual_seed(0))
    assert ndcg_at_10(model, *movielens) == pytest.approx(0.444, abs=0.016)
