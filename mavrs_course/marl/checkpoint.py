"""Checkpoints: everything a learner is made of, in one file that is whole or not there.

A file is written beside its place and then moved there in one go, so that a run killed while
writing leaves the last good one.  It holds networks, optimiser, replay, generators, the curve and
the game itself, so that going on gives the numbers that not stopping would have given.
"""

from __future__ import annotations

import io
import pickle
import warnings
from pathlib import Path
from typing import Any

import torch

from mavrs_course.files import write_whole

FORMAT = 1


class CheckpointError(ValueError):
    """A checkpoint that cannot be used; the text says why and what to do."""


def write_checkpoint(state: dict[str, Any], path: Path) -> None:
    """Save what ``Learner.state_dict()`` gave, atomically."""
    written = io.BytesIO()
    torch.save({"format": FORMAT} | state, written)
    write_whole(path, written.getvalue())


def read_checkpoint(path: Path) -> dict[str, Any]:
    """What :func:`write_checkpoint` saved; :class:`CheckpointError` for anything else."""
    try:
        content = torch.load(path, weights_only=False)
        if content["format"] == FORMAT and {"of", "parts", "core"} <= set(content):
            return content
    except FileNotFoundError:
        raise CheckpointError(f"there is no checkpoint {path}") from None
    except Exception as error:  # a damaged pickle can raise almost anything
        raise CheckpointError(
            f"{path} is damaged or no checkpoint of ours ({error}); delete it to start afresh"
        ) from error
    raise CheckpointError(f"{path} is a checkpoint of another version; delete it to start afresh")


def core_state(core: Any) -> Any:
    """The core as a snapshot of its own making, else pickled, else None."""
    if hasattr(core, "snapshot"):
        return core.snapshot()
    try:
        return pickle.dumps(core)
    except Exception as error:  # whatever is in the core decides what is raised
        warnings.warn(
            f"{type(core).__name__} cannot be pickled ({error}), so the checkpoint holds what was "
            "learned but not the sessions: resuming will start new ones",
            stacklevel=5,
        )
        return None


def restored_core(core: Any, state: Any) -> Any:
    """The core as :func:`core_state` kept it, in place or anew; None where it can't be had."""
    if state is None:
        return None
    if hasattr(core, "restore"):
        return core if core.restore(state) else None
    return pickle.loads(state)
