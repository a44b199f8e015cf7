"""27.5 An experiment with both sides split.

20 minutes, difficulty 2, 3 points, L27.5
Each arm is a platform of its own; what crosses over is not counted.
"""

import numpy as np

from mavrs_course.course import Case


def both_sides(viewer_arm, shown, video_arm, new):
    videos, rates = np.arange(len(video_arm)), []
    for arm in (0, 1):
        pages = shown[viewer_arm == arm]
        own = videos[(video_arm == arm) & new]
        shows = np.isin(pages, own).sum()
        rates.append(shows / len(own) / len(pages))
    return rates[1] / rates[0]


def both_sides_show_by_show(viewer_arm, shown, video_arm, new):
    shows, pages, own = [0, 0], [0, 0], [0, 0]
    for video, arm in enumerate(video_arm):
        own[arm] += bool(new[video])
    for arm, page in zip(viewer_arm, shown, strict=True):
        pages[arm] += 1
        shows[arm] += sum(bool(new[video]) and video_arm[video] == arm for video in page)
    control, treated = (shows[arm] / own[arm] / pages[arm] for arm in (0, 1))
    return treated / control


def both_sides_of_the_library(viewer_arm, shown, video_arm, new):
    from mavrs_course.metrics import two_sided_lift

    shows = np.zeros((2, len(video_arm)))
    np.add.at(shows, (np.asarray(viewer_arm)[:, None], shown), 1)
    return two_sided_lift(shows, np.bincount(viewer_arm, minlength=2), video_arm, new)


OTHERS = (both_sides_show_by_show, both_sides_of_the_library)


def cases(rng):
    def some(pages, videos, slots, treated):
        viewer = (rng.random(pages) < treated).astype(int)
        viewer[:2] = 0, 1
        arm, new = rng.integers(0, 2, videos), rng.random(videos) < 0.6
        arm[:4], new[:4] = (0, 1, 0, 1), True
        shown = rng.permuted(np.tile(np.arange(videos), (pages, 1)), axis=1)[:, :slots]
        shown[0, 0] = 0 if 0 not in shown[0] else shown[0, 0]
        return viewer, shown, arm, new

    arm, new = np.array([0, 1, 0, 1]), np.array([True, True, False, True])
    return [
        Case("one page each: 1 of 1 new shown, against 2 of 2",
             (np.array([0, 1]), np.array([[0, 2], [1, 3]]), arm, new), 1.0),
        Case("a page of the control arm shows a video of the other: not counted",
             (np.array([0, 0, 1]), np.array([[0, 1], [1, 2], [1, 3]]), arm, new), 2.0),
        Case("known videos do not count",
             (np.array([0, 1]), np.array([[0, 2], [1, 2]]), arm, new), 0.5),
        Case("more pages in one arm",
             (np.array([0, 1, 1, 1, 1]), np.array([[0], [1], [3], [1], [0]]), arm, new), 0.375),
        Case("nothing of the treated was shown",
             (np.array([0, 1]), np.array([[0], [2]]), arm, new), 0.0),
        Case("sixty pages", some(60, 12, 3, 0.5)),
        Case("few are treated", some(200, 20, 4, 0.2)),
        Case("two hundred videos", some(400, 200, 5, 0.6)),
    ]  # fmt: skip


NAMES = ("viewer_arm", "shown", "video_arm", "new")

HINTS = """
    Do the same for each arm: keep its pages, and list the numbers of its new videos.

    Count the slots of these pages that hold one of these videos. Slots with anything else do not
    count, whoever they belong to.

    Arms may differ in size on both sides: make the count a rate, by new video and by page, before
    one is divided by the other.
"""
MISTAKES = """
    viewers_alone: (video_arm == arm) & new => new
      You split the viewers alone: videos of the other arm are counted too.
    videos_alone: shown[viewer_arm == arm] => shown
      You split the videos alone: pages of the other arm's viewers are counted too.
    known_ones_too: (video_arm == arm) & new => video_arm == arm
      Known videos are counted. The boost is for new ones.
    totals: shows / len(own) / len(pages) => shows
      You compare totals. Arms may differ in size: make them rates, by video and by page.
    by_page_only: shows / len(own) / len(pages) => shows / len(pages)
      An arm with more new videos gets more shows of them. Divide by their number as well.
    by_video_only: shows / len(own) / len(pages) => shows / len(own)
      or / len(pages) => / len(shown)
      An arm with more pages has more shows. Divide by its own pages as well.
    upside_down: rates[1] / rates[0] => rates[0] / rates[1]
      You give control over treated. Arm 1 has the boost.
    difference: rates[1] / rates[0] => rates[1] - rates[0]
      You give the difference of the rates. Asked for is how many times as often.
    gain: rates[1] / rates[0] => rates[1] / rates[0] - 1
      You give the gain. Asked for is the ratio itself.
    pages_with_any: np.isin(pages, own).sum() => np.isin(pages, own).any(axis=1).sum()
      You count pages that show any of them. Count every slot.
    first_slot: np.isin(pages, own) => np.isin(pages[:, 0], own)
      You look at the first slot only. Every slot of a page is a show.
"""
EQUAL = """
    viewer_arm without axes of length 1
    video_arm without axes of length 1
    new without axes of length 1
      Both arms have pages and new videos, so there are two of each at least.
"""
