"""06.1 What silence might mean.

15 minutes, difficulty 2, 3 points, L06.1
Repeat it, with the same step for the slots, and you have position bias without an experiment.
"""

import numpy as np

from mavrs_course.course import Case, Property


def relevance_again(examination, relevance, shown, clicked):
    e, r = examination[:, None], relevance[None, :]
    wanted = clicked + (shown - clicked) * r * (1 - e) / (1 - e * r)
    return wanted.sum(axis=0) / shown.sum(axis=0)


def em_relevance_with_loops(examination, relevance, shown, clicked):
    updated = []
    for group, r in enumerate(relevance):
        wanted = 0.0
        for slot, e in enumerate(examination):
            silent = shown[slot, group] - clicked[slot, group]
            stories = {"seen": e * (1 - r), "wanted": (1 - e) * r, "neither": (1 - e) * (1 - r)}
            wanted += clicked[slot, group] + silent * stories["wanted"] / sum(stories.values())
        updated.append(wanted / sum(shown[:, group]))
    return updated


OTHERS = (em_relevance_with_loops,)


def cases(rng):
    def some(slots, groups):
        shown = rng.integers(20, 200, (slots, groups)).astype(float)
        clicked = np.floor(shown * rng.uniform(0, 0.6, (slots, groups)))
        return rng.uniform(0.2, 0.95, slots), rng.uniform(0.1, 0.9, groups), shown, clicked

    hand = (np.array([1.0, 0.5]), np.array([0.5]),
            np.array([[100.0], [100.0]]), np.array([[40.0], [20.0]]))  # fmt: skip
    return [
        Case("one group, two slots, the second seen half as often", hand, [26 / 60]),
        Case("one slot that is always seen: nothing to correct",
             (np.ones(1), np.array([0.5, 0.2]), np.array([[10.0, 20.0]]),
              np.array([[3.0, 5.0]])), [0.3, 0.25]),
        Case("three slots, five groups", some(3, 5)),
        Case("a group that nobody clicked",
             (np.array([0.9, 0.4]), np.array([0.3, 0.6]), np.full((2, 2), 50.0),
              np.array([[0.0, 20.0], [0.0, 10.0]]))),
        Case("four slots, as many groups", some(4, 4)),
        Case("two slots, nine groups", some(2, 9)),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is one rate for each group",
             lambda result, e, r, shown, clicked: np.shape(result) == np.shape(r),
             "One relevance for each group is wanted, float[G]: examination[:, None] goes down the "
             "slots, and the sum runs over them (axis 0)."),
    Property("relevance is a probability",
             lambda result, *inputs: (bool(np.all(np.asarray(result) <= 1 + 1e-5)) and
                 bool(np.all(np.asarray(result) >= -1e-5))),
             "A relevance came out below 0 or above 1. Of the pages without a click only a part "
             "counts as wanted, and the sum is divided by all shows."),
)  # fmt: skip

HINTS = """
    A page without a click has three stories: seen and not wanted, e (1 - r); wanted and not seen,
    (1 - e) r; neither, (1 - e) (1 - r). Together they are 1 - e r.

    Each click was wanted. Of the shown - clicked silent ones, a part r (1 - e) / (1 - e r) was
    wanted too. Use examination[:, None] for a column.

    What was wanted is the clicks and that part of the silent shows. Add up both the wanted and the
    shown over the slots before you divide.
"""
MISTAKES = """
    silence_is_a_no: r * (1 - e) / (1 - e * r) => 0.0
      These are plain clicks for each show: silence counts as a no. Some of the silent wanted the
      video and never saw it: add their expected number.
    forgot_that_it_was_silent: / (1 - e * r) =>
      r (1 - e) is the chance of 'wanted, not seen' before you know anything. You know that there
      was no click: divide by the chance of that, 1 - e r.
    seen_for_wanted: r * (1 - e) / => e * (1 - r) /
      That is the other story of silence: seen and not wanted. Here it is 'wanted and not seen'
      that counts, r (1 - e) / (1 - e r).
    all_unseen_wanted: r * (1 - e) / (1 - e * r) => (1 - e) / (1 - e * r)
      or r * (1 - e) / (1 - e * r) => (1 - e)
      You count everybody who did not see the slot as wanting it. Only a part r of them does: r (1
      - e) / (1 - e r).
    forgot_the_clicks: clicked + (shown => (shown
      Only the silent are counted. Everybody who clicked wanted the video, for certain: add the
      clicks.
    silent_as_likely_as_anybody: r * (1 - e) / (1 - e * r) => r
      You take a part r of the silent as wanting, as if silence said nothing. It says that it was
      not 'seen and wanted': a part r (1 - e) / (1 - e r) is left.
    clicks_count_in_part: clicked + (shown => r * clicked + (shown
      A click counts only in part. It leaves no doubt: each click was wanted, whole. It is the
      silent of whom a part counts.
    all_shows_for_silent_ones: (shown - clicked) => shown
      The story of silence is told of all shows, also of those that were clicked. Only shown -
      clicked were silent.
    divided_by_the_looks:
      | return wanted.sum(axis=0) / shown.sum(axis=0) =>
      |     return clicked.sum(axis=0) / (examination @ shown)
      or
      | return wanted.sum(axis=0) / shown.sum(axis=0) =>
      |     return (clicked / e).sum(axis=0) / shown.sum(axis=0)
      Clicks for each expected look is another good estimate, and not this one: in EM the clicks
      gain the expected number of the silent who wanted it.
    examination_updated:
      | r * (1 - e) / => e * (1 - r) /;
      | wanted.sum(axis=0) / shown.sum(axis=0) => wanted.sum(axis=1) / shown.sum(axis=1)
      That is the new guess for the slots, e. Asked for is the relevance of the groups: 'wanted
      and not seen' is added to the clicks, and the sum runs over the slots.
    axes_exchanged: [:, None], relevance[None, :] => [None, :], relevance[:, None]
      or
      | [:, None], relevance[None, :] => [None, :], relevance[:, None];
      | (shown - clicked) * r * (1 - e) / => r * (1 - e) * (shown - clicked) /
      Your table of e and r lies across that of the shows. Slots go down, axis 0, and groups along:
      examination[:, None] is a column, relevance[None, :] a row.
    mean_of_slots: wanted.sum(axis=0) / shown.sum(axis=0) => (wanted / shown).mean(axis=0)
      Each slot has the same say, however few shows it had. Add up the wanted of all slots, then
      divide once by all shows.
    divided_by_the_silent: / shown.sum(axis=0) => / (shown - clicked).sum(axis=0)
      Divide by all shows of the group, not only by those without a click.
"""

EQUAL = """
    shown as whole numbers
    clicked as whole numbers
      Shows and clicks are counted: the text has no parts of them.
"""
