"""06.3 Doubly robust.

20 minutes, difficulty 2, 3 points, L06.3
You can now judge a policy that nobody has ever seen, and say how sure you are.
"""

import numpy as np

from mavrs_course.agents.feedback import offpolicy
from mavrs_course.course import Case, Property


def value_from_logs(rewards, shown, new, old, predicted):
    rows = np.arange(len(rewards))
    weights = new[rows, shown] / old[rows, shown]
    terms = (new * predicted).sum(axis=1) + weights * (rewards - predicted[rows, shown])
    half = 1.96 * terms.std(ddof=1) / np.sqrt(len(terms))
    return terms.mean(), terms.mean() - half, terms.mean() + half


def value_page_by_page(rewards, shown, new, old, predicted):
    terms = []
    for reward, video, p, q, guess in zip(rewards, shown, new, old, predicted, strict=True):
        expected = sum(a * b for a, b in zip(p, guess, strict=True))
        terms.append(expected + p[video] / q[video] * (reward - guess[video]))
    mean = sum(terms) / len(terms)
    variance = sum((term - mean) ** 2 for term in terms) / (len(terms) - 1)
    half = 1.96 * (variance / len(terms)) ** 0.5
    return [mean, mean - half, mean + half]


def library_value(rewards, shown, new, old, predicted):
    rows = np.arange(len(rewards))
    weights = offpolicy.importance_weights(new[rows, shown], old[rows, shown])
    expected = np.einsum("nc,nc->n", new, predicted)
    found = offpolicy.doubly_robust(rewards, weights, predicted[rows, shown], expected)
    return [found.value, found.low, found.high]


OTHERS = (value_page_by_page, library_value)


def cases(rng):
    def some(pages, videos, model=True):
        new, old = rng.dirichlet(np.ones(videos), (2, pages))
        old = 0.7 * old + 0.3 / videos
        shown = (old.cumsum(axis=1) < rng.random((pages, 1))).sum(axis=1).clip(max=videos - 1)
        predicted = rng.uniform(0, 3, (pages, videos)) * model
        return rng.choice([0.0, 4.0], pages), shown, new, old, predicted

    hand_new, hand_old = np.tile([0.2, 0.8], (5, 1)), np.tile([0.8, 0.2], (5, 1))
    rewards, shown = np.array([4.0, 0.0, 0.0, 0.0, 4.0]), np.array([0, 0, 0, 0, 1])
    predicted = np.tile([1.0, 3.0], (5, 1))
    terms = np.array([3.35, 2.35, 2.35, 2.35, 6.6])
    half = 1.96 * terms.std(ddof=1) / np.sqrt(5)
    return [
        Case("two videos, five pages", (rewards, shown, hand_new, hand_old, predicted),
             [3.4, 3.4 - half, 3.4 + half]),
        Case("a model that knows nothing: plain IPS",
             (rewards, shown, hand_new, hand_old, 0 * predicted)),
        Case("the new policy is the old one", (rewards, shown, hand_old, hand_old, predicted)),
        Case("a video that the old policy hardly ever showed", (np.array([4.0, 0.0, 1.0]),
             np.array([0, 1, 0]), np.tile([0.9, 0.1], (3, 1)), np.tile([0.02, 0.98], (3, 1)),
             np.ones((3, 2)))),
        Case("a single video to choose", (np.array([0.5, 1.5, 2.5]), np.zeros(3, dtype=int),
             np.ones((3, 1)), np.ones((3, 1)), np.full((3, 1), 2.0)),
             [1.5, 1.5 - 1.96 / np.sqrt(3), 1.5 + 1.96 / np.sqrt(3)]),
        Case("sixty pages of four videos", some(60, 4)),
        Case("two hundred pages of ten videos", some(200, 10)),
    ]  # fmt: skip


TOLERANCE = 1e-4
PARTS = ("value", "lower end", "upper end")
PROPERTIES = (
    Property("a value and the two ends of its interval",
             lambda result, *inputs: np.shape(result) == (3,),
             "Return three numbers: the value, the lower and the upper end of its interval."),
    Property("the value lies in the middle of its interval",
             lambda result, *inputs: np.isclose(result[0], (result[1] + result[2]) / 2),
             "The interval goes as far down from the value as it goes up. The order is value, "
             "lower end, upper end."),
)  # fmt: skip

HINTS = """
    Make one term for each page first. The value is their mean, and the interval comes from their
    spread.

    rows = np.arange(len(rewards)) lets you pick what was shown: new[rows, shown]. The weight is
    new over old there. What the model expects is (new * predicted).sum(axis=1).

    A term is what the model expects plus the weight times what the model missed: the reward less
    its prediction for what was shown. Half the interval is 1.96 standard errors, with ddof=1.
"""
MISTAKES = """
    ips_without_the_model:
      | (new * predicted).sum(axis=1) + weights * (rewards - predicted[rows, shown]) =>
      |     weights * rewards
      That is IPS, which makes no use of the model. Start each page from what the model expects of
      the new policy, and weigh only what the model got wrong.
    model_without_correction: + weights * (rewards - predicted[rows, shown]) =>
      That is the model's word alone: it never looks at what was earned. Add the weighted error of
      the model on what was shown.
    weights_upside_down: new[rows, shown] / old[rows, shown] => old[rows, shown] / new[rows, shown]
      Your weights are old / new. What the new policy shows more often than the old one did must
      count more: new / old.
    forgot_the_weights: + weights * => +
      The model's error is added as the old policy met it. Weigh each error by new / old, so that
      it counts as often as the new policy would meet it.
    weights_clipped:
      | new[rows, shown] / old[rows, shown] => np.minimum(new[rows, shown] / old[rows, shown], 10)
      Large weights are cut off. That is a good idea of its own, with an error that it brings along;
      plain doubly robust takes the weights as they are.
    forgot_the_prediction: (rewards - predicted[rows, shown]) => rewards
      The whole reward is weighed and added, although the model's expectation is in the sum already.
      Weigh what the model got wrong: reward minus prediction.
    every_page_with_every_other:
      | new[rows, shown] / old[rows, shown] => new[:, shown] / old[:, shown];
      | weights * (rewards - predicted[rows, shown]) =>
      |     (weights * (rewards - predicted[:, shown])).mean(axis=1)
      new[:, shown] is a table, each page with the videos of all pages. One entry a page is wanted:
      new[rows, shown] with rows = np.arange(len(rewards)).
    weighed_everything:
      | (new * predicted).sum(axis=1) + weights * (rewards - predicted[rows, shown]) =>
      |     weights * ((new * predicted).sum(axis=1) + rewards - predicted[rows, shown])
      The expectation under the new policy is weighed too. It is an average over the new policy's
      own choices already: the weight belongs to the error only.
    added_the_prediction_shown: (new * predicted).sum(axis=1) => predicted[rows, shown]
      You start from the prediction for what the old policy showed. Start from what the model
      expects of the new policy: the sum of new * predicted over the videos.
    expected_under_the_old_policy: (new * predicted) => (old * predicted)
      You average the predictions with the old policy's probabilities. The value of the new one is
      asked for: sum new * predicted over the videos.
    all_videos_alike: (new * predicted).sum(axis=1) => predicted.mean(axis=1)
      You take the plain mean of the predictions. The new policy does not choose all videos alike:
      weigh each prediction with its probability under new.
    subtracted_the_expectation:
      | (rewards - predicted[rows, shown]) => (rewards - (new * predicted).sum(axis=1))
      The model's error on a page is reward minus the prediction for the video that was shown, not
      minus what it expects of the new policy.
    error_with_the_wrong_sign: + weights * => - weights *
      The correction points the wrong way. Where the reward was higher than predicted the value
      must rise: add weight * (reward - prediction).
    normalised_the_weights: + weights * => + len(rows) / weights.sum() * weights *
      You divide by the sum of the weights. That is a good idea of its own (self-normalised);
      plain doubly robust divides by the number of pages.
    another_interval: / np.sqrt(len(terms)) =>
      The value is right, its interval is not. Its half width is 1.96 standard errors: the
      standard deviation of the pages' terms (ddof=1) over the root of their number.
"""


def detect_another_interval(trials):
    """The value fits in every case; the interval does not."""
    several = [np.asarray(trial.returned, dtype=float) for trial in trials]
    wanted = [np.asarray(trial.expected, dtype=float) for trial in trials]
    return all(
        got.shape == (3,) and np.isclose(got[0], right[0])
        for got, right in zip(several, wanted, strict=True)
    ) and not all(trial.passed for trial in trials)


EQUAL = """
    rewards without axes of length 1
    shown without axes of length 1
      A single page has no standard deviation with ddof=1.
"""
