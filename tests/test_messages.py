"""Messages say what is wrong with them, and a trace adds up."""

from __future__ import annotations

import numpy as np
import pytest

from mavrs_course.messages import (
    NO_CLICK,
    Agent,
    Coordinator,
    Feedback,
    MessageError,
    Opinion,
    Request,
    Slate,
    Trace,
    World,
)
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform

REQUEST = Request(np.arange(2), np.array([[4, 5, 6], [7, 8, 9]]), slots=2)
SLATE = Slate(np.array([[4, 6], [9, 7]]), request=REQUEST)


def test_feedback_names_the_clicked_video():
    feedback = Feedback(SLATE, clicked=np.array([1, NO_CLICK]), watch_minutes=np.array([4.0, 0.0]))
    assert feedback.clicked_video.tolist() == [6, NO_CLICK]


def test_feedback_on_a_plain_platform_has_no_likes_and_everybody_active():
    feedback = Feedback(SLATE, clicked=np.array([0, 0]), watch_minutes=np.zeros(2))
    assert not feedback.liked.any() and not feedback.followed.any() and feedback.active.all()


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: Request(np.arange(3), np.zeros((2, 5), int), 1), r"viewers of shape \(B,\)"),
        (lambda: Request(np.arange(2), np.zeros(2, int), 1), r"candidates of shape \(B, C\)"),
        (lambda: Request(np.arange(2), np.zeros((2, 5), int), 6), "6 slots"),
        (lambda: Request(np.arange(2), np.zeros((2, 5), int), 0), "0 slots"),
        (lambda: Opinion("memory", np.zeros(3), np.zeros(3)), "'memory'.*scores of shape"),
        (lambda: Opinion("memory", np.zeros((3, 5)), np.zeros(2)), r"confidence of shape \(B,\)"),
        (lambda: Opinion("memory", np.zeros((2, 5)), np.zeros(2), ["one"]), "one reason for each"),
        (lambda: Slate(np.arange(3)), r"videos of shape \(B, K\)"),
        (lambda: Feedback(SLATE, np.array([0]), np.zeros(2)), r"Feedback.clicked needs shape"),
        (lambda: Feedback(SLATE, np.array([0, 2]), np.zeros(2)), "slots 0..1 or -1"),
        (lambda: Feedback(SLATE, np.zeros(2, int), np.zeros(3)), "Feedback.watch_minutes"),
    ],
)
def test_a_wrong_message_says_which_field_and_why(make, complaint):
    with pytest.raises(MessageError, match=complaint):
        make()


def test_feedback_on_a_slate_without_its_request_says_what_to_give():
    feedback = Feedback(Slate(SLATE.videos), clicked=np.array([0, 0]), watch_minutes=np.zeros(2))
    with pytest.raises(MessageError, match="whom it was for: give it request="):
        _ = feedback.request


def test_a_trace_adds_up_its_costs_in_order():
    trace = Trace()
    trace.add("coordinator", "memory", "request", size_bytes=80)
    trace.add("memory", "coordinator", "opinion", size_bytes=40, tokens=7, seconds=0.5)
    assert [message.kind for message in trace] == ["request", "opinion"]
    assert (len(trace), trace.size_bytes, trace.tokens, trace.seconds) == (2, 120, 7, 0.5)


def test_the_protocols_tell_agents_and_coordinators_apart():
    class Quiet:
        name = "quiet"

        def opine(self, request):
            return Opinion(self.name, np.zeros(request.candidates.shape), np.zeros(len(request)))

        def learn(self, feedback):
            pass

    assert isinstance(Quiet(), Agent) and not isinstance(Quiet(), Coordinator)


def test_a_world_is_told_by_what_it_can_do():
    platform = Platform(Catalog.sample(40, np.random.default_rng(0)), rng=np.random.default_rng(0))
    assert isinstance(platform, World)
    assert not isinstance(platform.catalog, World)


def test_a_memo_comes_back_with_the_feedback():
    platform = Platform(Catalog.sample(40, np.random.default_rng(0)), rng=np.random.default_rng(0))
    request = platform.reset(2)
    note = object()
    feedback = platform.show(Slate(request.candidates[:, :3], request=request, memo=note))
    assert feedback.slate.memo is note
