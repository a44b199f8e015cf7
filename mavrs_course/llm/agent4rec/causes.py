"""What causes ratings?  One row a film, to be handed to a method that looks for causes.

The paper (arXiv 2310.10108, section 4.2) gives DirectLiNGAM five figures of each film: quality and
popularity from the logs; exposure, views and rating from the simulation.  Here the simulator is
ours, so the true arrows are known (:data:`TRUE_ARROWS`) and the method can be graded.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mavrs_course.llm.agent4rec.people import People
from mavrs_course.llm.agent4rec.viewer import Visit
from mavrs_course.messages import Floats

VARIABLES = ("quality", "popularity", "exposure", "views", "rating")
# Cause -> effect, as :mod:`.viewer` and a recommender that learns from watches work.  How quality
# and popularity hang together is the logs' affair, and nobody here knows it.
TRUE_ARROWS = frozenset({("popularity", "exposure"), ("exposure", "views"), ("quality", "rating")})


def film_table(people: People, visits: Sequence[Visit]) -> tuple[Floats, np.ndarray]:
    """float[n, 5], the columns of :data:`VARIABLES`, and int[n], which film each row is.

    quality: mean rating in the logs.  popularity: log of one plus its viewers in the logs.
    exposure, views: logs of one plus how often the visits showed and watched it.  rating: mean of
    what the played viewers gave; films that none of them watched have no rating and no row.
    """
    films = people.logs.n_videos
    shown, views, stars = np.zeros(films), np.zeros(films), np.zeros(films)
    for one in visits:
        for seen in one.facts.seen:
            shown[seen.film] += 1
            views[seen.film] += seen.watched
            stars[seen.film] += seen.rating or 0
    rows = np.flatnonzero(views)
    table = np.column_stack(
        [
            people.quality[rows], np.log1p(people.popularity[rows]), np.log1p(shown[rows]),
            np.log1p(views[rows]), stars[rows] / views[rows],
        ]
    )  # fmt: skip
    return table, rows
