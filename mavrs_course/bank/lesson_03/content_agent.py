"""03.5 An agent that goes by content.

25 minutes, difficulty 3, 5 points, L03.5
You have an agent that any coordinator of this course can hire.
"""

import numpy as np

from mavrs_course.course import Case
from mavrs_course.course.detect import only_wrong
from mavrs_course.messages import Feedback, Opinion, Request, Slate


class ContentAgent:
    name = "content"

    def __init__(self, vectors, titles):
        self.vectors = vectors
        self.titles = titles
        self.clicked = {}  # viewer: list of videos

    def learn(self, feedback):
        for row in np.flatnonzero(feedback.active & (feedback.clicked >= 0)):
            viewer = feedback.slate.request.viewers[row]
            self.clicked.setdefault(viewer, []).append(feedback.clicked_video[row])

    def opine(self, request):
        scores, clicks, reasons = np.zeros(request.candidates.shape), [], []
        for row, viewer in enumerate(request.viewers):
            past = self.clicked.get(viewer, [])
            clicks.append(len(past))
            if not past:
                reasons.append("You have not clicked anything yet.")
                continue
            cosines = self.vectors[request.candidates[row]] @ self.vectors[past].T
            scores[row] = cosines.max(axis=1)
            relative = past[cosines[scores[row].argmax()].argmax()]
            reasons.append(f"It is like “{self.titles[relative]}”, which you clicked.")
        clicks = np.array(clicks)
        return Opinion(self.name, scores, clicks / (clicks + 5), reasons)


class ContentAgentInMatrices:
    """The same agent, with a table of clicks instead of lists."""

    name = "content"

    def __init__(self, vectors, titles):
        self.cosines, self.titles = vectors @ vectors.T, titles
        self.times = np.zeros((0, len(vectors)), dtype=int)

    def meet(self, viewers):
        missing = max(0, int(np.max(viewers)) + 1 - len(self.times))
        self.times = np.pad(self.times, ((0, missing), (0, 0)))

    def learn(self, feedback):
        rows = np.flatnonzero(feedback.active & (feedback.clicked >= 0))
        viewers = feedback.slate.request.viewers
        self.meet(viewers)
        np.add.at(self.times, (viewers[rows], feedback.clicked_video[rows]), 1)

    def opine(self, request):
        self.meet(request.viewers)
        times = self.times[request.viewers]
        cosines = self.cosines[request.candidates]
        cosines = np.where(times[:, None] > 0, cosines, -np.inf)
        clicks = times.sum(axis=1)
        scores = np.where(clicks[:, None] > 0, cosines.max(axis=2), 0.0)
        best = cosines[np.arange(len(times)), scores.argmax(axis=1)].argmax(axis=1)
        reasons = [
            f"Because of “{self.titles[video]}”." if count else "Nothing known yet."
            for video, count in zip(best, clicks, strict=True)
        ]
        return Opinion(self.name, scores, clicks / (clicks + 5), reasons)


OTHERS = (ContentAgentInMatrices,)
ONE_CLICK = "one click, in slot 1"


def cases(rng):
    corners = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8], [0.8, 0.6], [-1.0, 0.0]])
    names = ("east", "north", "steep", "flat", "west")
    many = rng.normal(size=(30, 6))
    many /= np.linalg.norm(many, axis=1, keepdims=True)
    many_names = tuple(f"video number {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(30))

    def page(viewers, videos, clicked, active=None):
        videos = np.asarray(videos)
        request = Request(np.asarray(viewers), videos, slots=videos.shape[1])
        active = None if active is None else np.asarray(active)
        clicked = np.asarray(clicked)
        return Feedback(
            Slate(videos, request=request), clicked, 4.0 * (clicked >= 0), active=active
        )

    def ask(viewers, videos):
        return Request(np.asarray(viewers), np.asarray(videos), slots=1)

    def some_pages():
        for _ in range(6):
            videos = np.array([rng.permutation(22)[:3] for _ in range(4)])
            yield page(rng.permutation(6)[:4], videos, rng.integers(-1, 3, 4), rng.random(4) < 0.8)

    return [
        Case("nobody has clicked anything", (corners, names, [ask([0, 1], [[0, 1], [2, 3]])])),
        Case(ONE_CLICK, (corners, names,
             [page([0], [[4, 1]], [1]), ask([0], [[0, 2, 3]])])),
        Case("two clicks far apart", (corners, names,
             [page([0], [[0, 3]], [0]), page([0], [[1, 3]], [0]), ask([0], [[4, 2]])])),
        Case("vectors of one number", (np.array([[1.0], [-1.0], [1.0]]), names[:3],
             [page([0], [[0, 1]], [0]), ask([0], [[1, 2]])])),
        Case("a skip", (corners, names, [page([0], [[0, 1]], [-1]), ask([0], [[0, 1]])])),
        Case("a page after the session's end", (corners, names,
             [page([0, 1], [[0, 1], [2, 3]], [0, 1], [True, False]), ask([0, 1], [[2, 3]] * 2)])),
        Case("viewers in another order", (corners, names,
             [page([7, 2], [[0, 1], [2, 1]], [0, 1]), ask([2, 7, 3], [[2, 3]] * 3)])),
        Case("the same video clicked twice", (corners, names,
             [page([0], [[3, 1]], [0]), page([0], [[3, 1]], [0]), ask([0], [[2, 0]])])),
        Case("six viewers, thirty videos, several pages", (many, many_names,
             [*some_pages(), ask(range(6), [22 + rng.permutation(8) for _ in range(6)])])),
    ]  # fmt: skip


def observe(kind, case):
    """What an agent of this kind says after a script of pages and questions.

    At the end, what a new one says to the last question.
    """
    vectors, titles, script = case.inputs
    agent, said = kind(vectors.copy(), titles), []
    for event in script:
        if isinstance(event, Feedback):
            agent.learn(event)
        else:
            said.append(_told(agent.opine(event), titles))
    return [*said, _told(kind(vectors.copy(), titles).opine(script[-1]), titles)]


def parts(case):
    asked = sum(not isinstance(event, Feedback) for event in case.inputs[2])
    return [*(f"opinion {n + 1}" for n in range(asked)), "the opinion of a new agent"]


def _told(opinion, titles):
    reasons = opinion.reasons or [""] * len(opinion.scores)
    return {
        "scores": np.asarray(opinion.scores, dtype=float),
        "confidence": np.asarray(opinion.confidence, dtype=float),
        "titles named in the reasons": [_named(reason, titles) for reason in reasons],
    }


def _named(reason, titles):
    """The titles that a reason names, in words that a comparison can show."""
    return " and ".join(title for title in titles if title in str(reason)) or "none"


HINTS = """
    What must the agent remember? For each viewer, a list of the videos clicked: a dictionary from
    viewer to list is enough.

    learn: for each row with active and clicked >= 0, append feedback.clicked_video[row] to the
    list of feedback.slate.request.viewers[row]. opine: for each row, cosines =
    vectors[candidates] @ vectors[past].T, float[C, n].

    The scores are cosines.max(axis=1). The best candidate is their argmax, and the title to name
    is that of past[cosines[best].argmax()]. Without a past: zeros and confidence 0.
"""


MISTAKES = """
    gives_no_reason: (clicks + 5), reasons => (clicks + 5)
      Everything is right but the reasons, which name no title: return one sentence for each
      request, with the title of the clicked video that the best candidate is like.
    learns_from_skips:
      | & (feedback.clicked >= 0) =>;
      | feedback.clicked_video[row] => feedback.slate.videos[row, feedback.clicked[row]]
      A skip counts as a click. NO_CLICK is −1, and index −1 is the last slot: learn only from
      rows with clicked >= 0.
    learns_after_the_end: feedback.active & =>
      You learn from pages of sessions that are over. Rows where feedback.active is False say
      nothing.
    slot_for_video: feedback.clicked_video[row] => feedback.clicked[row]
      feedback.clicked is a slot, not a video: feedback.clicked_video looks it up.
    row_for_viewer: feedback.slate.request.viewers[row] => row
      You remember clicks by row. Who sits in a row changes from page to page:
      feedback.slate.request.viewers says who it is.
    one_memory_for_everybody:
      | feedback.slate.request.viewers[row] => 0;
      | self.clicked.get(viewer, => self.clicked.get(0,
      All viewers share one memory: what one clicks, the next is recommended. Keep a list for each
      viewer.
    learns_what_was_shown: append(feedback.clicked_video[row]) => extend(feedback.slate.videos[row])
      Everything on a page is remembered. Only the video in the clicked slot was clicked.
    mean_for_closest: cosines.max(axis=1) => cosines.mean(axis=1)
      Your score is the mean over what was clicked. Somebody who likes football and science is not
      looking for what lies between: take the largest cosine.
    only_the_last_click:
      | cosines.max(axis=1) => cosines[:, -1];
      | past[cosines[scores[row].argmax()].argmax()] => past[-1]
      Only the latest click counts. Compare with everything that the viewer has clicked.
    reason_of_another_candidate: cosines[scores[row].argmax()] => cosines[0]
      The reason names the relative of the first candidate in the request. It should speak of the
      candidate with the highest score.
    reason_names_the_latest_click: past[cosines[scores[row].argmax()].argmax()] => past[-1]
      The reason names the latest click, whatever the score came from. A reason is honest only if
      it names the video that made the score.
    counts_a_video_once: append(len(past)) => append(len(set(past)))
      The confidence counts videos. It goes by clicks, and a video clicked twice is two.
    confidence_of_another_form: clicks / (clicks + 5) => np.ones(len(clicks))
      Scores and reasons are right, the confidence is not: it is n / (n + 5) for n clicks, and so
      0 for a viewer who has clicked nothing.
    shared_between_agents:
      | name = "content" => name, clicked = "content", {};
      | self.clicked = {} => pass
      A new agent remembers what another one has learned: the clicks are kept on the class. Make
      them in __init__, with self.
"""


def detect_gives_no_reason(trials):
    said = [told["titles named in the reasons"] for trial in trials for told in trial.returned]
    quiet = all(title == "none" for row in said for title in row)
    return quiet and only_wrong("titles named in the reasons")(trials)


def detect_counts_a_video_once(trials):
    once_is_right = any(t.passed and t.case.label == ONE_CLICK for t in trials)
    return once_is_right and only_wrong("confidence")(trials)


detect_confidence_of_another_form = only_wrong("confidence")


def detect_shared_between_agents(trials):
    return any(t.error is None and np.any(t.returned[-1]["scores"]) for t in trials)
