"""Numbers and counts as widgets write them."""

from __future__ import annotations


def number(value: float, form: str = "g") -> str:
    """A number with a minus sign that is one: ``number(-2.5, ".1f")`` is ``−2.5``."""
    return format(value, form).replace("-", "−")


def count(many: int, what: str) -> str:
    """``1 click``, ``2 clicks``."""
    return f"{many:,} {what}{'' if many == 1 else 's'}"
