"""Any file of the learner's gives a sound answer or one clear sentence."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents.video_understanding import reading
from mavrs_course.agents.video_understanding.features import (
    FRAMES,
    features_of_catalog,
    text_of,
)
from mavrs_course.agents.video_understanding.reading import VideoError, read_video
from mavrs_course.agents.video_understanding.spectrogram import SAMPLE_RATE
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.clips import mp4, write_clip


def film(path, pictures, times_ms, *, options=None, rotation=None):
    """An mp4 of pictures uint8[T, H, W, 3] that appear at these times, in milliseconds."""
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream("libx264", rate=1000)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt, stream.time_base = "yuv420p", Fraction(1, 1000)
        stream.options = {"preset": "ultrafast", "g": "50", "bf": "0"}
        if rotation is not None:
            stream.set_display_rotation(rotation)
        for picture, time in zip(pictures, times_ms, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = int(time), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def greys(*levels, size=32):
    return [np.full((size, size, 3), level, np.uint8) for level in levels]


@pytest.fixture(scope="module")
def catalog():
    return Catalog.sample(40, np.random.default_rng(4))


@pytest.fixture(scope="module")
def clip(catalog):
    return write_clip(catalog, 3)


def test_a_file_gives_the_features_of_the_clip_that_was_written(catalog, tmp_path):
    for video in range(6):
        write_clip(catalog, video, tmp_path / "clip.mp4")
        text = text_of(catalog.title(video), catalog.description(video))
        read = read_video(tmp_path / "clip.mp4")
        features, drawn = read.features(text), features_of_catalog(catalog, [video])
        assert read.seconds == pytest.approx(2.0, abs=0.05)
        assert np.abs(features.pictures.astype(float) - drawn.pictures).mean() < 12
        assert np.abs(features.sounds - drawn.sounds).mean() < 0.3
        assert np.array_equal(features.words, drawn.words)
        assert features.present.tolist() == drawn.present.tolist() == [[True] * 3]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(VideoError, match=r"no file holiday\.mp4"):
        read_video(tmp_path / "holiday.mp4")
    with pytest.raises(VideoError, match="no file"):
        read_video(tmp_path)


def test_an_empty_file(tmp_path):
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(VideoError, match="is empty"):
        read_video(tmp_path / "empty.mp4")


@pytest.mark.parametrize("content", [b"Dear platform, I am no video." * 50, b"\0" * 5000])
def test_a_file_that_is_no_video(tmp_path, content):
    (tmp_path / "letter.mp4").write_bytes(content)
    with pytest.raises(VideoError, match="not a video, or is broken or cut off"):
        read_video(tmp_path / "letter.mp4")


def test_a_file_cut_off_before_its_index(clip, tmp_path):
    (tmp_path / "part.mp4").write_bytes(clip[: len(clip) // 2])
    with pytest.raises(VideoError, match=r"part\.mp4 .* cut off"):
        read_video(tmp_path / "part.mp4")


def test_a_file_cut_off_after_its_index_shows_its_last_picture_on(tmp_path):
    """With the index in front, as on the web, the first half can still be seen."""
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 255, (64, 64, 3), dtype=np.uint8) for _ in range(40)]
    whole = film(tmp_path / "w.mp4", noise, range(0, 2000, 50), options={"movflags": "faststart"})
    (tmp_path / "half.mp4").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    read, complete = read_video(tmp_path / "half.mp4"), read_video(whole)
    assert np.array_equal(read.pictures[0], complete.pictures[0])
    assert np.array_equal(read.pictures[2], read.pictures[3])


def test_a_silent_file_is_known_by_its_picture(catalog, tmp_path):
    write_clip(catalog, 0, tmp_path / "silent.mp4", sound=False)
    read = read_video(tmp_path / "silent.mp4")
    assert read.sound is None
    assert read.features("A title").present.tolist() == [[True, False, True]]


def test_a_sound_track_of_silence_counts_as_missing(tmp_path):
    quiet = np.zeros(48_000, np.float32)
    (tmp_path / "q.mp4").write_bytes(mp4(np.zeros((10, 32, 32, 3), np.uint8), 10, quiet))
    read = read_video(tmp_path / "q.mp4")
    assert len(read.sound) > 20_000
    assert read.features().present.tolist() == [[True, False, False]]


def test_sound_without_a_picture(tmp_path):
    tone = (0.3 * np.sin(np.arange(44_100) / 20)).astype(np.float32)
    with av.open(str(tmp_path / "song.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=44_100, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone[None], "fltp", "mono")
        frame.sample_rate, frame.pts = 44_100, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    read = read_video(tmp_path / "song.mp4")
    assert read.pictures is None
    assert read.seconds == pytest.approx(1.0, abs=0.1)
    assert len(read.sound) == pytest.approx(SAMPLE_RATE, rel=0.1)  # resampled from 44.1 kHz
    assert read.features().present.tolist() == [[False, True, False]]


def test_one_frame(tmp_path):
    read = read_video(film(tmp_path / "one.mp4", greys(90), [0]))
    assert read.pictures.shape == (FRAMES, 32, 32, 3)
    assert np.abs(read.pictures.astype(int) - 90).max() <= 3


def test_an_unsteady_rate_is_sampled_by_time(tmp_path):
    """Sixty frames in the first half second; then one picture for seven seconds, and the last."""
    levels = [20] * 60 + [130, 240]
    times = [*np.linspace(0, 500, 60).astype(int), 600, 7900]
    read = read_video(film(tmp_path / "screen.mp4", greys(*levels), times))
    assert np.abs(read.pictures.mean(axis=(1, 2, 3)) - 130).max() < 4


def test_a_portrait_shows_the_square_in_its_middle(tmp_path):
    tall = np.zeros((96, 32, 3), np.uint8)
    tall[32:64] = 200
    features = read_video(film(tmp_path / "tall.mp4", [tall], [0])).features()
    assert features.pictures.shape == (1, FRAMES, 32, 32, 3)
    assert features.pictures[:, :, 2:-2].min() > 180


@pytest.mark.parametrize(("degrees", "turns"), [(90, 1), (180, 2), (-90, 3)])
def test_a_phone_that_filmed_sideways_is_turned(tmp_path, degrees, turns):
    picture = np.zeros((32, 64, 3), np.uint8)
    picture[:16, :32] = 220  # a corner to know it by
    read = read_video(film(tmp_path / "phone.mp4", [picture], [0], rotation=degrees))
    upright = np.rot90(picture, turns)
    assert read.pictures.shape[1:] == upright.shape
    assert np.abs(read.pictures[0].astype(float) - upright).mean() < 12


def test_a_very_long_file_is_not_read_through(tmp_path, monkeypatch):
    """Three hours at a frame a second: the picture of each quarter, and few frames decoded."""
    hours = np.repeat([30, 90, 150, 210], 2700)
    path = film(tmp_path / "long.mp4", greys(*hours, size=16), np.arange(len(hours)) * 1000)
    decoded = []
    original = reading._Screen._decode
    monkeypatch.setattr(
        reading._Screen,
        "_decode",
        lambda self: (decoded.append(1) or frame for frame in original(self)),
    )
    read = read_video(path)
    assert read.seconds == pytest.approx(10_800, rel=0.01)
    assert np.abs(read.pictures.mean(axis=(1, 2, 3)) - [30, 90, 150, 210]).max() < 4
    assert len(decoded) < 400


def test_a_long_sound_is_heard_in_the_middle(tmp_path):
    """Silence, a tone from 9 to 13 seconds, silence: two seconds of tone are kept."""
    time = np.arange(22 * SAMPLE_RATE) / SAMPLE_RATE
    tone = np.where((time > 9) & (time < 13), 0.5 * np.sin(2 * np.pi * 440 * time), 0)
    pictures = np.zeros((22, 32, 32, 3), np.uint8)
    (tmp_path / "t.mp4").write_bytes(mp4(pictures, 1, tone.astype(np.float32)))
    heard = read_video(tmp_path / "t.mp4").sound
    assert len(heard) == 2 * SAMPLE_RATE
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), cut=st.booleans())
def test_a_damaged_file_gives_an_answer_or_a_clear_error(clip, tmp_path_factory, seed, cut):
    rng = np.random.default_rng(seed)
    damaged = np.frombuffer(clip, np.uint8).copy()
    if cut:
        damaged = damaged[: rng.integers(1, len(damaged))]
    places = rng.integers(0, len(damaged), rng.choice([1, 20, 400]))
    damaged[places] = rng.integers(0, 256, len(places))
    path = tmp_path_factory.mktemp("damaged") / "clip.mp4"
    path.write_bytes(damaged.tobytes())
    try:
        read = read_video(path)
    except VideoError as error:
        assert "clip.mp4" in str(error)
        return
    features = read.features()
    assert features.present.any() or np.abs(read.sound).max(initial=0.0) < 1e-3
    assert np.isfinite(features.sounds).all()


def test_a_file_from_another_container(tmp_path):
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width = stream.height = 32
        for picture in greys(*[60] * 20):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    (tmp_path / "clip.mkv").write_bytes(file.getvalue())
    read = read_video(tmp_path / "clip.mkv")
    assert read.seconds == pytest.approx(2.0, abs=0.2)
    assert np.abs(read.pictures.astype(int) - 60).max() <= 3
