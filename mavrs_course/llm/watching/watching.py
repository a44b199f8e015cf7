"""``watch``: any film, scene by scene: what is seen, heard and said, when, and what it is about."""

from __future__ import annotations

import base64
import io
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mavrs_course.agents.video_understanding.listening import sound_pieces
from mavrs_course.agents.video_understanding.reading import MediaFile, VideoError, media_file
from mavrs_course.agents.video_understanding.words import bag
from mavrs_course.files import write_whole
from mavrs_course.llm.models.embedding import NAME as EMBEDDER
from mavrs_course.llm.models.embedding import MiniLM
from mavrs_course.llm.models.errors import ModelError
from mavrs_course.llm.models.weights import is_here
from mavrs_course.llm.watching.describing import LanguageEye
from mavrs_course.llm.watching.hearing import NAME, Recogniser, Transcript, can_hear
from mavrs_course.llm.watching.scenes import Shot, kinds_of_sound, shots
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.talks import Word

TITLES = 10  # of each topic, that say what it is about
ABOUT = 0.3  # cosine from which a topic is named: 38 of the talks' 40 scenes, 34 of them rightly
LONG, PAUSE, LEAST = 20.0, 0.8, 5.0  # seconds: of a shot, between words, of a piece of a shot
MARGIN = 1.0  # seconds by which pictures and sound may end apart, or a file may overstate itself


@dataclass(frozen=True)
class WatchedScene:
    """A scene and what was found in it; times in seconds.

    seen: colours and motion.  heard: kinds of sound, the most frequent first.  said: words.
    described: by an eye made of language, if there is one.  topic: the nearest, or None where
    nothing was said or described that is near to one; likeness: its cosine.
    """

    start: float
    end: float
    seen: str
    heard: str
    said: str
    described: str
    topic: str | None
    likeness: float
    picture: NDArray[np.uint8] | None = field(repr=False, default=None)

    @property
    def image(self) -> str:
        """The picture as a data address, or ""."""
        if self.picture is None:
            return ""
        file = io.BytesIO()
        Image.fromarray(self.picture).save(file, "JPEG", quality=75)
        return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


@dataclass(frozen=True)
class Viewing:
    """A film that was watched.  notes: what was missing or broken, a sentence each."""

    title: str
    seconds: float
    scenes: tuple[WatchedScene, ...]
    notes: tuple[str, ...]
    transcript: Transcript

    def _repr_html_(self) -> str:
        return _template("viewing").render(viewing=self, clock=clock)

    def page(self) -> str:
        """A page of its own, which loads nothing from anywhere."""
        return _template("page").render(viewing=self, clock=clock)

    def save(self, path: str | os.PathLike) -> Path:
        """Write the page, whole or not at all; it overwrites pages and nothing else."""
        path = page_path(path)
        write_whole(path, self.page().encode())
        return path


def page_path(path: str | os.PathLike) -> Path:
    """The path, if a page may be written there; raises :class:`VideoError` where a film is."""
    path, start = Path(path), b"<!DOCTYPE html>"
    if path.suffix.lower() not in (".html", ".htm"):
        raise VideoError(f"a page ends in .html, and {path.name} does not: name another file")
    if path.exists():
        with path.open("rb") as file:
            if file.read(len(start)) not in (start, b""):
                raise VideoError(f"{path.name} is there and is no page: name another file")
    return path


def watch(
    path: str | os.PathLike,
    *,
    language: str | None = None,
    eye: LanguageEye | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Viewing:
    """Watch a film: any file that ffmpeg's libraries can read.

    language: two letters, such as "en"; found out without.  eye: describes a picture of each scene.
    say: hears what is being done.  Without the recogniser or the embedding model it does without,
    and says so.  Raises :class:`VideoError` for a file that cannot be read at all; of one that is
    damaged, what can be read is watched.
    """
    file = media_file(path)
    say("listening")
    transcript, notes = _listen(file, language)
    sound = _kinds(file, transcript)
    say("looking")
    found = shots(file, max(transcript.until or 0.0, float(len(sound))))
    found = split_at_pauses(found, transcript.words)
    if not found:
        raise VideoError(
            f"{file.path.name} holds neither a picture nor a sound that can be decoded"
        )
    described = _describe(found, eye, notes, say)
    pictured = max((shot.end for shot in found if shot.picture is not None), default=None)
    notes += _ends(file, pictured, len(sound))
    spoken = [transcript.text(shot.start, shot.end) for shot in found]
    texts = [f"{told} {seen}".strip() for told, seen in zip(spoken, described, strict=True)]
    say("thinking")
    topics = nearest_topics(texts)
    scenes = tuple(
        WatchedScene(
            shot.start, shot.end, shot.seen, _heard(sound, shot), told, seen, *topic, shot.picture
        )
        for shot, told, seen, topic in zip(found, spoken, described, topics, strict=True)
    )
    if any(texts) and not is_here(EMBEDDER):
        notes.append(f"Topics are found by single words only; better: mavrs model get {EMBEDDER}.")
    seconds = file.seconds or scenes[-1].end
    title = file.path.name.encode(errors="replace").decode()  # file systems allow any bytes
    return Viewing(title, seconds, scenes, tuple(notes), transcript)


def split_at_pauses(found: list[Shot], words: Sequence[Word]) -> list[Shot]:
    """Shots of at most 20 seconds as they are; longer ones are cut where nobody speaks for .8 s,
    into pieces of 5 seconds or more: who talks to a camera changes the topic without a cut."""
    pauses = [
        (one.end + two.start) / 2 for one, two in pairwise(words) if two.start - one.end >= PAUSE
    ]
    pieces = []
    for shot in found:
        start = shot.start
        for pause in pauses if shot.end - shot.start > LONG else ():
            if start + LEAST <= pause <= shot.end - LEAST:
                pieces.append(replace(shot, start=start, end=round(pause, 2)))
                start = round(pause, 2)
        pieces.append(replace(shot, start=start))
    return pieces


def nearest_topics(texts: list[str]) -> list[tuple[str | None, float]]:
    """The topic of the course that each text is nearest to, and its cosine; None below .3.

    A topic is its name and the titles of ten videos, as one vector: of MiniLM where it is here,
    else of hashed words, which see no more than words that are the same.
    """
    if not any(texts):
        return [(None, 0.0)] * len(texts)
    embed = _embedder(is_here(EMBEDDER))
    cosines = embed(texts) @ _about(is_here(EMBEDDER)).T
    best = cosines.argmax(axis=1)
    return [
        (Catalog.topics[topic], float(row[topic])) if text and row[topic] >= ABOUT else (None, 0.0)
        for text, row, topic in zip(texts, cosines, best, strict=True)
    ]


@cache
def _embedder(model: bool) -> Callable[[list[str]], Any]:
    return MiniLM().embed if model else _bags


@cache
def _about(model: bool) -> NDArray[np.float64]:
    """A vector of length 1 for each topic."""
    embed, names = _embedder(model), list(Catalog.topics)
    catalog = Catalog(np.arange(len(names)).repeat(TITLES), np.zeros(len(names) * TITLES))
    titles = [catalog.title(video) for video in range(len(catalog))]
    return _unit(_unit(embed(titles).reshape(len(names), TITLES, -1).mean(axis=1)) + embed(names))


def _bags(texts: list[str]) -> NDArray[np.float64]:
    return np.array([bag(text) for text in texts], dtype=float)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def _listen(file: MediaFile, language: str | None) -> tuple[Transcript, list[str]]:
    if not file.songs:
        return Transcript(), ["There is no sound track."]
    if not can_hear():
        missing = f"pip install 'faster-whisper>=1.1' and mavrs model get {NAME}"
        return Transcript(), [f"What is said was not heard, as no recogniser is here: {missing}."]
    heard = Recogniser(language).hear(file.path)
    if heard.until is None:
        return heard, ["The sound track cannot be decoded."]
    if not heard.words:
        voice = sum(end - start for start, end in heard.voices)
        unheard = f"A voice seems to speak for {voice:.0f} s, and no word of it was understood."
        return heard, [unheard if voice >= 1 else "Nobody speaks in it."]
    if heard.language != "en":
        return heard, [
            f"What is said was heard as the language “{heard.language}”; topics are looked for in "
            "English."
        ]
    return heard, []


def _kinds(file: MediaFile, transcript: Transcript) -> list[str]:
    """The kind of sound of each second of the first track that gives anything."""
    kinds: list[str] = []
    for index in file.songs:
        try:
            for start, sound in sound_pieces(file.path, index):
                first = round(max(0.0, start - file.start))
                kinds += ["silence"] * min(first - len(kinds), 10**6)
                middles = first + 0.5 + np.arange(-(-len(sound) // 16_000))
                voiced = np.array([_any(transcript.voices, middle) for middle in middles], bool)
                known = transcript.until is not None
                kinds[first:] = kinds_of_sound(sound, voiced if known else None)
        except (av.FFmpegError, ValueError):
            pass  # such as a format without a converter; another track may do
        if kinds:
            break
    return kinds


def _any(stretches: tuple[tuple[float, float], ...], time: float) -> bool:
    return any(start <= time <= end for start, end in stretches)


def _heard(kinds: list[str], shot: Shot) -> str:
    inside = kinds[round(shot.start) : max(round(shot.end), round(shot.start) + 1)]
    common = Counter(inside).most_common()
    return ", ".join(kind for kind, times in common if times >= 0.2 * len(inside)) or "no sound"


def _describe(
    found: list[Shot], eye: LanguageEye | None, notes: list[str], say: Callable[[str], None]
) -> list[str]:
    if eye is None:
        return [""] * len(found)
    told = []
    for number, shot in enumerate(found, 1):
        say(f"describing scene {number} of {len(found)}")
        try:
            told.append("" if shot.picture is None else eye.describe(shot.picture))
        except ModelError as error:
            notes.append(f"Pictures were described up to scene {number - 1}: {error}.")
            break
    return told + [""] * (len(found) - len(told))


def _ends(file: MediaFile, pictures: float | None, sound: int) -> list[str]:
    """What is to be said of a file that breaks off."""
    told = []
    for what, until in (("pictures", pictures), ("sound", float(sound) if sound else None)):
        if until is not None and until < file.seconds - max(MARGIN, 0.02 * file.seconds):
            told.append(
                f"It says that it lasts {clock(file.seconds)}; its {what} could be read until "
                f"{clock(until)}."
            )
    return told


def clock(seconds: float) -> str:
    """``3:07``, ``1:02:09``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _template(name: str) -> Any:
    from jinja2 import Environment, FileSystemLoader

    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=folder, autoescape=True, trim_blocks=True).get_template(
        f"{name}.html.j2"
    )
