"""Eleven moving scenes, each a few strokes on a stage.

A scene is a function of a stage and a generator: the generator gives the layout of this one
video, ``stage.t`` gives the moment of each frame.  Register one with ``@scene``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mavrs_course.world.clips.stage import Field, Stage

Scene = Callable[[Stage, np.random.Generator], None]
SCENES: dict[str, Scene] = {}


def scene(draw: Scene) -> Scene:
    """Enter a scene in the table under its function's name."""
    SCENES[draw.__name__] = draw
    return draw


def wave(t: Field, period: float, phase: float = 0.0) -> Field:
    """A sine of amplitude 1 and a period in seconds; ``phase`` counts periods."""
    return np.sin(np.float32(2 * np.pi) * (t / np.float32(period) + np.float32(phase)))


def hop(t: Field, period: float, phase: float = 0.0) -> Field:
    """The height of something that bounces, from 0 on the ground to 1, as gravity has it."""
    beat = (t / np.float32(period) + np.float32(phase)) % 1
    return 4 * beat * (1 - beat)


@scene
def face(stage: Stage, rng: np.random.Generator) -> None:
    """A round head that gasps and shouts before turning rays."""
    t, tempo = stage.t, rng.uniform(0.7, 1.0)
    stage.fill(0.3 + 0.17 * stage.rays(0, 0.1, int(rng.integers(6, 10)), t * 0.5))
    stage.shine(stage.glow(0, 0.1, 1.0), 0.12)
    x, y = 0.1 * wave(t, tempo * 2), 0.14 - 0.12 * hop(t, tempo)
    r = rng.uniform(0.56, 0.66)
    stage.shine(stage.ellipse(0, 0.14 + r, r * 0.9, 0.12, soft=6), -0.2)
    head = stage.around(x, y, r + 0.05)
    head.paint(head.disc(x, y, r), head.ball(x, y, r, 0.72, 0.26))
    look = 0.07 * np.sign(wave(t, tempo * 3.1, rng.random()))
    tilt, raised = rng.uniform(0.02, 0.07), 0.08 * hop(t, tempo)
    for side in (-1, 1):
        eye = x + side * r * 0.4
        near = stage.around(eye, y - 0.2, 0.32)
        near.paint(near.ellipse(eye, y - 0.1, 0.15, 0.17), 1.0)
        near.paint(near.disc(eye + look, y - 0.08, 0.075), 0.0)
        near.paint(near.disc(eye + look - 0.03, y - 0.11, 0.028), 1.0)
        inner, brow = eye - side * 0.12, y - 0.34 - raised
        near.paint(near.stroke(inner, brow + tilt, eye + side * 0.12, brow, 0.04), 0.1)
    lips, gape = y + r * 0.5, 0.05 + 0.17 * hop(t, tempo, 0.1)
    near = stage.around(x, lips, 0.3)
    mouth = near.ellipse(x, lips, 0.25, gape)
    near.paint(mouth, 0.03)
    near.paint(mouth * near.ellipse(x, lips + gape, 0.18, gape * 0.8), 0.35, accent=0.2)


@scene
def spotlights(stage: Stage, rng: np.random.Generator) -> None:
    """Two figures lean together before a curtain, under beams that sweep and flashes."""
    t, x, y = stage.t, stage.x, stage.y
    folds = np.sin(x * rng.uniform(16, 22) + 0.5 * wave(t, 3.0))
    stage.fill(0.25 + 0.09 * folds - 0.08 * y)
    stage.paint(stage.below(0.62), 0.12 + 0.1 * (y - 0.6))
    for k in (-1, 0, 1):
        swing = 0.45 * wave(t, rng.uniform(1.6, 2.6), rng.random()) + k * 0.25
        drop = y + 1.3
        beam = stage.cover(0.05 + 0.17 * drop - np.abs(x - k * 0.55 - drop * swing), soft=8)
        stage.shine(beam * np.clip(1.1 - 0.35 * drop, 0, 1), 0.45)
        stage.shine(stage.ellipse(k * 0.55 + 2.1 * swing, 0.8, 0.42, 0.09, soft=6), 0.28)
    lean, tall = 0.07 * wave(t, rng.uniform(0.8, 1.3)), rng.uniform(-0.1, 0.1)
    for side in (-1, 1):
        head, chin = side * (0.3 + lean), 0.2 + side * tall + 0.02 * wave(t, 0.7, 0.25 * side)
        hair = rng.uniform(0.05, 0.16)
        near = stage.around(side * 0.38, 0.5, 0.62)
        for rim, tone in ((0.02, 0.62), (0.0, 0.05)):
            near.paint(near.ellipse(side * 0.4, 1.05, 0.34 + rim, 0.6 + rim), tone)
            near.paint(near.ellipse(side * 0.36, 0.4, 0.08 + rim, 0.2), tone)
            near.paint(near.disc(head + side * hair, chin - 0.5 * hair, 0.15 + rim), tone)
            near.paint(near.ellipse(head, chin, 0.15 + rim, 0.19 + rim), tone)
            near.paint(near.disc(head - side * 0.15, chin + 0.03, 0.035 + rim), tone)
    for _ in range(5):
        pop = np.clip(wave(t, rng.uniform(0.5, 1.1), rng.random()) * 4 - 3, 0, 1) + 0.01
        place = rng.uniform(-0.9, 0.9), rng.uniform(-0.85, -0.1)
        near = stage.around(*place, 0.36)
        near.paint(near.sparkle(*place, 0.34 * pop), 1.0, accent=0.7)


@scene
def orbits(stage: Stage, rng: np.random.Generator) -> None:
    """A ringed planet with moons, and stars that twinkle."""
    t, x, y = stage.t, stage.x, stage.y
    cloud = stage.glow(rng.uniform(-0.7, 0.7), rng.uniform(-0.7, 0.7), 0.7)
    stage.fill(0.1 + 0.07 * y + 0.2 * cloud)
    for _ in range(3):
        places = rng.uniform(-1, 1, (10, 2)).tolist()
        stars = np.sum([stage.glow(x0, y0, rng.uniform(0.02, 0.035)) for x0, y0 in places], axis=0)
        stage.shine(stars, 0.6 + 0.35 * wave(t, rng.uniform(0.7, 1.5), rng.random()))
    px, py = rng.uniform(-0.15, 0.15), rng.uniform(-0.15, 0.15)
    r, slope = rng.uniform(0.34, 0.44), rng.uniform(-0.4, 0.4)
    across = ((x - px) + slope * (y - py)) / (r * 2.0)
    up = ((y - py) - slope * (x - px)) / (r * 0.55)
    away = np.sqrt(across**2 + up**2)
    ring = stage.cover((0.22 - np.abs(away - 0.8)) * 0.3) * (0.6 + 0.4 * np.sin(away * 40))
    moons = [(rng.uniform(0.72, 0.95), rng.uniform(1.6, 3.0), rng.random()) for _ in range(2)]

    def draw_moons(nearer: bool) -> None:
        for reach, period, phase in moons:
            depth = wave(t, period, phase + 0.25)
            mx = px + reach * wave(t, period, phase)
            my = py - slope * (mx - px) + 0.28 * reach * depth
            size = 0.085 + 0.02 * depth
            near = stage.around(mx, my, 0.12)
            shown = near.disc(mx, my, size) * ((depth > 0) == nearer)
            near.paint(shown, near.ball(mx, my, size, 0.7, 0.3), accent=0.75)

    draw_moons(nearer=False)
    stage.paint(ring * (up <= 0), 0.62)
    planet = stage.around(px, py, r + 0.05)
    bands = np.sin((planet.y - py + slope * (planet.x - px) * 0.5) * 22 + wave(planet.x, 1.2))
    planet.paint(planet.disc(px, py, r), planet.ball(px, py, r, 0.52, 0.46) + 0.06 * bands)
    stage.paint(ring * (up > 0), 0.75)
    draw_moons(nearer=True)


@scene
def pedestal(stage: Stage, rng: np.random.Generator) -> None:
    """A parcel on a plinth whose lid lifts off the light inside it."""
    t = stage.t
    stage.fill(0.5 + 0.14 * stage.rays(0, 0.15, int(rng.integers(5, 9)), t * 0.35))
    stage.shine(stage.glow(0, 0.1, 0.7), 0.22)
    stage.paint(stage.below(0.72), 0.34)
    stage.paint(stage.ellipse(0, 0.66, 0.62, 0.12), 0.86)
    stage.paint(stage.box(0, 0.84, 0.62, 0.18), 0.6 - 0.25 * stage.x)
    w, h = rng.uniform(0.3, 0.38), rng.uniform(0.24, 0.3)
    lift = 0.26 * hop(t, rng.uniform(0.9, 1.4), rng.random())
    top = 0.62 - 2 * h
    lid = top - 0.06 - lift
    stage.shine(stage.glow(0, top, 0.5), 1.2 * lift)
    stage.paint(stage.box(0, 0.62 - h, w, h), 0.3 - 0.14 * stage.x)
    stage.paint(stage.box(0, 0.62 - h, w * 0.17, h), 0.62, accent=1.0)
    near = stage.around(0, lid, 0.44)
    near.paint(near.ellipse(0, top, w * 0.96, 0.03 + 0.16 * lift), 1.0)
    near.paint(near.box(0, lid, w * 1.12, 0.085), 0.4 - 0.14 * near.x)
    near.paint(near.box(0, lid, w * 0.17, 0.085), 0.7, accent=1.0)
    for side in (-1, 1):
        near.paint(near.ellipse(side * 0.1, lid - 0.13, 0.11, 0.065), 0.7, accent=1.0)
    for _ in range(6):
        rise = (t / rng.uniform(0.8, 1.5) + rng.random()) % 1
        sx, sy = rng.uniform(-0.9, 0.9), 0.4 - 1.3 * rise
        near = stage.around(sx, sy, 0.22)
        near.paint(near.sparkle(sx, sy, 0.2 * np.sin(np.pi * rise) + 0.005), 1.0)


@scene
def blobs(stage: Stage, rng: np.random.Generator) -> None:
    """Glossy slime that merges and parts, with bubbles on their way up."""
    t, y = stage.t, stage.y
    stage.fill(0.84 - 0.1 * y)
    height = 1.3 * np.clip((y - 0.2) * 0.9, 0, 1) ** 2 + np.zeros_like(stage.tone)
    for _ in range(6):
        cx = rng.uniform(-0.8, 0.8) + 0.2 * wave(t, rng.uniform(2, 4), rng.random())
        cy = rng.uniform(-0.45, 0.5) + 0.35 * wave(t, rng.uniform(2, 4), rng.random())
        height += stage.glow(cx, cy, rng.uniform(0.3, 0.45))
    slope = (height[:, 1:, 1:] - height[:, :-1, :-1]) / stage.pixel
    light = np.pad(slope, ((0, 0), (1, 0), (1, 0)), "edge")
    body = stage.cover((height - 0.55) * 0.4)
    stage.shine(stage.cover((height - 0.4) * 0.3, soft=5), -0.14)
    stage.paint(body, 0.46 + 0.05 * np.clip(light, -3, 3) - 0.07 * np.minimum(height, 2))
    stage.shine(body * np.clip(1 - np.abs(light - 2.3) * 1.4, 0, 1), 0.5)
    for _ in range(6):
        rise = (t / rng.uniform(1.5, 3.0) + rng.random()) % 1
        bx, by = rng.uniform(-0.85, 0.85) + 0.05 * wave(t, 0.9), 1.1 - 2.1 * rise
        r = rng.uniform(0.04, 0.09)
        near = stage.around(bx, by, r + 0.03)
        near.paint(near.disc(bx, by, r) * 0.75, 0.7, accent=0.9)
        near.paint(near.disc(bx - r * 0.35, by - r * 0.35, r * 0.25), 1.0)


@scene
def floor(stage: Stage, rng: np.random.Generator) -> None:
    """A little figure made of squares jumps on a floor of lit tiles."""
    t, x, y = stage.t, stage.x, stage.y
    beat, horizon = rng.uniform(0.42, 0.56), rng.uniform(-0.15, 0.05)
    count = t / np.float32(beat)
    stage.fill(0.16 + 0.07 * (y + 1))
    stripes = np.clip(np.sin((y - horizon) * 34 + t * 3) * 4 + 2.5, 0, 1)
    stage.paint(stage.disc(0, horizon - 0.25, 0.48) * stripes, 0.62 - 0.35 * (y - horizon))
    rows = stage.rows_below(horizon)
    depth = 1 / (y[:, rows] - horizon + 0.08)
    u, v = x * depth * 1.1 + 50.5, depth * 1.6 + t * rng.uniform(0.8, 1.6)
    lit = ((np.floor(u) * 3 + np.floor(v) * 5 + np.floor(count) * 2) % 7 < 2) * (1 - count % 1)
    line = np.maximum(np.abs(u % 1 - 0.5), np.abs(v % 1 - 0.5)) > 0.44
    fade = np.clip(1.3 - 0.1 * depth, 0, 1)
    stage.lay(rows, 0.14 + fade * (0.5 * lit + 0.5 * line), fade * line * (1 - lit))
    cx, jump = 0.25 * wave(t, beat * 8, rng.random()), hop(t, beat)
    stage.shine(stage.ellipse(cx, horizon + 0.72, 0.26 - 0.08 * jump, 0.06, soft=5), -0.3)
    near = stage.around(cx, horizon + 0.25, 0.55)
    facing = np.where(count % 2 < 1, np.float32(1), np.float32(-1))
    column = np.floor((near.x - cx) * facing / 0.065 + 5)
    row = np.floor((near.y - horizon - 0.42 + 0.3 * jump) / 0.065 + 5)
    tall, wide = DANCER.shape
    place = row.clip(0, tall - 1).astype(int), column.clip(0, wide - 1).astype(int)
    inside = (row == place[0]) & (column == place[1])
    near.paint(inside * np.sign(DANCER[place]), DANCER[place])


_PIXELS = """
..ooooo...o
..o#o#o..oo
..ooooo..o.
...ooo..oo.
.#######o..
oo#####....
o.#####....
..#####....
..oo.oo....
.##...##...
"""
_TONES = {".": 0.0, "#": 0.66, "o": 0.95}
DANCER = np.array([[_TONES[c] for c in row] for row in _PIXELS.split()], dtype=np.float32)


@scene
def pan(stage: Stage, rng: np.random.Generator) -> None:
    """A pan over flames, food tossed in it, steam above."""
    t, x, y = stage.t, stage.x, stage.y
    stage.fill(0.2 - 0.08 * y)
    stage.shine(stage.glow(0, 0.6, 0.9), 0.3 + 0.04 * wave(t, 0.4))
    for k in (-1, 0, 1):
        curl = 0.28 * k + 0.11 * wave(y + t * rng.uniform(0.6, 0.9), 1.4, k / 3)
        puffs = (0.6 + 0.4 * wave(y + t, 0.9, k / 3)) * np.clip(1.1 - np.abs(y + 0.25) * 1.3, 0, 1)
        stage.shine(np.exp(-(((x - curl) / (0.1 - 0.06 * y)) ** 2)) * puffs, 0.42)
    for k in range(7):
        fx, lick = -0.48 + 0.16 * k, 0.14 + 0.06 * wave(t, rng.uniform(0.25, 0.5), rng.random())
        near = stage.around(fx, 0.88, 0.3)
        near.paint(near.ellipse(fx, 0.88, 0.085, lick * 1.4), 0.72)
        near.paint(near.ellipse(fx, 0.93, 0.05, lick), 0.95)
    near = stage.around(0.8, 0.45, 0.36)
    near.paint(near.stroke(0.5, 0.5, 1.1, 0.4 + 0.03 * wave(t, 0.8), 0.055), 0.02)
    stage.paint(stage.ellipse(0, 0.52, 0.66, 0.27) * stage.below(0.5), 0.06)
    stage.paint(stage.ellipse(0, 0.5, 0.66, 0.17), 0.14)
    stage.paint(stage.ellipse(0, 0.51, 0.58, 0.125), 0.42 - 0.25 * y)
    toss = rng.uniform(0.7, 1.0)
    for _ in range(7):
        phase, height, r = rng.random(), rng.uniform(0.25, 0.75), rng.uniform(0.06, 0.1)
        fall = rng.uniform(-0.42, 0.42) + 0.08 * wave(t, toss * 2, phase)
        fy = 0.48 - height * hop(t, toss, 0.25 * phase)
        near, green = stage.around(fall, fy, 0.14), float(rng.random() < 0.45)
        near.paint(near.ellipse(fall, fy, r * 1.2, r), near.ball(fall, fy, r, 0.7), accent=green)


@scene
def road(stage: Stage, rng: np.random.Generator) -> None:
    """A road that winds to hills and a low sun, and a small car on it."""
    t, x, y = stage.t, stage.x, stage.y
    horizon, sun = rng.uniform(-0.2, 0.0), rng.uniform(-0.5, 0.5)
    stage.fill(0.55 + 0.3 * (y + 1))
    stage.paint(stage.disc(sun, horizon - 0.12, 0.24), 1.0)
    stage.shine(stage.glow(sun, horizon - 0.12, 0.6), 0.15)
    for far, tone in ((1.0, 0.45), (0.5, 0.3)):
        drift = x * (2.2 / far) + t * (0.25 / far) + rng.uniform(0, 6)
        ridge = horizon - far * (0.16 + 0.1 * np.sin(drift) + 0.05 * np.sin(drift * 2.3))
        stage.paint(stage.below(ridge), tone)
    rows = stage.rows_below(horizon)
    near = y[:, rows] - horizon
    width = 0.06 + 0.75 * near
    bend = 0.5 * wave(t, rng.uniform(3, 5), rng.random()) * np.exp(-near * 3)
    off, sharp = np.abs(x - bend) / width, width / stage.pixel
    stripe = (1.6 / (near + 0.05) + t * rng.uniform(2.4, 4.0)) % 1 < 0.5
    ground = 0.24 + np.float32(0.05) * stripe
    ground = ground + np.clip((1 - off) * sharp + 0.5, 0, 1) * (0.12 + 0.05 * near - ground)
    kerb = np.clip((0.09 - np.abs(off - 0.93)) * sharp, 0, 1)
    ground += kerb * (0.45 + np.float32(0.5) * stripe - ground)
    ground += np.clip((0.045 - off) * sharp + 0.5, 0, 1) * stripe * (0.9 - ground)
    stage.lay(rows, ground)
    cx = 0.28 * wave(t, rng.uniform(1.6, 2.6), rng.random())
    cy = horizon + 0.62 + 0.02 * wave(t, 0.3)
    car = stage.around(cx, cy, 0.3)
    car.shine(car.ellipse(cx, cy + 0.15, 0.27, 0.06, soft=4), -0.12)
    for side in (-1, 1):
        car.paint(car.box(cx + side * 0.16, cy + 0.12, 0.05, 0.07), 0.0)
    car.paint(car.box(cx, cy - 0.1, 0.15, 0.12, soft=2), 0.35, accent=0.9)
    car.paint(car.box(cx, cy - 0.1, 0.11, 0.07), 0.15)
    car.paint(car.box(cx, cy + 0.05, 0.23, 0.1, soft=2), 0.5, accent=1.0)
    for side in (-1, 1):
        car.paint(car.disc(cx + side * 0.16, cy + 0.03, 0.045), 1.0)


@scene
def lawn(stage: Stage, rng: np.random.Generator) -> None:
    """A ball bounces and rolls over a mown lawn, before a hedge and clouds."""
    t, x, y = stage.t, stage.x, stage.y
    horizon = rng.uniform(-0.15, 0.05)
    stage.fill(0.8 - 0.06 * (y + 1))
    for _ in range(3):
        cx, cy = (rng.uniform(0, 3) + 0.12 * t) % 3 - 1.5, rng.uniform(-0.85, -0.4)
        wide = rng.uniform(0.18, 0.3)
        near = stage.around(cx, cy, 0.34)
        near.paint(near.ellipse(cx, cy, wide, 0.09, soft=3), 0.98)
        near.paint(near.ellipse(cx - 0.1, cy - 0.06, wide * 0.5, 0.09, soft=3), 0.98)
    hedge = horizon - 0.1 - 0.05 * np.abs(np.sin(x * rng.uniform(7, 10) + rng.uniform(0, 3)))
    stage.paint(stage.below(hedge), 0.12 + 0.25 * (y - horizon + 0.15))
    depth = np.maximum(y - horizon, 0) + 0.12
    mown = np.sin((x + rng.uniform(-0.3, 0.3)) / depth * 2.6) * depth * 12
    stage.paint(stage.below(horizon), 0.36 + 0.09 * np.clip(mown + 0.5, 0, 1) + 0.06 * y)
    period, r = rng.uniform(0.6, 0.95), rng.uniform(0.17, 0.24)
    height, ground = hop(t, period, rng.random()), horizon + rng.uniform(0.55, 0.7)
    bx, by = 0.5 * wave(t, period * 4.3, rng.random()), ground - r - 0.85 * height
    stage.shine(stage.ellipse(bx + 0.06, ground, r * (1.2 - 0.4 * height), 0.06, soft=5), -0.22)
    squash = 1 - 0.22 * np.clip(1 - height * 6, 0, 1)
    near = stage.around(bx, by, r + 0.06)
    ball = near.ellipse(bx, by + r * (1 - squash), r / squash, r * squash)
    near.paint(ball, near.ball(bx, by, r, 0.92, 0.2))
    roll = t * rng.uniform(3, 5)
    for k in range(5):
        turn = roll + np.float32(2 * np.pi / 5 * k)
        patch = near.disc(bx + r * 0.68 * np.cos(turn), by + r * 0.68 * np.sin(turn), r * 0.27)
        near.paint(patch * ball, 0.2, accent=0.85)
    for _ in range(9):
        gx, tall = rng.uniform(-1, 1), rng.uniform(0.14, 0.3)
        near = stage.around(gx, 1.0, 0.35)
        near.paint(near.stroke(gx, 1.05, gx + 0.05 * wave(t, 1.7, gx), 1.05 - tall, 0.025), 0.25)


@scene
def keys(stage: Stage, rng: np.random.Generator) -> None:
    """Piano keys go down one after another, and a note floats up from each."""
    t = stage.t
    stage.fill(0.36 - 0.2 * stage.y)
    stage.shine(stage.glow(0.5 * wave(t, 5), -0.6, 0.9), 0.22)
    count, width = 7, 2 / 7
    tune = rng.integers(0, count, 64).astype(np.float32)
    beats = t / np.float32(rng.uniform(0.28, 0.42))
    beat, since = beats.astype(int), beats % 1
    centre = -1 + (tune[beat % 64] + 0.5) * width
    stage.paint(stage.below(0.02), 0.08)
    for k in range(-1, count + 1):
        stage.paint(stage.box(-1 + (k + 0.5) * width, 0.45, width / 2 - 0.012, 0.41), 0.95)
    near = stage.around(centre, 0.5, 0.5)
    near.paint(near.box(centre, 0.49, width / 2 - 0.012, 0.41), 0.86, accent=0.9 * (1 - since))
    stage.paint(stage.box(0, 0.0, 2, 0.06), 0.2)
    for k in (-1, 1, 2, 4, 5, 6, 8):
        edge = -1 + k * width
        stage.paint(stage.box(edge, 0.25, width * 0.28, 0.25), 0.05)
        stage.shine(stage.box(edge - 0.02, 0.22, width * 0.12, 0.2, soft=3), 0.1)
    for back in range(4):
        age = back + since
        nx = -1 + (tune[(beat - back) % 64] + 0.5) * width + 0.05 * wave(t, 1.2)
        ny = -0.1 - 0.24 * age
        near, alive = stage.around(nx + 0.05, ny - 0.13, 0.2), np.clip(4 - age, 0, 1)
        near.paint(near.ellipse(nx, ny, 0.085, 0.065) * alive, 0.08)
        near.paint(near.box(nx + 0.07, ny - 0.14, 0.016, 0.14) * alive, 0.08)
        near.paint(near.ellipse(nx + 0.11, ny - 0.25, 0.055, 0.035) * alive, 0.08)


@scene
def clockwork(stage: Stage, rng: np.random.Generator) -> None:
    """Brass wheels that drive each other, on a board of old wood."""
    t, x, y = stage.t, stage.x, stage.y
    grain = np.sin(y * 40 + 3 * np.sin(x * 1.7 + rng.uniform(0, 6)) + np.sin(y * 9))
    seams = np.abs((y + 1) / 0.5 % 1 - 0.5) > 0.47
    stage.fill(0.24 + 0.025 * grain - np.float32(0.1) * seams)
    stage.shine(stage.glow(-0.5, -0.6, 1.0), 0.14)
    turn = t * rng.uniform(0.8, 1.4)
    gx, gy, teeth = rng.uniform(-0.35, -0.15), rng.uniform(0.05, 0.3), 16
    _wheel(stage, gx, gy, teeth, turn, 0.6)
    driven_wheels = (-0.75, 10, 0.74, 0.0), (0.6, 12, 0.5, 0.0), (-2.0, 8, 0.6, 0.6)
    for bearing, others, tone, accent in driven_wheels:
        bearing += rng.uniform(-0.2, 0.2)
        gap = (teeth + others) * TOOTH
        # the driven wheel turns the other way, faster by its teeth, and set so that they mesh
        driven = bearing + np.pi + np.pi / others - (turn - bearing) * (teeth / others)
        x1, y1 = gx + gap * np.cos(bearing), gy + gap * np.sin(bearing)
        _wheel(stage, float(x1), float(y1), others, driven, tone, accent)


TOOTH = 0.0285
"""Radius of a wheel for each of its teeth; it is the same on all, so that they fit."""


def _wheel(stage: Stage, gx, gy, teeth, turn, tone, accent=0.0) -> None:
    """One wheel with teeth, spokes and a hub, and its shadow."""
    r = teeth * TOOTH
    near = stage.around(gx, gy, r + 0.15)
    dx, dy = near.x - gx, near.y - gy
    away, angle = np.sqrt(dx**2 + dy**2), np.arctan2(dy, dx)
    near.shine(near.disc(gx + 0.05, gy + 0.07, r * 1.1, soft=5), -0.16)
    edge = r + 0.045 * np.clip(2 * np.cos(teeth * (angle - turn)), -1, 1)
    near.paint(near.cover(edge - away), near.ball(gx, gy, r, tone, 0.16), accent)
    between = near.cover((0.55 - np.cos(5 * (angle - turn))) * away * 0.2)
    near.paint(near.cover(r * 0.66 - away) * near.cover(away - r * 0.3) * between, 0.14)
    near.shine(near.cover(0.13 * r - np.abs(away - r * 0.82)), 0.08)
    near.paint(near.disc(gx, gy, r * 0.14), 0.15)
