"""24.3 The best of the best.

20 minutes, difficulty 2, 4 points, L24.3
A catalogue may lie on as many machines as it likes, and its best page is still found.
"""

import numpy as np

from mavrs_course import engine
from mavrs_course.course import Case


def top_of_tops(scores, shard, k, each):
    brought = []
    for number in np.unique(shard):
        here = np.flatnonzero(shard == number)
        best = np.argsort(-scores[here], kind="stable")[:each]
        brought.extend(here[best])
    brought = np.sort(np.array(brought, dtype=int))
    return brought[np.argsort(-scores[brought], kind="stable")[:k]]


def top_of_tops_one_by_one(scores, shard, k, each):
    """Goes through the catalogue from its best video on, and counts what each shard has sent."""
    sent, found = {}, []
    for video in sorted(range(len(scores)), key=lambda video: (-scores[video], video)):
        where = int(shard[video])
        if sent.get(where, 0) < each and len(found) < k:
            sent[where] = sent.get(where, 0) + 1
            found.append(video)
    return found


OTHERS = (top_of_tops_one_by_one, engine.sharded_top)
NAMES = ("scores", "shard", "k", "each")


def cases(rng):
    def some(videos, shards, k, each, levels=None):
        scores = rng.random(videos).round(3)
        if levels:
            scores = rng.integers(levels, size=videos).astype(float)
        return scores, rng.integers(shards, size=videos) * 7 - 10, k, each

    six = np.array([9.0, 8, 7, 6, 5, 4])
    two = np.array([0, 0, 0, 1, 1, 1])
    return [
        Case("9, 8, 7 and 6, 5, 4; the best 3, three each", (six, two, 3, 3), [0, 1, 2]),
        Case("the same, two each", (six, two, 3, 2), [0, 1, 3]),
        Case("the same, one each: only two come", (six, two, 3, 1), [0, 3]),
        Case("the other way round", (six[::-1].copy(), two, 2, 1), [5, 2]),
        Case("all alike: the first of the catalogue", (np.ones(6), two[::-1].copy(), 4, 2),
             [0, 1, 3, 4]),
        Case("alike, shards in turn", (np.ones(6), np.array([1, 0, 1, 0, 1, 0]), 3, 3), [0, 1, 2]),
        Case("shards 3 and 8, one of them small",
             (np.array([1.0, 5, 2, 4]), np.array([8, 8, 3, 8]), 3, 2), [1, 3, 2]),
        Case("scores below 0", (-six, two, 2, 5), [5, 4]),
        Case("one video", (six[:1], two[:1], 1, 1), [0]),
        Case("more asked for than there is", (six[:2], two[:2], 9, 9), [0, 1]),
        Case("twenty on four shards, three each", some(20, 4, 6, 3)),
        Case("with many equals", some(24, 3, 7, 3, levels=4)),
        Case("with many equals, all they have", some(24, 5, 7, 7, levels=3)),
    ]  # fmt: skip


def observe(answer, case):
    return np.array(answer(*case.inputs))


HINTS = """
    Go through the numbers that occur in `shard`. For each, find which videos of the catalogue are
    there, and sort these by their scores.

    What argsort gives for a part of the catalogue are places in that part. Look up in the list of
    the shard's videos which videos they are.

    Before the last sorting put what was brought into the order of the catalogue. A stable sort then
    settles equals as it should.
"""
MISTAKES = """
    ignores_each: kind="stable")[:each] => kind="stable")
      or kind="stable")[:each] => kind="stable")[:k]
      A shard sends k, or everything it has. It may send only its best `each`.
    all_that_came: kind="stable")[:k] => kind="stable")
      You return everything that was brought. Only the best k are asked for.
    worst_of_the_shard: best = np.argsort(-scores[here] => best = np.argsort(scores[here]
      The shards send their worst: argsort sorts upwards.
    worst_first: brought[np.argsort(-scores[brought] => brought[np.argsort(scores[brought]
      The page begins with the worst that was brought.
    scores_for_videos: return brought[ => return scores[brought][
      These are scores. Asked for are the numbers of the videos.
    places_in_the_shard: here[best] => best
      You bring places within the shard. Look up which videos of the catalogue they are.
    equals_by_shard: np.sort(np.array(brought, dtype=int)) => np.array(brought, dtype=int)
      Of equal scores on different shards the first of the catalogue comes first on the page.
    last_of_equals:
      | best = np.argsort(-scores[here], kind="stable")[:each] =>
      |     best = np.argsort(scores[here], kind="stable")[::-1][:each]
      or brought[np.argsort(-scores[brought], kind="stable")[:k]] =>
      |     brought[np.argsort(scores[brought], kind="stable")[::-1][:k]]
      Of equals you take the last. Turning a sorted list round turns the equals round as well.
    counted_from_zero: np.unique(shard) => range(len(np.unique(shard)))
      You take shards to be 0, 1, 2 and so on. Use the numbers that occur.
    not_sorted_at_the_end: brought[np.argsort(-scores[brought], kind="stable")[:k]] => brought[:k]
      The page has to be sorted by score, best first.
    in_order_of_the_catalogue:
      | return brought[np.argsort(-scores[brought], kind="stable")[:k]] =>
      |     return np.sort(brought[np.argsort(-scores[brought], kind="stable")[:k]])
      The right videos in the order of the catalogue: the best must come first.
    one_search_of_all: here = np.flatnonzero(shard == number) => here = np.arange(len(scores))
      You search the whole catalogue at once. No machine has all of it: search shard by shard.
"""
