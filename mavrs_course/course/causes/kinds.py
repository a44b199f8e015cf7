"""Likely causes where the kind of thing is wrong, or a text, dictionary, set or list differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

import numpy as np

from mavrs_course.course.causes.clue import Cause, Clue, first_cause
from mavrs_course.course.compare import compare, kind_of
from mavrs_course.course.values import as_array

Clues = Sequence[Clue]


def explain_kind(clues: Clues) -> Cause | None:
    """The likely cause of a difference in type, length, keys, items or text."""
    return first_cause(_CAUSES, clues)


def _agree(one: Any, other: Any) -> bool:
    return compare(one, other, 1e-6) is None


def printed_not_returned(clues: Clues) -> str | None:
    if all(clue.got is None and clue.printed.strip() for clue in clues):
        return "Your code prints its result; `return` it instead."
    return None


def forgot_return(clues: Clues) -> str | None:
    got, expected, part = clues[0].got, clues[0].expected, clues[0].part
    if got is None and part:
        return f"None stands at {part}, where {kind_of(expected)} is wanted."
    if got is None and not any(clue.expected is None for clue in clues):  # None may be an answer
        return "Your code returns nothing: is there a `return` at its end, on every way through?"
    return None


def still_a_placeholder(clues: Clues) -> str | None:
    if clues[0].got is Ellipsis:
        return "The placeholder `...` is still what is returned."
    return None


def returned_a_function(clues: Clues) -> str | None:
    got = clues[0].got
    if callable(got) and hasattr(got, "__name__"):
        return f"The function {got.__name__} itself is returned: its parentheses are missing."
    return None


def truth_values_expected(clues: Clues) -> str | None:
    expected, got = as_array(clues[0].expected), as_array(clues[0].got)
    if expected is None or got is None or expected.dtype != bool or got.dtype == bool:
        return None
    return "True or False is wanted for each place: return the comparison itself, not numbers."


def number_as_text(clues: Clues) -> str | None:
    got, expected = clues[0].got, clues[0].expected
    if isinstance(got, str) and as_array(expected) is not None:
        return "A text is returned where a number is wanted: leave out str() and formatting."
    if isinstance(expected, str) and not (got is None or isinstance(got, str)):
        return "A text is wanted: format the value, with an f-string perhaps."
    return None


def wrapped_in_a_tuple(clues: Clues) -> str | None:
    got, expected = clues[0].got, clues[0].expected
    if not isinstance(got, tuple | list):
        return None
    for place, part in enumerate(got):
        if _agree(part, expected) and all(_agree_at(clue, place) for clue in clues):
            if len(got) == 1:
                return "The right value is wrapped once more: look for a stray comma or bracket."
            return f"Several values are returned; only the one at place {place} is wanted."
    return None


def _agree_at(clue: Clue, place: int) -> bool:
    """Whether the item of a list or tuple at this place is what is expected."""
    got = clue.got
    return isinstance(got, tuple | list) and len(got) > place and _agree(got[place], clue.expected)


def parts_not_joined(clues: Clues) -> str | None:
    got, expected = clues[0].got, as_array(clues[0].expected)
    if not isinstance(got, tuple | list) or len(got) < 2 or expected is None or not expected.ndim:
        return None
    parts = [as_array(part) for part in got]
    parts = [part[:, None] if part.ndim == expected.ndim - 1 else part for part in parts]
    if _agree(np.concatenate(parts, axis=-1), expected):
        return "The parts are right: join them into one array (np.hstack, np.column_stack)."
    return None


def no_number_inside(clues: Clues) -> str | None:
    got, expected = clues[0].got, as_array(clues[0].expected)
    if expected is None or not isinstance(got, list | tuple):
        return None
    if any(item is None for item in got):
        return "None stands among the numbers: np.nan is the number for what is not known."
    if any(isinstance(item, str) for item in got):
        return "A text stands among the numbers; np.nan, without quotes, is the number for none."
    return None


def only_a_part(clues: Clues) -> str | None:
    got, expected = clues[0].got, clues[0].expected
    if isinstance(expected, tuple) and not isinstance(got, tuple):
        for place, part in enumerate(expected):
            if part is not None and all(_agree(c.got, c.expected[place]) for c in clues):
                return (
                    f"{len(expected)} values are wanted; only number {place + 1} of them came back."
                )
    return None


def dictionary_or_its_values(clues: Clues) -> str | None:
    got, expected = clues[0].got, clues[0].expected
    if isinstance(got, Mapping) and _agree(list(got.values()), expected):
        return "The dictionary's values alone are wanted."
    if isinstance(got, Mapping) and _agree(list(got), expected):
        return "The dictionary's keys alone are wanted."
    if isinstance(expected, Mapping) and not isinstance(got, Mapping):
        return f"A dictionary with keys such as {next(iter(expected), None)!r} is wanted."
    return None


def ragged_list(clues: Clues) -> str | None:
    got, expected = clues[0].got, as_array(clues[0].expected)
    if isinstance(got, list | tuple) and expected is not None and expected.ndim > 1:
        lengths = {len(row) if hasattr(row, "__len__") else 0 for row in got}
        if len(lengths) > 1:
            return f"The rows have unequal lengths ({', '.join(map(str, sorted(lengths)))})."
    return None


def keys_of_another_type(clues: Clues) -> str | None:
    got, expected = clues[0].got, clues[0].expected
    if not (isinstance(got, Mapping) and isinstance(expected, Mapping)):
        return None
    if {str(key) for key in got} == {str(key) for key in expected}:
        kinds = type(next(iter(got))).__name__, type(next(iter(expected))).__name__
        return f"The keys are right but of another type: {kinds[0]} where {kinds[1]} is wanted."
    return None


def keys_and_values_swapped(clues: Clues) -> str | None:
    got, expected = clues[0].got, clues[0].expected
    if isinstance(got, Mapping) and isinstance(expected, Mapping):
        try:
            if {value: key for key, value in got.items()} == dict(expected):
                return "Keys and values have changed places."
        except TypeError:
            pass
    return None


def missing_or_extra(clues: Clues) -> str | None:
    got, expected = clues[0].got, clues[0].expected
    pairs = (Mapping, Mapping), (Set, Set)
    if not any(isinstance(got, one) and isinstance(expected, two) for one, two in pairs):
        return None
    missing, extra = set(expected) - set(got), set(got) - set(expected)
    if missing and not extra:
        return (
            "What is there is right, but some are left out: a filter that is too strict, say, or a "
            "loop that starts late or ends early."
        )
    if extra and not missing:
        return "All that should be there is there, and more: a filter is missing or too mild."
    return None


def text_differs_in_case_or_space(clues: Clues) -> str | None:
    got, expected = clues[0].got, clues[0].expected
    if not (isinstance(got, str) and isinstance(expected, str)):
        return None
    if "".join(got.split()) == "".join(expected.split()):
        return "Only spaces or line ends differ."
    if got.casefold() == expected.casefold():
        return "Only capital and small letters differ."
    if "".join(filter(str.isalnum, got)) == "".join(filter(str.isalnum, expected)):
        return "Only punctuation differs."
    return None


def order_of_items(clues: Clues) -> str | None:
    lists = _lists(clues)
    if not lists:
        return None
    if all(_agree(got, expected[::-1]) for got, expected in lists):
        return "The right items, in the opposite order."
    if all(sorted(map(repr, got)) == sorted(map(repr, expected)) for got, expected in lists):
        return "The right items, in another order: look at what they are sorted by."
    return None


def ends_left_out(clues: Clues) -> str | None:
    lists = _lists(clues)
    if not lists:
        return None
    if all(_agree(got, expected[1:]) for got, expected in lists):
        return "The first item is left out: places count from 0."
    if all(_agree(got, expected[:-1]) for got, expected in lists):
        return "The last item is left out: a range stops before its end."
    if all(_agree(got[1:], expected) or _agree(got[:-1], expected) for got, expected in lists):
        return "There is one item too many, at an end."
    if all(_agree(got[: len(expected)], expected) for got, expected in lists):
        return "The right items come first, and more follow."
    if all(len(set(map(repr, got))) < len(got) for got, _ in lists) and not any(
        len(set(map(repr, expected))) < len(expected) for _, expected in lists
    ):
        return "Some items come twice, where each is wanted once."
    return None


def _lists(clues: Clues) -> list[tuple[list, list]]:
    """The clues as lists, where all of them are; the empty list where one isn't."""
    values = [value for clue in clues for value in (clue.got, clue.expected)]
    if all(isinstance(value, list | tuple) for value in values):
        return [(list(clue.got), list(clue.expected)) for clue in clues]
    return []


def another_kind(clues: Clues) -> str | None:
    got, expected = clues[0].got, clues[0].expected
    if type(got) is not type(expected):
        return f"Your code returns {kind_of(got)}; wanted is {kind_of(expected)}."
    return None


_CAUSES = (
    printed_not_returned,
    forgot_return,
    still_a_placeholder,
    returned_a_function,
    truth_values_expected,
    number_as_text,
    wrapped_in_a_tuple,
    parts_not_joined,
    no_number_inside,
    only_a_part,
    dictionary_or_its_values,
    ragged_list,
    keys_of_another_type,
    keys_and_values_swapped,
    missing_or_extra,
    text_differs_in_case_or_space,
    order_of_items,
    ends_left_out,
    another_kind,
)
