"""Likely causes of an error that the learner's code raised."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Sequence
from typing import Any

from mavrs_course.course.blame import foreign_function, guilty_line
from mavrs_course.course.causes.clue import Cause

# What a message matches, the name of the cause, and the cause.  Groups fill the braces.
ERRORS: Sequence[tuple[type[BaseException], str, str, str]] = (
    (SystemExit, "", "called_exit", "Your code calls exit(); return a value instead."),
    (RecursionError, "", "endless_recursion", "The function calls itself without ever stopping."),
    (
        UnboundLocalError,
        r"variable '(\w+)'",
        "assigned_in_one_branch_only",
        "{0} is given a value only in a branch or loop that did not run here; start it before.",
    ),
    (
        NameError,
        r"name '(\w+)'",
        "unknown_name",
        "{0} is not known here: run the cells above (the imports first), or check its spelling.",
    ),
    (
        ModuleNotFoundError,
        r"'(\S+)'",
        "unknown_module",
        "The module {0} is not installed here; the exercise can be done without it.",
    ),
    (
        AttributeError,
        r"'NoneType' object has no attribute '(\w+)'",
        "used_none",
        "Something is None where its {0} is wanted: an input that may be None, or what a method "
        "that works in place (sort, append, shuffle) gives back.",
    ),
    (
        AttributeError,
        r"(?:module|type object) '(\S+)' has no attribute '(\w+)'",
        "unknown_attribute",
        "{0} has no {1}: check its spelling.",
    ),
    (
        AttributeError,
        r"'(\S+)' object has no attribute '(\w+)'",
        "unknown_attribute",
        "What you have is of type {0}, which has no {1}: print its type just before that line.",
    ),
    (
        TypeError,
        r"'NoneType'",
        "used_none",
        "Something is None here: an input that may be None, or what a function without a return or "
        "a method that works in place (sort, append, shuffle) gives back.",
    ),
    (
        TypeError,
        r"'(builtin_function_or_method|function|method)' object is not (subscriptable|iterable)",
        "forgot_to_call",
        "A function is used as if it were its result: its parentheses are missing.",
    ),
    (
        TypeError,
        r"'(\S+)' object is not callable",
        "called_a_value",
        "Something of type {0} is called like a function: square brackets index, and a variable "
        "may hide a function of the same name.",
    ),
    (
        TypeError,
        r"'(\S+)' object is not (iterable|subscriptable)",
        "one_value_for_many",
        "A single {0} is used as if it held several values: loop over range(n) for a count, and "
        "look where the array became one number.",
    ),
    (
        TypeError,
        r"(\S+)\.(\w+)\(\) takes (?:from )?\d.* positional arguments? but",
        "wrong_arguments",
        "{1} gets more arguments than it takes: is `self` its first parameter, and are the others "
        "those that the exercise names?",
    ),
    (
        TypeError,
        r"(\w+)\(\) (?:takes|missing|got an unexpected|got multiple)",
        "wrong_arguments",
        "{0} is called with other arguments than it takes: compare its first line with the "
        "exercise's.",
    ),
    (
        TypeError,
        r"[Cc]annot cast",
        "decimals_into_whole_numbers",
        "Decimals are written into an array of whole numbers: make it with floats, as np.zeros(n) "
        "does.",
    ),
    (
        TypeError,
        r"unsupported operand|can only concatenate|can't multiply",
        "types_do_not_mix",
        "Two values of kinds that do not mix (a list and a number, a text and a number): "
        "np.asarray makes lists calculate like arrays.",
    ),
    (
        TypeError,
        r"(list indices|tuple indices|slice indices) must be integers",
        "index_is_not_a_whole_number",
        "A list takes one whole number as index: use // for division, or np.asarray for x[i, j].",
    ),
    (
        TypeError,
        r"only .*(scalar|0-dimensional|length-1).* can be converted",
        "many_values_for_one",
        "An array stands where one number is wanted: reduce it first (sum, mean, or an index).",
    ),
    (
        IndexError,
        r"must be (?:of|an) integer|valid indices",
        "index_is_not_a_whole_number",
        "An index is not a whole number: use // instead of /, or .astype(int).",
    ),
    (
        IndexError,
        r"too many indices.*array is (\d)",
        "too_many_indices",
        "The array has only {0} dimension(s), fewer than the indices: look at its shape.",
    ),
    (
        IndexError,
        r"boolean index did not match",
        "mask_of_another_shape",
        "The mask has another shape than what it selects from: build both along the same axis.",
    ),
    (
        IndexError,
        "",
        "index_past_the_end",
        "An index runs past the end. The last place of n is n - 1, and an input may be empty or "
        "shorter than you think.",
    ),
    (
        KeyError,
        "(.*)",
        "missing_key",
        "There is no key {0}: compare with the keys that are there (their spelling, and their "
        "type); for what was never seen, .get(key, 0) has an answer.",
    ),
    (
        ZeroDivisionError,
        "",
        "division_by_zero",
        "You divide by zero here: a count or a sum of nothing (treat that case first), or a range "
        "that starts one too early, such as log(1).",
    ),
    (
        ValueError,
        r"no negative elements|non-negative",
        "negative_number_for_a_count",
        "A negative number stands where only 0, 1, 2, ... can: a mark such as -1 is to be left "
        "out before, with a mask.",
    ),
    (
        ValueError,
        r"same number of dimensions",
        "shapes_do_not_fit",
        "What you join has unlike numbers of axes. Write their shapes beside each other: a "
        "missing keepdims=True or [:, None] is the usual reason.",
    ),
    (
        ValueError,
        r"broadcast|not aligned|mismatch in its core dimension|shapes? .* not match",
        "shapes_do_not_fit",
        "Two arrays do not fit together. Write their shapes beside each other: a missing "
        "keepdims=True, [:, None] or .T is the usual reason.",
    ),
    (
        RuntimeError,
        r"must match the size of tensor|shapes cannot be multiplied|size mismatch",
        "shapes_do_not_fit",
        "Two tensors do not fit together. Write their shapes beside each other: a missing "
        "keepdim=True, unsqueeze or transpose is the usual reason.",
    ),
    (
        ValueError,
        r"truth value of an array",
        "truth_of_an_array",
        "`if`, `and`, `or` and `not` take one truth value: for arrays use np.where, &, | and ~, "
        "or .any() and .all().",
    ),
    (
        ValueError,
        r"zero-size array|empty sequence|arg is an empty|of an empty",
        "nothing_to_reduce",
        "There is nothing left to take a maximum or mean of: treat the empty case first.",
    ),
    (
        ValueError,
        r"inhomogeneous|setting an array element with a sequence",
        "rows_of_unequal_length",
        "Rows of unequal length do not make an array: pad them, or keep a list.",
    ),
    (
        ValueError,
        r"unpack",
        "unpacked_the_wrong_number",
        "The number of names on the left is not the number of values on the right.",
    ),
    (
        ValueError,
        r"cannot reshape",
        "reshaped_to_another_size",
        "A reshape must keep the number of values: multiply the new shape out.",
    ),
    (
        ValueError,
        r"read-only",
        "wrote_to_input",
        "The input must not be changed: work on a copy.",
    ),
    (
        RuntimeError,
        r"requires grad|does not require grad",
        "gradient_in_the_wrong_place",
        "Use .detach() before numpy and torch.no_grad() for arithmetic that is not learned, and "
        "keep both out of the path from the parameters to the loss.",
    ),
    (
        RuntimeError,
        r"expected scalar type|dtype|Long|Float|Double",
        "tensors_of_unlike_type",
        "Tensors of unlike types meet: indices are int64 (.long()), the rest float32 (.float()).",
    ),
    (AssertionError, "", "own_assertion", "An assert in your own code does not hold here."),
    (NotImplementedError, "", "part_not_written", "A part of the exercise is not written yet."),
)


def explain_error(error: BaseException, answer: Any, inputs: tuple, direct: bool) -> Cause | None:
    """The likely cause of an error.

    direct: whether the answer itself was called with the inputs, and the error arose at once.
    """
    if direct and not callable(answer):
        return Cause(
            "not_a_function",
            f"The check calls your function itself, and got {type(answer).__name__}: "
            "hand over its name, without parentheses behind it.",
        )
    if direct and (problem := _arguments(answer, inputs)):
        return Cause("wrong_arguments", problem)
    if problem := _misspelt(error):
        return Cause("misspelt", problem)
    if not direct and (problem := _lacking(error, answer)):
        return Cause("lacks_a_part", problem)
    for kind, pattern, name, because in ERRORS:
        if isinstance(error, kind) and (match := re.search(pattern, str(error))):
            return Cause(name, because.format(*match.groups()))
    return None


def _misspelt(error: BaseException) -> str | None:
    """An attribute that is not there, beside one that is and is spelt nearly so."""
    if not isinstance(error, AttributeError) or error.obj is None or not guilty_line(error):
        return None
    alike = difflib.get_close_matches(str(error.name), dir(error.obj), 1, cutoff=0.8)
    return f"There is no `{error.name}`, but `{alike[0]}` is there: misspelt?" if alike else None


def _lacking(error: BaseException, answer: Any) -> str | None:
    """What a class or object was asked for and does not have."""
    owner = getattr(error, "obj", None)
    kind = answer if isinstance(answer, type) else type(answer)
    if isinstance(error, NotImplementedError) and (name := foreign_function(error)):
        return f"{kind.__name__} has no `{name}` of its own: is it written, and spelt so?"
    if not isinstance(error, AttributeError) or not (owner is answer or isinstance(owner, kind)):
        return None
    if guilty_line(error):
        return f"{kind.__name__} uses its `{error.name}` before it is set: set it in __init__."
    return f"{kind.__name__} has no `{error.name}`, and the check uses it."


def _arguments(answer: Any, inputs: tuple) -> str | None:
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*inputs)
    except TypeError:
        count = f"{len(inputs)} argument" + "s" * (len(inputs) != 1)
        name = getattr(answer, "__name__", "your answer")
        return f"The check calls your function with {count}; yours is {name}{signature}."
    return None
