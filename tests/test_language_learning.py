"""A language model in torch, and how it is taught: figures from outside, and what must hold."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from mavrs_course.llm.learning import divergence, groups, preferences
from mavrs_course.llm.learning.gguf import WeightsError, read_weights
from mavrs_course.llm.learning.naming import (
    WORDS,
    LateBlocks,
    Reinforcement,
    WordHead,
    naming_task,
    reinforce,
    right_share,
)
from mavrs_course.llm.learning.tokens import tokenizer_of
from mavrs_course.llm.learning.transformer import SmallLlama, log_likelihood, turned
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.weights import is_here, path_of
from mavrs_course.world import Catalog

needs_model = pytest.mark.skipif(not is_here("smollm2-135m"), reason="smollm2-135m is not here")


def text(word: str) -> bytes:
    return struct.pack("<Q", len(word)) + word.encode()


def small_file(path, form: int, raw: bytes, sizes=(32, 1)):
    """A GGUF file with one value and one tensor, written by hand."""
    parts = b"GGUF" + struct.pack("<IQQ", 3, 1, 1)
    parts += text("general.architecture") + struct.pack("<I", 8) + text("llama")
    parts += text("matrix") + struct.pack(f"<I{len(sizes)}Q", len(sizes), *sizes)
    parts += struct.pack("<IQ", form, 0)
    path.write_bytes(parts + bytes(-len(parts) % 32) + raw)
    return path


def test_four_bits_a_number(tmp_path):
    packed = bytes(low + 16 * (15 - low) for low in range(16))
    raw = np.array([0.5, -3], dtype="<f2").tobytes() + packed
    weights = read_weights(small_file(tmp_path / "w.gguf", 3, raw))
    steps = np.concatenate([np.arange(16), np.arange(16)[::-1]])
    assert weights.tensor("matrix").shape == (1, 32)
    assert (weights.tensor("matrix")[0] == 0.5 * steps - 3).all()


def test_eight_bits_a_number(tmp_path):
    raw = np.array([0.25], dtype="<f2").tobytes() + np.arange(-16, 16, dtype=np.int8).tobytes()
    weights = read_weights(small_file(tmp_path / "w.gguf", 8, raw))
    assert (weights.tensor("matrix")[0] == 0.25 * np.arange(-16, 16)).all()


def test_numbers_as_they_are(tmp_path):
    raw = np.array([1.5, -2, 7], dtype="<f4").tobytes()
    weights = read_weights(small_file(tmp_path / "w.gguf", 0, raw, sizes=(3,)))
    assert weights.tensor("matrix").tolist() == [1.5, -2, 7]


def test_files_that_are_no_weights(tmp_path):
    path = tmp_path / "w.gguf"
    path.write_bytes(b"PK\x03\x04 something else")
    with pytest.raises(WeightsError, match="no GGUF file"):
        read_weights(path)
    whole = small_file(tmp_path / "whole.gguf", 3, bytes(20)).read_bytes()
    for length in (10, 30, 60):
        path.write_bytes(whole[:length])
        with pytest.raises(WeightsError, match="cut off or damaged"):
            read_weights(path)
    path.write_bytes(whole[:-5])
    with pytest.raises(WeightsError, match="ends within matrix"):
        read_weights(path).tensor("matrix")
    with pytest.raises(WeightsError, match="packed in form 14; what can be unpacked is F32"):
        read_weights(small_file(path, 14, bytes(64))).tensor("matrix")


class ByChance:
    """Weights of a tiny network, drawn by chance."""

    path = None

    def __init__(self, seed=0, width=16, heads=4, key_heads=2):
        self.rng = np.random.default_rng(seed)
        each = width // heads
        self.shapes = {
            "attn_q": (width, width),
            "attn_k": (key_heads * each, width),
            "attn_v": (key_heads * each, width),
            "attn_output": (width, width),
            "ffn_gate": (24, width),
            "ffn_up": (24, width),
            "ffn_down": (width, 24),
            "token_embd": (11, width),
        }
        self.width = width
        self.values = {
            "general.architecture": "llama",
            "llama.block_count": 3,
            "llama.embedding_length": width,
            "llama.attention.head_count": heads,
            "llama.attention.head_count_kv": key_heads,
            "llama.rope.freq_base": 100.0,
            "llama.attention.layer_norm_rms_epsilon": 1e-5,
        }

    def tensor(self, name):
        shape = self.shapes.get(name.split(".")[-2], (self.width,))
        return (self.rng.normal(size=shape) / shape[-1] ** 0.5).astype(np.float32)


def test_weights_that_do_not_fit_are_one_clear_line(tmp_path):
    def refused(match, **changes):
        weights = ByChance()
        weights.path = tmp_path / "w.gguf"
        vars(weights).update(
            {name: {**vars(weights)[name], **new} for name, new in changes.items()}
        )
        with pytest.raises(WeightsError, match=match) as raised:
            SmallLlama(weights)
        assert "\n" not in str(raised.value)

    refused(
        r"blk.0.attn_k.weight has shape \(16, 16\), and 8 by 16 is needed",
        shapes={"attn_k": (16, 16)},
    )
    refused(r"ffn_down.weight has shape \(16,\), and 16 by any", shapes={"ffn_down": (16,)})
    refused("output_norm.weight has shape", shapes={"output_norm": (5,)})
    refused("token_embd.weight has shape", shapes={"token_embd": (11, 3)})
    refused("holds a network of kind qwen2, not llama", values={"general.architecture": "qwen2"})
    lacking = read_weights(small_file(tmp_path / "w.gguf", 0, bytes(128)))
    with pytest.raises(WeightsError, match=r"w\.gguf does not say its llama\.block_count"):
        SmallLlama(lacking)
    lacking.values |= ByChance().values
    with pytest.raises(WeightsError, match=r"w\.gguf holds no token_embd\.weight"):
        SmallLlama(lacking)


def test_no_token_sees_a_later_one():
    network = SmallLlama(ByChance())
    first, second = torch.tensor([[1, 2, 3, 4, 5]]), torch.tensor([[1, 2, 3, 9, 8]])
    told, other = network(first), network(second)
    assert torch.allclose(told[:, :3], other[:, :3], atol=1e-6)
    assert not torch.allclose(told[:, 3], other[:, 3], atol=1e-3)


def test_turning_tells_only_how_far_apart_two_tokens_are():
    generator = torch.Generator().manual_seed(1)
    query, key = torch.randn(2, 8, generator=generator).double()
    rows = (
        turned(query.expand(1, 1, 12, 8), 50.0)[0, 0],
        turned(key.expand(1, 1, 12, 8), 50.0)[0, 0],
    )
    fit = rows[0] @ rows[1].T
    for apart in range(-11, 12):
        assert torch.allclose(fit.diagonal(apart), fit.diagonal(apart)[:1].expand(12 - abs(apart)))
    assert torch.allclose(rows[0].norm(dim=1), query.norm().expand(12))


def test_attention_is_what_torch_makes_of_it():
    block = SmallLlama(ByChance(2)).blocks[0]
    rows = torch.randn(2, 7, 16, generator=torch.Generator().manual_seed(3))
    query, key, value = (
        part(rows).unflatten(2, (heads, 4)).transpose(1, 2)
        for part, heads in ((block.attn_q, 4), (block.attn_k, 2), (block.attn_v, 2))
    )
    looked = F.scaled_dot_product_attention(
        turned(query, 100.0), turned(key, 100.0), value, is_causal=True, enable_gqa=True
    )
    told = block.attn_output(looked.transpose(1, 2).flatten(2))
    assert torch.allclose(block.attend(rows), told, atol=1e-5)


def test_a_low_rank_change_begins_as_none_and_alone_learns():
    network, tokens = SmallLlama(ByChance()), torch.tensor([[3, 1, 4, 1, 5]])
    before = network(tokens)
    learning = network.add_low_rank(2, [2], torch.Generator().manual_seed(0))
    assert torch.equal(network(tokens), before)
    assert [each.numel() for each in learning] == [2 * 16, 16 * 2, 2 * 16, 8 * 2]
    network(tokens).sum().backward()
    assert [each for each in network.parameters() if each.grad is not None] != []
    assert all(each.requires_grad == (each.grad is not None) for each in network.parameters())


def test_another_architecture_is_refused():
    weights = ByChance()
    weights.values["general.architecture"], weights.path = "gemma3", path_of("gemma3-270m")
    with pytest.raises(WeightsError, match="of kind gemma3, not llama"):
        SmallLlama(weights)


@needs_model
def test_likelihoods_are_those_of_llama_cpp():
    """Up to its rounding: llama.cpp also rounds what flows through the network to 8 bits."""
    weights = read_weights(path_of("smollm2-135m"))
    network, tokenizer = SmallLlama(weights), tokenizer_of(weights)
    model = EmbeddedModel(path_of("smollm2-135m"))
    titles = (" Paris", " Fresh pasta, step 3", " 24 naïve cafés – 日本", " Never say never!!\n")
    for title in titles:
        tokens = tokenizer.encode(title).ids
        assert tokens == model.tokens(title)
        context = "The capital of France is"
        ours = log_likelihood(network, tokenizer.encode(context).ids, tokens)
        assert ours == pytest.approx(float(model.score(context, [title])[0]), rel=0.02, abs=0.05)
    with torch.no_grad():
        ids = tokenizer.encode("The capital of France is").ids
        likely = network(torch.tensor([ids]))[0, -1].softmax(dim=0)
    assert tokenizer.decode([int(likely.argmax())]) == " Paris"
    assert float(likely.max()) == pytest.approx(0.773, abs=0.01)
    assert all(len(tokenizer.encode(f" {word}").ids) == 1 for word in WORDS)
    with pytest.raises(ValueError, match="at least one token of context"):
        log_likelihood(network, [], [5])


# --- Groups -----------------------------------------------------------------------------------


def test_advantages_worked_by_hand():
    two = [[1, 0, 0, 1]]
    assert groups.advantages(two, "std").tolist() == [[1, -1, -1, 1]]
    assert groups.advantages(two, "others")[0] == pytest.approx([2 / 3, -2 / 3, -2 / 3, 2 / 3])
    one = [[1] + [0] * 7]
    assert groups.advantages(one, "std")[0, :2] == pytest.approx([2.6458, -0.3780], abs=1e-4)
    assert groups.advantages(one, "mean")[0, :2] == pytest.approx([0.875, -0.125])
    assert (groups.advantages([[0.1] * 7, [0.3] * 7], "std") == 0).all()


@pytest.mark.parametrize(
    "size, half, tenth", [(4, 1.6160, 1.6903), (8, 1.8557, 2.3277), (16, 1.9341, 2.8478)]
)
def test_what_dividing_by_the_deviation_climbs(size, half, tenth):
    assert groups.push(0.5, size, "std") == pytest.approx(half, abs=5e-5)
    assert groups.push(0.1, size, "std") == pytest.approx(tenth, abs=5e-5)
    assert groups.push(0.9, size, "std") == pytest.approx(tenth, abs=5e-5)
    for chance in (0.1, 0.37, 0.9):
        assert groups.push(chance, size, "mean") == pytest.approx((size - 1) / size)
        assert groups.push(chance, size, "others") == pytest.approx(1)
    # Many answers: 1 / sqrt(p (1 - p)), the slope of 2 arcsin(sqrt p).
    assert groups.push(0.3, 400, "std") == pytest.approx(0.21**-0.5, rel=0.01)


def test_silent_groups():
    assert groups.silent_chance(0.1, 8) == pytest.approx(0.4305, abs=5e-5)
    assert groups.silent([[1, 1, 1], [1, 0, 1]]).tolist() == [True, False]


@pytest.mark.parametrize("rewards", [[[1.0]], [1.0, 2.0], [[1.0, np.nan]]])
def test_rewards_that_teach_nothing_are_refused(rewards):
    with pytest.raises(ValueError):
        groups.advantages(rewards)


def test_the_clipped_loss_is_the_plain_one_at_first():
    new = torch.tensor([[-1.0, -2.0], [-0.5, -3.0]], requires_grad=True)
    above = torch.tensor([[1.0, -1.0], [0.5, -0.5]])
    (clipped,) = torch.autograd.grad(groups.clipped_loss(new, new.detach(), above), new)
    (plain,) = torch.autograd.grad(groups.group_loss(new, above), new)
    assert torch.allclose(clipped, plain)


# --- How far from the prior -------------------------------------------------------------------


@pytest.mark.parametrize(
    "apart, spread",
    [(0.1, {"k1": 20, "k2": 1.4177, "k3": 1.4166}), (1.0, {"k1": 2, "k2": 1.7321, "k3": 1.6950})],
)
def test_three_estimators_on_two_normals(apart, spread):
    """q = N(0, 1), p = N(apart, 1), by quadrature; the deviations are in units of the KL."""
    places, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    true = apart**2 / 2
    log_q, log_p = -(places**2) / 2, -((places - apart) ** 2) / 2
    bias = {"k1": 0, "k2": apart**2 / 4, "k3": 0}
    for name in divergence.ESTIMATORS:
        told = divergence.estimates(log_q, log_p, name)
        mean = told @ weights
        assert mean / true - 1 == pytest.approx(bias[name], abs=1e-9)
        deviation = np.sqrt((told - mean) ** 2 @ weights)
        assert deviation / true == pytest.approx(spread[name], abs=1e-3)


def test_as_losses_they_pull_elsewhere():
    generator = torch.Generator().manual_seed(0)
    logits, prior = torch.randn(2, 5, generator=generator, dtype=torch.double)
    logits.requires_grad_()
    log_q, log_p = logits.log_softmax(0), prior.log_softmax(0)

    def gradient(loss):
        (found,) = torch.autograd.grad(loss, logits, retain_graph=True)
        return found

    def on_average(name):
        chances = log_q.detach().exp()
        parts = [divergence.divergence_loss(log_q[[a]], log_p[[a]], name) for a in range(5)]
        return gradient(sum(chance * part for chance, part in zip(chances, parts, strict=True)))

    assert on_average("k1").abs().max() < 1e-12
    reverse = gradient((log_q.exp() * (log_q - log_p)).sum())
    forward = gradient((log_p.exp() * (log_p - log_q)).sum())
    assert torch.allclose(on_average("k2"), reverse, atol=1e-12)
    assert torch.allclose(on_average("k3"), forward, atol=1e-12)


# --- Prior times evidence ---------------------------------------------------------------------


def test_three_roads_to_one_point():
    rng = np.random.default_rng(0)
    prior, reward, beta = rng.dirichlet(np.ones(6)), rng.normal(size=6), 0.7
    end = preferences.posterior(prior, reward, beta)

    def worth(policy):
        return policy @ reward - beta * policy @ np.log(policy / prior)

    for _ in range(200):
        assert worth(rng.dirichlet(np.ones(6))) <= worth(end) + 1e-12
    assert worth(end) == pytest.approx(beta * np.log(prior @ np.exp(reward / beta)), abs=1e-12)

    # DPO on Bradley and Terry's truth: the loss is least where its gaps are those of the rewards.
    pairs = np.array([(a, b) for a in range(6) for b in range(6) if a != b])
    log_end = torch.tensor(np.log(end), requires_grad=True)
    a, b = torch.tensor(pairs).T
    gap = torch.tensor(np.log(prior))[a] - torch.tensor(np.log(prior))[b]
    truth = torch.tensor(1 / (1 + np.exp(reward[pairs[:, 1]] - reward[pairs[:, 0]])))
    losses = torch.stack(
        [
            preferences.dpo_loss(log_end[[i]], log_end[[j]], gap[[k]], beta)
            for k, (i, j) in enumerate(pairs)
        ]
    )
    (slope,) = torch.autograd.grad((truth * losses).sum(), log_end)
    assert slope.abs().max() < 1e-12


def test_proposals_from_the_prior_come_near_the_posterior():
    rng = np.random.default_rng(1)
    prior, reward = np.array([0.6, 0.3, 0.1]), np.array([0.0, 0.5, 1.0])
    drawn = [preferences.by_proposals(prior, reward, 0.5, 40, rng) for _ in range(4_000)]
    share = np.bincount(drawn, minlength=3) / 4_000
    assert share == pytest.approx(preferences.posterior(prior, reward, 0.5), abs=0.03)


def test_a_prior_of_zero_stays_zero_and_beta_is_above_it():
    assert preferences.posterior([0.5, 0.5, 0.0], [0, 0, 9], 1.0).tolist() == [0.5, 0.5, 0]
    assert preferences.posterior([0.5, 0.5], [0, 1e5], 0.1)[1] == 1
    with pytest.raises(ValueError, match="beta"):
        preferences.posterior([1.0], [0.0], 0)
    with pytest.raises(ValueError, match="finite"):
        preferences.posterior([1.0], [np.nan], 1)


@pytest.mark.parametrize("n, nats", [(2, 0.1931), (4, 0.6363), (8, 1.2044), (16, 1.8351)])
def test_the_best_of_n_goes_so_far_and_no_farther(n, nats):
    assert preferences.best_of_divergence(n) == pytest.approx(nats, abs=5e-5)
    prior = np.full(4_000, 1 / 4_000)
    chances = preferences.best_of(np.arange(4_000.0), prior, n)
    assert chances.sum() == pytest.approx(1)
    far = float(np.sum(chances * np.log(chances / prior)))
    assert far <= preferences.best_of_divergence(n)
    assert far == pytest.approx(nats, abs=0.01)
    few = preferences.best_of([0, 1.0], [0.5, 0.5], n)
    assert few == pytest.approx([0.5**n, 1 - 0.5**n])


@pytest.mark.parametrize(
    "n, mean",
    [(1, 0.0), (2, 0.5642), (3, 0.8463), (5, 1.1630), (10, 1.5388), (16, 1.7660), (100, 2.5076)],
)
def test_the_mean_of_the_best_of_n(n, mean):
    assert preferences.best_normal(n) == pytest.approx(mean, abs=5e-5)


def test_preferences_follow_the_rewards():
    rng = np.random.default_rng(2)
    pairs = np.tile([[0, 1]], (4_000, 1))
    first = preferences.preferences(np.array([1.0, 0.0]), pairs, rng)[:, 0]
    assert (first == 0).mean() == pytest.approx(1 / (1 + np.exp(-1)), abs=0.03)


# --- The task ---------------------------------------------------------------------------------


def test_prompts_name_titles_of_one_topic():
    rng = np.random.default_rng(0)
    catalog = Catalog.sample(400, rng)
    task = naming_task(catalog, 40, rng)
    assert np.bincount(task.topic).tolist() == [2] * 20
    titles = {catalog.title(video): catalog.topic[video] for video in range(400)}
    watched = task.prompts[7].removeprefix("I watched: ").split(". All of these")[0].split("; ")
    assert {titles[title] for title in watched} == {task.topic[7]}


def test_reinforcement_teaches_a_head_what_its_judge_pays_for():
    generator = torch.Generator().manual_seed(0)
    words = torch.randn(5, 12, generator=generator)
    topic = np.arange(60) % 5
    states = torch.eye(5)[topic] @ torch.randn(5, 12, generator=generator)
    head = WordHead(states, words, 4, generator)
    rows = torch.arange(60)
    first = right_share(head, rows, topic)
    how = Reinforcement(rate=0.03, steps=200)
    earned = reinforce(head, np.eye(5)[topic], how, generator)
    assert right_share(head, rows, topic) == 1 > first
    assert earned.shape == (200,) and earned[-20:].mean() > 0.9


def test_late_blocks_give_what_the_whole_network_gives():
    network = SmallLlama(ByChance())
    words = network.words[[2, 5, 7]]
    tokens = [[1, 2, 3, 4], [5, 6], [7, 8, 9]]
    policy = LateBlocks(network, tokens, words, late=1)
    with torch.no_grad():
        told = policy(torch.tensor([0, 1, 2]))
        whole = [network(torch.tensor([ids]))[0, -1][[2, 5, 7]].log_softmax(0) for ids in tokens]
    assert torch.allclose(told, torch.stack(whole), atol=1e-5)
