"""12.5 What patience is worth.

12 minutes, difficulty 2, 2 points, L12.5
That is the logic of every deadline: the closer it is, the more the last word weighs.
"""

import numpy as np

from mavrs_course.course import Case


def split(patience, first, rounds):
    shares = np.zeros(2)
    for number in range(rounds - 1, -1, -1):
        proposer = (first + number) % 2
        other = 1 - proposer
        left = 0.0 if number == rounds - 1 else patience[other] * shares[other]
        shares[proposer], shares[other] = 1 - left, left
    return shares


def split_by_recursion(patience, first, rounds):
    def share_of_first(first, rounds):
        if rounds == 1:
            return 1.0
        return 1 - patience[1 - first] * share_of_first(1 - first, rounds - 1)

    share = share_of_first(first, rounds)
    return [share, 1 - share] if first == 0 else [1 - share, share]


OTHERS = (split_by_recursion,)


def cases(rng):
    a, b = rng.uniform(0.3, 0.95, 2)
    return [
        Case("one round: who proposes takes all", ((0.5, 0.25), 1, 1), [0.0, 1.0]),
        Case("two rounds: the other could take all by waiting", ((0.5, 0.25), 0, 2), [0.75, 0.25]),
        Case("three rounds", ((0.5, 0.25), 0, 3), [0.875, 0.125]),
        Case("three rounds, peer 1 begins", ((0.5, 0.25), 1, 3), [0.375, 0.625]),
        Case("for ever, or nearly, with equal patience",
             ((0.9, 0.9), 0, 200), [1 / 1.9, 0.9 / 1.9]),
        Case("five rounds, one more patient than the other", ((a, b), 0, 5)),
        Case("four rounds, peer 1 begins", ((b, a), 1, 4)),
        Case("who can't wait at all", ((0.0, 0.8), 0, 4), [0.2, 0.8]),
    ]  # fmt: skip


HINTS = """
    Begin at the end. In the last round whoever proposes takes all: shares 1 and 0.

    One round earlier, the proposer leaves the other patience[other] times the share that the
    other has in the next round, and keeps the rest.

    Go through the rounds from the last to the first. The proposer alternates: a round's number
    plus first, odd or even. After the last round there is nothing, so the other is left 0.
"""
MISTAKES = """
    own_patience: patience[other] => patience[proposer]
      What is left to the other is reckoned with the proposer's patience. It is the other who
      would have to wait: use its own.
    shared_patience: patience[other] => (patience[0] + patience[1]) / 2
      or patience[other] => patience[0] * patience[1]
      or patience[other] => patience[0]
      or patience[other] => patience[1]
      Both wait with the mean of their patience. Each has its own.
    for_ever:
      | return shares =>
      | share = (1 - patience[1 - first]) / (1 - patience[0] * patience[1])
      | return np.array([share, 1 - share])[[first, 1 - first]]
      That is the split when talks may go on for ever. Here they end after some rounds, and who
      has the last word matters.
    fair_at_the_end: left = 0.0 => left = 0.5
      In the last round the cake is split in half. Whoever proposes last takes all: the other can
      only refuse and get nothing.
    nobody_takes_turns: (first + number) % 2 => first
      The same peer proposes in every round, or the other is left a part of the proposer's next
      share instead of its own. They take turns, (first + number) % 2, and what counts is the next
      share of whoever would wait.
    first_is_last: first + number => first + rounds - 1 - number
      The turns are counted from the end, so that the wrong peer begins when the rounds are even.
      Peer first proposes in the first round.
    one_round_too_many:
      | range(rounds - 1, -1, -1) => range(rounds, -1, -1);
      | number == rounds - 1 => number == rounds
      One round too many: with one round, who proposes takes all.
    one_round_too_few: shares = np.zeros(2) => shares, rounds = np.zeros(2), max(rounds - 1, 1)
      One round too few: the last round is number rounds - 1, and range(rounds) holds it.
    the_other_begins: first + number => first + 1 + number
      The other peer begins. In the first round, number 0, it is peer first who proposes.
    first_comes_first: return shares => return shares[[first, 1 - first]]
      The shares stand in the order of speaking. Asked for are peer 0's and peer 1's, whoever
      begins.
    in_cakes_of_the_end: return shares => return shares * np.array(patience) ** (rounds - 1)
      The shares no longer sum to one. The first offer is accepted, so nothing is lost: the
      discount only sets what the other must be left.
    one_step_back: patience[other] * shares[other] => patience[other]
      The other is left its patience times the whole cake, however many rounds there are. It is
      its patience times what it would get in the next round.
    patience_to_the_rounds: patience[other] * shares[other] => patience[other] ** (rounds - 1)
      Patience is raised to the number of rounds, as if the other waited to the end for
      everything. Go back round by round: it is left what it would get one round later.
    waiting_costs_nothing: patience[other] * shares[other] => shares[other]
      Patience makes no difference: a share that comes one round later is worth the patience of
      whoever waits times as much.
"""

EQUAL = r"""
    np.zeros(2) => np.ones(2) | shares = np.zeros(2)
      The last round writes both shares.
    rounds - 1 => rounds + 1 | for number in range(rounds - 1, -1, -1)
    rounds - 1 => rounds | for number in range(rounds - 1, -1, -1)
    1 => 0 | for number in range(rounds - 1, -1, -1)
      Rounds after the last are written over by the last.
    0.0 if number == rounds - 1 else patience[other] * shares[other] => 0.0 if False else patience[other] * shares[other] | left = 0.0 if number == rounds - 1 else patience[other] * shares[oth …
    rounds - 1 => rounds + 1 | left = 0.0 if number == rounds - 1 else patience[other] * shares[oth …
    rounds - 1 => rounds | left = 0.0 if number == rounds - 1 else patience[other] * shares[oth …
    1 => 0 | left = 0.0 if number == rounds - 1 else patience[other] * shares[oth …
      Before the last round is written, both shares are 0.
    first + number => first - number | proposer = (first + number) % 2
      Adding and subtracting have one parity.
"""  # noqa: E501
