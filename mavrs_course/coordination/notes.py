"""What a coordinator writes on its slate, to find again when the feedback comes.

The note names its maker, so that a page by somebody else is not taken for one's own.  Agents may
write notes too (:attr:`~mavrs_course.messages.Opinion.memo`); each is handed its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np

from mavrs_course.messages import Feedback, Ints, Request, Slate

# For each agent that wrote any, by its number: the rows of the request that a note is about.
AgentNotes = Mapping[int, tuple[tuple[Ints, object], ...]]


@dataclass(frozen=True)
class Note:
    """maker: the uid of the coordinator.  own: what it needs to learn from the page, or None.
    page: how many pages it had made before."""

    maker: str
    own: object = None
    agents: AgentNotes = field(default_factory=dict)
    page: int | None = None

    @classmethod
    def of(cls, feedback: Feedback, maker: str) -> Note:
        """The note on a page, or an empty one where the page is by somebody else."""
        note = feedback.slate.memo
        return note if isinstance(note, Note) and note.maker == maker else cls(maker)


def both(first: AgentNotes, second: AgentNotes) -> AgentNotes:
    """The notes of two rounds of asking."""
    return {n: (*first.get(n, ()), *second.get(n, ())) for n in {**first, **second}}


def lessons(feedback: Feedback, notes: tuple[tuple[Ints, object], ...]) -> list[Feedback]:
    """The feedback as one agent is told it: as it is, or with its note in the place of the memo.

    An agent that was asked about some pages only, or in several rounds, is told of each part with
    the note about it, and of the other pages without one.
    """
    if not notes:
        return [feedback]
    pages = len(feedback.clicked)
    if len(notes) == 1 and len(notes[0][0]) == pages:
        return [feedback.with_memo(notes[0][1])]
    asked = np.concatenate([rows for rows, _ in notes])
    rest = np.setdiff1d(np.arange(pages), asked)
    parts = [*notes, (rest, None)] if len(rest) else notes
    return [_part(feedback, rows, memo) for rows, memo in parts]


def _part(feedback: Feedback, rows: Ints, memo: object) -> Feedback:
    """Some rows of the feedback, of its own kind: also of what a world adds to each row."""
    whole, pages = feedback.request, len(feedback.clicked)
    request = Request(whole.viewers[rows], whole.candidates[rows], whole.slots)
    told = {each.name: getattr(feedback, each.name) for each in fields(feedback)}
    row_by_row = {
        name: value[rows]
        for name, value in told.items()
        if isinstance(value, np.ndarray) and value.shape[:1] == (pages,)
    }
    slate = Slate(feedback.slate.videos[rows], request=request, memo=memo)
    return replace(feedback, slate=slate, **row_by_row)
