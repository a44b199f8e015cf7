"""Exercises of lesson 04, the memory agent."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path

import numpy as np

from mavrs_course.agents.memory.episodes import Weights, retrieval_scores
from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if

# --- 04.1 ------------------------------------------------------------------------------------


def remembered_rate(clicked, shown, half_life):
    weight = 2.0 ** (-np.arange(len(shown))[::-1] / half_life)
    return (weight @ clicked + 1) / (weight @ shown + 5)


def remembered_rate_page_by_page(clicked, shown, half_life):
    fading = 0.5 ** (1 / half_life)
    clicks, shows = np.zeros(shown.shape[1]), np.zeros(shown.shape[1])
    for new_clicks, new_shows in zip(clicked, shown, strict=True):
        clicks, shows = clicks * fading + new_clicks, shows * fading + new_shows
    return list((clicks + 1) / (shows + 5))


def rate_cases(rng):
    def some(pages, topics):
        shown = rng.integers(0, 3, (pages, topics)).astype(float)
        return np.minimum(shown, rng.integers(0, 2, (pages, topics))), shown

    hand = np.array([[1.0], [0.0], [1.0]]), np.ones((3, 1))
    return [
        Case("one topic, three pages, half-life 1 page", (*hand, 1.0), np.array([1 / 3])),
        Case("two topics, one never shown", (np.array([[0.0, 0.0], [1.0, 0.0]]),
             np.array([[1.0, 0.0], [1.0, 0.0]]), 2.0),
             np.array([2 / (6 + 0.5**0.5), 0.2])),
        Case("twelve pages, five topics, half-life 3 pages", (*some(12, 5), 3.0)),
        Case("forty pages, half-life 25 pages", (*some(40, 4), 25.0)),
        Case("a single page", (*some(1, 6), 4.0)),
    ]  # fmt: skip


def _rate(weight=lambda age, h: 2.0 ** (-age / h), clicks=1.0, shows=5.0):
    def answer(clicked, shown, half_life):
        weights = weight(np.arange(len(shown))[::-1], half_life)
        with np.errstate(invalid="ignore"):
            return (weights @ clicked + clicks) / (weights @ shown + shows)

    return answer


def oldest_counts_most(clicked, shown, half_life):
    return remembered_rate(clicked[::-1], shown[::-1], half_life)


def shows_do_not_fade(clicked, shown, half_life):
    weight = 2.0 ** (-np.arange(len(shown))[::-1] / half_life)
    return (weight @ clicked + 1) / (shown.sum(axis=0) + 5)


def assumption_fades_too(clicked, shown, half_life):
    clicks, shows = np.full(shown.shape[1], 1.0), np.full(shown.shape[1], 5.0)
    for new_clicks, new_shows in zip(clicked, shown, strict=True):
        fading = 0.5 ** (1 / half_life)
        clicks, shows = clicks * fading + new_clicks, shows * fading + new_shows
    return clicks / shows


def faded_rate(clicked, shown, half_life):
    weight = 2.0 ** (-np.arange(len(shown))[::-1] / half_life)
    rate = (clicked + 1) / (shown + 5)
    return weight @ rate / weight.sum()


_remembered_rate = Exercise(
    id="04.1",
    title="A rate that fades",
    minutes=10,
    difficulty=1,
    points=2,
    objective="L04.1",
    reference=remembered_rate,
    cases=rate_cases,
    properties=(
        Property(
            "there is one rate for each topic",
            lambda result, clicked, shown, half_life: np.shape(result) == (shown.shape[1],),
            "The result has one rate for each topic, that is, for each column: sum over pages, "
            "along axis 0.",
        ),
        Property(
            "every rate is between 0 and 1",
            lambda result, *inputs: np.all((np.asarray(result) > 0) & (np.asarray(result) < 1)),
            "With 1 click in 5 shows assumed, no rate can be 0, 1 or beyond. Add the 1 above and "
            "the 5 below the line, after fading.",
        ),
        Property(
            "a topic never shown has the usual rate",
            lambda result, clicked, shown, half_life: np.allclose(
                np.asarray(result)[shown.sum(axis=0) == 0], 0.2
            ),
            "What was never shown keeps the rate that is assumed, 1 in 5.",
        ),
    ),
    mistakes=(
        Mistake(
            "oldest_counts_most",
            oldest_counts_most,
            "The oldest page counts most. The last row is the newest: its age is 0, and the "
            "first row's is the number of pages minus 1.",
        ),
        Mistake(
            "newest_already_faded",
            _rate(lambda age, h: 2.0 ** (-(age + 1) / h)),
            "The newest page has faded once already. Fade what was there before, then add the "
            "new page: it counts whole.",
        ),
        Mistake(
            "fades_by_e",
            _rate(lambda age, h: np.exp(-age / h)),
            "exp(-age / h) leaves 37 % after h pages. A half-life leaves a half: 2 ** (-age / h).",
        ),
        Mistake(
            "halves_every_page",
            _rate(lambda age, h: 0.5**age * np.ones(len(age))),
            "Evidence halves on every page, whatever the half-life: it should take half_life "
            "pages to halve, so one page leaves 2 ** (-1 / half_life).",
        ),
        Mistake(
            "nothing_fades",
            _rate(lambda age, h: np.ones(len(age))),
            "All pages count the same: half_life has no effect.",
        ),
        Mistake(
            "forgot_what_is_assumed",
            _rate(clicks=0.0, shows=0.0),
            "This is the bare ratio, which a single page can send to 0 or 1 and which does not "
            "exist for a topic never shown: add 1 click and 5 shows.",
        ),
        Mistake(
            "shows_do_not_fade",
            shows_do_not_fade,
            "Clicks fade and shows do not, so that every rate sinks with time: both fade alike.",
        ),
        Mistake(
            "assumption_fades_too",
            assumption_fades_too,
            "The assumed 1 click in 5 shows fades with the rest. It is not evidence: add it at "
            "the end, whole.",
        ),
        Mistake(
            "averaged_rates",
            faded_rate,
            "This averages the rates of single pages. Pages with no show then speak as loudly as "
            "others: fade the counts, and divide once.",
        ),
    ),
    others=(remembered_rate_page_by_page,),
    hints=(
        "How old is each page? The last row 0, the one before it 1, and so on.",
        "A page of age a counts 2 ** (-a / half_life), for its clicks and for its shows.",
        "weight @ clicked adds up over pages for every topic. Then (… + 1) / (… + 5).",
    ),
    praise="This is the short-term memory: one line, any number of topics.",
)


# --- 04.2 ------------------------------------------------------------------------------------


def recall(age, importance, relevance, valid, weights, k):
    scores = retrieval_scores(age, importance, relevance, weights=Weights(*weights), valid=valid)
    slots = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.where(np.take_along_axis(valid, slots, axis=1), slots, -1)


def recall_one_by_one(age, importance, relevance, valid, weights, k):
    found = []
    for viewer in range(len(age)):
        held = np.flatnonzero(valid[viewer])
        total = np.zeros(len(held))
        parts = (0.995 ** age[viewer], importance[viewer], relevance[viewer])
        for weight, part in zip(weights, parts, strict=True):
            part = part[held]
            if len(held) and np.ptp(part) > 1e-12:
                total += weight * (part - part.min()) / np.ptp(part)
        best = list(held[np.argsort(-total, kind="stable")][:k])
        found.append(best + [-1] * (k - len(best)))
    return found


FEW = "fewer memories than asked for, and rubbish in the empty slots"
EQUAL = "all memories equally important"
FAR = "one viewer's memories are far older than the other's"


def recall_cases(rng):
    def some(viewers, memories, empty=0.0):
        age = rng.uniform(0, 300, (viewers, memories))
        importance, relevance = rng.uniform(1, 10, age.shape), rng.uniform(-1, 1, age.shape)
        return age, importance, relevance, rng.random(age.shape) >= empty

    hand = (
        np.array([[0.0, 100.0, 400.0]]),
        np.array([[1.0, 3.0, 2.0]]),
        np.array([[0.1, 0.2, 0.9]]),
        np.ones((1, 3), dtype=bool),
    )
    age, importance, relevance, valid = some(3, 8)
    far_age = age * np.array([[0.1], [1.0], [8.0]])
    far_importance = importance * np.array([[10.0], [1.0], [0.1]])
    rubbish, holes = some(4, 9), np.tile([True, False, True] * 3, (4, 1))
    rubbish = [
        np.where(holes, part, 1e4 * sign)
        for part, sign in zip(rubbish[:3], (-0.01, 1, 1), strict=True)
    ]
    return [
        Case("three memories: recency 1, .54, 0; importance 0, 1, .5; relevance 0, .125, 1",
             (*hand, (1.0, 1.0, 1.0), 3), np.array([[1, 2, 0]])),
        Case("the same, and only relevance counts", (*hand, (0.0, 0.0, 1.0), 2),
             np.array([[2, 1]])),
        Case("the same, and only recency counts", (*hand, (1.0, 0.0, 0.0), 1), np.array([[0]])),
        Case("twenty viewers with thirty memories", (*some(20, 30), (1.0, 1.0, 1.0), 10)),
        Case("weights of their own", (*some(20, 30), (0.5, 2.0, 3.0), 10)),
        Case(FAR, (far_age, far_importance, relevance, valid, (1.0, 1.0, 1.0), 8)),
        Case(EQUAL, (age, np.full_like(age, 3.0), relevance, valid, (1.0, 1.0, 0.7), 8)),
        Case(FEW, (*rubbish, holes, (1.0, 1.0, 1.0), 8)),
    ]  # fmt: skip


def _recall(scale="row", parts=None, combine="sum", order=-1, mask=True, fill=True):
    """Recall with one thing done otherwise."""

    def unit(values, valid):
        if scale == "none":
            return values
        seen = np.ones_like(valid) if scale == "with_empty" else valid
        axis = None if scale == "everybody" else 1
        low = np.where(seen, values, np.inf).min(axis=axis, keepdims=True)
        high = np.where(seen, values, -np.inf).max(axis=axis, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (values - low) / (high - low)
        return share if scale == "nan" else np.where(high > low, share, 0.0)

    def answer(age, importance, relevance, valid, weights, k):
        given = parts(age) if parts else 0.995**age
        scaled = [unit(part, valid) for part in (given, importance, relevance)]
        weighted = [weight * part for weight, part in zip(weights, scaled, strict=True)]
        scores = np.prod(weighted, axis=0) if combine == "product" else sum(weighted)
        if combine == "unweighted":
            scores = sum(scaled)
        if combine == "relevance":
            scores = scaled[2]
        scores = np.where(valid, scores, -order * -np.inf) if mask else scores
        slots = np.argsort(order * scores, axis=1, kind="stable")[:, :k]
        return np.where(np.take_along_axis(valid, slots, axis=1), slots, -1) if fill else slots

    return answer


_recall_exercise = Exercise(
    id="04.2",
    title="What comes to mind",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L04.2",
    reference=recall,
    cases=recall_cases,
    properties=(
        Property(
            "k slots for each viewer",
            lambda result, age, importance, relevance, valid, weights, k: (
                np.shape(result) == (len(age), k)
            ),
            "The result has one row for each viewer and k columns, the best memory first.",
        ),
        Property(
            "only slots that hold a memory come up",
            lambda result, age, importance, relevance, valid, weights, k: all(
                slot == -1 or valid[row, int(slot)]
                for row, slots in enumerate(np.asarray(result))
                for slot in slots
            ),
            "An empty slot came up. Give slots that are not valid a score of -inf before you "
            "sort, and put -1 where the row has no more memories.",
        ),
        Property(
            "no memory comes up twice, none is left out while there is room",
            lambda result, age, importance, relevance, valid, weights, k: all(
                len({*slots} - {-1}) == min(k, held)
                for slots, held in zip(
                    np.asarray(result).tolist(), valid.sum(axis=1).tolist(), strict=True
                )
            ),
            "Each viewer's row names as many different memories as there are, at most k.",
        ),
    ),
    mistakes=(
        Mistake(
            "not_scaled",
            _recall("none"),
            "The three parts are added as they come, so that importance, from 1 to 10, drowns "
            "the others. Bring each to [0, 1] over the viewer's memories first.",
        ),
        Mistake(
            "scaled_over_everybody",
            _recall("everybody"),
            "The smallest and largest value are those of all viewers together, so that what one "
            "viewer remembers changes what comes to another's mind: take them row by row.",
        ),
        Mistake(
            "scaled_with_empty_slots",
            _recall("with_empty"),
            "What lies in empty slots takes part in the scaling: take the smallest and largest "
            "over valid slots only.",
        ),
        Mistake(
            "nothing_over_nothing",
            _recall("nan"),
            "Where all values are the same, scaling divides 0 by 0, and NaN spoils the sum. Such "
            "a part says nothing: let it be 0.",
        ),
        Mistake(
            "old_is_recent",
            _recall(parts=lambda age: age),
            "The oldest memory counts as the most recent: recency falls with age, 0.995 ** age.",
        ),
        Mistake(
            "recency_in_a_straight_line",
            _recall(parts=lambda age: -age),
            "Recency falls in a straight line with age here. It fades, 0.995 ** age: quickly at "
            "first, and then hardly at all.",
        ),
        Mistake(
            "relevance_alone",
            _recall(combine="relevance"),
            "Only relevance decides, whatever the weights: that is Agent4Rec's slip. Add recency "
            "and importance, each times its weight.",
        ),
        Mistake(
            "weights_ignored",
            _recall(combine="unweighted"),
            "The weights have no effect: multiply each scaled part by its weight.",
        ),
        Mistake(
            "multiplied_the_parts",
            _recall(combine="product"),
            "The parts are multiplied, so that a memory which is last in any of them can never "
            "come up: add them.",
        ),
        Mistake(
            "worst_first",
            _recall(order=1),
            "The least fitting memories come first: sort by the negative score.",
        ),
        Mistake(
            "empty_slots_come_up",
            _recall(mask=False, fill=False),
            "Slots without a memory take part. Give them a score of -inf, so that they come "
            "last, and name them -1.",
        ),
        Mistake(
            "empty_slots_named",
            _recall(fill=False),
            "Where a viewer has fewer than k memories the rest of the row must be -1, not the "
            "numbers of empty slots.",
        ),
    ),
    others=(recall_one_by_one,),
    hints=(
        "Write a helper that brings one part to [0, 1], row by row: subtract the row's smallest "
        "valid value, divide by largest minus smallest, and give 0 where these are the same.",
        "np.where(valid, part, np.inf).min(axis=1, keepdims=True) is the smallest valid value. "
        "Add the three scaled parts, each times its weight; -np.inf where not valid.",
        "np.argsort(-scores, axis=1, kind='stable')[:, :k] names the slots. Put -1 where "
        "np.take_along_axis(valid, slots, axis=1) is False.",
    ),
    praise="You have the retrieval of generative agents, for any number of viewers at once.",
)


# --- 04.3 ------------------------------------------------------------------------------------


class Diary:
    """At most ``capacity`` episodes of one viewer."""

    def __init__(self, capacity, decay=0.9):
        self.capacity, self.decay, self.episodes = capacity, decay, {}

    def worth(self, video, now):
        day, importance = self.episodes[video]
        return self.decay ** (now - day) + importance

    def add(self, video, day, importance):
        if video in self.episodes:
            importance = max(importance, self.episodes.pop(video)[1])
        elif len(self.episodes) == self.capacity:
            del self.episodes[self.victim(day)]
        self.episodes[video] = (day, importance)

    def victim(self, now):
        return min(self.episodes, key=lambda video: self.worth(video, now))

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


def keep_diary(diary, case):
    """What a diary answers while a script of days is played on it."""
    capacity, script = case.inputs
    kept, said = diary(capacity), []
    for action, *values in script:
        answer = getattr(kept, action)(*values)
        if action != "add":
            said.append([int(video) for video in np.ravel(answer)])
    return said


def diary_cases(rng):
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
        Case("more asked for than there is", (4, [("add", 5, 1, 0.5), ("recall", 2, 3)]), [[5]]),
        Case("thirty days, room for five", some(30, 5)),
        Case("sixty days, room for three", some(60, 3)),
    ]  # fmt: skip


class ForgetsTheOldest(Diary):
    def victim(self, now):
        return min(self.episodes, key=lambda video: self.episodes[video][0])


class ForgetsTheLeastImportant(Diary):
    def victim(self, now):
        return min(self.episodes, key=lambda video: self.episodes[video][1])


class ForgetsTheBest(Diary):
    def victim(self, now):
        return max(self.episodes, key=lambda video: self.worth(video, now))


class ForgetsNothing(Diary):
    def __init__(self, capacity, decay=0.9):
        super().__init__(10**9, decay)


class MayForgetTheNewest(Diary):
    def add(self, video, day, importance):
        if video in self.episodes:
            return super().add(video, day, importance)
        self.episodes[video] = (day, importance)
        if len(self.episodes) > self.capacity:
            del self.episodes[self.victim(day)]


class OneTooFew(Diary):
    def __init__(self, capacity, decay=0.9):
        super().__init__(capacity - 1, decay)

    def add(self, video, day, importance):
        if self.capacity == 0:
            self.episodes.clear()
            self.episodes[video] = (day, importance)
        else:
            super().add(video, day, importance)


class StaysOld(Diary):
    """Recall leaves no trace."""

    def recall(self, now, k):
        return sorted(self.episodes, key=lambda video: -self.worth(video, now))[:k]


class AllFresh(Diary):
    def recall(self, now, k):
        best = super().recall(now, k)
        self.episodes = {video: (now, weight) for video, (_, weight) in self.episodes.items()}
        return best


class WorstFirst(Diary):
    def recall(self, now, k):
        best = sorted(self.episodes, key=lambda video: self.worth(video, now))[:k]
        for video in best:
            self.episodes[video] = (now, self.episodes[video][1])
        return best


class OverwritesImportance(Diary):
    def add(self, video, day, importance):
        self.episodes.pop(video, None)
        super().add(video, day, importance)


class MakesRoomForARepeat(Diary):
    """Forgets somebody although the repeat needs no room."""

    def add(self, video, day, importance):
        if video in self.episodes and len(self.episodes) == self.capacity:
            others = {v: e for v, e in self.episodes.items() if v != video}
            if others:
                del self.episodes[min(others, key=lambda other: self.worth(other, day))]
        super().add(video, day, importance)


class IgnoresARepeat(Diary):
    def add(self, video, day, importance):
        if video not in self.episodes:
            super().add(video, day, importance)


class MultipliesWorth(Diary):
    def worth(self, video, now):
        day, importance = self.episodes[video]
        return self.decay ** (now - day) * importance


class OldIsWorthMore(Diary):
    def worth(self, video, now):
        day, importance = self.episodes[video]
        return importance - self.decay ** (now - day)


class InOrderOfWorth(Diary):
    def remembered(self):
        now = max((day for day, _ in self.episodes.values()), default=0)
        return sorted(self.episodes, key=lambda video: -self.worth(video, now))


class NewestFirst(Diary):
    def remembered(self):
        return super().remembered()[::-1]


_diary = Exercise(
    id="04.3",
    title="A diary that forgets",
    minutes=25,
    difficulty=3,
    points=5,
    objective="L04.3",
    reference=Diary,
    observe=keep_diary,
    cases=diary_cases,
    properties=(
        Property(
            "never more than there is room for",
            lambda said, capacity, script: all(len(videos) <= capacity for videos in said),
            "More is remembered than there is room for: make room before a new video goes in.",
        ),
        Property(
            "no video twice",
            lambda said, capacity, script: all(len(videos) == len({*videos}) for videos in said),
            "A video is in the diary twice. A repeat takes the place of the older episode.",
        ),
        Property(
            "the newest is always kept",
            lambda said, capacity, script: all(
                script[place - 1][1] in videos
                for place, videos in zip(
                    [p for p, (action, *_) in enumerate(script) if action != "add"],
                    said,
                    strict=False,
                )
                if script[place][0] == "remembered" and script[place - 1][0] == "add"
            ),
            "What has just been added is not there. Choose what to forget among what was in the "
            "diary before.",
        ),
    ),
    mistakes=(
        Mistake(
            "forgets_the_oldest",
            ForgetsTheOldest,
            "The oldest episode goes, however important it was. Worth is recency plus importance: "
            "the smallest sum goes.",
        ),
        Mistake(
            "forgets_the_least_important",
            ForgetsTheLeastImportant,
            "The least important episode goes, however fresh it is, so that old glory never "
            "fades. Worth is recency plus importance.",
        ),
        Mistake(
            "forgets_the_best",
            ForgetsTheBest,
            "The episode most worth keeping goes: forget the smallest worth.",
        ),
        Mistake(
            "forgets_nothing",
            ForgetsNothing,
            "Nothing is ever forgotten: capacity has no effect.",
        ),
        Mistake(
            "may_forget_the_newest",
            MayForgetTheNewest,
            "A new episode goes in first and may be the one that is forgotten. Make room among "
            "the others, before it goes in.",
        ),
        Mistake(
            "one_too_few",
            OneTooFew,
            "One episode too few is kept: forget only when the diary holds capacity episodes and "
            "a new video comes.",
        ),
        Mistake(
            "recall_leaves_no_trace",
            StaysOld,
            "What came to mind stays as old as it was: recall sets its day to now.",
        ),
        Mistake(
            "recall_refreshes_everything",
            AllFresh,
            "A recall makes the whole diary fresh: only the k episodes that came up are.",
        ),
        Mistake(
            "worst_first",
            WorstFirst,
            "Recall brings up what is least worth keeping: sort by worth, largest first.",
        ),
        Mistake(
            "overwrites_importance",
            OverwritesImportance,
            "A repeat takes the importance of the last time. It keeps the larger of the two.",
        ),
        Mistake(
            "makes_room_for_a_repeat",
            MakesRoomForARepeat,
            "An episode is forgotten to make room for a repeat, which needs none: it takes its "
            "own old place.",
        ),
        Mistake(
            "ignores_a_repeat",
            IgnoresARepeat,
            "A video that is watched again stays as old as it was: a repeat has the new day, and "
            "the larger importance.",
        ),
        Mistake(
            "multiplies_worth",
            MultipliesWorth,
            "Recency and importance are multiplied, so that an old milestone is worth nothing: "
            "add them.",
        ),
        Mistake(
            "old_is_worth_more",
            OldIsWorthMore,
            "Old episodes are worth more than fresh ones: recency is decay ** (now - day), and it "
            "is added.",
        ),
        Mistake(
            "in_order_of_worth",
            InOrderOfWorth,
            "remembered() is in order of worth. It tells the videos by their day, oldest first.",
        ),
        Mistake(
            "newest_first",
            NewestFirst,
            "remembered() begins with the newest: it tells the oldest first.",
        ),
    ),
    others=(DiaryInArrays,),
    hints=(
        "A dictionary from video to (day, importance) holds all that you need. Write worth(video, "
        "now) first: decay ** (now - day) + importance.",
        "add has three cases: the video is there already (new day, larger importance), the diary "
        "is full (forget the video of the smallest worth today, then add), or neither.",
        "sorted(self.episodes, key=lambda video: -self.worth(video, now))[:k] is what comes to "
        "mind; then set the day of each of these to now.",
    ),
    praise="A memory of fixed size that keeps the milestones and last week: a whole component.",
)


# --- 04.4 ------------------------------------------------------------------------------------


class Notes:
    """Notes about viewers in one SQLite file."""

    journal, secure, isolation = "WAL", "ON", None

    def __init__(self, path):
        self.database = sqlite3.connect(path, isolation_level=self.isolation)
        self.database.execute(f"PRAGMA journal_mode = {self.journal}")
        self.database.execute(f"PRAGMA secure_delete = {self.secure}")
        self.database.execute("CREATE TABLE IF NOT EXISTS notes (viewer INTEGER, text TEXT)")

    def save(self, viewer, text):
        self.database.execute("INSERT INTO notes VALUES (?, ?)", (viewer, text))

    def read(self, viewer):
        rows = self.database.execute(
            "SELECT text FROM notes WHERE viewer = ? ORDER BY rowid", (viewer,)
        )
        return [text for (text,) in rows]

    def erase(self, viewer):
        self.database.execute("DELETE FROM notes WHERE viewer = ?", (viewer,))
        self.clean()

    def clean(self):
        self.database.execute("VACUUM")
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class NotesWithoutALog(Notes):
    """No write-ahead log: a journal that SQLite deletes after each transaction."""

    journal = "DELETE"

    def clean(self):
        pass


class NotesWithCommits:
    """With transactions spelt out."""

    def __init__(self, path):
        self.path = path
        with sqlite3.connect(path) as database:
            database.execute("create table if not exists n (id integer primary key, v, t)")

    def save(self, viewer, text):
        with sqlite3.connect(self.path) as database:
            database.execute("insert into n (v, t) values (?, ?)", (viewer, text))

    def read(self, viewer):
        database = sqlite3.connect(self.path)
        return [row[0] for row in database.execute("select t from n where v = ?", (viewer,))]

    def erase(self, viewer):
        database = sqlite3.connect(self.path)
        database.execute("delete from n where v = ?", (viewer,))
        database.commit()
        database.execute("vacuum")
        database.close()


def use_notes(notes, case):
    """Play a script: saves, reads, erasures, kills, and looks into the bytes of the files."""
    (script,) = case.inputs
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place, said, lives = Path(folder) / "life-0", [], [None]
        place.mkdir()
        kept = notes(str(place / "notes.db"))
        for action, *values in script:
            if action == "kill":
                # What a killed process leaves is its files, as they are at that moment.
                lives.append(kept)
                copy = Path(folder) / f"life-{len(lives)}"
                shutil.copytree(place, copy)
                place, kept = copy, notes(str(copy / "notes.db"))
            elif action == "look for":
                found = _files_with(values[0], place)
                said.append("found" if found else "not found")
            elif action == "traces of":
                found = _files_with(values[0], place)
                said.append(f"left in {' and '.join(found)}" if found else "gone")
            else:
                answer = getattr(kept, action)(*values)
                if action == "read":
                    said.append(list(answer))
        for life in [*lives, kept]:
            _close(life)
    return said


def _files_with(text, folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if text.encode() in path.read_bytes())


def _close(notes) -> None:
    """Windows deletes no folder with an open file in it."""
    for value in getattr(notes, "__dict__", {}).values():
        if isinstance(value, sqlite3.Connection):
            value.close()


ERASED = "what is erased is gone from the bytes of the files"


def notes_cases(rng):
    word = "".join(rng.choice(list("abcdefghijklmnop"), 12))
    many = [("save", viewer, f"{word} {viewer} {number}") for number in range(8)
            for viewer in (1, 2, 3)]  # fmt: skip
    return [
        Case("saved and read, in order",
             ([("save", 1, "likes soup"), ("save", 2, "likes cats"), ("save", 1, "has a cold"),
               ("read", 1), ("read", 2), ("read", 3)],),
             [["likes soup", "has a cold"], ["likes cats"], []]),
        Case("killed right after saving",
             ([("save", 1, "likes soup"), ("kill",), ("read", 1), ("save", 1, "has a cold"),
               ("kill",), ("read", 1)],), [["likes soup"], ["likes soup", "has a cold"]]),
        Case("erased, and killed right after",
             ([("save", 1, "likes soup"), ("save", 2, "likes cats"), ("kill",), ("erase", 1),
               ("kill",), ("read", 1), ("read", 2)],), [[], ["likes cats"]]),
        Case(ERASED,
             ([("save", 1, f"secretly likes {word}"), ("save", 2, "likes cats"),
               ("look for", word), ("erase", 1), ("traces of", word), ("look for", "likes cats"),
               ("read", 2)],), ["found", "gone", "found", ["likes cats"]]),
        Case("one of three viewers with eight notes each",
             ([*many, ("kill",), ("erase", 2), ("traces of", f"{word} 2"),
               ("look for", f"{word} 3 7"), ("read", 2), ("kill",), ("traces of", f"{word} 2")],),
             ["gone", "found", [], "gone"]),
        Case("a note with a quote, and one of another alphabet",
             ([("save", 4, "said 'never again'"), ("save", 4, "любит кошек"), ("kill",),
               ("read", 4)],), [["said 'never again'", "любит кошек"]]),
    ]  # fmt: skip


class NeverCommits(Notes):
    isolation = ""

    def clean(self):
        self.database.commit()
        super().clean()


class EraseNotCommitted(Notes):
    isolation = ""

    def save(self, viewer, text):
        super().save(viewer, text)
        self.database.commit()

    def clean(self):
        pass


class OnlyDeletes(Notes):
    journal, secure = "DELETE", "OFF"

    def clean(self):
        pass


class LeavesTheLog(Notes):
    def clean(self):
        pass


class OneNoteEach(Notes):
    def save(self, viewer, text):
        self.database.execute("DELETE FROM notes WHERE viewer = ?", (viewer,))
        super().save(viewer, text)


class StartsAfresh(Notes):
    def __init__(self, path):
        super().__init__(path)
        self.database.execute("DELETE FROM notes")


class ErasesEverybody(Notes):
    def erase(self, viewer):
        self.database.execute("DELETE FROM notes")
        self.clean()


class ErasesNothing(Notes):
    def erase(self, viewer):
        self.clean()


class EmptiesTheText(Notes):
    def erase(self, viewer):
        self.database.execute("UPDATE notes SET text = '' WHERE viewer = ?", (viewer,))
        self.clean()


class KeepsItInMemory(Notes):
    def __init__(self, path):
        super().__init__(":memory:")


class QuotesByHand(Notes):
    def save(self, viewer, text):
        self.database.execute(f"INSERT INTO notes VALUES ({viewer}, '{text}')")


class NewestNoteFirst(Notes):
    def read(self, viewer):
        return super().read(viewer)[::-1]


_notes = Exercise(
    id="04.4",
    title="Kept for good, erased for good",
    minutes=20,
    difficulty=2,
    points=4,
    objective="L04.4",
    reference=Notes,
    observe=use_notes,
    cases=notes_cases,
    properties=(
        Property(
            "what is acknowledged is there after a kill",
            lambda said, script: (
                any(action == "erase" for action, *_ in script)
                or all(said)
                or not any(action == "kill" for action, *_ in script)
            ),
            "A note is gone after a kill although save had returned. Commit before save returns.",
        ),
        Property(
            "what is erased is found nowhere",
            lambda said, script: not any(str(answer).startswith("left in") for answer in said),
            "The bytes of an erased note are still in the files: in a free page, or in the log of "
            "writes.",
        ),
    ),
    mistakes=(
        Mistake(
            "never_commits",
            NeverCommits,
            "save returns before anything is on disk: a kill loses it. Commit in save, or connect "
            "with isolation_level=None, so that each statement is a transaction.",
        ),
        Mistake(
            "erase_not_committed",
            EraseNotCommitted,
            "A kill brings back what was erased: the DELETE was never committed.",
        ),
        Mistake(
            "only_deletes",
            OnlyDeletes,
            "DELETE takes the rows out of the table and leaves their bytes in free pages of the "
            "file: PRAGMA secure_delete = ON overwrites them, VACUUM rewrites the file.",
        ),
        Mistake(
            "leaves_the_log",
            LeavesTheLog,
            "The erased note is still in the write-ahead log beside the file: empty it with "
            "PRAGMA wal_checkpoint(TRUNCATE), or use no WAL.",
        ),
        Mistake(
            "one_note_each",
            OneNoteEach,
            "A new note takes the place of the viewer's older ones: keep them all.",
        ),
        Mistake(
            "starts_afresh",
            StartsAfresh,
            "Opening the file empties it: CREATE TABLE IF NOT EXISTS leaves what is there.",
        ),
        Mistake(
            "erases_everybody",
            ErasesEverybody,
            "Erasing one viewer erases all: DELETE needs WHERE viewer = ?.",
        ),
        Mistake(
            "erases_nothing",
            ErasesNothing,
            "The erased viewer's notes can still be read.",
        ),
        Mistake(
            "empties_the_text",
            EmptiesTheText,
            "The texts are emptied and the rows stay: that there were notes, and how many, is "
            "still remembered. Delete the rows.",
        ),
        Mistake(
            "never_reaches_the_file",
            KeepsItInMemory,
            "Nothing ever reaches the file at path. Is it this file that is opened, and is every "
            "save committed before it returns?",
        ),
        Mistake(
            "quotes_by_hand",
            QuotesByHand,
            "A note with a quote in it breaks the statement, and could do worse. Hand values over "
            "with ? and a tuple, never inside the text of the statement.",
        ),
        Mistake(
            "newest_first",
            NewestNoteFirst,
            "The notes come newest first: read gives them in the order in which they were saved.",
        ),
    ),
    others=(NotesWithoutALog, NotesWithCommits),
    hints=(
        "sqlite3.connect(path, isolation_level=None) commits every statement by itself, which is "
        "all the durability that single notes need.",
        "Before anything is saved: PRAGMA secure_delete = ON. To erase: DELETE … WHERE viewer = ?, "
        "then VACUUM.",
        "If you chose PRAGMA journal_mode = WAL, old pages are in the log too: end erase with "
        "PRAGMA wal_checkpoint(TRUNCATE).",
    ),
    praise="Your store keeps its word twice: what it acknowledged stays, what it erased is gone.",
)


# --- 04.5 ------------------------------------------------------------------------------------


def known_then(viewer, time, asked_viewer, asked_time, half_life):
    known = (viewer == asked_viewer[:, None]) & (time < asked_time[:, None])
    newer = time[None, :] > time[:, None]
    since = known @ newer.T.astype(float)
    return np.where(known, 2.0 ** (-since / half_life), 0.0)


def known_then_with_loops(viewer, time, asked_viewer, asked_time, half_life):
    rows = []
    for who, when in zip(asked_viewer, asked_time, strict=True):
        past = [t for v, t in zip(viewer, time, strict=True) if v == who and t < when]
        row = []
        for v, t in zip(viewer, time, strict=True):
            since = sum(other > t for other in past)
            row.append(0.5 ** (since / half_life) if v == who and t < when else 0.0)
        rows.append(row)
    return rows


def known_cases(rng):
    def some(events, viewers, moments, span):
        return (
            rng.integers(0, viewers, events),
            rng.integers(0, span, events).astype(float),
            rng.integers(0, viewers, moments),
            rng.integers(0, span, moments).astype(float),
        )

    viewer, time = np.array([0, 0, 0, 1]), np.array([1.0, 5.0, 9.0, 2.0])
    return [
        Case("one moment, two memories by then, half-life 1 memory",
             (viewer, time, np.array([0]), np.array([9.0]), 1.0), np.array([[0.5, 1.0, 0, 0]])),
        Case("two at the same second are equally new",
             (np.zeros(3, int), np.array([1.0, 4.0, 4.0]), np.array([0]), np.array([7.0]), 2.0),
             np.array([[0.5, 1.0, 1.0]])),
        Case("nothing is known yet", (viewer, time, np.array([1, 2]), np.array([2.0, 5.0]), 3.0),
             np.zeros((2, 4))),
        Case("forty events of four viewers", (*some(40, 4, 6, 1000), 5.0)),
        Case("many events at the same second", (*some(30, 3, 8, 6), 2.0)),
    ]  # fmt: skip


def _known(past=lambda t, asked: t < asked, mine=True, since=None, weight=None):
    def answer(viewer, time, asked_viewer, asked_time, half_life):
        known = past(time, asked_time[:, None])
        if mine:
            known = known & (viewer == asked_viewer[:, None])
        counted = since(known, viewer, time, asked_time) if since else _since(known, time)
        fading = weight or (lambda since, h: 2.0 ** (-since / h))
        return np.where(known, fading(counted, half_life), 0.0)

    return answer


def _since(known, time):
    return known @ (time[None, :] > time[:, None]).T.astype(float)


def _same_second_in_order(direction):
    """Breaks ties of time by place in the list, later (1) or earlier (-1) being newer."""

    def since(known, viewer, time, asked):
        place = direction * np.arange(len(time))
        newer = (time > time[:, None]) | ((time == time[:, None]) & (place > place[:, None]))
        return known @ newer.T.astype(float)

    return _known(since=since)


_known_then = Exercise(
    id="04.5",
    title="No peeking",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L04.5",
    reference=known_then,
    cases=known_cases,
    properties=(
        Property(
            "one row a moment, one column an event",
            lambda result, viewer, time, asked_viewer, asked_time, half_life: (
                np.shape(result) == (len(asked_time), len(time))
            ),
            "The result has a row for each moment and a column for each event.",
        ),
        Property(
            "nothing from then or later counts",
            lambda result, viewer, time, asked_viewer, asked_time, half_life: (
                not np.asarray(result)[time >= asked_time[:, None]].any()
            ),
            "An event of that very second, or of a later one, has a weight: only what came "
            "strictly before a moment was known then.",
        ),
        Property(
            "only that viewer's events count",
            lambda result, viewer, time, asked_viewer, asked_time, half_life: (
                not np.asarray(result)[viewer != asked_viewer[:, None]].any()
            ),
            "Somebody else's events have a weight: a memory is one viewer's.",
        ),
        Property(
            "the newest memory counts whole",
            lambda result, viewer, time, asked_viewer, asked_time, half_life: all(
                np.isclose(row.max(), 1.0) for row in np.asarray(result, dtype=float) if row.any()
            ),
            "The newest memory has no newer one, so its weight is 2 ** 0 = 1.",
        ),
    ),
    mistakes=(
        Mistake(
            "knows_the_answer",
            _known(lambda t, asked: t <= asked),
            "Events of the very second that is asked about are in the memory. They are what is to "
            "be predicted: take time < asked_time, strictly.",
        ),
        Mistake(
            "sees_the_future",
            _known(lambda t, asked: np.ones(np.broadcast_shapes(t.shape, asked.shape), bool)),
            "The memory holds what happens later. Every figure that follows from it would be too "
            "good to be true: compare the times.",
        ),
        Mistake(
            "everybody_remembers_everything",
            _known(mine=False),
            "Events of other viewers are remembered too: compare viewer with asked_viewer.",
        ),
        Mistake(
            "counts_events_to_come",
            _known(since=lambda known, viewer, time, asked: np.array(
                [[(time[viewer == v] > t).sum() for v, t in zip(viewer, time, strict=True)]]
            ) * np.ones((len(known), 1))),
            "`since` counts newer events that had not happened at the moment asked about, so the "
            "future decides how old a memory is: count only what was known then.",
        ),
        Mistake(
            "counts_newer_events_of_others",
            _known(since=lambda known, viewer, time, asked: _since(time < asked[:, None], time)),
            "`since` counts the newer events of all viewers: only those of the viewer who is "
            "asked about make a memory older.",
        ),
        Mistake(
            "fades_by_the_clock",
            _known(since=lambda known, viewer, time, asked: asked[:, None] - time[None, :]),
            "Memories fade by seconds here. They should fade by the number of newer memories.",
        ),
        Mistake(
            "counts_from_one",
            _known(weight=lambda since, h: 2.0 ** (-(since + 1) / h)),
            "The newest memory has faded already: it has 0 newer ones, and a weight of 1.",
        ),
        Mistake(
            "oldest_counts_most",
            _known(since=lambda known, viewer, time, asked: _since(known, -time)),
            "The oldest memory counts most: `since` counts older memories instead of newer ones.",
        ),
        Mistake(
            "nothing_fades",
            _known(weight=lambda since, h: np.ones_like(since)),
            "All memories count the same: half_life has no effect.",
        ),
        Mistake(
            "same_second_in_order",
            _same_second_in_order(1),
            "Of events at the same second one counts as newer, by its place in the list. "
            "Nobody knows their order: only a larger time is newer.",
            as_if(_same_second_in_order(1), _same_second_in_order(-1)),
        ),
    ),
    others=(known_then_with_loops,),
    hints=(
        "First a mask, bool[R, N]: the event is of the viewer asked about, and strictly earlier "
        "than the moment. (viewer == asked_viewer[:, None]) is half of it.",
        "For each moment and event, count the events under the mask with a larger time. With "
        "newer[n, m] = time[m] > time[n] that is known @ newer.T.",
        "np.where(known, 2.0 ** (-since / half_life), 0.0).",
    ),
    praise="With this matrix any ranking of memories can be judged without looking ahead.",
)  # fmt: skip


EXERCISES = [_remembered_rate, _recall_exercise, _diary, _notes, _known_then]
