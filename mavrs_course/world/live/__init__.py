"""Live: rooms that are gone in ten minutes.

``platform``: the world, viewers who look for a room.  ``rooms``: rooms that open and close, the
crowd in them, comments, gifts, highlights.  ``visits``: a gift competes with leaving.  ``post``:
feedback that is late, comes twice and out of order.  ``mortal``: bandits whose arms die.  How long
a detector runs until its alarm is in :mod:`mavrs_course.metrics.run_lengths`.
"""

from mavrs_course.world.live.mortal import best_rate, play_mortal, play_mortal_ucb, threshold_rate
from mavrs_course.world.live.platform import LiveFeedback, LivePlatform, streamers
from mavrs_course.world.live.post import ByPost, Post
from mavrs_course.world.live.rooms import RoomRates, Rooms
from mavrs_course.world.live.visits import draw_visits, gift_probability

WORLDS = {"live": lambda rng: LivePlatform(rng=rng)}

__all__ = [
    "WORLDS",
    "ByPost",
    "LiveFeedback",
    "LivePlatform",
    "Post",
    "RoomRates",
    "Rooms",
    "best_rate",
    "draw_visits",
    "gift_probability",
    "play_mortal",
    "play_mortal_ucb",
    "streamers",
    "threshold_rate",
]
