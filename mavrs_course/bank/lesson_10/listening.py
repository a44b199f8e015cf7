"""10.5 Agents that listen.

20 minutes, difficulty 3, 4 points, L10.5
This is the layer by which MMRF's agents, and transformers, share what they know.
"""

import numpy as np

from mavrs_course.course import Case


class Listening:
    def __init__(self, query, key, value):
        self.query, self.key, self.value = query, key, value

    def attention(self, thoughts):
        scores = (thoughts @ self.query) @ (thoughts @ self.key).swapaxes(1, 2)
        scores = scores / np.sqrt(thoughts.shape[2])
        scores = np.where(np.eye(thoughts.shape[1], dtype=bool), -np.inf, scores)
        grown = np.exp(scores - scores.max(axis=2, keepdims=True))
        return grown / grown.sum(axis=2, keepdims=True)

    def hear(self, thoughts):
        return self.attention(thoughts) @ (thoughts @ self.value)


class ListeningOneByOne(Listening):
    def attention(self, thoughts):
        batch, agents, size = thoughts.shape
        found = np.zeros((batch, agents, agents))
        for b in range(batch):
            for i in range(agents):
                others = [j for j in range(agents) if j != i]
                asked = thoughts[b, i] @ self.query
                scores = [asked @ (thoughts[b, j] @ self.key) / size**0.5 for j in others]
                grown = [np.exp(score - max(scores)) for score in scores]
                found[b, i, others] = np.array(grown) / sum(grown)
        return found


OTHERS = (ListeningOneByOne,)


def cases(rng):
    def some(batch, agents, size, scale=1.0):
        matrices = rng.normal(0, 1.0, (3, size, size))
        return (*matrices, scale * rng.normal(size=(batch, agents, size)))

    one, thoughts = np.eye(2), np.array([[[2.0, 0.0], [1.0, 1.0], [0.0, 2.0]]])
    near = np.exp(2 / np.sqrt(2))  # thoughts at an angle have the product 2, opposite ones 0
    share = near / (near + 1.0)
    expected = {
        "attention": np.array([[[0, share, 1 - share], [0.5, 0, 0.5], [1 - share, share, 0]]]),
        "heard": np.array([[[share, 2 - share], [1, 1], [2 - share, share]]]),
    }
    return [
        Case("three agents, everything passed on as it is", (one, one, one, thoughts), expected),
        Case("two agents: there is only one to listen to", some(1, 2, 1)),
        Case("four pages, three agents", some(4, 3, 4)),
        Case("two pages, five agents", some(2, 5, 3)),
        Case("strong thoughts, whose scores are in the thousands", some(2, 3, 4, 40.0)),
    ]


def observe(answer, case):
    query, key, value, thoughts = case.inputs
    listening = answer(query, key, value)
    return {"attention": listening.attention(thoughts), "heard": listening.hear(thoughts)}


NAMES = ("query", "key", "value", "thoughts")
HINTS = """
    thoughts @ query is what each agent asks for, thoughts @ key what each has to offer, both
    float[B, N, d]. The scores are all products: asked @ offered.swapaxes(-1, -2).

    Divide by np.sqrt(d) and put -np.inf on the diagonal: np.where(np.eye(N, dtype=bool), -np.inf,
    scores). Subtract the largest score of each row before np.exp.

    attention = grown / grown.sum(axis=-1, keepdims=True); heard = attention @ (thoughts @ value).
"""


def _only_the_strong(trials):
    """Only the case with scores in the thousands fails; there may be several such cases."""
    return all(trial.passed == ("strong" not in trial.case.label) for trial in trials)


def _has_nan(trial):
    returned = trial.returned if isinstance(trial.returned, dict) else {}
    return any(np.isnan(np.asarray(value, dtype=float)).any() for value in returned.values())


MISTAKES = """
    hears_itself: scores = np.where(np.eye(thoughts.shape[1], dtype=bool), -np.inf, scores) =>
      Every agent also listens to itself. It has its own thought already: set the diagonal of the
      scores to -np.inf before the softmax.
    mask_afterwards:
      | scores = np.where(np.eye(thoughts.shape[1], dtype=bool), -np.inf, scores) =>;
      | return grown / => return ~np.eye(thoughts.shape[1], dtype=bool) * grown /
      You take out an agent's own share after the softmax, so that the rest no longer adds up to
      1. Set its score to -np.inf before.
    mask_with_zero: -np.inf => 0.0
      You set an agent's own score to 0, and exp(0) is 1: it still hears itself. -np.inf gives
      exactly 0.
    careless_exponential: - scores.max(axis=2, keepdims=True) =>
      Scores in the thousands overflow exp. Subtract the largest score of each row first: the
      shares stay the same.
    mask_too_weak: -np.inf => -50.0
      You put a fixed low number on the diagonal. Where the other scores are lower still, an agent
      hears itself after all: -np.inf is always low enough.
    not_scaled: / np.sqrt(thoughts.shape[2]) =>
      The scores are not divided by the square root of the size of a thought.
    scaled_by_size: np.sqrt(thoughts.shape[2]) => thoughts.shape[2]
      You divide by the size of a thought. Divide by its square root.
    scaled_by_agents: thoughts.shape[2] => thoughts.shape[1]
      You divide by the root of the number of agents. It is the size of a thought, the last axis,
      whose root is wanted.
    shares_of_the_speaker: max(axis=2 => max(axis=1; sum(axis=2 => sum(axis=1
      Your columns add up to 1: each speaker shares itself out among the listeners. Each listener
      shares out its attention: the rows, the last axis, add up to 1.
    query_and_key_exchanged:
      | thoughts @ self.query => thoughts @ self.key;
      | thoughts @ self.key => thoughts @ self.query
      Query and key are exchanged: row i is who listens, so it asks with its query, and the
      columns answer with their keys.
    matrices_transposed: = query, key, value => = query.T, key.T, value.T
      You multiply with the transposed matrices. A thought is a row here: thoughts @ query.
    thoughts_not_values: (thoughts @ self.value) => thoughts
      You pass on the thoughts themselves. What is heard goes through the value matrix: thoughts @
      value.
    heard_by_the_wrong_ones: self.attention(thoughts) => self.attention(thoughts).swapaxes(1, 2)
      The attention is transposed when it is used: row i, who listens, times the values of those
      it listens to.
    keeps_its_own_thought: return self.attention => return thoughts + self.attention
      You add an agent's own thought to what it hears. Return what comes from the others alone;
      the agent can put the two together itself.
    matched_by_values: self.attention(thoughts) => self.attention(thoughts @ self.value)
      The attention is worked out from the values. It depends on the thoughts: attention(thoughts)
      @ (thoughts @ value).
    everyone_alike: np.exp(scores - scores.max(axis=2, keepdims=True)) => 1.0 * np.isfinite(scores)
      Everybody is listened to alike. Attention depends on the thoughts: the query of the listener
      times the key of the speaker.
"""


def detect_careless_exponential(trials):
    return _only_the_strong(trials) and _has_nan(trials[-1])


def detect_mask_too_weak(trials):
    return _only_the_strong(trials) and not _has_nan(trials[-1])
