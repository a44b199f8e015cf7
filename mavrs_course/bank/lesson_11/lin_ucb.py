"""11.1 A gate that learns whom to believe.

25 minutes, difficulty 3, 5 points, L11.1
You have written LinUCB whole: it will learn whom to believe in any panel.
"""

import numpy as np

from mavrs_course.course import Case


class LinUCB:
    def __init__(self, arms, features, alpha):
        self.alpha = alpha
        self.A = np.tile(np.eye(features), (arms, 1, 1))
        self.b = np.zeros((arms, features))

    def choose(self, contexts):
        inverse = np.linalg.inv(self.A)
        theta = np.einsum("nde,ne->nd", inverse, self.b)
        width = np.sqrt(np.einsum("bd,nde,be->bn", contexts, inverse, contexts))
        return (contexts @ theta.T + self.alpha * width).argmax(axis=1)

    def learn(self, contexts, arms, rewards):
        for x, arm, reward in zip(contexts, arms, rewards, strict=True):
            self.A[arm] += np.outer(x, x)
            self.b[arm] += reward * x


class LinUCBThatRemembers:
    """Keeps everything and solves the regressions when asked."""

    def __init__(self, arms, features, alpha):
        self.arms, self.features, self.alpha = arms, features, alpha
        self.seen = [[] for _ in range(arms)]

    def learn(self, contexts, arms, rewards):
        for x, arm, reward in zip(contexts, arms, rewards, strict=True):
            self.seen[arm].append((np.array(x), float(reward)))

    def choose(self, contexts):
        bounds = []
        for rounds in self.seen:
            x = np.array([x for x, _ in rounds]).reshape(-1, self.features)
            r = np.array([r for _, r in rounds])
            inverse = np.linalg.inv(np.eye(self.features) + x.T @ x)
            theta = inverse @ x.T @ r
            bounds.append([c @ theta + self.alpha * np.sqrt(c @ inverse @ c) for c in contexts])
        return np.argmax(bounds, axis=0)


OTHERS = (LinUCBThatRemembers,)
CHOSEN, FRESH = "arms chosen", "arms chosen by a new one"


def cases(rng):
    def one(pages):
        return np.ones((pages, 1))

    def some(arms, features, alpha, rounds, pages):
        truth = rng.normal(size=(arms, features))
        story = []
        for _ in range(rounds):
            x = rng.normal(size=(pages, features)) * rng.uniform(0.2, 3.0)
            known = rng.integers(0, arms, pages)
            reward = (x * truth[known]).sum(axis=1) + rng.normal(size=pages)
            story.append((x, known, 2.0 * reward))
        return arms, features, alpha, story

    hand = [(one(1), [0], [1.0]), (one(1), [1], [0.0]), (one(1), [0], [0.0]), (one(1), [0], [0.0])]
    many = [(one(1), [0], [4.0])] + [(one(8), [1] * 8, [0.5] * 8)] * 2
    return [
        Case("one feature, two arms, alpha 1", (2, 1, 1.0, hand),
             {CHOSEN: np.array([[0], [0], [0], [0]]), FRESH: np.array([0])}),
        Case("an arm never tried, and alpha 5", (2, 1, 5.0, hand),
             {CHOSEN: np.array([[0], [1], [0], [1]]), FRESH: np.array([0])}),
        Case("alpha 0: what is expected, and nothing else",
             (2, 1, 0.0, [(one(1), [1], [-1.0]), (one(1), [0], [-3.0]), (one(1), [1], [-9.0])]),
             {CHOSEN: np.array([[0], [0], [1]]), FRESH: np.array([0])}),
        Case("three arms, four features", some(3, 4, 1.0, 40, 1)),
        Case("batches of twenty pages", some(4, 3, 2.0, 15, 20)),
        Case("five arms that are hard to tell apart", some(5, 2, 0.5, 60, 2)),
        Case("one arm was tried once, the other often", (2, 1, 1.0, [many[0]]),
             {CHOSEN: np.array([[0]]), FRESH: np.array([0])}),
    ]  # fmt: skip


def observe(make, case):
    """The arms that a bandit chooses along a story, and what a new one chooses after it."""
    arms, features, alpha, story = case.inputs
    player = make(arms, features, alpha)
    chosen = []
    for contexts, known, rewards in story:
        chosen.append(np.asarray(player.choose(np.asarray(contexts))))
        player.learn(np.asarray(contexts), np.array(known), np.array(rewards))
    fresh = make(arms, features, alpha)
    return {CHOSEN: np.array(chosen), FRESH: np.asarray(fresh.choose(np.array(story[0][0])))}


NAMES = ("arms", "features", "alpha", "story")
HINTS = """
    Two arrays hold everything: A, one identity matrix of size d for each arm, and b, one row of
    zeros for each arm. learn adds np.outer(x, x) and reward * x to those of the arm.

    For one context x and one arm: theta = np.linalg.solve(A[arm], b[arm]), expected = x @ theta,
    width = np.sqrt(x @ np.linalg.inv(A[arm]) @ x).

    choose: np.argmax over the arms of expected + alpha * width, for each row of contexts.
    np.argmax takes the first of equals, as it should.
"""
MISTAKES = """
    shared_between_bandits:
      | self.b = np.zeros((arms, features)) =>
      | self.b = np.zeros((arms, features))
      | LinUCB.shared = shared = getattr(LinUCB, "shared", {})
      | self.A, self.b = shared.setdefault((arms, features, alpha), (self.A, self.b))
      A new bandit knows what an older one has learned: A and b belong to the class, or are a
      default argument. Make them in __init__.
    no_bonus: + self.alpha * width =>
      The arm with the best estimate is chosen, and what is not known yet counts for nothing. Add
      alpha times the width, sqrt(x' A^-1 x), before you compare.
    forgot_the_root:
      | np.sqrt(np.einsum("bd,nde,be->bn", contexts, inverse, contexts)) =>
      |     np.einsum("bd,nde,be->bn", contexts, inverse, contexts)
      x' A^-1 x is a variance. The width of the interval is its square root.
    alpha_under_the_root:
      | np.sqrt(np.einsum("bd,nde,be->bn", contexts, inverse, contexts)) =>
      |     np.einsum("bd,nde,be->bn", contexts, inverse, contexts);
      | self.alpha * width => np.sqrt(self.alpha * width)
      alpha stands under the root. The bonus is alpha times sqrt(x' A^-1 x).
    width_without_inverse: contexts, inverse, contexts => contexts, self.A, contexts
      Your width grows with every page that an arm has led. It is x' A^-1 x, with the inverse,
      that shrinks as more is known.
    always_alpha_one: self.alpha * width => width
      The bonus is the same whatever alpha is: multiply the width by it.
    diagonal_only:
      | np.einsum("bd,nde,be->bn", contexts, inverse, contexts) =>
      |     contexts**2 @ np.diagonal(inverse, axis1=1, axis2=2).T
      The width uses the diagonal of A^-1 alone. It is x' A^-1 x, with all entries of the matrix.
    best_page_for_each_arm: argmax(axis=1) => argmax(axis=0)
      argmax(axis=0) finds for each arm the page on which it could pay most. For each page the arm
      is wanted: axis=1.
    last_page_of_the_batch_only:
      | zip(contexts, arms, rewards, strict=True): =>
      |     zip(contexts[-1:], arms[-1:], rewards[-1:], strict=True):
      Only the last page of each batch is learned from. Go through all of them.
    lower_bound: + self.alpha => - self.alpha
      The width is subtracted, so that what is unknown is avoided and stays unknown. LinUCB is an
      optimist: add it.
    one_matrix_for_all: self.A[arm] += => self.A +=
      All arms share one A. Only the arm that led a page learns from it: A[arm] and b[arm].
    every_arm_learns: self.A[arm] += => self.A +=; self.b[arm] += => self.b +=
      All arms come out the same, so that the first always wins. Either every arm learns from
      every page ([x] * arms is one array, arms times), or none does: only A[arm] and b[arm] of
      the arm that led the page are added to.
    b_for_theta: contexts @ theta.T => contexts @ self.b.T
      The estimate is theta = A^-1 b. You multiply the context with b itself, which only grows.
    reward_without_context: reward * x => reward
      b adds up rewards alone. It adds up reward times context: b[arm] += reward * x.
    inner_for_outer_product: np.outer(x, x) => x @ x
      x @ x is one number, added to every entry of A. It is the outer product, a matrix:
      np.outer(x, x).
    last_of_the_batch:
      | for x, arm, reward in zip(contexts, arms, rewards, strict=True):
      |     self.A[arm] += np.outer(x, x)
      |     self.b[arm] += reward * x =>
      | self.A[arms] += np.einsum("bd,be->bde", contexts, contexts)
      | self.b[arms] += rewards[:, None] * contexts
      When an arm leads several pages of one batch, only the last one counts: A[arms] += ... adds
      once for each arm. Loop over the pages, or use np.add.at.
    forgets:
      | for x, arm, reward in =>
      | self.A[:] = np.eye(self.A.shape[1])
      | self.b[:] = 0.0
      | for x, arm, reward in
      Only the last call of learn counts: A and b start anew each time. Add to what is there.
    counts_pulls:
      | self.b = np.zeros((arms, features)) =>
      |     self.b, self.pulls = np.zeros((arms, features)), np.zeros(arms);
      | np.einsum("bd,nde,be->bn", contexts, inverse, contexts) =>
      |     np.log(1 + self.pulls.sum()) / np.maximum(self.pulls, 1e-9);
      | self.A[arm] += =>
      | self.pulls[arm] += 1
      | self.A[arm] +=
      That bonus counts how often an arm was pulled (UCB1). With a context it is alpha * sqrt(x'
      A^-1 x): an arm may be well known for strangers and unknown for regulars.
    hardly_any_ridge: np.eye(features) => 1e-6 * np.eye(features)
      A starts at almost nothing, so that an arm never tried looks endlessly good. It starts as
      the identity.
"""


def detect_shared_between_bandits(trials):
    """A new bandit chooses what one that has been through the story would."""
    agree, moved = [], False
    for trial in trials:
        arms, features, alpha, story = trial.inputs
        trained = LinUCB(arms, features, alpha)
        for x, known, rewards in story:
            trained.learn(np.array(x), np.array(known), np.array(rewards))
        fresh = np.asarray(trial.returned[FRESH])
        wanted = trained.choose(np.array(story[0][0]))
        if fresh.shape != wanted.shape or fresh.dtype.kind not in "iu":
            return False
        agree += list(fresh == wanted)
        moved = moved or bool(fresh.any())
    return moved and np.mean(agree) > 0.8
