"""A panel hears whoever can be heard, and says why the others were not."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
import strange_agents as strange

from mavrs_course.coordination.base import Decision, PanelCoordinator, shares
from mavrs_course.coordination.panel import Panel
from mavrs_course.messages import Coordinator, Feedback, Request, Trace

RNG = np.random.default_rng(0)
QUALITY = RNG.normal(size=50)
REQUEST = Request(np.arange(4), np.stack([RNG.permutation(50)[:6] for _ in range(4)]), 3)

UNHEARD = {
    strange.AllNaN: "no finite numbers",
    strange.Infinite: "no finite numbers",
    strange.Raising: "raised RuntimeError: out of order",
    strange.WrongShape: r"shape \(4, 5\)",
    strange.Silent: "NoneType instead of an Opinion",
    strange.Meddling: "read-only",
    strange.ConfidenceInWords: "confidence of type .*no number",
    strange.Sleeping: "did not answer within",
}


def panel_with(kind, **options):
    return Panel(
        [strange.Honest("a", QUALITY), kind("odd", QUALITY), strange.Honest("b", QUALITY)],
        **options,
    )


@pytest.mark.parametrize("kind", strange.STRANGE, ids=lambda kind: kind.__name__)
def test_the_others_are_heard_whatever_one_does(kind):
    deadline = 0.3 if kind is strange.Sleeping else None
    trace = Trace()
    hearing = panel_with(kind, deadline=deadline).ask(REQUEST, trace)
    assert hearing.heard[:, [0, 2]].all()
    assert np.isfinite(hearing.scores).all()
    assert ((hearing.confidence >= 0) & (hearing.confidence <= 1)).all()
    assert ((hearing.votes >= 0) & (hearing.votes <= 1)).all()
    if kind in UNHEARD:
        assert not hearing.heard[:, 1].any()
        assert re.search(UNHEARD[kind], hearing.excuses["odd"])
    elif kind is strange.OneNaN:
        assert hearing.heard[:, 1].tolist() == [False, True, True, True]
    else:
        assert hearing.heard[:, 1].all() and not hearing.excuses


def test_shouting_changes_no_vote():
    calm = panel_with(strange.Honest).ask(REQUEST, Trace()).votes
    loud = panel_with(strange.Shouting).ask(REQUEST, Trace()).votes
    np.testing.assert_allclose(calm, loud)


def test_a_late_agent_is_left_alone_until_it_is_done():
    class Slow(strange.Honest):
        def opine(self, request):
            time.sleep(0.4)
            return super().opine(request)

    panel = Panel([Slow("slow", QUALITY), strange.Honest("quick", QUALITY)], deadline=0.1)
    assert "within" in panel.ask(REQUEST, Trace()).excuses["slow"]
    assert "still busy" in panel.ask(REQUEST, Trace()).excuses["slow"]
    time.sleep(0.6)
    assert "within" in panel.ask(REQUEST, Trace()).excuses["slow"]


def test_only_those_asked_are_heard_and_counted():
    trace = Trace()
    hearing = panel_with(strange.Honest).ask(REQUEST, trace, who=[2])
    assert hearing.heard.any(axis=0).tolist() == [False, False, True]
    assert [message.kind for message in trace] == ["request", "opinion"]


def test_what_went_wrong_in_learning_is_told_and_kept_from_the_others():
    panel = panel_with(strange.Raising)
    feedback = Feedback(Mean(panel.agents).recommend(REQUEST), np.zeros(4, int), np.ones(4))
    assert panel.teach(feedback) == {"odd": "raised RuntimeError: nor can I learn"}
    assert panel.agents[0].learned == panel.agents[2].learned == 1


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: Panel([]), "at least one agent"),
        (lambda: Panel([strange.Honest("a", QUALITY)] * 2), "different names"),
        (lambda: Panel([strange.Honest("a", QUALITY)], deadline=0), "above 0"),
    ],
)
def test_bad_panels_are_refused(make, complaint):
    with pytest.raises(ValueError, match=complaint):
        make()


class Mean(PanelCoordinator):
    def decide(self, hearing, trace):
        votes = hearing.votes
        return Decision.by_scores(votes.sum(axis=1), votes, hearing.request.slots, self.rng)


def test_a_coordinator_says_why_and_shares_the_credit():
    slate = Mean(panel_with(strange.Raising).agents).recommend(REQUEST)
    assert isinstance(Mean([strange.Honest("a", QUALITY)]), Coordinator)
    assert slate.credit.shape == (4, 3, 3)
    np.testing.assert_allclose(slate.credit.sum(axis=2), 1.0)
    assert (slate.credit[..., 1] == 0).all(), "who was not heard has no share"
    assert len(slate.reasons) == 4 and len(slate.reasons[0]) == 3
    assert "odd" not in slate.reasons[0][0]
    assert "my favourite of page 3" in " ".join(slate.reasons[3])
    assert slate.reasons[-1] == slate.reasons[3] and slate.reasons[:2] == [*slate.reasons][:2]


def test_credit_for_what_nobody_supported_is_everybodys():
    support = np.array([[[0.0, 2.0], [0.0, 6.0]]])
    np.testing.assert_allclose(shares(support, np.array([[1, 0]])), [[[0.25, 0.75], [0.5, 0.5]]])


def test_each_agent_can_be_asked_about_its_own_pages():
    about = np.array([[1, 0, 0], [1, 0, 1], [0, 0, 1], [1, 0, 1]], dtype=bool)
    trace = Trace()
    hearing = panel_with(strange.Honest).ask(REQUEST, trace, pages=about)
    np.testing.assert_array_equal(hearing.heard, about)
    assert [m.size_bytes for m in trace if m.kind == "request"] == [3 * 6 * 8, 3 * 6 * 8]
    assert (hearing.scores[~about] == 0).all() and (hearing.scores[about] != 0).all()
    assert hearing.reasons[2][1:] == [f"my favourite of page {page}" for page in range(3)]
    assert hearing.reasons[2][0] == ""


def test_a_page_of_nonsense_keeps_the_other_pages_of_a_part():
    about = np.ones((4, 3), dtype=bool)
    about[0] = False
    hearing = panel_with(strange.OneNaN).ask(REQUEST, Trace(), pages=about)
    assert hearing.heard[:, 1].tolist() == [False, False, True, True]
