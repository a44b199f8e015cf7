"""What agents, coordinators and the platform say to each other.

Everything is batched: ``B`` page requests are answered at once.  ``C`` is the number of
candidate videos of a request and ``K`` the number of slots of the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from inspect import getattr_static
from typing import Any, Protocol, runtime_checkable
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

NO_CLICK = -1

Ints = NDArray[np.int64]
Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]


class MessageError(ValueError):
    """A message has the wrong shape or content; the text says which field and what to do."""


def new_uid() -> str:
    """A name that nothing else has, in any process."""
    return uuid4().hex


def _is_list(given: object) -> bool:
    return isinstance(given, (list, tuple))


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise MessageError(problem)


@dataclass(frozen=True)
class Message:
    """One thing that a sender told a receiver, and what it cost."""

    sender: str
    receiver: str
    kind: str
    size_bytes: int = 0
    tokens: int = 0
    seconds: float = 0.0


@dataclass
class Trace:
    """The messages behind a decision, in order, with their total cost."""

    messages: list[Message] = field(default_factory=list)

    def add(self, sender: str, receiver: str, kind: str, **cost: Any) -> None:
        """Append one :class:`Message`; ``cost`` is any of size_bytes, tokens, seconds."""
        self.messages.append(Message(sender, receiver, kind, **cost))

    def overhear(self, asides: Any) -> float:
        """Append what an agent exchanged with others (``Opinion.asides``); the seconds it took.

        Whatever is no message among it is left out.
        """
        said = [aside for aside in asides if isinstance(aside, Message)] if _is_list(asides) else []
        self.messages.extend(said)
        return sum(message.seconds for message in said)

    def take_asides(self, asked: Trace, asker: str = "coordinator") -> float:
        """Append what agents exchanged among themselves while they were ``asked``; its seconds."""
        return self.overhear([m for m in asked if asker not in (m.sender, m.receiver)])

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)

    @property
    def size_bytes(self) -> int:
        return sum(message.size_bytes for message in self.messages)

    @property
    def tokens(self) -> int:
        return sum(message.tokens for message in self.messages)

    @property
    def seconds(self) -> float:
        return sum(message.seconds for message in self.messages)

    def draw(self, axes=None):
        """Draw a sequence diagram with matplotlib and return the axes."""
        from mavrs_course.plots import sequence_diagram

        return sequence_diagram(self, axes)


@dataclass(frozen=True)
class Request:
    """``B`` pages to be filled.

    viewers: int[B], who is asking.  candidates: int[B, C], which videos may be shown.
    slots: K, how many to show, at most C.
    """

    viewers: Ints
    candidates: Ints
    slots: int

    def __post_init__(self) -> None:
        viewers, candidates = np.shape(self.viewers), np.shape(self.candidates)
        _require(
            len(viewers) == 1 and len(candidates) == 2 and viewers[0] == candidates[0],
            f"a Request needs viewers of shape (B,) and candidates of shape (B, C), "
            f"got {viewers} and {candidates}",
        )
        _require(
            1 <= self.slots <= candidates[1],
            f"a Request for {self.slots} slots needs between 1 and C = {candidates[1]} slots",
        )

    def __len__(self) -> int:
        return len(self.viewers)


@dataclass(frozen=True)
class Opinion:
    """What one agent thinks of every candidate of a :class:`Request`.

    scores: float[B, C], larger is better; only the agent knows its scale.
    confidence: float[B] in [0, 1].  reasons: B sentences, or None.
    asides: what the agent exchanged with others to form its opinion, a language model say, for
    the trace of whoever asked.  memo: the agent's own note, what it needs to learn from these
    pages; it comes back to it as the memo of the slate, and nobody else reads it.
    """

    agent: str
    scores: Floats
    confidence: Floats
    reasons: Sequence[str] | None = None
    asides: Sequence[Message] = ()
    memo: object = None

    def __post_init__(self) -> None:
        scores, confidence = np.shape(self.scores), np.shape(self.confidence)
        _require(
            len(scores) == 2 and confidence == scores[:1],
            f"the Opinion of {self.agent!r} needs scores of shape (B, C) and confidence of "
            f"shape (B,), got {scores} and {confidence}",
        )
        _require(
            self.reasons is None or len(self.reasons) == scores[0],
            f"the Opinion of {self.agent!r} needs one reason for each of its {scores[0]} requests",
        )


@dataclass(frozen=True)
class Slate:
    """The pages shown: videos int[B, K], best slot first.

    reasons: for each of the B pages, K sentences, one a slot; or None.
    request: the :class:`Request` that the slate answers, so that whoever learns from the
    feedback knows who was asking and what else could have been shown.
    credit: float[B, K, n], the share that each of the coordinator's ``n`` agents has in each
    slot, 1 in all; or None.
    memo: the maker's own note, what it needs to learn from the page; it comes back with the
    feedback, and nobody else reads it.  So feedback that is late, or not in order, is credited to
    the page that it is about.  uid: tells the slate from all others, and copies keep it, so that a
    page whose feedback comes twice is learned from once (:mod:`mavrs_course.once`).
    """

    videos: Ints
    reasons: Sequence[Sequence[str]] | None = None
    trace: Trace = field(default_factory=Trace)
    request: Request | None = None
    credit: Floats | None = None
    memo: object = None
    uid: str = field(default_factory=new_uid, repr=False)

    def __post_init__(self) -> None:
        shape = np.shape(self.videos)
        _require(len(shape) == 2, f"a Slate needs videos of shape (B, K), got {shape}")
        _require(
            self.credit is None or (np.ndim(self.credit) == 3 and self.credit.shape[:2] == shape),
            f"a Slate with videos of shape {shape} needs credit of shape (B, K, n), "
            f"got {None if self.credit is None else np.shape(self.credit)}",
        )


@dataclass(frozen=True)
class Feedback:
    """What the viewers did with a :class:`Slate`.

    clicked: int[B], the slot, or ``NO_CLICK``.  watch_minutes: float[B].
    liked, followed: bool[B]; all False on a platform without likes and follows.
    active: bool[B]; False where the session had ended before this page was shown, so that
    nothing should be learned from the row.
    """

    slate: Slate
    clicked: Ints
    watch_minutes: Floats
    liked: Bools = None  # type: ignore[assignment]  # made in __post_init__
    followed: Bools = None  # type: ignore[assignment]
    active: Bools = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        pages, slots = np.shape(self.slate.videos)
        for name in ("clicked", "watch_minutes", "liked", "followed", "active"):
            if getattr(self, name) is None:
                blank = np.full(pages, name == "active", dtype=bool)
                object.__setattr__(self, name, blank)
            shape = np.shape(getattr(self, name))
            _require(shape == (pages,), f"Feedback.{name} needs shape ({pages},), got {shape}")
        clicked = np.asarray(self.clicked)
        _require(
            bool(np.all((clicked >= NO_CLICK) & (clicked < slots))),
            f"Feedback.clicked holds slots 0..{slots - 1} or {NO_CLICK} for no click",
        )

    @property
    def request(self) -> Request:
        """The request that the slate answered; :class:`MessageError` where it is not told."""
        if self.slate.request is None:
            raise MessageError(
                "nobody can learn from a Slate that does not say whom it was for: give it request="
            )
        return self.slate.request

    def with_memo(self, memo: object) -> Feedback:
        """The same, with another memo on the slate."""
        return replace(self, slate=replace(self.slate, memo=memo))

    @property
    def clicked_video(self) -> Ints:
        """int[B]: the video that was clicked, or ``NO_CLICK``."""
        rows = np.arange(len(self.clicked))
        return np.where(self.clicked >= 0, self.slate.videos[rows, self.clicked], NO_CLICK)


@runtime_checkable
class Agent(Protocol):
    """A specialist that states opinions about candidate videos and learns from feedback."""

    name: str

    def opine(self, request: Request) -> Opinion: ...

    def learn(self, feedback: Feedback) -> None: ...


@runtime_checkable
class Coordinator(Protocol):
    """Turns the opinions of several agents into one slate."""

    agents: Sequence[Agent]

    def recommend(self, request: Request) -> Slate: ...

    def learn(self, feedback: Feedback) -> None: ...


class VideoCatalog(Protocol):
    """The videos of a world, as far as any agent may count on: ``V`` of them, each with one topic.

    topics: the topics' human names, in order.  mean_quality: float[n_topics].
    topic: int[V] in ``0..n_topics - 1``.  quality: float[V].  minutes: float[V], length.
    creator: int[V], from 0.
    """

    topics: Sequence[str]
    mean_quality: Floats
    topic: Ints
    quality: Floats
    minutes: Floats
    creator: Ints

    @property
    def n_topics(self) -> int: ...

    def title(self, video: int) -> str: ...

    def __len__(self) -> int: ...


# ``request`` and ``active`` may come with the first reset.
_WORLD = ("catalog", "reset", "show", "next_day")


class _ByWhatIsThere(type(Protocol)):  # type: ignore[misc]
    """``isinstance`` as from Python 3.12 on: it looks for a property and does not read it."""

    def __instancecheck__(cls, instance: object) -> bool:
        if cls is not World:
            return super().__instancecheck__(instance)
        missing = object()
        return all(getattr_static(instance, name, missing) is not missing for name in _WORLD)


@runtime_checkable
class World(Protocol, metaclass=_ByWhatIsThere):
    """Where videos are shown: it asks for pages and says what the viewers did with them ::

        world.reset(sessions=1000)
        while world.active.any():
            coordinator.learn(world.show(coordinator.recommend(world.request)))

    request: the pages that :meth:`show` waits for.  active: bool[B], whose session goes on; the
    rows of the others must be filled too, and change nothing.
    """

    catalog: VideoCatalog
    active: Bools

    @property
    def request(self) -> Request: ...

    def reset(self, sessions: int) -> Request:
        """New viewers, whose numbers go on from those before, and their first request."""

    def show(self, slate: Slate) -> Feedback:
        """Show one page to every viewer, and go on to the next request."""

    def next_day(self) -> Request:
        """Let a day pass: whoever comes back starts a new session."""
