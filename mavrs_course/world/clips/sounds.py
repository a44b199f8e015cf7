"""Ten motifs of sound, each a few lines over the time of a track.

A motif is a function of a track and a generator that returns float32[samples]; its level does
not matter.  Register one with ``@sound``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mavrs_course.world.clips.track import Track, Wave, pluck

Sound = Callable[[Track, np.random.Generator], Wave]
SOUNDS: dict[str, Sound] = {}

PENTATONIC = (0, 2, 4, 7, 9, 12, 14, 16)
SAW = tuple(1 / k for k in range(1, 8))
REED = (1.0, 0.0, 0.45, 0.0, 0.25, 0.0, 0.12)


def sound(play: Sound) -> Sound:
    """Enter a motif in the table under its function's name."""
    SOUNDS[play.__name__] = play
    return play


@sound
def boing(track: Track, rng: np.random.Generator) -> Wave:
    """A spring that is plucked, and wobbles as it settles."""
    since = track.since(track.beat * rng.uniform(1.3, 1.7))
    wobble = 8 * np.exp(-3.5 * since) * np.sin(2 * np.pi * rng.uniform(6, 9) * since)
    return track.tone(rng.uniform(2, 7) + wobble, (1, 0.4, 0.2)) * pluck(since, 0.35)


@sound
def shutter(track: Track, rng: np.random.Generator) -> Wave:
    """Clicks in pairs over the rustle of paper."""
    period, gap = track.beat * rng.uniform(0.7, 1.1), rng.uniform(0.06, 0.1)
    clicks = pluck(track.since(period), 0.012, 0.001) + pluck(track.since(period, gap), 0.02, 0.001)
    rustle = np.abs(np.sin(7 * track.t) * np.sin(11 * track.t + 1)) ** 3
    return track.noise(2000, 6000, rng) * clicks + 0.12 * track.noise(900, 4000, rng) * rustle


@sound
def stab(track: Track, rng: np.random.Generator) -> Wave:
    """A dark chord struck three times, the last one lower and long."""
    step = track.beat * rng.uniform(0.8, 1.1)
    fall = track.tune((0, 0, -4, -4, -4), step)
    since = np.minimum(track.since(5 * step), track.since(5 * step, step))
    since = np.minimum(since, track.since(5 * step, 2 * step))
    chord = sum(track.tone(note - 12 + fall, SAW) for note in (0, 3, 6))
    return chord * pluck(since, 0.25 + 0.35 * rng.random(), 0.01)


@sound
def drone(track: Track, rng: np.random.Generator) -> Wave:
    """Low strings that beat against each other, and wind."""
    strings = sum(
        track.tone(note - 12 + 0.15 * rng.uniform(-1, 1), (1, 0.5, 0.3, 0.15))
        for note in (-12, -12, -5, 0)
    )
    swell = 1 + 0.4 * np.sin(2 * np.pi * track.t / rng.uniform(1.5, 3) + rng.uniform(0, 6))
    return strings * swell + 0.5 * track.noise(120, 500, rng)


@sound
def jingle(track: Track, rng: np.random.Generator) -> Wave:
    """A bright little machine runs up and down a chord."""
    step, chord = track.beat / 4, np.array((0, 4, 7, 12, 16, 12, 7, 4))
    pitch = track.tune(np.roll(chord, rng.integers(8)) + 12, step)
    return track.tone(pitch, REED) * pluck(track.since(step), 0.12)


@sound
def sizzle(track: Track, rng: np.random.Generator) -> Wave:
    """A hiss that crackles."""
    pops = (rng.random(track.samples) < 45 / track.sample_rate) * rng.uniform(1, 6, track.samples)
    decay = np.exp(-np.arange(96) / 24)
    crackle = np.convolve(pops, decay)[: track.samples].astype(np.float32)
    heat = 0.6 + 0.25 * np.sin(2 * np.pi * track.t / rng.uniform(0.8, 2))
    return track.noise(3000, 9500, rng) * (heat + crackle)


@sound
def beat(track: Track, rng: np.random.Generator) -> Wave:
    """A kick on each beat, a hat between, a clap on every second, a bass below."""
    kick = track.since(track.beat)
    thump = np.sin(2 * np.pi * (48 * kick + 5 * (1 - np.exp(-28 * kick)))) * pluck(kick, 0.13)
    hat = track.noise(6500, 10500, rng) * pluck(track.since(track.beat, track.beat / 2), 0.03)
    clap = track.noise(1000, 3000, rng) * pluck(track.since(2 * track.beat, track.beat), 0.06)
    riff = track.tune(rng.permutation((0, 0, 3, 5, 7, 10)) - 24, track.beat / 2)
    bass = track.tone(riff, SAW[:4]) * pluck(track.since(track.beat / 2), 0.2)
    return 1.6 * thump + 0.3 * hat + 0.35 * clap + 0.5 * bass


@sound
def crowd(track: Track, rng: np.random.Generator) -> Wave:
    """Many voices that swell to a roar."""
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * track.t / rng.uniform(1.2, 2.4) + rng.uniform(0, 6))
    roar = track.noise(300, 1300, rng) + 0.4 * track.noise(1300, 3200, rng) * swell
    voices = sum(
        track.tone(rng.uniform(-2, 12) + 3 * np.sin(rng.uniform(3, 6) * track.t), (1, 0.6, 0.4))
        for _ in range(4)
    )
    return roar * (0.3 + swell) + 0.12 * voices * swell


@sound
def motor(track: Track, rng: np.random.Generator) -> Wave:
    """An engine or a drill that revs up and down."""
    rev = np.abs(np.sin(np.pi * track.t / rng.uniform(0.8, 1.8) + rng.uniform(0, 3)))
    engine = track.tone(-22 + 12 * rev, (1, 0.8, 0.9, 0.6, 0.5, 0.5, 0.3, 0.3))
    return engine * (0.6 + 0.4 * rev) + 0.35 * rev * track.noise(700, 2600, rng)


@sound
def melody(track: Track, rng: np.random.Generator) -> Wave:
    """Soft notes of a pentatonic tune, each with its echo."""
    notes = rng.choice(PENTATONIC, 16)
    played = track.tone(track.tune(notes, track.beat / 2), (1, 0.3, 0.12, 0.05))
    played *= pluck(track.since(track.beat / 2), 0.3, 0.006)
    late = round(track.beat * 0.75 * track.sample_rate)
    played[late:] += 0.35 * played[: len(played) - late]
    return played
