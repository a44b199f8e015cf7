"""Experience replay: remember transitions, and learn from some of them at random.

Source: Lin 1992, "Self-Improving Reactive Agents Based On Reinforcement Learning, Planning and
Teaching"; Mnih et al. 2015 for deep Q-learning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor


class ReplayBuffer:
    """The last ``size`` transitions, as one tensor for each field; the oldest are overwritten."""

    def __init__(self, size: int) -> None:
        self.size, self.filled, self._next = size, 0, 0
        self._fields: dict[str, Tensor] = {}

    def __len__(self) -> int:
        return self.filled

    def add(self, **fields: np.ndarray) -> None:
        """Add B transitions: for each field an array [B, ...] of any shape and kind."""
        rows = len(next(iter(fields.values())))
        if rows > self.size:
            raise ValueError(
                f"{rows} sessions at once do not fit into a replay of {self.size} transitions; "
                "make replay_size larger"
            )
        places = (self._next + np.arange(rows)) % self.size
        for name, values in fields.items():
            new = torch.from_numpy(np.ascontiguousarray(values))
            if name not in self._fields:
                self._fields[name] = torch.zeros((self.size, *new.shape[1:]), dtype=new.dtype)
            self._fields[name][places] = new
        self._next = (self._next + rows) % self.size
        self.filled = min(self.filled + rows, self.size)

    def sample(self, rows: int, generator: torch.Generator) -> dict[str, Tensor]:
        """``rows`` transitions drawn at random, the same one maybe twice."""
        chosen = torch.randint(self.filled, (rows,), generator=generator)
        return {name: values[chosen] for name, values in self._fields.items()}

    def state_dict(self) -> dict[str, Any]:
        kept = {name: values[: self.filled].clone() for name, values in self._fields.items()}
        return {"fields": kept, "next": self._next, "filled": self.filled}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self._next, self.filled = state["next"], state["filled"]
        for name, kept in state["fields"].items():
            values = torch.zeros((self.size, *kept.shape[1:]), dtype=kept.dtype)
            values[: self.filled] = kept
            self._fields[name] = values
