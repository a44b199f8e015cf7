"""What every widget has from its base, and what lessons' callbacks may read."""

from __future__ import annotations

import importlib
import io
import pkgutil
import re
from base64 import b64decode

import ipywidgets
import pytest
from PIL import Image

import mavrs_course.widgets
from mavrs_course.course.callbacks import Overwritten, overwritten, uses_bare_interact
from mavrs_course.widgets.base import Interactive, LessonWidget, Manners
from mavrs_course.widgets.paper import on_paper
from mavrs_course.widgets.still import png, still

MODULES = [
    importlib.import_module(f"mavrs_course.widgets.{module.name}")
    for module in pkgutil.iter_modules(mavrs_course.widgets.__path__)
]
BOXES = sorted(
    {
        one
        for module in MODULES
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, ipywidgets.Box)
        if one.__module__.startswith("mavrs_course")
    },
    key=lambda one: one.__name__,
)
CIRCLE = (
    '<svg width="40" height="30" role="img" aria-label="A &lt;dot&gt;" style="background:#FAF9F6">'
    '<circle cx="20" cy="15" r="9" fill="#D55E00"/><text x="2" y="12">one</text></svg>'
)


class Counter(LessonWidget):
    about = "Move the slider, and see its square."

    def __init__(self) -> None:
        self.number = ipywidgets.FloatSlider(-2.0, min=-9, max=9, description="number <b>")
        self.shown = ipywidgets.HTML(f"<b>4</b>{CIRCLE}")
        self.hidden = ipywidgets.HTML("a secret", layout={"display": "none"})
        super().__init__([ipywidgets.HBox([self.number, self.hidden]), self.shown])


@pytest.mark.parametrize("widget", BOXES, ids=lambda one: one.__name__)
def test_every_widget_comes_from_the_common_base(widget):
    assert issubclass(widget, LessonWidget)
    if widget not in (LessonWidget, Interactive):
        assert widget.about != LessonWidget.about, "say in one sentence what a reader can do"
        assert re.fullmatch(r"[A-Z][^.]*\.", widget.about)


def test_a_widget_brings_its_manners_and_a_picture_for_who_has_no_kernel():
    counter = Counter()
    assert any(isinstance(child, Manners) for child in counter.children)
    bundle = counter._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == "Counter: Move the slider, and see its square. " + (
        "Run it in JupyterLab."
    )
    page = bundle["text/html"]
    assert "number &lt;b&gt;: <b>−2</b>" in page and "Run this cell" in page
    assert 'alt="A &lt;dot&gt;"' in page and "data:image/png;base64," in page
    assert "<svg" not in page and "<script" not in page and "a secret" not in page


def test_on_paper_a_widget_is_a_picture_with_its_words_tables_and_pictures():
    paper = Image.open(io.BytesIO(b64decode(Counter()._repr_mimebundle_()["image/png"])))
    assert (213, 94, 0) in {colour for _, colour in paper.convert("RGB").getcolors(9_999)}

    def height(page):
        return Image.open(io.BytesIO(on_paper(page))).height

    words = "<p>one line</p>"
    row = "<tr><td>a</td><td>b</td></tr>"
    assert height(words + f"<table>{row}{row}</table>") > height(words + f"<table>{row}</table>")
    assert height(f"<p>{'word ' * 99}</p>") > height(words), "long text is broken into lines"
    wide = f"<table><tr><td>{'word ' * 99}</td><td>b</td></tr></table>"
    assert height(wide) > height(words), "and so is a row that is wider than the page"
    assert height(f"<pre>one\ntwo</pre>{words}") > height("<pre>one</pre>" + words)
    assert height(words + "<style>p {}</style><script>a\nb</script>") == height(words)


def test_pdf_by_latex_takes_the_picture():
    from nbconvert.exporters import LatexExporter

    wanted = LatexExporter().default_config.NbConvertBase.display_data_priority
    bundle = Counter()._repr_mimebundle_()
    assert next(kind for kind in wanted if kind in bundle) == "image/png"


def test_an_svg_is_drawn_with_its_words():
    drawn = Image.open(io.BytesIO(png(CIRCLE))).convert("RGB")
    assert drawn.size == (60, 45)
    colours = {colour for _, colour in drawn.getcolors(9_999)}
    assert (213, 94, 0) in colours and (250, 249, 246) in colours
    plain = Image.open(io.BytesIO(png(CIRCLE.replace("one", "")))).convert("RGB")
    assert drawn.tobytes() != plain.tobytes(), "the text is drawn too"


def test_a_function_that_prints_is_shown_again_for_each_value():
    slider = ipywidgets.IntSlider(3, min=0, max=9)

    def draw(how_many):
        print("<" * how_many, 6 // how_many)

    shown = Interactive(draw, how_many=slider)
    assert slider.description == "how many"
    assert "&lt;&lt;&lt; 2" in shown.shown.value
    slider.value = 2
    assert "&lt;&lt; 3" in shown.shown.value
    slider.value = 0
    assert "ZeroDivisionError" in shown.shown.value, "one line, and no traceback"
    assert "Traceback" not in shown.shown.value
    slider.value = 1
    assert "&lt; 6" in still(shown)
    assert "children=" not in repr(shown)


def test_a_function_that_fails_at_once_ends_its_cell():
    with pytest.raises(ZeroDivisionError):
        Interactive(lambda divisor: 1 // divisor, divisor=ipywidgets.IntSlider(0))


BEFORE = "scale, seen = 2, []\n\ndef helper(x):\n    return scale * x\n"
DRAW = "def draw(x):\n    offset = 1\n    print(offset + helper(x))\n\ninteract(draw, x=slider)"


@pytest.mark.parametrize(
    ("later", "names"),
    [
        ("scale = 3", {"scale"}),
        ("for scale in range(3):\n    pass", {"scale"}),
        ("def helper(x):\n    return 0", {"helper"}),
        ("offset = 5\nx = 3", set()),
        ("[scale for scale in range(3)]\ndef other():\n    scale = 9", set()),
        ("%matplotlib inline\nif True:\n    scale, other = 1, 2", {"scale"}),
    ],
)
def test_what_a_callback_reads_and_a_later_cell_overwrites_is_found(later, names):
    found = overwritten([BEFORE, DRAW, "print(1)", later])
    assert {one.name for one in found} == names
    assert all(one == Overwritten("draw", 1, one.name, 3) for one in found)


def test_callbacks_are_found_through_partial_lambda_and_observe():
    lambdas = "import functools\ninteract(lambda x: scale * x, x=slider)"
    partial = "interact(functools.partial(helper), x=slider)"
    observed = "slider.observe(helper)"
    for callback in (lambdas, partial, observed):
        assert [one.name for one in overwritten([BEFORE, callback, "scale = 1"])] == ["scale"]


def test_the_interact_of_ipywidgets_is_told_from_ours():
    assert uses_bare_interact("import ipywidgets as w\nw.interact(draw, x=3)")
    assert uses_bare_interact("from ipywidgets import IntSlider, interact")
    assert not uses_bare_interact("from mavrs_course.widgets import interact\ninteract(draw, x=s)")


def test_a_table_of_pandas_has_no_empty_heading():
    import pandas as pd

    from mavrs_course.course.display import frame_html

    page = frame_html(pd.DataFrame({"a": [1]}))
    assert "<th>a</th>" in page and "<th></th>" not in page
