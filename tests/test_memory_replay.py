"""A replay knows what had been watched before a moment, and nothing after it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.agents.memory.replay import replay
from mavrs_course.world.logs import Logs


def logs_of(viewer, video, time, rating):
    columns = {"viewer_id": viewer, "video_id": video, "time": time, "rating": rating}
    return Logs.from_events("toy", pd.DataFrame(columns))


def test_hand_worked_replay():
    logs = logs_of([0, 0, 0, 0, 1], [0, 1, 2, 3, 0], [1, 2, 2, 5, 3], [1.0, 2, 3, 4, 5])
    played = replay(logs, 1, 10, least=1)
    assert played.viewer.tolist() == [0, 0]  # viewer 1 had nothing to remember
    assert played.next.toarray().tolist() == [[0, 1, 1, 0], [0, 0, 0, 1]]
    assert played.row.tolist() == [0, 1, 1, 1]
    assert played.video.tolist() == [0, 0, 1, 2]
    assert played.since.tolist() == [0, 2, 0, 0]  # two at one moment are equally new
    assert played.rating.tolist() == [1, 1, 2, 3]
    assert played.histories(0.5**played.since).toarray()[1].tolist() == [0.25, 1, 1, 0]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_every_moment_is_there_and_sees_only_its_past(seed, least):
    rng = np.random.default_rng(seed)
    pairs = rng.permutation(60)[:40]
    logs = logs_of(pairs // 10, pairs % 10, rng.integers(0, 15, 40), np.ones(40))
    events = logs.events
    start, stop = 4, 11
    played = replay(logs, start, stop, least=least)
    wanted = []
    for (viewer, time), group in events.groupby(["viewer", "time"]):
        past = events[(events.viewer == viewer) & (events.time < time)]
        if start < time <= stop and len(past) >= least:
            newer = [int((past.time > t).sum()) for t in past.time]
            memories = sorted(zip(past.video, newer, strict=True))
            wanted.append((viewer, sorted(group.video), memories))
    got = [
        (
            viewer,
            sorted(played.next[[row]].indices),
            sorted(
                zip(played.video[played.row == row], played.since[played.row == row], strict=True)
            ),
        )
        for row, viewer in enumerate(played.viewer)
    ]
    assert got == wanted
