"""How fast things are on this machine, as ratios within one run: what ``mavrs bench`` prints."""

from __future__ import annotations

import os
import platform as machine
import random
from collections.abc import Callable, Mapping
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table

from mavrs_course.world.topics import MEAN_QUALITY, N_TOPICS, QUALITY_DEVIATION

SESSIONS = 1_024
VALUE_SESSIONS = 128  # for the learners that take one step of learning after each step of play


def rates(contenders: Mapping[str, Callable[[], int]], seconds: float) -> dict[str, float]:
    """Steps per second of each contender: a function that runs some steps and says how many.

    They take turns, three of ``seconds`` each after a warm-up, and the best turn counts, so
    that whatever else the machine is doing disturbs all of them alike.
    """
    best = dict.fromkeys(contenders, 0.0)
    for turn in range(4):
        for name, run in contenders.items():
            steps, start = 0, perf_counter()
            while (spent := perf_counter() - start) < (seconds if turn else seconds / 10):
                steps += run()
            if turn:
                best[name] = max(best[name], steps / spent)
    return best


def print_rates(title: str, unit: str, measured: Mapping[str, float]) -> None:
    """A table of rates, each beside its multiple of the last one."""
    table = Table(title=title)
    table.add_column("")
    table.add_column(unit, justify="right")
    table.add_column("ratio", justify="right")
    last = list(measured.values())[-1]
    for name, rate in measured.items():
        table.add_row(name, f"{rate:,.0f}", f"{rate / last:.3g}")
    console = Console()
    console.print(table)
    console.print(this_machine(), highlight=False)


def this_machine() -> str:
    """What was measured on, in one line."""
    return (
        f"one core of {os.cpu_count()}, {machine.machine()} {machine.system()}, "
        f"Python {machine.python_version()}, numpy {np.__version__}"
    )


class PlainFeed:
    """The feed game in plain Python, one session at a time, without numpy.

    The rules of :mod:`mavrs_course.envs.feed_core` once more, written as RecSim's own simulator
    is: a loop over the slots of one viewer's page.
    """

    QUALITY = MEAN_QUALITY.tolist()

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.reset()

    def reset(self) -> None:
        self.interest = [self.rng.uniform(-1.0, 1.0) for _ in range(N_TOPICS)]
        self.budget = 200.0

    def step(self, actions: list[int]) -> float:
        """Play one page with five actions: the minutes watched.

        The session is over once ``budget`` is not above zero.
        """
        rng = self.rng
        bids = [(action > 0) + (action > 4) + rng.random() for action in actions]
        winners = sorted(range(5), key=bids.__getitem__, reverse=True)[:3]
        page = [channel + 5 * ((actions[channel] - 1) % 4) for channel in winners]
        weights = [
            self.interest[topic] + 1.0 if actions[channel] else 0.0
            for channel, topic in zip(winners, page, strict=True)
        ]
        qualities = [rng.gauss(self.QUALITY[topic], QUALITY_DEVIATION) for topic in page]
        ticket = rng.random() * (sum(weights) + 2.0)
        for weight, topic, quality in zip(weights, page, qualities, strict=True):
            ticket -= weight
            if ticket < 0.0:
                return self._watch(topic, quality)
        self.budget -= 0.5
        return 0.0

    def _watch(self, topic: int, quality: float) -> float:
        minutes = min(4.0, self.budget)
        self.budget += minutes * (0.9 / 3.4 * quality - 1.0)
        u = self.interest[topic]
        step = 0.3 * (1.0 - abs(u)) * (1.0 - u)
        u += step if self.rng.random() < (u + 1.0) / 2.0 else -step
        self.interest[topic] = min(max(u, -1.0), 1.0)
        return minutes


def bench_world(seconds: float = 0.5) -> dict[str, float]:
    """Steps of the feed game a second: many sessions at once, and one at a time.

    Everyone plays random actions that were drawn beforehand, and a session that ends makes room
    for the next.  Then come all worlds, where nobody chooses.  Returns what it prints:
    session-steps per second by name.
    """
    from mavrs_course.envs import feed_v0
    from mavrs_course.envs.feed_core import CHANNELS, N_ACTIONS, FeedCore

    rng = np.random.default_rng(0)
    actions = rng.integers(N_ACTIONS, size=(64, SESSIONS, CHANNELS))
    core = FeedCore(SESSIONS, auto_reset=True, rng=rng)
    seen, state = core.observe(), core.state()
    alone, plain = feed_v0.parallel_env(), PlainFeed(random.Random(0))
    alone.reset(seed=0)
    named = [dict(zip(alone.possible_agents, row.tolist(), strict=True)) for row in actions[0]]
    listed = [list(row.values()) for row in named]

    def many() -> int:
        for joint in actions:
            core.step(joint)
        return len(actions) * SESSIONS

    def many_for_learners() -> int:
        for joint in actions:
            core.step(joint)
            core.observe(seen)
            core.state(state)
        return len(actions) * SESSIONS

    def one_environment() -> int:
        for joint in named:
            alone.step(joint)
            if not alone.agents:
                alone.reset()
        return len(named)

    def one_in_plain_python() -> int:
        for joint in listed:
            plain.step(joint)
            if plain.budget <= 0.0:
                plain.reset()
        return len(listed)

    measured = rates(
        {
            f"FeedCore, {SESSIONS:,} sessions at once": many,
            "the same, with observations and state": many_for_learners,
            "feed_v0, one session": one_environment,
            "plain Python, one session": one_in_plain_python,
        },
        seconds,
    )
    print_rates("The feed game", "session-steps/s", measured)
    return measured | _bench_worlds(seconds)


def _bench_worlds(seconds: float) -> dict[str, float]:
    """Viewer-steps a second of every world, each page the first of its candidates.

    First one viewer at a time, then many at once: what is gained is the gain of batching.  A step
    counts for each viewer whose session goes on, inside a live room too.  When fewer than half are
    left all begin anew, or the last few would be most of what is measured.
    """
    from mavrs_course.messages import Slate
    from mavrs_course.world.worlds import worlds

    def stepper(name: str, viewers: int) -> Callable[[], int]:
        world = worlds()[name](np.random.default_rng(0))
        world.reset(viewers)

        def there() -> int:
            return int(getattr(world, "online", world.active).sum())

        def step() -> int:
            if 2 * there() < viewers:
                world.reset(viewers)
            steps = there()
            world.show(Slate(world.request.candidates[:, : world.request.slots]))
            return steps

        return step

    base_last = sorted(worlds(), key="feed".__eq__)
    measured: dict[str, float] = {}
    for viewers, several in ((1, "one viewer at a time"), (SESSIONS, f"{SESSIONS:,} at once")):
        measured |= rates(
            {f"{name}, {several}": stepper(name, viewers) for name in base_last}, seconds
        )
    print_rates("The worlds: the gain is that of batching", "viewer-steps/s", measured)
    return measured


def bench_clips(seconds: float = 2.0) -> dict[str, float]:
    """Clips written a second: two seconds of 96 x 96 pictures each, with and without sound."""
    from mavrs_course.world.catalog import Catalog
    from mavrs_course.world.clips import write_clip

    catalog = Catalog.sample(100, np.random.default_rng(0))
    videos = np.random.default_rng(1).integers(len(catalog), size=10_000).tolist()

    def writer(sound: bool) -> Callable[[], int]:
        def write() -> int:
            write_clip(catalog, videos.pop(), sound=sound)
            return 1

        return write

    measured = rates({"without sound": writer(False), "with sound": writer(True)}, seconds)
    print_rates("Two-second clips of 96 x 96", "clips/s", measured)
    return measured


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
        runs = [_train_for(learner, seconds / 12) for _ in range(3)]
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
        _train_for(learner, pause)
        minutes = play_feed(viewers, learner.policy()).mean()
    return minutes


def _train_for(learner, seconds: float) -> float:
    """Train for so many seconds; the session-steps a second."""
    steps, since = learner.steps, learner.seconds
    while learner.seconds < since + seconds:
        learner.train(learner.steps + 1, progress=False)
    return (learner.steps - steps) / (learner.seconds - since)


BENCHMARKS: dict[str, Callable[[], dict[str, float]]] = {
    "world": bench_world,
    "clips": bench_clips,
    "marl": bench_marl,
}
