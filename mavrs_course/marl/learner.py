"""The loop around every algorithm: train until so many steps, show progress, stop and go on.

An algorithm is a subclass with ``settings_type``, :meth:`Learner.build`, :meth:`Learner.iterate`
and :meth:`Learner.policy`; everything that it learns is in :attr:`Learner.parts`.
"""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, ClassVar

import numpy as np
import torch

from mavrs_course.envs.core import Core
from mavrs_course.marl.checkpoint import (
    CheckpointError,
    core_state,
    read_checkpoint,
    restored_core,
    write_checkpoint,
)
from mavrs_course.marl.networks import TeamNetwork, allowed_actions
from mavrs_course.marl.play import Game, Play, as_core
from mavrs_course.marl.policy import LearnedPolicy
from mavrs_course.marl.schedules import linear
from mavrs_course.messages import Floats
from mavrs_course.progress import counting

SESSIONS_A_POINT = 50


@dataclass
class Curve:
    """What was earned while learning; each point is the mean of the sessions since the last one.

    A point takes as many sessions as are played at once, or 50 if that is more.
    steps: session-steps played by then.  seconds: of training by then.  returns: what each agent
    earned in a session, on average: a list of float[N].
    """

    steps: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    returns: list[Floats] = field(default_factory=list)

    def table(self) -> Floats:
        """float[points, 1 + N]: the steps, then each agent's return."""
        return np.array([[s, *r] for s, r in zip(self.steps, self.returns, strict=True)])


class Learner:
    """Agents that learn a game by playing it.

    game: a core made with ``auto_reset=True``, a function that makes a PettingZoo Parallel
    environment (of which ``sessions`` are played at once), or one such environment.
    settings: of the algorithm; its defaults without.  seed: of everything that is random in the
    learner, and in environments that it makes itself; a core brings its own generator.
    """

    name: ClassVar[str]
    settings_type: ClassVar[type]

    def __init__(self, game: Game, settings: Any = None, *, sessions: int = 8, seed: int = 0):
        self.settings = self.settings_type() if settings is None else settings
        if not isinstance(self.settings, self.settings_type):
            raise TypeError(
                f"{type(self).__name__} takes {self.settings_type.__name__}, "
                f"not {type(self.settings).__name__}"
            )
        self.core = as_core(game, sessions, np.random.default_rng(seed))
        self.generator = torch.Generator().manual_seed(seed)
        self.agents = len(self.core.action_counts)
        self.allowed = allowed_actions(self.core.action_counts)
        self.play = Play(self.core)
        self.steps, self.seconds, self.curve = 0, 0.0, Curve()
        # All that changes while learning and has state_dict() and load_state_dict().
        self.parts: dict[str, Any] = {"play": self.play}
        self.build()

    def build(self) -> None:
        """Make the networks and the optimiser, and put them into :attr:`parts`."""
        raise NotImplementedError

    def iterate(self) -> int:
        """Play a little and learn from it; returns the session-steps played."""
        raise NotImplementedError

    def policy(self) -> LearnedPolicy:
        """What has been learned so far, as a copy that does not change any more."""
        raise NotImplementedError

    def train(
        self,
        steps: int,
        *,
        progress: bool = True,
        checkpoint: str | Path | None = None,
        checkpoint_seconds: float = 30.0,
    ) -> Curve:
        """Train until ``steps`` session-steps have been played, counted from the very beginning.

        progress: show a bar with return and speed.  checkpoint: a file to save everything to,
        every ``checkpoint_seconds`` and at the end; if it is there already, training goes on from
        it, and ends with the same curve as if it had never stopped.  Raises
        :class:`~mavrs_course.marl.checkpoint.CheckpointError` if the file is damaged or is
        another learner's.
        """
        if checkpoint is not None and Path(checkpoint).exists():
            self.resume(checkpoint)
        saved, played = perf_counter(), self.steps
        rich = _Bar(self.name, steps, self.steps) if progress else nullcontext()
        with rich as bar, counting("steps", steps, self.steps) as part:
            while self.steps < steps:
                started = perf_counter()
                self.steps += self.iterate()
                self.seconds += perf_counter() - started
                self._note_returns()
                part.done = self.steps
                if bar is not None:
                    bar.show(self.steps, self.curve)
                if checkpoint is not None and perf_counter() - saved >= checkpoint_seconds:
                    self.save(checkpoint)
                    saved, played = perf_counter(), self.steps
        if checkpoint is not None and self.steps > played:
            self.save(checkpoint)
        return self.curve

    def _note_returns(self) -> None:
        returns = self.play.returns(max(self.core.sessions, SESSIONS_A_POINT))
        if returns is not None:
            self.curve.steps.append(self.steps)
            self.curve.seconds.append(self.seconds)
            self.curve.returns.append(returns.mean(axis=0))

    def save(self, path: str | Path) -> None:
        """Write everything to a file, whole or not at all, so that training can go on from it."""
        write_checkpoint(self.state_dict(), Path(path))

    def resume(self, path: str | Path) -> None:
        """Go on from what :meth:`save` wrote.  Only open files of your own: they can run code."""
        state = read_checkpoint(Path(path))
        try:
            self.load_state_dict(state)
        except CheckpointError as error:
            raise CheckpointError(f"{path}: {error}") from None

    def state_dict(self) -> dict[str, Any]:
        """All that going on needs: parts, generators, the game, and whose they are."""
        return {
            "of": self._described(),
            "parts": {name: part.state_dict() for name, part in self.parts.items()},
            "generator": self.generator.get_state(),
            "core": core_state(self.core),
            "steps": self.steps,
            "seconds": self.seconds,
            "curve": vars(self.curve),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from :meth:`state_dict`; :class:`CheckpointError` if it is another learner's."""
        for what, value in self._described().items():
            if state["of"].get(what) != value:
                raise CheckpointError(
                    f"it was saved with {what} {state['of'].get(what)!r}, but this learner has "
                    f"{value!r}; make the learner as it was, or train into another file"
                )
        for name, part in self.parts.items():
            if name != "play":
                part.load_state_dict(state["parts"][name])
        self.generator.set_state(state["generator"])
        self.steps, self.seconds = state["steps"], state["seconds"]
        vars(self.curve).update(state["curve"])
        self._take_up(restored_core(self.core, state["core"]), state["parts"]["play"])

    def _take_up(self, core: Core | None, play: Any) -> None:
        """Go on with the sessions of ``core``, or with new ones where it is None."""
        if core is None:
            self.core.reset()
            warnings.warn(
                "the saved sessions could not be taken up again; training goes on with new ones, "
                "so the curve will differ a little from that of a run that was never stopped",
                stacklevel=4,
            )
        else:
            self.core = core
        self.play = self.parts["play"] = Play(self.core)
        if core is not None:
            self.play.load_state_dict(play)

    def _described(self) -> dict[str, Any]:
        """What must agree for a saved state to be this learner's."""
        return {
            "algorithm": self.name,
            "settings": asdict(self.settings),
            "the game": type(self.core).__name__,
            "action counts": tuple(self.core.action_counts),
            "observation size": self.core.observation_size,
            "state size": self.core.state_size,
            "sessions": self.core.sessions,
        }

    def anneal(self, optimiser: torch.optim.Optimizer) -> None:
        """Set the learning rate to what the settings say for this step."""
        over = self.settings.anneal_over
        rate = self.settings.learning_rate
        for group in optimiser.param_groups:
            group["lr"] = rate if over is None else linear(rate, 0.0, over, self.steps)


def exported(
    network: TeamNetwork, action_counts: tuple[int, ...], epsilon: float | None, about: dict
) -> LearnedPolicy:
    """A team network as a policy in numpy."""
    linears = [
        [layer for layer in net if isinstance(layer, torch.nn.Linear)] for net in network.networks
    ]
    layers = [
        (
            np.stack([layer.weight.detach().numpy().T for layer in group]),
            np.stack([layer.bias.detach().numpy() for layer in group]),
        )
        for group in zip(*linears, strict=True)
    ]
    return LearnedPolicy(
        layers,
        action_counts,
        activation=network.activation,
        agent_ids=network.agent_ids,
        epsilon=epsilon,
        about=about,
    )


class _Bar:
    """A progress bar in the terminal or in Jupyter, with the last return and the speed."""

    def __init__(self, name: str, total: int, done: int) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.total:,.0f} steps"),
            TextColumn("{task.fields[speed]}"),
            TextColumn("{task.fields[earned]}"),
            TimeRemainingColumn(),
        )
        self.task = self.bar.add_task(name, total=total, completed=done, speed="", earned="")
        self.started, self.from_step = perf_counter(), done

    def __enter__(self) -> _Bar:
        self.bar.start()
        return self

    def __exit__(self, *problem) -> None:
        self.bar.stop()

    def show(self, steps: int, curve: Curve) -> None:
        speed = (steps - self.from_step) / (perf_counter() - self.started)
        earned = f"return {np.mean(curve.returns[-1]):.1f} an agent" if curve.returns else ""
        self.bar.update(self.task, completed=steps, speed=f"{speed:,.0f} steps/s", earned=earned)
