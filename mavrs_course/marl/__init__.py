"""Agents that learn to play together: IQL, VDN, QMIX, IPPO and MAPPO.

Each algorithm is one file to be read from top to bottom.  What they share is small:
:mod:`.networks`, :mod:`.play` (a core that is being played), :mod:`.replay`, :mod:`.advantages`,
:mod:`.learner` (the loop, the curve, checkpoints) and :mod:`.policy` (what comes out).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
