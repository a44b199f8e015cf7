"""The memory agent: what a viewer did lately, what they like, and single things that happened.

- profile: evidence that fades at two speeds
- episodes: recall by recency, importance and relevance
- store: SQLite, for memories that outlive the process
- reader: one viewer's memory, for that viewer
- index: the nearest among very many memories
- replay: real logs, played back in order
- agent: all of it behind the ``Agent`` interface
"""

from mavrs_course.agents.memory.agent import MemoryAgent
from mavrs_course.agents.memory.episodes import EpisodicMemory, Weights
from mavrs_course.agents.memory.profile import TwoScaleProfile
from mavrs_course.agents.memory.reader import ViewerMemory
from mavrs_course.agents.memory.store import MemoryStore, StoreError

__all__ = [
    "EpisodicMemory",
    "MemoryAgent",
    "MemoryStore",
    "StoreError",
    "TwoScaleProfile",
    "ViewerMemory",
    "Weights",
]
