"""01.5 An agent that counts the cost.

20 minutes, difficulty 3, 4 points, L01.5
It speaks the interface of the course: from here on it can sit beside any other agent.
"""

import numpy as np

from mavrs_course.coordination.single import SingleAgent
from mavrs_course.course import Case
from mavrs_course.course.detect import only_wrong, where_wrong
from mavrs_course.messages import Feedback, MessageError, Opinion, Request
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform


class CostCounter:
    name = "cost counter"

    def __init__(self, platform, rate):
        self.platform = platform
        self.rate = rate

    def opine(self, request):
        catalog, videos = self.platform.catalog, request.candidates
        cost = catalog.minutes[videos] * (1 - 0.9 / 3.4 * catalog.quality[videos])
        worth = catalog.minutes[videos] - self.rate * cost
        scores = self.platform.attraction(videos) * worth
        return Opinion(self.name, scores, np.ones(len(request)))

    def learn(self, feedback):
        pass


class CostCounterWithLoops:
    name = "loops"

    def __init__(self, platform, rate):
        self.platform, self.rate = platform, rate

    def opine(self, request):
        catalog = self.platform.catalog
        scores = np.zeros(request.candidates.shape)
        for row, videos in enumerate(request.candidates):
            for column, video in enumerate(videos):
                pull = self.platform.interest[row, catalog.topic[video]] + 1
                minutes = catalog.minutes[video]
                cost = minutes - 0.9 / 3.4 * minutes * catalog.quality[video]
                scores[row, column] = pull * (minutes - self.rate * cost)
        return Opinion("loops", scores, np.ones(len(request)), ["it pays"] * len(request))

    def learn(self, feedback):
        return None


OTHERS = (CostCounterWithLoops,)


def cases(rng):
    def scene(rate, viewers, numbered_from=0, videos=30, candidates=5):
        some = Catalog.sample(videos, rng)
        drawn = rng.permuted(np.tile(np.arange(videos), (viewers, 1)), axis=1)[:, :candidates]
        minutes = rng.integers(1, 9, videos).astype(float)
        interest = rng.uniform(-1, 1, (viewers, 20))
        return rate, interest, some.topic, some.quality, minutes, drawn, numbered_from

    topics, by_hand = np.array([0, 1, 2]), np.array([[0.5, 0.0, -0.5] + 17 * [0.0]])
    quality, minutes = np.array([-3.4, 0.0, 3.4]), np.array([4.0, 2.0, 1.0])
    # the videos cost 7.6, 2 and 0.1 minutes of the session, and pull with 1.5, 1 and 0.5
    scores = {"scores": [[0.3, 1.0, 0.475]], "confidence": [1.0],
              "scores when tastes have changed": [[0.1, 1.0, 1.425]]}  # fmt: skip
    hand = (by_hand, topics, quality, minutes, np.array([[0, 1, 2]]), 0)
    return [
        Case("one viewer, three videos, rate 0.5", (0.5, *hand), scores),
        Case("three viewers, time is free", scene(0.0, 3)),
        Case("three viewers, rate 1", scene(1.0, 3)),
        Case("eight viewers, rate 1.4", scene(1.4, 8)),
        Case("after five other viewers have come and gone", scene(1.2, 4, numbered_from=5)),
    ]


def _scene(case):
    """A platform as the case describes it, and its request."""
    _, interest, topic, quality, minutes, candidates, numbered_from = case.inputs
    rng = np.random.default_rng(0)
    platform = Platform(Catalog(topic, quality, minutes), slots=1, candidates=1, rng=rng)
    if numbered_from:
        platform.reset(numbered_from)
    platform.reset(len(interest))
    platform.interest[:] = interest
    return platform, Request(platform.viewers, candidates, slots=1)


def observe(answer, case):
    """What the agent says of a request, and of the same one when tastes have turned round."""
    platform, request = _scene(case)
    agent = answer(platform, case.inputs[0])
    first = agent.opine(request)
    if not isinstance(first, Opinion):
        return first
    if first.scores.shape != request.candidates.shape:
        return first.scores
    slate = SingleAgent(agent).recommend(request)
    nothing = np.zeros(len(request))
    agent.learn(Feedback(slate, nothing.astype(int), nothing))
    platform.interest[:] *= -1
    return {
        "scores": first.scores,
        "confidence": first.confidence,
        "scores when tastes have changed": agent.opine(request).scores,
    }


NAMES = ("rate", "interest", "topic", "quality", "minutes", "candidates", "viewers before")
HINTS = """
    Three numbers make a score: how strongly the video pulls, the minutes a click watches, and
    what the click costs the session. `request.candidates` is int[B, C]; index the columns of the
    catalogue with it.

    The cost is minutes * (1 - 0.9 / 3.4 * quality). A click is worth minutes - rate * cost, and
    it comes about in proportion to `self.platform.attraction(request.candidates)`.

    An Opinion has a name, scores and a confidence: 1 for each viewer of the request. Read the
    platform afresh at each request: interests change with every click.
"""


MISTAKES = """
    one_score_a_video:
      | request.candidates => np.tile(np.arange(len(self.platform.catalog)), (len(request), 1))
      There is a score for every video of the catalogue. The request asks about its candidates
      only, int[B, C]: index with `request.candidates`.
    bare_scores: Opinion(self.name, scores, np.ones(len(request))) => scores
      `opine` returned something that is not an Opinion. A coordinator needs to know who speaks
      and how sure they are: Opinion(self.name, scores, confidence).
    sure_of_each_candidate: np.ones(len(request)) => np.ones_like(scores)
      The confidence has the wrong shape: it is one number for each request, float[B], not one for
      each candidate and not one for all.
    never_sure: np.ones => np.zeros
      The scores are right and the confidence is not. It knows the platform's numbers exactly, so
      it is sure: 1 for every request.
    by_viewer_number:
      | self.platform.attraction(videos) =>
      |     (self.platform.interest[request.viewers[:, None], catalog.topic[videos]] + 1)
      Viewers are numbered on from session to session, but the platform's interest has one row for
      each request. Use the row, or `platform.attraction(candidates)`.
    remembered_the_first_page:
      | self.rate = rate =>
      | self.rate, self.interest = rate, platform.interest.copy();
      | self.platform.attraction(videos) =>
      |     (np.take_along_axis(self.interest, catalog.topic[videos], axis=1) + 1)
      The first opinion is right, and the next one, when tastes have changed, is not: the agent
      still goes by what it read when it was made. Read it at each request.
    greedy: - self.rate * cost =>
      The rate makes no difference: this is the mind reader again, pull times minutes. Subtract
      rate * cost from the minutes.
    clicks_only: * worth =>
      The score is the pull alone: it counts clicks, not minutes, and no cost.
    cost_added: - self.rate => + self.rate
      The cost is added, so what tires the viewer most comes first. Subtract it.
    turned_round: scores = self.platform => scores = -self.platform
      Everything has the opposite sign: larger scores must be better.
    cost_only: worth = catalog.minutes[videos] - self.rate * cost => worth = -cost
      The score is minus the cost: the minutes that a click earns are missing.
    charged_without_a_click: * worth => * catalog.minutes[videos] - self.rate * cost
      The cost is charged in full whether or not the click comes about, since only the minutes are
      multiplied by the pull. Multiply minutes - rate * cost by it.
    divided_by_the_cost: - self.rate * cost => / cost
      or - self.rate * cost => / (self.rate * cost + 1e-300)
      Minutes were divided by the cost. That prices time differently for every video; take the
      difference minutes - rate * cost.
    rate_in_another_place: self.rate * cost => cost
      or catalog.minutes[videos] - self.rate * cost => self.rate * (catalog.minutes[videos] - cost)
      or catalog.minutes[videos] - self.rate * cost => self.rate * catalog.minutes[videos] - cost
      The rate is not where it belongs: it is the price of the cost, and of nothing else. The
      worth is minutes - rate * cost.
    cost_ignores_quality: * (1 - 0.9 / 3.4 * catalog.quality[videos]) =>
      Every minute watched costs a minute here. Nourishing videos give time back: the cost is
      minutes * (1 - 0.9 / 3.4 * quality).
    quality_turned_round: 1 - 0.9 => 1 + 0.9
      Good videos cost most here: the sign of quality is the wrong way round. The refund 0.9 / 3.4
      * quality is taken off the cost.
    cost_of_one_minute: cost = catalog.minutes[videos] * => cost =
      The cost is that of one minute; a click watches all `minutes` of the video. Multiply.
    cost_of_another_size: 0.9 / 3.4 * catalog => catalog
      or 1 - 0.9 => -0.9
      or
      | catalog.minutes[videos] * (1 - 0.9 / 3.4 * catalog.quality[videos]) =>
      |     -catalog.quality[videos]
      The cost is not the one of this platform: it is minutes * (1 - 0.9 / 3.4 * quality), with
      the 1 for the time spent and 0.9 / 3.4 for what quality gives back.
    worth_without_pull: self.platform.attraction(videos) * =>
      This is what a click is worth, but not how likely it is: the best video on a page earns
      nothing if nobody clicks it. Multiply by the attraction.
    interest_as_pull: self.platform.attraction(videos) => (self.platform.attraction(videos) - 1)
      The score uses the interest u itself, which turns negative. The pull of a video is u + 1,
      which is what `platform.attraction` returns.
    pull_made_a_chance:
      | self.platform.attraction(videos) =>
      |     (pull := self.platform.attraction(videos)) / (pull.sum(axis=1, keepdims=True) + 2)
      or
      | self.platform.attraction(videos) =>
      |     (pull := self.platform.attraction(videos)) / pull.sum(axis=1, keepdims=True)
      or self.platform.attraction(videos) => (pull := self.platform.attraction(videos)) / (pull + 2)
      The pull was turned into a probability among the candidates. Most of them will not be on the
      page, so leave it as it is: `platform.attraction(request.candidates)`.
    first_viewer_for_all:
      | self.platform.attraction(videos) => (self.platform.interest[0][catalog.topic[videos]] + 1)
      Every request is answered with the first viewer's interest. Row b of the interest belongs to
      row b of the request.
    looked_up_elsewhere:
      | request.candidates => np.arange(request.candidates.shape[1]);
      | attraction(videos) => attraction(request.candidates)
      or
      | request.candidates => request.candidates[0];
      | attraction(videos) => attraction(request.candidates)
      Minutes and quality are those of other videos. Index the columns of the catalogue with all
      of `request.candidates`: catalog.quality[request.candidates] is float[B, C].
    quality_of_the_topic: catalog.quality[videos] => catalog.mean_quality[catalog.topic[videos]]
      The quality is the average of the topic. Each video has its own: `catalog.quality`.
    minutes_taken_for_granted:
      | cost = catalog.minutes[videos] => cost = 4.0;
      | worth = catalog.minutes[videos] => worth = 4.0
      or
      | cost = catalog.minutes[videos] => cost = 1.0;
      | worth = catalog.minutes[videos] => worth = 1.0
      Every video is taken to last equally long. Videos differ here: `catalog.minutes`.
"""


@where_wrong
def detect_one_score_a_video(trial):
    returned, videos = np.shape(trial.returned), len(trial.inputs[2])
    return trial.error is None and len(returned) == 2 and returned[1] == videos


@where_wrong
def detect_bare_scores(trial):
    return trial.error is None and not isinstance(trial.returned, dict | None)


@where_wrong
def detect_sure_of_each_candidate(trial):
    return isinstance(trial.error, MessageError) and "confidence" in str(trial.error)


@where_wrong
def detect_by_viewer_number(trial):
    return isinstance(trial.error, IndexError) and trial.inputs[-1] > 0


detect_never_sure = only_wrong("confidence")
detect_remembered_the_first_page = only_wrong("scores when tastes have changed")
