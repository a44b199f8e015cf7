"""Lines at the end of the suite: how many wrong answers were tried, and how they were met.

A pytest plugin: hooks that read what ``test_exercise_banks`` and ``test_cause_rates`` record, also
across workers.
"""

from __future__ import annotations

from collections import Counter

WRONG_ANSWER = "wrong answer"
OWN_DIAGNOSIS = "rejected with its own diagnosis"
HELD = "general cause that holds on cases not seen"
REFUTED = "general cause that does not hold on cases not seen"

_counts = {WRONG_ANSWER: 0, OWN_DIAGNOSIS: 0}
_causes = {HELD: Counter(), REFUTED: Counter()}


def pytest_runtest_logreport(report):
    if report.when == "call":
        for name, value in report.user_properties:
            if name in _counts:
                _counts[name] += 1
            if name in _causes:
                _causes[name][value] += 1


def pytest_terminal_summary(terminalreporter):
    if _counts[WRONG_ANSWER]:
        terminalreporter.ensure_newline()
        terminalreporter.write_line(
            f"{_counts[WRONG_ANSWER]} wrong answers, "
            f"{_counts[OWN_DIAGNOSIS]} rejected with their own diagnosis"
        )
    tried = sum(_causes.values(), Counter())
    if tried:
        terminalreporter.ensure_newline()
        rates = (f"{name} {_causes[HELD][name]} of {tried[name]}" for name in sorted(tried))
        terminalreporter.write_line(f"General causes that are right: {', '.join(rates)}")
