"""A language model that conducts specialists.

:mod:`situations`   what is known of a viewer, in a few words that many viewers share
:mod:`trusting`     whom to ask, by the likelihood of each specialist's card
:mod:`listener`     a specialist that hears wishes, and one that follows the news
:mod:`constraints`  rules that code enforces, whatever was decided
:mod:`explaining`   sentences made of facts, and the check of any sentence against the facts
:mod:`conductor`    all of it as a way of coordinating, with a learned router to fall back on
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
