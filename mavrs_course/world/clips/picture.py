"""The frames of a clip: a scene in its palette, filmed with care or in haste."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mavrs_course.world.clips.palettes import PALETTES, lookup_table
from mavrs_course.world.clips.scenes import SCENES
from mavrs_course.world.clips.stage import Field, Stage

HUE_DEVIATION = 0.2
"""How far, in radians, the hue of a video strays from its palette."""

FILTERED = 0.15
"""The part of the videos that wear a palette which is not their topic's, as a filter."""


def film(
    scene: str, palette: str, haste: float, t: Field, size: int, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Draw a scene at the times ``t``, in seconds: uint8[T, size, size, 3].

    haste: 0 for a steady hand and soft light, 1 for a shaking, flickering, grainy picture
    that is cut before anything can be seen.
    """
    cuts, light, hand = rng.spawn(3)  # so that a longer clip begins like a shorter one
    start, tempo = rng.uniform(0, 20), rng.uniform(0.85, 1.15) * (1 + 0.4 * haste)
    stage = Stage(start + tempo * t + _jump_cuts(t, haste, cuts), size)
    _frame(stage, rng)
    if rng.random() < FILTERED:
        palette = tuple(PALETTES)[rng.integers(len(PALETTES))]
    table = lookup_table(palette, rng.normal(0, HUE_DEVIATION))
    SCENES[scene](stage, rng)
    _expose(stage, haste, light)
    pixels = stage.develop(table)
    _shake(pixels, haste, hand)
    return np.ascontiguousarray(pixels[..., None].view(np.uint8)[..., :3])


def _frame(stage: Stage, rng: np.random.Generator) -> None:
    """Choose where the camera stands: from the left or the right, nearer or further off."""
    zoom = rng.uniform(0.85, 1.1)
    mirror = 1 if rng.random() < 0.5 else -1
    stage.x = stage.x * (mirror * zoom) + rng.uniform(-0.12, 0.12)
    stage.y = stage.y * zoom + rng.uniform(-0.08, 0.08)
    stage.pixel *= zoom


def _jump_cuts(t: Field, haste: float, rng: np.random.Generator) -> Field:
    """Seconds by which each frame has jumped ahead; at most about three cuts a second."""
    chance = 3 * haste**2 * rng.uniform(0.3, 1) * np.diff(t, prepend=t[:1])
    ticket, jump = rng.random((len(t), 2)).T
    return np.cumsum((ticket < chance) * (0.5 + 2.5 * jump))


def _expose(stage: Stage, haste: float, rng: np.random.Generator) -> None:
    """Light falls off gently at the edges, or it flickers, burns out and is full of grain."""
    frames, height, width = stage.tone.shape
    stage.shine(stage.x**2 + stage.y**2, -0.09 * (1 - haste))
    burn, flicker, grain = haste**2 * rng.uniform(0.3, 1, 3)
    pixels = height * width
    noise = rng.standard_normal(3 * pixels, dtype=np.float32) * np.float32(0.1 * grain)
    lamp, start = rng.random((frames, 2)).T
    exposure = 1 + 0.9 * burn + flicker * (lamp - 0.5)
    stage.tone -= 0.5
    stage.tone *= exposure.astype(np.float32)[:, None, None]
    stage.tone += 0.5
    for tone, place in zip(stage.tone, (start * 2 * pixels).astype(int), strict=True):
        tone += noise[place : place + pixels].reshape(height, width)


def _shake(pixels: NDArray[np.uint32], haste: float, rng: np.random.Generator) -> None:
    """Move each frame by up to a twentieth of its size; the edge repeats where it runs out."""
    size = pixels.shape[1]
    reach = 0.05 * size * haste**2 * rng.uniform(0.3, 1)
    moves = np.rint(rng.normal(0, reach / 2, (len(pixels), 2))).astype(int)
    for frame, (down, right) in zip(pixels, moves, strict=True):
        if down or right:
            rows = np.clip(np.arange(size) + down, 0, size - 1)
            columns = np.clip(np.arange(size) + right, 0, size - 1)
            frame[:] = frame[rows][:, columns]
