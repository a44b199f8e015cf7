"""17.1 A check that cannot leak.

12 minutes, difficulty 1, 2 points, L17.1
This check has never seen the right answer, so it cannot give it away.
"""

from mavrs_course.course import Case


def read_ranking(answer, candidates):
    if not isinstance(answer, list) or any(type(video) is not int for video in answer):
        return None
    return answer if sorted(answer) == sorted(candidates) else None


def read_ranking_one_by_one(answer, candidates):
    left, read = list(candidates), []
    for video in answer if isinstance(answer, list) else []:
        if isinstance(video, bool) or not isinstance(video, int) or video not in left:
            return None
        left.remove(video)
        read.append(video)
    return read if read and not left else None


OTHERS = (read_ranking_one_by_one,)


def cases(rng):
    eight = [int(video) for video in rng.choice(1000, 8, replace=False) + 2]
    shuffled = [int(video) for video in rng.permutation(eight)]
    return [
        Case("a ranking of all four", ([7, 5, 8, 6], [5, 6, 7, 8]), [7, 5, 8, 6]),
        Case("in the order of the candidates", ([5, 6, 7, 8], [5, 6, 7, 8]), [5, 6, 7, 8]),
        Case("one candidate four times", ([7, 7, 7, 7], [5, 6, 7, 8])),
        Case("one candidate twice, one missing", ([7, 5, 8, 7], [5, 6, 7, 8])),
        Case("all of them, and one twice", ([7, 5, 8, 6, 7], [5, 6, 7, 8])),
        Case("an invented candidate", ([7, 5, 8, 99], [5, 6, 7, 8])),
        Case("one is missing", ([7, 5, 8], [5, 6, 7, 8])),
        Case("nothing", ([], [5, 6, 7, 8])),
        Case("numbers written as text", (["7", "5", "8", "6"], [5, 6, 7, 8])),
        Case("True in the place of 1", ([2, True, 3, 4], [1, 2, 3, 4])),
        Case("a list within the list", ([[7], 5, 8, 6], [5, 6, 7, 8])),
        Case("a gap", ([7, None, 8, 6], [5, 6, 7, 8])),
        Case("no list at all", (None, [5, 6, 7, 8])),
        Case("a text", ("7586", [5, 6, 7, 8])),
        Case("a list written as a text", ("[7, 5, 8, 6]", [5, 6, 7, 8])),
        Case("7.0 in the place of 7", ([7.0, 5, 8, 6], [5, 6, 7, 8])),
        Case("a dictionary", ({"ranking": [7, 5, 8, 6]}, [5, 6, 7, 8])),
        Case("eight candidates, shuffled", (shuffled, eight), shuffled),
        Case("eight candidates, the first twice", ([*shuffled[:7], shuffled[0]], eight)),
    ]


HINTS = """
    Four questions: is it a list, is each entry a whole number, are there as many as there are
    candidates, and is each candidate among them?

    type(video) is int leaves out texts, None, lists, and also True. Only then is it safe to sort
    or to make a set.

    Once all entries are whole numbers, sorted(answer) == sorted(candidates) says the rest.
"""


def mended_in_silence(answer, candidates):
    if not isinstance(answer, list):
        return None
    kept = [v for v in answer if type(v) is int and v in candidates]
    kept = list(dict.fromkeys(kept))
    return kept + [v for v in candidates if v not in kept]


def yes_or_no(answer, candidates):
    return read_ranking(answer, candidates) is not None


def an_empty_list(answer, candidates):
    return read_ranking(answer, candidates) or []


MISTAKES = """
    only_the_length:
      | or any(type(video) is not int for video in answer) =>;
      | sorted(answer) == sorted(candidates) => len(answer) == len(candidates)
      You look at the length alone. Seven times the same candidate has the right length.
    repeats_are_fine:
      | sorted(answer) == sorted(candidates) =>
      |     set(answer) <= set(candidates) and len(answer) == len(candidates)
      Every id is known and the length is right, and still a candidate may stand there twice while
      another is missing. Each has to be there exactly once.
    invented_are_fine:
      | or any(type(video) is not int for video in answer) =>;
      | sorted(answer) == sorted(candidates) =>
      |     len(answer) == len(set(map(str, answer))) == len(candidates)
      You ask for the right length without repeats, and anything may stand there: an invented
      film, a text, None. Each entry has to be a candidate.
    leaves_out_the_unknown:
      | if not isinstance(answer, list) or any(type(video) is not int for video in answer):
      |     return None =>
      | if not isinstance(answer, list | dict | str):
      |     return [];
      | answer if sorted(answer) == sorted(candidates) else None =>
      |     [video for video in answer if video in candidates]
      You leave out what is no candidate and return the rest. What is wrong is refused whole, with
      None, and not mended.
    sets_forget_how_often: sorted(answer) == sorted(candidates) => set(answer) == set(candidates)
      A set forgets how often something was said: all four and one of them twice is no ranking of
      four.
    a_part_is_enough:
      | sorted(answer) == sorted(candidates) => len(set(answer) & set(candidates)) == len(answer)
      You take a ranking of some candidates for valid. All of them have to be there.
    a_part_is_enough_if_not_empty:
      | sorted(answer) == sorted(candidates) =>
      |     answer and len(set(answer) & set(candidates)) == len(answer)
      Apart from nothing at all, you take a ranking of some candidates for valid. All of them have
      to be there.
    sorted_without_looking:
      | if not isinstance(answer, list) or any(type(video) is not int for video in answer):
      |     return None =>
      A model writes anything: sorted() stops on None, on a number beside a text and on what is no
      list. Look at the kinds first.
    sets_without_looking:
      | if not isinstance(answer, list) or any(type(video) is not int for video in answer):
      |     return None =>;
      | sorted(answer) == sorted(candidates) =>
      |     len(answer) == len(candidates) and set(answer) == set(candidates)
      A model writes anything: len() and set() stop on None and on a list within the list. Look at
      the kinds first.
    true_is_one: type(video) is not int => not isinstance(video, int)
      In Python True is an int, and equal to 1. Ask for type(video) is int.
    text_is_a_number:
      | if not =>
      | try:
      |     answer = [video if isinstance(video, bool) else int(video) for video in answer]
      | except (TypeError, ValueError):
      |     return None
      | if not
      You turn text into numbers. That is a kind thought, but asked for are whole numbers: what is
      mended on the way is no longer counted as wrong.
    reads_a_text:
      | if not =>
      | if isinstance(answer, str):
      |     answer = [int(part) for part in answer.strip("[]").split(",")]
      | if not
      You read a list out of a text. What is no list is refused, and not mended.
    numbers_with_a_point: type(video) is not int => type(video) not in (int, float)
      7.0 is equal to 7, and no whole number. Ask for type(video) is int.
    mended_in_silence:
      You leave out what is wrong and add what is missing. Then an invalid answer looks like a
      valid one, and valid_ figures mean nothing. Return None.
    yes_or_no:
      You return True or False. Wanted is the ranking itself, or None.
    in_their_order_only: sorted(answer) == sorted(candidates) => answer == candidates
      You only accept the order of the candidates. Any order of them is a ranking.
    an_empty_list:
      You return an empty list for an invalid answer. Wanted is None, which nobody can mistake for
      a ranking.
"""
