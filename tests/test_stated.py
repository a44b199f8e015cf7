"""Numbers in a lesson's prose and alternative texts: its cells must show them."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mavrs_course.course.lint import lint_lesson
from mavrs_course.course.stated import unshown

PRINTED = "minutes 181.4, share 0.526, 2,150 pages, gain -31.25\n"


def lesson(prose: str, code: str = "seeds = range(40)", alt: str = ""):
    outputs = [new_output("stream", text=PRINTED)]
    if alt:
        page = {"text/html": f'<img alt="{alt}">', "text/plain": alt}
        outputs.append(new_output("display_data", data=page))
    return new_notebook(
        cells=[
            new_code_cell(code, outputs=outputs, id="code"),
            new_markdown_cell(prose, id="prose"),
        ]
    )


@pytest.mark.parametrize(
    "prose",
    [
        "It keeps them 181 minutes, about 180.",
        "That is 53 %, or 0.53, of 2,150 pages over 40 seeds.",
        "It loses 31 minutes, and −31.25 to be exact. Four of 12 win.",
        "The paper reports 174.6.",
        "SlateQ came to 174.6 ([arXiv 1905.12767](https://arxiv.org/abs/1905.12767)).",
        "As in lesson 02 and in exercise 01.4 of it, `x = 999` and $y = 777$ (1781).",
        "## 3. A section of 300\n\nNothing else.",
        "log 3 is 1.1.\n\n<!-- not shown here: 1.1 (by hand) -->",
    ],
)
def test_what_is_shown_or_named_passes(prose):
    assert list(unshown(lesson(prose))) == []


@pytest.mark.parametrize(
    ("prose", "number"),
    [
        ("It keeps them 182 minutes.", "182"),
        ("It keeps them 181.5 minutes.", "181.5"),
        ("That is 54 %.", "54"),
        ("About 190.", "190"),
        ("log 3 is 1.1.\n\n<!-- not shown here: 1.2 (by hand) -->", "1.1"),
    ],
)
def test_what_nothing_shows_is_named(prose, number):
    assert list(unshown(lesson(prose))) == [("prose", number)]
    assert any(f"says {number}" in problem for problem in lint_lesson(lesson(prose), "00", ()))


def test_an_alternative_text_does_not_bear_itself_out():
    written = 'plots.show(figure, alt="It rises to 242 minutes.")'
    filled = 'plots.show(figure, alt=f"It rises to {best:.0f} minutes.")'
    alt = "It rises to 242 minutes."
    assert list(unshown(lesson("", written, alt))) == [("code", "242")]
    assert list(unshown(lesson("It rises to 242.", filled, alt))) == []
    assert list(unshown(lesson("", written.replace("242", "181"), alt.replace("242", "181")))) == []


def test_a_lesson_that_was_not_run_has_nothing_to_compare_with():
    notebook = new_notebook(cells=[new_code_cell("1"), new_markdown_cell("It is 99.")])
    assert list(unshown(notebook)) == []
