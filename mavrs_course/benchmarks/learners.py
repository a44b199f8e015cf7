"""How fast each learner is on the feed game, and how soon it is good at it."""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.table import Table

from mavrs_course.benchmarks.rates import SESSIONS, rates, this_machine

VALUE_SESSIONS = 128  # for the learners that take one step of learning after each step of play


def bench_marl(seconds: float = 60.0, target: float = 285.0) -> dict[str, float]:
    """Learning on the feed game with team reward: speed, and time until a return is reached.

    Each algorithm trains for ``seconds``, or until its policy's best actions earn ``target``
    minutes in a session: 285 is one and a half times what five selfish learners reach.  Measuring
    the policy, every few seconds, does not count.  Its speed is the median of three more runs, as
    long for each learner.  Returns session-steps per second by name.
    """
    import torch

    torch.set_num_threads(1)  # one core, as the title says
    measured = {name: _feed_learner(name) for name in ("IPPO", "MAPPO", "IQL", "VDN", "QMIX")}
    sessions = f"{SESSIONS:,} sessions at once, {VALUE_SESSIONS} for IQL, VDN and QMIX"
    table = Table(title=f"Learning the feed game: {sessions}")
    for heading in (
        "",
        "session-steps/s",
        "three runs",
        "ratio",
        f"seconds to {target:g} minutes",
        "minutes",
    ):
        table.add_column(heading, justify="right" if heading else "left")
    alone = _feed_alone(min(seconds, 1.0))
    table.add_row("the environment alone", f"{alone:,.0f}", "", "1", "", "")
    speeds = {"the environment alone": alone}
    for name, learner in measured.items():
        minutes = _train_to(learner, seconds, target)
        reached = f"{learner.seconds:.0f}" if minutes >= target else f"not in {learner.seconds:.0f}"
        runs = [train_for(learner, seconds / 12) for _ in range(3)]
        speeds[name] = float(np.median(runs))
        spread, ratio = f"{min(runs):,.0f} to {max(runs):,.0f}", f"{speeds[name] / alone:.3g}"
        table.add_row(name, f"{speeds[name]:,.0f}", spread, ratio, reached, f"{minutes:.0f}")
    console = Console()
    console.print(table)
    console.print(f"{this_machine()}, torch {torch.__version__}", highlight=False)
    return speeds


def _feed_learner(name: str):
    """A learner on the feed game with team reward, with the settings tuned for it."""
    from importlib import import_module

    from mavrs_course.envs.feed_core import FeedCore

    algorithm = getattr(import_module(f"mavrs_course.marl.{name.lower()}"), name)
    sessions = SESSIONS if name in ("IPPO", "MAPPO") else VALUE_SESSIONS
    core = FeedCore(sessions, auto_reset=True, rng=np.random.default_rng(0))
    return algorithm(core, algorithm.settings_type.for_feed(), seed=0)


def _feed_alone(seconds: float) -> float:
    """Session-steps a second of the feed as a learner steps it, at best of three turns."""
    from mavrs_course.envs.feed_core import CHANNELS, N_ACTIONS, FeedCore
    from mavrs_course.marl.play import Play

    rng = np.random.default_rng(0)
    actions = rng.integers(N_ACTIONS, size=(64, SESSIONS, CHANNELS))
    play = Play(FeedCore(SESSIONS, auto_reset=True, rng=rng))
    seen, state = play.core.observe(), play.core.state()

    def step() -> int:
        for joint in actions:
            play.step(joint)
            play.core.observe(seen)
            play.core.state(state)
        play.returns(1)
        return len(actions) * SESSIONS

    return rates({"alone": step}, seconds)["alone"]


def _train_to(learner, seconds: float, target: float) -> float:
    """Train until the target or the time is reached; what the policy earns then, in minutes."""
    from mavrs_course.envs.feed_core import FeedCore, play_feed

    viewers, pause = FeedCore(SESSIONS, rng=np.random.default_rng(1)), seconds / 20
    minutes = 0.0
    while minutes < target and learner.seconds < seconds:
        train_for(learner, pause)
        minutes = play_feed(viewers, learner.policy()).mean()
    return minutes


def train_for(learner, seconds: float) -> float:
    """Train for so many seconds; the session-steps a second."""
    steps, since = learner.steps, learner.seconds
    while learner.seconds < since + seconds:
        learner.train(learner.steps + 1, progress=False)
    return (learner.steps - steps) / (learner.seconds - since)
