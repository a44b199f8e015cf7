"""11.5 How long the root waits.

20 minutes, difficulty 2, 3 points, L11.5
You can now say, before building it, how deep a tree of controllers should be.
"""

import heapq

import numpy as np

from mavrs_course.course import Case


def answer_time(parents, seconds, reading):
    def has_read(node):
        children = [child for child, parent in enumerate(parents) if parent == node]
        clock = 0.0
        for arrival in sorted(has_read(child) + seconds[child] for child in children):
            clock = max(clock, arrival) + reading
        return clock

    return has_read(list(parents).index(-1))


def answer_time_by_events(parents, seconds, reading):
    """Each node is free again at some time; answers are handled in the order of arrival."""
    waiting = np.bincount(np.array(parents)[np.array(parents) >= 0], minlength=len(parents))
    free = np.zeros(len(parents))
    events = [(seconds[n], n) for n in range(len(parents)) if waiting[n] == 0 and parents[n] >= 0]
    heapq.heapify(events)
    while events:
        arrival, node = heapq.heappop(events)
        above = parents[node]
        free[above] = max(free[above], arrival) + reading
        waiting[above] -= 1
        if waiting[above] == 0 and parents[above] >= 0:
            heapq.heappush(events, (free[above] + seconds[above], above))
    return free[list(parents).index(-1)]


def _time(read, own=lambda seconds, node: seconds[node]):
    def answer(parents, seconds, reading):
        def read_by(node):
            children = [child for child, parent in enumerate(parents) if parent == node]
            arrivals = [read_by(child) + own(seconds, child) for child in children]
            return read(arrivals, reading) if arrivals else 0.0

        return read_by(int(np.argmin(parents)))

    return answer


def _queue(arrivals, reading):
    clock = 0.0
    for arrival in sorted(arrivals):
        clock = max(clock, arrival) + reading
    return clock


OTHERS = (answer_time_by_events, _time(_queue))


def cases(rng):
    def some(nodes, reading):
        parents = [-1] + [int(rng.integers(0, node)) for node in range(1, nodes)]
        return np.array(parents), rng.uniform(0, 3, nodes).round(2), reading

    star = np.array([-1, 0, 0, 0])
    tree = np.array([-1, 0, 0, 1, 1, 2, 2])
    return [
        Case("a root alone", (np.array([-1]), np.zeros(1), 1.0), 0.0),
        Case("a star with one slow agent", (star, np.array([0.0, 5.0, 0.0, 1.0]), 1.0), 6.0),
        Case("two controllers with two agents each", (tree, np.zeros(7), 1.0), 4.0),
        Case("a controller that takes its time", (tree, np.array([0, 2, 0, 1, 1, 1, 1.0]), 1.0),
             6.0),
        Case("reading is free: the slowest way up", (tree, np.array([0, 2, 1, 1, 4, 3, 0.0]), 0.0),
             6.0),
        Case("a line of four", (np.array([-1, 0, 1, 2]), np.array([9.0, 1.0, 1.0, 1.0]), 0.5),
             4.5),
        Case("the root stands in the middle",
             (np.array([1, -1, 1]), np.array([2.0, 9, 5]), 1.0), 6.0),
        Case("twelve nodes", some(12, 0.4)),
        Case("twenty nodes", some(20, 0.7)),
        Case("nine nodes", some(9, 0.2)),
    ]  # fmt: skip


HINTS = """
    Write a helper that says when a node has read all its answers, 0 for one without children. A
    child's answer arrives when the child has read everything, plus its own seconds.

    For one node: sort the arrivals. Then clock = max(clock, arrival) + reading for each: the
    reader waits for the answer, or the answer for the reader.

    children = [c for c, p in enumerate(parents) if p == node], and the helper calls itself for
    each of them. The root is the node with parent -1.
"""
MISTAKES = """
    reads_all_at_once:
      | clock = 0.0
      | for arrival in sorted(has_read(child) + seconds[child] for child in children):
      |     clock = max(clock, arrival) + reading
      | return clock =>
      | arrivals = [has_read(child) + seconds[child] for child in children]
      | return max(arrivals, default=-reading) + reading
      Each controller reads all its answers at once. It reads one after another, so three answers
      that arrive together take three readings.
    waits_for_all_before_reading: in children): => in children)[::-1]:
      A controller begins to read when the last answer has come, or reads the latest first. It
      reads each answer as it comes, if it is free: the times in rising order.
    one_after_another_everywhere: max(clock, arrival) => clock + arrival
      The children work one after another. They work side by side: their times overlap, and only
      the reading is one after another.
    read_in_order_of_number: sorted( => list(
      Answers are read in the order of the children's numbers, so that a slow first child holds up
      the rest. Read them as they arrive: sort the times.
    reading_forgotten: + reading =>
      Reading takes no time here. Each answer costs whoever receives it `reading` seconds.
    own_time_forgotten: + seconds[child] =>
      The seconds that each node needs to make its answer are missing.
    own_time_of_agents_only: seconds[child] => (0.0 if child in parents else seconds[child])
      Only the agents at the bottom take time to answer. A controller in the middle takes its own
      seconds too, after it has read everything.
    own_time_while_reading: has_read(child) + seconds[child] => max(has_read(child), seconds[child])
      A controller makes its answer while it is still reading. It begins when it has read all: add
      its seconds to the end of the reading.
    answers_before_reading:
      | clock = 0.0 => clock = seconds[node] * (parents[node] >= 0);
      | + seconds[child] =>
      A controller makes its answer first and reads afterwards. It can answer only when it has
      read everything.
    sorted_by_own_seconds:
      | for arrival in sorted(has_read(child) + seconds[child] for child in children): =>
      | for child in sorted(children, key=lambda child: seconds[child]):
      |     arrival = has_read(child) + seconds[child]
      The children are put in order by their own seconds. What counts is when an answer arrives:
      when the child has read everything, plus its own seconds.
    the_roots_own_seconds:
      | has_read(list(parents).index(-1)) =>
      |     has_read(list(parents).index(-1)) + seconds[list(parents).index(-1)]
      The seconds of the root are added. Asked for is the moment when it has read all answers;
      what it does then is not counted.
    depth_times_reading:
      | + seconds[child] =>;
      | max(clock, arrival) + reading => max(clock, arrival + reading)
      or
      | + seconds[child] =>; max(clock, arrival) + reading => max(clock, arrival + reading);
      | has_read(list(parents).index(-1)) => has_read(list(parents).index(-1)) + np.max(seconds)
      That is the depth times the reading. At each level a controller reads several answers, and
      each answer takes its time to be made.
    root_is_node_0: list(parents).index(-1) => 0
      You take node 0 for the root. The root is the node whose parent is -1, wherever it stands.
    flat:
      | [child for child, parent in enumerate(parents) if parent == node] => range(1, len(parents));
      | has_read(child) + seconds[child] => seconds[child]
      or
      | [child for child, parent in enumerate(parents) if parent == node] => range(1, len(parents));
      | has_read(child) + seconds[child] => seconds[child]; in children): => in children)[::-1]:
      The root reads everybody's answer itself, as if there were no tree. It reads those of its
      own children only.
    first_reading_too_early:
      | clock = 0.0
      | for arrival in sorted(has_read(child) + seconds[child] for child in children):
      |     clock = max(clock, arrival) + reading
      | return clock =>
      | arrivals = sorted(has_read(child) + seconds[child] for child in children)
      | return max((time + reading * place for place, time in enumerate(arrivals)), default=0.0)
      The last answer is taken to be read the moment it comes. Its own reading is missing.
"""
