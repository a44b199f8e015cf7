"""What a lesson lets you play with."""

from mavrs_course.widgets.base import interact
from mavrs_course.widgets.feed_player import FeedPlayer

__all__ = ["FeedPlayer", "interact"]
