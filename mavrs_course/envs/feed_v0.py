"""The feed game as a PettingZoo environment: five channels, one viewer, three slots a page.

The rules are those of :mod:`mavrs_course.envs.feed_core`, whose :class:`FeedCore` plays it here
with one session.

=================  =====================================================================
Agents             ``channel_0`` .. ``channel_4``
Actions            ``Discrete(9)``: abstain, or one of four topics with a low or high bid
Observations       ``Box(-1, 1, (21,), float32)``: interest in the channel's own topics,
                   then in the others'; last, the part of the budget that is left
State              ``Box(-1, 1, (21,), float32)``: the same in the order of the topics
Rewards            minutes: ``alpha * watched + (1 - alpha) * watched on own video``
Infos              ``shown``, ``clicked``: own video; ``watch_minutes``: of the viewer
Render modes       ``human`` (prints), ``ansi``, ``rgb_array``
=================  =====================================================================

    env = feed_v0.parallel_env(alpha=0.5)
    observations, infos = env.reset(seed=0)
    while env.agents:
        actions = {agent: env.action_space(agent).sample() for agent in env.agents}
        observations, rewards, terminations, truncations, infos = env.step(actions)
"""

from __future__ import annotations

import numpy as np
from pettingzoo import AECEnv
from pettingzoo.utils.conversions import parallel_to_aec

from mavrs_course.envs.feed_core import (
    BID,
    BID_NAMES,
    CHANNELS,
    EMPTY,
    TOPIC,
    FeedCore,
    FeedPage,
)
from mavrs_course.envs.one_session import OneSession, turn_based
from mavrs_course.messages import NO_CLICK
from mavrs_course.world.topics import TOPICS


def env(**kwargs) -> AECEnv:
    """The game with channels that act one after the other; takes what parallel_env takes."""
    return turn_based(parallel_env(**kwargs))


def raw_env(**kwargs) -> AECEnv:
    """:func:`env` without the wrappers that check how it is used."""
    return parallel_to_aec(parallel_env(**kwargs))


class parallel_env(OneSession):
    """The game with channels that act at once.

    alpha: how much of the reward is the team's; 1 by default.  render_mode: see above.
    """

    metadata = {  # noqa: RUF012 - PettingZoo's name and form
        "name": "feed_v0",
        "is_parallelizable": True,
        "render_modes": ["human", "ansi", "rgb_array"],
        "render_fps": 2,
    }

    def __init__(self, alpha: float = 1.0, render_mode: str | None = None) -> None:
        core = FeedCore(1, alpha=alpha, rng=np.random.default_rng())
        channels = [f"channel_{number}" for number in range(CHANNELS)]
        super().__init__(core, channels, render_mode)

    def tell(self, info: FeedPage) -> dict[str, dict]:
        owners, slot = info.owners[0], info.clicked[0]
        clicked = owners[slot] if slot != NO_CLICK else None
        return {
            agent: {
                "shown": bool(number in owners),
                "clicked": bool(number == clicked),
                "watch_minutes": float(info.watch_minutes[0]),
            }
            for number, agent in enumerate(self.possible_agents)
        }

    def text(self) -> str:
        core, page = self.core, self.last_info
        lines = [
            f"page {self.steps}, {core.session_minutes[0]:.1f} minutes watched, "
            f"{max(core.budget[0], 0.0):.1f} minutes of budget left"
        ]
        if page is None:
            return lines[0]
        for slot, (topic, owner) in enumerate(zip(page.topics[0], page.owners[0], strict=True)):
            shown = "empty" if topic == EMPTY else f"channel_{owner}: {TOPICS[topic]}"
            clicked = slot == page.clicked[0]
            watched = f"  <- watched {page.watch_minutes[0]:.1f} minutes" if clicked else ""
            lines.append(f"  slot {slot + 1}  {shown}{watched}")
        for channel, action in enumerate(self.last_actions):
            topic = TOPIC[channel, action]
            wish = f" for {TOPICS[topic]}" if topic != EMPTY else ""
            lines.append(f"  channel_{channel}  {BID_NAMES[BID[action]]}{wish}")
        return "\n".join(lines)

    def picture(self) -> np.ndarray:
        from mavrs_course.envs.feed_picture import draw_feed  # Pillow, only when drawing

        return draw_feed(self.core, self.steps, self.last_actions, self.last_info)
