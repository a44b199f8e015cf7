"""The video understanding agent: its parts on cases with known answers, and what it promises."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from mavrs_course.agents.video_understanding import spectrogram, words
from mavrs_course.agents.video_understanding.contrast import info_nce
from mavrs_course.agents.video_understanding.features import (
    FRAMES,
    MODALITIES,
    STEPS,
    Features,
    features_of,
    features_of_catalog,
    sample_times,
    shrink,
)
from mavrs_course.agents.video_understanding.fusion import fuse, weights
from mavrs_course.agents.video_understanding.training import embed, split, train
from mavrs_course.world.catalog import Catalog

torch.set_num_threads(1)
SEEDS = st.integers(0, 2**32 - 1)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


# --- Sound -----------------------------------------------------------------------------------


@settings(deadline=None, max_examples=20)
@given(SEEDS, st.integers(1024, 9000))
def test_power_spectrogram_is_scipys(seed, samples):
    sound = np.random.default_rng(seed).normal(0, 0.1, samples).astype(np.float32)
    window = signal.get_window("hann", 1024)
    _, _, spectrum = signal.stft(
        sound, window=window, nperseg=1024, noverlap=512, boundary=None, padded=False
    )
    wanted = np.abs(spectrum * window.sum()) ** 2
    assert np.allclose(spectrogram.power_spectrogram(sound), wanted, rtol=1e-3, atol=1e-4)


def test_mel_at_the_values_of_the_definition():
    """1000 Hz is 1000 mel, to a tenth; 700 Hz is where the logarithm of 2 comes in."""
    assert spectrogram.mel(1000.0) == pytest.approx(1000.0, abs=0.05)
    assert spectrogram.mel(700.0) == pytest.approx(2595 * np.log10(2))
    assert spectrogram.hertz(spectrogram.mel([0.0, 60.0, 5000.0])) == pytest.approx([0, 60, 5000])


def test_mel_filters_are_triangles_written_from_the_definition():
    filters = spectrogram.mel_filters(
        bands=6, window=512, sample_rate=16_000, lowest=100, highest=7000
    )
    corners = spectrogram.hertz(np.linspace(spectrogram.mel(100), spectrogram.mel(7000), 8))
    for band, row in enumerate(filters):
        left, middle, right = corners[band : band + 3]
        for bin_, value in enumerate(row):
            frequency = bin_ * 16_000 / 512
            if left < frequency <= middle:
                wanted = (frequency - left) / (middle - left)
            elif middle < frequency < right:
                wanted = (right - frequency) / (right - middle)
            else:
                wanted = 0.0
            assert value == pytest.approx(wanted, abs=1e-5)


def test_a_tone_is_heard_in_its_band():
    corners = spectrogram.hertz(np.linspace(spectrogram.mel(60), spectrogram.mel(11_000), 42))
    for band in (10, 20, 35):
        tone = np.sin(2 * np.pi * corners[band + 1] * np.arange(48_000) / spectrogram.SAMPLE_RATE)
        loudest = spectrogram.log_mel(tone).mean(axis=1).argmax()
        assert loudest == band


def test_silence_is_the_floor_and_short_sounds_have_one_step():
    assert np.allclose(spectrogram.log_mel(np.zeros(3000)), np.log(spectrogram.FLOOR))
    assert spectrogram.log_mel(np.ones(10)).shape == (spectrogram.BANDS, 1)
    with pytest.raises(ValueError, match="array of samples"):
        spectrogram.log_mel(np.zeros((2, 3000)))
    with pytest.raises(ValueError, match="half the sample rate"):
        spectrogram.mel_filters(highest=13_000)


# --- Words -----------------------------------------------------------------------------------


def test_n_grams_are_words_and_pairs():
    assert list(words.n_grams("Two DAYS, two")) == ["two", "days", "two", "two days", "days two"]


def test_bags_have_length_one_and_ignore_case_and_punctuation():
    assert np.linalg.norm(words.bag("How to fix a tap")) == pytest.approx(1.0)
    assert np.array_equal(words.bag("Fix it!"), words.bag("  FIX — it"))
    assert not words.bag("!!! …").any()


def test_buckets_are_the_same_in_every_process():
    script = (
        "from mavrs_course.agents.video_understanding.words import bucket; print(bucket('goose'))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(run.stdout) == words.bucket("goose")


# --- Features --------------------------------------------------------------------------------


def test_missing_senses_are_marked_and_blank():
    nothing = features_of()
    assert not nothing.present.any()
    assert not nothing.pictures.any() and not nothing.sounds.any() and not nothing.words.any()
    assert features_of(text="a goose").present.tolist() == [[False, False, True]]
    assert features_of(sound=np.zeros(48_000, np.float32)).present.tolist() == [[False] * 3]


def test_only_and_without_hide_senses():
    features = features_of(np.zeros((FRAMES, 8, 8, 3), np.uint8), None, "a goose")
    assert features.only("picture", "sound").present.tolist() == [[True, False, False]]
    assert features.without("picture").present.tolist() == [[False, False, True]]
    with pytest.raises(ValueError, match="name some of picture, sound, text"):
        features.only("smell")


def test_samples_are_the_middles_of_equal_parts():
    assert sample_times(2.0, 4).tolist() == [0.25, 0.75, 1.25, 1.75]


def test_shrinking_averages_the_middle_square():
    picture = np.zeros((4, 8, 3), np.uint8)
    picture[:, 2:4], picture[:, 4:6] = 100, 200
    assert shrink(picture, 2)[..., 0].tolist() == [[100, 200], [100, 200]]


# --- InfoNCE ---------------------------------------------------------------------------------


def test_info_nce_worked_out_by_hand():
    straight = torch.eye(2)
    assert info_nce(straight, straight, 1.0).item() == pytest.approx(np.log(1 + np.exp(-1)))
    assert info_nce(straight, straight, 0.2).item() == pytest.approx(
        np.log(1 + np.exp(-5)), rel=1e-4
    )
    assert info_nce(straight, straight.flip(0), 1.0).item() == pytest.approx(np.log(1 + np.e))
    lengths = torch.diag(torch.tensor([7.0, 0.1]))
    assert info_nce(lengths, straight, 1.0).item() == pytest.approx(np.log(1 + np.exp(-1)))


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.integers(1, 12))
def test_info_nce_of_equal_vectors_is_log_n_and_order_does_not_matter(seed, videos):
    same = torch.ones(videos, 3)
    assert info_nce(same, same).item() == pytest.approx(np.log(videos), abs=1e-6)
    first, second = torch.randn(2, videos, 5, generator=seeded(seed))
    order = torch.randperm(videos, generator=seeded(seed))
    loss = info_nce(first, second)
    assert loss >= 0
    assert torch.allclose(loss, info_nce(first[order], second[order]), atol=1e-5)
    assert torch.allclose(loss, info_nce(second, first), atol=1e-5)


def test_info_nce_gradient_pulls_the_partner_and_pushes_the_crowd():
    """At temperature 1 the slope along s_nm is (P(m | n) - [m = n]) / N, one way."""
    first, second = torch.eye(4), torch.randn(4, 4, generator=seeded()).requires_grad_()
    unit = torch.nn.functional.normalize(second, dim=1)
    cosines = (first @ unit.T).detach().requires_grad_()
    loss = torch.nn.functional.cross_entropy(cosines, torch.arange(4))
    loss.backward()
    wanted = (cosines.detach().softmax(dim=1) - torch.eye(4)) / 4
    assert torch.allclose(cosines.grad, wanted, atol=1e-6)


def test_info_nce_refuses_sides_that_do_not_match():
    with pytest.raises(ValueError, match="same shape"):
        info_nce(torch.ones(3, 2), torch.ones(2, 2))


# --- Fusion ----------------------------------------------------------------------------------


def test_gates_worked_out_by_hand():
    logits = torch.tensor([[np.log(3.0), 0.0, 5.0]])
    there = torch.tensor([[True, True, False]])
    assert weights(logits, there)[0].tolist() == pytest.approx([0.75, 0.25, 0.0])


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_what_is_missing_has_no_say(seed):
    rng = seeded(seed)
    vectors, logits = torch.randn(6, 3, 4, generator=rng), 50 * torch.randn(6, 3, generator=rng)
    there = torch.rand(6, 3, generator=rng) < 0.6
    gates = weights(logits, there)
    assert torch.allclose(gates.sum(dim=1), there.any(dim=1).float())
    assert not gates[~there].any()
    elsewhere = torch.where(there[..., None], vectors, 1e3)
    fused = fuse(vectors, logits, there)
    assert torch.allclose(fused, fuse(elsewhere, logits, there), atol=1e-5)
    assert torch.allclose(fused.norm(dim=1), there.any(dim=1).float(), atol=1e-4)


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_both_sides_of_a_split_have_something(seed):
    rng = seeded(seed)
    present = torch.rand(30, 3, generator=rng) < 0.8
    present[present.sum(dim=1) < 2] = True
    left = split(present, rng)
    assert not (left & ~present).any()
    assert left.any(dim=1).all() and (present & ~left).any(dim=1).all()


def test_a_missing_sense_does_not_stop_the_gradient():
    logits = torch.randn(3, 3, generator=seeded()).requires_grad_()
    there = torch.tensor([[True, False, True], [False] * 3, [True] * 3])
    fuse(torch.randn(3, 3, 4, generator=seeded()), logits, there).sum().backward()
    assert torch.isfinite(logits.grad).all()


# --- Training --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def catalog():
    return Catalog.sample(240, np.random.default_rng(8))


@pytest.fixture(scope="module")
def features(catalog):
    return features_of_catalog(catalog)


@pytest.fixture(scope="module")
def trained(features):
    return train(features[:180], seeded(), epochs=8)


def topics_told(vectors, catalog):
    """Share of the last sixty videos whose five nearest of the others vote for their topic."""
    nearest = np.argsort(-vectors[180:] @ vectors[:180].T, axis=1)[:, :5]
    votes = np.eye(20)[catalog.topic[nearest]].sum(axis=1)
    return np.mean(votes.argmax(axis=1) == catalog.topic[180:])


def test_features_have_the_documented_shapes(features):
    assert features.pictures.shape == (240, FRAMES, 32, 32, 3)
    assert features.sounds.shape == (240, spectrogram.BANDS, STEPS)
    assert features.present.all()
    assert len(Features.join([features[:3], features[5:9]])) == 7


def test_training_finds_topics_that_nobody_named(trained, features, catalog):
    """Guessing tells 0.05; eight epochs told 0.87 to 1 over twelve runs on three catalogues."""
    encoder, losses = trained
    assert losses[-1] < losses[0]
    together = topics_told(embed(encoder, features), catalog)
    alone = [topics_told(embed(encoder, features.only(name)), catalog) for name in MODALITIES]
    assert together > 0.75
    assert together > max(alone)


def test_vectors_have_length_one_and_nothing_gives_zeros(trained, features):
    encoder, _ = trained
    for part in (features[:5], features[:5].only("text"), features[:5].without("text")):
        assert np.linalg.norm(embed(encoder, part), axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert not embed(encoder, features_of()).any()


def test_a_video_has_the_same_vector_in_any_company(trained, features):
    encoder, _ = trained
    assert np.allclose(
        embed(encoder, features[:40])[7], embed(encoder, features[7:8])[0], atol=1e-5
    )


def test_the_same_generator_trains_the_same_encoder(features):
    runs = [train(features[:64], seeded(3), epochs=1) for _ in range(2)]
    assert runs[0][1] == runs[1][1]
    assert np.array_equal(*(embed(encoder, features[:8]) for encoder, _ in runs))


def test_training_leaves_the_global_seed_alone(features):
    torch.manual_seed(1)
    wanted = torch.rand(3)
    torch.manual_seed(1)
    train(features[:8], seeded(), epochs=1)
    assert torch.equal(torch.rand(3), wanted)


def test_training_copes_with_missing_senses_and_needs_two(features):
    rng = np.random.default_rng(0)
    present = rng.random((40, 3)) < 0.7
    some = Features(features.pictures[:40], features.sounds[:40], features.words[:40], present)
    encoder, losses = train(some, seeded(), epochs=1)
    assert np.isfinite(losses).all()
    assert np.isfinite(embed(encoder, some)).all()
    with pytest.raises(ValueError, match="at least 2 modalities"):
        train(features[:40].only("sound"), seeded())
