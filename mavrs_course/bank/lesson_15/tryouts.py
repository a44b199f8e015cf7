"""15.5 Tryouts: a coordinator that liars do not survive.

30 minutes, difficulty 3, 5 points, L15.5
You have written a whole coordinator. It needs no trust: who keeps viewers, stays.
"""

import numpy as np

from mavrs_course.course import Case


class Tryouts:
    def __init__(self, agents):
        self.left = np.arange(agents)
        self.minutes, self.seen = {}, {}

    def leaders(self, viewers):
        return self.left[viewers % len(self.left)]

    def learn(self, viewers, minutes, active):
        led = self.leaders(viewers)
        for viewer, leader, watched in zip(
            viewers[active], led[active], minutes[active], strict=True
        ):
            self.minutes[leader] = self.minutes.get(leader, 0.0) + watched
            self.seen.setdefault(leader, set()).add(viewer)

    def end_of_evening(self):
        mean = np.array(
            [
                self.minutes[agent] / len(self.seen[agent]) if agent in self.seen else 0.0
                for agent in self.left
            ]
        )
        better = np.argsort(-mean, kind="stable")[: (len(self.left) + 1) // 2]
        self.left = np.sort(self.left[better])
        self.minutes, self.seen = {}, {}


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


OTHERS = (TryoutsByViewer,)
LED, FRESH = "who leads each page", "whom a new one lets lead"


def _evening(viewers, worth, pages, rng, agents):
    """Pages until everybody has gone: a viewer stays the longer, the better its leader."""
    stays = rng.integers(1, pages + 1, len(viewers))
    told = []
    for page in range(pages):
        on = page < stays
        minutes = np.where(on, worth[viewers % agents] + rng.uniform(0, 2, len(viewers)), 0.0)
        told.append((viewers, minutes, on))
    return told


def cases(rng):
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
        Case("forty agents, many of them alike: the earlier ones stay",
             (40, [[(np.arange(60), 4.0 - np.arange(60) % 40 % 3, [True] * 60)],
                   [(np.r_[10:40, 110:140], [4.0] * 60, [True] * 60)]])),
        Case("agents whom nobody met", (3, [[(np.array([1, 2]), [0.0, 4.0], [True] * 2)],
                                            [(np.array([0, 2]), [0.0, 0.0], [True] * 2)]])),
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
        Case("one agent, one viewer", story(1, 1, 2, 2)),
    ]  # fmt: skip


def observe(make, case):
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


NAMES = ("agents", "story")
HINTS = """
    Three things to keep: the agents that are left, and for each agent this evening's minutes and
    the viewers it led (a set of numbers counts each of them once).

    leaders: self.left[viewers % len(self.left)] with left as an array. learn: go through the
    rows, skip those that are not active.

    end_of_evening: mean = minutes / max(sessions, 1) for those left; order = np.argsort(-mean,
    kind='stable'); keep left[order[:(n + 1) // 2]], sorted; begin anew.
"""
MISTAKES = """
    total_minutes: self.minutes[agent] / len(self.seen[agent]) => self.minutes[agent]
      Agents are compared by all their minutes, so whoever led more viewers wins. Divide by the
      number of sessions that it led itself.
    minutes_a_page: setdefault(leader, set()).add(viewer) => setdefault(leader, []).append(viewer)
      Minutes are divided by pages. That prefers an agent whose viewers watch much and go home
      early. Count each viewer of an evening as one session.
    keeps_the_worse: -mean => mean
      The half with fewer minutes a session stays. np.argsort sorts upwards.
    rounds_down: (len(self.left) + 1) // 2 => max(1, len(self.left) // 2)
      Of five agents two are left. The better half is rounded up: (n + 1) // 2.
    only_the_best: (len(self.left) + 1) // 2 => 1
      One evening decides everything, on few sessions. Only half of the agents go.
    never_forgets:
      | self.left = np.sort(self.left[better])
      | self.minutes, self.seen = {}, {} =>
      | self.left = np.sort(self.left[better])
      Minutes of earlier evenings still count. Each evening is a tryout of its own: begin it with
      zeros.
    counts_who_is_absent: viewers[active], led[active], minutes[active] => viewers, led, minutes
      Rows that are not active are counted. Their viewers are not there: neither their minutes nor
      a session.
    sessions_for_the_absent:
      | led = self.leaders(viewers) =>
      | led = self.leaders(viewers)
      | for viewer, leader in zip(viewers, led, strict=True):
      |     self.seen.setdefault(leader, set()).add(viewer);
      | self.minutes[agent] / => self.minutes.get(agent, 0.0) /
      A viewer who never was active counts as a session of 0 minutes. Count viewers that were
      active on at least one page.
    order_of_merit: np.sort(self.left[better]) => self.left[better]
      Those left stand in the order of their minutes. They keep the order of their numbers: sort
      them.
    starts_with_everybody:
      | self.left = np.arange(agents) => self.left = self.agents = np.arange(agents);
      | mean = =>
      | self.left = self.agents
      | mean =
      On the second evening all agents are back. Halve those that are left.
    by_row: viewers % len(self.left)] => np.arange(len(viewers)) % len(self.left)]
      The leader depends on the row. It depends on the viewer's number: left[viewers % len(left)],
      or another set of viewers gets other leaders.
    last_page_only:
      | self.minutes.get(leader, 0.0) + watched => watched;
      | self.seen.setdefault(leader, set()).add(viewer) => self.seen[leader] = {viewer}
      Only the last page of an evening counts. Add the minutes up.
    later_of_equals: -mean, kind="stable") => mean, kind="stable")[::-1]
      Of agents that are equal the later ones stay. Sort with a minus sign and kind='stable', not
      backwards.
    places_for_agents: self.left[viewers % len(self.left)] => viewers % len(self.left)
      You return places among those left. When agents 0 and 3 are left, place 1 is agent 3:
      left[viewers % len(left)].
    never_drops: self.left = np.sort(self.left[better]) =>
      After an evening all agents are still there. end_of_evening keeps the better half.
    sessions_that_ended_only:
      | led = self.leaders(viewers) =>
      | led = self.leaders(viewers)
      | for viewer, leader in zip(viewers[~active], led[~active], strict=True):
      |     self.seen.setdefault(leader, set()).add(viewer);
      | self.minutes[leader] = self.minutes.get(leader, 0.0) + watched
      | self.seen.setdefault(leader, set()).add(viewer) =>
      | self.minutes[leader] = self.minutes.get(leader, 0.0) + watched;
      | self.minutes[agent] / len(self.seen[agent]) if agent in self.seen else 0.0 =>
      |     self.minutes.get(agent, 0.0) / len(self.seen.get(agent, [0]))
      A session is counted only once its viewer is seen to have gone. Those that last to the end
      of the evening are the best ones: count a viewer when it is first active.
    dropped_come_back:
      | self.left = np.arange(agents) => self.left = self.agents = np.arange(agents);
      | for agent in self.left => for agent in self.agents;
      | self.left[better] => better
      All agents are ranked again, those that were dropped with 0 minutes among them. On an
      evening on which nobody watches they come back: rank those left.
    above_the_median:
      | np.argsort(-mean, kind="stable")[: (len(self.left) + 1) // 2] => mean >= np.median(mean)
      Whoever is not below the median stays, which is more than half where some are equal. Rank
      them, and keep (n + 1) // 2.
    lost_in_the_index:
      | led = self.leaders(viewers) => led, before = self.leaders(viewers), dict(self.minutes);
      | self.minutes.get(leader, 0.0) => before.get(leader, 0.0)
      Where an agent leads several viewers only one of them counts: minutes[led] += ... adds once
      for each agent. Loop over the rows, or use np.add.at.
    drops_one: (len(self.left) + 1) // 2 => max(1, len(self.left) - 1)
      One agent goes each evening. Half of them do.
"""
