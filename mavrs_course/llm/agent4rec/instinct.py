"""What the model itself would feel and do, by likelihood: asked in order to see whether it listens.

In the paper the model decides feelings and exits.  Ours are rules (:mod:`.memory`), because of what
these two questions show of a model of 135 million parameters: lesson 18 looks at the answers.
"""

from __future__ import annotations

from collections.abc import Sequence

from mavrs_course.llm.models.chat import ChatModel

_MANNERS = ("watches seldom and tires soon", "watches now and then", "watches all the time")


def feeling_odds(model: ChatModel, ratings: Sequence[int]) -> float:
    """Log-odds of "satisfied" against "disappointed" after an evening with these stars, in nats."""
    stars = ", ".join(map(str, ratings)) or "no"
    told = f"Tonight she watched {len(ratings)} films and gave them {stars} stars. She felt"
    pleased, let_down = model.score(told, [" satisfied", " disappointed"])
    return float(pleased - let_down)


def leaving_odds(model: ChatModel, activity: int, pages: int, score: int) -> float:
    """Log-odds of closing the site against going on, in nats.

    activity: tier.  pages: seen so far.  score: her satisfaction, 1 to 10.
    """
    told = (
        f"She {_MANNERS[activity]}. So far she has seen {pages} pages of films, and her "
        f"satisfaction is {score} out of 10. Now she"
    )
    leaves, stays = model.score(told, [" closes the site", " looks at the next page"])
    return float(leaves - stays)
