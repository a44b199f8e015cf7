"""The memory agent: what a viewer did lately, what they like, and single things that happened.

- profile: evidence that fades at two speeds
- episodes: recall by recency, importance and relevance
- store: SQLite, for memories that outlive the process
- reader: one viewer's memory, for that viewer
- index: the nearest among very many memories
- replay: real logs, played back in order
- agent: all of it behind the ``Agent`` interface
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
