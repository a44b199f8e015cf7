"""Clips: real mp4 files in which topic and quality can be seen and heard, though never by one
sense alone."""

from __future__ import annotations

import io
import re
from itertools import combinations

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.world import clips, writing
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.clips.palettes import PALETTES
from mavrs_course.world.clips.scenes import SCENES
from mavrs_course.world.clips.sounds import SOUNDS
from mavrs_course.world.phrasebook import SHARED
from mavrs_course.world.senses import SENSES
from mavrs_course.world.topics import MEAN_QUALITY, N_TOPICS, QUALITY_DEVIATION

CATALOG = Catalog(topic=np.arange(N_TOPICS), quality=MEAN_QUALITY)


# What is written


def decode(clip: bytes) -> dict:
    """What a player finds in a clip, decoded to its last frame."""
    with av.open(io.BytesIO(clip)) as container:
        found = {"streams": {s.type: s.codec_context.name for s in container.streams}}
        found["seconds"] = container.duration / av.time_base
        video = container.streams.video[0]
        found["pixels"], found["fps"] = video.codec_context.pix_fmt, float(video.average_rate)
        found["frames"] = np.stack([f.to_ndarray(format="rgb24") for f in container.decode(video)])
    if "audio" in found["streams"]:
        with av.open(io.BytesIO(clip)) as container:
            found["sample_rate"] = container.streams.audio[0].rate
            parts = [f.to_ndarray()[0] for f in container.decode(audio=0)]
            found["track"] = np.concatenate(parts)
    return found


@pytest.mark.parametrize("video", range(N_TOPICS))
def test_every_topic_becomes_a_real_clip(video):
    found = decode(clips.write_clip(CATALOG, video))
    assert found["streams"] == {"video": "h264", "audio": "aac"}
    assert found["pixels"] == "yuv420p"
    assert found["seconds"] == pytest.approx(2.0, abs=0.05)
    assert found["fps"] == 20
    assert found["frames"].shape == (40, 96, 96, 3)
    assert found["sample_rate"] == 24_000
    assert len(found["track"]) == pytest.approx(48_000, rel=0.05)
    assert 0.01 < np.sqrt(np.mean(found["track"] ** 2)) < 0.3
    drawn = clips.frames(video, MEAN_QUALITY[video], video)
    assert np.abs(found["frames"].astype(float) - drawn).mean() < 15
    assert np.abs(np.diff(drawn.astype(float), axis=0)).mean() > 0.3, "nothing moves"


def test_length_and_size_are_as_asked():
    found = decode(clips.write_clip(CATALOG, 14, seconds=0.5, size=160))
    assert found["frames"].shape == (10, 160, 160, 3)
    assert found["seconds"] == pytest.approx(0.5, abs=0.05)


def test_without_sound_there_is_no_sound_track():
    with_sound = decode(clips.write_clip(CATALOG, 3, seconds=0.5))
    silent = decode(clips.write_clip(CATALOG, 3, seconds=0.5, sound=False))
    assert silent["streams"] == {"video": "h264"}
    assert np.array_equal(silent["frames"], with_sound["frames"])


def test_arrays_of_ones_own_can_be_written():
    frames = np.zeros((6, 32, 48, 3), np.uint8)
    frames[:, :, 24:] = 200
    found = decode(clips.mp4(frames, fps=12, track=np.zeros(8000, np.float32), sample_rate=16_000))
    assert found["frames"].shape == frames.shape
    assert np.abs(found["frames"].astype(int) - frames).mean() < 5
    assert found["sample_rate"] == 16_000


def test_the_same_video_gives_the_same_bytes():
    assert clips.write_clip(CATALOG, 7) == clips.write_clip(CATALOG, 7)


def test_a_clip_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a clip.mp4"
    clip = clips.write_clip(CATALOG, 0, path, seconds=0.3)
    assert path.read_bytes() == clip
    assert clips.write_clip(CATALOG, 1, path, seconds=0.3) == path.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == ["a clip.mp4"]
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        clips.write_clip(CATALOG, 0, tmp_path / "folder", seconds=0.3)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a clip.mp4", "folder"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: clips.frames(20, 0.0, 0), "topic must be a whole number from 0 to 19, got 20"),
        (lambda: clips.frames(-1, 0.0, 0), "topic must be .* got -1"),
        (lambda: clips.frames(1.5, 0.0, 0), "topic must be a whole number"),
        (lambda: clips.frames(0, np.nan, 0), "quality must be a finite number"),
        (lambda: clips.frames(0, 0.0, -3), "style_seed must not be negative, got -3"),
        (lambda: clips.frames(0, 0.0, 0, seconds=0), "seconds must be above 0"),
        (lambda: clips.frames(0, 0.0, 0, seconds=0.01), "enough for one frame"),
        (lambda: clips.frames(0, 0.0, 0, size=4), "size must be at least 16 pixels, got 4"),
        (lambda: clips.frames(0, 0.0, 0, fps=0), "fps must be at least 1"),
        (lambda: clips.sound_track(20, 0.0, 0), "topic must be"),
        (lambda: clips.sound_track(0, 0.0, 0, seconds=-1), "seconds must be above 0"),
        (lambda: clips.sound_track(0, 0.0, 0, sample_rate=10), "sample_rate must be at least"),
        (lambda: clips.write_clip(CATALOG, 20), "video 20 is not in the catalogue.* 0 to 19"),
        (lambda: clips.write_clip(CATALOG, -1), "video -1 is not in the catalogue"),
        (lambda: clips.write_clip(CATALOG, 0, size=97), "even size, got 97 x 97"),
        (lambda: clips.mp4(np.zeros((2, 32, 32)), 10), r"uint8 of shape \(T, H, W, 3\)"),
        (lambda: clips.mp4(np.zeros((0, 32, 32, 3), np.uint8), 10), "frames must be"),
    ],
)
def test_wrong_arguments_are_refused_by_name(wrong, message):
    with pytest.raises(clips.ClipError, match=message):
        wrong()


# What is drawn and played


@given(
    topic=st.integers(0, N_TOPICS - 1),
    quality=st.floats(-4, 3.7),
    style_seed=st.integers(0, 2**63 - 1),
    size=st.sampled_from([16, 30, 96]),
)
@settings(deadline=None, max_examples=60)
def test_any_video_can_be_drawn_and_played(topic, quality, style_seed, size):
    about = topic, quality, style_seed
    drawn = clips.frames(*about, seconds=0.2, size=size)
    assert drawn.shape == (4, size, size, 3) and drawn.dtype == np.uint8
    assert drawn.std() > 5, "an empty picture"
    track = clips.sound_track(*about, seconds=0.7)
    assert track.shape == (16_800,) and track.dtype == np.float32
    assert np.abs(track).max() <= 1 and track.std() > 0.005


def test_another_style_gives_another_video_of_the_same_topic():
    one, again, other = (clips.frames(13, 0.0, seed, seconds=0.2) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert np.abs(one.astype(int) - other).mean() > 5
    one, again, other = (clips.sound_track(13, 0.0, seed) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("quality", [-2.0, 2.9])
def test_a_longer_clip_begins_like_a_shorter_one(quality):
    short, long = (clips.frames(16, quality, 4, seconds=s) for s in (0.5, 1.0))
    assert np.abs(short.astype(float) - long[:10]).mean() < 0.1


def test_a_larger_clip_shows_the_same_picture():
    small, large = (clips.frames(18, 2.9, 5, seconds=0.1, size=s).astype(float) for s in (48, 96))
    shrunk = large.reshape(2, 48, 2, 48, 2, 3).mean(axis=(2, 4))
    assert np.abs(small - shrunk).mean() < 6


@pytest.mark.parametrize("topic", range(N_TOPICS))
def test_bad_quality_shows_as_an_unsteady_picture(topic):
    def unsteady(quality):
        drawn = [clips.frames(topic, quality, seed, seconds=0.5, size=48) for seed in range(8)]
        return np.abs(np.diff(np.array(drawn, np.float32), n=2, axis=1)).mean()

    assert unsteady(-3) > 1.3 * unsteady(0) > 1.3 * unsteady(3)


@pytest.mark.parametrize("topic", range(N_TOPICS))
def test_bad_quality_is_loud_and_flat(topic):
    def loudness_and_crest(quality):
        tracks = [clips.sound_track(topic, quality, seed, sample_rate=16_000) for seed in range(6)]
        loudness = [track.std() for track in tracks]
        crest = [np.abs(track).max() / track.std() for track in tracks]
        return np.mean(loudness), np.mean(crest)

    (loud, flat), (quiet, lively) = loudness_and_crest(-3), loudness_and_crest(3)
    assert loud > 1.2 * quiet
    assert flat < lively


# The table of the senses


def test_the_table_names_what_exists_and_leaves_nothing_out():
    scenes, palettes, sounds, words = map(set, zip(*SENSES, strict=True))
    assert len(SENSES) == N_TOPICS
    assert (scenes, palettes, sounds, words) == (
        set(SCENES),
        set(PALETTES),
        set(SOUNDS),
        set(SHARED),
    )


def test_each_sense_is_shared_by_two_topics_at_most_and_no_two_share_two():
    for sense in ("scene", "sound", "words"):
        named = [getattr(senses, sense) for senses in SENSES]
        assert max(map(named.count, named)) == 2
        assert len(set(named)) < N_TOPICS
    for a, b in combinations(SENSES, 2):
        assert sum((a.scene == b.scene, a.sound == b.sound, a.words == b.words)) <= 1


# One sense leaves doubt, all together do not: measured with a linear classifier


def look(frames: np.ndarray) -> np.ndarray:
    """Colours by place, how they change, a histogram, and grain."""
    light = frames.astype(np.float32) / 255
    tiles = light.reshape(len(light), 8, light.shape[1] // 8, 8, light.shape[2] // 8, 3)
    tiles = tiles.mean(axis=(2, 4))
    histogram = [np.histogram(light[..., c], 12, (0, 1), density=True)[0] for c in range(3)]
    grain = [np.log(np.abs(np.diff(light, axis=axis)).mean()) for axis in (0, 1, 2)]
    mirrored = (tiles + tiles[:, :, ::-1]).mean(axis=0)
    return np.concatenate([mirrored.ravel(), tiles.std(axis=0).ravel(), *histogram, grain])


def listen(track: np.ndarray) -> np.ndarray:
    """Energy in bands of frequency: its mean, its spread, and how fast it changes."""
    pieces = np.lib.stride_tricks.sliding_window_view(track, 256)[::128] * np.hanning(256)
    power = np.abs(np.fft.rfft(pieces)) ** 2
    edges = np.unique(np.geomspace(1, 128, 20).astype(int))
    bands = np.log(np.add.reduceat(power, edges, axis=1) + 1e-6)
    change = np.abs(np.diff(bands, axis=0)).mean(axis=0)
    return np.concatenate([bands.mean(axis=0), bands.std(axis=0), change])


def read(texts: list[str]) -> np.ndarray:
    """Which words each text has."""
    bags = [set(re.findall(r"[a-z']+", text.lower())) for text in texts]
    vocabulary = sorted(set().union(*bags))
    return np.array([[word in bag for word in vocabulary] for bag in bags], np.float32)


def ridge_scores(features, topic, learnt, penalty) -> np.ndarray:
    """Scores [test, 20] of a ridge regression on one-hot topics, fitted to the learnt rows."""
    x = (features - features[learnt].mean(axis=0)) / (features[learnt].std(axis=0) + 1e-6)
    kernel = x[learnt] @ x[learnt].T
    target = np.eye(N_TOPICS)[topic[learnt]] - 1 / N_TOPICS
    weights = np.linalg.solve(kernel + penalty * np.eye(len(kernel)), target)
    return (x[~learnt] @ x[learnt].T) @ weights


@pytest.fixture(scope="module")
def guesses() -> dict[str, np.ndarray]:
    """The topic that each sense, and all together, guess for 240 videos after seeing 480."""
    rng = np.random.default_rng(0)
    topic = np.repeat(np.arange(N_TOPICS), 36)
    learnt = np.tile(np.arange(36) < 24, N_TOPICS)
    quality = rng.normal(MEAN_QUALITY[topic], QUALITY_DEVIATION)
    videos = list(enumerate(zip(topic.tolist(), quality.tolist(), strict=True)))
    seen = [look(clips.frames(k, q, v, seconds=1, fps=4, size=48)) for v, (k, q) in videos]
    heard = [listen(clips.sound_track(k, q, v, sample_rate=16_000)) for v, (k, q) in videos]
    titles = writing.titles(topic, seed=0)
    said = read(
        [
            f"{title} {writing.description(k, title, '', rng)}"
            for title, (_, (k, _)) in zip(titles, videos, strict=True)
        ]
    )
    scores = {
        "scene": ridge_scores(np.array(seen), topic, learnt, 30),
        "sound": ridge_scores(np.array(heard), topic, learnt, 30),
        "words": ridge_scores(said, topic, learnt, 300),
    }
    scores["all"] = sum(scores.values())
    return {"truth": topic[~learnt]} | {name: s.argmax(axis=1) for name, s in scores.items()}


@pytest.mark.parametrize("sense", ["scene", "sound", "words"])
def test_one_sense_tells_most_but_not_all(guesses, sense):
    accuracy = np.mean(guesses[sense] == guesses["truth"])
    assert 0.5 < accuracy < 0.9


@pytest.mark.parametrize("sense", ["scene", "sound", "words"])
def test_what_one_sense_confuses_are_the_topics_that_share_it(guesses, sense):
    named = np.array([getattr(senses, sense) for senses in SENSES])
    wrong = guesses[sense] != guesses["truth"]
    alike = named[guesses[sense]] == named[guesses["truth"]]
    assert alike[wrong].mean() > 0.7
    partners = [(a, b) for a, b in combinations(range(N_TOPICS), 2) if named[a] == named[b]]
    confused = {tuple(sorted(p)) for p in zip(guesses[sense], guesses["truth"], strict=True)}
    assert len(confused & set(partners)) >= 0.6 * len(partners)


def test_the_senses_together_settle_the_topic(guesses):
    together = np.mean(guesses["all"] == guesses["truth"])
    alone = max(
        np.mean(guesses[sense] == guesses["truth"]) for sense in ("scene", "sound", "words")
    )
    assert together > 0.93
    assert together > alone + 0.08
