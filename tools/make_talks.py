"""Make ``data/talks``: compose the talks, speak them, and write down what is heard of them.

    python tools/make_talks.py voices    how well each voice is understood
    python tools/make_talks.py speak     compose and speak (espeak-ng, flite)
    python tools/make_talks.py hear      write down what Whisper base hears
    python tools/make_talks.py           speak, then hear

For authors; learners and tests need neither synthesiser.  ``apt install espeak-ng flite`` brings
both.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count

import av
import numpy as np
import yaml

from mavrs_course.files import write_whole
from mavrs_course.world.clips import SAMPLE_RATE
from mavrs_course.world.talks import FOLDER, WAYS, talks
from mavrs_course.world.topics import TOPICS

SEED, TALKS, SCENES = 25, 16, 5
VOICES = {
    "flite rms": ("flite", "-voice", "rms"),
    "flite slt": ("flite", "-voice", "slt"),
    "flite awb": ("flite", "-voice", "awb"),
    "flite kal16": ("flite", "-voice", "kal16"),
    "espeak-ng en-gb": ("espeak-ng", "-v", "en-gb", "-s", "150"),
    "espeak-ng en-us": ("espeak-ng", "-v", "en-us", "-s", "150"),
}
SPEAKERS = ("flite rms", "flite kal16", "espeak-ng en-gb")
LEAD, PAUSE, TAIL, WORDLESS = 0.4, 0.4, 0.5, 6.0  # seconds
BIT_RATE = 18_000
QUIET = 0.01  # of 1: quieter is no speech yet


def speak(text: str, voice: str) -> np.ndarray:
    """A sentence, without the silence at its ends: float32[samples] at 24,000 a second."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/said.wav"
        command = VOICES[voice]
        end = ("-t", text, "-o", file) if command[0] == "flite" else ("-w", file, text)
        subprocess.run([*command, *end], check=True)
        with av.open(file) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
            pieces = [
                piece.to_ndarray()[0]
                for frame in [*container.decode(audio=0), None]
                for piece in resampler.resample(frame)
            ]
    wave = np.concatenate(pieces)
    wave *= 0.5 / np.abs(wave).max()
    loud = np.flatnonzero(np.abs(wave) > QUIET)
    return wave[loud[0] : loud[-1] + 1]


def compose(rng: np.random.Generator) -> list[list[tuple[int, tuple[str, ...]]]]:
    """Topics and ways of the scenes of each talk: each pair once, no topic twice in a talk."""
    pairs = [(topic, way) for topic in range(len(TOPICS)) for way in WAYS]
    for _ in count():
        order = [pairs[place] for place in rng.permutation(len(pairs))]
        dealt = [order[first : first + SCENES] for first in range(0, len(order), SCENES)]
        if all(len({topic for topic, _ in talk}) == SCENES for talk in dealt):
            return dealt
    raise AssertionError


def speak_all() -> None:
    """Write ``talks.json`` and one file of speech a talk."""
    script = yaml.safe_load((FOLDER / "script.yaml").read_text(encoding="utf-8"))
    rng = np.random.default_rng(SEED)
    told = [list(rng.permutation(script["topics"][topic])) for topic in TOPICS]
    made = []
    for number, scenes in enumerate(compose(rng)):
        voice, now, shown = SPEAKERS[number % len(SPEAKERS)], 0.0, []
        track = np.zeros(0, np.float32)
        for topic, way in scenes:
            begin, sentences = now, []
            if "said" in way:
                sentences = [told[topic].pop(), told[topic].pop()]
            elif "heard" not in way:
                sentences = [str(rng.choice(script["neutral"]))]
            now, spoken = begin + LEAD, []
            for text in sentences:
                wave = speak(text, voice)
                place = round(now * SAMPLE_RATE)
                track = np.append(track, np.zeros(place - len(track), np.float32))
                track = np.append(track, wave)
                end = now + len(wave) / SAMPLE_RATE
                spoken.append([str(text), round(now, 3), round(end, 3)])
                now = end + PAUSE
            end = now - PAUSE + TAIL if "said" in way else max(now, begin + WORDLESS)
            now = np.ceil(10 * end) / 10  # whole frames
            shown.append(
                {"topic": topic, "start": round(begin, 1), "end": round(now, 1), "by": list(way),
                 "sentences": spoken, "seed": int(rng.integers(10_000))}
            )  # fmt: skip
        track = np.append(track, np.zeros(round(now * SAMPLE_RATE) - len(track), np.float32))
        write_whole(FOLDER / f"{number:02d}.opus", opus(track))
        made.append({"voice": voice, "scenes": shown})
        print(f"talk {number:2d}: {now:.1f} s, {voice}")
    about = {"seed": SEED, "date": datetime.now(UTC).date().isoformat()}
    write_json("talks.json", {**about, "talks": made})


def opus(track: np.ndarray) -> bytes:
    """The sound as an Ogg file with Opus."""
    file = io.BytesIO()
    with av.open(file, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(track[None].astype(np.float32), "flt", "mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def hear_all() -> None:
    """Write ``heard.json``: what the recogniser hears in each rendered talk."""
    from mavrs_course.llm.watching.hearing import Recogniser

    talks.cache_clear()
    recogniser, heard = Recogniser("en"), []
    for talk in talks():
        with tempfile.TemporaryDirectory() as folder:
            talk.render(f"{folder}/talk.mp4")
            words = recogniser.hear(f"{folder}/talk.mp4").words
        heard.append([[w.text, w.start, w.end, round(w.probability, 3)] for w in words])
        print(f"talk {talk.number:2d}:", " ".join(word.text for word in words))
    about = {
        "model": recogniser.name,
        "digest": recogniser.digest,
        "engine": f"faster-whisper {version('faster-whisper')}",
        "date": datetime.now(UTC).date().isoformat(),
    }
    write_json("heard.json", {**about, "talks": heard})


def write_json(name: str, content: dict) -> None:
    """One talk a line, so that a change can be read."""
    head = {key: value for key, value in content.items() if key != "talks"}
    lines = ",\n".join(json.dumps(talk, ensure_ascii=False) for talk in content["talks"])
    text = json.dumps(head)[:-1] + ',\n"talks": [\n' + lines + "\n]}\n"
    write_whole(FOLDER / name, text.encode())


def try_voices() -> None:
    """Word errors of each voice over all sentences of the script."""
    from mavrs_course.llm.watching.hearing import Recogniser

    script = yaml.safe_load((FOLDER / "script.yaml").read_text(encoding="utf-8"))
    recogniser = Recogniser("en")
    texts = [text for topic in TOPICS for text in script["topics"][topic]]
    pause = np.zeros(round(PAUSE * SAMPLE_RATE), np.float32)
    for voice in VOICES:
        wrong = total = 0
        for first in range(0, len(texts), 6):  # as many as Whisper takes at once
            asked = texts[first : first + 6]
            sound = np.concatenate([part for text in asked for part in (speak(text, voice), pause)])
            heard = " ".join(word.text for word in recogniser.hear_sound(at_16k(sound))[0])
            wrong += distance(plain(" ".join(asked)), plain(heard))
            total += len(plain(" ".join(asked)))
        print(f"{voice}: {wrong} of {total} words wrong, {100 * wrong / total:.1f} %", flush=True)


def at_16k(wave: np.ndarray) -> np.ndarray:
    """The same sound at 16,000 samples a second."""
    from scipy.signal import resample_poly

    return resample_poly(wave, 2, 3).astype(np.float32)


def plain(text: str) -> list[str]:
    """Words in small letters, without signs."""
    return re.findall(r"[a-z0-9']+", text.lower())


def distance(first: list[str], second: list[str]) -> int:
    """Levenshtein's distance between two lists of words."""
    row = list(range(len(second) + 1))
    for here, word in enumerate(first, 1):
        above, row = row, [here]
        for place, other in enumerate(second, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (word != other)))
    return row[-1]


if __name__ == "__main__":
    steps = {"voices": [try_voices], "speak": [speak_all], "hear": [hear_all]}
    for step in steps[sys.argv[1]] if len(sys.argv) > 1 else [speak_all, hear_all]:
        step()
