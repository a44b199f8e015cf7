"""Tools that a model may call, and budgets that it may not exceed."""

from __future__ import annotations

import json
from typing import Literal

import numpy as np
import pytest

from mavrs_course.llm.models import weights
from mavrs_course.llm.models.budget import Budget, Limited, OverBudgetError
from mavrs_course.llm.models.chat import Ask, Bill, ChatModel, ModelError
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.grammar import grammar_of
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.llm.models.tools import Tool, ToolError, call, calls_schema, described

SAID = [{"role": "user", "content": "Show me two videos about cats."}]
needs_model = pytest.mark.skipif(
    not weights.is_here("smollm2-135m"), reason="mavrs model get smollm2-135m"
)


def show(topic: Literal["cats", "dogs"], most: int = 3) -> list[str]:
    """Show videos of a topic.

    Nothing below the first line is told.
    """
    return [topic] * most


def fail(reason: str) -> None:
    """Fail."""
    raise RuntimeError(reason)


TOOLS = [Tool(show), Tool(fail)]


def written(tool: object, **arguments: object) -> str:
    return json.dumps({"tool": tool, "arguments": arguments})


def test_a_tool_is_described_by_its_function():
    assert described(TOOLS) == "show(topic, most): Show videos of a topic.\nfail(reason): Fail."
    names = [way["properties"]["tool"]["const"] for way in calls_schema(TOOLS)["anyOf"]]
    assert names == ["show", "fail"]
    with pytest.raises(ToolError, match="no tools"):
        calls_schema([])
    with pytest.raises(ToolError, match="needs a type for its parameter 'x'"):
        _ = Tool(lambda x: x).form


def test_a_call_is_carried_out():
    assert call(written("show", topic="cats", most=2), TOOLS) == ["cats", "cats"]
    assert call(written("show", topic="dogs"), TOOLS) == ["dogs"] * 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("show(cats)", "no call of a tool"),
        ("[" * 100_000, "no call of a tool"),
        ("[]", 'exactly "tool" and "arguments"'),
        ('{"tool": "show"}', 'exactly "tool" and "arguments"'),
        (written("delete", topic="cats"), "no tool 'delete'; there is show, fail"),
        (written(["show"], topic="cats"), r"no tool \['show'\]"),
        (written("show", topic="birds"), "show: topic: Input should be"),
        (written("show", topic="cats", most="2"), "show: most: Input should be a valid integer"),
        (written("show", topic="cats", most=True), "show: most"),
        (written("show", topic="cats", also=1), "show: also: Extra inputs"),
        (json.dumps({"tool": "show", "arguments": None}), "show: the arguments"),
        (written("fail", reason="rain"), "fail failed: RuntimeError: rain"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(text, problem):
    with pytest.raises(ToolError, match=problem):
        call(text, TOOLS)


@needs_model
@pytest.mark.parametrize("seed", range(3))
def test_a_real_model_can_only_write_a_call(seed):
    model = EmbeddedModel(weights.path_of("smollm2-135m"), name="smollm2-135m")
    reply = model.chat(SAID, Ask(tools=[Tool(show)], temperature=1.0, seed=seed, max_tokens=100))
    wanted = json.loads(reply.text)
    assert wanted["tool"] == "show" and wanted["arguments"]["topic"] in ("cats", "dogs")


def test_choices_references_and_constants_have_a_grammar():
    schema = {
        "anyOf": [{"$ref": "#/$defs/Yes"}, {"type": "null"}, {"const": 'a "b"'}],
        "$defs": {"Yes": {"type": "object", "properties": {"yes": {"type": "boolean"}}}},
    }
    rule = grammar_of(schema).splitlines()[0]
    assert rule == r'root ::= ("{" "\"yes\":" boolean "}" | "null" | "\"a \\\"b\\\"\"")'


def test_a_bill_is_a_running_total():
    model = ScriptedModel(["one two", "three"])
    model.chat(SAID)
    before = model.bill.copy()
    model.chat(SAID)
    model.score("a b", [" c", " d e"])
    spent = model.bill - before
    assert spent == Bill(3, 6 + 2 + 2, 1 + 1 + 2, 0.0) and spent.tokens == 14
    asked, replied = spent.messages("memory", "scripted")
    assert (asked.sender, asked.kind, asked.tokens) == ("memory", "3 prompts", 10)
    assert (replied.sender, replied.receiver, replied.tokens) == ("scripted", "memory", 4)
    assert Bill().messages("memory", "scripted") == ()


@pytest.mark.parametrize(
    ("budget", "problem"),
    [
        (Budget(calls=2), "2 of 2 calls"),
        (Budget(tokens=13), r"14 of 13 tokens"),
        (Budget(seconds=0.0), "0 of 0 seconds"),
    ],
)
def test_a_budget_ends_a_decision_and_a_new_one_has_it_all(budget, problem):
    limited = Limited(ScriptedModel(["a"] * 9), budget)
    assert isinstance(limited, ChatModel)
    for _ in range(2):
        limited.renew()
        with pytest.raises(OverBudgetError, match=problem):
            for _ in range(3):
                limited.chat(SAID)
    assert issubclass(OverBudgetError, ModelError)


def test_a_budget_of_calls_is_never_exceeded_within_one_request():
    model = ScriptedModel()
    limited = Limited(model, Budget(calls=2))
    with pytest.raises(OverBudgetError):
        limited.score("a", [" b"] * 5)
    assert model.bill.calls == 2
    limited.renew()
    np.testing.assert_array_equal(limited.score("a", [" b", " cd"]), [-2.0, -3.0])
    assert limited.spent.calls == 2
