"""22.1 What does she know?.

15 minutes, difficulty 1, 3 points, L22.1
You can now follow what a learner knows, and say what she will answer next.
"""

import numpy as np

from mavrs_course.course import Case, Property


def trace(answers, prior, learn, guess, slip):
    known, before = prior, []
    for answer in answers:
        before.append(known * (1 - slip) + (1 - known) * guess)
        if answer >= 0:
            if_known = 1 - slip if answer == 1 else slip
            if_not = guess if answer == 1 else 1 - guess
            known = known * if_known / (known * if_known + (1 - known) * if_not)
        known = known + (1 - known) * learn
    return np.array(before)


def by_odds(answers, prior, learn, guess, slip):
    """Bayes' rule as a product of odds."""
    ratio, known, said = {1: (1 - slip) / guess, 0: slip / (1 - guess), -1: 1.0}, prior, []
    for answer in answers:
        said.append(guess + known * (1 - slip - guess))
        odds = known / (1 - known) * ratio[int(answer)]
        known = 1 - (1 - learn) / (1 + odds)
    return np.array(said)


def by_matrices(answers, prior, learn, guess, slip):
    """The forward pass of a hidden Markov model with two states."""
    state, said = np.array([1 - prior, prior]), []
    likely = np.array([[1 - guess, guess, 1], [slip, 1 - slip, 1]])  # [state, answer]
    for answer in answers:
        said.append(state @ likely[:, 1])
        state = state * likely[:, answer]
        state = state / state.sum() @ np.array([[1 - learn, learn], [0, 1]])
    return np.array(said)


OTHERS = (by_odds, by_matrices)


def cases(rng):
    answers = rng.integers(-1, 2, 12)
    # P(right) = .5 * .9 + .5 * .2 = .55; right: known .45 / .55 = .81818, and after the lesson
    # .81818 + .18182 / 2 = .90909, so that .90909 * .9 + .09091 * .2 = .83636 comes next.
    half = (0.5, 0.5, 0.2, 0.1)
    return [
        Case("right, then another; prior .5, learn .5, guess .2, slip .1",
             (np.array([1, 1]), *half), np.array([0.55, 0.83636363636])),
        Case("wrong, then another", (np.array([0, 1]), *half),
             np.array([0.55, (5 / 9) * 0.9 + (4 / 9) * 0.2])),
        Case("a lesson without an answer, then another",
             (np.array([-1, 1]), *half), np.array([0.55, 0.75 * 0.9 + 0.25 * 0.2])),
        Case("a single answer", (np.array([1]), *half), np.array([0.55])),
        Case("answers, some missing", (answers, *np.round(rng.uniform(0.1, 0.4, 4), 3))),
        Case("she never learns", (np.array([0, 1, 1, 0, -1, 1]), 0.3, 0.0, 0.25, 0.15)),
        Case("no answers yet", (np.zeros(0, dtype=int), *half), np.zeros(0)),
    ]  # fmt: skip


PROPERTIES = (
    Property("every prediction lies between guess and 1 - slip",
             lambda result, answers, prior, learn, guess, slip: bool(
                 np.all((result >= guess - 1e-9) & (result <= 1 - slip + 1e-9))),
             "A prediction lies outside guess and 1 - slip. It is a mean of the two, weighted by "
             "known and 1 - known; is `known` still a probability?"),
)  # fmt: skip

HINTS = """
    Keep one number, the chance that she knows it. For each answer: predict with it, correct it,
    then let the lesson raise it.

    Bayes' rule: what you believed times how likely the answer is if she knows it, divided by how
    likely the answer is at all. Those likelihoods are different for a right and a wrong answer.

    An answer of -1 tells nothing, so there is nothing to correct. But the lesson was watched.
"""
MISTAKES = """
    predicts_knowledge:
      | before.append(known * (1 - slip) + (1 - known) * guess) => before.append(known)
      You return how likely she knows it. Asked is how likely her answer is right.
    guess_and_slip_swapped:
      | known, before = prior, [] => known, before, guess, slip = prior, [], slip, guess
      guess and slip have changed places: who guesses does not know it, who slips does.
    no_learning: known = known + (1 - known) * learn => pass
      Nobody learns anything: after each lesson known rises by (1 - known) * learn.
    learns_first:
      | if answer >= 0: =>
      | known = known + (1 - known) * learn
      | if answer >= 0:;
      | known = known + (1 - known) * learn => pass
      You let her learn before you look at her answer, which came from what she knew until then.
    learns_when_right:
      | known = known + (1 - known) * learn => known = known + (1 - known) * learn * (answer == 1)
      Only a right answer is followed by learning. The lesson teaches whatever the answer was.
    unanswered_is_nothing:
      | known = known + (1 - known) * learn => known = known + (1 - known) * learn * (answer >= 0)
      You pass over a lesson without an answer. It was watched: known rises by (1 - known) * learn.
    unanswered_is_wrong: if answer >= 0: => if True:
      -1 is taken for a wrong answer. It says that no answer was given, and tells nothing.
    learning_is_added: known = known + (1 - known) * learn => known = known + learn
      Only who does not know it yet can learn it: add (1 - known) * learn, and not learn itself.
    all_taken_for_right:
      | if_known = 1 - slip if answer == 1 else slip => if_known = 1 - slip;
      | if_not = guess if answer == 1 else 1 - guess => if_not = guess
      Wrong answers are treated as right ones: their likelihoods are slip and 1 - guess.
    one_late:
      | before.append(known * (1 - slip) + (1 - known) * guess) => pass;
      | known = known + (1 - known) * learn =>
      | known = known + (1 - known) * learn
      | before.append(known * (1 - slip) + (1 - known) * guess)
      Each prediction is made after its answer. Predict first, with what was known before.
    learns_before_predicting:
      | before.append(known * (1 - slip) + (1 - known) * guess) =>
      | known = known + (1 - known) * learn
      | before.append(known * (1 - slip) + (1 - known) * guess);
      | known = known + (1 - known) * learn => pass
      You let the lesson teach before its answer is foretold. First the answer, then it teaches.
"""
