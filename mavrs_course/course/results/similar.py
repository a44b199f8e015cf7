"""Pairs of hand-ins to look at: what they share that was not handed out.

Code is reduced to its kinds of tokens: names, numbers and text become one sign each, comments and
spacing go.  Runs of :data:`RUN` tokens are compared as sets.  Runs that are in the exercises as
handed out are taken out, and between students also those that a good part of the class wrote:
short exercises have few right answers.  What remains in common is a reason to look, and never a
verdict.
"""

from __future__ import annotations

import io
import keyword
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import combinations

from mavrs_course.course.classroom.handin import HandIn

RUN = 12
LEAST_RUNS = 20  # below this, a share says nothing
COMMON = 0.25  # of a class
LEAST_SHARE = 0.5
MOST_PAIRS = 50
SKIPPED = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.ENDMARKER)


@dataclass(frozen=True)
class Writing:
    """What somebody wrote.  runs: of tokens, as numbers.  cells: each reduced to one number."""

    name: str
    runs: frozenset[int]
    cells: tuple[int, ...] = ()
    words: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class SimilarPair:
    """Two that share much.

    share: of the shorter one's own runs, those that the other has too.  runs: how many that are.
    order: how alike the sequences of their own cells are, from 0 to 1.  words: rare names and
    comments that only these two have.
    """

    lesson: str
    one: str
    other: str
    share: float
    runs: int
    order: float
    words: Sequence[str] = ()


def similar(
    hand_ins: Sequence[HandIn],
    handed_out: Sequence[str] = (),
    others: dict[str, Sequence[str]] | None = None,
) -> list[SimilarPair]:
    """The pairs of one lesson's hand-ins that share most, at most :data:`MOST_PAIRS`.

    handed_out: the code cells that every student got.  others: code cells by the name of where
    they are from, such as the solutions; each hand-in is compared with them too.
    """
    given = set().union(*(set(_runs(source)) for source in handed_out), ())
    known = {_whole(source) for source in handed_out}
    words_given = set().union(*(_words(source) for source in handed_out), ())
    class_ = [
        _writing(_name(one), [cell.source for cell in one.cells], given, known) for one in hand_ins
    ]
    spread = Counter(run for one in class_ for run in one.runs)
    common = {run for run, count in spread.items() if count > max(3, COMMON * len(class_))}
    sources = [_writing(name, cells, given, known) for name, cells in (others or {}).items()]
    rare = Counter(word for one in class_ for word in one.words)
    lesson = next((one.lesson for one in hand_ins), "")
    pairs = [(one, other) for one in class_ for other in sources]
    pairs += combinations([_without(one, common) for one in class_], 2)
    found = [_pair(lesson, one, other, rare, words_given) for one, other in pairs]
    close = [pair for pair in found if pair is not None]
    return sorted(close, key=lambda pair: (-pair.share, -pair.runs))[:MOST_PAIRS]


def _name(one: HandIn) -> str:
    return one.student or one.participant or one.notebook


def _writing(name: str, cells: Iterable[str], given: set[int], known: set[int]) -> Writing:
    own = [source for source in cells if _whole(source) not in known]
    runs = {run for source in own for run in _runs(source)} - given
    words = set().union(*(_words(source) for source in own), ())
    return Writing(name, frozenset(runs), tuple(map(_whole, own)), frozenset(words))


def _without(one: Writing, common: set[int]) -> Writing:
    return Writing(one.name, one.runs - common, one.cells, one.words)


def _pair(
    lesson: str, one: Writing, other: Writing, rare: Counter, given: set[str]
) -> SimilarPair | None:
    shared = len(one.runs & other.runs)
    least = min(len(one.runs), len(other.runs))
    if least < LEAST_RUNS or shared < LEAST_SHARE * least:
        return None
    order = SequenceMatcher(None, one.cells, other.cells, autojunk=False).ratio()
    words = [word for word in one.words & other.words if rare[word] <= 2 and word not in given]
    words.sort(key=lambda word: (-len(word), word))
    return SimilarPair(lesson, one.name, other.name, shared / least, shared, order, words[:6])


def _runs(source: str) -> Iterator[int]:
    kinds = list(_kinds(source))
    for start in range(len(kinds) - RUN + 1):
        yield hash(tuple(kinds[start : start + RUN]))


def _whole(source: str) -> int:
    return hash(tuple(_kinds(source)))


def _kinds(source: str) -> Iterator[str]:
    for token in _tokens(source):
        if token.type == tokenize.NAME:
            yield token.string if keyword.iskeyword(token.string) else "name"
        elif token.type == tokenize.NUMBER:
            yield "number"
        elif token.type == tokenize.STRING:
            yield "text"
        elif token.type in (tokenize.INDENT, tokenize.DEDENT):
            yield str(token.type)
        elif token.type not in SKIPPED:
            yield token.string


def _words(source: str) -> set[str]:
    """Names of more than three letters, and comments."""
    found = set()
    for token in _tokens(source):
        text = token.string.strip()
        named = token.type == tokenize.NAME and len(text) > 3 and not keyword.iskeyword(text)
        if named or (token.type == tokenize.COMMENT and len(text) > 12):
            found.add(text)
    return found


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of a cell; of one that is no Python, those before the fault."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(source).readline)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return
