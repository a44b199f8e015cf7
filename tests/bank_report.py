"""A line at the end of the suite: how many wrong answers were tried, and how they were met.

A pytest plugin: hooks that read what ``test_exercise_banks`` records, also across workers.
"""

from __future__ import annotations

WRONG_ANSWER = "wrong answer"
OWN_DIAGNOSIS = "rejected with its own diagnosis"

_counts = {WRONG_ANSWER: 0, OWN_DIAGNOSIS: 0}


def pytest_runtest_logreport(report):
    if report.when == "call":
        for name, _ in report.user_properties:
            if name in _counts:
                _counts[name] += 1


def pytest_terminal_summary(terminalreporter):
    if _counts[WRONG_ANSWER]:
        terminalreporter.ensure_newline()
        terminalreporter.write_line(
            f"{_counts[WRONG_ANSWER]} wrong answers, "
            f"{_counts[OWN_DIAGNOSIS]} rejected with their own diagnosis"
        )
