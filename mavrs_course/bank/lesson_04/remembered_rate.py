"""04.1 A rate that fades.

10 minutes, difficulty 1, 2 points, L04.1
This is the short-term memory: one line, any number of topics.
"""

import numpy as np

from mavrs_course.course import Case, Property


def remembered_rate(clicked, shown, half_life):
    weight = 2.0 ** (-np.arange(len(shown))[::-1] / half_life)
    return (weight @ clicked + 1) / (weight @ shown + 5)


def remembered_rate_page_by_page(clicked, shown, half_life):
    fading = 0.5 ** (1 / half_life)
    clicks, shows = np.zeros(shown.shape[1]), np.zeros(shown.shape[1])
    for new_clicks, new_shows in zip(clicked, shown, strict=True):
        clicks, shows = clicks * fading + new_clicks, shows * fading + new_shows
    return list((clicks + 1) / (shows + 5))


OTHERS = (remembered_rate_page_by_page,)


def cases(rng):
    def some(pages, topics):
        shown = rng.integers(0, 3, (pages, topics)).astype(float)
        return np.minimum(shown, rng.integers(0, 2, (pages, topics))), shown

    hand = np.array([[1.0], [0.0], [1.0]]), np.ones((3, 1))
    return [
        Case("one topic, three pages, half-life 1 page", (*hand, 1.0), np.array([1 / 3])),
        Case("two topics, one never shown", (np.array([[0.0, 0.0], [1.0, 0.0]]),
             np.array([[1.0, 0.0], [1.0, 0.0]]), 2.0),
             np.array([2 / (6 + 0.5**0.5), 0.2])),
        Case("twelve pages, five topics, half-life 3 pages", (*some(12, 5), 3.0)),
        Case("forty pages, half-life 25 pages", (*some(40, 4), 25.0)),
        Case("a single page", (*some(1, 6), 4.0)),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is one rate for each topic",
             lambda result, clicked, shown, half_life: np.shape(result) == (shown.shape[1],),
             "The result has one rate for each topic, that is, for each column: sum over pages, "
             "along axis 0."),
    Property("every rate is between 0 and 1",
             lambda result, *inputs: np.all((np.asarray(result) > 0) & (np.asarray(result) < 1)),
             "With 1 click in 5 shows assumed, no rate can be 0, 1 or beyond. Add the 1 above "
             "and the 5 below the line, after fading."),
    Property("a topic never shown has the usual rate",
             lambda result, clicked, shown, half_life:
                 np.allclose(np.asarray(result)[shown.sum(axis=0) == 0], 0.2),
             "What was never shown keeps the rate that is assumed, 1 in 5."),
)  # fmt: skip

HINTS = """
    How old is each page? The last row 0, the one before it 1, and so on.

    A page of age a counts 2 ** (-a / half_life), for its clicks and for its shows.

    weight @ clicked adds up over pages for every topic. Then (… + 1) / (… + 5).
"""
MISTAKES = """
    oldest_counts_most: np.arange(len(shown))[::-1] => np.arange(len(shown))
      The oldest page counts most. The last row is the newest: its age is 0, and the first row's
      is the number of pages minus 1.
    newest_already_faded: -np.arange(len(shown))[::-1] => -(1 + np.arange(len(shown))[::-1])
      The newest page has faded once already. Fade what was there before, then add the new page:
      it counts whole.
    fades_by_e:
      | 2.0 ** (-np.arange(len(shown))[::-1] / half_life) =>
      |     np.exp(-np.arange(len(shown))[::-1] / half_life)
      exp(-age / h) leaves 37 % after h pages. A half-life leaves a half: 2 ** (-age / h).
    halves_every_page:
      | 2.0 ** (-np.arange(len(shown))[::-1] / half_life) => 0.5 ** np.arange(len(shown))[::-1]
      Evidence halves on every page, whatever the half-life: it should take half_life pages to
      halve, so one page leaves 2 ** (-1 / half_life).
    nothing_fades: 2.0 ** (-np.arange(len(shown))[::-1] / half_life) => np.ones(len(shown))
      All pages count the same: half_life has no effect.
    forgot_what_is_assumed: clicked + 1 => clicked; shown + 5 => shown
      This is the bare ratio, which a single page can send to 0 or 1 and which does not exist for
      a topic never shown: add 1 click and 5 shows.
    shows_do_not_fade: weight @ shown => shown.sum(axis=0)
      Clicks fade and shows do not, so that every rate sinks with time: both fade alike.
    assumption_fades_too:
      | return (weight @ clicked + 1) / (weight @ shown + 5) =>
      | left = 2.0 ** (-len(shown) / half_life)
      | return (weight @ clicked + left) / (weight @ shown + 5 * left)
      The assumed 1 click in 5 shows fades with the rest. It is not evidence: add it at the end,
      whole.
    averaged_rates:
      | (weight @ clicked + 1) / (weight @ shown + 5) =>
      |     weight @ ((clicked + 1) / (shown + 5)) / weight.sum()
      This averages the rates of single pages. Pages with no show then speak as loudly as others:
      fade the counts, and divide once.
"""

EQUAL = """
    clicked as whole numbers
    shown as whole numbers
      Clicks and shows are counted: the text has no parts of them.
"""
