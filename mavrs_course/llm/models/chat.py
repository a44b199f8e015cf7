"""What a language model is to the course: something that chats, scores and embeds.

Three things stand behind this one protocol: an Ollama server (:mod:`.ollama_model`), a model inside
this process (:mod:`.embedded`) and, for tests only, answers written down beforehand
(:mod:`.scripted`).  :func:`connect` takes the best that is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any, Protocol, Self, runtime_checkable

from mavrs_course.llm.models.errors import CannotDoError, ModelError
from mavrs_course.llm.models.tools import Schema, Tool, calls_schema
from mavrs_course.messages import Floats, Message

__all__ = [
    "Ask",
    "Bill",
    "CannotDoError",
    "ChatModel",
    "ModelError",
    "Reply",
    "Said",
    "Schema",
    "require",
    "require_eyes",
]

Said = Mapping[str, str]  # {"role": "system", "user" or "assistant", "content": text}


@dataclass(frozen=True)
class Ask:
    """How a model is asked.

    schema: constrains the text to its JSON.  tools: constrains it to a call of one of them
    (:func:`mavrs_course.llm.models.tools.call` carries it out); not together with ``schema``.
    max_tokens: of the answer.  temperature, seed: of its chance.  images: PNG or JPEG files, shown
    with the last message to a model that can "see"; others raise :class:`CannotDoError`.
    """

    schema: Schema | None = None
    tools: Sequence[Tool] | None = None
    max_tokens: int = 256
    temperature: float = 0.0
    seed: int = 0
    images: Sequence[bytes] = ()

    @property
    def form(self) -> Schema | None:
        """The JSON schema that the text must obey, that of a call of a tool too; or None."""
        return self.schema if self.tools is None else calls_schema(self.tools)


ASK = Ask()


@dataclass
class Bill:
    """What a model has cost so far; the cost of a decision is the difference of two bills.

    calls: questions, one for each text that was scored.  tokens_in, tokens_out: read and written
    (or forced).  seconds: on the machine that answered, so that what is replayed from a tape costs
    what it cost then.
    """

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0

    def __iadd__(self, other: Bill) -> Self:
        self.calls += other.calls
        self.tokens_in += other.tokens_in
        self.tokens_out += other.tokens_out
        self.seconds += other.seconds
        return self

    def __sub__(self, earlier: Bill) -> Bill:
        return Bill(
            *(now - then for now, then in zip(astuple(self), astuple(earlier), strict=True))
        )

    @property
    def tokens(self) -> int:
        """Read and written together."""
        return self.tokens_in + self.tokens_out

    def copy(self) -> Bill:
        """The bill as it stands, to subtract from a later one."""
        return replace(self)

    def messages(self, asker: str, model: str) -> tuple[Message, ...]:
        """The same as messages for a :class:`~mavrs_course.messages.Trace`; none without calls."""
        if not self.calls:
            return ()
        asked = "1 prompt" if self.calls == 1 else f"{self.calls} prompts"
        return (
            Message(asker, model, asked, tokens=self.tokens_in),
            Message(model, asker, "replies", tokens=self.tokens_out, seconds=self.seconds),
        )


@dataclass(frozen=True)
class Reply:
    """What a model said, and what it cost.

    data: the parsed JSON where a schema was asked for and the text obeys it, else None.
    tokens_in, tokens_out: read and written.  seconds: on this machine, then.  finished: False
    where the token limit cut the text off.  replayed: the date of the recording, or None if the
    model has just said it.  thoughts: what a server told apart from the text; never an answer.
    """

    text: str
    data: Any = None
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    model: str = ""
    finished: bool = True
    replayed: str | None = None
    thoughts: str = ""

    @property
    def only_thought(self) -> bool:
        """Whether nothing but thoughts came, from a model that ignores being asked not to think."""
        return bool(self.thoughts.strip()) and not self.text.strip()


@runtime_checkable
class ChatModel(Protocol):
    """A language model.

    name: of the model.  digest: tells two models of one name apart; recordings are kept by it.
    abilities: any of "chat", "schema", "score", "embed", "see"; "score token" is a score of
    continuations of one likely token, which is all that an Ollama server tells.  bill: what it has
    cost so far.
    """

    name: str
    digest: str
    abilities: frozenset[str]
    bill: Bill

    def chat(self, messages: Sequence[Said], ask: Ask = ASK) -> Reply:
        """The next message of a conversation."""

    def score(self, context: str, continuations: Sequence[str]) -> Floats:
        """Log-likelihood of each continuation after the context, in nats, summed over its tokens:
        float[n].  Raises :class:`CannotDoError` where the backend gives no log-probabilities."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """A vector for each text: float[n, d]; :class:`CannotDoError` without this ability."""


def require(model: ChatModel, ability: str) -> None:
    """Raise :class:`CannotDoError`, naming the model, where it lacks the ability."""
    if ability not in model.abilities:
        able = ", ".join(sorted(model.abilities)) or "nothing"
        raise CannotDoError(f"{model.name} cannot {ability}; it can {able}")


def require_eyes(model: ChatModel, ask: Ask) -> None:
    """Raise :class:`CannotDoError` where pictures are shown to a model that cannot see."""
    if ask.images:
        require(model, "see")
