"""Ten thousand malformed outputs: none uncaught, none accepted wrongly, none that takes long."""

from __future__ import annotations

import json
from enum import Enum
from random import Random
from time import process_time
from typing import Literal

import pytest
from bad_outputs import BOMBS, LONG, Output, bad_output, stands_in, text_of
from pydantic import BaseModel, ConfigDict, Field

from mavrs_course.llm.deciding.ladder import (
    ASKED,
    PARSED,
    REPAIRED,
    RULE,
    ask,
    rung_rates,
    understand,
)
from mavrs_course.llm.models.loose import LONGEST, NotDataError, loose, strict
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.llm.models.tools import Tool, ToolError, call
from mavrs_course.messages import Trace

OUTPUTS = 10_000
SECONDS = 30.0  # that one output may take on a busy machine; most take a millisecond
QUESTION = [{"role": "user", "content": "Which?"}]


class Pick(BaseModel):
    slot: int = Field(ge=0, le=2)
    why: str


class Mood(Enum):
    GOOD = "good"
    BAD = "bad"


class Opinion(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rating: float = Field(ge=1, le=5)
    sure: bool
    mood: Mood


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: int
    liked: bool


class Page(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: list[Item] = Field(min_length=1, max_length=3)
    leave: bool


class Choice(BaseModel):
    tool: Literal["search", "finish"]
    rank: tuple[int, int]
    note: str | int


def some(form: type[BaseModel], random: Random) -> dict:
    """Data that obey a form."""
    if form is Pick:
        return {"slot": random.randint(0, 2), "why": text_of(random)}
    if form is Opinion:
        rating = random.choice([1.5, 4.25, 3.0, 2e0])
        return {
            "rating": rating,
            "sure": random.random() < 0.5,
            "mood": random.choice(["good", "bad"]),
        }
    if form is Page:
        items = [
            {"id": random.randint(0, 999), "liked": random.random() < 0.5}
            for _ in range(random.randint(1, 3))
        ]
        return {"items": items, "leave": random.random() < 0.5}
    rank = [random.randint(-9, 9) for _ in range(2)]
    return {"tool": random.choice(["search", "finish"]), "rank": rank, "note": text_of(random)}


FORMS = [Pick, Opinion, Page, Choice]


def output_for(form: type[BaseModel], seed: int) -> Output:
    return bad_output(seed, lambda random: some(form, random))


def accepted_rightly(data: BaseModel, output: Output, form: type[BaseModel]) -> bool:
    """Strictly of the form, and what was meant, or, of noise, what stands there."""
    again = form.model_validate_json(data.model_dump_json(), strict=True)
    told = data.model_dump(mode="json")
    right = stands_in(told, output.text) if output.free else told == output.meant
    return right and again == data


def harmless(form: type[BaseModel], output: Output) -> bool:
    """Another type that the form allows all the same: a note may be a number, a float whole."""
    return form is Choice and output.kind in ("another type", "no number")


@pytest.mark.parametrize("form", FORMS)
def test_ten_thousand_outputs_are_understood_rightly_or_not_at_all(form):
    taken = {}
    for seed in range(OUTPUTS // len(FORMS)):
        output = output_for(form, seed)
        started = process_time()
        data, _, why = understand(output.text, form)
        assert process_time() - started < SECONDS, (seed, output.kind)
        assert (data is None) == bool(why) and len(why) < 400, (seed, output)
        if data is not None and not (harmless(form, output) and stands_in(data.note, output.text)):
            assert accepted_rightly(data, output, form), (seed, output, data)
        taken.setdefault(output.kind, []).append(data is not None)
    # What was only written otherwise is understood: the ladder is of use.
    for kind in ("plain", "slips", "fence", "between words", "thoughts", "twice"):
        assert all(taken[kind]), (kind, sum(taken[kind]) / len(taken[kind]))
    assert any(taken["noise"]) and not all(taken["noise"])


@pytest.mark.parametrize("form", FORMS)
def test_ask_comes_back_whatever_is_said(form):
    right, answers = some(form, Random(0)), []
    rule = form.model_validate_json(json.dumps(right), strict=True)
    for seed in range(OUTPUTS // len(FORMS)):
        outputs = [output_for(form, seed), output_for(form, -seed - 1)]
        trace = Trace()
        answer = ask(
            ScriptedModel([output.text for output in outputs]),
            QUESTION,
            form,
            lambda: rule,
            trace=trace,
        )
        assert len(answer.replies) <= 2 and isinstance(answer.data, form)
        marked = [message.kind for message in trace].count("decided by rule")
        assert marked == (answer.rung == RULE)
        if answer.rung == RULE:
            assert answer.data is rule and answer.why
        answers.append(answer)
    rates = rung_rates(answers)
    assert sum(rates.values()) == pytest.approx(1) and min(rates.values()) > 0.01
    assert list(rates) == [PARSED, REPAIRED, ASKED, RULE]


def test_rates_of_no_answers_are_none():
    assert rung_rates([]) == {PARSED: 0.0, REPAIRED: 0.0, ASKED: 0.0, RULE: 0.0}


@pytest.mark.parametrize("name", BOMBS)
def test_no_text_takes_long(name):
    for length in (LONG, LONGEST + 1, 3_000_000):
        bomb = BOMBS[name](length)[:length]
        started = process_time()
        data, _, why = understand(bomb, Pick)
        assert process_time() - started < SECONDS
        assert data is None and why


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"slot": true, "why": "x"}', "slot: Input should be a valid integer"),
        ('{"slot": "1", "why": "x"}', "slot: Input should be a valid integer"),
        ('{"slot": 1.0, "why": "x"}', "slot: Input should be a valid integer"),
        ('{"slot": 1, "why": null}', "why: Input should be a valid string"),
        ('{"slot": 1, "slot": 2, "why": "x"}', "a key is given twice"),
        ("{'slot': 1, 'slot': 2, 'why': 'x'}", "a key is given twice"),
        ('{"slot": NaN, "why": "x"}', "NaN is not a number"),
        ('{"slot": 1e999, "why": "x"}', "1e999 is too large a number"),
        ('{"slot": 1, "why": "x"} or {"slot": 2, "why": "x"}', "several answers, and they differ"),
        ('{"a": {"slot": 1, "why": "x"}, "b": ', "cut off"),
        ("""{"why": "a title says {'slot': 2, 'why': 'x'}", "slo""", "cut off"),
        ('[{"slot": 1, "why": "x"}]', "the answer: Input should be an object"),
        ("[" * 100_000, "nested more than 64 deep"),
        ('{"slot": ' + "[" * 70 + "]" * 70 + "}", "nested more than 64 deep"),
        (" " * (LONGEST + 1), "longer than 100,000 characters"),
    ],
)
def test_what_is_wrong_is_said(text, complaint):
    data, _, why = understand(text, Pick)
    assert data is None and complaint in why


def test_a_repair_changes_nothing_inside_a_text():
    data, repaired, _ = understand("""{"slot": 1, "why": "a,] b,} // c 'd' True",}""", Pick)
    assert repaired and data.why == "a,] b,} // c 'd' True"


@pytest.mark.parametrize(
    ("before", "quoted"),
    [
        ("It's the viewers' choice: ", False),
        ("Don't ask, here 'it' is: ", False),
        ('I "know" it: ', False),
        ("As a title says '", True),
        ("As a title says 'look here ", True),
        ('It says: "', True),
        ("It says “look ", True),
    ],
)
def test_a_quotation_is_no_answer(before, quoted):
    data, _, why = understand(before + '{"slot": 1, "why": "x"}', Pick)
    assert (data is None) == quoted and ("quotation" in why) == quoted


def test_strict_and_loose_agree_on_json():
    for seed in range(300):
        output = output_for(FORMS[seed % len(FORMS)], seed)
        try:
            data = strict(output.text)
        except NotDataError:
            continue
        try:
            assert loose(output.text) == data, output
        except NotDataError as error:  # loose refuses what a text of ours would not hold
            assert "control character" in str(error) or "half a character" in str(error)


def test_calls_of_tools_are_carried_out_rightly_or_not_at_all():
    carried = []

    def watch(slot: int, why: str) -> str:
        """Watch a video."""
        assert type(slot) is int and type(why) is str
        carried.append((slot, why))
        return "watched"

    def make(random: Random) -> dict:
        return {"tool": "watch", "arguments": some(Pick, random)}

    for seed in range(3_000):
        output = bad_output(seed, make)
        before = len(carried)
        try:
            assert call(output.text, [Tool(watch)]) == "watched"
        except ToolError as error:
            assert str(error) and len(carried) == before
            continue
        slot, why = carried[-1]
        if output.free:
            assert stands_in([slot, why], output.text), output
        else:
            assert output.meant and output.meant["arguments"] == {"slot": slot, "why": why}, output
    assert len(carried) > 100
