"""03.1 What is on screen.

12 minutes, difficulty 1, 2 points, L03.1
You sample any recording fairly, however unsteady its camera.
"""

import numpy as np

from mavrs_course.course import Case, Property


def frames_on_screen(times, seconds, count):
    middles = (np.arange(count) + 0.5) / count * seconds
    return np.maximum(np.searchsorted(times, middles, side="right") - 1, 0)


def frames_on_screen_with_a_loop(times, seconds, count):
    found = []
    for part in range(count):
        frame = 0
        while frame + 1 < len(times) and times[frame + 1] <= (part + 0.5) * seconds / count:
            frame += 1
        found.append(frame)
    return found


OTHERS = (frames_on_screen_with_a_loop,)


def cases(rng):
    def recorded(frames, seconds):
        return np.append(0.0, np.sort(rng.uniform(0, seconds, frames - 1)))

    return [
        Case("a fast start, then one picture stands still",
             (np.array([0.0, 0.1, 0.2, 1.0]), 2.0, 2), np.array([2, 3])),
        Case("a frame that appears exactly in the middle of a part",
             (np.array([0.0, 0.25, 0.5, 0.75, 1.0]), 2.0, 4), np.array([1, 3, 4, 4])),
        Case("one frame, shown all the time", (np.array([0.0]), 3.0, 4), np.array([0, 0, 0, 0])),
        Case("a picture that comes late",
             (np.array([0.6, 0.7, 1.9]), 2.0, 4), np.array([0, 1, 1, 1])),
        Case("forty frames at a steady rate", (np.arange(40) / 20, 2.0, 4)),
        Case("thirty frames of a screen recorder, ten seconds", (recorded(30, 10.0), 10.0, 6)),
        Case("two hundred frames, an hour", (recorded(200, 3600.0), 3600.0, 8)),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is one frame for each part",
             lambda result, times, seconds, count: np.shape(result) == (count,),
             "One frame number for each part is wanted, int[count], also where two parts show "
             "the same frame."),
    Property("frame numbers are those of the file",
             lambda result, times, seconds, count: bool(np.all((np.asarray(result) >= 0) &
                 (np.asarray(result) < len(times)))),
             "A frame number lies outside 0 to len(times) - 1."),
)  # fmt: skip

HINTS = """
    First write down when to look: the middles of the parts, in seconds. Then ask, for each, how
    many frames have appeared by then.

    The middles are (np.arange(count) + 0.5) / count * seconds. np.searchsorted(times, wanted,
    side='right') counts the frames with times <= wanted.

    Subtract 1 to get from a count to the last of them, and np.maximum(..., 0) for moments before
    the first frame.
"""
MISTAKES = """
    negative_before_the_first: np.maximum(np.searchsorted => np.searchsorted; - 1, 0) => - 1
      Before the first frame appears you return −1, which as an index means the last frame of all.
      Return 0 there: the first picture is the best guess.
    counted_frames_not_seconds:
      | * seconds => * len(times);
      | np.maximum(np.searchsorted(times, middles, side="right") - 1, 0) => middles.astype(int)
      or
      | (np.arange(count) + 0.5) / count * seconds => np.linspace(0, len(times) - 1, count);
      | np.maximum(np.searchsorted(times, middles, side="right") - 1, 0) => middles.astype(int)
      You spread the frame numbers evenly. Where a recorder skips frames, that looks three times
      at the busy second and never at the still minute: spread the times.
    starts_of_parts: (np.arange(count) + 0.5) => np.arange(count)
      These are the frames at the beginning of each part. Its middle says more: the first moment
      of a video is often black.
    ends_of_parts: (np.arange(count) + 0.5) => np.arange(1, count + 1)
      These are the frames at the end of each part. Look at its middle.
    up_to_the_last_frame: count * seconds => count * times[-1]
      The last frame stays on screen until the video ends: cut `seconds` into parts, not times[-1].
    spread_between_the_ends:
      | (np.arange(count) + 0.5) / count * seconds => np.linspace(0, seconds, count + 2)[1:-1]
      You look where count + 1 parts meet. The middles of count are (i + 0.5) / count * seconds.
    from_the_first_to_the_last_moment:
      | (np.arange(count) + 0.5) / count * seconds => np.linspace(0, seconds, count)
      You look from 0 to the very end, linspace(0, seconds, count). The middles of count equal
      parts are (i + 0.5) / count * seconds.
    next_frame: np.maximum => np.minimum; - 1, 0) => , len(times) - 1)
      This is the frame that comes next. On screen is the last one that has appeared:
      searchsorted(..., side='right') counts those, so subtract 1.
    misses_a_frame_that_just_appeared: side="right" => side="left"
      A frame that appears exactly at the wanted time is on screen: the comparison is times <=
      wanted, which is side='right' for searchsorted.
    nearest_in_time:
      | np.maximum(np.searchsorted(times, middles, side="right") - 1, 0) =>
      |     np.abs(times - middles[:, None]).argmin(axis=1)
      You take the frame whose time is nearest, which may not have appeared yet. A picture stays
      until the next one comes, however long that takes.
    times_for_numbers:
      | np.maximum(np.searchsorted => times[np.maximum(np.searchsorted;
      | - 1, 0) => - 1, 0)]
      These are the times of the right frames. Wanted are their numbers, to index with.
"""
