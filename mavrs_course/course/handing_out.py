"""What a student gets: lessons, exercises, the library, a README, one command.

Nothing of the solutions is in plain sight: ``solutions/`` and the tests stay here, and the bank,
whose checks hold right answers, is packed.  Who unpacks it can read it: this keeps answers from
meeting the eye, and from a search through the files, and no more.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from mavrs_course.course.lessons import Lesson, lessons
from mavrs_course.files import write_whole

BANKS = ("bank", "exercises")  # packages whose files hold right answers
PACKED = "packed.zip"
PACKAGE = """\"\"\"The checks of the exercises, packed, so that no answer meets the eye.\"\"\"

from pathlib import Path

__path__ = [str(Path(__file__).with_name("packed.zip"))]
"""
AS_THEY_ARE = (
    *("pyproject.toml", "constraints.txt", "environment.yml", "LICENSE", "CITATION.cff"),
    *("tools/environment.py", "tools/with_python.sh", ".gitignore"),
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.egg-info")
SPAN = re.compile(r"(\d{1,2})(?:\s*-\s*(\d{1,2}))?")
MAKEFILE = """# make lab: sets up .venv and opens JupyterLab on the first lesson

ARGS =

.PHONY: lab
lab:
\t@sh tools/with_python.sh tools/environment.py
\t@.venv/bin/python -m mavrs_course lab $(ARGS)
"""
README = """# Multi-agent video recommender systems

{count}: read one in `notebooks/`, then do its exercises in the notebook of the same name.

## Start

```sh
make lab
```

It sets up a Python environment here (about 3 GB, a few minutes the first time) and opens
JupyterLab. You need Python 3.11, 3.12 or 3.13 and `make`. On Windows, or with conda:

```sh
conda env create -f environment.yml
conda activate mavrs-course
mavrs lab
```

If something looks wrong, `.venv/bin/mavrs doctor` looks at each part and says what to do.

## Work

You work in copies, in the folder `mine/`: `mine/notebooks` and `mine/exercises`. Below each
exercise is a check. It says what your code returned, what was expected and the likely cause. Each
further attempt opens another hint. `.venv/bin/mavrs reset {first}` gives you a fresh copy of the
exercises of lesson {first}, and keeps yours beside it.

## Hand in

Hand in the notebooks from `mine/exercises`, the files that end in `.ipynb`, under the names that
they have. If an answer needs a file of yours, such as `helpers.py`, hand it in beside them.

| lesson | exercises |
|---|---|
{table}
"""


class HandoutError(ValueError):
    """This can't be handed out so; the text says why."""


def chosen(root: Path, spans: str) -> list[Lesson]:
    """The lessons that ``00-04,07`` names; all of them for an empty text."""
    known = lessons(root)
    if not spans.strip():
        return known
    numbers: set[str] = set()
    for part in spans.split(","):
        found = SPAN.fullmatch(part.strip())
        if not found:
            raise HandoutError(f"{part!r} names no lessons: write 00-09, or 00,03,07")
        first, last = int(found[1]), int(found[2] or found[1])
        asked = {f"{number:02d}" for number in range(first, last + 1)}
        if not asked & {lesson.number for lesson in known}:
            raise HandoutError(f"there is no lesson {part.strip()}")
        numbers |= asked
    return [lesson for lesson in known if lesson.number in numbers]


def hand_out(root: Path, target: Path, selected: Sequence[Lesson]) -> None:
    """Write what students get into ``target``, a folder that is new or empty.

    Raises :class:`HandoutError`, or OSError.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise HandoutError(f"{target} is not empty: name a new folder")
    if target.resolve().is_relative_to(root.resolve() / "mavrs_course"):
        raise HandoutError(f"{target} is inside the library: name a folder outside of it")
    target.mkdir(parents=True, exist_ok=True)
    for lesson in selected:
        for notebook in (lesson.notebook, lesson.exercise):
            if notebook.exists():
                _copy(notebook, target / notebook.relative_to(root))
    for name in AS_THEY_ARE:
        if (root / name).exists():
            _copy(root / name, target / name)
    for folder in ("data", "mavrs_course"):
        if (root / folder).is_dir():
            shutil.copytree(root / folder, target / folder, ignore=LEFT_OUT)
    for name in BANKS:
        _pack(target / "mavrs_course" / name)
    (target / "exercises").mkdir(exist_ok=True)
    write_whole(target / "Makefile", MAKEFILE.encode())
    write_whole(target / "README.md", _readme(selected).encode())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _pack(folder: Path) -> None:
    """A package's files in one archive beside a short ``__init__``, which finds them there."""
    if not folder.is_dir():
        return
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path != folder / "__init__.py":
                archive.write(path, path.relative_to(folder).as_posix())
    shutil.rmtree(folder)
    write_whole(folder / PACKED, whole.getvalue())
    write_whole(folder / "__init__.py", PACKAGE.encode())


def _readme(selected: Sequence[Lesson]) -> str:
    rows = []
    for lesson in selected:
        exercises = (
            f"[exercises](exercises/{lesson.name}.ipynb)" if lesson.exercise.exists() else ""
        )
        title = lesson.name[3:].replace("_", " ").capitalize()
        link = f"[{lesson.number} {title}](notebooks/{lesson.name}.ipynb)"
        rows.append(f"| {link if lesson.notebook.exists() else title} | {exercises} |")
    count = "One lesson" if len(rows) == 1 else f"{len(rows)} lessons"
    first = selected[0].number if selected else "00"
    return README.format(count=count, first=first, table="\n".join(rows))
