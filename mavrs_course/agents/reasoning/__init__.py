"""The reasoning agent: what a viewer wants now, what they may come to want, and why.

``belief`` infers interests from clicks and non-clicks, ``particles`` does so by sampling,
``sequence`` predicts the next video of real logs and ``ranking`` judges such predictions,
``ahead`` plans, ``reasons`` puts numbers into words, and ``agent`` joins them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
