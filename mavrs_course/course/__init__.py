"""The machinery of a course: build, check, grade, claims, doctor.

It knows nothing of recommenders.  Notebooks need two functions, :func:`check` and
:func:`claim`; the files of exercises need :class:`Exercise` and what it is made of.
"""

from mavrs_course.course.checking import CheckFailed, check
from mavrs_course.course.claims import ClaimFailed, claim, skip_claim
from mavrs_course.course.exercise import Case, Exercise, Mistake, Property
from mavrs_course.course.failing import failing
from mavrs_course.progress import progress

__all__ = [
    "Case",
    "CheckFailed",
    "ClaimFailed",
    "Exercise",
    "Mistake",
    "Property",
    "check",
    "claim",
    "failing",
    "progress",
    "skip_claim",
]
