"""02.3 A game of your own.

25 minutes, difficulty 3, 5 points, L02.3
You have written a multi-agent environment that any PettingZoo learner can play.
"""

from copy import deepcopy

import numpy as np
from gymnasium.spaces import Box, Discrete
from pettingzoo import ParallelEnv

from mavrs_course.course import Case, Property
from mavrs_course.course.detect import only_wrong


class _Given(ParallelEnv):
    """What the exercise gives."""

    def __init__(self, alpha=1.0):
        self.alpha = alpha
        self.possible_agents = ["loud", "useful"]
        self.agents = []

    def observation_space(self, agent):
        return Box(0.0, 1.0, (1,), np.float32)

    def action_space(self, agent):
        return Discrete(3)


class Duel(_Given):
    def reset(self, seed=None, options=None):
        self.agents = self.possible_agents[:]
        self.budget, self.page = 10.0, 0
        return self.observe(), {agent: {} for agent in self.agents}

    def step(self, actions):
        agents = self.agents
        winner = max(agents, key=actions.get)  # max takes the first of equals
        winner = winner if actions[winner] > 0 else None
        watched = 4.0 if winner else 0.0
        self.budget -= {"loud": 6.0, "useful": 2.0, None: 0.5}[winner]
        self.page += 1

        over = self.budget <= 0
        late = not over and self.page >= 6
        if over or late:
            self.agents = []
        own = {agent: watched * (agent == winner) for agent in agents}
        return (
            self.observe(),
            {agent: self.alpha * watched + (1 - self.alpha) * own[agent] for agent in agents},
            {agent: over for agent in agents},
            {agent: late for agent in agents},
            {agent: {} for agent in agents},
        )

    def observe(self):
        left = np.array([max(self.budget, 0) / 10], dtype=np.float32)
        return {agent: left for agent in self.possible_agents}


class DuelInOneGo(_Given):
    """The same game, written down in another way."""

    def reset(self, seed=None, options=None):
        self.agents, self.spent, self.shown = list(self.possible_agents), 0.0, 0
        return {name: [1.0] for name in self.agents}, {name: {} for name in self.agents}

    def step(self, actions):
        loud, useful = actions["loud"], actions["useful"]
        won = {"loud": loud > 0 and loud >= useful, "useful": useful > loud}
        self.spent += 6.0 if won["loud"] else 2.0 if won["useful"] else 0.5
        self.shown += 1
        team = 4.0 * any(won.values())
        ended, cut = self.spent >= 10.0, self.spent < 10.0 and self.shown == 6
        names, self.agents = self.agents, [] if ended or cut else self.agents
        return (
            {name: np.array([max(0.0, 1 - self.spent / 10)]) for name in names},
            {name: self.alpha * team + (1 - self.alpha) * 4.0 * won[name] for name in names},
            {name: ended for name in names},
            {name: cut for name in names},
            {name: {} for name in names},
        )


OTHERS = (DuelInOneGo,)


def cases(rng):
    def some(pages):
        return [tuple(map(int, rng.integers(0, 3, 2))) for _ in range(pages)]

    return [
        Case("useful wins, loud wins, useful wins: a budget of exactly 0",
             (1.0, ["reset", (0, 1), (2, 1), (1, 2)])),
        Case("rivals: the winner alone is paid", (0.0, ["reset", (2, 0), (0, 2)])),
        Case("alpha = 0.25: a quarter of the pay is the team's", (0.25, ["reset", (1, 2)])),
        Case("equal bids", (0.0, ["reset", (1, 1), (2, 2)])),
        Case("nobody bids", (0.5, ["reset", (0, 0), (1, 0)])),
        Case("six pages do not spend the budget", (1.0, ["reset", *[(0, 0)] * 6])),
        Case("a second session after the first", (1.0, ["reset", (1, 0), (1, 0), "reset", (0, 1)])),
        Case("the budget is spent on the last page",
             (0.0, ["reset", (2, 0), (0, 1), (0, 0), (0, 0), (0, 0), (2, 0)])),
        Case("the first page of six sessions, any bids",
             (float(rng.random()), [move for bids in some(6) for move in ("reset", bids)])),
    ]  # fmt: skip


STEP = ("observations", "rewards", "terminations", "truncations", "infos")


def observe(game, case):
    """Everything that a game says while a script of bids is played on it, and others begin."""
    alpha, script = case.inputs
    env, said = game(alpha=alpha), []
    for bids in script:
        if bids != "reset" and not env.agents:
            continue  # as every loop over a PettingZoo game would
        if bids == "reset":
            answer, names = env.reset(seed=0), ("observations", "infos")
        else:
            game(alpha=alpha).reset(seed=1)  # another viewer's game, which is no business of ours
            answer, names = env.step(dict(zip(("loud", "useful"), bids, strict=True))), STEP
        answer = deepcopy(answer) if isinstance(answer, tuple) else (answer,)
        said.append(dict(zip(names, answer, strict=False)) | {"agents": list(env.agents)})
    return said


def parts(case):
    return [bids if bids == "reset" else f"after the bids {bids}" for bids in case.inputs[1]]


NAMES = ("alpha", "bids of loud and useful")


def _told_rightly(said, inputs, *parts):
    wanted = observe(Duel, Case("", inputs))
    pairs = zip(said, wanted, strict=False)
    return all(_alike(t[part], w[part]) for t, w in pairs for part in parts if part in w)


def _alike(told, wanted):
    if not isinstance(told, dict) or told.keys() != wanted.keys():
        return False
    numbers = [np.ravel(list(x.values())).astype(float) for x in (told, wanted)]
    return numbers[0].shape == numbers[1].shape and np.allclose(*numbers)


PROPERTIES = (
    Property("step returns five dictionaries",
             lambda said, *inputs: (all(set(STEP) <= told.keys() or ("rewards" not in told and
                 len(told) == 3) for told in said) and all(isinstance(told[name], dict) for told in
                 said for name in STEP if name in told)),
             "reset returns two dictionaries (observations, infos) and step five (observations, "
             "rewards, terminations, truncations, infos), each with one entry for each agent."),
    Property("reset fills self.agents",
             lambda said, *inputs: all(told["agents"] for told in said if "rewards" not in told),
             "After reset self.agents is empty: fill it with a copy of self.possible_agents (a "
             "list that is the same is emptied together with it)."),
    Property("an observation is an array with one number",
             lambda said, *inputs: all(np.shape(part) == (1,) for told in said for part in
                 told["observations"].values()),
             "An observation is an array with one number in it, of the shape that "
             "observation_space promises: (1,)."),
    Property("both agents are told everything",
             lambda said, *inputs: all(set(part) == {"loud", "useful"} for told in said for part in
                 told.values() if isinstance(part, dict)),
             "Each dictionary has an entry for both agents, also on the last page: the agents "
             "that were there when the page began, not those that are left after it."),
    Property("the part of the budget that is left follows the rules",
             lambda said, *inputs: _told_rightly(said, inputs, "observations"),
             "The part of the budget that is left is not what the rules give. Who wins, loud on "
             "equal bids, and what does the page use: 6 for loud, 2 for useful, 0.5 for "
             "nobody? It is told after the page, and starts at 1 with each reset."),
    Property("the pay follows the rules",
             lambda said, *inputs: _told_rightly(said, inputs, "rewards"),
             "The pay is not what the rules give. A page that was won is watched for 4 minutes, "
             "whatever is left: alpha * 4 to both, and (1 - alpha) * 4 more to the winner."),
    Property("the session ends when the rules say",
             lambda said, *inputs: _told_rightly(said, inputs, "terminations", "truncations"),
             "The session does not end when it should: terminated where the budget is 0 or "
             "less, truncated after the sixth page of this session where it is not."),
)  # fmt: skip

HINTS = """
    Write down what a session needs to remember: the budget and the number of pages shown. Both
    start in reset, which also fills self.agents.

    In step, go in this order: who wins, what is watched, charge the budget, pay, is it over,
    observe. Build each dictionary over the agents that were there when the page began.

    The game is over when the budget is used up, and late when six pages are done and it is not
    over. Empty self.agents when either is true, after the dictionaries are built.
"""


MISTAKES = """
    kept_agents_after_the_end:
      | if over or late:
      |     self.agents = [] =>
      When the session is over, self.agents must be empty: this is how a loop over PettingZoo's
      games knows that it is time to stop.
    possible_agents_emptied:
      | self.possible_agents[:] => self.possible_agents;
      | agents = self.agents => agents = self.agents[:];
      | self.agents = []
      | own = => self.agents.clear()
      | own =
      self.agents and self.possible_agents are one list, so that emptying one empties the other:
      reset needs a copy, list(self.possible_agents).
    budget_survives_reset:
      | self.alpha = alpha => self.alpha, self.budget, self.page = alpha, 10.0, 0;
      | self.budget, self.page = 10.0, 0 =>
      The second session starts with what the first one left: reset makes a new viewer, with the
      whole budget and no pages shown yet.
    shared_between_games:
      | self.budget, self.page = 10.0, 0 => Duel.budget, self.page = 10.0, 0;
      | self.budget -= => Duel.budget -=
      or
      | self.budget, self.page = 10.0, 0 => Duel.budget, Duel.page = 10.0, 0;
      | self.budget -= => Duel.budget -=; self.page += => Duel.page +=
      The reset of another game changes this one: what a session remembers belongs to its own
      game, self.budget, not to the class or a global variable.
    page_count_survives_reset:
      | self.alpha = alpha => self.alpha, self.page = alpha, 0;
      | self.budget, self.page = 10.0, 0 => self.budget = 10.0
      The pages of the first session still count in the second: reset starts that count afresh too.
    paid_everybody_the_same: self.alpha = alpha => self.alpha = 1.0
      Everybody is paid the team's minutes whatever alpha is. alpha is the team's part; 1 - alpha
      of the pay goes to the winner alone.
    alpha_the_wrong_way_round: self.alpha = alpha => self.alpha = 1 - alpha
      alpha and 1 - alpha have changed places: alpha = 1 is a team, alpha = 0 two rivals.
    paid_the_winner_twice: (1 - self.alpha) * own[agent] => own[agent]
      The winner gets its own part in full on top of the team's part: the two shares, alpha and 1
      - alpha, must add up to one.
    terminations_for_truncations: agent: over => agent: late; agent: late => agent: over
      A spent budget is the game's own end, a termination. The limit of six pages comes from
      outside, a truncation. They are told in that order.
    ended_and_cut_at_once: agent: over => agent: over or late; agent: late => agent: over or late
      Each end is told twice. A spent budget is a termination only, and the page limit is a
      truncation only where the budget is not spent.
    never_cut: not over and self.page >= 6 => False
      After six pages the session is cut off (a truncation), even with budget left.
    ends_below_zero_only: self.budget <= 0 => self.budget < 0
      A budget of exactly 0 is spent: the session ends when it is 0 or less.
    last_of_equals_wins: max(agents, key => max(reversed(agents), key
      On equal bids the slot goes to loud, the first of possible_agents.
    who_does_not_bid_wins: winner = winner if actions[winner] > 0 else None =>
      When both bid 0 the slot stays empty: the largest bid wins only if it is above 0.
    empty_slot_is_free: None: 0.5 => None: 0.0
      An empty page costs the viewer half a minute too: 0.5 of the budget.
    observed_minutes: [max(self.budget, 0) / 10], dtype=np.float32 => [self.budget]
      The observation is the part of the budget that is left, from 1 down to 0: divide by the
      budget at the start.
    observed_below_zero: max(self.budget, 0) / 10 => self.budget / 10
      The last page can overdraw the budget. The observation space is Box(0, 1), so the part that
      is left is never told below 0.
    observed_too_early:
      | self.budget -= =>
      | seen = self.observe()
      | self.budget -=;
      | return (
      |     self.observe(), =>
      | return (
      |     seen,
      The observation is from before the page: charge the budget first, then observe.
"""

detect_kept_agents_after_the_end = only_wrong("agents")


def detect_observed_minutes(trials):
    """Observations are wrong alone, and ten times too large."""

    def seen(side):
        told = [told for trial in trials for told in getattr(trial, side)]
        return np.ravel([list(each["observations"].values()) for each in told])

    return np.allclose(np.maximum(seen("returned"), 0), 10 * seen("expected"))
