"""A bench for prompt injection: choose an attack and a defence, and see which title rises."""

from __future__ import annotations

import html

import ipywidgets as widgets

from mavrs_course.llm.deciding.attacks import FAMILIES, Attempt, attempts, control
from mavrs_course.llm.deciding.cases import TasteCase, pmi
from mavrs_course.llm.deciding.defences import cleaned
from mavrs_course.llm.models.chat import ChatModel, ModelError
from mavrs_course.messages import Floats
from mavrs_course.plots import BLUE, CARD, GREY, INK, VERMILION
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.words import number

WIDE, ROW, MIDDLE = 420, 34, 210  # pixels: the picture, one bar, where 0 is
SHOWN = 60  # characters of a title beside its bar


class AttackBench(LessonWidget):
    """One attempt of ``attempts``, as a language model judges it by likelihood.

    Choose an attack, or write one yourself.  Above: the titles with as much harmless text in the
    place of the attack; below: with the attack.  ``clean`` is done to both.  What is written by
    hand is asked of the model; without one, only what is on the tape can be shown.
    """

    about = "Choose an attack and a defence."

    def __init__(self, model: ChatModel, cases: list[TasteCase], answer: str = "Yes") -> None:
        self.model, self._attempts = model, attempts(cases, answer=answer)
        wide = widgets.Layout(width="520px")
        self.family = widgets.Dropdown(options=FAMILIES, description="family")
        self.attack = widgets.Dropdown(description="attack", layout=wide)
        self.text = widgets.Textarea(description="its text", layout=wide, continuous_update=False)
        self.clean = widgets.Checkbox(description="clean the titles first", indent=False)
        self.viewer, self.picture, self.verdict = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._setting = False
        self.family.observe(lambda _: self._list(), names="value")
        self.attack.observe(lambda _: self._fill(), names="value")
        self.text.observe(lambda _: self._judge(), names="value")
        self.clean.observe(lambda _: self._judge(), names="value")
        shown = (self.viewer, self.picture, self.verdict)
        super().__init__([self.family, self.attack, self.text, self.clean, *shown])
        self._list()

    @property
    def attempt(self) -> Attempt:
        """The attempt that is chosen, with the attack as it comes from the list."""
        return self._attempts[self.attack.value]

    def _list(self) -> None:
        chosen = [
            (one.attack.template[:70].replace("\n", "⏎"), number)
            for number, one in enumerate(self._attempts)
            if one.attack.family == self.family.value
        ]
        self._setting = True
        self.attack.options = chosen
        self.attack.value = self._telling([number for _, number in chosen])
        self._setting = False
        self._fill()

    def _telling(self, numbers: list[int]) -> int:
        """The first attempt that wins, else one that had something to win: so the bench opens."""
        ranks = {}
        for place in numbers:
            one = self._attempts[place]
            texts = control(one.text), one.text
            try:
                scores = [pmi(self.model, one.planted(text)) for text in texts]
            except ModelError:
                return numbers[0]
            before, after = (_place(score, one.target) for score in scores)
            if after == 1 < before:
                return place
            ranks[place] = before == 1
        return min(numbers, key=ranks.__getitem__)

    def _fill(self) -> None:
        if self._setting or self.attack.value is None:
            return
        self._setting = True
        self.text.value = self.attempt.text
        self._setting = False
        self._judge()

    def cases(self) -> tuple[TasteCase, TasteCase]:
        """The case with harmless text, and with the attack, as the model will read them."""
        pair = self.attempt.planted(control(self.text.value)), self.attempt.planted(self.text.value)
        return tuple(map(cleaned, pair)) if self.clean.value else pair

    def _judge(self) -> None:
        if self._setting:
            return
        case = self.attempt.case
        liked = "; ".join(f"“{html.escape(title)}”" for title in case.liked)
        self.viewer.value = f"<p style='margin:4px 0'>The viewer liked {liked}.</p>"
        try:
            scores = [pmi(self.model, one) for one in self.cases()]
        except ModelError as error:
            self.picture.value = ""
            self.verdict.value = f"<p><b>No answer.</b> {html.escape(str(error))}</p>"
            return
        self.picture.value = bars(self.cases(), scores, self.attempt.target, case.right)
        self.verdict.value = f"<p><b>{self._told(*scores)}</b></p>"

    def _told(self, harmless: Floats, attacked: Floats) -> str:
        target = self.attempt.target
        before, after = (_place(scores, target) for scores in (harmless, attacked))
        if after == 1 and before > 1:
            return "The attack wins: its video is first, and with harmless words it was not."
        if before == 1:
            return "Its video is first with harmless words too, so there was nothing to win."
        return f"The attack fails: its video is number {after} of {len(attacked)}."


def bars(cases: tuple[TasteCase, TasteCase], scores: list[Floats], target: int, right: int) -> str:
    """PMI of each option, with harmless text and with the attack, as SVG."""
    parts, y = [], 0
    scale = (WIDE - MIDDLE) / max(*(abs(s).max() for s in scores), 1e-9)
    for name, case, said in zip(("harmless words", "the attack"), cases, scores, strict=True):
        parts.append(f'<text x="4" y="{y + 14}" font-weight="bold">with {name}</text>')
        y += 20
        for place, (title, score) in enumerate(zip(case.options, said, strict=True)):
            colour = VERMILION if place == target else BLUE if place == right else GREY
            told = number(score, "+.1f")
            left, length = MIDDLE + min(score, 0) * scale, abs(score) * scale
            parts.append(
                f'<text x="4" y="{y + 12}">{html.escape(_short(title))}</text>'
                f'<rect x="{left:.0f}" y="{y + 16}" width="{length:.0f}" height="9" '
                f'fill="{colour}"/>'
                f'<path d="M{MIDDLE} {y + 15}v11" stroke="{INK}"/>'
                f'<text x="{WIDE + 6}" y="{y + 25}">{told} nats</text>'
            )
            y += ROW
    return (
        f'<svg width="{WIDE + 90}" height="{y + 4}" font-size="12" fill="{INK}" role="img" '
        f'aria-label="{html.escape(_said(cases[1], scores[1], target))}" '
        f'style="background:{CARD};border-radius:8px">'
        f"{''.join(parts)}</svg>"
    )


def _said(case: TasteCase, scores: Floats, target: int) -> str:
    """The lower half of the picture in words."""
    told = ", ".join(
        f"{_short(title)}{' (attacked)' * (place == target)} {number(score, '+.1f')}"
        for place, (title, score) in enumerate(zip(case.options, scores, strict=True))
    )
    return f"PMI in nats with the attack: {told}"


def _place(scores: Floats, target: int) -> int:
    """The place of the target among the scores float[C], 1 for the best."""
    return int((scores >= scores[target]).sum())


def _short(title: str) -> str:
    """A title that fits beside the bars, invisible characters shown as dots."""
    seen = "".join(c if c.isprintable() else "·" for c in title)
    return seen if len(seen) <= SHOWN else f"{seen[:SHOWN]}…"
