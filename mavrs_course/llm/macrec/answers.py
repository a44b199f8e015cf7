"""Reading what a model writes, by rules that know the question and never the right answer.

Each reader takes any text (or any value that came out of JSON) and gives back what it means, or
raises :class:`InvalidAnswerError` with a reason for the model.  Nothing else is raised.

MACRec's own check of a ranking asks whether the *right* film is in the list.  So it takes lists
with repeated and invented films for valid as long as the label is among them, and its complaint
tells the model that the label is missing.  The check here compares with the candidates alone.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

LEAST, MOST = 1.0, 5.0  # stars
LONGEST = 20_000  # characters that are looked at
_WHOLE = re.compile(r"[+-]?\d{1,12}", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,6}(?:\.\d{1,6})?", re.ASCII)


class InvalidAnswerError(ValueError):
    """An answer that cannot be used; the text says why, in words that a model may be shown."""


def read_ranking(answer: Any, candidates: Sequence[int]) -> list[int]:
    """The ids of all candidates, best first: each exactly once, and nothing else.

    answer: a list, or text with one ("[3, 1, 2]" or "3, 1, 2").
    Raises :class:`InvalidAnswerError`.
    """
    ids = [_whole(part) for part in _parts(answer)]
    known = {int(candidate) for candidate in candidates}
    if invented := [video for video in ids if video not in known]:
        raise InvalidAnswerError(f"{invented[0]} is none of the candidates")
    if repeated := [video for video in ids if ids.count(video) > 1]:
        raise InvalidAnswerError(f"{repeated[0]} is named more than once")
    if len(ids) != len(known):
        raise InvalidAnswerError(f"{len(ids)} of the {len(known)} candidates are ranked")
    return ids


def read_rating(answer: Any) -> float:
    """Stars from 1 to 5, from a number or from text that is one.  Raises InvalidAnswerError."""
    if isinstance(answer, bool) or not isinstance(answer, (int, float, str)):
        raise InvalidAnswerError("a rating is a number")
    if isinstance(answer, str):
        text = answer[:LONGEST].strip()
        if not _NUMBER.fullmatch(text):
            raise InvalidAnswerError("a rating is a number")
        answer = float(text)
    if not (math.isfinite(answer) and LEAST <= answer <= MOST):
        raise InvalidAnswerError("a rating is between 1 and 5")
    return float(answer)


def _from_json(text: str) -> Any:
    try:
        return json.loads(text[:LONGEST])
    except (ValueError, RecursionError):
        raise InvalidAnswerError("it is not JSON") from None


def _parts(answer: Any) -> list[Any]:
    if isinstance(answer, str):
        text = answer[:LONGEST].strip()
        if text.startswith("["):
            answer = _from_json(text)
        else:
            return text.split(",")
    if not isinstance(answer, (list, tuple)):
        raise InvalidAnswerError("a ranking is a list of numbers")
    return list(answer)


def _whole(part: Any) -> int:
    if isinstance(part, int) and not isinstance(part, bool):
        return part
    if isinstance(part, str) and _WHOLE.fullmatch(part.strip()):
        return int(part)
    raise InvalidAnswerError(f"{str(part)[:40]!r} is no number of a candidate")
