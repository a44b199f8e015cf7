"""Talks: what was planted is there, what was spoken is where it should be, and what was heard."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from importlib.util import find_spec

import av
import numpy as np
import pytest

from mavrs_course.llm.models import weights
from mavrs_course.world import talks as module
from mavrs_course.world.senses import SENSES
from mavrs_course.world.talks import FOLDER, WAYS, TalksError, talks
from mavrs_course.world.topics import N_TOPICS

TALKS = talks()
SCENES = [scene for talk in TALKS for scene in talk.scenes]
RATE = 24_000


def plain(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def errors(asked: list[str], heard: list[str]) -> int:
    """Levenshtein's distance between two lists of words."""
    row = list(range(len(heard) + 1))
    for here, word in enumerate(asked, 1):
        above, row = row, [here]
        for place, other in enumerate(heard, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (word != other)))
    return row[-1]


# What was planted


def test_every_topic_is_there_once_in_each_way():
    planted = Counter((scene.topic, scene.by) for scene in SCENES)
    assert planted == {(topic, way): 1 for topic in range(N_TOPICS) for way in WAYS}
    for talk in TALKS:
        assert len({scene.topic for scene in talk.scenes}) == len(talk.scenes) == 5


def test_scenes_follow_one_another_and_hold_their_sentences():
    for talk in TALKS:
        ends = [0.0, *(scene.end for scene in talk.scenes)]
        assert [scene.start for scene in talk.scenes] == ends[:-1]
        assert 20 <= talk.seconds <= 60
        for scene in talk.scenes:
            times = [time for said in scene.sentences for time in (said.start, said.end)]
            assert times == sorted(times)
            assert all(scene.start < time < scene.end for time in times)
            count = {("seen",): 1, ("seen", "heard"): 0}.get(scene.by, 2)
            assert len(scene.sentences) == count


def test_no_sentence_is_said_twice_but_those_about_nothing():
    told = Counter(s.text for scene in SCENES if "said" in scene.by for s in scene.sentences)
    assert len(told) == 80 and set(told.values()) == {1}


def test_the_truth_of_a_topic():
    talk, scene = TALKS[3], TALKS[3].scenes[2]
    assert talk.moments(scene.topic) == [(scene.start, scene.end)]
    assert talk.moments(next(t for t in range(N_TOPICS) if not talk.moments(t))) == []


def test_picture_and_sound_together_leave_one_topic():
    pairs = [(senses.scene, senses.sound) for senses in SENSES]
    assert len(set(pairs)) == N_TOPICS
    assert max(Counter(scene for scene, _ in pairs).values()) == 2


# What can be seen and heard


def test_a_voice_speaks_when_the_script_says_and_not_else():
    for talk in TALKS:
        speech = talk.speech()
        assert len(speech) == round(talk.seconds * RATE)
        silent = np.ones(len(speech), bool)
        for said in (s for scene in talk.scenes for s in scene.sentences):
            begin, end = round(said.start * RATE), round(said.end * RATE)
            assert np.abs(speech[begin:end]).max() > 0.1
            silent[begin - RATE // 10 : end + RATE // 10] = False
        assert np.abs(speech[silent]).max() < 0.01


def test_sounds_lie_where_a_scene_is_heard():
    talk = next(talk for talk in TALKS if any("heard" in s.by for s in talk.scenes))
    added = talk.sound() - talk.speech()
    for scene in talk.scenes:
        part = added[round(scene.start * RATE) : round(scene.end * RATE)]
        assert (np.abs(part).max() > 0.01) is np.bool_("heard" in scene.by)


def test_the_studio_is_grey_and_a_topic_is_not():
    talk = TALKS[0]
    pictures = talk.frames()
    assert pictures.shape == (round(talk.seconds * 10), 96, 96, 3)
    for scene in talk.scenes:
        part = pictures[round(scene.start * 10) : round(scene.end * 10)].astype(int)
        assert (np.ptp(part, axis=3).max() > 0) is np.bool_("seen" in scene.by)
    np.testing.assert_array_equal(pictures, talk.frames())


def test_a_talk_is_a_film(tmp_path):
    talk = TALKS[1]
    film = talk.render(tmp_path / "talk.mp4", size=32)
    assert (tmp_path / "talk.mp4").read_bytes() == film
    with av.open(io.BytesIO(film)) as container:
        assert container.duration / av.time_base == pytest.approx(talk.seconds, abs=0.1)
        assert {stream.type for stream in container.streams} == {"video", "audio"}


# What was heard


def test_most_words_were_heard():
    """Of what a recogniser was given; topics that only make themselves seen have no words."""
    wrong = total = 0
    for talk in TALKS:
        asked = plain(" ".join(s.text for scene in talk.scenes for s in scene.sentences))
        wrong += errors(asked, plain(" ".join(word.text for word in talk.words())))
        total += len(asked)
    assert (wrong, total) == (87, 1025)  # as data/README.md says


def test_words_were_heard_when_they_were_said():
    for talk in TALKS:
        said = [s for scene in talk.scenes for s in scene.sentences]
        for word in talk.words():
            middle = (word.start + word.end) / 2
            assert any(s.start - 0.5 < middle < s.end + 0.5 for s in said), (talk.number, word)
            assert 0 <= word.probability <= 1


@pytest.mark.skipif(
    not (weights.is_here("whisper-base") and find_spec("faster_whisper")),
    reason="mavrs model get whisper-base, with the extra speech",
)
def test_the_recogniser_hears_again_what_is_on_the_tape():
    """One sentence, with whole words on either side: other processors round otherwise."""
    from mavrs_course.llm.watching.hearing import Recogniser

    talk = TALKS[0]
    scene = talk.scenes[0]
    sound = talk.speech()[: round(scene.end * RATE)].reshape(-1, 3)  # 24,000 to 16,000
    slower = np.stack([sound[:, 0], (sound[:, 1] + sound[:, 2]) / 2], axis=1).ravel()
    words, voices, _ = Recogniser("en").hear_sound(slower.astype(np.float32))
    taped = [word for word in talk.words() if word.end <= scene.end]
    asked, told = ([w for word in some for w in plain(word.text)] for some in (taped, words))
    assert errors(asked, told) <= 0.2 * len(asked)
    assert words[0].start == pytest.approx(taped[0].start, abs=0.3)
    assert words[-1].end == pytest.approx(taped[-1].end, abs=0.3)
    assert voices[0][0] < taped[0].end


def test_the_tape_says_who_heard():
    about = json.loads((FOLDER / "heard.json").read_text(encoding="utf-8"))
    assert about["model"] == "whisper-base" and len(about["date"]) == 10
    assert weights.WEIGHTS["whisper-base"].files[0].sha256.startswith(about["digest"])
    assert about["engine"].startswith("faster-whisper ")


# What is damaged


@pytest.mark.parametrize("content", [None, "", "{"])
def test_talks_that_are_not_here(tmp_path, monkeypatch, content):
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    talks.cache_clear()
    if content is not None:
        (tmp_path / "talks.json").write_text(content)
    try:
        with pytest.raises(TalksError, match=r"talks\.json is not in data/talks"):
            talks()
    finally:
        monkeypatch.undo()
        talks.cache_clear()
    with pytest.raises(TalksError, match=r"speech .*\.opus cannot be read"):
        module._decode(tmp_path / "00.opus")


def test_the_talks_are_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_300_000
