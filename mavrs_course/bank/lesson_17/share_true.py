"""17.4 Is it true?

15 minutes, difficulty 2, 3 points, L17.4
A text can now be held to the data, one statement at a time.
"""

import numpy as np

from mavrs_course.course import Case


def share_true(facts, history, stars, genres):
    true = []
    for kind, *about in dict.fromkeys(facts):
        if kind == "watched":
            true.append(about[0] in history)
        elif kind == "rated":
            true.append(stars.get(about[0]) == about[1])
        elif kind == "is":
            true.append(about[1] in genres.get(about[0], ()))
        elif kind == "times":
            watched = [video for video in set(history) if about[0] in genres.get(video, ())]
            true.append(len(watched) == about[1])
    return sum(true) / len(true) if true else float("nan")


def share_true_with_numpy(facts, history, stars, genres):
    def holds(kind, one, other=None):
        return {
            "watched": lambda: one in history,
            "rated": lambda: one in stars and stars[one] == other,
            "is": lambda: one in genres and other in genres[one],
            "times": lambda: sum(one in genres.get(v, ()) for v in set(history)) == other,
        }[kind]()

    kinds = ("watched", "rated", "is", "times")
    held = [holds(*fact) for fact in dict.fromkeys(facts) if fact[0] in kinds]
    return np.mean(held) if held else np.nan


OTHERS = (share_true_with_numpy,)
HISTORY = [10, 11, 12, 10]
STARS = {10: 4.0, 11: 5.0}
GENRES = {
    10: ("Comedy",),
    11: ("Comedy", "War"),
    12: ("War",),
    13: ("Drama",),
    14: (),
    20: ("Sci-Fi",),
}


def cases(rng):
    def case(label, facts, expected=None):
        return Case(label, (facts, HISTORY, STARS, GENRES), expected)

    def some(count):
        kinds = [
            lambda: ("watched", int(rng.integers(9, 16))),
            lambda: ("rated", int(rng.integers(9, 14)), float(rng.integers(3, 6))),
            lambda: ("is", int(rng.integers(9, 15)), str(rng.choice(["Comedy", "War", "Drama"]))),
            lambda: ("times", str(rng.choice(["Comedy", "War", "Drama"])), int(rng.integers(0, 4))),
        ]
        return [kinds[rng.integers(4)]() for _ in range(count)]

    return [
        case("one true, one false", [("watched", 10), ("watched", 13)], 0.5),
        case("nothing is stated", [], float("nan")),
        case("only praise, which cannot be checked", [("masterpiece", 13)], float("nan")),
        case("praise beside a fact", [("masterpiece", 13), ("watched", 11)], 1.0),
        case("the right stars and the wrong ones", [("rated", 10, 4.0), ("rated", 11, 4.0)], 0.5),
        case("stars that are far off", [("rated", 11, 2.0), ("rated", 10, 4.0)], 0.5),
        case("stars for what was watched and not rated", [("rated", 12, 3.0)], 0.0),
        case("stars for what was never watched", [("rated", 13, 4.0)], 0.0),
        case("genres", [("is", 11, "War"), ("is", 10, "War"), ("is", 13, "Drama")], 2 / 3),
        case("a part of a genre's name", [("is", 20, "Sci"), ("is", 20, "Sci-Fi")], 0.5),
        case("a video that nobody knows", [("watched", 99), ("is", 99, "War")], 0.0),
        case("watched twice is one video", [("times", "Comedy", 2), ("times", "Comedy", 3)], 0.5),
        case("fewer than there are", [("times", "War", 1)], 0.0),
        case("none of a genre", [("times", "Drama", 0)], 1.0),
        case("one fact three times", [("watched", 10)] * 3 + [("watched", 13)], 0.5),
        case("ten facts", some(10)),
        case("fifteen facts", some(15)),
    ]


HINTS = """
    Go through the different facts, dict.fromkeys(facts), and find out for each of the four kinds
    whether it holds. Leave every other kind out.

    stars.get(video) and genres.get(video, ()) do not stop at a video that nobody knows.

    times: count the videos of set(history) that have the genre, and compare with ==. At the end,
    no facts at all gives float('nan').
"""
MISTAKES = """
    zero_for_nothing: float("nan") => 0.0
      Where nothing can be checked you say 0, as if all of it were false. Nothing is known there:
      return NaN.
    one_for_nothing: float("nan") => 1.0
      Where nothing can be checked you say 1: whoever states nothing would be perfectly truthful.
      Return NaN.
    praise_is_false:
      | if kind == "watched": =>
      | if kind not in ("watched", "rated", "is", "times"):
      |     true.append(False)
      | elif kind == "watched":
      A kind that cannot be checked counts as false in yours. Leave it out.
    praise_is_true:
      | if kind == "watched": =>
      | if kind not in ("watched", "rated", "is", "times"):
      |     true.append(True)
      | elif kind == "watched":
      A kind that cannot be checked counts as true in yours. Leave it out, or praise would buy
      truth.
    counted_each_time: dict.fromkeys(facts) => facts
      A fact that is repeated counts each time in yours. Saying it three times makes it no truer:
      count it once.
    watched_is_not_rated: stars.get(about[0]) == about[1] => about[0] in history
      You only ask whether the video was watched. The stars have to be the viewer's own.
    any_stars_will_do: stars.get(about[0]) == about[1] => about[0] in stars
      You only ask whether it was rated. The stars have to be the same.
    nearly_is_not_true:
      | stars.get(about[0]) == about[1] => abs(stars.get(about[0], 9) - about[1]) <= 1
      You allow a star more or less. What is stated is a number: it is right or wrong.
    not_all_that_was_watched_is_rated: about[0] in history => about[0] in stars
      You look for watched videos among the rated ones. People watch more than they rate.
    known_is_not_watched: about[0] in history => about[0] in genres
      You look among all videos with a genre. Watched is what stands in the history.
    each_viewing: set(history) => history
      A video that was watched twice counts twice in yours. Counted are different videos: use
      set(history).
    at_least_so_many: len(watched) == about[1] => len(watched) >= about[1]
      You accept a number that is too small. The fact states how many, exactly.
    counted_in_the_catalogue: set(history) => genres
      You count the genre in the catalogue. Stated is how many of it the viewer watched.
    first_genre_only:
      | about[1] in genres.get(about[0], ()) => (about[1],) == genres.get(about[0], ())[:1]
      A video may have several genres, and you look at the first one.
    part_of_a_genre:
      | about[1] in genres.get(about[0], ()) => about[1] in " ".join(genres.get(about[0], ()))
      You look for the genre inside a text, where Sci is a part of Sci-Fi. Compare whole names.
    unrated_left_out: elif kind == "rated": => elif kind == "rated" and about[0] in stars:
      Stars for a video that was never rated are left out in yours. What is not in the data is
      false, and counts.
    stops_at_the_unknown:
      | stars.get(about[0]) => stars[about[0]];
      | genres.get(about[0], ()) => genres[about[0]]
      A model names videos that do not exist, and yours stops there with a KeyError. Use dict.get:
      what is not in the data is false.
    only_the_history:
      | stars.get(about[0]) == about[1] => about[0] in history;
      | about[1] in genres.get(about[0], ()) => about[0] in history;
      | len(watched) == about[1] => about[0] in history
      You ask of every fact whether its video was watched. Each kind states something of its own:
      stars, a genre, a number.
    counts_the_true: sum(true) / len(true) => float(sum(true))
      You count the true facts. Wanted is their share.
    share_of_the_false: sum(true) / len(true) => 1 - sum(true) / len(true)
      You return the share of what is false.
"""
