"""14.4 A mean that liars can't move.

20 minutes, difficulty 2, 3 points, L14.4
As long as f is a minority of those heard, no lie takes this outside the honest votes.
"""

import numpy as np

from mavrs_course.course import Case, Property


def robust_mean(votes, heard, f):
    means = np.zeros((votes.shape[0], votes.shape[2]))
    for page, there in enumerate(heard):
        ordered = np.sort(votes[page, there], axis=0)
        cut = min(f, (len(ordered) - 1) // 2)
        if len(ordered):
            means[page] = ordered[cut : len(ordered) - cut].mean(axis=0)
    return means


def robust_mean_at_once(votes, heard, f):
    speakers = heard.sum(axis=1)[:, None, None]
    ordered = np.sort(np.where(heard[:, :, None], votes, np.inf), axis=1)
    cut = np.minimum(f, np.maximum(speakers - 1, 0) // 2)
    place = np.arange(votes.shape[1])[None, :, None]
    kept = (place >= cut) & (place < speakers - cut)
    return np.where(kept, ordered, 0).sum(axis=1) / np.maximum(kept.sum(axis=1), 1)


OTHERS = (robust_mean_at_once,)


def cases(rng):
    liars = np.array([[[0.7], [0.72], [0.74], [0.8], [0.81], [1e6], [1e6]]])
    everybody = np.ones((1, 7), dtype=bool)

    def some(pages, agents, candidates, silent, f):
        votes = rng.random((pages, agents, candidates)).round(3)
        return votes, rng.random((pages, agents)) > silent, f

    mixed = np.array([[[0.0, 1.0], [0.9, 0.2], [0.8, 0.3], [0.7, 0.4], [1.0, 0.0]]])
    return [
        Case("two liars among seven", (liars, everybody, 2), [[(0.74 + 0.8 + 0.81) / 3]]),
        Case("nothing is cut", (mixed, np.ones((1, 5), bool), 0), [[0.68, 0.38]]),
        Case("two candidates, one cut at each end",
             (mixed, np.ones((1, 5), bool), 1), [[0.8, 0.3]]),
        Case("one agent is not heard",
             (mixed, np.array([[True, True, True, False, True]]), 1), [[0.85, 0.25]]),
        Case("too few are heard to cut two at each end: their median",
             (mixed, np.array([[False, True, True, True, True]]), 2), [[0.85, 0.25]]),
        Case("nobody is heard", (mixed, np.zeros((1, 5), bool), 1), [[0.0, 0.0]]),
        Case("large votes, and NaN where nobody was heard",
             (np.array([[[7.0], [np.nan], [3.0], [5.0], [4.0]], [[np.nan]] * 5]),
              np.array([[True, False, True, True, True], [False] * 5]), 1), [[4.5], [0.0]]),
        Case("four pages, nine agents", some(4, 9, 3, 0.0, 2)),
        Case("five pages, seven agents, some silent", some(5, 7, 4, 0.3, 1)),
        Case("as many candidates as agents", some(2, 5, 5, 0.2, 1)),
        Case("six pages, eight agents, many silent", some(6, 8, 2, 0.5, 2)),
        Case("votes below zero", (-some(3, 6, 3, 0.3, 1)[0], np.ones((3, 6), bool), 1)),
    ]  # fmt: skip


PROPERTIES = (
    Property("no NaN",
             lambda result, votes, heard, f: not np.isnan(np.asarray(result, dtype=float)).any(),
             "There is a NaN. Cut at most (m - 1) // 2 at each end of the m that were heard, so "
             "that one or two are left, and return 0 where nobody was."),
)  # fmt: skip

HINTS = """
    Go page by page. said = votes[page][heard[page]] are the votes of those heard, [m, C].

    np.sort(said, axis=0) sorts each candidate's votes. Cut = min(f, (m - 1) // 2) rows at each
    end, and take the mean of the rest along axis 0.

    When m is 0 leave the row at zero. With m < 2 f + 1 the cut above leaves one or two votes,
    whose mean is the median.
"""
MISTAKES = """
    silence_is_a_vote_of_zero: votes[page, there] => np.where(there[:, None], votes[page], 0.0)
      Whoever was not heard votes 0 in yours, so silence speaks against every video. Leave them
      out before you sort.
    did_not_look_who_was_heard: votes[page, there] => votes[page]
      You use the votes of all agents. Where heard is False there was no answer, whatever stands
      in votes.
    whole_agents_cut:
      | np.sort(votes[page, there], axis=0) =>
      |     np.array(sorted(votes[page, there], key=np.sum)).reshape(-1, votes.shape[2])
      You cut whole agents, those with the highest and lowest totals. A liar can hide: high for
      one video, low for another. Cut for each candidate by itself.
    pulled_in_and_not_cut:
      | ordered[cut : len(ordered) - cut].mean(axis=0) =>
      |     np.clip(ordered, ordered[cut], ordered[len(ordered) - 1 - cut]).mean(axis=0)
      You pull extreme votes in to the nearest that stays (a winsorised mean). It is robust too,
      and not asked for: leave them out.
    one_end_only: cut : len(ordered) - cut => : len(ordered) - cut
      or cut : len(ordered) - cut => cut:
      You cut at one end only. A liar may push down as well as up: f from each end.
    f_in_all: min(f, => min(f // 2,
      You cut f in all, half at each end. All f liars may sit at one end: f from each.
    always_the_median: ordered[cut : len(ordered) - cut].mean(axis=0) => np.median(ordered, axis=0)
      You return the median whatever f is. Where 2 f + 1 or more are heard, cut f at each end, and
      average all that are left.
    plain_mean: ordered[cut : len(ordered) - cut] => ordered
      This is the plain mean: nothing has been cut.
    few_are_averaged_whole: min(f, (len(ordered) - 1) // 2) => f if len(ordered) > 2 * f else 0
      Where fewer than 2 f + 1 are heard you fall back to the plain mean, which one liar moves.
      Cut as many as leave one or two: their median.
    few_are_ignored: if len(ordered): => if len(ordered) > 2 * f:
      Where fewer than 2 f + 1 are heard you return 0. Their median is wanted.
    one_of_the_two_in_the_middle:
      | means[page] = ordered[cut : len(ordered) - cut].mean(axis=0) =>
      | few = [len(ordered) // 2] if len(ordered) <= 2 * f else slice(f, len(ordered) - f)
      | means[page] = ordered[few].mean(axis=0)
      The median of an even number of votes is the mean of the two in the middle; you take one of
      them.
    minus_zero: cut : len(ordered) - cut => cut:-cut
      or cut : len(ordered) - cut => f:-f
      or cut : len(ordered) - cut => cut:-cut; if len(ordered): => if True:
      or cut : len(ordered) - cut => f:-f; if len(ordered): => if True:
      ordered[cut:-cut] is empty when cut is 0, as -0 is 0 and not the end. Write ordered[cut :
      len(ordered) - cut].
    silence_times_zero: in robust_mean_at_once: np.where(kept, ordered, 0) => (kept * ordered)
      or votes[page, there] => votes[page] * there[:, None]
      You multiply what is left out by 0. But 0 times NaN, or times infinity, is NaN, and a 0 is a
      vote too. Take it out: by an index, or with np.where.
    silence_is_a_large_vote: in robust_mean_at_once: np.inf => 2.0
      In the place of those who were not heard you put a number that looks larger than any vote.
      Votes may be larger: take np.inf, or only those who were heard.
    cut_counted_from_all_agents:
      | means[page] = ordered[cut : len(ordered) - cut].mean(axis=0) =>
      | left = ordered[f : len(there) - f]
      | means[page] = left.sum(axis=0) / max(len(left), 1)
      You cut at f and at n - f of all n agents. Where some were not heard the highest votes end
      at m - f, m being how many were.
    nobody_left: min(f, (len(ordered) - 1) // 2) => f
      or min(f, (len(ordered) - 1) // 2) => f; if len(ordered): => if True:
      Where fewer than 2 f + 1 are heard nothing is left in yours after the cut. Cut at most (m -
      1) // 2 at each end of m agents.
    nobody_heard_is_nan: if len(ordered): => if True:
      All is right but for the page on which nobody was heard, which becomes NaN. Return 0 for all
      candidates there.
    divided_by_all_agents: .mean(axis=0) => .sum(axis=0) / max(len(there) - 2 * f, 1)
      The right votes are added up, and divided by n - 2 f. Divide by how many were kept, which is
      fewer where some were not heard.
    forgot_to_sort: np.sort(votes[page, there], axis=0) => votes[page, there]
      You cut the first and last agents, by their numbers. Sort the votes of each candidate first:
      np.sort(..., axis=0) for votes [m, C].
    sorted_along_candidates:
      | np.sort(votes[page, there], axis=0) => np.sort(votes[page, there], axis=1)
      You sort each agent's votes, which mixes up the candidates. Sort over the agents, for each
      candidate.
"""

EQUAL = r"""
    votes with NaN as 0
      NaN stands only where nobody was heard.
"""
