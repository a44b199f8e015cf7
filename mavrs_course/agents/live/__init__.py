"""Agents for what is gone in ten minutes; where no rooms open or close they say less, or nothing.

:mod:`.charts` watch for a change; :mod:`.detector` tells others that it is one now.
:mod:`.returning` knows who came back; :mod:`.forgetting` forgets dead rooms; :mod:`.windows`
labels gifts.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
