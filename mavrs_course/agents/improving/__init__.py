"""A recommender that improves itself: notice, propose, try offline, try on few, adopt or undo.

:mod:`.patches` is what may be changed at all; :mod:`.planted` a platform with known defects.
:mod:`.notice`, :mod:`.trial` and :mod:`.canary` are the three tests on the way, with
:mod:`.looks` for tests that are looked at while they run and :mod:`.spibb` for policies that
change only where a log knows enough.  :mod:`.judges` are agents with opinions about patches,
:mod:`.archive` is the log that a person reads and undoes, and :mod:`.loop` the whole.
:mod:`.failures` are two ways in which it goes wrong.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
