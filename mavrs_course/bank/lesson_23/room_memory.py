"""23.5 A memory for rooms that die.

25 minutes, difficulty 2, 4 points, L23.5
Late, twice, out of order, about the dead: you learn from it rightly, or not at all.
"""

import numpy as np

from mavrs_course.course import Case


class RoomMemory:
    def __init__(self):
        self.life, self.told, self.known = {}, {}, set()

    def opened(self, room):
        self.life[room] = self.life.get(room, 0) + 1
        self.told[room] = []

    def show(self, room):
        return room, self.life[room]

    def learn(self, page, memo, minutes):
        room, life = memo
        if page in self.known or life != self.life[room]:
            return
        self.known.add(page)
        self.told[room].append(minutes)

    def value(self, room):
        told = self.told[room]
        return sum(told) / len(told) if told else 0.0


class MemoryOfPages:
    """Keeps every page; a show is alive if it came after the room's last opening."""

    def __init__(self):
        self.shows, self.since, self.pages = 0, {}, {}

    def opened(self, room):
        self.since[room] = self.shows

    def show(self, room):
        self.shows += 1
        return self.shows, room

    def learn(self, page, memo, minutes):
        self.pages[page] = (*memo, minutes)

    def value(self, room):
        of_room = [(show, m) for show, where, m in self.pages.values() if where == room]
        alive = [m for show, m in of_room if show > self.since[room]]
        return float(np.mean(alive)) if alive else 0.0


class MemoryOfSums:
    def __init__(self):
        self.clock, self.of, self.seen = 0, {}, []

    def opened(self, room):
        self.clock += 1
        self.of[room] = [self.clock, 0, 0.0]

    def show(self, room):
        return {"room": room, "opened": self.of[room][0]}

    def learn(self, page, memo, minutes):
        row = self.of[memo["room"]]
        if row[0] == memo["opened"] and page not in self.seen:
            self.seen.append(page)
            row[1:] = row[1] + 1, row[2] + minutes

    def value(self, room):
        _, shows, minutes = self.of[room]
        return minutes / max(shows, 1)


OTHERS = (MemoryOfPages, MemoryOfSums)


def cases(rng):
    def evening(steps):
        events = [("opens", 0, 0), ("opens", 1, 0), ("opens", 2, 0), ("shown", 0, 0)]
        shown = [0]
        for step in range(1, steps):
            kind = rng.choice(["shown", "told", "asked", "opens"], p=[0.3, 0.45, 0.2, 0.05])
            which, more = int(rng.integers(3)), step
            if kind == "shown":
                shown.append(step)
            elif kind == "told":
                which = int(rng.choice(shown))
                more = float(which % 7 + 1)
            events.append((str(kind), which, more))
        return [*events, *(("asked", room, 0) for room in range(3))]

    return [
        Case("shown twice, told of both in the other order",
             ([("opens", 4, 0), ("asked", 4, 0), ("shown", 4, 10), ("shown", 4, 11),
               ("told", 11, 6.0), ("asked", 4, 0), ("told", 10, 1.0), ("asked", 4, 0)],),
             [0.0, 6.0, 3.5]),
        Case("told twice of one page",
             ([("opens", 4, 0), ("shown", 4, 10), ("shown", 4, 11), ("told", 10, 6.0),
               ("told", 11, 2.0), ("told", 10, 6.0), ("asked", 4, 0)],), [4.0]),
        Case("two rooms, told of the first when the second was shown last",
             ([("opens", 1, 0), ("opens", 2, 0), ("shown", 1, 10), ("shown", 2, 11),
               ("told", 10, 5.0), ("asked", 1, 0), ("asked", 2, 0)],), [5.0, 0.0]),
        Case("told of a room that has closed and opened again",
             ([("opens", 4, 0), ("shown", 4, 10), ("opens", 4, 0), ("shown", 4, 11),
               ("told", 10, 9.0), ("asked", 4, 0), ("told", 11, 2.0), ("asked", 4, 0)],),
             [0.0, 2.0]),
        Case("what was known of it is gone when a room opens again, of another it is not",
             ([("opens", 4, 0), ("opens", 5, 0), ("shown", 4, 10), ("shown", 5, 11),
               ("told", 10, 9.0), ("told", 11, 3.0), ("opens", 4, 0), ("asked", 4, 0),
               ("asked", 5, 0)],), [0.0, 3.0]),
        Case("told twice, and another room opens in between",
             ([("opens", 4, 0), ("shown", 4, 10), ("shown", 4, 11), ("told", 10, 8.0),
               ("told", 11, 2.0), ("opens", 5, 0), ("told", 10, 8.0), ("asked", 4, 0)],), [5.0]),
        Case("three pages, one of 0 minutes",
             ([("opens", 4, 0), ("shown", 4, 10), ("shown", 4, 11), ("shown", 4, 12),
               ("told", 10, 0.0), ("told", 12, 3.0), ("told", 11, 6.0), ("asked", 4, 0)],), [3.0]),
        Case("a long evening", (evening(120),)),
    ]  # fmt: skip


def observe(kind, case):
    """What it answers each time that it is asked for the value of a room."""
    (events,) = case.inputs
    memory, memos, answers = kind(), {}, []
    for what, which, more in events:
        if what == "opens":
            memory.opened(which)
        elif what == "shown":
            memos[more] = memory.show(which)
        elif what == "told":
            memory.learn(which, memos[which], more)
        else:
            answers.append(float(memory.value(which)))
    return np.array(answers)


HINTS = """
    A room has lives. Number them: whoever opens for the second time is in life 2. What is known
    of a room is known of its present life.

    The memo is yours to choose, and comes back with the feedback, whenever that is. Put into it all
    that tells which room it was, and which life of it.

    Before you learn from a page, two questions: have I learned from this page before, and does the
    life it speaks of still go on? Then the value is a plain mean, and 0 where there is nothing.
"""
MISTAKES = """
    twice_is_two: if page in self.known or life != self.life[room]: => if life != self.life[room]:
      A page whose feedback comes twice counts twice. Remember the pages that you have learned from.
    haunted: page in self.known or life != self.life[room] => page in self.known
      News of a dead room is credited to the one that lives there now. Let the memo say which life
      the page was about, and compare.
    remembers_the_dead: self.told[room] = [] => self.told.setdefault(room, [])
      A room that opens again keeps what was learned of its last life. It starts with nothing.
    forgets_everybody: self.told[room] = [] => self.told = {**dict.fromkeys(self.told, []), room: []}
      When one room opens you forget all others. They go on.
    all_rooms_die: life != self.life[room] => life != max(self.life.values()); self.life.get(room, 0) + 1 => max(self.life.values(), default=0) + 1
      When one room opens, feedback about all others is refused too. A life belongs to its room.
    the_last_page:
      | return room, self.life[room] =>
      | self.last = room, self.life[room]
      | return self.last;
      | room, life = memo => room, life = self.last
      You take feedback to be about the page that was shown last. It is about the page of its memo.
    sum_not_mean: sum(told) / len(told) => sum(told)
      You add minutes up. The value is minutes a page: divide by how many you were told of.
    newest_only: sum(told) / len(told) => told[-1]
      You take the last news alone. The value is the mean of all that was told.
    draws_towards_zero: sum(told) / len(told) => sum(told) / (len(told) + 1)
      You divide by one page too many.
    pages_forgotten_too: self.told[room] = [] => self.told[room], self.known = [], set()
      When a room opens you forget which pages you have learned from, so that a double of another
      room's page counts again.
    once_a_room: self.known.add(page) => self.known |= {page, *range(page + 1)}
      You take pages to come in order, and refuse a page that is older than one you know. Late is not
      twice.
    one_page_remembered: self.known.add(page) => self.known = {page}
      You remember only the last page that you learned from. The double of an older one still counts
      twice.
"""  # noqa: E501
EQUAL = r"""
    self.life.get(room, 0) + 1 => self.life.get(room, 0) - 1 | self.life[room] = self.life.get(room, 0) + 1
    1 => 2 | self.life[room] = self.life.get(room, 0) + 1
    0 => 1 | self.life[room] = self.life.get(room, 0) + 1
    0 => -1 | self.life[room] = self.life.get(room, 0) + 1
      Lives are told apart, whichever way they are numbered.
"""  # noqa: E501
