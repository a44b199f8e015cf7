"""16.5 Did the attack succeed, or was the text just longer?

12 minutes, difficulty 2, 3 points, L16.5
With a control beside each attack, a defence is measured and not believed.
"""

import numpy as np

from mavrs_course.course import Case


def success(attacked, controlled):
    counts = ~controlled
    n = int(counts.sum())
    if n == 0:
        return 0.0, 0.0, 1.0
    p, z = (attacked & counts).sum() / n, 1.96
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = (p + z**2 / (2 * n) - half), (p + z**2 / (2 * n) + half)
    return p, max(low / (1 + z**2 / n), 0.0), min(high / (1 + z**2 / n), 1.0)


def success_with_loops(attacked, controlled):
    won = tried = 0
    for first, anyway in zip(attacked, controlled, strict=True):
        if not anyway:
            tried += 1
            won += bool(first)
    if not tried:
        return 0.0, 0.0, 1.0
    z2, p = 1.96**2, won / tried
    half = 1.96 * (p * (1 - p) / tried + z2 / (4 * tried * tried)) ** 0.5
    low = (p + z2 / (2 * tried) - half) / (1 + z2 / tried)
    high = (p + z2 / (2 * tried) + half) / (1 + z2 / tried)
    return p, max(low, 0.0), min(high, 1.0)


OTHERS = (success_with_loops,)


def cases(rng):
    def some(n, often, anyway):
        return rng.random(n) < often, rng.random(n) < anyway

    yes, no = True, False
    return [
        Case("one of three that had something to win",
             (np.array([yes, no, no, yes]), np.array([no, no, no, yes])),
             (1 / 3, 0.06149, 0.79234)),
        Case("none succeeds", (np.zeros(10, bool), np.zeros(10, bool)), (0.0, 0.0, 0.27754)),
        Case("all were first anyway", (np.ones(4, bool), np.ones(4, bool)), (0.0, 0.0, 1.0)),
        Case("all succeed", (np.ones(5, bool), np.zeros(5, bool)), (1.0, 0.56551, 1.0)),
        Case("sixty-four attacks", some(64, 0.4, 0.2)),
        Case("one attack", some(1, 0.5, 0.5)),
        Case("the attack harms its own video", (np.array([no, no, yes]), np.array([yes, yes, no]))),
    ]  # fmt: skip


TOLERANCE = 1e-4
HINTS = """
    counts = ~controlled; won = (attacked & counts).sum(); tried = counts.sum().

    If tried is 0, return 0, 0 and 1.

    Wilson: middle (p + z²/2n) / (1 + z²/n), half width z √(p(1-p)/n + z²/4n²) / (1 + z²/n).
"""
MISTAKES = """
    of_all: int(counts.sum()) => len(attacked)
      You divide by all attacks. Where the video was first with harmless words too, there was
      nothing to win, and the attempt does not count.
    without_control: ~controlled => np.ones(len(controlled), bool)
      You do not look at the control. A video that is first with harmless words as well was not
      put there by the attack.
    difference_of_rates:
      | int(counts.sum()) => len(attacked);
      | (attacked & counts).sum() / n => attacked.mean() - controlled.mean()
      You subtract rates. An attack that throws its own video down then pays for one that
      succeeded elsewhere: compare attempt by attempt.
    first_anyway_counts_as_won:
      | (attacked & counts).sum() / n => min(attacked.sum() / n, 1);
      | return p, => return attacked.sum() / n,
      You leave those that were first anyway out of the number tried, but not out of the number won.
    other_way_round:
      | counts = ~controlled =>
      | attacked, controlled = controlled, attacked
      | counts = ~controlled
      Attack and control are exchanged: a success is first with the attack and not first with the
      control.
    normal_interval:
      | + z**2 / (4 * n**2) =>;
      | max(low / (1 + z**2 / n), 0.0), min(high / (1 + z**2 / n), 1.0) =>
      |     max(p - half, 0.0), min(p + half, 1.0)
      That is the interval of the mean, which for 0 of 10 runs from 0 to 0. Wilson's knows that 10
      attempts are few.
    nothing_tried:
      | if n == 0:
      | return 0.0, 0.0, 1.0 =>;
      | (attacked & counts).sum() / n => int((attacked & counts).sum()) / n
      Where nothing counts you divide by 0. Then the rate is 0, and the interval runs from 0 to 1:
      nothing is known.
    one_standard_error: 1.96 => 1.0
      Your interval is one standard error wide. For 95 % z is 1.96.
    no_interval: max(low / (1 + z**2 / n), 0.0), min(high / (1 + z**2 / n), 1.0) => 0.0, 1.0
      Your interval is 0 to 1 whatever was measured. Fill in Wilson's formula.
"""
