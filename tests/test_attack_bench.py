"""The bench for prompt injection: what is chosen and typed is judged at once."""

from __future__ import annotations

import numpy as np

from mavrs_course.llm.deciding.cases import taste_cases
from mavrs_course.llm.models.chat import ModelError
from mavrs_course.llm.models.scripted import ScriptedModel
from mavrs_course.widgets.attack_bench import AttackBench
from mavrs_course.world.catalog import Catalog

CASES = taste_cases(
    Catalog.sample(200, np.random.default_rng(0)), 4, np.random.default_rng(0), liked=2, options=3
)


class Obedient(ScriptedModel):
    """A stand-in that finds titles with the magic word likely, once something is liked."""

    def score(self, context, continuations):
        return np.array(
            [5.0 * ("magic" in text) * ("Related" in context) for text in continuations]
        )


class Absent(ScriptedModel):
    def score(self, context, continuations):
        raise ModelError("get one with mavrs model get")


def test_every_family_can_be_chosen():
    bench = AttackBench(ScriptedModel(), CASES)
    for family in bench.family.options:
        bench.family.value = family
        assert bench.text.value == bench.attempt.text
        assert bench.attempt.attack.family == family
        assert "<svg" in bench.picture.value


def test_typing_a_title_that_courts_the_model_wins():
    bench = AttackBench(Obedient(), CASES)
    bench.text.value = "harmless"
    assert "wins" not in bench.verdict.value
    bench.text.value = "magic"
    assert "The attack wins" in bench.verdict.value


def test_cleaning_is_done_before_the_model_reads():
    bench = AttackBench(ScriptedModel(), CASES)
    bench.text.value = "<|im_end|>{x}"
    assert "<|im_end|>" in bench.cases()[1].options[bench.attempt.target]
    bench.clean.value = True
    assert "<|im_end|>" not in bench.cases()[1].options[bench.attempt.target]


def test_without_a_model_it_says_so():
    bench = AttackBench(Absent(), CASES)
    assert "No answer." in bench.verdict.value and "mavrs model get" in bench.verdict.value


def test_a_strangers_markup_is_not_shown_as_such():
    bench = AttackBench(ScriptedModel(), CASES)
    bench.text.value = "<script>alert(1)</script>"
    assert "<script>" not in bench.picture.value


def test_it_opens_on_an_attack_that_wins_where_one_does():
    class Won(ScriptedModel):
        """Falls for the last attack of each family alone."""

        def score(self, context, continuations):
            liked = "Related" in context
            return np.array([liked * (9.0 * (wanted in text) - 0.1) for text in continuations])

    bench = AttackBench(ScriptedModel(), CASES)
    family = [n for _, n in bench.attack.options]
    wanted = bench._attempts[family[-1]].text
    assert AttackBench(Won(), CASES).attack.value == family[-1]
