"""24.4 Enough servers.

15 minutes, difficulty 2, 3 points, L24.4
Told a traffic and a patience, you can say how many servers to rent, and not one more.
"""

from mavrs_course import engine
from mavrs_course.course import Case


def servers_needed(load, wait):
    servers, blocked = 0, 1.0
    while True:
        servers += 1
        blocked = load * blocked / (servers + load * blocked)
        if servers > load:
            must_wait = blocked / (1 - load / servers * (1 - blocked))
            if must_wait / (servers - load) <= wait:
                return servers


def servers_needed_from_sums(load, wait):
    """Erlang's C from its definition, a sum of powers over factorials."""
    servers = int(load) + 1
    while True:
        term, total = 1.0, 0.0
        for n in range(servers):
            total += term
            term *= load / (n + 1)
        tail = term * servers / (servers - load)
        if tail / (total + tail) <= wait * (servers - load):
            return servers
        servers += 1


def servers_needed_of_the_library(load, wait):
    servers = 1
    while engine.mean_wait(servers, load) > wait:
        servers += 1
    return servers


OTHERS = (servers_needed_from_sums, servers_needed_of_the_library)


def cases(rng):
    return [
        Case("load 0.5, a wait of 1 service time", (0.5, 1.5), 1),
        Case("load 0.9 with one server waits 9", (0.9, 9.5), 1),
        Case("load 0.9, less than that", (0.9, 8.5), 2),
        Case("load 1, two servers wait 1/3", (1.0, 0.34), 2),
        Case("load 1, less than 1/3", (1.0, 0.32), 3),
        Case("load 3: more than three, whatever the wait", (3.0, 1e6), 4),
        Case("load 8, 10 servers wait 0.2046", (8.0, 0.21), 10),
        Case("load 8, a little less", (8.0, 0.2), 11),
        Case("load 10, 14 servers wait 0.0435", (10.0, 0.05), 14),
        Case("load 90, 100 servers wait 0.0217", (90.0, 0.0218), 100),
        Case("hardly any load", (0.01, 0.001), 2),
        Case("some load", (round(float(rng.uniform(3, 30)), 2), 0.0371)),
        Case("some load and a long patience", (round(float(rng.uniform(3, 30)), 2), 1.137)),
    ]


HINTS = """
    Try 1, 2, 3 … servers. Erlang's B for each follows from the one before; B of no server is 1.

    With no more servers than Erlangs the queue never ends: go on. Else turn B into C.

    The mean wait is C over the servers that are left over, servers - load. Stop at the first number
    for which it is at most what is wanted.
"""
MISTAKES = """
    chance_for_wait: must_wait / (servers - load) <= wait => must_wait <= wait
      You compare the chance to wait with the wait. The mean wait is C / (servers - load).
    those_in_the_queue: if must_wait / (servers => if load * must_wait / (servers
      That is how many pages wait, on average. How long one of them waits is C / (servers - load).
    those_who_wait: must_wait / (servers - load) <= wait => 1 / (servers - load) <= wait
      That is the mean wait of those who wait. Over all pages it is C times as long.
    blocked_for_waiting: must_wait / (servers - load) => blocked / (servers - load)
      You use Erlang's B, the chance to find all busy where nobody waits. It is smaller than C.
    by_all_servers: must_wait / (servers - load) => must_wait / servers
      Divide by the servers that are left over, servers - load.
    times_the_spare: must_wait / (servers - load) => must_wait * (servers - load)
      You multiply by the spare servers. More of them make waits shorter: divide.
    ends_for_any_load: if servers > load: => if servers != load:
      With fewer servers than Erlangs the queue never ends, and the formulas mean nothing.
    only_stable: if must_wait / (servers - load) <= wait: => if True:
      or servers, blocked = 0, 1.0 => servers, blocked = 0, 0.0
      You return the first number above the load, whose wait may be far too long. (Erlang's B begins
      with 1: begun with 0 it stays 0.)
    one_more: return servers => return servers + 1
      or servers, blocked = 0, 1.0 => servers, blocked = 1, 1.0
      One server too many: the first that keeps the wait is enough.
    one_fewer: return servers => return servers - 1
      One server too few.
    square_root_rule:
      The square-root rule knows nothing of the wait that is wanted. Work out the wait itself.
    without_the_rest: servers * (1 - blocked)) => servers)
      C is B / (1 - load / servers (1 - B)). You leave the last bracket out.
"""
EQUAL = r"""
    0 => -1 | servers, blocked = (0, 1.0)
      Erlang's B of no server is 1, whichever way one comes there.
    must_wait / (servers - load) <= wait => must_wait / (servers - load) < wait | if must_wait / (servers - load) <= wait
      No mean wait comes out to the last bit.
"""  # noqa: E501


def square_root_rule(load, wait):
    return engine.staffed(load)
