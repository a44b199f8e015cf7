"""01.4 One step of BPR by hand.

15 minutes, difficulty 2, 3 points, L01.4
You have done by hand what every pairwise learner does a million times.
"""

import numpy as np

from mavrs_course.course import Case, Property


def bpr_step(viewer, better, worse, step, penalty):
    lead = viewer @ (better - worse)
    push = 1 / (1 + np.exp(lead))
    return (
        viewer + step * (push * (better - worse) - penalty * viewer),
        better + step * (push * viewer - penalty * better),
        worse + step * (-push * viewer - penalty * worse),
    )


def bpr_step_by_autograd(viewer, better, worse, step, penalty):
    import torch

    parts = [torch.tensor(part, requires_grad=True) for part in (viewer, better, worse)]
    lead = parts[0] @ (parts[1] - parts[2])
    size = sum((part**2).sum() for part in parts)
    (penalty / 2 * size - torch.nn.functional.logsigmoid(lead)).backward()
    return tuple((part - step * part.grad).detach().numpy() for part in parts)


OTHERS = (bpr_step_by_autograd,)


def cases(rng):
    def three(factors):
        return rng.normal(size=(3, factors))

    hand = np.array([1.0, 0.0]), np.array([0.0, 2.0]), np.array([0.0, 0.0])
    # the lead is 0, so the push is a half
    expected = np.array([1.0, 0.1]), np.array([0.05, 2.0]), np.array([-0.05, 0.0])
    one = np.ones(1)
    person, near, far = np.array([3.0, 1.0]), np.array([1.0, 0.8]), np.array([-0.5, 0.5])
    return [
        Case("a tie, and no penalty", (*hand, 0.1, 0.0), expected),
        Case("one factor", (2 * one, one, one, 0.1, 0.0), (2 * one, 1.1 * one, 0.9 * one)),
        Case("four factors, no penalty", (*three(4), 0.1, 0.0)),
        Case("four factors, with a penalty", (*three(4), 0.1, 0.3)),
        Case("an order that is clearly right already", (person, near, far, 0.2, 0.0)),
        Case("an order that is badly wrong", (person, far, near, 0.2, 0.0)),
        Case("a large step", (*three(6), 1.5, 0.1)),
    ]


def order_gets_clearer(result, viewer, better, worse, step, penalty):
    if penalty > 0 or len(result) != 3:
        return True
    new_viewer, new_better, new_worse = map(np.asarray, result)
    return new_viewer @ (new_better - new_worse) >= viewer @ (better - worse) - 1e-5


PARTS = ("viewer", "better", "worse")
PROPERTIES = (
    Property("without a penalty, the order is clearer after the step",
             order_gets_clearer,
             "After the step the watched video leads by less than before: at least one of the "
             "three moved the wrong way. Check each sign."),
)  # fmt: skip

HINTS = """
    Differentiate the loss by the lead first, then the lead by each of the three vectors. The
    derivative of -log sigmoid(x) is -sigmoid(-x): large where the order is wrong.

    With push = sigmoid(-lead): the viewer moves towards better - worse, the better video towards
    the viewer, the worse one away from the viewer, each by step * push.

    The penalty (penalty / 2) * |x|^2 has the gradient penalty * x, for all three, and it is taken
    off before the step. Compute all three new vectors from the three old ones.
"""


def push_made_afresh(*inputs):
    viewer, better, worse, *rest = inputs
    viewer = bpr_step(viewer, better, worse, *rest)[0]
    better = bpr_step(viewer, better, worse, *rest)[1]
    return viewer, better, bpr_step(viewer, better, worse, *rest)[2]


MISTAKES = """
    uphill:
      | viewer + step => viewer - step;
      | better + step => better - step;
      | worse + step => worse - step
      The step goes up the loss: after it the worse video lies further ahead. Subtract the
      gradient, or check the sign of the derivative of -log sigmoid.
    gradient_came_back: viewer + step * => -1 *; better + step * => -1 *; worse + step * => -1 *
      These are the gradients, not the vectors after the step. Return old - step * gradient for
      each of the three.
    step_forgotten:
      | viewer + step * => viewer +;
      | better + step * => better +;
      | worse + step * => worse +
      The whole gradient was taken: multiply it by `step`.
    videos_swapped:
      | better + step * (push * viewer - penalty * better),
      | worse + step * (-push * viewer - penalty * worse), =>
      | worse + step * (-push * viewer - penalty * worse),
      | better + step * (push * viewer - penalty * better),
      The two videos came back in each other's place: return viewer, better, worse.
    worse_left_alone: worse + step * (-push * viewer - penalty * worse) => worse
      The video that was not watched has not moved. It is in the lead with a minus sign, so it
      moves away from the viewer.
    worse_pulled_up: -push => push
      The video that was not watched moves towards the viewer, like the watched one. Its score
      enters the lead with a minus sign, so its gradient changes sign too.
    push_grows: np.exp(lead) => np.exp(-lead)
      The push grows as the order becomes clearer: it is sigmoid(lead). It should fade: the
      derivative of -log sigmoid(lead) is -sigmoid(-lead) = -(1 - sigmoid(lead)).
    slope_of_the_sigmoid: (1 + np.exp(lead)) => (1 + np.exp(lead)) / (1 + np.exp(-lead))
      The push is the slope of the sigmoid itself, sigmoid * (1 - sigmoid): the logarithm got
      lost. With it the sigmoid cancels and 1 - sigmoid(lead) is left.
    constant_push: 1 / (1 + np.exp(lead)) => 1.0
      or 1 / (1 + np.exp(lead)) => float(lead < 1)
      Triples push equally hard (or not at all), however clear their order is. The sigmoid is
      missing: the push is 1 - sigmoid(lead), which fades smoothly.
    error_of_a_rating: 1 / (1 + np.exp(lead)) => 1 - lead
      The push is 1 - lead, the error of a predicted rating (least squares). BPR has no target to
      hit, only an order: the push is 1 - sigmoid(lead).
    lead_factor_by_factor: viewer @ => viewer *
      The lead was taken factor by factor, so each factor has a push of its own. A score is the
      sum over factors: use @ (or .sum()), which gives one number.
    no_comparison: viewer @ (better - worse) => viewer @ better
      The push looks at the watched video's score alone. BPR compares: the lead is the viewer's
      score of the better video less that of the worse one.
    viewer_follows_better_only: push * (better - worse) => push * better
      The viewer moves towards the better video, and should move towards better - worse: the
      derivative of the lead by the viewer is the difference.
    one_after_the_other:
      | return (
      | viewer + step * (push * (better - worse) - penalty * viewer), =>
      | viewer = viewer + step * (push * (better - worse) - penalty * viewer)
      | return (
      |     viewer,
      or
      | return (
      | viewer + step * (push * (better - worse) - penalty * viewer),
      | better + step * (push * viewer - penalty * better),
      | worse + step * (-push * viewer - penalty * worse),
      | ) =>
      | better = better + step * (push * viewer - penalty * better)
      | worse = worse + step * (-push * viewer - penalty * worse)
      | viewer = viewer + step * (push * (better - worse) - penalty * viewer)
      | return viewer, better, worse
      One vector was moved before another's gradient was taken, which then follows its new value.
      All three gradients belong to the same point: use the old values.
    penalty_grows: push = 1 / (1 + np.exp(lead)) => push, penalty = 1 / (1 + np.exp(lead)), -penalty
      The penalty makes the vectors longer. It is part of the loss, so a step down makes them
      shorter: - penalty * x.
    penalty_of_another_size:
      | push = 1 / (1 + np.exp(lead)) => push, penalty = 1 / (1 + np.exp(lead)), 2 * penalty
      or push = 1 / (1 + np.exp(lead)) => push, penalty = 1 / (1 + np.exp(lead)), penalty / 2
      The penalty pulls twice, or half, as hard as it should: the loss has (penalty / 2) * |x|^2,
      whose gradient is penalty * x.
    penalty_without_step:
      | push = 1 / (1 + np.exp(lead)) => push, penalty = 1 / (1 + np.exp(lead)), penalty / step
      The penalty is taken off in full, whatever the step. It is part of the gradient, so it is
      multiplied by `step` too.
    forgot_penalty: - penalty * viewer =>; - penalty * better =>; - penalty * worse =>
      All is right but the penalty is missing: each of the three vectors also shrinks by step *
      penalty * itself.
    push_made_afresh:
      The vectors are moved one after the other, and the lead is taken afresh each time. One step
      is taken from one point: compute all three gradients before you move.
    two_losses:
      | push = 1 / (1 + np.exp(lead)) =>
      | up, down = 1 / (1 + np.exp(viewer @ better)), 1 / (1 + np.exp(-viewer @ worse));
      | push * (better - worse) => up * better - down * worse;
      | (push * viewer => (up * viewer; -push => -down
      Each video is pushed by its own score, as if one had to be 1 and the other 0. BPR only wants
      the one above the other: one lead, one push for both.
"""
