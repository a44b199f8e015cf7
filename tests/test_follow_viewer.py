"""The widget that follows a generative viewer: pages turn, traits change what she does."""

from __future__ import annotations

import pytest

from mavrs_course.widgets.follow_viewer import FollowViewer, feelings_picture, told


@pytest.fixture(scope="module")
def follow():
    return FollowViewer()


def test_whom_it_shows_first_has_no_dead_slider(follow):
    first = FollowViewer()
    usual, seen = told(first.visit), []
    for slider, values in (
        (first.activity, range(3)),
        (first.diversity, range(3)),
        (first.strays, (0.0, 1.0, 2.0)),
    ):
        own, said = slider.value, set()
        for value in values:
            slider.value = value
            said.add(told(first.visit))
        slider.value = own
        seen.append(said - {usual})
    assert all(seen), "each of the three changes her evening"
    assert told(first.visit) == usual


def test_it_begins_with_her_own_traits_and_says_that_a_rule_plays_her(follow):
    follow.who.value = 0
    follow.start()
    assert follow.activity.value == follow.people.tiers["activity"][0]
    assert "P(watch) by a rule" in follow.table.value
    assert "Page 1." in follow.feelings.value


def test_pages_turn_until_the_last_one(follow):
    follow.start()
    for _ in range(12):
        follow.next.click()
    assert follow.page == len(follow.visit.pages) and follow.next.disabled
    assert "She leaves." in follow.feelings.value or "No more pages." in follow.feelings.value
    follow.again.click()
    assert "Page 1." in follow.feelings.value


def test_an_active_viewer_stays_longer(follow):
    follow.start()
    stays = []
    for tier in range(3):
        follow.activity.value = tier
        stays.append(len(follow.visit.pages))
    assert stays == sorted(stays) and stays[0] < stays[2]


def test_who_never_strays_rates_as_everybody_does(follow):
    follow.start()
    follow.strays.value = 0.0
    for seen in follow.visit.facts.watched:
        assert seen.rating == int(follow.people.quality[seen.film] + 0.5)


def test_titles_are_escaped_and_another_viewer_starts_at_page_one(follow):
    follow.people.titles[int(follow.visit.pages[0].films[0])] = "<script>"
    follow.next.click()
    follow.who.value = 1
    assert follow.page == 1 and "<script>" not in follow.table.value
    assert feelings_picture(follow.visit.pages[0], 1, True).count("<rect") == 8
