"""What the platform remembers about one viewer, for that viewer: see, correct, export, erase.

These are the rights of access, rectification, portability and erasure (articles 15 to 17 and 20
of the EU's General Data Protection Regulation), as far as this memory goes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mavrs_course.agents.memory.profile import CLICKED, SHOWN

if TYPE_CHECKING:
    from mavrs_course.agents.memory.agent import MemoryAgent


class ViewerMemory:
    """One viewer's memory in a :class:`MemoryAgent`, and in its store if it has one."""

    def __init__(self, agent: MemoryAgent, viewer: int) -> None:
        if viewer < 0 or viewer >= len(agent.pages):
            raise ValueError(f"the agent has never met viewer {viewer}, and remembers nothing")
        self.agent, self.viewer = agent, int(viewer)

    def see(self) -> dict[str, Any]:
        """Everything that is remembered, as plain numbers and words."""
        agent, who = self.agent, [self.viewer]
        profile, rate = agent.profile, agent.profile.rate(who)[0]
        topics = [
            {
                "topic": name,
                "expected_click_rate": float(rate[topic]),
                "lately": _counts(profile.short[self.viewer, :, topic]),
                "long_term": _counts(profile.long[self.viewer, :, topic]),
            }
            for topic, name in enumerate(agent.catalog.topics)
        ]
        episodes = [
            {"video": e.video, "title": e.title, "page": e.page, "importance": e.importance}
            for e in agent.episodes_of(self.viewer)
        ]
        pages = int(agent.pages[self.viewer])
        return {"viewer": self.viewer, "pages": pages, "topics": topics, "episodes": episodes}

    def export(self) -> str:
        """Everything that is remembered, as JSON text."""
        return json.dumps(self.see(), indent=1, ensure_ascii=False)

    def correct(self, topic: str, *, clicked: float, shown: float) -> None:
        """Put the viewer's own word, so many clicks in so many shows, in place of the evidence."""
        topics = self.agent.catalog.topics
        if topic not in topics:
            raise ValueError(f"there is no topic {topic!r}; the topics are {', '.join(topics)}")
        if not 0 <= clicked <= shown:
            raise ValueError(f"there are 0 to {shown} clicks in {shown} shows, not {clicked}")
        profile, column = self.agent.profile, topics.index(topic)
        profile.short[self.viewer, :, column] = 0.0
        profile.long[self.viewer, CLICKED, column] = clicked
        profile.long[self.viewer, SHOWN, column] = shown
        self.agent.save([self.viewer])

    def forget(self, video: int) -> None:
        """Forget that this video was watched; what it taught the profile stays."""
        self.agent.forget(self.viewer, video)

    def erase(self) -> None:
        """Leave nothing: of the profile, of the episodes, in memory or in the store's files."""
        self.agent.erase(self.viewer)


def _counts(evidence) -> dict[str, float]:
    return {"clicked": float(evidence[CLICKED]), "shown": float(evidence[SHOWN])}
