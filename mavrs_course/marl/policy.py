"""What a learner has learned: a policy in plain numpy that fits into a small file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from mavrs_course.envs.core import Floats32
from mavrs_course.messages import Floats, Ints

_ACTIVATE = {"tanh": np.tanh, "relu": lambda x: np.maximum(x, 0.0)}
_NEVER = -1e9


class PolicyFileError(ValueError):
    """A file that holds no policy of ours; the text says what to do."""


class LearnedPolicy:
    """Maps observations float32[B, N, observation_size] to actions int[B, N].

    Calling it takes each agent's best action; :meth:`sampling` gives a policy that draws actions.

    layers: for each layer its weights float32[G, inputs, outputs] and biases float32[G, outputs],
    with G = 1 network that all agents share or G = N, one for each.  agent_ids: whether each
    agent's number is appended to what it sees, one-hot.  What comes out are the logits of a
    softmax policy (epsilon None), or action values, of which the best is taken except in a share
    ``epsilon`` of cases.  about: anything worth knowing later, such as the seed; kept in the file.
    """

    def __init__(
        self,
        layers: Sequence[tuple[Floats32, Floats32]],
        action_counts: Sequence[int],
        *,
        activation: str,
        agent_ids: bool,
        epsilon: float | None,
        about: dict | None = None,
    ) -> None:
        self.layers = [tuple(np.asarray(a, np.float32) for a in layer) for layer in layers]
        self.action_counts = tuple(action_counts)
        self.activation, self.agent_ids, self.epsilon = activation, agent_ids, epsilon
        self.about = about or {}
        self._allowed = np.arange(max(action_counts)) < np.array(action_counts)[:, None]

    def outputs(self, observations: Floats32) -> Floats32:
        """Logits or action values: float32[B, N, A], very low for actions that do not exist."""
        hidden = np.asarray(observations, dtype=np.float32)
        if self.agent_ids:
            ids = np.eye(len(self.action_counts), dtype=np.float32)
            ids = np.broadcast_to(ids, (len(hidden), *ids.shape))
            hidden = np.concatenate([hidden, ids], axis=2)
        hidden = hidden.swapaxes(0, 1)  # agents first, each with its own weights
        for number, (weight, bias) in enumerate(self.layers):
            hidden = hidden @ weight + bias[:, None]
            if number < len(self.layers) - 1:
                hidden = _ACTIVATE[self.activation](hidden)
        return np.where(self._allowed, hidden.swapaxes(0, 1), np.float32(_NEVER))

    def __call__(self, observations: Floats32) -> Ints:
        """The best action of each agent: int[B, N]."""
        return self.outputs(observations).argmax(axis=2)

    def probabilities(self, observations: Floats32) -> Floats:
        """How likely each action is when actions are drawn: float[B, N, A]."""
        outputs = self.outputs(observations).astype(float)
        if self.epsilon is None:
            likelihood = np.exp(outputs - outputs.max(axis=2, keepdims=True))
            return likelihood / likelihood.sum(axis=2, keepdims=True)
        best = np.arange(outputs.shape[2]) == outputs.argmax(axis=2)[..., None]
        share = self._allowed / self._allowed.sum(axis=1, keepdims=True)
        return (1.0 - self.epsilon) * best + self.epsilon * share

    def sampling(self, rng: np.random.Generator):
        """A policy that draws each action with its probability, as the learner did."""

        def draw(observations: Floats32) -> Ints:
            below = self.probabilities(observations).cumsum(axis=2)
            ticket = rng.random((*below.shape[:2], 1)) * below[..., -1:]
            return (below <= ticket).sum(axis=2)

        return draw

    def save(self, path: str | Path) -> None:
        """Write a ``.npz`` of arrays and one line of text; nothing in it can run."""
        described = {
            "action_counts": [int(count) for count in self.action_counts],
            "activation": self.activation,
            "agent_ids": self.agent_ids,
            "epsilon": self.epsilon,
            "about": self.about,
        }
        arrays = {}
        for number, (weight, bias) in enumerate(self.layers):
            arrays[f"weight_{number}"], arrays[f"bias_{number}"] = weight, bias
        with open(path, "wb") as file:
            np.savez_compressed(file, policy=np.array(json.dumps(described)), **arrays)

    @classmethod
    def load(cls, path: str | Path) -> LearnedPolicy:
        """Read what :meth:`save` wrote; :class:`PolicyFileError` if the file is something else."""
        try:
            with np.load(path, allow_pickle=False) as file:
                described = json.loads(str(file["policy"]))
                numbers = range(sum(name.startswith("weight_") for name in file.files))
                layers = [(file[f"weight_{n}"], file[f"bias_{n}"]) for n in numbers]
                return cls(layers, **described)
        except FileNotFoundError:
            raise
        except (BadZipFile, EOFError, KeyError, OSError, TypeError, ValueError) as error:
            raise PolicyFileError(
                f"{path} holds no policy that LearnedPolicy.save wrote, or is damaged ({error}); "
                "train the learner again and save its policy()"
            ) from error
