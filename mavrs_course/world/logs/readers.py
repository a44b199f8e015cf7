"""One reader for each layout of files: a folder in, :class:`Logs` out.

Every reader keeps the events in the order of the file, because splits that shuffle by row
depend on it.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from mavrs_course.world.logs.csvfiles import read_table
from mavrs_course.world.logs.errors import LogsError
from mavrs_course.world.logs.table import Logs


def read_movielens_100k(folder: Path) -> Logs:
    """MovieLens 100K: ``u.data``, ``u.item`` (Latin-1) and ``u.genre``.

    Movie 267 is called "unknown".  "unknown" is a title there, but no genre.
    """
    columns = {"viewer_id": int, "video_id": int, "rating": float, "time": float}
    events = read_table(folder / "u.data", columns, sep="\t", names=list(columns))
    genres = read_table(folder / "u.genre", {"genre": str}, sep="|", names=["genre", "number"])
    names = genres["genre"].tolist()
    items = read_table(
        folder / "u.item",
        {"video_id": int, "title": str, **dict.fromkeys(names, int)},
        sep="|",
        names=["video_id", "title", "release_date", "video_release_date", "imdb_url", *names],
        encoding="latin-1",
        quoting=3,  # quotation marks are part of the titles
    )
    known = [name for name in names if name != "unknown"]
    flags = items[known].to_numpy(bool)
    of_video = [tuple(name for name, has in zip(known, row, strict=True) if has) for row in flags]
    videos = items[["video_id", "title"]].assign(genres=of_video)
    return Logs.from_events("MovieLens 100K", events, videos)


def read_movielens_dat(folder: Path, title: str, encoding: str) -> Logs:
    """MovieLens 1M (Latin-1) and 10M (UTF-8): ``ratings.dat``, ``movies.dat``, parted by ::.

    Movies without a rating are left out.
    """
    columns = {"viewer_id": int, "video_id": int, "rating": float, "time": float}
    # One colon as the separator, with an empty column after each cell, is read ten times as fast.
    parted = [part for name in columns for part in (name, f"after {name}")][:-1]
    events = read_table(folder / "ratings.dat", columns, sep=":", names=parted)
    movies = read_table(
        folder / "movies.dat",
        {"video_id": int, "title": str, "genres": str},
        sep="::",
        engine="python",
        names=["video_id", "title", "genres"],
        encoding=encoding,
        quoting=3,  # quotation marks are part of the titles
    )
    return Logs.from_events(title, events, movies.assign(genres=_parted(movies["genres"])))


def _parted(genres: pd.Series) -> list[tuple[str, ...]]:
    """Genres parted by |; "(no genres listed)" gives none."""
    listed = genres.fillna("").replace("(no genres listed)", "")
    return [tuple(filter(None, cell.split("|"))) for cell in listed]


def read_movielens_latest(folder: Path, title: str = "MovieLens latest-small") -> Logs:
    """MovieLens latest-small and 25M: ``ratings.csv`` and ``movies.csv`` (UTF-8).

    Movies without a rating are left out.  "(no genres listed)" gives no genres.
    """
    columns = {"userId": int, "movieId": int, "rating": float, "timestamp": float}
    events = read_table(folder / "ratings.csv", columns)
    movies = read_table(folder / "movies.csv", {"movieId": int, "title": str, "genres": str})
    movies["genres"] = _parted(movies["genres"])
    return Logs.from_events(
        title,
        events.rename(columns={"userId": "viewer_id", "movieId": "video_id", "timestamp": "time"}),
        movies.rename(columns={"movieId": "video_id"}),
    )


def read_kuairec(folder: Path, matrix: str = "small") -> Logs:
    """KuaiRec 2.0: ``small_matrix.csv`` or ``big_matrix.csv``, and ``item_categories.csv``.

    matrix: "small" (1,411 viewers who watched nearly all of 3,327 videos) or "big" (7,176
    viewers, 10,728 videos, 12.5 million events).  Some events of the small one have no time.
    Genres are the tags' numbers; titles are the captions of ``kuairec_caption_category.csv``
    where that file is present, in Chinese.

    Written from the documentation and tested on small files in its layout, not run on the
    full data.
    """
    _check_choice("matrix", matrix, ("small", "big"))
    folder = _data(folder)
    columns = {"user_id": int, "video_id": int, "timestamp": float, "watch_ratio": float}
    events = read_table(
        folder / f"{matrix}_matrix.csv",
        columns,
        may_be_empty=("timestamp",),
        usecols=list(columns),  # the big one takes a gigabyte whole
    )
    tags = read_table(folder / "item_categories.csv", {"video_id": int, "feat": str})
    videos = tags.assign(genres=_tags(tags["feat"]))
    videos["title"] = videos["video_id"].map(_captions(folder / "kuairec_caption_category.csv"))
    return Logs.from_events(
        f"KuaiRec {matrix} matrix",
        events.rename(columns={"user_id": "viewer_id", "timestamp": "time"}),
        videos,
    )


def read_kuairand(folder: Path, log: str = "standard") -> Logs:
    """KuaiRand-Pure: ``log_*.csv`` and ``video_features_basic_pure.csv``.

    log: "standard" (what the platform's own policies showed, two files) or "random" (videos
    drawn at random and slipped in, which makes unbiased tests possible).  The watch ratio is
    ``play_time_ms / duration_ms``; events whose length is given as 0 have none and are left out.
    Videos have no titles; genres are the tags' numbers.

    Written from the documentation and tested on small files in its layout, not run on the
    full data.
    """
    _check_choice("log", log, ("standard", "random"))
    folder = _data(folder)
    paths = {
        "standard": ["log_standard_4_08_to_4_21_pure.csv", "log_standard_4_22_to_5_08_pure.csv"],
        "random": ["log_random_4_22_to_5_08_pure.csv"],
    }[log]
    names = ("user_id", "video_id", "time_ms", "play_time_ms", "duration_ms")
    columns = dict.fromkeys(names, int)
    events = pd.concat([read_table(folder / path, columns) for path in paths], ignore_index=True)
    events = events[events["duration_ms"] > 0]
    events = events.assign(
        time=events["time_ms"] / 1000,
        watch_ratio=events["play_time_ms"] / events["duration_ms"],
        seconds=events["duration_ms"] / 1000,
    )
    basic = read_table(folder / "video_features_basic_pure.csv", {"video_id": int, "tag": str})
    videos = basic.assign(title=pd.NA, genres=_tags(basic["tag"]))
    return Logs.from_events(
        f"KuaiRand-Pure {log} log", events.rename(columns={"user_id": "viewer_id"}), videos
    )


def read_microlens(folder: Path) -> Logs:
    """MicroLens-50K: ``MicroLens-50k_pairs.csv`` and ``MicroLens-50k_titles.csv``.

    An event is a comment that a viewer left, at a time in milliseconds; there is neither a
    rating nor a watch ratio.  There are no genres.

    Written from the documentation and tested on small files in its layout, not run on the
    full data.
    """
    pairs = read_table(
        folder / "MicroLens-50k_pairs.csv", {"user": int, "item": int, "timestamp": int}
    )
    titles = read_table(folder / "MicroLens-50k_titles.csv", {"item": int, "title": str})
    return Logs.from_events(
        "MicroLens-50K",
        pairs.assign(time=pairs["timestamp"] / 1000).rename(
            columns={"user": "viewer_id", "item": "video_id"}
        ),
        titles.rename(columns={"item": "video_id"}).assign(genres=None),
    )


def _data(folder: Path) -> Path:
    """Kuaishou's archives keep their tables in a folder ``data``."""
    return folder / "data" if (folder / "data").is_dir() else folder


def _tags(listed: pd.Series) -> list[tuple[str, ...]]:
    """Turn "[27, 9]" or "12,65" into ("tag 27", "tag 9"), ("tag 12", "tag 65")."""
    numbers = listed.fillna("").str.findall(r"\d+")
    return [tuple(f"tag {number}" for number in of_video) for of_video in numbers]


def _captions(path: Path) -> dict[int, str]:
    """Captions by video; some run over several lines and break their row, which is left out."""
    if not path.exists():
        return {}
    table = pd.read_csv(path, engine="python", on_bad_lines="skip", dtype=str)
    if not {"video_id", "caption"} <= set(table):
        raise LogsError(f"{path}: there are no columns 'video_id' and 'caption'")
    table = table[table["video_id"].str.fullmatch(r"\d+", na=False)].dropna(subset="caption")
    table = table[table["caption"] != "UNKNOWN"]
    return dict(zip(table["video_id"].astype(int), table["caption"], strict=True))


def _check_choice(what: str, given: str, choices: tuple[str, ...]) -> None:
    if given not in choices:
        raise LogsError(f"{what} is one of {', '.join(map(repr, choices))}, not {given!r}")
