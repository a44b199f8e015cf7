"""The conductor's desk: what is switched changes who is asked and what is shown."""

import numpy as np
import pytest
from test_conductor import Matching

from mavrs_course.llm.conducting import stage
from mavrs_course.llm.lessons import lesson_embedder, lesson_model
from mavrs_course.widgets.conductors_desk import ConductorsDesk
from mavrs_course.world.topics import N_TOPICS, TOPICS


@pytest.fixture
def desk():
    quiet = {"say": lambda line: None}
    return ConductorsDesk(lesson_model("19", **quiet), lesson_embedder("19", **quiet))


def asked(desk):
    return desk.conductor.accounts[0].asked


def test_a_friend_who_is_silent_is_the_memory_s_and_one_with_a_wish_the_listener_s(desk):
    assert "popularity" in asked(desk)
    assert "by popularity" in desk.report.value and "silent</td>" not in desk.report.value
    desk.viewer.value = "an old friend"
    assert asked(desk)[0] == "interest"
    desk.wish.value = "fast cars"
    assert asked(desk)[0] == "listener"
    assert "The conductor asks listener" in desk.report.value


def test_every_switch_is_on_the_tape(desk):
    for who in desk.viewer.options:
        for day in desk.day.options:
            for wish in (desk.wish.options[0], "cute animals"):
                for bored in (False, True):
                    desk.viewer.value, desk.day.value = who, day
                    desk.wish.value, desk.bored.value = wish, bored
                    assert desk.conductor.accounts[0].by == "model"
    assert desk.conductor.outages == 0, "the evening before it was opened does not count"


def test_rules_are_kept_and_what_they_mend_is_marked(desk):
    topic = desk.catalog.topic
    desk.blocked.value = desk.one_each.value = desk.carry.value = True
    assert "mended: <b>none" not in desk.report.value
    for plugged in (True, False):
        desk.plug.value = plugged
        page = desk.decide().videos[0]
        assert not set(topic[page].tolist()) & stage.NOT_FOR_CHILDREN
        assert len(set(topic[page].tolist())) == 3
        new = desk.candidates[desk.catalog.day[desk.candidates] > 0]
        assert not len(new) or new[0] in page


def test_pulling_the_plug_leaves_the_router(desk):
    desk.plug.value = False
    assert "The router asks" in desk.report.value
    assert "there is no model" in desk.report.value


def test_it_works_with_any_model_and_escapes_titles():
    desk = ConductorsDesk(Matching(), lesson_embedder("19", say=lambda line: None), seed=3)
    object.__setattr__(desk.catalog, "_titles", ["<b>" for _ in range(40)])
    desk.decide()
    assert "&lt;b&gt;" in desk.report.value


def test_the_stage_has_a_wish_for_each_topic_that_does_not_name_it():
    assert len(stage.WISHES) == len(set(stage.WISHES)) == N_TOPICS
    assert not any(topic in wish for topic, wish in zip(TOPICS, stage.WISHES, strict=True))
    catalog = stage.catalogue()
    assert (np.bincount(catalog.topic) == 2).all() and (catalog.day > 0).sum() == 10
