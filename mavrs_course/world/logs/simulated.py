"""Logs of the course's own platform, for when no real ones are at hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mavrs_course.messages import Coordinator, Feedback, Request, Slate
from mavrs_course.world.logs.table import Logs
from mavrs_course.world.platform import Platform

PAGE_SECONDS = 30.0  # for a page without a click, which costs half a minute of budget


def simulated_logs(
    platform: Platform, viewers: int, coordinator: Coordinator | None = None
) -> Logs:
    """Play one session for each of ``viewers`` new viewers and log every video they clicked.

    coordinator: who fills the pages, and learns.  Without one, a page shows the candidates that
    attract its viewer most, as on a platform that knows everybody's taste.  The more candidates
    there are to choose from, the more of that taste the logs show:

        platform = Platform(Catalog.sample(300, rng), candidates=30, rng=rng)
        logs = simulated_logs(platform, viewers=800)

    Video v of the logs is video v of the platform's catalogue; viewer u has the number that the
    platform gave as ``viewer_ids[u]``.  Times count seconds; all sessions start at 0.
    The watch ratio is below 1 only where a session ran out of time.  A viewer may watch a video
    more than once.  A genre is a topic.
    """
    platform.reset(viewers)
    seconds = np.zeros(viewers)
    pages = []
    while platform.active.any():
        request = platform.request
        slate = coordinator.recommend(request) if coordinator else _to_taste(platform, request)
        feedback = platform.show(slate)
        if coordinator:
            coordinator.learn(feedback)
        pages.append(_clicks(feedback, platform, seconds))
        seconds += np.where(feedback.clicked >= 0, 60 * feedback.watch_minutes, PAGE_SECONDS)
    events = pd.concat(pages, ignore_index=True)
    return Logs("Simulated platform", events, _videos(platform), platform.viewers.copy())


def _to_taste(platform: Platform, request: Request) -> Slate:
    weights = platform.attraction(request.candidates)
    # Videos of one topic draw alike; a stable sort ranks such ties alike on every processor.
    best = np.argsort(-weights, axis=1, kind="stable")[:, : request.slots]
    return Slate(np.take_along_axis(request.candidates, best, axis=1), request=request)


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
            "genres": [(catalog.topics[topic],) for topic in catalog.topic],
        }
    )
