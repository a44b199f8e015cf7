"""29.1 A token's place.

15 minutes, difficulty 2, 3 points, L29.1
Now a product of two rows knows how far apart they are, and nothing else.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.course.values import slack


def turn(rows, base):
    places, size = np.arange(len(rows)), rows.shape[1]
    angle = places[:, None] / base ** (np.arange(0, size, 2) / size)
    even, odd = rows[:, 0::2], rows[:, 1::2]
    turned = np.empty(rows.shape)
    turned[:, 0::2] = even * np.cos(angle) - odd * np.sin(angle)
    turned[:, 1::2] = even * np.sin(angle) + odd * np.cos(angle)
    return turned


def turn_in_the_complex_plane(rows, base):
    rows = np.ascontiguousarray(rows, dtype=float)
    number = rows[:, 0::2] + 1j * rows[:, 1::2]
    speed = base ** (-2 * np.arange(number.shape[1]) / rows.shape[1])
    number = number * np.exp(1j * np.outer(np.arange(len(rows)), speed))
    return np.stack([number.real, number.imag], axis=-1).reshape(rows.shape)


def turn_by_matrices(rows, base):
    turned = np.zeros(np.shape(rows))
    for place, row in enumerate(np.asarray(rows, dtype=float)):
        for first in range(0, len(row), 2):
            angle = place / base ** (first / len(row))
            matrix = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
            turned[place, first : first + 2] = matrix @ row[first : first + 2]
    return turned


OTHERS = (turn_in_the_complex_plane, turn_by_matrices)
NAMES = ("rows", "base")


def cases(rng):
    return [
        Case("two rows of [1, 0]", (np.array([[1.0, 0.0], [1.0, 0.0]]), 100.0),
             np.array([[1.0, 0.0], [np.cos(1), np.sin(1)]])),
        Case("one row, which stands at place 0", (np.array([[3.0, 4.0, -1.0, 2.0]]), 50.0),
             np.array([[3.0, 4.0, -1.0, 2.0]])),
        Case("two pairs, base 100: the second turns by t / 10",
             (np.array([[0.0, 0.0, 0.0, 1.0], [0.0, 2.0, 0.0, 1.0]]), 100.0),
             np.array([[0.0, 0.0, 0.0, 1.0],
                       [-2 * np.sin(1), 2 * np.cos(1), -np.sin(0.1), np.cos(0.1)]])),
        Case("whole numbers", (np.arange(12).reshape(3, 4), 10.0)),
        Case("nine rows of eight", (rng.normal(size=(9, 8)), 10_000.0)),
        Case("many rows of six", (rng.normal(size=(40, 6)), 3.0)),
    ]  # fmt: skip


PROPERTIES = (
    Property("no row changes its length",
             lambda result, rows, base: np.allclose(
                 np.linalg.norm(result, axis=1), np.linalg.norm(rows, axis=1),
                 atol=slack(result) + 1e-9),
             "A turn leaves the length of each row as it is; in your answer lengths change. "
             "Look at the signs: x cos - y sin and x sin + y cos."),
)  # fmt: skip

HINTS = """
    Take the even columns as x and the odd ones as y, all rows at once.

    The angles are a table: the row's place, from 0 on, times the speed of the pair. The first pair
    has speed 1, the later ones are slower.

    Both new numbers need both old ones, so make them before you write either back.
"""
MISTAKES = """
    other_way_round: - odd * np.sin => + odd * np.sin; even * np.sin => -even * np.sin
      The pairs are turned the other way. The new first number is x cos - y sin, the second
      x sin + y cos.
    sign_lost: - odd * np.sin => + odd * np.sin
      The first number of a pair is x cos - y sin: with a plus it is no turn, and lengths change.
    halves_for_pairs:
      | rows[:, 0::2], rows[:, 1::2] => rows[:, : size // 2], rows[:, size // 2 :];
      | turned[:, 0::2] = => turned[:, : size // 2] =; turned[:, 1::2] = => turned[:, size // 2 :] =
      You pair column i with column i + D/2, as some models do. Here a pair are two neighbours,
      columns 2i and 2i + 1.
    slow_pairs_missing: np.arange(0, size, 2) => np.arange(size // 2)
      The exponent is 2i / D, and yours is i / D: later pairs turn too fast.
    places_from_one: np.arange(len(rows)), => np.arange(1, len(rows) + 1),
      Row 0 stands at place 0 and is not turned at all; you count from 1.
    one_speed: np.arange(0, size, 2) / size => np.zeros(size // 2)
      All pairs turn at one speed. The pair i turns by t / base ** (2i / D).
    multiplied_by_base: places[:, None] / base => places[:, None] * base
      The angle is the place divided by base ** (2i / D). You multiply, so that later pairs turn
      faster than the first.
    in_degrees: angle = places[:, None] / => angle = np.pi / 180 * places[:, None] /
      The angle is in radians, as np.cos takes it.
    written_too_early:
      | turned = np.empty(rows.shape) => turned = rows.copy();
      | turned[:, 1::2] = even * => turned[:, 1::2] = turned[:, 0::2] *
      The second number of a pair is made of the first one after it was turned. Both need the old
      ones: make them before you write either back.
    over_half_the_size: / size) => / (size // 2))
      The exponent is 2i / D, with D all columns; you divide by half of them.
"""
EQUAL = """
    0::2 => ::2 | turned[:, 0::2] = even * np.cos(angle) - odd * np.sin(angle)
    0::2 => ::2 | even, odd = (rows[:, 0::2], rows[:, 1::2])
      Columns begin at 0 either way.
"""
