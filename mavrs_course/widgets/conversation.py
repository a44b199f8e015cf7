"""A conversation with the team of lesson 17, and beside it who did what for the last answer."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import ipywidgets as widgets

from mavrs_course.llm.macrec.interpreter import EMBEDDING, LIKELIHOOD
from mavrs_course.llm.macrec.interpreter import RULE as BY_RULE
from mavrs_course.llm.macrec.manager import FINISH
from mavrs_course.llm.macrec.team import Answered, MACRec
from mavrs_course.plots import BLUE, CARD, FADED, INK, RULE
from mavrs_course.widgets.base import LessonWidget

FILMS = (
    "a comedy from before 1980",
    "cowboys and a gunfight at noon",
    "something that scares me to death, from the 1980s",
    "people who burst into song, from the sixties",
)
VIDEOS = (
    "football goals",
    "a kitten that is afraid of water",
    "how bridges were built in old Rome",
)
BY = {
    BY_RULE: "rule",
    LIKELIHOOD: "likelihood of the language model",
    EMBEDDING: "nearest vector",
}
LONGEST = 200  # characters of a wish
BOX = "max-width:100%;box-sizing:border-box;overflow-wrap:break-word;line-height:1.35;padding:8px"
SHOWN = 4  # exchanges that stay in sight, the newest below


def presets(team: MACRec) -> tuple[str, ...]:
    """Wishes whose readings are on the lesson's tape."""
    return FILMS if team.records.rated else VIDEOS


class Conversation(LessonWidget):
    """Choose or type a wish and send it; every answer says what in it was decided by what.

    teams: the teams to talk to by name, or one alone.  viewer: who is asking.  wishes: what the
    drop-down offers, by default :func:`presets`.  Changing the team asks it the last wish again.
    A typed wish that is not on the tape needs a model; without it the genre is read by rule, and
    the answer says so.
    """

    about = "Send a wish, and see which agent did what."

    def __init__(
        self, teams: Mapping[str, MACRec] | MACRec, viewer: int, wishes: Sequence[str] = ()
    ) -> None:
        self.teams = dict(teams) if isinstance(teams, Mapping) else {"the team": teams}
        self.viewer = int(viewer)
        offered = list(wishes or presets(next(iter(self.teams.values()))))
        wide = widgets.Layout(width="480px")
        self.reader = widgets.ToggleButtons(options=list(self.teams), description="read by")
        self.reader.layout.display = "" if len(self.teams) > 1 else "none"
        self.choice = widgets.Dropdown(
            options=["choose a wish", *offered], description="wish", layout=wide
        )
        hint = "or type one, such as: a western from the fifties"
        self.text = widgets.Text(placeholder=hint, description="typed", layout=wide)
        narrow = widgets.Layout(width="72px")
        self.send = widgets.Button(description="Send", button_style="primary", layout=narrow)
        self.talk, self.trace = widgets.HTML(), widgets.HTML()
        self.said: list[tuple[str, Answered]] = []
        self.choice.observe(self._chosen, names="value")
        self.reader.observe(self._again, names="value")
        self.send.on_click(lambda _: self.ask(self.text.value))
        self.text.on_msg(self._entered)
        typed = widgets.HBox([self.text, self.send])
        left = widgets.VBox([self.reader, self.choice, typed, self.talk])
        super().__init__([widgets.HBox([left, self.trace], layout={"flex_flow": "row wrap"})])
        self._draw()

    def ask(self, wish: str) -> Answered | None:
        """Send a wish; None where it is empty."""
        wish = " ".join(wish.split())[:LONGEST]
        if not wish:
            return None
        answered = self.teams[self.reader.value].converse(self.viewer, wish)
        self.said.append((wish, answered))
        self.text.value = ""
        self._draw()
        return answered

    def _entered(self, _: widgets.Text, content: dict, buffers: list) -> None:
        """What the browser says of the field: that Enter was pressed in it."""
        if content.get("event") == "submit":
            self.ask(self.text.value)

    def _chosen(self, change: dict) -> None:
        if self.choice.index:
            self.ask(change["new"])

    def _again(self, _: dict) -> None:
        if self.said:
            self.ask(self.said[-1][0])

    def _draw(self) -> None:
        turns = "".join(_turn(wish, answered) for wish, answered in self.said[-SHOWN:])
        self.talk.value = (
            f'<div style="width:480px;{BOX};color:{INK};background:{CARD};'
            f'border:1px solid {RULE};border-radius:8px">'
            f"{turns or 'Nothing has been asked yet.'}</div>"
        )
        self.trace.value = _trace(self.said[-1][1]) if self.said else _trace(None)


def _turn(wish: str, answered: Answered) -> str:
    read = answered.wish
    how = "nobody read the wish"
    if read is not None:
        how = f"read as {read}; the genre by {BY[read.by]}"
        how += ", as the model could not be asked" if read.why else ""
    return (
        f'<p style="margin:2px 0 2px 40px;padding:6px 10px;border-radius:8px;background:{BLUE};'
        f'color:white">{html.escape(wish)}</p>'
        f'<p style="margin:2px 30px 0 0;padding:6px 10px;border-radius:8px;background:white;'
        f'border:1px solid {RULE}">{html.escape(answered.text)}</p>'
        f'<p style="margin:0 0 8px 0;color:{FADED};font-size:85%">{html.escape(how)}; '
        "the sentences by a template</p>"
    )


def _trace(answered: Answered | None) -> str:
    if answered is None:
        rows = "<tr><td>The agents are waiting.</td></tr>"
    else:
        rows = "".join(
            f'<tr><td style="vertical-align:top;padding-right:8px;color:{INK}"><b>{number}</b>'
            f'</td><td style="vertical-align:top;padding-right:8px"><b>{html.escape(_who(step))}'
            f"</b><br>chosen by {step.by}</td><td>{html.escape(step.observation)}</td></tr>"
            for number, step in enumerate(answered.findings.steps, start=1)
        )
        bill = answered.bill
        rows += (
            f'<tr><td></td><td colspan="2" style="color:{FADED}">{bill.calls} calls of the model, '
            f"{bill.tokens} tokens</td></tr>"
        )
    return (
        f'<div style="width:330px;{BOX};margin-left:12px;color:{INK};'
        f"background:{CARD};padding:8px;border:1px solid {RULE};border-radius:8px;"
        'overflow-wrap:break-word">'
        f"<table>{rows}</table></div>"
    )


def _who(step) -> str:
    return "manager: finish" if step.action == FINISH else f"manager → {step.action}"
