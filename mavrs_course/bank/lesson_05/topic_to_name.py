"""05.5 What may be said.

10 minutes, difficulty 1, 2 points, L05.5
Your agent will never say more than it knows.
"""

import numpy as np

from mavrs_course.course import Case, Property


def topic_to_name(chances, pages):
    shown = np.take_along_axis(chances, pages, axis=1)
    support = (shown >= 0.3).astype(int) + (shown >= 0.7)
    first = support.argmax(axis=1)
    rows = np.arange(len(pages))
    return np.where(support[rows, first] > 0, pages[rows, first], -1)


def topic_to_name_page_by_page(chances, pages):
    named = []
    for chance, page in zip(chances, pages, strict=True):
        liked = [topic for topic in page if chance[topic] >= 0.7]
        unsure = [topic for topic in page if chance[topic] >= 0.3]
        named.append(int((liked or unsure or [-1])[0]))
    return named


OTHERS = (topic_to_name_page_by_page,)


def cases(rng):
    hand = np.full((1, 20), 0.1)
    hand[0, [4, 9, 13]] = 0.5, 0.8, 0.9

    def some(rows, low=0.0, high=1.0):
        pages = rng.permuted(np.tile(np.arange(20), (rows, 1)), axis=1)[:, :3]
        return rng.uniform(low, high, (rows, 20)), pages

    def page(*topics):
        return hand, np.array([topics])

    edge = np.full((2, 20), 0.1)
    edge[0, 5], edge[1, 3], edge[1, 6] = 0.3, 0.5, 0.7
    return [
        Case("an open topic first, a liked one second", page(4, 9, 0), [9]),
        Case("two liked topics: the earlier slot", page(0, 9, 13), [9]),
        Case("nothing liked, one open", page(0, 1, 4), [4]),
        Case("nothing that may be named", page(0, 1, 2), [-1]),
        Case("exactly 30 % and exactly 70 %", (edge, np.array([[1, 5, 2], [3, 6, 4]])), [5, 6]),
        Case("twelve viewers", some(12)),
        Case("twelve viewers who like little", some(12, 0.0, 0.4)),
        Case("twelve viewers, open questions everywhere", some(12, 0.31, 0.69)),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is one topic for each page",
             lambda result, chances, pages: np.shape(result) == (len(pages),),
             "Return one number for each page, int[B]."),
    Property("only topics of the page are named",
             lambda result, chances, pages: all(topic == -1 or topic in page for topic, page in
                 zip(result, pages, strict=True)),
             "A reason for a page names a topic that the page shows, by its number, or -1."),
    Property("no topic below 30 % is named",
             lambda result, chances, pages: all(topic == -1 or chance[int(topic)] >= 0.3 for topic,
                 chance in zip(result, chances, strict=True)),
             "You name a topic that the belief does not support. Below 30 % say nothing: -1."),
)  # fmt: skip

HINTS = """
    np.take_along_axis(chances, pages, axis=1) gives the chances of the topics shown.

    Make a number from them: 0 below 0.3, 1 from 0.3, 2 from 0.7. Comparisons can be added.

    argmax finds the first slot with the largest number; where that number is 0, answer -1.
"""
MISTAKES = """
    named_the_first_slot:
      | np.where(support[rows, first] > 0, pages[rows, first], -1) => pages[:, 0].copy()
      This is the topic of the first slot, whatever is believed of it.
    most_likely_topic:
      | (shown >= 0.3).astype(int) + (shown >= 0.7) => np.where(shown >= 0.3, shown, 0.0)
      This names the topic with the highest chance. Among topics of the same kind, liked or open,
      the earlier slot counts.
    first_that_may_be_named: + (shown >= 0.7) =>
      This names the first topic that is not below 30 %. A liked topic comes before an open one,
      also from a later slot.
    no_open_questions: (shown >= 0.3).astype(int) + (shown >= 0.7) => (shown >= 0.7).astype(int)
      Where nothing is liked, an open topic (30 % or more) may still be named.
    never_silent: np.where(support[rows, first] > 0, pages[rows, first], -1) => pages[rows, first]
      Where nothing is supported you name a topic all the same. Say nothing there: -1. (argmax of
      a row of zeros is 0.)
    slot_for_topic: > 0, pages[rows, first] => > 0, first
      These are slots of the page. Return the topic: pages[row, slot].
    topics_that_are_not_shown:
      | np.take_along_axis(chances, pages, axis=1) => chances;
      | pages[rows, first] => first
      You look at all twenty topics. A reason for this page speaks of what is on it.
    edges_left_out: shown >= 0.3 => shown > 0.3; shown >= 0.7 => shown > 0.7
      Exactly 30 % is open and exactly 70 % is liked: compare with >=.
"""
