"""Logs of the course's own platform, for when no real ones are at hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mavrs_course.messages import Coordinator, Feedback, Request, Slate
from mavrs_course.world.logs.table import Logs
from mavrs_course.world.platform import Platform
from mavrs_course.world.topics import TOPICS

PAGE_SECONDS = 30.0  # for a page without a click, which costs half a minute of budget
DAY_SECONDS = 86_400.0


def simulated_logs(
    platform: Platform, viewers: int, coordinator: Coordinator | None = None
) -> Logs:
    """Play one session for each of ``viewers`` new viewers and log every video they clicked.

    coordinator: who fills the pages, and learns; without one they are filled at random.  Video v
    of the logs is video v of the platform's catalogue and viewer u its u-th viewer, with the
    number that the platform gave as ``viewer_ids``.  Times count seconds from the opening of the
    platform.  The watch ratio is below 1 only where the time of a session ran out; a genre is
    a topic.
    """
    platform.reset(viewers)
    seconds = np.full(viewers, platform.day * DAY_SECONDS)
    pages = []
    while platform.active.any():
        request = platform.request
        slate = coordinator.recommend(request) if coordinator else _first_candidates(request)
        feedback = platform.show(slate)
        if coordinator:
            coordinator.learn(feedback)
        pages.append(_clicks(feedback, platform, seconds))
        seconds += np.where(feedback.clicked >= 0, 60 * feedback.watch_minutes, PAGE_SECONDS)
    events = pd.concat(pages, ignore_index=True)
    return Logs("Simulated platform", events, _videos(platform), platform.viewers.copy())


def _first_candidates(request: Request) -> Slate:
    """A page at random: the platform draws candidates in random order."""
    return Slate(request.candidates[:, : request.slots], request=request)


def _clicks(feedback: Feedback, platform: Platform, seconds: np.ndarray) -> pd.DataFrame:
    viewer = np.flatnonzero(feedback.clicked >= 0)
    video = feedback.clicked_video[viewer]
    minutes = feedback.watch_minutes[viewer]
    return pd.DataFrame(
        {
            "viewer": viewer,
            "video": video,
            "time": seconds[viewer],
            "watch_ratio": minutes / platform.catalog.minutes[video],
        }
    )


def _videos(platform: Platform) -> pd.DataFrame:
    catalog = platform.catalog
    videos = range(len(catalog))
    return pd.DataFrame(
        {
            "id": videos,
            "title": [catalog.title(video) for video in videos],
            "genres": [(TOPICS[topic],) for topic in catalog.topic],
        }
    )
