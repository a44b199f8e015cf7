"""Where agents and viewers run, and what happens when there are very many of them.

:mod:`.places` says what an engine is, and has the one of this process. :mod:`.on_ray` has the one
on Ray, which is loaded when it is asked for. :mod:`.streams` gives each viewer a chance of her own,
so that it does not matter who is simulated where. :mod:`.viewers` is a shard of viewers,
:mod:`.shards` makes one world of many, and :mod:`.agents` puts agents into shards. The other
modules are the arithmetic of scale.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
