"""How good a page is: for the viewer, for the platform, and for those who make the videos.

Everything is batched over ``B`` viewers or sessions.  A page is a row of ``ranked``
int[B, K], best slot first, as in :class:`~mavrs_course.messages.Slate`; ``EMPTY`` marks a
slot that nothing could fill.  Ranking metrics return one figure a viewer, so that an
interval can be drawn round their mean.
"""

from mavrs_course.metrics.coordination import Network, ScalingLaw, latency, scaling_law
from mavrs_course.metrics.diversion import (
    Lift,
    lift_among_candidates,
    lift_of_boost,
    two_sided_lift,
)
from mavrs_course.metrics.diversity import (
    calibration,
    coverage,
    genre_shares,
    intra_list_diversity,
    novelty,
)
from mavrs_course.metrics.engagement import return_rate, watch_time
from mavrs_course.metrics.fairness import (
    disparity,
    exposure,
    exposure_by_group,
    exposure_per_merit,
    gini,
    jain,
    price_of_fairness_bound,
    zipf_gini,
)
from mavrs_course.metrics.pages import EMPTY, MetricError, top_k
from mavrs_course.metrics.ranking import (
    auc,
    average_precision,
    evaluate,
    hit_rate,
    mean_over_viewers,
    ndcg,
    precision,
    recall,
    reciprocal_rank,
)
from mavrs_course.metrics.segments import change_f1, covering

__all__ = [
    "EMPTY",
    "Lift",
    "MetricError",
    "Network",
    "ScalingLaw",
    "auc",
    "average_precision",
    "calibration",
    "change_f1",
    "coverage",
    "covering",
    "disparity",
    "evaluate",
    "exposure",
    "exposure_by_group",
    "exposure_per_merit",
    "genre_shares",
    "gini",
    "hit_rate",
    "intra_list_diversity",
    "jain",
    "latency",
    "lift_among_candidates",
    "lift_of_boost",
    "mean_over_viewers",
    "ndcg",
    "novelty",
    "precision",
    "price_of_fairness_bound",
    "recall",
    "reciprocal_rank",
    "return_rate",
    "scaling_law",
    "top_k",
    "two_sided_lift",
    "watch_time",
    "zipf_gini",
]
