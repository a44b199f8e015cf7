"""Wrong answers written as edits of a right one.

::

    backwards: self.mu + self.step => self.mu - self.step
      Money becomes cheaper after a dear page.  Spending more than the share must raise mu.
    never_cheaper:
      | max(0.0, self.mu + self.step * (spent - self.share)) =>
      |     self.mu + self.step * max(0.0, spent - self.share)
      or max(0.0, => abs(
      mu only rises.
    by_trying:
      Trying all orders takes for ever.

``name: old => new`` is an edit; more follow after ``; ``, and those that need room stand on lines
that begin with ``|``.  ``old`` stands in the right answer exactly once.  ``or`` begins another
answer that makes the same mistake.  ``in NAME:`` before the edits takes another right answer than
the reference.  Without an edit, the answer is a function or a class of the file: the one that is
called as the mistake is, or the one named after ``or``.  The cause stands below, indented.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

_HEAD = re.compile(r"(\w+):(?: (.*))?")
_BASE = re.compile(r"in (\w+):\s+(.*)", re.DOTALL)


class SheetError(ValueError):
    """A sheet of edits that can't be read; the text names the mistake and what is wrong."""


@dataclass(frozen=True)
class SheetChange:
    """One wrong answer: edits of the right answer ``base`` (the reference where it is empty).

    Without edits, the answer is what the file calls ``base``.
    """

    base: str = ""
    edits: tuple[tuple[str, str], ...] = ()


@dataclass
class Entry:
    """A mistake of a sheet: its name, the answers that make it, and its cause."""

    name: str
    written: list[str] = field(default_factory=list)
    because: str = ""

    @property
    def changes(self) -> tuple[SheetChange, ...]:
        """The answers; raises :class:`SheetError` where one can't be read."""
        return tuple(_change(text, self.name) for text in self.written)


def entries(sheet: str) -> list[Entry]:
    """The mistakes of a sheet, in order."""
    found: list[Entry] = []
    for line in textwrap.dedent(sheet).strip("\n").splitlines():
        if not line.strip():
            continue
        if not line.startswith(" "):
            found.append(_entry(line))
        elif not found:
            raise SheetError(f"{line.strip()!r} stands before the first mistake")
        else:
            _read_below(found[-1], line)
    for entry in found:
        if not entry.because:
            raise SheetError(f"mistake {entry.name!r} has no cause below it")
    return found


def _entry(line: str) -> Entry:
    head = _HEAD.fullmatch(line.rstrip())
    if head is None:
        raise SheetError(f"a mistake begins with `name:` or `name: old => new`, not with {line!r}")
    return Entry(head[1], [head[2] or ""])


def _read_below(entry: Entry, line: str) -> None:
    """Take in an indented line: more of an edit, another answer, or the cause."""
    text = line.strip()
    if entry.because:
        entry.because += " " + text
    elif text == "|" or text.startswith("| "):
        before = entry.written[-1]
        entry.written[-1] = f"{before}\n{text[2:]}" if before else text[2:]
    elif text == "or" or text.startswith("or "):
        entry.written.append(text[3:])
    else:
        entry.because = text


def _change(text: str, name: str) -> SheetChange:
    if "=>" not in text:
        base = text.strip() or name
        if not base.isidentifier():
            raise SheetError(f"mistake {name!r}: {base!r} is neither `old => new` nor a name")
        return SheetChange(base)
    of = _BASE.fullmatch(text)
    base, edits = (of[1], of[2]) if of else ("", text)
    return SheetChange(base, tuple(_edit(edit, name) for edit in re.split(r";(?:\n|[ ]+)", edits)))


def _edit(text: str, name: str) -> tuple[str, str]:
    old, arrow, new = text.partition("=>")
    if not arrow or "=>" in new:
        raise SheetError(f"mistake {name!r}: an edit is `old => new`, and not {text.strip()!r}")
    first, _, rest = new.partition("\n")
    if not first.strip():
        return old.strip(), textwrap.dedent(rest).strip()
    return old.strip(), f"{first.strip()}\n{rest}".strip()


def edited(right: str, change: SheetChange, name: str) -> str:
    """A right answer's text with the edits made; raises :class:`SheetError` if one can't be."""
    found = []
    for old, new in change.edits:
        places = list(_places(right, old))
        if len(places) != 1:
            times = f"{len(places)} times" if places else "nowhere"
            raise SheetError(
                f"mistake {name!r}: {old!r} stands {times} in the right answer, and has to stand "
                "there exactly once"
            )
        found.append((places[0].span(), new))
    text, end = right, len(right)
    for (start, stop), new in sorted(found, reverse=True):
        if stop > end:
            raise SheetError(f"mistake {name!r}: two edits change {right[start:stop]!r}")
        text, end = _replaced(text, start, stop, new), start
    return text


def _places(text: str, old: str) -> Iterator[re.Match]:
    """Where ``old`` stands, as whole words; its further lines may be indented as they like."""
    lines = [re.escape(line.strip()) for line in old.splitlines()]
    before = r"(?<!\w)" if re.match(r"\w", old) else ""
    after = r"(?!\w)" if re.search(r"\w$", old) else ""
    return re.finditer(before + r"\s*\n\s*".join(lines) + after, text)


def _replaced(text: str, start: int, stop: int, new: str) -> str:
    """The text with ``new`` at the place, its further lines indented as the line it begins in."""
    line = text.rfind("\n", 0, start) + 1
    margin = re.match(r"[ ]*", text[line:])[0]
    return text[:start] + new.replace("\n", "\n" + margin) + text[stop:]
