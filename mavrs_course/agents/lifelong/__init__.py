"""A memory for years: how fast to forget, when something has changed, and what fits in 2 kB.

- filters: Kalman's filter of a level, its gain and half-life, and its fit
- changes: a belief about the last change (BOCPD); alarms: ADWIN and Page-Hinkley
- years: ten years of evenings, played with a memory
- book: seasons in two kilobytes, each of which can be forgotten
- rehearsal: elastic weights, replay, sums that can be taken away
- experts: which speed of forgetting, by fixed share
- search: a topic's events in a long history
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
