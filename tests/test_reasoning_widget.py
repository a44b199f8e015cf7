"""The belief table: what you press is what the agent learns."""

import numpy as np

from mavrs_course.agents.reasoning.belief import deviation, mean
from mavrs_course.widgets.belief_table import BeliefTable


def shown(table):
    return table.platform.catalog.topic[table.slate.videos[0]]


def test_watching_raises_the_belief_and_a_skip_lowers_it():
    for press, sign in ((lambda t: t.watch[0].click(), 1), (lambda t: t.skip.click(), -1)):
        table = BeliefTable(seed=1)
        topic = shown(table)[0]
        before = mean(table.belief, table.agent.belief.levels)[topic]
        press(table)
        after = mean(table.belief, table.agent.belief.levels)[topic]
        assert sign * (after - before) > 0


def test_the_belief_sharpens_and_the_picture_follows():
    table = BeliefTable(seed=1)
    wide, drawn = deviation(table.belief, table.agent.belief.levels).sum(), table.picture.value
    for _ in range(12):
        table.watch[0].click()
    assert deviation(table.belief, table.agent.belief.levels).sum() < wide
    assert table.picture.value != drawn and "12 clicks on 12 pages" in table.why.value


def test_the_price_of_time_changes_the_plan_at_once():
    table = BeliefTable(seed=1)
    considerate = table.platform.catalog.quality[table.slate.videos[0]].mean()
    table.price.value = 0.0
    assert not np.allclose(
        table.platform.catalog.quality[table.slate.videos[0]].mean(), considerate
    )


def test_forgetting_leaves_nothing():
    table = BeliefTable(seed=1)
    table.watch[1].click()
    table.forget.click()
    assert np.ptp(table.belief) == 0 and table.pages == 0
