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

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from mavrs_course.calling import Call, LateError
from mavrs_course.llm.models.chat import Ask, ChatModel, ModelError, Reply, Said
from mavrs_course.llm.models.loose import ONLY_THOUGHT, NotDataError, meanings
from mavrs_course.messages import Trace

Form = TypeVar("Form", bound=BaseModel)
PARSED, REPAIRED, ASKED, RULE = RUNGS = ("parsed", "repaired", "asked", "rule")
LONGEST_PLACE, LONGEST_COMPLAINT = 80, 200  # characters of what is said to be wrong
LONGEST_QUOTE = 2_000  # of a bad answer, when the model is asked again


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
    deadline: seconds for all of them.  Every call goes into ``trace``.

    A call that is still running at the deadline is left to itself, as a model inside this process
    cannot be stopped: it goes on in a thread, nobody hears its answer, and it may hold up the next
    call.  Keep ``max_tokens`` small, or the timeout of an Ollama model below the deadline.
    """
    started, replies, why = perf_counter(), [], ""
    talk, schema = [dict(message) for message in messages], form.model_json_schema()
    for attempt in range(tries):
        wanted = Ask(schema=schema, max_tokens=max_tokens, seed=seed + attempt)
        left = deadline - (perf_counter() - started)
        try:
            if left <= 0:
                raise LateError
            reply = Call(partial(model.chat, list(talk), wanted)).result(left)
        except LateError:
            why = f"the deadline of {deadline:g} s has passed"
            break
        except ModelError as error:
            why = str(error)
            break
        replies.append(reply)
        _note(trace, asker, model, reply)
        data, repaired, why = understand(reply.text, form)
        if reply.only_thought:
            why = ONLY_THOUGHT if reply.finished else f"{ONLY_THOUGHT} in {max_tokens} tokens"
        if data is not None:
            rung = ASKED if attempt else REPAIRED if repaired else PARSED
            return Answer(data, rung, tuple(replies), "")
        talk += [
            {"role": "assistant", "content": _sendable(reply.text[:LONGEST_QUOTE])},
            {
                "role": "user",
                "content": f"That can't be used: {_sendable(why)}. Answer with JSON alone.",
            },
        ]
    if trace is not None:
        trace.add(asker, asker, "decided by rule")
    return Answer(rule(), RULE, tuple(replies), why)


def _sendable(text: str) -> str:
    """The text without the halves of characters, which cannot be sent."""
    return text.encode(errors="replace").decode()


def _note(trace: Trace | None, asker: str, model: ChatModel, reply: Reply) -> None:
    if trace is None:
        return
    trace.add(asker, model.name, "prompt", tokens=reply.tokens_in)
    size = len(reply.text.encode(errors="replace"))
    trace.add(
        model.name, asker, "reply", size_bytes=size, tokens=reply.tokens_out, seconds=reply.seconds
    )


def understand(text: str, form: type[Form]) -> tuple[Form | None, bool, str]:
    """The data, whether the text had to be repaired, and what is wrong if there is no data.

    What is accepted obeys the form strictly: ``true`` is no 1, ``"3"`` is no 3, 2.0 is no 2.  Where
    a text holds several answers between its words, they must all say the same.
    """
    try:
        read, repaired = meanings(text)
    except NotDataError as error:
        return None, False, str(error)
    answers, why = [], ""
    for data in read:
        try:
            answers.append(_obeying(data, form))
        except NotDataError as error:
            why = why or str(error)
    if not answers:
        return None, False, why
    if any(answer != answers[0] for answer in answers):
        return None, False, "it gives several answers, and they differ"
    return answers[0], repaired, ""


def _obeying(data: Any, form: type[Form]) -> Form:
    """The data in the form, nothing converted; raises NotDataError, which says what is wrong."""
    try:
        return form.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "the answer"
        raise NotDataError(f"{place[:LONGEST_PLACE]}: {first['msg'][:LONGEST_COMPLAINT]}") from None


def rung_rates(answers: Iterable[Answer]) -> dict[str, float]:
    """The share of answers on each rung, from "parsed" to "rule"; they add up to 1."""
    counted = Counter(answer.rung for answer in answers)
    return {rung: counted[rung] / max(counted.total(), 1) for rung in RUNGS}
