"""25.1 Four kinds of information.

25 minutes, difficulty 3, 4 points, L25.1
Four numbers from a table of counts say which kind of fusion can work, before any training.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.metrics.information import partial_information


def four_parts(table):
    chance = np.asarray(table, dtype=float) / np.sum(table)
    label = chance.sum(axis=(0, 1))

    def told(joint):
        apart = joint.sum(axis=1, keepdims=True) * label
        ratio = np.where(joint > 0, joint / np.where(apart > 0, apart, 1), 1)
        return (joint * np.log2(ratio)).sum(axis=0)

    eye, ear = told(chance.sum(axis=1)), told(chance.sum(axis=0))
    both = told(chance.reshape(-1, len(label))).sum()
    shared = np.minimum(eye, ear).sum()
    first, second = eye.sum() - shared, ear.sum() - shared
    return np.array([shared, first, second, both - shared - first - second])


def four_parts_by_loops(table):
    total = float(np.sum(table))
    eyes, ears, labels = np.shape(table)
    chance = [[[table[a][b][z] / total for z in range(labels)] for b in range(ears)]
              for a in range(eyes)]  # fmt: skip
    eye = [[sum(chance[a][b][z] for b in range(ears)) for z in range(labels)] for a in range(eyes)]
    ear = [[sum(chance[a][b][z] for a in range(eyes)) for z in range(labels)] for b in range(ears)]
    pair = [row for block in chance for row in block]
    label = [sum(row[z] for row in eye) for z in range(labels)]

    def told(rows, z):
        return sum(row[z] * np.log2(row[z] / (sum(row) * label[z])) for row in rows if row[z] > 0)

    shared = sum(min(told(eye, z), told(ear, z)) for z in range(labels))
    alone = [sum(told(rows, z) for z in range(labels)) for rows in (eye, ear, pair)]
    return [shared, alone[0] - shared, alone[1] - shared, alone[2] - alone[0] - alone[1] + shared]


def four_parts_of_the_library(table):
    return tuple(partial_information(table))


OTHERS = (four_parts_by_loops, four_parts_of_the_library)


def _gate(rule):
    table = np.zeros((2, 2, max(rule(1, 1), rule(0, 1), rule(1, 0), 1) + 1))
    for a, b in np.ndindex(2, 2):
        table[a, b, rule(a, b)] = 3
    return table


def cases(rng):
    half = -0.75 * np.log2(0.75)
    return [
        Case("xor, each pair of readings 3 times", (_gate(lambda a, b: a ^ b),), [0, 0, 0, 1]),
        Case("copy: the class is the eye's reading", (_gate(lambda a, b: a),), [0, 1, 0, 0]),
        Case("copy of the ear's reading", (_gate(lambda a, b: b),), [0, 0, 1, 0]),
        Case("and", (_gate(lambda a, b: a & b),), [half, 0, 0, 0.5]),
        Case("both senses always show the class", (np.array([[[4, 0], [0, 0]], [[0, 0], [0, 4]]]),),
             [1, 0, 0, 0]),
        Case("the class is the pair, 0 to 3", (_gate(lambda a, b: 2 * a + b),), [1, 0, 0, 1]),
        Case("readings that say nothing", (np.ones((2, 3, 2)),), [0, 0, 0, 0]),
        Case("one class only", (np.array([[[2], [1]], [[0], [5]]]),), [0, 0, 0, 0]),
        Case("the eye tells of class 0, the ear of class 1",
             (np.array([[[3, 0, 0], [0, 2, 4]], [[0, 0, 4], [0, 2, 0]]]),)),
        Case("chances of an eye of 3 readings and an ear of 4",
             (rng.dirichlet(np.ones(24)).reshape(3, 4, 2),)),
        Case("counts of three classes", (rng.integers(0, 20, (2, 3, 3)),)),
    ]  # fmt: skip


HINTS = """
    Make chances of the counts first. The eye's own table is the sum over the ear, axis 1, and the
    ear's is the sum over the eye, axis 0.

    Write one function for what a table float[X, Z] tells of each class. Apply it to the eye, the
    ear and the pairs, which are a table with A * B rows. Where the chance is 0 the term is 0.

    Redundancy takes, class by class, the sense that tells less. The rest is subtraction: each
    sense's whole information is redundancy plus its own part, and all four sum to that of the pair.
"""
MISTAKES = """
    in_nats: np.log2 => np.log
      These are nats. In bits the logarithm has the base 2.
    ten_is_the_base: np.log2 => np.log10
      The logarithm has the base 10. In bits it has the base 2.
    counts_for_chances: / np.sum(table) => / 1
      You calculate with counts. Divide the table by its sum first.
    smaller_of_the_sums: np.minimum(eye, ear).sum() => min(eye.sum(), ear.sum())
      You take the sense that tells less in all. The minimum is taken for each class, then averaged.
    larger_for_smaller: np.minimum(eye, ear) => np.maximum(eye, ear)
      Redundancy is what either sense tells: for each class the smaller of the two, not the larger.
    no_redundancy: np.minimum(eye, ear).sum() => 0.0
      Redundancy is missing, and what both senses tell is counted as each one's own.
    eye_and_ear_exchanged:
      | eye.sum() - shared, ear.sum() - shared => ear.sum() - shared, eye.sum() - shared
      or told(chance.sum(axis=1)), told(chance.sum(axis=0)) =>
      |     told(chance.sum(axis=0)), told(chance.sum(axis=1))
      Eye and ear have changed places. The eye's table is what is left when you sum over axis 1.
    unique_keeps_the_shared: eye.sum() - shared, ear.sum() - shared => eye.sum(), ear.sum()
      What both tell is still in the parts that are each one's own: take the redundancy away.
    synergy_forgets_the_shared: both - shared - first - second => both - first - second
      or both - shared - first - second => both - shared
      Synergy is what is left of the pair's information when the other three are taken away.
    total_for_synergy: both - shared - first - second => both
      The last number is the information of the pair. Take the other three parts from it.
    interaction_information: both - shared - first - second => both - eye.sum() - ear.sum()
      That is synergy less redundancy, two numbers here: what both tell was taken away twice.
    by_chance_of_the_reading: (joint * np.log2(ratio)) => (apart * np.log2(ratio))
      You weigh by the chances that independence would give. The weights are the joint chances.
    other_way_up:
      | joint / np.where(apart > 0, apart, 1) =>
      |     np.where(apart > 0, apart, 1) / np.where(joint > 0, joint, 1)
      The ratio is the wrong way up: the joint chance stands over the product of the two.
"""
