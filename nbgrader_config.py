"""nbgrader works on this course as it is: each lesson that has exercises is an assignment.

    pip install nbgrader
    nbgrader generate_assignment 01_why_many_agents    makes what students get
    nbgrader autograde 01_why_many_agents              grades what they hand in
    nbgrader generate_feedback 01_why_many_agents      makes a page for each student
    nbgrader export                                    writes grades.csv

Quoted, "*" stands for all assignments.  Everything but grades.csv is in the folder gradebook/,
which git ignores: what students get in release/, what they hand in under
submitted/STUDENT/01_why_many_agents/01_why_many_agents.ipynb, the grades in gradebook.db.  The
sources in source/ are copies of solutions/, made afresh each time.
"""

import os
import shutil
import sys
from pathlib import Path

course = Path(__file__).resolve().parent
gradebook = course / "gradebook"
gradebook.mkdir(exist_ok=True)
(gradebook / ".gitignore").write_text("*\n")
for solution in (course / "solutions").glob("[0-9][0-9]_*.ipynb"):
    source = gradebook / "source" / solution.stem / solution.name
    source.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(solution, source)

# nbgrader calls alembic by name, which is beside Python whether or not .venv is activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

c = get_config()  # noqa: F821  (nbgrader provides it)
c.CourseDirectory.root = str(gradebook)
c.Execute.timeout = 120
# No folder can be made here, so attempts are counted in each kernel alone: students share no hints.
os.environ["MAVRS_STATE"] = os.devnull
