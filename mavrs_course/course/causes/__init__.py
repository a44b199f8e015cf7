"""Likely causes that need no knowledge of the exercise: only what came back, beside what should.

Each module explains one kind of difference with a table of small functions.  A function takes
the clues (one a failing case) and returns a sentence or None; its name is the diagnosis.
"""

from mavrs_course.course.causes.clue import Cause, Clue
from mavrs_course.course.causes.errors import explain_error
from mavrs_course.course.causes.kinds import explain_kind
from mavrs_course.course.causes.numbers import EXACT_CAUSES, explain_exactly, explain_numbers
from mavrs_course.course.causes.shapes import explain_shape, explain_shape_exactly

__all__ = [
    "EXACT_CAUSES",
    "Cause",
    "Clue",
    "explain_error",
    "explain_exactly",
    "explain_kind",
    "explain_numbers",
    "explain_shape",
    "explain_shape_exactly",
]
