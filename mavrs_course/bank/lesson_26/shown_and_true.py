"""26.2 What the best of n shows, and what it is.

15 minutes, difficulty 2, 3 points, L26.2
Two curves from one choice: the gap between them is what a larger catalogue pays for noise.
"""

import numpy as np

from mavrs_course.course import Case


def shown_and_true(shown, true, sizes):
    rows = np.arange(len(shown))
    curves = np.zeros((2, len(sizes)))
    for place, n in enumerate(sizes):
        best = np.argmax(shown[:, :n], axis=1)
        curves[:, place] = shown[rows, best].mean(), true[rows, best].mean()
    return curves


def shown_and_true_by_taking(shown, true, sizes):
    picks = [shown[:, :n].argmax(axis=1)[:, None] for n in sizes]
    return [[float(np.take_along_axis(a, p, axis=1).mean()) for p in picks] for a in (shown, true)]


OTHERS = (shown_and_true_by_taking,)
NAMES = ("shown", "true", "sizes")


def cases(rng):
    def some(pages, candidates, noise, sizes):
        true = rng.normal(size=(pages, candidates))
        return true + noise * rng.normal(size=true.shape), true, sizes

    shown, true = np.array([[1.0, 3.0, 2.0]]), np.array([[5.0, -1.0, 4.0]])
    two = (
        np.array([[1.0, 3.0, 2.0], [0.0, -2.0, 8.0]]),
        np.array([[5.0, -1.0, 4.0], [1.0, 9.0, 2.0]]),
    )
    return [
        Case("shown 1, 3, 2; true 5, -1, 4; sizes 1, 2, 3", (shown, true, [1, 2, 3]),
             [[1, 3, 3], [5, -1, -1]]),
        Case("two pages", (*two, [1, 2, 3]), [[0.5, 1.5, 5.5], [3, 0, 0.5]]),
        Case("two pages, sizes in another order, one of them twice", (*two, [3, 1, 1]),
             [[5.5, 0.5, 0.5], [0.5, 3, 3]]),
        Case("equals: the first is taken", (np.array([[2.0, 2.0]]), np.array([[7.0, 1.0]]), [2]),
             [[2], [7]]),
        Case("all below 0", (np.array([[-4.0, -3.0]]), np.array([[-1.0, -2.0]]), [1, 2]),
             [[-4, -3], [-1, -2]]),
        Case("forty pages, much noise", some(40, 12, 2.0, [1, 3, 7, 12])),
        Case("no noise", some(15, 6, 0.0, [2, 5])),
    ]  # fmt: skip


def observe(answer, case):
    return np.asarray(answer(*case.inputs), dtype=float)


HINTS = """
    For one size, only the first candidates of each page are there to choose from. Choose on each
    page by what is shown, and look at both numbers of the one that was chosen.

    The place of the best differs from page to page. Rows and places together pick one entry of each
    page, from either table.

    The order matters: first choose, then look up, then average over pages, anew for each size.
"""
MISTAKES = """
    chooses_by_truth: np.argmax(shown[:, :n], axis=1) => np.argmax(true[:, :n], axis=1)
      You choose by the true value, which nobody sees. Choose by what is shown.
    best_of_each: true[rows, best].mean() => true[:, :n].max(axis=1).mean()
      The two numbers are of different candidates. Look up the true value of the one that was chosen.
    one_choice_for_all: np.argmax(shown[:, :n], axis=1) => np.argmax(shown[:, :n].mean(axis=0))
      You take the same candidate on all pages. Each page has its own best.
    best_page: np.argmax(shown[:, :n], axis=1) => np.argmax(shown[:, :n]) % n
      or rows = np.arange(len(shown)) => rows = np.zeros(len(shown), dtype=int)
      You look for one best over all pages. Choose on each page, along axis 1.
    ignores_the_size: shown[:, :n] => shown
      All candidates are there at each size. For size n choose among the first n.
    one_too_many: shown[:, :n] => shown[:, : n + 1]
      You choose among n + 1 candidates.
    one_too_few: shown[:, :n] => shown[:, : max(n - 1, 1)]
      You choose among n - 1 candidates.
    the_last_ones: shown[:, :n], axis=1) => shown[:, -n:], axis=1) + shown.shape[1] - n
      You choose among the last n candidates. Take the first n.
    the_worst: np.argmax(shown[:, :n], axis=1) => np.argmin(shown[:, :n], axis=1)
      You take the candidate that shows least.
    last_of_equals: np.argmax(shown[:, :n], axis=1) => n - 1 - np.argmax(shown[:, :n][:, ::-1], axis=1)
      Of equals you take the last. Take the first.
    truth_first: shown[rows, best].mean(), true[rows, best].mean() =>
      |     true[rows, best].mean(), shown[rows, best].mean()
      The rows have changed places: what is shown comes first.
    sums: shown[rows, best].mean(), true[rows, best].mean() =>
      |     shown[rows, best].sum(), true[rows, best].sum()
      You add up over pages. Take the mean.
    the_gap: true[rows, best].mean() => (shown[rows, best] - true[rows, best]).mean()
      You return the gap in place of the true value.
    mean_of_all: true[rows, best].mean() => true[:, :n].mean()
      You take the mean true value of all candidates. Take that of the ones chosen.
    on_its_side: return curves => return curves.T
      The result has a row for what is shown and one for what is true, with a column for each size.
"""  # noqa: E501


EQUAL = r"""
    np.zeros((2, len(sizes))) => np.ones((2, len(sizes))) | curves = np.zeros((2, len(sizes)))
      Every place is filled.
"""
