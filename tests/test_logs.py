"""Logs: the type, the readers of real logs, where they are looked for, and simulated ones."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_data import real_data

from mavrs_course.agents.baselines import RandomAgent
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.logs import (
    SOURCES,
    Logs,
    LogsError,
    LogsMissingError,
    available,
    csvfiles,
    leave_one_out,
    load,
    simulated_logs,
)
from mavrs_course.world.logs.readers import (
    read_kuairand,
    read_kuairec,
    read_microlens,
    read_movielens_100k,
    read_movielens_latest,
)
from mavrs_course.world.logs.simulated import _to_taste
from mavrs_course.world.platform import Platform

DATASHEET = Path(__file__).resolve().parent.parent / "data" / "README.md"


def few_events(**columns):
    """Three viewers, three videos, five events, as a source would give them."""
    frame = {
        "viewer_id": [30, 10, 10, 20, 10],
        "video_id": ["b", "a", "b", "c", "a"],
        "time": [5.0, 1.0, 2.0, 9.0, 7.0],
        "rating": [5.0, 3.0, 4.0, 1.0, 2.0],
    }
    return pd.DataFrame(frame | columns)


@pytest.fixture
def few():
    return Logs.from_events("few", few_events())


def rows_of(folder: Path, table: str, columns: tuple[str, ...], rows: list[dict]) -> None:
    """Write a small table with a source's documented columns; cells not given hold 0."""
    path = folder / table
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="0")
        writer.writeheader()
        writer.writerows(rows)


def write_source(folder: Path, name: str, tables: dict[str, list[dict]]) -> Path:
    for table, rows in tables.items():
        rows_of(folder, table, SOURCES[name].columns[table], rows)
    return folder


# --- the type


def test_ids_are_counted_from_zero_in_their_order_and_kept(few):
    assert few.viewer_ids.tolist() == [10, 20, 30]
    assert few.videos["id"].tolist() == ["a", "b", "c"]
    assert few.events["viewer"].tolist() == [2, 0, 0, 1, 0]
    assert few.events["video"].tolist() == [1, 0, 1, 2, 0]
    assert (few.n_viewers, few.n_videos, len(few)) == (3, 3, 5)


def test_events_keep_the_order_of_the_source(few):
    assert few.events["time"].tolist() == [5.0, 1.0, 2.0, 9.0, 7.0]


def test_repr_is_one_short_line(few):
    assert repr(few) == "<few: 3 viewers, 3 videos, 5 events, rating>"


def test_videos_without_a_description_get_a_plain_title_and_those_without_events_are_left_out():
    known = pd.DataFrame({"video_id": ["a", "z"], "title": ["Ants", "Zoo"], "genres": [("x",), ()]})
    logs = Logs.from_events("few", few_events(), known)
    assert logs.titles == ["Ants", "video b", "video c"]
    assert logs.genres == [("x",), (), ()]


def test_matrix_counts_a_pair_once_and_a_signal_is_the_latest(few):
    assert few.matrix().toarray().tolist() == [[1, 1, 0], [0, 0, 1], [0, 1, 0]]
    assert few.matrix("rating").toarray().tolist() == [[2, 4, 0], [0, 0, 1], [0, 5, 0]]


def test_matrix_stores_a_signal_of_zero():
    logs = Logs.from_events("few", few_events(rating=[0.0] * 5))
    assert logs.matrix("rating").nnz == logs.matrix().nnz == 4


def test_positives_are_on_the_same_viewers_and_videos(few):
    liked = few.positives(4)
    assert liked.events["rating"].tolist() == [5.0, 4.0]
    assert liked.matrix().shape == few.matrix().shape
    assert liked.events.index.tolist() == [0, 1]


def test_positives_ask_which_signal_when_there_are_two():
    logs = Logs.from_events("two", few_events(watch_ratio=[0.1, 0.9, 1.0, 2.0, 0.5]))
    assert logs.signals == ("rating", "watch_ratio")
    assert len(logs.positives(0.9, of="watch_ratio")) == 3
    with pytest.raises(LogsError, match="say which one"):
        logs.positives(1)


def test_positives_need_a_signal():
    logs = Logs.from_events("none", few_events().drop(columns="rating"))
    with pytest.raises(LogsError, match="none has no rating or watch ratio"):
        logs.positives(1)
    with pytest.raises(LogsError, match="not 'rating'"):
        logs.matrix("rating")


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30))
@settings(deadline=None)
def test_matrix_holds_exactly_the_pairs_of_the_events(pairs):
    viewer, video = zip(*pairs, strict=True)
    frame = pd.DataFrame({"viewer_id": viewer, "video_id": video, "time": range(len(pairs))})
    logs = Logs.from_events("any", frame)
    found = {
        (int(logs.viewer_ids[u]), int(logs.videos["id"][v]))
        for u, v in zip(*logs.matrix().nonzero(), strict=True)
    }
    assert found == set(pairs)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"events": pd.DataFrame({"viewer": [0], "video": [0]})}, "need the column 'time'"),
        (
            {"events": pd.DataFrame({"viewer": [3], "video": [0], "time": [0.0]})},
            "'viewer' of events needs integers from 0 to 2",
        ),
        (
            {"events": pd.DataFrame({"viewer": [0], "video": [0.0], "time": [0.0]})},
            "'video' of events needs integers",
        ),
        ({"videos": pd.DataFrame({"id": [1]})}, "videos need the column 'title'"),
        (
            {
                "events": pd.DataFrame(
                    {"viewer": [0], "video": [0], "time": [0.0], "rating": [np.nan]}
                )
            },
            "rating of some events is not a finite number",
        ),
        (
            {"events": pd.DataFrame({"viewer": [0], "video": [0], "time": [-np.inf]})},
            "time of some events is infinite",
        ),
        (
            {"events": pd.DataFrame({"viewer": [0], "video": [0], "time": ["noon"]})},
            "'time' of events needs numbers, in seconds since 1970",
        ),
    ],
)
def test_logs_that_make_no_sense_are_refused_in_one_sentence(few, change, problem):
    parts = {"name": "bad", "events": few.events, "videos": few.videos, "viewer_ids": [10, 20, 30]}
    with pytest.raises(LogsError, match=problem) as caught:
        Logs(**parts | change)
    assert "\n" not in str(caught.value)


def test_from_events_refuses_nothing_and_nameless_columns():
    with pytest.raises(LogsError, match="few has no events"):
        Logs.from_events("few", few_events()[:0])
    with pytest.raises(LogsError, match="need the column 'viewer_id'"):
        Logs.from_events("few", pd.DataFrame({"user": [1]}))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"viewer_id": [1.0, np.nan]}, "viewer_id of some events is missing"),
        ({"video_id": ["a", None]}, "video_id of some events is missing"),
        ({"time": pd.to_datetime(["2020-01-01", "2020-01-02"])}, "in seconds since 1970"),
        ({"rating": ["good", "bad"]}, "'rating' of events needs numbers"),
    ],
)
def test_from_events_refuses_what_it_would_have_to_guess(change, problem):
    events = {"viewer_id": [1, 2], "video_id": [1, 2], "time": [0, 1]}
    with pytest.raises(LogsError, match=problem):
        Logs.from_events("odd", pd.DataFrame(events | change))


def test_genres_are_a_tuple_or_a_list_of_names():
    events = pd.DataFrame({"viewer_id": [1], "video_id": [1], "time": [0]})
    videos = pd.DataFrame({"video_id": [1], "title": ["One"], "genres": [["Drama", "War"]]})
    assert Logs.from_events("few", events, videos).genres == [("Drama", "War")]
    with pytest.raises(LogsError, match=r"tuple of names.*not 'Drama\|War'"):
        Logs.from_events("few", events, videos.assign(genres="Drama|War"))


def test_the_labels_of_the_rows_do_not_matter(few):
    labelled = few.events.set_index(pd.Index([7, 3, 100, 9, 7]))
    logs = Logs("few", labelled, few.videos, few.viewer_ids)
    pd.testing.assert_frame_equal(logs.events, few.events)
    pd.testing.assert_frame_equal(leave_one_out(logs)[1].events, leave_one_out(few)[1].events)


def test_where_needs_one_bool_an_event(few):
    with pytest.raises(LogsError, match="one bool for each of 5 events"):
        few.where([True])


# --- MovieLens, on the real files


@pytest.fixture(scope="module")
def ml_100k():
    return read_movielens_100k(real_data("ml-100k"))


@pytest.fixture(scope="module")
def ml_latest():
    return read_movielens_latest(real_data("ml-latest-small"))


def test_movielens_100k_has_its_published_counts(ml_100k):
    assert (ml_100k.n_viewers, ml_100k.n_videos, len(ml_100k)) == (943, 1682, 100_000)
    assert ml_100k.events["rating"].mean() == pytest.approx(3.52986, abs=1e-9)
    assert ml_100k.matrix().nnz == 100_000


@pytest.mark.parametrize(
    ("name", "encoding"), [("movielens-1m", "latin-1"), ("movielens-10m", "utf-8")]
)
def test_large_movielens_sets_are_read_from_cells_parted_by_two_colons(name, encoding, tmp_path):
    (tmp_path / "ratings.dat").write_text("9::2::4.5::100\n9::1::3::101\n7::2::1::99\n")
    (tmp_path / "movies.dat").write_text(
        '1::Amélie: "A" Film (2001)::Comedy|Romance\n2::Heat (1995)::(no genres listed)\n'
        "3::Nobody (1999)::Drama\n",
        encoding=encoding,
    )
    logs = SOURCES[name].read(tmp_path)
    assert logs.name == SOURCES[name].title and (logs.n_viewers, len(logs)) == (2, 3)
    assert logs.titles == ['Amélie: "A" Film (2001)', "Heat (1995)"]
    assert logs.genres == [("Comedy", "Romance"), ()]
    assert logs.events["rating"].tolist() == [4.5, 3.0, 1.0]
    (tmp_path / "ratings.dat").write_text("9::2::good::100\n")
    with pytest.raises(LogsError, match="holds 'good', not a number"):
        SOURCES[name].read(tmp_path)


def test_movielens_25m_has_the_files_of_latest_small_and_its_own_name(tmp_path):
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,5,4.0,9\n")
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n5,Heat (1995),Action|Crime\n")
    logs = SOURCES["movielens-25m"].read(tmp_path)
    assert logs.name == "MovieLens 25M" and logs.genres == [("Action", "Crime")]


def test_movielens_100k_indices_are_its_ids_less_one(ml_100k):
    assert (ml_100k.viewer_ids == np.arange(943) + 1).all()
    assert (ml_100k.videos["id"] == np.arange(1682) + 1).all()


def test_movielens_100k_keeps_the_order_of_the_file(ml_100k):
    first = ml_100k.events.iloc[0]
    assert first.tolist() == [195, 241, 881250949, 3]


def test_movielens_100k_titles_are_latin_1(ml_100k):
    assert ml_100k.titles[0] == "Toy Story (1995)"
    assert ml_100k.titles[542] == "Misérables, Les (1995)"
    assert ml_100k.titles[1103] == "C'est arrivé près de chez vous (1992)"


def test_movielens_100k_row_267_is_called_unknown_and_has_no_genre(ml_100k):
    assert ml_100k.titles[266] == "unknown"
    assert ml_100k.genres[266] == ()


def test_movielens_100k_genres_are_named(ml_100k):
    assert ml_100k.genres[0] == ("Animation", "Children's", "Comedy")
    assert ml_100k.genres[1] == ("Action", "Adventure", "Thriller")
    assert len(set().union(*ml_100k.genres)) == 18


def test_movielens_100k_times_lie_in_its_seven_months(ml_100k):
    days = pd.to_datetime(ml_100k.chronological()["time"], unit="s")
    assert days.is_monotonic_increasing
    assert (days.iloc[0].year, days.iloc[0].month) == (1997, 9)
    assert (days.iloc[-1].year, days.iloc[-1].month) == (1998, 4)


def test_movielens_latest_small_has_its_published_counts(ml_latest):
    assert (ml_latest.n_viewers, ml_latest.n_videos, len(ml_latest)) == (610, 9724, 100_836)
    assert ml_latest.events["rating"].between(0.5, 5).all()


def test_movielens_latest_small_titles_and_genres(ml_latest):
    by_id = ml_latest.videos.set_index("id")
    assert by_id.title[73] == "Misérables, Les (1995)"
    assert by_id.genres[2] == ("Adventure", "Children", "Fantasy")
    assert by_id.genres[122882] == ("Action", "Adventure", "Sci-Fi", "Thriller")
    assert "(no genres listed)" not in set().union(*ml_latest.genres)
    assert () in ml_latest.genres


# --- Kuaishou and MicroLens, on small files with the documented columns


def kuairec_folder(folder: Path) -> Path:
    events = [
        {"user_id": 14, "video_id": 148, "timestamp": 1593898428.16, "watch_ratio": 0.722},
        {"user_id": 14, "video_id": 183, "timestamp": "", "watch_ratio": 1.907},
        {"user_id": 19, "video_id": 148, "timestamp": 1593898456.5, "watch_ratio": 0.0},
    ]
    tags = [
        {"video_id": 0, "feat": "[8]"},
        {"video_id": 148, "feat": "[27, 9]"},
        {"video_id": 183, "feat": "[]"},
    ]
    captions = [
        {"video_id": 148, "caption": "猫 #日常"},
        {"video_id": 183, "caption": "UNKNOWN"},
        {"video_id": "second line of a caption"},
    ]
    return write_source(
        folder,
        "kuairec",
        {
            "data/small_matrix.csv": events,
            "data/big_matrix.csv": [*events[2:], events[0]],
            "data/item_categories.csv": tags,
            "data/kuairec_caption_category.csv": captions,
        },
    )


def test_kuairec_follows_its_documented_columns(tmp_path):
    logs = read_kuairec(kuairec_folder(tmp_path))
    assert (logs.viewer_ids.tolist(), logs.videos["id"].tolist()) == ([14, 19], [148, 183])
    assert logs.events["watch_ratio"].tolist() == [0.722, 1.907, 0.0]
    assert logs.events["time"][0] == 1593898428.16
    assert np.isnan(logs.events["time"][1])
    assert logs.genres == [("tag 27", "tag 9"), ()]
    assert logs.titles == ["猫 #日常", "video 183"]


def test_kuairec_big_matrix_and_no_captions(tmp_path):
    folder = kuairec_folder(tmp_path)
    (folder / "data/kuairec_caption_category.csv").unlink()
    logs = read_kuairec(folder, matrix="big")
    assert (len(logs), logs.titles) == (2, ["video 148"])
    with pytest.raises(LogsError, match="matrix is one of 'small', 'big', not 'huge'"):
        read_kuairec(folder, matrix="huge")


def kuairand_folder(folder: Path) -> Path:
    def event(user, video, time, played, length):
        names = ("user_id", "video_id", "time_ms", "play_time_ms", "duration_ms")
        return dict(zip(names, (user, video, time, played, length), strict=True))

    return write_source(
        folder,
        "kuairand",
        {
            "data/log_standard_4_08_to_4_21_pure.csv": [event(0, 7, 1649347440123, 500, 1000)],
            "data/log_standard_4_22_to_5_08_pure.csv": [
                event(3, 9, 1650556800000, 3000, 1000),
                event(0, 9, 1650556801000, 3000, 0),
            ],
            "data/log_random_4_22_to_5_08_pure.csv": [event(5, 11, 1650556802000, 0, 800)],
            "data/video_features_basic_pure.csv": [
                {"video_id": 7, "tag": "12,65"},
                {"video_id": 9, "tag": ""},
                {"video_id": 11, "tag": "8"},
            ],
        },
    )


def test_kuairand_follows_its_documented_columns(tmp_path):
    logs = read_kuairand(kuairand_folder(tmp_path))
    assert logs.events["watch_ratio"].tolist() == [0.5, 3.0]
    assert logs.events["time"].tolist() == [1649347440.123, 1650556800.0]
    assert logs.events["seconds"].tolist() == [1.0, 1.0]
    assert logs.viewer_ids.tolist() == [0, 3]
    assert (logs.titles, logs.genres) == (["video 7", "video 9"], [("tag 12", "tag 65"), ()])


def test_kuairand_random_log(tmp_path):
    logs = read_kuairand(kuairand_folder(tmp_path), log="random")
    assert (len(logs), logs.genres) == (1, [("tag 8",)])


def test_microlens_follows_its_documented_columns(tmp_path):
    write_source(
        tmp_path,
        "microlens",
        {
            "MicroLens-50k_pairs.csv": [
                {"user": 1, "item": 5, "timestamp": 1583378629552},
                {"user": 2, "item": 6, "timestamp": 1583378630000},
            ],
            "MicroLens-50k_titles.csv": [
                {"item": 5, "title": 'A day, "by the sea"'},
                {"item": 6, "title": ""},
            ],
        },
    )
    logs = read_microlens(tmp_path)
    assert logs.events["time"].tolist() == [1583378629.552, 1583378630.0]
    assert logs.titles == ['A day, "by the sea"', "video 6"]
    assert (logs.signals, logs.genres) == ((), [(), ()])


# --- malformed files


def latest_folder(folder: Path, ratings: str, movies: str = "movieId,title,genres\n1,A,B\n"):
    (folder / "ratings.csv").write_text(ratings, encoding="utf-8")
    (folder / "movies.csv").write_text(movies, encoding="utf-8")
    return folder


HEADER = "userId,movieId,rating,timestamp\n"


@pytest.mark.parametrize(
    ("ratings", "problem"),
    [
        ("", r"ratings\.csv: the file is empty"),
        (HEADER, r"ratings\.csv: there are no rows in it"),
        ("userId,movieId,timestamp\n1,1,1\n", r"ratings\.csv: there is no column 'rating'"),
        (
            HEADER + "1,1,4.0,9\n1,1,four,9\n",
            r"ratings\.csv: row 2 of the data, column 'rating' holds 'four', not a number",
        ),
        (HEADER + "1,1,,9\n", r"ratings\.csv: row 1 of the data, column 'rating' is empty"),
        (HEADER + "1,1,inf,9\n", r"column 'rating' holds 'inf', not a number"),
        (HEADER + "1.5,1,4,9\n", r"column 'userId' holds '1.5', not a whole number"),
        (HEADER + "1,1,4\n", r"column 'timestamp' is empty"),
        (HEADER + "1,1,4,9\n1,1,4,9,9\n", r"ratings\.csv: a row has too many or too few cells"),
        (HEADER + "1,1,4,9,9\n", r"ratings\.csv: a row has too many or too few cells"),
    ],
)
def test_malformed_files_are_told_by_file_and_column(tmp_path, ratings, problem):
    with pytest.raises(LogsError, match=problem) as caught:
        read_movielens_latest(latest_folder(tmp_path, ratings))
    assert "\n" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_missing_file_and_a_wrong_encoding_are_told(tmp_path):
    folder = latest_folder(tmp_path, HEADER + "1,1,4,9\n")
    (folder / "movies.csv").write_bytes("movieId,title,genres\n1,Misérables,B\n".encode("latin-1"))
    with pytest.raises(LogsError, match=r"movies\.csv: the text is not utf-8"):
        read_movielens_latest(folder)
    (folder / "movies.csv").unlink()
    with pytest.raises(LogsMissingError, match=r"movies\.csv: there is no such file"):
        read_movielens_latest(folder)


def test_jupyter_shows_an_error_as_its_sentence_alone():
    assert LogsMissingError("get it")._render_traceback_() == ["LogsMissingError: get it"]


# --- where logs are looked for


@pytest.fixture
def no_logs(tmp_path, monkeypatch):
    """A computer without real logs: an empty cache and no MAVRS_DATA."""
    cache = tmp_path / "cache"
    monkeypatch.setattr("mavrs_course.world.logs.store.cache_folder", lambda: cache)
    monkeypatch.delenv("MAVRS_DATA", raising=False)
    return cache


def test_missing_logs_name_the_command_that_gets_them(no_logs):
    with pytest.raises(LogsMissingError, match=r"mavrs data get movielens-100k$") as caught:
        load("movielens-100k")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("made", [None, "folder", "file"])
def test_missing_logs_say_that_mavrs_data_was_looked_at(no_logs, tmp_path, monkeypatch, made):
    given = tmp_path / "mine"
    if made == "folder":
        given.mkdir()
    elif made == "file":
        given.touch()
    monkeypatch.setenv("MAVRS_DATA", str(given))
    with pytest.raises(LogsMissingError, match=r"mine, has no folder ml-100k\); get it with"):
        load("movielens-100k")


def test_an_unknown_name_lists_the_names(no_logs):
    with pytest.raises(LogsError, match=r"no logs called 'netflix'.*kuairec"):
        load("netflix")


def test_mavrs_data_is_looked_at_before_the_cache(no_logs, tmp_path, monkeypatch):
    for root, rows in ((no_logs, 1), (tmp_path / "mine", 2)):
        (root / "ml-latest-small").mkdir(parents=True)
        latest_folder(root / "ml-latest-small", HEADER + "1,1,4,9\n" * rows)
    assert len(load("movielens-latest-small")) == 1
    monkeypatch.setenv("MAVRS_DATA", str(tmp_path / "mine"))
    assert len(load("movielens-latest-small")) == 2


def test_options_go_to_the_reader_and_a_folder_may_have_its_official_name(
    no_logs, tmp_path, monkeypatch
):
    kuairec_folder(tmp_path / "KuaiRec 2.0")
    monkeypatch.setenv("MAVRS_DATA", str(tmp_path))
    assert load("kuairec", matrix="big").name == "KuaiRec big matrix"


def test_available_says_where_each_source_is(no_logs, tmp_path, monkeypatch):
    assert {source.state for source in available()} == {"absent"}
    (no_logs / "KuaiRec").mkdir(parents=True)
    (tmp_path / "ml-100k").mkdir()
    monkeypatch.setenv("MAVRS_DATA", str(tmp_path))
    states = {source.name: source.state for source in available()}
    assert states == {
        "movielens-latest-small": "absent",
        "movielens-100k": "in MAVRS_DATA",
        "kuairec": "downloaded",
        "kuairand": "absent",
        **{f"movielens-{size}": "absent" for size in ("1m", "10m", "25m")},
        "microlens": "absent",
        "metacademy": "absent",
        "qvhighlights": "absent",
        "gain": "absent",
    }


def test_every_source_is_fully_described_and_in_the_datasheet():
    datasheet = re.sub(r"\s+", " ", DATASHEET.read_text(encoding="utf-8"))
    for source in SOURCES.values():
        assert source.files
        for told in (source.name, source.title, source.page, source.licence_url, source.folder):
            assert told in datasheet, f"{told} of {source.name} is not in data/README.md"
        paper = re.search(r"(doi|arXiv):(\S+)", source.citation)
        assert (paper[2] if paper else source.citation) in datasheet
        for file in source.files:
            assert file.url.startswith("https://")
            assert file.md5 is None or re.fullmatch("[0-9a-f]{32}", file.md5)


# --- simulated logs


def platform(seed=0):
    return Platform(rng=np.random.default_rng(seed))


def test_simulated_logs_are_a_record_of_clicks():
    world = platform()
    logs = simulated_logs(world, viewers=50)
    assert logs.n_viewers == 50
    assert logs.n_videos == len(world.catalog)
    assert logs.titles[7] == world.catalog.title(7)
    assert all(len(genres) == 1 for genres in logs.genres)
    watched = logs.events["watch_ratio"] * world.catalog.minutes[logs.events["video"]]
    np.testing.assert_allclose(
        np.bincount(logs.events["viewer"], watched, minlength=50), world.watch_minutes
    )


def test_simulated_times_of_a_viewer_run_forward():
    logs = simulated_logs(platform(), viewers=20)
    steps = logs.events.groupby("viewer")["time"].diff().dropna()
    assert (steps > 0).all()


def test_simulated_ties_go_to_the_earlier_candidate():
    rng = np.random.default_rng(0)
    two_topics = Platform(Catalog([4, 4, 4, 9] * 15, [0.0] * 60), candidates=50, rng=rng)
    request = two_topics.reset(40)
    weights = two_topics.attraction(request.candidates)
    for row, page in enumerate(_to_taste(two_topics, request).videos.tolist()):
        best = sorted(range(50), key=weights[row].__getitem__, reverse=True)  # keeps ties in order
        assert page == request.candidates[row, best[:3]].tolist()


def test_simulated_logs_are_the_same_for_the_same_seed():
    first, again, other = (simulated_logs(platform(seed), viewers=20) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first.events, again.events)
    assert not first.events.equals(other.events)


def test_simulated_logs_bear_the_mark_of_who_filled_the_pages():
    to_taste = simulated_logs(platform(), viewers=300)
    chance = SingleAgent(RandomAgent(np.random.default_rng(3)))
    by_chance = simulated_logs(platform(), 300, chance)
    assert len(to_taste) > 1.05 * len(by_chance)


def test_a_missing_column_is_named_with_its_file_where_only_some_columns_are_read(tmp_path):
    path = tmp_path / "views.csv"
    path.write_text("viewer,clip,seconds\n4,9,12\n")
    wanted = {"viewer": int, "video": int}
    with pytest.raises(LogsError, match=r"views\.csv: there is no column 'video', only .*clip"):
        csvfiles.read_table(path, wanted, usecols=list(wanted))
    fine = {"viewer": int, "clip": int}
    table = csvfiles.read_table(path, fine, usecols=list(fine))
    assert table.to_numpy().tolist() == [[4, 9]]
