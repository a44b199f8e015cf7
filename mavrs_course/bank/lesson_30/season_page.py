"""30.3 A season on a page.

15 minutes, difficulty 2, 3 points, L30.3
Thirteen evenings fit in two bytes a topic, and you can say what was lost.
"""

import numpy as np

from mavrs_course.course import Case


def season_page(shown, held):
    seen = np.sum(shown, axis=0)
    stayed = np.sum(held, axis=0)
    over = seen > 255
    share = 255 * stayed // np.maximum(seen, 1)
    return np.stack([np.where(over, 255, seen), np.where(over, share, stayed)])


def season_page_by_loops(shown, held):
    page = [[], []]
    for topic in range(len(shown[0])):
        seen = sum(int(evening[topic]) for evening in shown)
        stayed = sum(int(evening[topic]) for evening in held)
        if seen > 255:
            seen, stayed = 255, stayed * 255 // seen
        page[0].append(seen)
        page[1].append(stayed)
    return page


OTHERS = (season_page_by_loops,)
NAMES = ("shown", "held")


def cases(rng):
    def some(evenings, topics, most):
        shown = rng.integers(0, most, (evenings, topics))
        return shown, rng.binomial(shown, 0.4)

    few = np.array([[3, 0], [2, 1]])
    many = np.array([[200, 100], [310, 155]])
    return [
        Case("two evenings, two topics", (few, np.array([[1, 0], [2, 0]])),
             np.array([[5, 1], [3, 0]])),
        Case("510 and 255 shown", (many, np.array([[101, 30], [100, 40]])),
             np.array([[255, 255], [100, 70]])),
        Case("256 shown, all held", (np.array([[256]]), np.array([[256]])),
             np.array([[255], [255]])),
        Case("256 shown, one held", (np.array([[256]]), np.array([[1]])), np.array([[255], [0]])),
        Case("255 shown stay as they are", (np.array([[255]]), np.array([[77]])),
             np.array([[255], [77]])),
        Case("nothing was shown", (np.zeros((3, 2), int), np.zeros((3, 2), int)),
             np.zeros((2, 2))),
        Case("one full topic beside an emptier one",
             (np.array([[300, 40]]), np.array([[30, 17]])), np.array([[255, 40], [25, 17]])),
        Case("one evening", some(1, 4, 20)),
        Case("one topic", some(13, 1, 9)),
        Case("thirteen evenings of five topics", some(13, 5, 12)),
        Case("an evening with more than a byte holds", some(4, 6, 400)),
        Case("many of all", some(13, 7, 60)),
    ]  # fmt: skip


HINTS = """
    Add up over the evenings first, for shown and for held alike. Look at the sums only then.

    Where more than 255 were shown, 255 stands for them. How many of 255 would have held the viewer?

    Multiply before you divide, in whole numbers: // rounds down, and nothing was shown is no case
    for a division.
"""
MISTAKES = """
    over_topics: seen = np.sum(shown, axis=0) => seen = np.sum(shown, axis=1);
      | stayed = np.sum(held, axis=0) => stayed = np.sum(held, axis=1)
      You add up over topics. Evenings are the rows: add up along axis 0.
    mean_for_sum: seen = np.sum(shown, axis=0) => seen = np.mean(shown, axis=0)
      You keep a mean evening. A page keeps the sums.
    last_evening: seen = np.sum(shown, axis=0) => seen = np.asarray(shown)[-1:].sum(axis=0);
      | stayed = np.sum(held, axis=0) => stayed = np.asarray(held)[-1:].sum(axis=0)
      You keep the last evening alone. The page is about all of them.
    cut_off: np.where(over, share, stayed) => np.minimum(stayed, 255)
      Held is cut off by itself, so that the share is lost: 201 of 510 become 201 of 255.
    cut_evenings: seen = np.sum(shown, axis=0) => seen = np.sum(np.minimum(shown, 255), axis=0)
      You cut each evening to a byte. Only the sum must fit.
    wraps_round: np.where(over, 255, seen) => seen % 256; np.where(over, share, stayed) =>
      | stayed % 256
      A byte that is too full begins at 0 again. Keep 255 and the share.
    divides_first: 255 * stayed // np.maximum(seen, 1) => 255 * (stayed // np.maximum(seen, 1))
      You divide first, and whole numbers lose the share. Multiply by 255 first.
    rounds_up: 255 * stayed // np.maximum(seen, 1) => -(-255 * stayed // np.maximum(seen, 1))
      You round up. Round down, as // does.
    rounds: 255 * stayed // np.maximum(seen, 1) => np.rint(255 * stayed / np.maximum(seen, 1))
      You round to the nearest. Round down, as // does.
    of_256: 255 * stayed // => 256 * stayed //
      A byte's largest number is 255, not 256.
    from_255: seen > 255 => seen >= 128
      Counts that fit in a byte stay as they are, up to 255.
    held_first: np.stack([np.where(over, 255, seen), np.where(over, share, stayed)]) =>
      | np.stack([np.where(over, share, stayed), np.where(over, 255, seen)])
      Held stands before shown. Shown is the first row.
    a_page_for_all: over = seen > 255 => over = (seen > 255).any() & (seen > -1)
      One full topic changes all of them in your answer. Each topic is looked at by itself.
"""
EQUAL = r"""
    255 => 254 | over = seen > 255
      Of 255 shown the share is the count itself.
    1 => 2 | share = 255 * stayed // np.maximum(seen, 1)
      The share is used above 255 only.
    1 => 0 | share = 255 * stayed // np.maximum(seen, 1)
      The share is used above 255 only; whole numbers over 0 are 0, with a warning.
    seen > 255 => seen >= 255 | over = seen > 255
      Of 255 shown the share is the count itself.
"""
