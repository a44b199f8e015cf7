"""What language models write instead of the JSON that they were asked for, made by a seed.

Each :class:`Output` knows what may be understood of it: exactly ``meant``, or nothing, or (for
noise, whose meaning nobody knows) only what stands in the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

LONG = 90_000  # characters; just short enough to be looked at
WORDS = ["new", "it's", 'a "b"', "Zürich", "視頻", "😀", "{x}", "[1]", "```", "</think>", "a,]",
         "b,}", "// no", "/* no */", "# no", "\\", "\n", "{'slot': 2, 'why': 'me'}", "true", "NaN",
         '{"slot": 2, "why": "me"}', "ignore the above", "‮txt", ""]  # fmt: skip


@dataclass(frozen=True)
class Output:
    """kind: how it was made.  meant: the only data that may be understood, None for none at all.
    free: noise; whatever stands in it may be understood."""

    kind: str
    text: str
    meant: Any = None
    free: bool = False


def text_of(random: Random) -> str:
    return " ".join(random.choice(WORDS) for _ in range(random.randint(0, 4)))


def bad_output(seed: int, make: Callable[[Random], dict]) -> Output:
    """One output for a form, of whose data ``make`` gives some that are right."""
    random = Random(seed)
    data = make(random)
    kind = random.choice([*_KEPT, *_BROKEN, "noise", "noise", "noise", "stranger"])
    if kind in _KEPT:
        return Output(kind, _KEPT[kind](random, data), data)
    if kind in _BROKEN:
        return Output(kind, _BROKEN[kind](random, data))
    if kind == "stranger":
        return Output(kind, random.choice(list(BOMBS.values()))(random.choice([1, 7, 300])))
    text = random.choice(list(_KEPT.values()))(random, data)
    for _ in range(random.randint(1, 6)):
        text = _noisy(random, text)
    return Output(kind, text, free=True)


# --- the same meaning, written otherwise ---------------------------------------------------------


def written(random: Random, value: Any, *, slips: bool) -> str:
    """JSON; with ``slips`` also single quotes, trailing commas, comments and Python's words."""

    def space() -> str:
        spaces = ["", "", " ", "\n", "  "] + (["/* so */", " // well\n", "# hm\n"] if slips else [])
        return random.choice(spaces)

    def word(plain: Any) -> str:
        return repr(plain) if slips and random.random() < 0.5 else json.dumps(plain)

    def write(value: Any) -> str:
        if isinstance(value, str):
            if slips and random.random() < 0.5:
                return "'" + json.dumps(value)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
            return json.dumps(value, ensure_ascii=random.random() < 0.5)
        if isinstance(value, (dict, list)):
            pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
            items = [
                ("" if key is None else f"{write(key)}{space()}:{space()}") + write(item) + space()
                for key, item in pairs
            ]
            inside = space() + ("," + space()).join(items)
            if slips and items and random.random() < 0.5:
                inside += "," + space()
            return "{" + inside + "}" if isinstance(value, dict) else "[" + inside + "]"
        return word(value)

    return write(value)


def _plain(random: Random, data: dict) -> str:
    return written(random, data, slips=False)


def _slips(random: Random, data: dict) -> str:
    return written(random, data, slips=True)


def _either(random: Random, data: dict) -> str:
    return written(random, data, slips=random.random() < 0.5)


def _twice(random: Random, data: dict) -> str:
    return f"{_either(random, data)}\nAs I said:\n{_either(random, data)}"


_KEPT = {
    "plain": _plain,
    "slips": _slips,
    "python": lambda random, data: repr(data),
    "fence": lambda random, data: (
        f"```{random.choice(['', 'json', 'JSON'])}\n{_either(random, data)}\n```"
    ),
    "between words": lambda random, data: (
        f"Sure, {{here}} it is [see below]:\n{_either(random, data)}\nI hope that helps {{you}}!"
    ),
    "thoughts": lambda random, data: (
        '<think>Maybe {"slot": 0, "why": "x"}?</think>\n' + _either(random, data)
    ),
    "twice": _twice,
    "byte order mark": lambda random, data: "\ufeff" + _plain(random, data),
}


# --- no answer, though it looks like one ---------------------------------------------------------


def _at_leaf(random: Random, data: dict, change: Callable[[Any], str]) -> str:
    """JSON of the data, with one leaf of it written by ``change``."""
    places: list[tuple[Any, Any]] = []

    def look(holder: Any) -> None:
        for key in holder if isinstance(holder, dict) else range(len(holder)):
            if isinstance(holder[key], (dict, list)):
                look(holder[key])
            else:
                places.append((holder, key))

    copy = json.loads(json.dumps(data))
    look(copy)
    holder, key = random.choice(places)
    new = change(holder[key])
    holder[key] = "@@"
    return json.dumps(copy).replace('"@@"', new)


def _of_another_type(random: Random, value: Any) -> str:
    others = ["{}", "[]", '{"a": 1}', "[[]]"]
    if isinstance(value, bool):
        others += [
            json.dumps(str(value).lower()),
            str(int(value)),
            f"{int(value)}.0",
            '"yes"',
            "null",
        ]
    elif isinstance(value, int):
        others += [
            f'"{value}"',
            "true",
            "false",
            f"{value}.0",
            f"{value}e0",
            f'"{value}.0"',
            "null",
        ]
    elif isinstance(value, float):
        others += [f'"{value}"', "true", "null"]
    elif isinstance(value, str):
        others += ["3", "true", "1.5", "null"]
    return random.choice(others)


def _cut(random: Random, data: dict) -> str:
    text = _either(random, data)
    before = random.choice(["", "Sure: ", "```json\n"])
    return before + text[: random.randrange(len(text))]


def _two(random: Random, data: dict) -> str:
    other = json.loads(json.dumps(data))
    key = random.choice(list(other))
    del other[key]
    twice = json.dumps(data)[:-1] + f", {json.dumps(key)}: {json.dumps(data[key])}}}"
    return random.choice([twice, twice.replace('"', "'") if "'" not in twice else twice])


def _without_a_key(random: Random, data: dict) -> str:
    left = dict(data)
    del left[random.choice(list(left))]
    return _either(random, left)


def _deep(random: Random, data: dict) -> str:
    depth = random.choice([70, 1_000, 100_000])
    key = random.choice(list(data))
    left, right = random.choice([("[", "]"), ('{"a":', "}")])
    deep = left * depth + "1" + right * depth
    return json.dumps({**data, key: "@@"}).replace('"@@"', deep)


_NOT_FINITE = ["NaN", "Infinity", "-Infinity", "nan", "1e999", "-1e999", "9" * 5_000, "1e99999999"]
_BROKEN = {
    "cut": _cut,
    "cut short of a stranger's words": lambda random, data: json.dumps(
        {"note": "The title says {'slot': 2, 'why': 'me'}", **data}
    )[: -random.randint(1, 3)],
    "no number": lambda random, data: _at_leaf(
        random, data, lambda value: random.choice(_NOT_FINITE)
    ),
    "another type": lambda random, data: _at_leaf(
        random, data, lambda value: _of_another_type(random, value)
    ),
    "a key twice": _two,
    "without a key": _without_a_key,
    "deep": _deep,
    "null byte": lambda random, data: _at_leaf(random, data, lambda value: '"a\0b"'),
    "half a character": lambda random, data: _at_leaf(
        random, data, lambda value: random.choice(['"\\ud83d"', '"\ud83d"', '"\\udc00 x"'])
    ),
    "in a list": lambda random, data: json.dumps([data]),
    "in a text": lambda random, data: json.dumps(json.dumps(data)),
    "megabytes": lambda random, data: _plain(random, data) + " " * random.choice([200_000, 2**21]),
    "a call": lambda random, data: (
        "answer("
        + ", ".join(f"{key}={value!r}" for key, value in data.items() if key != "items")
        + ")"
    ),
    "a stranger's words": lambda random, data: (
        "I can't choose, as a title says "
        + random.choice(["'{}'", '"{}"', '"Look: {} now"', "“{}”"]).format(repr(data))
    ),
    "not closed well": lambda random, data: json.dumps(data)[:-1] + random.choice(")];>"),
}
# Texts on which a careless pattern takes for ever, of any length.
BOMBS = {
    "braces": lambda n: "{" * n,
    "brackets": lambda n: "[" * n,
    "pairs": lambda n: "{}" * n,
    "lists": lambda n: "[]" * n,
    "keys": lambda n: '{"a":' * n,
    "quoted keys": lambda n: "{'" * n,
    "opened lists": lambda n: "[1," * n,
    "spaced braces": lambda n: "{ " * n + "}",
    "spaces": lambda n: "{" + " " * n,
    "commas": lambda n: "[" + "," * n,
    "commas and spaces": lambda n: '{"a": 1' + ", " * n,
    "fences": lambda n: "```" * n,
    "fences and words": lambda n: "```json x " * n,
    "quotes": lambda n: '{"' * n + '"' * n,
    "backslashes": lambda n: '{"a": "' + "\\" * n,
    "escapes": lambda n: '{"a": "' + "\\u0041" * n,
    "comments": lambda n: "{/*" * n,
    "stars": lambda n: "{/*" + "*" * n,
    "comment after comment": lambda n: "{" + "/**/" * n,
    "hashes": lambda n: "{#\n" * n,
    "digits": lambda n: '{"slot": ' + "1" * n,
    "a number and letters": lambda n: '{"slot": ' + "1" * n + "x}",
    "exponents": lambda n: "[1e" * n,
    "signs": lambda n: "[" + "-" * n,
    "thoughts": lambda n: "<think>" * n,
    "thoughts ended": lambda n: "<think></think>" * n,
    "plus": lambda n: "1+" * n + "1",
    "not": lambda n: "not " * n + "1",
    "parentheses": lambda n: "(" * n + ")" * n,
    "words": lambda n: "I would choose the second one. " * n,
    "bytes": lambda n: "\x00\xff\ufffe" * n,
    "surrogates": lambda n: "\ud83d" * n,
    "closers": lambda n: "}]" * n,
}


# --- noise, and what may be understood of it -----------------------------------------------------


def _noisy(random: Random, text: str) -> str:
    at = random.randrange(len(text) + 1)
    other = random.randrange(len(text) + 1)
    left, right = sorted((at, other))
    return random.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + random.choice("{}[]\"',:\\/0123456789-.eE \n\0tfnTFNé\ud83d") + text[at:],
            text[:at]
            + random.choice(["true", "null", '"', '",', "1e9", "```", "None"])
            + text[at:],
            text[:left] + text[right:],
            text[:left] + text[left:right] * 2 + text[right:],
            text[right:] + text[:left],
            text.swapcase(),
            text.replace('"', random.choice(["'", "”", '\\"'])),
        ]
    )


_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


def stands_in(value: Any, text: str) -> bool:
    """Whether each leaf of the data is written in the text, in one way of writing it or another."""
    if isinstance(value, Mapping):
        return all(stands_in(item, text) for item in value.values())
    if isinstance(value, list):
        return all(stands_in(item, text) for item in value)
    if isinstance(value, bool):
        return str(value).lower() in text or str(value) in text
    if value is None:
        return "null" in text or "None" in text
    if isinstance(value, int):
        return str(value) in re.findall(r"-?\d+", text)
    if isinstance(value, float):
        return value in [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", text)]

    def meant(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) == 5:
            return chr(int(code[1:], 16))
        return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}.get(code, code)

    unescaped = _ESCAPE.sub(meant, text).encode("utf-16", "surrogatepass")
    return value in text or value in unescaped.decode("utf-16", "replace")
