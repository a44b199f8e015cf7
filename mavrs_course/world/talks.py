"""Sixteen short films of five scenes each, in which topics are seen, heard and talked about.

Which of the senses tells the topic of a scene is planted: :data:`WAYS`.  Each topic has one scene
of each way.  Pictures and sounds are drawn when they are asked for, like any clip of the platform;
what is said was spoken once, by synthesisers, and lies in ``data/talks``, together with what a real
recogniser heard of it.  ``tools/make_talks.py`` makes both.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from mavrs_course.files import write_whole
from mavrs_course.world.clips import SAMPLE_RATE, frames, mp4, sound_track
from mavrs_course.world.topics import MEAN_QUALITY

FOLDER = Path(__file__).resolve().parents[2] / "data" / "talks"
WAYS = (("said",), ("seen",), ("seen", "said"), ("seen", "heard"))
"""What tells the topic of a scene.  Of one that is only said, the picture is an empty studio.  In
one that is only seen, a voice says something about no topic.  A picture alone, and a sound alone,
leaves two topics open; together they leave one (``world/senses.py``)."""
FPS, SIZE = 10, 96


class TalksError(ValueError):
    """Talks that are not here, or whose files are damaged; the text says what to do."""


@dataclass(frozen=True)
class Word:
    """A word, when it was said in seconds, and how sure the recogniser is: 0 to 1."""

    text: str
    start: float
    end: float
    probability: float = 1.0

    def later(self, seconds: float) -> Word:
        """The same word, said that much later."""
        start, end = round(self.start + seconds, 2), round(self.end + seconds, 2)
        return replace(self, start=start, end=end)


@dataclass(frozen=True)
class Sentence:
    """What was given to the synthesiser, and from when to when it speaks, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class TalkScene:
    """A stretch of a talk that is about one topic; start and end are in seconds.

    by: one of :data:`WAYS`.  sentences: what is said in it, about the topic or about nothing.
    seed: of its picture's and sound's style.
    """

    topic: int
    start: float
    end: float
    by: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    seed: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True)
class Talk:
    """One film.  number: from 0.  voice: who speaks.  scenes: one after the other."""

    number: int
    voice: str
    scenes: tuple[TalkScene, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.scenes[-1].end

    def moments(self, topic: int) -> list[tuple[float, float]]:
        """From when to when the talk is about a topic: the truth to be found."""
        return [(scene.start, scene.end) for scene in self.scenes if scene.topic == topic]

    def frames(self, *, fps: int = FPS, size: int = SIZE) -> NDArray[np.uint8]:
        """The pictures: uint8[T, size, size, 3], ``fps`` a second."""
        return np.concatenate([_pictures(scene, fps, size) for scene in self.scenes])

    def speech(self) -> NDArray[np.float32]:
        """The voice alone: float32[samples] at 24,000 a second."""
        spoken = _decode(FOLDER / f"{self.number:02d}.opus")
        return np.resize(np.append(spoken, np.zeros(self._samples)), self._samples).astype("f4")

    def sound(self) -> NDArray[np.float32]:
        """The voice, and the sounds of the scenes that are heard: float32[samples]."""
        track = self.speech()
        for scene in self.scenes:
            if "heard" in scene.by:
                about = scene.topic, float(MEAN_QUALITY[scene.topic]), scene.seed
                motif = sound_track(*about, seconds=scene.seconds, sample_rate=SAMPLE_RATE)
                begin = round(scene.start * SAMPLE_RATE)
                track[begin : begin + len(motif)] += motif[: len(track) - begin]
        return np.clip(track, -1.0, 1.0)

    @property
    def _samples(self) -> int:
        return round(self.seconds * SAMPLE_RATE)

    def render(self, path: str | os.PathLike | None = None, *, size: int = SIZE) -> bytes:
        """The talk as an mp4 file; path: also write it there, whole or not at all."""
        film = mp4(self.frames(size=size), FPS, self.sound(), SAMPLE_RATE)
        if path is not None:
            write_whole(Path(path), film)
        return film

    def words(self) -> tuple[Word, ...]:
        """What the recogniser heard in the rendered talk, mistakes included, from the tape."""
        return _heard()[self.number]


@cache
def talks() -> tuple[Talk, ...]:
    """All talks; raises :class:`TalksError` where their files are not here."""
    return tuple(
        Talk(
            number,
            told["voice"],
            tuple(
                TalkScene(
                    scene["topic"],
                    scene["start"],
                    scene["end"],
                    tuple(scene["by"]),
                    tuple(Sentence(*sentence) for sentence in scene["sentences"]),
                    scene["seed"],
                )
                for scene in told["scenes"]
            ),
        )
        for number, told in enumerate(_read("talks.json")["talks"])
    )


@cache
def _heard() -> Sequence[tuple[Word, ...]]:
    return [tuple(Word(*word) for word in words) for words in _read("heard.json")["talks"]]


def _read(name: str) -> dict:
    try:
        return json.loads((FOLDER / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TalksError(
            f"{name} is not in data/talks of the course, or is damaged ({error}): "
            "get it from the repository again, or run python tools/make_talks.py"
        ) from error


def _decode(path: Path) -> NDArray[np.float32]:
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
            decoded = [*container.decode(audio=0), None]
            pieces = [piece for frame in decoded for piece in resampler.resample(frame)]
    except (OSError, av.FFmpegError) as error:
        raise TalksError(f"the speech {path.name} cannot be read ({error})") from error
    return np.concatenate([piece.to_ndarray()[0] for piece in pieces])


def _pictures(scene: TalkScene, fps: int, size: int) -> NDArray[np.uint8]:
    if "seen" in scene.by:
        about = scene.topic, float(MEAN_QUALITY[scene.topic]), scene.seed
        return frames(*about, seconds=scene.seconds, size=size, fps=fps)
    return _studio(round(scene.seconds * fps), size, np.random.default_rng(scene.seed))


def _studio(count: int, size: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A grey wall, lit from one side by a lamp that moves slowly: uint8[count, size, size, 3]."""
    wall, side, slow = rng.uniform(60, 150), rng.choice([-1, 1]), rng.uniform(0.02, 0.05)
    place = np.linspace(-1, 1, size)
    lamp = 40 * np.sin(slow * np.arange(count))[:, None, None]
    light = wall + lamp + 35 * side * place[None, None, :] - 15 * place[None, :, None]
    return np.repeat(np.clip(light, 0, 255).astype(np.uint8)[..., None], 3, axis=3)
