"""What is said in a video, word by word, by Whisper base (Radford et al. 2022, arXiv 2212.04356).

A recogniser that was trained on subtitles writes something whatever it is given: over music it says
"Music", over noise a sentence that was never said.  Three guards stand before a word:

1. a detector of voices (Silero, which comes with ``faster-whisper``): what is no voice isn't heard;
2. Whisper's own limits: text that repeats itself (its compression ratio is above 2.4), text that it
   does not believe (mean log-probability below -1), and text where it heard silence (probability
   above .6);
3. doubt on both sides: a lone cry of at most three words, silence rather likely *and* the text
   rather unlikely.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from mavrs_course.agents.video_understanding.listening import RATE, sound_pieces
from mavrs_course.agents.video_understanding.reading import MediaFile, media_file
from mavrs_course.llm.models.errors import ModelError
from mavrs_course.llm.models.weights import WEIGHTS, file_of, is_here
from mavrs_course.progress import counting
from mavrs_course.world.talks import Word

NAME = "whisper-base"
MOST_REPEATED, LEAST_LIKELY, MOST_SILENT = 2.4, -1.0, 0.6
"""Whisper's own limits: compression ratio, mean log-probability, probability of silence."""
FEW, RATHER_SILENT, RATHER_UNLIKELY = 3, 0.3, -0.5
"""Both at once are too much for a few words.  Sentences of two synthesisers stayed below .21 and
above -.38, and the course's springs, which sing like a voice, above .47 and below -.7."""
SHORTEST_VOICE, PAUSE = 250, 500  # thousandths of a second


@dataclass(frozen=True)
class Transcript:
    """What was said.

    words: in order.  voices: from when to when a voice was heard, in seconds.  language: two
    letters, or None where nothing was said.  until: how far the sound could be read, in seconds;
    None where there is no sound track.
    """

    words: tuple[Word, ...] = ()
    voices: tuple[tuple[float, float], ...] = ()
    language: str | None = None
    until: float | None = None

    def text(self, start: float = 0.0, end: float = np.inf) -> str:
        """The words whose middle lies between two times, as one line."""
        return said(self.words, start, end)


def said(words: Sequence[Word], start: float = 0.0, end: float = np.inf) -> str:
    """The words whose middle lies between two times, as one line."""
    return " ".join(word.text for word in words if start <= (word.start + word.end) / 2 < end)


def can_hear() -> bool:
    """Whether the recogniser and its weights are here."""
    from importlib.util import find_spec

    return find_spec("faster_whisper") is not None and is_here(NAME)


class Recogniser:
    """Whisper base on one core, about five times as fast as one speaks, without a network.

    language: two letters, such as "en"; None to find out from the first words of each file.
    Raises :class:`ModelError`, which says what to install, where something is missing.
    """

    name = NAME

    def __init__(self, language: str | None = None) -> None:
        try:
            import faster_whisper  # noqa: F401
        except ImportError:
            raise ModelError(
                "there is no speech recogniser here: pip install 'faster-whisper>=1.1' "
                "(the extra speech of the course)"
            ) from None
        if not is_here(NAME):
            raise ModelError(f"{NAME} is not here: get it with mavrs model get {NAME}")
        self.language = language

    @property
    def digest(self) -> str:
        """SHA-256 of the weights, its first 16 digits."""
        return WEIGHTS[NAME].files[0].sha256[:16]

    @cached_property
    def _model(self) -> Any:
        from faster_whisper import WhisperModel

        return WhisperModel(
            os.fspath(file_of(NAME, "")),
            device="cpu",
            compute_type="int8",
            cpu_threads=1,
            num_workers=1,
            local_files_only=True,
        )

    def hear(self, path: str | os.PathLike) -> Transcript:
        """What is said in a file, read a piece at a time, while a bar shows how far it is.

        Times are seconds after the file's beginning.  Raises :class:`VideoError` for a file that
        cannot be read at all; of one that is damaged, what can be read is heard.
        """
        file = media_file(path)
        words: list[Word] = []
        voices: list[tuple[float, float]] = []
        language, until = self.language, None
        with counting("seconds of sound", file.seconds) as part:
            for start, sound in _pieces(file):
                found, spoken, heard_as = self.hear_sound(sound, language)
                words += [word.later(start) for word in found]
                voices += [(start + begin, start + end) for begin, end in spoken]
                language = language or (heard_as if found else None)
                until = start + len(sound) / RATE
                part.done = min(until, file.seconds)
        return Transcript(tuple(words), tuple(voices), language if words else None, until)

    def hear_sound(
        self, sound: NDArray[np.float32], language: str | None = None
    ) -> tuple[list[Word], list[tuple[float, float]], str | None]:
        """The words, the stretches of voice, and the language of a sound float32[samples] at
        16,000 a second."""
        from faster_whisper.vad import VadOptions, get_speech_timestamps

        options = VadOptions(
            min_speech_duration_ms=SHORTEST_VOICE, min_silence_duration_ms=PAUSE, speech_pad_ms=200
        )
        stretches = get_speech_timestamps(sound, options)
        if not stretches:
            return [], [], None
        segments, about = self._model.transcribe(
            sound,
            language=language or self.language,
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,  # one mistake would lead to the next
            word_timestamps=True,
            vad_filter=True,
            vad_parameters=options,
        )
        words = [
            Word(word.word.strip(), float(word.start), float(word.end), float(word.probability))
            for segment in segments
            if believable(
                segment.no_speech_prob,
                segment.avg_logprob,
                segment.compression_ratio,
                len(segment.words),
            )
            for word in segment.words
        ]
        voices = [(part["start"] / RATE, part["end"] / RATE) for part in stretches]
        return words, voices, about.language


def believable(silence: float, likelihood: float, repeated: float, words: int) -> bool:
    """Whether a piece of text is kept: see the guards 2 and 3 of this module.

    silence: the probability that nobody spoke.  likelihood: the mean log-probability of a token.
    repeated: how much shorter the text becomes when it is compressed.  words: how many it has.
    """
    doubted = words <= FEW and silence > RATHER_SILENT and likelihood < RATHER_UNLIKELY
    fits = repeated <= MOST_REPEATED and likelihood >= LEAST_LIKELY and silence <= MOST_SILENT
    return fits and not doubted


def _pieces(file: MediaFile) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """The first sound track that gives anything, in pieces; times from the file's beginning on."""
    for index in file.songs:
        given = False
        try:
            for start, sound in sound_pieces(file.path, index):
                given = True
                yield max(0.0, start - file.start), sound
        except (av.FFmpegError, ValueError):
            pass  # such as a format without a converter; another track may do
        if given:
            return
