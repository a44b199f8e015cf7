"""A tournament of ways to coordinate: the same agents, the same viewers, every cost counted.

:mod:`.lineups` says who plays, :mod:`.workloads` what they meet, :mod:`.match` plays one match,
:mod:`.run` plays all of them, :mod:`.entries` takes coordinators from a file, :mod:`.report` writes
the table and draws the figures.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
