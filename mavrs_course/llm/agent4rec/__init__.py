"""Agent4Rec: viewers made of a language model, to try recommenders on (arXiv 2310.10108).

A simulator of viewers, not a recommender.  :mod:`.traits` and :mod:`.taste` say who they are,
:mod:`.people` draws them from logs, :mod:`.mind` asks the model, :mod:`.viewer` plays them,
:mod:`.memory` is what they keep, :mod:`.interview` asks them afterwards, :mod:`.simulation` plays
many, and :mod:`.discrimination`, :mod:`.bubble` and :mod:`.causes` look at what came of it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
