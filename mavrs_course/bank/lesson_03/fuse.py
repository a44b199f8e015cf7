"""03.4 Fusion when something is missing.

15 minutes, difficulty 2, 3 points, L03.4
Your agent can lose its hearing in the middle of a job and carry on.
"""

import numpy as np

from mavrs_course.course import Case, Property


def fuse(vectors, logits, there):
    fused = np.zeros((len(vectors), vectors.shape[2]))
    for row, kept in enumerate(there):
        if kept.any():
            gates = np.exp(logits[row, kept] - logits[row, kept].max())
            fused[row] = gates / gates.sum() @ vectors[row, kept]
    return fused


def fuse_with_softmax(vectors, logits, there):
    from scipy.special import softmax

    held = np.where(there, logits, -1e30)
    gates = softmax(held, axis=1) * there
    return np.einsum("nm,nmd->nd", gates, np.nan_to_num(vectors) * there[..., None])


OTHERS = (fuse_with_softmax,)


def cases(rng):
    pair = np.array([[[1.0, 0.0], [0.0, 1.0]]])
    calm, both = np.zeros((1, 2)), np.ones((1, 2), dtype=bool)

    def some(videos, senses, size=4, spread=1.0):
        there = rng.random((videos, senses)) < 0.6
        there[:, 0] |= ~there.any(axis=1)
        vectors = rng.normal(size=(videos, senses, size))
        return vectors, spread * rng.normal(size=(videos, senses)), there

    lost = some(6, 3)
    blank = lost[0].copy()
    blank[~lost[2]] = np.nan
    gone = lost[2] & (np.arange(6) != 3)[:, None]
    return [
        Case("two senses, equally loud", (pair, calm, both), np.array([[0.5, 0.5]])),
        Case("one of them is missing",
             (pair, calm, np.array([[True, False]])), np.array([[1.0, 0.0]])),
        Case("one is three times as loud",
             (pair, np.array([[np.log(3.0), 0.0]]), both), np.array([[0.75, 0.25]])),
        Case("a video with nothing at all",
             (pair, calm, np.zeros((1, 2), dtype=bool)), np.array([[0.0, 0.0]])),
        Case("ten videos, three senses", some(10, 3)),
        Case("the missing one wants to be heard most",
             (pair, np.array([[0.0, 9.0]]), np.array([[True, False]])), np.array([[1.0, 0.0]])),
        Case("very large logits", some(5, 3, spread=2000.0)),
        Case("where a sense is missing its vector is NaN", (blank, lost[1], lost[2])),
        Case("six videos, one of them with nothing at all",
             (np.where(gone[..., None], blank, np.nan), lost[1], gone)),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is one vector for each video",
             lambda result, vectors, logits, there: np.shape(result) == (len(vectors),
                 vectors.shape[2]),
             "One vector for each video is wanted, float[N, D], also for one with nothing at all: "
             "the sum over its senses (axis 1)."),
)  # fmt: skip

HINTS = """
    Two steps: gates, float[N, M], that are 0 where a sense is missing and sum to one over the
    others; then the sum of gate times vector.

    Set the logits of what is missing to −inf, subtract the largest of each row, take exp and
    divide by the sum. Take care of rows where nothing is there.

    np.where(there[..., None], vectors, 0) keeps what is missing out of the sum, whatever stands
    in its place.
"""
MISTAKES = """
    nan_for_nothing:
      | if kept.any(): =>
      | fused[row] = np.nan
      | if kept.any():
      A video without any sense came out as NaN: a softmax over nothing is 0 / 0. Give it a vector
      of zeros.
    missing_vectors_spread:
      | fused[row] = gates / gates.sum() @ vectors[row, kept] =>
      | shares = np.zeros(len(kept))
      | shares[kept] = gates / gates.sum()
      | fused[row] = shares @ vectors[row]
      0 times NaN is NaN. What stands in the place of a missing sense means nothing: replace it
      with zeros before you multiply.
    overflow: - logits[row, kept].max() =>
      exp of a large logit is infinite, or 0 for all. Subtract the largest logit of those present
      from each row first: the shares stay the same.
    everybody_speaks: enumerate(there) => enumerate(np.ones_like(there))
      or
      | enumerate(there) => enumerate(np.ones_like(there));
      | vectors[row, kept] => np.nan_to_num(vectors[row])
      `there` makes no difference: senses that are missing are heard like the others.
    masked_after_the_softmax:
      | logits[row, kept] - logits[row, kept].max() => logits[row] - logits[row].max();
      | gates / => gates[kept] /
      You mask after the softmax, so the gates of what is left no longer sum to one, and a video
      with a sense less gets a shorter vector. Mask the logits, or divide again.
    missing_means_logit_zero:
      | if kept.any(): => if True:;
      | logits[row, kept] - logits[row, kept].max() => logits[row] * kept - max(logits[row] * kept);
      | vectors[row, kept] => np.nan_to_num(vectors[row])
      or
      | logits[row, kept] - logits[row, kept].max() => logits[row] * kept - max(logits[row] * kept);
      | gates / => gates[kept] /
      A logit of 0 is not silence: exp(0) = 1. What is missing needs a logit of minus infinity.
    gates_ignored: np.exp(logits[row, kept] - logits[row, kept].max()) => np.ones(kept.sum())
      or gates / gates.sum() => np.ones(kept.sum())
      This is the plain mean of what is there, or the sum. The logits say how loud each sense is:
      weigh by their softmax.
    mean_over_all_places: gates / gates.sum() => np.ones(kept.sum()) / len(kept)
      You divide by the number of senses that there could be. Weigh by the softmax of the logits
      of those that are there.
    loudest_only: gates / gates.sum() @ vectors[row, kept] => vectors[row, kept][gates.argmax()]
      Only the loudest sense is heard. A softmax lets all speak, each by its share.
    logits_as_gates: np.exp(logits[row, kept] - logits[row, kept].max()) => logits[row, kept]
      or
      | np.exp(logits[row, kept] - logits[row, kept].max()) => logits[row, kept];
      | gates / gates.sum() => np.nan_to_num(gates / gates.sum())
      The logits themselves are your weights, and they may be negative or 0. Their exponentials
      are positive: softmax.
    brought_to_length_one:
      | return fused =>
      |     return fused / np.maximum(np.linalg.norm(fused, axis=1, keepdims=True), 1e-12)
      The vectors have length 1. Here the weighted mean itself is wanted, as it comes out.
"""


def detect_nan_for_nothing(trials):
    return all(
        np.isnan(trial.returned).any()
        and np.array_equal(np.isnan(trial.returned).all(axis=1), ~trial.inputs[2].any(axis=1))
        for trial in trials
        if not trial.passed
    )


def detect_missing_vectors_spread(trials):
    wrong = [trial for trial in trials if not trial.passed]
    return all(np.isnan(trial.inputs[0]).any() for trial in wrong)


def detect_overflow(trials):
    wrong = [trial for trial in trials if not trial.passed]
    return all(np.abs(trial.inputs[1]).max() > 500 for trial in wrong)


EQUAL = """
    vectors with NaN as 0
      NaN stands only where a sense is missing, and what stands there means nothing.
"""
