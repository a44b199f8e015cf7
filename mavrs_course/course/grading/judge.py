"""Run a check of the course among a learner's variables.

The grader sends this file's text to the learner's kernel and runs it there, so nothing here is
imported from a module that a cell could have changed, and the standard library is all it uses.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys

from IPython import get_ipython
from IPython.utils.capture import capture_output

KNOWN_WRONG = 3


def judge(source, nonce, folder, package, fresh, record, environment, exercise):
    """Run the check cell ``source`` with the ``check`` of ``package``, and say what came of it.

    Modules in ``fresh`` are loaded again from disk, working folder and environment are put
    back, and whatever is printed goes nowhere.  Returns JSON: the ``nonce``, the published
    ``records`` of this type, the ``error`` and its ``text`` if one was raised, and whether the
    check is ``blind``: answers to ``exercise`` that are known to be wrong pass as well.
    """
    namespace = get_ipython().user_ns
    error = text = ""
    blind = False
    with _silence(), capture_output(stdout=False, stderr=False) as captured:
        try:
            os.makedirs(folder, exist_ok=True)
            os.chdir(folder)
            os.environ.update(environment)
            for name in [name for name in sys.modules if name.startswith(tuple(fresh))]:
                del sys.modules[name]
            namespace["check"] = importlib.import_module(package).check
            exec(compile(source, "<check>", "exec", dont_inherit=True), namespace)
            blind = _is_blind(package, exercise)
        except BaseException as problem:
            error, text = type(problem).__name__, _words(problem)
    records = [output.data[record] for output in captured.outputs if record in output.data]
    said = {"nonce": nonce, "records": records, "error": error, "text": text, "blind": blind}
    return json.dumps(said, default=str)


def _is_blind(package, exercise):
    """Whether answers that are known to be wrong pass here: something that checks use is changed.

    Of one whose results are samples nothing is known so quickly.
    """
    registry, trial = (
        importlib.import_module(f"{package}.{name}") for name in ("registry", "trial")
    )
    try:
        found = registry.find(exercise)
    except LookupError:
        return False
    if found.threshold is not None or not found.mistakes:
        return False
    cases = list(trial.cases_of(found, trial.VISIBLE_SEEDS))
    return all(
        trial.try_case(found, mistake.wrong, case).passed
        for mistake in list(found.mistakes)[:KNOWN_WRONG]
        for case in cases
    )


@contextlib.contextmanager
def _silence():
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield


def _words(problem):
    try:
        return str(problem)[:1000]
    except BaseException:
        return ""
