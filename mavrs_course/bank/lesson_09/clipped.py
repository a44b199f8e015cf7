"""09.3 The clip, and its gradient.

15 minutes, difficulty 2, 3 points, L09.3
You know the one line that made policy gradients practical, down to its slope.
"""

import numpy as np
import torch

from mavrs_course.course import Case, Property


def clipped(log_probs, old_log_probs, advantages, clip):
    ratio = np.exp(log_probs - old_log_probs)
    plain = ratio * advantages
    held = np.clip(ratio, 1 - clip, 1 + clip) * advantages
    gradient = np.where(plain <= held, plain, 0.0) / len(ratio)
    return np.minimum(plain, held).mean(), gradient


def clipped_by_torch(log_probs, old_log_probs, advantages, clip):
    new = torch.tensor(log_probs, requires_grad=True)
    gains = torch.from_numpy(advantages)
    ratio = (new - torch.from_numpy(old_log_probs)).exp()
    torch.minimum(ratio * gains, ratio.clamp(1 - clip, 1 + clip) * gains).mean().backward()
    return clipped(log_probs, old_log_probs, advantages, clip)[0], new.grad.numpy()


def clipped_by_cases(log_probs, old_log_probs, advantages, clip):
    """Without a minimum: a good action is held above, a bad one below."""
    total, gradient = 0.0, []
    for new, old, gain in zip(log_probs, old_log_probs, advantages, strict=True):
        ratio = np.exp(new) / np.exp(old)
        stopped = ratio > 1 + clip if gain > 0 else ratio < 1 - clip
        edge = 1 + clip if gain > 0 else 1 - clip
        total += (edge if stopped else ratio) * gain
        gradient.append(0.0 if stopped else ratio * gain)
    return total / len(log_probs), [slope / len(log_probs) for slope in gradient]


OTHERS = (clipped_by_torch, clipped_by_cases)


def cases(rng):
    def at(ratios, gains, clip=0.2):
        old = np.full(len(ratios), np.log(0.3))
        return old + np.log(ratios), old, np.array(gains, dtype=float), clip

    def some(samples, spread, clip):
        old = np.log(rng.uniform(0.05, 0.6, samples))
        return old + rng.normal(0, spread, samples), old, rng.normal(0, 1, samples), clip

    return [
        Case("A = 2, the ratio still 1", at([1.0], [2]), (2.0, [2.0])),
        Case("good actions: moved far, not at all, and the wrong way",
             at([1.5, 1.1, 0.5], [1, 1, 1]), ((1.2 + 1.1 + 0.5) / 3, [0, 1.1 / 3, 0.5 / 3])),
        Case("bad actions: moved far, a little, and the wrong way",
             at([0.5, 0.9, 1.5], [-1, -1, -1]),
             ((-0.8 - 0.9 - 1.5) / 3, [0, -0.9 / 3, -1.5 / 3])),
        Case("twenty samples", some(20, 0.4, 0.2)),
        Case("a narrow clip", some(12, 0.3, 0.05)),
        Case("a wide clip", some(12, 0.6, 0.5)),
    ]  # fmt: skip


PARTS = ("the objective", "the gradient")
PROPERTIES = (
    Property("it returns the objective and its gradient",
             lambda result, *inputs: len(result) == 2,
             "Two things are wanted: return objective, gradient."),
    Property("the gradient has a number for each sample",
             lambda result, log_probs, *rest: np.shape(result[1]) == np.shape(log_probs),
             "The gradient has one number for each log probability, float[N]."),
    Property("the objective is one number",
             lambda result, *inputs: np.ndim(result[0]) == 0,
             "The objective is one number, the mean over the samples."),
)  # fmt: skip

HINTS = """
    First the ratio, np.exp(log_probs - old_log_probs), then the two terms: ratio times advantage,
    and clipped ratio times advantage. The smaller counts.

    The derivative of exp(x) is exp(x): the plain term's derivative by the log probability is the
    term itself, ratio * advantage. The clipped term's is 0 where it was clipped.

    The objective is the mean of the smaller of the two terms. The derivative is the plain term
    where that one counts, else 0, and as the derivative of a mean it is divided as well.
"""
MISTAKES = """
    gradient_first:
      | np.minimum(plain, held).mean(), gradient => gradient, np.minimum(plain, held).mean()
      Two things in the wrong order: return objective, gradient.
    objective_of_each_sample: .mean() =>
      The objective is one number, the mean over the samples.
    clip_without_minimum: plain <= held => plain == held; np.minimum(plain, held) => held
      or plain <= held, plain => plain == held, advantages; np.minimum(plain, held) => held
      The clipped term stands alone, so that a move in the wrong direction has no slope either and
      is never undone. Take the smaller of the clipped and the plain term.
    no_clip: held = np.clip(ratio, 1 - clip, 1 + clip) * advantages => held = plain
      Nothing is clipped: the ratio may go anywhere. Clip it to 1 - clip .. 1 + clip.
    maximum_for_minimum: plain <= held => plain >= held; np.minimum => np.maximum
      You take the larger of the two terms, which rewards moving far. Take the smaller.
    clipped_above_only:
      | np.clip(ratio, 1 - clip, 1 + clip) => np.minimum(ratio, 1 + clip);
      | plain <= held => ratio <= 1 + clip;
      | np.minimum(plain, held) => held
      The ratio is held from above only, whatever the sign of the advantage. A bad action is held
      from below: clip to 1 - clip .. 1 + clip, and take the minimum of the terms.
    difference_of_logarithms: np.exp(log_probs - old_log_probs) => (log_probs - old_log_probs)
      or
      | np.exp(log_probs - old_log_probs) => (log_probs - old_log_probs);
      | plain, 0.0 => advantages, 0.0
      The difference of log probabilities is the logarithm of the ratio: take its exp.
    quotient_of_logarithms: np.exp(log_probs - old_log_probs) => log_probs / old_log_probs
      or
      | np.exp(log_probs - old_log_probs) => log_probs / old_log_probs;
      | plain, 0.0 => advantages, 0.0
      You divide log probabilities. The ratio is that of the probabilities: exp(new - old).
    old_over_new: log_probs - old_log_probs => old_log_probs - log_probs
      or log_probs - old_log_probs => old_log_probs - log_probs; plain, 0.0 => -plain, 0.0
      The ratio is upside down: new over old, exp(new - old).
    gradient_by_the_ratio: plain, 0.0 => advantages, 0.0
      That is the derivative by the ratio, A. Asked for is that by the log probability: r A,
      because the derivative of exp is exp.
    no_slope_at_the_start: plain <= held => plain < held
      Where the two terms are equal, as inside the band, the sample has its slope: <=, and not <.
      You give it 0, so that a policy that has not moved would never start.
    gradient_never_zero: np.where(plain <= held, plain, 0.0) => plain
      Your gradient is never zero. Where the clipped term is the smaller one the ratio does not
      matter any more: 0.
    gradient_in_the_band_only: plain <= held => (ratio >= 1 - clip) & (ratio <= 1 + clip)
      The objective is right. Its gradient is 0 for every sample outside the band, also where the
      plain term is the smaller one: a move in the wrong direction keeps its slope.
    smaller_term_as_gradient: np.where(plain <= held, plain, 0.0) => np.minimum(plain, held)
      Where the clipped term is the smaller one it does not change with the ratio, so its
      derivative is 0, not the term itself.
    clipped_around_zero: 1 - clip, 1 + clip => -clip, clip
      The ratio is clipped to -clip .. clip. A policy that has not moved has a ratio of 1: clip to
      1 - clip .. 1 + clip.
    always_the_same_clip: 1 - clip, 1 + clip => 0.8, 1.2
      The band is 0.8 to 1.2 in yours, whatever `clip` is. Use the argument.
    clipped_at_one_over: 1 - clip => 1 / (1 + clip)
      You hold the ratio at 1 / (1 + clip) from below. The band ends at 1 - clip.
    logarithm_clipped:
      | np.exp(log_probs - old_log_probs) => (log_probs - old_log_probs);
      | 1 - clip, 1 + clip => -clip, clip; plain, 0.0 => advantages, 0.0
      You work with the difference of log probabilities all through. The ratio is its exp, and the
      clip is around 1.
    gradient_not_averaged: / len(ratio) =>
      The objective is a mean, so each sample has 1/N of the gradient: divide by N.
    sum_for_mean: / len(ratio) =>; .mean() => .sum()
      These are sums over the samples, for the objective and the gradient. Take means.
    loss_for_objective:
      | gradient = np.where => gradient = -np.where;
      | return np.minimum => return -np.minimum
      This is the loss, minus the objective. Asked for is what is to be made large.
"""


def detect_gradient_first(trials):
    return all(np.ndim(t.returned[0]) == 1 and np.ndim(t.returned[1]) == 0 for t in trials)


def detect_objective_of_each_sample(trials):
    return all(np.ndim(t.returned[0]) == 1 for t in trials)
