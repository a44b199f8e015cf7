"""22.5 Paid for progress.

20 minutes, difficulty 2, 3 points, L22.5
A tutor that needs no rule of 85 per cent: it goes where something is moving.
"""

import numpy as np

from mavrs_course.course import Case, Property


class Zone:
    def __init__(self, before, recent=4, opens=0.5):
        self.before, self.recent, self.opens = before, recent, opens
        self.answers = [[] for _ in before]

    def saw(self, item, right):
        self.answers[item].append(int(right))

    def last(self, item):
        return ([0] * self.recent + self.answers[item])[-self.recent :]

    def progress(self):
        half = self.recent // 2
        last = np.array([self.last(item) for item in range(len(self.before))])
        return last[:, half:].mean(axis=1) - last[:, :half].mean(axis=1)

    def open(self):
        fine = np.array(
            [np.mean(self.last(item)) >= self.opens for item in range(len(self.before))]
        )
        return np.array([fine[needed].all() for needed in self.before])

    def choose(self):
        tried = np.array([len(said) for said in self.answers])
        return int(np.lexsort((tried, -self.progress(), ~self.open()))[0])


class ZoneInArray:
    """One table of the latest answers, the newest first."""

    def __init__(self, before, recent=4, opens=0.5):
        self.needs, self.opens, self.half = np.array(before), opens, recent // 2
        self.table = np.zeros((len(before), recent))
        self.tried = np.zeros(len(before))

    def saw(self, item, right):
        self.table[item] = np.r_[float(right), self.table[item, :-1]]
        self.tried[item] += 1

    def progress(self):
        new, old = self.table[:, : self.half], self.table[:, self.half :]
        return new.sum(axis=1) / self.half - old.sum(axis=1) / self.half

    def open(self):
        shaky = self.table.mean(axis=1) < self.opens
        return ~(self.needs & shaky).any(axis=1)

    def choose(self):
        items = [i for i in range(len(self.tried)) if self.open()[i]]
        return min(items, key=lambda i: (-self.progress()[i], self.tried[i], i))


class ZoneByCounting(Zone):
    """Counts right answers, and divides at the end."""

    def progress(self):
        half = self.recent // 2
        newer = [sum(self.last(item)[half:]) for item in range(len(self.before))]
        older = [sum(self.last(item)[:half]) for item in range(len(self.before))]
        return (np.array(newer) - np.array(older)) / half


OTHERS = (ZoneInArray, ZoneByCounting)
CHAIN = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=bool)


def as_lists(halves):
    return [half.tolist() for half in halves]


def cases(rng):
    def some(n, seen, recent=4, opens=0.5, share=0.4):
        before = np.tril(rng.random((n, n)) < share, -1)
        answers = [(int(rng.integers(n)), bool(rng.random() < 0.6)) for _ in range(seen)]
        return before, recent, opens, answers

    first = [(0, True)]
    return [
        Case("nothing seen: the first of the chain is open", (CHAIN, 4, 0.5, [])),
        Case("one right answer: progress .5, and not enough to open the second",
             (CHAIN, 4, 0.5, first)),
        Case("two right answers: progress 1, and the second is open", (CHAIN, 4, 0.5, first * 2)),
        Case("four right answers: no progress left, so the second, which was tried less",
             (CHAIN, 4, 0.5, first * 4)),
        Case("right, then wrong again: progress below 0",
             (CHAIN, 4, 0.5, [*first * 3, (0, False), (0, False), (0, False)])),
        Case("both prerequisites are needed",
             (np.array([[0, 0, 0], [0, 0, 0], [1, 1, 0]], dtype=bool), 4, 0.5,
              [*first * 2, (1, False)])),
        Case("the progress of an item that is closed again does not count",
             (CHAIN, 2, 1.0, [(0, True), (0, True), (1, True), (0, False)])),
        Case("some answers", some(5, 25)),
        Case("a longer memory", some(4, 40, recent=8)),
        Case("a strict zone", some(6, 40, opens=0.75)),
        Case("many answers on few items", some(2, 30)),
    ]  # fmt: skip


NAMES = ("before", "recent", "opens", "answers")


def observe(kind, case):
    """progress, open and choose after all answers; and choose of another one that saw nothing."""
    before, recent, opens, answers = case.inputs
    zone, fresh = kind(before, recent, opens), kind(before, recent, opens)
    for item, right in answers:
        zone.saw(item, right)
    made = {
        "progress": np.asarray(zone.progress(), dtype=float),
        "open": np.asarray(zone.open(), dtype=bool),
        "choose": int(zone.choose()),
    }
    return {**made, "a new one chooses": int(fresh.choose())}


PROPERTIES = (
    Property("what is chosen is open", lambda made, *inputs: bool(made["open"][made["choose"]]),
             "You choose an item that is not open."),
)  # fmt: skip

HINTS = """
    Keep the answers of each item in order. All three methods look at the last `recent` of them,
    where answers that were not given yet count as wrong and are the oldest.

    progress compares two halves, the newer less the older. open asks, for each item, about the
    whole window of every one of its prerequisites, and not about the item itself.

    choose sorts by three things: open first, then most progress, then fewest tries, then the
    lowest number. Look at the order in which np.lexsort takes its keys.
"""
MISTAKES = """
    success_not_progress:
      | last[:, half:].mean(axis=1) - last[:, :half].mean(axis=1) => last.mean(axis=1)
      You pay for success: an item that is always right would be practised for ever. Progress is
      the newer half less the older half.
    newer_half_alone: - last[:, :half].mean(axis=1) =>
      The older half is not taken away, so that being right for a long time looks like progress.
    backwards:
      | last[:, half:].mean(axis=1) - last[:, :half].mean(axis=1) =>
      | last[:, :half].mean(axis=1) - last[:, half:].mean(axis=1)
      Older less newer: what becomes worse looks like progress.
    halves_of_all_answers:
      | return last[:, half:].mean(axis=1) - last[:, :half].mean(axis=1) =>
      | cut = [np.array_split(said, [len(said) // 2]) for said in self.answers]
      | return np.array(
      |     [np.mean(new or [0]) - np.mean(old or [0]) for old, new in map(as_lists, cut)]
      | )
      You halve all answers that there were. Only the last `recent` count, and those not given yet
      count as wrong.
    all_answers:
      | ([0] * self.recent + self.answers[item])[-self.recent :] =>
      | ([0] * self.recent + self.answers[item])[: self.recent]
      You look at the first answers, not at the last: the window has to move on.
    missing_are_newest:
      | ([0] * self.recent + self.answers[item])[-self.recent :] =>
      | (self.answers[item][-self.recent :] + [0] * self.recent)[: self.recent]
      Answers that were not given yet stand at the end of the window, as if they were the newest.
      They are the oldest.
    missing_count_as_right: ([0] * self.recent => ([1] * self.recent
      Answers that were not given yet count as right. They count as wrong.
    itself_not_what_is_before:
      | return np.array([fine[needed].all() for needed in self.before]) => return fine
      An item opens when it is itself answered right. What counts are its prerequisites.
    one_is_enough: fine[needed].all() => (fine[needed].any() or not needed.any())
      One prerequisite is enough in your answer. All of them are needed.
    what_follows: for needed in self.before] => for needed in np.array(self.before).T]
      Row and column are exchanged: before[item] are the prerequisites of the item.
    more_than_the_threshold: >= self.opens => > self.opens
      An item whose prerequisites are right just as often as `opens` is open too: at least, not
      more.
    opens_by_the_last_answer:
      | np.mean(self.last(item)) >= self.opens => self.last(item)[-1] == 1
      An item opens by the last answer on its prerequisites. It takes a share `opens` of the last
      `recent` answers.
    closes_what_is_mastered:
      | return np.array([fine[needed].all() for needed in self.before]) =>
      | mastered = np.array([np.mean(self.last(item)) == 1 for item in range(len(fine))])
      | return np.array([fine[needed].all() for needed in self.before]) & ~mastered
      What is always right is closed again in your answer. It stays open; it has no progress left,
      which is enough.
    everything_is_open:
      | return np.array([fine[needed].all() for needed in self.before]) =>
      | return np.ones(len(self.before), dtype=bool)
      Everything is open in your answer.
    closed_ones_too:
      | np.lexsort((tried, -self.progress(), ~self.open()))[0] =>
      | np.lexsort((tried, -self.progress()))[0]
      choose does not ask whether an item is open.
    keys_in_reading_order:
      | (tried, -self.progress(), ~self.open()) => (~self.open(), -self.progress(), tried)
      np.lexsort sorts by its *last* key first, so that yours goes by the tries. Turn the keys
      round.
    ties_by_number: (tried, -self.progress(), ~self.open()) => (-self.progress(), ~self.open())
      Of items with the same progress you take the one with the lowest number. First comes the one
      that was tried least.
    shared_answers:
      | self.answers = [[] for _ in before] => self.answers = [[]] * len(before)
      All items share one list: [[]] * n repeats the same list. Make one for each item.
"""
