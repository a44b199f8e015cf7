"""00.5 A whole agent.

15 minutes, difficulty 3, 4 points, L00.5
You have written an agent. Hand it to a FeedPlayer and watch it argue with the others.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.messages import NO_CLICK, Agent, Feedback, MessageError, Opinion, Request, Slate
from mavrs_course.world.catalog import Catalog


class LoyaltyAgent:
    name = "loyalty"

    def __init__(self, catalog):
        self.catalog = catalog
        self.clicks = {}  # (viewer, creator) -> number of clicks; change it if you like

    def opine(self, request):
        creators = self.catalog.creator[request.candidates]
        rows = zip(request.viewers, creators, strict=True)
        scores = np.array([[self.clicks.get((who, c), 0) for c in row] for who, row in rows])
        best = scores.max(axis=1)
        return Opinion(self.name, scores, best / (best + 1))

    def learn(self, feedback):
        viewers, videos = feedback.slate.request.viewers, feedback.clicked_video
        for row in np.flatnonzero(feedback.active & (videos >= 0)):
            key = viewers[row], self.catalog.creator[videos[row]]
            self.clicks[key] = self.clicks.get(key, 0) + 1


class LoyaltyInArrays:
    """The same, with a table of viewers and creators."""

    name = "loyalty"

    def __init__(self, catalog):
        self.catalog = catalog
        self.clicks = np.zeros((50, catalog.creator.max() + 1))

    def opine(self, request):
        scores = self.clicks[request.viewers[:, None], self.catalog.creator[request.candidates]]
        best = scores.max(axis=1)
        return Opinion(self.name, scores, best / (best + 1), ["because"] * len(request))

    def learn(self, feedback):
        rows = feedback.active & (feedback.clicked >= 0)
        viewers = feedback.slate.request.viewers[rows]
        np.add.at(self.clicks, (viewers, self.catalog.creator[feedback.clicked_video[rows]]), 1)


OTHERS = (LoyaltyInArrays,)


def cases(rng):
    catalog = Catalog(np.arange(12) % 4, np.zeros(12), creator=np.array([0, 1, 2] * 4))

    def page(viewers, videos, clicked, active=None):
        request = Request(np.array(viewers), np.array(videos), slots=len(videos[0]))
        slate = Slate(np.array(videos), request=request)
        minutes = np.where(np.array(clicked) >= 0, 4.0, 0.0)
        active = None if active is None else np.array(active)
        return Feedback(slate, np.array(clicked), minutes, active=active)

    def ask(viewers, slots=2):
        candidates = np.array([rng.permutation(12)[:6] for _ in viewers])
        return Request(np.array(viewers), candidates, slots)

    def batch(viewers):
        videos = [rng.permutation(12)[:3] for _ in range(viewers)]
        clicked, active = rng.integers(NO_CLICK, 3, viewers), rng.random(viewers) < 0.8
        return page(rng.permutation(40)[:viewers], videos, clicked, active)

    nothing_yet = "scores of another agent, which learned nothing"
    one, asked_of_seven = [[0.0, 1.0, 0.0]], Request(np.array([7]), np.array([[0, 1, 2]]), 1)
    return [
        Case("before anything happened", (catalog, [], ask([0, 1]))),
        Case("viewer 7 clicks video 4, by creator 1, in slot 1",
             (catalog, [page([7], [[3, 4]], [1])], asked_of_seven),
             {"scores": one, "confidence": [0.5], "scores when asked again": one,
              nothing_yet: np.zeros((1, 3))}),
        Case("a page without a click", (catalog, [page([3], [[3, 5]], [NO_CLICK])], ask([3]))),
        Case("the session of viewer 1 had ended",
             (catalog, [page([0, 1], [[3], [4]], [0, 0], [True, False])], ask([0, 1]))),
        Case("viewer 2 asks for two pages at once, and clicks the same creator on both",
             (catalog, [page([2, 2], [[0, 4], [7, 8]], [1, 0])], ask([2, 5]))),
        Case("a day of twenty viewers",
             (catalog, [batch(20) for _ in range(30)], ask(rng.permutation(40)[:8]))),
    ]  # fmt: skip


NO_AGENT = "an agent has a name, and the methods opine and learn"
NO_OPINION = "opine returns an Opinion"


def observe(answer, case):
    """Let an agent live through a case, and return its opinion, and that of a newborn."""
    catalog, history, request = case.inputs
    agent, other = answer(catalog), answer(catalog)
    if not isinstance(agent, Agent):
        raise TypeError(NO_AGENT)
    for feedback in history:
        agent.learn(feedback)
    opinion, again, blank = agent.opine(request), agent.opine(request), other.opine(request)
    if not isinstance(opinion, Opinion):
        raise TypeError(f"{NO_OPINION}, and yours returns a {type(opinion).__name__}")
    return {
        "scores": opinion.scores,
        "confidence": opinion.confidence,
        "scores when asked again": again.scores,
        "scores of another agent, which learned nothing": blank.scores,
    }


HINTS = """
    `learn` adds one for each click, to the count of that viewer and the creator of the clicked
    video. `opine` looks the counts up for every candidate. A `collections.Counter` with keys
    `(viewer, creator)` is enough.

    `feedback.clicked_video` holds the clicked video of each row, or −1 for none. Learn from the
    rows where `feedback.active & (feedback.clicked >= 0)`; who they are stands in
    `feedback.slate.request.viewers`.

    In `opine` the score of a candidate is how often its viewer clicked its creator:
    `request.viewers` and `self.catalog.creator` lead to the place in `self.clicks`. The confidence
    takes the largest score of each row, b / (b + 1).
"""


def _raised(text, kind=TypeError):
    """Detects answers that stop with this error."""
    return lambda trials: isinstance(trials[0].error, kind) and text in str(trials[0].error)


MISTAKES = """
    not_an_agent: def opine(self, request) => def opinion(self, request)
      The class needs `name = ...`, `opine(self, request)` and `learn(self, feedback)`, spelled
      like that.
    not_an_opinion: Opinion(self.name, scores, best / (best + 1)) => scores
      `opine` ends with `return Opinion(self.name, scores, confidence)`.
    shape_of_the_opinion: best / (best + 1) => 0.5
      Scores have a row for each viewer who asks and a column for each candidate; confidence has
      one number for each viewer.
    learns_when_asked:
      | best = scores.max(axis=1) =>
      | best = scores.max(axis=1)
      | for who, row in zip(request.viewers, creators, strict=True):
      |     self.clicks[who, row[0]] = self.clicks.get((who, row[0]), 0) + 1
      The same question gets another answer when it is asked again: `opine` must not count anything.
    shared_memory: name = "loyalty" => name, clicks = "loyalty", {}; self.clicks = {} => pass
      An agent that was just made already remembers. Its memory belongs to the class: make it in
      __init__, with self.
    counted_shows:
      | feedback.active & (videos >= 0) => feedback.active;
      | key = viewers[row], self.catalog.creator[videos[row]]
      | self.clicks[key] = self.clicks.get(key, 0) + 1 =>
      | for video in feedback.slate.videos[row]:
      |     key = viewers[row], self.catalog.creator[video]
      |     self.clicks[key] = self.clicks.get(key, 0) + 1
      You count what was shown. Loyalty is about what was clicked.
    one_memory_for_all: get((who, c), 0) => get((0, c), 0); key = viewers[row], => key = 0,
      Everybody's clicks fall into one memory. Count for each viewer apart.
    rows_not_viewers:
      | zip(request.viewers, => zip(range(len(request)),;
      | key = viewers[row], => key = row,
      Row 0 of a batch is not viewer 0. Who is asking stands in `request.viewers`, and who clicked
      in `feedback.slate.request.viewers`.
    slot_not_video: creator[videos[row]] => creator[feedback.clicked[row]]
      `feedback.clicked` is the slot on the page, and you use it as the number of a video.
      `feedback.clicked_video` is the video.
    video_not_creator: self.catalog.creator[videos[row]] => videos[row]
      You count the clicked video where its creator belongs: `self.catalog.creator[video]`.
    skips_count_for_the_last_slot:
      | feedback.active & (videos >= 0) => feedback.active;
      | creator[videos[row]] => creator[feedback.slate.videos[row, feedback.clicked[row]]]
      No click is −1, and `videos[row, -1]` is the last slot: a skip counts as a click there.
      Leave rows without a click out.
    skips_count_for_the_last_video: & (videos >= 0) =>
      No click is −1, and `creator[-1]` is the creator of the catalogue's last video, who gets
      every skip. Leave rows without a click out.
    learned_from_ended_sessions: feedback.active & (videos >= 0) => videos >= 0
      Rows where `feedback.active` is False teach nothing: the session was over.
    lost_one_of_two_clicks:
      | in LoyaltyInArrays: np.add.at(self.clicks, (viewers, => self.clicks[(viewers,;
      | [rows]]), 1) => [rows]])] += 1
      Where a viewer and a creator come twice in a batch, `counts[rows] += 1` adds only one. Use
      `np.add.at(counts, rows, 1)`, or a loop.
    yes_or_no: self.clicks.get(key, 0) + 1 => 1
      You remember whether there was a click, not how many.
    topic_not_creator: creator[videos[row]] => topic[videos[row]]
      You count topics; loyalty goes to a creator.
    forgets_yesterday:
      | viewers, videos = =>
      | self.clicks = {}
      | viewers, videos =
      Each call of `learn` starts from nothing. Make the memory once, in __init__.
    punishes_skips:
      | feedback.active & (videos >= 0) => feedback.active;
      | key = viewers[row], self.catalog.creator[videos[row]]
      | self.clicks[key] = self.clicks.get(key, 0) + 1 =>
      | liked = videos[row] >= 0
      | for video in [videos[row]] if liked else feedback.slate.videos[row]:
      |     key = viewers[row], self.catalog.creator[video]
      |     self.clicks[key] = self.clicks.get(key, 0) + (1 if liked else -1)
      You take points away when nothing is clicked. Only clicks count here.
    shares_not_counts:
      | self.name, scores, => self.name, scores / np.maximum(scores.sum(axis=1, keepdims=True), 1),
      You return shares. The score is the count itself.
    surer_than_sure: best / (best + 1) => best
      A count is no confidence, which lies between 0 and 1: `best / (best + 1)`.
    sure_of_the_batch: best = scores.max(axis=1) => best = np.full(len(request), scores.max())
      All pages get one confidence. Each has its own: `scores.max(axis=1)`.
    always_sure: best / (best + 1) => np.ones(len(request))
      The agent is sure before it has seen a click. With `best` the highest score on a viewer's
      page, confidence is `best / (best + 1)`.
"""

detect_not_an_agent = _raised(NO_AGENT)
detect_not_an_opinion = _raised(NO_OPINION)
detect_shape_of_the_opinion = _raised("needs", MessageError)


def detect_learns_when_asked(trials):
    return any(
        not np.array_equal(trial.returned["scores"], trial.returned["scores when asked again"])
        for trial in trials
    )


def detect_shared_memory(trials):
    return any(
        np.any(trial.returned["scores of another agent, which learned nothing"]) for trial in trials
    )
