"""One reader for each layout of files: a folder in, :class:`Logs` out.

Every reader keeps the events in the order of the file, because splits that shuffle by row
depend on it.
"""

from __future__ import annotations

from pathlib import Path

from mavrs_course.world.logs.csvfiles import read_table
from mavrs_course.world.logs.table import Logs


def read_movielens_100k(folder: Path) -> Logs:
    """MovieLens 100K: ``u.data``, ``u.item`` (Latin-1) and ``u.genre``.

    Movie 267 is called "unknown"; a movie whose only genre is "unknown" gets none.
    """
    columns = {"viewer_id": int, "video_id": int, "rating": float, "time": float}
    events = read_table(folder / "u.data", columns, sep="\t", names=list(columns))
    genres = read_table(folder / "u.genre", {"genre": str}, sep="|", names=["genre", "number"])
    names = genres["genre"].tolist()
    flags = dict.fromkeys(names, int)
    items = read_table(
        folder / "u.item",
        {"video_id": int, "title": str, **flags},
        sep="|",
        names=["video_id", "title", "release_date", "video_release_date", "imdb_url", *names],
        encoding="latin-1",
        quoting=3,
    )
    flags = items[names].to_numpy(bool)
    of_video = [
        tuple(name for name, has in zip(names, row, strict=True) if has and name != "unknown")
        for row in flags
    ]
    videos = items[["video_id", "title"]].assign(genres=of_video)
    return Logs.from_events("MovieLens 100K", events, videos)


def read_movielens_latest(folder: Path) -> Logs:
    """MovieLens latest-small: ``ratings.csv`` and ``movies.csv`` (UTF-8, genres parted by |).

    Movies without a rating are left out.  "(no genres listed)" gives no genres.
    """
    ratings = {"userId": int, "movieId": int, "rating": float, "timestamp": float}
    events = read_table(folder / "ratings.csv", ratings)
    movies = read_table(folder / "movies.csv", {"movieId": int, "title": str, "genres": str})
    genres = movies["genres"].fillna("").replace("(no genres listed)", "")
    movies["genres"] = [tuple(filter(None, listed.split("|"))) for listed in genres]
    return Logs.from_events(
        "MovieLens latest-small",
        events.rename(columns={"userId": "viewer_id", "movieId": "video_id", "timestamp": "time"}),
        movies.rename(columns={"movieId": "video_id"}),
    )
