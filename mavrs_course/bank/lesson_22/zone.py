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
        return ~(self.needs & (self.table.mean(axis=1) < self.opens)).any(axis=1)

    def choose(self):
        items = [i for i in range(len(self.tried)) if self.open()[i]]
        return min(items, key=lambda i: (-self.progress()[i], self.tried[i], i))


class ZoneBySigns(Zone):
    """One product: minus the older answers, plus the newer."""

    def progress(self):
        signs = np.repeat([-2, 2], self.recent // 2) / self.recent
        return np.array([signs @ self.last(item) for item in range(len(self.before))])


OTHERS = (ZoneInArray, ZoneBySigns)
CHAIN = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=bool)


def cases(rng):
    def some(n, seen, **settings):
        before = np.tril(rng.random((n, n)) < 0.4, -1)
        answers = [(int(rng.integers(n)), bool(rng.random() < 0.6)) for _ in range(seen)]
        return before, answers, settings

    first, wrong = [(0, True)], [(0, False)]
    both = np.array([[0, 0, 0], [0, 0, 0], [1, 1, 0]], dtype=bool)
    return [
        Case("nothing seen: the first of the chain is open", (CHAIN, [], {})),
        Case("one right answer: progress .5, not enough to open the second", (CHAIN, first, {})),
        Case("two right answers: progress 1, and the second is open", (CHAIN, first * 2, {})),
        Case("four right answers: no progress left, so the second", (CHAIN, first * 4, {})),
        Case("right, then wrong again: progress below 0", (CHAIN, first * 3 + wrong * 3, {})),
        Case("both prerequisites are needed", (both, [*first * 2, (1, False)], {})),
        Case("the progress of an item that is closed again does not count",
             (CHAIN, [*first * 2, (1, True), *wrong], {"recent": 2, "opens": 1.0})),
        Case("a single item", (np.zeros((1, 1), dtype=bool), first, {}),
             {"progress": [0.5], "open": [True], "choose": 0, "a new one chooses": 0}),
        Case("some answers", some(5, 25)),
        Case("a longer memory", some(4, 40, recent=8)),
        Case("a strict zone", some(6, 40, opens=0.75)),
    ]  # fmt: skip


def observe(kind, case):
    """progress, open and choose after all answers; and choose of another one that saw nothing."""
    before, answers, settings = case.inputs
    zone, fresh = kind(before, **settings), kind(before, **settings)
    for item, right in answers:
        zone.saw(item, right)
    return {
        "progress": np.asarray(zone.progress(), dtype=float),
        "open": np.asarray(zone.open(), dtype=bool),
        "choose": int(zone.choose()),
        "a new one chooses": int(fresh.choose()),
    }


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
      You pay for success, even where all is known. Progress is the newer half less the older.
    backwards:
      | last[:, half:].mean(axis=1) - last[:, :half].mean(axis=1) =>
      | last[:, :half].mean(axis=1) - last[:, half:].mean(axis=1)
      Older less newer: what becomes worse looks like progress.
    missing_are_newest:
      | ([0] * self.recent + self.answers[item])[-self.recent :] =>
      | (self.answers[item][-self.recent :] + [0] * self.recent)[: self.recent]
      Answers that were not given yet are the newest in your window. They are the oldest.
    itself_not_what_is_before:
      | return np.array([fine[needed].all() for needed in self.before]) => return fine
      An item opens when it is itself answered right. What counts are its prerequisites.
    one_is_enough: fine[needed].all() => (fine[needed].any() or not needed.any())
      One prerequisite is enough in your answer. All of them are needed.
    what_follows: for needed in self.before] => for needed in np.array(self.before).T]
      Row and column are exchanged: before[item] are the prerequisites of the item.
    more_than_the_threshold: >= self.opens => > self.opens
      Prerequisites that are right just as often as `opens` are enough: at least, not more.
    opens_by_the_last_answer:
      | np.mean(self.last(item)) >= self.opens => self.last(item)[-1] == 1
      An item opens by the last answer on its prerequisites, not by `opens` of all in the window.
    keys_in_reading_order:
      | (tried, -self.progress(), ~self.open()) => (~self.open(), -self.progress(), tried)
      np.lexsort sorts by its *last* key first: yours goes by the tries. Turn the keys round.
    ties_by_number: (tried, -self.progress(), ~self.open()) => (-self.progress(), ~self.open())
      Of items with the same progress, the one that was tried least comes first.
    shared_answers:
      | self.answers = [[] for _ in before] => self.answers = [[]] * len(before)
      All items share one list: [[]] * n repeats the same list. Make one for each item.
"""
