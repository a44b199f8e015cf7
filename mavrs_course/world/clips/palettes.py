"""Families of colour: every picture is drawn in tones, and its palette gives them colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TONES, ACCENTS = 128, 16
"""Levels of tone, dark to light, and of accent, none to full, that a lookup table holds."""

# Five stops from dark to light, then the accent.
PALETTES: dict[str, tuple[str, ...]] = {
    "alarm": ("#34081f", "#a5142f", "#f2542d", "#ffbe45", "#fff5dc", "#3f1a6b"),
    "velvet": ("#120822", "#47125c", "#a4226f", "#f27091", "#ffe6c2", "#ffcf4a"),
    "night": ("#050a22", "#152550", "#2d5f92", "#82c7cb", "#f6f6e4", "#ff9b57"),
    "candy": ("#4a2877", "#a94bb3", "#ff83b1", "#ffc6d6", "#fffaf2", "#3fd6c6"),
    "neon": ("#0a0524", "#291070", "#8a1fd0", "#ff41a5", "#ffeafb", "#2cf0ff"),
    "ember": ("#1b0d11", "#55231c", "#b5532a", "#f5a94d", "#fff1d2", "#86c45c"),
    "dusk": ("#190f36", "#57286c", "#c24c73", "#ff9b63", "#ffe9b8", "#5fd0ff"),
    "dawn": ("#0f303c", "#2c6d78", "#80bba6", "#ffd79a", "#fff7e8", "#ff6a55"),
    "grass": ("#0d3020", "#1f6d37", "#58ac48", "#b9e07e", "#fdfdf3", "#ff8a36"),
    "wood": ("#22130d", "#5c3821", "#a86f3d", "#dfb87e", "#fcf3e1", "#2f918b"),
}


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def turn_hue(colours: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    """Colours [..., 3] turned about the grey axis by an angle in radians."""
    grey = np.full((3, 3), 1 / 3)
    cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)
    turn = np.cos(angle) * np.eye(3) + (1 - np.cos(angle)) * grey + np.sin(angle) * cross
    return colours @ turn.T


def lookup_table(palette: str, hue: float = 0.0) -> NDArray[np.uint8]:
    """Colours uint8[TONES, ACCENTS, 3] of a palette whose hue is turned by ``hue`` radians."""
    *stops, accent = turn_hue(np.array([_channels(c) for c in PALETTES[palette]], float), hue)
    places = np.linspace(0, 1, len(stops))
    ramp = [np.interp(np.linspace(0, 1, TONES), places, channel) for channel in np.transpose(stops)]
    share = np.linspace(0, 1, ACCENTS)[:, None]
    table = np.stack(ramp, axis=-1)[:, None] * (1 - share) + accent * share
    return np.clip(table + 0.5, 0, 255).astype(np.uint8)
