"""Every widget by keyboard alone, in both themes and two widths: nothing lost, nameless or cut.

What a widget needs to be here is a line in ``PLAYED``; a test says which are missing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_looks import looks, lost_by_keys, unnamed_controls
from lab import BROWSER, screenshot
from test_widgets_base import BOXES

from mavrs_course.widgets.base import Interactive, LessonWidget

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome is installed"),
    pytest.mark.timeout(600),
]

HERE = f"import sys\n\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n"
MODULE = "from mavrs_course.widgets"
PLAYED = {
    "AttackBench": f"""{HERE}from test_attack_bench import CASES, Obedient
{MODULE}.attack_bench import AttackBench
AttackBench(Obedient(), CASES)""",
    "AuctionTable": f"{MODULE}.auction_table import AuctionTable\nAuctionTable()",
    "BeliefTable": f"{MODULE}.belief_table import BeliefTable\nBeliefTable(seed=1)",
    "BiddingTable": f"{MODULE}.bidding_table import BiddingTable\nBiddingTable(seed=3)",
    "ClimbingPairs": f"{MODULE}.climbing_pairs import ClimbingPairs\nClimbingPairs(pairs=100)",
    "ClipView": f"{MODULE}.clip_view import ClipView\nClipView()",
    "ConductorsDesk": f"""from mavrs_course.llm.lessons import lesson_embedder, lesson_model
{MODULE}.conductors_desk import ConductorsDesk
ConductorsDesk(lesson_model("19"), lesson_embedder("19"))""",
    "ControlRoom": f"{MODULE}.control_room import ControlRoom\nControlRoom(seed=1)",
    "Conversation": f"""from mavrs_course.llm.macrec import MACRec, Records
from mavrs_course.llm.macrec.cases import lesson_logs
{MODULE}.conversation import Conversation
talk = Conversation(MACRec(None, Records(lesson_logs(simulated=True))), viewer=3)
talk.ask("football goals " + "x" * 90)
talk""",
    "Election": f"{MODULE}.election import Election\nElection()",
    "FollowViewer": f"{MODULE}.follow_viewer import FollowViewer\nFollowViewer()",
    "GameTable": f"{MODULE}.game_table import GameTable\nGameTable()",
    "Interactive": f"""import ipywidgets as w
{MODULE} import interact
def draw(first, kind):
    print(first, kind)
interact(draw, first=w.FloatSlider(0.5, max=1), kind=w.ToggleButtons(options=["a", "b"]))""",
    "LiveDashboard": f"{MODULE}.live_dashboard import LiveDashboard\nLiveDashboard(seed=1)",
    "MixingTable": f"{MODULE}.mixing_table import MixingTable\nMixingTable()",
    "ModelPicker": f"{MODULE}.model_picker import ModelPicker\nModelPicker()",
    "NeighbourExplorer": f"""import numpy as np
from mavrs_course.agents.video_understanding.vectors import Vectors
{MODULE}.neighbours import NeighbourExplorer
from mavrs_course.world.catalog import Catalog
rng = np.random.default_rng(0)
catalog = Catalog.sample(40, rng)
titles = [catalog.title(video) for video in range(40)]
vectors = Vectors(rng.normal(size=(40, 8)), titles, np.ones((40, 3), dtype=bool))
NeighbourExplorer(catalog, {{"noise": vectors, "more noise": vectors}}, range(6))""",
    "PeerTable": f"{MODULE}.peer_table import PeerTable\nPeerTable(seed=15)",
    "PriceOfTalk": f"""{HERE}from test_price_of_talk import matches
{MODULE}.price_of_talk import PriceOfTalk
PriceOfTalk(matches())""",
}


def test_no_widget_is_left_out():
    assert {one.__name__ for one in BOXES} - {LessonWidget.__name__} == set(PLAYED)
    assert Interactive.__name__ in PLAYED


@pytest.mark.parametrize("name", PLAYED)
def test_a_widget_serves_every_reader(show, name):
    page = show(PLAYED[name])
    page.locator(".mavrs-widget").first.wait_for()
    page.locator(".mavrs-widget [data-lm-suppress-shortcuts]").first.wait_for(state="attached")
    assert not unnamed_controls(page)
    wrong = looks(page)
    screenshot(page, f"for_all_{name}")
    assert not wrong
    assert not lost_by_keys(page)
