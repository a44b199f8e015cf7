"""Any film, scene by scene: found cuts, sounds and topics, and a page that is safe to open."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from mavrs_course.agents.video_understanding.reading import VideoError, media_file
from mavrs_course.cli import app
from mavrs_course.llm.models import weights
from mavrs_course.llm.models.errors import ModelError
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.llm.watching import watching
from mavrs_course.llm.watching.describing import LanguageEye
from mavrs_course.llm.watching.hearing import Transcript, can_hear
from mavrs_course.llm.watching.scenes import Shot, kinds_of_sound, shots
from mavrs_course.llm.watching.watching import clock, nearest_topics, split_at_pauses, watch
from mavrs_course.world.clips import mp4
from mavrs_course.world.talks import Word, talks

TALK = talks()[12]
RATE = 24_000
needs_ears = pytest.mark.skipif(
    not can_hear(), reason="mavrs model get whisper-base, with the extra speech"
)
needs_minilm = pytest.mark.skipif(not weights.is_here("minilm"), reason="mavrs model get minilm")


class Ears:
    """Stands in for the recogniser: it hears what is written here."""

    heard = Transcript()

    def __init__(self, language=None): ...

    def hear(self, path):
        return self.heard


@pytest.fixture
def ears(monkeypatch):
    def hear(*words, language="en", voices=((0.0, 1.0),), until=4.0):
        told = tuple(Word(text, start, start + 0.3) for text, start in words)
        Ears.heard = Transcript(told, voices if told else (), language if told else None, until)

    hear()
    monkeypatch.setattr(watching, "Recogniser", Ears)
    monkeypatch.setattr(watching, "can_hear", lambda: True)
    return hear


def colours(*shades, seconds=2, fps=4):
    """A film uint8[T, 32, 32, 3] that shows one colour after the other."""
    return np.concatenate(
        [np.full((seconds * fps, 32, 32, 3), shade, np.uint8) for shade in shades]
    )


def film(path, sound=True, shades=((200, 30, 30), (30, 60, 200))):
    pictures = colours(*shades)
    tone = 0.2 * np.sin(np.arange(len(pictures) * RATE // 4) * 0.1)
    path.write_bytes(mp4(pictures, 4, tone.astype(np.float32) if sound else None, RATE))
    return path


# Scenes


def test_cuts_are_found_where_they_are(tmp_path):
    """Three quarters of the cuts of two talks, within half a second; see the module for all."""
    found = true = 0
    for talk in talks()[8:10]:
        talk.render(tmp_path / "talk.mp4", size=48)
        starts = np.array([shot.start for shot in shots(media_file(tmp_path / "talk.mp4"))])
        ends = [scene.start for scene in talk.scenes[1:]]
        found += sum(np.abs(starts - end).min() < 0.5 for end in ends)
        true += len(ends)
    assert found >= 0.75 * true


def test_a_shot_in_words(tmp_path):
    red, blue = shots(media_file(film(tmp_path / "film.mp4")))
    assert (red.start, blue.end) == (0.0, pytest.approx(4.0, abs=0.01))
    assert red.end == blue.start == pytest.approx(2.0, abs=0.2)
    assert red.seen.startswith("red") and red.seen.endswith("still")
    assert blue.seen.startswith("blue") and blue.picture.shape == (32, 32, 3)


def test_an_hour_of_one_picture_is_sixty_scenes(tmp_path):
    path = tmp_path / "hour.mp4"
    path.write_bytes(mp4(np.full((3600, 16, 16, 3), 90, np.uint8), 1))
    found = shots(media_file(path))
    assert len(found) == 60 and found[-1].end == pytest.approx(3600, abs=1.1)
    assert [shot.end for shot in found[:-1]] == [shot.start for shot in found[1:]]


def test_a_long_shot_is_cut_at_pauses():
    words = [Word("a", t, t + 0.5) for t in (0.5, 1.2, 3.5, 8.0, 14.0, 14.6, 28.0, 59.0)]
    long, short = Shot(0.0, 30.0, colours=("red",)), Shot(30.0, 45.0)
    pieces = split_at_pauses([long, short], words)
    assert [(piece.start, piece.end) for piece in pieces] == [
        (0.0, 6.0), (6.0, 11.25), (11.25, 21.55), (21.55, 30.0), (30.0, 45.0)
    ]  # fmt: skip
    assert all(piece.colours == ("red",) for piece in pieces[:4])
    assert split_at_pauses([long], []) == [long] and split_at_pauses([], words) == []


def test_kinds_of_sound():
    second, rng = np.arange(16_000) / 16_000, np.random.default_rng(1)
    sound = [np.zeros(16_000), rng.normal(0, 0.1, 16_000), 0.2 * np.sin(2764 * second)]
    whole = np.concatenate([*sound, sound[2]]).astype(np.float32)
    voices = np.array([False, False, False, True])
    assert kinds_of_sound(whole, voices) == ["silence", "noise", "music or tones", "speech"]
    assert kinds_of_sound(whole, None)[2:] == ["voices, music or tones"] * 2
    assert kinds_of_sound(whole[:0], None) == []


# Topics


@needs_minilm
def test_a_text_is_near_a_topic_or_near_none():
    texts = [
        "Fry the onions in butter, and bake the bread",
        "",
        "He scores in the last minute of the match",
        "And now",
    ]
    named = [topic for topic, _ in nearest_topics(texts)]
    assert named == ["home cooking", None, "football goals", None]


@needs_minilm
def test_what_talks_say_is_near_their_topics():
    """Forty scenes by the words on the tape: 38 named, 34 rightly; by chance, two."""
    scenes = [(talk, scene) for talk in talks() for scene in talk.scenes if "said" in scene.by]
    texts = [Transcript(talk.words()).text(scene.start, scene.end) for talk, scene in scenes]
    topics = [topic for topic, _ in nearest_topics(texts)]
    right = sum(
        t == watching.Catalog.topics[s.topic] for t, (_, s) in zip(topics, scenes, strict=True)
    )
    assert len(scenes) == 40 and right >= 30


def test_topics_by_words_alone(monkeypatch, tmp_path):
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path))
    ((topic, cosine), nothing) = nearest_topics(["home cooking", "?"])
    assert topic == "home cooking" and 0 < cosine <= 1.01 and nothing == (None, 0.0)
    assert nearest_topics([]) == []


# Watching


@needs_ears
@needs_minilm
def test_a_talk_is_really_heard(tmp_path):
    """The first scene of a talk, about eight seconds, by the recogniser itself."""
    scene = TALK.scenes[0]
    assert "said" in scene.by
    pictures, sound = TALK.frames(), TALK.sound()[: round(scene.end * RATE)]
    path = tmp_path / "scene.mp4"
    path.write_bytes(mp4(pictures[: round(scene.end * 10)], 10, sound, RATE))
    viewing = watch(path)
    assert viewing.notes == () and viewing.transcript.language == "en"
    assert "speech" in viewing.scenes[0].heard
    said = re.findall("[a-z]+", viewing.transcript.text().lower())
    asked = re.findall("[a-z]+", " ".join(s.text for s in scene.sentences).lower())
    assert len(set(asked) & set(said)) >= 0.6 * len(set(asked))


def test_scenes_hold_what_was_said_in_them(tmp_path, ears):
    ears(("red", 0.2), ("blue", 2.5), ("too", 2.9))
    viewing = watch(film(tmp_path / "film.mp4"))
    assert [scene.said for scene in viewing.scenes] == ["red", "blue too"]
    assert "speech" in viewing.scenes[0].heard and viewing.scenes[1].heard == "music or tones"
    assert viewing.seconds == pytest.approx(4.0, abs=0.1)


def test_what_is_missing_is_said(tmp_path, ears, monkeypatch):
    silent = watch(film(tmp_path / "silent.mp4", sound=False))
    assert silent.notes == ("There is no sound track.",) and silent.scenes[0].heard == "no sound"
    assert watch(film(tmp_path / "music.mp4")).notes == ("Nobody speaks in it.",)
    Ears.heard = Transcript(voices=((0.5, 2.5),), until=4.0)
    assert "for 2 s, and no word" in watch(film(tmp_path / "mumbling.mp4")).notes[0]
    ears(("Guten", 0.1), ("Tag", 0.5), language="de")
    assert "language “de”" in watch(film(tmp_path / "german.mp4")).notes[0]
    monkeypatch.setattr(watching, "can_hear", lambda: False)
    assert "mavrs model get whisper-base" in watch(film(tmp_path / "deaf.mp4")).notes[0]


def test_a_sound_without_a_picture(tmp_path, ears):
    path = tmp_path / "song.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        for second in range(70):
            wave = (6000 * np.sin(np.arange(16_000) * 0.2)).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(wave[None], "s16", "mono")
            frame.sample_rate, frame.pts = 16_000, second * 16_000
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    ears(("la", 61.0), until=70.0)
    viewing = watch(path)
    assert [scene.said for scene in viewing.scenes] == ["", "la"]
    assert viewing.scenes[0].seen == "no picture" and not viewing.scenes[0].image


def test_a_song_with_a_cover(tmp_path, ears):
    """It lasts as long as the song; a picture that ends early leaves the rest to the sound."""
    tone = (0.2 * np.sin(np.arange(5 * RATE) * 0.1)).astype(np.float32)
    (tmp_path / "song.mp4").write_bytes(mp4(colours((200, 30, 30))[:2], 4, tone, RATE))
    (scene,) = watch(tmp_path / "song.mp4").scenes
    assert (scene.start, scene.end) == (0.0, pytest.approx(5.0, abs=1.0)) and scene.image
    (tmp_path / "early.mp4").write_bytes(mp4(colours((200, 30, 30)), 4, tone, RATE))
    red, rest = watch(tmp_path / "early.mp4").scenes
    assert red.end == rest.start == pytest.approx(2.0, abs=0.1) and rest.seen == "no picture"


def test_a_century_of_sound_is_not_a_million_scenes(tmp_path):
    file = media_file(film(tmp_path / "film.mp4"))
    found = shots(file, 3e9)
    assert len(found) <= 403 and found[-1].end == 3e9


def test_a_name_that_is_no_text(tmp_path, ears):
    path = tmp_path / os.fsdecode(b"film-\xff.mp4")
    try:
        film(path)
    except (OSError, UnicodeError):
        pytest.skip("this file system has no such names")
    page = watch(path).save(tmp_path / "page.html")
    assert "film-?.mp4" in page.read_text(encoding="utf-8")


def test_a_film_that_breaks_off(tmp_path, ears):
    """The file says eight seconds, and what is left of it ends before."""
    whole, path = tmp_path / "whole.mkv", tmp_path / "broken.mkv"
    rng = np.random.default_rng(0)
    with av.open(str(whole), "w") as container:
        stream = container.add_stream("libx264", rate=4, options={"g": "4"})
        stream.width = stream.height = 64
        for picture in rng.integers(0, 255, (32, 64, 64, 3), dtype=np.uint8):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    content = whole.read_bytes()
    path.write_bytes(content[: len(content) * 5 // 8])
    viewing = watch(path)
    assert 2 < viewing.scenes[-1].end < 7
    assert any("It says that it lasts 0:08" in note for note in viewing.notes)
    assert f"could be read until {clock(viewing.scenes[-1].end)}" in " ".join(viewing.notes)


@settings(max_examples=15, deadline=None)
@given(content=st.binary(max_size=400))
def test_what_is_no_film(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("odd") / "odd.mp4"
    path.write_bytes(content)
    with pytest.raises(VideoError):
        watch(path)


def test_an_eye_made_of_language(tmp_path, ears):
    answers = ["Bread <b>in</b> an oven.", ModelError("the server has gone")]
    eye = LanguageEye(ScriptedModel(answers, abilities=frozenset({"chat", "see"})))
    viewing = watch(film(tmp_path / "film.mp4"), eye=eye)
    assert [scene.described for scene in viewing.scenes] == ["Bread <b>in</b> an oven.", ""]
    assert viewing.notes[-1] == "Pictures were described up to scene 1: the server has gone."
    assert "Bread &lt;b&gt;in&lt;/b&gt; an oven." in viewing.page()


# The page


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, wanted):
        return [attributes for tag, attributes in self.tags if tag == wanted]


def test_the_page_loads_nothing_and_runs_nothing(tmp_path, ears):
    ears(("<script>alert(1)</script>", 0.2), ('"onload="x', 2.5))
    viewing = watch(film(tmp_path / "<img src=x onerror=alert(1)>.mp4"))
    for text in (viewing.page(), viewing._repr_html_()):
        page = Page(text)
        assert not page.all("script") and not page.all("link") and not page.all("iframe")
        assert not [name for _, attributes in page.tags for name in attributes if name[:2] == "on"]
        assert not re.search(r"https?:|url\(|@import", text)
        assert all(image["src"].startswith("data:image/jpeg;base64,") for image in page.all("img"))
        assert all(image["alt"] for image in page.all("img")) and len(page.all("img")) == 2
        marks = {attributes.get("id") for _, attributes in page.tags}
        assert [link["href"][1:] in marks for link in page.all("a")] == [True, True]
    assert "default-src 'none'" in viewing.page()


def test_a_page_overwrites_pages_and_nothing_else(tmp_path, ears):
    path = film(tmp_path / "film.mp4")
    content, viewing = path.read_bytes(), watch(path)
    with pytest.raises(VideoError, match="ends in"):
        viewing.save(path)
    disguised = tmp_path / "film.html"
    disguised.write_bytes(content)
    with pytest.raises(VideoError, match="is no page"):
        viewing.save(disguised)
    assert path.read_bytes() == disguised.read_bytes() == content
    page = viewing.save(tmp_path / "new" / "page.html")
    assert viewing.save(page).read_text(encoding="utf-8") == viewing.page()
    assert [file.name for file in page.parent.iterdir()] == ["page.html"]


def test_the_command(tmp_path, ears, monkeypatch):
    monkeypatch.chdir(tmp_path)
    film(tmp_path / "mine.mp4", sound=False)
    done = CliRunner().invoke(app, ["watch", "mine.mp4"])
    assert done.exit_code == 0, done.output
    assert "There is no sound track." in done.output
    assert "wrote artefacts/watch/mine.mp4.html" in done.output
    assert (tmp_path / "artefacts/watch/mine.mp4.html").is_file()
    for asked in (["none.mp4"], ["mine.mp4", "--out", "mine.mp4"]):
        assert CliRunner().invoke(app, ["watch", *asked]).exit_code == 1


@pytest.mark.parametrize(("seconds", "told"), [(0, "0:00"), (187.9, "3:07"), (3729, "1:02:09")])
def test_a_clock(seconds, told):
    assert clock(seconds) == told
