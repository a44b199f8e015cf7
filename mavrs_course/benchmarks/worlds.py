"""How fast the feed game and the worlds are, one viewer at a time and many at once."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from mavrs_course.benchmarks.rates import SESSIONS, print_rates, rates
from mavrs_course.world.topics import MEAN_QUALITY, N_TOPICS, QUALITY_DEVIATION


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
