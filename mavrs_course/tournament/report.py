"""What a tournament has shown: a table with intervals, and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mavrs_course import plots
from mavrs_course.course.files import write_whole
from mavrs_course.tournament.match import Outcome

COSTS = {
    "messages": "messages for a page",
    "size_bytes": "bytes for a page",
    "latency": "seconds for a page",
}


def table(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row a match."""
    return pd.DataFrame([asdict(outcome) for outcome in outcomes])


def summary(matches: pd.DataFrame) -> pd.DataFrame:
    """One row for each mode in each workload: mean minutes with half their 95 % interval, costs.

    ``half`` is NaN where there is a single seed.
    """
    rows = []
    for (workload, mode), group in matches.groupby(["workload", "mode"], sort=False):
        minutes, several = group["minutes"], len(group) > 1
        mean, half = plots.mean_interval(minutes) if several else (minutes.iloc[0], np.nan)
        costs = group[["quality", "messages", "size_bytes", "tokens", "latency", "seconds"]].mean()
        rows.append(
            {"workload": workload, "mode": mode, "agents": group["agents"].iloc[0],
             "seeds": len(group), "minutes": float(mean), "half": float(half), **costs}
        )  # fmt: skip
    return pd.DataFrame(rows)


def pareto(cost: Sequence[float], quality: Sequence[float]) -> np.ndarray:
    """bool[n]: the points that no other beats by being as cheap, as good, and better in one."""
    cost, quality = np.asarray(cost, dtype=float), np.asarray(quality, dtype=float)
    cheaper = cost[:, None] <= cost[None, :]
    better = quality[:, None] >= quality[None, :]
    strictly = (cost[:, None] < cost[None, :]) | (quality[:, None] > quality[None, :])
    return ~(cheaper & better & strictly).any(axis=0)


def pareto_figure(summed: pd.DataFrame, workload: str, cost: str = "messages") -> Figure:
    """Minutes against a cost in one workload; a line joins the modes that nothing beats."""
    rows = summed[summed["workload"] == workload]
    figure = plots.plt.figure(figsize=(8.0, 5.0))
    _draw_pareto(figure.add_subplot(), rows, cost)
    return figure


def _draw_pareto(axes: Axes, rows: pd.DataFrame, cost: str) -> None:
    best = pareto(rows[cost], rows["minutes"])
    axes.errorbar(
        rows[cost], rows["minutes"], yerr=rows["half"].fillna(0.0), fmt="o", ms=6, lw=1.5,
        color=plots.GREY,
    )  # fmt: skip
    front = rows[best].sort_values([cost, "minutes"])
    axes.plot(front[cost], front["minutes"], "o-", ms=7, color=plots.BLUE)
    for _, row in rows.iterrows():
        axes.annotate(row["mode"], (row[cost], row["minutes"]), (6, 4),
                      textcoords="offset points", size=8.5)  # fmt: skip
    axes.set(xscale="log", xlabel=COSTS[cost], ylabel="minutes watched a session")
    axes.set_title(f"What quality costs: {rows['workload'].iloc[0]}")


def workloads_figure(summed: pd.DataFrame) -> Figure:
    """Minutes of every mode in every workload, with intervals."""
    names = list(dict.fromkeys(summed["workload"]))
    modes = list(dict.fromkeys(summed["mode"]))
    size = (2.0 + 1.9 * len(names), 1.2 + 0.28 * len(modes))
    figure, panels = plots.plt.subplots(1, len(names), figsize=size, sharey=True, squeeze=False)
    for axes, name in zip(panels[0], names, strict=True):
        rows = summed[summed["workload"] == name].set_index("mode").reindex(modes)
        axes.errorbar(
            rows["minutes"], range(len(modes)), xerr=rows["half"].fillna(0.0), fmt="o",
            color=plots.BLUE,
        )  # fmt: skip
        axes.set(xlabel="minutes", title=name)
        axes.set_yticks(range(len(modes)), modes)
    panels[0][0].set_ylim(len(modes) - 0.5, -0.5)
    return figure


def write(outcomes: Sequence[Outcome], folder: Path) -> list[Path]:
    """Write matches.csv, summary.csv and the figures into a folder: the files written."""
    matches = table(outcomes)
    summed = summary(matches)
    written = [folder / "matches.csv", folder / "summary.csv"]
    for path, frame in zip(written, (matches, summed), strict=True):
        write_whole(path, frame.to_csv(index=False).encode())
    figures = {"workloads.png": workloads_figure(summed)}
    for workload in dict.fromkeys(summed["workload"]):
        for cost in COSTS:
            figures[f"{workload}-{cost}.png"] = pareto_figure(summed, workload, cost)
    for name, figure in figures.items():
        figure.savefig(folder / name, dpi=150)
        plots.plt.close(figure)
        written.append(folder / name)
    return written
