"""08.4 A mixer for any number of agents.

25 minutes, difficulty 3, 5 points, L08.4
You have the heart of QMIX. Torch learns its matrices; the mix is yours.
"""

import numpy as np

from mavrs_course.course import Case


class RisingMixer:
    def __init__(self, first, first_bias, second, second_bias):
        self.first, self.first_bias = first, first_bias
        self.second, self.second_bias = second, second_bias

    def mix(self, values, states):
        weights = np.abs(states @ self.first).reshape(*values.shape, -1)
        hidden = np.einsum("bn,bnh->bh", values, weights) + states @ self.first_bias
        bent = np.where(hidden > 0, hidden, np.exp(np.minimum(hidden, 0)) - 1)
        pays = (bent * np.abs(states @ self.second)).sum(axis=1)
        return pays + (states @ self.second_bias)[:, 0]


class RisingMixerWithLoops(RisingMixer):
    def mix(self, values, states):
        out = []
        for row, state in zip(values, states, strict=True):
            weights = np.abs(state @ self.first).reshape(len(row), -1)
            hidden = row @ weights + state @ self.first_bias
            bent = [x if x > 0 else np.exp(x) - 1 for x in hidden]
            out.append(float(bent @ np.abs(state @ self.second) + (state @ self.second_bias)[0]))
        return np.array(out)


OTHERS = (RisingMixerWithLoops,)


def cases(rng):
    hand = (np.array([[-1.0, 0.0, 2.0, 1.0]]), np.array([[0.0, -2.0]]), np.array([[-3.0, 1.0]]),
            np.array([[0.5]]), np.array([[2.0, 1.0]]), np.ones((1, 1)))  # fmt: skip

    def some(rows, agents, states, hidden):
        return (rng.normal(size=(states, agents * hidden)), rng.normal(size=(states, hidden)),
                rng.normal(size=(states, hidden)), rng.normal(size=(states, 1)),
                rng.normal(0, 2, (rows, agents)), rng.normal(size=(rows, states)))  # fmt: skip

    one_hot = (*some(6, 2, 3, 4)[:5], np.eye(3)[[0, 1, 2, 0, 1, 2]])
    return [
        Case("one state, two agents, two units", hand, np.array([12.5 + np.expm1(-1.0)])),
        Case("three states, one-hot", one_hot),
        Case("states of any sign, five agents", some(8, 5, 4, 3)),
        Case("three agents, one unit", some(4, 3, 2, 1)),
        Case("as many agents as units", some(5, 3, 2, 3)),
        Case("one agent", some(5, 1, 2, 4)),
    ]


def observe(mixer, case):
    *weights, values, states = case.inputs
    return mixer(*weights).mix(values, states)


NAMES = ("first", "first_bias", "second", "second_bias", "values", "states")
HINTS = """
    Make the weights of every row first: abs(states @ self.first) is [B, N * H]; reshape it to [B,
    N, H].

    np.einsum('bn,bnh->bh', values, weights) mixes each row with its own weights. Add the bias,
    then np.where(x > 0, x, np.exp(x) - 1).

    Multiply by the absolute value of states @ self.second, and sum over the units. Then add the
    second bias, which states give as a column of one.
"""
MISTAKES = """
    no_absolute_value:
      | np.abs(states @ self.first) => (states @ self.first);
      | np.abs(states @ self.second) => (states @ self.second)
      The weights are used with their signs, so the mix may fall when an agent's value rises. Take
      the absolute value of both layers' weights.
    first_layer_with_signs: np.abs(states @ self.first) => (states @ self.first)
      The second layer's weights are positive, the first layer's still have their signs. One
      negative weight anywhere is enough to fall.
    second_layer_with_signs: np.abs(states @ self.second) => (states @ self.second)
      The first layer's weights are positive, the second layer's still have their signs. One
      negative weight anywhere is enough to fall.
    biases_made_positive:
      | states @ self.first_bias => np.abs(states @ self.first_bias);
      | (states @ self.second_bias) => np.abs(states @ self.second_bias)
      or states @ self.first_bias => np.abs(states @ self.first_bias)
      or (states @ self.second_bias) => np.abs(states @ self.second_bias)
      The biases do not multiply any agent's value, so they may have any sign: no absolute value
      for them.
    absolute_before_the_state:
      | np.abs(states @ self.first) => (states @ np.abs(self.first));
      | np.abs(states @ self.second) => (states @ np.abs(self.second))
      The absolute value is on the hypernetwork's own matrix. States can be negative, and then the
      weights are too: first states @ matrix, then the absolute value.
    absolute_of_the_mix:
      | np.abs(states @ self.first) => (states @ self.first);
      | np.einsum("bn,bnh->bh", values, weights) =>
      |     np.abs(np.einsum("bn,bnh->bh", values, weights));
      | (bent * np.abs(states @ self.second)).sum(axis=1) =>
      |     np.abs((bent * (states @ self.second)).sum(axis=1))
      The absolute value is taken after mixing. A mix that is folded at zero rises and falls; it
      is the weights that must not be negative.
    relu_for_elu:
      | np.where(hidden > 0, hidden, np.exp(np.minimum(hidden, 0)) - 1) => np.maximum(hidden, 0)
      That is a ReLU: flat below zero. ELU is exp(x) - 1 there, so that it always rises.
    no_bend: np.where(hidden > 0, hidden, np.exp(np.minimum(hidden, 0)) - 1) => hidden
      Without the ELU two layers are one, and the mix is a weighted sum.
    positive_in_another_way:
      | np.abs(states @ self.first) => np.square(states @ self.first);
      | np.abs(states @ self.second) => np.square(states @ self.second)
      or
      | np.abs(states @ self.first) => np.maximum(states @ self.first, 0);
      | np.abs(states @ self.second) => np.maximum(states @ self.second, 0)
      or
      | np.abs(states @ self.first) => np.exp(states @ self.first);
      | np.abs(states @ self.second) => np.exp(states @ self.second)
      Squares and cut-off weights are never negative either, and QMIX takes the absolute value:
      np.abs.
    another_bend: np.where(hidden > 0, hidden, np.exp(np.minimum(hidden, 0)) - 1) => np.tanh(hidden)
      or np.where(hidden > 0, hidden, np.exp(np.minimum(hidden, 0)) - 1) => np.abs(hidden)
      or
      | np.where(hidden > 0, hidden, np.exp(np.minimum(hidden, 0)) - 1) => 1 / (1 + np.exp(-hidden))
      or np.exp(np.minimum(hidden, 0)) - 1 => 0.01 * hidden
      The hidden units are bent by another function than ELU: x above zero, exp(x) - 1 below.
    bias_after_the_bend:
      | + states @ self.first_bias =>;
      | np.exp(np.minimum(hidden, 0)) - 1) =>
      |     np.exp(np.minimum(hidden, 0)) - 1) + states @ self.first_bias
      The hidden bias is added after the ELU. It moves the place of the bend, so it belongs inside.
    bent_twice:
      | return pays + (states @ self.second_bias)[:, 0] =>
      | bent_again = np.where(pays > 0, pays, np.exp(np.minimum(pays, 0)) - 1)
      | return bent_again + (states @ self.second_bias)[:, 0]
      or
      | return pays + (states @ self.second_bias)[:, 0] =>
      | pays = pays + (states @ self.second_bias)[:, 0]
      | return np.where(pays > 0, pays, np.exp(np.minimum(pays, 0)) - 1)
      An ELU is on the team's value too. The second layer is a weighted sum and a bias, nothing
      more.
    last_bias_for_each_unit:
      | + (states @ self.second_bias)[:, 0] =>
      |     + self.second.shape[1] * (states @ self.second_bias)[:, 0]
      The last bias is counted once for each hidden unit: add it after the sum.
    exp_without_minus_one: np.minimum(hidden, 0)) - 1 => np.minimum(hidden, 0))
      Below zero ELU is exp(x) - 1. Without the -1 it jumps down at zero.
    weights_turned:
      | .reshape(*values.shape, -1) => .reshape(len(values), -1, values.shape[1]).swapaxes(1, 2)
      The weights are cut up in another order: the first H of a row belong to the first agent, so
      reshape to (B, N, H).
    first_two_agents_only: values, weights) => values[:, :2], weights[:, :2])
      Only the first two agents are mixed: the third one's value changes nothing.
    forgot_first_bias: + states @ self.first_bias =>
      The hidden layer's bias is missing: states @ first_bias, before the ELU.
    forgot_second_bias: + (states @ self.second_bias)[:, 0] =>
      The last bias is missing: states @ second_bias, one number for each row.
    kept_the_last_axis:
      | pays + (states @ self.second_bias)[:, 0] => pays[:, None] + states @ self.second_bias
      The result has a last axis of length one. One number for each row is wanted: float[B].
"""

EQUAL = r"""
    hidden > 0 => hidden >= 0 | bent = np.where(hidden > 0, hidden, np.exp(np.minimum(hidden, 0)) - 1)
      At 0 both branches give 0.
    1 => 2 | weights = np.abs(states @ self.first).reshape(*values.shape, -1)
      Any negative length stands for the one that is left.
    0 => -1 | return pays + (states @ self.second_bias)[:, 0]
      The last weights have one column.
    0 => 1 | bent = np.where(hidden > 0, hidden, np.exp(np.minimum(hidden, 0)) - 1) (2)
      The exponent is looked at only where hidden is not above 0.
"""  # noqa: E501
