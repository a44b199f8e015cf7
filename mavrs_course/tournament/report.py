"""What a tournament has shown: a table with intervals, and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, StrMethodFormatter

from mavrs_course import plots
from mavrs_course.course.experiment import Results
from mavrs_course.files import write_whole
from mavrs_course.tournament.match import Outcome

BARS = "dot and bar: mean over seeds and its 95 % interval"
COSTS = {
    "messages": "messages for a page",
    "size_bytes": "bytes for a page",
    "latency": "seconds for a page",
}


def table(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row a match."""
    return pd.DataFrame([asdict(outcome) for outcome in outcomes])


def from_results(results: Results) -> pd.DataFrame:
    """One row a match, from a kept experiment with measures [S, W, M]."""
    workloads, modes = results["workloads"][0], results["modes"][0]
    shape = (len(results.seeds), len(workloads), len(modes))
    seed, workload, mode = (part.ravel() for part in np.indices(shape))
    columns = {
        name: results[name].ravel()
        for name in ("agents", "minutes", "quality", "messages", "size_bytes", "tokens", "latency")
    }
    named = {"mode": modes[mode], "workload": workloads[workload]}
    return pd.DataFrame(named | {"seed": np.array(results.seeds)[seed]} | columns)


def paired(matches: pd.DataFrame, workload: str, against: str) -> pd.DataFrame:
    """How many minutes each mode gained on ``against``, seed by seed: mean, low and high of 95 %.

    The same seed means the same catalogue and the same first viewers, so their luck is shared.
    """
    rows = matches[matches["workload"] == workload]
    minutes = rows.pivot(index="seed", columns="mode", values="minutes")
    if against not in minutes:
        raise ValueError(f"{against!r} has not played in {workload}; there is {list(minutes)}")
    gained = minutes.drop(columns=against).sub(minutes[against], axis=0)
    mean, half = plots.mean_interval(gained)
    frame = pd.DataFrame({"gained": mean, "low": mean - half, "high": mean + half}, gained.columns)
    return frame.sort_values("gained", ascending=False)


def summary(matches: pd.DataFrame) -> pd.DataFrame:
    """One row for each mode in each workload: mean minutes with half their 95 % interval, costs.

    ``half`` is NaN where there is a single seed, ``progress`` where viewers have nothing to learn.
    """
    rows = []
    for (workload, mode), group in matches.groupby(["workload", "mode"], sort=False):
        minutes, several = group["minutes"], len(group) > 1
        mean, half = plots.mean_interval(minutes) if several else (minutes.iloc[0], np.nan)
        measured = ("quality", "messages", "size_bytes", "tokens", "latency", "seconds", "progress")
        costs = group[[name for name in measured if name in group]].astype(float).mean()
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
    plots.explain(axes, BARS)
    front = rows[best].sort_values([cost, "minutes"])
    axes.plot(front[cost], front["minutes"], "o-", ms=8, color=plots.BLUE, zorder=5)
    _name_points(axes, rows, cost)
    axes.set_xlim(rows[cost].min() / 1.6, rows[cost].max() * 2.2)  # room for the names
    axes.set(xscale="log", xlabel=COSTS[cost], ylabel="minutes watched a session")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.minorticks_off()
    axes.set_title(f"What quality costs: {rows['workload'].iloc[0]}")


def _name_points(axes: Axes, rows: pd.DataFrame, cost: str) -> None:
    """Names beside their points, pushed apart where one would cover another."""
    least = 0.042 * (np.ptp(rows["minutes"]) or 1.0)
    for _, same in rows.groupby(rows[cost].map(lambda value: round(np.log(value) / 0.35))):
        last = -np.inf
        for _, row in same.sort_values("minutes").iterrows():
            last = max(row["minutes"], last + least)
            axes.annotate(row["mode"], (row[cost], row["minutes"]), (row[cost] * 1.07, last),
                          size=8.5, va="center", bbox=plots.ON_CARD, zorder=6)  # fmt: skip


def workloads_figure(summed: pd.DataFrame) -> Figure:
    """Minutes of every mode in every workload, with intervals."""
    names = list(dict.fromkeys(summed["workload"]))
    modes = list(dict.fromkeys(summed["mode"]))
    size = (2.0 + 1.9 * len(names), 1.2 + 0.28 * len(modes))
    figure, panels = plots.plt.subplots(
        1, len(names), figsize=size, sharex=True, sharey=True, squeeze=False
    )
    for axes, name in zip(panels[0], names, strict=True):
        rows = summed[summed["workload"] == name].set_index("mode").reindex(modes)
        axes.errorbar(
            rows["minutes"], range(len(modes)), xerr=rows["half"].fillna(0.0), fmt="o",
            color=plots.BLUE,
        )  # fmt: skip
        axes.set(xlabel="minutes", title=name)
        plots.explain(axes, BARS)
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
