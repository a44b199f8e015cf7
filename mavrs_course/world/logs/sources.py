"""The real logs that the course knows, and a graph: where each comes from, its terms, its reader.

None of it ships with the course.  Addresses, sizes and checksums are those of the official
places; ``data/README.md`` tells the same in prose.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from mavrs_course.world.logs import readers
from mavrs_course.world.logs.concepts import read_metacademy
from mavrs_course.world.logs.moments import read_moments
from mavrs_course.world.logs.panels import GAIN_FILE, read_gain
from mavrs_course.world.logs.source import RemoteFile, Source

GROUPLENS = "https://files.grouplens.org/datasets/movielens"
MOVIELENS_CITATION = (
    "F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. "
    "ACM Transactions on Interactive Intelligent Systems 5(4), 19. doi:10.1145/2827872"
)
KUAIREC_EVENT = (
    *("user_id", "video_id", "play_duration", "video_duration"),
    *("time", "date", "timestamp", "watch_ratio"),
)
KUAIRAND_EVENT = (
    *("user_id", "video_id", "date", "hourmin", "time_ms", "is_click", "is_like", "is_follow"),
    *("is_comment", "is_forward", "is_hate", "long_view", "play_time_ms", "duration_ms"),
    *("profile_stay_time", "comment_stay_time", "is_profile_enter", "is_rand", "tab"),
)

MOVIELENS_LATEST_SMALL = Source(
    name="movielens-latest-small",
    title="MovieLens latest-small",
    folder="ml-latest-small",
    read=readers.read_movielens_latest,
    page="https://grouplens.org/datasets/movielens/latest/",
    # GroupLens replaces this set now and then; its checksum is kept beside it.
    files=(
        RemoteFile(
            f"{GROUPLENS}/ml-latest-small.zip",
            size=978_202,
            md5_url=f"{GROUPLENS}/ml-latest-small.zip.md5",
        ),
    ),
    licence=(
        "For research. Acknowledge it in publications; imply no endorsement; pass it on only "
        "under the same conditions; no commercial use without permission."
    ),
    licence_url=f"{GROUPLENS}/ml-latest-small-README.html",
    citation=MOVIELENS_CITATION,
    columns={
        "ratings.csv": ("userId", "movieId", "rating", "timestamp"),
        "movies.csv": ("movieId", "title", "genres"),
    },
)

MOVIELENS_100K = Source(
    name="movielens-100k",
    title="MovieLens 100K",
    folder="ml-100k",
    read=readers.read_movielens_100k,
    page="https://grouplens.org/datasets/movielens/100k/",
    files=(
        RemoteFile(
            f"{GROUPLENS}/ml-100k.zip", size=4_924_029, md5="0e33842e24a9c977be4e0107933c0723"
        ),
    ),
    licence=(
        "For research. Acknowledge it in publications and send GroupLens a copy; imply no "
        "endorsement; do not pass it on; no commercial use without permission."
    ),
    licence_url=f"{GROUPLENS}/ml-100k-README.txt",
    citation=MOVIELENS_CITATION,
    columns={
        "u.data": ("user id", "item id", "rating", "timestamp"),
        "u.item": (
            *("movie id", "movie title", "release date", "video release date", "IMDb URL"),
            "one 0 or 1 for each genre",
        ),
        "u.genre": ("genre", "number"),
    },
)


def _large_movielens(size: str, folder: str, md5: str, **read: Any) -> Source:
    """One of the stable sets with a million ratings or more."""
    title = f"MovieLens {size.upper()}"
    cells = "userId", "movieId", "rating", "timestamp"
    ending = "dat" if "encoding" in read else "csv"
    reader = readers.read_movielens_dat if ending == "dat" else readers.read_movielens_latest
    return replace(
        MOVIELENS_100K if size == "1m" else MOVIELENS_LATEST_SMALL,  # for their terms
        name=f"movielens-{size}",
        title=title,
        folder=folder,
        read=partial(reader, title=title, **read),
        page=f"https://grouplens.org/datasets/movielens/{size}/",
        files=(RemoteFile(f"{GROUPLENS}/ml-{size}.zip", md5=md5),),
        licence_url=f"{GROUPLENS}/ml-{size}-README.{'html' if size != '1m' else 'txt'}",
        columns={f"ratings.{ending}": cells, f"movies.{ending}": ("movieId", "title", "genres")},
    )


MOVIELENS_1M = _large_movielens(
    "1m", "ml-1m", "c4d9eecfca2ab87c1945afe126590906", encoding="latin-1"
)
MOVIELENS_10M = _large_movielens(
    "10m", "ml-10M100K", "ce571fd55effeba0271552578f2648bd", encoding="utf-8"
)
MOVIELENS_25M = _large_movielens("25m", "ml-25m", "6b51fb2759a8657d3bfcbfc42b592ada")

KUAIREC = Source(
    name="kuairec",
    title="KuaiRec 2.0",
    folder="KuaiRec",
    other_folders=("KuaiRec 2.0",),
    read=readers.read_kuairec,
    page="https://kuairec.com/",
    files=(
        RemoteFile(
            "https://zenodo.org/records/18164998/files/KuaiRec.zip",
            size=431_964_858,
            md5="261550d472c48eff4990fb13c0e5bcf7",
        ),
    ),
    licence="Creative Commons Attribution-ShareAlike 4.0 (CC BY-SA 4.0).",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    citation=(
        "Chongming Gao, Shijun Li, Wenqiang Lei, Jiawei Chen, Biao Li, Peng Jiang, Xiangnan He, "
        "Jiaxin Mao and Tat-Seng Chua. 2022. KuaiRec: A Fully-observed Dataset and Insights for "
        "Evaluating Recommender Systems. CIKM '22. doi:10.1145/3511808.3557220"
    ),
    columns={
        "data/small_matrix.csv": KUAIREC_EVENT,
        "data/big_matrix.csv": KUAIREC_EVENT,
        "data/item_categories.csv": ("video_id", "feat"),
        "data/kuairec_caption_category.csv": (
            *("video_id", "manual_cover_text", "caption", "topic_tag"),
            *("first_level_category_id", "first_level_category_name"),
            *("second_level_category_id", "second_level_category_name"),
            *("third_level_category_id", "third_level_category_name"),
        ),
    },
)

KUAIRAND = Source(
    name="kuairand",
    title="KuaiRand-Pure",
    folder="KuaiRand-Pure",
    read=readers.read_kuairand,
    page="https://kuairand.com/",
    files=(
        RemoteFile(
            "https://zenodo.org/records/10439422/files/KuaiRand-Pure.tar.gz",
            size=47_432_272,
            md5="0820331067a3784d9691136f772b35a7",
        ),
    ),
    licence="Creative Commons Attribution-ShareAlike 4.0 (CC BY-SA 4.0).",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    citation=(
        "Chongming Gao, Shijun Li, Yuan Zhang, Jiawei Chen, Biao Li, Wenqiang Lei, Peng Jiang and "
        "Xiangnan He. 2022. KuaiRand: An Unbiased Sequential Recommendation Dataset with Randomly "
        "Exposed Videos. CIKM '22. doi:10.1145/3511808.3557624"
    ),
    columns={
        "data/log_standard_4_08_to_4_21_pure.csv": KUAIRAND_EVENT,
        "data/log_standard_4_22_to_5_08_pure.csv": KUAIRAND_EVENT,
        "data/log_random_4_22_to_5_08_pure.csv": KUAIRAND_EVENT,
        "data/video_features_basic_pure.csv": (
            *("video_id", "author_id", "video_type", "upload_dt", "upload_type", "visible_status"),
            *("video_duration", "server_width", "server_height", "music_id", "music_type", "tag"),
        ),
    },
)

MICROLENS_FOLDER = "https://recsys.westlake.edu.cn/MicroLens-50k-Dataset"
MICROLENS = Source(
    name="microlens",
    title="MicroLens-50K",
    folder="MicroLens-50k",
    other_folders=("MicroLens-50k-Dataset",),
    read=readers.read_microlens,
    page="https://github.com/westlake-repl/MicroLens",
    # Neither sizes nor checksums are published that we know of.
    files=(
        RemoteFile(f"{MICROLENS_FOLDER}/MicroLens-50k_pairs.csv"),
        RemoteFile(f"{MICROLENS_FOLDER}/MicroLens-50k_titles.csv"),
    ),
    licence=(
        "No licence is stated that we know of. The authors ask to be cited and forbid offering "
        "changed copies for download; keep to research."
    ),
    licence_url="https://github.com/westlake-repl/MicroLens",
    citation=(
        "Yongxin Ni, Yu Cheng, Xiangyan Liu, Junchen Fu, Youhua Li, Xiangnan He, Yongfeng Zhang "
        "and Fajie Yuan. 2023. A Content-Driven Micro-Video Recommendation Dataset at Scale. "
        "arXiv:2309.15379"
    ),
    columns={
        "MicroLens-50k_pairs.csv": ("user", "item", "timestamp"),
        "MicroLens-50k_titles.csv": ("item", "title"),
    },
)

METACADEMY = Source(
    name="metacademy",
    title="Metacademy",
    folder="metacademy",
    other_folders=("metacademy-content",),
    read=read_metacademy,
    page="https://github.com/metacademy/metacademy-content",
    # The repository as it was on 17 October 2014, by its commit.
    files=(
        RemoteFile(
            "https://github.com/metacademy/metacademy-content/archive/"
            "2654877392cea3857e9fa91ddf896a4a2f5361c8.zip"
        ),
    ),
    licence="Creative Commons Attribution-ShareAlike 3.0 (CC BY-SA 3.0).",
    licence_url="https://creativecommons.org/licenses/by-sa/3.0/",
    citation="Roger Grosse, Colorado Reed and contributors. 2014. Metacademy. metacademy.org",
    columns={
        "concepts.csv": ("concept", "title"),
        "prerequisites.csv": ("prerequisite", "concept"),
    },
)

MOMENT_DETR = "https://github.com/jayleicn/moment_detr"
QVHIGHLIGHTS = Source(
    name="qvhighlights",
    title="QVHighlights",
    folder="qvhighlights",
    read=read_moments,
    page=MOMENT_DETR,
    # Queries of the validation set, and what two models found, with the figures published for it.
    files=tuple(
        RemoteFile(f"{MOMENT_DETR}/raw/main/{path}", size=size)
        for path, size in (
            ("data/highlight_val_release.jsonl", 821_101),
            ("run_on_video/moment_detr_ckpt/inference_hl_val_test_code_preds.jsonl", 2_443_100),
            ("run_on_video/moment_detr_ckpt/inference_hl_val_test_code_preds_metrics.json", 3_245),
            ("standalone_eval/sample_val_preds.jsonl", 2_399_408),
            ("standalone_eval/sample_val_preds_metrics_raw.json", 3_252),
        )
    ),
    licence="Creative Commons Attribution-NonCommercial-ShareAlike 4.0 (CC BY-NC-SA 4.0).",
    licence_url="https://creativecommons.org/licenses/by-nc-sa/4.0/",
    citation=(
        "Jie Lei, Tamara L. Berg and Mohit Bansal. 2021. QVHighlights: Detecting Moments and "
        "Highlights in Videos via Natural Language Queries. NeurIPS 2021. arXiv:2107.09609"
    ),
    columns={},
)

GAIN = Source(
    name="gain",
    title="GAIN, Riverside (simulated)",
    folder="gain",
    read=read_gain,
    page="https://github.com/OpportunityInsights/Surrogates-Replication-Code",
    files=(
        RemoteFile(
            "https://github.com/OpportunityInsights/Surrogates-Replication-Code/raw/"
            "34201ffdf9e92b96cc37f3ca6a7e66223cd936dd/Data-raw/" + quote(GAIN_FILE),
            size=913_050,
            sha256=("1598755a", "ffe0"),
        ),
    ),
    licence="No licence is stated that we know of. Keep to research, and do not pass it on.",
    licence_url="https://github.com/OpportunityInsights/Surrogates-Replication-Code",
    citation=(
        "Susan Athey, Raj Chetty, Guido Imbens and Hyunseung Kang. 2019. The Surrogate Index. "
        "NBER working paper 26463"
    ),
    columns={GAIN_FILE: ("treatment", "emp1 to emp36")},
)

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        *(MOVIELENS_LATEST_SMALL, MOVIELENS_100K, MOVIELENS_1M, MOVIELENS_10M, MOVIELENS_25M),
        *(KUAIREC, KUAIRAND, MICROLENS, METACADEMY, QVHIGHLIGHTS, GAIN),
    )
}
