"""Local language models: one way to talk to any of them, and agents made of prompts."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
