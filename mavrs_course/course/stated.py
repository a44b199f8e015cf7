"""The figures that a lesson's prose and alternative texts state: its own outputs must show them.

A figure changes when a lesson runs anew; a sentence about it does not.  So each number in the
prose, and each that is written out in an ``alt``, must stand in what the cells put out or in their
code, rounded or as a percentage.  What comes from elsewhere stands in a sentence that names its
source, or is listed in a comment of its cell: ``<!-- not shown here: 0.63 (by hand) -->``.
"""

from __future__ import annotations

import ast
import bisect
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

NUMBER = re.compile(r"(?<![\w.,^/-])[−-]?\d+(?:,\d{3})*(?:\.\d+)?(?![\w/])")
SMALL = 20  # whole numbers up to this count things, mostly
ELSEWHERE = re.compile(r"<!-- not shown here: (.*?) -->", re.DOTALL)
SOURCE = re.compile(r"\]\(http|\bdoi\b|\b(?:19|20)\d\d\b|\bpublished\b|\bpapers?\b|\barXiv\b")
SENTENCE = re.compile(r"(?<=[.?!])\s+")
NOT_PROSE = re.compile(
    r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|<!--.*?-->.*?<!-- /.*?-->|<!--.*?-->|^#+ .*?$"
    r"|\]\([^)]*\)|[Ll]essons? \d\d(?:(?:,| and| to|–) ?\d\d)*|\b\d\d\.\d\b(?= )"
    r"|\(\d{4}\)",
    re.DOTALL | re.MULTILINE,
)
EMBEDDED = re.compile(r"base64,[^\"]*|style=\"[^\"]*\"|<[^>]+>")
SCALES = (1.0, 100.0, 0.01)  # as it is, a share as a percentage, a percentage as a share


def unshown(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Numbers that nothing shows, each with the id of its cell."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not any(cell.get("outputs") for cell in code):
        return  # it was not run: there is nothing to compare with
    known = _values(" ".join(_shown(code)))
    for cell in notebook.cells:
        for number in dict.fromkeys(NUMBER.findall(" ".join(_stated(cell)))):
            if not _is_small(number) and not _is_known(number, known):
                yield cell.id, number


def _stated(cell: NotebookNode) -> Iterator[str]:
    """The sentences of a cell whose numbers its lesson answers for."""
    if cell.cell_type == "code":
        yield from _own_sentences(" ".join(_written_out(cell.source)))
    elif cell.cell_type == "markdown":
        elsewhere = set(NUMBER.findall(" ".join(ELSEWHERE.findall(cell.source))))
        for sentence in _own_sentences(NOT_PROSE.sub(_or_link, cell.source)):
            yield NUMBER.sub(lambda m: "" if m[0] in elsewhere else m[0], sentence)


def _own_sentences(text: str) -> Iterator[str]:
    """Those that name no source; an item of a list of references is one sentence."""
    for line in text.split("\n"):
        sentences = [line] if line.startswith("- ") else SENTENCE.split(line)
        yield from (sentence for sentence in sentences if not SOURCE.search(sentence))


def _or_link(match: re.Match) -> str:
    """Links keep the place where they start, for their sentence has a source."""
    return match[0][:6] if match[0].startswith("](http") else " "


def _written_out(source: str) -> Iterator[str]:
    """The parts of alternative texts that no variable fills in."""
    try:
        tree = ast.parse(re.sub(r"^[%!].*$", "pass", source, flags=re.MULTILINE))
    except SyntaxError:
        return
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            for keyword in call.keywords:
                if keyword.arg == "alt":
                    yield from _words(keyword.value)


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.FormattedValue) and child is node.format_spec):
            yield from _words(child)


def _shown(code: Sequence[NotebookNode]) -> Iterator[str]:
    """The code, what it puts out in words, and what variables fill into an ``alt``.

    What an alternative text says word for word can't bear itself out.
    """
    for cell in code:
        written = Counter(NUMBER.findall(" ".join(_written_out(cell.source))))
        yield " ".join((Counter(NUMBER.findall(cell.source)) - written).elements())
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            said, page = data.get("text/plain", ""), data.get("text/html", "")
            if "<img" in page:
                said = " ".join(set(NUMBER.findall(said)) - set(written))
            yield from (output.get("text", ""), said, EMBEDDED.sub(" ", page))


def _values(text: str) -> list[float]:
    return sorted({abs(_value(number)) for number in NUMBER.findall(text)})


def _value(number: str) -> float:
    return float(number.replace("−", "-").replace(",", ""))


def _is_small(number: str) -> bool:
    return "." not in number and abs(_value(number)) <= SMALL


def _is_known(number: str, known: Sequence[float]) -> bool:
    """Whether one of the known values is this number, as precise as it is written.

    A whole number that ends in noughts may be rounded to them: 320 stands for 315 to 325.
    """
    digits = number.partition(".")[2]
    noughts = len(number) - len(number.rstrip("0")) if not digits else 0
    half = 0.5 * 10.0 ** (noughts if noughts else -len(digits))
    stated = abs(_value(number))
    for scale in SCALES:
        low, high = (stated - half) / scale, (stated + half) / scale
        place = bisect.bisect_left(known, low - 1e-9)
        if place < len(known) and known[place] <= high + 1e-9:
            return True
    return False
