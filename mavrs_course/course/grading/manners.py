"""What a kernel is told before any cell of a learner runs in it.

The grader sends this file's text to the kernel and runs it there, so the standard library is all
that it uses.
"""

from __future__ import annotations

import bdb
import sys


class InputAskedError(RuntimeError):
    """A cell waits for somebody who types."""


class DebuggerAskedError(RuntimeError):
    """A cell waits for somebody who debugs."""


def teach(kernel, folder, installed):
    """Find what was handed in and installed, and wait for nobody.

    folder: where the files lie that were handed in.  installed: where pip puts packages.  Both are
    the last places where modules are looked for, so that none of them stands for one of Python's
    or the course's.  A restart that a cell asks for, to use what it has just installed, does
    nothing.
    """
    kept = [place for place in sys.path if place not in ("", folder, installed)]
    sys.path[:] = [*kept, folder, installed]

    def nobody_types(*prompt, **more):
        raise InputAskedError("input() was called, and nobody types while a notebook is graded")

    def nobody_debugs(*place, **more):
        raise DebuggerAskedError(
            "a debugger was opened, and nobody is there while a notebook is graded"
        )

    kernel.raw_input = kernel.getpass = nobody_types
    bdb.Bdb.set_trace = nobody_debugs
    kernel.do_shutdown = lambda restart: {"status": "ok", "restart": restart}
