"""00.2 Who is sure?

6 minutes, difficulty 1, 2 points, L00.2
You can read an Opinion, and so you can read every agent of this course.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.messages import Opinion


def most_confident(opinions):
    reasons = []
    for viewer in range(len(opinions[0].confidence)):
        best = max(opinions, key=lambda opinion: opinion.confidence[viewer])
        reasons.append(best.reasons[viewer])
    return reasons


def most_confident_by_argmax(opinions):
    best = np.argmax([opinion.confidence for opinion in opinions], axis=0)
    return [opinions[agent].reasons[viewer] for viewer, agent in enumerate(best)]


OTHERS = (most_confident_by_argmax,)


def _opinion(agent, confidence, scale, rng):
    viewers = len(confidence)
    reasons = [f"{agent} to viewer {viewer}" for viewer in range(viewers)]
    return Opinion(agent, scale * rng.random((viewers, 4)), np.array(confidence, float), reasons)


def cases(rng):
    def some(viewers, agents):
        scales = 10.0 ** rng.permutation(agents)
        names = ("memory", "novelty", "trends", "mood")
        named = zip(names, scales, strict=False)
        return [_opinion(name, rng.random(viewers).round(2), scale, rng) for name, scale in named]

    def two(first, second, scale=1.0):
        return [_opinion("memory", first, scale, rng), _opinion("novelty", second, 1.0, rng)]

    return [
        Case("each of two agents is surer about one of two viewers",
             (two([0.9, 0.2], [0.5, 0.7]),), ["memory to viewer 0", "novelty to viewer 1"]),
        Case("the unsure agent has scores a thousand times as large",
             (two([0.1, 0.3, 0.2], [0.6, 0.5, 0.9], scale=1000.0),),
             [f"novelty to viewer {viewer}" for viewer in range(3)]),
        Case("two agents are equally sure", (two([0.5, 0.0], [0.5, 0.0]),)),
        Case("one agent", (two([0.2, 0.8], [0.0, 0.0])[:1],)),
        Case("three agents, six viewers", (some(6, 3),)),
        Case("four agents, three viewers", (some(3, 4),)),
    ]  # fmt: skip


HINTS = """
    `opinion.confidence` has one number for each viewer, and `opinion.reasons` one sentence for
    each viewer. Start with one viewer: compare that one's number in all opinions.

    Loop over the viewers, `range(len(opinions[0].confidence))`. For each, find the opinion with
    the largest `confidence[viewer]`.

    Give `max` a key that reads one viewer's confidence; it keeps the first of equals. What it
    finds has the reason, in `reasons[viewer]`.
"""


def _all_of(*kinds):
    """Detects answers that return something of these kinds for each viewer."""
    return lambda trials: all(
        isinstance(trial.returned, list | tuple | np.ndarray)
        and all(isinstance(part, kinds) for part in trial.returned)
        for trial in trials
    )


MISTAKES = """
    compared_scores: opinion.confidence[viewer] => opinion.scores[viewer].max()
      You compare scores. Each agent has a scale of its own, so a large score may come from an
      agent that is hardly sure; compare `confidence`.
    one_agent_for_everybody: opinion.confidence[viewer] => opinion.confidence.mean()
      All viewers hear the same agent, the one that is surest on average. Each viewer is a page of
      its own: choose again for each.
    surest_of_all: opinion.confidence[viewer] => opinion.confidence.max()
      All viewers hear the agent that holds the one largest confidence. Each viewer is a page of
      its own: choose again for each.
    first_viewer_decides: opinion.confidence[viewer] => opinion.confidence[0]
      The agent that is surest about viewer 0 speaks to everybody. Use `confidence[viewer]` where
      you have `confidence[0]`.
    least_sure: max(opinions => min(opinions
      You pick the agent that is least sure.
    last_of_equals: max(opinions, => max(opinions[::-1],
      Only where two agents are equally sure do you differ: the earlier one speaks. Compare with
      >, not with >=.
    one_reason_an_agent:
      | for viewer in range(len(opinions[0].confidence)): => for best in opinions:;
      | best = max(opinions, key=lambda opinion: opinion.confidence[viewer]) =>
      |     viewer = best.confidence.argmax()
      You return one sentence for each agent. It should be one for each viewer: the outer loop
      goes over viewers, the inner one over opinions.
    first_agent_speaks:
      | best = max(opinions, key=lambda opinion: opinion.confidence[viewer]) => best = opinions[0]
      The first agent speaks to everybody, whoever is surest.
    numbers_not_reasons: in most_confident_by_argmax: opinions[agent].reasons[viewer] => agent
      or best.reasons[viewer] => best.confidence[viewer]
      You return numbers: which agent it is, or how sure. Return what it says, from its `reasons`.
    more_than_a_reason: best.reasons[viewer] => best.reasons
      or best.reasons[viewer] => best
      You have found the right agent and return too much of it. Its `reasons` hold one sentence
      for each viewer: take that of this viewer.
    names_not_reasons: best.reasons[viewer] => best.agent
      You return the name of the agent that is surest; return what it says, from its `reasons`.
"""


def detect_one_reason_an_agent(trials):
    sizes_fit = all(len(trial.returned) == len(trial.inputs[0]) for trial in trials)
    return sizes_fit and not trials[-1].passed


detect_numbers_not_reasons = _all_of(int, float, np.number)
detect_more_than_a_reason = _all_of(list, tuple, Opinion)

EQUAL = r"""
    0 => -1 | for viewer in range(len(opinions[0].confidence))
      Every opinion has a row for each viewer, the last one too.
"""
