"""The league: the same order twice, goes on where it was, one page for the class, nobody's harm."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from browser_looks import violations
from lab import BROWSER
from typer.testing import CliRunner

from mavrs_course import cli
from mavrs_course.arena.abilities import hidden_world
from mavrs_course.arena.board import BASELINE, CEILING, ArenaBoard, make_board
from mavrs_course.arena.league import BOARD, HOUSES, class_entries, play_league, salt_of
from mavrs_course.arena.page import board_page
from mavrs_course.arena.playing import ArenaSettings, Match
from mavrs_course.arena.running import ArenaError, ArenaRules, Series
from mavrs_course.arena.scoring import Scale
from mavrs_course.course.grading.isolation import Isolation
from mavrs_course.engine import EngineError, LocalEngine

HONEST = "from mavrs_course.arena.baselines import {} as build\n"
HOSTILE = "<script>document.title = 'owned'</script>\u202e&amp;"
RULES = ArenaRules("salt", ("plain", "drift"), 4, 4)
ONE, ZERO = (1.0,) * 4, (0.0,) * 4


def series(player, ability, gaps, problem=""):
    """A series that comes to these gaps; NaN is a round that was lost."""
    matches = tuple(
        Match(player, ability, n, ("feed", "feed"), problem=problem)
        if np.isnan(gap)
        else Match(player, ability, n, ("feed", "feed"), (gap,) * 4)
        for n, gap in enumerate(gaps)
    )
    return Series(player, ability, matches, (Scale(ZERO, ONE, 1.0),) * len(gaps))


def played():
    luck = np.random.default_rng(0).normal(0.0, 0.3, size=(2, 4))
    means = {"good": 0.7, HOSTILE: 0.5, "identity": 0.0, "planner": 1.0}
    found = [
        series(name, ability, mean + luck[n] + 0.01 * np.arange(4))
        for name, mean in means.items()
        for n, ability in enumerate(RULES.abilities)
    ]
    lost = [np.nan] * 4
    return [*found, *(series("late", each, lost, f"raised {HOSTILE}") for each in RULES.abilities)]


@pytest.fixture
def board():
    kinds = {"identity": BASELINE, "planner": CEILING}
    shown = {"good": 0.7, HOSTILE: 0.5, "late": -1.0}
    return make_board(played(), RULES, kinds, shown, {"bad.py": "it is no Python"})


# The board


def test_the_board_is_the_same_in_whatever_order_rounds_were_played(board):
    mixed = played()
    random.Random(3).shuffle(mixed)
    kinds = {"identity": BASELINE, "planner": CEILING}
    again = make_board(mixed, RULES, kinds, {}, {})
    assert [row.name for row in again.rows] == [row.name for row in board.rows]
    assert [row.places for row in again.rows] == [row.places for row in board.rows]
    assert [row.ahead for row in again.rows] == [row.ahead for row in board.rows]


def test_shared_luck_does_not_hide_who_is_ahead(board):
    """Each interval holds the other's mean, and still the order is certain: luck is the same."""
    places = {row.name: row.places for row in board.rows}
    assert places == {
        "planner": (1, 1), "good": (2, 2), HOSTILE: (3, 3), "identity": (4, 4), "late": (5, 5),
    }  # fmt: skip
    good, hostile = (next(r for r in board.rows if r.name == n) for n in ("good", HOSTILE))
    assert good.low < hostile.gap and hostile.high > good.gap


def test_an_entry_is_ahead_where_it_surely_beats_every_baseline(board):
    assert {row.name: row.ahead for row in board.rows} == {
        "planner": (), "good": RULES.abilities, HOSTILE: RULES.abilities,
        "identity": (), "late": (),
    }  # fmt: skip
    alone = make_board(
        [series("a", "plain", [1.0] * 4)], ArenaRules("s", ("plain",), 4, 4), {}, {}, {}
    )
    assert alone.rows[0].ahead == ()


def test_those_who_cannot_be_told_apart_share_their_places():
    rng = np.random.default_rng(1)
    found = [series(name, "plain", rng.normal(0.3, 0.5, size=8)) for name in "abc"]
    board = make_board(found, ArenaRules("salt", ("plain",), 4, 8), {}, {}, {})
    assert [row.places for row in board.rows] == [(1, 3)] * 3


def test_a_lost_round_counts_as_such_and_the_ceiling_is_not_reliable_luck(board):
    late = next(row for row in board.rows if row.name == "late")
    assert (late.gap, late.lost, late.points) == (-1.0, 8, 0)
    assert 0.9 < board.reliability["plain"] <= 1.0


def test_a_board_comes_back_from_its_file_and_as_a_table(board, tmp_path):
    board.write(tmp_path / BOARD)
    again = ArenaBoard.read(tmp_path / BOARD)
    again.write(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / BOARD).read_bytes()
    table = again.table()
    assert len(table) == 5 * 2 and {"flip", "reliability", "worst", "low"} <= set(table.columns)


# The page


def test_the_page_says_all_and_runs_nothing(board):
    page = board_page(board, f"Class of {HOSTILE}", "2026-11-30T13:00:00")
    assert not re.search(r"<script|<link|<img|https?:|\bon\w+=", page)
    assert "&lt;script&gt;" in page and "\u202e" not in page
    assert page.count('scope="row"') == 5 * 3
    assert "Split-half reliability" in page and "Flip" in page and "it is no Python" in page


def test_who_may_hand_in_again_is_told_the_ladder_and_nothing_else(board):
    page = board_page(board, "The league", "2026-11-30T13:00:00", public=True)
    numbers = re.findall(r"[−-]?\d\.\d\d\b(?!rem)", page.partition("<table")[2])
    assert numbers == ["0.70", "0.50", "−1.00"]
    assert "identity" not in page and "Points" not in page


@pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed")
def test_the_page_is_for_everybody(browser, board, tmp_path):
    path = tmp_path / "board.html"
    path.write_text(board_page(board, f"Class of {HOSTILE}", "2026-11-30T13:00:00"), "utf-8")
    seen = []
    for scheme, width in (("light", 1200), ("dark", 420)):
        with browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}
        ) as context:
            page = context.new_page()
            page.on("request", lambda request: seen.append(request.url))
            page.on("dialog", lambda dialog: seen.append(dialog.message))
            page.goto(path.as_uri())
            assert page.title().startswith("Class of <script>")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert not violations(page, "html")
            _goes_by_keys(page)
    assert set(seen) == {path.as_uri()}


def _goes_by_keys(page):
    """Tab reaches the board, its tables and what went wrong, which Enter opens."""
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName"))
        if reached[-1] == "SUMMARY":
            break
    assert reached[0] == "A" and "DIV" in reached and reached[-1] == "SUMMARY"
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1


# The league


def in_class(folder, **entries):
    folder.mkdir(exist_ok=True)
    for name, text in entries.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def test_entries_are_told_apart_and_bad_ones_have_a_line(tmp_path):
    folder = in_class(
        tmp_path / "class",
        ann=f'NAME = "Best"\n{HONEST.format("identity")}',
        bob=f'NAME = "best"\n{HONEST.format("identity")}',
        cheat=f'NAME = "PLANNER"\n{HONEST.format("identity")}',
        dan=HONEST.format("popularity"),
        torn="def build(",
        other="x = 1",
    )
    (folder / "notes.txt").write_text("not an entry")
    (folder / "empty").mkdir()
    found, left_out = class_entries(folder)
    assert [one.name for one in found] == [
        "Best (ann.py)",
        "best (bob.py)",
        "PLANNER (cheat.py)",
        "dan",
    ]
    assert set(left_out) == {"torn.py", "other.py", "empty"}
    assert all("\n" not in line for line in left_out.values())


def test_a_folder_without_entries_is_said(tmp_path):
    with pytest.raises(ArenaError, match="there is no folder"):
        class_entries(tmp_path / "none")
    with pytest.raises(ArenaError, match="no entry that can be read: 1 cannot"):
        class_entries(in_class(tmp_path / "class", bad="x = 1"))


def test_the_salt_is_drawn_once_and_kept(tmp_path):
    salt = salt_of(tmp_path / "one")
    assert len(salt) == 32 and salt_of(tmp_path / "one") == salt != salt_of(tmp_path / "two")
    assert salt_of(tmp_path / "three", "mine") == "mine"
    with pytest.raises(ArenaError, match="a league with another salt"):
        salt_of(tmp_path / "three", "yours")


QUICK = ArenaRules("a salt", ("plain",), 2, 2, ArenaSettings(viewers=4, pages=4))


def league(folder, out, **options):
    names = []
    board = play_league(
        folder, QUICK, out, baselines=False, engine=LocalEngine(),
        progress=lambda one: names.append(one.player), **options,
    )  # fmt: skip
    return board, names


def test_two_leagues_have_one_order_and_an_interrupted_one_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("mavrs_course.arena.league.at_the_gate", lambda *given, **more: {})
    folder = in_class(
        tmp_path / "class", ann=HONEST.format("constant"), bob=HONEST.format("identity")
    )
    first, names = league(folder, tmp_path / "one")
    assert names == ["ann", "bob"] and league(folder, tmp_path / "one")[1] == []

    class Stop(Exception):
        """Somebody pulls the plug."""

    def pull(series):
        raise Stop

    with pytest.raises(Stop):
        play_league(
            folder, QUICK, tmp_path / "two", baselines=False, engine=LocalEngine(), progress=pull
        )
    second, names = league(folder, tmp_path / "two")
    assert names == ["bob"] and not list((tmp_path / "two").rglob(".*"))
    boards = [(tmp_path / each / BOARD).read_bytes() for each in ("one", "two")]
    assert boards[0] == boards[1] and [row.name for row in first.rows] == [
        r.name for r in second.rows
    ]


def test_an_entry_that_fails_somewhere_loses_there_alone(tmp_path):
    """It knows the second world by the number of its videos, and fails there."""
    first, second = (len(next(hidden_world("plain", QUICK.salt, n).open()).catalog) for n in (0, 1))
    assert first != second
    text = (
        "from mavrs_course.arena.baselines import FirstInLine\n"
        "def build(world, rng):\n"
        f"    return None if len(world.catalog) == {second} else FirstInLine()\n"
    )
    board, _ = league(in_class(tmp_path / "class", ann=text), tmp_path / "out")
    (row,) = board.rows
    assert row.lost == 1 and row.scores[0].rounds == 2 and row.gap > -1.0
    assert "no recommend" in row.scores[0].problem


def test_who_does_not_pass_the_gate_is_left_out_with_a_line(tmp_path):
    folder = in_class(
        tmp_path / "class",
        bad="def build(world, rng):\n    raise RuntimeError('not today')\n",
    )
    with pytest.raises(ArenaError, match="no entry may take part: build raised RuntimeError"):
        league(folder, tmp_path / "out")
    in_class(folder, ann=HONEST.format("identity"))
    board, names = league(folder, tmp_path / "out")
    assert names == ["ann"] and "not today" in board.left_out["bad"]


def test_who_is_exact_at_the_gate_alone_is_left_out(tmp_path):
    folder = in_class(tmp_path / "class", ann=HONEST.format("identity"))
    exploit = Path(__file__).parent / "exploits" / "behaves_at_the_gate.py"
    in_class(folder, bob=exploit.read_text())
    board, _ = league(folder, tmp_path / "out")
    assert [row.name for row in board.rows] == ["ann"]
    assert "not deterministic" in board.left_out["bob"]


class Elsewhere(LocalEngine):
    """Says that it is a cluster."""

    def stats(self):
        return replace(super().stats(), engine="ray", cores=2)


def test_a_cluster_without_a_sandbox_is_refused(tmp_path, monkeypatch):
    folder = in_class(tmp_path / "class", ann=HONEST.format("identity"))
    none = Isolation(why_not="it has none")
    monkeypatch.setattr("mavrs_course.arena.running.isolate", lambda root: none)
    with pytest.raises(EngineError, match="has no sandbox: it has none"):
        play_league(folder, QUICK, tmp_path / "out", engine=Elsewhere())
    bare = replace(QUICK, settings=ArenaSettings(sandbox=False))
    with pytest.raises(EngineError, match="leave --no-sandbox out"):
        play_league(folder, bare, tmp_path / "out", engine=Elsewhere())


def test_the_ladder_sees_each_version_once_by_its_file(tmp_path, monkeypatch):
    """Nothing is played: gaps by what an entry says."""
    gaps = {"0": [0.1, 0.1, 0.1, 0.1], "1": [0.1, 0.1, 0.1, 0.1001], "2": [0.5, 0.5, 0.5, 0.5]}

    def run(players, rules, folder, **options):
        return [
            series(player.name, ability, gaps[player.name[-1]])
            for player in players
            for ability in rules.abilities
        ]

    monkeypatch.setattr("mavrs_course.arena.league.run", run)
    for name in ("at_the_gate", "played_again"):
        monkeypatch.setattr(f"mavrs_course.arena.league.{name}", lambda *given, **more: {})
    shown = []
    for version in ("0", "2", "0", "1"):
        text = f'NAME = "version {version}"\n{HONEST.format("identity")}'
        folder = in_class(tmp_path / "class", ann=text)
        board = play_league(folder, RULES, tmp_path / "out", baselines=False)
        shown.append(board.rows[0].shown)
    assert shown == pytest.approx([0.125, 0.5, 0.5, 0.5])


def test_the_board_has_the_baselines_that_must_sit_on_it():
    names = [house.name for house in HOUSES]
    assert names == ["identity", "constant", "popularity", "EASE", "best single", "planner"]


# The commands


def command(*words):
    return CliRunner().invoke(cli.app, ["arena", *map(str, words)], env={"COLUMNS": "200"})


def test_the_board_and_the_page_of_a_league_are_there_for_the_asking(board, tmp_path):
    board.write(tmp_path / BOARD)
    shown = command("board", "--out", tmp_path)
    assert shown.exit_code == 0 and "good" in shown.output and "Split-half" in shown.output
    assert "bad.py: left out: it is no Python" in shown.output
    assert command("page", "--out", tmp_path, "--title", "Class 7", "--public").exit_code == 0
    assert "<h1>Class 7</h1>" in (tmp_path / "public-board.html").read_text("utf-8")


def test_what_is_not_there_is_one_line(tmp_path):
    for words, complaint in (
        (("board", "--out", tmp_path), "has no league: mavrs arena league plays one"),
        (("league", tmp_path / "none", "--out", tmp_path), "there is no folder"),
        (("league", tmp_path, "--out", tmp_path), "has no entry that can be read"),
    ):
        asked = command(*words)
        assert asked.exit_code == 1 and asked.output.count("error:") == 1
        assert complaint in asked.output
