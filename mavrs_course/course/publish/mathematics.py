"""Formulas as MathML: browsers draw them, screen readers read them, and no script is loaded."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path

from mavrs_course.course.notebook import BuildError

# What latex2mathml does not know, in its own words.
ALIASES = {r"\\arg(?![a-z])": r"\\operatorname{arg}"}
IN_TEXT = re.compile(
    r"(?P<code>```.*?```|`[^`]*`)|\$\$(?P<display>.+?)\$\$|(?<![\\$])\$(?P<inline>[^$\n]+)\$",
    re.DOTALL,
)


@cache
def mathml(latex: str, display: str = "inline") -> str:
    """A formula as a ``<math>`` element; ``display`` is ``inline`` or ``block``.

    Raises :class:`BuildError` for what can't be converted whole.
    """
    from latex2mathml.converter import convert

    prepared = latex
    for pattern, alias in ALIASES.items():
        prepared = re.sub(pattern, alias, prepared)
    try:
        element = convert(prepared, display=display)
    except Exception as error:
        raise BuildError(f"the formula {latex!r} cannot be read ({error!r})") from error
    if left := re.search(r"\\[a-zA-Z]+", element):
        raise BuildError(f"the formula {latex!r} uses {left[0]}, which is not known")
    return element


def with_mathml(text: str) -> str:
    """Markdown with its formulas replaced by MathML; code is left alone."""

    def replace(match: re.Match) -> str:
        if match["code"]:
            return match["code"]
        if match["display"]:
            return mathml(match["display"].strip(), "block")
        return mathml(match["inline"])

    return IN_TEXT.sub(replace, text)


def font() -> Path:
    """A font with mathematics in it, for systems that have none (STIX Two, SIL licence)."""
    package = importlib.util.find_spec("ziamath")
    if package is None or package.origin is None:
        raise BuildError("ziamath, which carries the font for formulas, is not installed")
    return Path(package.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
