"""What is known about others' graders: the board of the AgentSociety Challenge (WWW 2025).

Its final scores are 0.4 of a simulated and 0.6 of a real part, but for thirteen of the last rows
as they were published.  ``data/boards`` has the 196 submissions of 17 teams to its
recommendation track, without the teams' names.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from numpy.typing import ArrayLike
from scipy import stats

if TYPE_CHECKING:
    import pandas as pd

BOARDS = Path(__file__).resolve().parents[2] / "data" / "boards"


class RankAgreement(NamedTuple):
    """How alike two scores of the same entries are; spearman and kendall see their order alone."""

    pearson: float
    spearman: float
    kendall: float


def rank_agreement(one: ArrayLike, other: ArrayLike) -> RankAgreement:
    """All three, for scores float[n] of the same n entries."""
    pearson, spearman, kendall = (
        float(correlation(one, other).statistic)
        for correlation in (stats.pearsonr, stats.spearmanr, stats.kendalltau)
    )
    return RankAgreement(pearson, spearman, kendall)


def agentsociety_board() -> pd.DataFrame:
    """A row a submission, in the order of the published file: team, sim, real, overall."""
    import pandas as pd

    return pd.read_csv(BOARDS / "agentsociety_recommendation.csv")


def best_rows(board: pd.DataFrame) -> pd.DataFrame:
    """Each team's submission with the best overall score, the earliest of equals; best first.

    A board that shows them is a winner's curse already: the luckiest of many tries stands on it.
    """
    first = board.loc[board.groupby("team")["overall"].idxmax()]
    return first.sort_values("overall", ascending=False)
