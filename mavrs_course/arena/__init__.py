"""Where whole systems meet worlds that they have never seen, and are scored fairly (lesson 33).

:mod:`.entry` reads an entry without running it, :mod:`.abilities` draws the hidden worlds,
:mod:`.planners` has the upper end of the scale, :mod:`.inside` is what runs in the entry's own
process, :mod:`.outside` talks to it, :mod:`.sight` is what it may see, :mod:`.chance` the luck that
all share, :mod:`.playing` plays one match, :mod:`.gate` says who may take part, :mod:`.scoring`
turns matches into points and :mod:`.running` plays all of them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
