"""Exercises of lesson 15, which one, when."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy import stats

from mavrs_course.course import Case, Exercise, Mistake
from mavrs_course.metrics.coordination import scaling_law

# --- 15.1 ------------------------------------------------------------------------------------


def front(cost, quality):
    cheaper, better = cost[:, None] <= cost, quality[:, None] >= quality
    strictly = (cost[:, None] < cost) | (quality[:, None] > quality)
    return ~(cheaper & better & strictly).any(axis=0)


def front_by_loops(cost, quality):
    points = list(zip(cost, quality, strict=True))

    def beats(a, b):
        return a != b and a[0] <= b[0] and a[1] >= b[1]

    return np.array([not any(beats(a, b) for a in points) for b in points], dtype=bool)


def front_by_sorting(cost, quality):
    unbeaten = np.zeros(len(cost), dtype=bool)
    best = -np.inf
    for price in np.unique(cost):
        here = np.flatnonzero(cost == price)
        top = quality[here].max()
        if top > best:
            unbeaten[here[quality[here] == top]] = True
            best = top
    return unbeaten


def front_cases(rng):
    def some(n, levels):
        return tuple(rng.integers(1, levels, (2, n)).astype(float))

    def yes(*values):
        return np.array(values, dtype=bool)

    return [
        Case("four ways, one of them beaten",
             (np.array([2.0, 12.0, 7.0, 20.0]), np.array([170.0, 200.0, 160.0, 210.0])),
             yes(True, True, False, True)),
        Case("one way is the cheapest and the best",
             (np.array([12.0, 2.0, 7.0]), np.array([200.0, 270.0, 170.0])),
             yes(False, True, False)),
        Case("the same quality at two costs",
             (np.array([1.0, 3.0, 4.0]), np.array([5.0, 5.0, 6.0])), yes(True, False, True)),
        Case("the same cost with two qualities",
             (np.array([4.0, 2.0, 2.0]), np.array([9.0, 6.0, 7.0])), yes(True, False, True)),
        Case("two ways that are the same in both",
             (np.array([2.0, 2.0, 5.0]), np.array([6.0, 6.0, 6.0])), yes(True, True, False)),
        Case("ten ways with many ties", some(10, 5)),
        Case("thirty ways", some(30, 100)),
        Case("thirty ways with ties", some(30, 8)),
    ]  # fmt: skip


def _no_self(n):
    return ~np.eye(n, dtype=bool)


def _must_win_both(cost, quality):
    return ~((cost[:, None] < cost) & (quality[:, None] > quality)).any(axis=0)


def _equals_kill(cost, quality):
    beaten = (cost[:, None] <= cost) & (quality[:, None] >= quality) & _no_self(len(cost))
    return ~beaten.any(axis=0)


def _itself(cost, quality):
    return ~((cost[:, None] <= cost) & (quality[:, None] >= quality)).any(axis=0)


def _cheaper_only_strictly(cost, quality):
    return ~((cost[:, None] < cost) & (quality[:, None] >= quality)).any(axis=0)


def _better_only_strictly(cost, quality):
    return ~((cost[:, None] <= cost) & (quality[:, None] > quality)).any(axis=0)


def _best_only(cost, quality):
    return quality == quality.max()


def _two_ends(cost, quality):
    return (quality == quality.max()) | (cost == cost.min())


def _sorted_by_cost_alone(cost, quality):
    unbeaten, best = np.zeros(len(cost), dtype=bool), -np.inf
    for n in np.argsort(cost, kind="stable"):
        unbeaten[n] = quality[n] > best
        best = max(best, quality[n])
    return unbeaten


_front = Exercise(
    id="15.1",
    title="The ways that nothing beats",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L15.1",
    reference=front,
    cases=front_cases,
    mistakes=(
        Mistake(
            "must_win_both",
            _must_win_both,
            "A way is only beaten here by one that is cheaper and better. As good for less "
            "money beats it too: at least as cheap, at least as good, and better in one.",
        ),
        Mistake(
            "equals_kill_each_other",
            _equals_kill,
            "Two ways that are the same in both throw each other out. To beat, a way must be "
            "really better in at least one of the two: (c < cost) | (q > quality).",
        ),
        Mistake(
            "beaten_by_itself",
            _itself,
            "Every way is compared with itself, which is as cheap and as good, so nothing "
            "is left. Ask for being strictly better in at least one of the two.",
        ),
        Mistake(
            "must_be_cheaper",
            _cheaper_only_strictly,
            "A way of the same cost and better quality does not beat here. Strictly better "
            "in either of the two is enough.",
        ),
        Mistake(
            "must_be_better",
            _better_only_strictly,
            "A way of the same quality at a lower cost does not beat here. Strictly better "
            "in either of the two is enough.",
        ),
        Mistake(
            "best_quality_only",
            _best_only,
            "Only the best quality is left. A cheaper way that is a little worse may be just "
            "what somebody needs: it is out only if another is as cheap and as good.",
        ),
        Mistake(
            "two_ends",
            _two_ends,
            "The cheapest and the best are kept, whatever lies between and however good. "
            "Compare each way with all others, in both.",
        ),
        Mistake(
            "quality_upside_down",
            lambda cost, quality: front(cost, -quality),
            "The worse quality wins. More minutes are better: quality >= for the one that beats.",
        ),
        Mistake(
            "cost_upside_down",
            lambda cost, quality: front(-cost, quality),
            "The dearer way wins. The one that beats has cost <= the other's.",
        ),
        Mistake(
            "the_beaten_ones",
            lambda cost, quality: ~front(cost, quality),
            "True stands where a way is beaten. Return the others: turn it round with ~.",
        ),
        Mistake(
            "numbers_for_truths",
            lambda cost, quality: np.flatnonzero(front(cost, quality)),
            "These are the numbers of the ways on the front. Return one True or False for "
            "each way, bool[n].",
        ),
        Mistake(
            "ties_in_cost",
            _sorted_by_cost_alone,
            "Walking from cheap to dear, the first of two ways of the same cost is kept even "
            "if the second is better. Among equals in cost begin with the best.",
        ),
        Mistake(
            "best_ratio",
            lambda cost, quality: quality / cost == (quality / cost).max(),
            "Quality divided by cost picks one exchange rate for everybody. The front needs "
            "none: it only leaves out what is beaten.",
        ),
    ),
    others=(front_by_loops, front_by_sorting),
    hints=(
        "Way a beats way b if cost[a] <= cost[b] and quality[a] >= quality[b], and at least one "
        "of the two is strict.",
        "Two loops will do: for each b, look for any a that beats it.",
        "Without loops: cost[:, None] <= cost is bool[n, n] with a in rows and b in columns. "
        "Combine three such tables, then ~table.any(axis=0).",
    ),
    praise="Whoever argues about cost and quality can now start from the ways that matter.",
)

# --- 15.2 ------------------------------------------------------------------------------------


def gained(ours, theirs):
    difference = ours - theirs
    half = stats.t.ppf(0.975, len(difference) - 1) * difference.std(ddof=1)
    half /= np.sqrt(len(difference))
    return np.array([difference.mean(), difference.mean() - half, difference.mean() + half])


def gained_by_scipy(ours, theirs):
    found = stats.ttest_rel(ours, theirs)
    interval = found.confidence_interval(0.95)
    return np.mean(ours - theirs), interval.low, interval.high


def gained_cases(rng):
    def some(seeds, luck, noise):
        shared = 200 + luck * rng.normal(size=seeds)
        return shared + 8 + noise * rng.normal(size=seeds), shared + noise * rng.normal(size=seeds)

    return [
        Case("two seeds: differences 1 and 3",
             (np.array([11.0, 23.0]), np.array([10.0, 20.0])),
             np.array([2.0, 2.0 - 12.706204736, 2.0 + 12.706204736])),
        Case("five seeds, all gain the same",
             (np.array([5.0, 9.0, 1.0, 7.0, 3.0]), np.array([3.0, 7.0, -1.0, 5.0, 1.0])),
             np.array([2.0, 2.0, 2.0])),
        Case("five seeds with much luck in common", some(5, 20.0, 2.0)),
        Case("five seeds, hardly any luck in common", some(5, 1.0, 6.0)),
        Case("twelve seeds", some(12, 15.0, 4.0)),
        Case("a loss", some(6, 10.0, 2.0)[::-1]),
    ]  # fmt: skip


def _spread(mean, half):
    return np.array([mean, mean - half, mean + half])


def _t(n, quantile=0.975):
    return stats.t.ppf(quantile, n)


def _unpaired(a, b):
    error = np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    return _spread((a - b).mean(), _t(2 * len(a) - 2) * error)


def _unpaired_with_few(a, b):
    error = np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    return _spread((a - b).mean(), _t(len(a) - 1) * error)


def _error(a, b, ddof=1):
    return (a - b).std(ddof=ddof) / np.sqrt(len(a))


_paired = Exercise(
    id="15.2",
    title="Is it real?",
    minutes=12,
    difficulty=1,
    points=2,
    objective="L15.2",
    reference=gained,
    cases=gained_cases,
    mistakes=(
        Mistake(
            "unpaired",
            _unpaired,
            "That is the interval for two ways that were played on different seeds. The same "
            "seeds share their luck: subtract first, then take the deviation of the "
            "differences.",
        ),
        Mistake(
            "unpaired_with_few",
            _unpaired_with_few,
            "You add up the variances of both ways, and the luck that they share is counted "
            "twice. Subtract seed by seed first.",
        ),
        Mistake(
            "normal_quantile",
            lambda a, b: _spread((a - b).mean(), 1.96 * _error(a, b)),
            "1.96 is for many seeds. With few, the deviation itself is uncertain: Student's "
            "t, stats.t.ppf(0.975, len - 1), which is 2.78 for five.",
        ),
        Mistake(
            "population_deviation",
            lambda a, b: _spread((a - b).mean(), _t(len(a) - 1) * _error(a, b, 0)),
            "np.std divides by the number of seeds; for an interval divide by one less: "
            "std(ddof=1).",
        ),
        Mistake(
            "no_root",
            lambda a, b: _spread((a - b).mean(), _t(len(a) - 1) * (a - b).std(ddof=1)),
            "That is how far a single seed strays. The mean of S seeds strays less: divide "
            "by the root of S.",
        ),
        Mistake(
            "divided_by_seeds",
            lambda a, b: _spread((a - b).mean(), _t(len(a) - 1) * (a - b).std(ddof=1) / len(a)),
            "The deviation is divided by the number of seeds. Divide by its root.",
        ),
        Mistake(
            "wrong_way_round",
            lambda a, b: gained(b, a),
            "The sign is turned round: the gain is ours minus theirs.",
        ),
        Mistake(
            "ninety_percent",
            lambda a, b: _spread((a - b).mean(), _t(len(a) - 1, 0.95) * _error(a, b)),
            "The quantile 0.95 leaves 5 % on each side, 10 in all. For 95 % in the middle "
            "take 0.975.",
        ),
        Mistake(
            "one_freedom_too_many",
            lambda a, b: _spread((a - b).mean(), _t(len(a)) * _error(a, b)),
            "S differences have S - 1 degrees of freedom.",
        ),
        Mistake(
            "one_error",
            lambda a, b: _spread((a - b).mean(), _error(a, b)),
            "That is one standard error to each side, about 68 % for many seeds. Multiply by "
            "stats.t.ppf(0.975, len - 1).",
        ),
        Mistake(
            "mean_and_half",
            lambda a, b: gained(a, b)[[0, 2]] - [0.0, (a - b).mean()],
            "Two numbers came back: the mean and half the width. Return three: the mean, "
            "the lower and the upper end.",
        ),
        Mistake(
            "quantiles_of_seeds",
            lambda a, b: np.array([(a - b).mean(), *np.quantile(a - b, [0.025, 0.975])]),
            "These are the quantiles of the seeds, where single seeds lie. The interval is "
            "about their mean, and narrower with more seeds.",
        ),
        Mistake(
            "two_for_t",
            lambda a, b: _spread((a - b).mean(), 2.0 * _error(a, b)),
            "Two standard errors are for many seeds. With few take Student's t: "
            "stats.t.ppf(0.975, len - 1), which is 2.78 for five.",
        ),
        Mistake(
            "variance_for_deviation",
            lambda a, b: _spread(
                (a - b).mean(), _t(len(a) - 1) * (a - b).var(ddof=1) / np.sqrt(len(a))
            ),
            "That is the variance of the differences. Its root, the deviation, goes into the "
            "standard error.",
        ),
        Mistake(
            "ends_swapped",
            lambda a, b: gained(a, b)[[0, 2, 1]],
            "The upper end comes before the lower one. Return mean, mean - half, mean + half.",
        ),
        Mistake(
            "mean_only",
            lambda a, b: float((a - b).mean()),
            "That is the mean alone. Return three numbers: the mean and both ends of its interval.",
        ),
        Mistake(
            "interval_only",
            lambda a, b: gained(a, b)[1:],
            "These are the two ends. Return the mean as well, first of the three.",
        ),
    ),
    others=(gained_by_scipy, lambda a, b: tuple(gained(a, b))),
    hints=(
        "Begin with difference = ours - theirs. From here on there is only one list of numbers.",
        "Half the width is t times the standard error: difference.std(ddof=1) / sqrt(S).",
        "stats.t.ppf(0.975, S - 1) is the t. Return mean, mean - half, mean + half.",
    ),
    praise="You can say which of two ways is better, and when you can't.",
)

# --- 15.3 ------------------------------------------------------------------------------------


def page_time(messages, delay, handling):
    return _clock(messages, delay, handling)


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


def _clock(
    messages, delay, handling, *, thinks=True, sender_busy=True, reads=True, waits=True,
    forgets=False, holds=False, sends=True, last=False, thinks_at_end=False, ready=True,
):  # fmt: skip
    free, end = {}, 0.0
    for sender, receiver, seconds in messages:
        begins = free.get(sender, 0.0) if ready else 0.0
        sent = begins + (seconds if thinks else 0.0) + (handling if sends else 0.0)
        if sender_busy:
            free[sender] = sent + (delay if holds else 0.0)
        arrived = sent + delay + (seconds if thinks_at_end else 0.0)
        before = free.get(receiver, 0.0) if waits else 0.0
        read = arrived if forgets else max(before, arrived)
        free[receiver] = end = read + (handling if reads else 0.0)
    return end if last else max(free.values())


def _with(**changes):
    return lambda messages, delay, handling: _clock(messages, delay, handling, **changes)


def time_cases(rng):
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
             ([("a", "b", 0.0), ("c", "d", 0.0)], 10.0, 1.0), 12.0),
        Case("the long one comes first, and is done last",
             ([("a", "b", 40.0), ("c", "d", 0.0)], 10.0, 1.0), 52.0),
        Case("a slow agent and a quick one, in this order", (late, 10.0, 1.0), 75.0),
        Case("a star of six that think", (star(6, 1.0), 10.0, 1.0)),
        Case("a star of forty: reading takes longest", (star(40), 10.0, 1.0)),
        Case("a row of five", (row(5), 10.0, 1.0)),
        Case("thirty messages among five", (any_graph(30), 7.0, 2.0)),
        Case("thirty others", (any_graph(30), 1.0, 3.0)),
    ]  # fmt: skip


def _together(messages, delay, handling):
    free = {}
    for sender, receiver, seconds in messages:
        begins = max(free.get(sender, 0.0), free.get(receiver, 0.0))
        free[sender] = free[receiver] = begins + seconds + delay + 2 * handling
    return max(free.values())


def _travels_late(messages, delay, handling):
    free = {}
    for sender, receiver, seconds in messages:
        free[sender] = free.get(sender, 0.0) + seconds + handling
        free[receiver] = max(free.get(receiver, 0.0), free[sender]) + delay + handling
    return max(free.values())


_time = Exercise(
    id="15.3",
    title="How long a page takes",
    minutes=20,
    difficulty=2,
    points=3,
    objective="L15.3",
    reference=page_time,
    cases=time_cases,
    mistakes=(
        Mistake(
            "one_after_another",
            lambda m, delay, handling: sum(s + delay + 2 * handling for _, _, s in m),
            "All times are added up, as if only one message could be under way. Machines "
            "work side by side: keep a clock for each.",
        ),
        Mistake(
            "longest_message",
            lambda m, delay, handling: max(s + delay + 2 * handling for _, _, s in m),
            "That is the longest single message. A machine can't send or read two at once, "
            "nor answer before it has read: keep a clock for each machine.",
        ),
        Mistake(
            "thinking_forgotten",
            _with(thinks=False),
            "The seconds of thought are missing. They come before the sending, and keep the "
            "sender busy.",
        ),
        Mistake(
            "thinking_does_not_keep_busy",
            _with(thinks=False, thinks_at_end=True),
            "Thought delays the message here, but the sender is free meanwhile. It thinks, "
            "then sends, and only then is free.",
        ),
        Mistake(
            "sending_is_free",
            _with(sender_busy=False),
            "A machine sends all its messages at once. Sending keeps it busy: move its clock "
            "to when it has sent.",
        ),
        Mistake(
            "no_handling_to_send",
            _with(sends=False),
            "Handling is counted once a message. It counts twice, at the sender and at the "
            "receiver.",
        ),
        Mistake(
            "reading_is_free",
            _with(reads=False),
            "Reading costs nothing here. The receiver is busy for handling, too.",
        ),
        Mistake(
            "reads_while_busy",
            _with(waits=False),
            "The receiver reads at the moment of arrival, although it may still be busy. "
            "Reading begins at the later of the two: max(free, arrival).",
        ),
        Mistake(
            "overwrites_the_clock",
            _with(forgets=True, waits=True, reads=True, last=True),
            "The clock of the receiver is set back when a message arrives before it is "
            "free. Take the later of the two, and at the end the latest of all clocks.",
        ),
        Mistake(
            "sender_waits_for_arrival",
            _with(holds=True),
            "The sender is busy until its message has arrived. It is free once the message "
            "is on its way: delay keeps nobody busy.",
        ),
        Mistake(
            "time_of_the_last_in_the_list",
            _with(last=True),
            "That is when the last message of the list has been read. Another may take "
            "longer: return the latest clock of all.",
        ),
        Mistake(
            "answers_before_reading",
            _with(ready=False),
            "Every message starts at time 0. A sender first has to be free from what it sent "
            "and read before.",
        ),
        Mistake(
            "delay_forgotten",
            lambda m, delay, handling: _clock(m, 0.0, handling),
            "The time under way is missing: a message arrives delay after it was sent.",
        ),
        Mistake(
            "both_wait_for_each_other",
            _together,
            "Sender and receiver wait for each other and are busy until the message has been "
            "read. The sender is free as soon as it has sent, and sends whatever the "
            "receiver is doing.",
        ),
        Mistake(
            "waits_and_then_travels",
            _travels_late,
            "The message sets out once the receiver is free. It travels while the receiver "
            "is busy: take the later of free and arrival, and add the reading only.",
        ),
    ),
    others=(page_time_by_recursion,),
    hints=(
        "Keep a dictionary: for each machine, the time at which it has nothing left to do. It "
        "starts at 0, and the messages are walked through in their order.",
        "A message is sent at free[sender] + seconds + handling, which is then the sender's "
        "clock. It arrives delay later.",
        "The receiver begins to read at max(free[receiver], arrival) and is free handling later. "
        "At the end: max(free.values()).",
    ),
    praise="From a list of messages you can say how long a viewer waits, before anything is built.",
)

# --- 15.4 ------------------------------------------------------------------------------------


def forecast(sizes, costs, size):
    slope, intercept = np.polyfit(np.log(sizes), np.log(costs), 1)
    return np.array([slope, np.exp(intercept) * size**slope])


def forecast_by_hand(sizes, costs, size):
    x, y = np.log2(sizes), np.log2(costs)
    slope = np.cov(x, y)[0, 1] / np.var(x, ddof=1)
    return slope, 2.0 ** (y.mean() + slope * (np.log2(size) - x.mean()))


def forecast_by_library(sizes, costs, size):
    law = scaling_law(sizes, costs)
    return law.exponent, law(size)


def forecast_cases(rng):
    sizes = np.array([4.0, 16.0, 64.0, 256.0])
    rough = np.array([4.0, 8.0, 16.0, 32.0, 64.0])

    def some(exponent, scale):
        noise = np.exp(0.3 * rng.normal(size=5))
        return rough, scale * rough**exponent * noise, 1000.0

    return [
        Case("a star: 2 n messages", (sizes, 2 * sizes, 1000.0), np.array([1.0, 2000.0])),
        Case("all to all: n squared", (sizes, sizes**2, 1000.0), np.array([2.0, 1e6])),
        Case("the same cost whatever the size", (sizes, np.full(4, 2.0), 1000.0),
             np.array([0.0, 2.0])),
        Case("half a root", (np.array([1.0, 16.0, 256.0]), np.array([3.0, 12.0, 48.0]), 4096.0),
             np.array([0.5, 192.0])),
        Case("rough counts", some(1.4, 3.0)),
        Case("rough counts that hardly grow", some(0.3, 20.0)),
        Case("rough counts that shrink", some(-0.7, 500.0)),
    ]  # fmt: skip


def _raw_line(sizes, costs, size):
    slope, intercept = np.polyfit(sizes, costs, 1)
    return np.array([slope, intercept + slope * size])


def _only_costs_in_logs(sizes, costs, size):
    slope, intercept = np.polyfit(sizes, np.log(costs), 1)
    return np.array([slope, np.exp(intercept + slope * size)])


def _only_sizes_in_logs(sizes, costs, size):
    slope, intercept = np.polyfit(np.log(sizes), costs, 1)
    return np.array([slope, intercept + slope * np.log(size)])


def _two_ends_only(sizes, costs, size):
    slope = np.log(costs[-1] / costs[0]) / np.log(sizes[-1] / sizes[0])
    return np.array([slope, costs[-1] * (size / sizes[-1]) ** slope])


def _stays_in_logs(sizes, costs, size):
    slope, intercept = np.polyfit(np.log(sizes), np.log(costs), 1)
    return np.array([slope, intercept + slope * np.log(size)])


def _wrong_base(sizes, costs, size):
    slope, intercept = np.polyfit(np.log10(sizes), np.log10(costs), 1)
    return np.array([slope, np.exp(intercept) * size**slope])


def _no_scale(sizes, costs, size):
    slope = np.polyfit(np.log(sizes), np.log(costs), 1)[0]
    return np.array([slope, size**slope])


def _through_one(sizes, costs, size):
    x, y = np.log(sizes), np.log(costs)
    slope = (x * y).sum() / (x * x).sum()
    return np.array([slope, size**slope])


def _size_by_cost(sizes, costs, size):
    slope, intercept = np.polyfit(np.log(costs + 1e-9 * np.arange(len(costs))), np.log(sizes), 1)
    return np.array([slope, np.exp(intercept) * size**slope])


def _swapped(sizes, costs, size):
    intercept, slope = np.polyfit(np.log(sizes), np.log(costs), 1)
    return np.array([slope, np.exp(intercept) * size**slope])


def _last_point_on(sizes, costs, size):
    slope = np.polyfit(np.log(sizes), np.log(costs), 1)[0]
    return np.array([slope, costs[-1] * (size / sizes[-1]) ** slope])


def _intercept_for_scale(sizes, costs, size):
    slope, intercept = np.polyfit(np.log(sizes), np.log(costs), 1)
    return np.array([slope, intercept * size**slope])


def _scale_for_exponent(sizes, costs, size):
    intercept = np.polyfit(np.log(sizes), np.log(costs), 1)[1]
    return np.array([np.exp(intercept), forecast(sizes, costs, size)[1]])


_law = Exercise(
    id="15.4",
    title="What a thousand agents will cost",
    minutes=12,
    difficulty=1,
    points=2,
    objective="L15.4",
    reference=forecast,
    cases=forecast_cases,
    mistakes=(
        Mistake(
            "straight_line",
            _raw_line,
            "A straight line through the costs themselves assumes that they grow evenly. "
            "cost = a n^b is straight between the logarithms of both.",
        ),
        Mistake(
            "only_costs_in_logs",
            _only_costs_in_logs,
            "With the logarithm of the cost alone you fit an exponential, a^n. A power law "
            "needs the logarithm of the size too.",
        ),
        Mistake(
            "only_sizes_in_logs",
            _only_sizes_in_logs,
            "With the logarithm of the size alone you fit a logarithm. A power law needs "
            "the logarithm of the cost too.",
        ),
        Mistake(
            "two_ends_only",
            _two_ends_only,
            "Only the first and the last size are used. Least squares uses all of them: "
            "np.polyfit(log size, log cost, 1).",
        ),
        Mistake(
            "stays_in_logs",
            _stays_in_logs,
            "The forecast is the logarithm of a cost. Take exp of it.",
        ),
        Mistake(
            "two_bases",
            _wrong_base,
            "The fit is in logarithms to base 10 and the way back in base e. Use the same "
            "for both: 10 ** intercept.",
        ),
        Mistake(
            "forgot_the_scale",
            _no_scale,
            "n^b is not the cost yet: a n^b is, with a = exp(intercept).",
        ),
        Mistake(
            "through_one",
            _through_one,
            "Your line is forced through cost 1 at size 1. Fit the intercept too.",
        ),
        Mistake(
            "size_by_cost",
            _size_by_cost,
            "The size is fitted by the cost. The cost is what depends: "
            "np.polyfit(log size, log cost, 1).",
        ),
        Mistake(
            "slope_and_intercept_swapped",
            _swapped,
            "np.polyfit gives the slope first and the intercept second.",
        ),
        Mistake(
            "carries_on_from_the_last",
            _last_point_on,
            "The forecast starts from the last count, with its noise. Use the line: "
            "exp(intercept) * size ** slope.",
        ),
        Mistake(
            "slope_and_intercept",
            lambda sizes, costs, size: np.polyfit(np.log(sizes), np.log(costs), 1),
            "That is the line: its slope and its intercept. The second number wanted is the "
            "forecast for a team of size.",
        ),
        Mistake(
            "intercept_for_scale",
            _intercept_for_scale,
            "The intercept is log a. The cost is a n^b with a = exp(intercept).",
        ),
        Mistake(
            "forecast_only",
            lambda sizes, costs, size: float(forecast(sizes, costs, size)[1]),
            "That is the forecast alone. Return the exponent before it.",
        ),
        Mistake(
            "scale_for_exponent",
            _scale_for_exponent,
            "The first number is a, the scale. Return the exponent b, the slope of the line.",
        ),
    ),
    others=(forecast_by_hand, forecast_by_library),
    hints=(
        "log cost = log a + b log n: a straight line, whose slope is the exponent.",
        "np.polyfit(np.log(sizes), np.log(costs), 1) gives slope and intercept, in this order.",
        "The forecast is np.exp(intercept) * size ** slope.",
    ),
    praise="You can say what ten times the agents will cost, and what that rests on.",
)

# --- 15.5 ------------------------------------------------------------------------------------


class Tryouts:
    def __init__(self, agents):
        self.agents, self.left = agents, np.arange(agents)
        self.begin()

    def begin(self):
        self.minutes = np.zeros(self.agents)
        self.sessions = np.zeros(self.agents)
        self.seen = set()

    def leaders(self, viewers):
        return self.left[np.asarray(viewers) % len(self.left)]

    def learn(self, viewers, minutes, active):
        led = self.leaders(viewers)
        for viewer, leader, watched, on in zip(viewers, led, minutes, active, strict=True):
            if on:
                self.minutes[leader] += watched
                self.count(viewer, leader)

    def count(self, viewer, leader):
        if viewer not in self.seen:
            self.seen.add(viewer)
            self.sessions[leader] += 1

    def score(self):
        return self.minutes / np.maximum(self.sessions, 1)

    def stay(self):
        return (len(self.left) + 1) // 2

    def end_of_evening(self):
        order = np.argsort(-self.score()[self.left], kind="stable")
        self.left = np.sort(self.left[order[: self.stay()]])
        self.begin()


class TryoutsByViewer:
    """Keeps minutes by viewer, and works the rest out at the end of the evening."""

    def __init__(self, agents):
        self.left, self.watched = list(range(agents)), {}

    def leaders(self, viewers):
        return [self.left[viewer % len(self.left)] for viewer in viewers]

    def learn(self, viewers, minutes, active):
        for viewer, watched, on in zip(viewers, minutes, active, strict=True):
            if on:
                self.watched[viewer] = self.watched.get(viewer, 0.0) + watched

    def end_of_evening(self):
        by_agent = {agent: [] for agent in self.left}
        for viewer, minutes in self.watched.items():
            by_agent[self.left[viewer % len(self.left)]].append(minutes)
        mean = {agent: sum(all_) / len(all_) if all_ else 0.0 for agent, all_ in by_agent.items()}
        ranked = sorted(self.left, key=lambda agent: (-mean[agent], agent))
        self.left = sorted(ranked[: -(-len(self.left) // 2)])
        self.watched = {}


LED, FRESH = "who leads each page", "whom a new one lets lead"


def play_tryouts(make, case):
    agents, story = case.inputs
    coordinator = make(agents)
    led = []
    for evening in story:
        for viewers, minutes, active in evening:
            led.append(np.asarray(coordinator.leaders(np.array(viewers))))
            coordinator.learn(np.array(viewers), np.array(minutes, float), np.array(active, bool))
        coordinator.end_of_evening()
    first = story[0][0][0]
    led.append(np.asarray(coordinator.leaders(np.array(first))))
    return {LED: np.array(led), FRESH: np.asarray(make(agents).leaders(np.array(first)))}


def _evening(viewers, worth, pages, rng, agents):
    """Pages until everybody has gone: a viewer stays the longer, the better its leader."""
    stays = rng.integers(1, pages + 1, len(viewers))
    told = []
    for page in range(pages):
        on = page < stays
        minutes = np.where(on, worth[viewers % agents] + rng.uniform(0, 2, len(viewers)), 0.0)
        told.append((viewers, minutes, on))
    return told


def tryout_cases(rng):
    def story(agents, viewers, evenings, pages, first=0):
        told = []
        for evening in range(evenings):
            who = first + np.arange(viewers) + (evening * viewers if first else 0)
            told.append(_evening(who, rng.uniform(0, 4, agents), pages, rng, agents))
        return agents, told

    four = np.arange(4)
    yes, never = [True] * 4, [True, False, True, True, True, True]
    hand = [[(four, [4, 0, 4, 4], yes), (four, [4, 4, 0, 4], yes)]]
    short = [[(four[:2], [4, 3], [True, True]), (four[:2], [0, 3], [False, True])]]
    uneven = [[(np.arange(3), [3, 4, 3], [True] * 3)]]
    return [
        Case("four agents, one evening of two pages: 8, 4, 4 and 8 minutes", (4, hand),
             {LED: np.array([[0, 1, 2, 3], [0, 1, 2, 3], [0, 3, 0, 3]]), FRESH: four}),
        Case("agent 0 gets more a page, agent 1 keeps its viewer for two", (2, short),
             {LED: np.array([[0, 1], [0, 1], [1, 1]]), FRESH: np.array([0, 1])}),
        Case("agent 0 led two viewers, agent 1 one", (2, uneven),
             {LED: np.array([[0, 1, 0], [1, 1, 1]]), FRESH: np.array([0, 1, 0])}),
        Case("five agents, the same on an evening: the earlier ones stay",
             (5, [[(np.arange(5), [4] * 5, [True] * 5)], [(np.arange(5), [1, 2, 3, 0, 0],
                                                          [True] * 5)]])),
        Case("a viewer who never came, whose row holds 9 minutes",
             (3, [[(np.arange(6), [4, 9, 2, 4, 1, 2], never)]])),
        Case("a viewer who never came, whose agent did well", (3, [[(np.arange(6),
             [4, 0, 2, 4, 3, 2], never)]])),
        Case("the best of the first evening is the worst of the second",
             (4, [[(four, [9, 8, 1, 2], yes)], [(four, [1, 4, 1, 4], yes)]])),
        Case("an evening on which nobody watches",
             (4, [[(four, [0, 9, 8, 0], yes)], [(four, [0, 0, 0, 0], yes)]])),
        Case("six agents, three evenings", story(6, 12, 3, 5)),
        Case("seven agents, other viewers each evening", story(7, 20, 4, 6, first=100)),
        Case("one agent", story(1, 3, 2, 2)),
    ]  # fmt: skip


class _Total(Tryouts):
    def score(self):
        return self.minutes


class _PerPage(Tryouts):
    def count(self, viewer, leader):
        self.sessions[leader] += 1


class _Worse(Tryouts):
    def score(self):
        return -super().score()


class _RoundsDown(Tryouts):
    def stay(self):
        return max(1, len(self.left) // 2)


class _OnlyBest(Tryouts):
    def stay(self):
        return 1


class _NeverForgets(Tryouts):
    def begin(self):
        if not hasattr(self, "minutes"):
            super().begin()


class _CountsAbsent(Tryouts):
    def learn(self, viewers, minutes, active):
        super().learn(viewers, minutes, np.ones(len(viewers), dtype=bool))


class _CountsEveryViewer(Tryouts):
    """Minutes of active rows only, but a session for everybody who was in the request."""

    def learn(self, viewers, minutes, active):
        for viewer, leader in zip(viewers, self.leaders(viewers), strict=True):
            self.count(viewer, leader)
        super().learn(viewers, minutes, active)


class _OrderOfMerit(Tryouts):
    def end_of_evening(self):
        order = np.argsort(-self.score()[self.left], kind="stable")
        self.left = self.left[order[: self.stay()]]
        self.begin()


class _StartsAgain(Tryouts):
    def end_of_evening(self):
        self.left = np.arange(self.agents)
        super().end_of_evening()


class _ByRow(Tryouts):
    def leaders(self, viewers):
        return self.left[np.arange(len(viewers)) % len(self.left)]


class _LastPage(Tryouts):
    def learn(self, viewers, minutes, active):
        for leader, watched, on in zip(self.leaders(viewers), minutes, active, strict=True):
            if on:
                self.minutes[leader], self.sessions[leader] = watched, 1


class _LaterOfEquals(Tryouts):
    def end_of_evening(self):
        order = np.argsort(self.score()[self.left], kind="stable")[::-1]
        self.left = np.sort(self.left[order[: self.stay()]])
        self.begin()


class _Places(Tryouts):
    """Returns places among those left instead of the agents' numbers."""

    def leaders(self, viewers):
        return np.asarray(viewers) % len(self.left)


class _NeverDrops(Tryouts):
    def end_of_evening(self):
        self.begin()


class _EndedOnly(Tryouts):
    """Counts sessions only when a row that is not active shows that they are over."""

    def learn(self, viewers, minutes, active):
        led = self.leaders(viewers)
        for viewer, leader, watched, on in zip(viewers, led, minutes, active, strict=True):
            if on:
                self.minutes[leader] += watched
            else:
                self.count(viewer, leader)


class _DroppedComeBack(Tryouts):
    def end_of_evening(self):
        order = np.argsort(-self.score(), kind="stable")
        self.left = np.sort(order[: self.stay()])
        self.begin()


class _AboveTheMedian(Tryouts):
    def end_of_evening(self):
        mean = self.score()[self.left]
        self.left = self.left[mean >= np.median(mean)]
        self.begin()


class _LostInTheIndex(Tryouts):
    def learn(self, viewers, minutes, active):
        led = self.leaders(viewers)
        self.minutes[led[active]] += minutes[active]
        for viewer, leader in zip(viewers[active], led[active], strict=True):
            self.count(viewer, leader)


class _DropsOne(Tryouts):
    def stay(self):
        return max(1, len(self.left) - 1)


_tryouts = Exercise(
    id="15.5",
    title="Tryouts: a coordinator that liars do not survive",
    minutes=30,
    difficulty=3,
    points=5,
    objective="L15.5",
    reference=Tryouts,
    cases=tryout_cases,
    observe=play_tryouts,
    names=("agents", "story"),
    mistakes=(
        Mistake(
            "total_minutes",
            _Total,
            "Agents are compared by all their minutes, so whoever led more viewers wins. "
            "Divide by the number of sessions that it led itself.",
        ),
        Mistake(
            "minutes_a_page",
            _PerPage,
            "Minutes are divided by pages. That prefers an agent whose viewers watch much "
            "and go home early. Count each viewer of an evening as one session.",
        ),
        Mistake(
            "keeps_the_worse",
            _Worse,
            "The half with fewer minutes a session stays. np.argsort sorts upwards.",
        ),
        Mistake(
            "rounds_down",
            _RoundsDown,
            "Of five agents two are left. The better half is rounded up: (n + 1) // 2.",
        ),
        Mistake(
            "only_the_best",
            _OnlyBest,
            "One evening decides everything, on few sessions. Only half of the agents go.",
        ),
        Mistake(
            "never_forgets",
            _NeverForgets,
            "Minutes of earlier evenings still count. Each evening is a tryout of its own: "
            "begin it with zeros.",
        ),
        Mistake(
            "counts_who_is_absent",
            _CountsAbsent,
            "Rows that are not active are counted. Their viewers are not there: neither "
            "their minutes nor a session.",
        ),
        Mistake(
            "sessions_for_the_absent",
            _CountsEveryViewer,
            "A viewer who never was active counts as a session of 0 minutes. Count viewers "
            "that were active on at least one page.",
        ),
        Mistake(
            "order_of_merit",
            _OrderOfMerit,
            "Those left stand in the order of their minutes. They keep the order of their "
            "numbers: sort them.",
        ),
        Mistake(
            "starts_with_everybody",
            _StartsAgain,
            "On the second evening all agents are back. Halve those that are left.",
        ),
        Mistake(
            "by_row",
            _ByRow,
            "The leader depends on the row. It depends on the viewer's number: "
            "left[viewers % len(left)], or another set of viewers gets other leaders.",
        ),
        Mistake(
            "last_page_only",
            _LastPage,
            "Only the last page of an evening counts. Add the minutes up.",
        ),
        Mistake(
            "later_of_equals",
            _LaterOfEquals,
            "Of agents that are equal the later ones stay. Sort with a minus sign and "
            "kind='stable', not backwards.",
        ),
        Mistake(
            "places_for_agents",
            _Places,
            "You return places among those left. When agents 0 and 3 are left, place 1 is "
            "agent 3: left[viewers % len(left)].",
        ),
        Mistake(
            "never_drops",
            _NeverDrops,
            "After an evening all agents are still there. end_of_evening keeps the better half.",
        ),
        Mistake(
            "sessions_that_ended_only",
            _EndedOnly,
            "A session is counted only once its viewer is seen to have gone. Those that "
            "last to the end of the evening are the best ones: count a viewer when it is "
            "first active.",
        ),
        Mistake(
            "dropped_come_back",
            _DroppedComeBack,
            "All agents are ranked again, those that were dropped with 0 minutes among them. "
            "On an evening on which nobody watches they come back: rank those left.",
        ),
        Mistake(
            "above_the_median",
            _AboveTheMedian,
            "Whoever is not below the median stays, which is more than half where some are "
            "equal. Rank them, and keep (n + 1) // 2.",
        ),
        Mistake(
            "lost_in_the_index",
            _LostInTheIndex,
            "Where an agent leads several viewers only one of them counts: minutes[led] += "
            "... adds once for each agent. Loop over the rows, or use np.add.at.",
        ),
        Mistake("drops_one", _DropsOne, "One agent goes each evening. Half of them do."),
    ),
    others=(TryoutsByViewer,),
    hints=(
        "Three things to keep: the agents that are left, and for each agent this evening's "
        "minutes and the viewers it led (a set of numbers counts each of them once).",
        "leaders: self.left[viewers % len(self.left)] with left as an array. learn: go through "
        "the rows, skip those that are not active.",
        "end_of_evening: mean = minutes / max(sessions, 1) for those left; order = "
        "np.argsort(-mean, kind='stable'); keep left[order[:(n + 1) // 2]], sorted; begin anew.",
    ),
    praise="You have written a whole coordinator. It needs no trust: who keeps viewers, stays.",
)

EXERCISES = [_front, _paired, _time, _law, _tryouts]
