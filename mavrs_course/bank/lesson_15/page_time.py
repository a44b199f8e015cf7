"""15.3 How long a page takes.

20 minutes, difficulty 2, 3 points, L15.3
From a list of messages you can say how long a viewer waits, before anything is built.
"""

from itertools import pairwise

from mavrs_course.course import Case


def page_time(messages, delay, handling):
    free = {}
    for sender, receiver, seconds in messages:
        sent = free.get(sender, 0.0) + seconds + handling
        free[sender] = sent
        free[receiver] = max(free.get(receiver, 0.0), sent + delay) + handling
    return max(free.values())


def page_time_by_recursion(messages, delay, handling):
    """Each message's two handlings are jobs of a machine; a job waits for what came before it."""

    def done(number, side):
        sender, _, seconds = messages[number]
        if side == "sent":
            return before(number, sender) + seconds + handling
        return max(before(number, messages[number][1]), done(number, "sent") + delay) + handling

    def before(number, who):
        for earlier in range(number - 1, -1, -1):
            if messages[earlier][1] == who:
                return done(earlier, "read")
            if messages[earlier][0] == who:
                return done(earlier, "sent")
        return 0.0

    return max(done(n, "read") for n in range(len(messages)))


OTHERS = (page_time_by_recursion,)


def cases(rng):
    def star(n, think=0.0):
        ask = [("c", f"a{i}", 0.0) for i in range(n)]
        return ask + [(f"a{i}", "c", think * (i + 1)) for i in range(n)]

    def row(n):
        names = ["c", *(f"a{i}" for i in range(n)), "c"]
        return [(a, b, 2.0) for a, b in pairwise(names)]

    def any_graph(n):
        told = []
        for _ in range(n):
            a, b = rng.choice(list("abcde"), 2, replace=False)
            told.append((str(a), str(b), float(rng.integers(0, 30))))
        return told

    late = [("slow", "c", 50.0), ("quick", "c", 0.0), ("c", "slow", 0.0)]
    return [
        Case("one message", ([("a", "b", 0.0)], 10.0, 1.0), 12.0),
        Case("thought for 5 before it is sent", ([("a", "b", 5.0)], 10.0, 1.0), 17.0),
        Case("two that are sent by one machine",
             ([("a", "b", 0.0), ("a", "c", 0.0)], 10.0, 1.0), 13.0),
        Case("two that are read by one machine",
             ([("a", "c", 0.0), ("b", "c", 0.0)], 10.0, 1.0), 13.0),
        Case("two pairs at the same time",
             ([("a", "b", 0.0), ("c", "d", 0.0)], 0.0, 0.04), 0.08),
        Case("the long one comes first, and is done last",
             ([("a", "b", 40.0), ("c", "d", 0.0)], 10.0, 1.0), 52.0),
        Case("a slow agent and a quick one, in this order", (late, 10.0, 1.0), 75.0),
        Case("a star of six that think", (star(6, 1.0), 10.0, 1.0)),
        Case("a star of forty: reading takes longest", (star(40), 10.0, 1.0)),
        Case("a row of five", (row(5), 10.0, 1.0)),
        Case("thirty messages among five", (any_graph(30), 7.0, 2.0)),
        Case("thirty others", (any_graph(30), 1.0, 3.0)),
    ]  # fmt: skip


HINTS = """
    Keep a dictionary: for each machine, the time at which it has nothing left to do. It starts at
    0, and the messages are walked through in their order.

    A message is sent at free[sender] + seconds + handling, which is then the sender's clock. It
    arrives delay later.

    The receiver begins to read at max(free[receiver], arrival) and is free handling later. At the
    end: max(free.values()).
"""
MISTAKES = """
    one_after_another:
      | max(free.values()) => sum(seconds + delay + 2 * handling for _, _, seconds in messages)
      All times are added up, as if only one message could be under way. Machines work side by
      side: keep a clock for each.
    longest_message:
      | max(free.values()) => max(seconds + delay + 2 * handling for _, _, seconds in messages)
      That is the longest single message. A machine can't send or read two at once, nor answer
      before it has read: keep a clock for each machine.
    thinking_forgotten: + seconds =>
      The seconds of thought are missing. They come before the sending, and keep the sender busy.
    thinking_does_not_keep_busy: + seconds =>; sent + delay => sent + delay + seconds
      Thought delays the message here, but the sender is free meanwhile. It thinks, then sends,
      and only then is free.
    sending_is_free: free[sender] = sent =>
      A machine sends all its messages at once. Sending keeps it busy: move its clock to when it
      has sent.
    no_handling_to_send: seconds + handling => seconds
      Handling is counted once a message. It counts twice, at the sender and at the receiver.
    reading_is_free: sent + delay) + handling => sent + delay)
      Reading costs nothing here. The receiver is busy for handling, too.
    reads_while_busy: max(free.get(receiver, 0.0), sent + delay) => sent + delay
      The receiver reads at the moment of arrival, although it may still be busy. Reading begins
      at the later of the two: max(free, arrival).
    overwrites_the_clock:
      | max(free.get(receiver, 0.0), sent + delay) => sent + delay;
      | max(free.values()) => free[receiver]
      The clock of the receiver is set back when a message arrives before it is free. Take the
      later of the two, and at the end the latest of all clocks.
    sender_waits_for_arrival: free[sender] = sent => free[sender] = sent + delay
      The sender is busy until its message has arrived. It is free once the message is on its way:
      delay keeps nobody busy.
    time_of_the_last_in_the_list: max(free.values()) => free[receiver]
      That is when the last message of the list has been read. Another may take longer: return the
      latest clock of all.
    answers_before_reading: free.get(sender, 0.0) + seconds => seconds
      Every message starts at time 0. A sender first has to be free from what it sent and read
      before.
    delay_forgotten: sent + delay => sent
      The time under way is missing: a message arrives delay after it was sent.
    both_wait_for_each_other:
      | sent = free.get(sender, 0.0) + seconds + handling =>
      | sent = max(free.get(sender, 0.0), free.get(receiver, 0.0)) + seconds + delay + 2 * handling;
      | max(free.get(receiver, 0.0), sent + delay) + handling => sent
      Sender and receiver wait for each other and are busy until the message has been read. The
      sender is free as soon as it has sent, and sends whatever the receiver is doing.
    waits_and_then_travels: sent + delay) => sent) + delay
      The message sets out once the receiver is free. It travels while the receiver is busy: take
      the later of free and arrival, and add the reading only.
"""

EQUAL = r"""
    0.0 => -0.1 | free[receiver] = max(free.get(receiver, 0.0), sent + delay) + handling
      Nothing arrives before 0.
"""
