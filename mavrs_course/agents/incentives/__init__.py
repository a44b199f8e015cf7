"""What agents are paid for, what that makes of them, and who holds the pay to the goal.

:mod:`.pay` serves by what a topic is worth under a pay; :mod:`.surrogate` learns that pay from old
weeks; :mod:`.goodhart` says what a noisy pay promises; :mod:`.progressive` believes before the end
is known; :mod:`.contracts` and :mod:`.congestion` are the economics; :mod:`.alignment` proposes a
pay, and a charter of code decides.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
