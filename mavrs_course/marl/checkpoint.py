"""Checkpoints: everything a learner is made of, in one file that is whole or not there.

A file is written beside its place and then moved there in one go, so that a run killed while
writing leaves the last good one.  It holds networks, optimiser, replay, generators, the curve and
the game itself, so that going on gives the numbers that not stopping would have given.
"""

from __future__ import annotations

import io
import pickle
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from mavrs_course.files import write_whole
from mavrs_course.marl.play import Play

if TYPE_CHECKING:
    from mavrs_course.marl.learner import Learner

FORMAT = 1


class CheckpointError(ValueError):
    """A checkpoint that cannot be used; the text says why and what to do."""


def write_checkpoint(learner: Learner, path: Path) -> None:
    """Save a learner, atomically.  Warns if its core cannot be part of the file."""
    content = {
        "format": FORMAT,
        "of": _described(learner),
        "parts": {name: part.state_dict() for name, part in learner.parts.items()},
        "generator": learner.generator.get_state(),
        "core": _core_state(learner.core),
        "steps": learner.steps,
        "seconds": learner.seconds,
        "curve": vars(learner.curve),
    }
    written = io.BytesIO()
    torch.save(content, written)
    write_whole(path, written.getvalue())


def read_checkpoint(learner: Learner, path: Path) -> None:
    """Bring a learner to where it was saved; :class:`CheckpointError` if the file is not its."""
    content = _loaded(path)
    found, wanted = content["of"], _described(learner)
    for what, value in wanted.items():
        if found.get(what) != value:
            raise CheckpointError(
                f"{path} was saved with {what} {found.get(what)!r}, but this learner has "
                f"{value!r}; make the learner as it was, or train into another file"
            )
    for name, part in learner.parts.items():
        if name != "play":
            part.load_state_dict(content["parts"][name])
    learner.generator.set_state(content["generator"])
    learner.steps, learner.seconds = content["steps"], content["seconds"]
    vars(learner.curve).update(content["curve"])
    if _restore_core(learner, content["core"]):
        learner.play = Play(learner.core)
        learner.play.load_state_dict(content["parts"]["play"])
    else:
        learner.core.reset()
        learner.play = Play(learner.core)
        warnings.warn(
            f"the sessions in {path} could not be taken up again; training goes on with new ones, "
            "so the curve will differ a little from that of a run that was never stopped",
            stacklevel=4,
        )
    learner.parts["play"] = learner.play


def _loaded(path: Path) -> dict[str, Any]:
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


def _described(learner: Learner) -> dict[str, Any]:
    """What must agree for a checkpoint to be this learner's."""
    core = learner.core
    return {
        "algorithm": learner.name,
        "settings": asdict(learner.settings),
        "the game": type(core).__name__,
        "action counts": tuple(core.action_counts),
        "observation size": core.observation_size,
        "state size": core.state_size,
        "sessions": core.sessions,
    }


def _core_state(core: Any) -> Any:
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


def _restore_core(learner: Learner, state: Any) -> bool:
    if state is None:
        return False
    if hasattr(learner.core, "restore"):
        return learner.core.restore(state)
    learner.core = pickle.loads(state)
    return True
