"""03.3 InfoNCE.

15 minutes, difficulty 2, 3 points, L03.3
This loss, on larger machines, is how CLIP learnt to see.
"""

import numpy as np

from mavrs_course.course import Case, Property


def info_nce(first, second, temperature):
    first = first / np.linalg.norm(first, axis=1, keepdims=True)
    second = second / np.linalg.norm(second, axis=1, keepdims=True)
    scores = first @ second.T / temperature
    ways = [np.logaddexp.reduce(scores, axis=axis) - np.diag(scores) for axis in (0, 1)]
    return np.mean(ways)


def info_nce_in_torch(first, second, temperature):
    import torch

    from mavrs_course.agents.video_understanding import contrast

    sides = (torch.from_numpy(np.asarray(side, dtype=float)) for side in (first, second))
    return contrast.info_nce(*sides, temperature)


def info_nce_row_by_row(first, second, temperature):
    losses = []
    for one, other in ((first, second), (second, first)):
        for row, mine in enumerate(one):
            lengths = np.linalg.norm(other, axis=1) * np.linalg.norm(mine)
            scores = other @ mine / lengths / temperature
            losses.append(np.logaddexp.reduce(scores) - scores[row])
    return sum(losses) / len(losses)


OTHERS = (info_nce_in_torch, info_nce_row_by_row)


def cases(rng):
    straight = np.eye(2)
    return [
        Case("two videos at right angles, their sides agree",
             (straight, straight, 1.0), np.log(1 + np.exp(-1))),
        Case("vectors that tell nothing", (np.ones((2, 3)), np.ones((2, 3)), 1.0), np.log(2)),
        Case("the sides changed places", (straight, straight[::-1].copy(), 1.0),
             np.log(1 + np.e)),
        Case("the same directions, other lengths",
             (np.diag([3.0, 0.5]), straight, 1.0), np.log(1 + np.exp(-1))),
        Case("a temperature of one half", (straight, straight, 0.5), np.log(1 + np.exp(-2))),
        Case("one video", (np.array([[3.0, 4]]), np.array([[1.0, 0]]), 0.5), 0.0),
        Case("eight videos", (rng.normal(size=(8, 5)), rng.normal(size=(8, 5)), 0.2)),
        Case("thirty videos", (rng.normal(size=(30, 4)), rng.normal(size=(30, 4)), 0.5)),
        Case("a very low temperature", (rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), 1e-3)),
    ]  # fmt: skip


PROPERTIES = (
    Property("the loss is one number",
             lambda result, *inputs: np.shape(result) == (),
             "The loss is one number: the mean over the rows, and over both directions."),
)  # fmt: skip

HINTS = """
    Make the N × N matrix of cosines over the temperature. Row n is what side n sees; its own
    partner stands on the diagonal.

    log P(n | n) = s_nn − log sum_m exp(s_nm). Do the same on the transposed matrix, and take the
    mean of everything with a minus.

    np.logaddexp.reduce(scores, axis=1) is the logarithm of the sum of exponentials, without
    overflow: the mean of it minus np.diag(scores), for scores and for scores.T.
"""
MISTAKES = """
    overflow: np.logaddexp.reduce(scores, axis=axis) => np.log(np.exp(scores).sum(axis=axis))
      At a low temperature exp of the scores is too large for a float. Subtract each row's maximum
      first, which changes no share, or use np.logaddexp.reduce.
    one_direction_only: (0, 1) => (1,)
      or (0, 1) => (0,)
      Only one side looks for the other. The game is played in both directions, and the loss is
      the mean of the two.
    directions_added: np.mean(ways) => 2 * np.mean(ways)
      or np.mean(ways) => np.sum(np.mean(ways, axis=1))
      The two directions are added up: the loss is their mean, so that guessing among N gives log N.
    lengths_left_in:
      | / np.linalg.norm(first, axis=1, keepdims=True) =>;
      | / np.linalg.norm(second, axis=1, keepdims=True) =>
      These are dot products. The similarity is the cosine: bring every vector to length 1 first,
      or a video can win by being loud.
    multiplied_by_the_temperature: / temperature => * temperature
      You multiply by the temperature. Divide: a low temperature makes differences larger.
    forgot_the_temperature: / temperature =>
      The temperature makes no difference to your loss: divide the cosines by it.
    forgot_the_minus: np.mean => -np.mean
      The sign is the wrong way round: −log of a probability is never below 0.
    summed_over_rows: np.mean(ways) => np.sum(ways) / 2
      The rows are added up. Take their mean, so that the loss is the same for any batch.
    own_partner_left_out_of_the_crowd:
      | reduce(scores, => reduce(np.where(np.eye(len(scores)), -np.inf, scores),
      The sum below the fraction leaves out the own partner. It is one of the N to choose from:
      the sum runs over all m.
    mean_over_all_pairs: np.diag(scores) => scores.mean(axis=axis)
      You average over all pairs. Only the own partner counts: the diagonal.
    logarithm_to_base_two: np.mean(ways) => np.mean(ways) / np.log(2)
      This is the loss in bits. Here the logarithm is the natural one.
"""


def detect_overflow(trials):
    wrong = [trial for trial in trials if not trial.passed]
    return all(trial.inputs[2] < 0.01 for trial in wrong) and not any(
        np.isfinite(trial.returned) for trial in wrong
    )
