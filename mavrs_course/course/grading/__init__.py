"""Grade learners' notebooks, whatever is in them."""

from mavrs_course.course.grading.batch import grade
from mavrs_course.course.grading.grades import ExerciseGrade, NotebookGrade
from mavrs_course.course.grading.report import (
    misconceptions,
    print_class,
    print_grades,
    print_table,
    write_json,
    write_junit,
)
from mavrs_course.course.grading.restoring import NoSolutionsError

__all__ = [
    "ExerciseGrade",
    "NoSolutionsError",
    "NotebookGrade",
    "grade",
    "misconceptions",
    "print_class",
    "print_grades",
    "print_table",
    "write_json",
    "write_junit",
]
