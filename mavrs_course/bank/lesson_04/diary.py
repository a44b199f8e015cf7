"""04.3 A diary that forgets.

25 minutes, difficulty 3, 5 points, L04.3
A memory of fixed size that keeps the milestones and last week: a whole component.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.course.values import settled


class Diary:
    def __init__(self, capacity, decay=0.9):
        self.capacity, self.decay = capacity, decay
        self.episodes = {}  # video: (day, importance)

    def add(self, video, day, importance):
        if video in self.episodes:
            importance = max(importance, self.episodes[video][1])
        elif len(self.episodes) == self.capacity:
            del self.episodes[min(self.episodes, key=lambda other: self.worth(other, day))]
        self.episodes[video] = (day, importance)

    def worth(self, video, now):
        day, importance = self.episodes[video]
        return self.decay ** (now - day) + importance

    def remembered(self):
        return sorted(self.episodes, key=lambda video: self.episodes[video][0])

    def recall(self, now, k):
        best = sorted(self.episodes, key=lambda video: -self.worth(video, now))[:k]
        for video in best:
            self.episodes[video] = (now, self.episodes[video][1])
        return best


class DiaryInArrays:
    """The same diary, kept in three arrays."""

    def __init__(self, capacity, decay=0.9):
        self.room, self.left_after_a_day = capacity, decay
        self.video, self.day, self.weight = np.zeros(0, int), np.zeros(0), np.zeros(0)

    def _worth(self, now):
        return self.left_after_a_day ** (now - self.day) + self.weight

    def add(self, video, day, importance):
        same = self.video == video
        if same.any():
            importance, keep = max(importance, self.weight[same].max()), ~same
        else:
            keep = np.ones(len(self.video), dtype=bool)
            if len(keep) >= self.room:
                keep[self._worth(day).argmin()] = False
        self.video = np.append(self.video[keep], video)
        self.day = np.append(self.day[keep], day)
        self.weight = np.append(self.weight[keep], importance)

    def remembered(self):
        return self.video[np.argsort(self.day, kind="stable")]

    def recall(self, now, k):
        best = np.argsort(-self._worth(now), kind="stable")[:k]
        self.day[best] = now
        return self.video[best]


OTHERS = (DiaryInArrays,)


def cases(rng):
    def some(days, capacity):
        script, day = [], 0.0
        for _ in range(days):
            day += float(rng.uniform(0.5, 2.0))
            script.append(("add", int(rng.integers(0, 15)), day, float(rng.uniform(0, 1))))
            if rng.random() < 0.25:
                day += 0.25
                script.append(("recall", day, 1))  # one, so that no two days are equal
            if rng.random() < 0.3:
                script.append(("remembered",))
        return capacity, [*script, ("remembered",)]

    return [
        Case("room for two: the milestone stays, the dull day goes",
             (2, [("add", 7, 0, 1.0), ("add", 8, 1, 0.1), ("add", 9, 2, 0.2), ("remembered",)]),
             [[7, 9]]),
        Case("an old milestone gives way at last",
             (2, [("add", 7, 0, 0.4), ("add", 8, 40, 0.0), ("add", 9, 41, 0.3), ("remembered",)]),
             [[8, 9]]),
        Case("what came to mind is fresh again",
             (3, [("add", 1, 0, 0.5), ("add", 2, 10, 0.3), ("add", 3, 11, 0.1), ("recall", 12, 1),
                  ("remembered",), ("recall", 13, 3)]),
             [[2], [1, 3, 2], [2, 3, 1]]),
        Case("the same video again",
             (2, [("add", 1, 0, 0.9), ("add", 2, 1, 0.1), ("add", 1, 2, 0.2), ("remembered",),
                  ("recall", 30, 2)]), [[2, 1], [1, 2]]),
        Case("the newest is dull, and still is kept",
             (2, [("add", 1, 0, 2.0), ("add", 2, 0.5, 2.0), ("add", 3, 1, 0.0), ("remembered",)]),
             [[2, 3]]),
        Case("memories that fade by half a day",
             (2, [("decay", 0.5), ("add", 1, 0, 0.3), ("add", 2, 3, 0.05), ("add", 3, 4, 0.0),
                  ("remembered",)]), [[2, 3]]),
        Case("nothing is asked for", (2, [("add", 1, 0, 0.5), ("add", 2, 1, 0.1), ("recall", 2, 0),
             ("remembered",)]), [[], [1, 2]]),
        Case("more asked for than there is", (4, [("add", 5, 1, 0.5), ("recall", 2, 3)]), [[5]]),
        Case("thirty days, room for five", some(30, 5)),
        Case("sixty days, room for three", some(60, 3)),
    ]  # fmt: skip


def observe(diary, case):
    """What a diary answers while a script of days is played on it."""
    capacity, script = case.inputs
    decay = [values[0] for action, *values in script if action == "decay"]
    kept, said = diary(capacity, *decay), []
    for action, *values in script:
        answer = getattr(kept, action)(*values) if action != "decay" else None
        if action not in ("add", "decay"):
            said.append([int(video) for video in np.ravel(settled(answer))])
    return said


def parts(case):
    asked = [step for step in case.inputs[1] if step[0] in ("recall", "remembered")]
    return [f"{action}({', '.join(map(str, values))})" for action, *values in asked]


PROPERTIES = (
    Property("never more than there is room for",
             lambda said, capacity, script: all(len(videos) <= capacity for videos in said),
             "More is remembered than there is room for: make room before a new video goes in."),
    Property("no video twice",
             lambda said, capacity, script: all(len(videos) == len({*videos}) for videos in said),
             "A video is in the diary twice. A repeat takes the place of the older episode."),
    Property("the newest is always kept",
             lambda said, capacity, script: all(script[place - 1][1] in videos for place, videos in
                 zip([p for p, (action, *_) in enumerate(script) if action not in ("add",
                 "decay")], said, strict=False) if script[place][0] == "remembered" and
                 script[place - 1][0] == "add"),
             "What has just been added is not there. Choose what to forget among what was in "
             "the diary before."),
)  # fmt: skip

HINTS = """
    A dictionary from video to (day, importance) holds all that you need. Write worth(video, now)
    first: decay ** (now - day) + importance.

    add has three cases: the video is there already (new day, larger importance), the diary is
    full (forget the video of the smallest worth today, then add), or neither.

    What comes to mind are the k videos of the largest worth today: sort by minus the worth,
    and cut. Then set the day of each of these to now.
"""
MISTAKES = """
    forgets_the_oldest:
      | min(self.episodes, key=lambda other: self.worth(other, day)) =>
      |     min(self.episodes, key=lambda other: self.episodes[other][0])
      or min(self.episodes, key=lambda other: self.worth(other, day)) => next(iter(self.episodes))
      The oldest episode goes, however important it was. Worth is recency plus importance: the
      smallest sum goes.
    forgets_the_least_important:
      | min(self.episodes, key=lambda other: self.worth(other, day)) =>
      |     min(self.episodes, key=lambda other: self.episodes[other][1])
      The least important episode goes, however fresh it is, so that old glory never fades. Worth
      is recency plus importance.
    forgets_the_best: del self.episodes[min( => del self.episodes[max(
      The episode most worth keeping goes: forget the smallest worth.
    forgets_nothing: elif len(self.episodes) == self.capacity: => elif False:
      Nothing is ever forgotten: capacity has no effect.
    may_forget_the_newest:
      | elif len(self.episodes) == self.capacity:
      |     del self.episodes[min(self.episodes, key=lambda other: self.worth(other, day))]
      | self.episodes[video] = (day, importance) =>
      | self.episodes[video] = (day, importance)
      | if len(self.episodes) > self.capacity:
      |     del self.episodes[min(self.episodes, key=lambda other: self.worth(other, day))]
      A new episode goes in first and may be the one that is forgotten. Make room among the
      others, before it goes in.
    one_too_few:
      | elif len(self.episodes) == self.capacity: =>
      |     elif self.episodes and len(self.episodes) == self.capacity - 1:
      One episode too few is kept: forget only when the diary holds capacity episodes and a new
      video comes.
    recall_leaves_no_trace:
      | for video in best:
      |     self.episodes[video] = (now, self.episodes[video][1]) =>
      What came to mind stays as old as it was: recall sets its day to now.
    recall_refreshes_everything: for video in best: => for video in self.episodes:
      or
      | for video in best: => for video in self.episodes:;
      | max(importance, self.episodes[video][1]) => max(importance, self.episodes.pop(video)[1])
      A recall makes the whole diary fresh: only the k episodes that came up are.
    worst_first: -self.worth(video, now) => self.worth(video, now)
      Recall brings up what is least worth keeping: sort by worth, largest first.
    best_last: -self.worth(video, now))[:k] => self.worth(video, now))[-k:]
      Recall brings up the right episodes, and the best of them last: sort downwards, and take [:k].
    overwrites_importance: importance = max(importance, self.episodes[video][1]) => pass
      A repeat takes the importance of the last time. It keeps the larger of the two.
    makes_room_for_a_repeat:
      | if video in self.episodes: =>
      | if video in self.episodes:
      |     others = [other for other in self.episodes if other != video]
      |     if others and len(self.episodes) == self.capacity:
      |         del self.episodes[min(others, key=lambda other: self.worth(other, day))]
      or
      | if video in self.episodes:
      |     importance = max(importance, self.episodes[video][1])
      | elif len( => if len(;
      | self.episodes[video] = (day, importance) =>
      | importance = max(importance, self.episodes.get(video, (day, importance))[1])
      | self.episodes[video] = (day, importance)
      An episode is forgotten to make room for a repeat, which needs none: it takes its own old
      place.
    ignores_a_repeat: importance = max(importance, self.episodes[video][1]) => return
      or importance = max( => day, importance = self.episodes[video][0], max(
      A video that is watched again stays as old as it was: a repeat has the new day, and the
      larger importance.
    recall_takes_out:
      | for video in best:
      |     self.episodes[video] = (now, self.episodes[video][1]) =>
      | for video in best:
      |     del self.episodes[video]
      What came to mind is gone from the diary. Recall sets its day to now, and keeps it.
    nothing_to_recall_is_everything:
      | sorted(self.episodes, key=lambda video: -self.worth(video, now))[:k] =>
      |     sorted(self.episodes, key=lambda video: self.worth(video, now))[-k:][::-1]
      Asked for no episode, you bring up all: [-0:] is the whole list. Sort downwards and take [:k].
    always_the_same_decay: self.decay = capacity, decay => self.decay = capacity, 0.9
      Memories always fade by 0.9 in yours: use the argument, `decay`.
    fades_by_e: self.decay ** (now - day) => np.exp(-self.decay * (now - day))
      Your recency is exp(-decay * days). What a day leaves is `decay`: decay ** (now - day).
    nothing_fades: self.decay ** (now - day) + importance => importance
      Worth is importance alone, so that nothing fades. Add the recency, decay ** (now - day).
    multiplies_worth: (now - day) + importance => (now - day) * importance
      Recency and importance are multiplied, so that an old milestone is worth nothing: add them.
    old_is_worth_more:
      | self.decay ** (now - day) + importance => importance - self.decay ** (now - day)
      Old episodes are worth more than fresh ones: recency is decay ** (now - day), and it is added.
    in_order_of_worth:
      | return sorted(self.episodes, key=lambda video: self.episodes[video][0]) =>
      | now = max((day for day, _ in self.episodes.values()), default=0)
      | return sorted(self.episodes, key=lambda video: -self.worth(video, now))
      remembered() is in order of worth. It tells the videos by their day, oldest first.
    newest_first:
      | return sorted(self.episodes, key=lambda video: self.episodes[video][0]) =>
      |     return sorted(self.episodes, key=lambda video: self.episodes[video][0])[::-1]
      remembered() begins with the newest: it tells the oldest first.
"""
