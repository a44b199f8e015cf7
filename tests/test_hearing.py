"""What is said in a video: a real recogniser where it is here, and the guards before its words."""

from __future__ import annotations

import sys

import av
import numpy as np
import pytest

from mavrs_course.agents.video_understanding.listening import quietest, sound_pieces
from mavrs_course.agents.video_understanding.reading import VideoError, media_file
from mavrs_course.llm.models import weights
from mavrs_course.llm.models.errors import ModelError
from mavrs_course.llm.watching import hearing
from mavrs_course.llm.watching.hearing import NAME, Recogniser, believable, can_hear
from mavrs_course.world.clips import mp4, sound_track
from mavrs_course.world.senses import SENSES
from mavrs_course.world.talks import Word

needs_ears = pytest.mark.skipif(
    not can_hear(), reason=f"mavrs model get {NAME}, with the extra speech"
)
RATE = 24_000


def film(path, sound, seconds=None):
    """A grey film with a sound track float32[samples] at 24,000 a second; None for a silent one."""
    seconds = seconds or len(sound) / RATE
    pictures = np.full((max(1, round(seconds)), 16, 16, 3), 90, np.uint8)
    path.write_bytes(mp4(pictures, 1, sound, RATE))
    return path


# The whole sound, a piece at a time


def test_the_pieces_are_the_whole_sound(tmp_path):
    rng = np.random.default_rng(0)
    sound = (0.3 * np.sin(np.arange(70 * RATE) * 0.05)).astype(np.float32)
    sound[20 * RATE :] *= 0.5 + 0.5 * rng.random()
    file = media_file(film(tmp_path / "long.mp4", sound))
    pieces = list(sound_pieces(file.path, file.songs[0], seconds=30.0))
    assert len(pieces) == 3 and all(len(part) <= 30 * 16_000 for _, part in pieces)
    times = np.cumsum([0.0, *(len(part) / 16_000 for _, part in pieces)])
    np.testing.assert_allclose([start for start, _ in pieces], times[:-1], atol=0.1)
    assert times[-1] == pytest.approx(70.0, abs=0.15)


def test_a_piece_ends_where_it_is_quiet():
    sound = np.ones(30 * 1000, np.float32)
    sound[24_000:24_400] = 0.0
    assert 24_000 < quietest(sound, 1000) < 24_400
    assert quietest(np.ones(3, np.float32), 1000) <= 3


def test_a_hole_in_the_sound_does_not_move_what_comes_after(tmp_path):
    """Times that jump by an hour are believed, and nothing is filled in."""
    path = tmp_path / "hole.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        for start in (0, 1, 3600, 3601):
            frame = av.AudioFrame.from_ndarray(np.full((1, 16_000), 99, np.int16), "s16", "mono")
            frame.sample_rate, frame.pts = 16_000, start * 16_000
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    pieces = list(sound_pieces(path, 0))
    assert [round(start) for start, _ in pieces] == [0, 3600]
    assert [len(part) for _, part in pieces] == pytest.approx([32_000, 32_000], abs=100)


# Guards


@pytest.mark.parametrize(
    ("silence", "likelihood", "repeated", "words", "kept"),
    [
        (0.02, -0.25, 1.2, 1, True),
        (0.20, -0.26, 1.2, 9, True),
        (0.50, -0.06, 39.0, 99, False),  # Ha ha ha ha ha
        (0.48, -0.71, 0.2, 1, False),  # Oh
        (0.44, -0.66, 1.1, 6, True),  # Guten Abend, meine Damen und Herren, by a bad synthesiser
        (0.75, -0.21, 1.2, 9, False),
        (0.10, -1.20, 1.2, 9, False),
        (0.31, -0.40, 1.2, 1, True),
        (float("nan"), -0.2, 1.2, 9, False),
    ],
)
def test_what_is_believed(silence, likelihood, repeated, words, kept):
    assert believable(silence, likelihood, repeated, words) is kept


@needs_ears
@pytest.mark.parametrize("what", ["silence", "noise", "tone", "nothing"])
def test_no_words_where_nobody_speaks(what):
    rng = np.random.default_rng(5)
    sound = {
        "silence": np.zeros(16_000 * 4),
        "noise": rng.normal(0, 0.1, 16_000 * 4),
        "tone": 0.2 * np.sin(2 * np.pi * 440 * np.arange(16_000 * 4) / 16_000),
        "nothing": np.zeros(0),
    }[what]
    assert Recogniser("en").hear_sound(sound.astype(np.float32)) == ([], [], None)


@needs_ears
def test_no_words_in_music():
    """One of each motif, in styles that no bound was set on."""
    recogniser = Recogniser("en")
    motifs = {senses.sound: topic for topic, senses in enumerate(SENSES)}
    for topic in motifs.values():
        sound = sound_track(topic, 0.0, 1000 + topic, seconds=4, sample_rate=16_000)
        assert recogniser.hear_sound(sound)[0] == []


# Files


@needs_ears
def test_a_film_without_speech(tmp_path):
    music = film(tmp_path / "music.mp4", sound_track(16, 2.0, 3, seconds=4))
    heard = Recogniser().hear(music)
    assert heard.words == () and heard.language is None and heard.text() == ""
    assert heard.until == pytest.approx(4.0, abs=0.2)
    silent = Recogniser().hear(film(tmp_path / "silent.mp4", None, 2))
    assert silent == hearing.Transcript() and silent.until is None


@needs_ears
@pytest.mark.parametrize(
    ("content", "problem"), [(None, "there is no file"), (b"", "is empty"), (b"a" * 999, "broken")]
)
def test_no_film_at_all(tmp_path, content, problem):
    path = tmp_path / "odd.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(VideoError, match=problem):
        Recogniser().hear(path)


def test_without_the_recogniser(monkeypatch):
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(ModelError, match=r"pip install 'faster-whisper.*the extra speech"):
        Recogniser()


def test_without_the_weights(monkeypatch, tmp_path):
    pytest.importorskip("faster_whisper")
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path))
    assert not can_hear()
    with pytest.raises(ModelError, match="mavrs model get whisper-base"):
        Recogniser()


def test_words_between_two_times():
    words = (Word("one", 0.0, 0.4), Word("two", 0.9, 1.3), Word("three", 2.0, 2.4))
    heard = hearing.Transcript(words)
    assert heard.text() == "one two three"
    assert heard.text(1.0, 2.0) == "two"
    assert words[1].later(10.0) == Word("two", 10.9, 11.3)
