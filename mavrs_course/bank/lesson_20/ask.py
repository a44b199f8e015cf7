"""20.3 Ask against the clock.

20 minutes, difficulty 2, 4 points, L20.3
In turn, all at once, a quorum or a deadline: it is the same few lines.
"""

import numpy as np

from mavrs_course.coordination import Asking
from mavrs_course.course import Case


def ask(times, quorum, deadline, in_turn):
    answered = np.cumsum(times, axis=1) if in_turn else times
    enough = np.sort(answered, axis=1)[:, quorum - 1]
    until = np.minimum(enough, deadline)
    return until, answered <= until[:, None]


def ask_page_by_page(times, quorum, deadline, in_turn):
    until, heard = [], []
    for row in times:
        moments, clock = [], 0.0
        for time in row:
            clock = clock + time if in_turn else time
            moments.append(clock)
        until.append(min(sorted(moments)[quorum - 1], deadline))
        heard.append([moment <= until[-1] for moment in moments])
    return np.array(until), np.array(heard)


def ask_the_library(times, quorum, deadline, in_turn):
    asking = Asking(in_turn=in_turn, quorum=quorum, patience=deadline)
    return asking.wait(times, times, np.ones(times.shape, dtype=bool))


OTHERS = (ask_page_by_page, ask_the_library)
NAMES = ("times", "quorum", "deadline", "in_turn")


def _told(until, heard):
    """The waits, and who was heard, in one array: float[B, 1 + n]."""
    return np.concatenate([np.asarray(until, float)[:, None], np.asarray(heard, float)], axis=1)


def cases(rng):
    def some(pages, agents):
        return np.round(rng.exponential(25, (pages, agents)), 3)

    row = np.array([[5.0, 1.0, 9.0]])
    two = np.array([[5.0, 1.0, 9.0], [2.0, 4.0, 3.0]])
    return [
        Case("5, 1 and 9; a quorum of 2, at once", (row, 2, np.inf, False),
             _told([5.0], [[True, True, False]])),
        Case("5, 1 and 9; a quorum of 2, in turn", (row, 2, np.inf, True),
             _told([6.0], [[True, True, False]])),
        Case("all, in turn", (two, 3, np.inf, True), _told([15.0, 9.0], np.ones((2, 3)))),
        Case("all, with a deadline of 4.5", (two, 3, 4.5, False),
             _told([4.5, 4.0], [[False, True, False], [True, True, True]])),
        Case("in turn, with a deadline of 8", (two, 3, 8.0, True),
             _told([8.0, 8.0], [[True, True, False], [True, True, False]])),
        Case("a deadline before anybody answers", (two, 2, 0.5, False),
             _told([0.5, 0.5], np.zeros((2, 3)))),
        Case("a deadline that comes with an answer, 5", (row, 3, 5.0, False),
             _told([5.0], [[True, True, False]])),
        Case("one agent", (np.array([[7.0], [3.0]]), 1, 4.0, True),
             _told([4.0, 3.0], [[False], [True]])),
        Case("a quorum and a later deadline", (two, 2, 100.0, False),
             _told([5.0, 3.0], [[True, True, False], [True, False, True]])),
        Case("five agents in turn", (some(5, 5), 3, 60.0, True)),
        Case("four agents, all, 50 ms", (some(8, 4), 4, 50.0, False)),
    ]  # fmt: skip


def observe(answer, case):
    return _told(*answer(*case.inputs))


HINTS = """
    First find the moment at which each agent has answered. At once, these are the times themselves.
    In turn, each moment is the sum of the times up to this agent.

    A page may stop when `quorum` moments have passed: sort each row of moments. The wait is that
    moment or the deadline, whichever comes first.

    Who is heard follows from the moments, in the order of the columns, compared with the wait of
    the same row: the wait needs an axis more.
"""
MISTAKES = """
    never_in_turn: np.cumsum(times, axis=1) if in_turn else times => times
      You ask all at once throughout. In turn, each begins when the one before has answered.
    always_in_turn: np.cumsum(times, axis=1) if in_turn else times => np.cumsum(times, axis=1)
      You ask in turn also where all are asked at once: their times do not add up.
    the_other_way_round: if in_turn else times => if not in_turn else times
      It is the other way round: times add up where agents are asked in turn.
    fastest_goes_first: np.cumsum(times, axis=1) => np.cumsum(np.sort(times, axis=1), axis=1)
      You let the fastest go first. In turn means in the order of the columns.
    over_pages: np.cumsum(times, axis=1) => np.cumsum(times, axis=0)
      or np.sort(answered, axis=1) => np.sort(answered, axis=0)
      Each page has its own clock: add up and sort along the agents, axis 1.
    one_answer_too_many: quorum - 1 => min(quorum, times.shape[1] - 1)
      or quorum - 1 => quorum
      You wait for one answer more than the quorum. Columns are counted from 0.
    waits_for_all: [:, quorum - 1] => [:, -1]
      or [:, quorum - 1] => [:, 0]
      You wait for the last answer, or for the first only, whatever the quorum.
    not_sorted: np.sort(answered, axis=1)[:, quorum - 1] => answered[:, quorum - 1]
      You take the agent in the column of the quorum. It counts answers as they come: sort each row.
    slowest_first: [:, quorum - 1] => [:, -quorum]
      You count the answers from the slowest. The first `quorum` answers are the fastest.
    without_deadline: np.minimum(enough, deadline) => enough
      The deadline is left out.
    waits_for_the_later: np.minimum(enough, deadline) => np.maximum(enough, deadline)
      You wait for the later of the quorum and the deadline. The first of them ends the wait.
    always_until_the_deadline:
      | np.minimum(enough, deadline) => np.where(np.isfinite(deadline), deadline, enough)
      You wait until the deadline even where the quorum was there before.
    everybody_is_heard: answered <= until[:, None] => np.ones(times.shape, dtype=bool)
      You call everybody heard. Who answers after the wait has ended is not.
    the_quorum_is_heard: answered <= until[:, None] => answered <= enough[:, None]
      You call the quorum heard even where the deadline came before. Compare with the wait itself.
    heard_by_the_deadline: answered <= until[:, None] => answered <= deadline
      You call heard whoever has answered by the deadline. The page may have stopped before that.
    not_at_the_last_moment: answered <= until[:, None] => answered < until[:, None]
      An answer at the very moment that ends the wait is heard: <=.
    forgets_the_turns: answered <= until[:, None] => times <= until[:, None]
      You look at the agents' own times. Compare the moments at which they have answered.
    heard_in_order_of_speed:
      | answered <= until[:, None] => np.sort(answered, axis=1) <= until[:, None]
      You give who was heard in the order of the answers. The columns are the agents.
    all_or_nothing:
      | answered <= until[:, None] => (answered <= until[:, None]) & (enough <= deadline)[:, None]
      Where the deadline comes first you hear nobody. Whoever has answered by then is heard.
"""
