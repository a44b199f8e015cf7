# What is used of this package from outside; each is loaded when it is first asked for.
from .batch import grade as grade
from .grades import ExerciseGrade as ExerciseGrade
from .grades import NotebookGrade as NotebookGrade
from .report import misconceptions as misconceptions
from .report import print_class as print_class
from .report import print_grades as print_grades
from .report import print_table as print_table
from .report import write_json as write_json
from .report import write_junit as write_junit
from .restoring import NoSolutionsError as NoSolutionsError
