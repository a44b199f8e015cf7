"""Numbers and lists as a sentence says them, and strangers' text as a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them: "a", "a and b", "a, b and c"; empty for none."""
    words = list(words)
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def number(value: float, form: str = "g") -> str:
    """A number with a minus sign that is one: ``number(-2.5, ".1f")`` is ``−2.5``."""
    return format(value, form).replace("-", "−")


def signed(value: float, form: str = "+.2f") -> str:
    """A number with its sign, such as ``+0.26`` or ``−0.11``; 0 has none."""
    text = number(value, form)
    return text if text.strip("+−0.") else text.lstrip("+−")


def count(many: int, what: str) -> str:
    """``1 click``, ``2 clicks``."""
    return f"{many:,} {what}{'' if many == 1 else 's'}"


def capitalised(text: str) -> str:
    """The text with a capital letter at its start, the rest as it is."""
    return text[:1].upper() + text[1:]


def one_line(text: Any, limit: int = 300) -> str:
    """Any text as one line that a terminal and XML can bear."""
    text = ESCAPE.sub("", str(text)[: 10 * limit])
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= limit else line[: limit - 2] + " …"
