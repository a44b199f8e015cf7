"""Start a learner's kernel under limits; run as a script, by the standard library alone.

``launcher.py LIMITS COMMAND …``: LIMITS is JSON, numbers by the names of ``resource`` and
``between``: whether to stay between the grader and the kernel.  A cell that kills its parent
then kills this process, and not the grader; the kernel ends with it, as it would by itself.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

POLL_SECONDS = 0.5


def main() -> None:
    limits, command = json.loads(sys.argv[1]), sys.argv[2:]
    between = limits.pop("between", False)
    if not between:
        _limit(limits)
        os.environ.pop("JPY_PARENT_PID", None)  # of a process that is out of sight
        os.execv(command[0], command)
    signal.signal(signal.SIGINT, lambda *_: None)  # is for the kernel, which resets a handler
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    sys.exit(_watch(subprocess.Popen(command, preexec_fn=lambda: _limit(limits))))


def _limit(limits: dict[str, int]) -> None:
    import resource

    for name, number in limits.items():
        try:
            resource.setrlimit(getattr(resource, name), (number, number))
        except (AttributeError, OSError, ValueError):
            continue  # a limit that this system does not have, or that is lower already


def _watch(kernel: subprocess.Popen) -> int:
    """Wait for the kernel; end it when the grader is gone."""
    grader = os.getppid()
    while True:
        try:
            return kernel.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if os.getppid() != grader:
                kernel.kill()
                return 1


if __name__ == "__main__":
    main()
