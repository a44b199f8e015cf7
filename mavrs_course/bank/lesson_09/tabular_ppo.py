"""09.4 PPO with a table.

35 minutes, difficulty 3, 5 points, L09.4
A whole PPO of your own, exact to the last digit; a network only replaces the table.
"""

import numpy as np
import torch

from mavrs_course.course import Case, Property


class TabularPPO:
    def __init__(self, states, actions, clip=0.2, rate=1.0, epochs=10):
        self.logits = np.zeros((states, actions))
        self.clip, self.rate, self.epochs = clip, rate, epochs

    def policy(self):
        weights = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)

    def learn(self, states, actions, advantages):
        old = self.policy()[states, actions]
        for _ in range(self.epochs):
            policy = self.policy()
            ratio = policy[states, actions] / old
            plain = ratio * advantages
            held = np.clip(ratio, 1 - self.clip, 1 + self.clip) * advantages
            slope = np.where(plain <= held, plain, 0.0) / len(states)
            score = np.eye(self.logits.shape[1])[actions] - policy[states]
            gradient = np.zeros(self.logits.shape)
            np.add.at(gradient, states, slope[:, None] * score)
            self.logits += self.rate * gradient


class PPOWithTorch(TabularPPO):
    """The same by automatic differentiation."""

    def learn(self, states, actions, advantages):
        old = torch.from_numpy(self.policy()[states, actions])
        for _ in range(self.epochs):
            logits = torch.tensor(self.logits, requires_grad=True)
            ratio = logits.softmax(dim=1)[torch.as_tensor(states), torch.as_tensor(actions)] / old
            gains = torch.from_numpy(advantages)
            held = ratio.clamp(1 - self.clip, 1 + self.clip) * gains
            torch.minimum(ratio * gains, held).mean().backward()
            self.logits = self.logits + self.rate * logits.grad.numpy()


OTHERS = (PPOWithTorch,)
NEW = "policy of a new learner"


def cases(rng):
    def batch(states, actions, samples):
        where = rng.integers(states, size=samples)
        return where, rng.integers(actions, size=samples), rng.normal(0, 1, samples)

    one = np.array([0])
    step = np.exp([0.5, -0.5])
    return [
        Case("one state, two actions, one step on one sample",
             (1, 2, {"rate": 1.0, "epochs": 1}, [(one, one, np.array([1.0]))]),
             {NEW: np.full((1, 2), 0.5), "policy after batch 1": (step / step.sum())[None]}),
        Case("one sample learned from fifty times",
             (1, 2, {"rate": 0.3, "epochs": 50}, [(one, one, np.array([1.0]))])),
        Case("a state that was not visited stays as it is",
             (3, 2, {}, [(np.array([0, 2]), np.array([1, 0]), np.array([1.0, -1.0]))])),
        Case("the same state and action three times in a batch",
             (2, 3, {"epochs": 2}, [(np.array([1, 1, 1]), np.array([2, 2, 2]),
                                     np.array([0.5, 1.0, -0.2]))])),
        Case("two batches, one after the other",
             (2, 3, {"rate": 2.0}, [batch(2, 3, 8), batch(2, 3, 8)])),
        Case("a good action that the others push down",
             (1, 3, {"rate": 4.0, "epochs": 20},
              [(np.zeros(4, dtype=int), np.array([0, 1, 1, 1]), np.array([0.1, 2.0, 2.0, 2.0]))])),
        Case("a wide clip", (4, 4, {"clip": 0.6, "rate": 3.0, "epochs": 15}, [batch(4, 4, 30)])),
        Case("twenty samples, five batches", (3, 4, {"rate": 2.0}, [batch(3, 4, 20)] * 5)),
    ]  # fmt: skip


def observe(made, case):
    """The policy of a new learner, and after each batch that it learns from."""
    states, actions, options, batches = case.inputs
    learner = made(states, actions, **options)
    seen = {NEW: np.array(learner.policy(), dtype=float)}
    for number, batch in enumerate(batches, 1):
        learner.learn(*batch)
        seen[f"policy after batch {number}"] = np.array(learner.policy(), dtype=float)
    return seen


NAMES = ("states", "actions", "options", "batches")
PROPERTIES = (
    Property("each row of the policy sums to one",
             lambda seen, *inputs: all(np.allclose(p.sum(axis=1), 1) for p in seen.values()),
             "policy() gives for each state the probabilities of its actions: each row sums to "
             "1 (axis=1, keepdims=True in the softmax)."),
    Property("a new learner takes all actions alike",
             lambda seen, states, actions, *rest: np.allclose(seen[NEW], 1 / actions),
             "A new learner knows nothing: all logits are 0, all actions equally likely."),
)  # fmt: skip

HINTS = """
    learn: keep old = self.policy()[states, actions], then `epochs` times: policy, ratio, which
    samples still have a slope, gradient, step.

    A sample's part of the gradient is slope * (one-hot of its action - policy of its state),
    where slope is r A, or 0 where the clipped term is smaller. 09.3 has it.

    One state can come many times: np.add.at adds every row to its state. Take the mean over the
    samples, and step upwards, since the objective is to grow.
"""
MISTAKES = """
    softmax_over_everything:
      | max(axis=1, keepdims=True) => max();
      | sum(axis=1, keepdims=True) => sum()
      All states share one softmax. Each state has its own: sum over axis 1.
    old_policy_in_every_epoch: ratio = policy[states, actions] / old => ratio = np.ones(len(states))
      The ratio is always 1, as in REINFORCE repeated on the same samples, and the clip never holds.
      The old probabilities are those of the policy that played: take them once, before the epochs.
    one_policy_for_all_epochs:
      | old = self.policy()[states, actions] =>
      | policy = self.policy()
      | old = policy[states, actions];
      | policy = self.policy() =>
      The policy is worked out once, before the epochs, so that each of them makes the same step.
      Work it out anew in each: only the old probabilities stay.
    old_policy_of_the_start: old = self.policy()[states, actions] => old = 1 / self.logits.shape[1]
      The old probabilities are those of a new learner, also in later batches. Take them at the
      start of each call of learn.
    one_epoch: range(self.epochs) => range(1)
      A batch is learned from once. It is to be learned from `epochs` times, with the policy, the
      ratio and the gradient new each time.
    downhill: self.logits += => self.logits -=
      Good actions become less likely: the logits move against the gradient. Add it.
    no_clip: np.where(plain <= held, plain, 0.0) => plain
      The ratio grows without a limit: where min(r A, clip(r) A) is the clipped term, the sample
      has no gradient.
    clip_without_minimum: plain <= held => (ratio >= 1 - self.clip) & (ratio <= 1 + self.clip)
      A sample outside the clip counts for nothing, also when it was moved in the wrong direction.
      With the minimum it counts until it is back.
    gradient_without_the_ratio: plain, 0.0 => advantages, 0.0
      The gradient of r A by the logits is r A times (one-hot minus policy): the factor r is
      missing.
    repeated_state_added_once:
      | np.add.at(gradient, states, slope[:, None] * score) =>
      |     gradient[states] += slope[:, None] * score
      gradient[states] += ... adds once for each state, however often it occurs: the last one
      wins. np.add.at adds every time.
    only_the_logit_of_the_action:
      | np.add.at(gradient, states, slope[:, None] * score) =>
      |     np.add.at(gradient, (states, actions), slope)
      Only the logit of the action taken is moved. The derivative of log pi(a) is one-hot minus
      the policy: the others of the state move as well.
    one_minus_policy_alone:
      | np.add.at(gradient, states, slope[:, None] * score) =>
      |     np.add.at(gradient, (states, actions), slope * (1 - policy[states, actions]))
      The logit of the action moves by 1 - pi, which is right, and the others of the state stay.
      They move by minus their own probability: one-hot minus the policy.
    smaller_term_as_slope: np.where(plain <= held, plain, 0.0) => np.minimum(plain, held)
      Where the clipped term is the smaller one the sample has no slope: 0, not the term itself.
    always_the_same_clip: 1 - self.clip, 1 + self.clip => 0.8, 1.2
      The band is 0.8 to 1.2 in yours, whatever `clip` is. Use the argument.
    one_epoch_fewer: range(self.epochs) => range(self.epochs - 1)
      A step is missing: learn makes `epochs` steps on each batch.
    mean_of_epochs: self.rate * gradient => self.rate * gradient / self.epochs
      The gradient is divided by the number of epochs. Each epoch makes a whole step.
    logits_for_policy: return weights / weights.sum(axis=1, keepdims=True) => return self.logits
      policy() hands out the logits. Turn each row into probabilities by softmax.
    logarithm_for_ratio: policy[states, actions] / old => np.log(policy[states, actions] / old)
      or plain <= held => plain < held
      The policy never moves. Either you take the difference of log probabilities for the ratio:
      it is 0 where nothing has moved, and the ratio is 1 there. Take its exp. Or a sample has no
      slope where the two terms are equal, as they are at the start: <=, and not <.
    sum_over_samples: / len(states) =>
      The gradient is summed over the samples. The objective is their mean.
    mean_of_each_state: / len(states) => / np.bincount(states)[states]
      Each state has a mean of its own. The objective is the mean over all samples, so that states
      count as often as they were visited.
    normalised_advantages:
      | old = self.policy()[states, actions] =>
      | if advantages.std() > 0:
      |     advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
      | old = self.policy()[states, actions]
      The advantages are normalised. PPO often does that outside; here they are used as they are
      handed in.
    forgets:
      | old = self.policy()[states, actions] =>
      | self.logits = np.zeros(self.logits.shape)
      | old = self.policy()[states, actions]
      Every batch starts from zero logits: what was learned before is forgotten.
    one_sample_at_a_time:
      | for _ in range(self.epochs): =>
      | batch, former = (states, actions, advantages), old
      | for k in list(range(len(states))) * self.epochs:
      |     states, actions, advantages = (part[[k]] for part in batch)
      |     old = former[[k]]
      The logits move after each sample. Add up the gradient of the whole batch, and move once in
      each epoch.
"""


def detect_softmax_over_everything(trials):
    return all(np.isclose(p.sum(), 1) for t in trials for p in t.returned.values())


EQUAL = r"""
    np.zeros((states, actions)) => np.ones((states, actions)) | self.logits = np.zeros((states, actions))
    np.zeros(self.logits.shape) => np.ones(self.logits.shape) | gradient = np.zeros(self.logits.shape)
    self.logits.max(axis=1, keepdims=True) => self.logits.min(axis=1, keepdims=True) | weights = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))
    self.logits.max(axis=1, keepdims=True) => self.logits.max(keepdims=True) | weights = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))
      A softmax is the same whatever is added to a whole row.
    self.logits - self.logits.max(axis=1, keepdims=True) => self.logits + self.logits.max(axis=1, keepdims=True) | weights = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))
    self.logits - self.logits.max(axis=1, keepdims=True) => self.logits | weights = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))
      A softmax is the same whatever is subtracted from a row; it overflows beyond 700 only,
      which no session reaches.
"""  # noqa: E501
