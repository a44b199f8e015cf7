"""33.5 A world that breaks it, and is fair.

25 minutes, difficulty 3, 4 points, L33.5
An opponent who searches where your system fails, and whom everybody can trust.
"""

import numpy as np

from mavrs_course.course import Case


def fair_break(tried, limits, room, bar):
    from scipy import stats

    def ends(values):
        error = values.std(ddof=1) / np.sqrt(len(values))
        half = stats.t.ppf(0.975, len(values) - 1) * error
        return values.mean() - half, values.mean() + half

    found, lowest = None, np.inf
    for number, (world, gaps, lead) in enumerate(tried):
        inside = all(
            name in limits and limits[name][0] <= value <= limits[name][1]
            for name, value in world.items()
        )
        fair = inside and ends(lead)[0] > room
        broken = ends(gaps)[1] < bar
        if fair and broken and gaps.mean() < lowest:
            found, lowest = number, gaps.mean()
    return found


def fair_break_by_sorting(tried, limits, room, bar):
    from scipy.stats import t

    def ends(values):
        error = float(np.std(values, ddof=1)) / len(values) ** 0.5
        reach = -t.ppf(0.025, len(values) - 1) * error
        return np.mean(values) - reach, np.mean(values) + reach

    left = []
    for number, (world, gaps, lead) in enumerate(tried):
        if set(world) - set(limits):
            continue
        if any(value < limits[name][0] or value > limits[name][1] for name, value in world.items()):
            continue
        if ends(lead)[0] > room and ends(gaps)[1] < bar:
            left.append((np.mean(gaps), number))
    return min(left)[1] if left else None


OTHERS = (fair_break_by_sorting,)
NAMES = ("tried", "limits", "room", "bar")
LIMITS = {"boredom": (0.0, 1.0), "drift": (0.0, 0.3)}


def cases(rng):
    def played(world, gap, lead, rounds=6):
        return world, *(np.round(rng.normal(x, 0.05, rounds), 3) for x in (gap, lead))

    def exactly(world, gaps, lead):
        return world, np.array(gaps), np.array(lead)

    easy, hard = {"boredom": 0.2}, {"boredom": 0.9, "drift": 0.1}
    breaks, weak = played(hard, -0.4, 0.6), played(easy, -0.1, 0.5)
    outside, below = played({"boredom": 1.1}, -0.9, 0.6), played({"drift": -0.1}, -0.9, 0.6)
    strange, half = played({"rain": 0.5}, -0.9, 0.6), played({**hard, "drift": 0.4}, -0.9, 0.6)
    hopeless, holds = played(hard, -0.6, 0.05), played(hard, 0.7, 0.6)
    noisy = exactly(hard, [-0.9, 0.4, -0.6, 0.6], [0.5, 0.51, 0.5, 0.5])
    narrow = exactly(hard, [-0.6, -0.61, -0.6], [0.1, 0.15, 0.6])
    two = exactly({}, [-0.5, -0.51], [0.5, 0.51])
    edge = exactly({"boredom": 1.0, "drift": 0.0}, [-0.3, -0.31, -0.3], [0.5, 0.51, 0.5])

    def case(label, tried, *told, room=0.2, bar=0.1):
        return Case(label, (tried, LIMITS, room, bar), *told)

    return [
        case("one world, and it is broken there", [breaks], 0),
        case("one world, and it holds", [holds], "none"),
        case("outside the limits is nothing", [outside, weak, below], 1),
        case("at the limits is inside", [weak, edge], 1),
        case("a parameter that is not in the limits", [strange, weak], 1),
        case("one parameter is enough to be unfair", [half, weak], 1),
        case("where nobody could do well", [hopeless, weak], 1),
        case("the worst of two, and not the first", [weak, breaks], 1),
        case("bad on average is not enough", [noisy], "none"),
        case("two rounds say less", [exactly(hard, [-0.3, -0.1], two[2])], "none", bar=0.9),
        case("three rounds say little", [exactly(hard, [-0.5, -0.1, -0.3], edge[2])], "none"),
        case("above the baseline, below the bar", [exactly(hard, [0.03, 0.04, 0.04], edge[2])], 0),
        case("room on average is not enough", [narrow], "none"),
        case("no parameter, two rounds", [two], 0),
        case("equals: the earlier one", [edge, edge], 0),
        case("nothing was tried", [], "none"),
        case("six worlds", [holds, hopeless, outside, weak, breaks, noisy], 4),
        case("a low bar", [weak, edge], 1, bar=-0.2),
        case("a lot of room is asked for", [edge, breaks], room=0.495),
    ]  # fmt: skip


def observe(answer, case):
    """The number of the world, or "none"."""
    found = answer(*case.inputs)
    return "none" if found is None else int(found)


HINTS = """
    Three questions of each world, in this order: are all its parameters allowed, could somebody do
    well there, and does the entry stay below the bar?

    The second and the third are about intervals: one must lie above its bound as a whole, the other
    below.

    Keep the lowest mean so far and where it was. Only worlds that passed all three may change it.
"""
MISTAKES = """
    limits_forgotten: fair = inside and => fair =
      You do not look at the limits. A world outside them is not in the game.
    strange_is_fine: name in limits and limits[name][0] <= value <= limits[name][1] =>
      | name not in limits or limits[name][0] <= value <= limits[name][1]
      A parameter that is not in the limits is fine in your answer. Nobody agreed to it: unfair.
    one_inside_is_enough: inside = all( => inside = not world or any(
      One parameter inside the limits is enough in your answer. All must be.
    limits_excluded: limits[name][0] <= value <= limits[name][1] =>
      | limits[name][0] < value < limits[name][1]
      A value at its limit is inside.
    hopeless_is_fair: inside and ends(lead)[0] > room => inside
      A world where nobody can do well breaks everything, and proves nothing. The planner needs
      room there.
    room_on_average: ends(lead)[0] > room => lead.mean() > room
      The planner has room on average. The whole interval must lie above it.
    broken_on_average: ends(gaps)[1] < bar => gaps.mean() < bar
      Below the bar on average is not broken yet. The whole interval must lie below it.
    below_the_baseline: ends(gaps)[1] < bar => ends(gaps)[1] < 0
      You compare with the baseline, which is 0. Broken is below `bar`.
    first_of_all: broken and gaps.mean() < lowest => broken and found is None
      You return the first world that breaks it. Asked for is the worst.
    latest_of_equals: gaps.mean() < lowest => gaps.mean() <= lowest
      Of equals the earlier one comes first.
    not_broken_but_worst: if fair and broken and => if fair and
      You return the worst fair world, broken or not. Where it holds everywhere, return None.
    normal_quantile: stats.t.ppf(0.975, len(values) - 1) => stats.norm.ppf(0.975)
      You take the normal quantile. With few rounds Student's is larger.
"""
EQUAL = """
    ends(gaps)[1] < bar => ends(gaps)[1] <= bar | broken = ends(gaps)[1] < bar
      The end of an interval is never exactly the bar.
    ends(lead)[0] > room => ends(lead)[0] >= room | fair = inside and ends(lead)[0] > room
      Nor exactly the room.
"""
