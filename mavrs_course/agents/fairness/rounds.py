"""FairRec: creators are shown often enough, viewers choose in turn; and whether envy is left.

Source: Patro et al., "FairRec: two-sided fairness for personalized recommendations" (WWW 2020), as
its public code does it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Floats, Ints


def fair_rounds(values: ArrayLike, slots: int, alpha: float = 1.0) -> Ints:
    """Pages int[m, slots], in the order in which they were filled.

    values: float[m, n], what each of ``m`` viewers thinks of each of ``n`` videos.  There are
    ``floor(alpha m slots / n)`` copies of each.  The viewers choose in turn, in their order, what
    they like best of the copies left and do not hold, of equals the first.  When a viewer finds
    nothing, or the copies are gone, pages are filled by taste.
    """
    taste = np.asarray(values, dtype=float)
    if taste.ndim != 2 or not 1 <= slots <= taste.shape[1] or not 0 <= alpha <= 1:
        raise ValueError(
            f"values need shape (m, n) with n at least {slots} slots, and alpha lies in 0 to 1"
        )
    viewers, videos = taste.shape
    copies = np.full(videos, int(alpha * viewers * slots // videos))
    pages: list[list[int]] = [[] for _ in range(viewers)]
    for turn in range(viewers * slots):
        page, viewer = pages[turn % viewers], turn % viewers
        free = copies > 0
        free[page] = False
        if not free.any():
            break
        page.append(int(np.where(free, taste[viewer], -np.inf).argmax()))
        copies[page[-1]] -= 1
    for viewer, page in enumerate(pages):
        liked = np.argsort(-taste[viewer], kind="stable")
        page += [int(video) for video in liked if video not in page][: slots - len(page)]
    return np.array(pages, dtype=np.int64)


def envy_left(values: ArrayLike, pages: ArrayLike) -> Floats:
    """By how much each viewer prefers a page without its best video to their own: float[m].

    The largest over the other viewers' pages; at most 0 where a viewer is free of envy up to one
    video (EF1).  -inf for a viewer who is alone.
    """
    taste, shown = np.asarray(values, dtype=float), np.asarray(pages)
    seen = taste[:, shown]  # float[m, m, K]: what viewer i thinks of each video of page j
    without_best = seen.sum(axis=2) - seen.max(axis=2)
    own = np.take_along_axis(taste, shown, axis=1).sum(axis=1)
    envy = without_best - own[:, None]
    np.fill_diagonal(envy, -np.inf)
    return envy.max(axis=1)
