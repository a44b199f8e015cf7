"""14.5 Learn whom to believe.

30 minutes, difficulty 3, 5 points, L14.5
A coordinator that finds out whom to believe, and judges nobody by what was not shown.
"""

import copy

import numpy as np

from mavrs_course.course import Case, Property


class Believer:
    def __init__(self, agents, rate):
        self.losses = np.zeros(agents)
        self.rate = rate

    def weights(self):
        weights = np.exp(-self.rate * (self.losses - self.losses.min()))
        return weights / weights.sum()

    def fuse(self, votes):
        return (votes * self.weights()[None, :, None]).sum(axis=1)

    def learn(self, votes, shown, clicked):
        for page in np.flatnonzero(clicked >= 0):
            said = votes[page][:, shown[page]]
            chosen = said[:, [clicked[page]]]
            ties = (said == chosen).sum(axis=1) - 1  # the clicked one ties with itself
            above = (said > chosen).sum(axis=1) + ties / 2
            self.losses += above / (said.shape[1] - 1)


class BelieverAtOnce:
    """Multiplies weights page by page and normalises each time."""

    def __init__(self, agents, rate):
        self.log, self.rate = np.zeros(agents), rate

    def weights(self):
        weights = np.exp(self.log - self.log.max())
        return weights / sum(weights)

    def fuse(self, votes):
        return (votes * self.weights()[None, :, None]).sum(axis=1)

    def learn(self, votes, shown, clicked):
        rows = np.flatnonzero(np.asarray(clicked) != -1)
        said = np.take_along_axis(votes[rows], shown[rows][:, None, :], axis=2)
        chosen = np.take_along_axis(said, clicked[rows][:, None, None], axis=2)
        halves = 0.5 * (said == chosen) + (said > chosen)
        losses = (halves.sum(axis=2) - 0.5) / (shown.shape[1] - 1)
        self.log = self.log - self.rate * losses.sum(axis=0)


class CountsTheClickedItself(Believer):
    """Adds the same half to everybody's loss, which changes no weight: right as well."""

    def learn(self, votes, shown, clicked):
        for page in np.flatnonzero(clicked >= 0):
            said = votes[page][:, shown[page]]
            chosen = said[:, [clicked[page]]]
            worse = (said > chosen).sum(axis=1) + (said == chosen).sum(axis=1) / 2
            self.losses += worse / (said.shape[1] - 1)


OTHERS = (BelieverAtOnce, CountsTheClickedItself)


def cases(rng):
    def batch(pages, agents, candidates, slots, levels=5):
        votes = rng.integers(0, levels, (pages, agents, candidates)) / (levels - 1)
        shown = np.argsort(rng.random((pages, candidates)), axis=1)[:, :slots]
        return votes, shown, rng.integers(-1, slots, pages)

    def some(lessons, pages, agents, rate, candidates=6, slots=3):
        batches = [batch(pages, agents, candidates, slots) for _ in range(lessons)]
        return agents, rate, batches, rng.random((2, agents, candidates))

    votes = np.array([[[0.0, 0.2, 1.0, 0.9], [0.0, 1.0, 0.2, 0.6], [0.5, 0.5, 0.5, 0.5]]])
    hand = (votes, np.array([[2, 1]]), np.array([0]))
    a, b, c = 1.0, np.exp(-1.0), np.exp(-0.5)
    believed = np.array([a, b, c]) / (a + b + c)
    first = np.zeros(2000, dtype=int)
    always = np.tile([[[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]], (2000, 1, 1))
    nobody = (votes, np.array([[2, 1]]), np.array([-1]))
    return [
        Case("one page, the slots show candidates 2 and 1, slot 0 is clicked",
             (3, 1.0, [hand], votes),
             {"weights at first": np.full(3, 1 / 3),
              "weights after each lesson": [believed],
              "fused": (votes * believed[None, :, None]).sum(axis=1)}),
        Case("the same page without a click", (3, 1.0, [nobody], votes),
             {"weights at first": np.full(3, 1 / 3),
              "weights after each lesson": [np.full(3, 1 / 3)],
              "fused": votes.mean(axis=1)}),
        Case("two lessons of one page", (3, 1.0, [hand, hand], votes)),
        Case("two lessons of five pages, three slots of six", some(2, 5, 4, 0.5)),
        Case("three lessons of eight pages", some(3, 8, 3, 0.3)),
        Case("a rate of 0: nothing is learned", some(1, 4, 3, 0.0)),
        Case("four slots of eight", some(2, 6, 5, 0.7, 8, 4)),
        Case("two thousand pages: one agent is always right, one always wrong",
             (2, 1.0, [(always, np.tile(np.arange(3), (2000, 1)), first)], always[:1])),
        Case("more than a thousand pages, so that weights become very small",
             some(1, 1200, 3, 3.0, 4, 2)),
    ]  # fmt: skip


def observe(answer, case):
    """Weights before, after each batch, and the last fusion."""
    agents, rate, batches, last = case.inputs
    believer = answer(agents, rate)
    seen = [copy.deepcopy(believer.weights())]
    for votes, shown, clicked in batches:
        believer.learn(votes.copy(), shown.copy(), clicked.copy())
        seen.append(copy.deepcopy(believer.weights()))
    return {
        "weights at first": seen[0],
        "weights after each lesson": seen[1:],
        "fused": believer.fuse(last.copy()),
    }


NAMES = ("agents", "rate", "lessons", "votes to fuse")


def _weights(seen):
    """All weights that were seen, float[lessons + 1, n]; None where they are no such thing."""
    try:
        weights = np.array([seen["weights at first"], *seen["weights after each lesson"]], float)
    except (TypeError, ValueError):
        return None
    return weights if weights.ndim == 2 else None


def _sum_to_one(seen, *script):
    weights = _weights(seen)
    return weights is None or np.allclose(weights.sum(axis=1), 1)


def _begin_alike(seen, *script):
    weights = _weights(seen)
    return weights is None or np.allclose(np.ptp(weights[0]), 0)


PROPERTIES = (
    Property("weights sum to one",
             _sum_to_one,
             "The weights do not sum to one. Divide by their sum; and subtract the smallest "
             "loss before np.exp, or all become 0 after many pages."),
    Property("everybody begins alike",
             _begin_alike,
             "Before any click all agents have the same weight."),
)  # fmt: skip

HINTS = """
    Keep one sum of losses for each agent. weights() is exp(-rate * losses), divided by its sum;
    subtract losses.min() first, which changes nothing but what is too small.

    In learn, for each page with clicked >= 0, look at the votes for what was shown. An agent's loss
    counts those that it put above the clicked one, and half of the equals but the clicked one
    itself, over K - 1. fuse: each agent's votes times its weight, summed over the agents.
"""
MISTAKES = """
    judged_by_what_was_not_shown:
      | [:, shown[page]] =>;
      | [clicked[page]] => [shown[page][clicked[page]]]
      You compare the clicked with all candidates. What was not shown could not be clicked:
      compare with the other shown ones alone.
    slot_for_candidate: chosen = said[:, => chosen = votes[page][:,
      clicked is a slot of the page, not a column of votes. The candidate in that slot is
      shown[page, clicked[page]].
    slots_for_candidates: [:, shown[page]] => [:, : shown.shape[1]]
      You take the first columns of votes for the page. Which candidates were on it says shown:
      votes[page][:, shown[page]].
    no_click_is_the_last_slot: np.flatnonzero(clicked >= 0) => range(len(clicked))
      Pages with clicked = -1 teach something in yours: -1 as an index is the last slot. Leave
      them out.
    ties_are_right: + ties / 2 =>
      An equal vote costs nothing in yours, so an agent without any opinion is never wrong. Ties
      count half.
    ties_are_wrong: ties / 2 => ties
      An equal vote counts as wrong in yours. Ties count half.
    divided_by_all_slots: (said.shape[1] - 1) => said.shape[1]
      You divide by K. There are K - 1 other slots, so the worst loss is 1.
    counted_and_not_shared: above / (said.shape[1] - 1) => above
      Your loss counts slots. Its share is wanted: divide by the K - 1 other slots.
    rewards_the_wrong:
      | -self.rate * (self.losses - self.losses.min()) =>
      |     self.rate * (self.losses - self.losses.max())
      Who is wrong gains weight in yours: the loss counts slots put above the clicked one, and the
      exponent is minus rate times loss.
    not_normalised:
      | np.exp(-self.rate * (self.losses - self.losses.min())) => np.exp(-self.rate * self.losses);
      | weights / weights.sum() => weights
      Your weights do not sum to one: divide by their sum.
    only_the_last_lesson:
      | for page in np.flatnonzero(clicked >= 0): =>
      | self.losses = np.zeros_like(self.losses)
      | for page in np.flatnonzero(clicked >= 0):
      Each lesson starts from nothing in yours. Losses add up over all lessons.
    mean_of_pages: (said.shape[1] - 1) => (said.shape[1] - 1) / (clicked >= 0).sum()
      You average the losses of a lesson. Hedge adds them up, page by page, so that more pages
      teach more.
    mean_of_all_pages: (said.shape[1] - 1) => (said.shape[1] - 1) / len(clicked)
      You divide the losses of a lesson by its number of pages. Hedge adds them up, so that more
      pages teach more, however they are handed over.
    underflow: - self.losses.min() =>
      After thousands of pages exp(-rate * loss) is 0 for everybody, and 0 / 0 is NaN. Only
      differences matter: subtract the smallest loss first.
    subtracts_the_largest: self.losses.min() => self.losses.max()
      You subtract the largest loss, so that exp gets large numbers, and in the end infinity. With
      the smallest subtracted the best agent has exp(0) = 1, and all others have less.
    does_not_use_its_weights:
      | (votes * self.weights()[None, :, None]).sum(axis=1) => votes.mean(axis=1)
      The weights are right and fuse does not use them: this is the plain mean.
    follows_one:
      | (votes * self.weights()[None, :, None]).sum(axis=1) => votes[:, self.weights().argmax()]
      fuse returns the votes of the most believed agent alone. A weighted mean of all is wanted.
    loss_is_the_missing_vote: above / (said.shape[1] - 1) => 1 - chosen[:, 0]
      Your loss is 1 minus the vote for the clicked video. An agent that votes 1 for everything
      would never be wrong: compare with the other slots.
    slot_zero_is_no_click: clicked >= 0 => clicked > 0
      Clicks on slot 0 teach nothing in yours. Slots are numbered from 0; only -1 is no click.
    only_the_last_page: self.losses += above => self.losses = above
      Only the last page with a click is left in your losses: add to them (+=), page by page.
    rate_to_the_loss:
      | np.exp(-self.rate * (self.losses - self.losses.min())) => self.rate**self.losses
      You raise the rate to the power of the loss. Wanted is exp(-rate * loss).
    one_over_the_loss:
      | np.exp(-self.rate * (self.losses - self.losses.min())) => 1 / (1 + self.rate * self.losses)
      Your weights fall as one over the loss, and not as exp(-rate * loss): a bad agent keeps far
      too much of its say.
    one_over_the_loss_whatever_the_rate:
      | np.exp(-self.rate * (self.losses - self.losses.min())) => 1 / (1 + self.losses)
      Your weights fall as one over the loss and do not use the rate: exp(-rate * loss) is wanted.
    right_or_wrong: above / (said.shape[1] - 1) => said.argmax(axis=1) != clicked[page]
      Your loss asks only whether the favourite was clicked. Count the share of other slots that
      were put above the clicked one, ties half.
"""

EQUAL = r"""
    np.zeros(agents) => np.ones(agents) | self.losses = np.zeros(agents)
    (said == chosen).sum(axis=1) - 1 => (said == chosen).sum(axis=1) + 1 | ties = (said == chosen).sum(axis=1) - 1
    (said == chosen).sum(axis=1) - 1 => (said == chosen).sum(axis=1) | ties = (said == chosen).sum(axis=1) - 1
    1 => 2 | ties = (said == chosen).sum(axis=1) - 1
    1 => 0 | ties = (said == chosen).sum(axis=1) - 1
      What is added to the losses of all leaves the weights as they are.
"""  # noqa: E501
