"""30.5 A diary that can forget.

30 minutes, difficulty 3, 5 points, L30.5
After "forget last spring" it is the diary of somebody who never had one.
"""

import numpy as np

from mavrs_course.course import Case


class Diary:
    def __init__(self, season):
        self.season = season
        self.pages = {}

    def add(self, evening, topic, held):
        page = self.pages.setdefault(evening // self.season, {})
        shown, stayed = page.get(topic, (0, 0))
        page[topic] = shown + 1, stayed + int(held)

    def rate(self, topic, evening, kept):
        shown, stayed = 3.0, 1.0
        for number, page in self.pages.items():
            weight = kept ** (evening // self.season - number)
            counts = page.get(topic, (0, 0))
            shown, stayed = shown + weight * counts[0], stayed + weight * counts[1]
        return stayed / shown

    def forget(self, first, last):
        for number in range(first // self.season, last // self.season + 1):
            self.pages.pop(number, None)

    def favourite(self):
        stayed = {}
        for page in self.pages.values():
            for topic, counts in page.items():
                stayed[topic] = stayed.get(topic, 0) + counts[1]
        liked = [topic for topic in stayed if stayed[topic] > 0]
        return min(liked, key=lambda topic: (-stayed[topic], topic), default=-1)


class DiaryOfEvents:
    """Keeps every evening, and reads all of them each time."""

    def __init__(self, season):
        self.season, self.events = season, []

    def add(self, evening, topic, held):
        self.events.append((evening // self.season, topic, bool(held)))

    def rate(self, topic, evening, kept):
        now = evening // self.season
        mine = [(kept ** (now - when), held) for when, what, held in self.events if what == topic]
        return (1 + sum(w for w, held in mine if held)) / (3 + sum(w for w, _ in mine))

    def forget(self, first, last):
        gone = (first // self.season, last // self.season)
        self.events = [one for one in self.events if not gone[0] <= one[0] <= gone[1]]

    def favourite(self):
        liked = [topic for _, topic, held in self.events if held]
        return max(sorted(set(liked)), key=liked.count) if liked else -1


OTHERS = (DiaryOfEvents,)
NAMES = ("season", "log", "kept", "forgotten")


def cases(rng):
    def some(season, evenings, kept, *forgotten):
        log = [
            (int(evening), int(rng.integers(0, 3)), bool(rng.random() < 0.5))
            for evening in np.sort(rng.integers(0, evenings, 60))
        ]
        return season, log, kept, list(forgotten)

    three = [(0, 1, True), (0, 1, False), (13, 0, True), (13, 1, True), (26, 1, False)]
    tie = [(0, 2, True), (1, 1, True), (30, 0, False)]
    return [
        Case("an empty diary", (13, [], 0.5, []), np.array([1 / 3, 1 / 3, 1 / 3, -1])),
        Case("one video that held", (13, [(0, 0, True)], 0.5, []),
             np.array([0.5, 1 / 3, 1 / 3, 0])),
        Case("three seasons, half of each season kept", (13, three, 0.5, []),
             np.array([1.5 / 3.5, 1.75 / 5, 1 / 3, 1])),
        Case("the second season is forgotten", (13, three, 0.5, [(13, 13)]),
             np.array([1 / 3, 1.25 / 4.5, 1 / 3, 1])),
        Case("part of a season tears out all of it", (13, three, 1.0, [(20, 20)]),
             np.array([1 / 3, 2 / 6, 1 / 3, 1])),
        Case("from one season into the next", (13, three, 1.0, [(5, 14)])),
        Case("a tie: the smaller number", (4, tie, 0.9, [])),
        Case("the same season twice, and one that nobody lived",
             (13, three, 0.25, [(13, 20), (13, 13), (400, 500)])),
        Case("seasons of one evening", (1, tie, 0.5, [(1, 1)])),
        Case("sixty videos in ten seasons", some(5, 50, 0.8)),
        Case("sixty videos, two stretches forgotten", some(5, 50, 0.8, (11, 13), (30, 38))),
        Case("sixty videos, all but the last season forgotten", some(5, 50, 0.6, (0, 44))),
    ]  # fmt: skip


def observe(kind, case):
    """The rates of topics 0, 1, 2 in the last season, and the favourite: float[4]."""
    season, log, kept, forgotten = case.inputs
    diary, other = kind(season), kind(season)
    half = len(log) // 2
    for number, (evening, topic, held) in enumerate(log):
        diary.add(evening, topic, held)
        other.add(evening, 2 - topic, not held)  # somebody else's, meanwhile
        if number == half:
            diary.favourite()  # to ask changes nothing
            diary.rate(0, evening, kept)
    for first, last in forgotten:
        diary.forget(first, last)
    evening = max((evening for evening, _, _ in log), default=0)
    told = [diary.rate(topic, evening, kept) for topic in (0, 1, 2)]
    return np.array([*told, diary.favourite()], dtype=float)


HINTS = """
    Keep a page for each season, by its number, and on it the counts of each topic. Keep nothing
    that sums up several seasons.

    The rate and the favourite are read from the pages anew, each time that somebody asks.

    Whole numbers decide which pages are torn out: that of the first evening, that of the last, and
    all between them.
"""
MISTAKES = """
    forgets_nothing: self.pages.pop(number, None) => pass
      What was to be forgotten is still there. Tear out the pages of these seasons.
    last_season_stays: last // self.season + 1): => last // self.season):
      The season of the last evening stays. It is torn out too.
    everything_before: range(first // self.season, => range(0,
      You forget all before it as well. Only the seasons of first to last go.
    forgets_by_evening: range(first // self.season, last // self.season + 1) =>
      | range(first, last + 1)
      You take evenings for seasons. Divide by the length of a season.
    does_not_fade: kept ** (evening // self.season - number) => 1.0
      Old seasons count as much as new ones. Each season back multiplies by kept once more.
    fades_backwards: kept ** (evening // self.season - number) => kept ** number
      You count from the first season. Age counts back from the season of the evening asked about.
    shown_does_not_fade: shown + weight * counts[0] => shown + counts[0]
      Only what held the viewer fades. Shown must fade with it, or every rate falls.
    no_start: shown, stayed = 3.0, 1.0 => shown, stayed = 1e-9, 0.0
      A topic never shown has no rate in your answer. Begin with one in three.
    misses_not_shown: page[topic] = shown + 1, stayed + int(held) =>
      | page[topic] = shown + int(held), stayed + int(held)
      A video that did not hold the viewer was shown all the same.
    one_page: self.pages.setdefault(evening // self.season, {}) => self.pages.setdefault(0, {})
      All evenings are on one page, so that no season can be torn out alone.
    sums_apart: self.pages = {} => self.pages, self.sums = {}, {};
      | page[topic] = shown + 1, stayed + int(held) => page[topic] = shown + 1, stayed + int(held)
      | self.sums[topic] = self.sums.get(topic, 0) + int(held);
      | liked = [topic for topic in stayed if stayed[topic] > 0] => stayed = self.sums
      | liked = [topic for topic in stayed if stayed[topic] > 0]
      Sums that you keep beside the pages still hold what was torn out. Read the favourite from the
      pages that are left.
    favourite_by_shown: stayed.get(topic, 0) + counts[1] => stayed.get(topic, 0) + counts[0]
      Your favourite is the topic shown most. It is the one that held the viewer most often.
    larger_number: (-stayed[topic], topic) => (-stayed[topic], -topic)
      In a tie your favourite has the larger number. The smaller one comes first.
    favourite_of_nothing: liked = [topic for topic in stayed if stayed[topic] > 0] =>
      | liked = list(stayed)
      A topic that never held the viewer is no favourite: -1.
"""
