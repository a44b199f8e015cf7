"""The conductor's desk: say who is watching, and see whom she asks and what code mends."""

from __future__ import annotations

import html

import ipywidgets as widgets
import numpy as np

from mavrs_course.llm.conducting import stage
from mavrs_course.llm.conducting.conductor import Conductor
from mavrs_course.llm.conducting.constraints import AtMost, Blocked, MustCarry
from mavrs_course.llm.conducting.explaining import Account
from mavrs_course.llm.conducting.situations import BORED_AFTER, CHILD, NEWS, Situations
from mavrs_course.llm.models.chat import ChatModel
from mavrs_course.messages import Request, Slate
from mavrs_course.plots import BLUE, CARD, GREY, INK, VERMILION, ink_of
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.words import signed
from mavrs_course.world.platform import Platform

STRANGER, FRIEND = 0, 1
PAGES_TOGETHER = 40
DAYS = {"an ordinary day": "", "children's mode": CHILD, "a news day": NEWS}
NOTHING = "(nothing)"


class ConductorsDesk(LessonWidget):
    """model: conducts.  ear: hears wishes.  seed: of the friend's history and the candidates."""

    about = "Say who is watching, and see whom she asks."

    def __init__(self, model: ChatModel | None, ear: ChatModel, seed: int = 1) -> None:
        self.model, self.catalog, self.wishes = model, stage.catalogue(), {}
        self.conductor = Conductor(
            stage.team(self.catalog, ear, self.wishes.get),
            situations=Situations(self.wishes.get),
        )
        self.candidates = self._grow_old_together(seed)
        self.viewer = widgets.Dropdown(
            options=["a stranger", "an old friend"], description="viewer"
        )
        self.wish = widgets.Dropdown(options=[NOTHING, *stage.WISHES], description="she says")
        self.bored = widgets.Checkbox(False, description="bored")
        self.day = widgets.Dropdown(options=list(DAYS), description="prompt")
        self.blocked = widgets.Checkbox(False, description="block four topics")
        self.one_each = widgets.Checkbox(False, description="at most one of a topic")
        self.carry = widgets.Checkbox(False, description="carry today's first video")
        self.plug = widgets.Checkbox(True, description="model plugged in")
        self.switches = (
            self.viewer, self.wish, self.bored, self.day,
            self.blocked, self.one_each, self.carry, self.plug,
        )  # fmt: skip
        for switch in self.switches:
            switch.observe(lambda _: self.decide(), names="value")
        self.report = widgets.HTML()
        super().__init__(
            [widgets.HBox([widgets.VBox(self.switches[:4]), widgets.VBox(self.switches[4:])]),
             self.report]
        )  # fmt: skip
        self.decide()

    def _grow_old_together(self, seed: int) -> np.ndarray:
        """Let the friend watch, and draw the candidates of all pages to come: int[C]."""
        platform = Platform(self.catalog, rng=np.random.default_rng(seed))
        platform.reset(2)
        platform.active[STRANGER] = False
        for _ in range(PAGES_TOGETHER):
            if not platform.active.any():
                break
            slate = self.conductor.recommend(platform.request)
            self.conductor.learn(platform.show(slate))
        self.conductor.outages = 0  # what happened before the desk was opened is not its own
        platform.next_day()
        return platform.request.candidates[FRIEND]

    def decide(self) -> Slate:
        """Make the page for what the switches say."""
        viewer = FRIEND if self.viewer.value == "an old friend" else STRANGER
        self.wishes.clear()
        if self.wish.value != NOTHING:
            self.wishes[viewer] = (self.wish.value,)
        topic, day = self.catalog.topic, self.catalog.day
        arrived = self.candidates[day[self.candidates] > 0][:1]
        rules = {
            self.blocked: Blocked(topic, stage.NOT_FOR_CHILDREN),
            self.one_each: AtMost(topic, 1),
            self.carry: MustCarry(set(arrived.tolist())),
        }
        conductor = self.conductor
        conductor.constraints = tuple(rule for box, rule in rules.items() if box.value)
        conductor.situations.skipped[viewer] = BORED_AFTER if self.bored.value else 0
        conductor.prompt = DAYS[self.day.value]
        conductor.model = self.model if self.plug.value else None
        request = Request(np.array([viewer]), self.candidates[None], 3)
        slate = conductor.recommend(request)
        self.report.value = self._told(slate)
        return slate

    def _told(self, slate: Slate) -> str:
        account, conductor = self.conductor.accounts[0], self.conductor
        calls = sum(message.kind.endswith("prompts") for message in slate.trace)
        cost = (
            f"{slate.trace.tokens} tokens, {slate.trace.seconds:.1f} s of model time"
            if calls else "nothing: she has been in this situation before, or the model is off"
        )  # fmt: skip
        by = "The conductor" if account.by == "model" else "The router"
        return (
            f"<div style='background:{CARD};color:{INK};padding:10px;border-radius:8px'>"
            f"<p>{html.escape(account.situation)}</p>"
            f"<p><b>{by} asks {html.escape(', '.join(account.asked))}</b></p>"
            f"{self._asked(slate)}{self._page(slate)}"
            f"<p>Problems that code mended: <b>{html.escape('; '.join(account.rules) or 'none')}"
            f"</b>{html.escape(' (not all could be)' if account.unmet else '')}. "
            f"This decision cost {cost}. Outages so far: {conductor.outages}.</p></div>"
        )

    def _asked(self, slate: Slate) -> str:
        """Each agent: how much it is trusted, whether it was asked, and what it put first."""
        conductor, account = self.conductor, self.conductor.accounts[0]
        trusted = getattr(slate.memo.own, "trusted", None)  # the router trusts nobody in nats
        rows = []
        for number, name in enumerate(conductor.panel.names):
            nats = None if trusted is None else trusted[0, number]
            width = 0 if nats is None else max(nats, 0.0) * 9
            asked = name in account.asked
            sure = _how_sure(account, name) if asked else "not asked"
            told = "–" if nats is None else signed(nats, "+.1f")
            rows.append(
                f"<tr><td style='padding-right:1em'>{html.escape(name)}</td>"
                f"<td style='text-align:right'>{told}</td><td style='width:130px'>"
                f"<div style='height:10px;width:{width:.0f}px;"
                f"background:{BLUE if asked else GREY}'></div></td><td>{sure}</td></tr>"
            )
        heads = "<th>agent</th><th colspan='2'>trust in nats</th><th>how sure</th>"
        return f"<table><tr>{heads}</tr>{''.join(rows)}</table>"

    def _page(self, slate: Slate) -> str:
        account, shown = self.conductor.accounts[0], []
        for slot, video in enumerate(slate.videos[0]):
            colour = ink_of(VERMILION) if account.mended[slot] else INK
            by_code = " (put here by code)" if account.mended[slot] else ""
            shown.append(
                f"<li><b style='color:{colour}'>{html.escape(self.catalog.title(int(video)))}</b>"
                f"{by_code}"
                f"<br><small>{html.escape(account.sentence(slot))}</small></li>"
            )
        return f"<ol>{''.join(shown)}</ol>"


def _how_sure(account: Account, name: str) -> str:
    """How sure an agent that was asked is; one without confidence may still have ranked."""
    column = account.asked.index(name)
    ranks = any(places[column] for places in account.places)
    silent = account.sure[column] == "silent"
    return "ranks, without confidence" if silent and ranks else account.sure[column]
