"""From what a model writes to data that can be trusted: a ladder with a rule at its foot.

=========  ==================================================================================
rung       what happens
=========  ==================================================================================
parsed     the text is JSON and obeys the wanted form
repaired   it was JSON in a fence, between words, with single quotes or a trailing comma
asked      the model was told what was wrong and did better
rule       it never did, or time ran out: a rule decides, and the trace says so
=========  ==================================================================================

Tries and time are bounded, so that bad output never breaks anything and never hangs.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from mavrs_course.llm.chat import ChatModel, ModelError, Reply, Said
from mavrs_course.messages import Trace

Form = TypeVar("Form", bound=BaseModel)
PARSED, REPAIRED, ASKED, RULE = RUNGS = ("parsed", "repaired", "asked", "rule")


@dataclass(frozen=True)
class Answer(Generic[Form]):
    """data: what was understood.  rung: how far down the ladder.  replies: all that were heard.
    why: what was wrong with the last reply that was not taken, or ""."""

    data: Form
    rung: str
    replies: tuple[Reply, ...]
    why: str = ""


def ask(
    model: ChatModel,
    messages: Sequence[Said],
    form: type[Form],
    rule: Callable[[], Form],
    *,
    trace: Trace | None = None,
    asker: str = "agent",
    tries: int = 2,
    deadline: float = 30.0,
    max_tokens: int = 256,
    seed: int = 0,
) -> Answer[Form]:
    """Ask for an answer of the given form, and come back with one whatever the model does.

    form: a pydantic model.  rule: gives the answer where the model does not.  tries: calls at most.
    deadline: seconds after which no further call is begun.  Every call goes into ``trace``.
    """
    started, replies, why = perf_counter(), [], ""
    talk, schema = [dict(message) for message in messages], form.model_json_schema()
    for attempt in range(tries):
        if perf_counter() - started >= deadline:
            why = f"the deadline of {deadline:g} s has passed"
            break
        try:
            reply = model.chat(talk, schema=schema, max_tokens=max_tokens, seed=seed + attempt)
        except ModelError as error:
            why = str(error)
            break
        replies.append(reply)
        _note(trace, asker, model, reply)
        data, repaired, why = understand(reply.text, form)
        if data is not None:
            rung = ASKED if attempt else REPAIRED if repaired else PARSED
            return Answer(data, rung, tuple(replies), "")
        talk += [
            {"role": "assistant", "content": reply.text},
            {"role": "user", "content": f"That can't be used: {why}. Answer with JSON alone."},
        ]
    if trace is not None:
        trace.add(asker, asker, "decided by rule")
    return Answer(rule(), RULE, tuple(replies), why)


def _note(trace: Trace | None, asker: str, model: ChatModel, reply: Reply) -> None:
    if trace is None:
        return
    trace.add(asker, model.name, "prompt", tokens=reply.tokens_in)
    size = len(reply.text.encode())
    trace.add(
        model.name, asker, "reply", size_bytes=size, tokens=reply.tokens_out, seconds=reply.seconds
    )


def understand(text: str, form: type[Form]) -> tuple[Form | None, bool, str]:
    """The data, whether the text had to be repaired, and what is wrong if there is no data."""
    why = "it is not JSON"
    for read, repaired in _readings(text):
        try:
            return form.model_validate(read), repaired, ""
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the answer"
            why = f"{place}: {first['msg']}"
    return None, False, why


def _readings(text: str) -> Iterator[tuple[Any, bool]]:
    """What a text may mean, the plainest first, and whether that takes a repair."""
    for part in (text, *_parts(text)):
        for read in (json.loads, _without_trailing_commas, ast.literal_eval):
            try:
                meant = read(part.strip())
            except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
                continue
            yield meant, part is not text or read is not json.loads
            break


def _without_trailing_commas(text: str) -> Any:
    return json.loads(re.sub(r",\s*([}\]])", r"\1", text))


def _parts(text: str) -> list[str]:
    """Whatever stands in a fence, and whatever runs from the first brace to the last."""
    fenced = re.findall(r"```(?:\w+)?\s*(.*?)```", text, flags=re.DOTALL)
    braces = [
        text[text.index(left) : text.rindex(right) + 1]
        for left, right in ("{}", "[]")
        if left in text and right in text and text.index(left) < text.rindex(right)
    ]
    return [*fenced, *braces]
