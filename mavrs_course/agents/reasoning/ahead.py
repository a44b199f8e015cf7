"""Reasoning ahead: plan with a belief, ask what showing would teach, and where tastes may go.

The plan is that of :class:`mavrs_course.agents.baselines.PlannerAgent`, with the interest that a
belief expects where the planner peeks.
"""

from __future__ import annotations

import numpy as np

from mavrs_course.agents.baselines import page_scores
from mavrs_course.messages import Floats
from mavrs_course.world import viewers
from mavrs_course.world.catalog import Catalog


def click_values(catalog: Catalog, videos: np.ndarray, rate: float) -> Floats:
    """What a click on each video is worth, in minutes: ``watched - rate * budget used``.

    rate: the price of a minute of the viewer's budget, in minutes watched; 0 is myopic.
    """
    watched = catalog.minutes[videos]
    return watched * (1.0 - rate * (1.0 - viewers.REFUND_RATE * catalog.quality[videos]))


def plan_scores(weights: Floats, values: Floats, rate: float, slots: int) -> Floats:
    """Scores float[B, C] whose ``slots`` largest make the best page for these weights.

    weights: float[B, C], expected ``u + 1``.  values: float[B, C], see :func:`click_values`.
    The worth of a page is a ratio, and the mean of a ratio is not the ratio of means: the plan
    takes the second for the first, which is off by little because 2 stands in every divisor.
    """
    return page_scores(weights, values, -rate * viewers.NO_CLICK_COST, slots)


def value_of_information(
    probability: Floats, levels: Floats, values: Floats, bar: Floats, rest: Floats
) -> Floats:
    """What showing a video would teach, in units of its score: float[B, C], never negative.

    A topic with expected weight ``w`` and value ``v`` competes with ``w v``; it is worth showing
    later if that exceeds ``bar``, the score of the last video that makes the page.  After a click
    the expected weight is ``w+``, after none ``w-``, and their mean is ``w``; so what is learned
    is worth ``E[max(w± v, bar)] - max(w v, bar)``, the knowledge gradient of Frazier, Powell and
    Dayanik (2008).  It is 0 where neither outcome would change what is shown.

    probability: float[B, C, G], the belief about each candidate's topic.  values: float[B, C].
    bar: float[B, 1].  rest: float[B, 1], the weight of everything else on the page, 2 included.
    """
    weight = levels + 1.0
    click = weight / (weight + rest[..., None])
    chance = (probability * click).sum(axis=-1)
    joint = (probability * click * weight).sum(axis=-1)
    now = (probability * weight).sum(axis=-1)
    after_click = joint / chance
    after_none = (now - joint) / (1.0 - chance)
    better = chance * np.maximum(after_click * values - bar, 0.0)
    better += (1.0 - chance) * np.maximum(after_none * values - bar, 0.0)
    return np.maximum(better - np.maximum(now * values - bar, 0.0), 0.0)


def after_clicks(probability: Floats, moved: Floats, clicks: int) -> Floats:
    """Histograms after so many more clicks on their topic: float[..., G].

    moved: float[G, G], see :func:`mavrs_course.agents.reasoning.belief.evolution`.
    """
    if clicks < 0:
        raise ValueError(f"nobody can take clicks back: {clicks} clicks")
    return probability @ np.linalg.matrix_power(moved, clicks)


def latent_needs(
    probability: Floats, levels: Floats, moved: Floats, values: Floats, *, clicks: int = 5
) -> Floats:
    """What each topic would be worth a click if the viewer grew into it: float[..., T].

    Expected weight after ``clicks`` clicks, among viewers like this one who like it by then,
    times the chance that this viewer is one of them, times ``values``: the good half of the
    gamble that showing it is.  The other half costs little, since it can be dropped again.
    """
    later = after_clicks(probability, moved, clicks)
    liked = later * (levels > 0) * (levels + 1.0)
    return liked.sum(axis=-1) * values
