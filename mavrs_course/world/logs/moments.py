"""QVHighlights: sentences about videos, the moments that answer them, and what two models found.

Files of queries and of predictions have a JSON object a line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mavrs_course.messages import Floats, Ints
from mavrs_course.world.logs.errors import LogsError, LogsMissingError

CLIP_SECONDS = 2.0
QUERIES = "highlight_val_release.jsonl"
# Predictions, and the figures published for them, by the names that these files may have.
MODELS = {
    "moment-detr": (
        ("inference_hl_val_test_code_preds.jsonl", "moment_detr_val_preds.jsonl"),
        ("inference_hl_val_test_code_preds_metrics.json", "moment_detr_val_metrics.json"),
    ),
    "sample": (
        ("sample_val_preds.jsonl",),
        ("sample_val_preds_metrics_raw.json", "sample_val_metrics.json"),
    ),
}


class Query(NamedTuple):
    """A sentence about a video, and where it is true.

    seconds: the video's length.  windows: float[N, 2].  rated: int[T, annotators], how good a
    highlight each clip of 2 seconds is, 0 to 4; 0 where it does not answer the query.
    """

    sentence: str
    seconds: float
    windows: Floats
    rated: Ints


class Found(NamedTuple):
    """What a model found: windows float[n, 2] and their scores float[n]; saliency float[T]."""

    windows: Floats
    scores: Floats
    saliency: Floats


@dataclass(frozen=True)
class Moments:
    """Queries by their number, what each model found for them, and its published figures."""

    queries: dict[int, Query]
    found: dict[str, dict[int, Found]]
    published: dict[str, dict[str, float]]


def read_moments(folder: Path) -> Moments:
    """QVHighlights' validation queries with both files of predictions."""
    found, published = {}, {}
    try:
        queries = {row["qid"]: _query(row) for row in _rows(folder / QUERIES)}
        for model, (predictions, figures) in MODELS.items():
            rows = _rows(_one_of(folder, predictions))
            found[model] = {row["qid"]: _found(row) for row in rows}
            published[model] = dict(_rows(_one_of(folder, figures), whole=True)[0]["brief"])
    except OSError as error:
        raise LogsMissingError(f"{error.filename}: {error.strerror}") from None
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise LogsError(f"{folder} does not hold what is documented ({error!r})") from None
    return Moments(queries, found, published)


def _query(row: dict[str, Any]) -> Query:
    marks = np.asarray(row["saliency_scores"], dtype=int)  # int[relevant clips, annotators]
    rated = np.zeros((int(row["duration"] / CLIP_SECONDS), marks.shape[1]), dtype=int)
    rated[np.asarray(row["relevant_clip_ids"], dtype=int)] = marks
    windows = np.asarray(row["relevant_windows"], dtype=float)
    return Query(row["query"], float(row["duration"]), windows, rated)


def _found(row: dict[str, Any]) -> Found:
    table = np.asarray(row["pred_relevant_windows"], dtype=float).reshape(-1, 3)
    saliency = np.asarray(row["pred_saliency_scores"], dtype=float)
    return Found(table[:, :2], table[:, 2], saliency)


def _one_of(folder: Path, names: tuple[str, ...]) -> Path:
    return next((folder / name for name in names if (folder / name).exists()), folder / names[0])


def _rows(path: Path, whole: bool = False) -> list[dict[str, Any]]:
    """The objects of a file, one a line, or one in the whole file."""
    text = path.read_text(encoding="utf-8")
    return [json.loads(part) for part in ([text] if whole else text.splitlines()) if part.strip()]
