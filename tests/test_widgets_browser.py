"""Widgets in JupyterLab, in a real browser: what can be pressed and moved changes what is seen.

Each is shown without its lesson, which ``test_browser`` runs as a whole.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lab import BROWSER, PATIENCE, screenshot
from ollama_double import OllamaDouble

from mavrs_course.llm.models.scripted import ScriptedModel

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed")

BELIEF_TABLE = "from mavrs_course.widgets.belief_table import BeliefTable\n\nBeliefTable(seed=1)"


def test_watching_and_skipping_move_the_belief_on_the_screen(show):
    page = show(BELIEF_TABLE)
    page.get_by_text("0 clicks on 0 pages so far").wait_for()
    page.get_by_role("button", name="Watch ").first.click()
    page.get_by_text("1 click on 1 page so far").wait_for()
    page.get_by_role("button", name="Skip all three").click()
    page.get_by_text("1 click on 2 pages so far").wait_for()
    assert page.locator("svg[role=img] polygon").count() == 20
    screenshot(page, "belief_table")


CLIMBING_PAIRS = "from mavrs_course.widgets.climbing_pairs import ClimbingPairs\n\nClimbingPairs()"
NEARLY_ALL = re.compile(r"^(9\d|100) % of 1,000 pairs end at the top")


def test_optimism_takes_pairs_to_the_top_and_noise_brings_them_down(show):
    page = show(CLIMBING_PAIRS)
    report = page.get_by_text("pairs end at the top")
    page.get_by_text(re.compile(r"^0 % of 1,000 pairs end at the top")).wait_for()
    screenshot(page, "climbing_pairs_plain")
    slow = page.get_by_role("slider").first
    slow.focus()
    page.keyboard.press("Home")  # slow = 0: deaf to bad news
    page.get_by_text(NEARLY_ALL).wait_for()
    screenshot(page, "climbing_pairs_deaf")
    page.get_by_text("B with B pays 14 or 0").click()
    page.get_by_text(NEARLY_ALL).wait_for(state="detached")
    share = int(report.inner_text().split(" %")[0])
    assert share < 80
    screenshot(page, "climbing_pairs_noise")


MIXING_TABLE = "from mavrs_course.widgets.mixing_table import MixingTable\n\nMixingTable()"


def test_choosing_and_typing_move_the_fits_on_the_screen(show):
    page = show(MIXING_TABLE)
    page.get_by_text("4 of 4 values off").wait_for()
    page.locator(".jp-OutputArea select").select_option("either will do")
    page.get_by_text("4 of 4 values off").nth(1).wait_for()
    screenshot(page, "mixing_table")
    page.locator(".jp-OutputArea select").select_option("linear")
    page.get_by_text("0 of 4 values off").nth(2).wait_for()
    last = page.locator(".jp-OutputArea input[type=number]").last
    last.fill("20")
    last.press("Enter")
    page.get_by_text("4 of 4 values off").wait_for()
    assert page.locator("svg[role=img]").count() == 4


CLIP_VIEW = "from mavrs_course.widgets.clip_view import ClipView\n\nClipView()"


def test_steps_uphill_move_the_sample_until_the_clip_holds_it(show):
    page = show(CLIP_VIEW)
    page.get_by_text("0 steps on this rollout").wait_for()
    sample = page.locator("svg[role=img] circle")
    start = float(sample.get_attribute("cx"))
    uphill = page.get_by_role("button", name="Step uphill")
    for step in range(1, 5):
        uphill.click()
        page.get_by_text(re.compile(rf"^{step} steps? on this rollout")).wait_for()
    held = float(sample.get_attribute("cx"))
    assert held > start + 40
    page.get_by_text("it has moved far enough").wait_for()
    uphill.click()
    page.get_by_text("5 steps on this rollout").wait_for()
    assert float(sample.get_attribute("cx")) == held
    screenshot(page, "clip_view")
    page.get_by_role("checkbox", name="clip").uncheck()
    uphill.click()
    page.get_by_text("6 steps on this rollout").wait_for()
    assert float(sample.get_attribute("cx")) > held


GAME_TABLE = "from mavrs_course.widgets.game_table import GameTable\n\nGameTable()"
FILM = """from mavrs_course.envs.feed_policies import favourite_bids, planned_bids
from mavrs_course.widgets.session_film import record, session_film, show_film

sessions = {"grab": record(favourite_bids, 4), "plan": record(planned_bids, 4)}
show_film(session_film(sessions, range(0, 40, 2)), alt="Two sessions of one viewer.")"""


def test_moving_a_payoff_ends_the_dilemma_and_the_film_moves(show):
    page = show(GAME_TABLE, FILM)
    page.get_by_text("Price of anarchy: 3.00").wait_for()
    assert page.get_by_text("Equilibrium:").count() == 1
    for number in (0, 4):  # what mutual cooperation pays, to the one and to the other
        handle = page.locator(".noUi-handle").nth(number)
        handle.focus()
        for _ in range(6):  # from 3 to 6, half a point at a time
            handle.press("ArrowRight")
    page.get_by_text("Equilibrium: cooperate, cooperate").wait_for()
    page.get_by_text("Price of anarchy: 6.00").wait_for()
    assert page.locator("svg[role=img] circle").count() == 3
    screenshot(page, "game_table")
    film = page.get_by_role("img", name="Two sessions of one viewer.")
    film.scroll_into_view_if_needed()
    film.evaluate("image => { image.src += '#again' }")  # it rests after three rounds
    first = film.screenshot()
    for _ in range(PATIENCE // 500):
        page.wait_for_timeout(500)
        if film.screenshot() != first:
            return
    raise AssertionError("the film stands still")


CONTROL_ROOM = "from mavrs_course.widgets.control_room import ControlRoom\n\nControlRoom(seed=1)"


def test_killing_the_controller_and_pricing_questions_change_the_screen(show):
    page = show(CONTROL_ROOM)
    page.get_by_text("8 messages").wait_for()
    screenshot(page, "control_room")
    page.get_by_role("button", name="dead").click()
    page.get_by_text("10 messages").wait_for()
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_text("nobody else may decide").wait_for()
    page.get_by_role("button", name="works").click()
    price = page.get_by_role("slider").nth(4)
    price.focus()
    for _ in range(6):
        price.press("ArrowRight")
    page.get_by_text("Asked: popularity, interest, novelty, editor").wait_for()
    weight = page.get_by_role("slider").nth(3)
    weight.focus()
    for _ in range(5):
        weight.press("ArrowRight")
    page.get_by_text("Asked: editor.").wait_for()
    screenshot(page, "control_room_editor")


PEER_TABLE = "from mavrs_course.widgets.peer_table import PeerTable\n\nPeerTable(seed=15)"


def test_cutting_and_healing_change_the_pages_on_the_screen(show):
    page = show(PEER_TABLE)
    page.get_by_text("different pages").wait_for()
    slider = page.locator(".jupyter-widgets .noUi-handle").first
    slider.focus()
    slider.press("End")
    page.get_by_text("480 messages").wait_for()
    page.get_by_text("1 different page,").wait_for()
    page.get_by_role("button", name="cut in two").click()
    page.get_by_label("Eight peers and 6 links").wait_for()
    page.get_by_text("2 different pages").wait_for()
    screenshot(page, "peer_table_cut")
    page.get_by_role("button", name="cut in two").click()
    page.get_by_label("Eight peers and 8 links").wait_for()
    page.get_by_role("button", name="peer 3").click()
    page.get_by_label("Eight peers and 6 links").wait_for()
    page.get_by_role("button", name="peer 0 lies").click()
    page.get_by_text("0 of the 3 best").first.wait_for()
    screenshot(page, "peer_table_liar")


AUCTION_TABLE = "from mavrs_course.widgets.auction_table import AuctionTable\n\nAuctionTable()"


def test_moving_the_bid_moves_slots_payments_and_curves(show):
    page = show(AUCTION_TABLE)
    page.get_by_text("GSP: you keep 1,200").wait_for()
    page.get_by_text("VCG: you keep 1,400").wait_for()
    dot = page.locator("svg[role=img] circle").first
    before = dot.get_attribute("cx")
    bid = page.get_by_role("slider").first
    bid.focus()
    for _ in range(13):  # from 10 down to 3.5, half a dollar a press
        bid.press("ArrowLeft")
    page.get_by_text("GSP: you keep 800").wait_for()
    page.get_by_text("VCG: you keep 800").wait_for()
    assert page.locator("svg[role=img] circle").first.get_attribute("cx") != before
    screenshot(page, "auction_table_lie")
    page.get_by_role("button", name="Tell the truth").click()
    page.get_by_text("GSP: you keep 1,200").wait_for()
    screenshot(page, "auction_table_truth")


ELECTION = "from mavrs_course.widgets.election import Election\n\nElection()"


def test_moving_voters_changes_the_winner_on_the_screen(show):
    page = show(ELECTION)
    page.get_by_text("Nobody beats everybody in duels").wait_for()
    page.get_by_role("slider").first.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.get_by_text("A beats everybody in duels").wait_for()
    screenshot(page, "election")
    page.get_by_role("combobox", name="start").select_option("the capital of Tennessee")
    page.get_by_text("Nashville beats everybody in duels").wait_for()
    assert page.locator("svg[role=img] circle").count() == 4
    screenshot(page, "election_tennessee")


PRICES = """from test_price_of_talk import matches

from mavrs_course.widgets.price_of_talk import PriceOfTalk

PriceOfTalk(matches())"""


def test_dear_messages_change_the_winner_on_the_screen(show):
    here = f"import sys\n\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n"
    page = show(here + PRICES)
    page.get_by_text("Best here: talkers").wait_for()
    page.get_by_role("slider").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.get_by_text("Best here: star").wait_for()
    screenshot(page, "price_of_talk")
    page.get_by_role("combobox", name="workload").select_option("storm")
    page.get_by_role("img", name="Best net: star").wait_for()
    assert page.locator("svg[role=img] circle").count() == 4
    screenshot(page, "price_of_talk_storm")


CONVERSATION = """from mavrs_course.llm.lessons import lesson_embedder, lesson_model
from mavrs_course.llm.macrec import MACRec, Records
from mavrs_course.llm.macrec.cases import lesson_logs
from mavrs_course.widgets.conversation import Conversation

model, embedder = lesson_model("17"), lesson_embedder("17")
records = Records(lesson_logs(simulated=True))
teams = {"language model": MACRec(model, records),
         "vectors": MACRec(model, records, embedder=embedder)}
Conversation(teams, viewer=3)"""


def test_wishes_are_answered_with_the_trace_beside_them(show):
    page = show(CONVERSATION)
    page.get_by_text("Nothing has been asked yet").wait_for()
    page.get_by_role("combobox", name="wish").select_option("football goals")
    page.get_by_text("read as football goals, any year; the genre by rule").wait_for()
    assert page.get_by_text("manager: finish").count() == 1
    page.get_by_role("combobox", name="wish").select_option("a kitten that is afraid of water")
    page.get_by_text("the genre by likelihood of the language model").wait_for()
    page.get_by_role("button", name="vectors").click()
    page.get_by_text("read as funny pets, any year; the genre by nearest vector").wait_for()
    screenshot(page, "conversation")
    typed = page.get_by_role("textbox", name="typed")
    typed.fill("<b>football</b> goals and penguins, football goals")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("<b>football</b> goals and penguins").wait_for()


MODEL_PICKER = """import os

from mavrs_course.widgets.model_picker import ModelPicker

os.environ["MAVRS_MODELS"] = {folder!r}
ModelPicker("http://127.0.0.1:9")"""


def test_writing_a_host_fills_the_list_and_a_pull_adds_to_it(show, tmp_path):
    registry = {"small:1b": (2_000_000, ScriptedModel())}
    with OllamaDouble({"toy:latest": ScriptedModel()}, registry=registry) as double:
        page = show(MODEL_PICKER.format(folder=str(tmp_path)))
        page.get_by_text("There is no language model here.").wait_for()
        screenshot(page, "model_picker_nothing")
        host = page.get_by_label("Ollama host")
        host.fill(double.host)
        host.press("Enter")
        page.get_by_text("toy:latest: on the Ollama server").wait_for()
        page.get_by_role("textbox", name="pull").fill("small:1b")
        page.get_by_role("button", name="Pull").click()
        page.get_by_text("small:1b: on the Ollama server").wait_for()
        assert page.get_by_label("model", exact=True).locator("option").count() == 2
        screenshot(page, "model_picker")


BENCH = """import sys

sys.path.insert(0, {tests!r})
from test_attack_bench import CASES, Obedient

from mavrs_course.widgets.attack_bench import AttackBench

AttackBench(Obedient(), CASES)"""


def test_a_title_that_courts_the_model_wins_on_the_screen(show):
    page = show(BENCH.format(tests=str(Path(__file__).parent)))
    page.get_by_text("The attack fails").or_(page.get_by_text("nothing to win")).wait_for()
    page.locator("textarea").last.fill("magic words")
    page.keyboard.press("Tab")
    page.get_by_text("The attack wins").wait_for()
    assert page.locator("svg[role=img] rect").count() == 6
    screenshot(page, "attack_bench")
    page.get_by_role("combobox", name="family").select_option("likelihood")
    page.get_by_text("The attack wins").wait_for(state="detached")


FOLLOW_VIEWER = "from mavrs_course.widgets.follow_viewer import FollowViewer\n\nFollowViewer()"


def test_turning_pages_and_moving_traits_change_the_evening_on_the_screen(show):
    page = show(FOLLOW_VIEWER)
    page.get_by_text("P(watch) by a rule").wait_for()
    page.get_by_text(re.compile(r"^Page 1\.")).wait_for()
    page.get_by_role("slider").first.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")  # the most active tier has the patience for two pages
    page.get_by_role("button", name="Next page").click()
    page.get_by_text(re.compile(r"^Page 2\.")).wait_for()
    assert page.locator("svg[role=img] rect").count() == 8
    screenshot(page, "follow_viewer")
    page.get_by_role("button", name="Start again").click()
    page.get_by_text(re.compile(r"^Page 1\.")).wait_for()


DESK = """from mavrs_course.llm.lessons import lesson_embedder, lesson_model
from mavrs_course.widgets.conductors_desk import ConductorsDesk

ConductorsDesk(lesson_model("19"), lesson_embedder("19"))"""


def test_a_wish_and_a_pulled_plug_change_who_is_asked_on_the_screen(show):
    page = show(DESK)
    page.get_by_text("The conductor asks popularity").wait_for()
    page.get_by_role("combobox", name="viewer").select_option("an old friend")
    page.get_by_text("The conductor asks interest").wait_for()
    page.get_by_role("combobox", name="she says").select_option("fast cars")
    page.get_by_text("The conductor asks listener").wait_for()
    page.get_by_role("combobox", name="prompt").select_option("children's mode")
    page.get_by_text("The conductor asks editor").wait_for()
    screenshot(page, "conductors_desk")
    page.get_by_text("model plugged in").click()
    page.get_by_text("The router asks").wait_for()
    screenshot(page, "conductors_desk_unplugged")
