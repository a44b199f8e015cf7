"""29.4 Words, then clicks.

20 minutes, difficulty 3, 3 points, L29.4
A language model's guess and a viewer's clicks are now one belief.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.course.values import slack


def beliefs(log_prior, log_likelihood, beta):
    heard = np.cumsum(log_likelihood, axis=0) / beta
    start = np.zeros((1, len(log_prior)))
    score = log_prior + np.concatenate([start, heard])
    chance = np.exp(score - score.max(axis=1, keepdims=True))
    return chance / chance.sum(axis=1, keepdims=True)


def beliefs_page_by_page(log_prior, log_likelihood, beta):
    score = np.array(log_prior, dtype=float)
    told = []
    for page in [np.zeros(len(score)), *log_likelihood]:
        score = score + np.asarray(page) / beta
        top = score.max()
        told.append(np.exp(score - (top + np.log(np.exp(score - top).sum()))))
    return np.array(told)


OTHERS = (beliefs_page_by_page,)
NAMES = ("log_prior", "log_likelihood", "beta")


def cases(rng):
    half = np.log([0.5, 0.5])
    one = 1 / (1 + np.exp(-1))
    prior = np.log(rng.dirichlet(np.ones(5)))
    clicks = np.log(rng.uniform(0.05, 0.6, (12, 5)))
    none = np.zeros((0, 2))
    return [
        Case("one page of [0, -1]", (half, np.array([[0.0, -1.0]]), 1.0),
             np.array([[0.5, 0.5], [one, 1 - one]])),
        Case("no page yet", (np.log([0.9, 0.1]), none, 1.0), np.array([[0.9, 0.1]])),
        Case("two pages that cancel", (half, np.array([[0.0, -1.0], [-1.0, 0.0]]), 1.0),
             np.array([[0.5, 0.5], [one, 1 - one], [0.5, 0.5]])),
        Case("one page of [0, -1], beta 0.5", (half, np.array([[0.0, -0.5]]), 0.5),
             np.array([[0.5, 0.5], [one, 1 - one]])),
        Case("what the model rules out stays so",
             (np.array([np.log(0.5), -np.inf, np.log(0.5)]), np.array([[-1.0, 0.0, -1.0]]), 1.0),
             np.array([[0.5, 0.0, 0.5], [0.5, 0.0, 0.5]])),
        Case("far too many clicks for one exponential",
             (half, np.array([[-1500.0, -1501.0], [-2000.0, -2000.0]]), 1.0),
             np.array([[0.5, 0.5], [one, 1 - one], [one, 1 - one]])),
        Case("one topic", (np.zeros(1), np.array([[-3.0]]), 1.0), np.ones((2, 1))),
        Case("five topics, twelve pages", (prior, clicks, 1.0)),
        Case("five topics, a dear prior", (prior, clicks, 4.0)),
        Case("five topics, a cheap prior", (prior, clicks, 0.3)),
    ]  # fmt: skip


PROPERTIES = (
    Property("every row sums to 1",
             lambda result, log_prior, log_likelihood, beta: np.allclose(
                 np.sum(result, axis=1), 1, atol=slack(result) * 10 + 1e-9),
             "A row does not sum to 1. Divide each row by its own sum."),
)  # fmt: skip

HINTS = """
    Add logarithms: the prior's, and the evidence so far over beta. Multiply nothing.

    The evidence so far is a running sum over pages; before the first page it is 0.

    exp of -2000 is 0, and 0 / 0 is no number. Take the largest score of a row away before exp: the
    chances stay the same.
"""
MISTAKES = """
    overflows: score - score.max(axis=1, keepdims=True) => score
      or score.max(axis=1, keepdims=True) => score.max()
      exp of a very low score is 0, and 0 / 0 is no number. Take each row's own largest score away
      before exp.
    each_page_alone: np.cumsum(log_likelihood, axis=0) => np.asarray(log_likelihood)
      Each row knows only the last page. Evidence adds up: take the running sum over pages.
    summed_over_topics: np.cumsum(log_likelihood, axis=0) => np.cumsum(log_likelihood, axis=1)
      The running sum goes over topics. It goes over pages, along axis 0.
    no_beta: axis=0) / beta => axis=0)
      beta is left out. Evidence is divided by it.
    beta_upside_down: axis=0) / beta => axis=0) * beta
      Evidence is multiplied by beta. A dear prior (a large beta) makes evidence count less.
    beta_over_all: score = log_prior + => score = log_prior / beta +
      The prior is divided by beta too. Only the evidence is.
    clicks_alone: score = log_prior + => score =
      The prior is not in it: row 0 should be what the words say.
    starts_after_the_first_page: np.concatenate([start, heard]) => heard
      Row 0 is missing: the belief before any page, which is the prior.
    mean_of_the_two:
      | return chance / chance.sum(axis=1, keepdims=True) =>
      | clicks = np.concatenate([start, heard])
      | clicks = np.exp(clicks - clicks.max(axis=1, keepdims=True))
      | clicks = clicks / clicks.sum(axis=1, keepdims=True)
      | return (np.exp(log_prior) + clicks) / 2
      You take the mean of what words and clicks say. Prior and evidence are multiplied.
    not_normalised: return chance / chance.sum(axis=1, keepdims=True) => return chance
      or return chance / chance.sum(axis=1, keepdims=True) => return chance / chance.sum()
      These are not chances yet: divide each row by its own sum.
"""
EQUAL = """
    np.zeros((1, len(log_prior))) => np.ones((1, len(log_prior))) | start = np.zeros((1, len(log_prior)))
      The same added to all scores of a row changes no chance.
"""  # noqa: E501
