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
    said = np.zeros(len(answers))
    odds = prior / (1 - prior)
    for t, answer in enumerate(answers):
        known = odds / (1 + odds)
        said[t] = guess + known * (1 - slip - guess)
        if answer == 1:
            odds *= (1 - slip) / guess
        elif answer == 0:
            odds *= slip / (1 - guess)
        known = 1 - (1 - odds / (1 + odds)) * (1 - learn)
        odds = known / (1 - known)
    return said


def by_matrices(answers, prior, learn, guess, slip):
    """The forward pass of a hidden Markov model with two states."""
    state, said = np.array([1 - prior, prior]), []
    likely = np.array([[1 - guess, guess], [slip, 1 - slip]])  # [state, answer]
    move = np.array([[1 - learn, learn], [0, 1]])
    for answer in answers:
        said.append(state @ likely[:, 1])
        if answer != -1:
            state = state * likely[:, answer]
        state = state / state.sum() @ move
    return np.array(said)


OTHERS = (by_odds, by_matrices)


def cases(rng):
    def some(length, unanswered=0.0):
        answers = rng.integers(0, 2, length)
        answers[rng.random(length) < unanswered] = -1
        return (answers, *np.round(rng.uniform(0.1, 0.4, 4), 3))

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
        Case("eight answers", some(8)),
        Case("answers, some missing", some(12, 0.3)),
        Case("one answer", some(1)),
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
      You return how likely she knows it. Asked is how likely her answer is right: she may slip,
      and she may guess.
    nobody_guesses: + (1 - known) * guess) => )
      Who does not know it may guess: (1 - known) * guess is missing from the prediction.
    nobody_slips: known * (1 - slip) + (1 - known) * guess => known + (1 - known) * guess
      Who knows it may slip: in the prediction, known counts 1 - slip and not 1.
    guess_and_slip_swapped:
      | before.append(known * (1 - slip) + (1 - known) * guess) =>
      | guess, slip = slip, guess
      | before.append(known * (1 - slip) + (1 - known) * guess)
      guess and slip have changed places: a guess is a right answer of who does not know it, a
      slip a wrong answer of who does.
    no_correction: if answer >= 0: => if False:
      The answers change nothing in what you believe. Bayes' rule comes after each of them.
    no_learning: known = known + (1 - known) * learn => pass
      Nobody learns anything: after each lesson, answered or not, known rises by (1 - known) *
      learn.
    learns_first:
      | if answer >= 0: =>
      | known = known + (1 - known) * learn
      | if answer >= 0:;
      | known = known + (1 - known) * learn => pass
      You let her learn before you look at her answer. The answer came from what she knew until
      then: correct first, then add what the lesson taught.
    learns_when_right:
      | known = known + (1 - known) * learn => known = known + (1 - known) * learn * (answer == 1)
      Only a right answer is followed by learning. The lesson teaches whatever the answer was.
    unanswered_is_nothing:
      | if answer >= 0: =>
      | if answer < 0:
      |     continue
      | else:
      A lesson without an answer is passed over altogether. There is nothing to correct, but it
      was watched: known rises by (1 - known) * learn.
    unanswered_is_wrong: if answer >= 0: => if True:
      -1 is taken for a wrong answer. It says that no answer was given, and tells nothing.
    unanswered_is_right:
      | if answer >= 0: => if True:;
      | if_known = 1 - slip if answer == 1 => if_known = 1 - slip if answer;
      | if_not = guess if answer == 1 => if_not = guess if answer
      -1 is taken for a right answer (a number other than 0 counts as true). It says that no
      answer was given, and tells nothing.
    learning_is_added: known = known + (1 - known) * learn => known = known + learn
      You add learn itself, so that known may rise above 1. Only who does not know it yet can
      learn it: add (1 - known) * learn.
    not_divided: known * if_known / (known * if_known + (1 - known) * if_not) => known * if_known
      Bayes' rule lacks its denominator, how likely the answer was at all, so that known shrinks
      with every answer.
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
      You let the lesson teach before you foretell its answer. First the answer is foretold and
      given, then the lesson has taught.
    stops_without_an_answer:
      | if answer >= 0: =>
      | if answer < 0:
      |     return np.array(before[:-1])
      | else:
      The first lesson without an answer ends everything. Go on after it: it was watched.
"""
