"""The peer table: what is pressed is what the peers do."""

import numpy as np
import pytest

from mavrs_course.widgets.peer_table import PEERS, PeerTable


@pytest.fixture
def table():
    return PeerTable(seed=0)


def different(table):
    return len({tuple(table.pages[peer]) for peer in table.present})


def test_talking_brings_pages_together_and_costs_messages(table):
    assert different(table) > 2 and "0 messages" in table.text.value
    before, drawn = table.gaps[-1], table.curve.value
    table.rounds.value = 30
    assert different(table) == 1 and table.gaps[-1] < before / 50
    assert "480 messages" in table.text.value and "1 different page<" in table.text.value
    assert table.curve.value != drawn


def test_a_cut_leaves_two_pages_at_most_and_healing_one(table):
    table.rounds.value = 30
    together = table.history[-1].mean(axis=0)
    table.cut.value = True
    assert table.graph.number_of_edges() == 6
    left, right = table.history[-1][:4].mean(axis=0), table.history[-1][4:].mean(axis=0)
    assert np.abs(left - right).max() > 0.1
    table.cut.value = False
    assert np.allclose(table.history[-1].mean(axis=0), together) and different(table) == 1


def test_who_goes_home_has_no_links_and_no_page(table):
    links = table.graph.number_of_edges()
    table.at_home[3].value = False
    assert table.graph.number_of_edges() == links - 2 and 3 not in table.present
    assert "peers 3" not in table.text.value
    for button in table.at_home:
        button.value = False
    assert "0 different pages" in table.text.value
    table.at_home[3].value = True
    assert "1 different page<" in table.text.value


def test_a_liar_leads_everybody_away_unless_its_values_are_trimmed(table):
    table.shape.value = "complete"
    table.rounds.value = 30
    honest = [table.seen[1:].min(axis=0), table.seen[1:].max(axis=0)]
    table.lie.value = True
    assert np.abs(table.history[-1][1:] - (1 - table.truth)).max() < 0.05
    table.trim.value = 1
    held = table.history[-1][1:]
    assert (held >= honest[0] - 1e-9).all() and (held <= honest[1] + 1e-9).all()
    assert np.array_equal(table.history[-1][0], 1 - table.truth)
    assert len(table.counted) == PEERS - 1


def test_every_shape_can_be_drawn(table):
    for shape in table.shape.options:
        table.shape.value = shape
        assert f"{table.graph.number_of_edges()} links" in table.picture.value
    assert "PeerTable" in repr(table)
