"""Exercises of lesson 11, hierarchical coordination."""

from __future__ import annotations

import heapq

import numpy as np

from mavrs_course.coordination.hierarchical import bandit, consult
from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if

# --- 11.1 ------------------------------------------------------------------------------------


class LinUCB:
    def __init__(self, arms, features, alpha):
        self.alpha = alpha
        self.A = np.tile(np.eye(features), (arms, 1, 1))
        self.b = np.zeros((arms, features))

    def choose(self, contexts):
        return self.bounds(contexts).argmax(axis=1)

    def bounds(self, contexts):
        inverse = np.linalg.inv(self.A)
        theta = np.einsum("nde,ne->nd", inverse, self.b)
        width = np.sqrt(np.einsum("bd,nde,be->bn", contexts, inverse, contexts))
        return contexts @ theta.T + self.alpha * width

    def learn(self, contexts, arms, rewards):
        for x, arm, reward in zip(contexts, arms, rewards, strict=True):
            self.A[arm] += np.outer(x, x)
            self.b[arm] += reward * x


class LinUCBOfTheLibrary:
    def __init__(self, arms, features, alpha):
        self.alpha, self.bandit = alpha, bandit.LinearBandit(arms, features)

    def choose(self, contexts):
        return self.bandit.upper_bound(contexts, self.alpha).argmax(axis=1)

    def learn(self, contexts, arms, rewards):
        self.bandit.learn(contexts, arms, rewards)


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


CHOSEN, FRESH = "arms chosen", "arms chosen by a new one"


def play_bandit(make, case):
    """The arms that a bandit chooses along a story, and what a new one chooses after it."""
    arms, features, alpha, story = case.inputs
    player = make(arms, features, alpha)
    chosen = []
    for contexts, known, rewards in story:
        chosen.append(np.asarray(player.choose(np.array(contexts))))
        player.learn(np.array(contexts), np.array(known), np.array(rewards))
    fresh = make(arms, features, alpha)
    return {CHOSEN: np.array(chosen), FRESH: np.asarray(fresh.choose(np.array(story[0][0])))}


def bandit_cases(rng):
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


class _Variant(LinUCB):
    """LinUCB with one thing done otherwise."""

    ridge = 1.0

    def __init__(self, arms, features, alpha):
        super().__init__(arms, features, alpha)
        self.A = self.A * self.ridge


class _NoBonus(_Variant):
    def bounds(self, contexts):
        self.alpha = 0.0
        return super().bounds(contexts)


class _NoRoot(_Variant):
    def bounds(self, contexts):
        inverse = np.linalg.inv(self.A)
        theta = np.einsum("nde,ne->nd", inverse, self.b)
        width = np.einsum("bd,nde,be->bn", contexts, inverse, contexts)
        return contexts @ theta.T + self.alpha * width


class _WidthWithoutInverse(_Variant):
    def bounds(self, contexts):
        theta = np.linalg.solve(self.A, self.b[..., None])[..., 0]
        width = np.sqrt(np.einsum("bd,nde,be->bn", contexts, self.A, contexts))
        return contexts @ theta.T + self.alpha * width


class _LowerBound(_Variant):
    def bounds(self, contexts):
        self.alpha, kept = -self.alpha, self.alpha
        result = super().bounds(contexts)
        self.alpha = kept
        return result


class _OneForAll(_Variant):
    def learn(self, contexts, arms, rewards):
        for x, arm, reward in zip(contexts, arms, rewards, strict=True):
            self.A += np.outer(x, x)
            self.b[arm] += reward * x


class _EveryArmLearns(_Variant):
    def learn(self, contexts, arms, rewards):
        for x, reward in zip(contexts, rewards, strict=True):
            self.A += np.outer(x, x)
            self.b += reward * x


class _ForgotB(_Variant):
    def bounds(self, contexts):
        inverse = np.linalg.inv(self.A)
        width = np.sqrt(np.einsum("bd,nde,be->bn", contexts, inverse, contexts))
        return contexts @ self.b.T + self.alpha * width


class _RewardWithoutContext(_Variant):
    def learn(self, contexts, arms, rewards):
        for x, arm, reward in zip(contexts, arms, rewards, strict=True):
            self.A[arm] += np.outer(x, x)
            self.b[arm] += reward


class _LastOfBatch(_Variant):
    def learn(self, contexts, arms, rewards):
        update = self.A.copy(), self.b.copy()
        for x, arm, reward in zip(contexts, arms, rewards, strict=True):
            update[0][arm] = self.A[arm] + np.outer(x, x)
            update[1][arm] = self.b[arm] + reward * x
        self.A, self.b = update


class _Forgets(_Variant):
    def learn(self, contexts, arms, rewards):
        self.A[:] = np.eye(self.A.shape[1])
        self.b[:] = 0.0
        super().learn(contexts, arms, rewards)


class _Shared(_Variant):
    store: dict = {}  # noqa: RUF012

    def __init__(self, arms, features, alpha):
        super().__init__(arms, features, alpha)
        self.A, self.b = self.store.setdefault((arms, features, alpha), (self.A, self.b))


class _CountsPulls(_Variant):
    """The UCB of bandits without context."""

    def __init__(self, arms, features, alpha):
        super().__init__(arms, features, alpha)
        self.pulls = np.zeros(arms)

    def bounds(self, contexts):
        theta = np.linalg.solve(self.A, self.b[..., None])[..., 0]
        bonus = np.sqrt(np.log(1 + self.pulls.sum()) / np.maximum(self.pulls, 1e-9))
        return contexts @ theta.T + self.alpha * bonus

    def learn(self, contexts, arms, rewards):
        np.add.at(self.pulls, arms, 1)
        super().learn(contexts, arms, rewards)


class _WeakRidge(_Variant):
    ridge = 1e-6


class _AlphaInside(_Variant):
    def bounds(self, contexts):
        inverse = np.linalg.inv(self.A)
        theta = np.einsum("nde,ne->nd", inverse, self.b)
        width = np.einsum("bd,nde,be->bn", contexts, inverse, contexts)
        return contexts @ theta.T + np.sqrt(self.alpha * width)


class _InnerProduct(_Variant):
    def learn(self, contexts, arms, rewards):
        for x, arm, reward in zip(contexts, arms, rewards, strict=True):
            self.A[arm] += x @ x
            self.b[arm] += reward * x


def _new_one_is_trained(trials):
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


_linucb = Exercise(
    id="11.1",
    title="A gate that learns whom to believe",
    minutes=25,
    difficulty=3,
    points=5,
    objective="L11.1",
    reference=LinUCB,
    cases=bandit_cases,
    observe=play_bandit,
    names=("arms", "features", "alpha", "story"),
    mistakes=(
        Mistake(
            "shared_between_bandits",
            _Shared,
            "A new bandit knows what an older one has learned: A and b belong to the class, or "
            "are a default argument. Make them in __init__.",
            _new_one_is_trained,
        ),
        Mistake(
            "no_bonus",
            _NoBonus,
            "The arm with the best estimate is chosen, and what is not known yet counts for "
            "nothing. Add alpha times the width, sqrt(x' A^-1 x), before you compare.",
        ),
        Mistake(
            "forgot_the_root",
            _NoRoot,
            "x' A^-1 x is a variance. The width of the interval is its square root.",
        ),
        Mistake(
            "alpha_under_the_root",
            _AlphaInside,
            "alpha stands under the root. The bonus is alpha times sqrt(x' A^-1 x).",
        ),
        Mistake(
            "width_without_inverse",
            _WidthWithoutInverse,
            "Your width grows with every page that an arm has led. It is x' A^-1 x, with the "
            "inverse, that shrinks as more is known.",
        ),
        Mistake(
            "lower_bound",
            _LowerBound,
            "The width is subtracted, so that what is unknown is avoided and stays unknown. "
            "LinUCB is an optimist: add it.",
        ),
        Mistake(
            "one_matrix_for_all",
            _OneForAll,
            "All arms share one A. Only the arm that led a page learns from it: A[arm] and b[arm].",
        ),
        Mistake(
            "every_arm_learns",
            _EveryArmLearns,
            "All arms come out the same, so that the first always wins. Either every arm learns "
            "from every page ([x] * arms is one array, arms times), or none does: only A[arm] and "
            "b[arm] of the arm that led the page are added to.",
        ),
        Mistake(
            "b_for_theta",
            _ForgotB,
            "The estimate is theta = A^-1 b. You multiply the context with b itself, which "
            "only grows.",
        ),
        Mistake(
            "reward_without_context",
            _RewardWithoutContext,
            "b adds up rewards alone. It adds up reward times context: b[arm] += reward * x.",
        ),
        Mistake(
            "inner_for_outer_product",
            _InnerProduct,
            "x @ x is one number, added to every entry of A. It is the outer product, a matrix: "
            "np.outer(x, x).",
        ),
        Mistake(
            "last_of_the_batch",
            _LastOfBatch,
            "When an arm leads several pages of one batch, only the last one counts: "
            "A[arms] += ... adds once for each arm. Loop over the pages, or use np.add.at.",
        ),
        Mistake(
            "forgets",
            _Forgets,
            "Only the last call of learn counts: A and b start anew each time. Add to what is "
            "there.",
        ),
        Mistake(
            "counts_pulls",
            _CountsPulls,
            "That bonus counts how often an arm was pulled (UCB1). With a context it is "
            "alpha * sqrt(x' A^-1 x): an arm may be well known for strangers and unknown for "
            "regulars.",
        ),
        Mistake(
            "hardly_any_ridge",
            _WeakRidge,
            "A starts at almost nothing, so that an arm never tried looks endlessly good. It "
            "starts as the identity.",
        ),
    ),
    others=(LinUCBOfTheLibrary, LinUCBThatRemembers),
    hints=(
        "Two arrays hold everything: A, one identity matrix of size d for each arm, and b, one "
        "row of zeros for each arm. learn adds np.outer(x, x) and reward * x to those of the arm.",
        "For one context x and one arm: theta = np.linalg.solve(A[arm], b[arm]), expected = "
        "x @ theta, width = np.sqrt(x @ np.linalg.inv(A[arm]) @ x).",
        "choose: np.argmax over the arms of expected + alpha * width, for each row of contexts. "
        "np.argmax takes the first of equals, as it should.",
    ),
    praise="You have written LinUCB whole: it will learn whom to believe in any panel.",
)


# --- 11.2 ------------------------------------------------------------------------------------


def gate_gradient(theta, contexts, votes, by_score):
    weights = _softmax(contexts @ theta.T)
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


def gradient_cases(rng):
    def some(pages, agents, candidates, features):
        return (
            rng.normal(size=(agents, features)),
            rng.normal(size=(pages, features)),
            rng.random((pages, agents, candidates)),
            rng.normal(size=(pages, candidates)),
        )

    hand = (np.zeros((2, 1)), np.array([[2.0]]), np.array([[[1.0, 0.0], [0.0, 1.0]]]),
            np.array([[1.0, -1.0]]))  # fmt: skip
    return [
        Case("two agents of equal weight who disagree", hand, np.array([[[1.0], [-1.0]]])),
        Case("agents who vote alike: nothing to learn about them",
             (np.array([[0.3], [-0.2]]), np.ones((1, 1)), np.ones((1, 2, 3)) * [0.2, 1.0, 0.0],
              np.array([[1.0, -0.5, -0.5]])), np.zeros((1, 2, 1))),
        Case("five pages, three agents", some(5, 3, 6, 4)),
        Case("one agent, whose weight is 1 whatever theta says", some(3, 1, 4, 2),
             np.zeros((3, 1, 2))),
        Case("as many agents as features", some(4, 3, 5, 3)),
        Case("twenty pages", some(20, 4, 10, 5)),
    ]  # fmt: skip


def _gradient(by_logit_of, weights_of=_softmax):
    def answer(theta, contexts, votes, by_score):
        weights = weights_of(contexts @ theta.T)
        by_weight = np.einsum("bc,bnc->bn", by_score, votes)
        return by_logit_of(weights, by_weight)[:, :, None] * contexts[:, None, :]

    return answer


def _softmax_over_pages(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


_gate_gradient = Exercise(
    id="11.2",
    title="Through the softmax",
    minutes=20,
    difficulty=2,
    points=3,
    objective="L11.2",
    reference=gate_gradient,
    cases=gradient_cases,
    properties=(
        Property(
            "one gradient of the shape of theta for each page",
            lambda result, theta, contexts, votes, by_score: (
                np.shape(result) == (len(contexts), *np.shape(theta))
            ),
            "For each page a gradient of the shape of theta is wanted: float[B, n, d].",
        ),
        Property(
            "the agents' gradients cancel",
            lambda result, theta, contexts, votes, by_score: np.allclose(
                np.sum(result, axis=1), 0.0, atol=1e-9
            ),
            "Over the agents, the gradients must add up to zero: adding the same number to all "
            "logits changes no weight. Subtract the weighted mean inside the softmax's derivative.",
        ),
    ),
    mistakes=(
        Mistake(
            "forgot_the_mean",
            _gradient(lambda w, g: w * g),
            "w times its gradient is half of the softmax's derivative. When one weight rises the "
            "others fall: w_i (g_i - sum_j w_j g_j).",
        ),
        Mistake(
            "skipped_the_softmax",
            _gradient(lambda w, g: g),
            "That is the gradient by the weights, times the context. Between the weights and the "
            "logits stands the softmax, with the derivative w_i (g_i - sum_j w_j g_j).",
        ),
        Mistake(
            "plain_mean",
            _gradient(lambda w, g: w * (g - g.mean(axis=1, keepdims=True))),
            "The plain mean of the gradients is subtracted. It is the mean weighted with w.",
        ),
        Mistake(
            "weight_missing_in_front",
            _gradient(lambda w, g: g - (w * g).sum(axis=1, keepdims=True)),
            "The bracket is right, and the weight in front of it is missing: "
            "w_i (g_i - sum_j w_j g_j).",
        ),
        Mistake(
            "sigmoid_for_softmax",
            _gradient(lambda w, g: w * (1 - w) * g),
            "w (1 - w) is the softmax's derivative on the diagonal alone: how a weight moves with "
            "its own logit. It moves with the logits of the others too.",
        ),
        Mistake(
            "softmax_over_pages",
            _gradient(
                lambda w, g: w * (g - (w * g).sum(axis=1, keepdims=True)), _softmax_over_pages
            ),
            "The softmax runs over the pages. The weights of one page's agents add up to one: "
            "axis 1 of the logits float[B, n].",
        ),
        Mistake(
            "votes_without_by_score",
            lambda theta, contexts, votes, by_score: gate_gradient(
                theta, contexts, votes, np.ones_like(by_score)
            ),
            "The votes are added up as they are. A vote counts as much as the score of its "
            "candidate matters: multiply with by_score, then sum over the candidates.",
        ),
        Mistake(
            "equal_weights",
            _gradient(
                lambda w, g: w * (g - (w * g).sum(axis=1, keepdims=True)),
                lambda z: np.full_like(z, 1 / z.shape[1]),
            ),
            "All agents have the same weight, whatever theta says. The weights are the softmax of "
            "contexts @ theta.T.",
        ),
        Mistake(
            "mean_over_everything",
            _gradient(lambda w, g: w * (g - (w * g).sum())),
            "The weighted mean is summed over all pages. Each page has its own: sum over axis 1, "
            "with keepdims=True.",
        ),
        Mistake(
            "wrong_sign",
            _gradient(lambda w, g: -w * (g - (w * g).sum(axis=1, keepdims=True))),
            "The sign is turned: this would make every page less likely that did well.",
        ),
        Mistake(
            "weights_taken_as_logits",
            _gradient(
                lambda w, g: w * (g - (w * g).sum(axis=1, keepdims=True)),
                lambda z: _softmax(_softmax(z)),
            ),
            "The softmax is taken twice. contexts @ theta.T are the logits, and one softmax makes "
            "them weights.",
        ),
        Mistake(
            "mean_over_pages",
            lambda theta, contexts, votes, by_score: gate_gradient(
                theta, contexts, votes, by_score
            ).mean(axis=0),
            "The pages are averaged. Each page's gradient is wanted by itself, float[B, n, d], "
            "since each will be multiplied with its own surprise.",
            as_if(
                lambda *inputs: gate_gradient(*inputs).mean(axis=0),
                lambda *inputs: gate_gradient(*inputs).sum(axis=0),
            ),
        ),
        Mistake(
            "forgot_the_context",
            lambda theta, contexts, votes, by_score: np.repeat(
                _gradient(lambda w, g: w * (g - (w * g).sum(axis=1, keepdims=True)))(
                    theta, contexts, votes, by_score
                ).sum(axis=2, keepdims=True)
                / contexts.sum(axis=1)[:, None, None],
                theta.shape[1],
                axis=2,
            ),
            "That is the gradient by the logits, the same for each feature. A logit is theta x, "
            "so multiply with the context: by_logit[:, :, None] * contexts[:, None, :].",
        ),
    ),
    others=(gate_gradient_by_loops,),
    hints=(
        "Go backwards in three steps: from the scores to the weights, from the weights to the "
        "logits, from the logits to theta.",
        "A score is sum_i w_i vote_ic, so by_weight = np.einsum('bc,bnc->bn', by_score, votes). "
        "Through the softmax: by_logit_i = w_i (by_weight_i - sum_j w_j by_weight_j).",
        "A logit is theta_i x: return by_logit[:, :, None] * contexts[:, None, :].",
    ),
    praise="That is the whole engine of a learned router; any score that is differentiable fits.",
)


# --- 11.3 ------------------------------------------------------------------------------------


def whom_to_ask(weights, worth, price):
    number = 1 + np.argmax(worth - price * np.arange(1, worth.shape[1] + 1), axis=1)
    place = np.argsort(np.argsort(-weights, axis=1, kind="stable"), axis=1, kind="stable")
    return place < number[:, None]


def whom_to_ask_by_loops(weights, worth, price):
    asked = np.zeros(np.shape(weights), dtype=bool)
    for page, (trust, minutes) in enumerate(zip(weights, worth, strict=True)):
        net = [value - price * (m + 1) for m, value in enumerate(minutes)]
        number = net.index(max(net)) + 1
        for agent in sorted(range(len(trust)), key=lambda agent: -trust[agent])[:number]:
            asked[page, agent] = True
    return asked


def whom_with_library(weights, worth, price):
    number = 1 + (worth - price * np.arange(1, worth.shape[1] + 1)).argmax(axis=1)
    return consult.most_trusted(weights, number)


def ask_cases(rng):
    def some(pages, agents, price):
        worth = 2.0 + np.cumsum(rng.exponential(0.3, (pages, agents)), axis=1)
        worth += rng.normal(0, 0.1, worth.shape)
        return rng.dirichlet(np.ones(agents), pages), worth, price

    trust = np.array([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]])
    gains = np.array([[2.0, 2.3, 2.4], [2.0, 2.05, 2.06]])
    return [
        Case("a question costs 0.125 minutes", (trust, gains, 0.125),
             np.array([[False, True, True], [True, False, False]])),
        Case("questions are free", (trust, gains, 0.0), np.ones((2, 3), dtype=bool)),
        Case("so dear that one question is all", (trust, gains, 4.0),
             np.array([[False, True, False], [True, False, False]])),
        Case("a second opinion that does harm, and a third that is worth two questions",
             (np.array([[0.1, 0.2, 0.7]]), np.array([[2.0, 1.9, 3.0]]), 0.25),
             np.ones((1, 3), dtype=bool)),
        Case("one or two, it comes to the same: ask fewer",
             (np.array([[0.25, 0.75]]), np.array([[2.0, 2.5]]), 0.5),
             np.array([[False, True]])),
        Case("equal trust: the earlier agent first",
             (np.full((1, 4), 0.25), np.array([[2.0, 2.5, 2.5, 2.5]]), 0.25),
             np.array([[True, True, False, False]])),
        Case("more opinions do harm", (trust, np.array([[3.0, 1.0, 0.5], [2.0, 1.0, 2.5]]), 0.25),
             np.array([[False, True, False], [True, False, False]])),
        Case("one agent alone is worth little",
             (trust, np.array([[0.5, 2.5, 2.6], [0.5, 2.5, 2.6]]), 0.25),
             np.array([[False, True, True], [True, False, True]])),
        Case("forty pages, five agents", some(40, 5, 0.25)),
        Case("sixty pages, four agents", some(60, 4, 0.4)),
    ]  # fmt: skip


def _asked(number_of, trust_of=lambda weights: weights):
    def answer(weights, worth, price):
        number = np.asarray(number_of(weights, worth, price))
        order = np.argsort(-trust_of(weights), axis=1, kind="stable")
        return np.argsort(order, axis=1, kind="stable") < number[:, None]

    return answer


def _best_number(weights, worth, price):
    return 1 + np.argmax(worth - price * np.arange(1, worth.shape[1] + 1), axis=1)


def _first_that_does_not_pay(weights, worth, price):
    pays = np.diff(worth, axis=1) > price
    return 1 + np.cumprod(pays, axis=1).sum(axis=1)


def _one_for_all_pages(weights, worth, price):
    net = worth.mean(axis=0) - price * np.arange(1, worth.shape[1] + 1)
    return np.full(len(worth), 1 + net.argmax())


def _last_of_equals(weights, worth, price):
    net = worth - price * np.arange(1, worth.shape[1] + 1)
    return worth.shape[1] - net[:, ::-1].argmax(axis=1)


def _order_for_place(weights, worth, price):
    return (
        np.argsort(-weights, axis=1, kind="stable") < _best_number(weights, worth, price)[:, None]
    )


def _by_threshold(weights, worth, price):
    return weights >= min(price, 1.0)


_whom_to_ask = Exercise(
    id="11.3",
    title="Is a question worth its price?",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L11.3",
    reference=whom_to_ask,
    cases=ask_cases,
    properties=(
        Property(
            "yes or no for each page and agent",
            lambda result, weights, worth, price: np.shape(result) == np.shape(weights),
            "For each page and each agent: is it asked? bool[B, n].",
        ),
        Property(
            "somebody is asked about every page",
            lambda result, weights, worth, price: bool(np.all(np.sum(result, axis=1) >= 1)),
            "Nobody is asked about one of the pages. worth[:, 0] is with one agent asked: the "
            "number asked is one more than the column.",
        ),
    ),
    mistakes=(
        Mistake(
            "price_ignored",
            _asked(lambda weights, worth, price: 1 + worth.argmax(axis=1)),
            "You ask as many as give the best page, whatever it costs. Subtract price times the "
            "number asked before you compare; the price alone, once, changes nothing.",
        ),
        Mistake(
            "one_question_too_few",
            _asked(lambda weights, worth, price: _best_number(weights, worth, price) - 1),
            "One agent too few is asked: column 0 of worth is for one agent, so the number is the "
            "column plus one.",
        ),
        Mistake(
            "one_question_too_many",
            _asked(lambda weights, worth, price: _best_number(weights, worth, price) + 1),
            "One agent too many is asked. Places begin at 0, so asked is whoever has a place below "
            "the number, not equal to it.",
        ),
        Mistake(
            "asks_everybody",
            lambda weights, worth, price: np.ones(np.shape(weights), dtype=bool),
            "Everybody is asked about every page, whatever it costs.",
        ),
        Mistake(
            "asks_only_the_most_trusted",
            _asked(lambda weights, worth, price: np.ones(len(weights))),
            "Only the most trusted agent is ever asked. Where a second opinion is worth more than "
            "its price, ask for it.",
        ),
        Mistake(
            "counts_the_questions_that_pay",
            _asked(lambda weights, worth, price: 1 + (np.diff(worth, axis=1) > price).sum(axis=1)),
            "You count the questions that pay, wherever they stand. The third can only be asked "
            "after the second: compare what is left after all of them.",
        ),
        Mistake(
            "stops_at_the_first_that_does_not_pay",
            _asked(_first_that_does_not_pay),
            "You stop at the first question that does not pay by itself. A later one may pay for "
            "both: compare all the numbers.",
        ),
        Mistake(
            "one_number_for_all_pages",
            _asked(_one_for_all_pages),
            "All pages get the same number of questions. worth has a row for each page: decide "
            "page by page (axis=1).",
        ),
        Mistake(
            "least_trusted_first",
            _asked(_best_number, lambda weights: -weights),
            "The right number, from the wrong end: you ask those who are trusted least. argsort "
            "goes upwards; sort the negative weights.",
        ),
        Mistake(
            "order_for_place",
            _order_for_place,
            "argsort says who comes first, second, third. You need the place of each agent: the "
            "argsort of that argsort.",
        ),
        Mistake(
            "first_agents_of_the_panel",
            _asked(_best_number, lambda weights: -np.arange(weights.shape[1])[None] + 0 * weights),
            "The right number, and always the first agents of the panel. Ask those with the "
            "largest weights on that page.",
        ),
        Mistake(
            "one_more_where_it_comes_to_the_same",
            _asked(_last_of_equals),
            "Where two numbers come to the same you ask more. Then the question bought nothing: "
            "take the smaller number.",
        ),
        Mistake(
            "price_as_a_threshold",
            _by_threshold,
            "You compare weights with the price. A weight is trust, a price is minutes: it is the "
            "gain in worth that has to pay for the question.",
        ),
        Mistake(
            "price_added",
            _asked(
                lambda weights, worth, price: (
                    1 + (worth + price * np.arange(1, worth.shape[1] + 1)).argmax(axis=1)
                )
            ),
            "The price is added, as if asking paid. Subtract it.",
        ),
        Mistake(
            "first_question_free",
            _asked(
                lambda weights, worth, price: (
                    1 + (worth / np.arange(1, worth.shape[1] + 1) - price).argmax(axis=1)
                )
            ),
            "You compare the worth for each question asked. What counts is the page's whole worth "
            "minus what all its questions cost.",
        ),
    ),
    others=(whom_to_ask_by_loops, whom_with_library),
    hints=(
        "First how many, then whom. What is left of a page when m agents were asked: "
        "worth[:, m - 1] - price * m.",
        "number = 1 + np.argmax(worth - price * np.arange(1, n + 1), axis=1); argmax takes the "
        "first of equals, which is the smaller number.",
        "The place of each agent: order = np.argsort(-weights, axis=1, kind='stable'), then "
        "np.argsort(order, axis=1). Asked is whoever has a place below the number.",
    ),
    praise="An agent that costs money is now asked when it pays, and only then.",
)


# --- 11.4 ------------------------------------------------------------------------------------


def goal_credit(minutes, lengths, hold):
    pages = np.arange(len(minutes))[:, None]
    watched = np.where(pages < lengths, minutes, 0.0)
    to_go = watched[::-1].cumsum(axis=0)[::-1]
    return np.where((pages % hold == 0) & (pages < lengths), to_go, np.nan)


def goal_credit_by_loops(minutes, lengths, hold):
    credit = np.full(np.shape(minutes), np.nan)
    for viewer, length in enumerate(lengths):
        for page in range(0, length, hold):
            credit[page, viewer] = sum(minutes[page:length, viewer])
    return credit


def credit_cases(rng):
    def some(pages, viewers, hold):
        lengths = rng.integers(1, pages + 1, viewers)
        minutes = rng.choice([0.0, 4.0, 2.5], (pages, viewers))
        return minutes, lengths, hold

    evening = np.array([[4.0, 4.0], [0.0, 0.0], [4.0, 9.0], [2.0, 9.0]])
    nan = np.nan
    return [
        Case("two viewers, a goal for two pages; the second leaves after two",
             (evening, np.array([4, 2]), 2), [[10.0, 4.0], [nan, nan], [6.0, nan], [nan, nan]]),
        Case("a goal for every page", (evening[:, :1], np.array([4]), 1),
             [[10.0], [6.0], [6.0], [2.0]]),
        Case("a goal longer than the session", (evening, np.array([3, 4]), 50),
             [[8.0, 22.0], [nan, nan], [nan, nan], [nan, nan]]),
        Case("a goal that is cut short by the end", (evening, np.array([4, 4]), 3),
             [[10.0, 22.0], [nan, nan], [nan, nan], [2.0, 9.0]]),
        Case("thirty pages, eight viewers, five pages each", some(30, 8, 5)),
        Case("forty pages, six viewers, seven pages each", some(40, 6, 7)),
    ]  # fmt: skip


def _segments(minutes, lengths, hold):
    credit = np.full(np.shape(minutes), np.nan)
    for viewer, length in enumerate(lengths):
        for page in range(0, length, hold):
            credit[page, viewer] = sum(minutes[page : min(page + hold, length), viewer])
    return credit


def _credit(of, starts=lambda page, hold: page % hold == 0, after_end=False):
    def answer(minutes, lengths, hold):
        credit = np.full(np.shape(minutes), np.nan)
        for viewer, length in enumerate(lengths):
            for page in range(len(minutes) if after_end else length):
                if starts(page, hold):
                    credit[page, viewer] = of(minutes[:, viewer], page, length)
        return credit

    return answer


def _to_go(mine, page, length):
    return mine[page:length].sum()


def _one_goal_too_many(minutes, lengths, hold):
    credit = goal_credit(minutes, lengths, hold)
    for viewer, length in enumerate(lengths):
        if length % hold == 0 and length < len(minutes):
            credit[length, viewer] = 0.0
    return credit


_goal_credit = Exercise(
    id="11.4",
    title="What a goal is credited with",
    minutes=15,
    difficulty=2,
    points=2,
    objective="L11.4",
    reference=goal_credit,
    cases=credit_cases,
    properties=(
        Property(
            "a credit for each page and viewer",
            lambda result, minutes, lengths, hold: np.shape(result) == np.shape(minutes),
            "The result has the shape of minutes, float[T, B], with np.nan where no goal began.",
        ),
    ),
    mistakes=(
        Mistake(
            "only_while_it_was_held",
            _segments,
            "A goal is credited with its own pages only. What it does to the rest of the session "
            "is why it is held: count to the end of the session.",
        ),
        Mistake(
            "the_next_page_only",
            _credit(lambda mine, page, length: mine[page]),
            "A goal is credited with one page. Count everything from there to the end of the "
            "session.",
        ),
        Mistake(
            "after_the_first_page",
            _credit(lambda mine, page, length: mine[page + 1 : length].sum()),
            "The page on which the goal was chosen is missing: the goal made that page too.",
        ),
        Mistake(
            "the_whole_session_for_every_goal",
            _credit(lambda mine, page, length: mine[:length].sum()),
            "Every goal is credited with the whole session, also with what was watched before it "
            "was chosen. Count from its first page on.",
        ),
        Mistake(
            "counted_backwards",
            _credit(lambda mine, page, length: mine[: page + 1].sum()),
            "These are the minutes up to the page. A goal is credited with what comes from its "
            "first page on: add up from the end.",
        ),
        Mistake(
            "counted_past_the_end",
            _credit(lambda mine, page, length: mine[page:].sum()),
            "Minutes after the viewer has left are counted. What stands there belongs to nobody: "
            "stop at lengths.",
        ),
        Mistake(
            "lengths_ignored",
            _credit(lambda mine, page, length: mine[page:].sum(), after_end=True),
            "lengths is not used: goals begin, and minutes count, after the viewer has left.",
        ),
        Mistake(
            "one_page_past_the_end",
            _credit(lambda mine, page, length: mine[page : length + 1].sum()),
            "One page too many is counted. Pages are numbered from 0, so the last one of a session "
            "is lengths - 1.",
        ),
        Mistake(
            "one_goal_too_many",
            _one_goal_too_many,
            "A goal begins on page `lengths`, when the viewer has just left. Pages are numbered "
            "from 0: the last one is lengths - 1.",
        ),
        Mistake(
            "goals_for_those_who_left",
            _credit(_to_go, after_end=True),
            "Goals are chosen for viewers who have left. There the credit is np.nan.",
        ),
        Mistake(
            "zero_for_no_goal",
            lambda *inputs: np.nan_to_num(goal_credit(*inputs)),
            "Pages on which no goal began are 0, as if a goal had earned nothing there. They are "
            "np.nan.",
        ),
        Mistake(
            "credited_on_every_page",
            _credit(_to_go, starts=lambda page, hold: True),
            "Every page has a credit. A goal begins on pages 0, hold, 2 hold, ..., and only there.",
        ),
        Mistake(
            "begins_on_the_last_page_of_the_goal",
            _credit(_to_go, starts=lambda page, hold: page % hold == hold - 1),
            "The credit stands on the last page of each goal. It belongs on the first: pages 0, "
            "hold, 2 hold, ...",
        ),
        Mistake(
            "mean_for_sum",
            _credit(lambda mine, page, length: mine[page:length].mean()),
            "That is the mean minutes of a page. A goal that keeps viewers longer must gain by it: "
            "take the sum.",
        ),
    ),
    others=(goal_credit_by_loops,),
    hints=(
        "Go viewer by viewer, and page by page from 0 in steps of hold, as long as the page is "
        "below lengths[viewer].",
        "The credit on such a page is minutes[page:lengths[viewer], viewer].sum().",
        "Without loops: set what lies past the end to 0, then "
        "watched[::-1].cumsum(axis=0)[::-1] is what is still to come, this page included.",
    ),
    praise="With that, a controller can tell a goal that pleases from one that keeps.",
)


# --- 11.5 ------------------------------------------------------------------------------------


def answer_time(parents, seconds, reading):
    def read_by(node):
        clock = 0.0
        children = [child for child, parent in enumerate(parents) if parent == node]
        for arrival in sorted(read_by(child) + seconds[child] for child in children):
            clock = max(clock, arrival) + reading
        return clock

    return read_by(int(np.argmin(parents)))


def answer_time_by_events(parents, seconds, reading):
    """Each node is free again at some time; answers are handled in the order of arrival."""
    waiting = np.bincount(np.array(parents)[np.array(parents) >= 0], minlength=len(parents))
    free = np.zeros(len(parents))
    events = [(seconds[n], n) for n in range(len(parents)) if waiting[n] == 0 and parents[n] >= 0]
    heapq.heapify(events)
    while events:
        arrival, node = heapq.heappop(events)
        above = parents[node]
        free[above] = max(free[above], arrival) + reading
        waiting[above] -= 1
        if waiting[above] == 0 and parents[above] >= 0:
            heapq.heappush(events, (free[above] + seconds[above], above))
    return free[list(parents).index(-1)]


def time_cases(rng):
    def some(nodes, reading):
        parents = [-1] + [int(rng.integers(0, node)) for node in range(1, nodes)]
        return np.array(parents), rng.uniform(0, 3, nodes).round(2), reading

    star = np.array([-1, 0, 0, 0])
    tree = np.array([-1, 0, 0, 1, 1, 2, 2])
    return [
        Case("a star of three quick agents", (star, np.zeros(4), 1.0), 3.0),
        Case("a star with one slow agent", (star, np.array([0.0, 5.0, 0.0, 1.0]), 1.0), 6.0),
        Case("two controllers with two agents each", (tree, np.zeros(7), 1.0), 4.0),
        Case("a controller that takes its time", (tree, np.array([0, 2, 0, 1, 1, 1, 1.0]), 1.0),
             6.0),
        Case("reading is free: the slowest way up", (tree, np.array([0, 2, 1, 1, 4, 3, 0.0]), 0.0),
             6.0),
        Case("a line of four", (np.array([-1, 0, 1, 2]), np.array([9.0, 1.0, 1.0, 1.0]), 0.5),
             4.5),
        Case("twelve nodes", some(12, 0.4)),
        Case("twenty nodes", some(20, 0.7)),
        Case("nine nodes", some(9, 0.2)),
    ]  # fmt: skip


def _time(read, own=lambda seconds, node: seconds[node]):
    def answer(parents, seconds, reading):
        def read_by(node):
            children = [child for child, parent in enumerate(parents) if parent == node]
            arrivals = [read_by(child) + own(seconds, child) for child in children]
            return read(arrivals, reading) if arrivals else 0.0

        return read_by(int(np.argmin(parents)))

    return answer


def _queue(arrivals, reading):
    clock = 0.0
    for arrival in sorted(arrivals):
        clock = max(clock, arrival) + reading
    return clock


def _queue_in_order_of_number(arrivals, reading):
    clock = 0.0
    for arrival in arrivals:
        clock = max(clock, arrival) + reading
    return clock


def _own_time_while_reading(parents, seconds, reading):
    def done(node):
        children = [child for child, parent in enumerate(parents) if parent == node]
        return max(_queue([done(child) for child in children], reading), seconds[node])

    root = int(np.argmin(parents))
    return _queue([done(c) for c, parent in enumerate(parents) if parent == root], reading)


def _answers_before_reading(parents, seconds, reading):
    def done(node, clock):
        children = [child for child, parent in enumerate(parents) if parent == node]
        for arrival in sorted(done(child, seconds[child]) for child in children):
            clock = max(clock, arrival) + reading
        return clock

    return done(int(np.argmin(parents)), 0.0)


def _sorted_by_own_seconds(parents, seconds, reading):
    def read_by(node):
        children = [child for child, parent in enumerate(parents) if parent == node]
        clock = 0.0
        for child in sorted(children, key=lambda child: seconds[child]):
            clock = max(clock, read_by(child) + seconds[child]) + reading
        return clock

    return read_by(int(np.argmin(parents)))


def _root_counts(parents, seconds, reading):
    return answer_time(parents, seconds, reading) + seconds[int(np.argmin(parents))]


def _depth(parents):
    depth = 0
    for node in range(len(parents)):
        steps = 0
        while parents[node] >= 0:
            node, steps = parents[node], steps + 1
        depth = max(depth, steps)
    return depth


_answer_time = Exercise(
    id="11.5",
    title="How long the root waits",
    minutes=20,
    difficulty=2,
    points=3,
    objective="L11.5",
    reference=answer_time,
    cases=time_cases,
    properties=(
        Property(
            "one number of seconds",
            lambda result, parents, seconds, reading: np.shape(result) == (),
            "One number is wanted: when the root has read its last answer.",
        ),
    ),
    mistakes=(
        Mistake(
            "reads_all_at_once",
            _time(lambda arrivals, reading: max(arrivals) + reading),
            "Each controller reads all its answers at once. It reads one after another, so three "
            "answers that arrive together take three readings.",
        ),
        Mistake(
            "waits_for_all_before_reading",
            _time(lambda arrivals, reading: max(arrivals) + reading * len(arrivals)),
            "A controller begins to read when the last answer has come, or reads the latest first. "
            "It reads each answer as it comes, if it is free: the times in rising order.",
        ),
        Mistake(
            "one_after_another_everywhere",
            _time(lambda arrivals, reading: sum(arrivals) + reading * len(arrivals)),
            "The children work one after another. They work side by side: their times overlap, "
            "and only the reading is one after another.",
        ),
        Mistake(
            "read_in_order_of_number",
            _time(_queue_in_order_of_number),
            "Answers are read in the order of the children's numbers, so that a slow first child "
            "holds up the rest. Read them as they arrive: sort the times.",
        ),
        Mistake(
            "reading_forgotten",
            _time(lambda arrivals, reading: max(arrivals)),
            "Reading takes no time here. Each answer costs whoever receives it `reading` seconds.",
        ),
        Mistake(
            "own_time_forgotten",
            _time(_queue, own=lambda seconds, node: 0.0),
            "The seconds that each node needs to make its answer are missing.",
        ),
        Mistake(
            "own_time_of_agents_only",
            lambda parents, seconds, reading: answer_time(
                parents, np.where(np.isin(np.arange(len(parents)), parents), 0.0, seconds), reading
            ),
            "Only the agents at the bottom take time to answer. A controller in the middle takes "
            "its own seconds too, after it has read everything.",
        ),
        Mistake(
            "own_time_while_reading",
            _own_time_while_reading,
            "A controller makes its answer while it is still reading. It begins when it has read "
            "all: add its seconds to the end of the reading.",
        ),
        Mistake(
            "answers_before_reading",
            _answers_before_reading,
            "A controller makes its answer first and reads afterwards. It can answer only when "
            "it has read everything.",
        ),
        Mistake(
            "sorted_by_own_seconds",
            _sorted_by_own_seconds,
            "The children are put in order by their own seconds. What counts is when an answer "
            "arrives: when the child has read everything, plus its own seconds.",
        ),
        Mistake(
            "the_roots_own_seconds",
            _root_counts,
            "The seconds of the root are added. Asked for is the moment when it has read all "
            "answers; what it does then is not counted.",
        ),
        Mistake(
            "depth_times_reading",
            lambda parents, seconds, reading: reading * _depth(parents),
            "That is the depth times the reading. At each level a controller reads several "
            "answers, and each answer takes its time to be made.",
            as_if(
                lambda parents, seconds, reading: reading * _depth(parents),
                lambda parents, seconds, reading: reading * _depth(parents) + np.max(seconds),
            ),
        ),
        Mistake(
            "flat",
            lambda parents, seconds, reading: _queue(list(seconds[1:]), reading),
            "The root reads everybody's answer itself, as if there were no tree. It reads those "
            "of its own children only.",
            as_if(
                lambda parents, seconds, reading: _queue(list(seconds[1:]), reading),
                lambda parents, seconds, reading: max(seconds[1:]) + reading * (len(parents) - 1),
            ),
        ),
        Mistake(
            "first_reading_too_early",
            _time(
                lambda arrivals, reading: max(
                    arrival + reading * place for place, arrival in enumerate(sorted(arrivals))
                )
            ),
            "The last answer is taken to be read the moment it comes. Its own reading is missing.",
        ),
    ),
    others=(answer_time_by_events, _time(_queue)),
    hints=(
        "Write a helper that says when a node has read all its answers, 0 for one without "
        "children. A child's answer arrives when the child has read everything, plus its own "
        "seconds.",
        "For one node: sort the arrivals. Then clock = max(clock, arrival) + reading for each: "
        "the reader waits for the answer, or the answer for the reader.",
        "children = [c for c, p in enumerate(parents) if p == node], and the helper calls itself "
        "for each of them. The root is the node with parent -1.",
    ),
    praise="You can now say, before building it, how deep a tree of controllers should be.",
)


EXERCISES = [_linucb, _gate_gradient, _whom_to_ask, _goal_credit, _answer_time]
