"""Agents for whom nobody has a history yet: new viewers, and new videos.

:mod:`.arms` is the bandit under both; :mod:`.prior` what old viewers teach about new ones.
:mod:`.viewers` and :mod:`.videos` are the agents; :mod:`.graduation` says when a video is known.
:mod:`.hybrid` is matrix factorisation with content, and why cold videos lose without it;
:mod:`.counterfactual` takes popularity out of a score.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
