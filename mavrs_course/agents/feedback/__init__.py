"""The feedback agent: what viewers did, turned into signals that the others can trust."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
