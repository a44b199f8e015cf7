"""Defending an entry: what its maker foresaw, and what each of its agents is for.

A prediction is an interval that its maker is 80 % sure of, one an ability, written down before the
hidden run.  It is scored by the interval score (Winkler 1972; Gneiting and Raftery, "Strictly
proper scoring rules, prediction, and estimation", JASA 2007): width, and a miss costs its distance
times 2 / (1 - sure).  Whoever states the 10 % and 90 % quantiles of what they believe expects the
best score.

An ablation is an entry as well: the whole one, with an agent that says nothing in the place of one
of its agents, so that it goes through the same gate, sandbox and worlds.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.arena.entry import BadEntryError, Contender, entry_files, read_entry
from mavrs_course.arena.playing import ArenaSettings, Player, play
from mavrs_course.arena.scoring import LOSS, gap, scale
from mavrs_course.messages import Agent, Coordinator, Feedback, Floats, Opinion, Request

SURE = 0.8
SAY_NOTHING = 0.0, 1.0  # what counts as predicted where nothing was
BEST = 3.0  # points for predictions that are always right and have no width


def interval_score(low: ArrayLike, high: ArrayLike, truth: ArrayLike, sure: float = SURE) -> Floats:
    """What predictions cost, 0 being perfect: float of their common shape.

    NaN in ``low`` or ``high``: nothing was predicted, which counts as 0 to 1.  NaN in ``truth``:
    not measured, so it has no score, and is NaN.
    """
    low, high, truth = (np.asarray(each, dtype=float) for each in (low, high, truth))
    nothing = np.isnan(low) | np.isnan(high)
    low, high = np.where(nothing, SAY_NOTHING[0], low), np.where(nothing, SAY_NOTHING[1], high)
    miss = np.maximum(low - truth, 0.0) + np.maximum(truth - high, 0.0)
    return high - low + 2.0 / (1.0 - sure) * miss


@dataclass(frozen=True)
class Foresight:
    """What predictions were worth.

    scores: by ability, for those that were measured.  skill: the share by which the mean score is
    better than that of saying "0 to 1" about everything; below 0 where that would have been wiser.
    inside: how many were inside their interval.  It is not cut off at 0: a rule that forgives the
    worst predictions rewards gambling, and is not proper any more.
    """

    scores: Mapping[str, float]
    skill: float
    inside: int

    @property
    def points(self) -> float:
        """``BEST`` times the skill; it may be below 0."""
        return BEST * self.skill


def foresight(
    predictions: Mapping[str, tuple[float, float]], measured: Mapping[str, float]
) -> Foresight:
    """Score the predictions of an entry by what was measured, by ability.

    What is measured below -1 counts as -1, as a lost round does.  Raises ValueError where nothing
    was measured, or something was predicted that is no ability here.
    """
    if not measured:
        raise ValueError("there is nothing to score predictions by: nothing was measured")
    if strange := sorted(set(predictions) - set(measured)):
        raise ValueError(f"{strange[0]!r} was predicted; measured were {', '.join(measured)}")
    truth = np.maximum(list(measured.values()), LOSS)
    none = float("nan"), float("nan")
    low, high = np.array([predictions.get(ability, none) for ability in measured]).T
    scores = interval_score(low, high, truth)
    silent = interval_score(*np.full((2, len(truth)), np.nan), truth)
    inside = int(((low <= truth) & (truth <= high)).sum())
    named = dict(zip(measured, scores.tolist(), strict=True))
    return Foresight(named, float(1.0 - scores.mean() / silent.mean()), inside)


def shares(
    player: Player, ability: str, salt: str, rounds: Sequence[int], settings: ArenaSettings
) -> Floats:
    """The share of the gap that a player closes in each round: float[R], for claims.

    Two players' shares of the same rounds are paired: they met the same viewers and the same luck.
    """
    told = []
    for number in rounds:
        ends = scale(ability, salt, number, settings)
        told.append(gap(play(player, ability, salt, number, settings), ends))
    return np.array(told)


class SilentAgent:
    """Stands where an agent was: every candidate is the same to it, and it is sure of nothing."""

    def __init__(self, name: str) -> None:
        self.name = name

    def opine(self, request: Request) -> Opinion:
        blank = np.zeros(request.candidates.shape)
        return Opinion(self.name, blank, np.zeros(len(request)))

    def learn(self, feedback: Feedback) -> None:
        """Nothing."""


def without(coordinator: Any, name: str) -> Coordinator:
    """The same coordinator with its agent ``name`` silenced; as it is where it has no such agent.

    Works for every coordinator that keeps its agents in ``agents`` or in a ``panel``, as all of the
    course's ways do; TypeError for one that keeps none.
    """
    holders = [each for each in (coordinator, getattr(coordinator, "panel", None)) if each]
    holders = [each for each in holders if getattr(each, "agents", None)]
    if not holders:
        raise TypeError(f"a {type(coordinator).__name__} keeps no agents that could be left out")
    for holder in holders:
        kept: list[Agent] = [
            SilentAgent(name) if agent.name == name else agent for agent in holder.agents
        ]
        holder.agents = tuple(kept)
    return coordinator


ABLATED = '''"""An ablation: the entry beside this file, without its agent {agent}."""

import os

from mavrs_course.arena.defence import without
from mavrs_course.arena.inside import load

NAME = {name}
_whole = load(os.path.join(os.path.dirname(os.path.abspath(__file__)), {inner}))


def build(world, rng):
    return without(_whole.build(world, rng), {agent})


if hasattr(_whole, "move"):

    def move(coordinator, world, rng):
        return without(_whole.move(coordinator, world, rng), {agent})
'''


def ablated(entry: Contender, agent: str, folder: Path) -> Contender:
    """The entry without one of its agents, as an entry of its own, written into ``folder``."""
    source, place = Path(entry.path), folder / f"without_{agent}".replace(" ", "_")
    inner = "whole.py" if source.is_file() else "whole"
    for file in entry_files(source):
        target = place / inner if source.is_file() else place / inner / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    name = f"{entry.name} without {agent}"
    text = ABLATED.format(agent=repr(agent), name=repr(name), inner=repr(inner))
    (place / "__init__.py").write_text(text, encoding="utf-8")
    return read_entry(place)


def agents_of(entry: Contender) -> tuple[str, ...]:
    """The agents that an entry names in ``AGENTS = (...)``, read without running it."""
    source = Path(entry.path)
    main = source / "__init__.py" if source.is_dir() else source
    for node in ast.parse(main.read_bytes()).body:
        if isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == ["AGENTS"]:
            try:
                return tuple(str(name) for name in ast.literal_eval(node.value))
            except (ValueError, TypeError):
                break
    raise BadEntryError(
        f"{main} does not name its agents: write AGENTS = ('reasoning', ...), the names of those "
        "that could be left out"
    )
