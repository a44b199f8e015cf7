"""The course's figures: legible, described in words, honest about spread."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image
from scipy import stats

from mavrs_course import plots
from mavrs_course.legible import READABLE, mend_signs, signs
from mavrs_course.messages import Trace


@pytest.fixture
def displayed(monkeypatch):
    """What the notebook would have been sent."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    yield bundles
    plt.close("all")


def labelled_figure():
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3])
    axes.set(xlabel="page", ylabel="watch time (minutes)")
    return figure


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    channels = np.array(matplotlib.colors.to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_figure_carries_its_alt_text_as_html_and_as_plain_text(displayed):
    plots.show(labelled_figure(), alt='Watch time "rises" & rises')
    (bundle,) = displayed
    assert bundle["text/plain"] == 'Watch time "rises" & rises'
    assert 'alt="Watch time &quot;rises&quot; &amp; rises"' in bundle["text/html"]


def test_the_picture_is_sharp_small_and_as_wide_as_stated(displayed):
    plots.show(labelled_figure(), alt="A line")
    html = displayed[0]["text/html"]
    data = base64.b64decode(re.search(r'base64,([^"]+)"', html)[1])
    picture = Image.open(io.BytesIO(data))
    width = int(re.search(r'width="(\d+)"', html)[1])
    assert width == 700
    assert picture.width == pytest.approx(width * plots.SHARPNESS, abs=1)
    assert len(data) < 60_000


def test_showing_closes_the_figure_so_that_it_is_not_shown_twice(displayed):
    figure = labelled_figure()
    plots.show(figure, alt="A line")
    assert not plt.fignum_exists(figure.number)


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_figure_without_alt_text_is_an_error(displayed, alt):
    with pytest.raises(plots.FigureError, match="alt="):
        plots.show(labelled_figure(), alt=alt)
    assert not displayed


@pytest.mark.parametrize("missing", ["xlabel", "ylabel"])
def test_an_axis_of_numbers_without_a_label_is_an_error(displayed, missing):
    figure = labelled_figure()
    figure.axes[0].set(**{missing: ""})
    with pytest.raises(plots.FigureError, match=f"set_{missing}"):
        plots.show(figure, alt="A line")


def test_words_on_an_axis_and_hidden_axes_need_no_label(displayed):
    figure, (left, right) = plt.subplots(1, 2)
    left.bar(["cats", "dogs"], [1, 2])
    left.set_ylabel("clicks")
    right.imshow(np.zeros((2, 2)))
    right.set_axis_off()
    plots.show(figure, alt="Two bars and a picture")
    assert len(displayed) == 1


def test_ink_reads_on_the_card_and_every_colour_stands_out_from_it():
    assert contrast(plots.INK, plots.CARD) > 7
    colours = plots.STYLE["axes.prop_cycle"].by_key()["color"]
    assert len(set(colours)) == 7
    assert min(contrast(colour, plots.CARD) for colour in colours) > 2


def test_the_interval_is_students():
    values = np.array([[160.0, 1.0], [161.0, 2.0], [163.0, 6.0]])
    mean, half = plots.mean_interval(values)
    expected = stats.t.interval(0.95, 2, values.mean(0), stats.sem(values))
    np.testing.assert_allclose([mean - half, mean + half], expected)


def test_one_seed_has_no_interval():
    with pytest.raises(ValueError, match="at least 2"):
        plots.mean_interval([1.0])


def test_interval_bars_show_every_seed_and_the_first_name_on_top():
    _, axes = plt.subplots()
    samples = [[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]]
    plots.interval_bars(axes, ["random", "planner"], samples)
    drawn = [line.get_xdata() for line in axes.lines]
    for values in samples:
        assert any(np.array_equal(values, xs) for xs in drawn)
        assert any(np.array_equal([np.mean(values)], xs) for xs in drawn)
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["random", "planner"]
    assert axes.transData.transform((0, 0))[1] > axes.transData.transform((0, 1))[1]
    plt.close("all")


def test_interval_bars_want_one_sample_a_name():
    with pytest.raises(ValueError, match="2 names for 1"):
        plots.interval_bars(plt.figure().add_subplot(), ["a", "b"], [[1.0, 2.0]])
    plt.close("all")


def test_a_curve_lies_in_the_middle_of_its_band():
    _, axes = plt.subplots()
    samples = np.array([[0.0, 1.0], [2.0, 5.0], [1.0, 3.0]])
    plots.interval_curve(axes, [10, 20], samples, "agent")
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [1.0, 3.0])
    band = axes.collections[0].get_datalim(axes.transData)
    assert (band.y0 + band.y1) / 2 == pytest.approx(3.0)
    assert axes.collections[0].get_facecolor()[0, :3] == pytest.approx(
        matplotlib.colors.to_rgb(axes.lines[0].get_color())
    )
    plt.close("all")


def test_a_sequence_diagram_names_everyone_once_and_says_each_message_and_its_cost():
    trace = Trace()
    trace.add("memory", "coordinator", "opinion", size_bytes=1200, tokens=40, seconds=0.003)
    trace.add("coordinator", "coordinator", "thinks", seconds=1.25)
    trace.add("coordinator", "platform", "slate")
    texts = [text.get_text() for text in trace.draw().texts]
    for name in ("memory", "coordinator", "platform"):
        assert texts.count(name) == 1
    assert "opinion · 1,200 B · 40 tokens · 3.0 ms" in texts
    assert "thinks · 1.2 s" in texts
    assert "slate" in texts
    plt.close("all")


def test_an_empty_trace_says_so():
    with pytest.raises(ValueError, match="empty"):
        Trace().draw()


def test_the_messages_do_not_load_matplotlib():
    code = "import sys, mavrs_course.messages; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_bands_end_at_what_is_possible_and_marks_are_explained_once():
    figure, panels = plt.subplots(1, 2)
    shares = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 0.9]])
    for axes in panels:
        plots.interval_curve(axes, [1, 2], shares, "share", within=(0, 1))
        (band,) = axes.collections
        heights = band.get_paths()[0].vertices[:, 1]
        assert heights.min() >= 0 and heights.max() <= 1
    assert [text.get_text() for text in figure.texts] == [plots.BAND_MEANS.format(each="seed")]
    plt.close(figure)


def test_what_two_kinds_of_marks_mean_stands_in_two_lines():
    figure, (left, right) = plt.subplots(1, 2)
    plots.interval_curve(left, [1, 2], [[0, 1], [1, 2]], "share")
    plots.interval_bars(right, ["one"], [[1, 2]])
    figure.canvas.draw()
    first, second = (text.get_window_extent() for text in figure.texts)
    assert not first.overlaps(second)
    labels = left.xaxis.label.get_window_extent(), right.xaxis.label.get_window_extent()
    assert not any(label.overlaps(text) for label in labels for text in (first, second))
    plt.close(figure)


def test_figures_travel_as_png_too():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    InteractiveShell.instance()
    figure, axes = plt.subplots()
    axes.set(xlabel="days", ylabel="minutes")
    with capture_output() as captured:
        plots.show(figure, alt="Nothing yet.")
    (output,) = captured.outputs
    assert output.data["image/png"] in output.data["text/html"]
    InteractiveShell.clear_instance()


def test_a_figure_of_two_cells_appears_once_and_finished():
    first = "from mavrs_course import plots\nimport matplotlib.pyplot as plt\n"
    first += "figure, axes = plt.subplots()\naxes.plot([1, 2]);"
    last = "axes.set(xlabel='days', ylabel='minutes')\nplots.show(figure, alt='A line.')"
    own = "plt.plot([2, 1]);\nplt.show()"
    notebook = new_notebook(cells=[new_code_cell(source) for source in (first, last, own)])
    NotebookClient(notebook, kernel_name="python3").execute()
    kinds = [[set(o.data) for o in cell.outputs if "data" in o] for cell in notebook.cells]
    kept = {"text/html", "image/png", "text/plain"}
    assert kinds == [[], [kept], [{"image/png", "text/plain"}]]


@pytest.mark.parametrize("colour", [plots.ORANGE, plots.SKY, plots.GREEN, plots.GREY, plots.BLUE])
def test_words_in_and_on_a_colour_can_be_read(colour):
    assert plots.contrast(plots.ink_of(colour), plots.CARD) >= READABLE
    assert plots.contrast(plots.ink_on(colour), colour) >= READABLE
    assert plots.contrast("#FFFFFF", "#000000") == pytest.approx(21.0)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("-3", "−3"),
        ("from -131 to -.5", "from −131 to −.5"),
        ("(-2.5, +0)", "(−2.5, 0)"),
        ("-0 and +0.00, -0.04", "0 and 0.00, −0.04"),
        ("1-3, x-1, GPT-4, 2026-11-30", "1-3, x-1, GPT-4, 2026-11-30"),
        ("+0.5, +0.", "+0.5, 0."),
    ],
)
def test_numbers_have_minus_signs_and_zero_has_none(written, read):
    assert signs(written) == read


def test_a_figure_has_minus_signs_everywhere(displayed):
    figure, axes = plt.subplots()
    axes.plot([-1, 1], [-2, 2], label="from -1")
    axes.set(xlabel="pay (from -1)", ylabel="minutes", title="-5 % $x^{-2}$", yticks=[-2, 2])
    axes.set_xticks([-1, 1], ["-1.0", "1.0"])
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:+.0f}")
    axes.text(0, 0, "-0")
    axes.legend()
    figure.canvas.draw()
    mend_signs(figure)
    figure.canvas.draw()
    said = {text.get_text() for text in figure.findobj(matplotlib.text.Text)}
    assert {"−1.0", "−2", "0", "from −1", "pay (from −1)"} <= said
    assert "-5 % $x^{-2}$" in said, "a formula sets its own signs"
    plots.show(figure, alt="It falls to -5.")
    assert displayed[-1]["text/plain"] == "It falls to −5."


@pytest.mark.parametrize("draw", ["points", "bars"])
def test_bars_of_error_must_be_explained(displayed, draw):
    figure, axes = plt.subplots()
    axes.set(xlabel="minutes", ylabel="agent")
    if draw == "points":
        axes.errorbar([1], [2], xerr=[1])
    else:
        axes.barh(["a", "b"], [1, 2], xerr=[1, 1])
    with pytest.raises(plots.FigureError, match="not explained"):
        plots.show(figure, alt="Two agents.")
    plots.explain(axes, "bar: 95 % interval over the seeds")
    plots.show(figure, alt="Two agents.")
    plain, axes = plt.subplots()
    axes.errorbar([1], [2], fmt="o")
    axes.bar(["a"], [1])
    axes.set(xlabel="minutes", ylabel="agent")
    plots.show(plain, alt="No bars of error, nothing to explain.")


def test_samples_that_are_not_seeds_are_called_what_they_are():
    figure, axes = plt.subplots()
    plots.interval_bars(axes, ["one"], [[1, 2]], each="split")
    plots.interval_curve(axes, [1, 2], [[0, 1], [1, 2]], "share", each="window")
    said = " ".join(text.get_text() for text in figure.texts)
    assert "each split" in said and "mean over windows" in said and "seed" not in said
    plt.close(figure)
