"""25.4 Modality dropout.

15 minutes, difficulty 2, 3 points, L25.4
One mask a step teaches a model to do without any of its senses.
"""

import numpy as np

from mavrs_course.agents import video_understanding
from mavrs_course.course import Case


def drop_senses(present, draws, drop):
    kept = present & (draws >= drop)
    last = np.where(present, draws, -1).argmax(axis=1)
    rows = np.flatnonzero(~kept.any(axis=1) & present.any(axis=1))
    kept[rows, last[rows]] = True
    return kept


def drop_senses_clip_by_clip(present, draws, drop):
    masks = []
    for there, row in zip(present, draws, strict=True):
        mask = [bool(here and draw >= drop) for here, draw in zip(there, row, strict=True)]
        if any(there) and not any(mask):
            held = [
                (draw, -n) for n, (here, draw) in enumerate(zip(there, row, strict=True)) if here
            ]
            mask[-max(held)[1]] = True
        masks.append(mask)
    return masks


def drop_senses_of_the_library(present, draws, drop):
    return video_understanding.drop_senses(present, draws, drop)


OTHERS = (drop_senses_clip_by_clip, drop_senses_of_the_library)


def cases(rng):
    def clip(present, draws, drop):
        return np.array([present], dtype=bool), np.array([draws]), drop

    def some(clips, drop):
        return rng.random((clips, 3)) < 0.7, rng.random((clips, 3)).round(2), drop

    return [
        Case("draws 0.2, 0.9, 0.5 and drop 0.4", clip([1, 1, 1], [0.2, 0.9, 0.5], 0.4),
             [[0, 1, 1]]),
        Case("the same, the second missing", clip([1, 0, 1], [0.2, 0.9, 0.5], 0.4), [[0, 0, 1]]),
        Case("all would go: the largest draw stays", clip([1, 1, 1], [0.2, 0.1, 0.3], 0.4),
             [[0, 0, 1]]),
        Case("all would go, and the largest draw is of a missing one",
             clip([1, 1, 0], [0.2, 0.1, 0.9], 0.4), [[1, 0, 0]]),
        Case("a clip without any sense", clip([0, 0, 0], [0.2, 0.9, 0.5], 0.4), [[0, 0, 0]]),
        Case("a draw that equals drop stays", clip([1, 1, 1], [0.5, 0.25, 0.75], 0.5), [[1, 0, 1]]),
        Case("drop 0: nothing goes", clip([1, 0, 1], [0.0, 0.3, 0.9], 0.0), [[1, 0, 1]]),
        Case("drop 1: one stays of each clip",
             (np.array([[1, 1], [0, 1]], bool), np.array([[0.6, 0.2], [0.8, 0.1]]), 1.0),
             [[1, 0], [0, 1]]),
        Case("two equal draws, both too small: the first", clip([1, 1, 1], [0.1, 0.3, 0.3], 0.5),
             [[0, 1, 0]]),
        Case("a draw of 0, alone", clip([0, 1, 0], [0.9, 0.0, 0.9], 0.5), [[0, 1, 0]]),
        Case("one sense only", (np.ones((2, 1), bool), np.array([[0.1], [0.9]]), 0.5), [[1], [1]]),
        Case("thirty clips, drop 0.5", some(30, 0.5)),
        Case("thirty clips, drop 0.8", some(30, 0.8)),
    ]  # fmt: skip


def observe(answer, case):
    present, draws, drop = case.inputs
    return np.asarray(answer(present, draws, drop)).astype(float)


HINTS = """
    Two conditions make most of the mask: the sense is there, and its draw is at least `drop`.

    Some clips end with nothing although they have something. Find these rows: none kept, and any
    present.

    For them choose among the senses that are there. A draw can be 0, so give the missing ones a
    number below that before you look for the largest; np.argmax takes the first of equals.
"""
MISTAKES = """
    the_missing_come_back: kept = present & (draws >= drop) => kept = draws >= drop
      or kept = present & (draws >= drop) => kept = draws >= drop; & present.any(axis=1) =>
      A sense that is missing has come back. Dropout only takes away.
    equal_goes: draws >= drop => draws > drop
      A draw that equals `drop` stays: >= and not >.
    keeps_the_small: draws >= drop => draws < drop
      It is the other way round: a sense goes where its draw is below `drop`.
    kept_by_one_less: draws >= drop => draws >= 1 - drop
      `drop` is the chance to go. You keep each sense with that chance.
    nothing_may_be_left: kept[rows, last[rows]] = True => pass
      A clip that had senses is left with none. Nothing can be learned from it: keep one.
    everything_comes_back: kept[rows, last[rows]] = True => kept[rows] = present[rows]
      Where all would go you keep all. Keep only the one with the largest draw.
    first_comes_back:
      | last = np.where(present, draws, -1).argmax(axis=1) => last = present.argmax(axis=1)
      Where all would go you keep the first. Keep the one with the largest draw.
    smallest_comes_back:
      | np.where(present, draws, -1).argmax(axis=1) => np.where(present, draws, 2).argmin(axis=1)
      Where all would go you keep the smallest draw. Keep the largest.
    a_missing_one_stays: np.where(present, draws, -1) => draws
      Where all would go you keep a sense that is missing. Choose among those that are there.
    one_too_early: np.where(present, draws, -1) => draws * present
      A draw of 0 looks like a missing sense to you. Give the missing ones a number below 0.
    empty_clips_get_one: & present.any(axis=1) =>
      A clip that has no sense at all has got one. Leave it empty.
    always_keeps_one:
      | present & (draws >= drop) => present & False;
      | ~kept.any(axis=1) & present.any(axis=1) => present.any(axis=1)
      You keep one sense of every clip. One is chosen only where all would go.
    last_of_equals:
      | np.where(present, draws, -1).argmax(axis=1) =>
      |     draws.shape[1] - 1 - np.where(present, draws, -1)[:, ::-1].argmax(axis=1)
      Of equal draws you keep the last. The text asks for the first.
    whole_batch: ~kept.any(axis=1) => ~kept.any()
      You look whether the whole batch is empty. Each clip needs something of its own.
"""
EQUAL = r"""
    kept.any(axis=1) => kept.all(axis=1) | rows = np.flatnonzero(~kept.any(axis=1) & present.any(axis=1))
      Where something was kept, the largest draw was: keeping it again changes nothing.
"""  # noqa: E501
