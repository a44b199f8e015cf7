"""A small painter: shapes by their distance to each pixel, for all frames at once.

Coordinates run from -1 to 1, x to the right and y downwards.  Where a shape moves, its
parameters have shape [T, 1, 1]; arithmetic broadcasts over T frames of H x W pixels.
A picture is drawn in tones from 0, dark, to 1, light; a palette turns them into colours.
"""

from __future__ import annotations

from copy import copy

import numpy as np
from numpy.typing import NDArray

from mavrs_course.world.clips.palettes import ACCENTS, TONES

Field = NDArray[np.floating]  # float32


class Stage:
    """The tones float32[T, H, W] and the accent of a clip while it is being painted."""

    def __init__(self, t: Field, size: int) -> None:
        """t: float32[T], the time of each frame in seconds."""
        line = (np.arange(size, dtype=np.float32) + 0.5) / size * 2 - 1
        self.t = t.astype(np.float32)[:, None, None]
        self.x, self.y = line[None, None, :], line[None, :, None]
        self.pixel = np.float32(2 / size)
        self.tone = np.zeros((len(t), size, size), np.float32)
        self.accent = np.zeros_like(self.tone)

    # Painting

    def fill(self, tone: Field | float) -> None:
        """Cover everything."""
        self.tone[:] = tone

    def paint(self, cover: Field, tone: Field | float, accent: Field | float = 0.0) -> None:
        """Lay a tone over what is there, where ``cover`` in [0, 1] says; accent 1 is the accent."""
        self.tone += cover * (tone - self.tone)
        self.accent += cover * (accent - self.accent)

    def lay(self, rows: slice, tone: Field, accent: Field | float = 0.0) -> None:
        """Set some rows of the picture outright: a ground that was worked out row by row."""
        self.tone[:, rows] = tone
        self.accent[:, rows] = accent

    def rows_below(self, edge: float) -> slice:
        """The rows under a level line, at least one."""
        return slice(min(int((self.y[0, :, 0] <= edge).sum()), self.y.size - 1), None)

    def shine(self, cover: Field, amount: Field | float) -> None:
        """Add light, or take it away."""
        self.tone += cover * np.asarray(amount, dtype=np.float32)

    def around(self, x, y, reach) -> Stage:
        """The part of the stage that lies within ``reach`` of a point at any time.

        It shares the picture with the whole, so that small things cost little to paint.
        """
        part = copy(self)
        columns = _near(self.x[0, 0], x, reach)
        rows = _near(self.y[0, :, 0], y, reach)
        part.x, part.y = self.x[:, :, columns], self.y[:, rows]
        part.tone, part.accent = self.tone[:, rows, columns], self.accent[:, rows, columns]
        return part

    def develop(self, table: NDArray[np.uint8]) -> NDArray[np.uint32]:
        """The finished frames, uint32[T, H, W]: each pixel packs its red, green and blue."""
        entry = np.floor(np.clip(self.tone, 0, 0.999) * TONES) * ACCENTS
        entry += np.clip(self.accent, 0, 0.999) * ACCENTS
        packed = np.zeros((TONES * ACCENTS, 4), np.uint8)
        packed[:, :3] = table.reshape(-1, 3)
        return packed.view(np.uint32)[:, 0].take(entry.astype(np.intp))

    # Shapes: how much of each pixel they cover

    def cover(self, inside: Field, soft: float = 1.0) -> Field:
        """Coverage from the distance inside an edge; ``soft`` widens the edge, in pixels."""
        return np.clip(inside / (self.pixel * np.float32(soft)) + np.float32(0.5), 0, 1)

    def disc(self, x, y, r, soft: float = 1.0) -> Field:
        return self.ellipse(x, y, r, r, soft)

    def ellipse(self, x, y, rx, ry, soft: float = 1.0) -> Field:
        away = np.sqrt(((self.x - x) / rx) ** 2 + ((self.y - y) / ry) ** 2)
        return self.cover((1 - away) * np.minimum(rx, ry, dtype=np.float32), soft)

    def box(self, x, y, half_width, half_height, soft: float = 1.0) -> Field:
        across = self.cover(half_width - np.abs(self.x - x), soft)
        return across * self.cover(half_height - np.abs(self.y - y), soft)

    def below(self, edge, soft: float = 1.0) -> Field:
        """Everything under a line, whose height may vary with x and t."""
        return self.cover(self.y - edge, soft)

    def stroke(self, x0, y0, x1, y1, thickness) -> Field:
        """A line with round ends."""
        dx, dy = x1 - x0, y1 - y0
        along = ((self.x - x0) * dx + (self.y - y0) * dy) / (dx * dx + dy * dy)
        along = np.clip(along, 0, 1)
        gap = np.sqrt((self.x - x0 - along * dx) ** 2 + (self.y - y0 - along * dy) ** 2)
        return self.cover(thickness - gap)

    def glow(self, x, y, r) -> Field:
        """Soft light around a point."""
        return np.exp(-(((self.x - x) / r) ** 2)) * np.exp(-(((self.y - y) / r) ** 2))

    def sparkle(self, x, y, r) -> Field:
        """A star with four points."""
        away = np.sqrt(np.abs(self.x - x)) + np.sqrt(np.abs(self.y - y))
        return np.clip((np.sqrt(r, dtype=np.float32) - away) * 4, 0, 1)

    def rays(self, x, y, count: int, turn) -> Field:
        """Beams that turn about a point, between 0 and 1."""
        angle = np.arctan2(self.y - y, self.x - x)
        return np.clip(np.sin(count * (angle - turn)) * 3 + np.float32(0.5), 0, 1)

    def ball(self, x, y, r, tone: float, depth: float = 0.3) -> Field:
        """Tones of a ball lit from the upper left; paint them over its disc."""
        return tone - ((self.x - x) + (self.y - y) * 1.3) * (depth / r * 0.6)


def _near(line: Field, centre, reach) -> slice:
    """The shortest slice of a line that holds all within ``reach`` of the moving centre."""
    inside = np.abs(line - (np.min(centre) + np.max(centre)) / 2) <= reach + np.ptp(centre) / 2
    places = inside.nonzero()[0]
    return slice(places[0], places[-1] + 1) if len(places) else slice(0, 0)
