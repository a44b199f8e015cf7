"""Live: rooms that are gone in ten minutes.

``platform``: the world, viewers who look for a room.  ``rooms``: rooms that open and close, the
crowd in them, comments, gifts, highlights.  ``visits``: a gift competes with leaving.  ``post``:
feedback that is late, comes twice and out of order.  ``mortal``: bandits whose arms die.  How long
a detector runs until its alarm is in :mod:`mavrs_course.metrics.run_lengths`.
"""

from mavrs_course.world.live.platform import LivePlatform

WORLDS = {"live": lambda rng: LivePlatform(rng=rng)}
