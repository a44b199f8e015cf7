"""32.1 A memory from a stranger.

25 minutes, difficulty 2, 4 points, L32.1
A file of somebody else now starts your agent, and a crude lie does not.
"""

import numpy as np

from mavrs_course.course import Case


def take_in(memory, topics, most):
    if memory["version"] != 1:
        raise ValueError("another version")
    names = [entry["topic"] for entry in memory["topics"]]
    if len(set(names)) < len(names):
        raise ValueError("a topic twice")
    total, start = 0.0, np.zeros(len(topics))
    for name, entry in zip(names, memory["topics"], strict=True):
        clicked, shown = entry["clicked"], entry["shown"]
        if not 0 <= clicked <= shown < np.inf:
            raise ValueError(f"{name}: numbers that cannot be")
        total += shown
        if name in topics:
            share = (clicked + 1) / (shown + 5)
            start[topics.index(name)] = np.clip(share - 1 / 5, -most, most)
    if total > 3 * memory["pages"]:
        raise ValueError("more shows than pages have room for")
    return start


def take_in_by_table(memory, topics, most):
    """Checks first, with pandas; the start afterwards."""
    import pandas as pd

    table = pd.DataFrame(memory["topics"], columns=["topic", "clicked", "shown"])
    clicked, shown = table["clicked"].astype(float), table["shown"].astype(float)
    fine = np.isfinite(shown) & (clicked >= 0) & (clicked <= shown)
    room = shown.sum() <= 3 * memory["pages"]
    if memory["version"] != 1 or table["topic"].duplicated().any() or not (fine.all() and room):
        raise ValueError
    change = pd.Series(((clicked + 1) / (shown + 5)).to_numpy() - 0.2, index=table["topic"])
    return change.clip(-most, most).reindex(topics, fill_value=0.0).tolist()


OTHERS = (take_in_by_table,)
NAMES = ("memory", "topics", "most")
PARTS = ("refused", "the start")
HERE = ["cooking", "chess", "stars"]


def cases(rng):
    def file(*rows, pages=20, version=1):
        entries = [dict(zip(("topic", "clicked", "shown"), row, strict=True)) for row in rows]
        return {"version": version, "pages": pages, "topics": entries}

    counts = np.round(rng.uniform(0, 9, 3), 1)
    some = [(name, float(c), float(c) + 2.5) for name, c in zip(HERE, counts, strict=True)]
    good, long = ("chess", 4.0, 5.0), ("pranks", 1.0, 4.0)
    refused = (True, np.zeros(0))
    return [
        Case("chess: 4 of 5", (file(good), HERE, 0.5), (False, np.array([0, 0.3, 0]))),
        Case("the same, at most 0.1", (file(good), HERE, 0.1), (False, np.array([0, 0.1, 0]))),
        Case("chess: 0 of 15, at most 0.1", (file(("chess", 0.0, 15.0)), HERE, 0.1),
             (False, np.array([0, -0.1, 0]))),
        Case("no topic at all", (file(), HERE, 0.5), (False, np.zeros(3))),
        Case("a platform with one topic", (file(good, long), ["chess"], 0.5),
             (False, np.array([0.3]))),
        Case("a topic that is not here, and one of another spelling",
             (file(long, ("Chess", 4.0, 5.0)), HERE, 0.5), (False, np.zeros(3))),
        Case("exactly as many shows as there is room for", (file(("stars", 1.5, 6.0), pages=2),
             HERE, 0.5), (False, np.array([0, 0, 2.5 / 11 - 0.2]))),
        Case("all clicked, none shown twice", (file(("stars", 2.0, 2.0)), HERE, 0.9)),
        Case("version 2", (file(good, version=2), HERE, 0.5), refused),
        Case("3 clicks in 2 shows", (file(("chess", 3.0, 2.0)), HERE, 0.5), refused),
        Case("-1 click", (file(("chess", -1.0, 2.0)), HERE, 0.5), refused),
        Case("clicks that are no number", (file(("chess", np.nan, 2.0)), HERE, 0.5), refused),
        Case("shows that are no number", (file(("chess", 1.0, np.nan)), HERE, 0.5), refused),
        Case("endless shows on endless pages",
             (file(("chess", 1.0, np.inf), pages=np.inf), HERE, 0.5), refused),
        Case("chess twice", (file(good, ("chess", 1.0, 5.0)), HERE, 0.5), refused),
        Case("7 shows on 2 pages", (file(good, ("pranks", 0.0, 2.0), pages=2), HERE, 0.5), refused),
        Case("a lie about a topic that is not here", (file(good, ("pranks", 9.0, 1.0)), HERE, 0.5),
             refused),
        Case("some counts", (file(*some), HERE, 0.15)),
    ]  # fmt: skip


def observe(answer, case):
    """Whether it raised ValueError, and the start float[T], empty if so."""
    try:
        return False, np.asarray(answer(*case.inputs), dtype=float)
    except ValueError:
        return True, np.zeros(0)


HINTS = """
    Two tasks that hardly touch: is the file fit to be believed, and what does it say?

    NaN is neither larger nor smaller than anything, so ask whether numbers are right, not whether
    they are wrong. Check every entry, also those of topics that you do not have.

    A start is how far the smoothed share is from what no show at all would give. Look the place of
    the name up in the list, and shorten what is too long at both ends.
"""
MISTAKES = """
    any_version: if memory["version"] != 1: => if False:
      You read a file of another version as if it were this one. Its fields may mean something else.
    twice_is_fine: if len(set(names)) < len(names): => if False:
      A topic stands there twice, and you take one of them. Which one is true nobody knows.
    more_clicks_than_shows: 0 <= clicked <= shown < np.inf => 0 <= clicked and 0 <= shown < np.inf
      More clicks than shows cannot be. Refuse that.
    below_zero: 0 <= clicked <= shown < np.inf => clicked <= shown < np.inf
      Counts are 0 or more. Refuse what is below.
    endless: 0 <= clicked <= shown < np.inf => 0 <= clicked <= shown
      Endless shows pass your check. Numbers must be finite.
    nan_passes: if not 0 <= clicked <= shown < np.inf: =>
      | if clicked < 0 or clicked > shown or shown == np.inf:
      What is no number passes, as every comparison with it is false. Ask what must hold.
    no_room_check: if total > 3 * memory["pages"]: => if False:
      The shows do not fit on the pages that the file tells, three each, and you believe it.
    room_of_one: 3 * memory["pages"] => memory["pages"]
      A page shows three videos. You count one, and refuse what is true.
    exactly_full: if total > 3 * => if total >= 3 *
      Exactly as many shows as there is room for are fine.
    only_known_topics_checked: if not 0 <= clicked <= shown < np.inf: =>
      | if name in topics and not 0 <= clicked <= shown < np.inf:
      A lie about a topic that you lack is still a lie. Check every entry.
    no_bound: np.clip(share - 1 / 5, -most, most) => share - 1 / 5
      Your start may be as large as the file likes. It moves no taste by more than `most`.
    bound_above_only: np.clip(share - 1 / 5, -most, most) => min(share - 1 / 5, most)
      You bound what speaks for a topic, not what speaks against it.
    whole_share: np.clip(share - 1 / 5, -most, most) => np.clip(share, -most, most)
      You return the share itself. A start is its difference from 1 / 5.
    not_smoothed: (clicked + 1) / (shown + 5) => clicked / max(shown, 1)
      One click of one show is not certainty. Add 1 click and 5 shows first.
    spelling: if name in topics: => if name.lower() in topics:; topics.index(name) =>
      | topics.index(name.lower())
      You accept another spelling. Names count only where they are exactly the same.
    skips_the_bad: raise ValueError(f"{name}: numbers that cannot be") => continue
      You leave the bad entry out and believe the rest. Refuse the whole file.
"""
