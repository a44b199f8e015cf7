"""16.4 An agent made of words.

30 minutes, difficulty 3, 6 points, L16.4
It speaks when it has something to say, says when it has not, and never falls over.
"""

import re

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.llm.models.chat import ModelError
from mavrs_course.messages import Opinion, Request


class WordsAgent:
    name = "words"

    def __init__(self, model, title, wishes, rule):
        self.model, self.title, self.wishes, self.rule = model, title, wishes, rule
        self.priors = {}

    def opine(self, request):
        rows = zip(request.viewers.tolist(), request.candidates.tolist(), strict=True)
        scores, sure, reasons = zip(
            *(self._page(viewer, videos) for viewer, videos in rows), strict=True
        )
        return Opinion(self.name, np.array(scores), np.array(sure), list(reasons))

    def _prior(self, video):
        if video not in self.priors:
            said = self.model.score("Video titles:", [" " + self.title(video)])
            self.priors[video] = said[0]
        return self.priors[video]

    def _page(self, viewer, videos):
        if viewer not in self.wishes:
            return np.zeros(len(videos)), 0.0, "nothing is known of this viewer"
        try:
            prior = np.array([self._prior(video) for video in videos])
            titles = [" " + self.title(video) for video in videos]
            return self.model.score(self.wishes[viewer], titles) - prior, 1.0, "by the model"
        except ModelError as error:
            return np.array(self.rule(videos), float), 0.0, f"by a rule: {error}"

    def learn(self, feedback):
        pass


class WordsAgentAtOnce(WordsAgent):
    """Asks for all the priors that a page lacks in one call."""

    def _page(self, viewer, candidates):
        if viewer not in self.wishes:
            return np.zeros(len(candidates)), 0.0, "I know nothing of this viewer"
        try:
            new = [video for video in candidates if video not in self.priors]
            said = self.model.score("Video titles:", [f" {self.title(v)}" for v in new])
            self.priors |= dict(zip(new, said, strict=True))
            scores = self.model.score(
                self.wishes[viewer], [f" {self.title(v)}" for v in candidates]
            )
        except ModelError:
            return np.array(self.rule(candidates), float), 0.0, "the rule"
        return scores - np.array([self.priors[v] for v in candidates]), 1.0, "words"


OTHERS = (WordsAgentAtOnce,)
CAT, TRAM, SOUP, PIPE = "My cat sings", "A tram in the rain", "Soup for six", "Mending a pipe"


def cases(rng):
    titles = {0: CAT, 1: TRAM, 2: SOUP, 3: PIPE}
    wishes = {7: "Videos of a cat:", 8: "Videos of soup and rain:"}
    hand = (titles, {7: "Videos of a cat:"}, "", [([7], [[0, 3]])])
    return [
        Case("one page, worked out by hand", hand,
             {"scores of request 0": np.array([[2.0, 2.0]]),
              "confidence in request 0": np.array([1.0]),
              "reasons of request 0 that say rule": [False],
              "questions without a wish": 2, "questions with a wish": 2}),
        Case("two viewers with words", (titles, wishes, "", [([7, 8], [[0, 1, 2], [2, 1, 0]])])),
        Case("a viewer of whom nothing is known",
             (titles, wishes, "", [([9, 7], [[0, 1], [2, 0]])])),
        Case("the same videos again", (titles, wishes, "",
             [([7], [[0, 1, 2]]), ([8], [[1, 2, 3]]), ([7], [[3, 2, 1]])])),
        Case("a model that never answers", (titles, wishes, "V", [([7, 9], [[0, 1], [2, 3]])])),
        Case("a model that fails at one viewer", (titles, wishes, "soup",
             [([7, 8], [[0, 2, 1], [0, 1, 3]]), ([8, 7], [[1, 3, 2], [2, 3, 0]])])),
    ]  # fmt: skip


class Noted:
    """Scores by the words that context and title share; fails where its words are forbidden."""

    abilities = frozenset({"score"})
    name = digest = "noted"

    def __init__(self, fails):
        self.fails, self.asked = fails, []

    def score(self, context, continuations):
        if self.fails and self.fails in context:
            raise ModelError("the model is not here")
        self.asked += [(context, text) for text in continuations]
        words = set(re.findall(r"\w+", context.lower()))
        return np.array([_liking(text, words) for text in continuations])


def _liking(text, words):
    own = re.findall(r"\w+", text.lower())
    spaced = 0.0 if text.startswith(" ") else -7.0
    return -0.5 * len(text) + spaced + 2.0 * sum(word in words for word in own)


def observe(answer, case):
    """What the agent says to each request, and how often it asked for a prior."""
    titles, wishes, fails, requests = case.inputs
    model = Noted(fails)
    agent = answer(
        model, lambda video: titles[video], dict(wishes), lambda videos: [-v for v in videos]
    )
    seen = {}
    for number, (viewers, candidates) in enumerate(requests):
        request = Request(np.array(viewers), np.array(candidates), 1)
        opinion = agent.opine(request)
        marked = [bool("rule" in str(reason).lower()) for reason in opinion.reasons or ()]
        seen |= {
            f"scores of request {number}": np.asarray(opinion.scores),
            f"confidence in request {number}": np.asarray(opinion.confidence),
            f"reasons of request {number} that say rule": marked,
        }
    seen["questions without a wish"] = sum(context == "Video titles:" for context, _ in model.asked)
    seen["questions with a wish"] = sum(context != "Video titles:" for context, _ in model.asked)
    return seen


NAMES = ("titles", "wishes", "the model fails at", "requests")
PROPERTIES = (
    Property("every video's prior is asked for once",
             lambda seen, titles, *rest: seen["questions without a wish"] <= len(titles),
             "You ask for the prior of the same title more than once. It does not depend on the "
             "viewer: keep it in a dictionary of the agent."),
)  # fmt: skip

HINTS = """
    Write a method for one page, with a try around it; opine calls it for each row and puts the
    rows together. request.viewers.tolist() gives numbers that a dictionary knows.

    The prior of a video: if it is not in self.priors, self.model.score("Video titles:", [" " +
    self.title(video)])[0].

    Scores are self.model.score(wish, titles) - priors, with confidence 1. On ModelError:
    self.rule(candidates), confidence 0, and a reason such as f"by a rule: {error}".
"""
MISTAKES = """
    prior_each_time: if video not in self.priors: => if True:
      You ask for the prior of a title each time it is a candidate. It never changes: keep it in a
      dictionary.
    no_prior: self._prior(video) for => 0.0 for
      Your scores are likelihoods, so short titles win whoever watches. Subtract the likelihood
      after "Video titles:".
    prior_without_space: [" " + self.title(video)]) => [self.title(video)])
      The prior is asked for without the space before the title, so it is the likelihood of
      another text. Ask for " " + title both times.
    raises: except ModelError as error: => except ImportError as error:
      A model that can't be asked brings your agent down. Catch ModelError, and let the rule decide.
    zeros_for_a_rule: np.array(self.rule(videos), float) => np.zeros(len(videos))
      Where the model fails you score 0 for all. The rule was given for that: rule(candidates).
    silent_about_the_rule: f"by a rule: {error}" => str(error)
      The rule decides and the reason does not say so. Whoever reads it takes it for the model's
      opinion: the reason must hold the word rule.
    proud_of_the_rule: 0.0, f"by => 1.0, f"by
      You are as sure of the rule as of the model. Its confidence is 0.
    sure_of_strangers: np.zeros(len(videos)), 0.0 => np.zeros(len(videos)), 1.0
      You are sure about a viewer of whom nothing is known. Scores 0, confidence 0.
    rule_for_strangers:
      | np.zeros(len(videos)), 0.0, "nothing is known of this viewer" =>
      |     np.array(self.rule(videos), float), 0.0, "by a rule"
      For a viewer without words you ask the rule. The model did not fail: the agent just has
      nothing to say, so scores 0 and confidence 0.
    asks_about_strangers:
      | return np.zeros(len(videos)) =>
      | try:
      |     prior = [self._prior(video) for video in videos]
      | except ModelError:
      |     prior = []
      | return np.zeros(len(videos))
      You ask the model although nothing is known of the viewer, and throw the answer away. Look
      for the words first.
    all_or_nothing:
      | return Opinion =>
      | if any("rule" in reason for reason in reasons):
      |     scores = [self.rule(row) for row in request.candidates.tolist()]
      |     sure, reasons = np.zeros(len(scores)), ["by a rule"] * len(scores)
      | return Opinion
      One page on which the model fails takes all pages of the request with it. Put the try around
      a single page.
    gives_up_for_good:
      | self.priors = {} => self.priors, self.broken = {}, False;
      | prior = np.array =>
      | if self.broken:
      |     raise ModelError("broken")
      | prior = np.array;
      | return np.array(self.rule =>
      | self.broken = True
      | return np.array(self.rule
      After one failure your agent never asks again. The next question may well be answered.
    wrong_sign:
      | self.model.score(self.wishes[viewer], titles) - prior =>
      |     prior - self.model.score(self.wishes[viewer], titles)
      or
      | self.model.score(self.wishes[viewer], titles) - prior =>
      |     prior - self.model.score(self.wishes[viewer], titles);
      | np.array(self.rule(videos), float) => -np.array(self.rule(videos), float)
      Your sign is wrong: what the words make likelier has the higher score.
"""
