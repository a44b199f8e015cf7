"""Reading what a model meant as JSON: strictly first, then with its usual slips allowed.

What is read is never guessed.  A number that is not finite, a key that is given twice, an answer
that was cut off, or two answers that differ are no answer: which of them would be meant?
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

LONGEST = 100_000  # characters that are looked at; no form of ours needs a tenth
DEEPEST = 64
MOST = 20  # objects and lists between words
_SPACE = re.compile(r"(?:\s+|//[^\n]*|#[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*")
_STRING = {
    '"': re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL),
    "'": re.compile(r"'([^'\\]*(?:\\.[^'\\]*)*)'", re.DOTALL),
}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.])")
_WORD = re.compile(r"(?:true|false|null|True|False|None)(?!\w)")
_WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"} | {c: c for c in "\"'\\/"}
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_COMMENT = r"//|/\*|#"
_BEGINS = re.compile(
    rf"\{{\s*(?:[\"'}}]|{_COMMENT})"
    rf"|\[\s*(?:[\"'{{\[\]0-9-]|{_COMMENT}|true|false|null|True|False|None)"
)
_QUOTES = ("'", '"', "“", "‘", "«", "„")
_OPENING = re.compile(r"(?<=[=(:,\[{])['“‘«„]|(?:^|(?<=[\s;]))['“‘«„](?=\S)")
_CLOSING = re.compile(r"(?<=[^\s(=:,;\[{\\])['”’»](?!\w)")
_TAG = r"(?:\w+:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratchpad|antthinking)"
_OPENS = rf"<\|?{_TAG}(?:\s[^<>]{{0,200}})?\|?(?<!/)>|\[think(?:ing)?\]|◁think▷|" + (
    r"<\|(?:begin_of_thought|start_thinking)\|>|"
    r"(?:<\|start\|>assistant)?<\|channel\|>\s*(?!final)\w+[^<]{0,200}(?:<\|message\|>)?"
)
_CLOSES = rf"<\|?/\s*{_TAG}\s*\|?>|\[/think(?:ing)?\]|◁/think▷|" + (
    r"<\|(?:end_of_thought|end_thinking)\|>|"
    r"<\|channel\|>\s*final[^<]{0,200}(?:<\|constrain\|>[^<]{0,50})?<\|message\|>"
)
_THOUGHTS = re.compile(rf"\s*(?:{_OPENS}).*?(?:{_CLOSES}|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT_TAG = re.compile(rf"{_OPENS}|{_CLOSES}", re.IGNORECASE)
_ENDS = re.compile(rf"\n[ \t]*(?:{_CLOSES})", re.IGNORECASE)
ONLY_THOUGHT = "it only thought, and gave no answer"


class NotDataError(ValueError):
    """A text that is not the data of one answer; the text says why."""


class NotJSONError(NotDataError):
    """It is not JSON as it stands; another way of reading it may do."""


def without_thoughts(text: str) -> str:
    """The text after what a model thought aloud in front of it; all of it where it did not."""
    while thoughts := _THOUGHTS.match(text):
        text = text[thoughts.end() :].lstrip()
    # Some templates open the thoughts in the prompt, so that only their end is seen.
    *_, ends = (None, *_ENDS.finditer(text))
    return text[ends.end() :].lstrip() if ends else text


def meanings(text: str) -> tuple[list[Any], bool]:
    """What a text may mean, and whether that takes a repair: the data of the whole of it, else of
    each object and list in it.  Raises :class:`NotDataError`."""
    said = text.strip()
    text = without_thoughts(text)
    if said and not text.strip():
        raise NotDataError(ONLY_THOUGHT)
    for read in (strict, loose):
        try:
            return [read(text)], read is loose
        except NotJSONError:
            continue
    found = list(values_in(text))
    if not found:
        raise NotJSONError("it is not JSON")
    return found, True


def strict(text: str) -> Any:
    """The data of a JSON text; raises :class:`NotDataError`."""
    _checked_length(text)
    try:
        data = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )
    except NotDataError:
        raise
    except (ValueError, RecursionError):
        raise NotJSONError("it is not JSON") from None
    _checked_depth(data)
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise NotDataError("half a character in a string") from None
    return data


def loose(text: str) -> Any:
    """The data of a text that is one value, with single quotes, trailing commas, comments, line
    breaks in strings or Python's True, False and None; raises :class:`NotDataError`."""
    _checked_length(text)
    data, end = _Reader(text).value(_after_space(text, 0), 0)
    if _after_space(text, end) != len(text):
        raise NotJSONError("it is not JSON alone")
    return data


def values_in(text: str) -> Iterator[Any]:
    """The objects and lists that stand between words or in a fence, whole, from left to right.

    One that begins and is broken is an error, and so is one in quotation marks: it may be the words
    of a stranger that the model was quoting.  (No rule finds every quotation.  A model that is held
    to a schema writes nothing else, and then the whole text is read and this is not needed.)
    """
    _checked_length(text)
    at, reader, count = 0, _Reader(text), 0
    while begun := _BEGINS.search(text, at):
        if _quoting(text[at : begun.start()]):
            raise NotJSONError("it is not JSON: what looks like it is a quotation")
        _checked_thoughts(text[at : begun.start()])
        data, at = reader.value(begun.start(), 0)
        count += 1
        if count > MOST:
            raise NotDataError(f"it holds more than {MOST} pieces of JSON")
        yield data
    _checked_thoughts(text[at:])


def _checked_thoughts(between: str) -> None:
    """No tag of a thought stands between values: which of them was only a thought?"""
    if _THOUGHT_TAG.search(between):
        raise NotDataError("its thoughts and its answer cannot be told apart")


def _quoting(before: str) -> bool:
    """Whether words leave a quotation open; an apostrophe opens none."""
    opened = len(_OPENING.findall(before)) - len(_CLOSING.findall(before))
    return bool(before.count('"') % 2) or opened > 0 or before.rstrip().endswith(_QUOTES)


class _Reader:
    """Reads values at a place of a text; each method gives the value and the place after it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def value(self, at: int, depth: int) -> tuple[Any, int]:
        if depth > DEEPEST:
            raise NotDataError(f"it is nested more than {DEEPEST} deep")
        first = self.text[at : at + 1]
        if first == "{":
            return self._object(at + 1, depth)
        if first == "[":
            return self._list(at + 1, depth)
        if first in ('"', "'"):
            return self._string(at)
        if match := _NUMBER.match(self.text, at):
            return _number(match[0]), match.end()
        if match := _WORD.match(self.text, at):
            return _WORDS[match[0]], match.end()
        raise NotJSONError(_unlike(first))

    def _string(self, at: int) -> tuple[str, int]:
        match = _STRING[self.text[at]].match(self.text, at)
        if not match:
            raise NotJSONError(_unlike(""))
        if _FORBIDDEN.search(match[1]):
            raise NotDataError("a string holds a control character")
        return _unescaped(match[1]), match.end()

    def _list(self, at: int, depth: int) -> tuple[list, int]:
        items: list[Any] = []
        while True:
            at = _after_space(self.text, at)
            if self.text[at : at + 1] == "]":
                return items, at + 1
            item, at = self.value(at, depth + 1)
            items.append(item)
            at = self._comma(at, "]")

    def _object(self, at: int, depth: int) -> tuple[dict, int]:
        pairs: list[tuple[str, Any]] = []
        while True:
            at = _after_space(self.text, at)
            first = self.text[at : at + 1]
            if first == "}":
                return _once(pairs), at + 1
            if first not in ('"', "'"):
                raise NotJSONError(_unlike(first))
            key, at = self._string(at)
            at = _after_space(self.text, at)
            if self.text[at : at + 1] != ":":
                raise NotJSONError("it is not JSON")
            item, at = self.value(_after_space(self.text, at + 1), depth + 1)
            pairs.append((key, item))
            at = self._comma(at, "}")

    def _comma(self, at: int, closing: str) -> int:
        """The place after a comma, or that of the closing bracket."""
        at = _after_space(self.text, at)
        first = self.text[at : at + 1]
        if first == ",":
            return at + 1
        if first == closing:
            return at
        raise NotJSONError(_unlike(first))


def _unlike(first: str) -> str:
    return "it is not JSON" if first else "it is not JSON: it was cut off"


def _after_space(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()


def _unescaped(raw: str) -> str:
    def meant(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) == 5:
            return chr(int(code[1:], 16))
        if code not in _ESCAPED:
            raise NotDataError(f"\\{code} in a string")
        return _ESCAPED[code]

    text = _ESCAPE.sub(meant, raw)
    # Two halves of one character, as JSON writes those beyond U+FFFF.
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise NotDataError("half a character in a string") from None


def _number(text: str) -> int | float:
    if set(text) & set(".eE"):
        return _finite(text)
    try:
        return int(text)
    except ValueError:
        raise NotDataError("a number is too long") from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotDataError(f"{text[:20]} is too large a number")
    return number


def _no_number(name: str) -> Any:
    raise NotDataError(f"{name} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise NotDataError("a key is given twice")
    return data


def _checked_length(text: str) -> None:
    if len(text) > LONGEST:
        raise NotDataError(f"it is longer than {LONGEST:,} characters")


def _checked_depth(data: Any) -> None:
    level = [data]
    for _ in range(DEEPEST + 2):
        level = [
            item
            for holder in level
            if isinstance(holder, (dict, list))
            for item in (holder.values() if isinstance(holder, dict) else holder)
        ]
        if not level:
            return
    raise NotDataError(f"it is nested more than {DEEPEST} deep")
