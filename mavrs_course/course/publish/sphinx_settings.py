"""What Sphinx is told about the site; copied beside its pages as ``conf.py``."""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes

from mavrs_course.course.publish.mathematics import mathml

about = json.loads(Path(__file__).with_name("about.json").read_text(encoding="utf-8"))

project = about["title"]
author = about["author"]
project_copyright = f"{author}, CC BY 4.0"
language = "en-GB"
extensions = ["myst_nb"]
exclude_patterns = ["_static", "exercises"]
suppress_warnings = ["mystnb.unknown_mime_type"]

nb_execution_mode = "off"  # what a reader sees is what the course's own build measured
nb_ipywidgets_js: dict[str, object] = {}  # by default, scripts from a content network
nb_merge_streams = True
nb_number_source_lines = False
myst_enable_extensions = ["dollarmath", "attrs_block", "colon_fence"]
myst_dmath_double_inline = True
myst_heading_anchors = 4
myst_links_external_new_tab = False
html_math_renderer = "mathml"

html_theme = "pydata_sphinx_theme"
html_title = about["title"]
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"priority": 0})]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_last_updated_fmt = None
html_sidebars: dict[str, list[str]] = {
    name: [] for name in ("index", "begin", "exercises", "teaching", "search")
}
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "back_to_top_button": False,
    "navigation_with_keys": False,
    "show_nav_level": 1,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}


def _inline(writer, node: nodes.math) -> None:
    writer.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _block(writer, node: nodes.math_block) -> None:
    writer.body.append(
        '<div class="formula" tabindex="0" role="group" aria-label="Formula">'
        f"{mathml(node.astext().strip(), 'block')}</div>"
    )
    raise nodes.SkipNode


def setup(app) -> dict:
    """Formulas are drawn by the browser, from MathML."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
