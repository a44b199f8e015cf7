"""Agents that watch who is shown, to whom, and correct it; and what their promises are worth."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
