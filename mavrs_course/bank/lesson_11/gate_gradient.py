"""11.2 Through the softmax.

20 minutes, difficulty 2, 3 points, L11.2
That is the whole engine of a learned router; any score that is differentiable fits.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.course.values import slack


def gate_gradient(theta, contexts, votes, by_score):
    logits = contexts @ theta.T
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    by_weight = np.einsum("bc,bnc->bn", by_score, votes)
    by_logit = weights * (by_weight - (weights * by_weight).sum(axis=1, keepdims=True))
    return by_logit[:, :, None] * contexts[:, None, :]


def gate_gradient_by_loops(theta, contexts, votes, by_score):
    result = np.zeros((len(contexts), *theta.shape))
    for page, x in enumerate(contexts):
        weights = _softmax(theta @ x)
        jacobian = np.diag(weights) - np.outer(weights, weights)
        result[page] = np.outer(jacobian @ (votes[page] @ by_score[page]), x)
    return result


def _softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


OTHERS = (gate_gradient_by_loops,)


def cases(rng):
    def some(pages, agents, candidates, features):
        return (
            rng.normal(size=(agents, features)),
            rng.normal(size=(pages, features)),
            rng.random((pages, agents, candidates)),
            rng.normal(size=(pages, candidates)),
        )

    hand = (np.zeros((2, 1)), np.array([[2.0]]), np.array([[[1.0, 0.0], [0.0, 1.0]]]),
            np.array([[1.0, -1.0]]))  # fmt: skip
    large = some(20, 4, 10, 5)
    return [
        Case("two agents of equal weight who disagree", hand, np.array([[[1.0], [-1.0]]])),
        Case("agents who vote alike: nothing to learn about them",
             (np.array([[0.3], [-0.2]]), np.ones((1, 1)), np.ones((1, 2, 3)) * [0.2, 1.0, 0.0],
              np.array([[1.0, -0.5, -0.5]])), np.zeros((1, 2, 1))),
        Case("five pages, three agents", some(5, 3, 6, 4)),
        Case("one agent, whose weight is 1 whatever theta says", some(3, 1, 4, 2),
             np.zeros((3, 1, 2))),
        Case("as many agents as features", some(4, 3, 5, 3)),
        Case("twenty pages, and logits in the thousands", (1e3 * large[0], *large[1:])),
    ]  # fmt: skip


PROPERTIES = (
    Property("the agents' gradients cancel",
             lambda result, *_: np.allclose(np.sum(result, axis=1), 0.0, atol=slack(result)),
             "Over the agents, the gradients must add up to zero: adding the same number to all "
             "logits changes no weight. Subtract the weighted mean inside the softmax's "
             "derivative."),
)  # fmt: skip

HINTS = """
    Go backwards in three steps: from the scores to the weights, from the weights to the logits,
    from the logits to theta.

    A score is sum_i w_i vote_ic, so by_weight = np.einsum('bc,bnc->bn', by_score, votes). Through
    the softmax: by_logit_i = w_i (by_weight_i - sum_j w_j by_weight_j).

    A logit is theta_i x, so its derivative by theta_i is x times by_logit_i. For the whole batch
    that is an outer product: give both arrays a new axis.
"""
MISTAKES = """
    forgot_the_mean:
      | weights * (by_weight - (weights * by_weight).sum(axis=1, keepdims=True)) =>
      |     weights * by_weight
      w times its gradient is half of the softmax's derivative. When one weight rises the others
      fall: w_i (g_i - sum_j w_j g_j).
    skipped_the_softmax:
      | weights * (by_weight - (weights * by_weight).sum(axis=1, keepdims=True)) => by_weight
      That is the gradient by the weights, times the context. Between the weights and the logits
      stands the softmax, with the derivative w_i (g_i - sum_j w_j g_j).
    plain_mean: (weights * by_weight).sum(axis=1, => by_weight.mean(axis=1,
      The plain mean of the gradients is subtracted. It is the mean weighted with w.
    weight_missing_in_front: weights * (by_weight - => (by_weight -
      The bracket is right, and the weight in front of it is missing: w_i (g_i - sum_j w_j g_j).
    sigmoid_for_softmax:
      | weights * (by_weight - (weights * by_weight).sum(axis=1, keepdims=True)) =>
      |     weights * (1 - weights) * by_weight
      w (1 - w) is the softmax's derivative on the diagonal alone: how a weight moves with its own
      logit. It moves with the logits of the others too.
    softmax_over_pages:
      | logits.max(axis=1 => logits.max(axis=0;
      | weights.sum(axis=1 => weights.sum(axis=0
      The softmax runs over the pages. The weights of one page's agents add up to one: axis 1 of
      the logits float[B, n].
    votes_without_by_score: np.einsum("bc,bnc->bn", by_score, votes) => votes.sum(axis=2)
      The votes are added up as they are. A vote counts as much as the score of its candidate
      matters: multiply with by_score, then sum over the candidates.
    equal_weights: contexts @ theta.T => 0 * contexts @ theta.T
      All agents have the same weight, whatever theta says. The weights are the softmax of
      contexts @ theta.T.
    mean_over_everything:
      | (weights * by_weight).sum(axis=1, keepdims=True) => (weights * by_weight).sum()
      The weighted mean is summed over all pages. Each page has its own: sum over axis 1, with
      keepdims=True.
    wrong_sign: by_logit = weights => by_logit = -weights
      The sign is turned: this would make every page less likely that did well.
    weights_taken_as_logits:
      | by_weight = =>
      | weights = np.exp(weights) / np.exp(weights).sum(axis=1, keepdims=True)
      | by_weight =
      The softmax is taken twice. contexts @ theta.T are the logits, and one softmax makes them
      weights.
    mean_over_pages:
      | by_logit[:, :, None] * contexts[:, None, :] =>
      |     (by_logit[:, :, None] * contexts[:, None, :]).mean(axis=0)
      or
      | by_logit[:, :, None] * contexts[:, None, :] =>
      |     (by_logit[:, :, None] * contexts[:, None, :]).sum(axis=0)
      The pages are averaged. Each page's gradient is wanted by itself, float[B, n, d], since each
      will be multiplied with its own surprise.
    forgot_the_context: * contexts[:, None, :] => * np.ones(theta.shape[1])
      That is the gradient by the logits, the same for each feature. A logit is theta x, so
      multiply with the context: by_logit[:, :, None] * contexts[:, None, :].
"""
